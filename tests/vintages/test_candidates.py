"""The known series is the same however it is found: by places, from memory, or by tables."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.vintages.archive import Candidates
from helpers.vintages.series import (
    GRADES,
    SeriesChoice,
    best_figures,
    known_on,
    known_series,
    open_archive,
    remembered_series,
)

RAW = read_raw(None)
ARCHIVE = open_archive(RAW)
PAIRS = sorted(ARCHIVE.pairs)
DEFINED = sorted(set(RAW.observations["definition"]))


def by_tables(pair, day, choice) -> pd.DataFrame:
    """The figures of a series chosen with plain tables, as the dictionary says."""
    own = replace(ARCHIVE, figures=ARCHIVE.pairs[pair])
    best = best_figures(known_on(own, day, choice.min_grade))
    if choice.definition:
        return best[best["definition"].eq(choice.definition)].sort_values("year")
    first = RAW.definitions.set_index("definition")["first_year"].astype(int)
    main = best[best["use"].eq("main")]
    newest = main["definition"].map(first).sort_values(ascending=False, kind="stable").index
    main = main.loc[newest].drop_duplicates("year").sort_values("year")
    late = best[best["use"].eq("stand_in")]
    if main.empty or late.empty or not choice.stand_ins:
        return main
    return pd.concat([main, late[late["year"].gt(main["year"].iloc[-1])]]).sort_values("year")


@given(
    st.sampled_from(PAIRS),
    st.dates(pd.Timestamp("2005-01-01").date(), pd.Timestamp("2027-01-01").date()),
    st.sampled_from(GRADES),
    st.booleans(),
    st.sampled_from(["", *DEFINED]),
)
def test_places_choose_what_tables_choose(pair, day, grade, stand_ins, definition):
    own = set(ARCHIVE.pairs[pair]["definition"])
    definition = definition if definition in own else ""
    choice = SeriesChoice(min_grade=grade, stand_ins=stand_ins, definition=definition)
    found = known_series(ARCHIVE, day, choice, indicator=pair[0], area=pair[1])
    expected = by_tables(pair, day, choice)
    columns = ["year", "value", "definition", "grade", "source_id", "status", "known_from"]
    pd.testing.assert_frame_equal(
        found[columns].astype(object),
        expected[columns].reset_index(drop=True).astype(object),
        check_column_type=False,
    )


@settings(max_examples=20)
@given(st.sampled_from(PAIRS), st.integers(0, 40), st.sampled_from(GRADES))
def test_what_is_remembered_is_what_a_new_archive_finds(pair, number, grade):
    days = sorted(set(ARCHIVE.pairs[pair]["known_from"].dropna()))
    if not days:
        return
    day, place = days[number % len(days)], dict(zip(("indicator", "area"), pair, strict=True))
    choice = SeriesChoice(min_grade=grade)
    for asked in (day - pd.Timedelta(days=1), day, day + pd.Timedelta(days=1)):
        fresh = replace(ARCHIVE)
        pd.testing.assert_frame_equal(
            known_series(ARCHIVE, asked, choice, **place),
            known_series(fresh, asked, choice, **place),
        )


def test_a_series_changed_by_its_reader_is_not_remembered_so():
    indicator, area = next(p for p in PAIRS if len(ARCHIVE.pairs[p]) > 8)
    first = known_series(ARCHIVE, "2026-11-23", indicator=indicator, area=area)
    kept = first.copy(deep=True)
    first.loc[:, "value"] = -1.0
    again = known_series(ARCHIVE, "2026-11-23", indicator=indicator, area=area)
    pd.testing.assert_frame_equal(again, kept)


def test_an_archive_is_opened_once_for_the_same_tables_and_anew_for_others():
    # Tables of its own: other tests' tables may have pushed out those of this module.
    raw = replace(RAW)
    archive = open_archive(raw)
    assert open_archive(raw) is archive
    fewer = replace(raw, observations=raw.observations.iloc[:50])
    assert len(open_archive(fewer).figures) == 50
    assert open_archive(raw) is archive


def test_memory_begins_anew_before_it_grows_without_end(monkeypatch):
    monkeypatch.setattr("helpers.vintages.archive.REMEMBERED", 3)
    archive = replace(ARCHIVE)
    for indicator, area in PAIRS[:8]:
        known_series(archive, "2026-11-23", indicator=indicator, area=area)
        assert len(archive.memory) <= 3


@pytest.mark.parametrize("day", [pd.NaT, "1900-01-01"])
def test_nothing_is_known_without_a_day_or_before_every_day(day):
    indicator, area = PAIRS[0]
    assert known_series(ARCHIVE, day, indicator=indicator, area=area).empty
    assert not any(ARCHIVE.epochs.of(PAIRS[0], day, GRADES))


def test_a_figure_counts_from_its_day_on_and_one_without_a_day_never():
    figures = pd.DataFrame(
        {
            "known_from": pd.to_datetime(["2020-03-01", None]),
            "grade": "press",
            "source_id": "s",
            "months": 12,
            "qualifier": "exact",
            "year": [2019, 2018],
            "definition": "d",
            "use": "main",
        }
    )
    candidates = Candidates(figures, pd.DataFrame({"definition": ["d"], "first_year": ["2000"]}))
    for day, expected in (("2020-02-29", []), ("2020-03-01", [0]), ("2100-01-01", [0])):
        assert list(candidates.best(pd.Timestamp(day), GRADES)) == expected
    assert not len(candidates.best(pd.Timestamp("2100-01-01"), ("official",)))
    assert np.array_equal(candidates.series(np.array([0, 1]), stand_ins=True), [1, 0])


def test_days_whose_figures_are_the_same_share_one_series():
    pair = max(PAIRS, key=lambda p: len(ARCHIVE.pairs[p]))
    archive, place = replace(ARCHIVE), dict(zip(("indicator", "area"), pair, strict=True))
    days = sorted(set(archive.pairs[pair]["known_from"].dropna()))
    found = [one for day in days if len(one := remembered_series(archive, day, **place))]
    for one, other in pairwise(found):
        assert (one is other) == one.equals(other)
    assert len({id(one) for one in found}) < len(days)


def test_of_two_readings_of_a_period_the_better_print_counts():
    """Of the figures that are no lower bound, whatever their order in the tables."""
    figures = RAW.observations
    part = figures[figures["months"].lt(12) & figures["qualifier"].ne("lower_bound")]
    row = part[part["grade"].eq("official")].iloc[[-1]]
    weaker = row.assign(value=row["value"] * 1.01, grade="unverified", source_id="another")
    for both in (pd.concat([figures, weaker]), pd.concat([weaker, figures])):
        sources = pd.concat([RAW.sources, RAW.sources.iloc[[0]].assign(source_id="another")])
        raw = replace(RAW, observations=both.reset_index(drop=True), sources=sources)
        readings = open_archive(raw).readings[tuple(row[["indicator", "area"]].iloc[0])]
        same = readings[
            readings["year"].eq(row["year"].iloc[0]) & readings["months"].eq(row["months"].iloc[0])
        ]
        assert len(same) == 2
        assert same["value"].iloc[-1] == row["value"].iloc[0]
