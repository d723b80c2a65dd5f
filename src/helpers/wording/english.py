"""Words and number forms of verdicts, in English: the language of the notebooks and the command."""

from collections.abc import Mapping
from math import nan
from typing import Any

from helpers.targets.states import STATES, line_of
from helpers.wording.language import CLASSES, ENGLISH
from helpers.wording.sentences import reasons
from helpers.wording.strings import family

STATE_WORDS = {state: ENGLISH.say(f"state.{state}") for state in STATES}
UNIT_WORDS = {
    unit: text.replace("{number}", "").strip()
    for unit, text in family("unit", "en").items()
    if "{base}" not in text and "_of_" not in unit
} | {"pct_of_2020": ENGLISH.say("unit.pct_of", number="", base=2020).strip()}
LIKELIHOODS = tuple((bound, ENGLISH.likelihood(bound)) for bound in CLASSES)
"""Lower bound of each class, and its words."""

number = ENGLISH.number
scaled = ENGLISH.scaled
amount = ENGLISH.amount
probability = ENGLISH.probability
equation = ENGLISH.equation
likelihood = ENGLISH.likelihood
day = ENGLISH.day
line = ENGLISH.line


def percent(share: float, decimals: int = 0) -> str:
    """Write a share (0-1) in percent."""
    return ENGLISH.percent(100 * share, decimals)


def counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def axis(unit: str) -> str:
    """Name a unit on an axis: values stand there as published, and a count needs a word."""
    return {"cny_100m": "100 million yuan", "count": "number"}.get(unit, UNIT_WORDS.get(unit, unit))


def reason(evidence, state: str, forecast: Mapping[str, float] | None) -> str:
    """Say in English why a target has its state.

    Parameters
    ----------
    evidence : helpers.targets.information.Evidence
    state : str
        One of `helpers.targets.states.STATES`.
    forecast : mapping or None
        As `helpers.targets.assessment.forecast` returns for one target.
    """
    return ENGLISH.sentences(reasons(facts(evidence, state, forecast), ENGLISH))


def facts(evidence, state: str, forecast: Mapping[str, float] | None) -> dict[str, Any]:
    """Return what `helpers.wording.sentences` reads, by the column names of the assessment."""
    target, figure = evidence.target, evidence.figure
    signed = [check.state for check in evidence.signing]
    row = {
        "state": state,
        "operator": target.operator,
        "target_year": target.target_year,
        "target_value": target.value,
        "target_high": target.value_high,
        "target_decimals": target.decimals,
        "unit": target.unit,
        "base_year": nan if target.base_year is None else target.base_year,
        "points": len(evidence.series),
        "at_signing": next((s for s in signed if s == "met"), signed[0] if signed else "unknown"),
        "probability": nan,
        "median": nan,
    }
    names = ("year", "value", "decimals", "unit", "status", "grade", "known_from")
    if figure is not None:
        row |= {f"latest_{name}": figure[name] for name in (*names, "known_from_assumed")}
        row["level"] = line_of(target, evidence.series).level
    return row | signing_facts(evidence) | dict(forecast or {})


def signing_facts(evidence) -> dict[str, Any]:
    """Return the figure that had already passed the line at signing, and the day; none if none."""
    passed = [check for check in evidence.signing if check.state == "met"]
    if not passed:
        return {}
    # Of two days the one whose figure can be read is the better witness.
    check = min(passed, key=lambda check: check.figure["grade"] == "unverified")
    names = ("year", "value", "decimals", "grade")
    return {"signing_event": check.event, "signing_day": check.day} | {
        f"signing_{name}": check.figure[name] for name in names
    }
