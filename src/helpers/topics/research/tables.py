"""Tables on a ratio: the long one that is written to `research.csv`, and those for reading."""

import pandas as pd

from helpers.tables import round_significant
from helpers.topics.research.parts import DASH, Parts, percent
from helpers.topics.research.requirements import Outset

COLUMNS = ["indicator", "area", "year", "component", "basis", "value", "unit", "grade"]
POINTS, GROWTH = "percentage points", "% a year"


def tidy(parts: Parts, steps: pd.DataFrame, footing: pd.DataFrame) -> pd.DataFrame:
    """Lay parts, contributions and footings out as one figure a row.

    Parameters
    ----------
    parts : Parts
    steps : DataFrame
        As `helpers.topics.research.parts.contributions` returns.
    footing : DataFrame
        As `helpers.topics.research.denominators.footings` returns.

    Returns
    -------
    DataFrame
        indicator, area, year, component (numerator, denominator, ratio_printed, ratio_computed,
        ratio_on_footing, contribution_numerator, contribution_denominator, change, and the growth
        rates), basis (definition, or the year that a change is counted from), value, unit, grade.
        Computed values are rounded to 5 significant digits.
    """
    blocks = [
        _printed(parts.numerator, "numerator"),
        _printed(parts.denominator, "denominator"),
        _printed(parts.published, "ratio_printed"),
        _computed(parts.table, "ratio", "ratio_computed", "%"),
    ]
    since = steps.assign(basis="since " + steps["from_year"].astype(str))
    for column, component, unit in (
        ("numerator_points", "contribution_numerator", POINTS),
        ("denominator_points", "contribution_denominator", POINTS),
        ("change", "change", POINTS),
        ("numerator_growth", "growth_numerator", GROWTH),
        ("denominator_growth", "growth_denominator", GROWTH),
        ("real_growth", "real_growth_denominator", GROWTH),
    ):
        blocks.append(_computed(since, column, component, unit))
    named = footing.assign(basis=footing["definition"])
    blocks.append(_computed(named, "ratio", "ratio_on_footing", "%"))
    table = pd.concat([block for block in blocks if len(block)] or blocks[:1], ignore_index=True)
    return table.assign(indicator=parts.indicator, area=parts.area)[COLUMNS]


def _printed(series: pd.DataFrame, component: str) -> pd.DataFrame:
    kept = series[["year", "value", "unit", "grade"]]
    return kept.assign(component=component, basis=series["definition"])


def _computed(frame: pd.DataFrame, column: str, component: str, unit: str) -> pd.DataFrame:
    rows = frame.dropna(subset=column)
    return pd.DataFrame(
        {
            "year": rows["year"],
            "value": round_significant(rows[column].to_numpy(float)),
            "unit": unit,
            "grade": rows["grade"],
            "component": component,
            "basis": rows.get("basis", ""),
        }
    )


def footing_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay the other definitions of the denominator out, rounded as far as they can be told apart.

    Parameters
    ----------
    table : DataFrame
        As `helpers.topics.research.denominators.footings` returns.
    """
    columns = ["year", "basis", "denominator", "revision", "ratio", "published", "moved", "dated",
               "grade"]  # fmt: skip
    rows = table.loc[table["use"].ne("main"), columns]
    numbers = ["denominator", "revision", "ratio", "published", "moved"]
    # Adding zero takes the sign off a rounded zero.
    return rows.assign(**{name: rows[name].astype(float).round(2) + 0.0 for name in numbers})


def past_view(table: pd.DataFrame, parts: Parts) -> pd.DataFrame:
    """Lay past growth out for reading, with the names of the parts."""
    return pd.DataFrame(
        {
            "years": [f"{row.from_year} to {row.year}" for row in table.itertuples()],
            f"{parts.numerator_name}, % a year": table["numerator_growth"].round(1),
            "break-even, % a year": table["denominator_growth"].round(1),
            "change of the ratio, points": table["change"].round(2),
            "weakest grade": table["grade"],
        }
    )


def need_view(table: pd.DataFrame, column: str, start: Outset | None) -> pd.DataFrame:
    """Lay requirements out: a row a level, a column a growth rate of the denominator.

    Parameters
    ----------
    table : DataFrame
        As `helpers.topics.research.requirements.requirement_table` returns.
    column : str
        "required" or "standstill_year".
    start : Outset or None
    """
    if table.empty:
        return pd.DataFrame()
    words = table.assign(
        level=[f"{level:g} %" for level in table["level"]],
        growth=[f"{growth:g} % a year" for growth in table["growth"]],
        required=[percent(rate) for rate in table["required"]],
        standstill_year=[
            "already below" if start.ratio < row.level
            else DASH if pd.isna(row.standstill_year) else str(row.standstill_year)
            for row in table.itertuples()
        ],
    )  # fmt: skip
    view = words.set_index(["level", "growth"])[column].unstack()  # noqa: PD010
    return view.loc[words["level"].unique(), words["growth"].unique()]
