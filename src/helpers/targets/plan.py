"""Targets as plans name them, and printed figures: on which side of a line they lie."""

from dataclasses import dataclass, replace
from math import inf, isfinite, nan
from typing import Any

import pandas as pd

from helpers.days import year_name
from helpers.problems import find_all
from helpers.tables import half_unit
from helpers.vintages.series import last_day
from helpers.vocabulary import (
    CHANGE,
    FIGURE,
    GROWTH,
    QUALITATIVE,
    Operator,
    base_of_unit,
    operator_of,
)

RATES_OF_CHANGE = {"pct"}
REACHED = {"ge", "gt", "approx"}
"""Comparisons that ask a figure to rise to a level."""


@dataclass(frozen=True)
class Outlook:
    """What an authority projects for a target year, in the indicator's unit."""

    value: float
    by: str
    """The publisher."""
    day: pd.Timestamp
    """Last day on which it can have come out."""


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
        The number named by the plan, the lower end of a range; NaN for a target in words.
    decimals : int
        Decimals printed in the plan.
    base_year : int or None
        The year that growth, averages, sums, changes and percentages of a base are counted from.
    set_on : Timestamp
        Last day on which the target can have been set.
    published : Timestamp
        Last day on which its publication can have come out; NaT when unknown.
    value_high : float
        The upper end of a range; NaN for every other operator.
    is_share : bool
        Whether percent are those of something, and no growth.
    year_ends : int
        Month in which its years end, as `helpers.days.period_end` takes it.
    outlook : Outlook or None
        What an authority projects for the target year.
    milestones : tuple of (int, float)
        Year and number of each goal that the same plan sets for the same figure in an earlier year.
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
    set_on: pd.Timestamp = pd.NaT
    published: pd.Timestamp = pd.NaT
    source_id: str = ""
    wording: str = ""
    value_high: float = nan
    is_share: bool = False
    year_ends: int = 12
    outlook: Outlook | None = None
    milestones: tuple[tuple[int, float], ...] = ()

    @property
    def year(self) -> str:
        """The target year as people name it."""
        return year_name(self.target_year, self.year_ends)

    @property
    def is_rate(self) -> bool:
        """Whether the figure is itself a growth: it starts anew each year."""
        return self.unit in RATES_OF_CHANGE and not self.is_share

    @property
    def asks(self) -> Operator:
        """The operator taken apart; not for a goal in words."""
        return operator_of(self.operator)

    @property
    def counted_from(self) -> int | None:
        """The year whose figure the target is counted from; None for levels, means and sums."""
        if self.asks.statistic in (GROWTH, CHANGE):
            return self.base_year
        return base_of_unit(self.unit)

    @property
    def place(self) -> dict[str, str]:
        """Indicator and area, as a series is asked for."""
        return {"indicator": self.indicator, "area": self.area}

    @property
    def plan_years(self) -> range:
        """The years after the base year, up to the target year.

        Raises
        ------
        ValueError
            If the target has no base year.
        """
        if self.base_year is None:
            raise ValueError(f"{self.target_id}: {self.operator} needs a base year; write it")
        return range(self.base_year + 1, self.target_year + 1)

    @property
    def bounds(self) -> tuple[float, float]:
        """Floor and ceiling of what the operator measures, in the target's unit; either infinite.

        A number that is named as "about" is reached from half a unit of its last digit below.
        """
        asks, low, high = self.asks, -inf, inf
        if asks.comparison == "approx":
            low = self.value - half_unit(self.value, self.decimals, "rounded")
        elif asks.has_floor:
            low = self.value
        if asks.comparison == "between":
            high = self.value_high
        elif asks.has_ceiling:
            high = self.value
        return low, high


def read_targets(targets: pd.DataFrame, sources: pd.DataFrame) -> list[Target]:
    """Turn the rows of `targets.csv` into targets, in the order of the file."""
    published = sources.set_index("source_id")["published"]
    every = [
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
            # A table without ranges need not have the column.
            value_high=float(getattr(row, "value_high", nan)),
            is_share=bool(getattr(row, "is_share", False)),
            year_ends=int(getattr(row, "year_ends", 12)),
            outlook=_outlook(row, sources),
        )
        for row in targets.itertuples()
    ]
    alike: dict[tuple, list[Target]] = {}
    for target in every:
        alike.setdefault(_figure_of(target), []).append(target)
    return [
        replace(target, milestones=_milestones(target, alike[_figure_of(target)]))
        for target in every
    ]


def _figure_of(target: Target) -> tuple[str, str, str, str]:
    return target.plan, target.indicator, target.area, target.unit


def _milestones(target: Target, alike: list[Target]) -> tuple[tuple[int, float], ...]:
    """List the goals on the way to a target among those for its figure; a range names no number."""
    found = {
        one.target_year: one.value
        for one in alike
        if one.target_year < target.target_year
        and names_level(one)
        and names_level(target)
        and one.asks.has_ceiling == target.asks.has_ceiling
        and one.asks.comparison != "between"
    }
    return tuple(sorted(found.items()))


def _outlook(row: Any, sources: pd.DataFrame) -> Outlook | None:
    printed = str(getattr(row, "outlook", ""))
    if not printed:  # as of nearly all, so that no source need be looked up
        return None
    text = sources[sources["source_id"].eq(getattr(row, "outlook_source_id", ""))]
    if text.empty:
        return None
    return Outlook(
        float(printed), text["publisher"].iloc[0], last_day(str(text["published"].iloc[0]))
    )


def headline(targets: list[Target]) -> list[Target]:
    """Return the numeric targets of the plan that the collection is about: the first one listed."""
    return [t for t in targets if t.plan == targets[0].plan and t.operator != QUALITATIVE]


def select(every: list[Target], target_ids: list[str] | None) -> list[Target]:
    """Keep the targets asked for, in the order of the table; all of them for None.

    Raises
    ------
    helpers.problems.InputError
        For ids that the table does not hold, with the nearest ones.
    """
    if target_ids is None:
        return every
    find_all(target_ids, (target.target_id for target in every), "target", "targets.csv")
    return [target for target in every if target.target_id in target_ids]


def find_target(every: list[Target], target_id: str) -> Target:
    """Return the target of an id.

    Raises
    ------
    helpers.problems.InputError
        For an id that the table does not hold, with the nearest one.
    """
    [found] = select(every, [target_id])
    return found


def asks_for_level(target: Target) -> bool:
    """Say whether a target names a level to be reached and held, not growth or a multiple."""
    return names_level(target) and target.asks.comparison in REACHED


def names_level(target: Target) -> bool:
    """Say whether a target names a level, a ceiling or a range that can be held from year to year.

    Growth of a year, growth or an average over the plan and multiples of a base start anew.
    """
    if target.operator == QUALITATIVE or target.is_rate:
        return False
    return target.asks.statistic == FIGURE and base_of_unit(target.unit) is None


def headline_plan(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the targets of the plan that the first row names: the plan under evaluation."""
    return targets[targets["plan"].isin(targets["plan"].head(1))]


def compare(value: float, line: float, *, strict: bool, slack: float = 0.0) -> str:
    """Hold a printed value against a line from above: "met", "missed" or "at_the_line"."""
    if abs(value - line) < slack or (value == line and (strict or slack > 0)):
        return "at_the_line"
    return "met" if value >= line else "missed"


def hold(value: float, low: float, high: float, *, strict: bool, slack: float = 0.0) -> str:
    """Hold a printed value against a floor and a ceiling, either of which may be infinite.

    Returns
    -------
    str
        "missed" if the value lies beyond one of them, else "at_the_line" if it lies on one, else
        "met".
    """
    states = []
    if isfinite(low):
        states.append(compare(value, low, strict=strict, slack=slack))
    if isfinite(high):
        states.append(compare(-value, -high, strict=strict, slack=slack))
    return next((state for state in ("missed", "at_the_line") if state in states), "met")
