"""Charts of figures by definition: a share in segments, ranges of readings, groups in columns."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts import labels
from helpers.charts.chart import chart
from helpers.charts.labels import MARK_INK, End, Target
from helpers.charts.sheet import Paper, Sheet, limits, outward, round_ticks
from helpers.charts.style import (
    MARK,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    dot,
    mark,
    mark_figures,
    stroke,
)
from helpers.charts.text_layout import number, say, spread

BAND = "#fbe3d3"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SCOPE: dict[str, Any] = {"color": PROJECTED, "lw": 1.4, "ls": (0, (4, 2))}
Segment = tuple[str, str, pd.DataFrame]
"""Letter, definition and rows of a run of one definition."""


@chart(
    shows="value",
    series="year value definition grade break_before",
    scope="year low middle high",
    target="year value label",
)
def segment_chart(
    paper: Paper,
    series: pd.DataFrame,
    *,
    words: dict[str, str],
    target: Target | None = None,
    scope: pd.DataFrame | None = None,
    scope_words: str = "",
    band_words: str = "",
) -> Figure:
    """Draw an annual series with each definition as a segment of its own.

    Unverified points are hollow; a letter with "?" names a segment whose break is suspected.

    Parameters
    ----------
    series : DataFrame
        Columns year, value, definition, grade, decimals and break_before ("", "no", "suspected");
        one indicator and area, at least one row.
    words : dict of str to str
        What each definition counts; listed below the plot by the letter of its segment.
    target : (year, value, label), optional
        Drawn as a line at the value and a mark at the year.
    scope : DataFrame, optional
        Columns year, low, middle (possibly NaN) and high: the series on one scope, drawn as a band
        with a dashed line.
    scope_words, band_words : str
        What the dashed line and the band are.
    """
    series = series.sort_values("year")
    segments = list(_segments(series))
    notes = [f"{letter}  {_span(part)}: {words.get(name, name)}" for letter, name, part in segments]
    legend = []
    if series["grade"].eq("unverified").any():
        legend.append(dot(say("chart.unverified"), hollow=True))
    if scope is not None and scope_words:
        legend.append(stroke(scope_words, **_SCOPE))
        legend.append(stroke(band_words, color=BAND, lw=7, solid_capstyle="butt"))
    sheet = paper.sheet(notes, legend)
    values = list(series["value"])
    if scope is not None:
        values += [*scope["low"], *scope["high"]]
    sheet.span(*labels.with_target(series["year"], values, target), room=0.12)
    last = int(series["year"].iloc[-1])
    inside = target is not None and target[0] > last
    ends = _ends(series, scope, (last, 8) if inside else None)
    sheet.fit(0.0 if inside else labels.room_for_ends(ends))
    sheet.mark_years()
    if scope is not None:
        _draw_scope(sheet, scope)
    for _, _, part in segments:
        for _, run in part.groupby(part["year"].diff().ne(1).cumsum()):
            sheet.axes.plot(run["year"], run["value"], color=OBSERVED, gid="segment", zorder=3)
        mark_figures(sheet.axes, part, zorder=4)
    labels.label_ends(sheet, ends)
    _label_segments(sheet, segments, target)
    if target:
        labels.draw_target(sheet, series.assign(spliced_value=series["value"]), target)
    return sheet.figure


def _segments(series: pd.DataFrame) -> Iterator[Segment]:
    runs = series["definition"].ne(series["definition"].shift()).cumsum()
    for letter, (_, part) in zip(LETTERS, series.groupby(runs), strict=False):
        doubt = "?" if part["break_before"].iloc[0] == "suspected" else ""
        yield letter + doubt, part["definition"].iloc[0], part


def _span(part: pd.DataFrame) -> str:
    first, last = part["year"].iloc[0], part["year"].iloc[-1]
    return f"{first}" if first == last else f"{first}\N{EN DASH}{last}"


def _draw_scope(sheet: Sheet, scope: pd.DataFrame) -> None:
    known = scope.dropna(subset=["low", "high"])
    sheet.axes.fill_between(
        known["year"], known["low"], known["high"], color=BAND, lw=0, zorder=1, gid="scope band"
    )
    sheet.axes.plot(scope["year"], scope["middle"], **_SCOPE, zorder=2, gid="scope")


def _ends(
    series: pd.DataFrame, scope: pd.DataFrame | None, beside: tuple[float, float] | None
) -> list[End]:
    """Give the last value, and where they differ the last ones on the scope, each number once."""
    last = series.iloc[-1]
    decimals = int(last["decimals"])
    text = number(last["value"], decimals)
    ends = [End(float(last["value"]), text, beside=beside)]
    if scope is None or scope["low"].dropna().empty:
        return ends
    end = scope.dropna(subset=["low"]).iloc[-1]
    found: dict[str, End] = {}
    for name, colour, weight in (
        ("low", QUIET, "normal"), ("middle", PROJECTED, "bold"), ("high", QUIET, "normal")
    ):  # fmt: skip
        if pd.notna(end[name]):
            said = number(end[name], decimals)
            found.setdefault(said, End(float(end[name]), said, colour, weight, beside))
    return ends if found.keys() == {text} else [*ends, *found.values()]


def _label_segments(sheet: Sheet, segments: list[Segment], target: Target | None) -> None:
    """Write each letter beside its segment, clear of ink."""
    ink = [labels.level_ink(sheet, target[1])] if target else []
    for _, _, part in segments:
        points = labels.in_pixels(sheet, part[["year", "value"]])
        ink += [points, labels.trace(points, 12)]
    covered = np.vstack(ink)
    for letter, _, part in segments:
        rows = [part.iloc[len(part) // 2], part.iloc[0], part.iloc[-1]]
        spots = [
            ((row["year"], row["value"]), (0, offset), "center", side)
            for row in rows
            for offset, side in ((8, "bottom"), (-8, "top"))
        ]
        style = {"color": OBSERVED, "weight": "bold", "gid": "letter"}
        labels.put(sheet, letter, spots, covered, "data", **style)


_BAR = 0.34
"""Height in inches of the bar below the words of a row."""
BAR, QUIET_BAND = "#f5c29f", "#ececec"


@chart(shows="middle", along="label", rows="")
def range_chart(
    paper: Paper,
    rows: pd.DataFrame,
    *,
    line: tuple[float, str],
    marks: dict[str, str],
    band: tuple[float, float] | None = None,
    band_words: str = "",
) -> Figure:
    """Draw one row a case: a bar from low to high, a tick for each reading, and marks.

    Parameters
    ----------
    rows : DataFrame
        From top to bottom. Columns label (in words), note (the numbers in words), low and high
        (NaN: no bar), ticks (a list of values on the bar), middle (the reading that counts; NaN:
        none), value (a printed figure; NaN: none), and middle_hollow and hollow (bool: reading or
        figure rest on an unverified figure). At least one row.
    line : (value, label)
        A vertical line, such as the target.
    marks : dict of str to str
        Legend words of "bar", "middle" and "value"; what is left out is not explained.
    band : (low, high), optional
        A shaded span of values that mean nothing, explained by `band_words`.
    """
    cases = rows.reset_index(drop=True)
    texts = [labels.row_words(row["label"], row["note"], paper.room) for _, row in cases.iterrows()]
    heights = [words.height + _BAR for words in texts]
    legend = _range_legend(cases, marks, band_words if band else "")
    top = sum(heights)
    sheet = paper.sheet(legend=legend, plot_height=top, above=0.22)
    axes = sheet.axes
    axes.grid(axis="y", visible=False)
    axes.set_yticks([])
    drawn = cases[["low", "high", "middle", "value"]].to_numpy(dtype=float).ravel()
    axes.set_xlim(*limits([line[0], *(band or ()), *drawn], room=0.05))
    round_ticks(axes.xaxis, 6)
    axes.tick_params(axis="x", length=3)
    sheet.fit()
    axes.set_ylim(0, top)
    if band:
        axes.axvspan(*band, color=QUIET_BAND, lw=0, zorder=0, gid="band")
    axes.axvline(line[0], color=MARK, lw=1.6, gid="line", zorder=1)
    _name_line(axes, line)
    for (_, row), words, height in zip(cases.iterrows(), texts, heights, strict=True):
        labels.write_row(axes, words, top, pad=2)
        _draw_row(axes, row, top - height + 0.5 * _BAR)
        top -= height
    return sheet.figure


def _name_line(axes: Axes, line: tuple[float, str]) -> None:
    low, high = axes.get_xlim()
    place = (line[0] - low) / (high - low)
    side = "left" if place < 0.2 else "right" if place > 0.8 else "center"
    labels.write_above(axes, line[1], line[0], ha=side, color=MARK_INK, weight="bold")


def _draw_row(axes: Axes, row: pd.Series, y: float) -> None:
    if pd.notna(row["low"]):
        axes.plot([row["low"], row["high"]], [y, y], color=BAR, lw=7, gid="bar", zorder=2,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot(row["ticks"], [y] * len(row["ticks"]), ls="", marker="|", ms=8, mew=1.2,
                  color=PROJECTED, gid="tick", zorder=3)  # fmt: skip
    if pd.notna(row["middle"]):
        mark(
            axes, row["middle"], y, row["middle_hollow"], names=("middle", "middle hollow"),
            color=PROJECTED, marker="s", ms=6, zorder=4,
        )  # fmt: skip
    if pd.notna(row["value"]):
        mark(axes, row["value"], y, row["hollow"], ms=8, edge=1.6, zorder=5)


def _range_legend(cases: pd.DataFrame, marks: dict[str, str], band_words: str) -> list[Line2D]:
    shown = {"bar": "low", "middle": "middle", "value": "value"}
    said = {name: marks.get(name, "") for name in shown if cases[shown[name]].notna().any()}
    legend = []
    if words := said.get("bar"):
        legend.append(stroke(words, color=BAR, lw=7, solid_capstyle="butt"))
    if words := said.get("middle"):
        legend.append(dot(words, color=PROJECTED, marker="s", ms=6, edge=1.0))
    if words := said.get("value"):
        legend.append(dot(words, ms=7, edge=1.0))
    if cases[["hollow", "middle_hollow"]].any(axis=None):
        legend.append(dot(say("chart.hollow"), hollow=True, ms=7, color=QUIET))
    if band_words:
        legend.append(stroke(band_words, color=QUIET_BAND, lw=7, solid_capstyle="butt"))
    return legend


_COLUMN = 0.5
"""Width of a column in years; the numbers of its groups stand to the right of it."""
_ROOM_OF_YEAR, _LEAST_YEARS = 0.45, 5


@chart(shows="value", by="name", figures="definition year name value grade", totals="year total")
def stack_chart(paper: Paper, figures: pd.DataFrame, totals: pd.DataFrame) -> Figure:
    """Draw the groups of each year as a stacked column, with a mark at the printed total.

    Groups are numbered within their definition, largest of its last year first, and listed below
    the plot; an unverified group is hollow.

    Parameters
    ----------
    figures : DataFrame
        Columns definition, year, name, value (positive) and grade; at least one row. Groups of
        different definitions are different groups, even under one name.
    totals : DataFrame
        Columns year and total (NaN: none known).
    """
    numbers = _numbers(figures)
    legend = _legend(figures, totals)
    sheet = paper.sheet(_notes(figures, numbers), legend, plot_height=3.6)
    highest = max(figures.groupby("year")["value"].sum().max(), totals["total"].max())
    sheet.axes.set_ylim(*outward(0, 1.06 * highest))
    years = figures["year"]
    # One or two years alone would make walls of their columns.
    room = max(0.0, (_LEAST_YEARS - (years.max() - years.min())) / 2)
    sheet.span_years(years, before=0.6 + room, after=0.8 + room)
    sheet.fit()
    _mark_years(sheet, years)
    for (name, year), part in figures.groupby(["definition", "year"], sort=False):
        _draw_column(sheet, part, int(year), numbers[name])
    for row in totals.dropna(subset="total").itertuples():
        span = [row.year - 0.34, row.year + 0.5 * _COLUMN]
        sheet.axes.plot(span, [row.total] * 2, color=MARK, lw=2.2, gid="total", zorder=5)
    return sheet.figure


def _numbers(figures: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Give the groups of each definition numbers by size in its last year."""
    numbers = {}
    for name, own in figures.groupby("definition", sort=False):
        last = own.sort_values(["year", "value"], ascending=False).drop_duplicates("name")
        numbers[name] = {group: place for place, group in enumerate(last["name"], start=1)}
    return numbers


def _notes(figures: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> list[str]:
    notes = []
    for name, own in figures.groupby("definition", sort=False):
        listed = ", ".join(f"{place} {group}" for group, place in numbers[name].items())
        notes.append(f"{_span(own.sort_values('year'))}: {listed}")
    return notes


def _draw_column(sheet: Sheet, part: pd.DataFrame, year: int, numbers: dict[str, int]) -> None:
    axes = sheet.axes
    shades = colormaps["cividis"]
    level, middles = 0.0, []
    ordered = part.assign(number=part["name"].map(numbers)).sort_values("number")
    for row in ordered.itertuples():
        colour = to_hex(shades(0.1 + 0.75 * (row.number - 1) / max(len(numbers) - 1, 1)))
        hollow = row.grade == "unverified"
        axes.bar(
            year, row.value, _COLUMN, bottom=level, lw=1.1, edgecolor=colour if hollow else "white",
            color="white" if hollow else colour, zorder=3, gid="hollow" if hollow else "filled",
        )  # fmt: skip
        middles.append(level + row.value / 2)
        level += row.value
    line, low = sheet.line_height(1.15), axes.get_ylim()[0]
    places = spread(middles, line, low + 0.6 * line, max(level - 0.3 * line, line * len(middles)))
    for y, place in zip(places, ordered["number"], strict=True):
        axes.annotate(
            str(place), (year + _COLUMN / 2, y), (2, 0), textcoords="offset points",
            fontsize=SMALL, color=QUIET, va="center", gid="number",
        )  # fmt: skip


def _legend(figures: pd.DataFrame, totals: pd.DataFrame) -> list[Line2D]:
    legend = []
    if totals["total"].notna().any():
        legend.append(stroke(say("chart.printed_total"), color=MARK, lw=2.2))
    if figures["grade"].eq("unverified").any():
        unverified = say("chart.unverified")
        legend.append(dot(unverified, hollow=True, marker="s", ms=8, color=QUIET, edge=1.0))
    return legend


def _mark_years(sheet: Sheet, years: pd.Series) -> None:
    """Name every year that has a column where there is room, else as many as have."""
    low, high = sheet.axes.get_xlim()
    if sheet.across / (high - low) >= _ROOM_OF_YEAR:
        sheet.axes.set_xticks(sorted(years.unique()))
    else:
        sheet.mark_years()
