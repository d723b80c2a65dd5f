"""Breaks of definition: where they lie in a series, and how levels are joined across them."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from helpers.vocabulary import COMPARABLE


def mark_breaks(series: pd.DataFrame, definitions: pd.DataFrame) -> pd.DataFrame:
    """Say between which points of one series the definition changes, and how sure that is.

    A main definition without a point here still breaks the series if its time lies in between.

    Parameters
    ----------
    series : DataFrame
        One indicator and area, in order of years, with `definition`.
    definitions : DataFrame
        Rows of the raw table for the definitions under which the series was ever published.

    Returns
    -------
    DataFrame
        The series with `break_before`: "no" (no longer comparable), "suspected", or "".
    """
    names = series["definition"].tolist()
    if len(set(names)) == 1:
        return series.assign(break_before=_texts([""] * len(series), series))
    columns = ("first_year", "use", "comparable_with_previous")
    facts = zip(*(definitions[name].tolist() for name in columns), strict=True)
    held = {
        name: (int(year), use == "main", word)
        for name, (year, use, word) in zip(definitions["definition"].tolist(), facts, strict=True)
    }
    marks = [""]
    for before, after in pairwise(names):
        if before == after:
            marks.append("")
            continue
        first, last = held[before][0], held[after][0]
        passed = {word for year, main, word in held.values() if main and first < year <= last}
        passed.add(held[after][2])
        worst = max(passed, key=COMPARABLE.index)
        marks.append("" if worst == "yes" else worst)
    return series.assign(break_before=_texts(marks, series))


def _texts(values: Sequence[str], series: pd.DataFrame) -> ExtensionArray | np.ndarray:
    """Hold texts as the series holds those of the raw tables (`helpers.observations.raw_data`)."""
    return pd.array(values, dtype=series["definition"].dtype)


def splice(
    series: pd.DataFrame,
    growth: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    method: str = "real_growth",
    suspected: bool = False,
) -> pd.DataFrame:
    """Bring the points before each break onto the level of the latest definition.

    Parameters
    ----------
    series : DataFrame
        One series with breaks marked, in order of years.
    growth : DataFrame
        Known figures of the indicators of real growth.
    indicators : DataFrame
        The raw table.
    method : str
        One of `SPLICES`. "real_growth": the step across a break is what the published real growth
        of numerator and denominator implies, and "neighbour_growth" where that is not known.
        "neighbour_growth": the step is the median growth of the years without a break.
    suspected : bool
        Splice suspected breaks too.

    Returns
    -------
    DataFrame
        The series with `spliced_value` (unit of `value`), `link_factor` (ratio of the published
        level to the level that the step leads to) and `link_method` at each spliced break.
    """
    at_marks = {"no", "suspected"} if suspected else {"no"}
    if method == "none" or not series["break_before"].isin(at_marks).any():
        none = _texts([""] * len(series), series)
        return series.assign(spliced_value=series["value"], link_factor=1.0, link_method=none)
    values = series["value"].to_numpy(float)
    years = series["year"].to_numpy(int)
    breaks = series["break_before"].isin(at_marks).to_numpy()
    links = np.ones(len(series))
    methods = [""] * len(series)
    usual = _usual_log_growth(values, years, series["break_before"].ne("").to_numpy())
    for at in np.flatnonzero(breaks):
        span = range(years[at - 1] + 1, years[at] + 1)
        step = None
        if method == "real_growth":
            step = _relative_real_growth(series.iloc[at], span, growth, indicators)
        methods[at] = "real_growth"
        if step is None:
            step, methods[at] = usual * len(span), "neighbour_growth"
        if np.isfinite(step) and values[at - 1] > 0 < values[at]:
            links[at] = values[at] / (values[at - 1] * np.exp(step))
        else:
            methods[at] = "not linked"
    # A point is multiplied by the links of all later breaks.
    factors = np.append(np.cumprod(links[::-1])[::-1][1:], 1.0)
    spliced = {"spliced_value": values * factors, "link_factor": links}
    return series.assign(**spliced, link_method=_texts(methods, series))


def _usual_log_growth(values: np.ndarray, years: np.ndarray, broken: np.ndarray) -> float:
    """Median log growth a year between points of one definition; NaN where there are none."""
    # A number of 0 or less has no growth.
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.diff(np.log(values)) / np.diff(years)
    inside = steps[~broken[1:] & np.isfinite(steps)]
    return float(np.median(inside)) if inside.size else np.nan


def _relative_real_growth(
    point: pd.Series, span: range, growth: pd.DataFrame, indicators: pd.DataFrame
) -> float | None:
    """Log change of a share that the published real growth of its two parts implies.

    Real growth is stated at unchanged scope, so it carries a share across a change of scope; the
    two parts are taken to share one deflator. None where a year of either is not known.
    """
    columns = (growth[name].tolist() for name in ("indicator", "area", "year", "value"))
    rates = {
        (name, year): value
        for name, area, year, value in zip(*columns, strict=True)
        if area == point["area"]
    }
    total = 0.0
    for name, sign in zip(growth_of_parts(point["indicator"], indicators), (1, -1), strict=True):
        found = [rates.get((name, year)) for year in span]
        if None in found:
            return None
        total += sign * float(np.log1p(np.array(found) / 100).sum())
    return total


def growth_of_parts(indicator: str, indicators: pd.DataFrame) -> tuple[str, str]:
    """Name the indicators of real growth of a share's numerator and denominator, "" for none."""
    names = indicators["indicator"].tolist()
    growth = dict(zip(names, indicators["real_growth"].tolist(), strict=True))
    place = names.index(indicator)
    top, bottom = (indicators[part].iloc[place] for part in ("numerator", "denominator"))
    return growth.get(top, ""), growth.get(bottom, "")
