"""The verdict on every target as known on a date: figures, projection and rules put together."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pandas as pd

from helpers.forecasting.members import MIN_POINTS, SeriesBatch
from helpers.forecasting.projection import project
from helpers.forecasting.series import interval_table
from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.chances import chances
from helpers.targets.facts import facts, reason
from helpers.targets.information import Evidence, gather, signing_checks
from helpers.targets.states import Target
from helpers.vintages.series import Archive, SeriesChoice, open_archive

COLUMNS = [
    "target_id",
    "plan",
    "indicator",
    "area",
    "target_year",
    "operator",
    "target_value",
    "target_high",
    "target_decimals",
    "unit",
    "base_year",
    "level",
    "state",
    "probability",
    "state_verified",
    "probability_verified",
    "latest_year",
    "latest_value",
    "latest_decimals",
    "latest_unit",
    "latest_status",
    "latest_qualifier",
    "latest_grade",
    "latest_source_id",
    "latest_known_from",
    "latest_known_from_assumed",
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
    "signing_event",
    "signing_day",
    "signing_year",
    "signing_value",
    "signing_decimals",
    "signing_grade",
    "reason",
]


def assess(
    raw: RawData, as_of: date | str, choice: SeriesChoice | None = None, **options
) -> pd.DataFrame:
    """Reach a verdict on each target, with and without unverified figures.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Only figures known on this day are used.
    choice : SeriesChoice, optional
        Which figures count.
    **options
        As for `replay`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target in the order of the raw table. Growths are in percent a
        year, `level` is what the target year must reach in the indicator's unit, `gap` that level
        minus the latest value, intervals are those of the target year. The columns ending in
        `_verified` hold the same without unverified figures.

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    return replay(raw, [as_of], choice, **options)[COLUMNS]


def replay(
    raw: RawData,
    days: Sequence[date | str],
    choice: SeriesChoice | None = None,
    *,
    target_ids: list[str] | None = None,
    first_year: int = 0,
) -> pd.DataFrame:
    """Reach the verdicts with the figures known on each of several days.

    Parameters
    ----------
    raw : RawData
    days : sequence of date or str
    choice : SeriesChoice, optional
        Which figures count. An outcome is one of the main series, whatever definition is projected.
    target_ids : list of str, optional
        Keep these targets; all otherwise.
    first_year : int
        Leave out earlier years.

    Returns
    -------
    DataFrame
        As `assess`, with a first column `as_of`; day by day.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    wanted = targets.select(targets.read_targets(raw.targets, raw.sources), target_ids)
    result = _verdicts(archive, wanted, days, choice, first_year)
    verified = result
    if choice.min_grade == "unverified":
        read = replace(choice, min_grade="secondary")
        verified = _verdicts(archive, wanted, days, read, first_year)
    return result.assign(
        state_verified=verified["state"], probability_verified=verified["probability"]
    )[["as_of", *COLUMNS]]


def _verdicts(
    archive: Archive,
    wanted: list[Target],
    days: Sequence[date | str],
    choice: SeriesChoice,
    first_year: int,
) -> pd.DataFrame:
    """All targets on all days with one choice of figures."""
    checks = {target.target_id: signing_checks(archive, target, choice) for target in wanted}
    evidence = [
        gather(archive, target, day, choice, first_year, checks[target.target_id])
        for day in days
        for target in wanted
    ]
    rows = [_row(e, ahead) for e, ahead in zip(evidence, forecast(evidence), strict=True)]
    columns = ["as_of", *(name for name in COLUMNS if not name.endswith("_verified"))]
    return pd.DataFrame(rows, columns=columns)


def forecast(evidence: Sequence[Evidence]) -> list[dict[str, float] | None]:
    """Project every series in one call and read off each target's probability and intervals.

    Parameters
    ----------
    evidence : sequence of Evidence

    Returns
    -------
    list
        For each target probability, median, lower50 ... upper95 of the target year. None where the
        outcome is out, where there are fewer than `helpers.forecasting.members.MIN_POINTS` points,
        or where the latest figure is already of the target year.
    """
    ready = {_series_name(e): e for e in evidence if _can_be_projected(e)}
    if not ready:
        return [None] * len(evidence)
    batch = SeriesBatch.from_series(
        {
            name: e.series.set_index("year")["spliced_value"].astype(float)
            for name, e in ready.items()
        }
    )
    open_targets = [e for e in evidence if _can_be_projected(e)]
    horizon = max(e.target.target_year - int(e.series["year"].max()) for e in open_targets)
    projected = project(batch, horizon, scale=[e.scale for e in ready.values()])
    spread = interval_table(projected).drop(columns=["origin_year", "horizon"])
    spread = spread.set_index(["series", "year"])
    row = {name: i for i, name in enumerate(projected.names)}
    chance = chances(
        projected,
        [row[_series_name(e)] for e in open_targets],
        [targets.demand_of(e.target, e.series) for e in open_targets],
    )
    found = {id(e): float(p) for e, p in zip(open_targets, chance, strict=True)}
    return [
        spread.loc[(_series_name(e), e.target.target_year)].to_dict()
        | {"probability": found[id(e)]}
        if id(e) in found
        else None
        for e in evidence
    ]


def _can_be_projected(evidence: Evidence) -> bool:
    if evidence.settled or len(evidence.series) < MIN_POINTS:
        return False
    return int(evidence.series["year"].max()) < evidence.target.target_year


def _series_name(evidence: Evidence) -> str:
    return f"{evidence.as_of:%Y-%m-%d}/{evidence.target.indicator}/{evidence.target.area}"


def _row(evidence: Evidence, forecast_of: dict[str, float] | None) -> dict:
    """One row of the table of verdicts."""
    target, series, figure = evidence.target, evidence.series, evidence.figure
    signed = tuple(check.state for check in evidence.signing)
    state = targets.state_of(target, evidence.as_of, evidence.settled, figure, signed)
    row = {
        "as_of": evidence.as_of,
        "target_id": target.target_id,
        "plan": target.plan,
        "indicator": target.indicator,
        "area": target.area,
        "unverified_points": int(series["grade"].eq("unverified").sum()) if len(series) else 0,
        "reason": reason(evidence, state, forecast_of),
    }
    row |= facts(evidence, state, forecast_of)
    if figure is None:
        return row
    row |= {name: figure[name.removeprefix("latest_")] for name in COLUMNS if "latest_" in name}
    line = targets.line_of(target, series)
    row["level"] = line.level
    row["gap"] = line.level - figure["value"]
    row["required_growth"] = targets.required_of(target, figure, line)
    row["past_growth"] = targets.past_growth(series)
    return row
