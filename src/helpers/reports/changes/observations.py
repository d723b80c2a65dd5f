"""Which figures and tables of a report are not those of the last one."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.observations.schema import KEYS, OBSERVATIONS
from helpers.vintages.series import known_on, open_archive

KEY = list(KEYS[OBSERVATIONS])
THING = ["indicator", "area", "year", "months", "definition"]
"""Figures that agree in these are prints of the same quantity."""
CONTENT = ["value", "decimals", "qualifier"]
STANDING = ["published", "grade", "kind"]

ADDED, REVISED, CONFIRMED = "added", "revised", "confirmed"
CORRECTED, REGRADED, WITHDRAWN = "corrected", "regraded", "withdrawn"
KINDS = (ADDED, REVISED, CONFIRMED, CORRECTED, REGRADED, WITHDRAWN)
"""What can have happened to a figure.

A new print of a quantity that was known before revises or confirms it; a row that was there before
and says something else now was corrected, or only its publication's date or grade was."""


@dataclass(frozen=True)
class FigureChange:
    """One figure that is new, other or gone."""

    kind: str
    """Of `KINDS`."""
    entered: bool
    """Whether the row is new in the tables; a row that was there before became known with time."""
    row: dict[str, Any]
    """The figure as known now; as known before where it was withdrawn."""
    before: dict[str, Any] | None
    """What it revises, confirms or corrects."""

    @property
    def key(self) -> tuple:
        """What tells the figure apart from any other."""
        return tuple(self.row[name] for name in KEY)


def known_figures(raw: RawData, as_of: str) -> pd.DataFrame:
    """Return every figure known on a day; of several prints the one that counts stands first."""
    return known_on(open_archive(raw), as_of)


def figure_changes(
    before: pd.DataFrame, now: pd.DataFrame, held: pd.DataFrame
) -> tuple[FigureChange, ...]:
    """List the figures that differ, in the order in which they became known.

    Parameters
    ----------
    before, now : DataFrame
        As `known_figures`, of the last report and of this one.
    held : DataFrame
        All observations of the last report's tables, known by then or not.
    """
    old, new = _by_key(before), _by_key(now)
    entered = set(new) - set(_by_key(held))
    first: dict[tuple, dict[str, Any]] = {}
    for row in before.to_dict("records"):
        first.setdefault(tuple(row[name] for name in THING), row)
    changes = [
        FigureChange(WITHDRAWN, False, row, None) for key, row in old.items() if key not in new
    ]
    for key, row in new.items():
        if key in old:
            kind = _corrected(old[key], row)
            if kind:
                changes.append(FigureChange(kind, False, row, old[key]))
            continue
        earlier = first.get(tuple(row[name] for name in THING))
        changes.append(FigureChange(_print(earlier, row), key in entered, row, earlier))
    return tuple(
        sorted(changes, key=lambda c: (c.row["known_from"], KINDS.index(c.kind), *map(str, c.key)))
    )


def _by_key(figures: pd.DataFrame) -> dict[tuple, dict[str, Any]]:
    return {tuple(row[name] for name in KEY): row for row in figures.to_dict("records")}


def _corrected(old: dict[str, Any], new: dict[str, Any]) -> str:
    if any(old[name] != new[name] for name in CONTENT):
        return CORRECTED
    return REGRADED if any(old[name] != new[name] for name in STANDING) else ""


def _print(earlier: dict[str, Any] | None, row: dict[str, Any]) -> str:
    if earlier is None:
        return ADDED
    return CONFIRMED if earlier["value"] == row["value"] else REVISED


@dataclass(frozen=True)
class TableChange:
    """How one table differs."""

    table: str
    """Its path below the tables."""
    added: int
    removed: int
    """`added`, `removed`: rows without a counterpart."""
    changed: dict[str, int]
    """By column: cells that differ in rows that both tables hold."""
    largest: dict[str, float]
    """By column of numbers: the largest absolute difference."""


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
