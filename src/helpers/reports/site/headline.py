"""What a front page says first: title, headline, one line a target, and what to hold against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite, isnan
from typing import TYPE_CHECKING

import pandas as pd

from helpers.reports.site.verdicts import Verdict
from helpers.topics.track_record import POOL
from helpers.wording.language import ENGLISH, Language

if TYPE_CHECKING:
    from helpers.reports.site.layout import Front

MOST_YEARS = 3
"""Target years that a title names one by one."""
MOST_DOUBTED = 6
"""Verdicts that are named with what unverified figures do to them; the rest is counted."""
MOST_NAMED = 4
"""Targets that a headline names one by one; more are counted."""
LOST = 0.66
"""Below it a target that was met when it was made is no longer likely to be."""
SETTLED_FIRST = ("met", "at_the_line", "missed", "no_data")


@dataclass(frozen=True)
class Rescoped:
    """What suspected re-definitions since a target was set did to the figure of its year."""

    count: int
    """Of the re-definitions."""
    value: float
    """The figure as printed."""
    low: float
    high: float
    """`low`, `high`: the same on the scope known when the target was set, by the ways of reckoning
    it."""


def read_rescoped(table: pd.DataFrame, indicator: str, area: str, year: int) -> Rescoped | None:
    """Read what re-definitions did to a figure; None where there was none or nothing is known.

    Parameters
    ----------
    table : DataFrame
        As notebook 03 writes `industry.csv`.
    indicator, area : str
    year : int
    """
    rows = table[table["indicator"].eq(indicator) & table["area"].eq(area) & table["year"].le(year)]
    rows = rows.sort_values("year").reset_index(drop=True)
    if rows.empty or rows["year"].iloc[-1] != year:
        return None
    as_then = rows["scope_low"].eq(rows["value"]) & rows["scope_high"].eq(rows["value"])
    since = rows.loc[as_then[as_then].index.max() + 1 :] if as_then.any() else rows.iloc[:0]
    count = int(since["break_before"].eq("suspected").sum())
    last = rows.iloc[-1]
    if not count or not isfinite(last["scope_low"]):
        return None
    return Rescoped(count, *(float(last[name]) for name in ("value", "scope_low", "scope_high")))


def is_helped(verdict: Verdict, change: Rescoped | None) -> bool:
    """Say whether every way of reckoning has re-definitions move a figure towards its target."""
    if change is None or verdict.goal is None:
        return False
    if verdict.goal.ceiling:
        return change.value < change.low
    return change.value > change.high


def but(verdict: Verdict, change: Rescoped | None, language: Language) -> str:
    """Say what re-definitions are worth, and where the figure lies without them; "" for none."""
    goal = verdict.goal
    if change is None or goal is None or not goal.unit.startswith("pct"):
        return ""
    # A half in the last digit of the table is a number above it: tables are rounded once already.
    level_low, level_high = (language.percent(end + 1e-9, 2) for end in (change.low, change.high))
    worth = sorted((change.value - change.high, change.value - change.low))
    low, high = (language.number(points, 1) for points in worth)
    said = language.say(
        f"but.rescoped_{'one' if change.count == 1 else 'many'}",
        count=count_words(change.count, language),
        worth=language.say("but.range", low=low, high=high),
        level=language.say("but.range", low=level_low, high=level_high),
    )
    passed = [value >= goal.level for value in (change.low, change.high)]
    return language.sentences(
        [said, language.say("but.straddles") if any(passed) != all(passed) else ""]
    )


def short_name(verdict: Verdict, verdicts: Sequence[Verdict], language: Language) -> str:
    """Name what a target is about in a headline: shortly where every other has a short name too."""
    keys = [f"short.{one.goal.indicator if one.goal else ''}" for one in verdicts]
    if len(set(keys)) < len(keys) or not all(map(language.has, keys)) or verdict.goal is None:
        return verdict.name
    return language.say(f"short.{verdict.goal.indicator}")


def headline(front: Front) -> str:
    """Say of each target how it ended, or how many did; "" without a verdict."""
    verdicts, language = front.headline, front.language
    if not verdicts:
        return ""
    if len(verdicts) > MOST_NAMED or front.areas_judged:
        return _counted(verdicts, language)
    clauses = [
        language.say(
            f"headline.{_kind(verdict, front.rescoped.get(verdict.target_id))}",
            name=short_name(verdict, verdicts, language),
            shortfall=verdict.said.shortfall,
            chance=verdict.said.probability,
            likelihood=verdict.said.likelihood,
            state=verdict.said.heading,
        )
        for verdict in verdicts
    ]
    return begun(language.say("list.semicolon").join(clauses))


def _kind(verdict: Verdict, change: Rescoped | None) -> str:
    """Name the clause of a target: what its state alone would hide comes first."""
    state = verdict.state
    doubtful = state == "open" and verdict.probability < LOST
    if verdict.said.signed and state in ("met", "open") and not doubtful:
        return f"{state}_signed"
    if state == "met" and is_helped(verdict, change):
        return "met_helped"
    if state == "missed" and verdict.said.shortfall:
        return "missed_by"
    if state == "open" and verdict.said.probability:
        return "open_chance"
    return state if state in (*SETTLED_FIRST, "open") else "other"


def _counted(verdicts: Sequence[Verdict], language: Language) -> str:
    """Say how many targets ended how, and how many open ones are likelier to be met than not."""
    counts = Counter(verdict.state for verdict in verdicts)
    likely = sum(verdict.state == "open" and verdict.probability >= 0.5 for verdict in verdicts)
    total = language.number(len(verdicts))
    alike = language.say("headline.all", count=total) if len(counts) == 1 else ""
    parts = [
        language.say(
            "headline.count_met_one"
            if (state, counts[state]) == ("met", 1)
            else f"headline.count_{state}",
            count=alike or language.number(counts[state]),
        )
        for state in (*SETTLED_FIRST, "open")
        if counts[state]
    ]
    if likely:
        parts[-1] += language.say("headline.count_likely", count=language.number(likely))
    told = language.say("list.comma").join(parts)
    return language.say("headline.counted", total=total, parts=told)


def board(front: Front) -> tuple[tuple[str, Verdict], ...]:
    """Return short name and verdict of each target; none where a headline counts them."""
    if len(front.headline) > MOST_NAMED or front.areas_judged:
        return ()
    return tuple(
        (begun(short_name(one, front.headline, front.language)), one) for one in front.headline
    )


def begun(words: str) -> str:
    """Begin with a capital letter."""
    return words[:1].upper() + words[1:]


def read_tally(evaluation: pd.DataFrame) -> dict[tuple[int, int], tuple[int, int]]:
    """Return how often what was said came true: from and to in percent, then came and count."""
    own = evaluation[evaluation["collection"].eq("all") & evaluation["model"].eq(POOL)]
    values = own.set_index("score")["value"]
    tally = {}
    for score, count in values[values.index.str.startswith("count_when_")].items():
        span = str(score).removeprefix("count_when_")
        low, _, high = span.partition("_to_")
        tally[int(low), int(high)] = (int(values[f"came_when_{span}"]), int(count))
    return tally


def record_of(
    probability: float, tally: Mapping[tuple[int, int], tuple[int, int]], language: Language
) -> str:
    """Say how often a probability of this size came true; "" where that is not known."""
    found = [span for span in tally if span[0] < 100 * probability <= span[1]]
    if not found:
        return ""
    (low, high), (came, count) = found[0], tally[found[0]]
    key = "under" if low == 0 else "over" if high == 100 else "between"
    said = language.say(
        f"record.said_{key}", low=language.percent(low), high=language.percent(high),
        from_number=language.number(low),
    )  # fmt: skip
    return language.say(
        "record.came", said=said, came=language.number(came), count=language.number(count)
    )


def headings(front: Front, day: str, year: int = 0) -> tuple[str, str]:
    """Write the title of the page and the question that it answers.

    Parameters
    ----------
    front : Front
    day : str
        In words.
    year : int
        Of the day: what is still ahead has not been met; 0 where all is over.
    """
    language, say = front.language, front.language.say
    if not front.headline:
        return say("page.title_bare", day=day), say("page.question_bare")
    found, named = (sorted({getattr(v, name) for v in front.headline})
                    for name in ("target_year", "year"))  # fmt: skip
    years = language.joined(named)
    if len(named) > MOST_YEARS:
        years = say("years.span", first=named[0], last=named[-1])
    count, many = len(front.areas_judged), "_many" if front.areas_judged else ""
    area = language.with_article(front.headline[0].area)
    if many:
        kinds = {v.area_kind for v in front.headline}
        area = say(f"areas.{kinds.pop() if len(kinds) == 1 else 'region'}", count=count)
    when = "_ahead" if 0 < year < found[0] else "_mixed" if 0 < year < found[-1] else ""
    question = say(f"page.question{many}{when}", area=area, years=years)
    title = say(f"page.title{many}", area=area, years=years, day=day)
    return begun(title), question


def count_words(count: int, language: Language = ENGLISH) -> str:
    """Write a small count as a word."""
    key = f"count.{count}"
    return language.say(key) if language.has(key) else str(count)


def summary(verdicts: Sequence[Verdict], language: Language = ENGLISH) -> str:
    """Sum up the headline verdicts in one sentence, computed from their states.

    Settled states come first, then open targets from the likeliest to the least likely; of one
    that had been met before it was announced that is said.
    """
    if not verdicts:
        return language.say("count.none")
    groups: Counter[tuple[str, str]] = Counter()
    for state in SETTLED_FIRST:
        groups[state, ""] += sum(v.state == state for v in verdicts)
    open_ones = (v for v in verdicts if v.state == "open")
    for verdict in sorted(open_ones, key=lambda v: -_certainty(v.probability)):
        likelihood = verdict.said.likelihood
        # What was met at the signing and has been lost since is told by its odds.
        if verdict.said.signed and not verdict.probability < LOST:
            groups["open_signed", ""] += 1
        else:
            groups["open_likely" if likelihood else "open", likelihood] += 1
    parts = [
        language.say(
            f"summary.{kind}_{'one' if count == 1 else 'many'}",
            count=count_words(count, language),
            likelihood=likelihood,
        )
        for (kind, likelihood), count in groups.items()
        if count
    ]
    years = language.joined(sorted({v.year for v in verdicts}))
    number = "one" if len(verdicts) == 1 else "many"
    return language.say(
        f"summary.all_{number}",
        count=count_words(len(verdicts), language),
        years=years,
        parts=language.joined(parts),
    )


def _certainty(p: float) -> float:
    return -1.0 if isnan(p) else p


def doubt(verdicts: Sequence[Verdict], language: Language = ENGLISH) -> str:
    """Say how many figures behind the verdicts are unverified, and what they change."""
    total = sum(v.unverified for v in verdicts)
    points = sum(v.points for v in verdicts)
    if not total:
        return language.say("doubt.none")
    states = [v for v in verdicts if v.said.without_moves == "state"]
    chances = [v for v in verdicts if v.said.without_moves == "probability"]
    kind = {0: "none", 1: "one"}.get(len(states), "many")
    changed = language.say(
        f"doubt.changes_{kind}",
        count=count_words(len(states), language),
        names=_names(states, language),
    )
    counts = {"unverified": language.number(total), "points": language.number(points)}
    told = [language.say("doubt.some", **counts), changed]
    if chances:
        told.append(language.say("doubt.moves", names=_names(chances, language)))
    return language.sentences(told)


def _names(verdicts: Sequence[Verdict], language: Language) -> str:
    """List verdicts with what each is without unverified figures; beyond six, how many more."""
    named = [
        language.say("doubt.named", name=v.name, what=v.said.without)
        for v in verdicts[:MOST_DOUBTED]
    ]
    if more := len(verdicts) - len(named):
        named.append(language.say("doubt.more", count=language.number(more)))
    return language.say("list.semicolon").join(named)
