"""Chart of one series with its fan and the goals that several documents set for it."""

from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.labels import put
from helpers.charts.series import SERIES, series_chart
from helpers.charts.style import MARK, WIDTH, Sheet, house_style
from helpers.charts.text_layout import boxes


@dataclass(frozen=True)
class GoalMark:
    """Year, level and label of a goal."""

    year: int
    level: float
    label: str


@chart(shows="value", series=SERIES, projection="", goals="")
def stage_chart(
    series: pd.DataFrame,
    *,
    goals: list[GoalMark],
    projection: pd.DataFrame,
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw a series, its fan, and one line and mark for each goal.

    Parameters
    ----------
    series, projection, title, unit, source, width
        As for `helpers.figures.series_chart`.
    goals : list of GoalMark
        A mark stands at the goal's year, its line runs through.
    """
    # The highest goal sets the limits of the plot; all are labelled together below.
    highest = max(goals, key=lambda goal: goal.level, default=None)
    figure = series_chart(
        series,
        title=title,
        unit=unit,
        source=source,
        target=(highest.year, highest.level, "") if highest else None,
        projection=projection,
        width=width,
    )
    with house_style():
        axes = figure.axes[0]
        texts = [text for text in axes.texts if text.get_text()]
        sheet = Sheet(figure, axes, 0.0, 0.0, [box.padded(2) for box in boxes(figure, texts)])
        draw_goals(sheet, series, goals, drawn=highest)
    return figure


def draw_goals(
    sheet: Sheet,
    series: pd.DataFrame,
    goals: list[GoalMark],
    *,
    drawn: GoalMark | None = None,
    paths: pd.DataFrame | None = None,
) -> None:
    """Draw what documents ask for as lines, each with a mark at its year and its label.

    Parameters
    ----------
    sheet : Sheet
    series : DataFrame
        Columns year and value: what labels should not cover.
    goals : list of GoalMark
    drawn : GoalMark, optional
        The one whose line and mark are there already.
    paths : DataFrame, optional
        Further lines that labels should not cover, columns year and value.
    """
    axes, style = sheet.axes, {"color": "#00664a", "weight": "bold", "gid": "target label"}
    for goal in goals:
        if goal != drawn:
            axes.axhline(goal.level, color=MARK, lw=1.2, ls=(0, (6, 3)), gid="target", zorder=2)
            axes.plot(
                goal.year, goal.level, ls="", marker="_", ms=16, mew=3, color=MARK,
                gid="target mark", zorder=5,
            )  # fmt: skip
    ink = _ink(sheet, series, goals) + ([] if paths is None else _ink(sheet, paths, []))
    for goal in goals:
        spots = [
            ((fraction, goal.level), (2, offset), "left", side)
            for fraction in (0.0, 0.15, 0.3, 0.45, 0.6, 0.75)
            for offset, side in ((4, "bottom"), (-4, "top"))
        ]
        # Where lines lie close together, a label may stand a line off its own.
        spots += [((0.0, goal.level), (2, -17), "left", "top")]
        spots += [
            ((1.0, goal.level), (-2, offset), "right", side)
            for offset, side in ((-4, "top"), (4, "bottom"))
        ]
        put(sheet, goal.label, spots, ink, ("axes fraction", "data"), **style)


def _ink(sheet: Sheet, series: pd.DataFrame, goals: list[GoalMark]) -> list[tuple[float, float]]:
    """Points in pixels that a label should not cover: of figures, and of the lines of goals."""
    frame, place = sheet.axes.get_window_extent(), sheet.axes.transData.transform
    points = [tuple(xy) for xy in place(series[["year", "value"]].astype(float).to_numpy())]
    across = [frame.x0 + 6 * step for step in range(int(frame.width / 6))]
    for goal in goals:
        y = place((goal.year, goal.level))[1]
        points += [(x, y) for x in across]
    return points
