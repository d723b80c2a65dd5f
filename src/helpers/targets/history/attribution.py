"""What moved a belief from one day to the next: the kinds of change, and the share of each.

The old series is replaced by the new one in three steps, and each part of a change in P is the
difference that one step makes:

1. `revised`: years of the old series take the value known now, where it is of the same definition;
   a past year that was missing is filled in, where the old series holds a year of its definition.
   Both keep the old splice.
2. `respliced`: the new series, cut off at the last year of the old one. What differs from step 1 is
   the definition of a year and the splice of the past, which a new definition's first figure, or a
   figure of real growth, changes.
3. the new series: what differs from step 2 is the figures of later years.

A break that is only suspected is not spliced unless the choice of figures asks for it: its effect
then lies in step 3, and `suspected re-definition` is what a day is called.
The order matters, as in every sequential attribution: a re-splice is counted before the new figure
that causes it. A step whose P is not known counts for nothing. The parts add up to the change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isfinite, isnan, nan
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.vocabulary import (
    FILLED,
    KINDS,
    NEW,
    REDEFINED,
    REPLACED,
    RESPLICED,
    REVISED,
    STAND_IN,
    SUSPECTED,
)

PARTS = ("from_new_figure", "from_revision", "from_redefinition")


class _Row(NamedTuple):
    """What is compared of a figure in a known series, and what judges it."""

    year: int
    definition: str
    status: str
    qualifier: str
    value: float
    spliced_value: float
    decimals: int
    break_before: str


@dataclass(frozen=True)
class SeriesChange:
    """How a known series differs from the one known before."""

    kinds: tuple[str, ...]
    """Of `helpers.vocabulary.KINDS`, the weightiest first; empty where nothing differs."""
    places: tuple[int, ...] = ()
    """Of the rows of the new series that are new or replaced."""


def series_change(
    before: pd.DataFrame, after: pd.DataFrame, stand_ins: frozenset[str] = frozenset()
) -> SeriesChange:
    """Say how a series differs from the one known before.

    Parameters
    ----------
    before, after : DataFrame
        As `helpers.vintages.series.known_series`, one indicator and area.
    stand_ins : frozenset of str
        Definitions that only stand in: their first figure is a re-definition of its own kind.
    """
    if after.empty or before is after:
        return SeriesChange(())
    old = {row.year: row for row in rows_of(before)}
    last = max(old, default=-1)
    named = [_row_kind(row, old, last, stand_ins) for row in rows_of(after)]
    moved = tuple(place for place, kind in enumerate(named) if kind)
    if moved:
        return SeriesChange(tuple(k for k in KINDS if k in named), moved)
    return SeriesChange((RESPLICED,) if _respliced(before, after) else ())


def rows_of(series: pd.DataFrame) -> tuple[_Row, ...]:
    """Return of each figure of a known series what a target is judged by."""
    return _rows_of(_Same(series))


class _Same(NamedTuple):
    """A series as a key: it is known again as the same object, not by what it holds."""

    series: pd.DataFrame

    def __hash__(self) -> int:
        return id(self.series)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.series is other.series


@lru_cache(maxsize=256)
def _rows_of(same: _Same) -> tuple[_Row, ...]:
    return tuple(map(_Row, *(same.series[name].tolist() for name in _Row._fields)))


def _row_kind(row: _Row, old: Mapping[int, _Row], last: int, stand_ins: frozenset[str]) -> str:
    """Name what a row of the new series is against the old one; empty where it is the same."""
    if row.year > last:
        marked = {"no": REDEFINED, "suspected": SUSPECTED}.get(row.break_before, NEW)
        return STAND_IN if row.definition in stand_ins else marked
    if row.year not in old:
        return FILLED
    was = old[row.year]
    if was.definition != row.definition:
        return REDEFINED
    if was.status == "estimate" and row.status != "estimate":
        return REPLACED
    return REVISED if was.value != row.value else ""


def _respliced(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    _, old, new = np.intersect1d(before["year"], after["year"], return_indices=True)
    spliced = (side["spliced_value"].to_numpy(float) for side in (before, after))
    was, now = next(spliced)[old], next(spliced)[new]
    return bool((np.abs(was - now) > 1e-9).any())


def revised(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Put what is known now about the years of an old series into it, on its own splice: step 1.

    Parameters
    ----------
    before, after : DataFrame
        As `helpers.vintages.series.known_series`, one indicator and area; not changed.

    Returns
    -------
    DataFrame
        Of the columns those that a target is judged by; the old one where nothing was revised.
    """
    if before.empty:
        return before
    held = {row.year: row for row in rows_of(before)}
    # Splices multiply, so that a value of the same definition keeps its factor. A value of nought
    # has none, and no splice moves it.
    factor_of = {
        row.definition: row.spliced_value / row.value if row.value else 1.0 for row in held.values()
    }
    last = max(held)
    for row in rows_of(after):
        same = row.year not in held or held[row.year].definition == row.definition
        if same and row.definition in factor_of and row.year <= last:
            spliced = row.value * factor_of[row.definition]
            held[row.year] = row._replace(spliced_value=spliced)
    rows = tuple(held[year] for year in sorted(held))
    return before if rows == rows_of(before) else pd.DataFrame(rows)


def respliced(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Cut the new series off at the last year of the old one: step 2."""
    if before.empty:
        return before
    # A known series is in the order of its years.
    last = before["year"].iloc[-1]
    rows = tuple(row for row in rows_of(after) if row.year <= last)
    return before if rows == rows_of(before) else after.iloc[: len(rows)]


def parts_of(change_steps: tuple[float, float, float, float]) -> dict[str, float]:
    """Split a change of P into its parts.

    Parameters
    ----------
    change_steps : tuple of float
        P of the old series, after step 1, after step 2, and of the new series.

    Returns
    -------
    dict
        change and `PARTS`, which add up to it; probability_same_definition, the P after step 1.
        All NaN where the first or the last P is not known.
    """
    first, same_definition, same_years, last = change_steps
    if isnan(first) or isnan(last):
        return dict.fromkeys(("change", *PARTS, "probability_same_definition"), nan)
    same_definition = same_definition if isfinite(same_definition) else first
    same_years = same_years if isfinite(same_years) else same_definition
    return {
        "change": last - first,
        "from_new_figure": last - same_years,
        "from_revision": same_definition - first,
        "from_redefinition": same_years - same_definition,
        "probability_same_definition": same_definition,
    }
