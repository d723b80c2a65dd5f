"""Textbook forecasts with normal intervals, to hold ours against: naive, drift, OLS, log OLS."""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from helpers.forecasting.batch import mean_change, yearly_changes


@dataclass(frozen=True)
class NormalForecast:
    """Independent normal margins, on the raw or the log scale."""

    centre: np.ndarray
    spread: np.ndarray
    """`centre`, `spread`: shape (n, H). Mean and standard deviation."""
    log: bool = False
    """Whether they describe the logarithm."""

    def quantiles(self, levels) -> np.ndarray:
        """Quantiles, shape (n, H, Q)."""
        z = self.centre[:, :, None] + self.spread[:, :, None] * ndtri(np.asarray(levels))
        return np.exp(np.minimum(z, 700.0)) if self.log else z

    def probability_at_least(self, thresholds) -> np.ndarray:
        """P(y >= threshold), shape (n, H)."""
        wanted = np.log(thresholds) if self.log else np.asarray(thresholds)
        return ndtr((self.centre - wanted) / self.spread)


def naive(values: np.ndarray, horizon: int) -> NormalForecast:
    """Random walk without drift."""
    change, gap = yearly_changes(values)
    deviation = np.sqrt(np.nansum(change**2 * gap, axis=1) / np.isfinite(change).sum(axis=1))
    steps = np.arange(1, horizon + 1)
    centre = np.repeat(values[:, -1:], horizon, axis=1)
    return NormalForecast(centre, _positive(deviation, values)[:, None] * np.sqrt(steps))


def drift(values: np.ndarray, horizon: int) -> NormalForecast:
    """Random walk with drift, with the usual variance h (1 + h / (n - 1)) of its forecast."""
    change, gap = yearly_changes(values)
    years, slope = np.nansum(gap, axis=1), mean_change(change, gap)
    squares = np.nansum((change - slope[:, None]) ** 2 * gap, axis=1)
    deviation = np.sqrt(squares / (np.isfinite(change).sum(axis=1) - 1))
    steps = np.arange(1, horizon + 1)
    growth = np.sqrt(steps * (1 + steps / years[:, None]))
    centre = values[:, -1:] + slope[:, None] * steps
    return NormalForecast(centre, _positive(deviation, values)[:, None] * growth)


def ols(values: np.ndarray, horizon: int) -> NormalForecast:
    """Least-squares line with its prediction variance."""
    return NormalForecast(*_line(values, values, horizon))


def log_ols(values: np.ndarray, horizon: int) -> NormalForecast:
    """Least-squares line through the logarithms; positive values only."""
    centre, deviation = _line(np.log(values), values, horizon)
    return NormalForecast(centre, deviation, log=True)


def _line(z, values, horizon):
    seen = np.isfinite(z)
    count = seen.sum(axis=1, keepdims=True)
    t = np.where(seen, np.arange(z.shape[1], dtype=float), np.nan)
    middle, level = np.nanmean(t, axis=1, keepdims=True), np.nanmean(z, axis=1, keepdims=True)
    spread = np.nansum((t - middle) ** 2, axis=1, keepdims=True)
    slope = np.nansum((t - middle) * (z - level), axis=1, keepdims=True) / spread
    residual = z - level - slope * (t - middle)
    variance = np.nansum(residual**2, axis=1, keepdims=True) / (count - 2)
    ahead = z.shape[1] - 1 + np.arange(1, horizon + 1) - middle
    deviation = np.sqrt(variance * (1 + 1 / count + ahead**2 / spread))
    least = 1e-9 if z is not values else 1e-9 * np.abs(values[:, -1:])
    return level + slope * ahead, np.maximum(deviation, least)


def _positive(deviation, values):
    return np.maximum(deviation, 1e-9 * np.abs(values[:, -1]) + 1e-300)
