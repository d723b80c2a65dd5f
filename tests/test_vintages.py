"""What was known when: release dates, which figure wins, gaps, definitions, no look ahead."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.vintages import series as vintages
from helpers.vintages.series import SeriesChoice, known_series, open_archive


@pytest.fixture(scope="module")
def archive():
    return open_archive(read_raw())


def shenzhen(archive, indicator, as_of="2026-11-23", **choice):
    series = known_series(
        archive, as_of, SeriesChoice(**choice), indicator=indicator, area="shenzhen"
    )
    return series.set_index("year")


@pytest.mark.parametrize(
    ("text", "day"),
    [("2020", "2020-12-31"), ("2020-02", "2020-02-29"), ("2020-05-04", "2020-05-04")],
)
def test_a_partial_date_means_its_last_day(text, day):
    assert vintages.last_day(text) == pd.Timestamp(day)


def test_no_date_is_no_day():
    assert vintages.last_day("") is pd.NaT


def figure_of(archive, **where):
    figures = archive.figures
    for name, value in where.items():
        figures = figures[figures[name].eq(value)]
    assert len(figures) == 1, where
    return figures.iloc[0]


def test_a_printed_day_counts_and_is_not_assumed(archive):
    row = figure_of(archive, indicator="rd_intensity", source_id="nanfang_20241113_rd",
                    area="shenzhen", year=2023)  # fmt: skip
    assert (row["known_from"], row["known_from_assumed"]) == (pd.Timestamp("2024-11-13"), False)


def test_a_late_quotation_counts_from_the_usual_release(archive):
    # 2022's ratio was read in a work report of 2024-01-30; the bulletin is out by November.
    row = figure_of(archive, indicator="rd_intensity", source_id="sz_work_report_2024", year=2022)
    assert (row["known_from"], row["known_from_assumed"]) == (pd.Timestamp("2023-11-30"), True)


def test_a_revision_without_a_date_is_never_known(archive):
    undated = archive.figures[
        archive.figures["status"].eq("revised") & archive.figures["published"].eq("")
    ]
    assert len(undated)
    assert undated["known_from"].isna().all()
    known = vintages.known_on(archive, "2100-01-01")
    assert not known.index.isin(undated.index).any()


def test_yearbook_gdp_comes_a_year_after_the_first_print(archive):
    row = figure_of(archive, indicator="gdp", year=2014, definition="gdp_pre_census_2018")
    assert row["known_from"] == pd.Timestamp("2016-02-29")


def test_missing_years_stay_missing(archive):
    assert 2006 not in shenzhen(archive, "pct_applications").index


def test_a_bound_is_no_value(archive):
    # 2017 has a bound of 20,000 in a located text, and 20,457 in none.
    assert 2017 not in shenzhen(archive, "pct_applications", min_grade="secondary").index
    assert shenzhen(archive, "pct_applications").loc[2017, "value"] == 20457


def test_a_final_figure_beats_the_estimate_before_it(archive):
    before = shenzhen(archive, "sei_share", "2025-02-24")
    after = shenzhen(archive, "sei_share", "2025-02-25")
    assert (before.loc[2024, "value"], before.loc[2024, "status"]) == (45, "estimate")
    assert (after.loc[2024, "value"], after.loc[2024, "status"]) == (42.3, "preliminary")


def test_a_figure_that_was_read_beats_one_that_was_not(archive):
    row = shenzhen(archive, "pct_applications").loc[2021]
    assert (row["value"], row["grade"]) == (17400, "press")


def test_definitions_are_not_mixed(archive):
    ratios = shenzhen(archive, "rd_intensity")
    assert set(ratios["definition"]) == {"rd_intensity_final"}
    estimates = shenzhen(archive, "rd_intensity", definition="rd_intensity_estimate")
    assert set(estimates["definition"]) == {"rd_intensity_estimate"}
    assert estimates.loc[2018, "value"] < ratios.loc[2018, "value"]


def test_a_stand_in_fills_the_end_only_and_only_when_wanted(archive):
    assert shenzhen(archive, "pct_applications").loc[2024, "definition"] == "pct_implied_top100"
    assert 2024 not in shenzhen(archive, "pct_applications", stand_ins=False).index


def test_min_grade_leaves_out_the_unverified_finals(archive):
    every = shenzhen(archive, "rd_intensity")
    read = shenzhen(archive, "rd_intensity", min_grade="secondary")
    assert set(every.index) - set(read.index) == {2016, 2017, 2018}
    assert not read["grade"].eq("unverified").any()


@pytest.mark.parametrize("field", ["min_grade", "splice"])
def test_an_unknown_choice_is_refused_by_name(field):
    with pytest.raises(ValueError, match=f"{field}: 'nonsense' is none of"):
        SeriesChoice(**{field: "nonsense"})


@settings(max_examples=15)
@given(st.dates(pd.Timestamp("2010-01-01").date(), pd.Timestamp("2026-12-31").date()))
def test_nothing_is_used_before_it_is_public(archive, day):
    series = known_series(archive, day)
    assert not series["known_from"].gt(pd.Timestamp(day)).any()


@settings(max_examples=15)
@given(
    st.dates(pd.Timestamp("2012-01-01").date(), pd.Timestamp("2026-06-30").date()),
    st.randoms(use_true_random=False),
)
def test_later_figures_cannot_change_an_earlier_view(archive, day, random):
    """Distorting every figure that was public only later leaves the view as it was."""
    figures = archive.figures.copy()
    later = ~figures["known_from"].le(pd.Timestamp(day))
    figures.loc[later, "value"] *= random.uniform(0.1, 10)
    distorted = vintages.Archive(figures, archive.indicators, archive.definitions)
    pd.testing.assert_frame_equal(known_series(archive, day), known_series(distorted, day))


def test_views_do_not_change_the_archive(archive):
    before = archive.figures.copy()
    known_series(archive, "2024-01-01", SeriesChoice(suspected_breaks=True))
    vintages.revisions(archive, "gdp", "shenzhen")
    pd.testing.assert_frame_equal(archive.figures, before)


def test_no_figures_make_an_empty_series(archive):
    series = known_series(archive, "1990-01-01", indicator="gdp", area="shenzhen")
    assert series.empty
    assert list(series) == vintages.SERIES_COLUMNS


def test_revisions_stand_in_the_order_they_became_known(archive):
    table = vintages.revisions(archive, "pct_published_huawei", "shenzhen")
    assert table["known_from"].is_monotonic_increasing
    twice = table[table["year"].eq(2013)]
    assert list(twice["first"]) == [True, False]
    assert twice["change"].iloc[-1] == pytest.approx(2110 - 2094)
