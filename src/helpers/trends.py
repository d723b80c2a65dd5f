"""Forecast members for short annual series: one signature, one return type, many series at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from helpers.supports import from_working, to_working

MIN_POINTS = 5
GUARD = np.log(8.0)
"""No member may leave 1/8 to 8 times the last value: log members explode otherwise."""


class TooFewPoints(ValueError):
    """Some series have fewer than `MIN_POINTS` observations; the message names each of them."""


@dataclass(frozen=True)
class SeriesBatch:
    """Annual series side by side.

    Attributes
    ----------
    names : tuple of str
        One name a series.
    values : ndarray, shape (n, T)
        Right-aligned: the last column is each series' last observation. NaN stands for a missing
        year inside a series, or for the time before its start.
    origin_years : ndarray of int, shape (n,)
        The year of the last column.
    """

    names: tuple[str, ...]
    values: np.ndarray
    origin_years: np.ndarray

    def __post_init__(self):
        """Refuse what no member can use, naming the series.

        Raises
        ------
        TooFewPoints
            If a series has fewer than `MIN_POINTS` observations.
        ValueError
            If shapes disagree, a value is infinite or a series does not end in an observation.
        """
        n = len(self.names)
        if self.values.ndim != 2 or len(self.values) != n or len(self.origin_years) != n:
            shape = f"{n} names, values {self.values.shape}, {len(self.origin_years)} origin years"
            raise ValueError(f"a batch needs one row and one origin year a series; got {shape}")
        self._refuse(np.isinf(self.values).any(axis=1), "an infinite value; give finite numbers")
        count = np.isfinite(self.values).sum(axis=1)
        if (count < MIN_POINTS).any():
            short = np.flatnonzero(count < MIN_POINTS)
            listed = ", ".join(f"{self.names[i]} ({count[i]})" for i in short)
            raise TooFewPoints(f"fewer than {MIN_POINTS} points: {listed}; add years or leave out")
        self._refuse(np.isnan(self.values[:, -1]), "no value in its last year; cut it off there")

    def _refuse(self, bad, reason):
        if bad.any():
            listed = ", ".join(self.names[i] for i in np.flatnonzero(bad))
            raise ValueError(f"{listed}: {reason}")

    def select(self, rows: np.ndarray) -> "SeriesBatch":
        """Series of a mask or of positions, in that order."""
        picked = np.arange(len(self.names))[rows]
        names = tuple(self.names[i] for i in picked)
        return SeriesBatch(names, self.values[picked], self.origin_years[picked])

    @classmethod
    def from_long(cls, frame: pd.DataFrame) -> "SeriesBatch":
        """Gather a long table with the columns `series`, `year` and `value`.

        Series keep the order of their first appearance. A year that is absent stays a gap.

        Raises
        ------
        TooFewPoints
            If a series has fewer than `MIN_POINTS` rows.
        ValueError
            If a series has a year twice, or a value that is not a finite number.
        """
        values = frame["value"].to_numpy(dtype=float)
        years = frame["year"].to_numpy(dtype=int)
        bad = ~np.isfinite(values)
        if bad.any():
            listed = ", ".join(
                f"{s} {y}" for s, y in zip(frame["series"][bad], years[bad], strict=True)
            )
            raise ValueError(f"not a finite number: {listed}; leave an unknown year out")
        twice = frame.duplicated(["series", "year"]).to_numpy()
        if twice.any():
            listed = ", ".join(
                f"{s} {y}" for s, y in zip(frame["series"][twice], years[twice], strict=True)
            )
            raise ValueError(f"year given twice: {listed}; keep one row a year")
        codes, names = pd.factorize(frame["series"])
        last = np.full(len(names), np.iinfo(np.int64).min)
        np.maximum.at(last, codes, years)
        back = last[codes] - years
        width = int(back.max()) + 1 if len(back) else 1
        table = np.full((len(names), width), np.nan)
        table[codes, width - 1 - back] = values
        return cls(tuple(str(name) for name in names), table, last)

    @classmethod
    def from_series(cls, series: dict[str, pd.Series]) -> "SeriesBatch":
        """Gather series whose index is the year; NaN counts as a gap."""
        rows = [
            pd.DataFrame({"series": name, "year": s.index, "value": s.to_numpy(dtype=float)})
            for name, s in series.items()
        ]
        if not rows:
            return cls((), np.empty((0, MIN_POINTS)), np.empty(0, dtype=int))
        return cls.from_long(pd.concat(rows, ignore_index=True).dropna(subset=["value"]))


@dataclass(frozen=True)
class MemberForecast:
    """What one member says about each series.

    Attributes
    ----------
    path : ndarray, shape (n, H)
        Point forecasts in the units of the series.
    step_error : ndarray, shape (n,)
        Root mean square of the one-step errors, on the scale that the member was fitted on.
    response : ndarray, shape (n,)
        Share of a one-step surprise that the level keeps: 1 for a random walk.
    """

    path: np.ndarray
    step_error: np.ndarray
    response: np.ndarray


def drift(z: np.ndarray, horizon: int) -> MemberForecast:
    """Random walk with drift: the mean yearly change goes on.

    Parameters
    ----------
    z : ndarray, shape (n, T)
        Right-aligned values, NaN where missing.
    horizon : int
        Years ahead.
    """
    change, gap = yearly_changes(z)
    steps = np.arange(1, horizon + 1)
    years = np.nansum(gap, axis=1)
    slope = np.nansum(change * gap, axis=1) / years
    residual = (change - slope[:, None]) * np.sqrt(gap)
    error = np.sqrt(np.nanmean(residual**2, axis=1))
    return MemberForecast(z[:, -1:] + slope[:, None] * steps, error, np.ones(len(z)))


def yearly_changes(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Change a year between neighbouring observations, and the years between them.

    Returns
    -------
    change, gap : ndarray, shape (n, T)
        At the column of the later observation; NaN where there is none or none before it.
    """
    seen = np.isfinite(z)
    column = np.where(seen, np.arange(z.shape[1]), -1)
    previous = np.maximum.accumulate(column, axis=1)
    previous = np.concatenate([np.full((len(z), 1), -1), previous[:, :-1]], axis=1)
    valid = seen & (previous >= 0)
    gap = np.where(valid, np.arange(z.shape[1]) - previous, np.nan)
    before = np.take_along_axis(z, np.maximum(previous, 0), axis=1)
    return np.where(valid, (z - before) / gap, np.nan), gap


ALPHAS = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])


def theta(z: np.ndarray, horizon: int) -> MemberForecast:
    """Theta method: exponential smoothing plus half of the least-squares slope.

    The smoothing weight is the one of `ALPHAS` with the least squared one-step error, started at
    the first observation; a missing year leaves the level as it is.

    Parameters
    ----------
    z : ndarray, shape (n, T)
        Right-aligned values, NaN where missing.
    horizon : int
        Years ahead.

    References
    ----------
    Hyndman and Billah (2003), Unmasking the Theta method, Int. J. Forecasting 19, 287-290.
    """
    first = _first_values(z)
    level = np.repeat(first[:, None], len(ALPHAS), axis=1)
    squares = np.zeros_like(level)
    for column in z.T:
        error = np.where(np.isfinite(column), column, 0.0)[:, None] - level
        error *= np.isfinite(column)[:, None]
        squares += error**2
        level = level + ALPHAS * error
    best = squares.argmin(axis=1)
    row = np.arange(len(z))
    alpha = ALPHAS[best]
    years = z.shape[1] - np.isfinite(z).argmax(axis=1)
    lead = (1 - (1 - alpha) ** years) / alpha - 1
    steps = np.arange(1, horizon + 1) + lead[:, None]
    path = level[row, best][:, None] + _slope(z)[:, None] / 2 * steps
    count = np.isfinite(z).sum(axis=1)
    return MemberForecast(path, np.sqrt(squares[row, best] / (count - 1)), alpha)


def _first_values(z):
    return np.take_along_axis(z, np.isfinite(z).argmax(axis=1)[:, None], axis=1)[:, 0]


def _slope(z):
    seen = np.isfinite(z)
    t = np.where(seen, np.arange(z.shape[1], dtype=float), np.nan)
    t -= np.nanmean(t, axis=1, keepdims=True)
    return np.nansum(t * z, axis=1) / np.nansum(t**2, axis=1)


_GRID = np.array(
    [
        (a, a * b, p)
        for a in (0.5, 0.7, 0.85, 1.0)
        for b in (0.0, 0.1, 0.3, 0.6)
        for p in (0.8, 0.9, 0.98)
    ]
)
"""Smoothing weights of level and trend, and the damping, of the damped trend member."""


def damped(z: np.ndarray, horizon: int) -> MemberForecast:
    """Damped trend: exponential smoothing of level and trend, the trend fading ahead.

    For every point of a grid of (alpha, beta, phi) the starting level and trend are the ridge
    least-squares ones (errors are linear in them); the forecasts are then averaged over the grid
    with Gaussian likelihood weights, which keeps five points from picking a corner of the grid.

    Parameters
    ----------
    z : ndarray, shape (n, T)
        Right-aligned values, NaN where missing.
    horizon : int
        Years ahead.

    References
    ----------
    Gardner and McKenzie (1985), Forecasting trends in time series, Management Science 31.
    """
    centre, unit = _first_values(z), _mean_change(z)
    spread = np.nanmax(np.abs(z - centre[:, None]), axis=1)
    size = np.where(spread > 0, spread, 1.0)
    y = (z - centre[:, None]) / size[:, None]
    slope = unit / size
    states, squares = _filter(y, slope)
    count = np.isfinite(z).sum(axis=1)[:, None]
    floor = 1e-12
    log_weight = -0.5 * count * np.log(squares / count + floor)
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    phi = _GRID[:, 2]
    fade = np.cumsum(phi[:, None] ** np.arange(1, horizon + 1), axis=1)
    level = (weight * states[0]).sum(axis=1)
    path = level[:, None] + (weight * states[1]) @ fade
    error = np.sqrt((weight * squares).sum(axis=1) / count[:, 0]) * size
    return MemberForecast(
        centre[:, None] + path * size[:, None], error, (weight * _GRID[:, 0]).sum(axis=1)
    )


def _mean_change(z):
    change, gap = yearly_changes(z)
    return np.nansum(change * gap, axis=1) / np.nansum(gap, axis=1)


RIDGE = 1.0
"""Weight of one observation's worth of belief in the first value and mean change as a start."""


def _filter(y, slope):
    """Run the damped trend filter over the grid; return last states and penalised squares."""
    n, width = y.shape
    alpha, beta, phi = _GRID.T
    first = np.isfinite(y).argmax(axis=1)
    shape = (3, n, len(_GRID))
    level, trend = np.zeros(shape), np.zeros(shape)
    # The state is affine in its start: row 0 carries the data from the prior start, rows 1 and 2
    # the effect of one unit of starting level and trend.
    level[1], trend[2] = 1.0, 1.0
    trend[0], level[0] = slope[:, None], -slope[:, None]
    gram = np.zeros((5, n, len(_GRID)))
    gram[0], gram[2] = RIDGE, RIDGE
    squares = np.zeros((n, len(_GRID)))
    for t in range(width):
        started = (t >= first)[None, :, None]
        seen = np.isfinite(y[:, t])[None, :, None]
        ahead = level + phi * trend
        error = -ahead
        error[0] += np.where(seen[0], y[:, t : t + 1], 0.0)
        error *= seen
        level = np.where(started, ahead + alpha * error, level)
        trend = np.where(started, phi * trend + beta * error, trend)
        e, a, b = error
        gram += np.stack([a * a, a * b, b * b, a * e, b * e])
        squares += e * e
    aa, ab, bb, ae, be = gram
    determinant = aa * bb - ab * ab
    start_level = -(bb * ae - ab * be) / determinant
    start_trend = -(aa * be - ab * ae) / determinant
    squares = squares + start_level * ae + start_trend * be
    level = level[0] + start_level * level[1] + start_trend * level[2]
    trend = trend[0] + start_level * trend[1] + start_trend * trend[2]
    return (level, trend), np.maximum(squares, 0.0)


def _member(model, working, batch: SeriesBatch, horizon: int, scale: str = "log"):
    """Fit `model` on the raw or the working scale and guard its path.

    Parameters
    ----------
    batch : SeriesBatch
        The series.
    horizon : int
        Years ahead.
    scale : {"log", "logit", "linear"}
        Working scale.
    """
    z, unit = to_working(batch.values, scale)
    fit = model(z if working else batch.values, horizon)
    path = fit.path if working else to_working(fit.path, scale, unit, clip=True)[0]
    last = z[:, -1:]
    path = from_working(np.clip(path, last - GUARD, last + GUARD), scale, unit)
    return MemberForecast(path, fit.step_error, fit.response)


MEMBERS: dict[str, Callable[..., MemberForecast]] = {
    f"{name}{suffix}": partial(_member, model, working)
    for working, suffix in ((False, ""), (True, "_log"))
    for name, model in (("damped", damped), ("theta", theta), ("drift", drift))
}
"""The six guarded members: `MEMBERS[name](batch, horizon, scale) -> MemberForecast`."""
