"""The goals of later years as tables: a row a goal, and a row a goal and projected year."""

import numpy as np
import pandas as pd

from helpers.topics.outlook.goals import Goal, Stage, attain
from helpers.topics.outlook.text import asked
from helpers.wording import english as wording

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
