"""Verdicts of an on-track rule on many plans, and the grounds on which a rule cannot judge."""

from dataclasses import dataclass

import numpy as np

from helpers.targets.on_track.cases import PlanCases

ON_TRACK, TOO_SLOW, WRONG_WAY = range(3)
READ, NO_FIGURE, OVER, NO_BASE, NO_LATER, BROKEN, NOT_POSITIVE, SAME, TOO_FEW = range(9)
"""Codes of `Verdicts.refused`; 0 means that the rule gives a reading."""


@dataclass(frozen=True)
class Verdicts:
    """What one rule says of n plans.

    Attributes
    ----------
    value : ndarray, shape (n,)
        The ratio as the owner computes it; NaN where there is none.
    bar : ndarray, shape (n,)
        The value that separates on track from too slow.
    state : ndarray of int, shape (n,)
        Position among the owner's states, best first; -1 where refused.
    level : ndarray of int, shape (n,)
        `ON_TRACK`, `TOO_SLOW` or `WRONG_WAY`, for comparison only; -1 where refused.
    refused : ndarray of int, shape (n,)
        Code of the reason why there is no reading; 0 where there is one.
    """

    value: np.ndarray
    bar: np.ndarray
    state: np.ndarray
    level: np.ndarray
    refused: np.ndarray


def settle(
    value: np.ndarray,
    bar: float | np.ndarray,
    state: np.ndarray,
    levels: tuple[int, ...],
    refused: np.ndarray,
) -> Verdicts:
    """Put a rule's answer together; what is refused carries no state.

    Parameters
    ----------
    value, state, refused : ndarray, shape (n,)
    bar : float or ndarray
    levels : tuple of int
        The common level of each of the owner's states.
    """
    read = refused == READ
    state = np.where(read, state, -1)
    level = np.where(read, np.asarray(levels)[state], -1)
    value = np.where(read & np.isfinite(value), value, np.nan)
    return Verdicts(value, np.broadcast_to(bar, value.shape), state, level, refused)


def graded(value: np.ndarray, bars: tuple[float, ...]) -> np.ndarray:
    """Count the bars that a value stays below; rounding keeps a value on the bar there."""
    return sum((np.round(value, 10) < bar).astype(int) for bar in bars)


def refusals(cases: PlanCases, *checks: tuple[np.ndarray, int]) -> np.ndarray:
    """Give the code of the first ground for refusal that holds, shape (n,).

    Parameters
    ----------
    cases : PlanCases
    *checks : tuple of (ndarray of bool, int)
        Grounds of the rule's own and their codes, the weightiest first.
    """
    always = ((np.isnan(cases.latest), NO_FIGURE), (cases.latest_year > cases.target_year, OVER))
    masks, codes = zip(*always, *checks, strict=True)
    return np.select(masks, codes, READ)


def from_base(cases: PlanCases) -> list[tuple[np.ndarray, int]]:
    """Grounds of a rule that compares base and latest figure."""
    return [
        (np.isnan(cases.base), NO_BASE),
        (cases.latest_year <= cases.base_year, NO_LATER),
        (cases.broken_since(cases.base_year), BROKEN),
    ]


def same_as_base(cases: PlanCases) -> tuple[np.ndarray, int]:
    """Give the ground that there is no way from base to level: a ratio over it has no value."""
    return np.isclose(cases.base, cases.level, rtol=1e-12, atol=0), SAME


def not_positive(cases: PlanCases) -> tuple[np.ndarray, int]:
    """Give the ground that compound growth needs positive figures."""
    return (cases.base <= 0) | (cases.latest <= 0) | (cases.level <= 0), NOT_POSITIVE
