"""Chart of ranges: one row a case, with its bounds, its readings and its printed figure."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.charts.chart import chart
from helpers.charts.language import say
from helpers.charts.legends import ROW, legend_below, legend_rows
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
from helpers.charts.text_layout import plain, text_width, wrap

_LINE, _BAR = 0.2, 0.34
"""Heights in inches of a line of text and of the bar below it."""
BAR, QUIET_BAND = "#f5c29f", "#ececec"


@chart(shows="middle", along="label", rows="")
def range_chart(
    rows: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    line: tuple[float, str],
    marks: dict[str, str],
    band: tuple[float, float] | None = None,
    band_words: str = "",
    width: float = WIDTH,
) -> Figure:
    """Draw one row a case: a bar from low to high, a tick for each reading, and marks.

    Parameters
    ----------
    rows : DataFrame
        Columns label (in words), note (the numbers in words), low and high (NaN: no bar), ticks (a
        list of values on the bar), middle (the reading that counts; NaN: none), value (a printed
        figure; NaN: none), and middle_hollow and hollow (bool: reading or figure rest on an
        unverified figure). At least one row.
    title, unit, source : str
        The finding, the unit of the axis, and where the figures come from.
    line : (value, label)
        A vertical line, such as the target.
    marks : dict of str to str
        Legend words of "bar", "middle" and "value"; what is left out is not explained.
    band : (low, high), optional
        A shaded span of values that mean nothing, explained by `band_words`.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Rows from top to bottom in the order of the table.
    """
    cases = rows.reset_index(drop=True)
    with house_style():
        texts = [_texts(row, width - 2 * EDGE) for _, row in cases.iterrows()]
        heights = [_LINE * (len(label) + len(below)) + _BAR for label, _, below in texts]
        handles = _handles(cases, marks, band_words if band else "")
        lines = legend_rows(handles, width)
        sheet = open_sheet(title, unit, source, width=width, plot_height=sum(heights),
                           above=0.22, below=ROW * lines)  # fmt: skip
        axes = sheet.axes
        axes.grid(axis="y", visible=False)
        axes.set_yticks([])
        _set_limits(axes, cases, line, band)
        sheet.fit()
        top = sum(heights)
        axes.set_ylim(0, top)
        if band:
            axes.axvspan(*band, color=QUIET_BAND, lw=0, zorder=0, gid="band")
        axes.axvline(line[0], color=MARK, lw=1.6, gid="line", zorder=1)
        _name_line(axes, line)
        for (_, row), text, height in zip(cases.iterrows(), texts, heights, strict=True):
            _write_row(axes, text, top)
            _draw_row(axes, row, top - height + 0.5 * _BAR)
            top -= height
        legend_below(sheet, handles, lines)
    return sheet.figure


def _set_limits(axes: Axes, cases: pd.DataFrame, line, band) -> None:
    values = [line[0], *(band or ())]
    for name in ("low", "high", "middle", "value"):
        values += list(cases[name].dropna())
    low, high = min(values), max(values)
    room = 0.05 * ((high - low) or 1.0)
    axes.set_xlim(low - room, high + room)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    axes.tick_params(axis="x", length=3)


def _name_line(axes: Axes, line: tuple[float, str]) -> None:
    low, high = axes.get_xlim()
    place = (line[0] - low) / (high - low)
    side = "left" if place < 0.2 else "right" if place > 0.8 else "center"
    axes.annotate(
        line[1], (line[0], 1), (0, 2), xycoords=("data", "axes fraction"), ha=side, va="bottom",
        textcoords="offset points", color="#00664a", weight="bold", fontsize=SMALL,
        annotation_clip=False,
    )  # fmt: skip


def _texts(row: pd.Series, room: float) -> tuple[list[str], str, list[str]]:
    """Give the lines of the label, and the note beside it where both fit, or in lines below."""
    figure = Figure()
    FigureCanvasAgg(figure)
    label = wrap(figure, row["label"], TEXT, room, weight="bold")
    taken = text_width(figure, row["label"], TEXT, "bold") + 0.25
    if taken + text_width(figure, row["note"], SMALL) <= room:
        return label, row["note"], []
    return label, "", wrap(figure, row["note"], SMALL, room)


def _write_row(axes: Axes, text: tuple[list[str], str, list[str]], top: float) -> None:
    label, beside, below = text
    style = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center"}
    # The line is interrupted by the words that it would run through.
    style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    heights = [top - (number + 0.6) * _LINE for number in range(len(label) + len(below))]
    for y, words in zip(heights, label, strict=False):
        axes.annotate(words, (0, y), (0, 0), fontsize=TEXT, weight="bold", color=INK, **style)
    for y, words in zip(heights[len(label) :], below, strict=True):
        axes.annotate(words, (0, y), (0, 0), fontsize=SMALL, color=QUIET, **style)
    if beside:
        axes.annotate(
            beside, (1, heights[0]), (0, 0), fontsize=SMALL, color=QUIET, ha="right", **style
        )


def _draw_row(axes: Axes, row: pd.Series, y: float) -> None:
    if pd.notna(row["low"]):
        axes.plot([row["low"], row["high"]], [y, y], color=BAR, lw=7, gid="bar", zorder=2,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot(row["ticks"], [y] * len(row["ticks"]), ls="", marker="|", ms=8, mew=1.2,
                  color=PROJECTED, gid="tick", zorder=3)  # fmt: skip
    if pd.notna(row["middle"]):
        axes.plot(
            row["middle"], y, ls="", marker="s", ms=6, color=PROJECTED, zorder=4,
            markerfacecolor="white" if row["middle_hollow"] else PROJECTED, markeredgewidth=1.4,
            gid="middle hollow" if row["middle_hollow"] else "middle",
        )  # fmt: skip
    if pd.notna(row["value"]):
        axes.plot(
            row["value"], y, ls="", marker="o", ms=8, color=OBSERVED, zorder=5, markeredgewidth=1.6,
            markerfacecolor="white" if row["hollow"] else OBSERVED,
            gid="unverified" if row["hollow"] else "verified",
        )  # fmt: skip


def _handles(cases: pd.DataFrame, marks: dict[str, str], band_words: str) -> list[Line2D]:
    """Explain the marks that occur."""
    styles = {
        "bar": {"color": BAR, "lw": 7, "solid_capstyle": "butt"},
        "middle": {"ls": "", "marker": "s", "ms": 6, "color": PROJECTED},
        "value": {"ls": "", "marker": "o", "ms": 7, "color": OBSERVED},
    }
    shown = {"bar": "low", "middle": "middle", "value": "value"}
    handles = [
        Line2D([], [], label=marks[name], **styles[name])
        for name in styles
        if name in marks and cases[shown[name]].notna().any()
    ]
    if cases[["hollow", "middle_hollow"]].any(axis=None):
        handles.append(
            Line2D([], [], ls="", marker="o", ms=7, color=QUIET, markerfacecolor="white",
                   markeredgewidth=1.4, label=say("chart.hollow"))
        )  # fmt: skip
    if band_words:
        handles.append(
            Line2D([], [], color=QUIET_BAND, lw=7, label=band_words, solid_capstyle="butt")
        )
    return handles
