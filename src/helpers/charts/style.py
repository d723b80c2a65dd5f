"""House style of the charts: colours, sizes, fonts, and marks of figures with their keys."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from typing import Any

import matplotlib as mpl
import pandas as pd
import pylopdf_fonts_zh_cn
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.typing import RcKeyType

from helpers.charts.text_layout import FAMILIES

# Okabe and Ito (2008), Color Universal Design: told apart with every kind of colour vision.
OBSERVED, PROJECTED, MARK, EVENT = "#0072b2", "#d55e00", "#009e73", "#cc79a7"
INK, QUIET = "#1a1a1a", "#5f5f5f"

TITLE, TEXT, SMALL = 13.0, 10.5, 9.5
WIDTH, PLOT_HEIGHT = 7.0, 3.1
EDGE = 0.12

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
    # On whole pixels, letters would stand apart from where an SVG has them.
    "text.hinting": "no_hinting",
    "text.parse_math": False,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "ytick.left": False,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "butt",
    "lines.markersize": 6,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Give a context in which the house style holds; the settings around it stay as they are."""
    with mpl.rc_context():
        set_style()
        yield


def set_style() -> None:
    """Set the house style, and for the rest matplotlib's own, whatever the user's file says."""
    register_fonts()
    mpl.rcdefaults()
    mpl.rcParams.update(STYLE)


@lru_cache(maxsize=1)
def register_fonts() -> None:
    """Let matplotlib know the font of Han characters."""
    manager, path = font_manager.fontManager, str(pylopdf_fonts_zh_cn.sans_path())
    manager.addfont(path)
    # The package has one weight only: name it for bold text too, or matplotlib complains.
    own = [entry for entry in manager.ttflist if entry.fname == path and entry.weight != 700]
    manager.ttflist.append(replace(own[-1], weight=700))


GRADES = ("verified", "unverified")
"""Names of full and of hollow marks."""


def _look(hollow: bool, color: Any, edge: float, style: dict[str, Any]) -> dict[str, Any]:
    """Give the look of a mark; the edge is as wide around a full one."""
    look = {"ls": "", "marker": "o", "color": color, "markeredgewidth": edge}
    return look | {"markerfacecolor": "white" if hollow else color} | style


def mark(
    axes: Axes,
    x: Any,
    y: Any,
    hollow: bool = False,
    *,
    color: Any = OBSERVED,
    edge: float = 1.4,
    names: Sequence[str] = GRADES,
    **style: Any,
) -> None:
    """Draw marks without a line between them.

    Parameters
    ----------
    hollow : bool
        White inside.
    color
        As matplotlib takes it.
    edge : float
        Width in points of the line around a mark.
    names : sequence of str
        Of full and of hollow marks, in the document.
    **style
        As for `Axes.plot`.
    """
    axes.plot(x, y, gid=names[1 if hollow else 0], **_look(hollow, color, edge, style))


def mark_figures(axes: Axes, figures: pd.DataFrame, **style: Any) -> None:
    """Draw figures (columns year, value and grade) as marks, unverified ones hollow."""
    for hollow, points in figures.groupby(figures["grade"].eq("unverified")):
        mark(axes, points["year"], points["value"], bool(hollow), clip_on=False, **style)


def dot(
    label: str, hollow: bool = False, *, color: Any = OBSERVED, edge: float = 1.4, **style: Any
) -> Line2D:
    """Give the entry of a legend that explains a mark, as `mark` draws it."""
    return stroke(label, **_look(hollow, color, edge, style))


def stroke(label: str, **style: Any) -> Line2D:
    """Give the entry of a legend that explains a line."""
    return Line2D([], [], label=label, **style)
