"""Sentences in a language: what is new, and what a measure did."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from helpers.wording.language import LANGUAGES, Language, family, language_of
from helpers.wording.statements import places

MINUS = "\N{MINUS SIGN}"
WHOLE_YEAR = 12
MOST = 3
"""Verdicts told one by one; further ones are counted."""


def news(changes: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> str:
    """Sum up what changed.

    `changes`: as `helpers.reports.changes.comparison.compare_with_last` returns. `names`: name of a
    target's indicator in the language, by `target_id`.
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
            year=verdict["year"],
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

    `verdict`: one of `verdicts` of `helpers.reports.changes.comparison.compare_with_last`.
    """
    was, now = (verdict[name][language.code] for name in ("said_before", "said"))
    if was != now:
        return language.say("news.step", before=was, now=now)
    finer = {"low": verdict["probability_before"], "high": verdict["probability"]}
    finer = {end: f"{value:.3f}" for end, value in finer.items()}
    return language.say("news.finely", now=now, **finer)


def figure_words(row: Mapping[str, Any], language: Language, names: Mapping[str, str]) -> str:
    """Write a figure: "6.67 % of GDP for 2024, R&D intensity, Shenzhen (final, press)".

    `row`: a row of the observations. `names`: names in the language by what the tables call
    indicators and areas.
    """
    months = row["months"]
    return language.say(
        "changes.row",
        value=amount_of(row, row["value"], language),
        year=row["year"],
        span="" if months == WHOLE_YEAR else language.say("changes.span", months=months),
        name=names.get(row["indicator"], row["indicator"]),
        area=names.get(row["area"], row["area"]),
        status=language.word("status", row["status"]),
        grade=language.word("grade", row["grade"]),
    )


def amount_of(row: Mapping[str, Any], value: float, language: Language) -> str:
    """Write a value as the row of a figure writes its own."""
    return language.amount(value, places(value, row.get("decimals")), row["unit"])


def part_words(part: Mapping[str, Any], figures: Sequence[str], language: Language) -> str:
    """Say what one step did to a verdict: its share of the change of P, its cause, of what kind.

    `part`: one of the `parts` of a verdict that moved. `figures`: all changed figures in words;
    `part["figure"]` is a place among them.
    """
    if part["change"] is None:
        state = language.word("state", part["state"])
        share = language.say("changes.then", state=state)
    else:
        share = language.say("changes.points", number=f"{100 * part['change']:+.1f}")
    number = part["figure"]
    cause = part["cause"].replace(" ", "_")
    told = language.word("change_cause", cause) if number is None else figures[number]
    kinds = [_kind(kind, language) for kind in part["kinds"]]
    if kinds:
        told += language.say("changes.kinds", kinds=language.listed(kinds))
    return language.say("changes.part", share=share.replace("-", MINUS), cause=told)


def _kind(kind: str, language: Language) -> str:
    name = kind.replace("-", "_").replace(" ", "_")
    known = language.has(f"change_kind.{name}")
    return language.word("change_kind", name) if known else kind


SPACED = ("partly covered", "not covered")
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
