"""On-track rules and our probability, scored on thousands of targets set on reference series."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import HELD_OUT, LEARNING, final_origins
from helpers.forecasting.calibration import Calibration, shipped
from helpers.forecasting.projection import Projection, project
from helpers.forecasting.scores import EVENTS, event_thresholds
from helpers.targets.on_track.cases import PlanCases
from helpers.targets.on_track.formulas import ON_TRACK
from helpers.targets.on_track.readings import read_rule
from helpers.targets.on_track.registry import RULES
from helpers.targets.on_track.scores import BASE_RATE, COIN, NAIVE, OURS, Judged, score_verdicts

ORIGIN_YEAR = 2020
"""Year given to every forecast origin, so that a window "since 2000" is twenty years long."""
HISTORY = 21
ELAPSED = (1, 2, 3, 4, 5)
YEARS_BEFORE_BASE = 5


@dataclass(frozen=True)
class SyntheticTargets:
    """Targets on the series of one collection.

    Attributes
    ----------
    cases : PlanCases
        m plans, as known at the forecast origin.
    met : ndarray of bool, shape (m,)
        Whether the held-out figure of the target year reached the level.
    series : ndarray of int, shape (m,)
        Row of the series in the collection.
    event : ndarray of int, shape (m,)
        How the level was set, a position in `helpers.forecasting.scores.EVENTS`.
    probability : ndarray, shape (m,)
        Ours, that the level is reached; NaN if no calibration was given.
    """

    cases: PlanCases
    met: np.ndarray
    series: np.ndarray
    event: np.ndarray
    probability: np.ndarray

    def select(self, rows: np.ndarray) -> "SyntheticTargets":
        """Keep the targets of a mask."""
        rest = (self.met, self.series, self.event, self.probability)
        return SyntheticTargets(self.cases.select(rows), *(part[rows] for part in rest))


def synthetic_targets(
    collection: str, calibration: Calibration | None = None, elapsed: Sequence[int] = ELAPSED
) -> SyntheticTargets:
    """Set targets on every reference series with enough points.

    A plan starts b years before the forecast origin. Its level is set then, by the nine ways of
    `helpers.forecasting.scores.EVENTS` applied to the figures up to that base year: the base times
    1.10, 1.25 and 1.50; grown by 2, 5 and 10 % a year; at the pace of the five years before, times
    0.9, 1 and 1.1. It ends h years after the origin, inside the held-out figures. Up is good.

    Parameters
    ----------
    collection : str
        "M1", "M3" or "Tourism".
    calibration : Calibration, optional
        Not learned on this collection; without it there is no probability of ours.
    elapsed : sequence of int
        The values of b.
    """
    origins = final_origins(collection)
    values, outcomes = origins.batch.values, origins.outcomes
    projected = None
    if calibration is not None:
        _refuse_own(calibration, collection)
        projected = project(origins.batch, outcomes.shape[1], calibration=calibration)
    count = np.isfinite(values).sum(axis=1)
    parts = [_set_targets(values, outcomes, years, count, projected) for years in elapsed]
    return _joined(parts)


def _refuse_own(calibration: Calibration, collection: str) -> None:
    """Refuse constants learned on the series that they would be scored on."""
    if collection in calibration.learned_on.split():
        raise ValueError(
            f"the calibration was learned on {calibration.learned_on}, which holds {collection}; "
            "give one learned on the other collections"
        )


def _set_targets(
    values: np.ndarray,
    outcomes: np.ndarray,
    elapsed: int,
    count: np.ndarray,
    projected: Projection | None,
) -> SyntheticTargets:
    """Plans that started `elapsed` years before the origin; axes series, horizon, event."""
    horizon = outcomes.shape[1]
    kept = np.flatnonzero(count >= elapsed + YEARS_BEFORE_BASE + 1)
    levels = event_thresholds(values[kept, :-elapsed], elapsed + horizon)[:, elapsed:]
    met = outcomes[kept, :, None] >= levels
    probability = np.full(levels.shape, np.nan)
    if projected is not None:
        wanted = np.ones((len(values), horizon))
        for number in range(len(EVENTS)):
            wanted[kept] = levels[:, :, number]
            probability[:, :, number] = projected.probability_at_least(wanted)[kept]
    series, steps, event = (
        np.broadcast_to(axis, levels.shape).ravel()
        for axis in (
            kept[:, None, None],
            np.arange(1, horizon + 1)[None, :, None],
            np.arange(len(EVENTS)),
        )
    )
    known = np.isfinite(outcomes)[series, steps - 1] & np.isfinite(levels.ravel())
    series, steps, event = series[known], steps[known], event[known]
    m = len(series)
    cases = PlanCases(
        values=_history(values)[series],
        latest_year=np.full(m, ORIGIN_YEAR),
        base_year=np.full(m, ORIGIN_YEAR - elapsed),
        level=levels.ravel()[known],
        target_year=ORIGIN_YEAR + steps,
        direction=np.ones(m, dtype=int),
        broken=np.zeros((m, HISTORY), dtype=bool),
    )
    return SyntheticTargets(cases, met.ravel()[known], series, event, probability.ravel()[known])


def _history(values: np.ndarray) -> np.ndarray:
    """Last `HISTORY` columns, padded with NaN in front where there are fewer."""
    missing = max(0, HISTORY - values.shape[1])
    return np.pad(values, ((0, 0), (missing, 0)), constant_values=np.nan)[:, -HISTORY:]


def _joined(parts: list[SyntheticTargets]) -> SyntheticTargets:
    names = PlanCases.__dataclass_fields__
    cases = PlanCases(
        **{name: np.concatenate([getattr(p.cases, name) for p in parts]) for name in names}
    )
    rest = [name for name in SyntheticTargets.__dataclass_fields__ if name != "cases"]
    return SyntheticTargets(
        cases, **{name: np.concatenate([getattr(p, name) for p in parts]) for name in rest}
    )


COLLECTIONS = (*LEARNING, *HELD_OUT)


def score_rules_on_reference(
    collections: Sequence[str] = COLLECTIONS,
    *,
    by: str = "",
    past: bool = False,
    as_frequency: bool = False,
    calibrations: Mapping[str, Calibration] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> pd.DataFrame:
    """Score every published rule and our probability on synthetic targets.

    Parameters
    ----------
    collections : sequence of str
        Of the reference series.
    by : str
        Break down by "collection", "event", "today" (whether the latest figure meets the target),
        "years_left", "years_elapsed" or "elapsed" (share of the plan's years that is over).
    past, as_frequency, calibrations
        As for `judge_targets`.
    draws, seed : int
        Of the bootstrap over series.

    Returns
    -------
    DataFrame
        As `helpers.targets.on_track.scores.score_verdicts`, on the targets on which all give a
        reading.
    """
    judged = judge_targets(
        collections, past=past, as_frequency=as_frequency, calibrations=calibrations
    )
    return score_verdicts(judged, by=by, draws=draws, seed=seed)


def judge_targets(
    collections: Sequence[str] = COLLECTIONS,
    *,
    past: bool = False,
    as_frequency: bool = False,
    calibrations: Mapping[str, Calibration] | None = None,
) -> Judged:
    """Let every rule, our probability, a naive rule, a base rate and a coin judge targets.

    Parameters
    ----------
    collections : sequence of str
        Those to be scored.
    past : bool
        Keep the targets that the base had already passed when they were set, instead of the others.
    as_frequency : bool
        Read a rule's state as the frequency with which targets in that state were met in the
        collections learned from, instead of as yes or no.
    calibrations : mapping of str to Calibration, optional
        Constants of our probability for each collection; by default the shipped ones that were
        learned without it.

    Returns
    -------
    Judged
        Groups are series. Base rates and frequencies are learned like our constants: for M1 on M3,
        for M3 on M1, for Tourism on both.
    """
    if calibrations is None:
        calibrations = {name: shipped(without=name) for name in collections}
    needed = dict.fromkeys([*collections, *(c for name in collections for c in _others(name))])
    made = {}
    for name in needed:
        every = synthetic_targets(name, calibrations.get(name))
        made[name] = every.select(every.cases.base_past == past)
    states = {name: rule_states(targets) for name, targets in made.items()}
    parts, first = [], 0
    for name in collections:
        part = _judge(name, made, states, as_frequency)
        parts.append(replace(part, group=part.group + first))
        first = int(parts[-1].group.max(initial=first)) + 1
    return Judged(
        pd.concat([part.said for part in parts], ignore_index=True),
        np.concatenate([part.met for part in parts]),
        np.concatenate([part.group for part in parts]),
        pd.concat([part.about for part in parts], ignore_index=True),
    )


def _others(collection: str) -> list[str]:
    return [name for name in LEARNING if name != collection]


def rule_states(targets: SyntheticTargets) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Ask every rule about every target: the owner's state and the common level, -1 if refused."""
    answers = {rule.name: read_rule(rule, targets.cases) for rule in RULES}
    return {name: (verdicts.state, verdicts.level) for name, verdicts in answers.items()}


def _judge(
    name: str,
    made: dict[str, SyntheticTargets],
    states: dict[str, dict[str, tuple[np.ndarray, np.ndarray]]],
    as_frequency: bool,
) -> Judged:
    """Verdicts on the targets of one collection."""
    targets = made[name]
    met_elsewhere = np.concatenate([made[c].met for c in _others(name)])
    said = {}
    for rule in RULES:
        state, level = states[name][rule.name]
        values = (level == ON_TRACK).astype(float)
        if as_frequency:
            elsewhere = np.concatenate([states[c][rule.name][0] for c in _others(name)])
            values = _frequencies(elsewhere, met_elsewhere, len(rule.states))[state]
        said[rule.name] = np.where(level < 0, np.nan, values)
    shape = targets.met.shape
    said |= {
        OURS: targets.probability,
        NAIVE: (targets.cases.latest >= targets.cases.level).astype(float),
        BASE_RATE: np.full(shape, met_elsewhere.mean()),
        COIN: np.full(shape, 0.5),
    }
    return Judged(pd.DataFrame(said), targets.met, targets.series, _about(name, targets))


def _frequencies(state: np.ndarray, met: np.ndarray, count: int) -> np.ndarray:
    """Share of targets met in each state; the share of all where a state never occurred."""
    read = state >= 0
    total = np.bincount(state[read], minlength=count)
    happened = np.bincount(state[read], met[read], minlength=count)
    return np.where(total > 0, happened / np.maximum(total, 1), met.mean())


def _about(name: str, targets: SyntheticTargets) -> pd.DataFrame:
    """Describe each target by what the results can be broken down by."""
    plan = targets.cases
    late = (plan.elapsed > 1 / 3 + 1e-9).astype(int) + (plan.elapsed > 2 / 3 + 1e-9)
    return pd.DataFrame(
        {
            "collection": name,
            "event": np.array(EVENTS)[targets.event],
            "today": np.where(plan.latest >= plan.level, "met today", "not met today"),
            "years_left": plan.target_year - plan.latest_year,
            "years_elapsed": plan.latest_year - plan.base_year,
            "elapsed": np.array(["first third", "second third", "third third"])[late],
        }
    )
