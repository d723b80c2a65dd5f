"""Tables of the second stage: for `data/processed`, and for reading."""

import numpy as np
import pandas as pd

from helpers.topics.outlook.attainment import attain
from helpers.topics.outlook.goals import Goal, Stage
from helpers.wording import english as wording

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


def outlook_table(stage: Stage, verified: Stage, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Put together what `data/processed/outlook_2035.csv` holds.

    Parameters
    ----------
    stage, verified : Stage
        With all figures asked for, and with those only that a located publication supports.
    scenarios : DataFrame
        As `helpers.topics.outlook.scenarios.scenario_table` returns.

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


def yearly_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out the probability of each goal's level year by year, in words.

    Parameters
    ----------
    table : DataFrame
        As `outlook_table` returns.
    """
    chances = table.pivot_table("probability", "year", "target_id", sort=False).sort_index()
    return chances.map(wording.probability).rename_axis(columns=None)


def twin(stage: Stage, goal: Goal) -> Goal | None:
    """Find the same goal in another stage, if it can be projected there."""
    ids = {other.target.target_id: other for other in stage.open_goals}
    return ids.get(goal.target.target_id)


def at_deadline(stage: Stage, goal: Goal | None) -> float:
    """Probability that the goal's year is at least its level; NaN without a projection."""
    if goal is None or goal.missing or goal.target.target_year not in stage.years(goal):
        return float("nan")
    at = np.flatnonzero(stage.years(goal) == goal.target.target_year)[0]
    return float(stage.probability(goal)[at])


def asked(goal: Goal) -> str:
    """Write what a goal asks for, with its year."""
    target = goal.target
    line = wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )
    return f"{line} in {target.target_year}"


def goal_view(stage: Stage, verified: Stage, scenarios: pd.DataFrame) -> pd.DataFrame:
    """Lay out the goals for reading: what is asked, growth required and past, P with and without.

    Returns
    -------
    DataFrame
        Indexed by indicator and what is asked. Growths in percent a year.
    """
    best = scenarios[scenarios["scenario"].eq("best comparable area")]
    best = best.drop_duplicates("target_id").set_index("target_id")
    rows = []
    for goal in stage.goals:
        target, strict = goal.target, twin(verified, goal)
        known = len(goal.series) > 0
        pace = best.loc[target.target_id] if target.target_id in best.index else None
        decimals = int(goal.latest["decimals"]) if known else 0
        rows.append(
            {
                "indicator": goal.name,
                "asked": asked(goal),
                "document": target.plan,
                "latest": wording.amount(goal.latest["value"], decimals, goal.unit)
                if known
                else "–",
                "year": str(goal.latest["year"]) if known else "–",
                "growth required": wording.number(goal.required, 1),
                "past growth": wording.number(goal.past, 1),
                "best area": "none held"
                if pace is None
                else f"{pace['growth']:.1f} ({pace['of']})",
                "P": wording.probability(at_deadline(stage, goal)),
                "P without unverified": wording.probability(at_deadline(verified, strict)),
                "no projection": goal.missing,
            }
        )
    table = pd.DataFrame(rows)
    return table.set_index(["indicator", "asked"]) if rows else table


def figures_used(stage: Stage) -> list[pd.DataFrame]:
    """Series behind the goals, one an indicator."""
    return list({goal.target.indicator: goal.series for goal in stage.goals}.values())
