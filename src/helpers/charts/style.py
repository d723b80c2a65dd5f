"""House style of the charts: fonts, colours, legends, and a sheet with title, unit and source."""

import io
import math
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator
from matplotlib.transforms import Bbox
from matplotlib.typing import RcKeyType

from helpers.charts.chart import drawing_of
from helpers.charts.svg import annotated, lean, packed
from helpers.charts.text_layout import FAMILIES, plain, speaking, text_width, wrap
from helpers.tables import csv_text

# Okabe and Ito (2008), Color Universal Design: told apart with every kind of colour vision.
OBSERVED, PROJECTED, MARK, EVENT = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
INK, QUIET, FAINT = "#1a1a1a", "#5f5f5f", "#d4d4d4"

TITLE, TEXT, SMALL = 13.0, 10.5, 9.5
WIDTH, PLOT_HEIGHT = 7.0, 3.1
EDGE = 0.12
LEADING = 1.32

SVG, NARROW = "image/svg+xml", "narrow"
"""Kind of output, and the name in its metadata of the chart for phones."""
_FAMILY_JA = "'DejaVu Sans', 'Noto Sans JP', 'Noto Sans SC', sans-serif"
_FAMILY = ", ".join(f"'{name}'" if " " in name else name for name in FAMILIES)

# Text stays text in SVG: it can be read aloud, searched and copied. A reader without DejaVu Sans
# sees a fallback, which is narrower for Latin letters and as wide for Han ones, so that nothing
# that is measured here can overlap there.
STYLE: dict[RcKeyType, Any] = {
    "font.family": FAMILIES,
    # Else every text in an SVG carries a list of ten more fonts.
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": TEXT,
    "svg.fonttype": "none",
    "svg.hashsalt": "shenzhen-targets",
    "figure.facecolor": "white",
    "figure.dpi": 100,
    "savefig.dpi": 144,
    "savefig.bbox": None,
    "axes.facecolor": "white",
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": "#e8e8e8",
    "grid.linewidth": 0.8,
    "text.color": INK,
    "text.parse_math": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "ytick.left": False,
    "lines.linewidth": 1.8,
    "lines.markersize": 6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
}


def use_house_style() -> None:
    """Set the house style for this process, and let notebooks show figures as SVG.

    Text stays text there: it is found by a search, read aloud, and compared by regression tests.
    In the metadata of a chart goes one for phones, for the pages of a report.
    """
    _register_fonts()
    mpl.rcParams.update(STYLE)
    if "IPython" not in sys.modules:
        return
    from IPython import get_ipython

    if shell := get_ipython():
        formatters = shell.display_formatter
        formatters.mimebundle_formatter.for_type(Figure, shown)


def shown(figure: Figure) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give a figure as a notebook keeps it: as SVG, and packed in the metadata one for phones."""
    drawing = drawing_of(figure)
    narrow = {NARROW: packed(to_svg(drawing.narrow(), data=False))} if drawing else {}
    return {SVG: to_svg(figure)}, {SVG: narrow} if narrow else {}


def house_style() -> AbstractContextManager[None]:
    """Give a context in which the house style holds; the settings around it stay as they are."""
    _register_fonts()
    return mpl.rc_context(STYLE)


@lru_cache(maxsize=1)
def _register_fonts() -> None:
    manager, path = font_manager.fontManager, str(pylopdf_fonts_zh_cn.sans_path())
    manager.addfont(path)
    # The package has one weight only: name it for bold text too, or matplotlib complains.
    own = [entry for entry in manager.ttflist if entry.fname == path and entry.weight != 700]
    manager.ttflist.append(replace(own[-1], weight=700))


def to_svg(figure: Figure, *, data: bool = True) -> str:
    """Write a figure as SVG; the same figure always gives the same bytes.

    A chart of the house carries its title, what it shows in words, its source, and with `data` its
    figures as CSV (see `helpers.charts.svg.carried`).
    """
    drawing = drawing_of(figure)
    content = io.StringIO()
    with house_style(), speaking(drawing.language if drawing else "en"):
        # A date in the file would change a notebook at each run.
        figure.savefig(content, format="svg", metadata={"Date": None})
    svg = lean(content.getvalue(), _FAMILY)
    if drawing is None:
        return svg
    if drawing.language == "ja":
        # A character that Chinese writes too can have another form in Japanese.
        svg = svg.replace(_FAMILY, _FAMILY_JA)
    facts = {"source": drawing.source, "language": drawing.language}
    if data and len(drawing.data):
        facts["csv"] = csv_text(drawing.data)
    return annotated(svg, drawing.title, drawing.description, facts)


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

    def fit(self, right: float = 0.0) -> None:
        """Give the plot all the width that tick labels leave, and `right` inches beside it."""
        width, height = self.figure.get_size_inches()
        ticks = self.axes.get_yticklabels()
        widths = (text_width(self.figure, t.get_text(), t.get_fontsize()) for t in ticks)
        left = EDGE + max(widths, default=0) + 0.1
        inside = max(width - left - right - EDGE, 0.4 * width)
        self.axes.set_position(
            (left / width, self.bottom / height, inside / width, (self.top - self.bottom) / height)
        )

    def mark_years(self) -> None:
        """Put as many years on the horizontal axis as have room there, and two if at all."""
        inches = self.axes.get_position().width * self.figure.get_size_inches()[0]
        self.axes.xaxis.set_major_locator(FixedLocator(round_years(*self.axes.get_xlim(), inches)))


def round_years(low: float, high: float, inches: float) -> list[int]:
    """Return the years to name on an axis: round ones, as close as their names have room."""
    room = max(2, int(inches / 0.58))
    for step in (1, 2, 5, 10, 20, 50, 100):
        years = list(range(-(-math.ceil(low) // step) * step, math.floor(high) + 1, step))
        if len(years) <= room:
            break
    return years or [round((low + high) / 2)]


def open_sheet(
    title: str,
    unit: str = "",
    source: str = "",
    notes: Sequence[str] = (),
    *,
    width: float = WIDTH,
    plot_height: float = PLOT_HEIGHT,
    above: float = 0.0,
    below: float = 0.0,
) -> Sheet:
    """Lay out a sheet: title and unit above the plot, notes and source below, all wrapped.

    Parameters
    ----------
    title : str
        The finding.
    unit : str
        Unit of the vertical axis, shown at its upper end.
    source : str
        Line of sources.
    notes : sequence of str
        Paragraphs between plot and source.
    width, plot_height : float
        In inches; the sheet grows with the lines of its texts.
    above, below : float
        Inches kept free above the plot, and below its tick labels.

    Returns
    -------
    Sheet
    """
    figure = Figure(figsize=(width, plot_height))
    FigureCanvasAgg(figure)
    room = width - 2 * EDGE
    size = TITLE if width > 5 else 0.88 * TITLE
    head = wrap(figure, title, size, room, weight="bold")
    foot = [line for note in (*notes, source) for line in wrap(figure, note, SMALL, room)]
    head_height = _height(head, size) + (_height([unit], SMALL) + 0.05 if unit else 0)
    foot_height = _height(foot, SMALL) + (0.06 if foot else 0)
    bottom = EDGE + foot_height + 0.34 + below
    top = bottom + plot_height
    height = top + above + 0.1 + head_height + EDGE
    figure.set_size_inches(width, height)
    axes = figure.add_axes((0.1, bottom / height, 0.8, plot_height / height))
    _write(figure, head, size, height - EDGE, weight="bold", color=INK)
    if unit:
        _write(figure, [unit], SMALL, top + above + 0.08 + _height([unit], SMALL), color=QUIET)
    _write(figure, foot, SMALL, EDGE + _height(foot, SMALL), color=QUIET)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain(value)))
    return Sheet(figure, axes, bottom, top)


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
    figure = Figure()
    FigureCanvasAgg(figure)
    wide = [text_width(figure, str(h.get_label()), SMALL) + _HANDLE for h in handles]
    for rows in range(1, len(wide)):
        columns = [wide[start : start + rows] for start in range(0, len(wide), rows)]
        if sum(map(max, columns)) <= width - 2 * EDGE:
            return rows
    return len(wide)


def legend_below(sheet: Sheet, handles: Sequence[Line2D], rows: int) -> None:
    """Write a legend between the tick labels and the notes; `open_sheet` kept its rows free."""
    if not handles:
        return
    width, height = sheet.figure.get_size_inches()
    sheet.figure.legend(
        handles=handles, loc="upper left", ncols=-(-len(handles) // rows), borderaxespad=0,
        bbox_to_anchor=(EDGE / width, (sheet.bottom - 0.36) / height), handletextpad=0.5,
        columnspacing=1.2, borderpad=0.1, handlelength=1.6, labelspacing=0.35,
    )  # fmt: skip
