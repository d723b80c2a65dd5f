"""What a multiple of a base year can mean: which print of the base, and nominal or real."""

from math import isfinite, nan

import pandas as pd

from helpers.forecasting.members import MIN_POINTS
from helpers.forecasting.series import project_series
from helpers.observations.raw_data import RawData
from helpers.targets.states import required_growth
from helpers.topics.outlook.goals import Goal, Stage
from helpers.topics.parameters import Parameters
from helpers.vintages.series import best_figures, known_on, known_series, open_archive
from helpers.wording import english as wording

COLUMNS = ["target_id", "reading", "base", "level", "required_growth", "past_growth", "probability"]


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
    return pd.DataFrame(rows, columns=COLUMNS)


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
            chances = stage.projected.probability_at_least(level)
            place = stage.projected.names.index(target.indicator)
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
