"""Chart of all years at which a series can be cut, and how much a step there explains."""

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.language import say
from helpers.charts.style import OBSERVED, QUIET, SMALL, WIDTH, Sheet, house_style, open_sheet


@chart(shows="explained", along="cut", cuts="cut explained", events="date label cut")
def cut_chart(
    cuts: pd.DataFrame,
    events: pd.DataFrame,
    *,
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw what a step at each possible year explains, with the years of dated events marked.

    Parameters
    ----------
    cuts : DataFrame
        Columns cut and explained (percent), one row a possible cut.
    events : DataFrame
        Columns date (ISO date, month or year), label and cut (the first year after); numbered
        above the plot at the cut and listed below it. Those outside the cuts are listed only.
    title, unit, source : str
        The finding, what the axis shows, and who published the figures.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Filled bars are cuts that an event names, empty ones all others: a tall empty bar beside a
        filled one says that the event's year is not the one that stands out.

    Raises
    ------
    ValueError
        Without a possible cut.
    """
    if cuts.empty:
        raise ValueError("cuts: holds no row; the series cannot be cut anywhere")
    possible = set(cuts["cut"])
    notes = [
        f"{n}  {e.label} ({e.date})" + ("" if e.cut in possible else say("chart.outside_tested"))
        for n, e in enumerate(events.itertuples(), start=1)
    ]
    named = cuts["cut"].isin(events["cut"])
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width, plot_height=2.4,
                           above=0.24 if named.any() else 0.0)  # fmt: skip
        axes = sheet.axes
        axes.set_xlim(cuts["cut"].min() - 0.8, cuts["cut"].max() + 0.8)
        axes.set_ylim(0, max(1.0, 1.15 * cuts["explained"].max()))
        axes.tick_params(axis="x", length=3)
        sheet.fit(0.05)
        sheet.mark_years()
        for own, rows in cuts.groupby(named):
            axes.bar(
                rows["cut"], rows["explained"], width=0.62, lw=1.2, edgecolor=OBSERVED if own
                else QUIET, color=OBSERVED if own else "white", gid="event" if own else "other",
            )  # fmt: skip
        top = cuts.loc[cuts["explained"].idxmax()]
        axes.annotate(
            f"{top['explained']:.0f}", (top["cut"], top["explained"]), (0, 3), ha="center",
            textcoords="offset points", va="bottom", fontsize=SMALL, color=QUIET,
        )  # fmt: skip
        _number(sheet, [int(cut) for cut in events["cut"]], possible)
    return sheet.figure


def _number(sheet: Sheet, events: list[int], possible: set[int]) -> None:
    """Write the numbers of the events above their bars, those of one year in one line."""
    for cut in sorted(possible & set(events)):
        own = [number for number, year in enumerate(events, start=1) if year == cut]
        run = len(own) > 2 and own[-1] - own[0] == len(own) - 1
        text = f"{own[0]}\N{EN DASH}{own[-1]}" if run else ", ".join(map(str, own))
        sheet.axes.annotate(
            text, (cut, 1), (0, 3), xycoords=("data", "axes fraction"), ha="center", va="bottom",
            textcoords="offset points", fontsize=SMALL, color=QUIET, annotation_clip=False,
        )  # fmt: skip
