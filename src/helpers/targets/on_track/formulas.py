"""The arithmetic of seven published on-track rules, for many plans at once.

Every rule has one signature, `rule(cases) -> Verdicts`. Who owns it, in which words and how surely
the summary is known stands in `helpers.targets.on_track.registry`. v_b is the base figure, v_t the
latest one, T the level of the target year Y; g and r are the observed and the required compound
growth a year.
"""

from collections.abc import Callable

import numpy as np

from helpers.targets.on_track.cases import PlanCases
from helpers.targets.on_track.trends import destatis, escap
from helpers.targets.on_track.verdicts import (
    NO_LATER,
    NOT_POSITIVE,
    ON_TRACK,
    SAME,
    TOO_SLOW,
    WRONG_WAY,
    Verdicts,
    from_base,
    graded,
    not_positive,
    refusals,
    same_as_base,
    settle,
)


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
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = observed / required
    levels = (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY)
    return settle(ratio, 0.95, graded(ratio, (0.95, 0.6, 0.0)), levels, refused)


def open_sdg(cases: PlanCases) -> Verdicts:
    """Grade R = d g / abs(r) as the program does: a target that is met now comes first.

    A base of 0 or a level of 0 is replaced by .001, a missing base by the next year with a figure,
    and the sign turns where all values are negative, as the program has it.
    """
    cases = cases.from_next_figure()
    base, level = (np.where(v == 0, 0.001, v) for v in (cases.base, cases.level))
    latest = cases.latest
    observed = compound_growth(base, latest, cases.latest_year - cases.base_year)
    required = compound_growth(base, level, cases.target_year - cases.base_year)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.sign(base) * cases.direction * observed / np.abs(required)
    achieved = cases.direction * (latest - cases.level) >= 0
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
    with np.errstate(divide="ignore", invalid="ignore"):
        way = (unsd_end(cases) - cases.base) / (cases.level - cases.base)
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
    achieved = cases.direction * (cases.latest - cases.level) >= 0
    same, code = same_as_base(cases)
    refused = refusals(cases, *from_base(cases), (same & ~achieved, code))
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.abs(cases.level - cases.base)
        ratio = cases.direction * (cases.latest - cases.base) / needed / cases.elapsed
    state = np.where(achieved, 0, graded(ratio, (1.0, 0.5, 0.0)))
    return settle(ratio, 1.0, state, (ON_TRACK, TOO_SLOW, TOO_SLOW, WRONG_WAY), refused)


def half_time(cases: PlanCases) -> Verdicts:
    """Hold the share of the way done, (v_t - v_b) / (T - v_b), against the share of time gone."""
    refused = refusals(cases, *from_base(cases), same_as_base(cases))
    with np.errstate(divide="ignore", invalid="ignore"):
        done = (cases.latest - cases.base) / (cases.level - cases.base)
    on_time = np.isclose(done, cases.elapsed, rtol=0, atol=1e-10)
    late = np.where(done < cases.elapsed, 3, 1)
    state = np.where(np.round(done, 10) >= 1, 0, np.where(on_time, 2, late))
    verdicts = settle(done, cases.elapsed, state, (ON_TRACK, ON_TRACK, ON_TRACK, TOO_SLOW), refused)
    # The slogan has one word for all who are late; who lost ground is told apart here.
    back = (verdicts.level == TOO_SLOW) & (np.round(done, 10) < 0)
    level = np.where(back, WRONG_WAY, verdicts.level)
    return Verdicts(verdicts.value, verdicts.bar, verdicts.state, level, verdicts.refused)


FORMULAS: dict[str, Callable[[PlanCases], Verdicts]] = {
    "eurostat": eurostat,
    "open_sdg": open_sdg,
    "unsd": unsd,
    "escap": escap,
    "sdsn": sdsn,
    "destatis": destatis,
    "half_time": half_time,
}
"""The seven rules by name."""
