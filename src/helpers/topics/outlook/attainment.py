"""In which year a goal is first reached, as a distribution over joint paths."""

import numpy as np
import pandas as pd

from helpers.charts.verdicts import Attainment
from helpers.topics.outlook.goals import Goal, Stage


def attainment(
    paths: np.ndarray, years: np.ndarray, level: float, deadline: int, reached_in: int = 0
) -> Attainment:
    """Count in which year paths first reach a line.

    Parameters
    ----------
    paths : ndarray, shape (count, H)
        Joint paths, as `helpers.forecasting.projection.Projection.paths` draws them.
    years : ndarray of int, shape (H,)
    level : float
    deadline : int
        One of the years.
    reached_in : int
        An earlier year whose published figure passed the line; 0 where there is none.

    Raises
    ------
    ValueError
        If the deadline is none of the years.
    """
    if deadline not in years:
        raise ValueError(f"deadline {deadline} lies outside {years[0]} to {years[-1]}")
    above = paths >= level
    reached = np.logical_or.accumulate(above, axis=1) | bool(reached_in)
    before = np.concatenate([np.full((len(paths), 1), bool(reached_in)), reached[:, :-1]], axis=1)
    at = int(np.flatnonzero(years == deadline)[0])
    return Attainment(
        years=years,
        first=(reached & ~before).mean(axis=0),
        reached_in=reached_in,
        never=float((~reached[:, -1]).mean()),
        deadline=deadline,
        held=float(above[:, at].mean()),
        lost=float((reached[:, at] & ~above[:, at]).mean()),
        not_yet=float((~reached[:, at]).mean()),
        dips=float((before & ~above).any(axis=1).mean()),
    )


def attain(stage: Stage, goal: Goal) -> Attainment:
    """Find when a goal is first reached; it must be one of `stage.open_goals`."""
    return attainment(
        stage.paths(goal), stage.years(goal), goal.level, goal.target.target_year, goal.reached_in
    )


def attainment_table(stage: Stage) -> pd.DataFrame:
    """Lay out all goals that can be projected.

    Returns
    -------
    DataFrame
        Columns target_id, deadline, reached_in (0: not yet), then probabilities: by the deadline
        (`probability_by`), at it (`probability_held`), reached and lost again by it
        (`probability_lost`), not by the last year (`probability_never`), below the line again in
        some year (`probability_dips`); and `median_year`, the first year by which the line is
        reached with a probability of a half (missing where that is later than the last).
    """
    rows = []
    for goal in stage.open_goals:
        found = attain(stage, goal)
        half = found.years[found.by_year >= 0.5]
        rows.append(
            {
                "target_id": goal.target.target_id,
                "deadline": found.deadline,
                "reached_in": found.reached_in,
                "probability_by": 1 - found.not_yet,
                "probability_held": found.held,
                "probability_lost": found.lost,
                "probability_never": found.never,
                "probability_dips": found.dips,
                "median_year": found.reached_in or (int(half[0]) if len(half) else pd.NA),
            }
        )
    columns = ["target_id", "deadline", "reached_in", "probability_by", "probability_held",
               "probability_lost", "probability_never", "probability_dips",
               "median_year"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).astype({"median_year": "Int64"})
