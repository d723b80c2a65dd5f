"""Footings: the same numerator over planted definitions, and rises that texts state."""

import numpy as np
import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.research import denominators as footing
from helpers.topics.research.parts import read_parts
from helpers.vintages.series import open_archive
from support.research import BELOW, RATIO, TOP, figure, plant, run_of

RAW = read_raw()


def two_footings(**revised):
    """Two years of first prints, and a census that puts the second a quarter higher."""
    rows = []
    for year in (2019, 2020):
        rows += [figure(RAW, TOP, year, 50.0), figure(RAW, BELOW, year, 1000.0),
                 figure(RAW, RATIO, year, 5.0)]  # fmt: skip
    more = {"definition": "gdp_census_2018", "status": "revised", "published": "2024-12-31"}
    return plant(RAW, *rows, figure(RAW, BELOW, 2020, 1250.0, **(more | revised)))


def opened(raw, **more):
    run = run_of(**more)
    archive = open_archive(raw)
    parts = read_parts(raw, run, archive)
    return archive, parts, footing.footings(archive, parts, run.min_grade)


def test_a_planted_revision_moves_the_ratio_as_it_must():
    _, _, table = opened(two_footings())
    assert list(table["basis"]) == ["first print", "first print", "census 2018"]
    row = table.iloc[-1]
    assert (row["year"], row["denominator"], row["published"]) == (2020, 1250.0, 5.0)
    assert row["revision"] == pytest.approx(25.0)
    assert (row["ratio"], row["moved"]) == (pytest.approx(4.0), pytest.approx(-1.0))
    assert row["dated"]
    assert np.allclose(table.loc[table["use"].eq("main"), ["moved", "revision"]], 0)


def test_a_revision_counts_from_its_day_on():
    assert len(opened(two_footings(), as_of="2024-12-30")[2]) == 2
    assert len(opened(two_footings(), as_of="2024-12-31")[2]) == 3


def test_a_revision_without_a_day_is_shown_only_beside_the_newest_figures():
    undated = two_footings(published="")
    assert open_archive(undated).figures["known_from"].max() == pd.Timestamp("2021-06-30")
    assert len(opened(undated, as_of="2021-06-29")[2]) < 3
    table = opened(undated, as_of="2021-06-30")[2]
    assert len(table) == 3 and table["dated"].tolist() == [True, True, False]


def test_weak_grades_are_left_out_and_the_weaker_part_grades_a_row():
    weak = two_footings(grade="unverified")
    assert opened(weak)[2]["grade"].tolist() == ["press", "press", "unverified"]
    assert len(opened(weak, min_grade="secondary")[2]) == 2


def test_without_a_denominator_there_is_no_footing():
    archive, parts, table = opened(RAW, area="guangzhou")
    assert table.empty and list(table.columns) == footing.COLUMNS
    assert footing.denominator_figures(archive, parts).empty


def test_definitions_are_named_in_words():
    known = footing.acronyms(["R&D expenditure as a share of GDP", "Gross Domestic product"])
    assert known == {"rd": "R&D", "gdp": "GDP"}
    assert footing.short_name("gdp_census_2018", "gdp", known) == "census 2018"
    assert footing.short_name("gdp_rd_capitalised", "gdp", known) == "R&D capitalised"


def test_later_prints_of_a_ratio_are_listed_and_estimates_are_no_prints():
    later = {"definition": "rd_intensity_restated", "status": "revised"}
    early = {"definition": "rd_intensity_estimate", "status": "estimate"}
    rows = [
        figure(RAW, RATIO, 2019, 5.0),
        figure(RAW, TOP, 2019, 50.0),
        figure(RAW, BELOW, 2019, 1000.0),
        figure(RAW, RATIO, 2018, 4.0),
        figure(RAW, RATIO, 2018, 3.9, **early),
        figure(RAW, RATIO, 2019, 4.8, published="2023-01-01", source_id="late", **later),
    ]
    planted = plant(RAW, *rows)  # fmt: skip
    archive, parts, _ = opened(planted)
    (row,) = footing.reprints(archive, parts).itertuples()
    assert (row.area, row.year, row.first, row.later) == ("shenzhen", 2019, 5.0, 4.8)
    assert row.change == pytest.approx(-0.2) and row.later_known == pd.Timestamp("2023-01-01")
    archive, parts, _ = opened(planted, as_of="2022-12-31")
    assert footing.reprints(archive, parts).empty


def stated(note, before=6.46, now=6.67):
    rows = [figure(RAW, TOP, year, 50.0) for year in (2023, 2024)]
    rows += [figure(RAW, BELOW, year, 1000.0) for year in (2023, 2024)]
    rows += [figure(RAW, RATIO, 2023, before), figure(RAW, RATIO, 2024, now, note=note)]
    archive, parts, _ = opened(plant(RAW, *rows))
    return footing.stated_rises(archive, parts)


def test_a_stated_rise_asks_for_another_figure_before():
    (rise,) = stated("prints 6.7, up 0.3 on a revised 2023").itertuples()
    assert (rise.year, rise.stated, rise.value, rise.before) == (2024, 0.3, 6.67, 6.46)
    assert (rise.lower, rise.upper) == (pytest.approx(6.32), pytest.approx(6.42))


def test_the_digits_of_a_stated_rise_tell_its_rounding():
    (rise,) = stated("up 0.21 on the year before").itertuples()
    assert (rise.lower, rise.upper) == (pytest.approx(6.455), pytest.approx(6.465))


def test_a_later_print_without_words_does_not_silence_an_earlier_one():
    note = "prints 6.7, up 0.3 on a revised 2023"
    rows = [figure(RAW, RATIO, 2023, 6.46), figure(RAW, RATIO, 2024, 6.67, note=note)]
    rows += [figure(RAW, part, year, 50.0) for part in (TOP, BELOW) for year in (2023, 2024)]
    rows.append(figure(RAW, RATIO, 2024, 6.67, source_id="later", published="2025-12-01"))
    archive, parts, _ = opened(plant(RAW, *rows))
    assert footing.stated_rises(archive, parts)["stated"].tolist() == [0.3]


@pytest.mark.parametrize("note", ["", "up 18.9 %", "backup 0.3 on disk"])
def test_other_notes_state_no_rise(note):
    assert stated(note).empty


def test_the_tables_hold_the_census_of_the_product():
    """The dictionary says that 2018 lies 4.3 percent above its first print."""
    _, _, table = opened(RAW)
    row = table[table["basis"].eq("census 2018") & table["year"].eq(2018)].iloc[0]
    assert row["revision"] == pytest.approx(4.3, abs=0.05)
    assert row["ratio"] < 4.8 <= row["published"]
