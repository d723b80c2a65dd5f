"""Chart of a specification curve: every probability in order, and the choices behind it below."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.labels import write_left
from helpers.charts.sheet import Paper, Sheet
from helpers.charts.style import EDGE, INK, OBSERVED, PROJECTED, QUIET, SMALL
from helpers.charts.text_layout import number, say, spoken, text_width

_ROW, _GAP, _CURVE = 0.165, 0.12, 2.1
"""Heights in inches: of a row of the matrix, between curve and matrix, and of the curve."""
_COLUMNS_PER_INCH = 28
_INDENT = 0.14
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
        used = [level for level in levels if level in set(curve[choice])]
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
    # Thousands of marks as paths would make a file of half a megabyte: they are one picture.
    axes.plot(
        percent, ls="", marker="o", ms=2.6, mew=0, color=OBSERVED, gid="specification",
        rasterized=True,
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
        write_left(axes, label, middle, left - EDGE - indent, color=INK, weight=weight)
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
        zorder=2, rasterized=True,
    )  # fmt: skip
