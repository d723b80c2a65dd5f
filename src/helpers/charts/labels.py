"""Labels inside a chart: breaks and events above the plot, and words beside what they name."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

from helpers.charts.style import EVENT, INK, MARK, OBSERVED, QUIET, SMALL, TEXT, Sheet
from helpers.charts.text_layout import boxes, say, text_width, wrap

ROW_LINE = 0.2
"""Height in inches of a line of the words of a row."""


def row_words(label: str, beside: str, room: float) -> tuple[list[str], str, list[str]]:
    """Give the lines of a row's label, and what is said beside it where both fit, or below."""
    figure = Figure()
    FigureCanvasAgg(figure)
    lines = wrap(figure, label, TEXT, room, weight="bold")
    taken = text_width(figure, label, TEXT, "bold") + 0.25
    if taken + text_width(figure, beside, SMALL) <= room:
        return lines, beside, []
    return lines, "", wrap(figure, beside, SMALL, room)


def write_row(
    axes: Axes, words: tuple[list[str], str, list[str]], top: float, *, pad: float
) -> None:
    """Write what `row_words` gives from a height down; lines of the chart stop around it."""
    label, beside, below = words
    style: dict[str, Any] = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points"}
    style["va"] = "center"
    style["bbox"] = {"facecolor": "white", "edgecolor": "none", "pad": pad}
    heights = [top - (number + 0.6) * ROW_LINE for number in range(len(label) + len(below))]
    for y, line in zip(heights, label, strict=False):
        axes.annotate(line, (0, y), (0, 0), fontsize=TEXT, weight="bold", color=INK, **style)
    for y, line in zip(heights[len(label) :], below, strict=True):
        axes.annotate(line, (0, y), (0, 0), fontsize=SMALL, color=QUIET, **style)
    if beside:
        place = (1, heights[0])
        axes.annotate(beside, place, (0, 0), fontsize=SMALL, color=QUIET, ha="right", **style)


def has_flags(series: pd.DataFrame) -> bool:
    """Say whether a series has breaks that want a label."""
    return bool(series["break_before"].ne("").any())


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
    _write_flags(sheet, sorted(numbers), _numbered, 3)
    _write_flags(sheet, sorted(breaks), _broken, 15 if numbers else 3)


def _year_fraction(date: str) -> float:
    """Place a date on the axis of years, where a year's figure stands at its integer."""
    year, month, day = (*map(int, date.split("-")), 7, 1)[:3] if date.count("-") < 2 else (
        *map(int, date.split("-")),
    )  # fmt: skip
    return year - 0.5 + (month - 1) / 12 + (day - 1) / 365


Flag = tuple[float, int | str]


def _write_flags(sheet: Sheet, flags: list[Flag], words: Callable[[list], str], up: float) -> None:
    """Write the labels of neighbouring lines as one where they would touch."""
    axes = sheet.axes
    per_year = axes.get_window_extent().width / (axes.get_xlim()[1] - axes.get_xlim()[0])

    def touch(left: list[Flag], right: list[Flag]) -> bool:
        widths = [text_width(sheet.figure, words(group), SMALL) for group in (left, right)]
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
        axes.annotate(
            words(group), (_centre(group), 1), (0, up), fontsize=SMALL, color=QUIET,
            xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            va="bottom", annotation_clip=False,
        )  # fmt: skip


def _centre(group: list[Flag]) -> float:
    return (group[0][0] + group[-1][0]) / 2


def _numbered(group: list[Flag]) -> str:
    """Write the numbers of neighbouring events, three and more in a row as a range."""
    runs: list[list[int]] = []
    for number in sorted(number for _, number in group):
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


def draw_target(sheet: Sheet, series: pd.DataFrame, target: tuple[int, float, str]) -> None:
    """Draw what a plan asks for as a line, with a mark at its year and its label clear of ink."""
    axes = sheet.axes
    year, value, label = target
    axes.axhline(value, color=MARK, lw=1.2, ls=(0, (6, 3)), gid="target", zorder=2)
    axes.plot(year, value, ls="", marker="_", ms=16, mew=3, color=MARK, gid="target mark", zorder=5)
    spots = [
        ((fraction, value), (2, offset), "left", side)
        for fraction in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
        for offset, side in ((4, "bottom"), (-4, "top"))
    ]
    style = {"color": "#00664a", "weight": "bold", "gid": "target label"}
    put(sheet, label, spots, _ink(sheet, series), ("axes fraction", "data"), **style)


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
    put(sheet, text, spots, _ink(sheet, series, level), "data", color=OBSERVED, weight="bold")


def _ink(
    sheet: Sheet, series: pd.DataFrame, level: float | None = None
) -> list[tuple[float, float]]:
    """Points along the drawn lines, in pixels: what a label should not cover."""
    points = []
    if level is not None:
        frame, (_, y) = sheet.axes.get_window_extent(), sheet.axes.transData.transform((0, level))
        points = [(frame.x0 + k * 6, y) for k in range(int(frame.width / 6))]
    for column in ("value", "spliced_value"):
        line = sheet.axes.transData.transform(series[["year", column]].astype(float).to_numpy())
        for (x0, y0), (x1, y1) in pairwise(line):
            steps = [k / 12 for k in range(13)]
            points += [(x0 + (x1 - x0) * k, y0 + (y1 - y0) * k) for k in steps]
    return points


def put(sheet: Sheet, label: str, spots: list, ink: list, coordinates, **style) -> None:
    """Write a label at the spot where it covers least.

    Parameters
    ----------
    sheet : Sheet
    label : str
    spots : list of (place, offset, horizontal, vertical)
        Place in `coordinates`, offset in points, alignments; the first good one is taken.
    ink : list of (x, y)
        Points in pixels that had better stay visible.
    coordinates, **style
        As for `Axes.annotate`.
    """
    frame = sheet.axes.get_window_extent()
    lines = wrap(
        sheet.figure, label, SMALL, frame.width / sheet.figure.dpi, style.get("weight", "normal")
    )
    text = sheet.axes.annotate(
        "\n".join(lines), (0, 0), (0, 0), xycoords=coordinates, textcoords="offset points",
        fontsize=SMALL, zorder=6, **style,
    )  # fmt: skip

    def move(spot: tuple) -> Bbox:
        text.xy, text.xyann = spot[:2]
        text.set(ha=spot[2], va=spot[3])
        return boxes(sheet.figure, [text])[0].padded(2)

    def cost(spot: tuple) -> float:
        box = move(spot)
        outside = box.x0 < frame.x0 - 5 or box.x1 > frame.x1 or box.y0 < frame.y0
        outside = outside or box.y1 > frame.y1 + 12
        covered = sum(box.contains(x, y) for x, y in ink)
        return covered + 40 * outside + 40 * sum(box.overlaps(other) for other in sheet.taken)

    sheet.taken.append(move(min(spots, key=cost)))
