"""Charts of the probability of a target: over calendar time, and under every choice."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers import vocabulary
from helpers.charts import labels
from helpers.charts.chart import chart
from helpers.charts.labels import End
from helpers.charts.sheet import Paper, Sheet
from helpers.charts.style import EDGE, INK, OBSERVED, PROJECTED, QUIET, SMALL, dot, mark, stroke
from helpers.charts.text_layout import number, plain, say, signed, spoken, text_width
from helpers.vocabulary import AS_OF, PUBLIC, SET

BEFORE = "#8fbfdd"
"""The time before the target was set: the same blue, lighter."""
_CARRIED = "day probability what change latest_year latest_value assumed set_yet settled state"
"""Columns of a timeline that travel with its chart."""


def _is_today(rows: pd.DataFrame) -> pd.Series:
    """Say which row is of the day of the view and of no event."""
    return rows["what"].eq(AS_OF) & rows["day"].eq(rows["day"].max())


NAMES = {"o": "chart.new_figure", "s": "chart.revision", "D": "chart.redefinition"}


@chart(
    shows="probability",
    along="day",
    unit="chart.belief",
    timeline=lambda rows: rows.loc[~_is_today(rows), _CARRIED.split()],
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
    month_end = timeline["day"] + pd.offsets.MonthEnd(0)
    places = timeline["day"].mask(_is_today(timeline), month_end)
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
    _draw_moves(sheet, moved)
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


def _draw_moves(sheet: Sheet, moved: pd.DataFrame) -> None:
    for row in moved.itertuples():
        mark(
            sheet.axes, row.x, row.probability, row.assumed, names=("dated", "assumed"),
            color=OBSERVED if row.set_yet else BEFORE, marker=row.shape,
            ms=6 if row.shape == "o" else 5.5, zorder=4, clip_on=False,
        )  # fmt: skip


def _legend(rows: pd.DataFrame, moved: pd.DataFrame) -> list[Line2D]:
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


_ROW, _GAP, _CURVE = 0.165, 0.12, 2.1
"""Heights in inches: of a row of the matrix, between curve and matrix, and of the curve."""
_COLUMNS_PER_INCH = 28
_INDENT = 0.14
_DOT = 0.01
"""Of a column: a line without length would be left out."""
_ROOM, _LOW = 12, 15
"""In percent: room for a label beyond 0 and 100, and where one below its point has none."""
_DEFAULT_INK = "#a84900"
_RESULTS = ("target_id", "as_of", "probability", "median", "points", "default")
"""Columns of a curve that are no choice."""
MOST_CARRIED = 200
"""Of a longer curve only so many specifications travel with the chart, each with its rank."""


def _ranked(curve: pd.DataFrame) -> pd.DataFrame:
    """Give the specifications in the order in which they are drawn, evenly thinned."""
    ordered = curve.sort_values("probability", kind="stable", ignore_index=True)
    count = len(ordered)
    ranked = _thinned(ordered.assign(rank=range(1, count + 1), of=count), MOST_CARRIED)
    choices = [column for column in curve if column not in _RESULTS]
    return ranked[["rank", "of", "probability", "default", *choices]]


@chart(shows="probability", along="rank", unit="chart.met_probability", curve=_ranked)
def specification_chart(
    paper: Paper, curve: pd.DataFrame, *, levels: Mapping[str, Iterable[str]]
) -> Figure:
    """Draw the probabilities of all specifications in order, and which choices lie behind each.

    A column is a specification: its probability above, a mark in the row of each of its choices
    below. Of a choice with two levels only the other than ours has a row. Where there is no room
    for all columns, some are drawn, evenly spaced by rank, among them the extremes and the default.

    Parameters
    ----------
    curve : DataFrame
        As `helpers.targets.specification_curve.curve.specification_curve` returns.
    levels : mapping of str to iterable of str
        By choice its levels, ours first, in the order of the rows.
    """
    rows = _rows(curve, levels)
    height = _ROW * len(rows)
    widest = max((text_width(label, SMALL, "bold") for _, _, label in rows), default=0.5 - _INDENT)
    left = EDGE + _INDENT + widest + 0.1
    room = max(20, int((paper.width - left - EDGE) * _COLUMNS_PER_INCH))
    drawn = _thinned(curve.sort_values("probability", kind="stable", ignore_index=True), room)
    sheet = paper.sheet(_notes(curve, drawn), plot_height=_CURVE, below=height + _GAP - 0.3)
    sheet.place(left, EDGE)
    above, tall = sheet.axes.get_position(), sheet.figure.get_size_inches()[1]
    below = (sheet.bottom - _GAP - height) / tall
    matrix = sheet.figure.add_axes((above.x0, below, above.width, height / tall))
    _draw_curve(sheet, drawn)
    _draw_matrix(matrix, drawn, rows, left, sheet.across)
    return sheet.figure


def _rows(curve: pd.DataFrame, every: Mapping[str, Iterable[str]]) -> list[tuple[str, str, str]]:
    """Give (choice, level, label) from top to bottom; a row with no level is a heading."""
    rows = []
    for choice, levels in every.items():
        default = curve.loc[curve["default"], choice]
        ours = default.iloc[0] if len(default) else next(iter(levels))
        there = {*curve[choice].unique()}
        used = [level for level in levels if level in there]
        if len(used) == 2:
            other = next(level for level in used if level != ours)
            label = say("chart.alt_named", name=_head(choice), text=_word(other))
            rows.append((choice, other, label))
        elif len(used) > 2:
            used.sort(key=lambda level: level != ours)
            rows.append((choice, "", _head(choice)))
            rows += [(choice, level, _word(level)) for level in used]
    return rows


def _head(choice: str) -> str:
    return spoken().word("chart_choice", choice)


def _word(level: str) -> str:
    if level.isdigit():
        return say("chart.from_year", year=level)
    return spoken().word("chart_level", level)


def _thinned(ordered: pd.DataFrame, room: int) -> pd.DataFrame:
    """Keep at most `room` rows, evenly spaced; the default takes the place of its neighbour."""
    if len(ordered) <= room:
        return ordered
    kept = np.linspace(0, len(ordered) - 1, room).round().astype(int)
    for place in np.flatnonzero(ordered["default"]):
        inner = kept[1:-1]
        if place not in kept:
            inner[np.abs(inner - place).argmin()] = place
    return ordered.iloc[np.unique(kept)].reset_index(drop=True)


def _notes(curve: pd.DataFrame, drawn: pd.DataFrame) -> list[str]:
    key = say("chart.curve_key")
    if len(drawn) == len(curve):
        return [key]
    thinned = say("chart.thinned", drawn=len(drawn), all=number(len(curve)))
    return [spoken().sentences([key, thinned])]


def _draw_curve(sheet: Sheet, drawn: pd.DataFrame) -> None:
    axes, percent = sheet.axes, 100 * drawn["probability"].to_numpy()
    axes.set_xlim(-1, len(drawn))
    axes.set_ylim(-_ROOM, 100 + _ROOM)
    axes.set_yticks([0, 25, 50, 75, 100])
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.axhline(50, color=QUIET, lw=1, ls=(0, (4, 3)), gid="even")
    # Hundreds of marks as elements would make a large file: they are the caps of a line in dots.
    places = np.arange(len(drawn))
    x = np.column_stack([places, places + _DOT, np.full(len(drawn), np.nan)])
    axes.plot(
        x.ravel(), np.repeat(percent, 3), lw=2.6, color=OBSERVED, gid="specification",
        solid_capstyle="round",
    )  # fmt: skip
    for place in np.flatnonzero(drawn["default"]):
        _mark_default(sheet, int(place), percent[place], len(drawn))


def _mark_default(sheet: Sheet, place: int, percent: float, count: int) -> None:
    """Mark the default; a rising curve leaves room to its lower right and its upper left."""
    axes = sheet.axes
    axes.axvline(place, color=PROJECTED, lw=0.9, gid="default line", zorder=1)
    axes.plot(place, percent, marker="D", ms=6.5, color=PROJECTED, gid="default", zorder=5)
    label, right = _default_label(sheet, place, percent, count)
    axes.annotate(
        label, (place, percent), (8, -4) if right else (-8, 4), textcoords="offset points",
        ha="left" if right else "right", va="top" if right else "bottom", fontsize=SMALL,
        weight="bold", color=_DEFAULT_INK, zorder=6, gid="default label",
    )  # fmt: skip


def _default_label(sheet: Sheet, place: int, percent: float, count: int) -> tuple[str, bool]:
    """Give the label, shortened where a narrow chart asks for it, and whether it stands right."""
    short = spoken().equation(percent / 100)
    for label in (say("chart.default", text=short), short):
        taken = (text_width(label, SMALL, "bold") + 0.12) * (count + 1) / sheet.across
        if percent > _LOW and place + taken < count:
            return label, True
        if place - taken > -1:
            return label, False
    return short, True


def _draw_matrix(
    axes: Axes, drawn: pd.DataFrame, rows: list[tuple[str, str, str]], left: float, across: float
) -> None:
    """Draw the choices, `across` inches wide, `left` inches from the edge of the figure."""
    count = len(drawn)
    thick = min(2.2, 0.62 * 72 * across / (count + 1))
    axes.set_xlim(-1, count)
    axes.set_ylim(len(rows), 0)
    axes.grid(False)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines["bottom"].set_visible(False)
    for place, (choice, level, label) in enumerate(rows):
        middle = place + 0.5
        heading = not level or len(rows) == 1 or label.startswith(_head(choice))
        indent = 0 if heading else _INDENT
        weight = "bold" if heading else "normal"
        labels.write_left(axes, label, middle, left - EDGE - indent, color=INK, weight=weight)
        if level:
            axes.axhline(middle, color="#efefef", lw=0.8, zorder=0)
            _draw_marks(axes, drawn[choice].eq(level).to_numpy(), middle, thick, choice, level)
    for at in np.flatnonzero(drawn["default"]).tolist():
        axes.axvline(at, color=PROJECTED, lw=0.9, gid="default line", zorder=1)


def _draw_marks(axes: Axes, on: np.ndarray, middle: float, thick: float, *names: str) -> None:
    """Draw all marks of a row as one path: a page with many of them stays small."""
    places = np.flatnonzero(on)
    x = np.repeat(places.astype(float), 3)
    y = np.tile([middle - 0.34, middle + 0.34, np.nan], len(places))
    axes.plot(
        x, y, color=INK, lw=thick, solid_capstyle="butt", gid=f"on {names[0]} {names[1]}",
        zorder=2,
    )  # fmt: skip
