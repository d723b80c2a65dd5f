"""Linear pools: mixtures of Student-t kernels or of normals, many series at once.

Four degrees, because the distribution function is then algebraic: no special function is needed.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

TOLERANCE = 1e-9
_MOST_STEPS = 60
_KERNELS, _TOGETHER = 65536, 4096
"""Kernels evaluated, and cells solved, together: arrays of so many stay in the cache."""
_STRIDE = 0.46
"""How far levels may lie apart, in asinh of half their quantile, for the ones between to be started
by interpolation: then nearly all of them need one step."""
_NEAR = 2e-4
"""Longest step, in spreads, that counts as the last one: the log density of a kernel has a slope of
at most 5/4, so what a Halley step leaves is below two thirds of its cube."""


def kernel_cdf(t: np.ndarray) -> np.ndarray:
    """Distribution function of Student's t with four degrees of freedom."""
    u = t / np.sqrt(4.0 + t * t)
    return 0.5 + 0.25 * u * (3.0 - u * u)


def kernel_pdf(t: np.ndarray) -> np.ndarray:
    """Density of Student's t with four degrees of freedom."""
    q = 1.0 + t * t / 4.0
    return 0.375 / (q * q * np.sqrt(q))


def kernel_parts(t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distribution function, and `t` times the density, with one root for both; `t` is used up."""
    root = t * t
    root += 4.0
    np.divide(1.0, np.sqrt(root, out=root), out=root)
    t *= root
    root *= root
    stretched = root * root
    stretched *= t
    stretched *= 12.0
    below = t * t
    np.subtract(3.0, below, out=below)
    below *= t
    below *= 0.25
    below += 0.5
    return below, stretched


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
    """One mixture a series and horizon."""

    weights: np.ndarray
    """Shape (n, K). Sum to one over members."""
    centres: np.ndarray
    """Shape (n, H, K). On the kernel scale."""
    spreads: np.ndarray
    """Shape (n, H). The same for all members."""

    def cdf(self, u: np.ndarray) -> np.ndarray:
        """Probability of at most `u`, shape (n, H, J)."""
        total = np.zeros(np.broadcast_shapes(u.shape, (*self.spreads.shape, 1)))
        for k in range(self.weights.shape[1]):
            t = (u - self.centres[:, :, k, None]) / self.spreads[:, :, None]
            total += self.weights[:, None, None, k] * kernel_cdf(np.clip(t, -1e9, 1e9))
        return np.clip(total, 0.0, 1.0)

    def quantile(self, levels: np.ndarray) -> np.ndarray:
        """Quantiles, shape (n, H, Q), for levels of shape (Q,) inside (0, 1).

        Halley steps from the mean and the variance on some levels, from the interpolation of those
        on the others; for what is not solved by then, safeguarded Newton steps to `TOLERANCE`.
        """
        levels, place = np.unique(levels, return_inverse=True)
        members = self.weights.shape[1]
        spreads = self.spreads.reshape(-1, 1)
        centres = (self.centres.reshape(-1, members) / spreads).T
        weights = np.repeat(self.weights.T, self.spreads.shape[1], axis=1)
        _, *parts, _ = _ladder(levels.tobytes())
        most = members * max(map(len, parts))
        block = max(1, min(len(spreads), _KERNELS // most))
        room = np.empty((4, most * block))
        solved = np.empty((len(spreads), len(levels)))
        for start in range(0, len(solved), block):
            part = slice(start, start + block)
            solved[part] = _invert(levels, weights[:, part], centres[:, part], room).T
        cells, at = np.nonzero(np.isnan(solved))
        for start in range(0, len(cells), _TOGETHER):
            cell, level = (index[start : start + _TOGETHER] for index in (cells, at))
            solved[cell, level] = _solve(levels[level], weights[:, cell], centres[:, cell])
        return (solved * spreads)[:, place].reshape(*self.spreads.shape, len(place))

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


def _invert(levels, weights, centres, room):
    """Invert mixtures of unit spread, columns of (K, m) arrays, at ascending levels.

    Returns quantiles, shape (Q, m), NaN where more steps are needed; `room` is where to work.
    """
    own, first, others, between = _ladder(levels.tobytes())
    low, high = centres.min(axis=0) + own, centres.max(axis=0) + own
    mean = (weights * centres).sum(axis=0)
    variance = (weights * (centres - mean) ** 2).sum(axis=0)
    x, step = np.empty((2, len(levels), len(mean)))
    density = slope = np.empty(0)
    x[first] = mean + own[first] * np.sqrt(1.0 + variance / 2.0)
    with np.errstate(all="ignore"):
        for rows in (first, first, first, others)[: 4 if len(others) else 3]:
            if rows is others:
                x[rows] = between @ np.concatenate(
                    _derivatives(x[first], own[first], density, slope)
                )
            step[rows], density, slope = _halley(
                x[rows], levels[rows, None], weights, centres, room
            )
            x[rows] = np.clip(x[rows] - step[rows], low[rows], high[rows])
    return np.where(np.abs(step) <= _NEAR, x, np.nan)


def _halley(x, levels, weights, centres, room):
    """Step to be taken back from places (Q, m); density and its slope where it leads."""
    shape = (len(x), *centres.shape)
    t, root, power, part = room[:, : np.prod(shape)].reshape(4, *shape)
    np.subtract(x[:, None], centres, out=t)
    np.multiply(t, t, out=root)
    root += 4.0
    np.divide(1.0, np.sqrt(root, out=root), out=root)
    t *= root
    np.multiply(t, t, out=part)
    np.subtract(3.0, part, out=part)
    part *= t
    part *= weights
    miss = 0.25 * part.sum(axis=1) + (0.5 - levels)
    np.multiply(root, root, out=power)
    np.multiply(power, power, out=part)
    part *= root
    part *= weights
    density = 12.0 * part.sum(axis=1)
    part *= t
    part *= root
    slope = -60.0 * part.sum(axis=1)
    step = miss / density
    step /= 1.0 - np.clip(0.5 * step * slope / density, -0.5, 0.5)
    return step, density - step * slope, slope


def _derivatives(x, own, density, slope):
    """Quantiles, their slope and curvature as functions of the quantiles `own` of one kernel."""
    rise = kernel_pdf(own) / density
    bent = -5.0 * own / (4.0 + own * own) * kernel_pdf(own)
    return x, rise, (bent - slope * rise * rise) / density


@lru_cache(maxsize=64)
def _ladder(levels):
    """Split ascending levels into some to start from and others between them.

    Returns
    -------
    first, others : ndarray of int
    between : ndarray, shape (others, 3 first)
        Quintic Hermite interpolation, from values, slopes and curvatures in the kernel's quantile.
    """
    own = kernel_quantile(np.frombuffer(levels))
    rank = np.arcsinh(own / 2.0) / _STRIDE
    chosen = [0]
    for i in range(1, len(own)):
        if i == len(own) - 1 or rank[i + 1] - rank[chosen[-1]] > 1.0:
            chosen.append(i)
    first = np.array(chosen)
    others = np.setdiff1d(np.arange(len(own)), first)
    right = np.searchsorted(first, others)
    low, width = own[first[right - 1]], own[first[right]] - own[first[right - 1]]
    s = (own[others] - low) / width
    between, line = np.zeros((len(others), 3, len(first))), np.arange(len(others))
    for node, at, sign in ((right - 1, s, 1.0), (right, 1.0 - s, -1.0)):
        fade = (1.0 - at) ** 3
        between[line, 0, node] = fade * (1.0 + at * (3.0 + 6.0 * at))
        between[line, 1, node] = fade * at * (1.0 + 3.0 * at) * width * sign
        between[line, 2, node] = fade * at * at / 2.0 * width**2
    return own[:, None], first, others, between.reshape(len(others), 3 * len(first))


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
