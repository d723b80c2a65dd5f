"""What the numerator must do for the ratio to stay above a level while the denominator grows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.topics.research.parts import PERCENT, Parts

FARTHEST = 60
"""A standstill is followed for so many years."""


@dataclass(frozen=True)
class Outset:
    """Where a ratio starts from.

    Attributes
    ----------
    year : int
        Last year of the ratio.
    numerator, ratio : float
        Of that year, in the numerator's unit and in percent.
    known : tuple of float
        Denominators that are known for the years after it, in order.
    denominator : float
        Of that year, in its unit.
    """

    year: int
    numerator: float
    denominator: float
    known: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Percent."""
        return PERCENT * self.numerator / self.denominator

    def denominators(self, growth: float, years: int) -> np.ndarray:
        """Denominator of the next years: as known, then growing by so many percent a year."""
        path = [self.denominator, *self.known][: years + 1]
        ahead = np.arange(1, years + 2 - len(path))
        return np.concatenate([path[1:], path[-1] * (1 + growth / 100) ** ahead])


def outset(parts: Parts) -> Outset | None:
    """Take the last year in which both parts are known, and the denominators known after it."""
    if parts.table.empty:
        return None
    last = parts.table.iloc[-1]
    later = parts.denominator.set_index("year")["value"] if len(parts.denominator) else {}
    known, year = [], int(last["year"]) + 1
    while year in later:
        known.append(float(later[year]))
        year += 1
    return Outset(int(last["year"]), float(last["numerator"]), float(last["denominator"]),
                  tuple(known))  # fmt: skip


def required_growth(start: Outset, level: float, growth: float, last_year: int) -> float:
    """Find the smallest constant growth of the numerator that the level asks for.

    From at or above the level: the ratio stays there in every year up to `last_year`. From below:
    it arrives in `last_year`.

    Parameters
    ----------
    start : Outset
    level : float
        Of the ratio, percent.
    growth : float
        Of the denominator in the years in which it is not known yet, percent a year.
    last_year : int

    Returns
    -------
    float
        Percent a year; NaN where no year lies ahead.
    """
    years = last_year - start.year
    if years < 1:
        return np.nan
    asked = level / PERCENT * start.denominators(growth, years) / start.numerator
    rates = 100 * (asked ** (1 / np.arange(1, years + 1)) - 1)
    return float(rates.max() if start.ratio >= level else rates[-1])


def standstill_year(start: Outset, level: float, growth: float) -> int | None:
    """Find the first year in which the ratio lies below a level if the numerator stands still.

    Returns
    -------
    int or None
        The year of the outset where the ratio lies below already; None where the level holds for
        `FARTHEST` years.
    """
    if start.ratio < level:
        return start.year
    ratios = PERCENT * start.numerator / start.denominators(growth, FARTHEST)
    below = np.flatnonzero(ratios < level)
    return start.year + 1 + int(below[0]) if below.size else None


def requirement_table(
    start: Outset | None, levels: Sequence[float], growth_rates: Sequence[float], last_year: int
) -> pd.DataFrame:
    """Tabulate required growth and standstill for each level and growth of the denominator.

    Returns
    -------
    DataFrame
        One row a level and growth rate: level (percent), growth, required (percent a year),
        standstill_year (nullable int). Empty without an outset.
    """
    rows = [] if start is None else [
        (level, growth, required_growth(start, level, growth, last_year),
         standstill_year(start, level, growth))
        for level in levels for growth in growth_rates
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["level", "growth", "required", "standstill_year"])
    return table.astype({"level": float, "growth": float, "required": float,
                         "standstill_year": "Int64"})  # fmt: skip
