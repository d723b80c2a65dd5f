"""What a count is held against: other areas, the largest applicants, measures of quality."""

from datetime import date

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.states import read_targets
from helpers.topics.nowcasts import is_stock
from helpers.topics.parameters import Parameters
from helpers.topics.patents.filings import Filings
from helpers.vintages import peers
from helpers.vintages.series import SeriesChoice, known_on, known_series, open_archive

SPAN = 5
"""Growth is measured over at most so many years on each side."""
_COLUMNS = ["control", "count", "from_year", "base_year", "to_year", "own_before", "own_after",
            "control_before", "control_after", "difference_after",
            "difference_in_differences"]  # fmt: skip


def other_areas(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the area beside all others that hold its indicator or a counterpart of it.

    Gives what `helpers.vintages.peers.compare` does, counterparts below; an area that already
    stands there under the indicator itself keeps both, told apart by the column indicator.
    """
    frames = [
        peers.compare(raw, run.as_of, indicator, run.choice)
        for indicator in dict.fromkeys((run.indicator, *run.counterparts))
    ]
    return pd.concat([frame for frame in frames if len(frame)] or frames[:1], ignore_index=True)


def control_series(
    filings: Filings, others: pd.DataFrame, wholes: tuple[str, ...] = ()
) -> dict[tuple[str, str], pd.Series]:
    """Lay out the controls: each other area, and of a larger whole only the rest.

    `others`: as `other_areas` returns. `wholes`: areas that contain the area: of these its own
    count is taken off, so that it is not compared with itself. Only under the indicator itself:
    counterparts are another count, and nothing is taken off them. Gives values by year, by name and
    indicator.
    """
    found = {}
    rows = others[others["area"].ne(filings.area) | others["indicator"].ne(filings.indicator)]
    for (indicator, area), group in rows.groupby(["indicator", "area"], sort=False):
        values = group.set_index("year")["value"].astype(float)
        name = str(group["name"].iloc[0])
        if indicator == filings.indicator and area in wholes:
            values, name = (values - filings.values).dropna(), f"rest of {name}"
        found[name, indicator] = values[values.gt(0)]
    return found


def control_table(
    own: pd.Series, others: dict[tuple[str, str], pd.Series], cut: int
) -> pd.DataFrame:
    """Compare growth before and after a cut with each control, over years that both have.

    `own`: values by year. `others`: as `control_series` returns. `cut`: the first year after; on
    each side of it `SPAN` years at most.

    Returns
    -------
    DataFrame
        One row a control with a shared year on each side of the cut: control, count (indicator),
        from_year, base_year (last shared year before the cut), to_year, and growth in percent a
        year of both, before and after; `before` is NaN without an earlier shared year.
        difference_after is own less control growth after the cut, difference_in_differences what
        that adds to the difference before.
    """
    rows = []
    for (name, indicator), control in others.items():
        both = np.log(pd.DataFrame({"own": own, "control": control}).dropna().sort_index())
        years = both.index
        base = years[years < cut].max()
        last = years[(years >= cut) & (years <= base + SPAN)].max()
        if pd.isna(base) or pd.isna(last):
            continue
        start = years[years >= base - SPAN].min()
        before = 100 * (both.loc[base] - both.loc[start]) / (base - start)
        after = 100 * (both.loc[last] - both.loc[base]) / (last - base)
        now = after["own"] - after["control"]
        rows.append(
            (name, indicator, start, base, last, before["own"], after["own"], before["control"],
             after["control"], now, now - before["own"] + before["control"])
        )  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


LAGS = (0, 1)
"""Years by which publication may follow receipt. An application is published 18 months after its
earliest priority date (PCT Article 21), which is up to a year before filing."""


def of_an_applicant(indicator: str) -> bool:
    """Say whether an indicator counts the publications of one applicant."""
    return indicator.split("_")[1:2] == ["published"]


def applicant_counts(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the published counts of the area's applicants as known on the as-of date.

    Applicants are found by name: of `pct_applications` they are the indicators that begin with
    `pct_published_` and hold figures for the area. A count of one applicant has none. Gives the
    columns of `helpers.vintages.series.known_series` and name, by applicant (the largest latest
    figure first) and year.
    """
    start = f"{run.indicator.split('_')[0]}_published_"
    archive = open_archive(raw)
    choice = SeriesChoice(min_grade=run.min_grade)
    table = known_series(archive, run.as_of, choice, area=run.area)
    own = table["indicator"].str.startswith(start) & (not of_an_applicant(run.indicator))
    table = table[own & table["year"].ge(run.first_year)]
    latest = table.groupby("indicator")["value"].transform("last")
    table = table.assign(latest=latest).sort_values(
        ["latest", "indicator", "year"], ascending=[False, True, True], ignore_index=True
    )
    titles = raw.indicators.set_index("indicator")["name_en"]
    names = table["indicator"].map(titles).astype(str).str.rsplit(", ", n=1).str[-1]
    return table.drop(columns="latest").assign(name=names)


def periods(filings: Filings) -> list[tuple[int, int]]:
    """Choose the periods to explain: the years up to the peak, its largest step, and the fall."""
    values = filings.values
    if len(values) < 2:
        return []
    peak, last = int(filings.peak["year"]), int(filings.last["year"])
    rise = [year for year in values.index if peak - SPAN <= year < peak]
    steps = [(y, y + 1) for y in rise if y + 1 in values.index]
    found = [(rise[0], peak)] if rise else []
    found += [max(steps, key=lambda step: values[step[1]] - values[step[0]])] if steps else []
    found += [(peak, last)] if last > peak else []
    return list(dict.fromkeys(found))


def change_table(
    counts: pd.DataFrame, receipts: pd.Series, spans: list[tuple[int, int]]
) -> pd.DataFrame:
    """Say how much of a change in receipts could at most be each applicant's.

    Publications stand in for receipts with a lag of none or one year: the larger part of the two
    is the bound, which holds if an applicant's receipts moved as its publications did.

    `counts`: as `applicant_counts` returns. `receipts`: by year. `spans`: first and last year of
    each period.

    Returns
    -------
    DataFrame
        One row a period and applicant with figures at both ends under a lag: first_year,
        last_year, change (of receipts), name, own_change (of publications, at the lag that
        explains most), lag, part_at_most (percent of the change; below zero it moved against it).
    """
    rows = []
    for first, last in spans:
        change = float(receipts[last] - receipts[first])
        for name, group in counts.groupby("name", sort=False):
            own = group.set_index("year")["value"].astype(float)
            moves = [
                (own[last + lag] - own[first + lag], lag)
                for lag in LAGS
                if {first + lag, last + lag} <= set(own.index)
            ]
            if not moves or not change:
                continue
            most, lag = max(moves, key=lambda move: move[0] / change)
            rows.append({"first_year": first, "last_year": last, "change": change, "name": name,
                         "own_change": most, "lag": lag,
                         "part_at_most": 100 * most / change})  # fmt: skip
    columns = ["first_year", "last_year", "change", "name", "own_change", "lag", "part_at_most"]
    return pd.DataFrame(rows, columns=columns)


def quality_readings(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the measures of quality of the area, stocks also inside a running year.

    Returns
    -------
    DataFrame
        The columns of `helpers.vintages.series.known_series`, with name and months (12, or the
        month at whose end a stock was read after its last full year). Flows have no part-year
        readings: a part of a year is not a year.
    """
    names = raw.indicators.set_index("indicator")["name_en"]
    archive = open_archive(raw)
    wanted = [indicator for indicator in run.quality if indicator != run.indicator]
    choice = SeriesChoice(min_grade=run.min_grade, splice="none")
    table = known_series(archive, run.as_of, choice, area=run.area)
    table = table[table["indicator"].isin(wanted)].assign(months=12)
    stocks = [indicator for indicator in wanted if is_stock(raw.indicators, indicator)]
    late = known_on(archive, run.as_of, run.min_grade)
    late = late[late["indicator"].isin(stocks) & late["area"].eq(run.area)]
    late = late[late["months"].lt(12) & late["qualifier"].ne("lower_bound")]
    last = table.groupby("indicator")["year"].max()
    late = late[late["year"].gt(late["indicator"].map(last).fillna(0))]
    late = late.drop_duplicates(["indicator", "year", "months"])
    late = late.assign(spliced_value=late["value"], break_before="")
    both = pd.concat([table, late.reindex(columns=table.columns)] if len(late) else [table])
    both = both.sort_values(["indicator", "year", "months"], ignore_index=True)
    return both.assign(name=both["indicator"].map(names))


def quality_table(
    readings: pd.DataFrame, since: int, raw: RawData, as_of: date | str
) -> pd.DataFrame:
    """Measure the growth of each measure since a year, on one definition only.

    `readings`: as `quality_readings` returns. `since`: the year of the peak. The base is the latest
    full year up to it under the definition of the latest reading, or else the first one after it.
    `raw`: its targets say what was asked of the measure. `as_of`: targets that were set later are
    left out.

    Returns
    -------
    DataFrame
        One row a measure: indicator, name, first and last (values), first_year, last_year, months
        (of the last), growth (percent a year), target, target_year and target_id (of the
        earliest target whose year is not before the last reading; missing without one),
        unverified (points), points.
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
             **_asked(indicator, last, raw, as_of),
             "unverified": int(group["grade"].eq("unverified").sum()), "points": len(group)}
        )  # fmt: skip
    columns = ["indicator", "name", "first", "first_year", "last", "last_year", "months", "growth",
               "target", "target_year", "target_id", "unverified", "points"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _asked(indicator: str, last: pd.Series, raw: RawData, as_of: date | str) -> dict:
    """Find what a target asks of a measure, the earliest still to be judged first."""
    own = [
        target
        for target in read_targets(raw.targets, raw.sources)
        if (target.indicator, target.area) == (indicator, last["area"])
        and target.operator in {"ge", "gt"}
        and target.target_year >= last["year"]
        and target.set_on <= pd.Timestamp(as_of)
    ]
    if not own:
        return {"target": None, "target_year": None, "target_id": None}
    first = min(own, key=lambda target: target.target_year)
    return {"target": first.value, "target_year": first.target_year, "target_id": first.target_id}
