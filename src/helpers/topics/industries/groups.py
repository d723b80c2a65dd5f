"""What stands beside a share: the groups of its numerator, and indicators of the same topic."""

from dataclasses import replace

import pandas as pd

from helpers.tables import half_unit
from helpers.topics.industries.share import Study
from helpers.vintages.series import best_figures, known_on, known_series


def group_names(study: Study) -> dict[str, list[str]]:
    """List the groups of each definition of the numerator.

    A group is an indicator that the raw table counts under the same definition as the numerator,
    in the numerator's unit.
    """
    units, numerator = study.indicators["unit"], study.row["numerator"]
    names: dict[str, list[str]] = {}
    for row in study.raw.definitions.itertuples():
        members = row.indicator.split(";")
        if numerator in members:
            same = [m for m in members if m != numerator and units[m] == units[numerator]]
            names |= {row.definition: same} if same else {}
    return names


def group_figures(study: Study) -> pd.DataFrame:
    """Full-year figures of all groups as known on the day, definition by definition.

    Returns
    -------
    DataFrame
        Columns definition, year, indicator, area, name, value (unit of the numerator), grade,
        source_id and of (how many groups the definition has); in order of year, largest group of
        a year first.
    """
    named = group_names(study)
    every = {group for groups in named.values() for group in groups}
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = best_figures(known[known["area"].eq(study.run.area) & known["indicator"].isin(every)])
    fits = [row.indicator in named.get(row.definition, []) for row in own.itertuples()]
    own = own[pd.Series(fits, index=own.index, dtype=bool)]
    names = own["indicator"].map(study.indicators["name_en"]).map(short_name).astype("str")
    own = own.assign(name=names, of=own["definition"].map(named).str.len().astype(float))
    columns = ["definition", "year", "indicator", "area", "name", "value", "grade", "source_id",
               "of"]  # fmt: skip
    return own.sort_values(["year", "value"], ascending=[True, False], ignore_index=True)[columns]


def short_name(name: str) -> str:
    """Leave out what all group names share: the words up to a first comma."""
    head, comma, tail = name.partition(", ")
    return (tail[:1].upper() + tail[1:]) if comma else head


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
    table = study.indicators
    own = {study.run.indicator, study.row["numerator"], study.row["denominator"]}
    own |= {group for groups in group_names(study).values() for group in groups}
    own |= set(table.loc[table.index.isin(own), "real_growth"])
    return table.index[table["topic"].eq(study.row["topic"]) & ~table.index.isin(own)].tolist()


def neighbour_series(study: Study) -> pd.DataFrame:
    """Known series of the neighbours with their names, not spliced, in order of the raw table."""
    choice = replace(study.run.choice, splice="none", definition="")
    parts = [
        known_series(study.archive, study.run.as_of, choice, indicator=name, area=study.run.area)
        for name in neighbour_names(study)
    ]
    series = pd.concat([p for p in parts if len(p)] or [study.share.iloc[:0]], ignore_index=True)
    return series.assign(name=series["indicator"].map(study.indicators["name_en"]).astype("str"))
