"""The first months of a year: what they say of it, and how far such nowcasts have been off."""

from dataclasses import dataclass, field
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from helpers.forecasting.batch import SeriesBatch, TooFewPoints
from helpers.forecasting.projection import project
from helpers.problems import InputError
from helpers.tables import half_unit
from helpers.vintages.series import Archive, SeriesChoice, best_figures, known_on, known_series
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

        Raises `ValueError` if the value is not positive or the months are not 1 to 11.
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

    `pairs`: as `completed` returns: columns year, months, log_ratio, span. Raises `TooFewYears`
    with fewer than `LEAST_YEARS` finished years.
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

    Gives one error a row of `pairs`.
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

    `indicator`: a flow: something that adds up over the months of a year. `min_grade`: weakest
    grade that is kept. Raises `InputError` if the indicator is unknown, or no flow. Gives one row
    an area, year, definition and month: `months` counted from January, and value, decimals,
    qualifier, grade, source_id, known_from. Lower bounds are no values.
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

    `archive`, `as_of`, `indicator`, `min_grade`: as for `partial_figures`.

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
        log_ratio=np.log(pairs["value_full"] / pairs["value"]), span=np.log(YEAR / pairs["months"])
    )


@dataclass(frozen=True)
class RunningYear:
    """One year of one area that has no full-year figure yet."""

    year: int
    part: pd.Series | None
    """Its part-year figure with the most months; None without one."""
    factors: Factors | None
    """Learned from the other years known; None with too few of them."""
    made: Nowcast | None
    """The predictive distribution of the year."""
    missing: str
    """Why there is no nowcast; empty where there is one."""

    def probability(self, level: float) -> float:
        """P(year >= level); NaN without a nowcast or a level."""
        return self.made.probability_at_least(level) if self.made and level == level else nan


def nowcast_year(
    archive: Archive, as_of: date | str, indicator: str, area: str, year: int,
    min_grade: str = "unverified",
) -> RunningYear:  # fmt: skip
    """Nowcast one year of one area from what was public on a date.

    `indicator`: a flow. `year`: its own figures are never learned from. `min_grade`: weakest grade
    that is used.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    own = parts[parts["area"].eq(area) & parts["year"].eq(year)]
    part = own.sort_values("months").iloc[-1] if len(own) else None
    pairs = completed(archive, as_of, indicator, min_grade)
    try:
        factors = learn(pairs[pairs["year"].ne(year)])
    except TooFewYears as few:
        return RunningYear(year, part, None, None, str(few))
    if part is None:
        return RunningYear(year, None, factors, None, f"no part-year figure of {year} is public")
    made = factors.nowcast(float(part["value"]), int(part["months"]))
    return RunningYear(year, part, factors, made, "")


def bounds_from_wholes(
    archive: Archive, as_of: date | str, indicator: str, area: str, year: int,
    wholes: tuple[str, ...], level: float = nan, min_grade: str = "unverified",
) -> pd.DataFrame:  # fmt: skip
    """Say what figures of larger areas bound in a year without a figure of the area itself.

    A part cannot exceed its whole, if the whole's count really contains it; nothing follows for
    the least that it can be. No share is assumed: the share that would be needed is given beside
    those that were seen.

    `archive`, `as_of`, `indicator`, `area`, `year`, `min_grade`: as for `nowcast_year`. `wholes`:
    areas that contain the area. `level`: what a target asks of the area.

    Returns
    -------
    DataFrame
        One row a figure of a whole in that year: whole, months, value, at_most (of the area in
        these months, half a unit of rounding allowed), whole_year (median nowcast of the whole's
        year; the figure itself for 12 months), share_needed (of the whole's year, in percent, to
        reach the level; above 100 it is out of reach at the median), shares_seen (number of years
        in which the area's share of this whole is known) and largest_share, in percent, with its
        year.
    """
    parts = partial_figures(archive, as_of, indicator, min_grade)
    pairs = completed(archive, as_of, indicator, min_grade)
    choice = SeriesChoice(min_grade=min_grade, stand_ins=False)
    known = known_series(archive, as_of, choice, indicator=indicator)
    full = known[known["year"].eq(year)].assign(months=12)
    figures = pd.concat([parts[parts["year"].eq(year)], full])
    rows = [
        _bound(row, known, pairs, area, level)
        for whole in wholes
        for row in figures[figures["area"].eq(whole)].itertuples()
    ]
    return pd.DataFrame(rows, columns=_BOUND)


_BOUND = ["whole", "months", "value", "at_most", "whole_year", "share_needed", "shares_seen",
          "largest_share", "largest_share_year"]  # fmt: skip


def _bound(row, known: pd.DataFrame, pairs: pd.DataFrame, area: str, level: float) -> dict:
    year = float(row.value)
    if row.months < 12:
        try:
            factors = learn(pairs[pairs["year"].ne(row.year)])
            year = factors.nowcast(year, row.months).median
        except TooFewYears:
            year = nan
    own = known[known["area"].eq(area)].set_index("year")["value"]
    whole = known[known["area"].eq(row.area)].set_index("year")["value"]
    shares = (100 * own / whole).dropna()
    return {
        "whole": row.area,
        "months": row.months,
        "value": row.value,
        "at_most": row.value + half_unit(row.value, int(row.decimals), row.qualifier),
        "whole_year": year,
        "share_needed": 100 * level / year,
        "shares_seen": len(shares),
        "largest_share": shares.max() if len(shares) else nan,
        "largest_share_year": shares.idxmax() if len(shares) else nan,
    }


OTHER_YEARS, KNOWN_THEN = "other years", "known then"
MODES = (OTHER_YEARS, KNOWN_THEN)
RIVALS = ("nowcast", "even_months", "last_year", "projection")
COVERED = 0.8
_COLUMNS = ["mode", "indicator", "area", "year", "months", "definition", "known_from",
            "partial", "outcome", "grade", "outcome_grade"]  # fmt: skip


def replay_nowcasts(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Nowcast every finished year from each of its part-year figures, as if it were running.

    `archive`, `as_of`, `indicator`, `min_grade`: as for `nowcast_year`; also outcomes were public
    on `as_of`.

    Returns
    -------
    DataFrame
        One row a mode and part-year figure that was public before its outcome: mode, indicator,
        area, year, months, definition, known_from, partial, outcome, their grades, nowcast
        (median), lower80, upper80, learned_years, even_months (part times 12 over months),
        last_year (the full year before) and projection (the engine's median without the part);
        NaN where one cannot be made. In the mode "other years" factors come from all other years
        known on `as_of`; in "known then" only from what was public on the day the part-year
        figure was. The last two rivals always use only what was public then.
    """
    pairs = completed(archive, as_of, indicator, min_grade)
    asked = pairs[pairs["known_from"].lt(pairs["known_from_full"])]
    rivals = [_rivals(archive, row, min_grade) for row in asked.itertuples()]
    names = {"value": "partial", "value_full": "outcome", "grade_full": "outcome_grade"}
    asked = asked.rename(columns=names).reset_index(drop=True)
    asked = asked.join(pd.DataFrame(rivals, columns=RIVALS[1:], dtype=float))
    days = asked["known_from"].unique()
    known = {day: completed(archive, day, indicator, min_grade) for day in days}
    made = {
        OTHER_YEARS: [_nowcast(pairs, row) for row in asked.itertuples()],
        KNOWN_THEN: [_nowcast(known[row.known_from], row) for row in asked.itertuples()],
    }
    columns = ["nowcast", "lower80", "upper80", "learned_years"]
    modes = [
        asked.assign(mode=mode).join(pd.DataFrame(rows, columns=columns))
        for mode, rows in made.items()
    ]
    table = pd.concat(modes, ignore_index=True)
    return table[[*_COLUMNS, *columns, *RIVALS[1:]]]


def _nowcast(pairs: pd.DataFrame, row) -> tuple[float, float, float, int]:
    """Nowcast a part-year figure from other years: median, interval, years learned from."""
    try:
        factors = learn(pairs[pairs["year"].ne(row.year)])
    except TooFewYears:
        return nan, nan, nan, 0
    made = factors.nowcast(row.partial, row.months)
    return made.median, *made.interval(COVERED), factors.years


def _rivals(archive: Archive, row, min_grade: str) -> tuple[float, float, float]:
    """Simpler guesses of one year, from what was public on the day of its part-year figure."""
    choice = SeriesChoice(min_grade=min_grade, stand_ins=False, definition=row.definition)
    series = known_series(archive, row.known_from, choice, indicator=row.indicator, area=row.area)
    values = series[series["year"].lt(row.year)].set_index("year")["value"].astype(float)
    projected = _projected(values, row.year, archive.scales[row.indicator])
    return row.value * YEAR / row.months, values.get(row.year - 1, nan), projected


def _projected(values: pd.Series, year: int, scale: str) -> float:
    try:
        batch = SeriesBatch.from_series({"own": values})
    except TooFewPoints:
        return nan
    if not len(batch.names):
        return nan
    ahead = int(year - values.index.max())
    return float(project(batch, ahead, scale=scale).median[0, ahead - 1])


def score_nowcasts(rows: pd.DataFrame) -> pd.DataFrame:
    """Score the nowcast and its rivals, each where it made a guess.

    `rows`: as `replay_nowcasts` returns.

    Returns
    -------
    DataFrame
        One row a mode and method: method, count and years behind it, median_error and worst_error
        (absolute, percent of the outcome), bias (median signed error, percent: below zero means
        too low), and coverage of the 80 % interval (percent; the nowcast's alone).
    """
    scores = []
    for mode in MODES:
        for method in RIVALS:
            made = rows[rows["mode"].eq(mode)].dropna(subset=method)
            errors = 100 * (made[method] / made["outcome"] - 1)
            inside = made["outcome"].between(made["lower80"], made["upper80"])
            scores.append(
                {
                    "mode": mode,
                    "method": method,
                    "count": len(made),
                    "years": made["year"].nunique(),
                    "median_error": errors.abs().median(),
                    "bias": errors.median(),
                    "worst_error": errors.abs().max(),
                    "coverage": 100 * inside.mean() if method == "nowcast" else nan,
                }
            )
    return pd.DataFrame(scores)
