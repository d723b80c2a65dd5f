"""Published on-track rules: who owns each, how surely it is known, and its arithmetic.

Every rule has one signature, `rule(cases) -> Verdicts`, for many plans at once. v_b is the base
figure, v_t the latest one, T the level of the target year Y; g and r are the observed and the
required compound growth a year.
"""

import csv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from helpers.targets.on_track.cases import PlanCases, first_where

ON_TRACK, TOO_SLOW, WRONG_WAY = range(3)
READ, NO_FIGURE, OVER, NO_BASE, NO_LATER, BROKEN, NOT_POSITIVE, SAME, TOO_FEW, NO_PATH = range(10)
"""Codes of `Verdicts.refused`; 0 means that the rule gives a reading."""


@dataclass(frozen=True)
class Rule:
    """A published rule: a row of `registry.csv`, where semicolons part the entries of a list."""

    name: str
    owner: str
    citation: str
    address: str
    """`name`, `owner`, `citation`, `address`: short name; the body; the text that defines it, and
    where it was published."""
    certainty: str
    """How surely this summary is known: "read" (the owner's text or code was read), "partly read",
    "second-hand" (another body's account), "from memory" (to be verified) or "our reading" (a
    slogan, no formula published)."""
    formula: str
    """What is compared with what."""
    states: tuple[str, ...]
    """In the owner's words (Chinese and German in translation), best first."""
    window: str
    """Figures that it looks at: "plan" (base and latest), "since base", "since 2000" or "last
    six"."""
    changes_sign: bool
    """Whether the ratio turns round when the base is already past the target."""
    cannot_judge: tuple[str, ...]
    """Where it gives no reading, or none that holds."""
    note: str
    """What in this summary could not be verified."""


def _rule(row: dict[str, str]) -> Rule:
    facts: dict[str, Any] = dict(row)
    facts |= {name: tuple(row[name].split("; ")) for name in ("states", "cannot_judge")}
    return Rule(**facts | {"changes_sign": row["changes_sign"] == "yes"})


with Path(__file__).with_name("registry.csv").open(encoding="utf-8", newline="") as file:
    RULES = tuple(map(_rule, csv.DictReader(file)))
"""The rules, in the order in which they are shown."""
OWNERS = {rule.name: rule.owner for rule in RULES}


@dataclass(frozen=True)
class Verdicts:
    """What one rule says of n plans."""

    value: np.ndarray
    """Shape (n,). The ratio as the owner computes it; NaN where there is none."""
    bar: np.ndarray
    """Shape (n,). The value that separates on track from too slow."""
    state: np.ndarray
    """Of int, shape (n,). Position among the owner's states, best first; -1 where refused."""
    level: np.ndarray
    """Of int, shape (n,). `ON_TRACK`, `TOO_SLOW` or `WRONG_WAY`, for comparison only; -1 where
    refused."""
    refused: np.ndarray
    """Of int, shape (n,). Code of the reason why there is no reading; 0 where there is one."""


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


def ratio_of(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """Divide, shape (n,); infinite or NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return part / whole


def graded(value: np.ndarray, bars: tuple[float, ...]) -> np.ndarray:
    """Count the bars that a value stays below; rounding keeps a value on the bar there."""
    below = ((np.round(value, 10) < bar).astype(int) for bar in bars)
    return sum(below, start=np.zeros(value.shape, dtype=int))


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


ESCAP_FIRST_YEAR = 2000
DESTATIS_FIGURES, DESTATIS_LEAST = 6, 4


def escap(cases: PlanCases) -> Verdicts:
    """Grade the gap that a time-weighted line leaves, as a share of the way from v_b to T.

    All figures since 2000 count, each with weight 1 / (Y - t_i): up to .10 maintain, up to 1
    accelerate, above (back behind the base) reverse.
    """
    used = _escap_window(cases)
    refused = refusals(
        cases,
        (cases.latest_year >= cases.target_year, OVER),
        (np.isnan(cases.base), NO_BASE),
        (used.sum(axis=1) < 2, TOO_FEW),
        (cases.broken_since(first_where(used, cases.years)), BROKEN),
        same_as_base(cases),
    )
    missing = cases.direction * (cases.level - escap_end(cases))
    gap = ratio_of(missing, np.abs(cases.level - cases.base))
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
    miss = ratio_of(missing, np.abs(cases.level - cases.latest))
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
    first, start = first_where(used, cases.years), first_where(used, cases.values)
    span = np.maximum(cases.latest_year - first, 1)
    return first, (cases.latest - start) / span, used.sum(axis=1)


def destatis_end(cases: PlanCases) -> np.ndarray:
    """Value in the target year if the mean of the last five changes goes on, shape (n,)."""
    left = np.maximum(cases.target_year - cases.latest_year, 0)
    return cases.latest + destatis_change(cases)[1] * left


def compound_growth(first: np.ndarray, last: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Compound growth a year as a share; NaN where the ratio is negative or no year lies between.

    Parameters
    ----------
    first, last : ndarray, shape (n,)
    years : ndarray of int, shape (n,)
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(years > 0, (last / first) ** (1 / np.maximum(years, 1)) - 1, np.nan)


def growth_rates(cases: PlanCases) -> tuple[np.ndarray, np.ndarray]:
    """Observed and required compound growth a year since the base, shares of shape (n,)."""
    observed = compound_growth(cases.base, cases.latest, cases.latest_year - cases.base_year)
    required = compound_growth(cases.base, cases.level, cases.target_year - cases.base_year)
    return observed, required


def eurostat(cases: PlanCases) -> Verdicts:
    """Grade g / r: from .95 significant, from .60 moderate, from 0 insufficient, below away."""
    refused = refusals(cases, *from_base(cases), not_positive(cases), same_as_base(cases))
    observed, required = growth_rates(cases)
    ratio = ratio_of(observed, required)
    levels = (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY)
    return settle(ratio, 0.95, graded(ratio, (0.95, 0.6, 0.0)), levels, refused)


def open_sdg(cases: PlanCases) -> Verdicts:
    """Grade R = d g / abs(r) as the program does: a target that is met now comes first.

    A base of 0 or a level of 0 is replaced by .001, a missing base by the next year with a figure,
    and the sign turns where all values are negative, as the program has it.
    """
    cases = cases.from_next_figure()
    base, level = (np.where(v == 0, 0.001, v) for v in (cases.base, cases.level))
    latest, achieved = cases.latest, cases.achieved
    observed = compound_growth(base, latest, cases.latest_year - cases.base_year)
    required = compound_growth(base, level, cases.target_year - cases.base_year)
    ratio = ratio_of(np.sign(base) * cases.direction * observed, np.abs(required))
    no_base, no_later, broken = from_base(cases)
    # The program only computes the ratio from two figures on; without it a met target stays met.
    alone = no_later[0] & ~np.isnan(base)
    mixed = (base * latest < 0) | (base * level < 0)
    same = np.isclose(base, level, rtol=1e-12, atol=0) & ~alone
    refused = refusals(
        cases,
        no_base,
        (alone & ~achieved, NO_LATER),
        broken,
        (mixed & ~achieved, NOT_POSITIVE),
        (same, SAME),
    )
    state = np.where(achieved, 0, 1 + graded(ratio, (0.95, 0.6, 0.0)))
    levels = (ON_TRACK, ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY)
    return settle(ratio, 0.95, state, levels, refused)


def unsd(cases: PlanCases) -> Verdicts:
    """Grade q = (v_t (1 + g)^(Y - t) - v_b) / (T - v_b): from .95 on track, from .10 fair."""
    refused = refusals(cases, *from_base(cases), not_positive(cases), same_as_base(cases))
    way = ratio_of(unsd_end(cases) - cases.base, cases.level - cases.base)
    return settle(way, 0.95, graded(way, (0.95, 0.1)), (ON_TRACK, TOO_SLOW, WRONG_WAY), refused)


def unsd_end(cases: PlanCases) -> np.ndarray:
    """Value in the target year if the compound growth since the base goes on, shape (n,)."""
    growth = growth_rates(cases)[0]
    left = np.maximum(cases.target_year - cases.latest_year, 0)
    with np.errstate(over="ignore", invalid="ignore"):
        return cases.latest * (1 + growth) ** left


def sdsn(cases: PlanCases) -> Verdicts:
    """Grade the linear rate over the needed one: from 1 on track, from .5 improving, from 0 not.

    A figure beyond the threshold is on track ("or maintaining achievement") whatever its rate.
    """
    same, code = same_as_base(cases)
    refused = refusals(cases, *from_base(cases), (same & ~cases.achieved, code))
    change, needed = cases.latest - cases.base, np.abs(cases.level - cases.base)
    ratio = ratio_of(ratio_of(cases.direction * change, needed), cases.elapsed)
    state = np.where(cases.achieved, 0, graded(ratio, (1.0, 0.5, 0.0)))
    return settle(ratio, 1.0, state, (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY), refused)


def half_time(cases: PlanCases) -> Verdicts:
    """Hold the share of the way done, (v_t - v_b) / (T - v_b), against the share of time gone."""
    refused = refusals(cases, *from_base(cases), same_as_base(cases))
    done = ratio_of(cases.latest - cases.base, cases.level - cases.base)
    on_time = np.isclose(done, cases.elapsed, rtol=0, atol=1e-10)
    late = np.where(done < cases.elapsed, 3, 1)
    state = np.where(np.round(done, 10) >= 1, 0, np.where(on_time, 2, late))
    verdicts = settle(done, cases.elapsed, state, (ON_TRACK, ON_TRACK, ON_TRACK, TOO_SLOW), refused)
    # The slogan has one word for all who are late; who lost ground is told apart here.
    back = (verdicts.level == TOO_SLOW) & (np.round(done, 10) < 0)
    level = np.where(back, WRONG_WAY, verdicts.level)
    return Verdicts(verdicts.value, verdicts.bar, verdicts.state, level, verdicts.refused)


HEALTHY_PEOPLE_BAR = 0.1


def healthy_people(cases: PlanCases) -> Verdicts:
    """Grade movement of figures without a standard error: a tenth of the way, or of the base.

    Met first; then from .1 of the targeted change improving, and from .1 of the base in the wrong
    direction getting worse; anything less is little or no detectable change. The value is the
    percentage of targeted change achieved, and the percentage change from baseline, negative, where
    it moved away.
    """
    moved = cases.direction * (cases.latest - cases.base)
    whole = np.where(moved > 0, np.abs(cases.level - cases.base), np.abs(cases.base))
    refused = refusals(cases, *from_base(cases), ((whole == 0) & ~cases.achieved, NOT_POSITIVE))
    share = ratio_of(moved, whole)
    little = np.round(np.abs(share), 10) < HEALTHY_PEOPLE_BAR
    state = np.where(cases.achieved, 0, np.where(little, 2, np.where(moved > 0, 1, 3)))
    # The owner does not ask whether the pace suffices: improving is not yet on track.
    levels = (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY)
    return settle(share, 1.0, state, levels, refused)


CLOSING_GAP_LEAST = 3
"""A line through two figures leaves nothing to test."""
CHANGE_BAR = 3.841
"""Of the likelihood ratio: the 95 % point of a chi-square distribution with one degree."""


def closing_gap(cases: PlanCases) -> Verdicts:
    """Fit a line since the base year: whether there is change, the wanted way, and enough of it.

    No change where a likelihood-ratio test prefers a constant at 5 %; else worsening, or
    improvement that is on track if the line meets the target in its year. The value is the share of
    the way that the line covers by then.
    """
    slope, end, ratio, count = straight_line(cases)
    refused = refusals(cases, *from_base(cases), (count < CLOSING_GAP_LEAST, TOO_FEW),
                       same_as_base(cases))  # fmt: skip
    moved = cases.direction * slope
    beyond = cases.direction * (end - cases.level)
    way = 1 + ratio_of(beyond, np.abs(cases.level - cases.base))
    enough = np.where(np.round(way, 10) >= 1, 0, 1)
    state = np.where(ratio < CHANGE_BAR, 2, np.where(moved > 0, enough, 3))
    return settle(way, 1.0, state, (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY), refused)


def straight_line(cases: PlanCases) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Slope since the base, value in the target year, likelihood ratio, and number of figures."""
    used = np.isfinite(cases.values) & (cases.years >= cases.base_year[:, None])
    count = np.maximum(used.sum(axis=1), 1)
    years = np.where(used, cases.years - cases.latest_year[:, None], 0.0)
    values = np.where(used, cases.values, 0.0)
    middle, mean = years.sum(axis=1) / count, values.sum(axis=1) / count
    across = np.where(used, years - middle[:, None], 0.0)
    along = np.where(used, values - mean[:, None], 0.0)
    slope = ratio_of((across * along).sum(axis=1), (across**2).sum(axis=1))
    whole = (along**2).sum(axis=1)
    left = ((along - slope[:, None] * across) ** 2).sum(axis=1)
    # What is left of an exact line, or of a constant, is what arithmetic has rounded off.
    tiny = 1e-20 * (values**2).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = count * (np.log(np.maximum(whole, tiny)) - np.log(np.maximum(left, tiny)))
    end = mean + slope * (cases.target_year - cases.latest_year - middle)
    return slope, end, ratio, count


def digital_decade(cases: PlanCases) -> Verdicts:
    """Hold the latest figure against what the plan itself asks of that year.

    Its goals on the way are joined by straight lines, from the base. The value is figure over goal,
    turned round where less is good.
    """
    refused = refusals(cases, *from_base(cases), (np.isnan(cases.path), NO_PATH),
                       ((cases.latest <= 0) | (cases.path <= 0), NOT_POSITIVE))  # fmt: skip
    up = cases.direction > 0
    ratio = ratio_of(np.where(up, cases.latest, cases.path), np.where(up, cases.path, cases.latest))
    back = cases.direction * (cases.latest - cases.base) < 0
    late = np.where(back, 2, 1)
    state = np.where(np.round(ratio, 10) >= 1, 0, late)
    return settle(ratio, 1.0, state, (ON_TRACK, TOO_SLOW, WRONG_WAY), refused)


FORMULAS: dict[str, Callable[[PlanCases], Verdicts]] = {
    formula.__name__: formula
    for formula in (eurostat, open_sdg, unsd, escap, sdsn, destatis, half_time, healthy_people,
                    closing_gap, digital_decade)
}  # fmt: skip
"""The rules by name."""
