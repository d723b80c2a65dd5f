"""Charts of one annual series: observed and projected, with goals, or under a stated growth."""

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts.chart import chart
from helpers.charts.labels import (
    draw_flags,
    draw_target,
    has_flags,
    label_last,
    put,
    room_for_flags,
)
from helpers.charts.style import (
    EVENT,
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
from helpers.charts.text_layout import boxes, number, plain, say, spoken, spread, text_width

INTERVALS = ((95, "#fbe3d3"), (80, "#f5c29f"), (50, "#ec9a62"))
SHAPES = {"derived": "D", "estimate": "^"}
SERIES = "year value spliced_value definition status qualifier grade break_before source_id"
"""Columns of a series that travel with its chart."""


@chart(shows="value", series=SERIES, projection="", target="year value label", events="date label")
def series_chart(
    series: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    target: tuple[int, float, str] | None = None,
    projection: pd.DataFrame | None = None,
    events: pd.DataFrame | None = None,
    width: float = WIDTH,
) -> Figure:
    """Draw an annual series, with its target and projection where there are some.

    Parameters
    ----------
    series : DataFrame
        Columns year, value, definition, status, qualifier, grade, break_before ("", "no",
        "suspected") and spliced_value, as `helpers.vintages.series.known_series` returns; one area.
    title, unit, source : str
        The finding, the unit of the values, and who published them.
    target : (year, value, label), optional
        Drawn as a line at the value and a mark at the year.
    projection : DataFrame, optional
        Columns year, median and lower and upper bounds of the 50, 80 and 95 % intervals
        (lower50 ...), drawn as a fan from the last point.
    events : DataFrame, optional
        Columns date (ISO date, month or year) and label; numbered in the plot, listed below it.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Unverified points are hollow, derived ones diamonds, estimates triangles. Lines join
        only neighbouring years of one definition: a gap stays a gap.
    """
    series = series.sort_values("year")
    events = events if events is not None else pd.DataFrame(columns=["date", "label"])
    notes = [f"{n}  {e.label} ({e.date})" for n, e in enumerate(events.itertuples(), start=1)]
    with house_style():
        handles = _legend_handles(series)
        above = room_for_flags(has_flags(series), bool(notes))
        rows = legend_rows(handles, width)
        below = ROW * rows
        narrow = width < 5
        if narrow and projection is not None and len(projection):
            notes.append(say("chart.fan_key"))
        sheet = open_sheet(title, unit, source, notes, width=width, above=above, below=below)
        _set_limits(sheet.axes, series, projection, target)
        ends = _draw_projection(sheet.axes, series, projection, narrow)
        _draw_observed(sheet.axes, series)
        sheet.fit(_right_room(sheet, ends))
        sheet.mark_years()
        _label_ends(sheet, ends)
        draw_flags(sheet, series, events)
        if len(ends) > 1:
            last = _printed(series, series["value"].iloc[-1])
            label_last(sheet, series, last, target[1] if target else None)
        if target:
            draw_target(sheet, series, target)
        legend_below(sheet, handles, rows)
    return sheet.figure


def _set_limits(axes: Axes, series: pd.DataFrame, projection, target) -> None:
    years, values = list(series["year"]), [*series["value"], *series["spliced_value"]]
    if projection is not None and len(projection):
        years += list(projection["year"])
        values += [*projection["lower95"], *projection["upper95"]]
    if target:
        years.append(target[0])
        values.append(target[1])
    values = [value for value in values if pd.notna(value)] or [0.0, 1.0]
    low, high = min(values), max(values)
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    # Zero belongs on the axis of a quantity unless it would squeeze the series.
    start = 0.0 if 0 <= low < 0.4 * high else low - room
    axes.set_ylim(start, high + room)
    axes.set_xlim(min(years) - 0.6, max(years) + 0.6)
    axes.tick_params(axis="x", length=3)


def _segments(series: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Split a series where the definition changes or a year is missing."""
    new = series["definition"].ne(series["definition"].shift()) | series["year"].diff().ne(1)
    for _, segment in series.groupby(new.cumsum()):
        yield segment


def _draw_observed(axes: Axes, series: pd.DataFrame) -> None:
    spliced = series[series["spliced_value"].sub(series["value"]).abs() > 1e-9]
    if len(spliced):
        gaps = series["year"].diff().ne(1).cumsum()
        for _, run in series.groupby(gaps):
            axes.plot(
                run["year"], run["spliced_value"], color=OBSERVED, lw=1.1, ls=(0, (4, 2)),
                alpha=0.75, gid="spliced", zorder=2.5,
            )  # fmt: skip
    for segment in _segments(series):
        axes.plot(segment["year"], segment["value"], color=OBSERVED, gid="observed", zorder=3)
    for (shape, hollow), points in series.groupby([_shapes(series), _hollow(series)]):
        axes.plot(
            points["year"], points["value"], ls="", marker=shape, color=OBSERVED, zorder=4,
            markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.4,
            gid="unverified" if hollow else "verified", clip_on=False,
        )  # fmt: skip


def _hollow(series: pd.DataFrame) -> pd.Series:
    return series["grade"].eq("unverified").rename("hollow")


def _shapes(series: pd.DataFrame) -> pd.Series:
    """Marker of each point: an estimate counts for more than how it was derived."""
    shapes = pd.Series("o", index=series.index, name="shape")
    shapes[series["qualifier"].eq("derived")] = SHAPES["derived"]
    shapes[series["status"].eq("estimate")] = SHAPES["estimate"]
    return shapes


def _draw_projection(
    axes: Axes, series: pd.DataFrame, projection, narrow: bool
) -> list[tuple[float, str, str]]:
    """Draw the fan and give the labels of its ends: level, text, colour."""
    last = series.iloc[-1]
    if projection is None or projection.empty:
        return [(last["value"], _printed(series, last["value"]), OBSERVED)]
    ends = []
    table = projection.sort_values("year")
    years = [last["year"], *table["year"]]
    for level, colour in INTERVALS:
        lower = [last["spliced_value"], *table[f"lower{level}"]]
        upper = [last["spliced_value"], *table[f"upper{level}"]]
        axes.fill_between(years, lower, upper, color=colour, lw=0, zorder=1, gid=f"interval{level}")
        ends.append(
            (
                upper[-1],
                say(
                    "chart.interval" if level == 95 and not narrow else "chart.percent",
                    number=level,
                ),
                QUIET,
            )
        )
    medians = [last["spliced_value"], *table["median"]]
    axes.plot(years, medians, color=PROJECTED, ls=(0, (2, 1.2)), gid="median", zorder=2)
    axes.plot(years[-1], medians[-1], ls="", marker="s", ms=5, color=PROJECTED, zorder=2)
    median = _printed(series, medians[-1])
    words = median if narrow else say("chart.median", number=median)
    return [*ends, (medians[-1], words, PROJECTED)]


def _printed(series: pd.DataFrame, value: float) -> str:
    """Write a value with the decimals of the last figure, where the series knows them."""
    if "decimals" not in series:
        return plain(value)
    return number(value, int(series["decimals"].iloc[-1]))


def _right_room(sheet: Sheet, ends: list[tuple[float, str, str]]) -> float:
    return max(text_width(sheet.figure, text, SMALL, "bold") for _, text, _ in ends) + 0.1


def _label_ends(sheet: Sheet, ends: list[tuple[float, str, str]]) -> None:
    """Label the last point, or the fan at its right end, with labels moved apart."""
    axes = sheet.axes
    low, high = axes.get_ylim()
    line = (high - low) * SMALL * 1.25 / 72 / (sheet.top - sheet.bottom)
    places = spread([level for level, _, _ in ends], line, low, high)
    right = axes.get_xlim()[1]
    for y, (_, text, colour) in zip(places, ends, strict=True):
        weight = "normal" if colour == QUIET else "bold"
        axes.annotate(
            text, (right, y), (3, 0), textcoords="offset points", color=colour, fontsize=SMALL,
            weight=weight, va="center", annotation_clip=False,
        )  # fmt: skip


def _legend_handles(series: pd.DataFrame) -> list[Line2D]:
    """Explain the marks that occur."""
    shapes = _shapes(series)
    wanted = [
        ("o", "white", say("chart.unverified"), _hollow(series).any()),
        (SHAPES["derived"], OBSERVED, say("chart.derived"), shapes.eq(SHAPES["derived"]).any()),
        (SHAPES["estimate"], OBSERVED, say("chart.estimate"), shapes.eq(SHAPES["estimate"]).any()),
    ]
    handles = [
        Line2D([], [], ls="", marker=shape, color=OBSERVED, markerfacecolor=face, label=label,
               markeredgewidth=1.4)
        for shape, face, label, present in wanted
        if present
    ]  # fmt: skip
    if series["spliced_value"].sub(series["value"]).abs().gt(1e-9).any():
        handles.append(
            Line2D([], [], color=OBSERVED, lw=1.1, ls=(0, (4, 2)), label=say("chart.spliced"))
        )
    return handles


@dataclass(frozen=True)
class GoalMark:
    """Year, level and label of a goal."""

    year: int
    level: float
    label: str


@chart(shows="value", series=SERIES, projection="", goals="")
def stage_chart(
    series: pd.DataFrame,
    *,
    goals: list[GoalMark],
    projection: pd.DataFrame,
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw a series, its fan, and one line and mark for each goal.

    Parameters
    ----------
    series, projection, title, unit, source, width
        As for `helpers.charts.series_chart`.
    goals : list of GoalMark
        A mark stands at the goal's year, its line runs through.
    """
    # The highest goal sets the limits of the plot; all are labelled together below.
    highest = max(goals, key=lambda goal: goal.level, default=None)
    figure = series_chart(
        series,
        title=title,
        unit=unit,
        source=source,
        target=(highest.year, highest.level, "") if highest else None,
        projection=projection,
        width=width,
    )
    with house_style():
        axes = figure.axes[0]
        texts = [text for text in axes.texts if text.get_text()]
        sheet = Sheet(figure, axes, 0.0, 0.0, [box.padded(2) for box in boxes(figure, texts)])
        draw_goals(sheet, series, goals, drawn=highest)
    return figure


def draw_goals(
    sheet: Sheet,
    series: pd.DataFrame,
    goals: list[GoalMark],
    *,
    drawn: GoalMark | None = None,
    paths: pd.DataFrame | None = None,
) -> None:
    """Draw what documents ask for as lines, each with a mark at its year and its label.

    Parameters
    ----------
    sheet : Sheet
    series : DataFrame
        Columns year and value: what labels should not cover.
    goals : list of GoalMark
    drawn : GoalMark, optional
        The one whose line and mark are there already.
    paths : DataFrame, optional
        Further lines that labels should not cover, columns year and value.
    """
    axes, style = sheet.axes, {"color": "#00664a", "weight": "bold", "gid": "target label"}
    for goal in goals:
        if goal != drawn:
            axes.axhline(goal.level, color=MARK, lw=1.2, ls=(0, (6, 3)), gid="target", zorder=2)
            axes.plot(
                goal.year, goal.level, ls="", marker="_", ms=16, mew=3, color=MARK,
                gid="target mark", zorder=5,
            )  # fmt: skip
    ink = _ink(sheet, series, goals) + ([] if paths is None else _ink(sheet, paths, []))
    for goal in goals:
        spots = [
            ((fraction, goal.level), (2, offset), "left", side)
            for fraction in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
            for offset, side in ((4, "bottom"), (-4, "top"))
        ]
        # Where lines lie close together, a label may stand a line off its own.
        spots += [((0.0, goal.level), (2, -17), "left", "top")]
        spots += [
            ((1.0, goal.level), (-2, offset), "right", side)
            for offset, side in ((-4, "top"), (4, "bottom"))
        ]
        put(sheet, goal.label, spots, ink, ("axes fraction", "data"), **style)


def _ink(sheet: Sheet, series: pd.DataFrame, goals: list[GoalMark]) -> list[tuple[float, float]]:
    """Points in pixels that a label should not cover: of figures, and of the lines of goals."""
    frame, place = sheet.axes.get_window_extent(), sheet.axes.transData.transform
    points = [tuple(xy) for xy in place(series[["year", "value"]].astype(float).to_numpy())]
    across = [frame.x0 + 6 * step for step in range(int(frame.width / 6))]
    for goal in goals:
        y = place((goal.year, goal.level))[1]
        points += [(x, y) for x in across]
    return points


_STYLES = {
    "no change": (QUIET, (0, (1, 1.5))),
    "past trend": (PROJECTED, (0, (5, 2))),
    "best comparable area": (EVENT, (0, (3, 1.5, 1, 1.5))),
    "required": ("#00664a", "-"),
}


@chart(
    shows="value",
    series="year value definition grade",
    scenarios="scenario growth of year value",
    goals="",
)
def scenario_chart(
    series: pd.DataFrame,
    scenarios: pd.DataFrame,
    *,
    goals: list[GoalMark],
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw a series and one line a scenario, each labelled with its growth a year.

    Parameters
    ----------
    series : DataFrame
        As `helpers.vintages.series.known_series` returns, one area.
    scenarios : DataFrame
        Columns scenario, growth, of, year and value, as
        `helpers.topics.outlook.text.scenarios_of` returns.
    goals : list of GoalMark
    title, unit, source : str
    width : float
        Of the figure, in inches.
    """
    notes = [say("chart.scenarios")]
    notes += [
        say("chart.alt_named", name=_name(row.scenario), text=row.of)
        for row in scenarios.drop_duplicates("scenario").itertuples()
        if row.of and row.scenario != "required"
    ]
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width)
        axes = sheet.axes
        _set_scenario_limits(sheet, series, scenarios, goals)
        _draw_points(sheet, series)
        labels = []
        known = scenarios.dropna(subset="value")
        for (scenario, of), path in known.groupby(["scenario", "of"], sort=False):
            colour, dashes = _STYLES[scenario]
            axes.plot(path["year"], path["value"], color=colour, ls=dashes, gid=scenario, zorder=3)
            words = _name(scenario, short=width < 5)
            words += f" {of}" if scenario == "required" and width > 5 else ""
            growth = say(
                "chart.percent",
                number=f"{path['growth'].iloc[0]:+.1f}".replace("-", "\N{MINUS SIGN}"),
            )
            text = words if scenario == "no change" else f"{words} {growth}"
            labels.append((path["value"].iloc[-1], text, colour))
        room = max((text_width(sheet.figure, text, SMALL) for _, text, _ in labels), default=0)
        sheet.fit(room + 0.1)
        sheet.mark_years()
        _label(sheet, labels)
        sheet.taken.extend(box.padded(2) for box in boxes(sheet.figure, axes.texts))
        draw_goals(sheet, series, goals, paths=scenarios.dropna(subset="value"))
    return sheet.figure


def _name(scenario: str, short: bool = False) -> str:
    """Name a scenario in the language of the chart, shorter where there is little room."""
    name = scenario.replace(" ", "_")
    brief = f"chart_scenario_short.{name}"
    return say(brief) if short and spoken().has(brief) else spoken().word("chart_scenario", name)


def _set_scenario_limits(sheet: Sheet, series, scenarios, goals: list[GoalMark]) -> None:
    values = [*series["value"], *scenarios["value"].dropna(), *(goal.level for goal in goals)]
    years = [*series["year"], *scenarios["year"], *(goal.year for goal in goals)]
    low, high = min(values), max(values)
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    sheet.axes.set_ylim(0.0 if 0 <= low < 0.4 * high else low - room, high + room)
    sheet.axes.set_xlim(min(years) - 0.6, max(years) + 0.4)
    sheet.axes.tick_params(axis="x", length=3)


def _draw_points(sheet: Sheet, series: pd.DataFrame) -> None:
    for part in _segments(series):
        sheet.axes.plot(part["year"], part["value"], color=OBSERVED, gid="observed", zorder=4)
    for hollow, points in series.groupby(series["grade"].eq("unverified")):
        sheet.axes.plot(
            points["year"], points["value"], ls="", marker="o", ms=5, color=OBSERVED,
            markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.3, zorder=5,
            gid="unverified" if hollow else "verified", clip_on=False,
        )  # fmt: skip


def _label(sheet: Sheet, labels: list[tuple[float, str, str]]) -> None:
    axes = sheet.axes
    low, high = axes.get_ylim()
    line = (high - low) * SMALL * 1.3 / 72 / (sheet.top - sheet.bottom)
    places = spread([value for value, _, _ in labels], line, low, high)
    for y, (_, text, colour) in zip(places, labels, strict=True):
        axes.annotate(
            text, (axes.get_xlim()[1], y), (3, 0), textcoords="offset points", color=colour,
            fontsize=SMALL, va="center", annotation_clip=False,
        )  # fmt: skip
