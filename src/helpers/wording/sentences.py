"""Sentences in a language: why a target has its verdict, what is new, what a measure did."""

from collections import Counter
from collections.abc import Mapping
from math import isnan, nan
from typing import Any

import pandas as pd

from helpers.vocabulary import GROWTH, SETTLED, base_of_unit, operator_of
from helpers.wording.language import LANGUAGES, Language, family, language_of

RATES = ("pct", "pct_per_year")
"""Units of growth: a share of a rate of change says nothing."""


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
    if state in SETTLED:
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
    said = _said_before(row, language, of) if text(row["state"]) in SETTLED else []
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


def text(cell: object) -> str:
    """Return a cell as text, "" for a missing one."""
    return "" if cell is None or cell is pd.NA or cell != cell else str(cell)


def number(cell: object) -> float:
    """Return a cell as a number, NaN for a missing one."""
    written = text(cell)
    return float(written) if written else nan


def whole(cell: object) -> str:
    """Write a whole number, "" for a missing one."""
    value = number(cell)
    return "" if isnan(value) else f"{value:.0f}"


def truth(cell: object) -> bool:
    """Say whether a cell is true."""
    return text(cell) == "True"


MOST = 3
"""Verdicts told one by one; further ones are counted."""


def news(changes: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> str:
    """Sum up what changed.

    Parameters
    ----------
    changes : mapping
        As `helpers.reports.changes.comparison.compare_with_last` returns.
    language : Language
    names : mapping
        Name of a target's indicator in the language, by `target_id`.
    """
    since, verdicts = changes["since"], changes["verdicts"]
    if since is None:
        return language.say("news.first")
    kinds = Counter(figure["kind"] for figure in changes["figures"])
    told = [_figures(count, kind, language) for kind, count in kinds.items()]
    head = "news.since_replaced" if since == changes["as_of"] else "news.since"
    since = language.say(head, day=language.day(since))
    if not told and not verdicts:
        count = len(changes["tables"])
        form = "one" if count == 1 else "many"
        key = f"news.nothing_but_table_{form}" if count else "news.nothing"
        return language.say(key, since=since, count=count)
    if not verdicts:
        told.append(language.say("news.no_verdict"))
    told += [
        language.say(
            "news.moved",
            name=names.get(verdict["target_id"], verdict["name"]),
            year=verdict["target_year"],
            moved=moved(verdict, language),
        )
        for verdict in verdicts[:MOST]
    ]
    if len(verdicts) > MOST:
        told.append(language.say("news.more", count=len(verdicts) - MOST))
    return language.say("news.told", since=since, told=language.say("list.semicolon").join(told))


def _figures(count: int, kind: str, language: Language) -> str:
    noun = language.say("news.figure_one" if count == 1 else "news.figure_many", count=count)
    return language.say(f"news_kind.{kind}", figures=noun)


def moved(verdict: Mapping[str, Any], language: Language) -> str:
    """Write how a verdict moved, with a finer number where the rounded one is the same.

    Parameters
    ----------
    verdict : mapping
        One of `verdicts` of `helpers.reports.changes.comparison.compare_with_last`.
    language : Language
    """
    was, now = (_standing(verdict, end, language) for end in ("_before", ""))
    if was != now:
        return language.say("news.step", before=was, now=now)
    finer = {"low": verdict["probability_before"], "high": verdict["probability"]}
    finer = {end: f"{value:.3f}" for end, value in finer.items()}
    return language.say("news.finely", now=now, **finer)


def _standing(verdict: Mapping[str, Any], end: str, language: Language) -> str:
    """Write a verdict: "open, P = 87 %", "met"."""
    state = language.word("state", verdict[f"state{end}"])
    if verdict[f"state{end}"] != "open":
        return state
    p = verdict[f"probability{end}"]
    none = language.say("news.no_probability")
    chance = none if p is None else language.equation(nan if p is None else p)
    return language.say("measure.chance", state=state, chance=chance)


MINUS = "\N{MINUS SIGN}"
SPACED = ("partly judged", "not judged")
"""Grades are looked up by their words in the tables."""


def _phrases(language: Language) -> dict[str, str]:
    own = family("measure", language.code)
    grades = {grade: own.pop(grade.replace(" ", "_")) for grade in SPACED}
    states = {f"state_{name}": text for name, text in family("state", language.code).items()}
    marks = {"comma": language.say("list.comma"), "space": language.space}
    return own | grades | states | marks


PHRASES: dict[str, dict[str, str]] = {language.code: _phrases(language) for language in LANGUAGES}
"""By language: the part of `helpers.wording.language` that is about measures."""


def signed_number(value: float, decimals: int, language: str) -> str:
    """Write a number by local habit, with a minus sign."""
    return language_of(language).number(value, decimals).replace("-", MINUS)


def amount(value: float, decimals: int, unit: str, language: str) -> str:
    """Write a value with the short form of its unit."""
    return language_of(language).plain_amount(value, decimals, unit).replace("-", MINUS)


def bracketed(words: list[str], language: str) -> str:
    """Put words into brackets; nothing where there are none."""
    own = PHRASES[language]
    return own["in_brackets"].format(words=own["comma"].join(words)) if words else ""
