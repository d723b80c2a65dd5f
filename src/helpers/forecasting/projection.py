"""Predictive distributions of annual series: members, pooled, calibrated and summed on paths.

Paths are those of `helpers.forecasting.projection.Projection.paths`: one member throughout, its
deviations tied over the years like a random walk. They are integrated rather than drawn: members
are summed, the last year is integrated in closed form given the years before it, and those are laid
on the nodes of a low-discrepancy sequence. The answer is the same in every run, whatever else is
projected.

References
----------
Owen (2013), Monte Carlo theory, methods and examples, chapters 8.7 (conditioning) and 15 to 17
(quasi-Monte Carlo). The sequence is that of Roberts (2018), the generalised golden ratio.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pandas as pd

from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.calibration import Calibration, gather, shipped
from helpers.forecasting.members import Member
from helpers.forecasting.mixtures import Pool, kernel_cdf, kernel_quantile
from helpers.forecasting.transforms import WITH_ENDS, Support, refuse_outside, series_scales

HUB_LEVELS = (0.005, 0.01, 0.025, 0.05, *(round(0.05 * k, 2) for k in range(2, 19)))
HUB_LEVELS = (*HUB_LEVELS, 0.95, 0.975, 0.99, 0.995)
HUB_COLUMNS = ("series", "origin_year", "horizon", "year", "output_type", "output_type_id", "value")
_MEAN_LEVELS = (np.arange(100) + 0.5) / 100


@dataclass(frozen=True)
class Projection:
    """Predictive distributions of n series over H years.

    Attributes
    ----------
    names : tuple of str
        One a series.
    origin_years : ndarray of int, shape (n,)
        The last observed year.
    horizon : int
        H, years ahead.
    support : Support
        The scale of each series.
    pool : Pool
        The mixtures on the kernel scale.
    record : ndarray, shape (n,), optional
        The largest revision on record, in working units, where figures are revised
        (`helpers.forecasting.revision.revise`). No probability is then below 1 % or above 99 %,
        unless the line is further from the median than that.
    members : tuple of str
        Whose centres the mixtures hold, each as often as every other.
    """

    names: tuple[str, ...]
    origin_years: np.ndarray
    horizon: int
    support: Support
    pool: Pool
    record: np.ndarray | None = None
    members: tuple[str, ...] = ()

    @property
    def years(self) -> np.ndarray:
        """Projected years, shape (n, H)."""
        return self.origin_years[:, None] + np.arange(1, self.horizon + 1)

    def select(self, rows: Sequence[int] | np.ndarray) -> "Projection":
        """Projections of a mask or of positions, in that order; a position may stand twice."""
        picked = np.arange(len(self.names))[rows]
        pool = Pool(self.pool.weights[picked], self.pool.centres[picked], self.pool.spreads[picked])
        names = tuple(self.names[i] for i in picked)
        origins, support = self.origin_years[picked], self.support.select(picked)
        record = None if self.record is None else self.record[picked]
        return Projection(names, origins, self.horizon, support, pool, record, self.members)

    def in_year(self, year: int | np.ndarray) -> "Projection":
        """Keep one year of each series, the same for all or one a series, as the only one."""
        before = np.broadcast_to(year, len(self.names)) - 1
        at = (np.arange(len(before)), before - self.origin_years)
        centres, spreads = (each[at][:, None] for each in (self.pool.centres, self.pool.spreads))
        pool = replace(self.pool, centres=centres, spreads=spreads)
        return replace(self, origin_years=before, horizon=1, pool=pool)

    def without(self, member: str) -> "Projection":
        """Leave out one of several members; the weights of the others are scaled up to one."""
        count = self.pool.weights.shape[1] // len(self.members)
        weights = self.pool.weights.copy()
        at = self.members.index(member) * count
        weights[:, at : at + count] = 0.0
        whole = weights.sum(axis=1, keepdims=True)
        weights = np.divide(weights, whole, out=np.full_like(weights, np.nan), where=whole > 0)
        return replace(self, pool=replace(self.pool, weights=weights))

    def no_narrower_than(
        self, other: "Projection", names: Sequence[str] | None = None
    ) -> "Projection":
        """Keep in each year the wider of two spreads, for series that both project.

        A projection from some of the figures of another knows less than that one: where fewer
        figures happen to look calmer, that is no reason to be surer.

        Parameters
        ----------
        other : Projection
            Years are matched by year.
        names : sequence of str, optional
            Those of the same series there, one a series; by default the own names.
        """
        theirs = {name: row for row, name in enumerate(other.names)}
        spreads = self.pool.spreads.copy()
        for row, name in enumerate(names or self.names):
            if name not in theirs:
                continue
            twin = theirs[name]
            _, mine, same = np.intersect1d(self.years[row], other.years[twin], return_indices=True)
            unit = other.support.units[twin] / self.support.units[row]
            wider = other.pool.spreads[twin, same] * unit
            spreads[row, mine] = np.maximum(spreads[row, mine], np.nan_to_num(wider))
        return replace(self, pool=replace(self.pool, spreads=spreads))

    def quantiles(self, levels: Sequence[float] | np.ndarray = HUB_LEVELS) -> np.ndarray:
        """Quantiles, shape (n, H, Q), in the units of the series.

        Raises
        ------
        ValueError
            If a level does not lie between 0 and 1.
        """
        wanted = np.atleast_1d(np.asarray(levels, dtype=float))
        if not ((wanted > 0) & (wanted < 1)).all():
            raise ValueError(f"levels must lie between 0 and 1, exclusive; got {list(wanted)}")
        return self._outside(self.pool.quantile(wanted))

    def probability_at_least(self, thresholds: float | np.ndarray) -> np.ndarray:
        """P(y >= threshold), shape (n, H).

        Parameters
        ----------
        thresholds : float or ndarray broadcastable to (n, H)
            In the units of the series.

        Raises
        ------
        ValueError
            If a threshold is not a number.
        """
        shape = (len(self.names), self.horizon)
        wanted = np.broadcast_to(np.asarray(thresholds, dtype=float), shape)
        if np.isnan(wanted).any():
            raise ValueError("a threshold is not a number; give one a series and year")
        line = self.support.line(wanted)
        chance = 1.0 - self.pool.cdf(self.support.kernel(line)[:, :, None])[:, :, 0]
        if self.record is None:
            return chance
        middle = self.support.unkernel(self.pool.quantile(np.array([0.5]))[:, :, 0])
        return held(chance, np.abs(line - middle), self.record[:, None])

    @property
    def median(self) -> np.ndarray:
        """Median, shape (n, H)."""
        return self.quantiles([0.5])[:, :, 0]

    @property
    def mean(self) -> np.ndarray:
        """Mean of the percentile midpoints, shape (n, H), which the far tails do not sway."""
        return self.quantiles(_MEAN_LEVELS).mean(axis=2)

    def interval(self, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Bounds of the central prediction interval, each of shape (n, H)."""
        both = self.quantiles([(1 - level) / 2, (1 + level) / 2])
        return both[:, :, 0], both[:, :, 1]

    def paths(self, count: int, seed: int) -> np.ndarray:
        """Draw whole paths, shape (n, count, H), whose margins are the distributions above.

        A path follows one member throughout, and its deviations from it are tied over the years
        as those of a random walk, with correlation sqrt(h / k) between horizons h < k.
        """
        from scipy.special import ndtr

        generator = np.random.default_rng(seed)
        n = len(self.names)
        steps = generator.standard_normal((n, count, self.horizon))
        normal = np.cumsum(steps, axis=2) / np.sqrt(np.arange(1, self.horizon + 1))
        uniform = np.clip(ndtr(normal), 1e-12, 1 - 1e-12)
        return self._outside(self.pool.draw(uniform, generator.random((n, count))))

    def to_frame(self, levels=HUB_LEVELS, thresholds: pd.DataFrame | None = None) -> pd.DataFrame:
        """Long form of the forecast hubs.

        Parameters
        ----------
        levels : sequence of float
            Quantile levels.
        thresholds : DataFrame, optional
            Columns `series`, `year`, `threshold`: each row whose year is projected adds one
            `probability` row, the value being P(y >= threshold).

        Returns
        -------
        DataFrame
            Columns `HUB_COLUMNS`, by series, horizon and output type.
        """
        levels = tuple(levels)
        table = self.hub_values(levels)
        n, horizon, width = table.shape
        cells = np.repeat(np.arange(n * horizon), width)
        frame = self._rows(cells // horizon, cells % horizon)
        kinds = ["quantile"] * len(levels) + ["median", "mean"]
        frame["output_type"] = kinds * (n * horizon)
        frame["output_type_id"] = [*levels, np.nan, np.nan] * (n * horizon)
        frame["value"] = table.ravel()
        if thresholds is None or thresholds.empty:
            return frame
        return pd.concat([frame, self.probability_rows(thresholds)], ignore_index=True)

    def hub_values(self, levels: Sequence[float] = HUB_LEVELS) -> np.ndarray:
        """Quantiles, median and mean side by side, shape (n, H, Q + 2)."""
        shown = len(levels) + 1
        every = self.quantiles([*levels, 0.5, *_MEAN_LEVELS])
        mean = every[:, :, shown:].mean(axis=2, keepdims=True)
        return np.concatenate([every[:, :, :shown], mean], axis=2)

    def _rows(self, series, step):
        return pd.DataFrame(
            {
                "series": np.array(self.names, dtype=object)[series],
                "origin_year": self.origin_years[series],
                "horizon": step + 1,
                "year": self.origin_years[series] + step + 1,
            }
        )

    def probability_rows(self, thresholds: pd.DataFrame) -> pd.DataFrame:
        """Rows of P(y >= threshold) in the long form; see `to_frame`."""
        number = {name: i for i, name in enumerate(self.names)}
        series = thresholds["series"].map(number)
        known = thresholds[series.notna().to_numpy()]
        series = series.dropna().to_numpy(dtype=int)
        step = known["year"].to_numpy(dtype=int) - self.origin_years[series] - 1
        inside = (step >= 0) & (step < self.horizon)
        series, step, wanted = series[inside], step[inside], known["threshold"].to_numpy()[inside]
        frame = self._rows(series, step)
        frame["output_type"] = "probability"
        frame["output_type_id"] = wanted.astype(float)
        value = np.empty(len(frame))
        rank = frame.groupby(["series", "year"]).cumcount().to_numpy()
        for turn in range(rank.max() + 1 if len(rank) else 0):
            rows = rank == turn
            table = np.zeros((len(self.names), self.horizon))
            table[series[rows], step[rows]] = wanted[rows]
            value[rows] = self.probability_at_least(table)[series[rows], step[rows]]
        frame["value"] = value
        return frame

    def _outside(self, u):
        return self.support.within(self.support.outside(self.support.unkernel(u)))


def project(
    batch: SeriesBatch,
    horizon: int,
    *,
    scale: str | Sequence[str] = "log",
    members: Sequence[Member] | None = None,
    calibration: Calibration | None = None,
) -> Projection:
    """Project annual series: the linear pool of guarded members with the learned spread.

    Parameters
    ----------
    batch : SeriesBatch
        The series, at least five points each; gaps are stepped over.
    horizon : int
        Years ahead, from 1 on.
    scale : str or sequence of str
        Support: "log" (above 0), "logit" (a share inside 0-100), "linear" (any), "count" (0 or
        above), "share" (from 0 to 100), or one a series.
    members : sequence of str or OwnMember, optional
        A selection of the calibration's members, or members of one's own; their weights are scaled
        to one. A series that none of them has a path for is NaN throughout.
    calibration : Calibration, optional
        By default the shipped constants.

    Raises
    ------
    ValueError
        If a value lies outside its support, or a member, scale or the horizon is unknown.
    """
    pools = {"": members}
    return project_pools(batch, horizon, pools, scale=scale, calibration=calibration)[""]


def project_pools(
    batch: SeriesBatch,
    horizon: int,
    pools: Mapping[str, Sequence[Member] | None],
    *,
    scale: str | Sequence[str] = "log",
    calibration: Calibration | None = None,
) -> dict[str, Projection]:
    """Project with several selections of members, of which each is fitted once.

    Parameters
    ----------
    batch, horizon, scale, calibration
        As `project` takes them.
    pools : mapping of str to sequence of str or OwnMember
        By name; None stands for all of the calibration.

    Raises
    ------
    ValueError
        As `project`.
    """
    if int(horizon) != horizon or horizon < 1:
        raise ValueError(f"horizon must be a whole number of years from 1 on; got {horizon}")
    scales = series_scales(scale, batch.names)
    refuse_outside(batch.values, scales, batch.names)
    chosen = {name: (calibration or shipped()).only(members) for name, members in pools.items()}
    every = list(dict.fromkeys(member for one in chosen.values() for member in one.members))
    support = Support.of(batch.values, scales)
    found = gather(batch, support, int(horizon), every)
    pooled = {
        name: one.pool(
            replace(found, centres=found.centres[:, :, [every.index(m) for m in one.members]])
        )
        for name, one in chosen.items()
    }
    of = (batch.names, batch.origin_years, int(horizon), support)
    named = {
        name: tuple(m if isinstance(m, str) else m.name for m in one.members)
        for name, one in chosen.items()
    }
    return {name: Projection(*of, pool, None, named[name]) for name, pool in pooled.items()}


LEAST = 0.01
"""No less is given, and no more than the rest to 1, where a revision could undo it."""


def held(chance: np.ndarray, distance: np.ndarray, record: np.ndarray) -> np.ndarray:
    """Keep probabilities between 1 and 99 % where the line is within the largest revision."""
    return np.where(distance > record, chance, np.clip(chance, LEAST, 1.0 - LEAST))


GRID = np.linspace(-8.5, 8.5, 1025)
"""Normal deviates over which one year before the last is integrated, where no value can stand at an
end of its scale: the trapezoid rule is then exact to rounding, and to .0001 where the rest asks for
more than a share can hold (Trefethen and Weideman 2014)."""
NODES = 16384
"""Nodes for the years before the last everywhere else.

The error is below .0005 for sums over five years and .0015 for sums over ten (held against a
million drawn paths, and against 64 times as many nodes).
"""
FEWER_NODES = 4096
"""The same for mixtures over revisions, which have eleven times as many parts.

The error is below .001 for sums over ten years (held against 16 times as many nodes).
"""
_EDGE = 1e-12


def probability_of_sum(
    projected: Projection,
    row: int,
    steps: Sequence[int] | np.ndarray,
    weights: Sequence[float] | np.ndarray,
    total: float,
) -> float:
    """P(sum of weights * y >= total) over some years of one projected series.

    Parameters
    ----------
    projected : Projection
    row : int
        The series.
    steps : sequence of int
        Positions of the years among those projected, ascending; 0 is the first.
    weights : sequence of float
        One a year; the last one positive.
    total : float
        In the unit of the series.

    Raises
    ------
    ValueError
        If the years are not ascending or not projected, or the last weight is not positive.
    """
    steps, weights = np.asarray(steps), np.asarray(weights, dtype=float)
    if (np.diff(steps) <= 0).any() or steps[0] < 0 or steps[-1] >= projected.horizon:
        raise ValueError(f"steps {steps.tolist()} do not rise within {projected.horizon} years")
    if not weights[-1] > 0:
        raise ValueError(f"the last year's weight must be positive; got {weights[-1]}")
    alone = projected.select([row])
    if len(steps) == 1:
        return float(alone.probability_at_least(total / weights[-1])[0, steps[0]])
    walk, deviates, shares = _walk(tuple(steps[:-1]), _count(alone, smooth=len(steps) == 2))
    values = _values(alone, steps[:-1], deviates)
    bound = (total - values @ weights[:-1]) / weights[-1]
    chance = _last_year(alone, steps, walk[:, -1], bound)
    found = float(np.clip(alone.pool.weights[0] @ chance @ shares, 0.0, 1.0))
    if alone.record is None:
        return found
    rest = (total - alone.median[0, steps[:-1]] @ weights[:-1]) / weights[-1]
    needed = alone.support.line(np.array([[rest]]))
    middle = alone.support.working(alone.median[:, steps[-1:]])
    return float(held(np.array(found), np.abs(needed - middle), alone.record[:, None])[0, 0])


def quantiles_of_sum(
    projected: Projection, row: int, steps: Sequence[int] | np.ndarray, levels: Sequence[float]
) -> np.ndarray:
    """Quantiles of the sum of some years of one projected series, shape (levels,).

    Parameters
    ----------
    projected, row, steps
        As for `probability_of_sum`.
    levels : sequence of float
        Between 0 and 1.
    """
    steps, alone = np.asarray(steps), projected.select([row])
    if len(steps) == 1:
        return alone.quantiles(levels)[0, steps[0]]
    _, deviates, _ = _walk(tuple(steps), _count(alone))
    sums = _values(alone, steps, deviates).sum(axis=2)
    weights = np.repeat(alone.pool.weights[0] / sums.shape[1], sums.shape[1])
    order = np.argsort(sums, axis=None)
    return np.interp(levels, np.cumsum(weights[order]), sums.ravel()[order])


def nodes(count: int, dimensions: int) -> np.ndarray:
    """Points that fill the unit cube evenly, shape (count, dimensions), inside (0, 1).

    The sequence of Roberts, folded so that both ends of each axis meet.
    """
    ratio = 2.0
    for _ in range(40):
        ratio = (1.0 + ratio) ** (1.0 / (dimensions + 1))
    steps = (1.0 / ratio) ** np.arange(1, dimensions + 1)
    places = (0.5 + np.arange(1, count + 1)[:, None] * steps) % 1.0
    return np.clip(1.0 - np.abs(2.0 * places - 1.0), _EDGE, 1.0 - _EDGE)


def _count(alone, *, smooth=False):
    """Say how many nodes one series asks for; 0 stands for the grid."""
    if smooth and not {*alone.support.scales} & {*WITH_ENDS}:
        return 0
    return NODES if alone.record is None else FEWER_NODES


@lru_cache(maxsize=32)
def _walk(steps, count):
    """Lay random walks at some steps: places and deviates of a kernel, shape (count, steps).

    With them comes how much each walk counts, shape (count,). A replay asks for few.
    """
    from scipy.special import ndtr, ndtri

    times = np.array(steps) + 1
    normal = ndtri(nodes(count, len(steps))) if count else GRID[:, None]
    shares = np.ones(count) if count else np.exp(-GRID * GRID / 2.0)
    walk = np.cumsum(normal * np.sqrt(np.diff(times, prepend=0)), axis=1)
    deviates = kernel_quantile(np.clip(ndtr(walk / np.sqrt(times)), _EDGE, 1 - _EDGE))
    found = walk, deviates, shares / shares.sum()
    for array in found:
        array.flags.writeable = False
    return found


def _values(alone, steps, deviates):
    """Carry walks to values, shape (members, nodes, years)."""
    deviation = alone.pool.spreads[0, steps] * deviates
    kernel = alone.pool.centres[0, steps].T[:, None, :] + deviation
    support = alone.support
    return support.within(support.outside(support.unkernel(kernel[None])))[0]


def _last_year(alone, steps, walked, bound):
    """P(last year >= bound) given the walk so far, by member and node."""
    from scipy.special import ndtr, ndtri

    last, time = steps[-1], steps[-1] + 1
    kernel = alone.support.kernel(alone.support.line(bound[None]))[0]
    centres = alone.pool.centres[0, last][:, None]
    place = kernel_cdf(np.clip((kernel - centres) / alone.pool.spreads[0, last], -1e9, 1e9))
    # The walk has to end above the place of the bound among the walks of that year.
    needed = ndtri(place) * np.sqrt(time)
    return ndtr((walked - needed) / np.sqrt(time - (steps[-2] + 1)))
