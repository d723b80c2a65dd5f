"""What a target asks of its years, and what the published figures of those years settle."""

from dataclasses import dataclass, field, replace
from math import inf, isfinite, isnan, nan

import numpy as np
import pandas as pd

from helpers.tables import half_unit
from helpers.targets.plan import Target, hold, names_level
from helpers.vocabulary import AVERAGE, CHANGE, GROWTH, OUTCOME_STATUSES, SUM


def outcome(
    target: Target, series: pd.DataFrame, bounds: pd.DataFrame | None
) -> tuple[str, pd.Series | None]:
    """Return the state that the published figure of the target year settles, and that figure.

    Parameters
    ----------
    target : Target
    series : DataFrame
        Known main series (as `helpers.vintages.series.known_series`).
    bounds : DataFrame or None
        Known full-year lower bounds of the same indicator and area.

    Returns
    -------
    state : str
        "met", "missed", "at_the_line", or "" while nothing settles it.
    figure : Series or None
        The row that settles it.
    """
    out = _are_outcomes(series)
    if target.asks.over_years:
        return _outcome_over_years(target, series, out)
    low, high, doubt = _limits(target, series, out)
    here = np.flatnonzero(out & (series["year"].to_numpy() == target.target_year))
    if len(here) and (isfinite(low) or isfinite(high)):
        figure = series.iloc[here[-1]]
        value = figure["value"]
        if target.counted_from is not None:
            value = float(comparable(series).iloc[here[-1]])
        slack = half_unit(figure["value"], int(figure["decimals"]), figure["qualifier"]) + doubt
        return hold(value, low, high, strict=target.asks.strict, slack=slack), figure
    return _outcome_of_bound(target, bounds, low, high)


def _are_outcomes(figures: pd.DataFrame) -> np.ndarray:
    return np.array([status in OUTCOME_STATUSES for status in figures["status"].tolist()], bool)


def _limits(target: Target, series: pd.DataFrame, out: np.ndarray) -> tuple[float, float, float]:
    """Floor and ceiling in the indicator's unit, and by how much a rounded base blurs them."""
    low, high = target.bounds
    if target.counted_from is None:
        return low, high, 0.0
    here = np.flatnonzero(out & (series["year"].to_numpy() == target.counted_from))
    base = base_figure(target, series) if len(here) else None
    if base is None:
        return nan, nan, 0.0
    row = series.iloc[here[0]]
    off = half_unit(row["value"], int(row["decimals"]), row["qualifier"])
    doubt = off * max(abs(_from_base(target, end)[0]) for end in (low, high) if isfinite(end))
    return _level(target, base, low), _level(target, base, high), doubt


def _outcome_of_bound(
    target: Target, bounds: pd.DataFrame | None, low: float, high: float
) -> tuple[str, pd.Series | None]:
    """Let a lower bound settle what it can: a floor that it passes, a ceiling that it passes."""
    if bounds is None or bounds.empty:
        return "", None
    values, state = bounds["value"].to_numpy(float), "missed" if isfinite(high) else "met"
    passed = values > high if isfinite(high) else values >= low
    passed &= _are_outcomes(bounds) & (bounds["year"].to_numpy() == target.target_year)
    if not passed.any():
        return "", None
    return state, bounds[passed].sort_values("value").iloc[-1]


def _outcome_over_years(
    target: Target, series: pd.DataFrame, out: np.ndarray
) -> tuple[str, pd.Series | None]:
    """Settle a mean or a sum over the plan once every year of it is published."""
    years = target.plan_years
    here = np.flatnonzero(out & np.isin(series["year"].to_numpy(), years))
    if len(here) < len(years):
        return "", None
    rows = series.take(here)
    by = len(years) if target.asks.statistic == AVERAGE else 1
    measured = round(float(rows["value"].sum()) / by, target.decimals + 2)
    off = [half_unit(r.value, int(r.decimals), r.qualifier) for r in rows.itertuples()]
    slack = sum(off) / by
    return hold(measured, *target.bounds, strict=target.asks.strict, slack=slack), rows.iloc[-1]


def judged_value(target: Target, series: pd.DataFrame, *, so_far: bool = False) -> float:
    """Return what a target that its figure alone does not settle is judged by, in its own unit.

    Parameters
    ----------
    target : Target
        Not a qualitative one.
    series : DataFrame
        As for `line_of`.
    so_far : bool
        Of the years of the plan that are out, where not all are.

    Returns
    -------
    float
        Compound growth in percent a year, mean or sum over the plan, change since the base year, or
        percent of it; NaN while a figure is missing, and for a target that its figure is judged by.
    """
    if target.asks.over_years:
        done, left, total = _split(target, series)
        if not done or (left and not so_far):
            return nan
        return total / len(done) if target.asks.statistic == AVERAGE else total
    since = target.counted_from
    if since is None:
        return nan
    base = base_figure(target, series)
    here = series[series["year"].eq(target.target_year)]
    if so_far and here.empty:
        here = series[series["year"].lt(target.target_year)].tail(1)
    if base is None or here.empty or (years := int(here["year"].iloc[-1]) - since) <= 0:
        return nan
    value = float(comparable(here).iloc[-1])
    if target.asks.statistic == CHANGE:
        return value - base
    if target.asks.statistic == GROWTH:
        return 100 * ((value / base) ** (1 / years) - 1) if value > 0 else nan
    return 100 * value / base


def with_known_years(target: Target, series: pd.DataFrame, open_sum: np.ndarray) -> np.ndarray:
    """Turn sums of the open years into the mean or sum that a target over years asks for."""
    total = open_sum + _split(target, series)[2]
    return total / len(target.plan_years) if target.asks.statistic == AVERAGE else total


def signing_check(target: Target, series_at: pd.DataFrame) -> tuple[str, pd.Series | None]:
    """Say whether the latest figure known on a day already passed a threshold.

    Returns
    -------
    state : str
        "met", "missed", "at_the_line", or "unknown" (no figure, or not a level to be held).
    figure : Series or None
    """
    if not names_level(target) or series_at.empty:
        return "unknown", None
    latest = series_at.iloc[-1]
    slack = half_unit(latest["value"], int(latest["decimals"]), latest["qualifier"])
    strict = target.asks.strict
    return hold(latest["value"], *target.bounds, strict=strict, slack=slack), latest


@dataclass(frozen=True)
class Line:
    """The level of the indicator that a target asks for in its target year."""

    level: float
    """In the indicator's unit; NaN while figures that it rests on are missing. Of a range the end
    that is nearer to the latest figure, or that figure where it lies inside."""
    open_years: tuple[int, ...]
    """Years whose figures have to be at least `level` on average; the target year alone for a
    threshold."""
    known: tuple[int, ...] = ()
    """Years of the plan whose figures are already in the level (averages only)."""
    missing: str = ""
    """Why there is no level, in words."""


@dataclass(frozen=True)
class Pass:
    """A sum over open years that passes a bound: `sum of weights[year] * y[year] >= total`."""

    weights: dict[int, float]
    """By year, ascending; the last, the target year's, is positive."""
    total: float
    """In the unit of the indicator."""
    beyond: bool = field(default=False, compare=False)
    """Whether the total itself does not pass, which matters where it has a probability of its
    own."""


@dataclass(frozen=True)
class Demand:
    """What the years still open have to do: pass the floor, and not pass the ceiling."""

    floor: Pass | None
    ceiling: Pass | None
    """`floor`, `ceiling`: None where there is no such bound."""
    missing: str = ""
    """Why nothing can be asked, in words; both bounds are None then."""

    @property
    def years(self) -> tuple[int, ...]:
        """Years whose figures are open."""
        sides = [side for side in (self.floor, self.ceiling) if side]
        return tuple(sides[0].weights) if sides else ()


def line_of(target: Target, series: pd.DataFrame) -> Line:
    """Turn a target into the level that its target year must reach.

    Parameters
    ----------
    target : Target
        Not a qualitative one.
    series : DataFrame
        Known series of its indicator and area (columns year, value, spliced_value): growth,
        averages and multiples rest on figures already published.
    """
    low, high = limits_of(target, series)
    series = series[series["year"].le(target.target_year)]
    if target.asks.over_years:
        done, left, _ = _split(target, series)
        level = _nearest(low, high, series) if left else low if isfinite(low) else high
        return Line(level, left, done)
    year = target.target_year
    if isnan(low):
        return Line(nan, (year,), missing=f"no figure for the base year {target.counted_from}")
    return Line(_nearest(low, high, series), (year,))


def limits_of(target: Target, series: pd.DataFrame) -> tuple[float, float]:
    """Return floor and ceiling of the level that a target asks for, either infinite.

    Parameters
    ----------
    target, series
        As for `line_of`. Of a mean or sum they are those of the years still open, or a year; both
        are NaN while the figure of the base year is missing.
    """
    low, high = target.bounds
    if target.asks.over_years:
        _, left, total = _split(target, series)
        if left:
            low, high = ((_total(target, end) - total) / len(left) for end in (low, high))
        elif target.asks.statistic == SUM:
            low, high = (end / len(target.plan_years) for end in (low, high))
    elif target.counted_from is not None:
        base = base_figure(target, series)
        if base is None:
            return nan, nan
        low, high = (_level(target, base, bound) for bound in (low, high))
    return low, high


def base_figure(target: Target, series: pd.DataFrame) -> float | None:
    """Return the figure that a target is counted from; None while it is not out.

    It is the spliced one: base and target year are compared on one definition. Of one that is not
    above 0 no growth and no multiple says anything, and there is none either.
    """
    here = np.flatnonzero(series["year"].to_numpy() == target.counted_from)
    base = float(comparable(series).iloc[here[0]]) if len(here) else nan
    return base if base > 0 or (target.asks.statistic == CHANGE and not isnan(base)) else None


def comparable(rows: pd.DataFrame) -> pd.Series:
    """Values on the level of the latest definition; as printed where nothing was spliced."""
    return rows["spliced_value" if "spliced_value" in rows else "value"]


def _from_base(target: Target, bound: float) -> tuple[float, float]:
    """Turn a bound into a multiple of the base and what is added to it.

    Mean growth is compound: the level of the target year follows from that of the base year.
    """
    if target.asks.statistic == CHANGE:
        return 1.0, bound
    if target.asks.statistic == GROWTH:
        return (1 + bound / 100) ** len(target.plan_years), 0.0
    return bound / 100, 0.0


def _level(target: Target, base: float, bound: float) -> float:
    """Turn a bound on what is counted from a base into a level; an infinite one stays."""
    times, more = _from_base(target, bound) if isfinite(bound) else (0.0, bound)
    return base * times + more


def _total(target: Target, bound: float) -> float:
    """Turn a bound on a mean or sum into the sum of all years of the plan."""
    return bound * (len(target.plan_years) if target.asks.statistic == AVERAGE else 1)


def _nearest(low: float, high: float, series: pd.DataFrame) -> float:
    if isfinite(low) and isfinite(high) and len(series):
        return min(max(float(series["value"].iloc[-1]), low), high)
    return low if isfinite(low) else high


def _split(target: Target, series: pd.DataFrame) -> tuple[tuple[int, ...], tuple[int, ...], float]:
    """Years of the plan that are known, those that are open, and the sum of the known ones."""
    known = dict(zip(series["year"].tolist(), series["value"].tolist(), strict=True))
    years = target.plan_years
    done = tuple(year for year in years if year in known)
    left = tuple(year for year in years if year not in known)
    return done, left, float(np.sum([known[year] for year in done]))


def demand_of(target: Target, series: pd.DataFrame) -> Demand:
    """Turn a target into what the years that are not out yet have to do.

    Parameters
    ----------
    target : Target
        Not a qualitative one.
    series : DataFrame
        As for `line_of`. A base year or a year of an average that is not out is open if it lies
        after the latest figure; a year passed over in print stays unknown, and nothing is asked.
    """
    low, high = target.bounds
    last = series["year"].max() if len(series) else -inf
    if target.asks.over_years:
        _, left, total = _split(target, series)
        weights = dict.fromkeys(left, 1.0)
        sides = [_passing(weights, _total(target, bound) - total) for bound in (low, high)]
    elif target.counted_from is None:
        left = (target.target_year,)
        sides = [_passing({target.target_year: 1.0}, bound) for bound in (low, high)]
    else:
        base, year = base_figure(target, series), target.target_year
        if base is not None:
            left = (year,)
            sides = [_passing({year: 1.0}, _level(target, base, bound)) for bound in (low, high)]
        else:
            left = (target.counted_from, year)
            asked = [_from_base(target, b) if isfinite(b) else (0.0, b) for b in (low, high)]
            sides = [_passing({left[0]: -times, year: 1.0}, more) for times, more in asked]
    passed_over = [str(year) for year in left if year <= last]
    if passed_over:
        held = target.counted_from in series["year"].to_numpy()
        why = f"the figure for {target.counted_from} is not above 0"
        return Demand(None, None, why if held else f"no figure for {', '.join(passed_over)}")
    floor, ceiling = sides
    strict = target.asks.strict
    # A ceiling that is no strict one is passed by more than itself.
    return Demand(
        floor and replace(floor, beyond=strict), ceiling and replace(ceiling, beyond=not strict)
    )


def _passing(weights: dict[int, float], total: float) -> Pass | None:
    return Pass(weights, total) if isfinite(total) else None
