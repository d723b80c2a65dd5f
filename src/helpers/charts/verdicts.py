"""Charts of targets: each as a line at 100 %, and the years in which goals are first reached."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.charts.chart import chart
from helpers.charts.labels import ROW_LINE, row_words, write_row
from helpers.charts.series import INTERVALS
from helpers.charts.style import (
    EDGE,
    INK,
    MARK,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    house_style,
    open_sheet,
)
from helpers.charts.text_layout import say, wrap

_BAR = 0.4
"""Height in inches of the bars below the words of a row."""


@chart(
    shows="state",
    along="label",
    verdicts="label state value target_value latest_value "
    "latest_grade median lower50 upper50 lower80 upper80 lower95 upper95",
)
def verdict_strip(
    verdicts: pd.DataFrame, *, title: str = "", source: str = "", width: float = WIDTH
) -> Figure:
    """Draw one row per target: its figure or projection in percent of what the target asks.

    Parameters
    ----------
    verdicts : DataFrame
        Columns label (what is asked), state (in words), value (the figure in words),
        target_value, latest_value, latest_grade, median and lower and upper bounds of the 50, 80
        and 95 % intervals (lower50 ...). A target whose outcome is published has NaN there: its
        figure alone is drawn. Bounds and figures are in the unit of the target.
    title, source : str
        The finding, and where the figures come from.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Rows from top to bottom in the order of the table; a hollow dot is an unverified figure.
    """
    rows = verdicts.reset_index(drop=True)
    with house_style():
        note = say("chart.strip_key")
        if rows["median"].isna().all():
            note = say("chart.strip_dot")
        if rows["latest_grade"].eq("unverified").any():
            note = say("chart.with_hollow", note=note)
        room = width - 2 * EDGE
        texts = [row_words(row["label"], _said(row), room) for _, row in rows.iterrows()]
        heights = [ROW_LINE * (len(left) + len(below)) + _BAR for left, _, below in texts]
        sheet = open_sheet(
            title, "", source, [note], width=width, plot_height=sum(heights) + 0.1, above=0.2
        )
        _set_axes(sheet.axes, rows, width, sum(heights) + 0.1)
        top = 0.0
        for (_, row), words, height in zip(rows.iterrows(), texts, heights, strict=True):
            write_row(sheet.axes, words, top, pad=3)
            _draw_row(sheet.axes, row, top - height + 0.55 * _BAR)
            top -= height
    return sheet.figure


def _percent(row: pd.Series, column: str) -> float:
    return 100 * row[column] / row["target_value"]


def _set_axes(axes: Axes, rows: pd.DataFrame, width: float, height: float) -> None:
    columns = ["latest_value", "median", *(f"{s}{i}" for i, _ in INTERVALS for s in _SIDES)]
    shares = [_percent(row, c) for _, row in rows.iterrows() for c in columns]
    shares = [share for share in shares if math.isfinite(share)] + [100.0]
    low, high = min(shares), max(shares)
    room = 0.09 * max(high - low, 20)
    axes.set_xlim(low - room, high + room)
    axes.set_ylim(-height, 0)
    position = axes.get_position()
    axes.set_position((EDGE / width, position.y0, 1 - 2 * EDGE / width, position.height))
    axes.set_yticks([])
    axes.grid(False)
    # A tick label at the very edge would be cut.
    edge = 0.3 * (high - low + 2 * room) / (width - 2 * EDGE)
    axes.set_xticks(_ticks(low - room + edge, high + room - edge, 6 if width > 5 else 4))
    axes.xaxis.set_major_formatter(
        FuncFormatter(lambda value, _: say("chart.percent", number=f"{value:.0f}"))
    )
    axes.axvline(100, color=MARK, lw=1.6, gid="target", zorder=2)
    axes.annotate(
        say("chart.target"), (100, 1), (0, 2), xycoords=("data", "axes fraction"), ha="center",
        va="bottom", textcoords="offset points", color="#00664a", weight="bold", fontsize=SMALL,
        annotation_clip=False,
    )  # fmt: skip


_SIDES = ("lower", "upper")


def _ticks(low: float, high: float, count: int) -> list[float]:
    """Round percentages, and 100 always, with room between them."""
    ticks = MaxNLocator(nbins=count, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high)
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
        )  # fmt: skip
    if math.isfinite(row["latest_value"]):
        hollow = row["latest_grade"] == "unverified"
        axes.plot(
            _percent(row, "latest_value"), y, ls="", marker="o", ms=8, color=OBSERVED, zorder=5,
            markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.6,
            gid="unverified" if hollow else "verified",
        )  # fmt: skip


def _said(row: pd.Series) -> str:
    return " · ".join(part for part in (row["state"], row["value"]) if part)


_ABOVE, _BARS, _LOW, _GAP = 0.22, 0.55, 0.22, 0.16
"""Heights in inches: above bars, of bars, of a row without them, below."""
_TICKS_AN_INCH = 1.9
"""Years along the axis whose labels stay apart."""
_LEAST_LABEL = 0.03


@dataclass(frozen=True)
class Attainment:
    """When a line is first reached, and whether it is held.

    Attributes
    ----------
    years : ndarray of int, shape (H,)
    first : ndarray, shape (H,)
        Probability that the year is the first at or above the line; zero throughout where a
        published figure had passed it before.
    reached_in : int
        That earlier year; 0 where there is none.
    never : float
        Probability that no year up to the last is at or above the line.
    deadline : int
        The target year.
    held, lost, not_yet : float
        Probability that the deadline is at or above the line; that an earlier year was and the
        deadline is not; that none was. They add up to one.
    dips : float
        Probability that some year up to the last lies below the line after one that reached it.
    """

    years: np.ndarray
    first: np.ndarray
    reached_in: int
    never: float
    deadline: int
    held: float
    lost: float
    not_yet: float
    dips: float

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


@chart(shows="probability", along="year", by="goal", rows=_told)
def attainment_chart(
    rows: list[tuple[str, str, Attainment]],
    *,
    title: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw for each goal the probability that a year is the first to reach it.

    Parameters
    ----------
    rows : list of (label, remark, distribution)
        The goal in words, what to add below, and an `Attainment`.
    title, source : str
        The finding, and where the figures come from.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Bars sum to one with the hatched bar on the right: not by the last year. A goal that was
        reached before has a dot in that year, and no bars. The year set is marked below its bar.
    """
    last = max((int(found.years[-1]) for _, _, found in rows), default=0)
    first = min((found.reached_in or int(found.years[0]) for _, _, found in rows), default=0)
    highest = max((max(*found.first, found.never) for _, _, found in rows), default=0.0) or 1.0
    with house_style():
        ruler = Figure()
        FigureCanvasAgg(ruler)
        room = width - 2 * EDGE
        heads = [wrap(ruler, label, TEXT, room, weight="bold") for label, _, _ in rows]
        remarks = [wrap(ruler, remark, SMALL, room) for _, remark, _ in rows]
        heights = [
            ROW_LINE * (len(head) + len(remark))
            + (_LOW if found.reached_in else _ABOVE + _BARS)
            + _GAP
            for head, remark, (_, _, found) in zip(heads, remarks, rows, strict=True)
        ]
        notes = [say("chart.attainment_key", last=last)]
        total = sum(heights) or _BARS
        sheet = open_sheet(title, "", source, notes, width=width, plot_height=total)
        _set_year_axes(sheet.axes, width, first, last, total)
        top = 0.0
        for (_, _, found), head, remark, height in zip(rows, heads, remarks, heights, strict=True):
            _write(sheet.axes, head, remark, top)
            base = top - height + _GAP
            _draw(sheet.axes, found, base, highest, _beyond(first, last, width))
            top -= height
    return sheet.figure


def _set_year_axes(axes: Axes, width: float, first: int, last: int, height: float) -> None:
    position = axes.get_position()
    axes.set_position((EDGE / width, position.y0, 1 - 2 * EDGE / width, position.height))
    beyond = _beyond(first, last, width)
    axes.set_xlim(first - 0.7, beyond + 0.7)
    axes.set_ylim(-height, 0)
    axes.set_yticks([])
    axes.grid(False)
    step = max(1 if width > 5 else 3, math.ceil((beyond - first) / (_TICKS_AN_INCH * width)))
    years = list(range(last, first - 1, -step))
    axes.set_xticks([*years, beyond], [*map(str, years), say("chart.later")])
    axes.spines["bottom"].set_visible(False)


def _beyond(first: int, last: int, width: float) -> int:
    """Place of the bar after the last year: far enough for both labels."""
    return last + max(2, math.ceil((last - first) / (2 * width)))


def _write(axes: Axes, head: list[str], remark: list[str], top: float) -> None:
    style: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    style["va"] = "center"
    lines = [(line, TEXT, "bold", INK) for line in head]
    lines += [(line, SMALL, "normal", QUIET) for line in remark]
    for number, (line, size, weight, colour) in enumerate(lines):
        place = (0, top - (number + 0.5) * ROW_LINE)
        axes.annotate(line, place, (0, 0), fontsize=size, weight=weight, color=colour, **style)


def _draw(axes: Axes, found: Attainment, base: float, highest: float, beyond: int) -> None:
    axes.plot([found.years[0] - 0.6, beyond + 0.6], [base, base], color=QUIET, lw=0.7)
    axes.plot(
        found.deadline, base - 0.05, ls="", marker="^", ms=5, color=MARK, gid="deadline",
        zorder=4,
    )  # fmt: skip
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
            gid="never" if later else "first", zorder=3,
        )  # fmt: skip
        if chance >= _LEAST_LABEL:
            axes.annotate(
                f"{100 * chance:.0f}", (year, base + height), (0, 2), fontsize=SMALL, ha="center",
                va="bottom", color=QUIET, textcoords="offset points",
            )  # fmt: skip
