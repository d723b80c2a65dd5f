"""Published on-track rules, each as its owner defines it, and what it says in words.

Who owns a rule and its arithmetic stand in `helpers.targets.on_track.formulas`; this module lays
the answers of all rules to one plan side by side.
"""

from collections import Counter
from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.targets.on_track import formulas as rule_verdicts
from helpers.targets.on_track.cases import PlanCases
from helpers.targets.on_track.formulas import (
    CLOSING_GAP_LEAST,
    ESCAP_FIRST_YEAR,
    FORMULAS,
    RULES,
    Rule,
    Verdicts,
    destatis_change,
    destatis_end,
    escap_end,
    growth_rates,
    straight_line,
    unsd_end,
)
from helpers.wording import english as wording

LEVELS = ("on track", "too slow", "wrong way")
"""The common reading, for comparison only; a met target counts as on track."""

COLUMNS = [
    "rule",
    "owner",
    "value",
    "bar",
    "state",
    "level",
    "sound",
    "refused",
    "caution",
    "base_year",
    "base_value",
    "latest_year",
    "latest_value",
    "window",
    "why",
    "certainty",
]


@dataclass(frozen=True)
class Reading:
    """What one rule says of one target."""

    rule: str
    """Name of the rule, one of `helpers.targets.on_track.formulas.RULES`."""
    value: float
    """The ratio as the owner computes it; NaN if none."""
    bar: float
    """The value that separates on track from too slow."""
    state: str
    """In the owner's words; empty where refused."""
    level: str
    """One of `LEVELS`; empty where refused."""
    refused: str
    """Why there is no reading; empty where there is one."""
    sound: bool
    """Whether the reading can be taken at face value; False where refused."""
    caution: str
    """Why it cannot, and which breaks of definition it rests on."""

    @property
    def on_track(self) -> bool:
        """Whether the level is the best one."""
        return self.level == LEVELS[0]


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
        verdicts = FORMULAS[rule.name](cases)
        refused = refusal(rule, verdicts, cases)
        state, level = int(verdicts.state[0]), int(verdicts.level[0])
        bad = bool(cases.base_past[0]) and rule.changes_sign
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


def apply_rules(cases: PlanCases, series: pd.DataFrame) -> pd.DataFrame:
    """Lay the readings of all rules for one plan side by side.

    Parameters
    ----------
    cases, series
        As for `readings`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a rule in the order of `RULES`. `why` says in words what the rule
        compared and, where its level is not that of most rules, whether its base year, its window
        or its formula makes the difference.
    """
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
                "base_year": int(cases.base_year[0]) if rule.window in _FROM_BASE else pd.NA,
                "base_value": float(cases.base[0]),
                "latest_year": int(cases.latest_year[0]),
                "latest_value": float(cases.latest[0]),
                "window": rule.window,
                "certainty": rule.certainty,
                "why": why,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS).astype({"base_year": "Int64"})


_FROM_BASE = ("plan", "since base")
_REFUSALS = {
    rule_verdicts.NO_FIGURE: "no figure is known",
    rule_verdicts.OVER: "the figure of {latest_year} is not before the end of the plan, {end}",
    rule_verdicts.NO_BASE: "no figure for the base year {base_year}",
    rule_verdicts.NO_LATER: "no figure after the base year {base_year}",
    rule_verdicts.BROKEN: "the definition changes before {break_year} and no splice joins it",
    rule_verdicts.NOT_POSITIVE: "base, latest figure and target are not all positive",
    rule_verdicts.SAME: "the target equals the base: no way to go, the ratio divides by zero",
    rule_verdicts.TOO_FEW: "too few figures: {count}, it asks for {least}",
    rule_verdicts.NO_PATH: "the plan states no goal for a year on the way",
}
_LEAST = {"since base": CLOSING_GAP_LEAST, "since 2000": 2, "last six": 4}


def refusal(rule: Rule, verdicts: Verdicts, cases: PlanCases) -> str:
    """Say why a rule gives no reading of the first plan; empty where it gives one."""
    code = int(verdicts.refused[0])
    if code == rule_verdicts.READ:
        return ""
    seen = np.isfinite(cases.values[0])
    if rule.window == "since 2000":
        seen = seen & (cases.years[0] >= ESCAP_FIRST_YEAR)
    elif rule.window == "since base":
        seen = seen & (cases.years[0] >= cases.base_year[0])
    broken = cases.years[0][cases.broken[0]]
    return _REFUSALS[code].format(
        latest_year=cases.latest_year[0],
        base_year=cases.base_year[0],
        end=cases.target_year[0],
        break_year=broken[-1] if len(broken) else "",
        count=int(seen.sum()),
        least=_LEAST.get(rule.window, 2),
    )


def caution(rule: Rule, cases: PlanCases, series: pd.DataFrame | None, changed_sign: bool) -> str:
    """Say what keeps a reading from being taken at face value, and which breaks it rests on."""
    parts = []
    if changed_sign:
        base, level = _n(cases.base[0]), _n(cases.level[0])
        parts.append(f"the base {base} is already past {level}, so the formula changes sign")
    if series is not None and "break_before" in series:
        first, last = _first_year(rule, cases), cases.latest_year[0]
        marks = list(zip(series["year"].tolist(), series["break_before"].tolist(), strict=True))
        for mark, words in (("no", "spliced at"), ("suspected", "suspected break before")):
            found = [str(year) for year, own in marks if own == mark and first < year <= last]
            if found:
                parts.append(f"{words} {', '.join(found)}")
    return "; ".join(parts)


def _first_year(rule: Rule, cases: PlanCases) -> int:
    """First year of the figures that a rule looks at."""
    if rule.window == "last six":
        return int(destatis_change(cases)[0][0])
    if rule.window == "since 2000":
        seen = cases.years[0][np.isfinite(cases.values[0])]
        return int(max(seen[0], ESCAP_FIRST_YEAR))
    return int(cases.base_year[0])


def basis(rule: Rule, cases: PlanCases) -> str:
    """Say what a rule compared for the first plan, with its figures.

    Parameters
    ----------
    rule : Rule
        One that gives a reading.
    cases : PlanCases
    """
    if rule.name == "open_sdg":
        cases = cases.from_next_figure()
    base, latest, level = (_n(v[0]) for v in (cases.base, cases.latest, cases.level))
    start, now, end = (int(v[0]) for v in (cases.base_year, cases.latest_year, cases.target_year))
    if rule.name in {"eurostat", "open_sdg"}:
        observed, required = (f"{100 * rate[0]:+.1f} %" for rate in growth_rates(cases))
        met = cases.achieved[0] and rule.name == "open_sdg"
        first = f"{latest} meets {level}; " if met else ""
        return f"{first}growth {observed} a year since {start}, {required} needed"
    if rule.name == "unsd":
        rate = f"{100 * growth_rates(cases)[0][0]:+.1f} %"
        return f"at {rate} a year as since {start} it ends at {_n(unsd_end(cases)[0])} in {end}"
    if rule.name == "escap":
        since = _first_year(rule, cases)
        return f"the weighted line since {since} ends at {_n(escap_end(cases)[0])} in {end}"
    if rule.name == "destatis":
        years, change, _ = destatis_change(cases)
        ends = _n(destatis_end(cases)[0])
        return f"with {change[0]:+.4g} a year as since {years[0]} it ends at {ends} in {end}"
    if rule.name == "sdsn":
        seen = (cases.latest[0] - cases.base[0]) / (now - start)
        needed = (cases.level[0] - cases.base[0]) / (end - start)
        return f"change {seen:+.4g} a year since {start}, {needed:+.4g} needed"
    if rule.name == "closing_gap":
        ends = _n(straight_line(cases)[1][0])
        return f"the straight line since {start} ends at {ends} in {end}"
    if rule.name == "digital_decade":
        return f"{latest} for {now}, where the plan asks for {_n(cases.path[0])} by its own goals"
    if rule.name == "healthy_people" and cases.achieved[0]:
        return f"{latest} meets {level}"
    moved = cases.latest[0] - cases.base[0]
    if rule.name == "healthy_people" and cases.direction[0] * moved <= 0:
        return f"moved {wording.percent(abs(moved / cases.base[0]))} of {base} away from {level}"
    done = moved / (cases.level[0] - cases.base[0])
    if rule.name == "healthy_people":
        return f"went {wording.percent(done)} of the way from {base} to {level}"
    time = f"{wording.percent(cases.elapsed[0])} of the time"
    return f"went {wording.percent(done)} of the way from {base} to {level} in {time}"


def disagreement(rule: Rule, answer: Reading, on_line: Reading, answers: list[Reading]) -> str:
    """Say what makes a rule differ from most others: base year, window or formula.

    Parameters
    ----------
    rule : Rule
    answer, on_line : Reading
        What it says of the series, and of the straight line through base and latest figure.
    answers : list of Reading
        What all rules say.

    Returns
    -------
    str
        Empty where the level is that of most sound readings, or where these are split.
    """
    counts = Counter(a.level for a in answers if a.sound).most_common(2)
    if not counts or (len(counts) > 1 and counts[0][1] == counts[1][1]):
        return ""
    common = counts[0][0]
    if answer.level == common:
        return ""
    if not answer.sound:
        cause = "its base year: the base is already past the target"
    elif rule.window != "plan" and on_line.level == common:
        cause = f"its window, {rule.window} figures" if rule.window == "last six" else "its window"
    else:
        cause = f"its formula, {rule.formula}"
    return f"; differs from most ({common}) by {cause}"


def _n(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 10000 else f"{value:.4g}"
