"""Chart of the years in which goals are first reached: one row of bars a goal."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.language import say
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
from helpers.charts.text_layout import wrap

_LINE, _ABOVE, _BARS, _LOW, _GAP = 0.2, 0.22, 0.55, 0.22, 0.16
"""Heights in inches: of a line of text, above bars, of bars, of a row without them, below."""
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
            _LINE * (len(head) + len(remark))
            + (_LOW if found.reached_in else _ABOVE + _BARS)
            + _GAP
            for head, remark, (_, _, found) in zip(heads, remarks, rows, strict=True)
        ]
        notes = [say("chart.attainment_key", last=last)]
        total = sum(heights) or _BARS
        sheet = open_sheet(title, "", source, notes, width=width, plot_height=total)
        _set_axes(sheet.axes, width, first, last, total)
        top = 0.0
        for (_, _, found), head, remark, height in zip(rows, heads, remarks, heights, strict=True):
            _write(sheet.axes, head, remark, top)
            base = top - height + _GAP
            _draw(sheet.axes, found, base, highest, last)
            top -= height
    return sheet.figure


def _set_axes(axes: Axes, width: float, first: int, last: int, height: float) -> None:
    position = axes.get_position()
    axes.set_position((EDGE / width, position.y0, 1 - 2 * EDGE / width, position.height))
    axes.set_xlim(first - 0.7, last + 2.7)
    axes.set_ylim(-height, 0)
    axes.set_yticks([])
    axes.grid(False)
    step = 1 if width > 5 else 3
    years = list(range(last, first - 1, -step))
    axes.set_xticks([*years, last + 2], [*map(str, years), say("chart.later")])
    axes.spines["bottom"].set_visible(False)


def _write(axes: Axes, head: list[str], remark: list[str], top: float) -> None:
    style = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    lines = [(line, TEXT, "bold", INK) for line in head]
    lines += [(line, SMALL, "normal", QUIET) for line in remark]
    for number, (line, size, weight, colour) in enumerate(lines):
        place = (0, top - (number + 0.5) * _LINE)
        axes.annotate(line, place, (0, 0), fontsize=size, weight=weight, color=colour, **style)


def _draw(axes: Axes, found: Attainment, base: float, highest: float, last: int) -> None:
    axes.plot([found.years[0] - 0.6, last + 2.6], [base, base], color=QUIET, lw=0.7)
    axes.plot(
        found.deadline, base - 0.05, ls="", marker="^", ms=5, color=MARK, gid="deadline",
        zorder=4,
    )  # fmt: skip
    if found.reached_in:
        axes.plot(found.reached_in, base + 0.1, ls="", marker="o", color=OBSERVED, gid="reached")
        return
    bars = [*zip(found.years, found.first, strict=True), (last + 2, found.never)]
    for year, chance in bars:
        height = _BARS * chance / highest
        later = year > last
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
