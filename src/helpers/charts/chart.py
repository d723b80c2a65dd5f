"""What a chart remembers: how to draw it at another width, its data, and its words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, is_dataclass
from functools import wraps
from inspect import Parameter, signature
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.text_layout import plain, say, speaking, spoken

NARROW = 3.8
"""Inches: at a phone's 390 pixels the smallest letters are above ten pixels high."""
PART = "part"
Columns = str | Callable[[Any], pd.DataFrame]
_DRAWN: "WeakKeyDictionary[Figure, Drawing]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Drawing:
    """A chart as it was asked for.

    Attributes
    ----------
    title, source, language : str
    data : DataFrame
        What is drawn, one row a mark; `part` tells apart what came in several tables.
    description : str
        For those who cannot see it, in the language of the chart.
    narrow : callable
        Draws the same at the width of a phone.
    """

    title: str
    source: str
    language: str
    data: pd.DataFrame
    description: str
    narrow: Callable[[], Figure]


def chart(shows: str, along: str = "year", by: str = "", **parts: Columns) -> Callable:
    """Make a function that draws a chart speak a language, and its figures remember their data.

    The function gains the keyword `language` ("en", "zh" or "ja"): of the words that it writes
    itself. Titles, units, sources and labels come from its caller.

    Parameters
    ----------
    shows, along : str
        Column of the first part that is drawn, and the one that it is drawn along.
    by : str
        Column that tells apart lines or groups; "" for a single one.
    **parts : str or callable
        Names of arguments that hold data: the columns that are drawn, split by blanks ("" for
        all), or what makes a table of the argument.
    """

    def decorate(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        own = signature(draw)

        @wraps(draw)
        def drawn(*args: Any, language: str = "", **named: Any) -> Figure:
            # A chart that is part of another one speaks its language.
            language = language or spoken().code
            with speaking(language):
                passed = {**named, "language": language} if "language" in own.parameters else named
                figure = draw(*args, **passed)
                given = own.bind(*args, **passed).arguments
                data = _data(given, parts)
                title = given.get("title", "")
                words = describe(data, shows, along, by, given.get("unit", ""))
                again = {**named, "language": language, "width": NARROW}
                _DRAWN[figure] = Drawing(
                    title, given.get("source", ""), language, data, words,
                    lambda: drawn(*args, **again),
                )  # fmt: skip
                return figure

        if "language" not in own.parameters:
            added = Parameter("language", Parameter.KEYWORD_ONLY, default="en", annotation=str)
            drawn.__signature__ = own.replace(parameters=[*own.parameters.values(), added])
        return drawn

    return decorate


def drawing_of(figure: Figure) -> Drawing | None:
    """Return what is remembered of a figure; None for one that no chart of the house drew."""
    return _DRAWN.get(figure)


def _data(given: Mapping[str, Any], parts: Mapping[str, Columns]) -> pd.DataFrame:
    tables = {}
    for name, columns in parts.items():
        table = _table(given.get(name), columns)
        if table is not None and len(table):
            tables[name] = table
    if len(tables) == 1:
        return next(iter(tables.values())).reset_index(drop=True)
    named = [table.assign(**{PART: name}) for name, table in tables.items()]
    if not named:
        return pd.DataFrame()
    every = pd.concat(named, ignore_index=True)
    return every[[PART, *every.columns.drop(PART)]]


def _table(held: Any, columns: Columns) -> pd.DataFrame | None:
    """Turn an argument into a table: a frame, a target as (year, value, label), or records."""
    if held is None:
        return None
    if callable(columns):
        return columns(held)
    if isinstance(held, tuple):
        held = pd.DataFrame([held], columns=columns.split())
    elif isinstance(held, list):
        held = pd.DataFrame([asdict(row) if is_dataclass(row) else row for row in held])
    wanted = [name for name in columns.split() if name in held] if columns else list(held)
    table = held[wanted].copy()
    for name in [name for name in table if pd.api.types.is_object_dtype(table[name])]:
        table[name] = table[name].map(_joined)
    return table


def _joined(cell: Any) -> Any:
    return "; ".join(map(str, cell)) if isinstance(cell, (list, tuple)) else cell


MOST_GROUPS = 8
"""More groups than these are counted and not told one by one."""


def describe(data: pd.DataFrame, shows: str, along: str, by: str, unit: str = "") -> str:
    """Tell the first and last figure, the extremes, and how many figures are unverified.

    Parameters
    ----------
    data : DataFrame
        As `helpers.charts.chart.Drawing` holds it.
    shows, along, by : str
        As `helpers.charts.chart.chart` takes them.
    unit : str
    """
    if not {shows, along} <= set(data):
        return say("chart.alt_rows_one" if len(data) == 1 else "chart.alt_rows", count=len(data))
    known = data.dropna(subset=[shows, along])
    if "part" in known:
        known = known[known["part"].eq(data["part"].iloc[0])]
    if known.empty:
        return say("chart.no_figure")
    groups = dict(list(known.groupby(by, sort=False))) if by in known else {"": known}
    told = [_line(str(name), rows, shows, along) for name, rows in groups.items()]
    if len(told) > MOST_GROUPS:
        told = [*told[:MOST_GROUPS], say("chart.alt_more", count=len(told) - MOST_GROUPS)]
    if "grade" in known and (hollow := int(known["grade"].eq("unverified").sum())):
        key = "chart.alt_unverified_one" if hollow == 1 else "chart.alt_unverified"
        told.append(say(key, count=hollow, all=len(known)))
    head = [say("chart.alt_unit", unit=unit)] if unit else []
    return spoken().sentences([*head, *told])


def _line(name: str, rows: pd.DataFrame, shows: str, along: str) -> str:
    ordered = rows.sort_values(along, kind="stable") if pd.api.types.is_numeric_dtype(
        rows[along]
    ) else rows  # fmt: skip
    first, last = ordered.iloc[0], ordered.iloc[-1]
    key = "chart.alt_one" if len(ordered) == 1 else "chart.alt_line"
    facts = {
        "count": len(ordered),
        "first": _place(first[along]), "first_value": _value(first[shows]),
        "last": _place(last[along]), "last_value": _value(last[shows]),
    }  # fmt: skip
    text = say(key, **facts)
    if len(ordered) > 2 and pd.api.types.is_numeric_dtype(ordered[shows]):
        low, high = (ordered.loc[getattr(ordered[shows], end)()] for end in ("idxmin", "idxmax"))
        text += say(
            "chart.alt_extremes",
            low=_value(low[shows]), low_at=_place(low[along]),
            high=_value(high[shows]), high_at=_place(high[along]),
        )  # fmt: skip
    text = say("chart.alt_named", name=name, text=text) if name else text
    return text + say("chart.alt_stop")


def _place(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _value(value: object) -> str:
    try:
        return plain(float(value))
    except (TypeError, ValueError):
        return str(value)
