"""Chart of one indicator in several areas, each line named at its right end."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from helpers.charts.chart import chart
from helpers.charts.language import number, say
from helpers.charts.style import OBSERVED, PLOT_HEIGHT, SMALL, WIDTH, Sheet, house_style, open_sheet
from helpers.charts.text_layout import boxes, plain, spread, text_width, wrap

# Tol (2021), Colour Schemes, SRON technical note 3.2, "muted": told apart with every kind of
# colour vision; dark enough for letters on white come first.
OTHERS = ("#882255", "#117733", "#332288", "#aa4499", "#7a7a1f", "#2f8577", "#5f5f5f")
_LEADER = 0.22  # inches between the plot and the labels, for the lines that lead to them
_LABEL_PART = 0.29  # largest part of the width that labels may take


@dataclass(frozen=True)
class End:
    """A label at the right end of what it names.

    Attributes
    ----------
    point : (year, value)
    lines : list of str
    colour, weight : str
    """

    point: tuple[float, float]
    lines: list[str]
    colour: str
    weight: str = "normal"


@chart(shows="value", by="name", frame="area name year value grade break_before")
def comparison_chart(
    frame: pd.DataFrame,
    title: str,
    unit: str,
    source: str,
    focus: str = "",
    *,
    log: bool = False,
    notes: Sequence[str] = (),
    width: float = WIDTH,
) -> Figure:
    """Draw several annual series, named and valued at their right ends.

    Parameters
    ----------
    frame : DataFrame
        Columns area, name, year, value, grade, and if there are decimals and break_before, as
        `helpers.vintages.peers.compare` returns; any other grouping that is named by area works
        too.
    title, unit, source : str
        The finding, the unit of the values, and who published them.
    focus : str
        The area that is meant: thicker and in the accent colour; empty for none.
    log : bool
        Draw the values on a logarithmic axis, on which equal slopes are equal growth.
    notes : sequence of str
        Paragraphs between plot and source.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Neighbouring years are joined by a line, years with a gap between them by dots, years on
        two sides of a break by nothing. Unverified points are hollow. Without a value the sheet
        says so.

    Raises
    ------
    ValueError
        A logarithmic axis for values that are not above zero.
    """
    rows = frame.dropna(subset="value").sort_values("year", kind="stable")
    if log and not rows["value"].gt(0).all():
        raise ValueError("log: a value is not above zero; draw this series with log=False")
    colours = _colours(frame, focus)
    with house_style():
        ends = _ends(rows, colours, focus)
        ruler = Figure()
        FigureCanvasAgg(ruler)
        lines = max((len(_wrapped(ruler, end, width)) for end in ends), default=0)
        height = max(PLOT_HEIGHT, len(ends) * lines * SMALL * 1.5 / 72)
        sheet = open_sheet(title, unit, source, notes, width=width, plot_height=height)
        _set_limits(sheet.axes, rows, log)
        for area, series in rows.groupby("area", sort=False):
            _draw(sheet.axes, series, colours[area], thick=area == focus)
        if ends:
            name_ends(sheet, ends)
        else:
            say_nothing(sheet)
    return sheet.figure


def _colours(frame: pd.DataFrame, focus: str) -> dict[str, str]:
    """Accent for the focus, then the others by their order in the frame."""
    others = [area for area in frame["area"].unique() if area != focus]
    colours = {area: OTHERS[place % len(OTHERS)] for place, area in enumerate(others)}
    return {**colours, focus: OBSERVED}


def _set_limits(axes: Axes, rows: pd.DataFrame, log: bool) -> None:
    if rows.empty:
        return
    low, high = rows["value"].min(), rows["value"].max()
    axes.set_xlim(rows["year"].min() - 0.6, rows["year"].max() + 0.4)
    axes.tick_params(axis="x", length=3)
    if log:
        axes.set_yscale("log")
        axes.set_ylim(low / 1.15, high * 1.15)
        if high / low > 5:
            # Within less, a logarithmic locator may find no round number at all.
            steps = (1, 2, 5) if high / low < 200 else (1,)
            axes.yaxis.set_major_locator(LogLocator(subs=steps))
        else:
            axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.tick_params(axis="y", which="minor", length=0)
        return
    room = 0.06 * ((high - low) or abs(high) or 1.0)
    # Zero belongs on the axis of a quantity unless it would squeeze the lines.
    axes.set_ylim(0.0 if 0 <= low < 0.5 * high else low - room, high + room)


def _draw(axes: Axes, series: pd.DataFrame, colour: str, thick: bool) -> None:
    order, weight = (4, 2.4) if thick else (3, 1.4)
    for segment in _segments(series):
        style = {"color": colour, "zorder": order}
        gap = segment["year"].diff().gt(1)
        for _, run in segment.groupby(gap.cumsum()):
            axes.plot(run["year"], run["value"], lw=weight, gid="observed", **style)
        for at in segment.index[gap]:
            pair = segment.loc[:at].tail(2)
            axes.plot(
                pair["year"], pair["value"], lw=0.7 * weight, ls=(0, (1, 2.2)), gid="gap", **style
            )
    for hollow, points in series.groupby(series["grade"].eq("unverified")):
        axes.plot(
            points["year"], points["value"], ls="", marker="o", ms=5.5 if thick else 3.8,
            color=colour, markerfacecolor="white" if hollow else colour, markeredgewidth=1.2,
            gid="unverified" if hollow else "verified", zorder=order + 0.5, clip_on=False,
        )  # fmt: skip


def _segments(series: pd.DataFrame) -> list[pd.DataFrame]:
    """Split a series at breaks of definition, where levels do not join."""
    if "break_before" not in series:
        return [series]
    return [part for _, part in series.groupby(series["break_before"].eq("no").cumsum())]


def _ends(rows: pd.DataFrame, colours: dict[str, str], focus: str) -> list[End]:
    """Name each line with its last value, and with its year where the line ends early."""
    ends = []
    for area, series in rows.groupby("area", sort=False):
        last = series.iloc[-1]
        value = plain(last["value"])
        if "decimals" in rows:
            value = number(last["value"], int(last["decimals"]))
        early = last["year"] < rows["year"].max()
        short = not early and len(last["name"]) + len(value) < 16
        value = f"{value} ({last['year']})" if early else value
        lines = [f"{last['name']} {value}"] if short else [last["name"], value]
        weight = "bold" if area == focus else "normal"
        ends.append(End((last["year"], last["value"]), lines, colours[area], weight))
    return ends


def _wrapped(figure: Figure, end: End, width: float) -> list[str]:
    """Break a label into the lines that it takes beside a plot."""
    room = _LABEL_PART * width
    return [piece for text in end.lines for piece in wrap(figure, text, SMALL, room, end.weight)]


def name_ends(sheet: Sheet, ends: Sequence[End]) -> None:
    """Write labels in the right margin, moved apart, with a thin line from what they name.

    Gives the plot the width that the labels leave, so call it when all else is drawn.
    """
    figure, axes = sheet.figure, sheet.axes
    texts = [_wrapped(figure, end, figure.get_size_inches()[0]) for end in ends]
    widest = max(
        text_width(figure, piece, SMALL, end.weight)
        for end, pieces in zip(ends, texts, strict=True)
        for piece in pieces
    )
    sheet.fit(widest + _LEADER + 0.03)
    sheet.mark_years()
    wide = axes.get_position().width * figure.get_size_inches()[0]
    right = 1 + _LEADER / wide
    labels = [
        axes.text(
            right, 0, "\n".join(pieces), transform=axes.transAxes, color=end.colour,
            fontsize=SMALL, weight=end.weight, va="center", linespacing=1.05, gid="end label",
        )
        for end, pieces in zip(ends, texts, strict=True)
    ]  # fmt: skip
    to_part = axes.transData + axes.transAxes.inverted()
    points = [to_part.transform(end.point) for end in ends]
    high = 1.14 * max(box.height for box in boxes(figure, labels)) / axes.get_window_extent().height
    levels = spread([y for _, y in points], high, high / 2, 1 - high / 4)
    for end, label, (x, y), level in zip(ends, labels, points, levels, strict=True):
        label.set_y(level)
        axes.plot(
            [x, right - 0.03 / wide], [y, level], transform=axes.transAxes, lw=0.6, gid="leader",
            color=end.colour, clip_on=False, zorder=2, scalex=False, scaley=False,
        )  # fmt: skip


def say_nothing(sheet: Sheet) -> None:
    """Say on an empty plot that there is nothing to draw."""
    sheet.axes.set(xticks=[], yticks=[])
    sheet.axes.set_axis_off()
    sheet.fit()
    sheet.axes.text(0.5, 0.5, say("chart.no_figure"), transform=sheet.axes.transAxes, ha="center")
