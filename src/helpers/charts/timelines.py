"""Chart of a belief timeline: the probability of meeting a target over calendar time."""

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.charts.chart import chart
from helpers.charts.labels import draw_flags
from helpers.charts.language import say
from helpers.charts.legends import ROW, legend_below, legend_rows
from helpers.charts.style import OBSERVED, SMALL, WIDTH, Sheet, house_style, open_sheet
from helpers.charts.text_layout import text_width
from helpers.charts.timeline_labels import (
    LEVEL_LINES,
    end_words,
    label_end,
    label_making,
    label_moves,
    marked,
)
from helpers.vocabulary import PUBLIC, SET

BEFORE = "#8fbfdd"
"""The time before the target was set: the same blue, lighter."""
NAMES = {"o": "chart.new_figure", "s": "chart.revision", "D": "chart.redefinition"}


@chart(
    shows="probability",
    along="day",
    timeline="day probability what change latest_year latest_value assumed set_yet settled state",
    events="date label",
)
def timeline_chart(
    timeline: pd.DataFrame,
    *,
    title: str,
    source: str,
    events: pd.DataFrame | None = None,
    width: float = WIDTH,
) -> Figure:
    """Draw P over calendar time as steps, with a mark for what moved it.

    Parameters
    ----------
    timeline : DataFrame
        Rows of one target, as `helpers.targets.history.timeline.belief_timeline` returns; days
        without a P are left blank.
    title, source : str
        The finding, and where the figures come from.
    events : DataFrame, optional
        Columns date (ISO date, month or year) and label; those in the years shown are numbered in
        the plot and listed below it, but for the days on which the target was set or made public.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Marks differ by what moved P and are hollow where the day is assumed; the time before the
        target was set is drawn lighter. A year's name stands below its middle.
    """
    rows = timeline.assign(x=[calendar_place(day) for day in timeline["day"]])
    rows = _from_first_belief(rows.sort_values("x"))
    events = _within(events, rows)
    notes = [f"{n}  {e.label} ({e.date})" for n, e in enumerate(events.itertuples(), start=1)]
    with house_style():
        handles = _handles(rows)
        lines = legend_rows(handles, width)
        sheet = open_sheet(
            title, say("chart.belief"), source, notes, width=width,
            above=0.24 if notes else 0.0, below=ROW * lines,
        )  # fmt: skip
        _set_axes(sheet, rows)
        end = end_words(rows)
        sheet.fit(text_width(sheet.figure, end, SMALL, "bold") + 0.1 if end else 0.0)
        _mark_calendar(sheet, rows)
        _draw_steps(sheet, rows)
        _draw_marks(sheet, rows)
        draw_flags(sheet, pd.DataFrame({"year": [], "break_before": []}), events)
        label_end(sheet, rows, end)
        label_making(sheet, rows)
        label_moves(sheet, rows, narrow=width < 5)
        legend_below(sheet, handles, lines)
    return sheet.figure


def calendar_place(day: pd.Timestamp) -> float:
    """Place a day on an axis where a year's name stands at its integer, in the middle of it."""
    start = pd.Timestamp(day.year, 1, 1)
    return day.year - 0.5 + (day - start).days / (366 if start.is_leap_year else 365)


def _from_first_belief(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out the time before the first P, up to the day on which the target was set."""
    shown = rows["probability"].notna() | rows["set_yet"].astype(bool)
    return rows[shown.cummax()].reset_index(drop=True) if shown.any() else rows


def _within(events: pd.DataFrame | None, rows: pd.DataFrame) -> pd.DataFrame:
    if events is None or events.empty:
        return pd.DataFrame(columns=["date", "label"])
    text = events["date"].astype(str)
    inside = text.str[:4].astype(int).between(rows["day"].iloc[0].year, rows["day"].iloc[-1].year)
    made = rows.loc[rows["what"].str.contains(f"{SET}|{PUBLIC}"), "day"]
    # These days have a line of their own.
    inside &= ~text.isin(made.dt.strftime("%Y-%m-%d"))
    return events[inside].sort_values("date")


def _set_axes(sheet: Sheet, rows: pd.DataFrame) -> None:
    axes = sheet.axes
    axes.set_ylim(-0.04, 1.06)
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: say("chart.percent", number=f"{100 * value:.0f}"))
    )
    axes.set_xlim(rows["x"].iloc[0] - 0.15, rows["x"].iloc[-1] + 0.05)


def _mark_calendar(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Name as many years as have room, each below its middle, with ticks where years meet."""
    axes = sheet.axes
    low, high = axes.get_xlim()
    inches = axes.get_position().width * sheet.figure.get_size_inches()[0]
    step = max(1, -(-(high - low) * 0.5 // inches))
    years = [y for y in range(int(low) - 1, int(high) + 2) if low + 0.2 <= y <= high - 0.2]
    axes.xaxis.set_major_locator(FixedLocator(years[:: int(step)]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f}"))
    axes.xaxis.set_minor_locator(
        FixedLocator([y + 0.5 for y in range(int(low) - 1, int(high) + 1)])
    )
    axes.tick_params(axis="x", which="major", length=0)
    axes.tick_params(axis="x", which="minor", length=4)


def _draw_steps(sheet: Sheet, rows: pd.DataFrame) -> None:
    """Draw a level from each day to the next, and a riser where P was known before."""
    lines = {False: [], True: []}
    end = rows["x"].iloc[-1]
    following = [*rows["x"].iloc[1:], end]
    before = float("nan")
    for row, until in zip(rows.itertuples(), following, strict=True):
        if pd.notna(row.probability):
            line = lines[bool(row.set_yet)]
            riser = [(row.x, before)] if pd.notna(before) else []
            line += [*riser, (row.x, row.probability), (until, row.probability), (row.x, None)]
        before = row.probability
    for set_yet, points in lines.items():
        if points:
            xs, ys = zip(*points, strict=True)
            sheet.axes.plot(
                xs, [float("nan") if y is None else y for y in ys], lw=1.8 if set_yet else 1.2,
                color=OBSERVED if set_yet else BEFORE, solid_joinstyle="miter", zorder=3,
                gid=LEVEL_LINES[0] if set_yet else LEVEL_LINES[1],
            )  # fmt: skip


def _draw_marks(sheet: Sheet, rows: pd.DataFrame) -> None:
    for row in marked(rows).itertuples():
        colour = OBSERVED if row.set_yet else BEFORE
        sheet.axes.plot(
            row.x, row.probability, ls="", marker=row.shape, ms=5.5 if row.shape != "o" else 6,
            color=colour, markerfacecolor="white" if row.assumed else colour, markeredgewidth=1.4,
            gid="assumed" if row.assumed else "dated", zorder=4, clip_on=False,
        )  # fmt: skip


def _handles(rows: pd.DataFrame) -> list[Line2D]:
    """Explain the marks and lines that occur."""
    moved = marked(rows)
    style = {"color": OBSERVED, "markeredgewidth": 1.4}
    handles = [
        Line2D([], [], ls="", marker=shape, ms=6, label=say(name), **style)
        for shape, name in NAMES.items()
        if moved["shape"].eq(shape).any()
    ]
    if moved["assumed"].any():
        label = say("chart.day_assumed")
        handles.append(
            Line2D([], [], ls="", marker="o", ms=6, markerfacecolor="white", label=label, **style)
        )
    if (rows["probability"].notna() & ~rows["set_yet"].astype(bool)).any():
        handles.append(Line2D([], [], color=BEFORE, lw=1.2, label=say("chart.before_set")))
    return handles
