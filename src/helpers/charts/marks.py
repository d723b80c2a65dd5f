"""Marks of figures, hollow where no located publication supports them, and what explains them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.charts.style import OBSERVED

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
    axes : Axes
    x, y : float or sequence of float
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
    label: str,
    hollow: bool = False,
    *,
    color: Any = OBSERVED,
    edge: float = 1.4,
    **style: Any,
) -> Line2D:
    """Give the entry of a legend that explains a mark, as `mark` draws it."""
    return stroke(label, **_look(hollow, color, edge, style))


def stroke(label: str, **style: Any) -> Line2D:
    """Give the entry of a legend that explains a line."""
    return Line2D([], [], label=label, **style)
