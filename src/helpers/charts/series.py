"""Charts of one annual series: observed and projected, with goals, or under a stated growth.

Also what was published when about each of its years, and how it was revised.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cbook import STEP_LOOKUP_MAP
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts import labels
from helpers.charts.chart import chart
from helpers.charts.labels import NO_INK, End, Target, trace
from helpers.charts.sheet import Paper, Sheet, outward, write_legend
from helpers.charts.style import OBSERVED, PROJECTED, QUIET, SMALL, dot, mark, mark_figures, stroke
from helpers.charts.text_layout import boxes, number, plain, say, text_width

INTERVALS = ((95, "#fbe3d3"), (80, "#f5c29f"), (50, "#ec9a62"))
SHAPES = {"derived": "D", "estimate": "^"}
SERIES = "year value spliced_value definition status qualifier grade break_before source_id"
"""Columns of a series that travel with its chart."""
PLAIN = {"definition": "", "status": "final", "qualifier": "exact", "grade": "", "break_before": ""}
"""What a figure is where nothing is said of it."""
_SPLICED = (0, (4, 2))
"""Dashes of values on the level of the latest definition."""


@chart(shows="value", series=SERIES, projection="", target="year value label", events="date label")
def series_chart(
    paper: Paper,
    series: pd.DataFrame,
    *,
    target: Target | None = None,
    projection: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
) -> Figure:
    """Draw an annual series, with its target and projection where there are some.

    Unverified points are hollow, derived ones diamonds, estimates triangles. Lines join only
    neighbouring years of one definition: a gap stays a gap.

    Parameters
    ----------
    series : DataFrame
        Columns year and value; and definition, status, qualifier, grade, break_before ("", "no",
        "suspected") and spliced_value, as `helpers.vintages.series.known_series` returns; one area.
        What is missing is drawn as a final figure of one definition.
    target : (year, value, label), optional
        Drawn as a line at the value and a mark at the year.
    projection : DataFrame, optional
        Columns year, median and lower and upper bounds of the 50, 80 and 95 % intervals
        (lower50 ...), drawn as a fan from the last point.
    events : DataFrame, optional
        Columns date (ISO date, month or year) and label; numbered in the plot, listed below it.
    """
    return _draw_series(paper, series, target, projection, events).figure


def _draw_series(
    paper: Paper,
    series: pd.DataFrame,
    target: Target | None,
    projection: pd.DataFrame | None,
    events: pd.DataFrame | None = None,
) -> Sheet:
    usual = PLAIN | {"spliced_value": series["value"]}
    lacking = {name: told for name, told in usual.items() if name not in series}
    series = series.assign(**lacking).sort_values("year")
    events = events if events is not None else pd.DataFrame(columns=["date", "label"])
    fan = projection if projection is not None and len(projection) else None
    notes = labels.event_notes(events)
    above = labels.room_for_flags(series["break_before"].ne("").any(), bool(notes))
    if paper.narrow and fan is not None:
        notes.append(say("chart.fan_key"))
    sheet = paper.sheet(notes, _legend(series), above=above)
    years, values = list(series["year"]), [*series["value"], *series["spliced_value"]]
    if fan is not None:
        years += list(fan["year"])
        values += [*fan["lower95"], *fan["upper95"]]
    sheet.span(*labels.with_target(years, values, target), zero=0.4)
    ends = _draw_fan(sheet.axes, series, fan, paper.narrow)
    _draw_observed(sheet.axes, series)
    sheet.fit(labels.room_for_ends(ends))
    sheet.mark_years()
    labels.label_ends(sheet, ends)
    labels.draw_flags(sheet, series, events)
    if fan is not None:
        last = _printed(series, series["value"].iloc[-1])
        labels.label_last(sheet, series, last, target[1] if target else None)
    if target:
        labels.draw_target(sheet, series, target)
    return sheet


def _segments(series: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Split a series where the definition changes or a year is missing."""
    new = series["definition"].ne(series["definition"].shift()) | series["year"].diff().ne(1)
    for _, segment in series.groupby(new.cumsum()):
        yield segment


def _is_spliced(series: pd.DataFrame) -> bool:
    """Say whether a value differs from that on the level of the latest definition."""
    return bool(series["spliced_value"].sub(series["value"]).abs().gt(1e-9).any())


def _draw_observed(axes: Axes, series: pd.DataFrame) -> None:
    if _is_spliced(series):
        gaps = series["year"].diff().ne(1).cumsum()
        for _, run in series.groupby(gaps):
            axes.plot(
                run["year"], run["spliced_value"], color=OBSERVED, lw=1.1, ls=_SPLICED,
                alpha=0.75, gid="spliced", zorder=2.5,
            )  # fmt: skip
    for segment in _segments(series):
        axes.plot(segment["year"], segment["value"], color=OBSERVED, gid="observed", zorder=3)
    for shape, points in series.groupby(_shapes(series)):
        mark_figures(axes, points, marker=shape, zorder=4)


def _shapes(series: pd.DataFrame) -> pd.Series:
    """Marker of each point: an estimate counts for more than how it was derived."""
    shapes = pd.Series("o", index=series.index, name="shape")
    shapes[series["qualifier"].eq("derived")] = SHAPES["derived"]
    shapes[series["status"].eq("estimate")] = SHAPES["estimate"]
    return shapes


def _draw_fan(
    axes: Axes, series: pd.DataFrame, fan: pd.DataFrame | None, narrow: bool
) -> list[End]:
    """Draw the fan and give the labels of its ends, or of the last point where there is none."""
    last = series.iloc[-1]
    if fan is None:
        return [End(last["value"], _printed(series, last["value"]))]
    ends = []
    table = fan.sort_values("year")
    years = [last["year"], *table["year"]]
    for level, colour in INTERVALS:
        lower = [last["spliced_value"], *table[f"lower{level}"]]
        upper = [last["spliced_value"], *table[f"upper{level}"]]
        band = [*upper, *reversed(lower)]
        around = [*years, *reversed(years)]
        axes.fill(around, band, color=colour, lw=0, zorder=1, gid=f"interval{level}")
        key = "chart.interval" if level == 95 and not narrow else "chart.percent"
        ends.append(End(upper[-1], say(key, number=level), QUIET, "normal"))
    medians = [last["spliced_value"], *table["median"]]
    axes.plot(years, medians, color=PROJECTED, ls=(0, (2, 1.2)), gid="median", zorder=2)
    axes.plot(years[-1], medians[-1], ls="", marker="s", ms=5, color=PROJECTED, zorder=2)
    # Decimals of a printed total would be none of a projection's.
    median = _printed(series, medians[-1]) if medians[-1] < 1000 else plain(medians[-1])
    words = median if narrow else say("chart.median", number=median)
    return [*ends, End(medians[-1], words, PROJECTED)]


def _printed(series: pd.DataFrame, value: float) -> str:
    """Write a value with the decimals of the last figure, where the series knows them."""
    if "decimals" not in series:
        return plain(value)
    return number(value, int(series["decimals"].iloc[-1]))


def _legend(series: pd.DataFrame) -> list[Line2D]:
    shapes = set(_shapes(series))
    legend = []
    if series["grade"].eq("unverified").any():
        legend.append(dot(say("chart.unverified"), hollow=True))
    for name, shape in SHAPES.items():
        if shape in shapes:
            legend.append(dot(say(f"chart.{name}"), marker=shape))
    if _is_spliced(series):
        legend.append(stroke(say("chart.spliced"), color=OBSERVED, lw=1.1, ls=_SPLICED))
    return legend


@dataclass(frozen=True)
class GoalMark:
    """Year, level and label of a goal."""

    year: int
    level: float
    label: str


@chart(shows="value", series=SERIES, projection="", goals="")
def stage_chart(
    paper: Paper, series: pd.DataFrame, *, goals: list[GoalMark], projection: pd.DataFrame
) -> Figure:
    """Draw a series, its fan, and one line and mark for each goal.

    Parameters
    ----------
    series, projection : DataFrame
        As for `helpers.charts.series_chart`.
    goals : list of GoalMark
        A mark stands at the goal's year, its line runs through.
    """
    # The highest goal sets the limits of the plot; all are labelled together below.
    highest = max(goals, key=lambda goal: goal.level, default=None)
    target = (highest.year, highest.level, "") if highest else None
    sheet = _draw_series(paper, series, target, projection)
    texts = [text for text in sheet.axes.texts if text.get_text()]
    sheet.taken = [box.padded(2) for box in boxes(texts)]
    _draw_goals(sheet, goals, _ink(sheet, series, goals), drawn=highest)
    return sheet.figure


def _draw_goals(
    sheet: Sheet, goals: Sequence[GoalMark], ink: np.ndarray, drawn: GoalMark | None = None
) -> None:
    """Draw what documents ask for as lines, each with a mark at its year and its label.

    `ink`: what labels should not cover, in pixels. `drawn`: the one whose line and mark are there
    already.
    """
    for goal in goals:
        if goal != drawn:
            labels.draw_line(sheet.axes, goal.year, goal.level)
    for goal in goals:
        # Where lines lie close together, a label may stand a line off its own.
        further = [
            ((0.0, goal.level), (2, -17), "left", "top"),
            ((1.0, goal.level), (-2, -4), "right", "top"),
            ((1.0, goal.level), (-2, 4), "right", "bottom"),
        ]
        labels.name_line(sheet, goal.label, goal.level, ink, *further)


def _ink(sheet: Sheet, points: pd.DataFrame, goals: Sequence[GoalMark] = ()) -> np.ndarray:
    """Points in pixels that a label should not cover: of figures, and of the lines of goals."""
    lines = [labels.level_ink(sheet, goal.level) for goal in goals]
    return np.vstack([labels.in_pixels(sheet, points[["year", "value"]]), *lines])


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
    axes.set_ylim(*outward(*axes.get_ylim()))
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
    for place, (day, value, assumed) in enumerate(rows):
        mark(
            sheet.axes, day, value, assumed, color=colour, edge=_EDGE, zorder=3,
            ms=_LATER if place else _FIRST, names=("dated", "assumed"),
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
    ink, left = _ink_of_lines(sheet), sheet.axes.get_window_extent().x0
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
            apart = not any(box.overlaps(other) for other in sheet.taken)
            if apart and not covers and box.x0 >= left:
                sheet.taken.append(box)
                break
        else:
            text.remove()


def _ink_of_lines(sheet: Sheet) -> np.ndarray:
    """Points along marks and step lines, in pixels."""
    ink = [NO_INK]
    for line in sheet.axes.get_lines():
        steps = STEP_LOOKUP_MAP[line.get_drawstyle()](*np.asarray(line.get_xydata()).T)
        corners = sheet.axes.transData.transform(np.column_stack(steps))
        ink += [corners, trace(corners)]
    return np.vstack(ink)
