"""Which definition the authors of a target could have meant, argued from days and figures."""

import numpy as np
import pandas as pd

from helpers.targets.states import Target, asks_for_level, read_targets
from helpers.topics.industries.constant_scope import passes
from helpers.topics.industries.level_shifts import WAYS
from helpers.topics.industries.share import Study
from helpers.vintages.series import best_figures, known_on

READINGS = {
    "ahead": "public then; the target lay ahead",
    "passed": "public then; already past the target",
    "later": "no figure was public yet",
}


def candidates(study: Study) -> pd.DataFrame:
    """List the definitions with what was known of each when the target was set.

    Returns
    -------
    DataFrame
        One row a definition: definition, first_known (day of its first full-year figure),
        assumed (that day is the usual release), year and value (its latest figure known when the
        target was set; NaN if none), asked (points that the target lies above it) and reading,
        one of `READINGS`. Empty without a target.
    """
    columns = ["definition", "first_known", "assumed", "year", "value", "asked", "reading"]
    if study.target is None:
        return pd.DataFrame(columns=columns)
    then = _known_by_definition(study, study.target.set_on)
    first = _first_days(study)
    rows = []
    for name in study.share["definition"].unique():
        figure = then.get(name)
        value = np.nan if figure is None else float(figure["value"])
        asked = study.level - value
        done = passes(study, value)
        reading = "later" if figure is None else "passed" if done else "ahead"
        rows.append(
            {
                "definition": name,
                "first_known": first.loc[name, "known_from"],
                "assumed": bool(first.loc[name, "known_from_assumed"]),
                "year": np.nan if figure is None else int(figure["year"]),
                "value": value,
                "asked": asked,
                "reading": reading,
            }
        )
    return pd.DataFrame(rows, columns=columns)


def _known_by_definition(study: Study, day: pd.Timestamp) -> dict[str, pd.Series]:
    """Latest full-year figure of each main definition as known on a day, and on the as-of date."""
    until = min(day, pd.Timestamp(study.run.as_of))
    pair = study.archive.pairs.get((study.run.indicator, study.run.area))
    if pair is None:
        return {}
    known = known_on(study.archive, until, study.run.min_grade)
    own = best_figures(known.loc[known.index.intersection(pair.index)])
    own = own[own["use"].eq("main")].sort_values("year")
    return {name: figures.iloc[-1] for name, figures in own.groupby("definition")}


def _first_days(study: Study) -> pd.DataFrame:
    known = known_on(study.archive, study.run.as_of, study.run.min_grade)
    own = known[known["indicator"].eq(study.run.indicator) & known["area"].eq(study.run.area)]
    own = own[own["months"].eq(12)].sort_values("known_from")
    return own.drop_duplicates("definition").set_index("definition")


def sisters(study: Study, shifts: pd.DataFrame) -> pd.DataFrame:
    """Other targets for the same share: what was known when they were set, and on our scope.

    Parameters
    ----------
    study : Study
    shifts : DataFrame
        As `helpers.topics.industries.level_shifts.shifts`; those that count.

    Returns
    -------
    DataFrame
        One row a target known on the as-of date, in order of setting: target_id, set_on,
        target_year, value, definition, year and known (the latest figure known when it was set),
        asked (points above it), scope_low and scope_high (the target carried by the level shifts
        from that definition to the base definition of the study).
    """
    every = read_targets(study.raw.targets, study.raw.sources)
    rows = [_sister(study, shifts, other) for other in every if _comparable(study, other)]
    columns = ["target_id", "set_on", "target_year", "value", "definition", "year", "known",
               "asked", "scope_low", "scope_high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["set_on", "target_year"], ignore_index=True)


def _comparable(study: Study, other: Target) -> bool:
    same = (other.indicator, other.area) == (study.run.indicator, study.run.area)
    return same and asks_for_level(other) and other.set_on <= pd.Timestamp(study.run.as_of)


def _sister(study: Study, shifts: pd.DataFrame, other: Target) -> dict:
    figures = _known_by_definition(study, other.set_on).values()
    latest = max(figures, key=lambda figure: figure["year"], default=None)
    row = {
        "target_id": other.target_id,
        "set_on": other.set_on,
        "target_year": other.target_year,
        "value": other.value,
        "definition": "" if latest is None else latest["definition"],
        "year": np.nan if latest is None else int(latest["year"]),
        "known": np.nan if latest is None else float(latest["value"]),
    }
    row["asked"] = other.value - row["known"]
    carried = carry(shifts, other.value, row["year"], study.base_year)
    return row | {"scope_low": carried.min(), "scope_high": carried.max()}


def carry(shifts: pd.DataFrame, value: float, year: float, base_year: int) -> pd.Series:
    """Carry a level from the scope of one year to that of another, by each way.

    NaN where no year is known, or a way has no figures for a break between.
    """
    if np.isnan(year):
        return pd.Series(np.nan, index=list(WAYS))
    low, high = sorted((int(year), base_year))
    passed = shifts[shifts["year"].gt(low) & shifts["year"].le(high)]
    logs = np.log1p(passed[list(WAYS)].astype(float) / 100).sum(skipna=False)
    return value * np.exp(logs if year < base_year else -logs)
