"""The part of the raw tables that a run may use, laid out as a folder of its own.

A notebook is given this folder instead of `data/raw`: its result cannot depend on figures that
the checksum of its inputs does not count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData, write_raw
from helpers.reports.store.fingerprints import digest, raw_content
from helpers.vintages.archive import day_of
from helpers.vintages.series import last_day, open_archive

LINKS = ("numerator", "denominator", "real_growth")
"""Columns of an indicator that name other indicators."""


def slice_of(raw: RawData, topics: Sequence[str] | None) -> RawData:
    """Keep the observations of some topics, and the sources that are still cited.

    Parameters
    ----------
    raw : RawData
        Not changed.
    topics : sequence of str or None
        Of `indicators.csv`; None keeps everything. With an indicator come those that its share or
        its splice is made of, whatever their topic.

    Raises
    ------
    ValueError
        For a topic that no indicator has.
    """
    if topics is None:
        return replace(raw, quotes=raw.quotes.head(0))
    unknown = set(topics) - set(raw.indicators["topic"])
    if unknown:
        raise ValueError(f"no indicator is of the topic {', '.join(sorted(unknown))}")
    observations = raw.observations
    asked = raw.indicators.loc[raw.indicators["topic"].isin(topics), "indicator"]
    wanted = linked_indicators(raw.indicators, asked)
    observations = observations[observations["indicator"].isin(wanted)]
    tables = (observations, raw.targets, raw.measures, raw.events, raw.rejected)
    cited = {*raw.targets["outlook_source_id"]}.union(*(table["source_id"] for table in tables))
    return replace(
        raw,
        observations=observations.reset_index(drop=True),
        quotes=raw.quotes.head(0),  # no notebook reads the words that a figure was read in
        sources=raw.sources[raw.sources["source_id"].isin(cited)].reset_index(drop=True),
    )


def linked_indicators(indicators: pd.DataFrame, names: Iterable[str]) -> set[str]:
    """Names of indicators and of all that their shares and splices are made of."""
    rows = indicators.set_index("indicator")
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name and name not in found:
            found.add(name)
            waiting += [rows.loc[name, link] for link in LINKS]
    return found


def lay_out(raw: RawData, folder: Path) -> str:
    """Write all tables below a folder, so that reading it gives the same; return its checksum."""
    write_raw(raw, folder)
    return digest(raw_content(folder))


def next_change(raw: RawData, as_of: str) -> str:
    """Return the first day after `as_of` on which a report could differ with the same tables.

    That is the first later day on which any figure, publication, target or event of the tables
    counts as known, or the next New Year's Day. ISO date.
    """
    texts = {*raw.sources["published"], *raw.targets["set_on"], *raw.events["date"]}
    days = [last_day(str(text)) for text in texts if text]
    days += list(open_archive(raw).figures["known_from"].dropna())
    today = day_of(as_of)
    later = [day for day in days if day > today]
    return f"{min([*later, pd.Timestamp(today.year + 1, 1, 1)]):%Y-%m-%d}"
