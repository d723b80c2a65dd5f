"""Plans side by side: where each started, what it asks for, and the figures known so far."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from helpers.problems import InputError


@dataclass(frozen=True)
class PlanCases:
    """What a published on-track rule is told about n plans."""

    values: np.ndarray
    """Shape (n, T). Known figures on one definition, right-aligned: the last column is each plan's
    latest figure; NaN for a year without one."""
    latest_year: np.ndarray
    """Of int, shape (n,). Year of the last column."""
    base_year: np.ndarray
    level: np.ndarray
    """Shape (n,). What the target year must reach, in the unit of the values."""
    target_year: np.ndarray
    """`base_year`, `target_year`: of int, shape (n,). First and last year of the plan."""
    direction: np.ndarray
    """Of int, shape (n,). +1 where up is good, -1 where down is."""
    broken: np.ndarray
    """Of bool, shape (n, T). A documented break of definition, not spliced, lies just before that
    figure."""
    path: np.ndarray = field(default_factory=lambda: np.empty(0))
    """Shape (n,). What the plan itself asks of the latest year; NaN where it states no goal on the
    way."""

    def __post_init__(self) -> None:
        """Refuse a plan without length, a level that is no number and an unknown direction.

        Raises
        ------
        helpers.problems.InputError
            With the years, the level or the direction that cannot be judged.
        """
        if len(self.path) != len(self.level):
            object.__setattr__(self, "path", np.full(len(self.level), np.nan))
        short = self.target_year <= self.base_year
        if short.any():
            base, end = self.base_year[short][0], self.target_year[short][0]
            raise InputError(f"target year {end} is not after base year {base}; give a later one")
        if not np.isfinite(self.level).all():
            raise InputError("the level of a target is not a finite number; give one a plan")
        if not np.isin(self.direction, (-1, 1)).all():
            raise InputError("a direction is +1 (up is good) or -1 (down is good)")

    def select(self, rows: np.ndarray) -> "PlanCases":
        """Keep the plans of a mask."""
        return PlanCases(*(getattr(self, name)[rows] for name in self.__dataclass_fields__))

    @property
    def years(self) -> np.ndarray:
        """Year of each column, shape (n, T)."""
        width = self.values.shape[1]
        return self.latest_year[:, None] - np.arange(width - 1, -1, -1)

    @property
    def latest(self) -> np.ndarray:
        """Latest figure, shape (n,)."""
        return self.values[:, -1]

    @property
    def base(self) -> np.ndarray:
        """Figure of the base year, shape (n,); NaN where there is none."""
        column = self.values.shape[1] - 1 - (self.latest_year - self.base_year)
        inside = (column >= 0) & (column < self.values.shape[1])
        picked = self.values[np.arange(len(column)), np.where(inside, column, 0)]
        return np.where(inside, picked, np.nan)

    @property
    def base_past(self) -> np.ndarray:
        """Whether the base lies strictly beyond the level, shape (n,)."""
        return self.direction * (self.base - self.level) > 0

    @property
    def achieved(self) -> np.ndarray:
        """Whether the latest figure meets the level, shape (n,)."""
        return self.direction * (self.latest - self.level) >= 0

    @property
    def elapsed(self) -> np.ndarray:
        """Share of the plan's years that the latest figure has behind it, shape (n,)."""
        return (self.latest_year - self.base_year) / (self.target_year - self.base_year)

    def broken_since(self, first_year: np.ndarray) -> np.ndarray:
        """Whether an unspliced break lies between a year and the latest figure, shape (n,)."""
        return np.any(self.broken & (self.years > first_year[:, None]), axis=1)

    def from_next_figure(self) -> "PlanCases":
        """Move each base without a figure to the next year that has one."""
        later = np.isfinite(self.values) & (self.years >= self.base_year[:, None])
        first = first_where(later, self.years)
        usable = later.any(axis=1) & (first < self.target_year)
        return replace(self, base_year=np.where(usable, first, self.base_year))

    def straightened(self) -> "PlanCases":
        """Put every figure on the straight line through base and latest figure.

        A rule that answers otherwise on the line than on the series differs by its window.
        """
        span = np.maximum(self.latest_year - self.base_year, 1)
        slope = (self.latest - self.base) / span
        width = max(6, self.values.shape[1])
        back = np.arange(width - 1, -1, -1)
        line = self.latest[:, None] - slope[:, None] * back
        return replace(self, values=line, broken=np.zeros(line.shape, dtype=bool))


def first_where(mask: np.ndarray, table: np.ndarray) -> np.ndarray:
    """Give of each row of a table the entry at the first column that a mask marks, shape (n,)."""
    return np.take_along_axis(table, mask.argmax(axis=1)[:, None], axis=1)[:, 0]


def plan_case(
    series: pd.DataFrame,
    *,
    base_year: int,
    level: float,
    target_year: int,
    direction: int = 1,
    milestones: Sequence[tuple[int, float]] = (),
) -> PlanCases:
    """Tell the rules about one plan.

    Parameters
    ----------
    series : DataFrame
        Known series (as `helpers.vintages.series.known_series`): year, value and, where there are
        breaks, spliced_value and break_before.
    base_year, target_year : int
    level : float
        On the definition of the latest figure.
    direction : int
        +1 if up is good, -1 if down is.
    milestones : sequence of (year, level)
        Goals that the plan states for years before the target year, ascending.

    Raises
    ------
    helpers.problems.InputError
        If a year is given twice, or the plan cannot be judged.
    """
    rows = series.sort_values("year")
    twice = rows.loc[rows["year"].duplicated(), "year"]
    if len(twice):
        raise InputError(f"series: year {twice.iloc[0]} is given twice; keep one row a year")
    published = rows["value"].to_numpy(dtype=float)
    values = rows.get("spliced_value", rows["value"]).to_numpy(dtype=float)
    years = rows["year"].to_numpy(dtype=int)
    last = int(years[-1]) if len(years) else base_year
    width = last - int(years[0]) + 1 if len(years) else 1
    table, broken = np.full((1, width), np.nan), np.zeros((1, width), dtype=bool)
    table[0, years - last - 1] = values
    broken[0, years - last - 1] = _unspliced(rows, published, values)
    cases = PlanCases(
        table,
        np.array([last]),
        np.array([base_year]),
        np.array([float(level)]),
        np.array([target_year]),
        np.array([direction]),
        broken,
    )
    on_way = [(year, value) for year, value in milestones if base_year < year < target_year]
    if not on_way:
        return cases
    stated = [(base_year, float(cases.base[0])), *on_way, (target_year, level)]
    stated_years, goals = ([point[i] for point in stated] for i in (0, 1))
    return replace(cases, path=np.array([np.interp(last, stated_years, goals)]))


def _unspliced(rows: pd.DataFrame, published: np.ndarray, spliced: np.ndarray) -> np.ndarray:
    """Mark figures behind a documented break over which no splice changes the scale."""
    if "break_before" not in rows or not len(rows):
        return np.zeros(len(rows), dtype=bool)
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = spliced / published
    same = np.isclose(scale, np.roll(scale, 1), rtol=1e-9)
    return rows["break_before"].eq("no").to_numpy() & same
