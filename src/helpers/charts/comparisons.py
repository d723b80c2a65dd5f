"""Charts of several lines or terms: areas, indices of one base year, and parts of a ratio."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullFormatter

from helpers.charts.chart import chart
from helpers.charts.labels import End, label_ends, room_for_ends
from helpers.charts.sheet import Paper, Sheet, outward, round_ticks
from helpers.charts.style import (
    EVENT,
    INK,
    OBSERVED,
    PLOT_HEIGHT,
    PROJECTED,
    QUIET,
    SMALL,
    mark,
    mark_figures,
    stroke,
)
from helpers.charts.text_layout import boxes, number, plain, say, signed, spread, text_width, wrap

# Tol (2021), Colour Schemes, SRON technical note 3.2, "muted": told apart with every kind of
# colour vision; dark enough for letters on white come first.
OTHERS = ("#882255", "#117733", "#332288", "#aa4499", "#7a7a1f", "#2f8577", "#5f5f5f")
_LEADER = 0.22  # inches between the plot and the labels, for the lines that lead to them
_LABEL_PART = 0.29  # largest part of the width that labels may take


@dataclass(frozen=True)
class Named:
    """A label in the margin, to which a thin line leads from what it names."""

    point: tuple[float, float]
    """Year and value."""
    lines: list[str]
    colour: str
    weight: str = "normal"

    def pieces(self, width: float) -> list[str]:
        """Break the label into the lines that it takes beside a plot in a figure of some inches."""
        room = _LABEL_PART * width
        return [piece for text in self.lines for piece in wrap(text, SMALL, room, self.weight)]


@chart(shows="value", by="name", frame="area name year value grade break_before")
def comparison_chart(
    paper: Paper,
    frame: pd.DataFrame,
    *,
    focus: str = "",
    log: bool = False,
    notes: Sequence[str] = (),
) -> Figure:
    """Draw several annual series, named and valued at their right ends.

    Neighbouring years are joined by a line, years with a gap between them by dots, years on two
    sides of a break by nothing. Unverified points are hollow. Without a value the sheet says so.

    Parameters
    ----------
    frame : DataFrame
        Columns area, name, year, value, grade, and if there are decimals and break_before, as
        `helpers.vintages.peers.compare` returns; any other grouping that is named by area works
        too.
    focus : str
        The area that is meant: thicker and in the accent colour; empty for none.
    log : bool
        Draw the values on a logarithmic axis, on which equal slopes are equal growth.
    notes : sequence of str
        Paragraphs between plot and source.

    Raises
    ------
    ValueError
        A logarithmic axis for values that are not above zero.
    """
    rows = frame.dropna(subset="value").sort_values("year", kind="stable")
    if log and not rows["value"].gt(0).all():
        raise ValueError("log: a value is not above zero; draw this series with log=False")
    others = [area for area in frame["area"].unique() if area != focus]
    colours = {area: OTHERS[place % len(OTHERS)] for place, area in enumerate(others)}
    colours[focus] = OBSERVED
    names = _names(rows, colours, focus)
    lines = max((len(name.pieces(paper.width)) for name in names), default=0)
    height = max(PLOT_HEIGHT, len(names) * lines * SMALL * 1.5 / 72)
    sheet = paper.sheet(notes, plot_height=height)
    if rows.empty:
        return _say_nothing(sheet)
    sheet.span(rows["year"], rows["value"], room=0.06, zero=0.5, after=0.4)
    if log:
        _set_log_axis(sheet.axes, rows["value"].min(), rows["value"].max())
    for area, series in rows.groupby("area", sort=False):
        _draw(sheet.axes, series, colours[area], thick=area == focus)
    _lead(sheet, names)
    return sheet.figure


def _set_log_axis(axes: Axes, low: float, high: float) -> None:
    axes.set_yscale("log")
    axes.set_ylim(*np.exp(outward(*np.log([low / 1.15, high * 1.15]))))
    round_ticks(axes.yaxis)
    if high / low > 5:
        # Within less, a logarithmic locator may find no round number at all.
        steps = (1, 2, 5) if high / low < 200 else (1,)
        axes.yaxis.set_major_locator(LogLocator(subs=steps))
    axes.yaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="y", which="minor", length=0)


def _draw(axes: Axes, series: pd.DataFrame, colour: str, thick: bool) -> None:
    order, weight = (4, 2.4) if thick else (3, 1.4)
    style: dict[str, Any] = {"color": colour, "zorder": order}
    dots = style | {"lw": 0.7 * weight, "ls": (0, (1, 2.2)), "gid": "gap"}
    for segment in _segments(series):
        gap = segment["year"].diff().gt(1)
        for _, run in segment.groupby(gap.cumsum()):
            axes.plot(run["year"], run["value"], lw=weight, gid="observed", **style)
        for at in segment.index[gap]:
            pair = segment.loc[:at].tail(2)
            axes.plot(pair["year"], pair["value"], **dots)
    size = 5.5 if thick else 3.8
    mark_figures(axes, series, color=colour, ms=size, edge=1.2, zorder=order + 0.5)


def _segments(series: pd.DataFrame) -> list[pd.DataFrame]:
    """Split a series at breaks of definition, where levels do not join."""
    if "break_before" not in series:
        return [series]
    return [part for _, part in series.groupby(series["break_before"].eq("no").cumsum())]


def _names(rows: pd.DataFrame, colours: dict[str, str], focus: str) -> list[Named]:
    """Name each line with its last value, and with its year where the line ends early."""
    names = []
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
        names.append(Named((last["year"], last["value"]), lines, colours[area], weight))
    return names


def _lead(sheet: Sheet, names: Sequence[Named]) -> None:
    """Write labels in the right margin, moved apart, with a thin line from what they name.

    Gives the plot the width that the labels leave, so call it when all else is drawn.
    """
    axes = sheet.axes
    texts = [name.pieces(sheet.figure.get_size_inches()[0]) for name in names]
    widest = max(
        text_width(piece, SMALL, name.weight)
        for name, pieces in zip(names, texts, strict=True)
        for piece in pieces
    )
    sheet.fit(widest + _LEADER + 0.03)
    sheet.mark_years()
    right = 1 + _LEADER / sheet.across
    labels = [
        axes.text(
            right, 0, "\n".join(pieces), transform=axes.transAxes, color=name.colour,
            fontsize=SMALL, weight=name.weight, va="center", linespacing=1.05, gid="end label",
        )
        for name, pieces in zip(names, texts, strict=True)
    ]  # fmt: skip
    to_part = axes.transData + axes.transAxes.inverted()
    points = [to_part.transform(name.point) for name in names]
    high = 1.14 * max(box.height for box in boxes(labels)) / axes.get_window_extent().height
    levels = spread([y for _, y in points], high, high / 2, 1 - high / 4)
    for name, label, (x, y), level in zip(names, labels, points, levels, strict=True):
        label.set_y(level)
        axes.plot(
            [x, right - 0.03 / sheet.across], [y, level], transform=axes.transAxes, lw=0.6,
            gid="leader", color=name.colour, clip_on=False, zorder=2, scalex=False, scaley=False,
        )  # fmt: skip


def _say_nothing(sheet: Sheet) -> Figure:
    """Say on an empty plot that there is nothing to draw."""
    sheet.axes.set(xticks=[], yticks=[])
    sheet.axes.set_axis_off()
    sheet.fit()
    sheet.axes.text(0.5, 0.5, say("chart.no_figure"), transform=sheet.axes.transAxes, ha="center")
    return sheet.figure


COLOURS = (OBSERVED, PROJECTED, QUIET, EVENT)
_COMPUTED = (0, (4, 2))
"""Dashes of what no publication prints."""


@chart(shows="value", by="path", paths="path part year value printed hollow")
def index_chart(paper: Paper, paths: pd.DataFrame, *, notes: Sequence[str] = ()) -> Figure:
    """Draw named lines over years, each with its last value beside it.

    Parameters
    ----------
    paths : DataFrame
        Columns path (name, up to four), part (lines join only points of one part), year, value,
        printed (bool: a published figure, drawn as a point; others are computed and dashed) and
        hollow (bool: rests on an unverified figure). Missing values are left out.
    notes : sequence of str
        Paragraphs between plot and source.
    """
    known = paths.dropna(subset="value").sort_values("year", kind="stable")
    present = known.groupby("path", sort=False)
    names = [name for name in dict.fromkeys(paths["path"]) if name in present.groups]
    colours = dict(zip(names, COLOURS, strict=False))
    last = known.drop_duplicates("path", keep="last").set_index("path").loc[names]
    sheet = paper.sheet(notes, _legend(last["printed"], colours))
    sheet.span(known["year"], known["value"])
    ends = []
    for row in last.itertuples():
        # A line that ends early has its label at its end.
        beside = (row.year, 6) if row.year < last["year"].max() else None
        ends.append(End(row.value, plain(row.value, 3), colours[row.Index], beside=beside))
    sheet.fit(room_for_ends(ends))
    sheet.mark_years()
    for name, own in present:
        _draw_path(sheet.axes, own, colours[name])
    label_ends(sheet, ends)
    return sheet.figure


def _draw_path(axes: Axes, own: pd.DataFrame, colour: str) -> None:
    printed = bool(own["printed"].iloc[0])
    style = "-" if printed else _COMPUTED
    for _, part in own.groupby("part", sort=False):
        axes.plot(part["year"], part["value"], color=colour, ls=style, gid="path", zorder=3)
    for hollow, points in own.groupby("hollow"):
        if printed or hollow:
            mark(
                axes, points["year"], points["value"], bool(hollow), color=colour, ms=5, edge=1.3,
                zorder=4, clip_on=False,
            )  # fmt: skip


def _legend(printed: pd.Series, colours: dict[str, str]) -> list[Line2D]:
    return [
        stroke(name, color=colour, marker="o", ms=5)
        if printed[name]
        else stroke(name, color=colour, ls=_COMPUTED)
        for name, colour in colours.items()
    ]


NUMERATOR, DENOMINATOR = OBSERVED, OTHERS[0]
BAR = 0.74  # of a year
_SIDES = (("numerator", NUMERATOR), ("denominator", DENOMINATOR))


@chart(
    shows="change",
    steps="from_year year span change numerator_points denominator_points grade break_before",
)
def contribution_chart(
    paper: Paper, steps: pd.DataFrame, *, names: tuple[str, str, str], notes: Sequence[str] = ()
) -> Figure:
    """Draw what numerator and denominator did to a ratio in each step, and the net change.

    Bars are stacked, with a dash for the net change. A step over several years is a bar as wide, at
    its yearly mean, so that areas are the points. Steps with an unverified end are hollow, those
    across a change of definition paler and dotted. The labels add up all steps.

    Parameters
    ----------
    steps : DataFrame
        One row a step between neighbouring known years: from_year, year, span (years), change,
        numerator_points, denominator_points (points of the ratio), grade (the weaker one of both
        ends) and break_before.
    names : (str, str, str)
        Of numerator, denominator and ratio, for the labels.
    notes : sequence of str
        Paragraphs between plot and source.
    """
    notes = list(notes)
    if steps["span"].gt(1).any():
        notes.append(say("chart.wide_bar"))
    if steps["break_before"].ne("").any():
        notes.append(say("chart.across_break"))
    sheet = paper.sheet(notes)
    if steps.empty:
        return _say_nothing(sheet)
    for step in steps.itertuples():
        _draw_step(sheet.axes, step)
    sheet.axes.axhline(0, color=INK, lw=0.8, zorder=3)
    sheet.span_years([*(steps["from_year"] + 1), *steps["year"]])
    sheet.axes.margins(y=0.06)
    sheet.axes.set_ylim(*outward(*sheet.axes.get_ylim()))
    _lead(sheet, _totals(steps, names))
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


def _totals(steps: pd.DataFrame, names: tuple[str, str, str]) -> list[Named]:
    """Name both sides and the net change with what they add up to, beside the last step."""
    last = steps.iloc[-1]
    edge = last["year"] + BAR / 2
    totals = [steps[f"{side}_points"].sum() for side, _ in _SIDES]
    sides = [
        Named((edge, 0.6 * last[f"{side}_points"] / last["span"]), [name, _in_all(total)], colour)
        for name, total, (side, colour) in zip(names, totals, _SIDES, strict=False)
    ]
    level = last["change"] / last["span"]
    return [*sides, Named((edge, level), [names[2], _in_all(sum(totals))], INK, "bold")]


def _in_all(points: float) -> str:
    return say("chart.in_all", points=signed(points, 2))
