"""Predictive distributions mixed over how far published figures will still be revised.

A revision is relative: the logarithm of the last print over an earlier one; of a share that of the
smaller of its two parts, so that none leads out of 0 to 100. It follows Student's t with few
degrees of freedom, cut off at the largest revision on record. The law is laid on a few points, each
the mean of a slice of it, so that a mixture stays a mixture: exact in all that is read off it, and
as quick for thousands of series.

References
----------
Lange, Little, Taylor (1989), Robust statistical modeling using the t distribution, J. American
Statistical Association 84.
"""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from helpers.forecasting.mixtures import Pool
from helpers.forecasting.projection import Projection
from helpers.forecasting.transforms import Support

DEGREES = 1.5
"""Of freedom: the tail that scores best in real time (`benchmarks/revisions.csv`)."""
SLICES = np.array([0.0, 0.003, 0.02, 0.07, 0.2, 0.4, 0.6, 0.8, 0.93, 0.98, 0.997, 1.0])
"""Bounds of the slices of probability whose means stand for the law."""
_WITHIN = 8
_EASE = 1e-4


def chance_within(size: np.ndarray, scale: np.ndarray, largest: np.ndarray) -> np.ndarray:
    """P(revision <= size) under the cut-off law; arguments broadcast.

    Parameters
    ----------
    size : ndarray
        Relative revision, of either sign.
    scale : ndarray
        Of the law; 0 for figures that are never revised.
    largest : ndarray
        The largest revision on record.
    """
    from scipy.special import stdtr

    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.clip(size, -np.asarray(largest), largest)
        low, here = (stdtr(DEGREES, np.nan_to_num(x / scale)) for x in (-np.abs(largest), size))
        told = np.where(size >= largest, 1.0, (here - low) / (1.0 - 2.0 * low))
    return np.where(np.asarray(scale) > 0, told, np.asarray(size) >= 0)


def quantile(level: float) -> float:
    """Quantile of the law before it is cut off, in scales."""
    from scipy.special import stdtrit

    return float(stdtrit(DEGREES, level))


def points(scale: np.ndarray, largest: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Relative revisions that stand for the law, shape (n, J), and their weights, shape (J,).

    Parameters
    ----------
    scale, largest : ndarray, shape (n,)
    """
    pairs = np.column_stack([scale, largest])
    sizes = np.array([_points(*pair) for pair in pairs.tolist()])
    return sizes.reshape(len(pairs), len(SLICES) - 1), np.diff(SLICES)


@lru_cache(maxsize=4096)
def _points(scale: float, largest: float) -> np.ndarray:
    """Give the same for one law: many series and selections of members share it."""
    from scipy.special import stdtr, stdtrit

    inside = (np.arange(_WITHIN) + 0.5) / _WITHIN
    levels = SLICES[:-1, None] + np.diff(SLICES)[:, None] * inside
    low = stdtr(DEGREES, -largest / max(scale, 1e-12))
    return stdtrit(DEGREES, low + (1.0 - 2.0 * low) * levels).mean(axis=1) * scale


def pitch(support: Support) -> np.ndarray:
    """Working units that a relative revision of one moves the last value by, shape (n,)."""
    values = support.outside(support.last)
    share = np.isin(support.scales, ("logit", "share"))
    part = np.where(share, np.minimum(values, 100.0 - values), np.abs(values))
    up, down = (support.working(values + sign * _EASE * part) for sign in (1, -1))
    return (up - down) / (2 * _EASE)


def moves(
    support: Support, scale: np.ndarray, largest: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lay the law on working units: sizes (n, J), their weights (J,), the largest one (n,).

    Parameters
    ----------
    support : Support
    scale, largest : ndarray, shape (n,)
        Relative.
    """
    steps = pitch(support)
    sizes, weights = points(scale, largest)
    return sizes * steps[:, None], weights, np.abs(largest * steps)


def revise(projected: Projection, scale: np.ndarray, largest: np.ndarray) -> Projection:
    """Mix predictive distributions over the revision of the figures that they start from or end in.

    Parameters
    ----------
    projected : Projection
    scale : ndarray, shape (n,)
        Of the revision, relative. Of two independent ones it is `together`.
    largest : ndarray, shape (n,)
        The largest revision on record, relative.

    Returns
    -------
    Projection
        One that says nothing below 1 % or above 99 %, unless the line is further from the median
        than the largest revision.
    """
    scale, largest = np.broadcast_arrays(np.asarray(scale, float), np.asarray(largest, float))
    scale, largest = (np.broadcast_to(each, (len(projected.names),)) for each in (scale, largest))
    support, pool = projected.support, projected.pool
    sizes, weights, record = moves(support, scale, largest)
    centres = support.unkernel(pool.centres)[..., None] + sizes[:, None, None, :]
    centres = support.kernel(centres)
    n, horizon, members = pool.centres.shape
    mixed = Pool(
        (pool.weights[:, :, None] * weights).reshape(n, -1),
        centres.reshape(n, horizon, members * len(weights)),
        pool.spreads,
    )
    return replace(projected, pool=mixed, record=record)


def together(*scales: np.ndarray | float) -> np.ndarray:
    """Scale of the sum of independent revisions, whose tails add up."""
    return np.sum([np.asarray(each) ** DEGREES for each in scales], axis=0) ** (1.0 / DEGREES)
