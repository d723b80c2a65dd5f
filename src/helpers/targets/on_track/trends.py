"""The two published on-track rules that carry a trend of their own into the target year."""

import numpy as np

from helpers.targets.on_track.cases import PlanCases
from helpers.targets.on_track.verdicts import (
    BROKEN,
    NO_BASE,
    ON_TRACK,
    OVER,
    TOO_FEW,
    TOO_SLOW,
    WRONG_WAY,
    Verdicts,
    graded,
    refusals,
    same_as_base,
    settle,
)

ESCAP_FIRST_YEAR = 2000
DESTATIS_FIGURES, DESTATIS_LEAST = 6, 4


def escap(cases: PlanCases) -> Verdicts:
    """Grade the gap that a time-weighted line leaves, as a share of the way from v_b to T.

    All figures since 2000 count, each with weight 1 / (Y - t_i): up to .10 maintain, up to 1
    accelerate, above (back behind the base) reverse.
    """
    used = _escap_window(cases)
    first = np.take_along_axis(cases.years, used.argmax(axis=1)[:, None], axis=1)[:, 0]
    refused = refusals(
        cases,
        (cases.latest_year >= cases.target_year, OVER),
        (np.isnan(cases.base), NO_BASE),
        (used.sum(axis=1) < 2, TOO_FEW),
        (cases.broken_since(first), BROKEN),
        same_as_base(cases),
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = cases.direction * (cases.level - escap_end(cases)) / np.abs(cases.level - cases.base)
    # Small is good here, so the gap is graded from the other side.
    state = graded(-gap, (-0.1, -1.0))
    return settle(gap, 0.1, state, (ON_TRACK, TOO_SLOW, WRONG_WAY), refused)


def _escap_window(cases: PlanCases) -> np.ndarray:
    return np.isfinite(cases.values) & (cases.years >= ESCAP_FIRST_YEAR)


def escap_end(cases: PlanCases) -> np.ndarray:
    """Value of the time-weighted line in the target year, shape (n,)."""
    used = _escap_window(cases)
    ahead = np.maximum(cases.target_year[:, None] - cases.years, 1)
    weight = used / ahead
    values = np.where(used, cases.values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        weight = weight / weight.sum(axis=1, keepdims=True)
        # Time is counted back from the target year: the line's intercept is the end value.
        centre = (weight * ahead).sum(axis=1)
        mean = (weight * values).sum(axis=1)
        spread = (weight * (ahead - centre[:, None]) ** 2).sum(axis=1)
        slope = (weight * (ahead - centre[:, None]) * values).sum(axis=1) / spread
    return mean - slope * centre


def destatis(cases: PlanCases) -> Verdicts:
    """Grade the miss left if the mean of the last five changes goes on, over the gap of today.

    Reached or missed by under .05 sun, up to .20 sun and cloud, above cloud; thunderstorm where
    the indicator does not move the desired way. From four figures on; the base plays no part.
    """
    first, change, count = destatis_change(cases)
    refused = refusals(
        cases, (count < DESTATIS_LEAST, TOO_FEW), (cases.broken_since(first), BROKEN)
    )
    end = destatis_end(cases)
    moving = cases.direction * change > 0
    missing = cases.direction * (cases.level - end)
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = missing / np.abs(cases.level - cases.latest)
    rounded = np.round(miss, 10)
    # A latest figure on the target leaves no gap to divide by.
    reached = np.where(np.isfinite(miss), rounded <= 0, missing <= 0)
    short = (rounded >= 0.05).astype(int) + (rounded > 0.2)
    state = np.where(reached, 0, np.where(moving, short, 3))
    return settle(miss, 0.2, state, (ON_TRACK, ON_TRACK, TOO_SLOW, WRONG_WAY), refused)


def destatis_change(cases: PlanCases) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First year, mean change a year and number of the last six figures, each of shape (n,)."""
    seen = np.isfinite(cases.values)
    used = seen & (np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] <= DESTATIS_FIGURES)
    column = used.argmax(axis=1)[:, None]
    first = np.take_along_axis(cases.years, column, axis=1)[:, 0]
    start = np.take_along_axis(cases.values, column, axis=1)[:, 0]
    span = np.maximum(cases.latest_year - first, 1)
    return first, (cases.latest - start) / span, used.sum(axis=1)


def destatis_end(cases: PlanCases) -> np.ndarray:
    """Value in the target year if the mean of the last five changes goes on, shape (n,)."""
    left = np.maximum(cases.target_year - cases.latest_year, 0)
    return cases.latest + destatis_change(cases)[1] * left
