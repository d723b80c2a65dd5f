"""Chart of a ratio's change: what its numerator and its denominator each did to it."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.comparisons import OTHERS, End, name_ends, say_nothing
from helpers.charts.language import say
from helpers.charts.style import INK, OBSERVED, WIDTH, house_style, open_sheet

NUMERATOR, DENOMINATOR = OBSERVED, OTHERS[0]
BAR = 0.74  # of a year
_SIDES = (("numerator", NUMERATOR), ("denominator", DENOMINATOR))


@chart(
    shows="change",
    steps="from_year year span change numerator_points denominator_points grade break_before",
)
def contribution_chart(
    steps: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    names: tuple[str, str, str],
    notes: Sequence[str] = (),
    width: float = WIDTH,
) -> Figure:
    """Draw what numerator and denominator did to a ratio in each step, and the net change.

    Parameters
    ----------
    steps : DataFrame
        Columns from_year, year, span, change, numerator_points, denominator_points, grade and
        break_before, as `helpers.topics.research.contributions.contributions` returns.
    title, unit, source : str
        The finding, the unit of a change in a year, and who published the figures.
    names : (str, str, str)
        Of numerator, denominator and ratio, for the labels.
    notes : sequence of str
        Paragraphs between plot and source.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Stacked bars with a dash for the net change. A step over several years is a bar as wide,
        at its yearly mean, so that areas are the points. Steps with an unverified end are hollow,
        those across a change of definition paler and dotted. The labels add up all steps.
    """
    notes = list(notes)
    if steps["span"].gt(1).any():
        notes.append(say("chart.wide_bar"))
    if steps["break_before"].ne("").any():
        notes.append(say("chart.across_break"))
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width)
        axes = sheet.axes
        for step in steps.itertuples():
            _draw_step(axes, step)
        if steps.empty:
            say_nothing(sheet)
            return sheet.figure
        axes.axhline(0, color=INK, lw=0.8, zorder=3)
        axes.tick_params(axis="x", length=3)
        axes.set_xlim(steps["from_year"].min() + 0.4, steps["year"].max() + 0.6)
        axes.margins(y=0.06)
        name_ends(sheet, _ends(steps, names))
    return sheet.figure


def _draw_step(axes: Axes, step) -> None:
    """Stack the two contributions away from zero, and mark their sum."""
    middle = (step.from_year + 1 + step.year) / 2
    wide = step.span - 1 + BAR
    hollow, across = step.grade == "unverified", bool(step.break_before)
    ends = {True: 0.0, False: 0.0}
    for side, colour in _SIDES:
        points = getattr(step, f"{side}_points") / step.span
        axes.bar(
            middle, points, wide, bottom=ends[points > 0], edgecolor=colour, lw=1.1,
            facecolor="white" if hollow else to_rgba(colour, 0.5 if across else 1.0),
            ls=(0, (1, 1)) if across else "-",
            gid=f"{side} {'unverified' if hollow else 'verified'}", zorder=2,
        )  # fmt: skip
        ends[points > 0] += points
    net = step.change / step.span
    axes.plot(
        [middle - wide / 2, middle + wide / 2], [net, net], color=INK, lw=2.2, gid="net", zorder=4,
        solid_capstyle="butt",
    )  # fmt: skip


def _ends(steps: pd.DataFrame, names: tuple[str, str, str]) -> list[End]:
    last = steps.iloc[-1]
    totals = [steps[f"{side}_points"].sum() for side, _ in _SIDES]
    levels = [0.6 * last[f"{side}_points"] / last["span"] for side, _ in _SIDES]
    edge = last["year"] + BAR / 2
    ends = [
        End((edge, level), [name, _signed(total)], colour)
        for name, total, level, (_, colour) in zip(names, totals, levels, _SIDES, strict=False)
    ]
    net = End((edge, last["change"] / last["span"]), [names[2], _signed(sum(totals))], INK, "bold")
    return [*ends, net]


def _signed(points: float) -> str:
    return say("chart.in_all", points=f"{points:+.2f}".replace("-", "\N{MINUS SIGN}"))
