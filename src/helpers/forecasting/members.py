"""Forecast members for short annual series: one signature, one return type, many series at once.

A model is `model(z, horizon) -> MemberForecast`: z, shape (n, T), holds right-aligned values, NaN
where missing, on the scale on which the model is fitted; horizon is the number of years ahead.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any
from warnings import catch_warnings, simplefilter, warn

import numpy as np
import pandas as pd

from helpers.forecasting.batch import (
    MIN_POINTS,
    SeriesBatch,
    TooFewPoints,
    mean_change,
    yearly_changes,
)
from helpers.forecasting.transforms import Support, series_scales

__all__ = ["GUARD", "MEMBERS", "MIN_POINTS", "MemberForecast", "MemberWarning", "OwnMember",
           "SeriesBatch", "TooFewPoints"]  # fmt: skip

GUARD = np.log(8.0)
"""No member may leave 1/8 to 8 times the last value: log members explode otherwise."""


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
    """Random walk with drift: the mean yearly change goes on."""
    change, gap = yearly_changes(z)
    steps = np.arange(1, horizon + 1)
    slope = mean_change(change, gap)
    residual = (change - slope[:, None]) * np.sqrt(gap)
    error = np.sqrt(np.nanmean(residual**2, axis=1))
    return MemberForecast(z[:, -1:] + slope[:, None] * steps, error, np.ones(len(z)))


ALPHAS = np.array([0.5, 0.6, 0.7, 0.8, 0.9, 1.0])


def theta(z: np.ndarray, horizon: int) -> MemberForecast:
    """Theta method: exponential smoothing plus half of the least-squares slope.

    The smoothing weight is the one of `ALPHAS` with the least squared one-step error, started at
    the first observation; a missing year leaves the level as it is.

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


RECENCY = 0.2

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

    References
    ----------
    Gardner and McKenzie (1985), Forecasting trends in time series, Management Science 31.
    """
    centre, unit = _first_values(z), mean_change(*yearly_changes(z))
    spread = np.nanmax(np.abs(z - centre[:, None]), axis=1)
    size = np.where(spread > 0, spread, 1.0)
    y = (z - centre[:, None]) / size[:, None]
    slope = unit / size
    fade = np.cumsum(_GRID[:, 2:] ** np.arange(1, horizon + 1), axis=1)
    found = np.empty((len(z), horizon + 2))
    for rows, run in _alike(y):
        count = np.isfinite(y[rows]).sum(axis=1, keepdims=True)
        level, trend, squares = run(y[rows], slope[rows])
        found[rows] = _average(level, trend, squares, count, fade)
    path = centre[:, None] + found[:, 2:] * size[:, None]
    return MemberForecast(path, found[:, 0] * size, found[:, 1])


def _average(level, trend, squares, count, fade):
    """Average over the grid: step error, response and path side by side, shape (n, 2 + H)."""
    floor = 1e-12
    weight = -0.5 * count * np.log(squares / count + floor)
    weight = np.exp(weight - weight.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    path = (weight * level).sum(axis=1)[:, None] + (weight * trend) @ fade
    error = np.sqrt((weight * squares).sum(axis=1) / count[:, 0])
    return np.column_stack([error, (weight * _GRID[:, 0]).sum(axis=1), path])


RIDGE = 1.0
"""Weight of one observation's worth of belief in the first value and mean change as a start."""


_BLOCK = 48
"""Series filtered together: their errors stay in the cache, and no product is worth a thread."""
_LONGEST = 120
"""Years up to which a product with all responses is cheaper than going through the years."""


def _alike(y):
    """Split series into parts to be filtered together; yield positions and the filter for them.

    The filter is linear in the values and its start. So series with figures in the same years are
    multiplied with the responses to units of each; those with gaps of their own are gone through
    year by year. Both return last level, last trend and penalised squares, each of shape (n, G).
    """
    seen = np.isfinite(y)
    patterns, pattern = np.unique(np.packbits(seen, axis=1), axis=0, return_inverse=True)
    pattern = pattern.reshape(-1)
    width = y.shape[1] - seen.argmax(axis=1)
    shared = (seen.sum(axis=1) == width) | (np.bincount(pattern)[pattern] > width)
    group = np.where(shared & (width <= _LONGEST), pattern, len(patterns))
    for chosen in np.unique(group):
        rows = np.flatnonzero(group == chosen)
        for part in np.split(rows, range(_BLOCK, len(rows), _BLOCK)):
            yield part, _by_years if chosen == len(patterns) else _by_responses


def _by_responses(y, slope):
    y = y[:, np.isfinite(y[0]).argmax() :]
    level, trend, errors = _responses(np.isfinite(y[0]).tobytes(), _GRID.tobytes())
    given = np.hstack([np.nan_to_num(y), slope[:, None]])
    error = given @ errors[:, :-2]
    states = (given @ level[:-2], *level[-2:]), (given @ trend[:-2], *trend[-2:])
    return _from_best_start(*states, (error, errors[:, -2:-1], errors[:, -1:]))


def _by_years(y, slope):
    y = y[:, np.isfinite(y).any(axis=0).argmax() :]
    # Three runs: the values from the prior start, and what a unit of starting level and trend does.
    blank = np.where(np.isfinite(y), 0.0, np.nan)
    nothing, unit = np.zeros_like(slope), np.ones_like(slope)
    starts = np.concatenate([-slope, unit, nothing]), np.concatenate([slope, nothing, unit])
    level, trend, errors = _run(np.concatenate([y, blank, blank]), *starts)
    return _from_best_start(*(np.split(part, 3, axis=-2) for part in (level, trend, errors)))


@lru_cache(maxsize=64)
def _responses(seen, grid):
    """Last states and errors for a unit of each year's value, of slope, starting level and trend.

    Kept for the years that are there and the grid that they were reckoned for.
    """
    there = np.frombuffer(seen, dtype=bool)
    unit = np.eye(len(there) + 3)
    slope, level, trend = unit[:, len(there) :].T
    return _run(np.where(there, unit[:, : len(there)], np.nan), level - slope, trend + slope)


def _run(y, level, trend):
    """Go through the years from a start (n,); return last level, trend (n, G), errors (T, n, G)."""
    alpha, beta, phi = _GRID.T
    level, trend = (np.repeat(start[:, None], len(_GRID), axis=1) for start in (level, trend))
    seen = np.isfinite(y)
    started = np.logical_or.accumulate(seen, axis=1)
    errors = np.zeros((*y.T.shape, len(_GRID)))
    for t, column in enumerate(np.where(seen, y, 0.0).T):
        ahead, faded = level + phi * trend, phi * trend
        error = (column[:, None] - ahead) * seen[:, t, None]
        errors[t] = error
        ahead += alpha * error
        faded += beta * error
        waiting = ~started[:, t]
        if waiting.any():
            ahead[waiting], faded[waiting] = level[waiting], trend[waiting]
        level, trend = ahead, faded
    return level, trend, errors


def _from_best_start(level, trend, errors):
    """Add the ridge least-squares start to data, and to effects of a unit of level and trend."""
    error, a, b = errors
    aa, ab, bb, ae, be, squares = (
        np.einsum("tng,tng->ng", left, right)
        for left, right in ((a, a), (a, b), (b, b), (a, error), (b, error), (error, error))
    )
    aa, bb = aa + RIDGE, bb + RIDGE
    determinant = aa * bb - ab * ab
    by_level = -(bb * ae - ab * be) / determinant
    by_trend = -(aa * be - ab * ae) / determinant
    squares = squares + by_level * ae + by_trend * be
    last = (part[0] + by_level * part[1] + by_trend * part[2] for part in (level, trend))
    return *last, np.maximum(squares, 0.0)


def growth(z: np.ndarray, horizon: int) -> MemberForecast:
    """Recent growth: an average of the yearly changes that forgets, carried on.

    Started at the mean change; each year then moves it by `RECENCY` of the way.
    """
    change, gap = yearly_changes(z)
    pace = mean_change(change, gap)
    squares = np.zeros(len(z))
    for yearly, years in zip(change.T, gap.T, strict=True):
        seen = np.isfinite(yearly)
        step = np.where(seen, yearly - pace, 0.0)
        years = np.where(seen, years, 0.0)
        squares += step**2 * years
        pace = pace + step * (1 - (1 - RECENCY) ** years)
    steps = np.arange(1, horizon + 1)
    error = np.sqrt(squares / np.isfinite(change).sum(axis=1))
    return MemberForecast(z[:, -1:] + pace[:, None] * steps, error, np.ones(len(z)))


def _member(model, working, batch: SeriesBatch, horizon: int, scale="log") -> MemberForecast:
    """Fit `model` on the raw or the working scale, one or one a series, and guard its path."""
    support = Support.of(batch.values, series_scales(scale, batch.names))
    fit = model(support.working(batch.values) if working else batch.values, horizon)
    path = fit.path if working else support.working(fit.path)
    last = support.last[:, None]
    path = support.outside(np.clip(path, last - GUARD, last + GUARD))
    return MemberForecast(path, fit.step_error, fit.response)


MEMBERS: dict[str, Callable[..., MemberForecast]] = {
    "damped": partial(_member, damped, False),
    "theta": partial(_member, theta, False),
    "drift": partial(_member, drift, False),
    "damped_log": partial(_member, damped, True),
    "theta_log": partial(_member, theta, True),
    "drift_log": partial(_member, drift, True),
    "growth_log": partial(_member, growth, True),
}
"""The guarded members: `MEMBERS[name](batch, horizon, scale="log") -> MemberForecast`.

Three models, each on the raw and on the working scale (`_log`), and recent growth on the latter.
"""


class MemberWarning(UserWarning):
    """A member of one's own has no usable path for some series, and is left out of these."""


SEED = 2025
_NAMED = 3
"""Series that a warning names; of others it gives the number."""


@dataclass(frozen=True)
class OwnMember:
    """A member of one's own: any function from a history to a path.

    It stands wherever a name of `MEMBERS` may stand, is fitted series by series, and has the weight
    of a member that fades. Where it fails, by an error or a path that is not one finite number a
    year, it is left out of that series with a `MemberWarning`. Warnings of the model itself are not
    shown. Draws from numpy's and Python's shared generators begin anew for each series, so that a
    path does not depend on what was asked before; a generator of its own needs a seed.

    Attributes
    ----------
    name : str
        An identifier that no member of the house has.
    path : callable
        `path(history, horizon)` returns one number for each of `horizon` years. The history is a
        Series of values by year, from the first figure to the last; NaN in years between without
        one. To be used in other processes it has to stand in a module.
    working : bool
        Whether history and path are on the working scale (logarithms, log odds) of the series.

    Raises
    ------
    ValueError
        For a name that cannot be used, or a path that is no function.

    Examples
    --------
    >>> import pandas as pd
    >>> from helpers.forecasting import MEMBERS, OwnMember, project_series
    >>> last = OwnMember("last", lambda history, horizon: [history.iloc[-1]] * horizon)
    >>> jobs = pd.Series([31.0, 33, 36, 38, 37, 41], index=range(2016, 2022), name="jobs")
    >>> float(project_series(jobs, "log", 2, members=[last]).median[0, 1].round(6))
    41.0
    >>> pooled = project_series(jobs, "log", 2, members=[*MEMBERS, last]).median
    >>> bool((pooled < project_series(jobs, "log", 2).median).all())
    True
    """

    name: str
    path: Callable[[pd.Series, int], Any]
    working: bool = False

    def __post_init__(self):
        """Refuse what no selection of members can hold."""
        if not isinstance(self.name, str) or not self.name.isidentifier():
            mend = "letters, digits and underscores, such as my_model"
            raise ValueError(f"own member {self.name!r}: this is no name; write {mend}")
        if self.name in MEMBERS:
            raise ValueError(
                f"own member {self.name}: the pool has one of this name; choose another"
            )
        if not callable(self.path):
            given = f"{self.path!r:.60} is no function; give one from (history, horizon) to a path"
            raise ValueError(f"own member {self.name}: {given}")

    def __call__(
        self, batch: SeriesBatch, horizon: int, scale: str | np.ndarray = "log"
    ) -> MemberForecast:
        """Fit every series; NaN in the path of one that failed, which a `MemberWarning` names."""
        faults: list[str] = []

        def model(z: np.ndarray, horizon: int) -> MemberForecast:
            paths = np.full((len(z), horizon), np.nan)
            for row, (name, last) in enumerate(zip(batch.names, batch.origin_years, strict=True)):
                years = pd.RangeIndex(last - z.shape[1] + 1, last + 1, name="year")
                history = pd.Series(z[row], years, name=name).iloc[np.isfinite(z[row]).argmax() :]
                try:
                    paths[row] = _read_path(self.path, history, horizon)
                except Exception as error:  # whatever a stranger's model raises
                    faults.append(f"{name} ({_told(error)})")
            return MemberForecast(paths, np.full(len(z), np.nan), np.full(len(z), np.nan))

        forecast = _member(model, self.working, batch, horizon, scale)
        if faults:
            more = f" and {len(faults) - _NAMED:,} more series" if len(faults) > _NAMED else ""
            listed = ", ".join(faults[:_NAMED])
            warn(f"own member {self.name} is left out of {listed}{more}", MemberWarning, 2)
        return forecast


def _read_path(path: Callable[..., Any], history: pd.Series, horizon: int) -> np.ndarray:
    """Ask for one path and check it, shape (H,)."""
    with catch_warnings(), _same_draws():
        simplefilter("ignore")
        given = np.asarray(path(history, horizon), dtype=float).ravel()
    if len(given) != horizon:
        raise ValueError(f"gives a path of {len(given)}, not of {horizon} years")
    if not np.isfinite(given).all():
        year = history.index[-1] + 1 + int(np.isfinite(given).argmin())
        raise ValueError(f"gives no finite number for {year}")
    return given


@contextmanager
def _same_draws() -> Iterator[None]:
    """Let the shared generators begin at `SEED`, and afterwards go on where they were."""
    shared, other = np.random.get_state(), random.getstate()  # noqa: NPY002
    np.random.seed(SEED)  # noqa: NPY002
    random.seed(SEED)
    try:
        yield
    finally:
        np.random.set_state(shared)  # noqa: NPY002
        random.setstate(other)


def _told(error: Exception) -> str:
    """Give the first line of what a model complained of."""
    said = f"{next(iter(str(error).splitlines()), ''):.120}"
    if isinstance(error, ValueError) and said.startswith("gives "):
        return said
    return f"{type(error).__name__}: {said}" if said else type(error).__name__


Member = str | OwnMember
"""A name of `MEMBERS`, or a member of one's own."""
