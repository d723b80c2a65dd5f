"""The largest applicants: another count, by publication, kept apart from receipts."""

from math import nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.topics.parameters import Parameters
from helpers.topics.patents.filings import Filings
from helpers.vintages.series import known_series, open_archive

LAGS = (0, 1)
"""Years by which publication may follow receipt. An application is published 18 months after its
earliest priority date (PCT Article 21), which is up to a year before filing."""


def applicant_counts(raw: RawData, run: Parameters) -> pd.DataFrame:
    """Gather the published counts of the area's applicants as known on the as-of date.

    Applicants are found by name: of `pct_applications` they are the indicators that begin with
    `pct_published_` and hold figures for the area.

    Returns
    -------
    DataFrame
        The columns of `helpers.vintages.series.known_series` and name, by applicant (the largest
        latest figure first) and year.
    """
    start = f"{run.indicator.split('_')[0]}_published_"
    archive = open_archive(raw)
    wanted = [i for i, area in archive.pairs if i.startswith(start) and area == run.area]
    choice = run.choice.__class__(min_grade=run.min_grade)
    parts = [known_series(archive, run.as_of, choice, indicator=i, area=run.area) for i in wanted]
    parts = [part[part["year"].ge(run.first_year)] for part in parts]
    parts = [part for part in parts if len(part)]
    if not parts:
        empty = known_series(archive, "1900-01-01", choice, indicator=run.indicator)
        return empty.assign(name=pd.Series(dtype=str))
    parts.sort(key=lambda part: -part["value"].iloc[-1])
    titles = raw.indicators.set_index("indicator")["name_en"]
    table = pd.concat(parts, ignore_index=True)
    return table.assign(name=table["indicator"].map(titles).str.rsplit(", ", n=1).str[-1])


def concentration(counts: pd.DataFrame, receipts: pd.Series) -> pd.DataFrame:
    """Say year by year how much the known applicants weigh.

    Parameters
    ----------
    counts : DataFrame
        As `applicant_counts` returns.
    receipts : Series
        All filings of the area by year.

    Returns
    -------
    DataFrame
        One row a year: year, known (applicants with a figure), largest (name), largest_count,
        known_count (their sum), share_of_known (of the largest among the known, percent),
        per_100_received and per_100_received_before (published by the known for each 100 received
        in the year and in the year before: no share, as it is another date and another count),
        herfindahl_low and herfindahl_high: bounds of the sum of squared shares (0 to 1) if
        publications were parts of the year's receipts. Low: all others are tiny. High: no other is
        larger than the largest one known. NaN where receipts are not known or smaller than the sum.
    """
    rows = []
    for year, group in counts.groupby("year"):
        top = group.loc[group["value"].idxmax()]
        total = float(group["value"].sum())
        now, before = (float(receipts.get(year - lag, nan)) for lag in LAGS)
        shares = group["value"].astype(float) / now
        rest = 1 - shares.sum() if total <= now else nan
        low = float((shares**2).sum()) if rest == rest else nan
        rows.append(
            {
                "year": int(year),
                "known": len(group),
                "largest": top["name"],
                "largest_count": top["value"],
                "known_count": total,
                "share_of_known": 100 * top["value"] / total if len(group) > 1 else nan,
                "per_100_received": 100 * total / now,
                "per_100_received_before": 100 * total / before,
                "herfindahl_low": low,
                "herfindahl_high": low + rest * shares.max(),
            }
        )
    columns = ["year", "known", "largest", "largest_count", "known_count", "share_of_known",
               "per_100_received", "per_100_received_before", "herfindahl_low",
               "herfindahl_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def periods(filings: Filings, span: int = 5) -> list[tuple[int, int]]:
    """Choose the periods to explain: the years up to the peak, its largest step, and the fall."""
    values = filings.values
    if len(values) < 2:
        return []
    peak, last = int(filings.peak["year"]), int(filings.last["year"])
    rise = [year for year in values.index if peak - span <= year < peak]
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

    Parameters
    ----------
    counts : DataFrame
        As `applicant_counts` returns.
    receipts : Series
        By year.
    spans : list of (int, int)
        First and last year of each period.

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
