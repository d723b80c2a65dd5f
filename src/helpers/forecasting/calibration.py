"""The learned part of the pool: how wide its kernels are, and how far log growth is trusted."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from helpers.forecasting.batch import SeriesBatch, mean_change, yearly_changes
from helpers.forecasting.members import MEMBERS, Member, OwnMember
from helpers.forecasting.mixtures import Pool
from helpers.forecasting.transforms import Support

CALIBRATION_TABLE = Path(__file__).parent / "constants" / "calibration.csv"
LEFT_OUT = CALIBRATION_TABLE.with_name("left_out.csv")
"""Constants learned without one of the collections, to forecast that one with."""
LINEAR = CALIBRATION_TABLE.with_name("linear.csv")
"""Constants of series on the linear scale: shipped, and without each of the collections."""
POOLED = tuple(MEMBERS)
GROWTH_MEMBERS = ("drift_log", "growth_log")
"""Members that carry growth rates on without fading: their weight is the trust in log growth."""
FLOOR = 0.01
"""Least volatility taken for granted, in working units (1 %): no series is without noise."""
SPREAD_INPUTS = (
    "constant",
    "log_horizon",
    "volatility",
    "roughness",
    "points",
    "straight_volatility",
    "growth_size",
)
FURTHEST = 15
"""Years ahead for which the spread was learned: no probability is given beyond."""
LOG_SPREAD_BOUNDS = (-7.0, 3.0)


@dataclass(frozen=True)
class Calibration:
    """Learned constants of the pool.

    Attributes
    ----------
    spread : ndarray, shape (P,)
        Coefficients of the log spread on `SPREAD_INPUTS`.
    doubt : float
        By how much the logit of a `GROWTH_MEMBERS` weight falls as log volatility rises by one.
    learned_on : str
        The collections that the constants were learned on.
    members : tuple of str or OwnMember
        Names in `MEMBERS`, or members of one's own; all but the growth members weigh the same.
    trust : float
        The logit of a `GROWTH_MEMBERS` weight at average volatility, 0 for that of the others.
    linear : Calibration, optional
        Constants of series on the linear scale; the same as of others where there are none.
    """

    spread: np.ndarray
    doubt: float
    learned_on: str
    members: tuple[Member, ...] = POOLED
    trust: float = 0.0
    linear: "Calibration | None" = None

    def only(self, members: Sequence[Member] | None) -> "Calibration":
        """Keep some of the members, or take members of one's own.

        Raises
        ------
        ValueError
            If a name is unknown, or two different members have the same one.
        """
        if members is None:
            return self
        own = {member for member in members if isinstance(member, OwnMember)}
        unknown = sorted(map(str, {*members} - {*MEMBERS} - own))
        if unknown or not len(members):
            raise ValueError(
                f"unknown member {', '.join(unknown) or '(none given)'}; "
                f"choose from {', '.join(MEMBERS)}"
            )
        if len({member.name for member in own}) < len(own):
            names = ", ".join(sorted(member.name for member in own))
            raise ValueError(f"two own members have the same name ({names}); rename one")
        linear = self.linear and self.linear.only(members)
        return replace(self, members=tuple(members), linear=linear)

    def of(self, scale: str) -> "Calibration":
        """Constants of one scale."""
        return self.linear if scale == "linear" and self.linear else self

    def pool(self, evidence: "Evidence") -> Pool:
        """Dress the members' centres with weights and spreads.

        A member without a path for a series has no weight there; without any the spread is NaN.
        """
        spread = np.exp(np.clip(evidence.inputs @ self.spread, *LOG_SPREAD_BOUNDS))
        weights = self.weights(evidence.volatility)
        rows = evidence.linear
        if self.linear and rows.any():
            own = self.linear
            spread[rows] = np.exp(np.clip(evidence.inputs[rows] @ own.spread, *LOG_SPREAD_BOUNDS))
            weights[rows] = own.weights(evidence.volatility[rows])
        missing = np.isnan(evidence.centres).any(axis=1)
        if not missing.any():
            return Pool(weights, evidence.centres, spread)
        spread[missing.all(axis=1)] = np.nan
        weights = np.where(missing & ~missing.all(axis=1)[:, None], 0.0, weights)
        weights /= weights.sum(axis=1, keepdims=True)
        return Pool(weights, np.where(missing[:, None, :], 0.0, evidence.centres), spread)

    def weights(self, volatility: np.ndarray) -> np.ndarray:
        """Weights of the members, shape (n, K), from the log volatility (n,)."""
        growth = np.array([member in GROWTH_MEMBERS for member in self.members])
        weights = np.exp((self.trust - self.doubt * volatility[:, None]) * growth)
        return weights / weights.sum(axis=1, keepdims=True)


@dataclass(frozen=True)
class Evidence:
    """What the calibration looks at."""

    inputs: np.ndarray
    """Shape (n, H, P). In the order of `SPREAD_INPUTS`."""
    volatility: np.ndarray
    """Shape (n,). Log volatility, 0 for about 8 % a year."""
    centres: np.ndarray
    """Shape (n, H, K). The members' paths on the kernel scale; NaN where a member has none."""
    linear: np.ndarray
    """Of bool, shape (n,). Whether the scale of a series is the linear one."""


def gather(
    batch: SeriesBatch, support: Support, horizon: int, members: Sequence[Member] = POOLED
) -> Evidence:
    """Fit the members and measure each series.

    Parameters
    ----------
    batch : SeriesBatch
        The series.
    support : Support
        Their scales.
    horizon : int
        Years ahead.
    members : sequence of str or OwnMember
    """
    fits = {m: m if isinstance(m, OwnMember) else MEMBERS[m] for m in [*members, "growth_log"]}
    paths = {
        m: support.working(fit(batch, horizon, support.scales).path) for m, fit in fits.items()
    }
    size = np.abs(paths["growth_log"] - support.last[:, None])
    volatility, fixed = _series_inputs(batch.values, support)
    log_horizon = np.log(np.arange(1, horizon + 1))
    growth = _log_floor(size) - volatility[:, None] - log_horizon
    shape = growth.shape
    columns = [np.ones(shape), np.broadcast_to(log_horizon, shape)]
    columns += [np.broadcast_to(column[:, None], shape) for column in fixed]
    centres = np.stack([support.kernel(paths[member]) for member in members], axis=2)
    inputs = np.stack([*columns, growth], axis=2)
    return Evidence(inputs, fixed[0], centres, support.scales == "linear")


def _series_inputs(values, support):
    z = support.working(values)
    change, gap = yearly_changes(z)
    volatility = _log_floor(_deviation(change, gap, spare=1))
    straight, _ = yearly_changes(support.straight(values))
    turns = np.diff(_packed(change), axis=1)[:, -4:]
    return volatility, (
        volatility + 2.5,
        _log_floor(np.sqrt(np.nanmean(turns**2, axis=1) / 2)) - volatility,
        np.log(np.isfinite(z).sum(axis=1) / 15),
        _log_floor(_deviation(straight, gap, spare=0)) - volatility,
    )


def _deviation(change, gap, spare):
    """Root mean square of yearly surprises, a change over k years counting 1 / sqrt(k) of it."""
    slope = mean_change(change, gap)
    squares = np.nansum((change - slope[:, None]) ** 2 * gap, axis=1)
    return np.sqrt(squares / (np.isfinite(change).sum(axis=1) - spare))


def _log_floor(size):
    return 0.5 * np.log(size**2 + FLOOR**2)


def _packed(values):
    """Push finite entries to the right, keeping their order."""
    order = np.argsort(np.isfinite(values), axis=1, kind="stable")
    return np.take_along_axis(values, order, axis=1)


@cache
def shipped(without: str = "") -> Calibration:
    """Read the tracked constants.

    Parameters
    ----------
    without : str
        Name of a collection: constants that were learned without it.
    """
    every = [row | {"left_out": ""} for row in _rows(CALIBRATION_TABLE)] + _rows(LEFT_OUT)
    # What was never learned from need not be left out.
    known = without if any(row["left_out"] == without for row in every) else ""
    return replace(_constants(every, known), linear=_constants(_rows(LINEAR), known))


def _constants(table: Sequence[dict[str, str]], left_out: str) -> Calibration:
    rows = {row["name"]: row for row in table if row["left_out"] == left_out}
    spread = np.array([float(rows[name]["value"]) for name in SPREAD_INPUTS])
    return Calibration(spread, float(rows["doubt"]["value"]), rows["doubt"]["learned_on"])


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
