"""Charts of part-years and cuts: how far nowcasts were off, and where a series can be cut."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.charts.chart import chart
from helpers.charts.labels import event_notes, numbered, write_above
from helpers.charts.sheet import Paper, Sheet, outward, write_legend
from helpers.charts.style import OBSERVED, PROJECTED, QUIET, SMALL, dot, mark, stroke
from helpers.charts.text_layout import say

_BAND = "#f5c29f"
_ROW = 0.2
_LEGEND = 0.28
"""Heights in inches: of a row of nowcasts, and of a row of a legend."""
_LEARNED, _EVEN = (0, (2, 1.2)), (0, (1, 2))
"""Dashes of the part of a year that was learned, and of that which even months bring."""


@chart(
    shows="share",
    along="months",
    by="area",
    unit="chart.of_year",
    pairs="area name year months share",
    curve="months share lower upper",
)
def factor_chart(
    paper: Paper, pairs: pd.DataFrame, curve: pd.DataFrame, *, focus: str = ""
) -> Figure:
    """Draw the part of a year that its first months brought, with what was learned from it.

    The dotted line is what even months would bring.

    Parameters
    ----------
    pairs : DataFrame
        Columns area, months and share (percent of the year).
    curve : DataFrame
        Columns months, share, lower and upper (80 % interval of the share), in percent.
    focus : str
        The area that is drawn in the accent colour.
    """
    own = pairs["area"].eq(focus)
    sheet = paper.sheet(below=0.26 + _LEGEND * _legend_rows(paper))
    axes = sheet.axes
    axes.set_xlim(0.4, 12.4)
    axes.set_ylim(0, 109)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.xaxis.set_major_locator(FixedLocator(range(1, 13)))
    sheet.fit(0.05)
    months = curve["months"]
    axes.fill_between(
        months, curve["lower"], curve["upper"], color=_BAND, lw=0, gid="interval80", zorder=1
    )
    axes.plot(months, curve["share"], color=PROJECTED, ls=_LEARNED, gid="curve", zorder=2)
    axes.plot([0.4, 12], [100 * 0.4 / 12, 100], color=QUIET, lw=1, ls=_EVEN, gid="even")
    others: dict[str, Any] = {"color": QUIET, "ms": 4.5, "edge": 1.0}
    accent: dict[str, Any] = {"color": OBSERVED, "ms": 6, "edge": 1.0}
    for rows, style in (
        (pairs[~own], {**others, "names": ("others",), "alpha": 0.7, "zorder": 3}),
        (pairs[own], {**accent, "names": ("focus",), "alpha": 1, "zorder": 4}),
    ):
        if len(rows):
            mark(axes, rows["months"], rows["share"], **style)
    axes.set_xlabel(say("chart.months"), fontsize=SMALL, loc="left")
    legend = [dot(name, **accent) for name in pairs.loc[own, "name"].head(1)]
    if not own.all():
        legend.append(dot(say("chart.other_areas"), **others))
    legend.append(stroke(say("chart.learned"), color=PROJECTED, ls=_LEARNED))
    legend.append(stroke(say("chart.even_months"), color=QUIET, lw=1, ls=_EVEN))
    _write_legend(paper, sheet, legend, 0.62)
    return sheet.figure


@chart(shows="nowcast", along="label", unit="chart.error_unit", rows="")
def nowcast_error_chart(paper: Paper, rows: pd.DataFrame) -> Figure:
    """Draw how far each nowcast was off, with its interval, beside even months.

    Errors are in percent of the outcome, which stands at zero.

    Parameters
    ----------
    rows : DataFrame
        Columns label, nowcast, lower80, upper80, even_months and outcome, in drawing order from
        the top; focus (bool) marks the area that is meant.

    Raises
    ------
    ValueError
        Without a row.
    """
    if rows.empty:
        raise ValueError("rows: holds no nowcast")
    count, below = len(rows), _LEGEND * _legend_rows(paper)
    sheet = paper.sheet(plot_height=_ROW * (count + 1), below=below)
    axes = sheet.axes
    columns = rows[["nowcast", "lower80", "upper80", "even_months"]].astype(float)
    errors = 100 * (columns.div(rows["outcome"].astype(float), axis=0) - 1)
    places = np.arange(count)[::-1]
    words = dict(zip(places.tolist(), rows["label"], strict=True))
    axes.set_ylim(-0.8, count - 0.2)
    axes.yaxis.set_major_locator(FixedLocator(places.tolist()))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: words.get(round(value), "")))
    axes.tick_params(axis="y", labelsize=SMALL)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_xlim(*outward(errors.min(axis=None) - 4, errors.max(axis=None) + 4))
    sheet.fit(0.05)
    axes.axvline(0, color=QUIET, lw=1, gid="outcome")
    colours = np.where(rows["focus"], OBSERVED, QUIET)
    axes.hlines(
        places, errors["lower80"], errors["upper80"], color=colours, lw=1.4, gid="interval80"
    )
    axes.scatter(errors["nowcast"], places, s=30, color=colours, zorder=3, gid="nowcast")
    axes.scatter(
        errors["even_months"], places, s=26, marker="D", facecolor="white", edgecolor=PROJECTED,
        linewidth=1.1, zorder=2.5, gid="even",
    )  # fmt: skip
    legend = [
        stroke(say("chart.nowcast"), color=OBSERVED, marker="o", ms=5.5, lw=1.4),
        dot(say("chart.even_months"), True, color=PROJECTED, marker="D", ms=5, edge=1.0),
    ]
    _write_legend(paper, sheet, legend, 0.38)
    return sheet.figure


def _legend_rows(paper: Paper) -> int:
    return 2 if paper.narrow else 1


def _write_legend(paper: Paper, sheet: Sheet, legend: list[Line2D], down: float) -> None:
    spacing = {"handletextpad": 0.4, "handlelength": 1.8, "labelspacing": 0.3}
    write_legend(sheet, legend, _legend_rows(paper), down, **spacing)


@chart(shows="explained", along="cut", cuts="cut explained", events="date label cut")
def cut_chart(paper: Paper, cuts: pd.DataFrame, events: pd.DataFrame) -> Figure:
    """Draw what a step at each possible year explains, with the years of dated events marked.

    Filled bars are cuts that an event names, empty ones all others: a tall empty bar beside a
    filled one says that the event's year is not the one that stands out.

    Parameters
    ----------
    cuts : DataFrame
        Columns cut and explained (percent), one row a possible cut.
    events : DataFrame
        Columns date (ISO date, month or year), label and cut (the first year after); numbered
        above the plot at the cut and listed below it. Those outside the cuts are listed only.

    Raises
    ------
    ValueError
        Without a possible cut.
    """
    if cuts.empty:
        raise ValueError("cuts: holds no row; the series cannot be cut anywhere")
    tested, named = events["cut"].isin(cuts["cut"]), cuts["cut"].isin(events["cut"])
    notes = [
        note if inside else note + say("chart.outside_tested")
        for note, inside in zip(event_notes(events), tested, strict=True)
    ]
    sheet = paper.sheet(notes, plot_height=2.4, above=0.24 if named.any() else 0.0)
    axes = sheet.axes
    sheet.span_years(cuts["cut"], before=0.8, after=0.8)
    axes.set_ylim(*outward(0, max(1.0, 1.15 * cuts["explained"].max())))
    sheet.fit(0.05)
    sheet.mark_years()
    for own, rows in cuts.groupby(named):
        axes.bar(
            rows["cut"], rows["explained"], width=0.62, lw=1.2, edgecolor=OBSERVED if own
            else QUIET, color=OBSERVED if own else "white", gid="event" if own else "other",
        )  # fmt: skip
    top = cuts.loc[cuts["explained"].idxmax()]
    axes.annotate(
        f"{top['explained']:.0f}", (top["cut"], top["explained"]), (0, 3), fontsize=SMALL,
        color=QUIET, ha="center", va="bottom", textcoords="offset points",
    )  # fmt: skip
    numbers = pd.Series(range(1, len(events) + 1), index=events["cut"])
    for cut, own in numbers[tested.to_numpy()].groupby(level=0):
        write_above(axes, numbered(list(own)), cut, 3)
    return sheet.figure
