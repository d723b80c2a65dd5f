"""The rule that grades measures, on planted figures: what can be compared, and how strong it is."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.topics import measures
from helpers.vintages.series import SeriesChoice
from helpers.vocabulary import MEASURE_GRADES
from support.measures import DAY, MAPPING, planted, read


def figures(years, grades=None):
    grades = grades or ["press"] * len(years)
    return pd.DataFrame({"year": list(years), "grade": grades})


FOUR = [(year, 100 + year - 2019, "press", "d") for year in range(2019, 2025)]


@pytest.mark.parametrize(
    ("table", "data_grade", "expected"),
    [
        (figures([2020, 2021, 2022, 2023]), "yes", "series"),
        (figures([2020, 2021, 2022, 2023]), "partial", "some"),
        (figures([2021, 2022, 2023]), "yes", "some"),
        (figures([2019, 2020, 2021, 2022]), "yes", "some"),
        (figures([2020, 2021, 2022, 2023], ["unverified", *["press"] * 3]), "yes", "some"),
        (figures([2020, 2021, 2022, 2023], [*["press"] * 3, "unverified"]), "yes", "some"),
        (figures([2020, 2021, 2022, 2023], ["press", "unverified", "press", "press"]), "yes",
         "series"),
        (figures([2023]), "yes", "one"),
        (figures([]), "yes", "none"),
    ],
)  # fmt: skip
def test_strength_asks_for_yearly_fresh_and_read_figures(table, data_grade, expected):
    assert measures.strength(table, data_grade, 2026) == expected


@pytest.mark.parametrize(
    ("strengths", "expected"),
    [
        (["series"], "covered"),
        (["series", "none"], "covered"),
        (["series", "none", "none"], "partly covered"),
        (["some", "some"], "partly covered"),
        (["series", "some", "none", "none"], "covered"),
        (["one", "none"], "not covered"),
    ],
)
def test_a_measure_is_covered_by_half_of_its_indicators_and_one_series(strengths, expected):
    assert measures.grade(pd.Series(strengths)) == expected


@given(st.lists(st.sampled_from(measures.STRENGTHS), min_size=1, max_size=6))
def test_better_figures_never_lower_a_grade(strengths):
    rank = MEASURE_GRADES.index
    now = rank(measures.grade(pd.Series(strengths)))
    for place in range(len(strengths)):
        better = [*strengths[:place], "series", *strengths[place + 1 :]]
        assert rank(measures.grade(pd.Series(better))) <= now


def test_planted_measures_are_graded_by_what_is_known():
    reading = read(planted(FOUR, MAPPING))
    assert list(reading.indicators.columns) == measures.READING_COLUMNS
    assert dict(measures.grade_measures(reading)) == {
        "m1": "covered", "m2": "partly covered", "m3": "not covered"
    }  # fmt: skip
    row = reading.of("m1").iloc[0]
    assert (row["base_year"], row["base_value"]) == (2019, 100)
    assert (row["latest_year"], row["latest_value"]) == (2024, 105)
    assert (row["figures"], row["unverified"], row["held"]) == (6, 0, True)
    assert not reading.of("m3").iloc[0]["held"]
    assert len(reading.series) == 6


def test_figures_before_the_base_year_and_after_the_date_do_not_count():
    raw = planted([(2015, 1, "press", "d"), *FOUR], MAPPING)
    assert read(raw).of("m1").iloc[0]["base_year"] == 2019
    early = measures.read_measures(raw, "2021-06-30", area="town", since_year=2019)
    assert early.of("m1").iloc[0]["latest_year"] == 2020
    assert read(raw, area="elsewhere").series.empty


def test_figures_across_a_documented_break_are_not_compared():
    rows = [(2019, 900, "press", "old"), (2020, 10, "press", "new"), (2023, 20, "press", "new")]
    for sure, base, cut, doubt in (("no", 2020, 2020, False), ("suspected", 2019, 0, True)):
        raw = planted(rows, MAPPING, [("old", 2000, "yes"), ("new", 2020, sure)])
        row = read(raw).of("m1").iloc[0]
        assert (row["base_year"], row["cut_before"]) == (base, cut)
        assert row["suspected_break"] == doubt


def test_a_break_that_lies_before_the_base_year_cuts_nothing():
    rows = [(2018, 900, "press", "old"), (2019, 10, "press", "new"), (2023, 20, "press", "new")]
    raw = planted(rows, MAPPING, [("old", 2000, "yes"), ("new", 2019, "no")])
    row = read(raw).of("m1").iloc[0]
    assert (row["base_year"], row["cut_before"], row["figures"]) == (2019, 0, 2)


def test_unverified_figures_can_be_left_out():
    rows = [(year, 100, "unverified", "d") for year in range(2019, 2025)]
    raw = planted(rows, MAPPING)
    assert measures.grade_measures(read(raw))["m1"] == "partly covered"
    strict = measures.read_measures(
        raw, DAY, SeriesChoice(min_grade="secondary"), area="town", since_year=2019
    )
    assert measures.grade_measures(strict)["m1"] == "not covered"
