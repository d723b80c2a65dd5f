"""Charts of several lines or terms: areas, indices of one base year, and parts of a ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter

from helpers.charts.chart import chart
from helpers.charts.style import (
    EVENT,
    INK,
    OBSERVED,
    PLOT_HEIGHT,
    PROJECTED,
    QUIET,
    ROW,
    SMALL,
    WIDTH,
    Sheet,
    house_style,
    legend_below,
    legend_rows,
    open_sheet,
)
from helpers.charts.text_layout import boxes, number, plain, say, spread, text_width, wrap

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
        style: dict[str, Any] = {"color": colour, "zorder": order}
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


COLOURS = (OBSERVED, PROJECTED, QUIET, EVENT)


@chart(shows="value", by="path", paths="path part year value printed hollow")
def index_chart(
    paths: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    notes: tuple[str, ...] = (),
    width: float = WIDTH,
) -> Figure:
    """Draw named lines over years, each with its last value beside it.

    Parameters
    ----------
    paths : DataFrame
        Columns path (name, up to four), part (lines join only points of one part), year, value,
        printed (bool: a published figure, drawn as a point; others are computed and dashed) and
        hollow (bool: rests on an unverified figure). Missing values are left out.
    title, unit, source : str
        The finding, the unit of the values, and who published them.
    notes : tuple of str
        Paragraphs between plot and source.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
    """
    known = paths.dropna(subset="value").sort_values("year", kind="stable")
    names = [name for name in dict.fromkeys(paths["path"]) if name in set(known["path"])]
    colours = dict(zip(names, COLOURS, strict=False))
    with house_style():
        handles = _handles(known, colours)
        rows = legend_rows(handles, width)
        sheet = open_sheet(title, unit, source, notes, width=width, below=ROW * rows)
        _set_index_limits(sheet, known)
        last = {name: known[known["path"].eq(name)].iloc[-1] for name in names}
        texts = {name: plain(row["value"], 3) for name, row in last.items()}
        room = max(text_width(sheet.figure, text, SMALL, "bold") for text in texts.values())
        sheet.fit(room + 0.1)
        sheet.mark_years()
        for name, own in known.groupby("path", sort=False):
            _draw_path(sheet, own, colours[name])
        _label_ends(sheet, last, texts, colours)
        legend_below(sheet, handles, rows)
    return sheet.figure


def _set_index_limits(sheet: Sheet, known: pd.DataFrame) -> None:
    low, high = known["value"].min(), known["value"].max()
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    sheet.axes.set_ylim(low - room, high + room)
    sheet.axes.set_xlim(known["year"].min() - 0.6, known["year"].max() + 0.6)
    sheet.axes.tick_params(axis="x", length=3)


def _draw_path(sheet: Sheet, own: pd.DataFrame, colour: str) -> None:
    printed = bool(own["printed"].iloc[0])
    style = "-" if printed else (0, (4, 2))
    for _, part in own.groupby("part", sort=False):
        sheet.axes.plot(part["year"], part["value"], color=colour, ls=style, gid="path", zorder=3)
    for hollow, points in own.groupby("hollow"):
        if printed or hollow:
            sheet.axes.plot(
                points["year"], points["value"], ls="", marker="o", ms=5, color=colour, zorder=4,
                markerfacecolor="white" if hollow else colour, markeredgewidth=1.3,
                gid="unverified" if hollow else "verified", clip_on=False,
            )  # fmt: skip


def _label_ends(sheet: Sheet, last: dict, texts: dict, colours: dict) -> None:
    axes = sheet.axes
    low, high = axes.get_ylim()
    line = (high - low) * SMALL * 1.25 / 72 / (sheet.top - sheet.bottom)
    places = spread([float(row["value"]) for row in last.values()], line, low, high)
    for y, (name, row) in zip(places, last.items(), strict=True):
        early = row["year"] < max(other["year"] for other in last.values())
        axes.annotate(
            texts[name], (row["year"] if early else axes.get_xlim()[1], y),
            (6 if early else 3, 0), textcoords="offset points", color=colours[name],
            fontsize=SMALL, weight="bold", va="center", annotation_clip=False,
        )  # fmt: skip


def _handles(known: pd.DataFrame, colours: dict[str, str]) -> list[Line2D]:
    handles = []
    for name, colour in colours.items():
        printed = bool(known.loc[known["path"].eq(name), "printed"].iloc[0])
        style = {"ls": "-", "marker": "o", "ms": 5} if printed else {"ls": (0, (4, 2))}
        handles.append(Line2D([], [], color=colour, label=name, **style))
    return handles


NUMERATOR, DENOMINATOR = OBSERVED, OTHERS[0]
BAR = 0.74  # of a year
_SIDES = (("numerator", NUMERATOR), ("denominator", DENOMINATOR))


@chart(
    shows="change",
    steps="from_year year span change numerator_points denominator_points grade break_before",
)
def contribution_chart(
    steps: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    names: tuple[str, str, str],
    notes: Sequence[str] = (),
    width: float = WIDTH,
) -> Figure:
    """Draw what numerator and denominator did to a ratio in each step, and the net change.

    Parameters
    ----------
    steps : DataFrame
        One row a step between neighbouring known years: from_year, year, span (years), change,
        numerator_points, denominator_points (points of the ratio), grade (the weaker one of both
        ends) and break_before.
    title, unit, source : str
        The finding, the unit of a change in a year, and who published the figures.
    names : (str, str, str)
        Of numerator, denominator and ratio, for the labels.
    notes : sequence of str
        Paragraphs between plot and source.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Stacked bars with a dash for the net change. A step over several years is a bar as wide,
        at its yearly mean, so that areas are the points. Steps with an unverified end are hollow,
        those across a change of definition paler and dotted. The labels add up all steps.
    """
    notes = list(notes)
    if steps["span"].gt(1).any():
        notes.append(say("chart.wide_bar"))
    if steps["break_before"].ne("").any():
        notes.append(say("chart.across_break"))
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width)
        axes = sheet.axes
        for step in steps.itertuples():
            _draw_step(axes, step)
        if steps.empty:
            say_nothing(sheet)
            return sheet.figure
        axes.axhline(0, color=INK, lw=0.8, zorder=3)
        axes.tick_params(axis="x", length=3)
        axes.set_xlim(steps["from_year"].min() + 0.4, steps["year"].max() + 0.6)
        axes.margins(y=0.06)
        name_ends(sheet, _total_ends(steps, names))
    return sheet.figure


def _draw_step(axes: Axes, step) -> None:
    """Stack the two contributions away from zero, and mark their sum."""
    middle = (step.from_year + 1 + step.year) / 2
    wide = step.span - 1 + BAR
    hollow, across = step.grade == "unverified", bool(step.break_before)
    ends = {True: 0.0, False: 0.0}
    for side, colour in _SIDES:
        points = getattr(step, f"{side}_points") / step.span
        axes.bar(
            middle, points, wide, bottom=ends[points > 0], edgecolor=colour, lw=1.1,
            facecolor="white" if hollow else to_rgba(colour, 0.5 if across else 1.0),
            ls=(0, (1, 1)) if across else "-",
            gid=f"{side} {'unverified' if hollow else 'verified'}", zorder=2,
        )  # fmt: skip
        ends[points > 0] += points
    net = step.change / step.span
    axes.plot(
        [middle - wide / 2, middle + wide / 2], [net, net], color=INK, lw=2.2, gid="net", zorder=4,
        solid_capstyle="butt",
    )  # fmt: skip


def _total_ends(steps: pd.DataFrame, names: tuple[str, str, str]) -> list[End]:
    last = steps.iloc[-1]
    totals = [steps[f"{side}_points"].sum() for side, _ in _SIDES]
    levels = [0.6 * last[f"{side}_points"] / last["span"] for side, _ in _SIDES]
    edge = last["year"] + BAR / 2
    ends = [
        End((edge, level), [name, _signed(total)], colour)
        for name, total, level, (_, colour) in zip(names, totals, levels, _SIDES, strict=False)
    ]
    net = End((edge, last["change"] / last["span"]), [names[2], _signed(sum(totals))], INK, "bold")
    return [*ends, net]


def _signed(points: float) -> str:
    return say("chart.in_all", points=f"{points:+.2f}".replace("-", "\N{MINUS SIGN}"))
