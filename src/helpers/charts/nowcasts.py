"""Charts of part-years and cuts: how far nowcasts were off, and where a series can be cut."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.charts.chart import chart
from helpers.charts.style import (
    EDGE,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
    house_style,
    open_sheet,
)
from helpers.charts.text_layout import say

_BAND = "#f5c29f"
_ROW = 0.2
_LEGEND = 0.28


@chart(
    shows="share",
    along="months",
    by="area",
    pairs="area name year months share",
    curve="months share lower upper",
)
def factor_chart(
    pairs: pd.DataFrame,
    curve: pd.DataFrame,
    *,
    title: str,
    source: str,
    focus: str = "",
    width: float = WIDTH,
) -> Figure:
    """Draw the part of a year that its first months brought, with what was learned from it.

    Parameters
    ----------
    pairs : DataFrame
        Columns area, months and share (percent of the year).
    curve : DataFrame
        Columns months, share, lower and upper (80 % interval of the share), in percent.
    title, source : str
        The finding, and who published the figures.
    focus : str
        The area that is drawn in the accent colour.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        The dotted line is what even months would bring.
    """
    with house_style():
        handles = _factor_handles(pairs, focus)
        rows = 1 if width > 5 else 2
        sheet = open_sheet(title, say("chart.of_year"), source, width=width,
                           below=0.26 + _LEGEND * rows)  # fmt: skip
        axes = sheet.axes
        axes.set_xlim(0.4, 12.4)
        axes.set_ylim(0, 109)
        axes.set_yticks([0, 25, 50, 75, 100])
        axes.xaxis.set_major_locator(FixedLocator(range(1, 13)))
        sheet.fit(0.05)
        axes.fill_between(curve["months"], curve["lower"], curve["upper"], color=_BAND, lw=0,
                          gid="interval80", zorder=1)  # fmt: skip
        axes.plot(curve["months"], curve["share"], color=PROJECTED, ls=(0, (2, 1.2)), gid="curve",
                  zorder=2)  # fmt: skip
        axes.plot([0.4, 12], [100 * 0.4 / 12, 100], color=QUIET, lw=1, ls=(0, (1, 2)), gid="even")
        for own, points in pairs.groupby(pairs["area"].eq(focus)):
            axes.plot(
                points["months"], points["share"], ls="", marker="o", ms=6 if own else 4.5,
                color=OBSERVED if own else QUIET, alpha=1 if own else 0.7, zorder=4 if own else 3,
                gid="focus" if own else "others",
            )  # fmt: skip
        axes.set_xlabel(say("chart.months"), fontsize=SMALL, loc="left")
        _legend(sheet, handles, rows, 0.62)
    return sheet.figure


def _factor_handles(pairs: pd.DataFrame, focus: str) -> list[Line2D]:
    own = pairs["area"].eq(focus)
    dots = [
        Line2D([], [], ls="", marker="o", ms=size, color=colour, label=label)
        for label, colour, size, there in (
            (pairs.loc[own, "name"].iloc[0] if own.any() else "", OBSERVED, 6, own.any()),
            (say("chart.other_areas"), QUIET, 4.5, (~own).any()),
        )
        if there
    ]
    return [
        *dots,
        Line2D([], [], color=PROJECTED, ls=(0, (2, 1.2)), label=say("chart.learned")),
        Line2D([], [], color=QUIET, lw=1, ls=(0, (1, 2)), label=say("chart.even_months")),
    ]


@chart(shows="nowcast", along="label", rows="")
def nowcast_error_chart(
    rows: pd.DataFrame, *, title: str, source: str, width: float = WIDTH
) -> Figure:
    """Draw how far each nowcast was off, with its interval, beside even months.

    Parameters
    ----------
    rows : DataFrame
        Columns label, nowcast, lower80, upper80, even_months and outcome, in drawing order from
        the top; focus (bool) marks the area that is meant.
    title, source : str
        The finding, and who published the figures.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Errors in percent of the outcome, which stands at zero.

    Raises
    ------
    ValueError
        Without a row.
    """
    if rows.empty:
        raise ValueError("rows: holds no nowcast")
    with house_style():
        unit = say("chart.error_unit")
        sheet = open_sheet(title, unit, source, width=width, plot_height=_ROW * (len(rows) + 1),
                           below=_LEGEND * (1 if width > 5 else 2))  # fmt: skip
        axes = sheet.axes
        places = np.arange(len(rows))[::-1]
        errors = {
            name: 100 * (rows[name].to_numpy(dtype=float) / rows["outcome"].to_numpy(float) - 1)
            for name in ("nowcast", "lower80", "upper80", "even_months")
        }
        axes.set_ylim(-0.8, len(rows) - 0.2)
        axes.yaxis.set_major_locator(FixedLocator(places.tolist()))
        axes.yaxis.set_major_formatter(FuncFormatter(_named(rows, places)))
        axes.tick_params(axis="y", labelsize=SMALL)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        every = np.concatenate(list(errors.values()))
        axes.set_xlim(every.min() - 4, every.max() + 4)
        sheet.fit(0.05)
        axes.axvline(0, color=QUIET, lw=1, gid="outcome")
        colours = np.where(rows["focus"], OBSERVED, QUIET)
        axes.hlines(places, errors["lower80"], errors["upper80"], color=colours, lw=1.4,
                    gid="interval80")  # fmt: skip
        axes.scatter(errors["nowcast"], places, s=30, color=colours, zorder=3, gid="nowcast")
        axes.scatter(errors["even_months"], places, s=26, marker="D", facecolor="white",
                     edgecolor=PROJECTED, linewidth=1.1, zorder=2.5, gid="even")  # fmt: skip
        _legend(sheet, _error_handles(), 1 if width > 5 else 2, 0.38)
    return sheet.figure


def _named(rows: pd.DataFrame, places: np.ndarray):
    words = dict(zip(places.tolist(), rows["label"], strict=True))
    return lambda value, _: words.get(round(value), "")


def _error_handles() -> list[Line2D]:
    return [
        Line2D([], [], color=OBSERVED, marker="o", ms=5.5, lw=1.4, label=say("chart.nowcast")),
        Line2D([], [], ls="", marker="D", ms=5, markerfacecolor="white", color=PROJECTED,
               label=say("chart.even_months")),
    ]  # fmt: skip


def _legend(sheet: Sheet, handles: list[Line2D], rows: int, down: float) -> None:
    width, height = sheet.figure.get_size_inches()
    sheet.figure.legend(
        handles=handles, loc="upper left", ncols=-(-len(handles) // rows), borderaxespad=0,
        bbox_to_anchor=(EDGE / width, (sheet.bottom - down) / height), handletextpad=0.4,
        columnspacing=1.2, borderpad=0.1, handlelength=1.8, labelspacing=0.3,
    )  # fmt: skip


@chart(shows="explained", along="cut", cuts="cut explained", events="date label cut")
def cut_chart(
    cuts: pd.DataFrame,
    events: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw what a step at each possible year explains, with the years of dated events marked.

    Parameters
    ----------
    cuts : DataFrame
        Columns cut and explained (percent), one row a possible cut.
    events : DataFrame
        Columns date (ISO date, month or year), label and cut (the first year after); numbered
        above the plot at the cut and listed below it. Those outside the cuts are listed only.
    title, unit, source : str
        The finding, what the axis shows, and who published the figures.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Filled bars are cuts that an event names, empty ones all others: a tall empty bar beside a
        filled one says that the event's year is not the one that stands out.

    Raises
    ------
    ValueError
        Without a possible cut.
    """
    if cuts.empty:
        raise ValueError("cuts: holds no row; the series cannot be cut anywhere")
    possible = set(cuts["cut"])
    notes = [
        f"{n}  {e.label} ({e.date})" + ("" if e.cut in possible else say("chart.outside_tested"))
        for n, e in enumerate(events.itertuples(), start=1)
    ]
    named = cuts["cut"].isin(events["cut"])
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width, plot_height=2.4,
                           above=0.24 if named.any() else 0.0)  # fmt: skip
        axes = sheet.axes
        axes.set_xlim(cuts["cut"].min() - 0.8, cuts["cut"].max() + 0.8)
        axes.set_ylim(0, max(1.0, 1.15 * cuts["explained"].max()))
        axes.tick_params(axis="x", length=3)
        sheet.fit(0.05)
        sheet.mark_years()
        for own, rows in cuts.groupby(named):
            axes.bar(
                rows["cut"], rows["explained"], width=0.62, lw=1.2, edgecolor=OBSERVED if own
                else QUIET, color=OBSERVED if own else "white", gid="event" if own else "other",
            )  # fmt: skip
        top = cuts.loc[cuts["explained"].idxmax()]
        axes.annotate(
            f"{top['explained']:.0f}", (top["cut"], top["explained"]), (0, 3), ha="center",
            textcoords="offset points", va="bottom", fontsize=SMALL, color=QUIET,
        )  # fmt: skip
        _number(sheet, [int(cut) for cut in events["cut"]], possible)
    return sheet.figure


def _number(sheet: Sheet, events: list[int], possible: set[int]) -> None:
    """Write the numbers of the events above their bars, those of one year in one line."""
    for cut in sorted(possible & set(events)):
        own = [number for number, year in enumerate(events, start=1) if year == cut]
        run = len(own) > 2 and own[-1] - own[0] == len(own) - 1
        text = f"{own[0]}\N{EN DASH}{own[-1]}" if run else ", ".join(map(str, own))
        sheet.axes.annotate(
            text, (cut, 1), (0, 3), xycoords=("data", "axes fraction"), ha="center", va="bottom",
            textcoords="offset points", fontsize=SMALL, color=QUIET, annotation_clip=False,
        )  # fmt: skip
