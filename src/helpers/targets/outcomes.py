"""Outcomes: what the published figures of a plan's years settle."""

from math import isfinite, nan

import pandas as pd

from helpers.targets.lines import base_figure, comparable, multiple
from helpers.targets.plan import Target, names_level
from helpers.targets.printed import half_unit, hold
from helpers.vocabulary import AVERAGE

OUTCOME_STATUSES = {"preliminary", "final", "revised"}


def outcome(
    target: Target, series: pd.DataFrame, bounds: pd.DataFrame
) -> tuple[str, pd.Series | None]:
    """Return the state that the published figure of the target year settles, and that figure.

    Parameters
    ----------
    target : Target
    series : DataFrame
        Known main series (as `helpers.vintages.series.known_series`).
    bounds : DataFrame
        Known full-year lower bounds of the same indicator and area.

    Returns
    -------
    state : str
        "met", "missed", "at_the_line", or "" while nothing settles it.
    figure : Series or None
        The row that settles it.
    """
    settled = series[series["status"].isin(OUTCOME_STATUSES)]
    if target.asks.statistic == AVERAGE:
        return _average_outcome(target, settled)
    here = settled[settled["year"].eq(target.target_year)]
    low, high, doubt = _limits(target, settled)
    if len(here) and (isfinite(low) or isfinite(high)):
        figure = here.iloc[-1]
        value = figure["value"]
        if target.counted_from is not None:
            value = float(comparable(here).iloc[-1])
        slack = half_unit(figure["value"], int(figure["decimals"]), figure["qualifier"]) + doubt
        return hold(value, low, high, strict=target.asks.strict, slack=slack), figure
    return _outcome_of_bound(target, bounds, low, high)


def _limits(target: Target, settled: pd.DataFrame) -> tuple[float, float, float]:
    """Floor and ceiling in the indicator's unit, and by how much a rounded base blurs them."""
    low, high = target.bounds
    if target.counted_from is None:
        return low, high, 0.0
    base = base_figure(target, settled)
    if base is None:
        return nan, nan, 0.0
    row = settled[settled["year"].eq(target.counted_from)].iloc[0]
    times = [multiple(target, bound) for bound in (low, high)]
    off = half_unit(row["value"], int(row["decimals"]), row["qualifier"])
    doubt = off * max(abs(bound) for bound in times if isfinite(bound))
    return base * times[0], base * times[1], doubt


def _outcome_of_bound(
    target: Target, bounds: pd.DataFrame, low: float, high: float
) -> tuple[str, pd.Series | None]:
    """Let a lower bound settle what it can: a floor that it passes, a ceiling that it passes."""
    if bounds.empty:
        return "", None
    here = bounds[bounds["year"].eq(target.target_year) & bounds["status"].isin(OUTCOME_STATUSES)]
    if isfinite(high):
        passed, state = here[here["value"].gt(high)], "missed"
    else:
        passed, state = here[here["value"].ge(low)], "met"
    if passed.empty:
        return "", None
    return state, passed.sort_values("value").iloc[-1]


def _average_outcome(target: Target, settled: pd.DataFrame) -> tuple[str, pd.Series | None]:
    """Settle an average over the plan once every year of it is published."""
    years = range(target.base_year + 1, target.target_year + 1)
    rows = settled[settled["year"].isin(years)]
    if len(rows) < len(years):
        return "", None
    mean = round(float(rows["value"].mean()), target.decimals + 2)
    off = [half_unit(r.value, int(r.decimals), r.qualifier) for r in rows.itertuples()]
    slack = sum(off) / len(off)
    return hold(mean, *target.bounds, strict=target.asks.strict, slack=slack), rows.iloc[-1]


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
