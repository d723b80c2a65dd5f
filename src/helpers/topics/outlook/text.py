"""What notebook 09 says: the answer, the titles of its charts, and its tables.

Of goals there is a table with a row a goal, and one with a row a goal and projected year.
"""

from math import isfinite, isnan, nan

import numpy as np
import pandas as pd

from helpers.charts.series import GoalMark
from helpers.charts.verdicts import Attainment
from helpers.forecasting.calibration import FURTHEST
from helpers.topics.outlook.goals import WINDOW, Goal, Stage, attain
from helpers.topics.parameters import Parameters
from helpers.vocabulary import AVERAGE, GROWTH
from helpers.wording import english as wording
from helpers.wording.english import counted, unverified_points

LEAST_MOVE = 0.0005
"""Smaller moves of a probability are printed as none."""


def answer(stage: Stage, verified: Stage, run: Parameters, area: str) -> str:
    """Answer the question goal by goal: what is asked for and how likely it is.

    `stage`, `verified`: with all figures asked for, and with those only that a located publication
    supports. `area`: its name.
    """
    lines = [f"- **{goal.name}, {asked(goal)}**: {_outlook(stage, goal)}" for goal in stage.goals]
    if not lines:
        return _head(stage, run, area)
    more = filter(None, [limit_of(stage), doubts(stage, verified)])
    return "\n".join([f"{_head(stage, run, area)}:", "", *lines, "", *more])


def _head(stage: Stage, run: Parameters, area: str) -> str:
    """Say how many goals there are, without a stop if there is one."""
    if not stage.goals:
        return (
            f"As known on **{run.as_of}**, no document names a level for {area} for a year after "
            f"{stage.since_year} and up to {stage.last_year}."
        )
    plans = len({goal.target.plan for goal in stage.goals})
    return (
        f"As known on **{run.as_of}**,\n{counted(len(stage.goals), 'goal')} for {area} for years "
        f"after {stage.since_year} {'stands' if len(stage.goals) == 1 else 'stand'} in "
        f"{counted(plans, 'document')}"
    )


def closing(stage: Stage, run: Parameters, area: str, *findings: str) -> str:
    """Answer in short: the goals by the word of their likelihood, then what was found on the way.

    `area`: its name. `findings`: sentences, as `readings_finding` writes them; empty ones are left
    out.
    """
    if not stage.goals:
        return _head(stage, run, area)
    groups: dict[str, list[str]] = {}
    for goal in sorted(stage.goals, key=lambda goal: -goal.chance if isfinite(goal.chance) else 1):
        words = goal.state or "without a probability"
        words = wording.likelihood(goal.chance) if isfinite(goal.chance) else words
        groups.setdefault(words, []).append(f"{goal.name} ({goal.target.year})")
    lines = [f"- **{words}**: {'; '.join(names)}." for words, names in groups.items()]
    said = [finding for finding in findings if finding]
    return "\n".join([f"{_head(stage, run, area)}.", "", *lines, "", *said])


def limit_of(stage: Stage) -> str:
    """Say that nothing is projected as far as was asked for; "" where it is."""
    latest = [int(goal.latest["year"]) for goal in stage.goals if len(goal.series)]
    if not latest or stage.last_year <= min(latest) + FURTHEST:
        return ""
    return (
        f"The spread was learned up to {FURTHEST} years ahead: no probability is given for a year "
        "further from the latest figure."
    )


def record_finding(record: pd.DataFrame) -> str:
    """Say how bands of 80 % on public series fared at the longest horizon that was tested.

    `record`: indexed by horizon: series, and inside80, the percentage of them inside.
    """
    last = record.iloc[-1]
    return (
        f"Of {last['series']:,.0f} public series {last['inside80']:.0f} % lay inside bands of 80 % "
        f"after {record.index[-1]} years."
    )


def pace_finding(growth: pd.DataFrame) -> str:
    """Say how many goals ask for more than the last years brought, and than the best area did.

    `growth`: a row a goal and a column a scenario, as far as there are any; percent a year.
    """
    table = growth.reindex(columns=["required", "past trend", "best comparable area"])
    asking = table.dropna(subset=["required", "past trend"])
    if asking.empty:
        return "No goal that is still ahead can be held against the growth of the past."
    # A goal that is fallen to requires a negative growth.
    way = np.sign(asking["required"])
    more = (way * asking["required"]).gt(way * asking["past trend"])
    said = (
        f"Of {counted(len(asking), 'goal')} still ahead of the latest figure, "
        f"{_as_many(more.sum())} for more {_pace(asking)} than the last years brought"
    )
    beside = asking.dropna(subset=["best comparable area"])
    if beside.empty:
        return f"{said}; no comparable area holds a series to measure them by."
    way = np.sign(beside["required"])
    faster = (way * beside["required"]).gt(way * beside["best comparable area"]).sum()
    known = f"known of {len(beside)}"
    return f"{said}; {_as_many(faster)} for more than the best comparable area, {known}."


def _pace(asking: pd.DataFrame) -> str:
    """Name what goals ask for: growth, a fall, or either."""
    falls = asking["required"].lt(0)
    return "of a fall" if falls.all() else "growth or fall" if falls.any() else "growth"


def _as_many(count: int) -> str:
    return "none asks" if not count else f"{count} {'asks' if count == 1 else 'ask'}"


def readings_finding(stage: Stage, readings: pd.DataFrame) -> str:
    """Say how much the answer depends on how a multiple of a base year is read.

    `readings`: columns required_growth (percent a year) and probability, one row a reading.
    """
    multiples = [goal for goal in stage.goals if goal.target.unit.startswith("pct_of_")]
    if not multiples:
        return "No goal is a multiple of a base year."
    if readings.empty:
        return "A multiple of a base year is asked for, but no figure of the base year is used."
    growth, known = readings["required_growth"].dropna(), readings["probability"].dropna()
    said = f"A multiple of a base year can be read in {counted(len(readings), 'way')}"
    if len(growth):
        asks = ": it asks" if len(readings) == 1 else ", which ask"
        low, high = (f"{end:.1f}" for end in (growth.min(), growth.max()))
        said += f"{asks} for {low if low == high else f'{low} to {high}'} % a year"
    if known.empty:
        why = next((goal.missing for goal in multiples if goal.missing), "too few figures")
        return f"{said}, without a probability: {why}."
    ends = [wording.probability(known.min()), wording.probability(known.max())]
    span = f"is {ends[0]}" if ends[0] == ends[1] else f"lies between {ends[0]} and {ends[1]}"
    some = "" if len(known) == len(readings) else f" for the {len(known)} that can be projected"
    return f"{said}, and P {span}{some}."


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
    last = int(goal.latest["year"])
    first = int(goal.series.loc[goal.series["year"].ge(last - WINDOW), "year"].min())
    return "the last five years" if last - first == WINDOW else f"{first} to {last}"


def _no_year(goal: Goal) -> str:
    if goal.target.counted_from is not None:
        return f"the base year {goal.target.counted_from} is open too, so no level is named yet"
    kind = "a mean" if goal.target.asks.statistic == AVERAGE else "a total"
    return f"{kind} over the plan is reached in no single year"


def doubts(stage: Stage, verified: Stage) -> str:
    """Say how many points are unverified, and how far the probabilities move without them."""
    # Goals of one indicator share a series.
    figures = list({goal.target.indicator: goal.series for goal in stage.goals}.values())
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
            + f" in {g.target.year}",
        )
        for g in own
        if not isnan(g.level)
    ]


def fan_title(stage: Stage, goal: Goal) -> str:
    """Title of a fan: the probability of each goal of the indicator."""
    own = [g for g in stage.open_goals if g.target.indicator == goal.target.indicator]
    said = "; ".join(f"{wording.equation(g.chance)} for {asked(g)}" for g in own)
    first, _, others = said.partition("; ")
    return f"{first}; {goal.name}{f': {others}' if others else ''}"


def attainment_title(stage: Stage) -> str:
    """Title of the years of attainment: how many goals are there, likely, or not."""
    found = [attain(stage, goal) for goal in stage.open_goals]
    there = sum(bool(one.reached_in) for one in found)
    likely = sum(not one.reached_in and 1 - one.not_yet >= 0.5 for one in found)
    rest = len(found) - there - likely
    said = [f"{there} {'is' if there == 1 else 'are'} reached"] if there else []
    said += [f"{likely} more likely than not by the year set"] if likely else []
    said += [f"{rest} less likely{'' if likely else ' than not by the year set'}"] if rest else []
    return (
        f"Of {counted(len(found), 'goal')} " + ", ".join(said) if found else "No goal is projected"
    )


def attainment_rows(stage: Stage) -> list[tuple[str, str, Attainment]]:
    """Rows for `helpers.charts.attainment_chart`: label, remark and distribution."""
    rows = []
    for goal in stage.open_goals:
        found = attain(stage, goal)
        lost = f"{found.deadline}: {wording.probability(found.lost)}"
        remark = f"reached and lost again by {lost}"
        if found.reached_in:
            side = "above" if goal.falls else "below"
            remark = f"passed in {found.reached_in}; {side} again in {lost}"
        rows.append((f"{goal.name}: {asked(goal)}", remark, found))
    return rows


def past_title(bands: pd.DataFrame, horizon: int) -> str:
    """Title of past bands: how many held what came, and how wide they were."""
    own = bands[bands["horizon"].eq(horizon)]
    if own.empty:
        return f"No band of {counted(horizon, 'year')} has run its course"
    wide = (own["upper80"] / own["lower80"]).median()
    # A band that reaches down to zero is no multiple wide.
    width = f"; the upper bound was {wide:.1f} times the lower" if isfinite(wide) else ""
    return (
        f"{own['inside80'].sum()} of {counted(len(own), 'band')} of {counted(horizon, 'year')} "
        f"held what came (80 % were meant to){width}"
    )


def asked(goal: Goal) -> str:
    """Write what a goal asks for, with its year or those of its plan."""
    target = goal.target
    line = wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high,
        base=str(target.base_year or ""),
    )  # fmt: skip
    if target.asks.over_years or target.asks.statistic == GROWTH:
        return f"{line}, {target.plan_years[0]} to {target.plan_years[-1]}"
    return f"{line} in {target.year}"


GROWTHS = {
    "no change": "scenario_no_change",
    "past trend": "scenario_past_trend",
    "best comparable area": "scenario_best_area",
    "required": "scenario_required",
}
"""Scenarios, and the column of `outlook_2035.csv` in which each stands."""
BOUNDS = ["median", "lower50", "upper50", "lower80", "upper80", "lower95", "upper95"]
TABLE_COLUMNS = ["target_id", "indicator", "area", "target_year", "target_level", "year", *BOUNDS,
                 "probability", "probability_verified", "probability_first", "probability_reached",
                 *GROWTHS.values()]  # fmt: skip
"""Columns of `outlook_2035.csv`: intervals in the unit of the indicator; `probability` that the
year is at the level or past it, `probability_first` that it is the first such year,
`probability_reached` that it or an earlier one is; values under each scenario (missing where there
is none)."""
_NUMBERS = ["base_year", "multiple", "latest_year", "latest", "ceiling", "level", "direction",
            "past_growth", "probability"]  # fmt: skip
_GOAL = ["target_id", "indicator", "document", "asked", "stands", "deadline", "state", "missing",
         *_NUMBERS]  # fmt: skip


def goal_table(stage: Stage) -> pd.DataFrame:
    """List the goals: what is asked, where the indicator stands, and how likely it is.

    Returns
    -------
    DataFrame
        Indexed by target_id: indicator, document; asked and stands in words; deadline; state and
        missing as of `Goal`; base_year and multiple of it in percent, where the goal is one;
        latest_year and latest, the latest figure; the ceiling that a share cannot pass (infinite
        for others); level; direction, 1 where it is to be risen to and -1 where fallen to;
        past_growth in percent a year; probability.
    """
    rows = [_goal_row(goal) for goal in stage.goals]
    table = pd.DataFrame(rows, columns=_GOAL).set_index("target_id")
    return table.astype(dict.fromkeys(_NUMBERS, float))


def _goal_row(goal: Goal) -> dict:
    target = goal.target
    row = {
        "target_id": target.target_id,
        "indicator": target.indicator,
        "document": target.plan,
        "asked": asked(goal),
        "stands": "",
        "deadline": target.target_year,
        "state": goal.state,
        "missing": goal.missing,
        "ceiling": 100.0 if goal.scale in ("logit", "share") else np.inf,
        "level": goal.level,
        "direction": -1.0 if goal.falls else 1.0,
        "past_growth": goal.past,
        "probability": goal.chance,
    }
    if target.unit.startswith("pct_of_"):
        row |= {"base_year": target.base_year, "multiple": target.value}
    if len(goal.series):
        year, value = int(goal.latest["year"]), float(goal.latest["value"])
        amount = wording.amount(value, int(goal.latest["decimals"]), goal.unit)
        row |= {"latest_year": year, "latest": value, "stands": f"{amount} in {year}"}
    return row


def year_by_year(stage: Stage) -> pd.DataFrame:
    """Put together what is projected of each goal: one row a goal and year.

    Returns
    -------
    DataFrame
        Those of `TABLE_COLUMNS` that one projection knows.
    """
    parts = [_years(stage, goal) for goal in stage.open_goals]
    known = [name for name in TABLE_COLUMNS if not name.startswith(("scenario", "probability_v"))]
    if not parts:
        return pd.DataFrame(columns=known).astype({"target_id": str, "year": int})
    return pd.concat(parts, ignore_index=True)[known]


def _years(stage: Stage, goal: Goal) -> pd.DataFrame:
    target, found = goal.target, attain(stage, goal)
    return stage.intervals(goal).assign(
        target_id=target.target_id,
        indicator=target.indicator,
        area=target.area,
        target_year=target.target_year,
        target_level=goal.level,
        probability=stage.probability(goal),
        probability_first=found.first,
        probability_reached=found.by_year,
    )
