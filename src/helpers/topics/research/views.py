"""Tables on a ratio laid out for reading."""

import pandas as pd

from helpers.topics.research.forms import DASH, percent
from helpers.topics.research.parts import Parts
from helpers.topics.research.requirements import Outset


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
        As `helpers.topics.research.requirements.requirements` returns.
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
