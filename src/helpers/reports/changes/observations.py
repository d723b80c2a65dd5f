"""Which figures a report knows that the last did not, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass
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
    """One figure that is new, other or gone.

    Attributes
    ----------
    kind : str
        Of `KINDS`.
    entered : bool
        Whether the row is new in the tables; a row that was there before became known with time.
    row : dict
        The figure as known now; as known before where it was withdrawn.
    before : dict or None
        What it revises, confirms or corrects.
    """

    kind: str
    entered: bool
    row: dict[str, Any]
    before: dict[str, Any] | None

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
    first = {}
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
    return tuple(sorted(changes, key=_order))


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


def _order(change: FigureChange) -> tuple:
    return (change.row["known_from"], KINDS.index(change.kind), *map(str, change.key))
