"""The first months of a year: their figures, and what to multiply them with to give the year."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from helpers.problems import InputError
from helpers.vintages.series import Archive, best_figures, known_on
from helpers.wording import english as wording

YEAR = 12
_KEY = ["area", "year", "definition"]
_KEPT = ["value", "decimals", "qualifier", "grade", "source_id", "known_from"]
LEAST_YEARS = 3
"""Fewer finished years than this say nothing of how far a nowcast is off."""
FITTED = ["months", "year", "log_ratio", "span"]
SHRINKAGE = 2.0
"""So many years must stand behind a month before its own factor counts as much as the curve."""


class TooFewYears(ValueError):
    """Too few finished years with a part-year figure; the message counts them."""


@dataclass(frozen=True)
class Factors:
    """Log factors from the first months to the year, and how far they are off."""

    slope: float
    """The curve: log factor of month m = `slope` times log(12 / m). Above one, the year's end
    brings more than its beginning."""
    offsets: dict[int, float] = field(hash=False)
    """What a month lies off the curve, shrunk towards it."""
    spread: float
    """Root mean square of the errors in years left out, over the square root of log(12 / m)."""
    years: int
    pairs: int
    """`years`, `pairs`: finished years and pairs learned from; `years` less one are the degrees of
    freedom."""

    def log_factor(self, months: float | np.ndarray) -> np.ndarray:
        """Log of year over first months, element by element."""
        wanted = np.asarray(months, dtype=float)
        own = np.vectorize(lambda m: self.offsets.get(int(m), 0.0) if m == int(m) else 0.0)
        return self.slope * np.log(YEAR / wanted) + own(wanted)

    def nowcast(self, value: float, months: int) -> "Nowcast":
        """Give the predictive distribution of the year whose first months brought `value`.

        Raises
        ------
        ValueError
            If the value is not positive or the months are not 1 to 11.
        """
        if not value > 0 or not 1 <= months < YEAR:
            raise ValueError(f"a nowcast needs a positive figure of 1 to 11 months; got {value} "
                             f"of {months}")  # fmt: skip
        scale = self.spread * np.sqrt(np.log(YEAR / months))
        return Nowcast(float(np.log(value) + self.log_factor(months)), float(scale), self.years - 1)


@dataclass(frozen=True)
class Nowcast:
    """Predictive distribution of a full year: its logarithm is Student t."""

    location: float
    scale: float
    """`location`, `scale`: of the logarithm."""
    freedom: int
    """Degrees of freedom."""

    @property
    def median(self) -> float:
        """Median, in the unit of the figure."""
        return float(np.exp(self.location))

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """Bounds of the central prediction interval, in the unit of the figure."""
        from scipy.special import stdtrit

        reach = self.scale * stdtrit(self.freedom, (1 + level) / 2)
        return float(np.exp(self.location - reach)), float(np.exp(self.location + reach))

    def probability_at_least(self, threshold: float) -> float:
        """P(year >= threshold)."""
        from scipy.special import stdtr

        if not threshold > 0:
            return 1.0
        away = self.location - np.log(threshold)
        if self.scale == 0:
            return float(away >= 0)
        return float(stdtr(self.freedom, away / self.scale))


def learn(pairs: pd.DataFrame) -> Factors:
    """Learn the factors from finished years.

    The variance of a log factor is taken to grow with log(12 / m), as if what is still to come
    arrived by chance at a steady rate of log time; weighted least squares through the origin
    then gives the slope. A month's mean distance from the curve is kept in the share
    n / (n + `SHRINKAGE`), n being its number of years (an empirical Bayes weight: Efron and
    Morris 1975, JASA 70). Figures of the same year and month share their turns, so together they
    count once. Each year is left out in turn to measure the error of a year not seen.

    `pairs`: as `completed` returns: columns year, months, log_ratio, span.

    Raises
    ------
    TooFewYears
        With fewer than `LEAST_YEARS` finished years.
    """
    years = pairs["year"].nunique()
    if years < LEAST_YEARS:
        finished = wording.counted(years, "finished year") if years else "no finished year"
        raise TooFewYears(f"{finished} with a part-year figure; at least {LEAST_YEARS} are needed")
    slope, offsets = _fit(pairs[FITTED].to_numpy(float))
    errors = left_out_errors(pairs)
    weights = 1.0 / pairs.groupby(["year", "months"])["log_ratio"].transform("size")
    spread = np.sqrt(np.sum(weights * errors**2 / pairs["span"]) / np.sum(weights))
    return Factors(slope, offsets, float(spread), int(years), len(pairs))


def left_out_errors(pairs: pd.DataFrame) -> pd.Series:
    """Log of the year over what factors learned from the other years make of its part.

    Returns
    -------
    Series
        One error a row of `pairs`.
    """
    columns = pairs[FITTED].to_numpy(float)
    months, years, log_ratio, span = columns.T
    errors = np.empty(len(pairs))
    for year in np.unique(years):
        own = years == year
        slope, offsets = _fit(columns[~own])
        shifts = np.array([offsets.get(int(month), 0.0) for month in months[own]])
        errors[own] = log_ratio[own] - slope * span[own] - shifts
    return pd.Series(errors, index=pairs.index)


def _fit(columns: np.ndarray) -> tuple[float, dict[int, float]]:
    """Fit the slope, and the shrunk distance of each month from the curve, to `FITTED`."""
    log_ratio, span = columns[:, 2:].T
    turns, turn, size = np.unique(columns[:, :2], axis=0, return_inverse=True, return_counts=True)
    weights = 1.0 / size[turn]
    slope = float(np.sum(weights * log_ratio) / np.sum(weights * span))
    away = np.bincount(turn, log_ratio - slope * span) / size
    months, month, count = np.unique(turns[:, 0], return_inverse=True, return_counts=True)
    shrunk = np.bincount(month, away) / (count + SHRINKAGE)
    return slope, {int(month): float(value) for month, value in zip(months, shrunk, strict=True)}


def is_stock(indicators: pd.DataFrame, indicator: str) -> bool:
    """Say whether an indicator is a stock taken at a day, by its description.

    A stock in June is no part of the stock in December, so it has no nowcast.
    """
    row = indicators.set_index("indicator").loc[indicator]
    return "stock" in row["description"] or row["scale"] not in ("log", "count")


def partial_figures(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """List the part-year figures of an indicator that were known on a date, for all areas.

    Parameters
    ----------
    indicator : str
        A flow: something that adds up over the months of a year.
    min_grade : str
        Weakest grade that is kept.

    Returns
    -------
    DataFrame
        One row an area, year, definition and month: `months` counted from January, and value,
        decimals, qualifier, grade, source_id, known_from. Lower bounds are no values.

    Raises
    ------
    helpers.problems.InputError
        If the indicator is unknown, or no flow.
    """
    archive.check(indicator)
    if is_stock(archive.indicators, indicator):
        raise InputError(
            f"indicator {indicator!r} is a stock, a share or a rate: its figure of some months is "
            "no part of a year; ask for a count or an amount of the year"
        )
    known = known_on(archive, as_of, min_grade)
    parts = known[known["indicator"].eq(indicator) & known["months"].lt(YEAR)]
    parts = parts[parts["qualifier"].ne("lower_bound") & parts["value"].gt(0)]
    parts = parts.drop_duplicates([*_KEY, "months"])
    columns = ["indicator", *_KEY[:2], "months", "definition", *_KEPT]
    return parts[columns].sort_values(["year", "months", "area"], ignore_index=True)


def completed(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Pair part-year figures with the full year, where both were known on a date.

    Parameters
    ----------
    archive, as_of, indicator, min_grade
        As for `partial_figures`.

    Returns
    -------
    DataFrame
        The rows of `partial_figures` whose full year, under the same definition, was known and is
        no estimate; the full year's columns end in `_full`. `log_ratio` is the log of full year
        over part, and `span` the log of 12 over the months: what it would be if every month
        brought the same.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    full = best_figures(known_on(archive, as_of, min_grade))
    full = full[full["indicator"].eq(indicator) & full["status"].ne("estimate")]
    pairs = parts.merge(full[[*_KEY, *_KEPT]], on=_KEY, suffixes=("", "_full"))
    pairs = pairs[pairs["value_full"].gt(0)].reset_index(drop=True)
    return pairs.assign(
        log_ratio=np.log(pairs["value_full"] / pairs["value"]),
        span=np.log(YEAR / pairs["months"]),
    )
