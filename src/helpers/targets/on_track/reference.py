"""On-track rules and our probability, scored on thousands of targets set on reference series."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.backtest import COLLECTIONS, LEARNING, final_origins
from helpers.forecasting.calibration import Calibration, shipped
from helpers.forecasting.projection import Projection, project
from helpers.forecasting.scores import EVENTS, event_thresholds
from helpers.targets.on_track.cases import PlanCases
from helpers.targets.on_track.formulas import FORMULAS, ON_TRACK
from helpers.targets.on_track.scores import BASE_RATE, COIN, NAIVE, OURS, Judged, score_verdicts

ELAPSED = (1, 2, 3, 4, 5)
SCORES_TABLE = Path(__file__).parent / "constants" / "rule_scores.csv"


@dataclass(frozen=True)
class SyntheticTargets:
    """Targets on the series of one collection."""

    cases: PlanCases
    """m plans, as known at the forecast origin."""
    met: np.ndarray
    """Of bool, shape (m,). Whether the held-out figure of the target year reached the level."""
    series: np.ndarray
    """Of int, shape (m,). Row of the series in the collection."""
    probability: np.ndarray
    """Shape (m,). Ours, that the level is reached; NaN if no calibration was given."""

    def select(self, rows: np.ndarray) -> "SyntheticTargets":
        """Keep the targets of a mask."""
        rest = (self.met, self.series, self.probability)
        return SyntheticTargets(self.cases.select(rows), *(part[rows] for part in rest))


def synthetic_targets(
    collection: str, calibration: Calibration | None = None, elapsed: Sequence[int] = ELAPSED
) -> SyntheticTargets:
    """Set targets on every reference series with enough points.

    A plan starts b years before the forecast origin. Its level is set then, by the nine ways of
    `helpers.forecasting.scores.EVENTS` applied to the figures up to that base year: the base times
    1.10, 1.25 and 1.50; grown by 2, 5 and 10 % a year; at the pace of the five years before, times
    0.9, 1 and 1.1. It ends h years after the origin, inside the held-out figures. Up is good. Its
    goals on the way ask for the same growth every year.

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


YEARS_BEFORE_BASE = 5
ORIGIN_YEAR = 2020
"""Year given to every forecast origin, so that a window "since 2000" is twenty years long."""
HISTORY = 21


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
    series, steps = (
        np.broadcast_to(axis, levels.shape).ravel()
        for axis in (kept[:, None, None], np.arange(1, horizon + 1)[None, :, None])
    )
    known = np.isfinite(outcomes)[series, steps - 1] & np.isfinite(levels.ravel())
    series, steps = series[known], steps[known]
    m = len(series)
    cases = PlanCases(
        values=_history(values)[series],
        latest_year=np.full(m, ORIGIN_YEAR),
        base_year=np.full(m, ORIGIN_YEAR - elapsed),
        level=levels.ravel()[known],
        target_year=ORIGIN_YEAR + steps,
        direction=np.ones(m, dtype=int),
        broken=np.zeros((m, HISTORY), dtype=bool),
        path=_path(_history(values)[series], elapsed, steps, levels.ravel()[known]),
    )
    return SyntheticTargets(cases, met.ravel()[known], series, probability.ravel()[known])


def _path(values: np.ndarray, elapsed: int, steps: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Ask of the origin what the same growth every year from base to level asks, shape (m,)."""
    base = values[:, -1 - elapsed]
    return base * (levels / base) ** (elapsed / (elapsed + steps))


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


def rule_scores(*, past: bool = False) -> pd.DataFrame:
    """Read how every published rule and our probability score on synthetic targets.

    They hang on no day and no raw table, so they are tracked like the constants of the engine:
    `score_rules_on_reference` makes them, `shenzhen-targets backtest` writes them.

    Parameters
    ----------
    past : bool
        As for `judge_targets`.

    Returns
    -------
    DataFrame
        As `helpers.targets.on_track.scores.score_verdicts`, on the targets on which all give a
        reading.
    """
    table = pd.read_csv(SCORES_TABLE)
    return table[table["past"].eq(past)].drop(columns="past").reset_index(drop=True)


def score_rules_on_reference() -> pd.DataFrame:
    """Score every published rule and our probability on synthetic targets.

    Returns
    -------
    DataFrame
        What `rule_scores` reads, with a column past.
    """
    kinds = {past: score_verdicts(judge_targets(past=past)) for past in (False, True)}
    return pd.concat([table.assign(past=past) for past, table in kinds.items()])


def judge_targets(collections: Sequence[str] = COLLECTIONS, *, past: bool = False) -> Judged:
    """Let every rule, our probability, a naive rule, a base rate and a coin judge targets.

    Our probability is that of the shipped constants that were learned without a collection. A base
    rate is learned like our constants: for M1 on M3, for M3 on M1, for Tourism on both.

    Parameters
    ----------
    collections : sequence of str
        Those to be scored.
    past : bool
        Keep the targets that the base had already passed when they were set, instead of the others.

    Returns
    -------
    Judged
        Groups are series.
    """
    made = {}
    for name in dict.fromkeys([*collections, *LEARNING]):
        every = synthetic_targets(name, shipped(without=name) if name in collections else None)
        made[name] = every.select(every.cases.base_past == past)
    parts, first = [], 0
    for name in collections:
        met_elsewhere = np.concatenate([made[c].met for c in LEARNING if c != name])
        said = _said(made[name]).assign(**{BASE_RATE: met_elsewhere.mean(), COIN: 0.5})
        parts.append(Judged(said, made[name].met, made[name].series + first))
        first = int(parts[-1].group.max(initial=first)) + 1
    return Judged(
        pd.concat([part.said for part in parts], ignore_index=True),
        np.concatenate([part.met for part in parts]),
        np.concatenate([part.group for part in parts]),
    )


def _said(targets: SyntheticTargets) -> pd.DataFrame:
    """Give what every rule, our probability and the naive rule say, one column each."""
    levels = {name: rule(targets.cases).level for name, rule in FORMULAS.items()}
    rules = {name: np.where(level < 0, np.nan, level == ON_TRACK) for name, level in levels.items()}
    naive = targets.cases.latest >= targets.cases.level
    return pd.DataFrame({**rules, OURS: targets.probability, NAIVE: naive.astype(float)})
