"""Rise and fall of a count: planted turns are found, and no more is claimed than points allow."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.problems import InputError
from helpers.topics.parameters import Parameters
from helpers.topics.patents import analysis as study
from helpers.topics.patents import controls, filings
from helpers.topics.patents import filings as policy_events
from helpers.topics.patents import text as findings

TODAY = "2026-05-24"
ASKED = {
    "as_of": TODAY,
    "indicator": "pct_applications",
    "target_id": "pct_applications_2025",
    "wholes": "gba, guangdong, china",
    "counterparts": "pct_applications_wipo",
    "quality": "invention_grants, valid_invention_patents, high_value_invention_patents_per_10k",
}


YEARLY = pd.DataFrame({"year": [2016, 2017], "value": [19647.0, 20457], "growth": [np.nan, 4.1],
                       "below_peak": [4.0, 0]})  # fmt: skip
WEIGHTS = pd.DataFrame(
    {"known": [2, 1], "share_of_known": [58.0, np.nan], "per_100_received": [34.2, 38.3],
     "per_100_received_before": [40.0, 41.0], "herfindahl_low": [0.1, 0.15],
     "herfindahl_high": [0.2, 0.38]}, index=pd.Index([2016, 2017], name="year"),
)  # fmt: skip


@pytest.fixture(scope="module")
def found(raw):
    return study.study_filings(raw, Parameters(**ASKED))


@pytest.fixture(scope="module")
def verified(found):
    return study.without_unverified(found)


def growth_of(values, first=2001):
    return pd.Series([float(v) for v in values], index=range(first, first + len(values)))


# Events and cuts


@pytest.mark.parametrize(
    ("day", "cut"),
    [("2021-01-27", 2021), ("2021-06-30", 2021), ("2021-07-01", 2022), ("2020-02", 2020),
     ("2023-12-31", 2024), ("2016", 2016), ("2018-12", 2019)],
)  # fmt: skip
def test_the_cut_is_the_first_year_of_which_half_lies_after(day, cut):
    assert policy_events.cut_year(day) == cut


def test_events_name_the_indicator_and_lie_in_the_past(raw):
    events = policy_events.own_events(raw.events, "pct_applications", "2021-03-01")
    assert "patent_notice_2021" in set(events["event_id"])
    assert "filing_aid_end_2021" not in set(events["event_id"])
    assert not events["event_id"].str.startswith("huawei").any()


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=9), st.data())
def test_the_permutation_p_is_that_of_enumeration(values, data):
    growth = growth_of(values)
    cuts = policy_events.cut_table(growth)
    row = cuts.iloc[data.draw(st.integers(0, len(cuts) - 1))]
    n, k = len(values), int(row["count_after"])
    observed = abs(np.mean(values[n - k :]) - np.mean(values[: n - k]))
    far = [
        abs(np.mean([values[i] for i in own])
            - np.mean([values[i] for i in range(n) if i not in own])) >= observed - 1e-9
        for own in combinations(range(n), k)
    ]  # fmt: skip
    # A tie of floating point numbers may fall on either side.
    assert abs(row["p_permutation"] - np.mean(far)) <= 0.02 + (observed < 1e-6)
    assert row["p_permutation"] >= row["smallest_p"] - 1e-12


def test_a_planted_turn_is_found_with_the_smallest_p_there_is():
    cuts = policy_events.cut_table(growth_of([0.3] * 6 + [-0.1] * 4)).set_index("cut")
    assert cuts["explained"].idxmax() == 2007
    assert cuts.loc[2007, "explained"] == pytest.approx(100)
    assert cuts.loc[2007, "p_permutation"] == pytest.approx(1 / 210)
    assert cuts.loc[2007, "smallest_p"] == pytest.approx(1 / 210)
    assert cuts.loc[2007, "difference"] == pytest.approx(-0.4)
    assert (cuts.loc[2007, "as_strong"], cuts.loc[2007, "cuts"]) == (1, 7)
    assert cuts.loc[2005, "as_strong"] > 1


def test_equal_halves_have_no_p_below_two_over_all_ways():
    cuts = policy_events.cut_table(growth_of([0.5, 0.4, -0.4, -0.5])).set_index("cut")
    assert cuts.loc[2003, "p_permutation"] == pytest.approx(2 / 6)
    assert cuts.loc[2003, "smallest_p"] == pytest.approx(2 / 6)


def test_steady_growth_has_no_turn():
    cuts = policy_events.cut_table(growth_of([0.1] * 8))
    assert cuts["p_permutation"].eq(1).all()
    assert cuts["explained"].eq(0).all()


def test_a_slow_decline_has_small_p_everywhere_but_no_year_that_stands_out():
    cuts = policy_events.cut_table(growth_of(np.linspace(0.5, -0.3, 16)))
    assert cuts["p_permutation"].lt(0.05).mean() > 0.8
    assert cuts["p_cut"].min() == pytest.approx(1 / len(cuts))


def test_more_rates_than_can_be_enumerated_are_drawn_and_agree():
    values = np.random.default_rng(0).normal(size=policy_events.ENUMERATED)
    exact = policy_events.cut_table(growth_of(values))
    keep = policy_events.ENUMERATED
    try:
        policy_events.ENUMERATED = 5
        drawn = policy_events.cut_table(growth_of(values))
    finally:
        policy_events.ENUMERATED = keep
    assert exact["p_permutation"].sub(drawn["p_permutation"]).abs().max() < 0.02


def test_too_few_rates_give_no_cut():
    assert policy_events.cut_table(growth_of([0.1, 0.2, 0.3])).empty


def test_events_between_the_same_growth_rates_are_one_test_and_p_is_corrected():
    growth = growth_of([0.3, 0.31, 0.29, 0.3, -0.1, -0.11, -0.09, -0.1]).drop(2005)
    events = pd.DataFrame(
        {"event_id": ["a", "b", "c", "late"], "label": ["A", "B", "C", "L"],
         "cut": [2005, 2006, 2003, 2030]}
    )  # fmt: skip
    cuts = policy_events.cut_table(growth)
    tests = policy_events.event_tests(events, growth, cuts).set_index("cut")
    assert tests.loc[2006, "event_ids"] == "a;b"
    assert tests.loc[2006, "event_years"] == "2005, 2006"
    assert list(tests.index) == [2003, 2006]
    small, large = tests.loc[2006], tests.loc[2003]
    assert small["p_corrected"] == pytest.approx(2 * small["p_permutation"])
    assert large["p_corrected"] >= large["p_permutation"]


def test_an_event_without_rates_on_both_sides_is_not_tested():
    growth = growth_of([0.1, 0.3, 0.1, 0.2])
    events = pd.DataFrame({"event_id": ["a"], "label": ["A"], "cut": [2002]})
    tests = policy_events.event_tests(events, growth, policy_events.cut_table(growth))
    assert not tests["tested"].any() and tests["p_corrected"].isna().all()
    none = policy_events.event_tests(events.iloc[:0], growth, policy_events.cut_table(growth))
    assert none.empty and "p_corrected" in none


# The count itself


def test_growth_stops_at_gaps_and_breaks():
    series = pd.DataFrame(
        {"year": [2001, 2002, 2004, 2005, 2006], "value": [10.0, 20, 40, 80, 40],
         "break_before": ["", "", "", "no", "suspected"]}
    )  # fmt: skip
    assert filings.log_growth(series).to_dict() == pytest.approx(
        {2002: np.log(2), 2006: np.log(0.5)}
    )
    assert filings.log_growth(series.iloc[:1]).empty


def test_peak_and_fall_are_read_off_the_series(found):
    own = found.filings
    assert own.peak["value"] == own.series["value"].max()
    assert own.fall == pytest.approx(1 - own.last["value"] / own.peak["value"])
    assert own.mark == (2025, 25_000, "target 25,000")
    assert found.growth[2018] == pytest.approx(np.log(18081 / 20457))
    assert 2007 not in found.growth


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"indicator": "pct_aplications"}, "did you mean 'pct_applications'"),
        ({"area": "shenzen"}, "did you mean 'shenzhen'"),
        ({"area": "beijing"}, "is about pct_applications in shenzhen"),
        ({"indicator": "sei_share", "target_id": ""}, "no count or amount"),
        ({"indicator": "valid_invention_patents", "target_id": ""}, "is a stock"),
        ({"area": "ningde", "target_id": ""}, "no figure of pct_applications for ningde"),
        ({"quality": "grants"}, "quality: 'grants' is not in indicators.csv"),
        ({"target_id": "pct_applications_2026"}, "did you mean 'pct_applications_2025'"),
    ],
)
def test_what_does_not_fit_is_said_in_one_line(raw, changes, message):
    with pytest.raises(InputError, match=message):
        study.study_filings(raw, Parameters(**(ASKED | changes)))


# Controls


def test_a_planted_difference_in_differences_comes_back():
    years = range(2000, 2011)
    own = pd.Series({y: np.exp(0.2 * min(y - 2000, 5) - 0.05 * max(y - 2005, 0)) for y in years})
    control = pd.Series({y: np.exp(0.1 * (y - 2000)) for y in years})
    (row,) = controls.control_table(own, {("other", "x"): control}, 2006).to_dict("records")
    assert (row["from_year"], row["base_year"], row["to_year"]) == (2000, 2005, 2010)
    assert row["difference_after"] == pytest.approx(-15)
    assert row["difference_in_differences"] == pytest.approx(-25)


def test_only_shared_years_are_compared():
    own = pd.Series({2000: 1.0, 2004: 2.0, 2007: 4.0, 2020: 9.0})
    sparse = pd.Series({2003: 1.0, 2004: 1.0, 2007: 1.0})
    (row,) = controls.control_table(own, {("other", "x"): sparse}, 2006).to_dict("records")
    assert (row["from_year"], row["base_year"], row["to_year"]) == (2004, 2004, 2007)
    assert np.isnan(row["own_before"]) and np.isnan(row["difference_in_differences"])
    assert row["own_after"] == pytest.approx(100 * np.log(2) / 3)
    late = pd.Series({2007: 1.0, 2020: 2.0})
    assert controls.control_table(own, {("late", "x"): late}, 2006).empty


def test_of_a_whole_only_the_rest_is_a_control(found):
    series = controls.control_series(found.filings, found.others, ("guangdong", "china"))
    rest = series["rest of Guangdong", "pct_applications"]
    assert rest[2018] == 25256 - 18081
    assert series["China", "pct_applications_wipo"][2018] == 53345
    assert not any(name == "Shenzhen" for name, _ in series)


# Applicants


def counts_of(**rows):
    """Published counts by applicant: {name: {year: value}}."""
    frames = [
        pd.DataFrame(
            {"name": name, "year": list(values), "value": list(map(float, values.values()))}
        )
        for name, values in rows.items()
    ]
    return pd.concat(frames, ignore_index=True)


def test_applicants_are_those_of_the_area(found):
    names = set(found.applicants["name"])
    assert {"Huawei", "ZTE", "Ping An Technology"} <= names
    assert "BOE" not in names and "OPPO" not in names
    assert found.applicants["area"].eq("shenzhen").all()


def test_the_part_of_a_change_is_the_larger_of_both_lags():
    counts = counts_of(A={2001: 50, 2002: 60, 2005: 40, 2006: 30}, B={2001: 10, 2005: 20},
                       C={2001: 5})  # fmt: skip
    table = controls.change_table(counts, pd.Series({2001: 200.0, 2005: 140.0}), [(2001, 2005)])
    rows = table.set_index("name")
    assert (rows.loc["A", "own_change"], rows.loc["A", "lag"]) == (-30, 1)
    assert rows.loc["A", "part_at_most"] == pytest.approx(50)
    assert rows.loc["B", "part_at_most"] == pytest.approx(-100 / 6)
    assert "C" not in rows.index


def test_periods_are_the_rise_its_largest_step_and_the_fall(found):
    assert controls.periods(found.filings) == [(2012, 2017), (2015, 2016), (2017, 2024)]
    rising = replace(found.filings, series=found.filings.series.iloc[:12])
    assert [span[1] for span in controls.periods(rising)] == [2016, 2016]
    assert controls.periods(replace(rising, series=rising.series.iloc[:1])) == []


# Quality


def test_quality_is_measured_on_one_definition(raw):
    run = Parameters(**(ASKED | {"quality": "invention_patents_per_10k"}))
    readings = controls.quality_readings(raw, run)
    (row,) = controls.quality_table(readings, 2017, raw, ASKED["as_of"]).to_dict("records")
    assert (row["first_year"], row["first"]) == (2020, 91.1)
    assert (row["last_year"], row["months"], row["last"]) == (2023, 9, 162)
    assert row["growth"] == pytest.approx(100 * ((162 / 91.1) ** (1 / 2.75) - 1))


def test_a_reading_in_mid_year_is_no_figure_of_the_year(found):
    rows = found.quality.set_index("indicator")
    row = rows.loc["high_value_invention_patents_per_10k"]
    assert (row["last"], row["months"], row["target"]) == (116.9, 6, 108)
    said = findings.answer(found, None)
    assert "the 116.9 after 6 months of 2025 is no figure of the year, and is not judged" in said
    assert "above" not in said
    assert rows.loc["invention_grants", "months"] == 12


def test_a_flow_has_no_part_year_reading(raw):
    run = Parameters(**(ASKED | {"quality": "invention_grants", "as_of": "2018-12-01"}))
    assert controls.quality_readings(raw, run)["months"].eq(12).all()


def test_the_count_itself_is_no_measure_of_its_quality(raw):
    run = Parameters(**(ASKED | {"quality": "pct_applications"}))
    assert controls.quality_readings(raw, run).empty


# What is said


def test_the_answer_names_every_part(found, verified):
    said = findings.answer(found, verified)
    assert "20,457** in 2017 (unverified) was the peak" in said
    assert "**20 %** below it" in said
    assert "more than 25,000 for 2025 is **open, P = 1 %**" in said
    assert "No event year stands out" in said
    assert "slower than 6 of 6 controls" in said
    assert "**2025.** No nowcast: no settled figure of a year after 2024 is public" in said
    assert "Without them: a peak of 19,647 in 2016" in said


def test_without_unverified_points_nothing_of_them_is_left(found, verified):
    assert not verified.filings.series["grade"].eq("unverified").any()
    assert not verified.replayed["outcome_grade"].eq("unverified").any()
    assert len(verified.filings.series) < len(found.filings.series)


def test_a_graded_run_is_its_own_verified_run(raw):
    run = Parameters(**(ASKED | {"min_grade": "press"}))
    strict = study.study_filings(raw, run)
    assert study.without_unverified(strict) is strict


def test_an_area_whose_figures_are_all_unverified_says_so(raw, found):
    run = Parameters(**ASKED)
    table = raw.observations
    own = table["indicator"].eq(run.indicator) & table["area"].eq(run.area)
    unread = replace(raw, observations=table[~own | table["grade"].eq("unverified")])
    full = study.study_filings(unread, run)
    assert study.without_unverified(full) is None
    assert "Without them no figure is left" in findings.answer(full, None)


def test_a_part_year_figure_makes_the_answer_a_nowcast(raw):
    table = raw.observations
    gba = table["area"].eq("gba") & table["indicator"].eq("pct_applications")
    more = table[gba].assign(area="shenzhen", value=9000.0)
    new = replace(raw, observations=pd.concat([table, more], ignore_index=True))
    said = findings.running_words(study.study_filings(new, Parameters(**ASKED)))
    assert said.startswith("The 9,000 of 6 months point to **")
    assert "for 25,000" in said and "80 % interval" in said


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"as_of": "2020-07-04"}, marks=pytest.mark.slow),
        {"as_of": "2012-01-01", "area": "guangdong", "target_id": ""},
        {"min_grade": "official"},
        pytest.param({"area": "beijing", "target_id": ""}, marks=pytest.mark.slow),
        {"indicator": "invention_grants", "target_id": "", "quality": ""},
    ],
)
def test_other_parameters_say_what_cannot_be_said(raw, changes):
    run = Parameters(**(ASKED | changes))
    other = study.study_filings(raw, run)
    said = findings.answer(other, study.without_unverified(other))
    assert "nan" not in said and "None" not in said
    assert findings.rival_words(other) and findings.fall_title(other) and findings.cuts_title(other)
    assert len(other.scores) == 8
    assert list(study.patents_table(other, YEARLY, WEIGHTS)) == study.COLUMNS
    for draw in (findings.factor_picture, findings.error_picture):
        assert draw(other) is not None


def test_nothing_after_the_as_of_date_is_used(raw):
    early = study.study_filings(raw, Parameters(**(ASKED | {"as_of": "2020-07-04"})))
    frames = (early.filings.series, early.others, early.applicants, early.readings)
    for frame in frames:
        assert frame["known_from"].le(pd.Timestamp("2020-07-04")).all()
    assert early.tests["cut"].max() <= 2020


def test_the_table_holds_every_part_once(found):
    table = study.patents_table(found, YEARLY, WEIGHTS)
    assert set(table["part"]) == {"series", "event", "control", "applicant", "concentration",
                                  "change", "quality"}  # fmt: skip
    keys = ["part", "subject", "first_year", "last_year", "measure"]
    assert not table.duplicated(keys).any()
    assert table["amount"].notna().all()
    own = table[table["part"].eq("series")].set_index(["last_year", "measure"])["amount"]
    assert own.to_dict() == {
        (2016, "value"): 19647, (2016, "below_peak"): 4, (2017, "value"): 20457,
        (2017, "growth"): 4.1, (2017, "below_peak"): 0,
    }  # fmt: skip
    heavy = table[table["part"].eq("concentration")]
    assert set(heavy["first_year"]) == {2016, 2017}


def test_publications_are_set_against_receipts_where_both_are_known():
    said = findings.weights_title(WEIGHTS, "Applications received")
    assert "applicants known in 2016 (2) published 34, those known in 2017 (1) 38" in said
    assert said.endswith("squared shares of 2017 would lie between 0.15 and 0.38.")
    none = WEIGHTS.assign(per_100_received=np.nan)
    assert "No year" in findings.weights_title(none, "Applications")
