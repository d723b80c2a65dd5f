"""Linear pools: mixtures of Student-t kernels or of normals, many series at once.

Four degrees, because the distribution function is then algebraic: no special function is needed.
"""

from dataclasses import dataclass

import numpy as np

TOLERANCE = 1e-9
_MOST_STEPS = 60
_BLOCK = 128
"""Series solved together: the arrays of one block stay in the cache."""


def kernel_cdf(t: np.ndarray) -> np.ndarray:
    """Distribution function of Student's t with four degrees of freedom."""
    u = t / np.sqrt(4.0 + t * t)
    return 0.5 + 0.25 * u * (3.0 - u * u)


def kernel_pdf(t: np.ndarray) -> np.ndarray:
    """Density of Student's t with four degrees of freedom."""
    q = 1.0 + t * t / 4.0
    return 0.375 / (q * q * np.sqrt(q))


def kernel_quantile(level: np.ndarray) -> np.ndarray:
    """Quantile of Student's t with four degrees of freedom, levels inside (0, 1).

    References
    ----------
    Shaw (2006), Sampling Student's T distribution, J. Computational Finance 9(4).
    """
    root = np.sqrt(4.0 * level * (1.0 - level))
    q = np.cos(np.arccos(np.minimum(root, 1.0)) / 3.0) / root
    return np.sign(level - 0.5) * 2.0 * np.sqrt(np.maximum(q - 1.0, 0.0))


@dataclass(frozen=True)
class Pool:
    """One mixture a series and horizon.

    Attributes
    ----------
    weights : ndarray, shape (n, K)
        Sum to one over members.
    centres : ndarray, shape (n, H, K)
        On the kernel scale.
    spreads : ndarray, shape (n, H)
        The same for all members.
    """

    weights: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray

    def cdf(self, u: np.ndarray) -> np.ndarray:
        """Probability of at most `u`, shape (n, H, J)."""
        total = np.zeros(np.broadcast_shapes(u.shape, (*self.spreads.shape, 1)))
        for k in range(self.weights.shape[1]):
            t = (u - self.centres[:, :, k, None]) / self.spreads[:, :, None]
            total += self.weights[:, None, None, k] * kernel_cdf(np.clip(t, -1e9, 1e9))
        return np.clip(total, 0.0, 1.0)

    def quantile(self, levels: np.ndarray) -> np.ndarray:
        """Quantiles, shape (n, H, Q), for levels of shape (Q,) inside (0, 1).

        Safeguarded Newton steps to `TOLERANCE`, inside the bracket of the members' own quantiles.
        """
        n, horizon, members = self.centres.shape
        count = len(levels)
        solved = np.empty((n, horizon, count))
        for start in range(0, n, _BLOCK):
            part = slice(start, start + _BLOCK)
            rows = len(self.weights[part])
            weights = np.repeat(self.weights[part].T, horizon * count, axis=1)
            centres = self.centres[part] / self.spreads[part][:, :, None]
            centres = np.repeat(centres.reshape(-1, members).T, count, axis=1)
            x = _solve(np.tile(levels, rows * horizon), weights, centres)
            solved[part] = x.reshape(rows, horizon, count) * self.spreads[part][:, :, None]
        return solved

    def draw(self, uniform: np.ndarray, chooser: np.ndarray) -> np.ndarray:
        """Draw paths from uniform numbers.

        Parameters
        ----------
        uniform : ndarray, shape (n, J, H)
            Place of each draw within its member's kernel.
        chooser : ndarray, shape (n, J)
            Picks the member that the whole path follows.

        Returns
        -------
        ndarray, shape (n, J, H)
        """
        bounds = np.cumsum(self.weights, axis=1)[:, None, :-1]
        member = (chooser[:, :, None] > bounds).sum(axis=2)[:, :, None]
        centres = np.take_along_axis(self.centres.transpose(0, 2, 1), member, axis=1)
        return centres + self.spreads[:, None, :] * kernel_quantile(uniform)


def _solve(target, weights, centres):
    """Invert mixtures of unit spread, columns of (K, m) arrays, at the levels `target` (m,)."""
    own = kernel_quantile(target)
    low, high = centres.min(axis=0) + own, centres.max(axis=0) + own
    x = (weights * centres).sum(axis=0) + own
    answer, open_ = x.copy(), np.arange(len(x))
    for _ in range(_MOST_STEPS):
        t = x - centres
        miss = (weights * kernel_cdf(t)).sum(axis=0) - target
        slope = (weights * kernel_pdf(t)).sum(axis=0)
        low, high = np.where(miss < 0, x, low), np.where(miss > 0, x, high)
        step = x - miss / np.maximum(slope, 1e-300)
        answer[open_] = x = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        left = np.abs(miss) > TOLERANCE
        if not left.any():
            break
        open_, x, low, high, target = open_[left], x[left], low[left], high[left], target[left]
        weights, centres = weights[:, left], centres[:, left]
    return answer


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
