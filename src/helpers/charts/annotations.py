"""Labels inside a chart: breaks and events above the plot, and words beside what they name."""

from itertools import pairwise

import pandas as pd
from matplotlib.transforms import Bbox

from helpers.charts.house_style import EVENT, MARK, OBSERVED, QUIET, SMALL, Sheet
from helpers.charts.lettering import boxes, text_width


def has_flags(series: pd.DataFrame) -> bool:
    """Say whether a series has breaks that want a label."""
    return bool(series["break_before"].ne("").any())


def draw_flags(sheet: Sheet, series: pd.DataFrame, events: pd.DataFrame) -> None:
    """Draw breaks and events as thin vertical lines with short labels above the plot."""
    axes = sheet.axes
    flags = []
    for row, before in zip(series.iloc[1:].itertuples(), series["year"], strict=False):
        if row.break_before:
            sure = row.break_before == "no"
            x = (before + row.year) / 2
            axes.axvline(x, color=QUIET, lw=0.8, ls="-" if sure else (0, (1, 2)), gid="break")
            flags.append((x, "break" if sure else "break?"))
    for number, event in enumerate(events.itertuples(), start=1):
        x = _year_fraction(str(event.date))
        axes.axvline(x, color=EVENT, lw=0.9, ls=(0, (4, 3)), gid="event")
        flags.append((x, str(number)))
    _write_flags(sheet, sorted(flags))


def _year_fraction(date: str) -> float:
    """Place a date on the axis of years, where a year's figure stands at its integer."""
    year, month, day = (*map(int, date.split("-")), 7, 1)[:3] if date.count("-") < 2 else (
        *map(int, date.split("-")),
    )  # fmt: skip
    return year - 0.5 + (month - 1) / 12 + (day - 1) / 365


def _write_flags(sheet: Sheet, flags: list[tuple[float, str]]) -> None:
    """Write the labels of neighbouring lines as one where they would touch."""
    axes = sheet.axes
    per_year = axes.get_window_extent().width / (axes.get_xlim()[1] - axes.get_xlim()[0])
    groups = [[flag] for flag in flags]
    number = 1
    while number < len(groups):
        if _touch(sheet, groups[number - 1], groups[number], per_year):
            groups[number - 1 : number + 1] = [groups[number - 1] + groups[number]]
            number = max(number - 1, 1)
        else:
            number += 1
    for group in groups:
        axes.annotate(
            _flag_text(group), (_centre(group), 1), (0, 3), fontsize=SMALL, color=QUIET,
            xycoords=("data", "axes fraction"), textcoords="offset points", ha="center",
            va="bottom", annotation_clip=False,
        )  # fmt: skip


def _centre(group: list[tuple[float, str]]) -> float:
    return (group[0][0] + group[-1][0]) / 2


def _touch(sheet: Sheet, left: list, right: list, per_year: float) -> bool:
    widths = [text_width(sheet.figure, _flag_text(group), SMALL) for group in (left, right)]
    distance = (_centre(right) - _centre(left)) * per_year / sheet.figure.dpi
    return distance < sum(widths) / 2 + 0.07


def _flag_text(group: list[tuple[float, str]]) -> str:
    """Join labels: two breaks are breaks, and doubt about one of them is doubt."""
    texts = [text for _, text in group]
    numbers = sorted((text for text in texts if text.isdigit()), key=int)
    words = [text for text in texts if not text.isdigit()]
    doubt = "?" if any("?" in word for word in words) else ""
    word = f"break{'s' if len(words) > 1 else ''}{doubt}" if words else ""
    return " ".join(part for part in (word, ", ".join(numbers)) if part)


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
    text = sheet.axes.annotate(
        label, (0, 0), (0, 0), xycoords=coordinates, textcoords="offset points", fontsize=SMALL,
        zorder=6, **style,
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
