"""Chart of a belief timeline: the probability of meeting a target over calendar time."""

from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.charts.chart import chart
from helpers.charts.labels import draw_flags, put
from helpers.charts.style import (
    INK,
    OBSERVED,
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
from helpers.charts.text_layout import plain, say, spoken, text_width
from helpers.vocabulary import (
    FILLED,
    NEW,
    PUBLIC,
    REDEFINED,
    REPLACED,
    RESPLICED,
    REVISED,
    SET,
    STAND_IN,
    SUSPECTED,
)

BEFORE = "#8fbfdd"
"""The time before the target was set: the same blue, lighter."""
NAMES = {"o": "chart.new_figure", "s": "chart.revision", "D": "chart.redefinition"}


@chart(
    shows="probability",
    along="day",
    timeline="day probability what change latest_year latest_value assumed set_yet settled state",
    events="date label",
)
def timeline_chart(
    timeline: pd.DataFrame,
    *,
    title: str,
    source: str,
    events: pd.DataFrame | None = None,
    width: float = WIDTH,
) -> Figure:
    """Draw P over calendar time as steps, with a mark for what moved it.

    Parameters
    ----------
    timeline : DataFrame
        Rows of one target, as `helpers.targets.history.timeline.belief_timeline` returns; days
        without a P are left blank.
    title, source : str
        The finding, and where the figures come from.
    events : DataFrame, optional
        Columns date (ISO date, month or year) and label; those in the years shown are numbered in
        the plot and listed below it, but for the days on which the target was set or made public.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Marks differ by what moved P and are hollow where the day is assumed; the time before the
        target was set is drawn lighter. A year's name stands below its middle.
    """
    rows = timeline.assign(x=[calendar_place(day) for day in timeline["day"]])
    rows = _from_first_belief(rows.sort_values("x"))
    events = _within(events, rows)
    notes = [f"{n}  {e.label} ({e.date})" for n, e in enumerate(events.itertuples(), start=1)]
    with house_style():
        handles = _handles(rows)
        lines = legend_rows(handles, width)
        sheet = open_sheet(
            title, say("chart.belief"), source, notes, width=width,
            above=0.24 if notes else 0.0, below=ROW * lines,
        )  # fmt: skip
        _set_axes(sheet, rows)
        end = end_words(rows)
        sheet.fit(text_width(sheet.figure, end, SMALL, "bold") + 0.1 if end else 0.0)
        _mark_calendar(sheet, rows)
        _draw_steps(sheet, rows)
        _draw_marks(sheet, rows)
        draw_flags(sheet, pd.DataFrame({"year": [], "break_before": []}), events)
        label_end(sheet, rows, end)
        label_making(sheet, rows)
        label_moves(sheet, rows, narrow=width < 5)
        legend_below(sheet, handles, lines)
    return sheet.figure


def calendar_place(day: pd.Timestamp) -> float:
    """Place a day on an axis where a year's name stands at its integer, in the middle of it."""
    start = pd.Timestamp(day.year, 1, 1)
    return day.year - 0.5 + (day - start).days / (366 if start.is_leap_year else 365)


def _from_first_belief(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the time before the first P, up to the day on which the target was set."""
    shown = rows["probability"].notna() | rows["set_yet"].astype(bool)
    return rows[shown.cummax()].reset_index(drop=True) if shown.any() else rows


def _within(events: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    if events is None or events.empty:
        return pd.DataFrame(columns=["date", "label"])
    text = events["date"].astype(str)
    inside = text.str[:4].astype(int).between(rows["day"].iloc[0].year, rows["day"].iloc[-1].year)
    made = rows.loc[rows["what"].str.contains(f"{SET}|{PUBLIC}"), "day"]
    # These days have a line of their own.
    inside &= ~text.isin(made.dt.strftime("%Y-%m-%d"))
    return events[inside].sort_values("date")


def _set_axes(sheet: Sheet, rows: pd.DataFrame) -> None:
    axes = sheet.axes
    axes.set_ylim(-0.04, 1.06)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: say("chart.percent", number=f"{100 * value:.0f}"))
    )
    axes.set_xlim(rows["x"].iloc[0] - 0.15, rows["x"].iloc[-1] + 0.05)


def _mark_calendar(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Name as many years as have room, each below its middle, with ticks where years meet."""
    axes = sheet.axes
    low, high = axes.get_xlim()
    inches = axes.get_position().width * sheet.figure.get_size_inches()[0]
    step = max(1, -(-(high - low) * 0.5 // inches))
    years = [y for y in range(int(low) - 1, int(high) + 2) if low + 0.2 <= y <= high - 0.2]
    axes.xaxis.set_major_locator(FixedLocator(years[:: int(step)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.xaxis.set_minor_locator(
        FixedLocator([y + 0.5 for y in range(int(low) - 1, int(high) + 1)])
    )
    axes.tick_params(axis="x", which="major", length=0)
    axes.tick_params(axis="x", which="minor", length=4)


def _draw_steps(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw a level from each day to the next, and a riser where P was known before."""
    lines: dict[bool, list[tuple]] = {False: [], True: []}
    end = rows["x"].iloc[-1]
    following = [*rows["x"].iloc[1:], end]
    before = float("nan")
    for row, until in zip(rows.itertuples(), following, strict=True):
        if pd.notna(row.probability):
            line = lines[bool(row.set_yet)]
            riser = [(row.x, before)] if pd.notna(before) else []
            line += [*riser, (row.x, row.probability), (until, row.probability), (row.x, None)]
        before = row.probability
    for set_yet, points in lines.items():
        if points:
            xs, ys = zip(*points, strict=True)
            sheet.axes.plot(
                xs, [float("nan") if y is None else y for y in ys], lw=1.8 if set_yet else 1.2,
                color=OBSERVED if set_yet else BEFORE, solid_joinstyle="miter", zorder=3,
                gid=LEVEL_LINES[0] if set_yet else LEVEL_LINES[1],
            )  # fmt: skip


def _draw_marks(sheet: Sheet, rows: pd.DataFrame) -> None:
    for row in marked(rows).itertuples():
        colour = OBSERVED if row.set_yet else BEFORE
        sheet.axes.plot(
            row.x, row.probability, ls="", marker=row.shape, ms=5.5 if row.shape != "o" else 6,
            color=colour, markerfacecolor="white" if row.assumed else colour, markeredgewidth=1.4,
            gid="assumed" if row.assumed else "dated", zorder=4, clip_on=False,
        )  # fmt: skip


def _handles(rows: pd.DataFrame) -> list[Line2D]:
    """Explain the marks and lines that occur."""
    moved = marked(rows)
    style: dict[str, Any] = {"color": OBSERVED, "markeredgewidth": 1.4}
    handles = [
        Line2D([], [], ls="", marker=shape, ms=6, label=say(name), **style)
        for shape, name in NAMES.items()
        if moved["shape"].eq(shape).any()
    ]
    if moved["assumed"].any():
        label = say("chart.day_assumed")
        handles.append(
            Line2D([], [], ls="", marker="o", ms=6, markerfacecolor="white", label=label, **style)
        )
    if (rows["probability"].notna() & ~rows["set_yet"].astype(bool)).any():
        handles.append(Line2D([], [], color=BEFORE, lw=1.2, label=say("chart.before_set")))
    return handles


SHAPES = dict.fromkeys((REDEFINED, SUSPECTED, STAND_IN, RESPLICED), "D")
SHAPES |= dict.fromkeys((REPLACED, REVISED, FILLED), "s") | {NEW: "o"}
"""Marker of each kind of change that can move P."""
LEVEL_LINES = ("belief", "before the target was set")
_PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 0.6}
LEAST_MOVE = 0.05
"""Smaller changes of P are not labelled."""


def _shape(what: str) -> str:
    """Marker of what moved P; empty where nothing did."""
    return SHAPES.get(what.split("; ")[0], "")


def marked(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the days with a P on which something moved it, with the `shape` of its marker."""
    known = rows[rows["probability"].notna()]
    shapes = known["what"].map(_shape)
    return known.assign(shape=shapes)[shapes.ne("")]


def end_words(rows: pd.DataFrame) -> str:
    """Say how the timeline ends: the outcome, or the last P; empty where there is none."""
    last = rows.iloc[-1]
    if last["settled"]:
        return spoken().word("state", last["state"])
    return "" if pd.isna(last["probability"]) else spoken().equation(last["probability"])


def label_end(sheet: Sheet, rows: pd.DataFrame, words: str) -> None:
    """Write the last P, or the outcome, to the right of the plot."""
    last = rows.iloc[-1]
    if not words or pd.isna(last["probability"]):
        return
    sheet.axes.annotate(
        words, (sheet.axes.get_xlim()[1], last["probability"]), (3, 0), color=OBSERVED, va="center",
        textcoords="offset points", fontsize=SMALL, weight="bold", annotation_clip=False,
    )  # fmt: skip


def label_making(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw the days on which the target was set and made public, each with its words."""
    axes, ink = sheet.axes, _ink(sheet, rows)
    made = {}
    for kind, words in ((SET, "chart.set"), (PUBLIC, "chart.made_public")):
        for x in rows.loc[rows["what"].str.contains(kind, regex=False), "x"]:
            made[x] = "chart.set_and_public" if x in made else words
    for x in made:
        axes.axvline(x, color=INK, lw=0.9, gid="making", zorder=2)
    frame = axes.get_window_extent()
    for x in made:
        place = axes.transData.transform((x, 0))[0]
        ink += [(place, frame.y0 + 6 * k) for k in range(int(frame.height / 6))]
    for x, words in made.items():
        sides = (("left", 4), ("right", -4))
        spots = [
            ((x, height), (shift, 0), side, "center")
            for height in (0.04, 0.12, 0.2, 0.3, 0.4, 0.94, 0.86, 0.78, 0.5, 0.6, 0.7)
            for side, shift in sides
        ]
        put(
            sheet,
            say(words),
            spots,
            ink,
            ("data", "axes fraction"),
            color=INK,
            gid="making label",
            bbox=_PAPER,
        )


def label_moves(sheet: Sheet, rows: pd.DataFrame, narrow: bool) -> None:
    """Label the largest changes of P with the figure behind them; a label without room is left."""
    moves = marked(rows[~rows["settled"]]).dropna(subset="change")
    moves = moves[moves["change"].abs().ge(LEAST_MOVE)]
    largest = moves.loc[moves["change"].abs().sort_values(ascending=False).index]
    ink = _ink(sheet, rows)
    for row in largest.head(3 if narrow else 5).itertuples():
        points = say("chart.points", number=f"{100 * row.change:+.0f}").replace(
            "-", "\N{MINUS SIGN}"
        )
        figure = plain(row.latest_value, 5)
        words = (
            points
            if narrow
            else say("chart.move", points=points, value=figure, year=row.latest_year)
        )
        place = (row.x, row.probability)
        spots = [
            (place, (dx, dy), side, across)
            for far in (0, 8, 18, 30)
            for dx, dy, side, across in (
                (8 + far, 2, "left", "bottom"),
                (8 + far, -3, "left", "top"),
                (-8 - far, 2, "right", "bottom"),
                (-8 - far, -3, "right", "top"),
                (0, 8 + far, "center", "bottom"),
                (0, -8 - far, "center", "top"),
            )
        ]
        put(sheet, words, spots, ink, "data", color=QUIET, gid="move", bbox=_PAPER)
        _drop_crowded(sheet)


def _drop_crowded(sheet: Sheet) -> None:
    """Take the last label away again if it stands on another or outside the plot."""
    box, frame = sheet.taken[-1], sheet.axes.get_window_extent()
    outside = box.x0 < frame.x0 - 5 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1
    if outside or any(box.overlaps(other) for other in sheet.taken[:-1]):
        sheet.axes.texts[-1].remove()
        sheet.taken.pop()


def _ink(sheet: Sheet, rows: pd.DataFrame) -> list[tuple[float, float]]:
    """Points along steps and marks, in pixels."""
    points = []
    for line in sheet.axes.get_lines():
        if line.get_gid() not in LEVEL_LINES:
            continue
        corners = sheet.axes.transData.transform(line.get_xydata())
        for (x0, y0), (x1, y1) in pairwise(corners):
            if x0 == x0 and y0 == y0 and y1 == y1:
                count = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / 4))
                points += [
                    (x0 + (x1 - x0) * k / count, y0 + (y1 - y0) * k / count) for k in range(count)
                ]
    marks = marked(rows)[["x", "probability"]].astype(float).to_numpy()
    return points + [tuple(p) for p in sheet.axes.transData.transform(marks) for _ in range(3)]
