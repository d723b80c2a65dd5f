"""Charts of past statements: were probabilities right, how far off medians, how wide bands."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from helpers.charts.chart import chart
from helpers.charts.labels import (
    Target,
    draw_line,
    in_pixels,
    name_line,
    trace,
    white,
    with_target,
    write_left,
)
from helpers.charts.series import INTERVALS
from helpers.charts.sheet import Paper, Sheet
from helpers.charts.style import (
    EDGE,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    TEXT,
    dot,
    mark,
    mark_figures,
    stroke,
)
from helpers.charts.text_layout import number, plain, say, text_width


@chart(
    shows="observed",
    along="forecast",
    unit="chart.came_true",
    width=5.0,
    table="forecast observed count lower upper",
)
def reliability_chart(paper: Paper, table: pd.DataFrame) -> Figure:
    """Draw how often a thing came true against the probability that had been stated for it.

    On the diagonal a stated probability was right; the size of a dot is its count.

    Parameters
    ----------
    table : DataFrame
        Columns forecast (mean stated probability, 0-1), observed (frequency, 0-1) and count; and,
        where there are any, lower and upper (an interval of the frequency).
    """
    sheet = paper.sheet([say("chart.dot_size")], plot_height=0.72 * paper.width, below=0.26)
    axes = sheet.axes
    axes.set_xlim(-4, 104)
    axes.set_ylim(-4, 104)
    axes.grid(True, axis="both")
    sheet.fit()
    axes.plot([0, 100], [0, 100], color=QUIET, lw=1, ls=(0, (4, 3)), gid="diagonal")
    stated, seen = 100 * table["forecast"], 100 * table["observed"]
    if {"lower", "upper"} <= set(table.columns):
        axes.vlines(stated, 100 * table["lower"], 100 * table["upper"], color=OBSERVED, lw=1.2)
    sizes = 20 + 260 * table["count"] / table["count"].max()
    axes.scatter(stated, seen, s=sizes, color=OBSERVED, alpha=0.85, gid="reliability", zorder=3)
    told: list[tuple[float, float]] = []
    groups = zip(stated, seen, table["count"], sizes, strict=True)
    for x, y, count, size in sorted(groups, key=lambda group: -abs(group[0] - 50)):
        # Of groups side by side, as at the ends, the outermost has its count; the table has all.
        if any(abs(x - a) < 20 and abs(y - b) < 8 for a, b in told):
            continue
        told.append((x, y))
        # On the free side of the dot: below the diagonal to the right, above it to the left.
        right = (y <= x and x < 85) or x < 12
        axes.annotate(
            number(count), (x, y), ((size**0.5 / 2 + 3) * (1 if right else -1), 0),
            textcoords="offset points", ha="left" if right else "right", va="center",
            fontsize=SMALL, color=QUIET,
        )  # fmt: skip
    axes.set_xlabel(say("chart.stated"), fontsize=TEXT, loc="left")
    return sheet.figure


@chart(shows="value", series="year value grade", paths="origin_year year value")
def hedgehog_chart(
    paper: Paper, series: pd.DataFrame, paths: pd.DataFrame, *, target: Target | None = None
) -> Figure:
    """Draw what came as a line, and over it the middle of every projection made on the way.

    Unverified points are hollow. Projections that all point to one side of the line were wrong in
    the same way each time.

    Parameters
    ----------
    series : DataFrame
        Columns year, value and grade.
    paths : DataFrame
        Columns origin_year, year and value, each from its origin on.
    """
    legend = [dot(say("chart.came")), stroke(say("chart.past_middle"), color=PROJECTED)]
    sheet = paper.sheet([], legend)
    ink = pd.concat([series, paths])
    sheet.span(*with_target(ink["year"], ink["value"], target))
    sheet.fit()
    sheet.mark_years()
    for _, path in paths.groupby("origin_year"):
        sheet.axes.plot(path["year"], path["value"], color=PROJECTED, lw=1, gid="path", zorder=2)
    sheet.axes.plot(series["year"], series["value"], color=OBSERVED, gid="came", zorder=3)
    mark_figures(sheet.axes, series, zorder=4)
    if target is not None:
        draw_line(sheet.axes, *target[:2])
        lines = [series, *(path for _, path in paths.groupby("origin_year"))]
        traced = [trace(in_pixels(sheet, one[["year", "value"]])) for one in lines]
        name_line(sheet, target[2], target[1], np.vstack(traced))
    return sheet.figure


_ROW, _MARGIN = 0.24, 0.2
"""In inches: height of a row, and room at the right."""
_TICKS = (0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_FEW_TICKS = (0.001, 0.01, 0.1, 1, 10, 100, 1000)


@chart(
    shows="came",
    by="name",
    unit="chart.multiple",
    bands="name origin_year year start median lower80 upper80 lower95 upper95 came grade inside80",
)
def past_bands_chart(paper: Paper, bands: pd.DataFrame) -> Figure:
    """Draw each band as a multiple of the value at its origin, with what came as a dot.

    The axis is logarithmic; a cross is what came outside the 80 % band, a hollow dot an unverified
    figure.

    Parameters
    ----------
    bands : DataFrame
        Columns name, origin_year, year, start, median, lower80 ... upper95, came, grade and
        inside80, as `helpers.topics.track_record.own_bands` returns; a row each.
    """
    bands = _with_multiples(bands)
    rows = _layout(bands)
    sheet = paper.sheet([say("chart.past_key")], plot_height=_ROW * max(len(rows), 1))
    labels = [words for words, row in rows if row is not None]
    left = max((text_width(text, SMALL) for text in labels), default=0) + 0.1
    _set_axes(sheet, bands, len(rows), left, _FEW_TICKS if paper.narrow else _TICKS)
    for y, (words, row) in enumerate(rows):
        weight = "bold" if row is None else None
        write_left(sheet.axes, words, y, left, weight=weight, bbox=white(1))
        if row is not None:
            _draw(sheet.axes, y, row)
    return sheet.figure


LEAST = 0.01
"""The multiple at which zero is drawn: a logarithmic axis has none."""


def _with_multiples(bands: pd.DataFrame) -> pd.DataFrame:
    """Leave out bands that began at zero, of which nothing is a multiple, and lift other zeros."""
    own = bands[bands["start"].gt(0)]
    numbers = [name for name in own if name in ("median", "came") or name[:5] in ("lower", "upper")]
    return own.assign(**{name: np.maximum(own[name], LEAST * own["start"]) for name in numbers})


def _set_axes(
    sheet: Sheet, bands: pd.DataFrame, rows: int, left: float, ticks: tuple[float, ...]
) -> None:
    """Lay out a logarithmic axis of multiples, `left` inches beside the labels of the rows."""
    axes = sheet.axes
    axes.set_xscale("log")
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_ylim(rows - 0.4, -0.6)
    axes.set_yticks([])
    if bands.empty:
        axes.set_xticks([])
        axes.set_axis_off()
        return
    multiples = bands[["lower95", "upper95", "came"]].div(bands["start"], axis=0)
    axes.set_xlim(0.85 * multiples.min().min(), 1.15 * multiples.max().max())
    low, high = axes.get_xlim()
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value)} ×"))
    # Half a tick label may stand beyond the end of the axis.
    sheet.place(EDGE + left, EDGE + _MARGIN)


def _layout(bands: pd.DataFrame) -> list[tuple[str, pd.Series | None]]:
    """Give the rows from top to bottom: a heading an indicator, then its origins."""
    rows = []
    for name, own in bands.groupby("name", sort=False):
        rows.append((name, None))
        rows += [(f"{row['origin_year']}–{row['year']}", row) for _, row in own.iterrows()]
    return rows


def _draw(axes: Axes, y: int, row: pd.Series) -> None:
    colours = dict(INTERVALS)
    for level in (95, 80):
        lower, upper = row[f"lower{level}"] / row["start"], row[f"upper{level}"] / row["start"]
        axes.barh(
            y, upper - lower, 0.62, left=lower, color=colours[level], gid=f"band{level}", zorder=2
        )
    axes.plot(row["median"] / row["start"], y, ls="", marker="s", ms=4, color=PROJECTED, zorder=3)
    name, shape = ("inside", "o") if row["inside80"] else ("outside", "X")
    mark(
        axes, row["came"] / row["start"], y, row["grade"] == "unverified", names=(name, name),
        marker=shape, ms=7, edge=1.3, zorder=4,
    )  # fmt: skip
