"""What the front page says about the verdicts together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import isnan

from helpers.reports.site.verdicts import Verdict
from helpers.wording.language import ENGLISH, Language

GLANCE = 240
"""Characters of an answer that the front page shows; a longer first sentence stays whole."""
SETTLED_FIRST = ("met", "already_met_at_signing", "at_the_line", "missed", "no_data")


def count_words(count: int, language: Language = ENGLISH) -> str:
    """Write a small count as a word."""
    key = f"count.{count}"
    return language.say(key) if language.has(key) else str(count)


def summary(verdicts: Sequence[Verdict], language: Language = ENGLISH) -> str:
    """Sum up the headline verdicts in one sentence, computed from their states.

    Settled states come first, then open targets from the likeliest to the least likely.
    """
    if not verdicts:
        return language.say("count.none")
    groups: Counter[tuple[str, str]] = Counter()
    for state in SETTLED_FIRST:
        groups[state, ""] += sum(v.state == state for v in verdicts)
    open_ones = (v for v in verdicts if v.state == "open")
    for verdict in sorted(open_ones, key=lambda v: -_certainty(v.probability)):
        groups["open_likely" if verdict.likelihood else "open", verdict.likelihood] += 1
    parts = [
        language.say(
            f"summary.{kind}_{'one' if count == 1 else 'many'}",
            count=count_words(count, language),
            likelihood=likelihood,
        )
        for (kind, likelihood), count in groups.items()
        if count
    ]
    years = language.joined(sorted({str(v.year) for v in verdicts}))
    number = "one" if len(verdicts) == 1 else "many"
    return language.say(
        f"summary.all_{number}",
        count=count_words(len(verdicts), language),
        years=years,
        parts=language.joined(parts),
    )


def _certainty(p: float) -> float:
    return -1.0 if isnan(p) else p


def teaser(answer: str) -> str:
    """Return the first sentences of an answer, as many as are read at a glance."""
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z0-9])", answer)
    shown = sentences[0]
    for sentence in sentences[1:]:
        if len(shown) + len(sentence) >= GLANCE:
            break
        shown += f" {sentence}"
    return shown


def doubt(verdicts: Sequence[Verdict], language: Language = ENGLISH) -> str:
    """Say how many figures behind the verdicts are unverified, and what they change."""
    total = sum(v.unverified for v in verdicts)
    points = sum(v.points for v in verdicts)
    if not total:
        return language.say("doubt.none", points=points)
    states = [v for v in verdicts if v.changes == "state"]
    chances = [v for v in verdicts if v.changes == "probability"]
    kind = {0: "none", 1: "one"}.get(len(states), "many")
    changed = language.say(
        f"doubt.changes_{kind}",
        count=count_words(len(states), language),
        names=_names(states, language),
    )
    told = [language.say("doubt.some", unverified=total, points=points), changed]
    if chances:
        told.append(language.say("doubt.moves", names=_names(chances, language)))
    return language.sentences(told)


def _names(verdicts: Sequence[Verdict], language: Language) -> str:
    return language.say("list.semicolon").join(
        language.say("doubt.named", name=v.name, what=v.without_unverified) for v in verdicts
    )
