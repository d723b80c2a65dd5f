"""Legends below a plot: as few rows as have room."""

from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts.style import EDGE, SMALL, Sheet
from helpers.charts.text_layout import text_width

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
