"""What a chart remembers: how to draw it at another width, its data, and its words."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial, update_wrapper
from inspect import Parameter, Signature, cleandoc, signature
from typing import Any
from weakref import WeakKeyDictionary

import pandas as pd
from matplotlib.figure import Figure

from helpers.charts.sheet import Paper
from helpers.charts.style import WIDTH, house_style
from helpers.charts.text_layout import plain, say, speaking, spoken

NARROW = 3.8
"""Inches: at a phone's 390 pixels the smallest letters are above ten pixels high."""
PART = "part"
Columns = str | Callable[[Any], pd.DataFrame]
_DRAWN: "WeakKeyDictionary[Figure, Drawing]" = WeakKeyDictionary()


@dataclass(frozen=True)
class Drawing:
    """A chart as it was asked for."""

    title: str
    source: str
    language: str
    data: pd.DataFrame
    """What is drawn, one row a mark; `part` tells apart what came in several tables."""
    description: str
    """For those who cannot see it, in the language of the chart."""
    narrow: Callable[[], Figure]
    """Draws the same at the width of a phone."""


SHARED = """Other Parameters
----------------
title, unit, source : str
    The finding, the unit of what is drawn (not asked for where it is always the same), and who
    published the figures.
width : float
    Of the figure, in inches.
language : str
    "en", "zh" or "ja": of the words that the chart writes itself. Titles, units, sources and
    labels come from its caller. By default that of the chart around it, or English.
"""
"""What the description of every chart ends with."""


def chart(
    shows: str,
    along: str = "year",
    by: str = "",
    *,
    unit: str | None = None,
    width: float = WIDTH,
    **parts: Columns,
) -> Callable:
    """Make a function that draws on a paper a chart of the house, which remembers its data.

    The function is given a `helpers.charts.sheet.Paper` first; whoever calls the chart gives title,
    unit, source, width and language in its place. Within, the house style holds and the language is
    spoken.

    Parameters
    ----------
    shows, along : str
        Column of the first part that is drawn, and the one that it is drawn along.
    by : str
        Column that tells apart lines or groups; "" for a single one.
    unit : str, optional
        Key of the unit in the table of strings, "" for none; left out, the caller gives it.
    width : float
        In inches, where the caller asks for none.
    **parts : str or callable
        Names of arguments that hold data: the columns that are drawn, split by blanks ("" for
        all), or what makes a table of the argument.
    """

    def decorate(draw: Callable[..., Figure]) -> Callable[..., Figure]:
        own = list(signature(draw).parameters.values())[1:]
        public = Signature(_asked(own, unit is None, width), return_annotation=Figure)

        def drawn(*args: Any, **named: Any) -> Figure:
            try:
                bound = public.bind(*args, **named)
            except TypeError as error:
                raise TypeError(f"{draw.__name__}(): {error}") from None
            bound.apply_defaults()
            given = bound.arguments
            code = given["language"] or spoken().code
            with house_style(), speaking(code):
                said = say(unit) if unit else given.get("unit", "")
                paper = Paper(given["title"], said, given["source"], given["width"])
                figure = draw(paper, **{one.name: given[one.name] for one in own})
                data = _data(given, parts)
                told = f"{paper.subtitle}." if paper.subtitle else ""
                shown = describe(data, shows, along, by, given.get("unit", ""))
                words = spoken().sentences([told, shown])
            again = {**named, "language": code, "width": NARROW}
            _DRAWN[figure] = Drawing(
                paper.finding, paper.source, code, data, words, partial(drawn, *args, **again)
            )
            return figure

        public_face: Any = update_wrapper(drawn, draw)
        public_face.__signature__ = public
        public_face.__doc__ = f"{cleandoc(draw.__doc__ or '')}\n\n{SHARED}"
        return public_face

    return decorate


def _asked(own: list[Parameter], unit: bool, width: float) -> list[Parameter]:
    """Give the parameters of a chart: its own, and around them those of its paper."""
    first, then = Parameter.POSITIONAL_OR_KEYWORD, Parameter.KEYWORD_ONLY
    words = [Parameter(name, first, annotation=str) for name in ("title", "unit")[: 1 + unit]]
    return [
        *(one for one in own if one.kind is first),
        *words,
        Parameter("source", first, default="", annotation=str),
        *(one for one in own if one.kind is then),
        Parameter("width", then, default=width, annotation=float),
        Parameter("language", then, default="", annotation=str),
    ]


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
    """Turn an argument into a table: a frame, a target as (year, value, label), or dataclasses."""
    if held is None:
        return None
    if callable(columns):
        return columns(held)
    if isinstance(held, tuple):
        held = pd.DataFrame([held], columns=columns.split())
    elif isinstance(held, list):
        held = pd.DataFrame([asdict(row) for row in held])
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

    `data`: as `helpers.charts.chart.Drawing` holds it. `shows`, `along`, `by`: as
    `helpers.charts.chart.chart` takes them.
    """
    if data.empty:
        return say("chart.no_figure")
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
        told.append(say("chart.alt_unverified", count=hollow, all=len(known)))
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
    if ordered[shows].count() > 2 and pd.api.types.is_numeric_dtype(ordered[shows]):
        low, high = (ordered.loc[getattr(ordered[shows], end)()] for end in ("idxmin", "idxmax"))
        ends = {first[shows], last[shows]} == {low[shows], high[shows]}
        text += say("chart.alt_between") if ends else say(
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


def _value(value: Any) -> str:
    try:
        return plain(float(value))
    except (TypeError, ValueError):
        return str(value)
