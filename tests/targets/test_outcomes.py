"""Targets on sums, on changes and of nothing at all: settled, laid out, and open."""

from math import inf, nan

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import project
from helpers.targets.assessment import chances
from helpers.targets.outcomes import demand_of, judged_value, limits_of, outcome
from support.targets import make_series, make_target

YEARS = range(2020, 2026)
NO_BOUNDS = make_series({}).reindex(columns=["year", "status", "value"])
levels = st.lists(st.floats(0.5, 900).map(lambda value: round(value, 2)), min_size=6, max_size=6)


def over(operator, value, **more):
    return make_target(operator=operator, value=value, base_year=2020, unit="Mt CO2", **more)


def known(values, until=2025):
    return make_series({y: v for y, v in zip(YEARS, values, strict=True) if y <= until})


@given(levels, st.floats(1, 900), st.sampled_from(["ge", "gt", "le", "lt"]))
def test_a_sum_is_the_mean_times_its_years(values, mean, word):
    mean = round(mean, 2)
    for until in (2022, 2025):
        series = known(values, until)
        average, total = over(f"avg_{word}", mean), over(f"sum_{word}", 5 * mean)
        assert limits_of(total, series) == pytest.approx(limits_of(average, series))
        sides = [demand_of(target, series) for target in (average, total)]
        for one, other in zip(*([d.floor, d.ceiling] for d in sides), strict=True):
            assert (one is None) == (other is None)
            if one and other:
                assert other.total == pytest.approx(one.total)
    assert judged_value(total, series) == pytest.approx(5 * judged_value(average, series))


@given(levels, st.floats(-400, 400), st.sampled_from(["ge", "le"]))
def test_a_change_is_a_level_counted_from_the_base_year(values, change, word):
    change, series = round(change, 2), known(values)
    asked = over(f"change_{word}", change)
    level = make_target(operator=word, value=values[0] + change, unit="Mt CO2")
    assert limits_of(asked, series) == limits_of(level, series)
    assert outcome(asked, series, NO_BOUNDS)[0] == outcome(level, series, NO_BOUNDS)[0]
    assert judged_value(asked, series) == pytest.approx(values[-1] - values[0])


def test_a_change_from_a_year_to_come_is_open_in_both_years():
    asked = make_target(operator="change_le", value=-15, base_year=2024, target_year=2030)
    demand = demand_of(asked, known([91.0] * 6, 2023))
    assert demand.floor is None
    assert demand.ceiling.weights == {2024: -1.0, 2030: 1.0}
    assert demand.ceiling.total == -15


@pytest.mark.parametrize(("last", "state"), [(0.0, "met"), (0.1, "missed"), (-3.0, "met")])
def test_nothing_left_is_a_target_like_any_other(last, state):
    net_zero = make_target(operator="le", value=0, unit="pct_of_2020", base_year=2020)
    series = known([800.0, 700, 600, 400, 200, last])
    assert outcome(net_zero, series, NO_BOUNDS)[0] == state
    assert limits_of(net_zero, series) == (-inf, 0)
    assert judged_value(net_zero, series) == pytest.approx(last / 8)


@pytest.mark.parametrize(
    ("operator", "unit", "so_far"),
    [("avg_le", "Mt CO2", 65), ("sum_le", "Mt CO2", 130), ("change_le", "Mt CO2", -40),
     ("growth_le", "pct_per_year", -22.54), ("le", "pct_of_2020", 60)],
)  # fmt: skip
def test_what_an_open_target_has_come_to(operator, unit, so_far):
    target = make_target(operator=operator, value=5, base_year=2020, unit=unit)
    series = known([100.0, 70, 60, nan, nan, nan], 2022)
    assert judged_value(target, series) != judged_value(target, series)
    assert judged_value(target, series, so_far=True) == pytest.approx(so_far, abs=0.01)


@pytest.mark.parametrize(
    ("operator", "low", "high"), [("le", 0.5, 1), ("lt", 0, 0), ("gt", 0, 0.5)]
)
def test_an_end_that_is_reached_has_a_probability_of_its_own(operator, low, high):
    """Cases fell to none and stayed there: none next year is likely, fewer than none impossible."""
    fallen = pd.Series([60, 40, 25, 12, 6, 2, 0, 0, 0, 0], range(2016, 2026), dtype=float)
    batch = SeriesBatch.from_series({"cases": fallen})
    target = make_target(operator=operator, value=0, unit="count", target_year=2027)
    demand = demand_of(target, make_series(fallen.to_dict()))
    [chance] = chances(project(batch, 2, scale="count"), [0], [demand])
    assert low <= chance <= high
