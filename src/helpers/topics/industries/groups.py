"""Groups of an amount: whether they add up, and how what stands near to it moved."""

import numpy as np
import pandas as pd

from helpers.targets.states import half_unit
from helpers.topics.industries.share import Study
from helpers.vintages.series import SeriesChoice, best_figures, known_on, known_series

TOLERANCE = 0.1
"""Groups add up if their sum is within this percentage of the total: printed amounts are rounded
to the last digit, and a forgotten or doubled group would be several percent."""


def group_names(study: Study) -> dict[str, list[str]]:
    """List the groups of each definition of the numerator.

    A group is an indicator that the raw table counts under the same definition as the numerator,
    in the numerator's unit.
    """
    units = study.raw.indicators.set_index("indicator")["unit"]
    names = {}
    for row in study.raw.definitions.itertuples():
        members = row.indicator.split(";")
        if study.numerator not in members:
            continue
        same = [m for m in members if m != study.numerator and units[m] == units[study.numerator]]
        if same:
            names[row.definition] = same
    return names


def group_figures(study: Study) -> pd.DataFrame:
    """Full-year figures of all groups as known on the date, definition by definition.

    Returns
    -------
    DataFrame
        Columns definition, year, indicator, area, name, value (unit of the numerator), grade and
        source_id; in order of year, largest group of a year first.
    """
    named = group_names(study)
    every = {group for groups in named.values() for group in groups}
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = best_figures(known[known["area"].eq(study.run.area) & known["indicator"].isin(every)])
    fits = [row.indicator in named.get(row.definition, []) for row in own.itertuples()]
    full = study.raw.indicators.set_index("indicator")["name_en"]
    own = own[pd.Series(fits, index=own.index, dtype=bool)]
    own = own.assign(name=own["indicator"].map(full).map(short_name).astype("str"))
    columns = ["definition", "year", "indicator", "area", "name", "value", "grade", "source_id"]
    return own.sort_values(["year", "value"], ascending=[True, False], ignore_index=True)[columns]


def short_name(name: str) -> str:
    """Leave out what all group names share: the words up to a first comma."""
    head, comma, tail = name.partition(", ")
    return (tail[:1].upper() + tail[1:]) if comma else head


def additivity(study: Study, figures: pd.DataFrame) -> pd.DataFrame:
    """Hold the sum of the groups of each year against the printed total.

    Parameters
    ----------
    study : Study
    figures : DataFrame
        As `group_figures`.

    Returns
    -------
    DataFrame
        Columns definition, year, groups (with a figure), of (groups of the definition), unverified,
        sum, total (NaN where none is known), difference (percent of the total) and finding: "adds
        up", "adds up to a derived total" (which may be that very sum), "overlap", "short",
        "incomplete" or "no total".
    """
    keys = ["definition", "year"]
    marked = figures.assign(unverified=figures["grade"].eq("unverified"))
    table = marked.groupby(keys, sort=False, as_index=False).agg(
        groups=("value", "size"), unverified=("unverified", "sum"), sum=("value", "sum")
    )
    totals = study.top[[*keys, "value", "qualifier"]].rename(columns={"value": "total"})
    slack = print_slack(study.top).to_numpy()
    table = table.merge(totals.assign(slack=slack), how="left", on=keys)
    table.insert(3, "of", [len(group_names(study)[name]) for name in table["definition"]])
    table["difference"] = 100 * (table["sum"] / table["total"] - 1)
    fits = table["difference"].abs() <= TOLERANCE + 100 * table["slack"]
    cases = {
        "incomplete": table["groups"] < table["of"],
        "no total": table["total"].isna(),
        "adds up to a derived total": fits & table["qualifier"].eq("derived"),
        "adds up": fits,
        "overlap": table["difference"] > 0,
    }
    table["finding"] = np.select(list(cases.values()), list(cases), "short")
    return table.drop(columns=["qualifier", "slack"])


def print_slack(figures: pd.DataFrame) -> pd.Series:
    """How far each printed figure can lie from the true one, as a part of it, by year.

    Parameters
    ----------
    figures : DataFrame
        Columns year, value, decimals and qualifier.
    """
    rows = figures.itertuples()
    slack = [half_unit(row.value, int(row.decimals), row.qualifier) / row.value for row in rows]
    return pd.Series(slack, index=figures["year"], dtype=float)


def neighbour_names(study: Study) -> list[str]:
    """Other indicators of the same topic: neither the share and its parts, nor groups of it."""
    table = study.raw.indicators
    own = {study.run.indicator, study.numerator, study.denominator}
    own |= {group for groups in group_names(study).values() for group in groups}
    own |= set(table.loc[table["indicator"].isin(own), "real_growth"])
    topic = table.set_index("indicator").loc[study.run.indicator, "topic"]
    chosen = table[table["topic"].eq(topic) & ~table["indicator"].isin(own)]
    return chosen["indicator"].tolist()


def neighbour_series(study: Study) -> pd.DataFrame:
    """Known series of the neighbours, not spliced, in order of the raw table."""
    choice = SeriesChoice(min_grade=study.run.min_grade, splice="none")
    parts = [
        known_series(study.archive, study.run.as_of, choice, indicator=name, area=study.run.area)
        for name in neighbour_names(study)
    ]
    parts = [part for part in parts if len(part)] or [study.share.iloc[:0]]
    return pd.concat(parts, ignore_index=True)


def neighbours(study: Study, series: pd.DataFrame, scope: pd.DataFrame) -> pd.DataFrame:
    """How each neighbour moved within one definition, beside the share over the same years.

    Parameters
    ----------
    study : Study
    series : DataFrame
        As `neighbour_series`.
    scope : DataFrame
        As `helpers.topics.industries.level_shifts.on_footing`: the share on one scope, column by
        way.

    Returns
    -------
    DataFrame
        One row a stretch of at least two years of one definition: name, definition, first_year,
        last_year, first, last, unit, change (points a year for shares, percent a year for
        others), share_change (points a year of the share as printed), scope_low and scope_high
        (the same on one scope, over the ways; NaN where a year is missing), same_way (whether the
        change has the sign of the share's; missing where the ways differ in sign).
    """
    stretches = series.groupby(["indicator", "definition"], sort=False, as_index=False)
    table = stretches.agg(
        first_year=("year", "first"),
        last_year=("year", "last"),
        first=("value", "first"),
        last=("value", "last"),
        unit=("unit", "first"),
    )
    table = table[table["last_year"].gt(table["first_year"])].reset_index(drop=True)
    first_year, last_year = table["first_year"], table["last_year"]
    years = last_year - first_year
    growth = 100 * ((table["last"] / table["first"]) ** (1 / years) - 1)
    points = (table["last"] - table["first"]) / years
    change = points.where(table["unit"].str.startswith("pct"), growth)
    printed = study.share.set_index("year")[["value"]].astype(float)
    moved = _per_year(printed, first_year, last_year)["value"]
    scoped = _per_year(scope, first_year, last_year)
    low, high = scoped.min(axis=1), scoped.max(axis=1)
    same = (change * low).gt(0).astype("boolean").where((low * high).gt(0))
    table.insert(
        0, "name", table["indicator"].map(study.raw.indicators.set_index("indicator")["name_en"])
    )
    return table.drop(columns="indicator").assign(
        change=change, share_change=moved, scope_low=low, scope_high=high, same_way=same
    )


def _per_year(values: pd.DataFrame, first: pd.Series, last: pd.Series) -> pd.DataFrame:
    """Mean change a year from first to last years, row by row; NaN where one is not known."""
    ends = [values.reindex(years).reset_index(drop=True) for years in (first, last)]
    return (ends[1] - ends[0]).div(last - first, axis=0)
