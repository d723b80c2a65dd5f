"""Figures that are awaited: due or overdue on a day, where they appear, what they decide."""

from datetime import date

import pandas as pd

from helpers.days import period_end, year_name
from helpers.observations.raw_data import RawData
from helpers.problems import iso_day
from helpers.targets.plan import Target, read_targets
from helpers.vintages.archive import open_archive
from helpers.vocabulary import OUTCOME_STATUSES

DUE, OVERDUE = "due", "overdue"
COLUMNS = ("state", "expected", "indicator", "area", "year", "named", "where", "decides",
           "bears_on")  # fmt: skip
LONGEST_WAIT = 5
"""Years after which a figure that never came is no more asked for."""


def due_figures(raw: RawData, as_of: date | str) -> pd.DataFrame:
    """List the yearly figures that targets wait for.

    A figure is expected `release_month` months after the end of its year; it is there when a
    located publication has printed it under a main definition and not as an estimate or a bound.

    Parameters
    ----------
    raw : RawData
    as_of : date or str

    Returns
    -------
    DataFrame
        `COLUMNS`, by the day on which each is expected: of every indicator and area of a target
        all that are overdue, and the next one. `named` is the year as people name it, `where`
        names the kind and publisher of the last print; `decides` the targets of that very year,
        `bears_on` those of later years, by id and joined with ``;``.

    Raises
    ------
    helpers.problems.InputError
        For a day that is none.
    """
    day = iso_day(as_of)
    archive = open_archive(raw)
    figures, ends = archive.figures, archive.year_ends
    known = figures[
        (figures["known_from"] <= pd.Timestamp(day))
        & figures["months"].eq(12)
        & figures["use"].eq("main")
        & figures["status"].isin(OUTCOME_STATUSES)
        & figures["qualifier"].ne("lower_bound")
        & figures["grade"].ne("unverified")
    ]
    numeric = [target for target in read_targets(raw.targets, raw.sources) if target.indicator]
    pairs = dict.fromkeys((target.indicator, target.area) for target in numeric)
    lags = dict(zip(raw.indicators["indicator"], raw.indicators["release_month"], strict=True))
    rows = []
    for indicator, area in pairs:
        own = known[known["indicator"].eq(indicator) & known["area"].eq(area)]
        targets = [t for t in numeric if (t.indicator, t.area) == (indicator, area)]
        last_asked = max(target.target_year for target in targets)
        first = max(int(own["year"].max()) if len(own) else 0, day.year - LONGEST_WAIT) + 1
        for year in range(first, min(last_asked, day.year) + 1):
            over = period_end(year, ends=ends[indicator])
            expected = (pd.Timestamp(over) + pd.offsets.MonthEnd(int(lags[indicator]))).date()
            row = (
                expected,
                indicator,
                area,
                year,
                year_name(year, ends[indicator]),
                _where(own, raw.sources),
                *_asked(targets, year),
            )
            rows.append((OVERDUE if expected < day else DUE, *row))
            if expected >= day:
                break
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).assign(
        expected=lambda table: table["expected"].astype(str)
    )
    return frame.sort_values(["expected", "indicator", "area"], ignore_index=True)


def _where(figures: pd.DataFrame, sources: pd.DataFrame) -> str:
    if figures.empty:
        return ""
    last = figures.sort_values(["year", "known_from"]).iloc[-1]["source_id"]
    source = sources.set_index("source_id").loc[last]
    return f"{source['kind'].replace('_', ' ')}, {source['publisher']}"


def _asked(targets: list[Target], year: int) -> tuple[str, str]:
    decided = [target.target_id for target in targets if target.target_year == year]
    later = [target.target_id for target in targets if target.target_year > year]
    return ";".join(decided), ";".join(later)


def due_text(awaited: pd.DataFrame) -> str:
    """Lay out awaited figures for a terminal: one line each, and what it decides below it."""
    if awaited.empty:
        return "no figure of a numeric target is awaited"
    lines = []
    for row in awaited.itertuples():
        when = f"{row.state} since" if row.state == OVERDUE else "due by"
        place = f"; last in: {row.where}" if row.where else ""
        lines.append(f"{when} {row.expected}: {row.indicator} {row.area} {row.named}{place}")
        if row.decides:
            lines.append(f"    decides {row.decides.replace(';', ', ')}")
        if row.bears_on:
            lines.append(f"    bears on {row.bears_on.replace(';', ', ')}")
    return "\n".join(lines)
