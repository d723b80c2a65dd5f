"""The two small drawings of a card: figure beside target, and belief over time.

Both are plain SVG in the page's own colours, with their content as text for those who cannot see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from helpers.reports.site.verdicts import Verdict
from helpers.wording.language import Language

WIDTH = 300
LEFT, RIGHT, TOP, BOTTOM = 44, 290, 10, 62
"""Plot area of the belief chart, in its units; labels stand left and below."""
FEW = 7
"""Days named in the text of a belief chart; between them belief is drawn, not told."""


@dataclass(frozen=True)
class Standing:
    """Positions along a bar, in units of the drawing; None where there is nothing to draw."""

    target: float | None
    latest: float | None
    low: float | None
    high: float | None
    hollow: bool
    words: str


@dataclass(frozen=True)
class BeliefChart:
    """A step line of probability, its marks and its text."""

    before: str
    after: str
    made_at: float | None
    end: tuple[float, float]
    settled: bool
    labels: tuple[tuple[float, str, str], ...]
    scale: tuple[tuple[float, str], ...]
    words: str


def standing(verdict: Verdict, among: Sequence[Verdict], language: Language) -> Standing | None:
    """Place figure and projection beside the target, on one scale for all cards."""
    if verdict.shares is None or not isfinite(verdict.shares.latest):
        return None
    shares = [s for v in among if v.shares for s in vars(v.shares).values() if isfinite(s)]
    unit = (WIDTH - 12) / max([*shares, 100.0])

    def place(share: float) -> float | None:
        return round(6 + share * unit, 1) if isfinite(share) else None

    own = verdict.shares
    words = language.say(
        "card.standing_alt", year=verdict.said.latest_year, percent=language.percent(own.latest)
    )
    if isfinite(own.low):
        low, high = language.percent(own.low), language.percent(own.high)
        said = language.say("card.standing_projected", year=verdict.year, low=low, high=high)
        words = language.sentences([words, said])
    return Standing(
        target=place(100.0),
        latest=place(own.latest),
        low=place(own.low),
        high=place(own.high),
        hollow=verdict.latest_grade == "unverified",
        words=words,
    )


def belief_chart(days: Sequence[Mapping[str, Any]], language: Language) -> BeliefChart | None:
    """Draw the probability of one target as known on each day.

    Parameters
    ----------
    days : sequence of mapping
        Rows of `beliefs.csv` for the target, in order of time.
    language : Language

    Returns
    -------
    BeliefChart or None
        None with fewer than two days that have a probability.
    """
    known = [day for day in days if isfinite(day["probability"])]
    if len(known) < 2:
        return None
    times = [_time(day) for day in known]
    first, last = times[0], times[-1]
    across = [LEFT + (RIGHT - LEFT) * (time - first) / max(last - first, 1e-9) for time in times]
    heights = [BOTTOM - (BOTTOM - TOP) * float(day["probability"]) for day in known]
    points = [(round(x, 1), round(y, 1)) for x, y in zip(across, heights, strict=True)]
    made = _set_at(days, known)
    split = made if made is not None else sum(str(d["set_yet"]) != "True" for d in known)
    return BeliefChart(
        before=_steps(points[: split + 1]) if split else "",
        after=_steps(points[split:]),
        made_at=None if made is None else points[made][0],
        end=points[-1],
        settled=str(known[-1]["settled"]) == "True",
        labels=_labels(first, last, None if made is None else points[made][0], language),
        scale=tuple((y, language.percent(p)) for y, p in ((TOP, 100), (BOTTOM, 0))),
        words=_told(known, made, language),
    )


def _set_at(days: Sequence[Mapping[str, Any]], known: Sequence[Mapping[str, Any]]) -> int | None:
    """Find the day of setting among those with a probability; None if it is none of them."""
    first = next((day["day"] for day in days if str(day["set_yet"]) == "True"), None)
    return next((i for i, day in enumerate(known) if day["day"] == first), None)


def _time(day: Mapping[str, Any]) -> float:
    year, month, date = (int(part) for part in str(day["day"])[:10].split("-"))
    return year + (month - 1) / 12 + (date - 1) / 372


def _steps(points: Sequence[tuple[float, float]]) -> str:
    """Write a path that stays until the next day and then jumps."""
    if not points:
        return ""
    (x, y), *rest = points
    return f"M{x} {y}" + "".join(f"H{right}V{level}" for right, level in rest)


def _labels(
    first: float, last: float, made_at: float | None, language: Language
) -> tuple[tuple[float, str, str], ...]:
    """First and last year at the ends, and the day of setting where there is room for it."""
    ends: list[tuple[float, str, str]] = [
        (LEFT, f"{int(first)}", "start"),
        (RIGHT, f"{int(last)}", "end"),
    ]
    if made_at is not None and LEFT + 45 < made_at < RIGHT - 45:
        ends.insert(1, (made_at, language.say("card.set"), "middle"))
    return tuple(ends)


def _told(known: Sequence[Mapping[str, Any]], made: int | None, language: Language) -> str:
    """Name the first and the last day, that of setting, and the turns between, as text."""
    turns = [
        i
        for i in range(1, len(known) - 1)
        if known[i]["probability"] != known[i - 1]["probability"]
    ]
    turns.sort(key=lambda i: -abs(known[i]["probability"] - known[i - 1]["probability"]))
    fixed = {0, len(known) - 1} | ({made} if made is not None else set())
    shown = sorted(fixed | set(turns[: max(0, FEW - len(fixed))]))
    told = []
    for i in shown:
        day = language.day(str(known[i]["day"]))
        if str(known[i]["settled"]) == "True":
            state = language.word("heading", str(known[i]["state"]))
            told.append(language.say("card.belief_settled", state=state, day=day))
            continue
        key = "card.belief_set" if i == made else "card.belief_point"
        chance = language.probability(known[i]["probability"])
        told.append(language.say(key, chance=chance, day=day))
    return language.say("card.belief_alt", points=language.say("list.semicolon").join(told))
