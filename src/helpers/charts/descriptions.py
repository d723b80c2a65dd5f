"""What a chart shows, in a few words computed from its data, for those who cannot see it."""

import pandas as pd

from helpers.charts.language import say, spoken
from helpers.charts.text_layout import plain

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
        return say("chart.alt_rows", count=len(data))
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
