"""Charts of the back-test: were the stated probabilities right, and how far off the medians."""

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.language import number, say
from helpers.charts.style import OBSERVED, QUIET, SMALL, TEXT, house_style, open_sheet


@chart(shows="observed", along="forecast", table="forecast observed count lower upper")
def reliability_chart(
    table: pd.DataFrame, *, title: str, source: str, width: float = 5.0
) -> Figure:
    """Draw how often a thing came true against the probability that had been stated for it.

    Parameters
    ----------
    table : DataFrame
        Columns forecast (mean stated probability, 0-1), observed (frequency, 0-1) and count; and,
        where there are any, lower and upper (an interval of the frequency).
    title, source : str
        The finding, and what was tested.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        On the diagonal a stated probability was right; the size of a dot is its count.
    """
    with house_style():
        note = say("chart.dot_size")
        sheet = open_sheet(
            title, say("chart.came_true"), source, [note], width=width,
            plot_height=0.72 * width, below=0.26,
        )  # fmt: skip
        axes = sheet.axes
        axes.set_xlim(-4, 104)
        axes.set_ylim(-4, 104)
        axes.grid(True, axis="both")
        sheet.fit()
        axes.plot([0, 100], [0, 100], color=QUIET, lw=1, ls=(0, (4, 3)), gid="diagonal")
        stated, seen = 100 * table["forecast"], 100 * table["observed"]
        if {"lower", "upper"} <= set(table.columns):
            axes.vlines(stated, 100 * table["lower"], 100 * table["upper"], color=OBSERVED, lw=1.2)
        sizes = 20 + 260 * table["count"] / table["count"].max()
        axes.scatter(stated, seen, s=sizes, color=OBSERVED, alpha=0.85, gid="reliability", zorder=3)
        for x, y, count, size in zip(stated, seen, table["count"], sizes, strict=True):
            # On the free side of the dot: below the diagonal to the right, above it to the left.
            right = (y <= x and x < 85) or x < 12
            axes.annotate(
                number(count), (x, y), ((size**0.5 / 2 + 3) * (1 if right else -1), 0),
                textcoords="offset points", ha="left" if right else "right", va="center",
                fontsize=SMALL, color=QUIET,
            )  # fmt: skip
        axes.set_xlabel(say("chart.stated"), fontsize=TEXT, loc="left")
    return sheet.figure
