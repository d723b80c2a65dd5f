"""Labels inside a chart: breaks and events above the plot, and words beside what they name."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from helpers.charts.sheet import Sheet
from helpers.charts.style import EVENT, INK, MARK, OBSERVED, QUIET, SMALL, TEXT
from helpers.charts.text_layout import boxes, say, spread, text_width, wrap

BESIDE: dict[str, Any] = {"textcoords": "offset points", "annotation_clip": False}
"""How a label is placed some points beside what it names, also outside the plot."""
ROW_LINE = 0.2
"""Height in inches of a line of the words of a row."""
MARK_INK = "#00664a"
"""The colour of targets, dark enough for letters."""


def white(pad: float) -> dict[str, Any]:
    """Give a ground of white, some points beyond a text, before which lines of a chart stop."""
    return {"facecolor": "white", "edgecolor": "none", "pad": pad}


class RowWords(NamedTuple):
    """What is written above a row: lines of its label, and what is said beside it or below."""

    label: list[str]
    beside: str
    below: list[str]

    @property
    def height(self) -> float:
        """Inches that the lines take."""
        return ROW_LINE * (len(self.label) + len(self.below))


def row_words(label: str, beside: str, room: float) -> RowWords:
    """Break the words of a row into lines; what has no room beside its label stands below."""
    lines = wrap(label, TEXT, room, weight="bold")
    taken = text_width(label, TEXT, "bold") + 0.25
    if taken + text_width(beside, SMALL) <= room:
        return RowWords(lines, beside, [])
    return RowWords(lines, "", wrap(beside, SMALL, room))


def write_row(axes: Axes, words: RowWords, top: float, *, pad: float) -> None:
    """Write the words of a row from a height down; lines of the chart stop around them."""
    paper = white(pad)
    first = top - 0.6 * ROW_LINE
    write_lines(axes, words.label, first, fontsize=TEXT, weight="bold", color=INK, bbox=paper)
    below = first - len(words.label) * ROW_LINE
    write_lines(axes, words.below, below, fontsize=SMALL, color=QUIET, bbox=paper)
    if words.beside:
        look = {"fontsize": SMALL, "color": QUIET, "ha": "right", "bbox": paper}
        write_lines(axes, [words.beside], first, 1, **look)


def write_lines(
    axes: Axes, lines: Sequence[str], middle: float, side: float = 0, **look: Any
) -> None:
    """Write lines from the middle of the first one down, at the left or right side of the plot."""
    for number, line in enumerate(lines):
        axes.annotate(
            line, (side, middle - number * ROW_LINE), (0, 0), va="center",
            xycoords=("axes fraction", "data"), textcoords="offset points", **look,
        )  # fmt: skip


def write_left(axes: Axes, text: str, y: float, inches: float, **look: Any) -> None:
    """Write a text at a height of the plot, beginning some inches to the left of it."""
    axes.annotate(
        text, (0, y), (-72 * inches, 0), xycoords=("axes fraction", "data"), fontsize=SMALL,
        va="center", **BESIDE, **look,
    )  # fmt: skip


def write_above(axes: Axes, text: str, x: float, up: float = 2, **look: Any) -> None:
    """Write a text some points above the plot."""
    look = {"fontsize": SMALL, "color": QUIET, "ha": "center", "va": "bottom", **BESIDE} | look
    axes.annotate(text, (x, 1), (0, up), xycoords=("data", "axes fraction"), **look)


def event_notes(events: pd.DataFrame) -> list[str]:
    """List events (columns date and label) by the numbers that stand for them in a plot."""
    rows = enumerate(events.itertuples(), start=1)
    return [f"{number}  {event.label} ({event.date})" for number, event in rows]


def room_for_flags(breaks: bool, events: bool) -> float:
    """Inches that the labels of breaks and events take above a plot: a row each."""
    return 0.24 + 0.17 * (breaks and events) if breaks or events else 0.0


def draw_flags(sheet: Sheet, series: pd.DataFrame, events: pd.DataFrame) -> None:
    """Draw breaks and events as thin vertical lines with short labels above the plot.

    Events are numbered next to the plot, breaks named a row above them, so that neither merges the
    labels of the other.
    """
    axes = sheet.axes
    breaks, numbers = [], []
    for row, before in zip(series.iloc[1:].itertuples(), series["year"], strict=False):
        if row.break_before:
            sure = row.break_before == "no"
            x = (before + row.year) / 2
            axes.axvline(x, color=QUIET, lw=0.8, ls="-" if sure else (0, (1, 2)), gid="break")
            breaks.append((x, "" if sure else "?"))
    for number, event in enumerate(events.itertuples(), start=1):
        x = _year_fraction(str(event.date))
        axes.axvline(x, color=EVENT, lw=0.9, ls=(0, (4, 3)), gid="event")
        numbers.append((x, number))
    _write_flags(sheet, sorted(numbers), lambda group: numbered(dict(group).values()), 3)
    _write_flags(sheet, sorted(breaks), _broken, 15 if numbers else 3)


def _year_fraction(date: str) -> float:
    """Place a date on the axis of years, where a year's figure stands at its integer."""
    year, month, day = (*map(int, date.split("-")), 7, 1)[:3]
    return year - 0.5 + (month - 1) / 12 + (day - 1) / 365


Flag = tuple[float, Any]
"""Where a line stands, and the number of its event or the doubt about its break."""


def _write_flags(sheet: Sheet, flags: list[Flag], words: Callable[[list], str], up: float) -> None:
    """Write the labels of neighbouring lines as one where they would touch."""
    axes = sheet.axes
    per_year = axes.get_window_extent().width / (axes.get_xlim()[1] - axes.get_xlim()[0])

    def touch(left: list[Flag], right: list[Flag]) -> bool:
        widths = [text_width(words(group), SMALL) for group in (left, right)]
        distance = (_centre(right) - _centre(left)) * per_year / sheet.figure.dpi
        return distance < sum(widths) / 2 + 0.07

    groups = [[flag] for flag in flags]
    number = 1
    while number < len(groups):
        if touch(groups[number - 1], groups[number]):
            groups[number - 1 : number + 1] = [groups[number - 1] + groups[number]]
            number = max(number - 1, 1)
        else:
            number += 1
    for group in groups:
        write_above(axes, words(group), _centre(group), up)


def _centre(group: list[Flag]) -> float:
    return (group[0][0] + group[-1][0]) / 2


def numbered(numbers: Iterable[int]) -> str:
    """Write the numbers of events, three and more in a row as a range."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    parts = [
        f"{run[0]}\N{EN DASH}{run[-1]}" if len(run) > 2 else ", ".join(map(str, run))
        for run in runs
    ]
    return ", ".join(parts)


def _broken(group: list[Flag]) -> str:
    """Two breaks are breaks, and doubt about one of them is doubt."""
    word = say("chart.breaks" if len(group) > 1 else "chart.break")
    return say("chart.doubtful", word=word) if any(mark for _, mark in group) else word


def draw_line(axes: Axes, year: float, level: float) -> None:
    """Draw what is asked for as a line, with a mark at the year for which it is asked."""
    axes.axhline(level, color=MARK, lw=1.2, ls=(0, (6, 3)), gid="target", zorder=2)
    axes.plot(year, level, ls="", marker="_", ms=16, mew=3, color=MARK, gid="target mark", zorder=5)


def name_line(sheet: Sheet, label: str, level: float, ink: np.ndarray, *further: tuple) -> None:
    """Write the label of a line where it covers least: along it, or at spots `further` off."""
    spots = [
        ((fraction, level), (2, offset), "left", side)
        for fraction in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
        for offset, side in ((4, "bottom"), (-4, "top"))
    ]
    look = {"color": MARK_INK, "weight": "bold", "gid": "target label"}
    put(sheet, label, [*spots, *further], ink, ("axes fraction", "data"), **look)


Target = tuple[int, float, str]
"""Year, value and label of what a plan asks for."""


def with_target(
    years: Iterable[float], values: Iterable[float], target: Target | None
) -> tuple[list[float], list[float]]:
    """Add a target, where there is one, to what the axes have to hold."""
    if target is None:
        return [*years], [*values]
    return [*years, target[0]], [*values, target[1]]


def draw_target(sheet: Sheet, series: pd.DataFrame, target: Target) -> None:
    """Draw what a plan asks for as a line, with a mark at its year and its label clear of ink."""
    year, value, label = target
    draw_line(sheet.axes, year, value)
    name_line(sheet, label, value, line_ink(sheet, series))


def label_last(sheet: Sheet, series: pd.DataFrame, text: str, level: float | None = None) -> None:
    """Write the value of the last point beside it where the fan takes the right margin."""
    last = series.iloc[-1]
    place = (last["year"], last["value"])
    spots = [
        (place, (-4, 8), "right", "bottom"),
        (place, (0, 9), "center", "bottom"),
        (place, (0, -9), "center", "top"),
        (place, (-4, -8), "right", "top"),
        (place, (0, 20), "center", "bottom"),
        (place, (0, -20), "center", "top"),
    ]
    ink = line_ink(sheet, series)
    if level is not None:
        ink = np.vstack([level_ink(sheet, level), ink])
    put(sheet, text, spots, ink, "data", color=OBSERVED, weight="bold")


@dataclass(frozen=True)
class End:
    """A label at the right end of what it names."""

    level: float
    text: str
    colour: str = OBSERVED
    weight: str = "bold"
    beside: tuple[float, float] | None = None
    """The point beside which it stands, and how many points of a letter from it; beside the plot
    otherwise."""


def room_for_ends(ends: Sequence[End]) -> float:
    """Inches that labels take beside a plot, as wide as in bold."""
    return max((text_width(end.text, SMALL, "bold") for end in ends), default=0) + 0.1


def label_ends(sheet: Sheet, ends: Sequence[End]) -> None:
    """Write labels at the ends of lines, moved apart to lines of their own."""
    axes = sheet.axes
    levels = [end.level for end in ends]
    places = spread(levels, sheet.line_height(1.25), *axes.get_ylim())
    for y, end in zip(places, ends, strict=True):
        x, distance = end.beside or (axes.get_xlim()[1], 3)
        axes.annotate(
            end.text, (x, y), (distance, 0), color=end.colour, fontsize=SMALL, weight=end.weight,
            va="center", **BESIDE,
        )  # fmt: skip


NO_INK = np.empty((0, 2))
PADDING = 2
"""Pixels around a label that belong to it."""


def trace(corners: np.ndarray, pieces: int | None = None) -> np.ndarray:
    """Give points along a line of corners, all in pixels; where a corner is missing there are none.

    Parameters
    ----------
    pieces : int, optional
        Into which each stretch is cut, its corners included; otherwise a point stands every four
        pixels.
    """
    stretches = []
    for start, end in pairwise(corners):
        if not np.isfinite([*start, *end]).all():
            continue
        if pieces is None:
            count = max(1, int(np.abs(end - start).max() / 4))
            stretches.append(np.linspace(start, end, count, endpoint=False))
        else:
            stretches.append(np.linspace(start, end, pieces + 1))
    return np.vstack([NO_INK, *stretches])


def in_pixels(sheet: Sheet, points: pd.DataFrame) -> np.ndarray:
    """Give where points of two columns stand in the figure."""
    return sheet.axes.transData.transform(points.astype(float).to_numpy())


def line_ink(sheet: Sheet, series: pd.DataFrame) -> np.ndarray:
    """Points along the lines of a series as printed and as spliced, in pixels."""
    columns = ("value", "spliced_value")
    lines = [trace(in_pixels(sheet, series[["year", column]]), 12) for column in columns]
    return np.vstack(lines)


def level_ink(sheet: Sheet, level: float) -> np.ndarray:
    """Points along a line across the plot, in pixels."""
    frame, (_, y) = sheet.axes.get_window_extent(), sheet.axes.transData.transform((0, level))
    x = frame.x0 + 6 * np.arange(int(frame.width / 6))
    return np.column_stack([x, np.full(len(x), y)])


def put(
    sheet: Sheet,
    label: str,
    spots: Sequence[tuple],
    ink: np.ndarray,
    coordinates: str | tuple[str, str],
    **style: Any,
) -> None:
    """Write a label at the spot where it covers least.

    Parameters
    ----------
    spots : sequence of (place, offset, horizontal, vertical)
        Place in `coordinates`, offset in points, alignments; the first good one is taken.
    ink : ndarray, shape (n, 2)
        Points in pixels that had better stay visible.
    coordinates, **style
        As for `Axes.annotate`.
    """
    frame = sheet.axes.get_window_extent()
    room = frame.width / sheet.figure.dpi
    lines = wrap(label, SMALL, room, style.get("weight", "normal"))
    # Measured where the figure begins: its edges, which often touch ink, lie exactly where they do.
    text = sheet.axes.annotate(
        "\n".join(lines), (0, 0), (0, 0), xycoords="figure pixels", textcoords="offset points",
        fontsize=SMALL, zorder=6, **style,
    )  # fmt: skip
    low, high = _boxes_at(sheet, np.array(boxes([text])[0].size), spots, coordinates)
    covered = ((ink >= low[:, None]) & (ink <= high[:, None])).all(axis=2).sum(axis=1)
    beyond = (low < frame.min - np.array([5, 0])) | (high > frame.max + np.array([0, 12]))
    taken = np.array([box.get_points() for box in sheet.taken]).reshape(-1, 2, 2)
    met = (low[:, None] <= taken[:, 1]) & (taken[:, 0] <= high[:, None])
    best = int(np.argmin(covered + 40 * beyond.any(axis=1) + 40 * met.all(axis=2).sum(axis=1)))
    text.xycoords, (text.xy, text.xyann) = coordinates, spots[best][:2]
    text.set(ha=spots[best][2], va=spots[best][3])
    sheet.taken.append(Bbox([low[best], high[best]]))


_ALIGNED = {"left": 0.0, "bottom": 0.0, "center": 0.5, "right": 1.0, "top": 1.0}
"""What share of a text lies left of its place, or below it."""


def _boxes_at(
    sheet: Sheet, size: np.ndarray, spots: Sequence[tuple], coordinates: str | tuple[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    """Lower left and upper right corners of a text of some size at each spot, in pixels."""
    kinds = {"data": sheet.axes.transData, "axes fraction": sheet.axes.transAxes}
    names = (coordinates, coordinates) if isinstance(coordinates, str) else coordinates
    places = np.array([spot[0] for spot in spots], float)
    at = [kinds[name].transform(places)[:, axis] for axis, name in enumerate(names)]
    place = np.array([spot[1] for spot in spots]) * (sheet.figure.dpi / 72) + np.column_stack(at)
    aligned = np.array([[_ALIGNED[spot[2]], _ALIGNED[spot[3]]] for spot in spots])
    return place - aligned * size - PADDING, place + (1 - aligned) * size + PADDING
