"""Ratios named before the statistics were out, against those that followed."""

import pandas as pd

from helpers.topics.research.parts import Parts
from helpers.vintages.series import Archive, best_figures, known_on


def estimates_and_finals(
    archive: Archive, parts: Parts, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Set the estimate of each year beside the figure that followed.

    Returns
    -------
    DataFrame
        One row a year with either: year, estimate, estimate_grade, estimate_source, final,
        final_grade, final_source (of the numerator where computed) and final_from ("printed",
        "computed" from numerator and denominator, or "" without a final).
    """
    early = early_figures(archive, parts, min_grade)
    printed = parts.published[parts.published["status"].ne("estimate")]
    computed = parts.table[~parts.table["year"].isin(printed["year"])]
    computed = computed.rename(columns={"ratio": "value"}).merge(
        parts.numerator[["year", "source_id"]], on="year"
    )
    finals = pd.concat([printed.assign(final_from="printed"),
                        computed.assign(final_from="computed")])  # fmt: skip
    columns = ["year", "value", "grade", "source_id"]
    table = _named(early[columns], "estimate").merge(
        _named(finals[[*columns, "final_from"]], "final"), on="year", how="outer"
    )
    return table.fillna({"final_from": ""}).astype({"estimate": float, "final": float})


def _named(figures: pd.DataFrame, side: str) -> pd.DataFrame:
    names = {"value": side, "grade": f"{side}_grade", "source_id": f"{side}_source"}
    return figures.rename(columns=names)


def early_figures(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """Give estimates, and preliminary figures of a definition that is not the main one."""
    known = best_figures(known_on(archive, parts.as_of, min_grade))
    own = known[known["indicator"].eq(parts.indicator) & known["area"].eq(parts.area)]
    alternative = own["use"].eq("alternative") & own["status"].eq("preliminary")
    own = own[own["status"].eq("estimate") | alternative]
    first = parts.table["year"].min() if len(parts.table) else parts.first_year
    return own[own["year"].ge(first)].drop_duplicates("year")
