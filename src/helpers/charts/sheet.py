"""The frame of every chart: title and unit above a plot, notes, source and legend below it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox

from helpers.charts.style import EDGE, INK, PLOT_HEIGHT, QUIET, SMALL, TEXT, TITLE
from helpers.charts.text_layout import plain, text_width, wrap

LEADING = 1.32
"""Height of a line in heights of its letters."""
ROUND = [1, 2, 2.5, 5, 10]
"""Steps between the ticks of an axis, times a power of ten."""
_EXACT = 1e-9
"""A part of a step by which a round number can be off."""


@dataclass
class Sheet:
    """A figure with one plot; lengths are in inches from the lower left corner.

    ``taken`` holds the boxes of labels inside the plot, in pixels.
    """

    figure: Figure
    axes: Axes
    bottom: float
    top: float
    taken: list[Bbox] = field(default_factory=list)

    @property
    def across(self) -> float:
        """Width of the plot."""
        return self.axes.get_position().width * self.figure.get_size_inches()[0]

    def line_height(self, leading: float) -> float:
        """Height of a line of small letters in units of the vertical axis."""
        low, high = self.axes.get_ylim()
        return (high - low) * SMALL * leading / 72 / (self.top - self.bottom)

    def place(self, left: float, right: float) -> None:
        """Let the plot begin and end so far from the edges of the figure."""
        width, height = self.figure.get_size_inches()
        inside, tall = (width - left - right) / width, (self.top - self.bottom) / height
        self.axes.set_position((left / width, self.bottom / height, inside, tall))

    def fit(self, right: float = 0.0) -> None:
        """Give the plot all the width that tick labels leave, and `right` inches beside it."""
        width = self.figure.get_size_inches()[0]
        ticks = self.axes.get_yticklabels()
        widths = (text_width(t.get_text(), float(t.get_fontsize())) for t in ticks)
        left = EDGE + max(widths, default=0) + 0.1
        inside = max(width - left - right - EDGE, 0.4 * width)
        self.place(left, width - left - inside)

    def lay_rows(self, height: float) -> None:
        """Give rows the whole width: heights are inches, from zero at the top down."""
        self.place(EDGE, EDGE)
        self.axes.set_ylim(-height, 0)
        self.axes.set_yticks([])
        self.axes.grid(False)

    def span(
        self,
        years: Iterable[float],
        values: Iterable[float],
        room: float = 0.08,
        zero: float = 0.0,
        after: float = 0.6,
    ) -> None:
        """Let the axes hold years and values, as `span_years` and `limits` say."""
        self.span_years(years, after=after)
        self.axes.set_ylim(*limits(values, room, zero))

    def span_years(self, years: Iterable[float], before: float = 0.6, after: float = 0.6) -> None:
        """Let the horizontal axis hold years, with so much of a year beside the outermost."""
        years = list(years)
        self.axes.set_xlim(min(years) - before, max(years) + after)
        self.axes.tick_params(axis="x", length=3)

    def mark_years(self) -> None:
        """Put as many years on the horizontal axis as have room there, and two if at all."""
        years = round_years(*self.axes.get_xlim(), self.across)
        self.axes.xaxis.set_major_locator(FixedLocator(years))


def limits(values: Iterable[float], room: float = 0.08, zero: float = 0.0) -> tuple[float, float]:
    """Return round ends of an axis for values: their span, and part of it as room beyond.

    `values`: what is missing is left out. `room`: part of the span. `zero`: zero belongs on the
    axis of a quantity unless it would squeeze what is drawn: the axis begins there if the lowest
    value is below this part of the highest.
    """
    known = [value for value in values if not math.isnan(value)] or [0.0, 1.0]
    low, high = min(known), max(known)
    beyond = room * ((high - low) or abs(high) or 1.0)
    return outward(0.0 if 0 <= low < zero * high else low - beyond, high + beyond)


def outward(low: float, high: float) -> tuple[float, float]:
    """Move the ends of an axis outward to round numbers, by a twentieth of it at most.

    Else a figure that is a little higher than before would move all others in the drawing.
    """
    part = (high - low) / 20
    power = 10.0 ** math.floor(math.log10(part))
    step = max(round_step for round_step in (power, 2 * power, 5 * power) if round_step <= part)
    return step * math.floor(low / step + _EXACT), step * math.ceil(high / step - _EXACT)


def round_ticks(axis: Axis, most: int = 5) -> None:
    """Put ticks on round numbers, as the language of the chart writes them."""
    axis.set_major_locator(MaxNLocator(nbins=most, steps=ROUND))
    axis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))


def round_years(low: float, high: float, inches: float) -> list[int]:
    """Return the years to name on an axis: round ones, as close as their names have room."""
    room = max(2, int(inches / 0.58))
    for step in (1, 2, 5, 10, 20, 50, 100):
        years = list(range(-(-math.ceil(low) // step) * step, math.floor(high) + 1, step))
        if len(years) <= room:
            break
    return years or [round((low + high) / 2)]


@dataclass(frozen=True)
class Paper:
    """What every chart is asked for."""

    title: str
    """The finding, and after a semicolon what is told of it in smaller letters."""
    unit: str
    """Unit of the vertical axis, shown at its upper end; "" for none."""
    source: str
    """Line of sources."""
    width: float
    """In inches."""

    @property
    def narrow(self) -> bool:
        """Whether words have to be few, as on a phone."""
        return self.width <= 5

    @property
    def finding(self) -> str:
        """What stands in bold letters, and what the chart is called by."""
        return self.title.partition("; ")[0]

    @property
    def subtitle(self) -> str:
        """What is told below it: "" for nothing."""
        told = self.title.partition("; ")[2]
        return told[:1].upper() + told[1:]

    @property
    def room(self) -> float:
        """Width between the edges."""
        return self.width - 2 * EDGE

    def sheet(
        self,
        notes: Sequence[str] = (),
        legend: Sequence[Line2D] = (),
        *,
        plot_height: float = PLOT_HEIGHT,
        above: float = 0.0,
        below: float = 0.0,
    ) -> Sheet:
        """Lay out a sheet: title and unit above the plot, notes and source below, all wrapped.

        Parameters
        ----------
        notes : sequence of str
            Paragraphs between plot and source.
        legend : sequence of Line2D
            What explains the marks, between tick labels and notes.
        plot_height : float
            In inches; the sheet grows with the lines of its texts.
        above, below : float
            Inches kept free above the plot, and below its tick labels.
        """
        rows = legend_rows(legend, self.width)
        figure = Figure(figsize=(self.width, plot_height))
        FigureCanvasAgg(figure)
        size = 0.88 * TITLE if self.narrow else TITLE
        head = wrap(self.finding, size, self.room, weight="bold")
        more = wrap(self.subtitle, TEXT, self.room) if self.subtitle else []
        foot = [line for note in (*notes, self.source) for line in wrap(note, SMALL, self.room)]
        unit_height = _height([self.unit], SMALL)
        head_height = _height(head, size) + _height(more, TEXT)
        head_height += unit_height + 0.05 if self.unit else 0
        foot_height = _height(foot, SMALL) + (0.06 if foot else 0)
        bottom = EDGE + foot_height + 0.34 + (below + ROW * rows)
        top = bottom + plot_height
        height = top + above + 0.1 + head_height + EDGE
        figure.set_size_inches(self.width, height)
        axes = figure.add_axes((0.1, bottom / height, 0.8, plot_height / height))
        _write(figure, head, size, height - EDGE, weight="bold", color=INK)
        _write(figure, more, TEXT, height - EDGE - _height(head, size), color=INK)
        if self.unit:
            _write(figure, [self.unit], SMALL, top + above + 0.08 + unit_height, color=QUIET)
        _write(figure, foot, SMALL, EDGE + _height(foot, SMALL), color=QUIET)
        round_ticks(axes.yaxis)
        sheet = Sheet(figure, axes, bottom, top)
        if rows:
            write_legend(sheet, legend, rows)
        return sheet


def _height(lines: Sequence[str], size: float) -> float:
    return len(lines) * size * LEADING / 72


def _write(figure: Figure, lines: Sequence[str], size: float, top: float, **style) -> None:
    width, height = figure.get_size_inches()
    for number, line in enumerate(lines):
        y = (top - number * size * LEADING / 72) / height
        figure.text(EDGE / width, y, line, fontsize=size, va="top", **style)


ROW = 0.22
"""Height in inches of a row of a legend."""
_HANDLE = 0.55
"""Inches that a handle and the gaps around it take beside its words."""


def legend_rows(handles: Sequence[Line2D], width: float) -> int:
    """Count the rows that a legend needs below a plot of some inches; none without entries."""
    wide = [text_width(str(h.get_label()), SMALL) + _HANDLE for h in handles]
    for rows in range(1, len(wide)):
        columns = [wide[start : start + rows] for start in range(0, len(wide), rows)]
        if sum(map(max, columns)) <= width - 2 * EDGE:
            return rows
    return len(wide)


def write_legend(
    sheet: Sheet, handles: Sequence[Line2D], rows: int, down: float = 0.36, **spacing: float
) -> None:
    """Write a legend so many inches below the plot; its distances are in heights of letters."""
    width, height = sheet.figure.get_size_inches()
    usual = {"handletextpad": 0.5, "handlelength": 1.6, "labelspacing": 0.35}
    sheet.figure.legend(
        handles=handles,
        loc="upper left",
        ncols=-(-len(handles) // rows),
        bbox_to_anchor=(EDGE / width, (sheet.bottom - down) / height),
        borderaxespad=0,
        borderpad=0.1,
        columnspacing=1.2,
        **usual | spacing,
    )
