"""The long table on a ratio that is written to `research.csv`."""

import pandas as pd

from helpers.tables import round_significant
from helpers.topics.research.parts import Parts

COLUMNS = ["indicator", "area", "year", "component", "basis", "value", "unit", "grade"]
POINTS, GROWTH = "percentage points", "% a year"


def tidy(parts: Parts, steps: pd.DataFrame, footing: pd.DataFrame) -> pd.DataFrame:
    """Lay parts, contributions and footings out as one figure a row.

    Parameters
    ----------
    parts : Parts
    steps : DataFrame
        One row a step between neighbouring known years: from_year, year, change,
        numerator_points, denominator_points (points of the ratio), numerator_growth,
        denominator_growth, real_growth (percent a year) and grade.
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
