"""What happened to measures of quality while the count moved: patents granted, kept, of value."""

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError, closest
from helpers.targets.states import read_targets
from helpers.topics.nowcasts.parts import is_stock
from helpers.topics.parameters import Parameters
from helpers.vintages.series import known_on, known_series, open_archive


def quality_readings(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the measures of quality of the area, stocks also inside a running year.

    Returns
    -------
    DataFrame
        The columns of `helpers.vintages.series.known_series`, with name and months (12, or the
        month at whose end a stock was read after its last full year). Flows have no part-year
        readings: a part of a year is not a year.

    Raises
    ------
    helpers.problems.InputError
        For an indicator that the raw table does not hold.
    """
    names = raw.indicators.set_index("indicator")["name_en"]
    for indicator in run.quality:
        if indicator not in names.index:
            hint = closest(indicator, names.index)
            raise InputError(f"quality: {indicator!r} is not in indicators.csv{hint}")
    archive = open_archive(raw)
    choice = run.choice.__class__(min_grade=run.min_grade, splice="none")
    wanted = [indicator for indicator in run.quality if indicator != run.indicator]
    parts = [
        known_series(archive, run.as_of, choice, indicator=i, area=run.area).assign(months=12)
        for i in wanted
    ]
    table = pd.concat(parts) if parts else known_series(archive, "1900-01-01").assign(months=12)
    stocks = [i for i in wanted if is_stock(raw.indicators, i)]
    late = known_on(archive, run.as_of, run.min_grade)
    late = late[late["indicator"].isin(stocks) & late["area"].eq(run.area)]
    late = late[late["months"].lt(12) & late["qualifier"].ne("lower_bound")]
    last = table.groupby("indicator")["year"].max().reindex(late["indicator"]).fillna(0)
    late = late[late["year"].to_numpy() > last.to_numpy()]
    late = late.drop_duplicates(["indicator", "year", "months"])
    late = late.assign(spliced_value=late["value"], break_before="")
    both = pd.concat([table, late.reindex(columns=table.columns)] if len(late) else [table])
    both = both.sort_values(["indicator", "year", "months"], ignore_index=True)
    return both.assign(name=both["indicator"].map(names))


def quality_table(readings: pd.DataFrame, since: int, raw: RawData) -> pd.DataFrame:
    """Measure the growth of each measure since a year, on one definition only.

    Parameters
    ----------
    readings : DataFrame
        As `quality_readings` returns.
    since : int
        The year of the peak. The base is the latest full year up to it under the definition of the
        latest reading, or else the first one after it.
    raw : RawData
        Its targets say what was asked of the measure.

    Returns
    -------
    DataFrame
        One row a measure: indicator, name, first and last (values), first_year, last_year, months
        (of the last), growth (percent a year), target_id and target (the level of the latest
        target year up to which it is held; NaN without one), reached (latest reading at least
        that), unverified (points), points.
    """
    rows = []
    for indicator, group in readings.groupby("indicator", sort=False):
        last = group.iloc[-1]
        same = group[group["definition"].eq(last["definition"]) & group["months"].eq(12)]
        early = same[same["year"].le(since)]
        base = early.iloc[-1] if len(early) else (same.iloc[0] if len(same) else last)
        years = last["year"] + last["months"] / 12 - base["year"] - base["months"] / 12
        ratio = last["value"] / base["value"]
        growth = 100 * (ratio ** (1 / years) - 1) if years else None
        rows.append(
            {"indicator": indicator, "name": last["name"], "first": base["value"],
             "first_year": base["year"], "last": last["value"], "last_year": last["year"],
             "months": last["months"], "growth": growth,
             **_asked(indicator, last, raw),
             "unverified": int(group["grade"].eq("unverified").sum()), "points": len(group)}
        )  # fmt: skip
    columns = ["indicator", "name", "first", "first_year", "last", "last_year", "months", "growth",
               "target_id", "target", "target_year", "reached", "unverified", "points"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _asked(indicator: str, last: pd.Series, raw: RawData) -> dict:
    """Find the level that a target asks of a measure, the earliest still to be judged first."""
    own = [
        target
        for target in read_targets(raw.targets, raw.sources)
        if (target.indicator, target.area) == (indicator, last["area"])
        and target.operator in {"ge", "gt"}
        and target.target_year >= last["year"]
    ]
    if not own:
        return {"target_id": "", "target": None, "target_year": None, "reached": None}
    target = min(own, key=lambda target: target.target_year)
    return {"target_id": target.target_id, "target": target.value,
            "target_year": target.target_year,
            "reached": bool(last["value"] >= target.value)}  # fmt: skip
