"""What published reports issued, in a table that is only ever added to.

`<reports>/ledger.csv` has a line for each probability that a report gave of its own day. Every line
ends with the SHA-256 of the line before it, so that one which is changed, put in or taken out later
is noticed. A report that issues carries the table up to its own lines in its folder. It is
published with them in one step, and what the table lacks is then added from there: a run that is
cut short in between loses nothing, nor does removing old reports.

A report of another day than that of its making, or with parameters of its own, is a replay or a
what-if: it issues nothing.
"""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.observations.files import csv_of
from helpers.reports.store.folders import read_record, report_folders

if TYPE_CHECKING:  # loading pandas would be felt where nothing is new
    import pandas as pd

FILE = "ledger.csv"
QUESTION = (
    *("target_id", "plan", "indicator", "area", "operator", "target_value", "target_high"),
    *("target_decimals", "unit", "base_year", "target_year"),
)
"""What was asked, so that a target that is later changed or removed is still judged as issued."""
PRINTS = {"first": "probability", "final": "probability_final"}
"""Column of the assessment by the print that its probability is of."""
QUANTILES = {
    "lower95": 0.025, "lower80": 0.1, "lower50": 0.25, "median": 0.5,
    "upper50": 0.75, "upper80": 0.9, "upper95": 0.975,
}  # fmt: skip
"""Level of each end of the intervals that are published of the figure of the target year."""
LEVELS = tuple(f"quantile_{level}" for level in QUANTILES.values())
BEFORE = "before"
COLUMNS = (
    *("day", "started", *QUESTION, "print", "probability", *LEVELS),
    *("data_sha256", "code_sha256", BEFORE),
)
_TOPIC = ("day", "target_id", "print")
"""What tells apart the lines of a report."""
NUMBERS = ("target_value", "target_high", "base_year", "probability", *LEVELS)


@dataclass(frozen=True)
class Ledger:
    """The table as it stands."""

    content: bytes = b""
    """The file."""
    faults: tuple[str, ...] = ()
    """What is not as it was written, each with its line; line 1 is the header."""
    issues: bool = False
    """Whether the report that holds it has lines of its own in it."""

    @cached_property
    def rows(self) -> pd.DataFrame:
        """The lines that can be read, in their order; text but for `NUMBERS` and two columns."""
        import pandas as pd

        _, *lines = _lines(self.content) or [b""]
        header = _cells(_lines(self.content)[0]) if self.content else list(COLUMNS)
        held = [dict(zip(header, _cells(line), strict=True)) for line in lines
                if not _unreadable(line, header)]  # fmt: skip
        table = pd.DataFrame(held, columns=list(COLUMNS)).fillna("")
        table[list(NUMBERS)] = table[list(NUMBERS)].apply(pd.to_numeric)
        counts = table[["target_year", "target_decimals"]].astype(float).astype(int)
        return table.assign(**{name: counts[name] for name in counts})

    @property
    def head(self) -> str:
        """Checksum of the last line: whoever noted it can tell a table that was written anew."""
        return _digest(_lines(self.content)[-1]) if self.content else ""

    def other(self, lines: Iterable[Mapping[str, str]]) -> list[Mapping[str, str]]:
        """Keep the lines that say anything other than the last one of their day on the same."""
        header = _cells(_lines(self.content)[0]) if self.content else []
        held = {}
        for line in _lines(self.content)[1:]:
            row = dict(zip(header, _cells(line), strict=False))
            held[tuple(row.get(name) for name in _TOPIC)] = row
        compared = [name for name in COLUMNS if name not in ("started", BEFORE)]
        return [
            line
            for line in lines
            if (last := held.get(tuple(line[name] for name in _TOPIC))) is None
            or any(line.get(name, "") != last.get(name, "") for name in compared)
        ]

    def with_lines(self, lines: Iterable[Mapping[str, str]]) -> Ledger:
        """Add lines, each with the checksum of the one before it.

        A table keeps the header that it began with; what that has no place for is left out.
        """
        content = self.content or _row(COLUMNS)
        if not content.endswith(b"\n"):  # cut off, and held by no report: the rest is gone
            content += b"\n"
        *_, last = _lines(content)
        header = _cells(_lines(content)[0])
        for line in lines:
            own = {**line, BEFORE: _digest(last)}
            row = _row(own.get(name, "") for name in header)
            content, last = content + row, row.removesuffix(b"\n")
        return replace(self, content=content, issues=True)


def issued_lines(
    assessment: Path, day: str, started: str, totals: Mapping[str, str]
) -> list[dict[str, str]]:
    """Return a line for each probability in a table of verdicts, its cells as they are printed.

    Parameters
    ----------
    assessment : Path
        As notebook 07 writes it; nothing is issued without it.
    day : str
        ISO date of the report.
    started : str
        ISO time, which tells reports of one day apart.
    totals : mapping
        The totals of `helpers.reports.store.fingerprints.take_inputs`.
    """
    if not assessment.is_file():
        return []
    with assessment.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    shared = {"day": day, "started": started}
    shared |= {"data_sha256": totals["raw"], "code_sha256": totals["code"]}
    return [
        {
            **shared,
            **{name: row.get(name, "") for name in QUESTION},
            "print": of_print,
            "probability": row[column],
            **{f"quantile_{level}": row.get(name, "") for name, level in QUANTILES.items()},
        }
        for row in rows
        for of_print, column in PRINTS.items()
        # Of a preliminary outcome there is a probability that it still stands when final.
        if row.get(column) and (row["state"] == "open" or of_print == "final")
    ]


def read_ledger(reports: Path) -> Ledger:
    """Read the table beside the reports, and hold it against itself and what reports hold of it."""
    content = _content(reports / FILE)
    faults = dict(_broken(content))
    for name, copy in _copies(reports):
        if not content.startswith(copy):
            pairs = zip(_lines(content), _lines(copy), strict=False)
            same = [one == other for one, other in pairs]
            place = same.index(False) + 1 if False in same else len(same) + 1
            faults.setdefault(place, f"{FILE}: line {place}: not what the report of {name} holds")
    return Ledger(content, tuple(faults[place] for place in sorted(faults)))


def catch_up(reports: Path) -> None:
    """Add to the table what published reports hold beyond it; nothing in it is changed."""
    content = _content(reports / FILE)
    for _, copy in _copies(reports):
        if len(copy) > len(content) and copy.startswith(content):
            with (reports / FILE).open("ab") as file:
                file.write(copy[len(content) :])
                file.flush()
                os.fsync(file.fileno())
            (reports / FILE).chmod(0o644)
            content = copy


def _copies(reports: Path) -> list[tuple[str, bytes]]:
    """Return the table as each report holds it, in the order of their making."""
    folders = [folder for folder in report_folders(reports) if (folder / FILE).is_file()]
    folders.sort(key=lambda folder: str(read_record(folder).get("started", "")))
    return [(folder.name, _content(folder / FILE)) for folder in folders]


def _broken(content: bytes) -> Iterable[tuple[int, str]]:
    """Name each line that cannot be read, or of which the next one carries another checksum."""
    lines = _lines(content)
    if not lines:
        return
    header = _cells(lines[0])
    if missing := [name for name in COLUMNS if name not in header]:
        yield 1, f"{FILE}: line 1: the header lacks {', '.join(missing)}"
        return
    for number, line in enumerate(lines[1:], start=2):
        if why := _unreadable(line, header):
            yield number, f"{FILE}: line {number}: {why}"
        elif _cells(line)[header.index(BEFORE)] != _digest(lines[number - 2]):
            place = number - 1
            yield (
                place,
                f"{FILE}: line {place}: not as written; line {number} has another checksum of it",
            )


def _unreadable(line: bytes, header: list[str]) -> str:
    cells = _cells(line)
    if len(cells) != len(header):
        return f"{len(cells)} cells instead of {len(header)}"
    row = dict(zip(header, cells, strict=True))
    for name in (*NUMBERS, "target_year", "target_decimals"):
        try:
            number = float(row.get(name, "") or "nan")
        except ValueError:
            return f"{name}: {row[name]!r} is no number"
        if name == "probability" and not 0 <= number <= 1:
            return f"probability: {row[name]!r} does not lie between 0 and 1"
        if name.startswith("target_") and name != "target_high" and number != number:
            return f"{name}: a number is missing"
    return ""


def _content(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _lines(content: bytes) -> list[bytes]:
    return content.removesuffix(b"\n").split(b"\n") if content else []


def _cells(line: bytes) -> list[str]:
    # A return within a line ends none, and the reader of the library refuses it.
    text = line.decode("utf-8", "replace").replace("\r", "\N{REPLACEMENT CHARACTER}")
    return next(csv.reader([text]), [])


def _row(cells: Iterable[str]) -> bytes:
    """Write a line of CSV; a line break inside a cell would end the line."""
    text = csv_of([[" ".join(cell.splitlines()) for cell in cells]])
    return text.encode("utf-8", "backslashreplace")


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()
