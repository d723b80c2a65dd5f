"""What every on-track rule said of a target, day by day, with the figures of that day only."""

from datetime import date
from math import nan

import pandas as pd

from helpers import targets
from helpers.beliefs.belief import FIRST_DAY, archive_of, belief_days, numeric_targets
from helpers.evidence import Evidence, gather
from helpers.observations import RawData
from helpers.rules.finished import base_year_of, not_for_rules
from helpers.rules.owners import RULES
from helpers.rules.readings import apply_rules
from helpers.targets import Target
from helpers.vintages import Archive, SeriesChoice, open_archive

READINGS = [
    "target_id",
    "day",
    "rule",
    "state",
    "level",
    "value",
    "bar",
    "sound",
    "caution",
    "refused",
    "why",
    "base_year",
    "latest_year",
    "latest_value",
]


def rule_timeline(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
    *,
    base: str = "set",
) -> pd.DataFrame:
    """Read every rule on each day on which a belief could change, until the outcome is out.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        The last day.
    target_ids : list of str, optional
        Keep these targets; all numeric ones otherwise.
    choice : SeriesChoice, optional
        Which figures count.
    base : str
        Progress counts from the latest figure known when the target was "set" or "made public",
        where the target names no base year of its own.

    Returns
    -------
    DataFrame
        Columns `READINGS`, one row a target, day from the setting on, and rule. `state` is in the
        owner's words; `refused` says why there is no reading; `sound` is False for a reading that
        cannot be taken at face value (`caution`).

    Raises
    ------
    helpers.problems.InputError
        For a target that the raw table does not hold, naming it.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    tables = [
        _target_readings(archive, target, as_of, choice, base)
        for target in numeric_targets(raw, target_ids)
    ]
    tables = [table for table in tables if len(table)]
    if not tables:
        return pd.DataFrame(columns=READINGS)
    return pd.concat(tables, ignore_index=True)[READINGS]


def _target_readings(
    archive: Archive, target: Target, as_of: date | str, choice: SeriesChoice, base: str
) -> pd.DataFrame:
    archive = archive_of(archive, target)
    start = max(target.set_on, pd.Timestamp(FIRST_DAY))
    base_year = base_year_of(archive, target, choice, base)
    tables = []
    for day in belief_days(archive, target, start, as_of):
        e = gather(archive, target, day, choice, checks=())
        if e.settled:
            break
        tables.append(_day_readings(e, base_year).assign(target_id=target.target_id, day=day))
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=READINGS)


def _day_readings(evidence: Evidence, base_year: int | None) -> pd.DataFrame:
    """Read every rule off what is known on one day."""
    target, series = evidence.target, evidence.series
    why_not = not_for_rules(evidence, base_year)
    if why_not:
        silent = {"state": "", "level": "", "value": nan, "bar": nan, "sound": False, "caution": ""}
        latest = series.iloc[-1] if len(series) else {"year": pd.NA, "value": nan}
        figure = {"latest_year": latest["year"], "latest_value": float(latest["value"])}
        rest = {"refused": why_not, "why": why_not, "base_year": base_year, **figure}
        rows = [{"rule": rule.name, **silent, **rest} for rule in RULES]
        return pd.DataFrame(rows).astype({"base_year": "Int64", "latest_year": "Int64"})
    level = targets.line_of(target, series).level
    table = apply_rules(series, base_year=base_year, level=level, target_year=target.target_year)
    return table.astype({"latest_year": "Int64"})
