"""What every on-track rule said of a target, day by day, with the figures of that day only."""

from datetime import date
from itertools import takewhile

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.history.probability import belief_days, evidence_on, first_day, numeric_targets
from helpers.targets.on_track.questions import ask_rules, base_year_of
from helpers.targets.states import Target
from helpers.vintages.series import Archive, SeriesChoice, open_archive

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
    archive, first = open_archive(raw), first_day(raw)
    tables = [
        table
        for target in numeric_targets(raw, target_ids)
        for table in _target_readings(
            archive, target, max(target.set_on, first), as_of, choice, base
        )
    ]
    if not tables:
        return pd.DataFrame(columns=READINGS)
    return pd.concat(tables, ignore_index=True)[READINGS]


def _target_readings(
    archive: Archive,
    target: Target,
    start: pd.Timestamp,
    as_of: date | str,
    choice: SeriesChoice,
    base: str,
) -> list[pd.DataFrame]:
    """Ask the rules day by day, until the outcome is out."""
    base_year = base_year_of(archive, target, choice, base)
    known = evidence_on(archive, target, belief_days(archive, target, start, as_of), choice)
    return [ask_rules(e, base_year) for e in takewhile(lambda e: not e.settled, known)]
