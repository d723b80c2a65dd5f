"""Scenarios of stated growth, which have no probability, and readings of a multiple."""

from dataclasses import dataclass
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.forecasting.members import MIN_POINTS
from helpers.forecasting.series import project_series
from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.states import required_growth
from helpers.topics.outlook.goals import Goal, Stage
from helpers.topics.parameters import Parameters
from helpers.vintages import peers
from helpers.vintages.series import best_figures, known_on, known_series, open_archive
from helpers.wording import english as wording

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


READING_COLUMNS = [
    "target_id",
    "reading",
    "base",
    "level",
    "required_growth",
    "past_growth",
    "probability",
]


def base_readings(stage: Stage, raw: RawData, run: Parameters) -> pd.DataFrame:
    """Read each goal that is a multiple of a base year in every way its wording leaves open.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: one row a printed figure of the base year (under each definition known
        on the as-of date), and one for real terms where the growth at constant prices since the
        base is known: there base and level are an index, 100 before its first year, and `past`
        the mean growth since the base. Growths are in percent a year. Empty where no goal is a
        multiple.
    """
    rows = []
    for goal in stage.goals:
        if goal.target.unit.startswith("pct_of_") and not goal.series.empty:
            rows += _nominal(stage, goal, raw, run)
            rows += _real(goal, raw, run)
    return pd.DataFrame(rows, columns=READING_COLUMNS)


def _nominal(stage: Stage, goal: Goal, raw: RawData, run: Parameters) -> list[tuple]:
    target = goal.target
    known = best_figures(known_on(open_archive(raw), run.as_of, run.min_grade))
    prints = known[
        known["indicator"].eq(target.indicator)
        & known["area"].eq(target.area)
        & known["year"].eq(target.base_year)
    ]
    years = target.target_year - int(goal.latest["year"])
    rows = []
    for row in prints.sort_values("value").itertuples():
        level = row.value * target.value / 100
        chance = nan
        if not goal.missing:
            chances = stage.ahead.probability_at_least(level)
            place = stage.ahead.names.index(target.indicator)
            chance = float(chances[place, years - 1])
        asked = required_growth(float(goal.latest["value"]), level, years)
        rows.append((target.target_id, row.definition, row.value, level, asked, goal.past, chance))
    return rows


def _real(goal: Goal, raw: RawData, run: Parameters) -> list[tuple]:
    """Read a goal at constant prices: chain the published real growth into an index."""
    target = goal.target
    indicator = raw.indicators.set_index("indicator").loc[target.indicator, "real_growth"]
    if not indicator:
        return []
    place = {"indicator": indicator, "area": target.area}
    index = chained(known_series(open_archive(raw), run.as_of, run.choice, **place))
    values = index.set_index("year")["value"] if len(index) else pd.Series(dtype=float)
    if target.base_year not in values.index or len(values) < 2:
        return []
    base, last = float(values[target.base_year]), int(values.index[-1])
    level, years = base * target.value / 100, target.target_year - last
    past = required_growth(base, float(values[last]), last - target.base_year)
    chance = nan
    if len(index) >= MIN_POINTS and years > 0:
        chance = float(
            project_series(index, "log", years).probability_at_least(level)[0, years - 1]
        )
    asked = required_growth(float(values[last]), level, years)
    return [(target.target_id, "real terms", base, level, asked, past, chance)]


def chained(growth: pd.DataFrame) -> pd.DataFrame:
    """Chain yearly growth in percent into an index, back to the last gap.

    Parameters
    ----------
    growth : DataFrame
        A known series of growth on the year before.

    Returns
    -------
    DataFrame
        Columns indicator, area, year, value and spliced_value: 100 in the year before the first
        growth of the unbroken run at the end.
    """
    columns = ["indicator", "area", "year", "value", "spliced_value"]
    if growth.empty:
        return pd.DataFrame(columns=columns)
    run = growth["year"].diff().ne(1).cumsum()
    tail = growth[run.eq(run.iloc[-1])]
    levels = 100 * (1 + tail["value"].astype(float) / 100).cumprod()
    years = [int(tail["year"].iloc[0]) - 1, *tail["year"].astype(int)]
    index = pd.DataFrame({"year": years, "value": [100.0, *levels]})
    first = growth.iloc[0]
    return index.assign(
        indicator=first["indicator"], area=first["area"], spliced_value=index["value"]
    )[columns]


def readings_finding(readings: pd.DataFrame) -> str:
    """Say how much the answer depends on how a multiple is read."""
    if readings.empty:
        return "No goal is a multiple of a base year."
    known = readings[readings["probability"].map(isfinite)]
    if known.empty:
        return "A multiple of a base year is asked for, but there are too few figures to project."
    low, high = known["probability"].min(), known["probability"].max()
    growth = readings["required_growth"]
    return (
        f"The multiple of the base year can be read in {len(readings)} ways: they ask for "
        f"{growth.min():.1f} to {growth.max():.1f} % a year, and P lies between "
        f"{wording.probability(low)} and {wording.probability(high)}."
    )
