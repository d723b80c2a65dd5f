"""What was known when: release dates, which figure wins, gaps, definitions, no look ahead."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.problems import InputError
from helpers.vintages import series as vintages
from helpers.vintages.archive import RELEASES
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
    # 2019's ratio was read in a press text of which only the year is known; the bulletin is out by
    # November.
    row = figure_of(archive, indicator="rd_intensity", source_id="askci_2020_gd_rd", year=2019,
                    area="shenzhen")  # fmt: skip
    assert (row["known_from"], row["known_from_assumed"]) == (pd.Timestamp("2020-11-30"), True)


def test_a_revision_without_a_date_is_never_known(archive):
    undated = archive.figures[
        archive.figures["status"].eq("revised") & archive.figures["published"].eq("")
    ]
    assert len(undated)
    assert undated["known_from"].isna().all()
    known = vintages.known_on(archive, "2100-01-01")
    assert not known.index.isin(undated.index).any()


def test_yearbook_gdp_comes_a_year_after_the_first_print(archive):
    row = figure_of(archive, indicator="gdp", year=2014, source_id="china_city_yearbook_gdp")
    assert row["known_from"] == pd.Timestamp("2016-02-29")


@pytest.mark.parametrize(
    ("indicator", "year", "value", "day"),
    [
        ("sei_share", 2019, 37.7, "2020-04-15"),
        ("sei_share", 2021, 39.6, "2022-03-31"),
        ("rd_intensity", 2015, 4.18, "2022-11-18"),
        ("sei_share", 2018, 37.8, "2019-02-02"),
        ("pct_applications", 2025, 19660, "2026-05-25"),
        ("rd_intensity", 2024, 6.67, "2025-12-18"),
    ],
)
def test_a_figure_is_known_from_the_day_it_was_out(archive, indicator, year, value, day):
    figures = archive.figures.query("grade != 'unverified' and months == 12")
    own = figures["indicator"].eq(indicator) & figures["year"].eq(year) & figures["value"].eq(value)
    assert figures.loc[own & figures["area"].eq("shenzhen"), "known_from"].min() == pd.Timestamp(
        day
    )


def test_no_first_release_is_known_before_its_day(archive):
    figures = archive.figures
    printed = figures["published"].str.len().eq(10) & figures["first_release"].eq("")
    released = figures[figures["kind"].isin(RELEASES) & printed]
    assert len(released) > 100
    assert released["known_from"].ge(pd.to_datetime(released["published"])).all()
    stated = figures[figures["first_release"].ne("")]
    assert len(stated)
    assert stated["known_from"].eq(stated["first_release"].map(vintages.last_day)).all()


def test_no_derived_figure_is_known_before_what_it_is_derived_from(archive):
    figures = archive.figures
    derived = figures[figures["qualifier"].eq("derived")]
    assert len(derived) > 30
    begun = pd.to_datetime((derived["published"] + "-01-01").str[:10])
    assert derived["known_from"].ge(begun).all()
    parts = archive.indicators.set_index("indicator")
    for row in derived.itertuples():
        for part in parts.loc[row.indicator, ["numerator", "denominator"]]:
            own = figures["indicator"].eq(part) & figures["area"].eq(row.area)
            known = figures.loc[own & figures["year"].eq(row.year), "known_from"].dropna()
            assert known.empty or known.min() <= row.known_from, (row.indicator, row.year, part)


def planted(raw, *rows):
    """An archive with further figures; each row changes some cells of the ratio of 2023."""
    model = raw.observations.query("indicator == 'rd_intensity' and source_id.str.contains('2024')")
    new = [{**model.iloc[0].to_dict(), "year": 2025, **row} for row in rows]
    figures = pd.concat([raw.observations, pd.DataFrame(new)], ignore_index=True)
    archive = open_archive(replace(raw, observations=figures))
    return archive.figures.query("indicator == 'rd_intensity' and year == 2025")


PRESS = {"source_id": "p", "kind": "press", "grade": "press", "published": "2027-01-20"}
OFFICIAL = {"source_id": "o", "kind": "bulletin", "grade": "official", "published": "2027-02-01"}


@pytest.mark.parametrize(
    ("official", "day"),
    [
        ({}, "2027-01-20"),
        ({"published": "2027-01-05"}, "2027-01-05"),
        ({"value": 6.9}, "2026-11-30"),
        ({"published": "2028-02-01"}, "2026-11-30"),
        ({"grade": "press"}, "2026-11-30"),
        ({"kind": "press"}, "2026-11-30"),
        ({"first_release": "2026-12-24"}, "2026-12-24"),
    ],
    ids=["later", "earlier", "another value", "a year late", "not official", "quoted", "stated"],
)
def test_an_official_release_replaces_the_assumed_day_of_an_equal_figure(official, day):
    figures = planted(read_raw(), PRESS, {**OFFICIAL, **official}).set_index("source_id")
    assert figures.loc["p", "known_from"] == pd.Timestamp(day)


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
    before = {"as_of": "2025-05-21"}
    series = shenzhen(archive, "pct_applications", **before)
    assert series.loc[2024, "definition"] == "pct_implied_top100"
    assert 2024 not in shenzhen(archive, "pct_applications", **before, stand_ins=False).index
    assert shenzhen(archive, "pct_applications").loc[2024, "definition"] == "pct_received"


def test_min_grade_leaves_out_the_unverified_finals(archive):
    every = shenzhen(archive, "rd_intensity")
    read = shenzhen(archive, "rd_intensity", min_grade="secondary")
    assert set(every.index) - set(read.index) == {2016, 2017, 2018}
    assert not read["grade"].eq("unverified").any()


@pytest.mark.parametrize("field", ["min_grade", "splice"])
def test_an_unknown_choice_is_refused_by_name(field):
    with pytest.raises(InputError, match=f"{field}: 'nonsense' is none of"):
        SeriesChoice(**{field: "nonsense"})


@settings(max_examples=15)
@given(st.dates(pd.Timestamp("2010-01-01").date(), pd.Timestamp("2026-12-31").date()))
def test_nothing_is_used_before_it_is_public(archive, day):
    series = known_series(archive, day)
    assert not series["known_from"].gt(pd.Timestamp(day)).any()


@pytest.mark.slow
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
    distorted = replace(archive, figures=figures)
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
