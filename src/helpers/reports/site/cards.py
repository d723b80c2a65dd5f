"""A verdict at a glance: figures beside the target, belief over time, areas beside targets.

The drawings are plain SVG in the page's own colours, with their content as text for those who
cannot see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, isnan
from typing import Any

from helpers.days import year_name
from helpers.reports.site.verdicts import Verdict
from helpers.wording.language import Language, is_han
from helpers.wording.statements import text

WIDTH = 300
LEFT, RIGHT, TOP, BOTTOM = 44, 290, 10, 62
"""Plot area of the belief chart, in its units; labels stand left and below."""
FEW = 7
"""Days named in the text of a belief chart; between them belief is drawn, not told."""


@dataclass(frozen=True)
class Label:
    """A text in a drawing, by the point at its foot."""

    x: float
    y: float
    anchor: str
    words: str


@dataclass(frozen=True)
class Course:
    """The published figures of an indicator beside the line of its target."""

    lines: tuple[str, ...]
    """Paths, one between two changes of definition."""
    dots: tuple[tuple[float, float, bool, str], ...]
    """Across, down, whether hollow (unverified), and the figure in words."""
    breaks: tuple[float, ...]
    """Where the definition changed."""
    doubtful: tuple[tuple[float, float], ...]
    """Left and width of the years on a definition whose change is only suspected."""
    goal: float
    """How far down the line of the target lies."""
    due: float
    """Where across its year lies."""
    fan: str
    """Path of the 80 % interval, "" without one."""
    labels: tuple[Label, ...]
    years: tuple[tuple[float, str, str], ...]
    """Where across, the year, and how it is set there."""
    words: str
    """The same as text."""


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


COURSE = (12, 288, 20, 98)
"""Left, right, top and bottom of the plot of figures; years stand below."""
STEPS = 24
"""Points at which it is asked whether a line passes under a label."""
LETTER = 6.4
"""Width of a letter of a label, of Chinese ones twice that."""


def course(
    verdict: Verdict, figures: Sequence[Mapping[str, Any]], language: Language
) -> Course | None:
    """Draw the figures of an indicator as published, with the line of its target.

    Parameters
    ----------
    verdict : Verdict
    figures : sequence of mapping
        Rows of `series.csv` for its indicator and area, in order of the years.
    language : Language

    Returns
    -------
    Course or None
        None with fewer than two figures, or where the target asks for no level.
    """
    goal = verdict.goal
    if goal is None or len(figures) < 2:
        return None
    left, right, top, bottom = COURSE
    years, values = [int(f["year"]) for f in figures], [float(f["value"]) for f in figures]
    every = [*values, goal.level, *(v for v in (goal.low, goal.high) if isfinite(v))]
    low, span = min(every), max(max(every) - min(every), 1e-9)
    first, last = years[0], max(years[-1], verdict.target_year)

    def across(year: float) -> float:
        return round(left + (right - left) * (year - first) / (last - first), 1)

    def down(value: float) -> float:
        return round(bottom - (bottom - top) * (value - low) / span, 1)

    points = [(across(year), down(value)) for year, value in zip(years, values, strict=True)]
    starts = [i for i, f in enumerate(figures) if i and text(f["break_before"])]
    pieces = [points[a:b] for a, b in pairwise([0, *starts, len(points)])]
    decimals = int(max(f["decimals"] for f in figures))
    amounts = [language.plain_amount(value, decimals, goal.unit) for value in values]
    fan = ""
    if isfinite(goal.low) and verdict.target_year > years[-1]:
        (x, y), due = points[-1], across(verdict.target_year)
        fan = f"M{x} {y}L{due} {down(goal.low)}V{down(goal.high)}Z"
    breaks = [round((points[i - 1][0] + points[i][0]) / 2, 1) for i in starts]
    spans = zip(starts, pairwise([*breaks, right]), strict=True)
    doubtful = [span for i, span in spans if text(figures[i]["break_before"]) == "suspected"]
    named = [year_name(year, verdict.year_ends) for year in years]
    ends = {"first": amounts[0], "start": named[0], "last": amounts[-1], "end": named[-1]}
    return Course(
        lines=tuple("M" + "L".join(f"{x} {y}" for x, y in piece) for piece in pieces),
        dots=tuple(
            (x, y, f["grade"] == "unverified", f"{year}{language.say('column.separator')}{amount}")
            for (x, y), f, year, amount in zip(points, figures, named, amounts, strict=True)
        ),
        breaks=tuple(breaks),
        doubtful=tuple((start, round(end - start, 1)) for start, end in doubtful),
        goal=down(goal.level),
        due=across(verdict.target_year),
        fan=fan,
        labels=_course_labels(points, amounts, down(goal.level), language),
        years=((left, named[0], "start"), (right, year_name(last, verdict.year_ends), "end")),
        words=language.say("card.course_alt", **ends, asked=verdict.said.asked, year=verdict.year),
    )


def _course_labels(
    points: Sequence[tuple[float, float]], amounts: Sequence[str], goal: float, language: Language
) -> tuple[Label, ...]:
    """Write first and last figure and the name of the line where the least is in their way."""
    left, right, *_ = COURSE
    target = language.say("card.course_mark")
    (x0, y0), (x1, y1) = points[0], points[-1]
    wishes = [
        [
            Label(x + step, y + lift, anchor, words)
            for step, lift in ((0, -8), (0, 16), (8 * side, 4), (0, -18), (0, 26))
        ]
        for x, y, anchor, words, side in (
            (x1, y1, "end", amounts[-1], -1),
            (x0, y0, "start", amounts[0], 1),
        )
    ]
    wishes[0] += [Label(x1, y1 + lift, "middle", amounts[-1]) for lift in (-8, 16)]
    wishes.append(
        [
            Label(x, goal + step, anchor, target)
            for step in (-5, 13)
            for x, anchor in ((left, "start"), (right, "end"), ((left + right) / 2, "middle"))
        ]
    )
    placed: list[Label] = []
    for options in wishes:
        # The name of the line stands on it; figures keep off.
        across = [] if options[0].words == target else [(left - 4, goal), (right + 4, goal)]
        options.sort(key=lambda label: _in_the_way(label, [points, across], placed))
        placed.append(options[0])
    return tuple(placed)


def _in_the_way(
    label: Label, lines: Sequence[Sequence[tuple[float, float]]], placed: Sequence[Label]
) -> int:
    """Count what a label would cover: other labels and the edge above all, then lines."""
    x0, y0, x1, y1 = _box(label)
    along = [
        (a[0] + (b[0] - a[0]) * k / STEPS, a[1] + (b[1] - a[1]) * k / STEPS)
        for line in lines
        for a, b in pairwise(line)
        for k in range(STEPS + 1)
    ]
    count = sum(x0 < x < x1 and y0 < y < y1 for x, y in along)
    boxes = [_box(other) for other in placed]
    count += 100 * sum(x0 < c and a < x1 and y0 < d and b < y1 for a, b, c, d in boxes)
    return count + 1000 * (x0 < 0 or x1 > WIDTH or y0 < 0 or y1 > COURSE[3] + 8)


def _box(label: Label) -> tuple[float, float, float, float]:
    width = LETTER * sum(1 + is_han(c) for c in label.words)
    start = label.x - {"start": 0.0, "middle": width / 2, "end": width}[label.anchor]
    return start, label.y - 10, start + width, label.y + 3


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


RANK = {"met": 2.0, "at_the_line": 1.5, "missed": -1.0}
"""How settled targets are sorted beside probabilities; without either they come last."""


@dataclass(frozen=True)
class Matrix:
    """Areas beside targets."""

    columns: tuple[str, ...]
    """What the targets are about, with their year."""
    rows: tuple[tuple[str, str, tuple[tuple[float, tuple[Verdict, ...]], ...]], ...]
    """Name of an area, the file of its page ("" without one), and for each column what it is sorted
    by and the verdicts."""


def matrix_of(
    verdicts: Sequence[Verdict], names: Mapping[str, str], pages: Mapping[str, str]
) -> Matrix:
    """Lay verdicts out by area and target; `pages`: files of the pages of areas, where they are."""
    about = {v.target_id: f"{names[v.target_id]}, {v.year}" for v in verdicts}
    columns = tuple(dict.fromkeys(about.values()))
    rows = []
    for area, name in {v.area_id: v.area for v in verdicts}.items():
        own = [v for v in verdicts if v.area_id == area]
        cells = [tuple(v for v in own if about[v.target_id] == column) for column in columns]
        ranked = tuple((max(map(_rank, cell), default=-3.0), cell) for cell in cells)
        rows.append((name, pages.get(area, ""), ranked))
    return Matrix(columns, tuple(rows))


def _rank(verdict: Verdict) -> float:
    return RANK.get(verdict.state, -2.0 if isnan(verdict.probability) else verdict.probability)
