"""Groups of an amount: which belong to a definition, whether they add up, what each contributed."""

import pandas as pd

from helpers.targets.states import half_unit
from helpers.topics.industries.share import Study
from helpers.vintages.series import best_figures, known_on

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
        Columns definition, year, indicator, area, name, value (unit of the numerator), grade,
        qualifier; in order of year, largest group of a year first.
    """
    named = group_names(study)
    every = {group for groups in named.values() for group in groups}
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = best_figures(known[known["area"].eq(study.run.area) & known["indicator"].isin(every)])
    fits = [row.indicator in named.get(row.definition, []) for row in own.itertuples()]
    full = study.raw.indicators.set_index("indicator")["name_en"]
    own = own[pd.Series(fits, index=own.index, dtype=bool)]
    own = own.assign(name=own["indicator"].map(full).map(short_name).astype("str"))
    columns = ["definition", "year", "indicator", "area", "name", "value", "grade", "qualifier"]
    return own.sort_values(["year", "value"], ascending=[True, False], ignore_index=True)[columns]


def short_name(name: str) -> str:
    """Leave out what all group names share: the words up to a first comma."""
    head, comma, tail = name.partition(", ")
    return (tail[:1].upper() + tail[1:]) if comma else head


def additivity(study: Study, figures: pd.DataFrame, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Hold the sum of the groups of each year against the printed total.

    Parameters
    ----------
    study : Study
    figures : DataFrame
        As `group_figures`.
    tolerance : float
        Percent of the total within which the groups add up.

    Returns
    -------
    DataFrame
        Columns definition, year, groups (with a figure), of (groups of the definition), unverified,
        sum, total (NaN where none is known), difference (percent of the total) and finding: "adds
        up", "adds up to a derived total" (which may be that very sum), "overlap", "short",
        "incomplete" or "no total".
    """
    named = group_names(study)
    totals = study.top.set_index(["definition", "year"])
    rows = []
    for (name, year), part in figures.groupby(["definition", "year"], sort=False):
        total = totals.loc[(name, year)] if (name, year) in totals.index else None
        amount = float("nan") if total is None else float(total["value"])
        slack = 0.0
        if total is not None:
            slack = half_unit(amount, int(total["decimals"]), total["qualifier"])
        row = {
            "definition": name,
            "year": int(year),
            "groups": len(part),
            "of": len(named[name]),
            "unverified": int(part["grade"].eq("unverified").sum()),
            "sum": float(part["value"].sum()),
            "total": amount,
        }
        row["difference"] = 100 * (row["sum"] / amount - 1)
        derived = total is not None and total["qualifier"] == "derived"
        rows.append(row | {"finding": _finding(row, tolerance + 100 * slack / amount, derived)})
    columns = ["definition", "year", "groups", "of", "unverified", "sum", "total", "difference",
               "finding"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _finding(row: dict, tolerance: float, derived: bool) -> str:
    if row["groups"] < row["of"]:
        return "incomplete"
    if pd.isna(row["total"]):
        return "no total"
    if abs(row["difference"]) <= tolerance:
        return "adds up to a derived total" if derived else "adds up"
    return "overlap" if row["difference"] > 0 else "short"


def contributions(figures: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Percentage points that each group added to nominal growth, within one definition.

    Parameters
    ----------
    figures : DataFrame
        As `group_figures`.
    checks : DataFrame
        As `additivity`: only neighbouring years of one definition in which the groups add up are
        used, because elsewhere the points do not add up to growth.

    Returns
    -------
    DataFrame
        Columns definition, year, name, contribution (points), growth (percent, of the group), share
        (percent of the sum in that year); the contributions of a year add up to growth of the sum.
    """
    good = checks[checks["finding"].str.startswith("adds up")]
    rows = []
    for name, years in good.groupby("definition", sort=False)["year"]:
        for year in years[years.sub(1).isin(years)]:
            now, before = (_values(figures, name, at) for at in (year, year - 1))
            rows += [
                {
                    "definition": name,
                    "year": int(year),
                    "name": group,
                    "contribution": 100 * (now[group] - before[group]) / before.sum(),
                    "growth": 100 * (now[group] / before[group] - 1),
                    "share": 100 * now[group] / now.sum(),
                }
                for group in now.index
            ]
    columns = ["definition", "year", "name", "contribution", "growth", "share"]
    return pd.DataFrame(rows, columns=columns)


def _values(figures: pd.DataFrame, definition: str, year: int) -> pd.Series:
    own = figures[figures["definition"].eq(definition) & figures["year"].eq(year)]
    return own.set_index("name")["value"].astype(float)
