"""Why a target has its verdict: from a row of `assessment.csv` to sentences in a language."""

from collections.abc import Mapping
from math import isnan, nan
from typing import Any

from helpers.vocabulary import GROWTH, base_of_unit, operator_of
from helpers.wording.cells import number, text, truth, whole
from helpers.wording.language import Language

RATES = ("pct", "pct_per_year")
"""Units of growth: a share of a rate of change says nothing."""
OUTCOMES = ("met", "missed", "at_the_line")


def reasons(row: Mapping[str, Any], language: Language, of: str = "") -> list[str]:
    """Say why a target has its state, a sentence each.

    Parameters
    ----------
    row : mapping
        A row of `helpers.targets.assessment.assess`, or of the file written from it. Missing cells
        are NaN, None or "".
    language : Language
    of : str
        Topic of the indicator, as `Language.amount` takes it.
    """
    state = text(row["state"])
    if state in ("not_numeric", "no_data"):
        return [language.say(f"reason.{state}")]
    return [*_pivot(row, language, of), *_grounds(row, language, of)]


def _grounds(row: Mapping[str, Any], language: Language, of: str) -> list[str]:
    state = text(row["state"])
    latest = _figure(row, language, of)
    asked = line_of(row, language, of)
    if state in OUTCOMES:
        asked += _level(row, language, of)
        outcome = language.say(f"reason.{state}", figure=latest, asked=asked)
        return [outcome, *_said_before(row, language, of)]
    sentences = [_signing(row, language, of)] if text(row["at_signing"]) == "met" else []
    sentences.append(language.say("reason.latest", figure=latest, asked=asked))
    return [*sentences, _ahead(row, language, of)]


def asides(row: Mapping[str, Any], language: Language, of: str = "") -> list[str]:
    """Return those of the `reasons` that figures beside them do not tell.

    These are the unverified figures that decide, and what was projected before the outcome.
    """
    said = _said_before(row, language, of) if text(row["state"]) in OUTCOMES else []
    return [*_pivot(row, language, of), *said]


def line_of(row: Mapping[str, Any], language: Language, of: str = "") -> str:
    """Write what the target asks for; empty for a goal in words."""
    value = number(row["target_value"])
    if isnan(value):
        return ""
    return language.line(
        text(row["operator"]),
        value,
        places(value, row["target_decimals"]),
        text(row["unit"]),
        number(row.get("target_high")),
        of,
    )


def places(value: float, decimals: object) -> int:
    """Decimals as printed; where they are not recorded, as many as the number needs."""
    known = number(decimals)
    if not isnan(known):
        return int(known)
    return 0 if isnan(value) or value == int(value) else 2


def span_of(row: Mapping[str, Any], language: Language, of: str = "") -> tuple[str, str, str]:
    """Write median, lower and upper bound of the 80 % interval; empty texts without them."""
    median = number(row["median"])
    if isnan(median):
        return "", "", ""
    decimals = places(nan, row["target_decimals"]) + 1 if median < 100 else 0
    unit = text(row["latest_unit"])
    lower, upper = (
        language.scaled(number(row[name]), decimals, unit) for name in ("lower80", "upper80")
    )
    return language.amount(median, decimals, unit, of), lower, upper


def _figure(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Write the latest figure with its year, status and grade."""
    value = number(row["latest_value"])
    decimals = places(value, row["latest_decimals"])
    return language.say(
        "reason.figure",
        value=language.amount(value, decimals, text(row["latest_unit"]), of),
        year=whole(row["latest_year"]),
        status=language.word("status", text(row["latest_status"])),
        grade=language.word("grade", text(row["latest_grade"])),
        day=language.day(
            text(row["latest_known_from"])[:10], truth(row["latest_known_from_assumed"])
        ),
    )


def _level(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Name the level that growth or a multiple led to; of a range the end that was not kept."""
    level, value = number(row.get("level")), number(row["latest_value"])
    relative = operator_of(text(row["operator"])).statistic == GROWTH or base_of_unit(
        text(row["unit"])
    )
    if not relative or isnan(level) or level == value:
        return ""
    decimals = places(value, row["latest_decimals"])
    amount = language.amount(level, decimals, text(row["latest_unit"]), of)
    return language.say("reason.level", level=amount)


def _ahead(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Give the projection for the target year with its probability, or what it lacks."""
    year = int(number(row["target_year"]))
    median, lower, upper = span_of(row, language, of)
    if not median:
        if number(row["latest_year"]) >= year:
            return language.say("reason.ahead")
        count = int(number(row["points"]))
        return language.say("reason.few_one" if count == 1 else "reason.few_many", count=count)
    outlook = language.say("reason.outlook", year=year, median=median, lower=lower, upper=upper)
    chance = number(row["probability"])
    if isnan(chance):
        base = whole(row["base_year"])
        return language.say("reason.no_base", outlook=outlook, base=base)
    return language.say("reason.chance", outlook=outlook, equation=language.equation(chance))


def _said_before(row: Mapping[str, Any], language: Language, of: str) -> list[str]:
    """Say what was projected before the outcome was out, and how far off its middle was."""
    median, came = number(row.get("said_median")), number(row["latest_value"])
    chance = number(row.get("said_probability"))
    if isnan(median) or isnan(chance) or not median > 0 < came:
        return []
    decimals = places(came, row["latest_decimals"])
    unit = text(row["latest_unit"])
    off = 100 * (median / came - 1)
    side = "close" if abs(off) < 0.5 else "high" if off > 0 else "low"
    if unit in RATES:
        side = "plain"
    said = language.say(
        "reason.said",
        day=language.day(text(row["said_day"])[:10]),
        median=language.amount(median, decimals, unit, of),
        lower=language.scaled(number(row["said_lower80"]), decimals, unit),
        upper=language.scaled(number(row["said_upper80"]), decimals, unit),
        equation=language.equation(chance),
    )
    return [language.say(f"reason.said_{side}", said=said, percent=language.percent(abs(off)))]


def _pivot(row: Mapping[str, Any], language: Language, of: str) -> list[str]:
    """Name the unverified figures on which the verdict rests, and what is said without them."""
    value, chance = number(row.get("pivotal_value")), number(row.get("probability_without"))
    if isnan(value):
        return []
    decimals = places(value, row["pivotal_decimals"])
    count = int(number(row["pivotal_figures"]))
    said = {
        "count": count,
        "value": language.amount(value, decimals, text(row["pivotal_unit"]), of),
        "year": whole(row["pivotal_year"]),
        "state": language.word("state", text(row["state_without"])),
        "without": "" if isnan(chance) else language.equation(chance),
        "equation": language.equation(number(row["probability"])),
    }
    if text(row["state"]) != text(row["state_without"]):
        kind = "state" if isnan(chance) else "state_chance"
    else:
        kind = "lost" if isnan(chance) else "chance"
    return [language.say(f"reason.pivot_{kind}_{'one' if count == 1 else 'many'}", **said)]


def _signing(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Say which figure had already passed the line, and on what day."""
    value = number(row["signing_value"])
    decimals = places(value, row["signing_decimals"])
    unread = text(row["signing_grade"]) == "unverified"
    return language.say(
        f"reason.signed_{text(row['signing_event']).replace(' ', '_')}",
        day=language.day(text(row["signing_day"])[:10]),
        value=language.amount(value, decimals, text(row["latest_unit"]), of),
        year=whole(row["signing_year"]),
        unverified=language.say("reason.unverified") if unread else "",
    )
