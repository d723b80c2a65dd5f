"""The spread of the linear pool, learned from public reference series by minimum CRPS."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from helpers.pools import Pool
from helpers.trends import yearly_changes

TABLE = Path(__file__).parent / "constants" / "spread.csv"
FLOOR = 0.01
"""Least volatility taken for granted, in working units (1 %): no series is without noise."""
_LARGEST = 3.0
_SMALLEST = -7.0

SPREAD_INPUTS = (
    "constant",
    "log_horizon",
    "volatility",
    "roughness",
    "persistence",
    "points",
    "trend_strength",
    "disagreement",
)


@dataclass(frozen=True)
class Calibration:
    """Learned constants of the pool.

    Attributes
    ----------
    members : tuple of str
        Names of the members, in the order of the arrays.
    spread : ndarray, shape (P,)
        Coefficients of the log spread on `SPREAD_INPUTS`.
    widths : ndarray, shape (K,)
        Log spread of each member over the common one.
    weights : ndarray, shape (K,)
        Logit of each member's weight.
    learned_on : str
        The collections the constants were learned on.
    """

    members: tuple[str, ...]
    spread: np.ndarray
    widths: np.ndarray
    weights: np.ndarray
    learned_on: str

    def only(self, members: Sequence[str] | None) -> "Calibration":
        """Keep some of the members.

        Raises
        ------
        ValueError
            If a name is unknown.
        """
        if members is None:
            return self
        unknown = sorted(set(members) - set(self.members))
        if unknown or not len(members):
            raise ValueError(
                f"unknown member {', '.join(unknown) or '(none given)'}; "
                f"choose from {', '.join(self.members)}"
            )
        kept = [self.members.index(name) for name in members]
        return replace(
            self, members=tuple(members), widths=self.widths[kept], weights=self.weights[kept]
        )

    def pool(self, z: np.ndarray, centres: np.ndarray) -> Pool:
        """Dress the members' centres with the learned spread.

        Parameters
        ----------
        z : ndarray, shape (n, T)
            The series on the working scale, right-aligned, NaN where missing.
        centres : ndarray, shape (n, H, K)
            The members' paths on the working scale.
        """
        log_spread = spread_inputs(z, centres) @ self.spread
        log_spread = np.clip(log_spread[:, :, None] + self.widths, _SMALLEST, _LARGEST)
        share = np.exp(self.weights - self.weights.max())
        weights = np.repeat((share / share.sum())[None], len(z), axis=0)
        return Pool(weights, centres, np.exp(log_spread))


def spread_inputs(z: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Give what the spread depends on, in the order of `SPREAD_INPUTS`.

    Parameters
    ----------
    z : ndarray, shape (n, T)
        The series on the working scale, right-aligned, NaN where missing.
    centres : ndarray, shape (n, H, K)
        The members' paths on the working scale.

    Returns
    -------
    ndarray, shape (n, H, P)
    """
    horizon = centres.shape[1]
    log_horizon = np.log(np.arange(1, horizon + 1))
    volatility, fixed = _series_inputs(z)
    spread = _log_floor(centres.std(axis=2)) - volatility[:, None] - 0.5 * log_horizon
    shape = (len(z), horizon)
    columns = [np.ones(shape), np.broadcast_to(log_horizon, shape)]
    columns += [np.broadcast_to(column[:, None], shape) for column in fixed]
    return np.stack([*columns, spread], axis=2)


def _series_inputs(z):
    change, gap = yearly_changes(z)
    count = np.isfinite(change).sum(axis=1)
    slope = np.nansum(change * gap, axis=1) / np.nansum(gap, axis=1)
    surprise = _packed((change - slope[:, None]) * np.sqrt(gap))
    variance = np.nansum(surprise**2, axis=1)
    deviation = np.sqrt(variance / (count - 1))
    turns = np.diff(_packed(change), axis=1)[:, -4:]
    products = np.nansum(surprise[:, 1:] * surprise[:, :-1], axis=1)
    volatility = _log_floor(deviation)
    strength = np.abs(slope) / np.sqrt(deviation**2 / count + (FLOOR / 2) ** 2)
    return volatility, (
        volatility + 2.5,
        _log_floor(np.sqrt(np.nanmean(turns**2, axis=1) / 2)) - volatility,
        products / np.maximum(variance, 1e-12),
        np.log((count + 1) / 15),
        np.log1p(strength) - 1,
    )


def _log_floor(size):
    return np.log(np.sqrt(size**2 + FLOOR**2))


def _packed(values):
    """Push finite entries to the right, keeping their order."""
    order = np.argsort(np.isfinite(values), axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1)


@cache
def shipped(table: Path = TABLE) -> Calibration:
    """Constants of the tracked table."""
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    parts = {
        part: {row["name"]: float(row["value"]) for row in rows if row["part"] == part}
        for part in ("spread", "width", "weight")
    }
    members = tuple(parts["weight"])
    return Calibration(
        members,
        np.array([parts["spread"][name] for name in SPREAD_INPUTS]),
        np.array([parts["width"][name] for name in members]),
        np.array([parts["weight"][name] for name in members]),
        rows[0]["learned_on"],
    )
