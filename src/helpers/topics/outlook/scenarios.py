"""Scenarios of stated growth, which have no probability, and readings of a multiple."""

from collections.abc import Iterator
from math import isfinite, nan

import numpy as np
import pandas as pd

from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.forecasting.calibration import FURTHEST
from helpers.forecasting.projection import project
from helpers.observations.raw_data import RawData
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
COLUMNS = ["target_id", "indicator", "scenario", "growth", "of", "first_year", "last_year", "start",
           "ceiling", "level"]  # fmt: skip


def best_pace(frame: pd.DataFrame, area: str) -> pd.Series | None:
    """Find the area that grew fastest over its last years.

    Areas of the same kind are comparable; where none holds the indicator, all but the world are.

    Parameters
    ----------
    frame : DataFrame
        As `helpers.vintages.peers.compare` returns.
    area : str
        The area that the others are compared with.

    Returns
    -------
    Series or None
        Named by the area: first_year and last_year, the span, and growth in percent a year. None
        where no other area has a span of `LEAST_SPAN` years.
    """
    own = frame.loc[frame["area"].eq(area), "kind"]
    others = frame[frame["area"].ne(area) & frame["kind"].ne("world")]
    alike = others[others["kind"].isin(own)]
    chosen = alike if len(alike) else others
    latest = chosen.groupby("name")["year"].transform("max")
    ends = (
        chosen[chosen["year"].ge(latest - WINDOW) & chosen["spliced_value"].gt(0)]
        .groupby("name", sort=False)
        .agg(first_year=("year", "first"), last_year=("year", "last"),
             start=("spliced_value", "first"), end=("spliced_value", "last"))
    )  # fmt: skip
    years = ends["last_year"] - ends["first_year"]
    growth = 100 * ((ends["end"] / ends["start"]) ** (1 / years) - 1)
    paces = ends.assign(growth=growth)[years.ge(LEAST_SPAN)]
    return None if paces.empty else paces.loc[paces["growth"].idxmax()]


def scenario_paces(stage: Stage, raw: RawData, run: Parameters) -> pd.DataFrame:
    """List from where, and how fast, each goal's series goes under each scenario.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a goal and scenario: growth in percent a year, `of` (whose growth
        it is, or until when it is required), first_year and start (the latest figure, in the unit
        of the indicator), last_year, the ceiling that a share cannot pass (infinite for others) and
        the level of the goal. The required growth ends in the target year; it is left out where
        the latest figure is at the level already. Goals without a figure or a level have no row.
    """
    rows = []
    for goal in stage.goals:
        if goal.series.empty or not isfinite(goal.level) or goal.state:
            continue
        fixed = {
            "target_id": goal.target.target_id,
            "indicator": goal.target.indicator,
            "first_year": int(goal.latest["year"]),
            "start": float(goal.latest["value"]),
            "ceiling": 100.0 if goal.scale == "logit" else np.inf,
            "level": goal.level,
        }
        rows += [fixed | pace for pace in _paces(goal, raw, run) if isfinite(pace["growth"])]
    whole = {"first_year": int, "last_year": int, "growth": float, "start": float, "level": float}
    return pd.DataFrame(rows, columns=COLUMNS).astype(whole)


def _paces(goal: Goal, raw: RawData, run: Parameters) -> Iterator[dict]:
    """Scenario, growth, whose growth it is, and last year."""
    first_year, deadline = int(goal.latest["year"]), goal.target.target_year
    first = max(first_year - WINDOW, int(goal.series["year"].min()))
    named = {NO_CHANGE: (0.0, ""), PAST: (goal.past, f"own growth {first}-{first_year}")}
    best = best_pace(peers.compare(raw, run.as_of, goal.target.indicator, run.choice), run.area)
    if best is not None:
        span = f"{best.name} {best['first_year']:.0f}-{best['last_year']:.0f}"
        named[BEST] = (float(best["growth"]), span)
    for scenario, (growth, whose) in named.items():
        yield {"scenario": scenario, "growth": growth, "of": whose, "last_year": run.last_year}
    if goal.latest["value"] < goal.level:
        required = {"growth": goal.required, "of": f"to {deadline}", "last_year": deadline}
        yield {"scenario": REQUIRED, **required}


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
        Columns `READING_COLUMNS`: one row a printed figure of the base year (under each definition
        known on the as-of date), and one for real terms where the growth at constant prices since
        the base is known: there base and level are an index, 100 before its first year, and
        `past_growth` the mean growth since the base. Growths are in percent a year. Empty where no
        goal is a multiple.
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
        & known["year"].ge(run.first_year)
    ]
    years = target.target_year - int(goal.latest["year"])
    rows = []
    for row in prints.sort_values("value").itertuples():
        level = row.value * target.value / 100
        chance = nan
        if goal.has_line:
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
    growth = known_series(open_archive(raw), run.as_of, run.choice, **place)
    index = chained(growth[growth["year"].ge(run.first_year)])
    if target.base_year is None or target.base_year not in index or len(index) < 2:
        return []
    base, last = float(index[target.base_year]), int(index.index[-1])
    level, years = base * target.value / 100, target.target_year - last
    past = required_growth(base, float(index[last]), last - target.base_year)
    chance = nan
    if len(index) >= MIN_POINTS and 0 < years <= FURTHEST:
        projected = project(SeriesBatch.from_series({indicator: index}), years, scale="log")
        chance = float(projected.probability_at_least(level)[0, years - 1])
    asked = required_growth(float(index[last]), level, years)
    return [(target.target_id, "real terms", base, level, asked, past, chance)]


def chained(growth: pd.DataFrame) -> pd.Series:
    """Chain yearly growth in percent into an index, back to the last gap.

    Parameters
    ----------
    growth : DataFrame
        A known series of growth on the year before.

    Returns
    -------
    Series
        By year: 100 in the year before the first growth of the unbroken run at the end. Empty
        without growth.
    """
    run = growth["year"].diff().ne(1).cumsum()
    tail = growth[run.eq(run.max())].set_index("year")["value"].astype(float)
    before = pd.Series({year - 1: 100.0 for year in tail.index[:1]}, dtype=float)
    return pd.concat([before, 100 * (1 + tail / 100).cumprod()])


def readings_finding(stage: Stage, readings: pd.DataFrame) -> str:
    """Say how much the answer depends on how a multiple is read.

    Parameters
    ----------
    stage : Stage
    readings : DataFrame
        As `base_readings` returns.
    """
    if readings.empty:
        asked = any(goal.target.unit.startswith("pct_of_") for goal in stage.goals)
        if not asked:
            return "No goal is a multiple of a base year."
        return "A multiple of a base year is asked for, but no figure of the base year is used."
    if len(readings) == 1:
        return _only_reading(readings.iloc[0])
    known = readings[readings["probability"].map(isfinite)]
    if known.empty:
        return f"A multiple of a base year is asked for, without a probability: {_why_not(stage)}."
    low, high = known["probability"].min(), known["probability"].max()
    growth = readings["required_growth"].dropna()
    some = "" if len(known) == len(readings) else f" for the {len(known)} that can be projected"
    return (
        f"The multiple of the base year can be read in {len(readings)} ways: they ask for "
        f"{growth.min():.1f} to {growth.max():.1f} % a year, and P {_between(low, high)}{some}."
    )


def _between(low: float, high: float) -> str:
    """Write a range of probabilities; one that is printed alike at both ends as one."""
    ends = [wording.probability(low), wording.probability(high)]
    return f"is {ends[0]}" if ends[0] == ends[1] else f"lies between {ends[0]} and {ends[1]}"


def _why_not(stage: Stage) -> str:
    """Say why no multiple of a base year is projected."""
    reasons = [g.missing for g in stage.goals if g.target.unit.startswith("pct_of_") and g.missing]
    return reasons[0] if reasons else "there are too few figures to project"


def _only_reading(reading: pd.Series) -> str:
    """Say what the one way of reading a multiple asks for."""
    said = "The multiple of the base year can be read in one way only"
    if not isfinite(reading["required_growth"]):
        return f"{said}."
    said = f"{said}: it asks for {reading['required_growth']:.1f} % a year"
    if not isfinite(reading["probability"]):
        return f"{said}; there are too few figures to project."
    return f"{said}, and {wording.equation(reading['probability'])}."
