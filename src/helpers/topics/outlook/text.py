"""What notebook 09 says: the answer, and the titles of its charts."""

from datetime import date
from math import isnan

import pandas as pd

from helpers.charts.series import GoalMark
from helpers.topics.outlook.attainment import attain
from helpers.topics.outlook.goals import Goal, Stage
from helpers.topics.outlook.layout import asked, at_deadline, figures_used, twin
from helpers.topics.outlook.readings import readings_finding
from helpers.topics.outlook.scenarios import PAST
from helpers.wording import english as wording
from helpers.wording.english import counted
from helpers.wording.provenance import unverified_points


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
        As `helpers.topics.outlook.readings.base_readings` returns.
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
    more = [readings_finding(readings)] if len(readings) else []
    return "\n".join([head, "", *lines, "", *more, _tested(reference), doubts(stage, verified)])


def _tested(reference: pd.DataFrame) -> str:
    """Say how such bands fared at the longest horizon that was tested."""
    row, ahead = reference.iloc[-1], int(reference.index[-1])
    return (
        f"Of {row['series']:,.0f} public series {row['covers80']:.0f} % lay inside bands of 80 % "
        f"after {ahead} years."
    )


def _outlook(stage: Stage, goal: Goal) -> str:
    if goal.missing:
        return f"no probability: {goal.missing}."
    found, chance = attain(stage, goal), at_deadline(stage, goal)
    growth = (
        f"{goal.required:.1f} % a year is required, the last five years brought {goal.past:.1f} %"
    )
    if found.reached_in:
        return (
            f"passed in {found.reached_in}; {wording.equation(chance)} that it still is in "
            f"{found.deadline}."
        )
    return (
        f"{wording.equation(chance)} ({wording.likelihood(chance)}); {growth}; "
        f"{wording.probability(found.never)} not by {stage.last_year}."
    )


def doubts(stage: Stage, verified: Stage) -> str:
    """Say how many points are unverified, and how far the probabilities move without them."""
    points = unverified_points(*figures_used(stage))
    moves, lost = [], 0
    for goal in stage.open_goals:
        without = at_deadline(verified, twin(verified, goal))
        lost += isnan(without)
        moves += [] if isnan(without) else [abs(without - at_deadline(stage, goal))]
    said = [points]
    if moves:
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
    said = "; ".join(f"{wording.equation(at_deadline(stage, g))} for {asked(g)}" for g in own)
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


def attainment_rows(stage: Stage) -> list[tuple[str, str, object]]:
    """Rows for `helpers.figures.attainment_chart`: label, remark and distribution."""
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


def scenarios_of(stage: Stage, goal: Goal, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Pick the scenarios of an indicator: each once, and the growth that each goal requires."""
    ids = [g.target.target_id for g in stage.goals if g.target.indicator == goal.target.indicator]
    own = scenarios[scenarios["target_id"].isin(ids)]
    return own.drop_duplicates(["scenario", "of", "year"]).reset_index(drop=True)


def scenario_title(stage: Stage, goal: Goal, scenarios: pd.DataFrame) -> str:
    """Title of scenarios: where the past trend would lead, and what growth the goals ask for."""
    own = scenarios_of(stage, goal, scenarios)
    trend = own[own["scenario"].eq(PAST)].dropna(subset="value")
    needs = [
        f"{asked(g)} asks for {g.required:.1f} %"
        if g.latest["value"] < g.level
        else f"{asked(g)} is passed already"
        for g in stage.goals
        if g.target.indicator == goal.target.indicator and not isnan(g.level)
    ]
    if trend.empty:
        return f"{goal.name}: " + "; ".join(needs)
    last = trend.iloc[-1]
    value = wording.amount(last["value"], int(goal.latest["decimals"]), goal.unit)
    growth = f"{last['growth']:.1f}".replace("-", "\N{MINUS SIGN}")
    lately = f"{goal.name}: at {growth} % a year as lately it would be {value} in {last['year']}"
    return "; ".join([lately, *needs])


def past_title(bands: pd.DataFrame, horizon: int) -> str:
    """Title of past bands: how many held what came, and how wide they were."""
    own = bands[bands["horizon"].eq(horizon)]
    if own.empty:
        return f"No band of {horizon} years has run its course"
    wide = (own["upper80"] / own["lower80"]).median()
    return (
        f"{own['inside80'].sum()} of {len(own)} bands of {horizon} years held what came (80 % were "
        f"meant to); the upper bound was {wide:.1f} times the lower"
    )


def long_record(own: pd.DataFrame, reference: pd.DataFrame, horizons: range) -> pd.DataFrame:
    """Put the records at long horizons side by side.

    Parameters
    ----------
    own, reference : DataFrame
        As `helpers.topics.outlook.past_intervals.own_record` and `reference_record` return.
    horizons : range
    """
    table = reference.reindex(list(horizons)).add_suffix("_public").join(own.add_suffix("_own"))
    return pd.DataFrame(
        {
            "public series": table["series_public"].astype("Int64"),
            "covers, of 80": table["covers80_public"].round().astype("Int64"),
            "covers, of 95": table["covers95_public"].round().astype("Int64"),
            "upper / lower": table["width80_public"].round(1),
            "own series": table["series_own"].astype("Int64"),
            "own origins": table["origins_own"].astype("Int64"),
            "inside 80": table["inside80_own"].astype("Int64"),
            "inside 95": table["inside95_own"].astype("Int64"),
            "own upper / lower": table["width80_own"].round(1),
        }
    ).rename_axis("years ahead")


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
        return f"No goal is projected {horizon} years ahead."
    return f"Now the upper bound of {horizon} years, over the lower, is " + "; ".join(said) + "."
