"""Charts of past statements: were probabilities right, how far off medians, how wide bands."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from helpers.charts.chart import chart
from helpers.charts.series import INTERVALS
from helpers.charts.style import (
    EDGE,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    TEXT,
    WIDTH,
    Sheet,
    house_style,
    open_sheet,
)
from helpers.charts.text_layout import number, plain, say, text_width


@chart(shows="observed", along="forecast", table="forecast observed count lower upper")
def reliability_chart(
    table: pd.DataFrame, *, title: str, source: str, width: float = 5.0
) -> Figure:
    """Draw how often a thing came true against the probability that had been stated for it.

    Parameters
    ----------
    table : DataFrame
        Columns forecast (mean stated probability, 0-1), observed (frequency, 0-1) and count; and,
        where there are any, lower and upper (an interval of the frequency).
    title, source : str
        The finding, and what was tested.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        On the diagonal a stated probability was right; the size of a dot is its count.
    """
    with house_style():
        note = say("chart.dot_size")
        sheet = open_sheet(
            title, say("chart.came_true"), source, [note], width=width,
            plot_height=0.72 * width, below=0.26,
        )  # fmt: skip
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
        for x, y, count, size in zip(stated, seen, table["count"], sizes, strict=True):
            # On the free side of the dot: below the diagonal to the right, above it to the left.
            right = (y <= x and x < 85) or x < 12
            axes.annotate(
                number(count), (x, y), ((size**0.5 / 2 + 3) * (1 if right else -1), 0),
                textcoords="offset points", ha="left" if right else "right", va="center",
                fontsize=SMALL, color=QUIET,
            )  # fmt: skip
        axes.set_xlabel(say("chart.stated"), fontsize=TEXT, loc="left")
    return sheet.figure


_ROW, _MARGIN = 0.24, 0.2
"""In inches: height of a row, and room at the right."""
_TICKS = (0.01, 0.03, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_FEW_TICKS = (0.001, 0.01, 0.1, 1, 10, 100, 1000)


@chart(
    shows="came",
    by="name",
    bands="name origin_year year start median lower80 upper80 lower95 upper95 came grade inside80",
)
def past_bands_chart(
    bands: pd.DataFrame, *, title: str, source: str, width: float = WIDTH
) -> Figure:
    """Draw each band as a multiple of the value at its origin, with what came as a dot.

    Parameters
    ----------
    bands : DataFrame
        Columns name, origin_year, year, start, median, lower80 ... upper95, came, grade and
        inside80, as `helpers.topics.outlook.past_intervals.own_bands` returns; a row each.
    title, source : str
        The finding, and where the figures come from.
    width : float
        Of the figure, in inches; below five names stand on lines of their own.

    Returns
    -------
    Figure
        A logarithmic axis; a cross is what came outside the 80 % band, a hollow dot an unverified
        figure.
    """
    notes = [say("chart.past_key")]
    rows = _layout(bands)
    with house_style():
        sheet = open_sheet(
            title, say("chart.multiple"), source, notes,
            width=width, plot_height=_ROW * max(len(rows), 1),
        )  # fmt: skip
        labels = [words for words, row in rows if row is not None]
        left = max((text_width(sheet.figure, text, SMALL) for text in labels), default=0) + 0.1
        _set_axes(sheet, bands, len(rows), left)
        for y, (words, row) in enumerate(rows):
            _draw(sheet.axes, y, words, row, 72 * left)
    return sheet.figure


def _set_axes(sheet: Sheet, bands: pd.DataFrame, rows: int, left: float) -> None:
    """Lay out a logarithmic axis of multiples, `left` inches beside the labels of the rows."""
    axes, (width, height) = sheet.axes, sheet.figure.get_size_inches()
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
    ticks = _TICKS if width > 5 else _FEW_TICKS
    axes.xaxis.set_major_locator(FixedLocator([tick for tick in ticks if low <= tick <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{plain(value)} ×"))
    # Half a tick label may stand beyond the end of the axis.
    start, inside = EDGE + left, width - 2 * EDGE - left - _MARGIN
    tall = (sheet.top - sheet.bottom) / height
    axes.set_position((start / width, sheet.bottom / height, inside / width, tall))


def _layout(bands: pd.DataFrame) -> list[tuple[str, pd.Series | None]]:
    """Give the rows from top to bottom: a heading an indicator, then its origins."""
    rows = []
    for name, own in bands.groupby("name", sort=False):
        rows.append((name, None))
        rows += [(f"{row['origin_year']}–{row['year']}", row) for _, row in own.iterrows()]
    return rows


def _draw(axes, y: int, words: str, row: pd.Series | None, room: float) -> None:
    place = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    heading = row is None
    axes.annotate(
        words, (0, y), (-room, 0), fontsize=SMALL, va="center", weight="bold" if heading else None,
        annotation_clip=False, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, **place,
    )  # fmt: skip
    if row is None:
        return
    colours = dict(INTERVALS)
    for level in (95, 80):
        lower, upper = row[f"lower{level}"] / row["start"], row[f"upper{level}"] / row["start"]
        axes.barh(
            y, upper - lower, 0.62, left=lower, color=colours[level], gid=f"band{level}", zorder=2
        )
    axes.plot(row["median"] / row["start"], y, ls="", marker="s", ms=4, color=PROJECTED, zorder=3)
    hollow = row["grade"] == "unverified"
    axes.plot(
        row["came"] / row["start"], y, ls="", marker="o" if row["inside80"] else "X", ms=7,
        color=OBSERVED, markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.3,
        zorder=4, gid="inside" if row["inside80"] else "outside",
    )  # fmt: skip
