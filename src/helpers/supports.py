"""The support of a series: the working scale on which its spread is symmetric, and the way back."""

from collections.abc import Sequence

import numpy as np

SCALES = ("log", "logit", "linear")
_TINY = 1e-300


def to_working(
    values: np.ndarray, scale: str, unit: np.ndarray | None = None, clip: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """Carry values to the working scale: log y, logit of y percent, or y over its mean size.

    Parameters
    ----------
    values : ndarray, shape (n, ...)
        In the units of the series; NaN stays NaN.
    scale : {"log", "logit", "linear"}
        The support: above 0, inside 0-100, or any number.
    unit : ndarray, shape (n,), optional
        Size of one working unit for "linear"; by default the mean absolute value.
    clip : bool
        Take values outside the support as lying at its edge (-inf or inf).

    Returns
    -------
    working : ndarray
        Same shape as `values`.
    unit : ndarray, shape (n,)
        To be handed on to `from_working`.
    """
    if unit is None:
        unit = np.ones(len(values))
        if scale == "linear" and values.size:
            unit = np.nanmean(np.abs(values), axis=1)
            unit = np.where(unit > 0, unit, 1.0)
    if scale == "linear":
        return values / _column(unit, values), unit
    with np.errstate(divide="ignore", invalid="ignore"):
        if scale == "log":
            return np.log(np.maximum(values, 0.0) if clip else values), unit
        inside = np.clip(values, 0.0, 100.0) if clip else values
        return np.log(inside) - np.log(100.0 - inside), unit


def from_working(z: np.ndarray, scale: str, unit: np.ndarray) -> np.ndarray:
    """Carry working values, shape (n, ...), back to the units of the series."""
    if scale == "log":
        return np.exp(z)
    if scale == "logit":
        # Beyond 30 a double rounds to 100 itself, which lies outside the support.
        return 100.0 / (1.0 + np.exp(-np.clip(z, -30.0, 30.0)))
    return z * _column(unit, z)


def _column(unit, like):
    return unit.reshape((-1,) + (1,) * (like.ndim - 1))


def series_scales(scale: str | Sequence[str], names: Sequence[str]) -> np.ndarray:
    """One scale a series, from one word or one word a series.

    Raises
    ------
    ValueError
        If a word is unknown or their number does not fit.
    """
    given = [scale] * len(names) if isinstance(scale, str) else list(scale)
    if len(given) != len(names):
        raise ValueError(f"{len(given)} scales for {len(names)} series; give one, or one a series")
    unknown = sorted({str(word) for word in given} - set(SCALES))
    if unknown:
        raise ValueError(f"unknown scale {', '.join(unknown)}; choose from {', '.join(SCALES)}")
    return np.array(given, dtype=object)


def refuse_outside(values: np.ndarray, scales: np.ndarray, names: Sequence[str]) -> None:
    """Refuse series whose values lie outside the support of their scale, by name.

    Raises
    ------
    ValueError
        With one clause a series: its name, the value and the mend.
    """
    positive = np.isin(scales, ("log", "logit"))
    low = positive[:, None] & (values <= 0)
    high = (scales == "logit")[:, None] & (values >= 100)
    bad = np.flatnonzero((low | high).any(axis=1))
    if len(bad):
        parts = [
            f"{names[i]}: {values[i][(low | high)[i]][0]:g} is outside the support of scale "
            f"{scales[i]} ({'above 0' if scales[i] == 'log' else 'inside 0-100'})"
            for i in bad
        ]
        raise ValueError("; ".join(parts) + "; mend the value or use scale linear")
