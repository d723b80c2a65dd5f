"""Linear pools: mixtures of Student-t kernels with four degrees of freedom, many at once.

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
    centres, spreads : ndarray, shape (n, H, K)
        On the working scale.
    """

    weights: np.ndarray
    centres: np.ndarray
    spreads: np.ndarray

    def cdf(self, z: np.ndarray) -> np.ndarray:
        """Probability of at most `z`, shape (n, H, J)."""
        total = np.zeros(np.broadcast_shapes(z.shape, (*self.centres.shape[:2], 1)))
        for k in range(self.weights.shape[1]):
            t = (z - self.centres[:, :, k, None]) / self.spreads[:, :, k, None]
            total += self.weights[:, None, None, k] * kernel_cdf(np.clip(t, -1e9, 1e9))
        return np.clip(total, 0.0, 1.0)

    def quantile(self, levels: np.ndarray) -> np.ndarray:
        """Quantiles, shape (n, H, Q), for levels of shape (Q,) or (n, H, Q) inside (0, 1).

        Safeguarded Newton steps to `TOLERANCE`, inside the bracket of the members' own quantiles.
        """
        n, horizon, members = self.centres.shape
        levels = np.broadcast_to(levels, (n, horizon, np.shape(levels)[-1]))
        solved = np.empty(levels.shape)
        for start in range(0, n, _BLOCK):
            part = slice(start, start + _BLOCK)
            target = levels[part]
            cell = np.arange(target.size) // target.shape[2]
            weights = np.repeat(self.weights[part].T, horizon, axis=1)[:, cell]
            centres = self.centres[part].reshape(-1, members).T[:, cell]
            spreads = self.spreads[part].reshape(-1, members).T[:, cell]
            solved[part] = _solve(target.ravel(), weights, centres, spreads).reshape(target.shape)
        return solved

    def draw(self, uniform: np.ndarray, member_uniform: np.ndarray) -> np.ndarray:
        """Draws, shape (n, J, H): `member_uniform` (n, J) picks a member for the whole path."""
        bound = np.cumsum(self.weights, axis=1)[:, None, :-1]
        member = (member_uniform[:, :, None] > bound).sum(axis=2)[:, :, None]
        centres, spreads = (
            np.take_along_axis(a.transpose(0, 2, 1), member, axis=1)
            for a in (self.centres, self.spreads)
        )
        return centres + spreads * kernel_quantile(uniform)


def _solve(target, weights, centres, spreads):
    """Invert the mixtures in the columns of (K, m) arrays at the levels `target` (m,)."""
    own = centres + spreads * kernel_quantile(target)
    low, high = own.min(axis=0), own.max(axis=0)
    z = (weights * own).sum(axis=0)
    answer, open_ = z.copy(), np.arange(len(z))
    rates = 1.0 / spreads
    for _ in range(_MOST_STEPS):
        t = (z - centres) * rates
        miss = (weights * kernel_cdf(t)).sum(axis=0) - target
        slope = (weights * rates * kernel_pdf(t)).sum(axis=0)
        low, high = np.where(miss < 0, z, low), np.where(miss > 0, z, high)
        step = z - miss / np.maximum(slope, 1e-300)
        answer[open_] = z = np.where((step >= low) & (step <= high), step, (low + high) / 2)
        left = np.abs(miss) > TOLERANCE
        if not left.any():
            break
        open_, z, low, high, target = open_[left], z[left], low[left], high[left], target[left]
        weights, centres, rates = weights[:, left], centres[:, left], rates[:, left]
    return answer
