"""Verdict rules on planted series: outcome, line, state, growth."""

import dataclasses
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import half_unit
from helpers.targets import states as targets
from helpers.vocabulary import OPERATORS, base_of_unit, operator_of
from support.targets import make_series, make_target

NO_BOUNDS = make_series({2000: 1.0}).iloc[:0]


@pytest.mark.parametrize(
    ("value", "strict", "slack", "state"),
    [
        (4.81, False, 0.0, "met"),
        (4.80, False, 0.0, "met"),
        (4.79, False, 0.0, "missed"),
        (4.80, True, 0.0, "at_the_line"),
        (4.80, False, 0.05, "at_the_line"),
        (4.83, False, 0.05, "at_the_line"),
        (4.90, True, 0.05, "met"),
        (4.70, True, 0.05, "missed"),
    ],
)
def test_a_printed_value_is_held_against_the_line(value, strict, slack, state):
    assert targets.compare(value, 4.8, strict=strict, slack=slack) == state


@pytest.mark.parametrize(
    ("value", "decimals", "qualifier", "expected"),
    [
        (4.8, 1, "exact", 0.0),
        (4.8, 1, "rounded", 0.05),
        (38.0, 0, "rounded", 0.5),
        (40.0, 0, "rounded", 0.5),  # a share's zero is a digit
        (16700.0, 0, "rounded", 50.0),  # an amount's zeros are not
        (25000.0, 0, "rounded", 500.0),
        (16364.0, 0, "derived", 0.5),
    ],
)
def test_half_a_unit_of_the_last_significant_digit(value, decimals, qualifier, expected):
    assert half_unit(value, decimals, qualifier) == pytest.approx(expected)


@given(st.floats(0.1, 90), st.floats(0.1, 90), st.floats(0, 1), st.booleans())
def test_a_larger_value_is_never_a_worse_verdict(low, extra, slack, strict):
    order = ["missed", "at_the_line", "met"]
    first, second = (
        targets.compare(v, 50.0, strict=strict, slack=slack) for v in (low, low + extra)
    )
    assert order.index(first) <= order.index(second)


def test_a_published_figure_of_the_target_year_settles_the_target():
    state, figure = targets.outcome(make_target(), make_series({2024: 6.7, 2025: 4.5}), NO_BOUNDS)
    assert (state, figure["value"]) == ("missed", 4.5)


def test_an_estimate_of_the_target_year_settles_nothing():
    series = make_series({2024: 6.7, 2025: 6.9}, status="estimate")
    assert targets.outcome(make_target(), series, NO_BOUNDS) == ("", None)


@pytest.mark.parametrize(("bound", "state"), [(5.0, "met"), (4.8, "met"), (4.5, "")])
def test_a_lower_bound_settles_only_a_target_that_it_passes(bound, state):
    bounds = make_series({2025: bound}, qualifier="lower_bound")
    assert targets.outcome(make_target(), make_series({2024: 6.7}), bounds)[0] == state


def test_growth_over_the_plan_becomes_a_level():
    target = make_target(operator="growth_ge", value=10.0, base_year=2020, unit="pct_per_year")
    line = targets.line_of(target, make_series({2020: 100.0}))
    assert line.level == pytest.approx(161.051)


def test_the_line_of_a_range_is_the_end_next_to_the_figure_of_its_year():
    bounds = {"value": 4.0, "value_high": 5.0, "unit": "pct_per_year", "base_year": 2020}
    target = make_target(operator="growth_between", **bounds)
    line = targets.line_of(target, make_series({2020: 100.0, 2025: 110.0, 2026: 200.0}))
    assert line.level == pytest.approx(100 * 1.04**5)


def test_a_missing_base_year_is_named():
    target = make_target(operator="growth_ge", value=10.0, base_year=2020)
    line = targets.line_of(target, make_series({2021: 100.0}))
    assert math.isnan(line.level)
    assert "2020" in line.missing


def test_an_average_without_a_base_year_is_refused():
    target = make_target(operator="avg_ge", unit="pct", base_year=None)
    with pytest.raises(ValueError, match=r"avg_ge needs a base year; write it"):
        targets.line_of(target, make_series({2021: 7.0}))


def test_an_average_asks_the_open_years_for_what_is_left():
    target = make_target(operator="avg_ge", value=6.0, base_year=2020)
    line = targets.line_of(target, make_series({2021: 7.0, 2022: 3.0, 2023: 6.0}))
    assert line.open_years == (2024, 2025)
    assert line.level == pytest.approx(7.0)


@pytest.mark.parametrize(("last", "state"), [(6.0, "met"), (5.9, "missed")])
def test_an_average_is_settled_when_every_year_is_out(last, state):
    target = make_target(operator="avg_ge", value=6.0, base_year=2020)
    values = {2021: 7.0, 2022: 5.0, 2023: 6.0, 2024: 6.0, 2025: last}
    assert targets.outcome(target, make_series(values), NO_BOUNDS)[0] == state
    del values[2023]
    assert targets.outcome(target, make_series(values), NO_BOUNDS)[0] == ""


def test_about_allows_half_a_unit_of_the_printed_target():
    target = make_target(operator="approx", value=4.0, decimals=1)
    assert targets.line_of(target, make_series({2020: 1.0})).level == pytest.approx(3.95)


@pytest.mark.parametrize(
    ("settled", "state"), [("", "open"), ("missed", "missed"), ("at_the_line", "at_the_line")]
)
def test_a_published_outcome_settles_the_state(settled, state):
    latest = make_series({2024: 5.0}).iloc[-1]
    assert targets.state_of(make_target(), settled, latest) == state


def test_states_without_figures_or_number():
    target = make_target()
    assert targets.state_of(target, "", None) == "no_data"
    worded = dataclasses.replace(target, operator="qualitative", value=math.nan)
    assert targets.state_of(worded, "", None) == "not_numeric"


def test_the_signing_check_uses_the_latest_figure():
    state, figure = targets.signing_check(make_target(), make_series({2018: 4.8, 2019: 4.7}))
    assert (state, figure["year"]) == ("missed", 2019)
    growth = make_target(operator="growth_ge", base_year=2020)
    assert targets.signing_check(growth, make_series({2018: 4.8})) == ("unknown", None)
    rate = make_target(operator="ge", unit="pct", value=5.0)
    assert targets.signing_check(rate, make_series({2018: 7.5})) == ("unknown", None)


@given(st.floats(1, 1e6), st.floats(-0.3, 0.5), st.integers(1, 15))
def test_required_growth_recovers_a_planted_rate(value, rate, years):
    level = value * (1 + rate) ** years
    assert targets.required_growth(value, level, years) == pytest.approx(100 * rate, abs=1e-6)


@pytest.mark.parametrize(("value", "level", "years"), [(5, 6, 0), (0, 6, 3), (5, -1, 3)])
def test_required_growth_is_missing_where_it_has_no_meaning(value, level, years):
    assert math.isnan(targets.required_growth(value, level, years))


def test_past_growth_spans_five_years_of_the_spliced_series():
    series = make_series({year: 100 * 1.07 ** (year - 2015) for year in range(2015, 2025)})
    series.loc[series["year"] < 2019, "spliced_value"] *= 9
    assert targets.past_growth(series) == pytest.approx(7.0)


# Operators beyond thresholds


@pytest.mark.parametrize(
    ("value", "state"),
    [(5.4, "missed"), (5.5, "met"), (5.7, "met"), (6.0, "met"), (6.1, "missed")],
)
def test_a_range_includes_both_ends(value, state):
    target = make_target(operator="between", value=5.5, value_high=6.0)
    assert targets.outcome(target, make_series({2025: value}), NO_BOUNDS)[0] == state


@pytest.mark.parametrize(
    ("operator", "value", "state"),
    [
        ("le", 4.7, "met"),
        ("le", 4.8, "met"),
        ("le", 4.9, "missed"),
        ("lt", 4.8, "at_the_line"),
        ("lt", 4.7, "met"),
        ("approx", 4.75, "met"),
        ("approx", 4.74, "missed"),
        ("approx", 9.9, "met"),
    ],
)
def test_ceilings_and_about(operator, value, state):
    target = make_target(operator=operator)
    assert targets.outcome(target, make_series({2025: value}), NO_BOUNDS)[0] == state


def test_a_rounded_figure_near_an_end_of_a_range_is_at_the_line():
    target = make_target(operator="between", value=5.5, value_high=6.0)
    rounded = make_series({2025: 6.03}, qualifier="rounded", decimals=1)
    assert targets.outcome(target, rounded, NO_BOUNDS)[0] == "at_the_line"
    assert targets.outcome(target, make_series({2025: 6.03}), NO_BOUNDS)[0] == "missed"


@pytest.mark.parametrize(("value", "decimals", "low"), [(4.0, 1, 3.95), (25000.0, 0, 24500.0)])
def test_about_begins_half_a_unit_of_the_last_digit_below(value, decimals, low):
    target = make_target(operator="approx", value=value, decimals=decimals)
    assert target.bounds == (pytest.approx(low), math.inf)


@pytest.mark.parametrize(("bound", "state"), [(4.9, "missed"), (4.8, ""), (4.0, "")])
def test_a_lower_bound_above_a_ceiling_misses_it(bound, state):
    bounds = make_series({2025: bound}, qualifier="lower_bound")
    target = make_target(operator="le")
    assert targets.outcome(target, make_series({2024: 4.0}), bounds)[0] == state


@pytest.mark.parametrize(
    ("operator", "values", "state"),
    [
        ("avg_le", (5, 6, 7), "met"),
        ("avg_le", (5, 6, 8), "missed"),
        ("avg_lt", (5, 6, 7), "at_the_line"),
        ("avg_gt", (5, 6, 8), "met"),
        ("avg_between", (5, 6, 7), "met"),
        ("avg_between", (9, 9, 9), "missed"),
        ("avg_approx", (5, 6, 5.6), "met"),
    ],
)
def test_averages_with_every_comparison(operator, values, state):
    target = make_target(operator=operator, value=6.0, value_high=7.0, decimals=0, base_year=2022)
    series = make_series(dict(zip((2023, 2024, 2025), values, strict=True)))
    assert targets.outcome(target, series, NO_BOUNDS)[0] == state


@pytest.mark.parametrize(
    ("operator", "last", "state"),
    [
        ("growth_ge", 122, "met"),
        ("growth_ge", 120, "missed"),
        ("growth_le", 120, "met"),
        ("growth_between", 130, "met"),
        ("growth_between", 150, "missed"),
        ("growth_lt", 122, "missed"),
    ],
)
def test_growth_with_every_comparison(operator, last, state):
    target = make_target(operator=operator, value=10.0, value_high=20.0, base_year=2023)
    series = make_series({2023: 100.0, 2024: 1.0, 2025: float(last)})
    assert targets.outcome(target, series, NO_BOUNDS)[0] == state


def test_a_multiple_of_any_base_year():
    target = make_target(operator="le", value=80.0, unit="pct_of_2019")
    assert targets.line_of(target, make_series({2019: 50.0})).level == pytest.approx(40.0)
    assert targets.outcome(target, make_series({2019: 50.0, 2025: 39.0}), NO_BOUNDS)[0] == "met"
    assert targets.outcome(target, make_series({2019: 50.0, 2025: 41.0}), NO_BOUNDS)[0] == "missed"


def test_growth_waits_for_a_base_that_is_an_outcome():
    target = make_target(operator="growth_ge", value=10.0, base_year=2024)
    series = make_series({2024: 100.0, 2025: 120.0})
    series.loc[series["year"].eq(2024), "status"] = "estimate"
    assert targets.outcome(target, series, NO_BOUNDS) == ("", None)


def test_a_rounded_base_blurs_the_line_by_its_half_unit():
    target = make_target(operator="growth_ge", value=10.0, base_year=2024)
    series = make_series({2024: 100.0, 2025: 110.3}, decimals=0)
    assert targets.outcome(target, series, NO_BOUNDS)[0] == "met"
    series.loc[series["year"].eq(2024), "qualifier"] = "rounded"
    assert targets.outcome(target, series, NO_BOUNDS)[0] == "at_the_line"


def test_growth_is_counted_across_a_spliced_break():
    target = make_target(operator="growth_ge", value=10.0, base_year=2024)
    series = make_series({2024: 100.0, 2025: 112.0})
    series.loc[series["year"].eq(2024), "spliced_value"] = 105.0
    assert targets.line_of(target, series).level == pytest.approx(115.5)
    assert targets.outcome(target, series, NO_BOUNDS)[0] == "missed"


@pytest.mark.parametrize(("latest", "level"), [(5.0, 5.5), (5.8, 5.8), (7.0, 6.0)])
def test_the_level_of_a_range_is_its_end_nearest_to_the_latest_figure(latest, level):
    target = make_target(operator="between", value=5.5, value_high=6.0)
    assert targets.line_of(target, make_series({2024: latest})).level == pytest.approx(level)


def test_a_ceiling_passed_at_signing_is_not_met():
    ceiling = make_target(operator="le")
    assert targets.signing_check(ceiling, make_series({2019: 4.7}))[0] == "met"
    assert targets.signing_check(ceiling, make_series({2019: 4.9}))[0] == "missed"
    assert not targets.asks_for_level(ceiling)


def test_required_growth_of_a_base_to_come_is_what_the_plan_says():
    series = make_series({2023: 100.0})
    target = make_target(operator="growth_le", value=3.0, base_year=2024)
    line = targets.line_of(target, series)
    assert targets.required_of(target, series.iloc[-1], line) == 3.0
    multiple = make_target(operator="ge", value=150.0, unit="pct_of_2024")
    line = targets.line_of(multiple, series)
    assert math.isnan(targets.required_of(multiple, series.iloc[-1], line))


def test_an_average_requires_of_the_open_years_what_is_left():
    target = make_target(operator="avg_le", value=6.0, base_year=2020)
    line = targets.line_of(target, make_series({2021: 7.0, 2022: 3.0, 2023: 6.0}))
    assert line.level == pytest.approx(7.0)


def test_every_operator_can_be_taken_apart_and_no_other_word():
    for word in OPERATORS:
        if word != "qualitative":
            asks = operator_of(word)
            assert asks.has_floor or asks.has_ceiling
    for word in ("qualitative", "about", "growth_", "avg"):
        with pytest.raises(ValueError, match=f"'{word}' is no numeric operator; choose from ge"):
            operator_of(word)


def test_a_unit_names_its_base_year_or_none():
    assert base_of_unit("pct_of_2015") == 2015
    assert [base_of_unit(unit) for unit in ("pct", "pct_of_", "pct_of_15", "pct_of_base")] == [
        None
    ] * 4
