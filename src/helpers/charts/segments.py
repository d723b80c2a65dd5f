"""Charts of figures by definition: a share in segments, and ranges of a case's readings."""

from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from helpers.charts.chart import chart
from helpers.charts.labels import ROW_LINE, draw_target, put, row_words, write_row
from helpers.charts.style import (
    EDGE,
    MARK,
    OBSERVED,
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
from helpers.charts.text_layout import number, plain, say, spread, text_width

BAND = "#fbe3d3"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@chart(
    shows="value",
    series="year value definition grade break_before",
    scope="year low middle high",
    target="year value label",
)
def segment_chart(
    series: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    words: dict[str, str],
    target: tuple[int, float, str] | None = None,
    scope: pd.DataFrame | None = None,
    scope_words: str = "",
    band_words: str = "",
    width: float = WIDTH,
) -> Figure:
    """Draw an annual series with each definition as a segment of its own.

    Parameters
    ----------
    series : DataFrame
        Columns year, value, definition, grade, decimals and break_before ("", "no", "suspected");
        one indicator and area, at least one row.
    title, unit, source : str
        The finding, the unit of the values, and who published them.
    words : dict of str to str
        What each definition counts; listed below the plot by the letter of its segment.
    target : (year, value, label), optional
        Drawn as a line at the value and a mark at the year.
    scope : DataFrame, optional
        Columns year, low, middle (possibly NaN) and high: the series on one scope, drawn as a band
        with a dashed line.
    scope_words, band_words : str
        What the dashed line and the band are.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Unverified points are hollow; a letter with "?" names a segment whose break is suspected.
    """
    series = series.sort_values("year")
    segments = list(_segments(series))
    notes = [f"{letter}  {_span(part)}: {words.get(name, name)}" for letter, name, part in segments]
    hollow = series["grade"].eq("unverified").any()
    with house_style():
        handles = _handles(scope, scope_words, band_words, hollow)
        rows = legend_rows(handles, width)
        sheet = open_sheet(title, unit, source, notes, width=width, below=ROW * rows)
        _set_limits(sheet, series, target, scope)
        ends = _ends(series, scope)
        inside = target is not None and target[0] > series["year"].iloc[-1]
        words_end = max(text_width(sheet.figure, text, SMALL, "bold") for _, text, _ in ends)
        sheet.fit(0.0 if inside else words_end + 0.1)
        sheet.mark_years()
        if scope is not None:
            _draw_scope(sheet, scope)
        for _, _, part in segments:
            _draw_segment(sheet, part)
        _label_ends(sheet, ends, int(series["year"].iloc[-1]))
        _label_segments(sheet, segments, target)
        if target:
            draw_target(sheet, series.assign(spliced_value=series["value"]), target)
        legend_below(sheet, handles, rows)
    return sheet.figure


def _segments(series: pd.DataFrame):
    """Letter, definition and rows of each run of one definition."""
    runs = series["definition"].ne(series["definition"].shift()).cumsum()
    for letter, (_, part) in zip(LETTERS, series.groupby(runs), strict=False):
        doubt = "?" if part["break_before"].iloc[0] == "suspected" else ""
        yield letter + doubt, part["definition"].iloc[0], part


def _span(part: pd.DataFrame) -> str:
    first, last = part["year"].iloc[0], part["year"].iloc[-1]
    return f"{first}" if first == last else f"{first}\N{EN DASH}{last}"


def _set_limits(sheet: Sheet, series: pd.DataFrame, target, scope) -> None:
    years, values = list(series["year"]), list(series["value"])
    if scope is not None:
        values += [*scope["low"].dropna(), *scope["high"].dropna()]
    if target:
        years.append(target[0])
        values.append(target[1])
    low, high = min(values), max(values)
    room = 0.12 * ((high - low) or abs(high) or 1.0)
    sheet.axes.set_ylim(low - room, high + room)
    sheet.axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    sheet.axes.tick_params(axis="x", length=3)


def _draw_segment(sheet: Sheet, part: pd.DataFrame) -> None:
    """Draw a definition: a line between neighbouring years, a short bar under a single year."""
    for _, run in part.groupby(part["year"].diff().ne(1).cumsum()):
        sheet.axes.plot(run["year"], run["value"], color=OBSERVED, gid="segment", zorder=3)
    for hollow, points in part.groupby(part["grade"].eq("unverified")):
        sheet.axes.plot(
            points["year"], points["value"], ls="", marker="o", color=OBSERVED, zorder=4,
            markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.4,
            gid="unverified" if hollow else "verified", clip_on=False,
        )  # fmt: skip


def _draw_scope(sheet: Sheet, scope: pd.DataFrame) -> None:
    known = scope.dropna(subset=["low", "high"])
    sheet.axes.fill_between(
        known["year"], known["low"], known["high"], color=BAND, lw=0, zorder=1, gid="scope band"
    )
    sheet.axes.plot(
        scope["year"], scope["middle"], color=PROJECTED, lw=1.4, ls=(0, (4, 2)), zorder=2,
        gid="scope",
    )  # fmt: skip


def _ends(series: pd.DataFrame, scope) -> list[tuple[float, str, str]]:
    last = series.iloc[-1]
    decimals = int(last["decimals"])
    ends = [(float(last["value"]), number(last["value"], decimals), OBSERVED)]
    if scope is None or scope["low"].dropna().empty:
        return ends
    end = scope.dropna(subset=["low"]).iloc[-1]
    colours = {"low": QUIET, "middle": PROJECTED, "high": QUIET}
    found: dict[str, tuple[float, str]] = {}
    for name, colour in colours.items():
        if pd.notna(end[name]):
            found.setdefault(number(end[name], decimals), (float(end[name]), colour))
    if found.keys() == {ends[0][1]}:
        return ends
    return ends + [(level, text, colour) for text, (level, colour) in found.items()]


def _label_ends(sheet: Sheet, ends: list[tuple[float, str, str]], last: int) -> None:
    """Write the last values beside the plot, or beside the last point where years follow it."""
    axes = sheet.axes
    right = axes.get_xlim()[1]
    place, offset = (right, 3) if right < last + 1 else (last, 8)
    low, high = axes.get_ylim()
    line = (high - low) * SMALL * 1.25 / 72 / (sheet.top - sheet.bottom)
    places = spread([level for level, _, _ in ends], line, low, high)
    for y, (_, text, colour) in zip(places, ends, strict=True):
        axes.annotate(
            text, (place, y), (offset, 0), textcoords="offset points", color=colour,
            fontsize=SMALL, weight="normal" if colour == QUIET else "bold", va="center",
            annotation_clip=False,
        )  # fmt: skip


def _label_segments(sheet: Sheet, segments: list, target) -> None:
    """Write each letter beside its segment, clear of ink."""
    axes = sheet.axes
    ink = []
    for _, _, part in segments:
        points = axes.transData.transform(part[["year", "value"]].astype(float).to_numpy())
        ink += [tuple(point) for point in points]
        for (x0, y0), (x1, y1) in pairwise(points):
            ink += [(x0 + (x1 - x0) * k / 12, y0 + (y1 - y0) * k / 12) for k in range(13)]
    if target:
        frame, (_, y) = axes.get_window_extent(), axes.transData.transform((0, target[1]))
        ink += [(frame.x0 + 6 * k, y) for k in range(int(frame.width / 6))]
    for letter, _, part in segments:
        rows = [part.iloc[len(part) // 2], part.iloc[0], part.iloc[-1]]
        spots = [
            ((row["year"], row["value"]), (0, offset), "center", side)
            for row in rows
            for offset, side in ((8, "bottom"), (-8, "top"))
        ]
        style = {"color": OBSERVED, "weight": "bold", "gid": "letter"}
        put(sheet, letter, spots, ink, "data", **style)


def _handles(scope, scope_words: str, band_words: str, hollow: bool) -> list[Line2D]:
    handles = []
    if hollow:
        handles.append(
            Line2D([], [], ls="", marker="o", color=OBSERVED, markerfacecolor="white",
                   markeredgewidth=1.4, label=say("chart.unverified"))
        )  # fmt: skip
    if scope is not None and scope_words:
        handles += [
            Line2D([], [], color=PROJECTED, lw=1.4, ls=(0, (4, 2)), label=scope_words),
            Line2D([], [], color=BAND, lw=7, solid_capstyle="butt", label=band_words),
        ]
    return handles


_BAR = 0.34
"""Height in inches of the bar below the words of a row."""
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
        room = width - 2 * EDGE
        texts = [row_words(row["label"], row["note"], room) for _, row in cases.iterrows()]
        heights = [ROW_LINE * (len(label) + len(below)) + _BAR for label, _, below in texts]
        handles = _range_handles(cases, marks, band_words if band else "")
        lines = legend_rows(handles, width)
        sheet = open_sheet(title, unit, source, width=width, plot_height=sum(heights),
                           above=0.22, below=ROW * lines)  # fmt: skip
        axes = sheet.axes
        axes.grid(axis="y", visible=False)
        axes.set_yticks([])
        _set_range_limits(axes, cases, line, band)
        sheet.fit()
        top = sum(heights)
        axes.set_ylim(0, top)
        if band:
            axes.axvspan(*band, color=QUIET_BAND, lw=0, zorder=0, gid="band")
        axes.axvline(line[0], color=MARK, lw=1.6, gid="line", zorder=1)
        _name_line(axes, line)
        for (_, row), text, height in zip(cases.iterrows(), texts, heights, strict=True):
            write_row(axes, text, top, pad=2)
            _draw_row(axes, row, top - height + 0.5 * _BAR)
            top -= height
        legend_below(sheet, handles, lines)
    return sheet.figure


def _set_range_limits(axes: Axes, cases: pd.DataFrame, line, band) -> None:
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


def _range_handles(cases: pd.DataFrame, marks: dict[str, str], band_words: str) -> list[Line2D]:
    """Explain the marks that occur."""
    styles: dict[str, dict[str, Any]] = {
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
