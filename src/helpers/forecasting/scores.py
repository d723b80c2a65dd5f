"""Scores of predictive distributions, and the replay of past forecast origins.

A forecast is anything with `quantiles(levels) -> (n, H, Q)` and
`probability_at_least(thresholds) -> (n, H)`, such as `helpers.forecasting.projection.Projection`.
Outcomes, shape (n, H), hold NaN where none is known; means leave these out.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.forecasting.batch import mean_change, yearly_changes
from helpers.forecasting.projection import HUB_LEVELS

LEVELS = np.array(HUB_LEVELS)
EVENTS = ("x1.10", "x1.25", "x1.50", "+2%", "+5%", "+10%", "pace x0.9", "pace", "pace x1.1")
LEAST_PROBABILITY = 1e-4
"""Log scores take no probability for nearer to 0 or 1 than this."""


def event_thresholds(values: np.ndarray, horizon: int) -> np.ndarray:
    """Nine thresholds a series and year, shape (n, H, 9), in the order of `EVENTS`.

    The last value times 1.10, 1.25 and 1.50; grown by 2, 5 and 10 % a year; and at the pace of the
    last five years, times 0.9, 1 and 1.1.
    """
    recent = values[:, -6:]
    start = np.isfinite(recent).argmax(axis=1)
    years = recent.shape[1] - 1 - start
    last = values[:, -1]
    pace = (last / recent[np.arange(len(values)), start]) ** (1 / years)
    steps = np.arange(1, horizon + 1)
    ahead = pace[:, None] ** steps
    ratios = [np.full(ahead.shape, ratio) for ratio in (1.10, 1.25, 1.50)]
    ratios += [np.broadcast_to((1 + rate) ** steps, ahead.shape) for rate in (0.02, 0.05, 0.10)]
    ratios += [ahead * factor for factor in (0.9, 1.0, 1.1)]
    return last[:, None, None] * np.stack(ratios, axis=2)


def mean_absolute_change(values: np.ndarray) -> np.ndarray:
    """Mean absolute yearly change, shape (n,), by which scaled scores are divided."""
    change, gap = yearly_changes(values)
    return mean_change(np.abs(change), gap)


def crps(quantiles: np.ndarray, outcomes: np.ndarray, levels: np.ndarray = LEVELS) -> np.ndarray:
    """Continuous ranked probability score, shape (n, H): twice the integrated quantile loss.

    Each level stands for the stretch of levels that lie nearest to it.

    Parameters
    ----------
    quantiles : ndarray, shape (n, H, Q)
    outcomes : ndarray, shape (n, H)
    levels : ndarray, shape (Q,)
        Ascending.

    References
    ----------
    Gneiting and Raftery (2007), Strictly proper scoring rules, JASA 102, 359-378.
    """
    miss = outcomes[:, :, None] - quantiles
    loss = np.maximum(levels * miss, (levels - 1) * miss)
    stretch = np.diff(np.concatenate([[0.0], (levels[1:] + levels[:-1]) / 2, [1.0]]))
    return 2 * (loss * stretch).sum(axis=2)


def interval_score(lower, upper, outcomes, level: float = 0.95) -> np.ndarray:
    """Interval score (Gneiting and Raftery 2007), shape (n, H); MSIS once scaled and averaged."""
    penalty = 2 / (1 - level)
    below, above = np.maximum(lower - outcomes, 0.0), np.maximum(outcomes - upper, 0.0)
    return upper - lower + penalty * (below + above)


def smape(point: np.ndarray, outcomes: np.ndarray) -> np.ndarray:
    """Symmetric absolute percentage error, 0-200."""
    return 200 * np.abs(point - outcomes) / (np.abs(point) + np.abs(outcomes))


def log_score(probability: np.ndarray, happened: np.ndarray) -> np.ndarray:
    """Minus log of the probability given to what happened, at most 9.2 (`LEAST_PROBABILITY`)."""
    p = np.clip(probability, LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    return -np.where(happened, np.log(p), np.log1p(-p))


def calibration_slope(probability: np.ndarray, happened: np.ndarray) -> float:
    """Slope of the logistic regression of what happened on the logit of the probability.

    1 is ideal; below 1 the probabilities are too bold.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45.
    """
    from scipy.special import expit

    p = np.clip(np.ravel(probability), LEAST_PROBABILITY, 1 - LEAST_PROBABILITY)
    x = np.stack([np.ones(p.size), np.log(p / (1 - p))], axis=1)
    y = np.ravel(happened).astype(float)
    signed = x * (1 - 2 * y)[:, None]
    b, loss = np.array([0.0, 1.0]), np.inf
    for _ in range(100):
        fitted = expit(x @ b)
        hessian = (x * (fitted * (1 - fitted))[:, None]).T @ x + 1e-9 * np.eye(2)
        step = np.linalg.solve(hessian, x.T @ (y - fitted))
        loss = np.logaddexp(0, signed @ b).sum()
        # Far from the solution a full Newton step overshoots.
        while np.logaddexp(0, signed @ (b + step)).sum() > loss + 1e-9:
            step = step / 2
        b = b + step
        if np.abs(step).max() < 1e-9:
            break
    return float(b[1])


def reliability_table(probability, happened, bins: int = 10) -> pd.DataFrame:
    """Mean forecast and observed frequency by equal bins of probability.

    Returns
    -------
    DataFrame
        Columns `lower`, `upper`, `forecast`, `observed`, `count`; empty bins are left out.
    """
    p, y = np.ravel(probability), np.ravel(happened).astype(float)
    place = np.minimum((p * bins).astype(int), bins - 1)
    count = np.bincount(place, minlength=bins)
    kept = np.flatnonzero(count)
    return pd.DataFrame(
        {
            "lower": kept / bins,
            "upper": (kept + 1) / bins,
            "forecast": np.bincount(place, p, bins)[kept] / count[kept],
            "observed": np.bincount(place, y, bins)[kept] / count[kept],
            "count": count[kept],
        }
    )


def murphy_decomposition(probability, happened, edges: Sequence[float] | np.ndarray) -> pd.Series:
    """Split a Brier score into what is wrong, what is told apart, and what nobody could know.

    Parameters
    ----------
    probability, happened : array_like of the same size
    edges : sequence of float
        Bounds of the bins of probability, from 0 to 1; the upper one belongs to a bin.

    Returns
    -------
    Series
        `brier` = `reliability` - `resolution` + `uncertainty` + `within`, where the last is what is
        lost by taking all events of a bin for one.

    References
    ----------
    Murphy (1973), A new vector partition of the probability score, J. Appl. Meteorology 12; for the
    last part Stephenson, Coelho and Jolliffe (2008), Two extra components in the Brier score
    decomposition, Weather and Forecasting 23.
    """
    p, y = np.ravel(probability).astype(float), np.ravel(happened).astype(float)
    place = np.searchsorted(np.asarray(edges)[1:-1], p, side="left")
    count = np.bincount(place, minlength=len(edges) - 1)
    kept = count > 0
    said, came = (np.bincount(place, v, len(count))[kept] / count[kept] for v in (p, y))
    share, base, brier = count[kept] / p.size, y.mean(), float(((p - y) ** 2).mean())
    parts = {
        "reliability": float(share @ (said - came) ** 2),
        "resolution": float(share @ (came - base) ** 2),
        "uncertainty": float(base * (1 - base)),
    }
    rest = brier - parts["reliability"] + parts["resolution"] - parts["uncertainty"]
    return pd.Series({"brier": brier, **parts, "within": rest})


@dataclass(frozen=True)
class Scores:
    """Scores of one forecast, shape (n, H) where not said otherwise; NaN without an outcome."""

    crps: np.ndarray
    msis95: np.ndarray
    """`crps`, `msis95`: scaled by the mean absolute yearly change."""
    smape: np.ndarray
    """Of the median."""
    covered80: np.ndarray
    covered95: np.ndarray
    """`covered80`, `covered95`: 1 inside, 0 outside."""
    width80: np.ndarray
    """Scaled width of the 80 % interval: the sharpness."""
    probability: np.ndarray
    happened: np.ndarray
    """`probability`, `happened`: shape (n, H, 9). Of `EVENTS`."""

    @property
    def brier(self) -> np.ndarray:
        """Brier score, mean over events."""
        return ((self.probability - self.happened) ** 2).mean(axis=2)

    @property
    def log(self) -> np.ndarray:
        """Log score, mean over events."""
        score = log_score(self.probability, self.happened == 1)
        return np.where(np.isnan(self.happened), np.nan, score).mean(axis=2)

    def events(self) -> tuple[np.ndarray, np.ndarray]:
        """Probability and outcome of every event whose outcome is known, flat."""
        known = np.isfinite(self.happened)
        return self.probability[known], self.happened[known] == 1

    def summary(self) -> dict[str, float]:
        """Mean scores: over horizons, then over series; coverage in percent."""
        names = ("brier", "log", "crps", "msis95", "smape", "width80")
        means = {name: _series_mean(getattr(self, name)) for name in names}
        means["coverage80"] = 100 * _series_mean(self.covered80)
        means["coverage95"] = 100 * _series_mean(self.covered95)
        means["slope"] = calibration_slope(*self.events())
        return means


def _series_mean(score):
    said = score[np.isfinite(score).any(axis=1)]
    return float(np.nanmean(said, axis=1).mean()) if len(said) else np.nan


def score(forecast, values: np.ndarray, outcomes: np.ndarray) -> Scores:
    """Score a forecast made from `values`, shape (n, T), against `outcomes`, shape (n, H).

    Of a series that never moved, what is scaled by its mean change is NaN.
    """
    size = mean_absolute_change(values)[:, None]
    size = np.where(size > 0, size, np.nan)
    quantiles = forecast.quantiles(LEVELS)
    # A series that a forecast says nothing of is not one that it was wrong about.
    outcomes = np.where(np.isnan(quantiles).any(axis=2), np.nan, outcomes)
    at = {level: quantiles[:, :, np.searchsorted(LEVELS, level)] for level in LEVELS}
    thresholds = event_thresholds(values, outcomes.shape[1])
    probability = np.stack(
        [forecast.probability_at_least(thresholds[:, :, j]) for j in range(len(EVENTS))], axis=2
    )
    known = np.isfinite(outcomes)
    happened = np.where(known[:, :, None], outcomes[:, :, None] >= thresholds, np.nan)
    inside80 = (at[0.1] <= outcomes) & (outcomes <= at[0.9])
    inside95 = (at[0.025] <= outcomes) & (outcomes <= at[0.975])
    return Scores(
        crps(quantiles, outcomes) / size,
        interval_score(at[0.025], at[0.975], outcomes) / size,
        smape(at[0.5], outcomes),
        np.where(known, inside80, np.nan),
        np.where(known, inside95, np.nan),
        np.where(known, at[0.9] - at[0.1], np.nan) / size,
        probability,
        happened,
    )


DRAWS, SURE = 2000, 0.95


def paired_bootstrap(ours: np.ndarray, theirs: np.ndarray, seed: int) -> tuple[float, float, float]:
    """Mean difference ours - theirs, and its 95 % interval over 2,000 bootstraps of series.

    Parameters
    ----------
    ours, theirs : ndarray, shape (n,) or (n, H)
        Scores of the same series; horizons are averaged first.
    """
    gap = np.asarray(ours) - np.asarray(theirs)
    gap = np.nanmean(gap, axis=1) if gap.ndim == 2 else gap
    picks = np.random.default_rng(seed).integers(0, len(gap), (DRAWS, len(gap)))
    return float(gap.mean()), *_bounds(gap[picks].mean(axis=1))


def nested_bootstrap(gaps: Sequence[np.ndarray], seed: int) -> tuple[float, float, float]:
    """Mean difference over series, and its 95 % interval when collections and years are drawn too.

    Series of a collection share their years, and with them what surprised everybody. So each of
    2,000 draws takes collections, in each of them years ahead, and series, all with replacement.

    Parameters
    ----------
    gaps : sequence of ndarray, shape (n, H)
        One a collection: ours - theirs by series and year ahead, all finite.
    seed : int

    References
    ----------
    Davison and Hinkley (1997), Bootstrap methods and their application, chapter 3.8.
    """
    generator = np.random.default_rng(seed)
    sizes = np.array([len(gap) for gap in gaps])
    drawn = generator.integers(0, len(gaps), (DRAWS, len(gaps)))
    total = np.zeros(DRAWS)
    for turn in range(len(gaps)):
        for place, gap in enumerate(gaps):
            rows = np.flatnonzero(drawn[:, turn] == place)
            n, years = gap.shape
            series = generator.multinomial(n, np.full(n, 1 / n), len(rows))
            ahead = generator.multinomial(years, np.full(years, 1 / years), len(rows)) / years
            total[rows] += np.einsum("dn,nh,dh->d", series, gap, ahead, optimize=True)
    whole = sum(float(gap.mean(axis=1).sum()) for gap in gaps) / float(sizes.sum())
    return whole, *_bounds(total / sizes[drawn].sum(axis=1))


def _bounds(means: np.ndarray) -> tuple[float, float]:
    low, high = np.quantile(means, [(1 - SURE) / 2, (1 + SURE) / 2])
    return float(low), float(high)
