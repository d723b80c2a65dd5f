"""Charts of nowcasts: what part of a year its first months bring, and how far nowcasts were off."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter

from helpers.charts.chart import chart
from helpers.charts.language import say
from helpers.charts.style import (
    EDGE,
    OBSERVED,
    PROJECTED,
    QUIET,
    SMALL,
    WIDTH,
    Sheet,
    house_style,
    open_sheet,
)

_BAND = "#f5c29f"
_ROW = 0.2
_LEGEND = 0.28


@chart(
    shows="share",
    along="months",
    by="area",
    pairs="area name year months share",
    curve="months share lower upper",
)
def factor_chart(
    pairs: pd.DataFrame,
    curve: pd.DataFrame,
    *,
    title: str,
    source: str,
    focus: str = "",
    width: float = WIDTH,
) -> Figure:
    """Draw the part of a year that its first months brought, with what was learned from it.

    Parameters
    ----------
    pairs : DataFrame
        Columns area, months and share (percent of the year).
    curve : DataFrame
        Columns months, share, lower and upper (80 % interval of the share), in percent.
    title, source : str
        The finding, and who published the figures.
    focus : str
        The area that is drawn in the accent colour.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        The dotted line is what even months would bring.
    """
    with house_style():
        handles = _factor_handles(pairs, focus)
        rows = 1 if width > 5 else 2
        sheet = open_sheet(title, say("chart.of_year"), source, width=width,
                           below=0.26 + _LEGEND * rows)  # fmt: skip
        axes = sheet.axes
        axes.set_xlim(0.4, 12.4)
        axes.set_ylim(0, 109)
        axes.set_yticks([0, 25, 50, 75, 100])
        axes.xaxis.set_major_locator(FixedLocator(range(1, 13)))
        sheet.fit(0.05)
        axes.fill_between(curve["months"], curve["lower"], curve["upper"], color=_BAND, lw=0,
                          gid="interval80", zorder=1)  # fmt: skip
        axes.plot(curve["months"], curve["share"], color=PROJECTED, ls=(0, (2, 1.2)), gid="curve",
                  zorder=2)  # fmt: skip
        axes.plot([0.4, 12], [100 * 0.4 / 12, 100], color=QUIET, lw=1, ls=(0, (1, 2)), gid="even")
        for own, points in pairs.groupby(pairs["area"].eq(focus)):
            axes.plot(
                points["months"], points["share"], ls="", marker="o", ms=6 if own else 4.5,
                color=OBSERVED if own else QUIET, alpha=1 if own else 0.7, zorder=4 if own else 3,
                gid="focus" if own else "others",
            )  # fmt: skip
        axes.set_xlabel(say("chart.months"), fontsize=SMALL, loc="left")
        _legend(sheet, handles, rows, 0.62)
    return sheet.figure


def _factor_handles(pairs: pd.DataFrame, focus: str) -> list[Line2D]:
    own = pairs["area"].eq(focus)
    dots = [
        Line2D([], [], ls="", marker="o", ms=size, color=colour, label=label)
        for label, colour, size, there in (
            (pairs.loc[own, "name"].iloc[0] if own.any() else "", OBSERVED, 6, own.any()),
            (say("chart.other_areas"), QUIET, 4.5, (~own).any()),
        )
        if there
    ]
    return [
        *dots,
        Line2D([], [], color=PROJECTED, ls=(0, (2, 1.2)), label=say("chart.learned")),
        Line2D([], [], color=QUIET, lw=1, ls=(0, (1, 2)), label=say("chart.even_months")),
    ]


@chart(shows="nowcast", along="label", rows="")
def nowcast_error_chart(
    rows: pd.DataFrame, *, title: str, source: str, width: float = WIDTH
) -> Figure:
    """Draw how far each nowcast was off, with its interval, beside even months.

    Parameters
    ----------
    rows : DataFrame
        Columns label, nowcast, lower80, upper80, even_months and outcome, in drawing order from
        the top; focus (bool) marks the area that is meant.
    title, source : str
        The finding, and who published the figures.
    width : float
        Of the figure, in inches.

    Returns
    -------
    Figure
        Errors in percent of the outcome, which stands at zero.

    Raises
    ------
    ValueError
        Without a row.
    """
    if rows.empty:
        raise ValueError("rows: holds no nowcast")
    with house_style():
        unit = say("chart.error_unit")
        sheet = open_sheet(title, unit, source, width=width, plot_height=_ROW * (len(rows) + 1),
                           below=_LEGEND * (1 if width > 5 else 2))  # fmt: skip
        axes = sheet.axes
        places = np.arange(len(rows))[::-1]
        errors = {
            name: 100 * (rows[name].to_numpy(dtype=float) / rows["outcome"].to_numpy(float) - 1)
            for name in ("nowcast", "lower80", "upper80", "even_months")
        }
        axes.set_ylim(-0.8, len(rows) - 0.2)
        axes.yaxis.set_major_locator(FixedLocator(places))
        axes.yaxis.set_major_formatter(FuncFormatter(_named(rows, places)))
        axes.tick_params(axis="y", labelsize=SMALL)
        axes.grid(True, axis="x")
        axes.grid(False, axis="y")
        every = np.concatenate(list(errors.values()))
        axes.set_xlim(every.min() - 4, every.max() + 4)
        sheet.fit(0.05)
        axes.axvline(0, color=QUIET, lw=1, gid="outcome")
        colours = np.where(rows["focus"], OBSERVED, QUIET)
        axes.hlines(places, errors["lower80"], errors["upper80"], color=colours, lw=1.4,
                    gid="interval80")  # fmt: skip
        axes.scatter(errors["nowcast"], places, s=30, color=colours, zorder=3, gid="nowcast")
        axes.scatter(errors["even_months"], places, s=26, marker="D", facecolor="white",
                     edgecolor=PROJECTED, linewidth=1.1, zorder=2.5, gid="even")  # fmt: skip
        _legend(sheet, _error_handles(), 1 if width > 5 else 2, 0.38)
    return sheet.figure


def _named(rows: pd.DataFrame, places: np.ndarray):
    words = dict(zip(places.tolist(), rows["label"], strict=True))
    return lambda value, _: words.get(round(value), "")


def _error_handles() -> list[Line2D]:
    return [
        Line2D([], [], color=OBSERVED, marker="o", ms=5.5, lw=1.4, label=say("chart.nowcast")),
        Line2D([], [], ls="", marker="D", ms=5, markerfacecolor="white", color=PROJECTED,
               label=say("chart.even_months")),
    ]  # fmt: skip


def _legend(sheet: Sheet, handles: list[Line2D], rows: int, down: float) -> None:
    width, height = sheet.figure.get_size_inches()
    sheet.figure.legend(
        handles=handles, loc="upper left", ncols=-(-len(handles) // rows), borderaxespad=0,
        bbox_to_anchor=(EDGE / width, (sheet.bottom - down) / height), handletextpad=0.4,
        columnspacing=1.2, borderpad=0.1, handlelength=1.8, labelspacing=0.3,
    )  # fmt: skip
