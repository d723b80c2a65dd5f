"""Chart of a belief timeline: the probability of meeting a target over calendar time."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers import vocabulary
from helpers.charts import labels
from helpers.charts.chart import chart
from helpers.charts.labels import End
from helpers.charts.sheet import Paper, Sheet
from helpers.charts.style import INK, OBSERVED, QUIET, dot, mark, stroke
from helpers.charts.text_layout import plain, say, signed, spoken
from helpers.vocabulary import AS_OF, PUBLIC, SET

BEFORE = "#8fbfdd"
"""The time before the target was set: the same blue, lighter."""
NAMES = {"o": "chart.new_figure", "s": "chart.revision", "D": "chart.redefinition"}


@chart(
    shows="probability",
    along="day",
    unit="chart.belief",
    timeline="day probability what change latest_year latest_value assumed set_yet settled state",
    events="date label",
)
def timeline_chart(
    paper: Paper, timeline: pd.DataFrame, *, events: pd.DataFrame | None = None
) -> Figure:
    """Draw P over calendar time as steps, with a mark for what moved it.

    Marks differ by what moved P and are hollow where the day is assumed; the time before the target
    was set is drawn lighter. A year's name stands below its middle.

    Parameters
    ----------
    timeline : DataFrame
        Rows of one target, as `helpers.targets.history.timeline.belief_timeline` returns; days
        without a P are left blank.
    events : DataFrame, optional
        Columns date (ISO date, month or year) and label; those in the years shown are numbered in
        the plot and listed below it, but for the days on which the target was set or made public.
    """
    # What is known today goes on to the end of the month: drawings of most days are the same.
    today = timeline["what"].eq(AS_OF) & timeline["day"].eq(timeline["day"].max())
    places = timeline["day"].where(~today, timeline["day"] + pd.offsets.MonthEnd(0))
    rows = timeline.assign(x=[calendar_place(day) for day in places])
    rows = _from_first_belief(rows.sort_values("x"))
    events = _within(events, rows)
    notes = labels.event_notes(events)
    moved = marked(rows)
    sheet = paper.sheet(notes, _legend(rows, moved), above=0.24 if notes else 0.0)
    _set_axes(sheet, rows)
    ends = _ends(rows)
    sheet.fit(labels.room_for_ends(ends) if ends else 0.0)
    _mark_calendar(sheet)
    _draw_steps(sheet, rows)
    _draw_marks(sheet, moved)
    labels.draw_flags(sheet, pd.DataFrame({"year": [], "break_before": []}), events)
    labels.label_ends(sheet, [end for end in ends if pd.notna(end.level)])
    ink = _ink(sheet, moved)
    _label_making(sheet, rows, ink)
    _label_moves(sheet, moved, ink, paper.narrow)
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


def _mark_calendar(sheet: Sheet) -> None:
    """Name as many years as have room, each below its middle, with ticks where years meet."""
    axes = sheet.axes
    low, high = axes.get_xlim()
    step = max(1, -(-(high - low) * 0.5 // sheet.across))
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


def _draw_marks(sheet: Sheet, moved: pd.DataFrame) -> None:
    for row in moved.itertuples():
        mark(
            sheet.axes, row.x, row.probability, row.assumed, names=("dated", "assumed"),
            color=OBSERVED if row.set_yet else BEFORE, marker=row.shape,
            ms=6 if row.shape == "o" else 5.5, zorder=4, clip_on=False,
        )  # fmt: skip


def _legend(rows: pd.DataFrame, moved: pd.DataFrame) -> list[Line2D]:
    """Explain the marks and lines that occur."""
    shapes = set(moved["shape"])
    legend = [dot(say(key), marker=shape, ms=6) for shape, key in NAMES.items() if shape in shapes]
    if moved["assumed"].any():
        legend.append(dot(say("chart.day_assumed"), hollow=True, ms=6))
    if (rows["probability"].notna() & ~rows["set_yet"].astype(bool)).any():
        legend.append(stroke(say("chart.before_set"), color=BEFORE, lw=1.2))
    return legend


_REDEFINED = (
    vocabulary.REDEFINED, vocabulary.SUSPECTED, vocabulary.STAND_IN, vocabulary.RESPLICED
)  # fmt: skip
_REVISED = (vocabulary.REPLACED, vocabulary.REVISED, vocabulary.FILLED)
SHAPES = dict.fromkeys(_REDEFINED, "D") | dict.fromkeys(_REVISED, "s") | {vocabulary.NEW: "o"}
"""Marker of each kind of change that can move P."""
LEVEL_LINES = ("belief", "before the target was set")
_PAPER = labels.white(0.6)
LEAST_MOVE = 0.05
"""Smaller changes of P are not labelled."""


def marked(rows: pd.DataFrame) -> pd.DataFrame:
    """Keep the days with a P on which something moved it, with the `shape` of its marker."""
    known = rows[rows["probability"].notna()]
    shapes = known["what"].map(lambda what: SHAPES.get(what.split("; ")[0]))
    return known.assign(shape=shapes).dropna(subset="shape")


def _ends(rows: pd.DataFrame) -> list[End]:
    """Say how the timeline ends: the outcome, or the last P; nothing where there is none."""
    last = rows.iloc[-1]
    if last["settled"]:
        return [End(last["probability"], spoken().word("state", last["state"]))]
    if pd.isna(last["probability"]):
        return []
    return [End(last["probability"], spoken().equation(last["probability"]))]


def _label_making(sheet: Sheet, rows: pd.DataFrame, ink: np.ndarray) -> None:
    """Draw the days on which the target was set and made public, each with its words."""
    axes = sheet.axes
    made = {}
    for kind, words in ((SET, "chart.set"), (PUBLIC, "chart.made_public")):
        for x in rows.loc[rows["what"].str.contains(kind, regex=False), "x"]:
            made[x] = "chart.set_and_public" if x in made else words
    for x in made:
        axes.axvline(x, color=INK, lw=0.9, gid="making", zorder=2)
    frame = axes.get_window_extent()
    heights = frame.y0 + 6 * np.arange(int(frame.height / 6))
    for x in made:
        place = np.full(len(heights), axes.transData.transform((x, 0))[0])
        ink = np.vstack([ink, np.column_stack([place, heights])])
    look = {"color": INK, "gid": "making label", "bbox": _PAPER}
    for x, words in made.items():
        spots = [
            ((x, height), (shift, 0), side, "center")
            for height in (0.04, 0.12, 0.2, 0.3, 0.4, 0.94, 0.86, 0.78, 0.5, 0.6, 0.7)
            for side, shift in (("left", 4), ("right", -4))
        ]
        labels.put(sheet, say(words), spots, ink, ("data", "axes fraction"), **look)


def _label_moves(sheet: Sheet, moved: pd.DataFrame, ink: np.ndarray, narrow: bool) -> None:
    """Label the largest changes of P with the figure behind them; a label without room is left."""
    moves = moved[~moved["settled"] & moved["change"].abs().ge(LEAST_MOVE)]
    largest = moves.loc[moves["change"].abs().sort_values(ascending=False).index]
    look = {"color": QUIET, "gid": "move", "bbox": _PAPER}
    for row in largest.head(3 if narrow else 5).itertuples():
        words = say("chart.points", number=signed(100 * row.change))
        if not narrow:
            figure = plain(row.latest_value, 5)
            words = say("chart.move", points=words, value=figure, year=row.latest_year)
        spots = [
            ((row.x, row.probability), (dx, dy), side, across)
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
        labels.put(sheet, words, spots, ink, "data", **look)
        _drop_crowded(sheet)


def _drop_crowded(sheet: Sheet) -> None:
    """Take the last label away again if it stands on another or outside the plot."""
    box, frame = sheet.taken[-1], sheet.axes.get_window_extent()
    outside = box.x0 < frame.x0 - 5 or box.x1 > frame.x1 or box.y0 < frame.y0 or box.y1 > frame.y1
    if outside or any(box.overlaps(other) for other in sheet.taken[:-1]):
        sheet.axes.texts[-1].remove()
        sheet.taken.pop()


def _ink(sheet: Sheet, moved: pd.DataFrame) -> np.ndarray:
    """Points along steps and marks, in pixels; a mark counts for three."""
    place = sheet.axes.transData.transform
    lines = [line for line in sheet.axes.get_lines() if line.get_gid() in LEVEL_LINES]
    marks = labels.in_pixels(sheet, moved[["x", "probability"]])
    traces = [labels.trace(place(line.get_xydata())) for line in lines]
    return np.vstack([*traces, marks, marks, marks])
