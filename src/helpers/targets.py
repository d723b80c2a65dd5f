"""Targets and the rules by which a verdict on one is reached.

The rules below were fixed before any projection was run.

1. The outcome is the full-year figure of the target year in the main series, once it is
   preliminary, final or revised. Estimates and stand-ins are never an outcome. A lower bound is
   one only if the bound itself passes the line.
2. A figure printed coarser than usual, or derived, can be off by half a unit of its last digit. If
   the line lies within that span, the state is `at_the_line`. A figure printed equal to the line
   meets "at least", and is `at_the_line` for "more than".
3. A target is `already_met_at_signing` while its period runs, if the latest figure known on the
   day it was set, or on the day it was made public, already passed the line. This asks for a level
   that can be held: growth of a year, and growth or an average over the plan, start anew.
4. Until the outcome is out, everything else is `open`; without any figure, `no_data`; without a
   number, `not_numeric`.
"""

from dataclasses import dataclass
from datetime import date
from math import isfinite, nan

import pandas as pd

from helpers.problems import InputError, closest
from helpers.vintages import last_day

STATES = (
    "already_met_at_signing",
    "met",
    "missed",
    "at_the_line",
    "open",
    "no_data",
    "not_numeric",
)
SETTLED = {"met", "missed", "at_the_line"}
STRICT = {"gt", "growth_gt"}
LEVELS = {"ge", "gt", "approx"}
GROWTH = {"growth_ge", "growth_gt"}
RATES_OF_CHANGE = {"pct"}
OUTCOME_STATUSES = {"preliminary", "final", "revised"}
COARSE_FROM = 1000
"""From this size on, trailing zeros of a rounded count or amount are not significant."""


@dataclass(frozen=True)
class Target:
    """One numeric or worded target of a plan.

    Attributes
    ----------
    target_id, plan, indicator, area, operator, unit : str
        As in `targets.csv`.
    target_year : int
        The year whose figure decides.
    value : float
        The number named by the plan; NaN for a target in words.
    decimals : int
        Decimals printed in the plan.
    base_year : int or None
        The year that growth, averages and percentages of a base are counted from.
    set_on : Timestamp
        Last day on which the target can have been set.
    published : Timestamp
        Last day on which its publication can have come out; NaT when unknown.
    """

    target_id: str
    plan: str
    indicator: str
    area: str
    target_year: int
    operator: str
    value: float
    decimals: int
    unit: str
    base_year: int | None
    set_on: pd.Timestamp
    published: pd.Timestamp
    source_id: str
    wording: str


@dataclass(frozen=True)
class Line:
    """The level of the indicator that a target asks for in its target year.

    Attributes
    ----------
    level : float
        In the indicator's unit; NaN while figures that it rests on are missing.
    known : tuple of int
        Years of the plan whose figures are already in the level (averages only).
    open_years : tuple of int
        Years whose figures have to be at least `level` on average; the target year alone for a
        threshold.
    missing : str
        Why there is no level, in words.
    """

    level: float
    open_years: tuple[int, ...]
    known: tuple[int, ...] = ()
    missing: str = ""


def read_targets(targets: pd.DataFrame, sources: pd.DataFrame) -> list[Target]:
    """Turn the rows of `targets.csv` into targets, in the order of the file."""
    published = sources.set_index("source_id")["published"]
    return [
        Target(
            target_id=row.target_id,
            plan=row.plan,
            indicator=row.indicator,
            area=row.area,
            target_year=int(row.target_year),
            operator=row.operator,
            value=float(row.value) if pd.notna(row.value) else nan,
            decimals=int(row.decimals) if pd.notna(row.decimals) else 0,
            unit=row.unit,
            base_year=int(row.base_year) if pd.notna(row.base_year) else None,
            set_on=last_day(row.set_on),
            published=last_day(str(published.get(row.source_id, ""))),
            source_id=row.source_id,
            wording=row.wording_native,
        )
        for row in targets.itertuples()
    ]


def headline(targets: list[Target]) -> list[Target]:
    """Return the numeric targets of the plan that the collection is about: the first one listed."""
    return [t for t in targets if t.plan == targets[0].plan and t.operator != "qualitative"]


def select(every: list[Target], target_ids: list[str] | None) -> list[Target]:
    """Keep the targets asked for, in the order of the table; all of them for None.

    Raises
    ------
    helpers.problems.InputError
        For ids that the table does not hold, with the nearest ones.
    """
    if target_ids is None:
        return every
    unknown = set(target_ids) - {target.target_id for target in every}
    if unknown:
        known = [target.target_id for target in every]
        hints = [f"{name!r}{closest(name, known)}" for name in sorted(unknown)]
        raise InputError(f"not in targets.csv: {'; '.join(hints)}")
    return [target for target in every if target.target_id in target_ids]


def half_unit(value: float, decimals: int, qualifier: str) -> float:
    """Return how far a printed figure can lie from the true one, in the figure's unit.

    Zero for a figure printed as usual; half a unit of the last significant digit for a rounded or
    derived one.
    """
    if qualifier not in {"rounded", "derived"}:
        return 0.0
    if decimals > 0 or abs(value) < COARSE_FROM:
        return 0.5 * 10.0**-decimals
    digits = str(round(abs(value)))
    return 0.5 * 10.0 ** (len(digits) - len(digits.rstrip("0")))


def compare(value: float, line: float, *, strict: bool, slack: float = 0.0) -> str:
    """Hold a printed value against a line by rule 2: "met", "missed" or "at_the_line"."""
    if abs(value - line) < slack or (value == line and (strict or slack > 0)):
        return "at_the_line"
    return "met" if value >= line else "missed"


def line_of(target: Target, series: pd.DataFrame) -> Line:
    """Turn a target into the level that its target year must reach.

    Parameters
    ----------
    target : Target
        Not a qualitative one.
    series : DataFrame
        Known series of its indicator and area (columns year, value): growth and averages rest on
        figures already published.
    """
    known = series.set_index("year")["value"]
    year, base = target.target_year, target.base_year
    if target.operator == "avg_ge":
        years = range(base + 1, year + 1)
        done = tuple(y for y in years if y in known.index)
        left = tuple(y for y in years if y not in known.index) or (year,)
        count = len(years) - len(done)
        if not count:
            return Line(target.value, (), done)
        total = target.value * len(years) - float(known.loc[list(done)].sum())
        return Line(total / count, left, done)
    if target.operator in GROWTH or target.unit.startswith("pct_of_"):
        if base not in known.index:
            return Line(nan, (year,), missing=f"no figure for the base year {base}")
        start = float(known[base])
        if target.operator in GROWTH:
            return Line(start * (1 + target.value / 100) ** (year - base), (year,))
        return Line(start * target.value / 100, (year,))
    if target.operator == "approx":
        return Line(target.value - 0.5 * 10.0**-target.decimals, (year,))
    return Line(target.value, (year,))


def outcome(
    target: Target, series: pd.DataFrame, bounds: pd.DataFrame
) -> tuple[str, pd.Series | None]:
    """Return the state that the published figure of the target year settles, and that figure.

    Parameters
    ----------
    target : Target
    series : DataFrame
        Known main series (as `helpers.vintages.known_series`).
    bounds : DataFrame
        Known full-year lower bounds of the same indicator and area.

    Returns
    -------
    state : str
        "met", "missed", "at_the_line", or "" while nothing settles it.
    figure : Series or None
        The row that settles it.
    """
    line = line_of(target, series)
    settled = series[series["status"].isin(OUTCOME_STATUSES)]
    here = settled[settled["year"].eq(target.target_year)]
    if target.operator == "avg_ge":
        return _average_outcome(target, settled, line)
    if len(here) and isfinite(line.level):
        figure = here.iloc[-1]
        slack = half_unit(figure["value"], int(figure["decimals"]), figure["qualifier"])
        strict = target.operator in STRICT
        return compare(figure["value"], line.level, strict=strict, slack=slack), figure
    passed = bounds[bounds["year"].eq(target.target_year) & bounds["value"].ge(line.level)]
    passed = passed[passed["status"].isin(OUTCOME_STATUSES)]
    if len(passed):
        return "met", passed.sort_values("value").iloc[-1]
    return "", None


def _average_outcome(
    target: Target, settled: pd.DataFrame, line: Line
) -> tuple[str, pd.Series | None]:
    """Settle an average over the plan once every year of it is published."""
    years = range(target.base_year + 1, target.target_year + 1)
    rows = settled[settled["year"].isin(years)]
    if len(rows) < len(years):
        return "", None
    mean = round(float(rows["value"].mean()), target.decimals + 2)
    return compare(mean, target.value, strict=False), rows.iloc[-1]


def asks_for_level(target: Target) -> bool:
    """Say whether a target names a level to be reached and held, not growth or a multiple."""
    relative = target.unit in RATES_OF_CHANGE or target.unit.startswith("pct_of_")
    return target.operator in LEVELS and not relative


def signing_check(target: Target, series_at: pd.DataFrame) -> tuple[str, pd.Series | None]:
    """Say whether the latest figure known on a day already passed a threshold.

    Returns
    -------
    state : str
        "met", "missed", "at_the_line", or "unknown" (no figure, or not a level to be held).
    figure : Series or None
    """
    if not asks_for_level(target) or series_at.empty:
        return "unknown", None
    latest = series_at.iloc[-1]
    slack = half_unit(latest["value"], int(latest["decimals"]), latest["qualifier"])
    line = line_of(target, series_at).level
    return compare(latest["value"], line, strict=target.operator in STRICT, slack=slack), latest


def state_of(
    target: Target,
    as_of: date | str,
    settled: str,
    latest: pd.Series | None,
    signed: tuple[str, ...],
) -> str:
    """Apply rules 1, 3 and 4 in that order.

    Parameters
    ----------
    target : Target
    as_of : date or str
    settled : str
        State from `outcome`, empty while open.
    latest : Series or None
        Latest known figure.
    signed : tuple of str
        States from `signing_check` on the days the target was set and made public.
    """
    if target.operator == "qualitative":
        return "not_numeric"
    if settled:
        return settled
    if latest is None:
        return "no_data"
    running = pd.Timestamp(as_of).year <= target.target_year
    if running and "met" in signed:
        return "already_met_at_signing"
    return "open"


def required_growth(value: float, level: float, years: int) -> float:
    """Compound growth a year, in percent, that leads from a value to a level.

    NaN without years to go, or where value and level are not both positive.
    """
    if years <= 0 or value <= 0 or not level > 0:
        return nan
    return 100 * ((level / value) ** (1 / years) - 1)


def past_growth(series: pd.DataFrame, years: int = 5) -> float:
    """Compound growth a year, in percent, over the last `years` years of the spliced series.

    The first point used is the oldest within that span; NaN where there is only one.
    """
    recent = series[series["year"].ge(series["year"].max() - years)]
    first, last = recent.iloc[0], recent.iloc[-1]
    return required_growth(
        first["spliced_value"], last["spliced_value"], int(last["year"] - first["year"])
    )
