"""What notebook 09 says: the answer, the titles of its charts, and its tables."""

from datetime import date
from math import isfinite, isnan, nan

import pandas as pd

from helpers.charts.series import GoalMark
from helpers.charts.verdicts import Attainment
from helpers.forecasting.calibration import FURTHEST
from helpers.topics.outlook.goals import Goal, Stage, attain
from helpers.topics.outlook.scenarios import PAST, WINDOW, readings_finding
from helpers.vocabulary import AVERAGE, GROWTH
from helpers.wording import english as wording
from helpers.wording.english import STATE_WORDS, counted
from helpers.wording.provenance import unverified_points

NO_YEARS = "No goal can be projected to a level year by year."
NO_SCENARIO = "No goal has both a latest figure and a level, so there is no scenario."
NO_SCENARIO_REACHES = "No scenario is at the level of a goal in any year."
NO_READING = "There is no reading to list."
LEAST_MOVE = 0.0005
"""Smaller moves of a probability are printed as none."""


def answer(
    stage: Stage,
    verified: Stage,
    as_of: date,
    area: str,
    readings: pd.DataFrame,
    reference: pd.DataFrame,
) -> str:
    """Answer the question: what is asked for, how likely it is, with and without doubt.

    Parameters
    ----------
    stage, verified : Stage
        With all figures asked for, and with those only that a located publication supports.
    as_of : date
    area : str
        Its name.
    readings : DataFrame
        As `helpers.topics.outlook.scenarios.base_readings` returns.
    reference : DataFrame
        As `helpers.topics.outlook.past_intervals.reference_record` returns.
    """
    if not stage.goals:
        return (
            f"As known on **{as_of}**, no document names a level for {area} for a year after "
            f"{stage.since_year} and up to {stage.last_year}."
        )
    plans = len({goal.target.plan for goal in stage.goals})
    head = (
        f"As known on **{as_of}**, {counted(len(stage.goals), 'goal')} for {area} for years after "
        f"{stage.since_year} {'stands' if len(stage.goals) == 1 else 'stand'} in "
        f"{counted(plans, 'document')}:"
    )
    lines = [f"- **{goal.name}, {asked(goal)}**: {_outlook(stage, goal)}" for goal in stage.goals]
    more = [readings_finding(stage, readings)] if len(readings) else []
    more += [limit_of(stage)] if limit_of(stage) else []
    if any(isfinite(goal.chance) for goal in stage.goals):
        more.append(_tested(reference))
    return "\n".join([head, "", *lines, "", *more, doubts(stage, verified)])


def limit_of(stage: Stage) -> str:
    """Say that nothing is projected as far as was asked for; "" where it is."""
    latest = [int(goal.latest["year"]) for goal in stage.goals if len(goal.series)]
    if not latest or stage.last_year <= min(latest) + FURTHEST:
        return ""
    return (
        f"The spread was learned up to {FURTHEST} years ahead: no probability is given for a year "
        "further from the latest figure."
    )


def _tested(reference: pd.DataFrame) -> str:
    """Say how such bands fared at the longest horizon that was tested."""
    row, ahead = reference.iloc[-1], int(reference.index[-1])
    return (
        f"Of {row['series']:,.0f} public series {row['covers80']:.0f} % lay inside bands of 80 % "
        f"after {ahead} years."
    )


def _outlook(stage: Stage, goal: Goal) -> str:
    if goal.state:
        return f"{goal.missing}."
    if goal.missing:
        return f"no probability: {goal.missing}."
    said = f"{wording.equation(goal.chance)} ({wording.likelihood(goal.chance)})"
    growth = _growth(goal)
    if not goal.has_line:
        return "; ".join([said, *growth, _no_year(goal)]) + "."
    found = attain(stage, goal)
    if found.reached_in:
        return (
            f"passed in {found.reached_in}; {wording.equation(goal.chance)} that it still is in "
            f"{found.deadline}."
        )
    never = f"{wording.probability(found.never)} not by {found.years[-1]}"
    return f"{said}; {', '.join(growth)}; {never}." if growth else f"{said}; {never}."


def _growth(goal: Goal) -> list[str]:
    """Say what growth a goal requires, and what there was; what is not known is left out."""
    said = []
    if isfinite(goal.required):
        said.append(f"{rate(goal.required)} a year is required")
    if isfinite(goal.past):
        said.append(f"{_span(goal)} brought {rate(goal.past)}")
    return said


def rate(growth: float) -> str:
    """Write growth in percent, with as many digits as keep a small one from looking like none."""
    decimals = 1 if round(abs(growth), 1) or not growth else 2
    shown = f"{growth:.{decimals}f}"
    return f"{shown.removeprefix('-') if not float(shown) else shown} %"


def _span(goal: Goal) -> str:
    """Name the years over which past growth is taken."""
    last = int(goal.latest["year"])
    first = int(goal.series.loc[goal.series["year"].ge(last - WINDOW), "year"].min())
    return "the last five years" if last - first == WINDOW else f"{first} to {last}"


def _no_year(goal: Goal) -> str:
    """Say why an open goal has no year of attainment."""
    if goal.target.counted_from is not None:
        return f"the base year {goal.target.counted_from} is open too, so no level is named yet"
    return "a mean over the plan is reached in no single year"


def doubts(stage: Stage, verified: Stage) -> str:
    """Say how many points are unverified, and how far the probabilities move without them."""
    figures = figures_used(stage)
    said = [unverified_points(*figures)]
    if not any(frame["grade"].eq("unverified").any() for frame in figures):
        return said[0]
    strict = {goal.target.target_id: goal.chance for goal in verified.goals}
    ours = [goal for goal in stage.goals if isfinite(goal.chance)]
    differences = [abs(strict.get(goal.target.target_id, nan) - goal.chance) for goal in ours]
    moves = [move for move in differences if isfinite(move)]
    lost = len(differences) - len(moves)
    if moves and max(moves) < LEAST_MOVE:
        said.append(f"Without them no probability moves by {LEAST_MOVE} or more.")
    elif moves:
        said.append(f"Without them a probability moves by at most {max(moves):.3f}.")
    if lost:
        said.append(f"Without them {counted(lost, 'goal')} can no longer be projected.")
    return " ".join(said)


def goal_marks(stage: Stage, goal: Goal) -> list[GoalMark]:
    """Lines for a chart: all goals of the indicator, with their documents' numbers."""
    own = [g for g in stage.goals if g.target.indicator == goal.target.indicator]
    return [
        GoalMark(
            g.target.target_year,
            g.level,
            f"{wording.number(g.target.value, g.target.decimals)}"
            + (f" % of {g.target.base_year}" if g.target.unit.startswith("pct_of_") else "")
            + f" in {g.target.target_year}",
        )
        for g in own
        if not isnan(g.level)
    ]


def by_indicator(stage: Stage) -> list[Goal]:
    """One goal that can be projected an indicator: the last of it."""
    return list({goal.target.indicator: goal for goal in stage.open_goals}.values())


def fan_title(stage: Stage, goal: Goal) -> str:
    """Title of a fan: the probability of each goal of the indicator."""
    own = [g for g in stage.open_goals if g.target.indicator == goal.target.indicator]
    said = "; ".join(f"{wording.equation(g.chance)} for {asked(g)}" for g in own)
    return f"{goal.name}: {said}"


def attainment_title(stage: Stage) -> str:
    """Title of the years of attainment: how many goals are there, likely, or not."""
    found = [attain(stage, goal) for goal in stage.open_goals]
    there = sum(bool(one.reached_in) for one in found)
    likely = sum(not one.reached_in and 1 - one.not_yet >= 0.5 for one in found)
    rest = len(found) - there - likely
    said = [f"{there} {'is' if there == 1 else 'are'} reached"] if there else []
    said += [f"{likely} more likely than not by the year set"] if likely else []
    said += [f"{rest} less likely than not by the year set"] if rest else []
    return (
        f"Of {counted(len(found), 'goal')} " + ", ".join(said) if found else "No goal is projected"
    )


def attainment_rows(stage: Stage) -> list[tuple[str, str, Attainment]]:
    """Rows for `helpers.charts.attainment_chart`: label, remark and distribution."""
    rows = []
    for goal in stage.open_goals:
        found = attain(stage, goal)
        remark = (
            f"passed in {found.reached_in}; below again in {found.deadline}: "
            f"{wording.probability(found.lost)}"
            if found.reached_in
            else f"reached and lost again by {found.deadline}: {wording.probability(found.lost)}"
        )
        rows.append((f"{goal.name}: {asked(goal)}", remark, found))
    return rows


def scenario_title(stage: Stage, goal: Goal, scenarios: pd.DataFrame) -> str:
    """Title of scenarios: where the past trend would lead, and what growth the goals ask for.

    Parameters
    ----------
    stage : Stage
    goal : Goal
        Any of its indicator.
    scenarios : DataFrame
        Columns indicator, scenario, growth, year and value, in order of year.
    """
    own = scenarios[scenarios["indicator"].eq(goal.target.indicator)]
    trend = own[own["scenario"].eq(PAST)]
    needs = [
        _need(g)
        for g in stage.goals
        if g.target.indicator == goal.target.indicator and not isnan(g.level)
    ]
    if trend.empty:
        return f"{goal.name}: " + "; ".join(needs)
    return "; ".join([f"{goal.name}: {_lately(goal, trend)}", *needs])


def _need(goal: Goal) -> str:
    """Say what growth a goal asks for, or what has become of it."""
    if goal.state:
        return f"{asked(goal)} is {STATE_WORDS[goal.state]}"
    if goal.reached_in:
        return f"{asked(goal)} is passed already"
    if not isfinite(goal.required):
        return f"{asked(goal)} has no year left"
    return f"{asked(goal)} asks for {rate(goal.required)}"


def _lately(goal: Goal, trend: pd.DataFrame) -> str:
    """Say where the past trend would lead, or when it would leave the range of the indicator."""
    growth = rate(trend["growth"].iloc[-1]).replace("-", "\N{MINUS SIGN}")
    beyond = trend.loc[trend["value"].isna(), "year"]
    if len(beyond):
        return (
            f"at {growth} a year as lately it would pass 100 % in {beyond.min()}, which a share "
            "cannot"
        )
    last = trend.iloc[-1]
    value = wording.amount(last["value"], int(goal.latest["decimals"]), goal.unit)
    return f"at {growth} a year as lately it would be {value} in {last['year']}"


def past_title(bands: pd.DataFrame, horizon: int) -> str:
    """Title of past bands: how many held what came, and how wide they were."""
    own = bands[bands["horizon"].eq(horizon)]
    if own.empty:
        return f"No band of {counted(horizon, 'year')} has run its course"
    wide = (own["upper80"] / own["lower80"]).median()
    return (
        f"{own['inside80'].sum()} of {counted(len(own), 'band')} of {counted(horizon, 'year')} "
        f"held what came (80 % were meant to); the upper bound was {wide:.1f} times the lower"
    )


def width_now(stage: Stage, horizon: int) -> str:
    """Say how wide the band at a horizon is now, for each indicator."""
    said = []
    for goal in by_indicator(stage):
        table = stage.intervals(goal)
        row = table[table["horizon"].eq(horizon)]
        if len(row):
            ratio = float((row["upper80"] / row["lower80"]).iloc[0])
            said.append(f"{ratio:.1f} for {goal.name}")
    if not said:
        return f"No goal is projected {counted(horizon, 'year')} ahead."
    span = counted(horizon, "year")
    return f"Now the upper bound of {span}, over the lower, is " + "; ".join(said) + "."


SCENARIO_COLUMNS = {
    "no change": "scenario_no_change",
    "past trend": "scenario_past_trend",
    "best comparable area": "scenario_best_area",
    "required": "scenario_required",
}
BOUNDS = ["median", "lower50", "upper50", "lower80", "upper80", "lower95", "upper95"]
COLUMNS = ["target_id", "indicator", "area", "target_year", "target_level", "year", *BOUNDS,
           "probability", "probability_verified", "probability_first", "probability_reached",
           *SCENARIO_COLUMNS.values()]  # fmt: skip
GOAL_COLUMNS = ["target_id", "document", "asked", "latest", "required_growth", "past_growth",
                "probability", "probability_verified", "missing"]  # fmt: skip


def outlook_table(stage: Stage, verified: Stage, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Put together what `data/processed/outlook_2035.csv` holds.

    Parameters
    ----------
    stage, verified : Stage
        With all figures asked for, and with those only that a located publication supports.
    scenarios : DataFrame
        Columns target_id, scenario, year and value: where each scenario leads.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a goal and projected year: intervals in the unit of the
        indicator; `probability` that the year is at least the level, `probability_first` that it
        is the first such year, `probability_reached` that it or an earlier one is; values under
        each scenario (missing where there is none).
    """
    parts = [_goal_rows(stage, verified, goal, scenarios) for goal in stage.open_goals]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def _goal_rows(stage: Stage, verified: Stage, goal: Goal, scenarios: pd.DataFrame) -> pd.DataFrame:
    target, found = goal.target, attain(stage, goal)
    table = stage.intervals(goal).drop(columns=["origin_year", "horizon"])
    table = table.assign(
        target_id=target.target_id,
        indicator=target.indicator,
        area=target.area,
        target_year=target.target_year,
        target_level=goal.level,
        probability=stage.probability(goal),
        probability_first=found.first,
        probability_reached=found.by_year,
    )
    own = scenarios[scenarios["target_id"].eq(target.target_id)]
    paths = own.pivot_table(index="year", columns="scenario", values="value")
    for scenario, column in SCENARIO_COLUMNS.items():
        values = paths[scenario] if scenario in paths else pd.Series(dtype=float)
        table[column] = table["year"].map(values).astype(float)
    strict = twin(verified, goal)
    chances = pd.Series(dtype=float)
    if strict is not None:
        chances = pd.Series(verified.probability(strict), index=verified.years(strict))
    return table.assign(probability_verified=table["year"].map(chances).astype(float))


def twin(stage: Stage, goal: Goal) -> Goal | None:
    """Find the same goal in another stage, if it can be projected to its level there."""
    ids = {other.target.target_id: other for other in stage.open_goals}
    return ids.get(goal.target.target_id)


def asked(goal: Goal) -> str:
    """Write what a goal asks for, with its year or those of its plan."""
    target = goal.target
    line = wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )
    if target.asks.statistic in (AVERAGE, GROWTH):
        return f"{line}, {target.plan_years[0]} to {target.plan_years[-1]}"
    return f"{line} in {target.target_year}"


def goal_table(stage: Stage, verified: Stage) -> pd.DataFrame:
    """List the goals: what is asked, the latest figure, growth required and past, how likely.

    Returns
    -------
    DataFrame
        Columns `GOAL_COLUMNS`, one row a goal: asked and latest in words, growths in percent a
        year, `probability_verified` without unverified figures, and missing, why there is no
        projection.
    """
    strict = {goal.target.target_id: goal.chance for goal in verified.goals}
    rows = []
    for goal in stage.goals:
        latest = {}
        if len(goal.series):
            figure = goal.latest
            amount = wording.amount(figure["value"], int(figure["decimals"]), goal.unit)
            latest = {"latest": f"{amount} in {figure['year']}"}
        without = strict.get(goal.target.target_id, nan)
        rows.append(
            {
                "target_id": goal.target.target_id,
                "document": goal.target.plan,
                "asked": asked(goal),
                "required_growth": goal.required,
                "past_growth": goal.past,
                "probability": goal.chance,
                "probability_verified": without,
                "missing": goal.missing,
            }
            | latest
        )
    return pd.DataFrame(rows, columns=GOAL_COLUMNS)


def figures_used(stage: Stage) -> list[pd.DataFrame]:
    """Series behind the goals, one an indicator."""
    return list({goal.target.indicator: goal.series for goal in stage.goals}.values())
