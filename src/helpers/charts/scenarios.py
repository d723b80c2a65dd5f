"""Chart of scenarios: where a series would go if a stated growth held. No fan: no probability."""

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.chart import chart
from helpers.charts.language import say, spoken
from helpers.charts.stages import GoalMark, draw_goals
from helpers.charts.style import (
    EVENT,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
    house_style,
    open_sheet,
)
from helpers.charts.text_layout import boxes, spread, text_width

_STYLES = {
    "no change": (QUIET, (0, (1, 1.5))),
    "past trend": (PROJECTED, (0, (5, 2))),
    "best comparable area": (EVENT, (0, (3, 1.5, 1, 1.5))),
    "required": ("#00664a", "-"),
}


@chart(
    shows="value",
    series="year value definition grade",
    scenarios="scenario growth of year value",
    goals="",
)
def scenario_chart(
    series: pd.DataFrame,
    scenarios: pd.DataFrame,
    *,
    goals: list[GoalMark],
    title: str,
    unit: str,
    source: str,
    width: float = WIDTH,
) -> Figure:
    """Draw a series and one line a scenario, each labelled with its growth a year.

    Parameters
    ----------
    series : DataFrame
        As `helpers.vintages.series.known_series` returns, one area.
    scenarios : DataFrame
        Columns scenario, growth, of, year and value, as
        `helpers.topics.outlook.text.scenarios_of` returns.
    goals : list of GoalMark
    title, unit, source : str
    width : float
        Of the figure, in inches.
    """
    notes = [say("chart.scenarios")]
    notes += [
        say("chart.alt_named", name=_name(row.scenario), text=row.of)
        for row in scenarios.drop_duplicates("scenario").itertuples()
        if row.of and row.scenario != "required"
    ]
    with house_style():
        sheet = open_sheet(title, unit, source, notes, width=width)
        axes = sheet.axes
        _set_limits(sheet, series, scenarios, goals)
        _draw_observed(sheet, series)
        labels = []
        known = scenarios.dropna(subset="value")
        for (scenario, of), path in known.groupby(["scenario", "of"], sort=False):
            colour, dashes = _STYLES[scenario]
            axes.plot(path["year"], path["value"], color=colour, ls=dashes, gid=scenario, zorder=3)
            words = _name(scenario, short=width < 5)
            words += f" {of}" if scenario == "required" and width > 5 else ""
            growth = say(
                "chart.percent",
                number=f"{path['growth'].iloc[0]:+.1f}".replace("-", "\N{MINUS SIGN}"),
            )
            text = words if scenario == "no change" else f"{words} {growth}"
            labels.append((path["value"].iloc[-1], text, colour))
        room = max((text_width(sheet.figure, text, SMALL) for _, text, _ in labels), default=0)
        sheet.fit(room + 0.1)
        sheet.mark_years()
        _label(sheet, labels)
        sheet.taken.extend(box.padded(2) for box in boxes(sheet.figure, axes.texts))
        draw_goals(sheet, series, goals, paths=scenarios.dropna(subset="value"))
    return sheet.figure


def _name(scenario: str, short: bool = False) -> str:
    """Name a scenario in the language of the chart, shorter where there is little room."""
    name = scenario.replace(" ", "_")
    brief = f"chart_scenario_short.{name}"
    return say(brief) if short and spoken().has(brief) else spoken().word("chart_scenario", name)


def _set_limits(sheet: Sheet, series, scenarios, goals: list[GoalMark]) -> None:
    values = [*series["value"], *scenarios["value"].dropna(), *(goal.level for goal in goals)]
    years = [*series["year"], *scenarios["year"], *(goal.year for goal in goals)]
    low, high = min(values), max(values)
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    sheet.axes.set_ylim(0.0 if 0 <= low < 0.4 * high else low - room, high + room)
    sheet.axes.set_xlim(min(years) - 0.6, max(years) + 0.4)
    sheet.axes.tick_params(axis="x", length=3)


def _draw_observed(sheet: Sheet, series: pd.DataFrame) -> None:
    new = series["definition"].ne(series["definition"].shift()) | series["year"].diff().ne(1)
    for _, part in series.groupby(new.cumsum()):
        sheet.axes.plot(part["year"], part["value"], color=OBSERVED, gid="observed", zorder=4)
    for hollow, points in series.groupby(series["grade"].eq("unverified")):
        sheet.axes.plot(
            points["year"], points["value"], ls="", marker="o", ms=5, color=OBSERVED,
            markerfacecolor="white" if hollow else OBSERVED, markeredgewidth=1.3, zorder=5,
            gid="unverified" if hollow else "verified", clip_on=False,
        )  # fmt: skip


def _label(sheet: Sheet, labels: list[tuple[float, str, str]]) -> None:
    axes = sheet.axes
    low, high = axes.get_ylim()
    line = (high - low) * SMALL * 1.3 / 72 / (sheet.top - sheet.bottom)
    places = spread([value for value, _, _ in labels], line, low, high)
    for y, (_, text, colour) in zip(places, labels, strict=True):
        axes.annotate(
            text, (axes.get_xlim()[1], y), (3, 0), textcoords="offset points", color=colour,
            fontsize=SMALL, va="center", annotation_clip=False,
        )  # fmt: skip
