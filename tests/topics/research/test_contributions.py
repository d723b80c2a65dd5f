"""Contributions: exact sums, planted growth, and nothing said where years are missing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.topics.research.parts import contributions, logarithmic_mean, past_growth, read_parts
from support.research import BELOW, TOP, figure, growing, plant, run_of

RAW = read_raw()
POSITIVE = st.floats(0.01, 1e6)


def of_values(pairs, first=2010):
    rows = []
    for year, (top, below) in enumerate(pairs, start=first):
        rows += [figure(RAW, TOP, year, top), figure(RAW, BELOW, year, below)]
    return read_parts(plant(RAW, *rows), run_of())


@pytest.mark.slow
@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=2, max_size=5))
def test_contributions_add_up_exactly_within_steps_and_in_all(pairs):
    parts = of_values(pairs)
    steps = contributions(parts)
    both = steps["numerator_points"] + steps["denominator_points"]
    size = parts.table["ratio"].max()
    assert np.allclose(both, steps["change"], rtol=1e-9, atol=1e-9 * size)
    ends = parts.table["ratio"].iloc[-1] - parts.table["ratio"].iloc[0]
    last = steps.iloc[-1]
    assert np.isclose(last["cumulated_change"], ends, atol=1e-9 * size)
    summed = last["cumulated_numerator"] + last["cumulated_denominator"]
    assert np.isclose(summed, ends, atol=1e-8 * size)


def test_planted_growth_of_both_parts_is_recovered():
    steps = contributions(read_parts(growing(RAW), run_of()))
    assert np.allclose(steps["numerator_growth"], 10.0)
    assert np.allclose(steps["denominator_growth"], 5.0)
    assert np.allclose(steps["real_growth"], 3.0)
    assert np.allclose(steps["beyond_real"], 100 * (1.05 / 1.03 - 1))
    relation = -steps["numerator_points"] / steps["denominator_points"]
    assert np.allclose(relation, np.log(1.10) / np.log(1.05))
    assert (steps["numerator_points"] > 0).all() and (steps["denominator_points"] < 0).all()


def test_a_part_that_stands_still_contributes_nothing():
    still = contributions(of_values([(4.0, 100.0), (5.0, 100.0)])).iloc[0]
    assert still["denominator_points"] == 0
    assert np.isclose(still["numerator_points"], 1.0)
    unchanged = contributions(of_values([(4.0, 100.0), (8.0, 200.0)])).iloc[0]
    assert np.isclose(unchanged["change"], 0)
    assert np.isclose(unchanged["numerator_points"], -unchanged["denominator_points"])


def test_a_step_over_missing_years_is_one_step_of_yearly_growth():
    rows = []
    for year in (2010, 2014, 2015):
        rows += [figure(RAW, TOP, year, 4.0 * 1.1 ** (year - 2010)),
                 figure(RAW, BELOW, year, 100.0 * 1.05 ** (year - 2010))]  # fmt: skip
    rows += [figure(RAW, "gdp_real_growth", year, 3.0) for year in (2011, 2012, 2014, 2015)]
    steps = contributions(read_parts(plant(RAW, *rows), run_of()))
    assert list(steps["span"]) == [4, 1] and list(steps["from_year"]) == [2010, 2014]
    assert np.allclose(steps["numerator_growth"], 10.0)
    assert steps["real_growth"].isna().tolist() == [True, False]


def test_the_weaker_end_grades_a_step_and_breaks_are_kept():
    rows = [figure(RAW, TOP, 2010, 4.0, grade="unverified"), figure(RAW, BELOW, 2010, 100.0),
            figure(RAW, TOP, 2011, 5.0), figure(RAW, BELOW, 2011, 100.0),
            figure(RAW, TOP, 2012, 6.0), figure(RAW, BELOW, 2012, 100.0)]  # fmt: skip
    steps = contributions(read_parts(plant(RAW, *rows), run_of()))
    assert list(steps["grade"]) == ["unverified", "press"]
    real = contributions(read_parts(RAW, run_of(indicator="sei_share")))
    assert {"no", "suspected"} <= set(real["break_before"])


@pytest.mark.parametrize("pairs", [[], [(4.0, 100.0)]])
def test_fewer_than_two_years_make_no_step(pairs):
    parts = of_values(pairs) if pairs else read_parts(growing(RAW), run_of(as_of="1999-01-01"))
    assert contributions(parts).empty
    assert past_growth(parts).empty


@given(POSITIVE, POSITIVE)
def test_the_logarithmic_mean_lies_between_and_is_symmetric(first, second):
    mean = float(logarithmic_mean(first, second))
    assert min(first, second) * (1 - 1e-9) <= mean <= max(first, second) * (1 + 1e-9)
    assert np.isclose(mean, float(logarithmic_mean(second, first)))
    assert np.isclose(mean * np.log(second / first), second - first, atol=1e-9 * max(first, second))


def test_past_growth_is_over_the_periods_whose_first_year_is_known():
    parts = read_parts(growing(RAW), run_of())
    table = past_growth(parts, (3, 5, 10, 11))
    assert list(table["years"]) == [3, 5, 10] and list(table["from_year"]) == [2017, 2015, 2010]
    assert np.allclose(table["numerator_growth"], 10.0)
    assert np.allclose(table["denominator_growth"], 5.0)
    ratio = parts.table.set_index("year")["ratio"]
    assert np.allclose(table["change"], ratio[2020] - ratio[[2017, 2015, 2010]])


def test_inputs_stay_as_they_are():
    parts = read_parts(growing(RAW), run_of())
    before = parts.table.copy()
    contributions(parts)
    past_growth(parts)
    pd.testing.assert_frame_equal(parts.table, before)
