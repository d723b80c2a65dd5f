"""Which tables of a report hold other numbers than those of the last report."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class TableChange:
    """How one table differs.

    Attributes
    ----------
    table : str
        Its path below the tables.
    added, removed : int
        Rows without a counterpart.
    changed : dict
        By column: cells that differ in rows that both tables hold.
    largest : dict
        By column of numbers: the largest absolute difference.
    """

    table: str
    added: int
    removed: int
    changed: dict[str, int]
    largest: dict[str, float]


def table_changes(before: Path, now: Path) -> tuple[TableChange, ...]:
    """Compare all CSV files below two folders; those that are the same are left out."""
    names = {p.relative_to(f).as_posix() for f in (before, now) for p in f.rglob("*.csv")}
    changes = (_compare(name, _read(before / name), _read(now / name)) for name in sorted(names))
    return tuple(change for change in changes if change is not None)


def _read(path: Path) -> list[list[str]]:
    """Rows of a file, the header first; none if there is no such file."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def _compare(name: str, old: list[list[str]], new: list[list[str]]) -> TableChange | None:
    if old == new:
        return None
    header = new[0] if new else old[0]
    if not old or not new or old[0] != header:
        return TableChange(name, max(0, len(new) - 1), max(0, len(old) - 1), {}, {})
    width = _key_width(old[1:], new[1:], len(header))
    before = {tuple(row[:width]): row for row in old[1:]}
    after = {tuple(row[:width]): row for row in new[1:]}
    changed: dict[str, int] = {}
    largest: dict[str, float] = {}
    for key in before.keys() & after.keys():
        for column, was, value in zip(header, before[key], after[key], strict=False):
            if was != value:
                changed[column] = changed.get(column, 0) + 1
                if (size := _difference(was, value)) is not None:
                    largest[column] = max(size, largest.get(column, 0.0))
    order = [column for column in header if column in changed]
    return TableChange(
        name,
        len(after.keys() - before.keys()),
        len(before.keys() - after.keys()),
        {column: changed[column] for column in order},
        {column: largest[column] for column in order if column in largest},
    )


def _key_width(old: Sequence[list[str]], new: Sequence[list[str]], columns: int) -> int:
    """How many leading columns it takes to tell the rows of each table apart."""
    for width in range(1, columns):
        if all(len({tuple(row[:width]) for row in rows}) == len(rows) for rows in (old, new)):
            return width
    return columns


def _difference(was: str, value: str) -> float | None:
    try:
        return abs(float(value) - float(was))
    except ValueError:
        return None
