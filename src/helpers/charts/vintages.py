"""Chart of vintages: what was published when about each year, and how it was revised."""

from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox

from helpers.charts.chart import chart
from helpers.charts.style import EDGE, QUIET, SMALL, WIDTH, Sheet, house_style, open_sheet
from helpers.charts.text_layout import boxes, say, text_width


@chart(shows="value", figures="year value known_from known_from_assumed status grade source_id")
def vintage_chart(
    figures: pd.DataFrame, *, title: str, unit: str, source: str, width: float = WIDTH
) -> Figure:
    """Draw every published figure of one indicator and area against the day it was public.

    Parameters
    ----------
    figures : DataFrame
        Columns year, value, known_from (datetime) and known_from_assumed (bool), as
        `helpers.vintages.series.revisions` returns; rows without a day are left out.
    title, unit, source : str
        The finding, the unit of the values, and who published them.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        One step line per reference year, labelled at its end: a large mark for the first print,
        small ones for later prints, hollow where the day is assumed.
    """
    dated = figures.dropna(subset=["known_from", "value"]).sort_values(["year", "known_from"])
    with house_style():
        sheet = open_sheet(title, unit, source, width=width, below=0.28)
        axes = sheet.axes
        shades = _shades(dated["year"])
        ends = []
        for year, prints in dated.groupby("year"):
            _draw_year(sheet, prints, shades[year], str(year))
            last = prints.iloc[-1]
            ends.append((last["known_from"], last["value"], str(year)))
        axes.margins(x=0.04, y=0.1)
        axes.tick_params(axis="x", length=3)
        sheet.fit(text_width(sheet.figure, "2000", SMALL) + 0.05)
        bins = max(3, int(sheet.figure.get_size_inches()[0]))
        locator = AutoDateLocator(minticks=3, maxticks=bins + 1)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
        _label_years(sheet, ends)
        _legend(sheet)
    return sheet.figure


def _shades(years: pd.Series) -> dict[int, tuple]:
    """Early years dark, late years lighter: cividis reads the same with every colour vision."""
    first, last = years.min(), years.max()
    scale = colormaps["cividis"]
    return {year: scale(0.75 * (year - first) / max(last - first, 1)) for year in years.unique()}


def _draw_year(sheet: Sheet, prints: pd.DataFrame, colour: tuple, year: str) -> None:
    days = date2num(prints["known_from"])
    sheet.axes.step(days, prints["value"], where="post", color=colour, lw=1.1, gid=f"year {year}")
    sheet.axes.xaxis_date()
    rows = zip(days, prints["value"], prints["known_from_assumed"], strict=True)
    for number, (day, value, assumed) in enumerate(rows):
        sheet.axes.plot(
            day, value, ls="", marker="o", ms=4 if number else 6.5, color=colour,
            markerfacecolor="white" if assumed else colour, markeredgewidth=1.2,
            gid="assumed" if assumed else "dated", zorder=3,
        )  # fmt: skip


def _label_years(sheet: Sheet, ends: list[tuple]) -> None:
    """Label the last print of each year where it covers no mark, line or other label, or not."""
    axes, ink = sheet.axes, _ink(sheet)
    taken: list[Bbox] = []
    for day, value, year in sorted(ends, key=lambda end: end[2], reverse=True):
        text = axes.annotate(
            year, (date2num(day), value), (0, 0), textcoords="offset points", fontsize=SMALL,
            color=QUIET,
        )  # fmt: skip
        for offset, horizontal, vertical in (
            ((7, 0), "left", "center"),
            ((0, 6), "center", "bottom"),
            ((0, -6), "center", "top"),
            ((-7, 0), "right", "center"),
            ((5, 5), "left", "bottom"),
            ((5, -5), "left", "top"),
            ((-5, 5), "right", "bottom"),
        ):
            text.xyann = offset
            text.set(ha=horizontal, va=vertical)
            box = boxes(sheet.figure, [text])[0].padded(1)
            free = not any(box.overlaps(other) for other in taken)
            if free and not any(box.padded(2).contains(x, y) for x, y in ink):
                taken.append(box)
                break
        else:
            text.remove()


def _ink(sheet: Sheet) -> list[tuple[float, float]]:
    """Points along marks and step lines, in pixels."""
    points = []
    for line in sheet.axes.get_lines():
        corners = line.get_path().vertices if line.get_drawstyle() == "default" else _steps(line)
        corners = sheet.axes.transData.transform(corners)
        points += [tuple(corner) for corner in corners]
        for (x0, y0), (x1, y1) in pairwise(corners):
            count = int(max(abs(x1 - x0), abs(y1 - y0)) / 4)
            points += [
                (x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(count)
            ]
    return points


def _steps(line: Line2D) -> list[tuple[float, float]]:
    corners = np.asarray(line.get_xydata())
    return [
        *(p for (x0, y0), (x1, _) in pairwise(corners) for p in ((x0, y0), (x1, y0))),
        (corners[-1][0], corners[-1][1]),
    ]


def _legend(sheet: Sheet) -> None:
    marks = [
        (6.5, QUIET, say("chart.first_print")),
        (4, QUIET, say("chart.later_print")),
        (6.5, "white", say("chart.day_assumed")),
    ]
    handles = [
        Line2D([], [], ls="", marker="o", ms=size, color=QUIET, markerfacecolor=face,
               markeredgewidth=1.2, label=label)
        for size, face, label in marks
    ]  # fmt: skip
    width, height = sheet.figure.get_size_inches()
    sheet.figure.legend(
        handles=handles, loc="upper left", ncols=3, borderaxespad=0, handletextpad=0.2,
        bbox_to_anchor=(EDGE / width, (sheet.bottom - 0.36) / height), columnspacing=1.2,
        borderpad=0.1,
    )  # fmt: skip
