"""How far nowcasts have been off, beside simpler guesses made on the same day."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd

from helpers.forecasting.batch import SeriesBatch, TooFewPoints
from helpers.forecasting.projection import project
from helpers.topics.nowcasts.factors import Factors, Nowcast, TooFewYears, learn
from helpers.topics.nowcasts.parts import YEAR, completed
from helpers.vintages.series import Archive, SeriesChoice, known_series

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
