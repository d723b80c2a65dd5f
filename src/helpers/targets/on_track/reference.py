"""On-track rules and our probability, scored on thousands of targets set on reference series."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import HELD_OUT, LEARNING
from helpers.forecasting.calibration import Calibration, shipped
from helpers.forecasting.scores import EVENTS
from helpers.targets.on_track.readings import read_rule
from helpers.targets.on_track.registry import RULES
from helpers.targets.on_track.scores import BASE_RATE, COIN, NAIVE, OURS, Judged, score_verdicts
from helpers.targets.on_track.synthetic import SyntheticTargets, synthetic_targets
from helpers.targets.on_track.verdicts import ON_TRACK

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
