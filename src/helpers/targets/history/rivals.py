"""Targets of several plans for one indicator and area, side by side."""

from datetime import date

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.assessment import replay
from helpers.targets.history.probability import numeric_targets
from helpers.vintages.series import SeriesChoice

RIVALS = [
    "target_id",
    "plan",
    "set_on",
    "target_year",
    "operator",
    "target_value",
    "unit",
    "wording_native",
    "state",
    "probability",
    "latest_year",
    "latest_value",
    "latest_grade",
    "note",
]


def rival_targets(
    raw: RawData,
    as_of: date | str,
    indicator: str,
    area: str,
    target_year: int | None = None,
    choice: SeriesChoice | None = None,
) -> pd.DataFrame:
    """Lay all targets for one indicator and area side by side.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
        Targets set later are left out; states and probabilities are those of this day.
    indicator, area : str
    target_year : int, optional
        Keep targets for this year.
    choice : SeriesChoice, optional
        Which figures count.

    Returns
    -------
    DataFrame
        Columns `RIVALS`, by target year, value and day of setting; empty if none was set by then.

    Raises
    ------
    helpers.problems.InputError
        If no target of the collection is about the indicator and area, naming those there are.
    """
    every = [(t, t.indicator, t.area) for t in numeric_targets(raw)]
    own = [target for target, *place in every if place == [indicator, area]]
    if not own:
        there = ", ".join(sorted({f"{name}/{where}" for _, name, where in every}))
        raise InputError(f"targets.csv has no target for {indicator}/{area}; there are {there}")
    in_year = [t for t in own if target_year in (None, t.target_year)]
    chosen = [t for t in in_year if t.set_on <= pd.Timestamp(as_of)]
    if not chosen:
        return pd.DataFrame(columns=RIVALS)
    table = replay(raw, [as_of], choice, target_ids=[t.target_id for t in chosen])
    words = raw.targets.set_index("target_id")[["wording_native", "note"]]
    table = table.join(words, on="target_id").assign(
        set_on=[t.set_on for t in chosen], latest_year=table["latest_year"].astype("Int64")
    )
    order = ["target_year", "target_value", "set_on"]
    return table.sort_values(order, ignore_index=True)[RIVALS]
