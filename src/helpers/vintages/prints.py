"""What was printed of one series: the first figure of each year, and every figure in order."""

import pandas as pd

from helpers.vintages.archive import Archive


def first_prints(figures: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """Return for each year of a known series the figure that was out first.

    Parameters
    ----------
    figures : DataFrame
        Figures of one indicator and area, dated.
    series : DataFrame
        A known series of them: of each year only figures of the definition used there count.

    Returns
    -------
    DataFrame
        Indexed by year; the columns of `figures`. Estimates are no prints.
    """
    points = figures[figures["months"].eq(12) & figures["qualifier"].ne("lower_bound")]
    points = points[points["status"].ne("estimate")].dropna(subset="known_from")
    used = series.set_index("year")["definition"]
    points = points[points["definition"].eq(points["year"].map(used))]
    first = points.sort_values(["known_from", "source_id"]).drop_duplicates("year")
    return first.set_index("year", drop=False).sort_index()


def revisions(archive: Archive, indicator: str, area: str) -> pd.DataFrame:
    """List every dated full-year figure of one indicator and area in the order it became known.

    Returns
    -------
    DataFrame
        One row per figure with year, value, definition, status, qualifier, grade, source_id,
        known_from, known_from_assumed, `first` (the first figure for its year and definition) and
        `change` (against the figure known before it for the same year and definition).
    """
    dated = archive.figures
    own = dated[dated["indicator"].eq(indicator) & dated["area"].eq(area) & dated["months"].eq(12)]
    own = own[own["qualifier"].ne("lower_bound")].dropna(subset="known_from")
    own = own.sort_values(["known_from", "year", "source_id"], ignore_index=True)
    grouped = own.groupby(["year", "definition"])["value"]
    columns = ["year", "value", "definition", "status", "qualifier", "grade", "source_id"]
    return own[[*columns, "known_from", "known_from_assumed"]].assign(
        first=~own.duplicated(["year", "definition"]), change=grouped.diff()
    )
