"""The probability that a weighted sum of a path's years passes a bound.

Paths are those of `helpers.forecasting.projection.Projection.paths`: one member throughout, its
deviations tied over the years like a random walk. They are integrated rather than drawn: members
are summed, the last year is integrated in closed form given the years before it, and those are laid
on the nodes of a low-discrepancy sequence. The answer is the same in every run, whatever else is
projected.

References
----------
Owen (2013), Monte Carlo theory, methods and examples, chapters 8.7 (conditioning) and 15 to 17
(quasi-Monte Carlo). The sequence is that of Roberts (2018), the generalised golden ratio.
"""

from collections.abc import Sequence

import numpy as np

from helpers.forecasting.mixtures import kernel_cdf, kernel_quantile
from helpers.forecasting.projection import Projection

NODES = 16384
"""Nodes for the years before the last.

The error is below .0001 for growth from an open base, .0005 for sums over five years and .0015 for
sums over ten (held against a million drawn paths, and against 64 times as many nodes).
"""
_EDGE = 1e-12


def probability_of_sum(
    projected: Projection, row: int, steps: Sequence[int], weights: Sequence[float], total: float
) -> float:
    """P(sum of weights * y >= total) over some years of one projected series.

    Parameters
    ----------
    projected : Projection
    row : int
        The series.
    steps : sequence of int
        Positions of the years among those projected, ascending; 0 is the first.
    weights : sequence of float
        One a year; the last one positive.
    total : float
        In the unit of the series.

    Raises
    ------
    ValueError
        If the years are not ascending or not projected, or the last weight is not positive.
    """
    steps, weights = np.asarray(steps), np.asarray(weights, dtype=float)
    if (np.diff(steps) <= 0).any() or steps[0] < 0 or steps[-1] >= projected.horizon:
        raise ValueError(f"steps {steps.tolist()} do not rise within {projected.horizon} years")
    if not weights[-1] > 0:
        raise ValueError(f"the last year's weight must be positive; got {weights[-1]}")
    alone = projected.select([row])
    if len(steps) == 1:
        return float(alone.probability_at_least(total / weights[-1])[0, steps[0]])
    walk = _walk(steps[:-1] + 1)
    values = _values(alone, steps[:-1], walk)
    bound = (total - values @ weights[:-1]) / weights[-1]
    chance = _last_year(alone, steps, walk[:, -1], bound)
    return float(np.clip(alone.pool.weights[0] @ chance.mean(axis=1), 0.0, 1.0))


def nodes(count: int, dimensions: int) -> np.ndarray:
    """Points that fill the unit cube evenly, shape (count, dimensions), inside (0, 1).

    The sequence of Roberts, folded so that both ends of each axis meet.
    """
    ratio = 2.0
    for _ in range(40):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = (1.0 / ratio) ** np.arange(1, dimensions + 1)
    places = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return np.clip(1.0 - np.abs(2.0 * places - 1.0), _EDGE, 1.0 - _EDGE)


def _walk(times):
    """Random walks at some times from 1 on, shape (nodes, times)."""
    from scipy.special import ndtri

    normal = ndtri(nodes(NODES, len(times)))
    return np.cumsum(normal * np.sqrt(np.diff(times, prepend=0)), axis=1)


def _values(alone, steps, walk):
    """Carry walks to values, shape (members, nodes, years)."""
    from scipy.special import ndtr

    uniform = np.clip(ndtr(walk / np.sqrt(steps + 1)), _EDGE, 1 - _EDGE)
    deviation = alone.pool.spreads[0, steps] * kernel_quantile(uniform)
    kernel = alone.pool.centres[0, steps].T[:, None, :] + deviation
    return alone.support.outside(alone.support.unkernel(kernel[None]))[0]


def _last_year(alone, steps, walked, bound):
    """P(last year >= bound) given the walk so far, by member and node."""
    from scipy.special import ndtr, ndtri

    last, time = steps[-1], steps[-1] + 1
    kernel = alone.support.kernel(alone.support.working(bound[None]))[0]
    centres = alone.pool.centres[0, last][:, None]
    place = kernel_cdf(np.clip((kernel - centres) / alone.pool.spreads[0, last], -1e9, 1e9))
    # The walk has to end above the place of the bound among the walks of that year.
    needed = ndtri(place) * np.sqrt(time)
    return ndtr((walked - needed) / np.sqrt(time - (steps[-2] + 1)))
