"""Plans as the on-track rules are told about them."""

import numpy as np
import pandas as pd
import pytest

from helpers.problems import InputError
from helpers.targets.on_track.cases import plan_case


def series(figures: dict[int, float], **columns) -> pd.DataFrame:
    return pd.DataFrame({"year": list(figures), "value": list(figures.values()), **columns})


def test_a_case_is_right_aligned_and_keeps_gaps():
    case = plan_case(
        series({2015: 1.0, 2018: 4.0, 2019: 5.0}), base_year=2015, level=9, target_year=2025
    )
    assert case.years[0].tolist() == [2015, 2016, 2017, 2018, 2019]
    assert np.isnan(case.values[0, 1:3]).all()
    assert (case.base[0], case.latest[0], case.latest_year[0]) == (1.0, 5.0, 2019)
    assert case.elapsed[0] == 0.4


def test_the_caller_s_series_stays_as_it_is_and_may_come_in_any_order():
    frame = series({2019: 5.0, 2015: 1.0})
    before = frame.copy()
    case = plan_case(frame, base_year=2015, level=9, target_year=2025)
    assert case.latest[0] == 5.0
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("base_year", [2014, 2016, 2021])
def test_a_base_year_without_a_figure_has_none(base_year):
    case = plan_case(series({2015: 1.0, 2019: 5.0}), base_year=base_year, level=9, target_year=2025)
    assert np.isnan(case.base[0])


def test_the_base_moves_to_the_next_year_with_a_figure():
    case = plan_case(series({2015: 1.0, 2019: 5.0}), base_year=2016, level=9, target_year=2025)
    assert case.from_next_figure().base[0] == 5.0
    late = plan_case(series({2015: 1.0}), base_year=2016, level=9, target_year=2025)
    assert np.isnan(late.from_next_figure().base[0])


def test_levels_are_read_from_the_spliced_values():
    frame = series({2015: 10.0, 2016: 20.0}, spliced_value=[18.0, 20.0], break_before=["", "no"])
    case = plan_case(frame, base_year=2015, level=30, target_year=2020)
    assert case.base[0] == 18.0
    assert not case.broken_since(case.base_year)[0]


def test_a_break_that_no_splice_joins_is_kept_in_mind():
    frame = series(
        {2015: 10.0, 2016: 20.0, 2017: 21.0},
        spliced_value=[10.0, 20.0, 21.0],
        break_before=["", "no", ""],
    )
    case = plan_case(frame, base_year=2015, level=30, target_year=2020)
    assert case.broken_since(np.array([2015]))[0]
    assert not case.broken_since(np.array([2016]))[0]


def test_straightened_keeps_base_and_latest_and_lies_on_a_line():
    case = plan_case(
        series({2015: 1.0, 2016: 7.0, 2019: 5.0}), base_year=2015, level=9, target_year=2025
    ).straightened()
    assert (case.base[0], case.latest[0]) == (1.0, 5.0)
    assert np.allclose(np.diff(case.values[0]), 1.0)
    assert case.values.shape[1] >= 6


def test_an_empty_series_has_no_figure():
    case = plan_case(series({}), base_year=2015, level=9, target_year=2025)
    assert np.isnan(case.latest[0])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"target_year": 2015}, "target year 2015 is not after base year 2015; give a later one"),
        ({"level": float("nan")}, "the level of a target is not a finite number"),
        ({"direction": 0}, r"a direction is \+1 \(up is good\) or -1"),
    ],
)
def test_a_plan_that_cannot_be_judged_is_refused(changes, message):
    plan = {"base_year": 2015, "level": 9, "target_year": 2025} | changes
    with pytest.raises(InputError, match=message):
        plan_case(series({2015: 1.0, 2019: 5.0}), **plan)


def test_a_year_given_twice_is_refused_by_name():
    frame = pd.DataFrame({"year": [2015, 2015], "value": [1.0, 2.0]})
    with pytest.raises(InputError, match="year 2015 is given twice; keep one row a year"):
        plan_case(frame, base_year=2015, level=9, target_year=2025)
