"""What the figures of some months say of a year, and how far such nowcasts have been off."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import nan

import numpy as np
import pandas as pd

from helpers.forecasting.batch import SeriesBatch, TooFewPoints
from helpers.forecasting.projection import project
from helpers.targets.states import half_unit
from helpers.topics.nowcasts.factors import (
    YEAR,
    Factors,
    Nowcast,
    TooFewYears,
    completed,
    learn,
    partial_figures,
)
from helpers.vintages.series import Archive, SeriesChoice, known_series


@dataclass(frozen=True)
class RunningYear:
    """One year of one area that has no full-year figure yet.

    Attributes
    ----------
    year : int
    part : Series or None
        Its part-year figure with the most months; None without one.
    factors : Factors or None
        Learned from the other years known; None with too few of them.
    made : Nowcast or None
        The predictive distribution of the year.
    missing : str
        Why there is no nowcast; empty where there is one.
    """

    year: int
    part: pd.Series | None
    factors: Factors | None
    made: Nowcast | None
    missing: str

    def probability(self, level: float) -> float:
        """P(year >= level); NaN without a nowcast or a level."""
        return self.made.probability_at_least(level) if self.made and level == level else nan


def nowcast_year(
    archive: Archive, as_of: date | str, indicator: str, area: str, year: int,
    min_grade: str = "unverified",
) -> RunningYear:  # fmt: skip
    """Nowcast one year of one area from what was public on a date.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
    indicator : str
        A flow.
    area : str
    year : int
        Its own figures are never learned from.
    min_grade : str
        Weakest grade that is used.
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

    Parameters
    ----------
    archive, as_of, indicator, area, year, min_grade
        As for `nowcast_year`.
    wholes : tuple of str
        Areas that contain the area.
    level : float
        What a target asks of the area.

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


def replay_nowcasts(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Nowcast every finished year from each of its part-year figures, as if it were running.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
        Only figures public on this day are used, also as outcomes.
    indicator : str
        A flow.
    min_grade : str
        Weakest grade that is used.

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
    rows = [
        {"mode": mode, **_outcome(row), **_reading(factors, row)}
        for mode in MODES
        for row, factors in _with_factors(archive, asked, pairs, mode, min_grade)
    ]
    table = pd.DataFrame(rows, columns=[*_COLUMNS, "nowcast", "lower80", "upper80",
                                        "learned_years"])  # fmt: skip
    rivals = pd.DataFrame(
        [_rivals(archive, row, min_grade) for row in asked.itertuples()], columns=RIVALS[1:]
    )
    twice = pd.concat([rivals] * len(MODES), ignore_index=True)
    return pd.concat([table, twice.astype(float)], axis=1)


_COLUMNS = ["mode", "indicator", "area", "year", "months", "definition", "known_from",
            "partial", "outcome", "grade", "outcome_grade"]  # fmt: skip


def _with_factors(
    archive: Archive, asked: pd.DataFrame, pairs: pd.DataFrame, mode: str, min_grade: str
) -> Iterator:
    """Give each part-year figure with the factors learned from other years."""
    found: dict[tuple, Factors | None] = {}
    for row in asked.itertuples():
        key = (row.year, row.known_from if mode == KNOWN_THEN else None)
        if key not in found:
            then = pairs
            if mode == KNOWN_THEN:
                then = completed(archive, row.known_from, row.indicator, min_grade)
            found[key] = _learned(then[then["year"].ne(row.year)])
        yield row, found[key]


def _learned(pairs: pd.DataFrame) -> Factors | None:
    try:
        return learn(pairs)
    except TooFewYears:
        return None


def _outcome(row) -> dict:
    return {
        "indicator": row.indicator,
        "area": row.area,
        "year": row.year,
        "months": row.months,
        "definition": row.definition,
        "known_from": row.known_from,
        "partial": row.value,
        "outcome": row.value_full,
        "grade": row.grade,
        "outcome_grade": row.grade_full,
    }


def _reading(factors: Factors | None, row) -> dict:
    if factors is None:
        return {"nowcast": np.nan, "lower80": np.nan, "upper80": np.nan, "learned_years": 0}
    made: Nowcast = factors.nowcast(row.value, row.months)
    low, high = made.interval(COVERED)
    return {"nowcast": made.median, "lower80": low, "upper80": high, "learned_years": factors.years}


def _rivals(archive: Archive, row, min_grade: str) -> dict:
    """Simpler guesses of one year, from what was public on the day of its part-year figure."""
    choice = SeriesChoice(min_grade=min_grade, stand_ins=False, definition=row.definition)
    series = known_series(archive, row.known_from, choice, indicator=row.indicator, area=row.area)
    series = series[series["year"].lt(row.year)]
    before = series[series["year"].eq(row.year - 1)]["value"]
    return {
        "even_months": row.value * YEAR / row.months,
        "last_year": float(before.iloc[0]) if len(before) else np.nan,
        "projection": _projected(series, row, archive),
    }


def _projected(series: pd.DataFrame, row, archive: Archive) -> float:
    scale = archive.scales[row.indicator]
    values = series.set_index("year")["value"].astype(float)
    try:
        batch = SeriesBatch.from_series({row.area: values})
    except TooFewPoints:
        return np.nan
    if not len(batch.names):
        return np.nan
    ahead = int(row.year - values.index.max())
    return float(project(batch, ahead, scale=scale).median[0, ahead - 1])


def score_nowcasts(rows: pd.DataFrame, shared: bool = False) -> pd.DataFrame:
    """Score the nowcast and its rivals.

    Parameters
    ----------
    rows : DataFrame
        As `replay_nowcasts` returns.
    shared : bool
        Score only the part-year figures for which every rival made a guess, so that all are asked
        the same.

    Returns
    -------
    DataFrame
        One row a mode and method: method, count and years behind it, median_error and worst_error
        (absolute, percent of the outcome), bias (median signed error, percent: below zero means
        too low), and coverage of the 80 % interval (percent; the nowcast's alone).
    """
    scores = []
    for mode in MODES:
        group = rows[rows["mode"].eq(mode)]
        asked = group.dropna(subset=list(RIVALS)) if shared else group
        for method in RIVALS:
            made = asked.dropna(subset=[method])
            scores.append({"mode": mode, "method": method, **_score(made, method)})
    return pd.DataFrame(scores)


def _score(made: pd.DataFrame, method: str) -> dict:
    if made.empty:
        return {"count": 0, "years": 0, "median_error": np.nan, "bias": np.nan,
                "worst_error": np.nan, "coverage": np.nan}  # fmt: skip
    errors = 100 * (made[method] / made["outcome"] - 1)
    inside = made["outcome"].between(made["lower80"], made["upper80"])
    return {
        "count": len(made),
        "years": made["year"].nunique(),
        "median_error": errors.abs().median(),
        "bias": errors.median(),
        "worst_error": errors.abs().max(),
        "coverage": 100 * inside.mean() if method == "nowcast" else np.nan,
    }
