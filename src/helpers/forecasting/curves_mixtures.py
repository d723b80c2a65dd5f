"""Mixtures of normals of one spread and equal weights: a forecast with nothing learned."""

import numpy as np

_HALVINGS = 50


def chance_above(centres: np.ndarray, spread: np.ndarray, line: np.ndarray) -> np.ndarray:
    """P(z >= line), shape (n,).

    Parameters
    ----------
    centres : ndarray, shape (n, K)
    spread, line : ndarray, shape (n,)
    """
    from scipy.special import ndtr

    return ndtr((centres - line[:, None]) / spread[:, None]).mean(axis=1)


def mixture_median(centres: np.ndarray, spread: np.ndarray) -> np.ndarray:
    """Median by bisection between the outermost centres, shape (n,)."""
    low, high = centres.min(axis=1), centres.max(axis=1)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        above = chance_above(centres, spread, middle) > 0.5
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return (low + high) / 2
