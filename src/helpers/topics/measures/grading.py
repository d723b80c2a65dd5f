"""How far the figures known on a date cover each measure of the plan.

The rule, fixed before it was applied:

1. An indicator shows a *series* if its yearly figures are public (`data_grade` yes), at least
   `LEAST_FIGURES` of them since the base year can be compared, the last is at most `FRESH_YEARS`
   years old, and the first and the last rest on a publication that was read.
2. It shows *some* figures if two can be compared, *one* if there is a single one, else *none*.
   Figures before a documented change of definition are not compared with those after it.
3. A measure is *covered* if at least half of its indicators show some figures and one of them a
   series; *partly covered* if any shows some; *not covered* otherwise.

A grade says what can be seen. Judged is a measure only by targets of its indicators
(`helpers.topics.measures.text.verdicts_of`), and no figure says that it worked.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.vintages.archive import day_of
from helpers.vintages.series import SeriesChoice, known_series, open_archive

STRENGTHS = ("series", "some", "one", "none")
SHOWS = ("series", "some")
LEAST_FIGURES = 4
FRESH_YEARS = 3
ENDS = ["year", "value", "decimals", "grade", "status", "source_id"]
READING_COLUMNS = [
    "measure_id", "indicator", "data_grade", "note", "held", "unit", "scale", "strength", "figures",
    "unverified", *(f"{end}_{name}" for end in ("base", "latest") for name in ENDS),
    "suspected_break", "cut_before",
]  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What the figures known on a date hold for the measures."""

    as_of: date | str
    area: str
    since_year: int
    """First year whose figures are read."""
    choice: SeriesChoice
    """Which figures count."""
    indicators: pd.DataFrame
    """Columns `READING_COLUMNS`, one row a measure and indicator: `held` says whether the raw
    tables know the indicator, `base_...` and `latest_...` are the figures that are compared,
    `cut_before` the year from which they can be (0 where all can), `suspected_break` whether a
    change of definition between them is suspected."""
    series: pd.DataFrame
    """All figures since the base year, as `helpers.vintages.series.known_series`."""

    def of(self, measure_id: str) -> pd.DataFrame:
        """Rows of one measure."""
        return self.indicators[self.indicators["measure_id"].eq(measure_id)]


def read_measures(
    raw: RawData,
    as_of: date | str,
    choice: SeriesChoice | None = None,
    *,
    area: str,
    since_year: int,
) -> Reading:
    """Look up every indicator of every measure.

    `as_of`: nothing published later is used. `choice`: which figures count. `since_year`: figures
    of earlier years are left out: the year in which the plan's own base lies. Raises `InputError`
    if the plan lists no measures.
    """
    if raw.measures.empty:
        raise InputError("this plan lists no measures; write them to measures.csv of its folder")
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    wanted = raw.measure_indicators["indicator"].unique()
    empty = known_series(archive, as_of, choice, indicator="", area=area)
    # Some of the indicators that measures ask for are wanted only: no figure is held.
    found = {
        name: known_series(archive, as_of, choice, indicator=name, area=area)
        if name in archive.scales
        else empty
        for name in wanted
    }
    found = {name: one[one["year"].ge(since_year)] for name, one in found.items()}
    held = raw.indicators.set_index("indicator")[["unit", "scale"]]
    today = day_of(as_of).year
    rows = []
    for row in raw.measure_indicators.itertuples():
        known = row.indicator in held.index
        facts: dict[str, Any] = dict.fromkeys(("unit", "scale"), "")
        facts |= held.loc[row.indicator].to_dict() if known else {}
        facts |= {"held": known, **_compared(found[row.indicator], row.data_grade, today)}
        rows.append(row._asdict() | facts)
    kept = [one for one in found.values() if len(one)]
    series = pd.concat(kept, ignore_index=True) if kept else empty
    table = pd.DataFrame(rows, columns=READING_COLUMNS)
    return Reading(as_of, area, since_year, choice, table, series)


def _compared(series: pd.DataFrame, data_grade: str, today: int) -> dict:
    facts = {"figures": 0, "unverified": 0, "suspected_break": False, "cut_before": 0}
    if series.empty:
        return facts | {"strength": "none"}
    # The first row's break lies before the base year: nothing is compared across it.
    breaks = series["break_before"].iloc[1:]
    sure = breaks[breaks.eq("no")]
    part = series.loc[sure.index[-1] :] if len(sure) else series
    facts["cut_before"] = int(part["year"].iloc[0]) if len(sure) else 0
    facts["suspected_break"] = bool(part["break_before"].iloc[1:].eq("suspected").any())
    facts["figures"] = len(part)
    facts["unverified"] = int(part["grade"].eq("unverified").sum())
    for end, row in (("base", part.iloc[0]), ("latest", part.iloc[-1])):
        facts |= {f"{end}_{name}": row[name] for name in ENDS}
    return facts | {"strength": strength(part, data_grade, today)}


def strength(figures: pd.DataFrame, data_grade: str, today: int) -> str:
    """Apply rules 1 and 2 to figures that can be compared.

    `figures`: columns year and grade (of the source), in order of years. `data_grade`: as in
    `measure_indicators.csv`: yes, partial or no. `today`: year of the as-of date.
    """
    if len(figures) < 2:
        return "one" if len(figures) else "none"
    ends = {figures["grade"].iloc[0], figures["grade"].iloc[-1]}
    fresh = today - int(figures["year"].iloc[-1]) <= FRESH_YEARS
    enough = len(figures) >= LEAST_FIGURES and "unverified" not in ends
    return "series" if data_grade == "yes" and enough and fresh else "some"


def grade_measures(reading: Reading) -> pd.Series:
    """Apply rule 3.

    Gives one of `MEASURE_GRADES` by measure_id.
    """
    grouped = reading.indicators.groupby("measure_id", sort=False)["strength"]
    return grouped.agg(grade).rename("grade")


def grade(strengths: pd.Series) -> str:
    """Grade one measure by what its indicators show."""
    shows = strengths.isin(SHOWS)
    if not shows.any():
        return "not covered"
    return "covered" if shows.mean() >= 0.5 and strengths.eq("series").any() else "partly covered"
