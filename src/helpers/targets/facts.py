"""The facts behind the state of one target on a day, as statements read them."""

from collections.abc import Mapping
from math import nan
from typing import Any

from helpers.targets.information import Evidence
from helpers.targets.outcomes import judged_value, line_of


def facts(evidence: Evidence, state: str, forecast: Mapping[str, float] | None) -> dict[str, Any]:
    """Return what a statement is made from, by the column names of the assessment."""
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
        "due": evidence.awaited,
        "overdue": bool(evidence.awaited < evidence.as_of),
        "at_signing": next((s for s in signed if s == "met"), signed[0] if signed else "unknown"),
        "probability": nan,
        "median": nan,
    }
    names = ("year", "value", "decimals", "unit", "status", "grade", "known_from")
    if figure is not None:
        row |= {f"latest_{name}": figure[name] for name in (*names, "known_from_assumed")}
        row["level"] = line_of(target, evidence.series).level
        row["judged"] = judged_value(target, evidence.series)
    return row | signing_facts(evidence) | dict(forecast or {})


def signing_facts(evidence: Evidence) -> dict[str, Any]:
    """Return the figure that had already passed the line at signing, and the day; none if none."""
    met = [check for check in evidence.signing if check.state == "met"]
    passed = [(check, check.figure) for check in met if check.figure is not None]
    if not passed:
        return {}
    # Of two days the one whose figure can be read is the better witness.
    check, figure = min(passed, key=lambda pair: pair[1]["grade"] == "unverified")
    names = ("year", "value", "decimals", "grade")
    return {"signing_event": check.event, "signing_day": check.day} | {
        f"signing_{name}": figure[name] for name in names
    }
