"""Chart of a few index lines that start from one base year, labelled at their ends."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts.chart import chart
from helpers.charts.legends import ROW, legend_below, legend_rows
from helpers.charts.style import (
    EVENT,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
    house_style,
    open_sheet,
)
from helpers.charts.text_layout import plain, spread, text_width

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
        _set_limits(sheet, known)
        last = {name: known[known["path"].eq(name)].iloc[-1] for name in names}
        texts = {name: plain(row["value"], 3) for name, row in last.items()}
        room = max(text_width(sheet.figure, text, SMALL, "bold") for text in texts.values())
        sheet.fit(room + 0.1)
        sheet.mark_years()
        for name, own in known.groupby("path", sort=False):
            _draw(sheet, own, colours[name])
        _label_ends(sheet, last, texts, colours)
        legend_below(sheet, handles, rows)
    return sheet.figure


def _set_limits(sheet: Sheet, known: pd.DataFrame) -> None:
    low, high = known["value"].min(), known["value"].max()
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    sheet.axes.set_ylim(low - room, high + room)
    sheet.axes.set_xlim(known["year"].min() - 0.6, known["year"].max() + 0.6)
    sheet.axes.tick_params(axis="x", length=3)


def _draw(sheet: Sheet, own: pd.DataFrame, colour: str) -> None:
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
