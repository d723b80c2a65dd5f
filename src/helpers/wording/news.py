"""What is new since the last report, as one sentence in a language."""

from collections import Counter
from collections.abc import Mapping
from math import nan
from typing import Any

from helpers.wording.language import Language

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
