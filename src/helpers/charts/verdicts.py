"""Charts of a plan: targets as lines at 100 %, years in which goals are reached, and measures.

Grades of measures are told by words and by how full a square is, so that no colour has to be seen.
"""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.charts.chart import chart
from helpers.charts.labels import MARK_INK, ROW_LINE, row_words, write_above, write_lines, write_row
from helpers.charts.series import INTERVALS
from helpers.charts.sheet import ROUND, Paper, Sheet, outward
from helpers.charts.style import INK, MARK, OBSERVED, PROJECTED, QUIET, SMALL, TEXT, mark
from helpers.charts.text_layout import say, spoken, text_width, wrap
from helpers.wording.sentences import PHRASES

_BAR = 0.4
"""Height in inches of the bars below the words of a row."""


@chart(
    shows="state",
    along="label",
    unit="",
    verdicts="label state value target_value latest_value "
    "latest_grade median lower50 upper50 lower80 upper80 lower95 upper95",
)
def verdict_strip(paper: Paper, verdicts: pd.DataFrame) -> Figure:
    """Draw one row per target: its figure or projection in percent of what the target asks.

    A hollow dot is an unverified figure.

    Parameters
    ----------
    verdicts : DataFrame
        From top to bottom. Columns label (what is asked), state (in words), value (the figure in
        words), target_value, latest_value, latest_grade, median and lower and upper bounds of the
        50, 80 and 95 % intervals (lower50 ...). A target whose outcome is published has NaN there:
        its figure alone is drawn. Bounds and figures are in the unit of the target.
    """
    rows = verdicts.reset_index(drop=True)
    note = say("chart.strip_dot" if rows["median"].isna().all() else "chart.strip_key")
    if rows["latest_grade"].eq("unverified").any():
        note = say("chart.with_hollow", note=note)
    said = [" · ".join(filter(None, each)) for each in rows[["state", "value"]].to_numpy()]
    texts = [row_words(*each, paper.room) for each in zip(rows["label"], said, strict=True)]
    heights = [words.height + _BAR for words in texts]
    sheet = paper.sheet([note], plot_height=sum(heights) + 0.1, above=0.2)
    sheet.lay_rows(sum(heights) + 0.1)
    _set_axis(sheet, rows, 4 if paper.narrow else 6)
    top = 0.0
    for (_, row), words, height in zip(rows.iterrows(), texts, heights, strict=True):
        write_row(sheet.axes, words, top, pad=3)
        _draw_row(sheet.axes, row, top - height + 0.55 * _BAR)
        top -= height
    return sheet.figure


def _percent(row: pd.Series, column: str) -> float:
    return 100 * row[column] / row["target_value"]


def _set_axis(sheet: Sheet, rows: pd.DataFrame, ticks: int) -> None:
    axes = sheet.axes
    columns = ["latest_value", "median", *(f"{s}{i}" for i, _ in INTERVALS for s in _SIDES)]
    shares = [_percent(row, c) for _, row in rows.iterrows() for c in columns]
    shares = [share for share in shares if math.isfinite(share)] + [100.0]
    room = 0.09 * max(max(shares) - min(shares), 20)
    low, high = outward(min(shares) - room, max(shares) + room)
    axes.set_xlim(low, high)
    # A tick label at the very edge would be cut.
    edge = 0.3 * (high - low) / sheet.across
    axes.set_xticks(_ticks(low + edge, high - edge, ticks))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: say("chart.percent", number=f"{value:.0f}"))
    )
    axes.axvline(100, color=MARK, lw=1.6, gid="target", zorder=2)
    write_above(axes, say("chart.target"), 100, color=MARK_INK, weight="bold")


_SIDES = ("lower", "upper")


def _ticks(low: float, high: float, count: int) -> list[float]:
    """Round percentages, and 100 always, with room between them."""
    ticks = MaxNLocator(nbins=count, steps=ROUND).tick_values(low, high)
    apart = [tick for tick in ticks if abs(tick - 100) > 0.13 * (high - low)]
    return sorted([100.0, *(tick for tick in apart if low <= tick <= high)])


def _draw_row(axes: Axes, row: pd.Series, y: float) -> None:
    for level, colour in INTERVALS:
        low, high = (_percent(row, f"{side}{level}") for side in _SIDES)
        if math.isfinite(low) and math.isfinite(high):
            axes.barh(
                y, high - low, left=low, height=0.55 * _BAR, color=colour, lw=0, zorder=1.5,
                gid=f"interval{level}",
            )  # fmt: skip
    if math.isfinite(row["median"]):
        axes.plot(
            _percent(row, "median"), y, ls="", marker="s", color=PROJECTED, gid="median", zorder=4
        )
    if math.isfinite(row["latest_value"]):
        hollow = row["latest_grade"] == "unverified"
        mark(axes, _percent(row, "latest_value"), y, hollow, ms=8, edge=1.6, zorder=5)


@dataclass(frozen=True)
class Attainment:
    """When a line is first reached, and whether it is held."""

    years: np.ndarray
    """Of int, shape (H,)."""
    first: np.ndarray
    """Shape (H,). Probability that the year is the first at or above the line; zero throughout
    where a published figure had passed it before."""
    reached_in: int
    """That earlier year; 0 where there is none."""
    never: float
    """Probability that no year up to the last is at or above the line."""
    deadline: int
    """The target year."""
    held: float
    lost: float
    not_yet: float
    """`held`, `lost`, `not_yet`: probability that the deadline is at or above the line; that an
    earlier year was and the deadline is not; that none was. They add up to one."""
    dips: float
    """Probability that some year up to the last lies below the line after one that reached it."""

    @property
    def by_year(self) -> np.ndarray:
        """Probability that the line was reached by each year."""
        return np.ones(len(self.years)) if self.reached_in else np.cumsum(self.first)


def _told(rows: list[tuple[str, str, Attainment]]) -> pd.DataFrame:
    """Give the probabilities as a table: one row a goal and year, then later or never."""
    told = [
        {"goal": label, "remark": remark, "year": year, "probability": chance,
         "deadline": found.deadline, "reached_in": found.reached_in}
        for label, remark, found in rows
        for year, chance in [*zip(found.years, found.first, strict=True), ("later", found.never)]
    ]  # fmt: skip
    return pd.DataFrame(told)


_ABOVE, _BARS, _LOW, _GAP = 0.22, 0.55, 0.22, 0.16
"""Heights in inches: above bars, of bars, of a row without them, below."""
_TICKS_AN_INCH = 1.9
"""Years along the axis whose labels stay apart."""
_LEAST_LABEL = 0.03


@chart(shows="probability", along="year", by="goal", unit="", rows=_told)
def attainment_chart(paper: Paper, rows: list[tuple[str, str, Attainment]]) -> Figure:
    """Draw for each goal the probability that a year is the first to reach it.

    Bars sum to one with the hatched bar on the right: not by the last year. A goal that was reached
    before has a dot in that year, and no bars. The year set is marked below its bar.

    Parameters
    ----------
    rows : list of (label, remark, distribution)
        The goal in words, what to add below, and an `Attainment`.
    """
    every = [found for _, _, found in rows]
    last = max((int(found.years[-1]) for found in every), default=0)
    first = min((found.reached_in or int(found.years[0]) for found in every), default=0)
    highest = max((max(*found.first, found.never) for found in every), default=0.0) or 1.0
    highest = math.ceil(10 * highest) / 10  # else one probability would move all bars
    heads = [wrap(label, TEXT, paper.room, weight="bold") for label, _, _ in rows]
    remarks = [wrap(remark, SMALL, paper.room) for _, remark, _ in rows]
    heights = [
        ROW_LINE * (len(head) + len(remark)) + (_LOW if found.reached_in else _ABOVE + _BARS) + _GAP
        for head, remark, found in zip(heads, remarks, every, strict=True)
    ]
    total = sum(heights) or _BARS
    sheet = paper.sheet([say("chart.attainment_key", last=last)], plot_height=total)
    sheet.lay_rows(total)
    # The bar after the last year stands far enough from it for both labels.
    beyond = last + max(2, math.ceil((last - first) / (2 * paper.width)))
    _set_years(sheet.axes, paper, first, last, beyond)
    top = 0.0
    for found, head, remark, height in zip(every, heads, remarks, heights, strict=True):
        _write(sheet.axes, head, remark, top)
        _draw(sheet.axes, found, top - height + _GAP, highest, beyond)
        top -= height
    return sheet.figure


def _set_years(axes: Axes, paper: Paper, first: int, last: int, beyond: int) -> None:
    axes.set_xlim(first - 0.7, beyond + 0.7)
    least = 3 if paper.narrow else 1
    step = max(least, math.ceil((beyond - first) / (_TICKS_AN_INCH * paper.width)))
    years = list(range(last, first - 1, -step))
    axes.set_xticks([*years, beyond], [*map(str, years), say("chart.later")])
    axes.spines["bottom"].set_visible(False)


def _write(axes: Axes, head: list[str], remark: list[str], top: float) -> None:
    first = top - 0.5 * ROW_LINE
    write_lines(axes, head, first, fontsize=TEXT, weight="bold", color=INK)
    below = first - len(head) * ROW_LINE
    write_lines(axes, remark, below, fontsize=SMALL, color=QUIET)


def _draw(axes: Axes, found: Attainment, base: float, highest: float, beyond: int) -> None:
    axes.plot([found.years[0] - 0.6, beyond + 0.6], [base, base], color=QUIET, lw=0.7)
    axes.plot(
        found.deadline, base - 0.05, ls="", marker="^", ms=5, color=MARK, gid="deadline", zorder=4
    )
    if found.reached_in:
        axes.plot(found.reached_in, base + 0.1, ls="", marker="o", color=OBSERVED, gid="reached")
        return
    bars = [*zip(found.years, found.first, strict=True), (beyond, found.never)]
    for year, chance in bars:
        height = _BARS * chance / highest
        later = year == beyond
        axes.bar(
            year, height, 0.8, bottom=base, color="white" if later else PROJECTED,
            edgecolor=PROJECTED, hatch="////" if later else None, lw=0.8,
            gid="never" if later else "first", zorder=2.5,
        )  # fmt: skip
        if chance >= _LEAST_LABEL:
            axes.annotate(
                f"{100 * chance:.0f}", (year, base + height), (0, 2), fontsize=SMALL, ha="center",
                va="bottom", color=QUIET, textcoords="offset points",
            )  # fmt: skip


_LINE, _BETWEEN, _HEAD = 0.19, 0.13, 0.32
"""Heights in inches: of a line of text, between measures, and of an area's heading."""
_SQUARE, _PITCH = 0.13, 0.18
_INKS = {"covered": "#004b76", "partly covered": "#3d3d3d", "not covered": QUIET}
FULL = {"series": 1.0, "some": 0.5}


@dataclass(frozen=True)
class _Block:
    """The lines of one measure, and how high they stand."""

    label: list[str]
    fact: list[str]
    grade: str
    words: str
    strengths: tuple[str, ...]
    beside: bool

    @property
    def height(self) -> float:
        lines = len(self.label) + len(self.fact) + (0 if self.beside else 1)
        return max(lines, 2 if self.beside else 1) * _LINE + _BETWEEN


@chart(shows="grade", along="label", unit="", measures="area label fact grade strengths")
def measures_chart(paper: Paper, measures: pd.DataFrame) -> Figure:
    """Draw one row a measure, below the heading of its area.

    A square stands for an indicator: full for a yearly series, half for some figures, empty for
    none. In a narrow figure the squares stand under the name.

    Parameters
    ----------
    measures : DataFrame
        Columns area, label and fact (words in the language), grade (one of
        `helpers.vocabulary.MEASURE_GRADES`) and strengths (of its indicators), as
        `helpers.topics.measures.grid_view` returns.
    """
    own = PHRASES[spoken().code]
    side = 0.0 if paper.narrow else _side(measures, own)
    room = paper.room - side - (0.15 if side else 0)
    blocks = [_block(row, own, room, bool(side)) for row in measures.itertuples()]
    heads = [wrap(area, TEXT, paper.room, weight="bold") for area in measures["area"]]
    new = measures["area"].ne(measures["area"].shift()).tolist()
    height = sum(block.height for block in blocks)
    height += sum(_head_height(h) for h, first in zip(heads, new, strict=True) if first)
    sheet = paper.sheet([own["squares"]], plot_height=height, below=-0.3)
    axes = sheet.axes
    sheet.lay_rows(height)
    # One unit is an inch both ways, so that squares are square and lines as high as text.
    axes.set_xlim(0, paper.room)
    axes.set_xticks([])
    axes.set_axis_off()
    top = 0.0
    for block, head, first in zip(blocks, heads, new, strict=True):
        if first:
            top = _write_head(axes, head, top, paper.room)
        _draw_block(axes, block, top, paper.room - side)
        top -= block.height
    return sheet.figure


def _side(measures: pd.DataFrame, own: dict[str, str]) -> float:
    words = max(text_width(own[grade], SMALL, "bold") for grade in measures["grade"])
    squares = max(map(len, measures["strengths"])) * _PITCH
    return max(words, squares) + 0.02


def _block(row, own: dict[str, str], room: float, beside: bool) -> _Block:
    label = wrap(row.label, TEXT, room)
    fact = [line for part in row.fact.splitlines() for line in wrap(part, SMALL, room)]
    return _Block(label, fact, row.grade, own[row.grade], row.strengths, beside)


def _head_height(lines: list[str]) -> float:
    return _HEAD + _LINE * (len(lines) - 1)


def _write_head(axes: Axes, lines: list[str], top: float, across: float) -> float:
    axes.plot([0, across], [top, top], color=QUIET, lw=0.8, gid="area")
    for number, line in enumerate(lines):
        y = top - 0.16 - number * _LINE
        axes.text(0, y, line, fontsize=TEXT, weight="bold", color=INK, va="center")
    return top - _head_height(lines)


def _draw_block(axes: Axes, block: _Block, top: float, right: float) -> None:
    ink = _INKS[block.grade]
    lines = [(line, TEXT, INK) for line in block.label]
    lines += [(line, SMALL, QUIET) for line in block.fact]
    start = 1 if not block.beside else 0
    for number, (line, size, colour) in enumerate(lines):
        # In a narrow figure the squares stand between the name and the figures.
        step = number + (start if number >= len(block.label) else 0)
        axes.text(0, top - (step + 0.5) * _LINE, line, fontsize=size, color=colour, va="center")
    weight = "bold" if block.grade == "covered" else "normal"
    y = top - (0.5 if block.beside else len(block.label) + 0.5) * _LINE
    left = right if block.beside else 0.0
    for number, strength in enumerate(block.strengths):
        _square(axes, left + number * _PITCH, y, FULL.get(strength, 0.0), ink)
    place = (left, y - _LINE) if block.beside else (len(block.strengths) * _PITCH + 0.06, y)
    axes.text(*place, block.words, fontsize=SMALL, weight=weight, color=ink, va="center")


def _square(axes: Axes, x: float, y: float, full: float, ink: str) -> None:
    low = y - _SQUARE / 2
    if full:
        # The lower half is filled, as in a glass.
        axes.add_patch(
            Rectangle((x, low), _SQUARE, _SQUARE * full, facecolor=OBSERVED, lw=0, gid="filled")
        )
    axes.add_patch(
        Rectangle((x, low), _SQUARE, _SQUARE, facecolor="none", edgecolor=ink, lw=0.9, gid="square")
    )
