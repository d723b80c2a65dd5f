"""Chart of vintages: what was published when about each year, and how it was revised."""

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.labels import NO_INK, trace
from helpers.charts.marks import dot, mark
from helpers.charts.sheet import Paper, Sheet, write_legend
from helpers.charts.style import QUIET, SMALL
from helpers.charts.text_layout import boxes, say, text_width

_EDGE = 1.2
"""Width in points of the line around a mark."""
_FIRST, _LATER = 6.5, 4.0
"""Size in points of the mark of a first print, and of a later one."""


@chart(shows="value", figures="year value known_from known_from_assumed status grade source_id")
def vintage_chart(paper: Paper, figures: pd.DataFrame) -> Figure:
    """Draw every published figure of one indicator and area against the day it was public.

    There is one step line a reference year, labelled at its end: a large mark for the first print,
    small ones for later prints, hollow where the day is assumed.

    Parameters
    ----------
    figures : DataFrame
        Columns year, value, known_from (datetime) and known_from_assumed (bool), as
        `helpers.vintages.series.revisions` returns; rows without a day are left out.
    """
    dated = figures.dropna(subset=["known_from", "value"]).sort_values(["year", "known_from"])
    sheet = paper.sheet(below=0.28)
    axes = sheet.axes
    shades = _shades(dated["year"])
    for year, prints in dated.groupby("year"):
        _draw_year(sheet, prints, shades[year], str(year))
    axes.margins(x=0.04, y=0.1)
    axes.tick_params(axis="x", length=3)
    sheet.fit(text_width("2000", SMALL) + 0.05)
    locator = AutoDateLocator(minticks=3, maxticks=max(3, int(paper.width)) + 1)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(ConciseDateFormatter(locator, show_offset=False))
    _label_years(sheet, dated.drop_duplicates("year", keep="last"))
    legend = [
        dot(say("chart.first_print"), color=QUIET, ms=_FIRST, edge=_EDGE),
        dot(say("chart.later_print"), color=QUIET, ms=_LATER, edge=_EDGE),
        dot(say("chart.day_assumed"), True, color=QUIET, ms=_FIRST, edge=_EDGE),
    ]
    write_legend(sheet, legend, 1, handletextpad=0.2, handlelength=2.0)
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
        mark(
            sheet.axes, day, value, assumed, color=colour, edge=_EDGE, zorder=3,
            ms=_LATER if number else _FIRST, names=("dated", "assumed"),
        )  # fmt: skip


_SPOTS = (
    ((7, 0), "left", "center"),
    ((0, 6), "center", "bottom"),
    ((0, -6), "center", "top"),
    ((-7, 0), "right", "center"),
    ((5, 5), "left", "bottom"),
    ((5, -5), "left", "top"),
    ((-5, 5), "right", "bottom"),
)
"""Where a label may stand beside its print: offset in points, alignments."""


def _label_years(sheet: Sheet, last: pd.DataFrame) -> None:
    """Label the last print of each year where it covers no mark, line or other label, or not."""
    ink = _ink(sheet)
    for row in last.iloc[::-1].itertuples():
        text = sheet.axes.annotate(
            str(row.year), (date2num(row.known_from), row.value), (0, 0), fontsize=SMALL,
            color=QUIET, textcoords="offset points",
        )  # fmt: skip
        for offset, horizontal, vertical in _SPOTS:
            text.xyann = offset
            text.set(ha=horizontal, va=vertical)
            box = boxes([text])[0].padded(1)
            wider = box.padded(2)
            covers = ((ink >= wider.min) & (ink <= wider.max)).all(axis=1).any()
            if not covers and not any(box.overlaps(other) for other in sheet.taken):
                sheet.taken.append(box)
                break
        else:
            text.remove()


def _ink(sheet: Sheet) -> np.ndarray:
    """Points along marks and step lines, in pixels."""
    ink = [NO_INK]
    for line in sheet.axes.get_lines():
        steps = STEP_LOOKUP_MAP[line.get_drawstyle()](*np.asarray(line.get_xydata()).T)
        corners = sheet.axes.transData.transform(np.column_stack(steps))
        ink += [corners, trace(corners)]
    return np.vstack(ink)
