"""Published rules that say whether a numeric target is on track, each as its owner defines it.

The arithmetic stands in `helpers.targets.on_track.formulas`, and who owns a rule in
`helpers.targets.on_track.registry`; this module lays the answers of all rules to one plan side by
side.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.targets.on_track.cases import PlanCases, plan_case
from helpers.targets.on_track.formulas import FORMULAS
from helpers.targets.on_track.reasons import basis, caution, disagreement, refusal
from helpers.targets.on_track.registry import RULES, Rule
from helpers.targets.on_track.verdicts import Verdicts

LEVELS = ("on track", "too slow", "wrong way")
"""The common reading, for comparison only; a met target counts as on track."""

COLUMNS = [
    "rule",
    "owner",
    "value",
    "bar",
    "state",
    "level",
    "refused",
    "sound",
    "caution",
    "base_year",
    "base_value",
    "latest_year",
    "latest_value",
    "window",
    "certainty",
    "why",
]


@dataclass(frozen=True)
class Reading:
    """What one rule says of one target.

    Attributes
    ----------
    rule : str
        Name of the rule, one of `helpers.targets.on_track.registry.RULES`.
    value : float
        The ratio as the owner computes it; NaN if none.
    bar : float
        The value that separates on track from too slow.
    state : str
        In the owner's words; empty where refused.
    level : str
        One of `LEVELS`; empty where refused.
    refused : str
        Why there is no reading; empty where there is one.
    sound : bool
        Whether the reading can be taken at face value; False where refused.
    caution : str
        Why it cannot, and which breaks of definition it rests on.
    """

    rule: str
    value: float
    bar: float
    state: str
    level: str
    refused: str
    sound: bool
    caution: str


def read_rule(rule: Rule, cases: PlanCases) -> Verdicts:
    """Ask one rule about many plans.

    Parameters
    ----------
    rule : Rule
    cases : PlanCases
        n plans.

    Returns
    -------
    Verdicts
        Arrays of shape (n,); `state` counts in `rule.states`.
    """
    return FORMULAS[rule.name](cases)


def unsound(rule: Rule, cases: PlanCases) -> np.ndarray:
    """Whether a rule's formula changes sign because the base is past the target, shape (n,)."""
    return cases.base_past & rule.changes_sign


def readings(cases: PlanCases, series: pd.DataFrame | None = None) -> list[Reading]:
    """Ask every rule about one plan.

    Parameters
    ----------
    cases : PlanCases
        One plan.
    series : DataFrame, optional
        The series that it was made from, for the breaks named in `caution`.
    """
    answers = []
    for rule in RULES:
        verdicts = read_rule(rule, cases)
        refused = refusal(rule, verdicts, cases)
        state, level = int(verdicts.state[0]), int(verdicts.level[0])
        bad = bool(unsound(rule, cases)[0])
        answers.append(
            Reading(
                rule=rule.name,
                value=float(verdicts.value[0]),
                bar=float(verdicts.bar[0]),
                state="" if refused else rule.states[state],
                level="" if refused else LEVELS[level],
                refused=refused,
                sound=not refused and not bad,
                caution="" if refused else caution(rule, cases, series, bad),
            )
        )
    return answers


def apply_rules(
    series: pd.DataFrame, *, base_year: int, level: float, target_year: int, direction: int = 1
) -> pd.DataFrame:
    """Lay the readings of all rules for one target side by side.

    Parameters
    ----------
    series : DataFrame
        Known series (as `helpers.vintages.series.known_series`): columns year, value and, where
        there are breaks, spliced_value and break_before. Readings rest on the spliced values.
    base_year, target_year : int
        First and last year of the plan.
    level : float
        What the target year must reach, in the unit of the series.
    direction : int
        +1 if up is good, -1 if down is.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a rule in the order of `RULES`. `why` says in words what the rule
        compared and, where its level is not that of most rules, whether its base year, its window
        or its formula makes the difference.

    Raises
    ------
    helpers.problems.InputError
        If a year is given twice, the plan has no length, or the level or direction is unusable.
    """
    cases = plan_case(
        series, base_year=base_year, level=level, target_year=target_year, direction=direction
    )
    answers = readings(cases, series)
    straight = readings(cases.straightened())
    rows = []
    for rule, answer, on_line in zip(RULES, answers, straight, strict=True):
        why = answer.refused or basis(rule, cases)
        if not answer.refused:
            why += disagreement(rule, answer, on_line, answers)
        rows.append(
            {
                **vars(answer),
                "owner": rule.owner,
                "base_year": int(cases.base_year[0]) if rule.window == "plan" else pd.NA,
                "base_value": float(cases.base[0]),
                "latest_year": int(cases.latest_year[0]),
                "latest_value": float(cases.latest[0]),
                "window": rule.window,
                "certainty": rule.certainty,
                "why": why,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"base_year": "Int64"})
