"""The probability that an open target is met, read off the paths of its projected series."""

from collections.abc import Callable, Sequence
from math import isfinite, nan

import numpy as np

from helpers.forecasting.projection import Projection, probability_of_sum
from helpers.targets.lines import Demand, Pass


def chances(projected: Projection, rows: Sequence[int], demands: Sequence[Demand]) -> np.ndarray:
    """Give for each demand the probability that its series fulfils it.

    Parameters
    ----------
    projected : Projection
        As far as the last year of any demand, at least.
    rows : sequence of int
        The series of each demand.
    demands : sequence of Demand
        As `helpers.targets.states.demand_of` returns.

    Returns
    -------
    ndarray, shape (n,)
        P(floor is passed) - P(ceiling is passed). NaN where nothing can be asked, and where a year
        is not projected.
    """
    rows = np.asarray(rows, dtype=int)
    reached = [demand.floor for demand in demands]
    exceeded = [demand.ceiling for demand in demands]
    result = _passing(projected, rows, reached, 1.0) - _passing(projected, rows, exceeded, 0.0)
    for i, demand in enumerate(demands):
        ahead = np.array(demand.years) - projected.origin_years[rows[i]]
        if not len(ahead) or ahead[0] < 1 or ahead[-1] > projected.horizon:
            result[i] = nan
    return np.clip(result, 0.0, 1.0)


def chance_within(reach: Callable[[float], np.ndarray], low: float, high: float) -> np.ndarray:
    """Give P(floor is reached) - P(ceiling is reached); an infinite bound asks for nothing.

    Parameters
    ----------
    reach : callable
        The probability of reaching a level.
    low, high : float
        Floor and ceiling.
    """
    reached = reach(low) if isfinite(low) else 1.0
    return reached - (reach(high) if isfinite(high) else 0.0)


def _passing(projected, rows, sides: Sequence[Pass | None], unbounded: float) -> np.ndarray:
    """P(side is passed) for each; `unbounded` where there is no such side."""
    result = np.full(len(sides), unbounded)
    single = [i for i, side in enumerate(sides) if side and len(side.weights) == 1]
    if single:
        result[single] = _at_one_year(projected, rows[single], [sides[i] for i in single])
    for i, side in enumerate(sides):
        if side and len(side.weights) > 1:
            steps = np.array(list(side.weights)) - projected.origin_years[rows[i]] - 1
            if steps[0] >= 0 and steps[-1] < projected.horizon:
                weights = list(side.weights.values())
                result[i] = probability_of_sum(projected, rows[i], steps, weights, side.total)
    return result


def _at_one_year(projected, rows, sides):
    years = np.array([next(iter(side.weights)) for side in sides])
    levels = np.array([side.total / next(iter(side.weights.values())) for side in sides])
    steps = np.clip(years - projected.origin_years[rows] - 1, 0, projected.horizon - 1)
    table = projected.select(rows).probability_at_least(levels[:, None])
    return table[np.arange(len(rows)), steps]
