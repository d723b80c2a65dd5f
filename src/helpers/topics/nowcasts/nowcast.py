"""What the figures of some months say of a year, and how far such nowcasts have been off."""

from dataclasses import dataclass
from datetime import date
from math import nan

import pandas as pd

from helpers.forecasting.batch import SeriesBatch, TooFewPoints
from helpers.forecasting.projection import project
from helpers.tables import half_unit
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
_COLUMNS = ["mode", "indicator", "area", "year", "months", "definition", "known_from",
            "partial", "outcome", "grade", "outcome_grade"]  # fmt: skip


def replay_nowcasts(
    archive: Archive, as_of: date | str, indicator: str, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Nowcast every finished year from each of its part-year figures, as if it were running.

    Parameters
    ----------
    archive, as_of, indicator, min_grade
        As for `nowcast_year`; also outcomes were public on `as_of`.

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

    Parameters
    ----------
    rows : DataFrame
        As `replay_nowcasts` returns.

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
