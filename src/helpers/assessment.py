"""The verdict on every target as known on a date: figures, projection and rules put together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers import targets, wording
from helpers.observations import RawData
from helpers.outlook import interval_table
from helpers.problems import InputError, closest
from helpers.projection import Projection, project
from helpers.targets import Target
from helpers.trends import MIN_POINTS, SeriesBatch
from helpers.vintages import Archive, SeriesChoice, known_on, known_series, open_archive

COLUMNS = [
    "target_id",
    "plan",
    "indicator",
    "area",
    "target_year",
    "operator",
    "target_value",
    "unit",
    "state",
    "probability",
    "state_verified",
    "probability_verified",
    "latest_year",
    "latest_value",
    "latest_decimals",
    "latest_status",
    "latest_qualifier",
    "latest_grade",
    "latest_source_id",
    "latest_known_from",
    "gap",
    "required_growth",
    "past_growth",
    "median",
    "lower50",
    "upper50",
    "lower80",
    "upper80",
    "lower95",
    "upper95",
    "points",
    "unverified_points",
    "at_signing",
    "reason",
]
PATHS = 4000
"""Paths behind the probability of an average over several years: a standard error below .008."""


@dataclass(frozen=True)
class Evidence:
    """What is known about one target on a date.

    Attributes
    ----------
    target : Target
    series : DataFrame
        The known series of its indicator and area.
    scale : str
        Scale of the indicator: "log", "logit" or "linear".
    settled : str
        State that a published outcome settles, or "".
    figure : Series or None
        The outcome, or else the latest figure.
    signing : tuple of (day, what happened, state, figure)
        The check on the day the target was set, and on the day it was made public.
    """

    target: Target
    series: pd.DataFrame
    scale: str
    settled: str
    figure: pd.Series | None
    signing: tuple[tuple[pd.Timestamp, str, str, pd.Series | None], ...]


def assess(
    raw: RawData,
    as_of: date | str,
    choice: SeriesChoice | None = None,
    *,
    target_ids: list[str] | None = None,
    first_year: int = 0,
) -> pd.DataFrame:
    """Reach a verdict on each target, with and without unverified figures.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Only figures known on this day are used.
    choice : SeriesChoice, optional
        Which figures count. An outcome is one of the main series, whatever definition is projected.
    target_ids : list of str, optional
        Keep these targets; all otherwise.
    first_year : int
        Leave out earlier years.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target in the order of the raw table. Growths are in percent a
        year, `gap` is the target's level minus the latest value, intervals are those of the target
        year. The columns ending in `_verified` hold the same without unverified figures.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    wanted = _select(targets.read_targets(raw.targets, raw.sources), target_ids)
    result = _assess_once(archive, wanted, as_of, choice, first_year)
    verified = result
    if choice.min_grade == "unverified":
        verified = _assess_once(
            archive, wanted, as_of, replace(choice, min_grade="secondary"), first_year
        )
    return result.assign(
        state_verified=verified["state"], probability_verified=verified["probability"]
    )[COLUMNS]


def replay(
    raw: RawData, days: Sequence[date | str], choice: SeriesChoice | None = None, **options
) -> pd.DataFrame:
    """Reach the verdicts again with the figures known on each of several days.

    Parameters
    ----------
    raw : RawData
    days : sequence of date or str
    choice : SeriesChoice, optional
    **options
        As for `assess`.

    Returns
    -------
    DataFrame
        As `assess`, with a first column `as_of`.
    """
    tables = []
    for day in days:
        table = assess(raw, day, choice, **options)
        table.insert(0, "as_of", pd.Timestamp(day))
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def _select(every: list[Target], target_ids: list[str] | None) -> list[Target]:
    """Keep the targets asked for, in the order of the table."""
    if target_ids is None:
        return every
    unknown = set(target_ids) - {target.target_id for target in every}
    if unknown:
        known = [target.target_id for target in every]
        hints = [f"{name!r}{closest(name, known)}" for name in sorted(unknown)]
        raise InputError(f"not in targets.csv: {'; '.join(hints)}")
    return [target for target in every if target.target_id in target_ids]


def _assess_once(
    archive: Archive,
    wanted: list[Target],
    as_of: date | str,
    choice: SeriesChoice,
    first_year: int,
) -> pd.DataFrame:
    """One pass over the targets with one choice of figures."""
    evidence = [gather(archive, target, as_of, choice, first_year) for target in wanted]
    forecasts = forecast([e for e in evidence if not e.settled and e.target.indicator])
    rows = [_row(e, forecasts.get(e.target.target_id), as_of) for e in evidence]
    return pd.DataFrame(rows, columns=[c for c in COLUMNS if not c.endswith("_verified")])


def gather(
    archive: Archive, target: Target, as_of: date | str, choice: SeriesChoice, first_year: int = 0
) -> Evidence:
    """Collect what is known about one target on a date.

    Parameters
    ----------
    archive : Archive
    target : Target
    as_of : date or str
    choice : SeriesChoice
    first_year : int
        Leave out earlier years.
    """
    if target.operator == "qualitative":
        return Evidence(target, pd.DataFrame(), "", "", None, ())
    place = {"indicator": target.indicator, "area": target.area}
    series = known_series(archive, as_of, choice, **place)
    series = series[series["year"].ge(first_year)].reset_index(drop=True)
    bounds = known_on(archive, as_of, choice.min_grade)
    for name, value in {**place, "months": 12, "qualifier": "lower_bound", "use": "main"}.items():
        bounds = bounds[bounds[name].eq(value)]
    main = series
    if choice.definition:
        main = known_series(archive, as_of, replace(choice, definition=""), **place)
    settled, figure = targets.outcome(target, main, bounds)
    if figure is None and len(series):
        figure = series.iloc[-1]
    days = ((target.set_on, "set"), (target.published, "made public"))
    signing = tuple(
        (day, event, *targets.signing_check(target, known_series(archive, day, choice, **place)))
        for day, event in days
        if pd.notna(day) and day <= pd.Timestamp(as_of)
    )
    scale = archive.indicators.set_index("indicator").loc[target.indicator, "scale"]
    return Evidence(target, series, scale, settled, figure, signing)


def forecast(evidence: list[Evidence]) -> dict[str, dict[str, float]]:
    """Project every series once and read off each target's probability and intervals.

    Parameters
    ----------
    evidence : list of Evidence
        Of targets whose outcome is not out.

    Returns
    -------
    dict
        For each target that can be projected: probability, median, lower50 ... upper95 of the
        target year. Targets with fewer than `helpers.trends.MIN_POINTS` points, or whose latest
        figure is already of the target year, are left out.
    """
    ready = [
        e
        for e in evidence
        if len(e.series) >= MIN_POINTS and e.series["year"].max() < e.target.target_year
    ]
    if not ready:
        return {}
    unique = {_place(e): e for e in ready}
    batch = SeriesBatch.from_series(
        {
            "/".join(key): e.series.set_index("year")["spliced_value"].astype(float)
            for key, e in unique.items()
        }
    )
    horizon = max(e.target.target_year - int(e.series["year"].max()) for e in ready)
    projected = project(batch, horizon, scale=[e.scale for e in unique.values()])
    spread = interval_table(projected).drop(columns=["origin_year", "horizon"])
    spread = spread.set_index(["series", "year"])
    return {
        e.target.target_id: spread.loc[("/".join(_place(e)), e.target.target_year)].to_dict()
        | {"probability": _probability(e, projected)}
        for e in ready
    }


def _place(evidence: Evidence) -> tuple[str, str]:
    return evidence.target.indicator, evidence.target.area


def _probability(evidence: Evidence, projected: Projection) -> float:
    """Probability that the target year passes the line; NaN while the line is not known."""
    line = targets.line_of(evidence.target, evidence.series)
    if not isfinite(line.level):
        return nan
    row = projected.names.index("/".join(_place(evidence)))
    steps = [year - int(projected.origin_years[row]) - 1 for year in line.open_years]
    if len(steps) == 1:
        return float(projected.probability_at_least(line.level)[row, steps[0]])
    paths = projected.paths(PATHS, seed=0)[row][:, steps]
    return float(np.mean(paths.mean(axis=1) >= line.level))


def _row(evidence: Evidence, forecast_of: dict[str, float] | None, as_of: date | str) -> dict:
    """One row of the table of verdicts."""
    target, series, figure = evidence.target, evidence.series, evidence.figure
    signed = tuple(state for _, _, state, _ in evidence.signing)
    state = targets.state_of(target, as_of, evidence.settled, figure, signed)
    row = {
        "target_id": target.target_id,
        "plan": target.plan,
        "indicator": target.indicator,
        "area": target.area,
        "target_year": target.target_year,
        "operator": target.operator,
        "target_value": target.value,
        "unit": target.unit,
        "state": state,
        "probability": nan,
        "at_signing": next((s for s in signed if s == "met"), signed[0] if signed else "unknown"),
        "points": len(series),
        "unverified_points": int(series["grade"].eq("unverified").sum()) if len(series) else 0,
        "reason": wording.reason(evidence, state, forecast_of),
    }
    row |= forecast_of or {}
    if figure is None:
        return row
    names = ["year", "value", "decimals", "status", "qualifier", "grade", "source_id", "known_from"]
    row |= {f"latest_{name}": figure[name] for name in names}
    line = targets.line_of(target, series)
    years = target.target_year - int(figure["year"])
    row["gap"] = line.level - figure["value"]
    row["required_growth"] = targets.required_growth(figure["value"], line.level, years)
    row["past_growth"] = targets.past_growth(series)
    return row
