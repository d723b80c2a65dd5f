"""Groups of an amount: whether they add up, what each contributed, and whether prints agree."""

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


def shares_of_parts(study: Study) -> pd.DataFrame:
    """Hold each printed share against the printed numerator over the denominator's first print.

    Returns
    -------
    DataFrame
        Columns year, definition, share, of_parts (percent), difference (points), rounding (the
        most that rounding of the figures explains, points), derived (the share or the amount was
        itself computed from the other) and agrees. Years without one of the three are left out.
    """
    top = study.top[study.top["value"].notna()].set_index("year")
    bottom = study.bottom.set_index("year")
    rows = []
    for row in study.share.itertuples():
        if row.year not in top.index or row.year not in bottom.index:
            continue
        amount, whole = top.loc[row.year], bottom.loc[row.year]
        ratio = 100 * float(amount["value"]) / float(whole["value"])
        relative = _relative_slack(amount) + _relative_slack(whole)
        rounding = 0.5 * 10.0 ** -int(row.decimals) + ratio * relative
        difference = float(row.value) - ratio
        rows.append(
            {
                "year": int(row.year),
                "definition": row.definition,
                "share": float(row.value),
                "of_parts": ratio,
                "difference": difference,
                "rounding": rounding,
                "derived": "derived" in (row.qualifier, amount["qualifier"]),
                "agrees": abs(difference) <= rounding,
            }
        )
    columns = ["year", "definition", "share", "of_parts", "difference", "rounding", "derived",
               "agrees"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _relative_slack(figure: pd.Series) -> float:
    slack = half_unit(figure["value"], int(figure["decimals"]), figure["qualifier"])
    return slack / float(figure["value"])


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
        others), unverified, share_change (points a year of the share as printed), scope_low and
        scope_high (the same on one scope, over the ways; NaN where a year is missing), same_way
        (whether the change has the sign of the share's; None where the ways differ in sign).
    """
    printed = study.share.set_index("year")["value"].astype(float)
    names = study.raw.indicators.set_index("indicator")["name_en"]
    rows = []
    for (indicator, definition), part in series.groupby(["indicator", "definition"], sort=False):
        if len(part) < 2:
            continue
        first, last = part.iloc[0], part.iloc[-1]
        years = int(first["year"]), int(last["year"])
        scoped = pd.Series([_per_year(scope[way].dropna(), *years) for way in scope])
        low, high = scoped.min(), scoped.max()
        change = _own_change(first, last)
        rows.append(
            {
                "name": names[indicator],
                "definition": definition,
                "first_year": years[0],
                "last_year": years[1],
                "first": float(first["value"]),
                "last": float(last["value"]),
                "unit": first["unit"],
                "change": change,
                "unverified": int(part["grade"].eq("unverified").sum()),
                "share_change": _per_year(printed, *years),
                "scope_low": low,
                "scope_high": high,
                "same_way": bool(change * low > 0) if low * high > 0 else None,
            }
        )
    columns = ["name", "definition", "first_year", "last_year", "first", "last", "unit", "change",
               "unverified", "share_change", "scope_low", "scope_high", "same_way"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _per_year(values: pd.Series, first: int, last: int) -> float:
    if first not in values.index or last not in values.index:
        return float("nan")
    return float(values[last] - values[first]) / (last - first)


def _own_change(first: pd.Series, last: pd.Series) -> float:
    years = int(last["year"]) - int(first["year"])
    if str(first["unit"]).startswith("pct"):
        return float(last["value"] - first["value"]) / years
    return 100 * ((float(last["value"]) / float(first["value"])) ** (1 / years) - 1)
