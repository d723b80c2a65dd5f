"""On-track rules and our probability, scored on the finished targets of the collection."""

from datetime import date
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.assessment import look_ahead
from helpers.targets.information import Information, information_of
from helpers.targets.on_track.comparison import base_year_of, case_of, not_for_rules
from helpers.targets.on_track.readings import LEVELS, readings
from helpers.targets.on_track.registry import RULES
from helpers.targets.on_track.scores import BASE_RATE, COIN, OURS, Judged, score_verdicts
from helpers.targets.states import Target
from helpers.vintages.series import Archive, SeriesChoice, known_series, open_archive

COLUMNS = [
    "target_id",
    "indicator",
    "area",
    "target_year",
    "day",
    "years_left",
    "outcome",
    "at_signing",
    "base_year",
    "forecaster",
    "said",
    "value",
    "state",
    "level",
    "refused",
    "sound",
]


def finished_verdicts(
    raw: RawData, as_of: date | str, choice: SeriesChoice | None = None
) -> pd.DataFrame:
    """Replay every rule and our probability on the targets whose outcome is known.

    Each target is judged at the end of every year from its setting to its own, with the
    figures known on that day only. The base year is the target's own, or else the year of the
    latest figure known when the target was set.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Outcomes known on this day count.
    choice : SeriesChoice, optional
        Which figures count.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target, day and forecaster. `said` is 1 for on track, 0 for any
        other verdict, the probability for ours, NaN without a reading (`refused` says why);
        `outcome` is "met" or "missed"; `at_signing` whether the latest figure then passed the line.
    """
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    rows = []
    for target in targets.read_targets(raw.targets, raw.sources):
        if target.operator == "qualitative":
            continue
        outcome = information_of(archive, target, as_of, choice, checks=()).settled
        if outcome in {"met", "missed"}:
            rows += _judge_target(archive, target, choice, outcome)
    return pd.DataFrame(rows, columns=COLUMNS)


def _judge_target(
    archive: Archive, target: Target, choice: SeriesChoice, outcome: str
) -> list[dict]:
    """Rows of one target: every day, every forecaster."""
    days = pd.date_range(target.set_on, f"{target.target_year}-12-31", freq="YE")
    place = {"indicator": target.indicator, "area": target.area}
    known = known_series(archive, target.set_on, choice, **place)
    base_year = base_year_of(archive, target, choice)
    signing = targets.signing_check(target, known)[0]
    every = [information_of(archive, target, day, choice, checks=()) for day in days]
    rows = []
    for e in look_ahead([of for of in every if not of.settled]):
        about = {
            "target_id": target.target_id,
            **place,
            "target_year": target.target_year,
            "day": e.as_of,
            "years_left": target.target_year - e.as_of.year,
            "outcome": outcome,
            "at_signing": signing,
            "base_year": base_year,
        }
        probability = e.probability
        refused = "" if isfinite(probability) else "too few figures to project"
        rows += [about | reading for reading in _rule_rows(e, base_year)]
        rows.append(
            about
            | {"forecaster": OURS, "said": probability, "value": probability, "state": ""}
            | {"level": "", "refused": refused, "sound": not refused}
        )
    return rows


def _rule_rows(evidence: Information, base_year: int | None) -> list[dict]:
    """Say what every rule reads off what is known about one target on one day."""
    why_not = not_for_rules(evidence, base_year)
    if why_not or base_year is None:
        empty = {"said": nan, "value": nan, "state": "", "level": "", "sound": False}
        return [{"forecaster": rule.name, **empty, "refused": why_not} for rule in RULES]
    return [
        {
            "forecaster": answer.rule,
            "said": nan if answer.refused else float(answer.level == LEVELS[0]),
            "value": answer.value,
            "state": answer.state,
            "level": answer.level,
            "refused": answer.refused,
            "sound": answer.sound,
        }
        for answer in readings(case_of(evidence, base_year))
    ]


def judge_finished(verdicts: pd.DataFrame) -> Judged:
    """Lay the replayed verdicts out for scoring, with a base rate and a coin beside them.

    Parameters
    ----------
    verdicts : DataFrame
        As `finished_verdicts` returns.

    Returns
    -------
    Judged
        One row a target and day, grouped by target: the number of targets decides, not of days.
        The base rate of a target is the share of the other targets that were met.
    """
    keys = ["target_id", "day", "outcome"]
    forecasters = [*(rule.name for rule in RULES), OURS]
    said = verdicts.pivot_table("said", keys, "forecaster", aggfunc="first")
    said = said.reindex(pd.MultiIndex.from_frame(verdicts[keys].drop_duplicates()))
    said = said.reindex(columns=forecasters).reset_index(keys)
    met = said["outcome"].eq("met").to_numpy()
    group, _ = pd.factorize(said["target_id"])
    each = np.array([met[group == g][0] for g in np.unique(group)], dtype=float)
    others = (each.sum() - each) / max(len(each) - 1, 1)
    return Judged(said[forecasters].assign(**{BASE_RATE: others[group], COIN: 0.5}), met, group)


def score_finished(verdicts: pd.DataFrame) -> pd.DataFrame:
    """Score every rule and our probability on finished targets, each on the days it could read.

    Takes what `finished_verdicts` returns and gives the table of
    `helpers.targets.on_track.scores.score_verdicts`; `groups` counts targets.
    """
    return score_verdicts(judge_finished(verdicts), common=False)
