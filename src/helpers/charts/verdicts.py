"""Chart of verdicts: each target as a line at 100 %, and how far the figures reach."""

import math

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.charts.chart import chart
from helpers.charts.language import say
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
from helpers.charts.text_layout import text_width, wrap

_LINE, _BAR = 0.2, 0.4
"""Heights in inches of a line of text and of the bars below it."""


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
        texts = [_texts(row, width - 2 * EDGE) for _, row in rows.iterrows()]
        heights = [_LINE * (len(left) + len(below)) + _BAR for left, _, below in texts]
        sheet = open_sheet(
            title, "", source, [note], width=width, plot_height=sum(heights) + 0.1, above=0.2
        )
        _set_axes(sheet.axes, rows, width, sum(heights) + 0.1)
        top = 0.0
        for (_, row), words, height in zip(rows.iterrows(), texts, heights, strict=True):
            _write_row(sheet.axes, *words, top)
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


def _texts(row: pd.Series, room: float) -> tuple[list[str], str, list[str]]:
    """Give the lines of the label, and the state beside it where both fit, or in lines below."""
    figure = Figure()
    FigureCanvasAgg(figure)
    state = " · ".join(part for part in (row["state"], row["value"]) if part)
    label = wrap(figure, row["label"], TEXT, room, weight="bold")
    taken = text_width(figure, row["label"], TEXT, "bold") + 0.25
    if taken + text_width(figure, state, SMALL) <= room:
        return label, state, []
    return label, "", wrap(figure, state, SMALL, room)


def _write_row(axes: Axes, label: list[str], beside: str, below: list[str], top: float) -> None:
    style = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    # The line of the target is interrupted by the words that it would run through.
    style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 3}
    heights = [top - (number + 0.6) * _LINE for number in range(len(label) + len(below))]
    for y, line in zip(heights, label, strict=False):
        axes.annotate(line, (0, y), (0, 0), fontsize=TEXT, weight="bold", color=INK, **style)
    for y, line in zip(heights[len(label) :], below, strict=True):
        axes.annotate(line, (0, y), (0, 0), fontsize=SMALL, color=QUIET, **style)
    if beside:
        place = (1, heights[0])
        axes.annotate(beside, place, (0, 0), fontsize=SMALL, color=QUIET, ha="right", **style)
