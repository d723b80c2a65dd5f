"""Chart of groups: one stacked column a year, beside the printed total."""

import pandas as pd
from matplotlib import colormaps
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from helpers.charts.chart import chart
from helpers.charts.sheet import Paper, Sheet
from helpers.charts.style import MARK, QUIET, SMALL, dot, stroke
from helpers.charts.text_layout import say, spread

_COLUMN = 0.5
"""Width of a column in years; the numbers of its groups stand to the right of it."""
_ROOM_OF_YEAR, _LEAST_YEARS = 0.45, 5


@chart(shows="value", by="name", figures="definition year name value grade", totals="year total")
def stack_chart(paper: Paper, figures: pd.DataFrame, totals: pd.DataFrame) -> Figure:
    """Draw the groups of each year as a stacked column, with a mark at the printed total.

    Groups are numbered within their definition, largest of its last year first, and listed below
    the plot; an unverified group is hollow.

    Parameters
    ----------
    figures : DataFrame
        Columns definition, year, name, value (positive) and grade; at least one row. Groups of
        different definitions are different groups, even under one name.
    totals : DataFrame
        Columns year and total (NaN: none known).
    """
    numbers = _numbers(figures)
    legend = _legend(figures, totals)
    sheet = paper.sheet(_notes(figures, numbers), legend, plot_height=3.6)
    highest = max(figures.groupby("year")["value"].sum().max(), totals["total"].max())
    sheet.axes.set_ylim(0, 1.06 * highest)
    years = figures["year"]
    # One or two years alone would make walls of their columns.
    room = max(0.0, (_LEAST_YEARS - (years.max() - years.min())) / 2)
    sheet.span_years(years, before=0.6 + room, after=0.8 + room)
    sheet.fit()
    _mark_years(sheet, years)
    for (name, year), part in figures.groupby(["definition", "year"], sort=False):
        _draw_column(sheet, part, int(year), numbers[name])
    for row in totals.dropna(subset="total").itertuples():
        span = [row.year - 0.34, row.year + 0.5 * _COLUMN]
        sheet.axes.plot(span, [row.total] * 2, color=MARK, lw=2.2, gid="total", zorder=5)
    return sheet.figure


def _numbers(figures: pd.DataFrame) -> dict[str, dict[str, int]]:
    """Give the groups of each definition numbers by size in its last year."""
    numbers = {}
    for name, own in figures.groupby("definition", sort=False):
        last = own.sort_values(["year", "value"], ascending=False).drop_duplicates("name")
        numbers[name] = {group: number for number, group in enumerate(last["name"], start=1)}
    return numbers


def _notes(figures: pd.DataFrame, numbers: dict[str, dict[str, int]]) -> list[str]:
    notes = []
    for name, own in figures.groupby("definition", sort=False):
        first, last = own["year"].min(), own["year"].max()
        span = f"{first}" if first == last else f"{first}\N{EN DASH}{last}"
        listed = ", ".join(f"{number} {group}" for group, number in numbers[name].items())
        notes.append(f"{span}: {listed}")
    return notes


def _draw_column(sheet: Sheet, part: pd.DataFrame, year: int, numbers: dict[str, int]) -> None:
    axes = sheet.axes
    shades = colormaps["cividis"]
    level, middles = 0.0, []
    ordered = part.assign(number=part["name"].map(numbers)).sort_values("number")
    for row in ordered.itertuples():
        colour = to_hex(shades(0.1 + 0.75 * (row.number - 1) / max(len(numbers) - 1, 1)))
        hollow = row.grade == "unverified"
        axes.bar(
            year, row.value, _COLUMN, bottom=level, lw=1.1, edgecolor=colour if hollow else "white",
            color="white" if hollow else colour, zorder=3, gid="hollow" if hollow else "filled",
        )  # fmt: skip
        middles.append(level + row.value / 2)
        level += row.value
    line, low = sheet.line_height(1.15), axes.get_ylim()[0]
    places = spread(middles, line, low + 0.6 * line, max(level - 0.3 * line, line * len(middles)))
    for y, number in zip(places, ordered["number"], strict=True):
        axes.annotate(
            str(number), (year + _COLUMN / 2, y), (2, 0), textcoords="offset points",
            fontsize=SMALL, color=QUIET, va="center", gid="number",
        )  # fmt: skip


def _legend(figures: pd.DataFrame, totals: pd.DataFrame) -> list[Line2D]:
    """Explain the marks that occur."""
    legend = []
    if totals["total"].notna().any():
        legend.append(stroke(say("chart.printed_total"), color=MARK, lw=2.2))
    if figures["grade"].eq("unverified").any():
        unverified = say("chart.unverified")
        legend.append(dot(unverified, hollow=True, marker="s", ms=8, color=QUIET, edge=1.0))
    return legend


def _mark_years(sheet: Sheet, years: pd.Series) -> None:
    """Name every year that has a column where there is room, else as many as have."""
    low, high = sheet.axes.get_xlim()
    if sheet.across / (high - low) >= _ROOM_OF_YEAR:
        sheet.axes.set_xticks(sorted(years.unique()))
    else:
        sheet.mark_years()
