"""Scenarios: where a series goes if a stated growth holds every year. They have no probability."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.topics.outlook.goals import Goal, Stage
from helpers.topics.parameters import Parameters
from helpers.vintages import peers

NO_CHANGE, PAST, BEST, REQUIRED = "no change", "past trend", "best comparable area", "required"
WINDOW = 5
"""Years over which past growth is taken."""
LEAST_SPAN = 3
"""Years that the growth of another area must stand on: less is one year's luck."""
COLUMNS = ["target_id", "scenario", "growth", "of", "year", "value", "reaches"]


@dataclass(frozen=True)
class Pace:
    """Growth of the best comparable area.

    Attributes
    ----------
    area : str
        Its name; empty where no other area holds the indicator.
    growth : float
        Percent a year; NaN without one.
    first_year, last_year : int
        The span that it was achieved over.
    """

    area: str = ""
    growth: float = nan
    first_year: int = 0
    last_year: int = 0


def best_pace(frame: pd.DataFrame, area: str, window: int = WINDOW) -> Pace:
    """Find the area that grew fastest over its last years.

    Areas of the same kind are comparable; where none holds the indicator, all but the world are.

    Parameters
    ----------
    frame : DataFrame
        As `helpers.vintages.peers.compare` returns.
    area : str
        The area that the others are compared with.
    window : int
        Years of growth, back from each area's last figure.
    """
    own = frame.loc[frame["area"].eq(area), "kind"]
    others = frame[frame["area"].ne(area) & frame["kind"].ne("world")]
    alike = others[others["kind"].isin(own)]
    best = Pace()
    for name, series in (alike if len(alike) else others).groupby("name", sort=False):
        recent = series[series["year"].ge(series["year"].max() - window)]
        first, last = int(recent["year"].iloc[0]), int(recent["year"].iloc[-1])
        growth = targets.past_growth(series, window)
        if last - first >= LEAST_SPAN and isfinite(growth) and not growth <= best.growth:
            best = Pace(name, growth, first, last)
    return best


def grow(start: float, growth: float, years: int, ceiling: float = np.inf) -> np.ndarray:
    """Let a value grow by a rate, in percent a year; NaN where it would pass the ceiling.

    Returns
    -------
    ndarray, shape (years,)
        After one year, two years, and so on.
    """
    values = start * (1 + growth / 100) ** np.arange(1, years + 1)
    return np.where(values <= ceiling, values, nan)


def scenario_table(stage: Stage, raw: RawData, run: Parameters) -> pd.DataFrame:
    """Carry each goal's series to the last year under each scenario.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a goal, scenario and year from the latest figure on: growth in
        percent a year, `of` (whose growth it is, or until when it is required), value in the unit
        of the indicator, and `reaches`, the first year at or above the goal's level (0: none up to
        the last). The required growth leads to the level in the target year and ends there; it is
        left out where the latest figure is there already. A share stops below 100.
    """
    rows = []
    for goal in stage.goals:
        if goal.series.empty or not isfinite(goal.level):
            continue
        for scenario, growth, whose, until in _paces(goal, raw, run):
            rows += _rows(goal, scenario, growth, whose, until)
    return pd.DataFrame(rows, columns=COLUMNS)


def _paces(goal: Goal, raw: RawData, run: Parameters) -> list[tuple[str, float, str, int]]:
    """Scenario, growth, whose growth it is, and last year."""
    frame = peers.compare(raw, run.as_of, goal.target.indicator, run.choice)
    best = best_pace(frame, run.area)
    span = f"{best.area} {best.first_year}-{best.last_year}" if best.area else ""
    first = max(int(goal.latest["year"]) - WINDOW, int(goal.series["year"].min()))
    paces = [
        (NO_CHANGE, 0.0, "", run.last_year),
        (PAST, goal.past, f"own growth {first}-{goal.latest['year']}", run.last_year),
        (BEST, best.growth, span, run.last_year),
    ]
    if goal.latest["value"] < goal.level:
        deadline = goal.target.target_year
        paces.append((REQUIRED, goal.required, f"to {deadline}", deadline))
    return [pace for pace in paces if isfinite(pace[1])]


def _rows(goal: Goal, scenario: str, growth: float, whose: str, until: int) -> list[tuple]:
    start, origin = float(goal.latest["value"]), int(goal.latest["year"])
    ceiling = 100.0 if goal.scale == "logit" else np.inf
    values = np.concatenate([[start], grow(start, growth, until - origin, ceiling)])
    years = np.arange(origin, until + 1)
    # A level computed back from the growth that it asks for can miss it by a rounding error.
    reached = years[values >= goal.level * (1 - 1e-12)]
    reaches = int(reached[0]) if len(reached) else 0
    return [
        (goal.target.target_id, scenario, growth, whose, int(year), value, reaches)
        for year, value in zip(years, values, strict=True)
    ]


def scenario_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out one row a goal and scenario: growth, where it leads, and when the goal is reached."""
    grouped = table.dropna(subset="value").groupby(["target_id", "scenario"], sort=False)
    last, origin = grouped.last(), grouped["year"].first()
    words = [
        "not reached" if year == 0 else "there already" if year == first else str(year)
        for year, first in zip(last["reaches"], origin, strict=True)
    ]
    shown = last[["of", "growth", "year", "value"]].rename(columns={"value": "leads to"})
    return shown.assign(reaches=words)
