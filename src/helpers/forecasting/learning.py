"""Learning by minimum CRPS: past origins, their score and its slope in the constants.

References
----------
Gneiting, Raftery, Westveld and Goldman (2005), Calibrated probabilistic forecasting using ensemble
model output statistics and minimum CRPS estimation, Monthly Weather Review 133.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.calibration import (
    GROWTH_MEMBERS,
    LOG_SPREAD_BOUNDS,
    POOLED,
    SPREAD_INPUTS,
    Calibration,
    gather,
)
from helpers.forecasting.mixtures import kernel_parts
from helpers.forecasting.scores import mean_absolute_change
from helpers.forecasting.transforms import Support

CONSTANTS = (*SPREAD_INPUTS, "doubt", "trust")
"""What a vector of constants holds, in this order."""
PRIOR = np.array([-2.6, 0.55, 0.8, 0.3, 0.0, 0.0, 0.0, 0.0])
"""Where the ridge pulls the coefficients of `SPREAD_INPUTS`, then the doubt."""
RIDGE = np.array([0.0, *[0.01] * (len(SPREAD_INPUTS) - 1), 0.03])
_NODES = np.sinh(np.linspace(-3.2, 3.2, 25)) * 0.8
"""Thresholds of the CRPS integral, in volatilities times root horizon around the pool's middle."""
_REACH = 4.0
"""How far from the last value thresholds may lie, in working units."""


_TOGETHER = 240
"""Cells scored together: their arrays stay in the cache."""


@dataclass(frozen=True)
class Origins:
    """Forecast origins: what was known at each, and what came."""

    batch: SeriesBatch
    """One row an origin."""
    outcomes: np.ndarray
    """Shape (n, H). NaN after the end of a series."""
    series: np.ndarray
    """Of int, shape (n,). Number of the series that an origin belongs to."""


@dataclass(frozen=True)
class Sample:
    """Origins ready for the optimiser; n origins, H horizons, J thresholds."""

    inputs: np.ndarray  # (n H, P)
    volatility: np.ndarray  # (n,)
    centres: np.ndarray  # (K, n H)
    nodes: np.ndarray  # (J, n H) on the kernel scale
    below: np.ndarray  # (J, n H) whether the outcome is at most the threshold
    measure: np.ndarray  # (J, n H) weight of each threshold


def sample_of(origins: Origins, scales: np.ndarray, share: float = 1.0) -> Sample:
    """Fit the members at every origin and lay out the thresholds of the CRPS integral.

    Parameters
    ----------
    origins : Origins
        With at least one outcome each.
    scales : ndarray of str, shape (n,)
    share : float
        Weight of the whole sample; each series has the same part of it, however many its origins.
    """
    batch, outcomes = origins.batch, origins.outcomes
    horizon = outcomes.shape[1]
    support = Support.of(batch.values, scales)
    evidence = gather(batch, support, horizon)
    middle = support.unkernel(np.median(evidence.centres[:, :, :-1], axis=2))
    reach = np.exp(evidence.volatility - 2.5)[:, None] * np.sqrt(np.arange(1, horizon + 1))
    last = support.last[:, None, None]
    z = np.clip(middle[:, :, None] + reach[:, :, None] * _NODES, last - _REACH, last + _REACH)
    thresholds = support.within(support.outside(z))
    known = np.isfinite(outcomes)
    weight = known / known.sum(axis=1, keepdims=True)
    weight /= np.bincount(origins.series)[origins.series][:, None]
    weight *= share / weight.sum() / mean_absolute_change(batch.values)[:, None]
    below = np.where(known, outcomes, 0.0)[:, :, None] <= thresholds
    measure = np.gradient(thresholds, axis=2) * weight[:, :, None]
    inputs, centres, nodes, below, measure = (
        part.reshape(batch.values.shape[0] * horizon, -1)
        for part in (evidence.inputs, evidence.centres, support.kernel(z), below, measure)
    )
    columns = (np.ascontiguousarray(part.T) for part in (centres, nodes, below, measure))
    return Sample(inputs, evidence.volatility, *columns)


def crps_of(x: np.ndarray, sample: Sample) -> tuple[float, np.ndarray]:
    """Mean scaled CRPS of a sample, and its slope in the constants `x`, ordered as `CONSTANTS`."""
    spread_part, doubt, trust = x[: len(SPREAD_INPUTS)], float(x[-2]), float(x[-1])
    weights = Calibration(spread_part, doubt, "", trust=trust).weights(sample.volatility)
    spread = np.exp(np.clip(sample.inputs @ spread_part, *LOG_SPREAD_BOUNDS))
    horizon = len(spread) // max(1, len(weights))
    mixed = np.repeat(weights.T, horizon, axis=1)
    score, by_weight, by_spread = 0.0, np.empty(mixed.shape), np.empty(len(spread))
    for start in range(0, len(spread), _TOGETHER):
        part = slice(start, start + _TOGETHER)
        nodes, centres = (of[:, part] / spread[part] for of in (sample.nodes, sample.centres))
        below, stretched = kernel_parts(nodes[:, None] - centres)
        miss = np.einsum("km,jkm->jm", mixed[:, part], below) - sample.below[:, part]
        pull = 2 * sample.measure[:, part] * miss
        score += float((pull * miss).sum()) / 2
        by_weight[:, part] = np.einsum("jm,jkm->km", pull, below)
        each = np.einsum("jm,jkm->km", pull, stretched)
        by_spread[part] = -(mixed[:, part] * each).sum(axis=0)
    by_member = by_weight.reshape(len(POOLED), -1, horizon).sum(axis=2).T
    by_logit = weights * (by_member - (weights * by_member).sum(axis=1, keepdims=True))
    by_trust = by_logit[:, np.isin(POOLED, GROWTH_MEMBERS)].sum(axis=1)
    by_doubt = -(by_trust * sample.volatility).sum()
    return score, np.array([*(by_spread @ sample.inputs), by_doubt, by_trust.sum()])


def least_crps(
    samples: Sequence[tuple[Sample, np.ndarray]],
    ridge: np.ndarray,
    free: np.ndarray,
    farthest: np.ndarray | None = None,
) -> np.ndarray:
    """Step from given constants to those of minimum CRPS with a ridge, shape (F,).

    Parameters
    ----------
    samples : sequence of (Sample, ndarray of shape (P + 2,))
        Each with the constants that the step is taken from, ordered as `CONSTANTS`; their scores
        are summed.
    ridge : ndarray, shape (F,)
        Weight of a squared step of each constant that is free.
    free : ndarray of int, shape (F,)
        Positions of the constants that are learned; the others stay.
    farthest : ndarray, shape (F,), optional
        Largest step of each; any by default.
    """
    from scipy.optimize import minimize

    def penalised(step: np.ndarray) -> tuple[float, np.ndarray]:
        whole = np.zeros(len(CONSTANTS))
        whole[free] = step
        parts = [crps_of(start + whole, sample) for sample, start in samples]
        value = sum(part for part, _ in parts) + (ridge * step**2).sum()
        return value, np.sum([slope for _, slope in parts], axis=0)[free] + 2 * ridge * step

    zero = np.zeros(len(free))
    bounds = None if farthest is None else list(zip(-farthest, farthest, strict=True))
    method = {"method": "L-BFGS-B", "options": {"maxiter": 200}}
    return minimize(penalised, zero, jac=True, bounds=bounds, **method).x
