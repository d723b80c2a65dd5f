"""Chart of the measures of a plan: which figures cover, of how many indicators, and what they say.

Grades are told by words and by how full a square is, so that no colour has to be seen.
"""

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from helpers.charts.chart import chart
from helpers.charts.sheet import Paper
from helpers.charts.style import INK, OBSERVED, QUIET, SMALL, TEXT
from helpers.charts.text_layout import spoken, text_width, wrap
from helpers.wording.sentences import PHRASES

_LINE, _GAP, _HEAD = 0.19, 0.13, 0.32
"""Heights in inches: of a line of text, between measures, and of an area's heading."""
_SQUARE, _PITCH = 0.13, 0.18
_INKS = {"covered": "#004b76", "partly covered": "#3d3d3d", "not covered": QUIET}
FULL = {"series": 1.0, "some": 0.5}


@dataclass(frozen=True)
class _Block:
    """The lines of one measure, and how high they stand."""

    label: list[str]
    fact: list[str]
    grade: str
    words: str
    strengths: tuple[str, ...]
    beside: bool

    @property
    def height(self) -> float:
        lines = len(self.label) + len(self.fact) + (0 if self.beside else 1)
        return max(lines, 2 if self.beside else 1) * _LINE + _GAP


@chart(shows="grade", along="label", unit="", measures="area label fact grade strengths")
def measures_chart(paper: Paper, measures: pd.DataFrame) -> Figure:
    """Draw one row a measure, below the heading of its area.

    A square stands for an indicator: full for a yearly series, half for some figures, empty for
    none. In a narrow figure the squares stand under the name.

    Parameters
    ----------
    measures : DataFrame
        Columns area, label and fact (words in the language), grade (one of
        `helpers.vocabulary.MEASURE_GRADES`) and strengths (of its indicators), as
        `helpers.topics.measures.text.grid_view` returns.
    """
    own = PHRASES[spoken().code]
    side = 0.0 if paper.narrow else _side(measures, own)
    room = paper.room - side - (0.15 if side else 0)
    blocks = [_block(row, own, room, bool(side)) for row in measures.itertuples()]
    heads = [wrap(area, TEXT, paper.room, weight="bold") for area in measures["area"]]
    new = measures["area"].ne(measures["area"].shift()).tolist()
    height = sum(block.height for block in blocks)
    height += sum(_head_height(h) for h, first in zip(heads, new, strict=True) if first)
    sheet = paper.sheet([own["squares"]], plot_height=height, below=-0.3)
    axes = sheet.axes
    sheet.lay_rows(height)
    # One unit is an inch both ways, so that squares are square and lines as high as text.
    axes.set_xlim(0, paper.room)
    axes.set_xticks([])
    axes.set_axis_off()
    top = 0.0
    for block, head, first in zip(blocks, heads, new, strict=True):
        if first:
            top = _write_head(axes, head, top, paper.room)
        _draw_block(axes, block, top, paper.room - side)
        top -= block.height
    return sheet.figure


def _side(measures: pd.DataFrame, own: dict[str, str]) -> float:
    """Width of the column of squares and grades."""
    words = max(text_width(own[grade], SMALL, "bold") for grade in measures["grade"])
    squares = max(map(len, measures["strengths"])) * _PITCH
    return max(words, squares) + 0.02


def _block(row, own: dict[str, str], room: float, beside: bool) -> _Block:
    label = wrap(row.label, TEXT, room)
    fact = [line for part in row.fact.splitlines() for line in wrap(part, SMALL, room)]
    return _Block(label, fact, row.grade, own[row.grade], row.strengths, beside)


def _head_height(lines: list[str]) -> float:
    return _HEAD + _LINE * (len(lines) - 1)


def _write_head(axes: Axes, lines: list[str], top: float, across: float) -> float:
    axes.plot([0, across], [top, top], color=QUIET, lw=0.8, gid="area")
    for number, line in enumerate(lines):
        y = top - 0.16 - number * _LINE
        axes.text(0, y, line, fontsize=TEXT, weight="bold", color=INK, va="center")
    return top - _head_height(lines)


def _draw_block(axes: Axes, block: _Block, top: float, right: float) -> None:
    ink = _INKS[block.grade]
    lines = [(line, TEXT, INK) for line in block.label]
    lines += [(line, SMALL, QUIET) for line in block.fact]
    start = 1 if not block.beside else 0
    for number, (line, size, colour) in enumerate(lines):
        # In a narrow figure the squares stand between the name and the figures.
        step = number + (start if number >= len(block.label) else 0)
        axes.text(0, top - (step + 0.5) * _LINE, line, fontsize=size, color=colour, va="center")
    weight = "bold" if block.grade == "covered" else "normal"
    y = top - (0.5 if block.beside else len(block.label) + 0.5) * _LINE
    left = right if block.beside else 0.0
    for number, strength in enumerate(block.strengths):
        _square(axes, left + number * _PITCH, y, FULL.get(strength, 0.0), ink)
    place = (left, y - _LINE) if block.beside else (len(block.strengths) * _PITCH + 0.06, y)
    axes.text(*place, block.words, fontsize=SMALL, weight=weight, color=ink, va="center")


def _square(axes: Axes, x: float, y: float, full: float, ink: str) -> None:
    low = y - _SQUARE / 2
    if full:
        # The lower half is filled, as in a glass.
        axes.add_patch(
            Rectangle((x, low), _SQUARE, _SQUARE * full, facecolor=OBSERVED, lw=0, gid="filled")
        )
    axes.add_patch(
        Rectangle((x, low), _SQUARE, _SQUARE, facecolor="none", edgecolor=ink, lw=0.9, gid="square")
    )
