"""Whether printed shares agree with printed amounts, and whether neighbours move the same way."""

import pandas as pd

from helpers.targets.states import half_unit
from helpers.topics.industries.groups import group_names
from helpers.topics.industries.share import Study
from helpers.vintages.series import SeriesChoice, known_series


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
        As `helpers.topics.industries.constant_scope.on_footing`: the share on one scope, column by
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
