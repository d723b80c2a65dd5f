"""The support of a series: the scales on which members are fitted and kernels are laid.

Members are fitted on the working scale (log, logit or linear). Kernels lie on the kernel scale,
which for "log" is the inverse softplus of the ratio to the last value: like the logarithm below,
so that nothing falls under 0, and straight above, so that upper tails do not grow exponentially.

Counts that can be 0, and shares that can reach 0 or 100, are moved off their ends first: the latent
number that is then forecast may lie beyond an end, and what does stands for the end itself. So
there is no mass outside, and a point mass at the end. What would be printed as the end, being less
than half of the last digit that the series is printed with away from it, is at the end as well.

References
----------
Tobin (1958), Estimation of relationships for limited dependent variables, Econometrica 26.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

SCALES = ("log", "logit", "linear")
WITH_ENDS = {"count": (0.0, np.inf), "share": (0.0, 100.0)}
"""Scales whose ends can be reached, with these ends."""
EVERY_SCALE = (*SCALES, *WITH_ENDS)
COUNT_SHIFT = 0.5
"""How far counts are moved off 0, in mean values of the series (`benchmarks/ends.csv`)."""
SHARE_SHIFT = 5.0
"""How far shares are moved off 0 and 100, in points."""
LIKE = {"count": "log", "share": "logit"}
"""The scale that a latent number is on once it is moved."""
BEND = 0.5
"""Where the kernel scale turns from log to straight, in multiples of 1 / last value."""
_PITCH = BEND / -np.expm1(-BEND)
_FAR = 30.0
"""Beyond e**30 the bent scale equals its asymptote, and a share rounds to 100 in a double."""


@dataclass(frozen=True)
class Support:
    """Scales of n series and the way there and back.

    Attributes
    ----------
    scales : ndarray of str, shape (n,)
        "log" (above 0), "logit" (a share inside 0-100), "linear" (any number), "count" (0 or above)
        or "share" (from 0 to 100).
    units : ndarray, shape (n,)
        Size of one working unit; 1 but for "linear".
    last : ndarray, shape (n,)
        Last value on the working scale.
    shifts : ndarray, shape (n,), optional
        By how much values are moved off their ends; needed for scales that have any.
    halves : ndarray, shape (n,), optional
        Half of the last digit that values are printed with: what lies nearer to an end is on it.
    """

    scales: np.ndarray
    units: np.ndarray
    last: np.ndarray
    shifts: np.ndarray | None = None
    halves: np.ndarray | None = None

    def __post_init__(self):
        """Refuse a scale with ends that nothing is moved off.

        Raises
        ------
        ValueError
            If shifts are needed and missing.
        """
        if self.shifts is None and np.isin(self.scales, list(WITH_ENDS)).any():
            raise ValueError("a scale with ends needs shifts; make it with Support.of")

    @classmethod
    def of(cls, values: np.ndarray, scales: np.ndarray) -> "Support":
        """Take units and last values from right-aligned values, shape (n, T)."""
        units = np.ones(len(values))
        linear = scales == "linear"
        if linear.any():
            size = np.nanmean(np.abs(values[linear]), axis=1)
            units[linear] = np.where(size > 0, size, 1.0)
        shifts = np.where(scales == "share", SHARE_SHIFT, 0.0)
        count = scales == "count"
        if count.any():
            size = COUNT_SHIFT * np.nanmean(values[count], axis=1)
            shifts[count] = np.where(size > 0, size, 1.0)
        halves = np.zeros(len(values))
        with_ends = np.isin(scales, list(WITH_ENDS))
        halves[with_ends] = _half_printed(values[with_ends])
        blank = cls(scales, units, np.zeros(len(values)), shifts, halves)
        return replace(blank, last=blank.working(values[:, -1]))

    def select(self, rows: np.ndarray) -> "Support":
        """Supports of a mask or of positions."""
        shifts, halves = (None if of is None else of[rows] for of in (self.shifts, self.halves))
        return Support(self.scales[rows], self.units[rows], self.last[rows], shifts, halves)

    def working(self, values: np.ndarray) -> np.ndarray:
        """Carry values, shape (n, ...), to the working scale; outside lies at -inf or inf."""
        z = self._moved(np.array(values, dtype=float))
        with np.errstate(divide="ignore"):
            for scale, rows in self._groups:
                if scale == "log":
                    z[rows] = np.log(np.maximum(z[rows], 0.0))
                elif scale == "logit":
                    inside = np.clip(z[rows], 0.0, 100.0)
                    z[rows] = np.log(inside) - np.log(100.0 - inside)
                else:
                    z[rows] /= _column(self.units[rows], z)
        return z

    def outside(self, z: np.ndarray) -> np.ndarray:
        """Carry working values, shape (n, ...), back; latent ones may lie beyond an end."""
        values = np.array(z, dtype=float)
        for scale, rows in self._groups:
            if scale == "log":
                values[rows] = np.exp(values[rows])
            elif scale == "logit":
                values[rows] = 100.0 / (1.0 + np.exp(-np.clip(values[rows], -_FAR, _FAR)))
            else:
                values[rows] *= _column(self.units[rows], values)
        return self._moved_back(values)

    def within(self, values: np.ndarray) -> np.ndarray:
        """Put what lies beyond an end that can be reached, or prints as it, on the end."""
        values = np.array(values, dtype=float)
        for rows, low, high, half in self._ends(values):
            inside = np.where(values[rows] < low + half, low, values[rows])
            values[rows] = np.where(inside >= high - half, high, inside)
        return values

    def line(self, values: np.ndarray) -> np.ndarray:
        """Carry thresholds, shape (n, ...), to the working scale: an end is always reached.

        One nearer to an end than half of the last digit asks for what is not printed as that end,
        and the upper end itself for what is printed as it.
        """
        moved = np.array(values, dtype=float)
        for rows, low, high, half in self._ends(moved):
            moved[rows] = np.clip(moved[rows], low + half, high - half)
        z = self.working(moved)
        for rows, low, high, _ in self._ends(moved):
            z[rows] = np.where(values[rows] <= low, -np.inf, z[rows])
            z[rows] = np.where(values[rows] > high, np.inf, z[rows])
        return z

    def _ends(self, values):
        """Rows of each scale with ends, these ends, and how near to them is on them."""
        for scale, rows in self._with_ends:
            half = 0.0 if self.halves is None else _column(self.halves[rows], values)
            yield rows, *WITH_ENDS[scale], half

    def _moved(self, values: np.ndarray) -> np.ndarray:
        """Move values off the ends; a share is squeezed into 0-100 again."""
        for rows, shift, squeeze in self._shifted(values):
            values[rows] = (values[rows] + shift) * squeeze
        return values

    def _moved_back(self, values: np.ndarray) -> np.ndarray:
        for rows, shift, squeeze in self._shifted(values):
            values[rows] = values[rows] / squeeze - shift
        return values

    def _shifted(self, values):
        if self.shifts is None:
            return
        for scale, rows in self._with_ends:
            shift = _column(self.shifts[rows], values)
            yield rows, shift, 1.0 if scale == "count" else 100.0 / (100.0 + 2.0 * shift)

    def kernel(self, z: np.ndarray) -> np.ndarray:
        """Carry working values, shape (n, ...), to the kernel scale, 0 being the last value."""
        u = z - _column(self.last, z)
        for rows in (rows for scale, rows in self._groups if scale == "log"):
            u[rows] = bend(u[rows])
        return u

    def unkernel(self, u: np.ndarray) -> np.ndarray:
        """Carry kernel values, shape (n, ...), back to the working scale."""
        z = np.array(u, dtype=float)
        for rows in (rows for scale, rows in self._groups if scale == "log"):
            z[rows] = unbend(z[rows])
        return z + _column(self.last, z)

    def straight(self, values: np.ndarray) -> np.ndarray:
        """Scale values so that one step at the last value is one working step, shape (n, T)."""
        values = self._moved(np.array(values, dtype=float))
        last = values[:, -1]
        pitch = 1.0 / self.units
        log, logit = self._like == "log", self._like == "logit"
        pitch[log] = 1.0 / last[log]
        pitch[logit] = 100.0 / (last[logit] * (100.0 - last[logit]))
        return values * pitch[:, None]

    @cached_property
    def _like(self) -> np.ndarray:
        like = self.scales.copy()
        for scale, other in LIKE.items():
            like[self.scales == scale] = other
        return like

    @cached_property
    def _groups(self) -> list[tuple[str, np.ndarray | slice]]:
        return list(_rows_by(self._like, SCALES))

    @cached_property
    def _with_ends(self) -> list[tuple[str, np.ndarray | slice]]:
        return list(_rows_by(self.scales, WITH_ENDS))


def _rows_by(words, choice):
    """Rows of each word of a choice that is there, as a slice where that is all of them."""
    for word in choice:
        rows = words == word
        if rows.any():
            yield word, slice(None) if rows.all() else rows


_MOST_DECIMALS = 6
"""Printed ones: a value with more was reckoned, and half of its last digit is next to nothing."""


def _half_printed(values):
    """Half of the last digit that all values of a series, shape (n, T), can be printed with."""
    half = np.full(len(values), 0.5 * 10.0**-_MOST_DECIMALS)
    for decimals in reversed(range(_MOST_DECIMALS)):
        off = np.nan_to_num(np.abs(np.round(values, decimals) - values))
        half[(off < 1e-9 * np.maximum(np.nan_to_num(np.abs(values)), 1.0)).all(axis=1)] = (
            0.5 * 10.0**-decimals
        )
    return half


def bend(ratio: np.ndarray) -> np.ndarray:
    """Kernel scale of the log ratio to the last value; slope 1 and value 0 at ratio 0."""
    x = BEND * np.exp(np.clip(ratio, -_FAR, 700.0))
    logs = np.where(ratio < -_FAR, ratio + np.log(BEND), x + np.log(-np.expm1(-x)))
    return (logs - np.log(np.expm1(BEND))) / _PITCH


def unbend(u: np.ndarray) -> np.ndarray:
    """Log ratio to the last value; the inverse of `bend`."""
    x = u * _PITCH + np.log(np.expm1(BEND))
    low = np.minimum(x, -_FAR)
    with np.errstate(invalid="ignore"):  # of a series without any path
        high = np.log(np.logaddexp(0.0, np.maximum(x, -_FAR)))
    return np.where(x < -_FAR, low, high) - np.log(BEND)


def _column(unit, like):
    return unit.reshape((-1,) + (1,) * (like.ndim - 1))


def series_scales(scale: str | Sequence[str], names: Sequence[str]) -> np.ndarray:
    """Give one scale a series, from one word or one word a series.

    Raises
    ------
    ValueError
        If a word is unknown or their number does not fit.
    """
    given = [scale] * len(names) if isinstance(scale, str) else list(scale)
    if len(given) != len(names):
        raise ValueError(f"{len(given)} scales for {len(names)} series; give one, or one a series")
    unknown = sorted({str(word) for word in given} - set(EVERY_SCALE))
    if unknown:
        choice = ", ".join(EVERY_SCALE)
        raise ValueError(f"unknown scale {', '.join(unknown)}; choose from {choice}")
    return np.array(given, dtype=object)


def fitting_scale(values: Sequence[float], scale: str) -> str:
    """Return a scale, or where values lie outside its support the nearest one that holds them.

    That is the scale of the same kind whose ends can be reached, else "linear".
    """
    known = np.asarray(values, dtype=float)[None, :]
    kind = [scale, *(other for other, like in LIKE.items() if like == scale)]
    held = (one for one in kind if not _outside(known, np.array([one])).any())
    return next(held, "linear")


_MEANT = {
    "log": "above 0",
    "logit": "inside 0-100",
    "count": "0 or above",
    "share": "from 0 to 100",
}


def refuse_outside(values: np.ndarray, scales: np.ndarray, names: Sequence[str]) -> None:
    """Refuse series whose values lie outside the support of their scale, by name.

    Raises
    ------
    ValueError
        With one clause a series: its name, the value and the mend.
    """
    outside = _outside(values, scales)
    bad = np.flatnonzero(outside.any(axis=1))
    if len(bad):
        parts = [
            f"{names[i]}: {values[i][outside[i]][0]:g} is outside the support of scale "
            f"{scales[i]} ({_MEANT[scales[i]]})"
            for i in bad.tolist()
        ]
        raise ValueError("; ".join(parts) + "; mend the value or use scale linear")


def _outside(values: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Mark the values, shape (n, T), that lie outside the support of their series' scale."""
    positive, with_ends = np.isin(scales, ("log", "logit")), np.isin(scales, list(WITH_ENDS))
    low = (positive[:, None] & (values <= 0)) | (with_ends[:, None] & (values < 0))
    high = (scales == "logit")[:, None] & (values >= 100)
    return low | high | ((scales == "share")[:, None] & (values > 100))
