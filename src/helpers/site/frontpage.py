"""What the front page says about the verdicts together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from math import isnan

from helpers.site.verdicts import Verdict

NUMBER_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
SUMMARIES = {
    "met": "is met",
    "already_met_at_signing": "was already met when the plan was signed or made public",
    "at_the_line": "is at the line, too close for the rounding of the figure",
    "missed": "is missed",
    "no_data": "has no figure to judge it by",
}


def count_words(count: int) -> str:
    """Write a small count as a word."""
    return NUMBER_WORDS[count] if count < len(NUMBER_WORDS) else str(count)


def summary(verdicts: Sequence[Verdict]) -> str:
    """Sum up the headline verdicts in one sentence, computed from their states.

    Settled states come first, then open targets from the likeliest to the least likely.
    """
    if not verdicts:
        return "No verdict could be computed."
    groups: Counter[str] = Counter()
    open_ones = sorted(
        (v for v in verdicts if v.state == "open"), key=lambda v: -_certainty(v.probability)
    )
    for state in SUMMARIES:
        groups[SUMMARIES[state]] += sum(v.state == state for v in verdicts)
    for verdict in open_ones:
        chance = f" and {verdict.likelihood} to be met" if verdict.likelihood else ""
        groups[f"is open{chance}"] += 1
    parts = [_part(count, phrase) for phrase, count in groups.items() if count]
    years = " and ".join(sorted({str(v.year) for v in verdicts}))
    noun = "target" if len(verdicts) == 1 else "targets"
    joined = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"Of the {count_words(len(verdicts))} numeric {noun} for {years}, {joined}."


def _certainty(p: float) -> float:
    return -1.0 if isnan(p) else p


def _part(count: int, phrase: str) -> str:
    if count > 1:
        for one, more in (("is ", "are "), ("was ", "were "), ("has ", "have ")):
            if phrase.startswith(one):
                phrase = more + phrase[len(one) :]
    return f"{count_words(count)} {phrase}"


def doubt(verdicts: Sequence[Verdict]) -> str:
    """Say how many figures behind the verdicts are unverified, and what they change."""
    total = sum(v.unverified for v in verdicts)
    points = sum(v.points for v in verdicts)
    if not total:
        return f"None of the {points} figures behind these verdicts is unverified."
    counts = f"{total} of the {points} figures behind these verdicts are unverified."
    states = [v for v in verdicts if v.changes == "state"]
    chances = [v for v in verdicts if v.changes == "probability"]
    noun = "verdicts" if len(states) > 1 else "verdict"
    changed = f"changes {count_words(len(states))} {noun}"
    told = f"{counts} Leaving them out {changed}{_list(states)}."
    return f"{told} It moves the probability of {_names(chances)}." if chances else told


def _list(verdicts: Sequence[Verdict]) -> str:
    return f": {_names(verdicts)}" if verdicts else ""


def _names(verdicts: Sequence[Verdict]) -> str:
    return "; ".join(f"{v.name} ({v.without_unverified})" for v in verdicts)
