"""Required growth: simulated, it holds each level exactly; standstill: the first year below."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.topics.research import requirements as needs
from helpers.topics.research.parts import read_parts
from support.research import BELOW, TOP, figure, growing, plant, run_of

RAW = read_raw()
GROWTH = st.floats(-5, 15)
KNOWN = st.lists(st.floats(500, 2000), max_size=3).map(tuple)


def ratios(start, rate, growth, last_year):
    """Simulate both parts year by year."""
    top, below, path = start.numerator, start.denominator, []
    for year in range(start.year + 1, last_year + 1):
        at = year - start.year - 1
        top *= 1 + rate / 100
        below = start.known[at] if at < len(start.known) else below * (1 + growth / 100)
        path.append(100 * top / below)
    return path


@given(st.floats(1, 12), GROWTH, KNOWN, st.integers(2021, 2035))
def test_simulated_the_required_growth_just_holds_or_reaches_the_level(
    level, growth, known, last_year
):
    start = needs.Outset(2020, 50.0, 1000.0, known)
    path = ratios(start, needs.required_growth(start, level, growth, last_year), growth, last_year)
    touched = min(path) if start.ratio >= level else path[-1]
    assert touched == pytest.approx(level, rel=1e-9)


def test_at_break_even_the_ratio_stands_still():
    start = needs.Outset(2020, 50.0, 1000.0, ())
    assert needs.required_growth(start, 5.0, 4.0, 2030) == pytest.approx(4.0)


def test_a_level_below_may_let_it_shrink_and_a_level_above_asks_for_more():
    start = needs.Outset(2020, 50.0, 1000.0, ())
    low, same, high = (needs.required_growth(start, level, 0.0, 2025) for level in (4, 5, 6))
    assert low == pytest.approx(100 * (0.8**0.2 - 1))
    assert (same, high) == (pytest.approx(0.0), pytest.approx(100 * (1.2**0.2 - 1)))


def test_no_year_ahead_asks_for_nothing():
    assert np.isnan(needs.required_growth(needs.Outset(2020, 5.0, 100.0, ()), 4, 5, 2020))


@given(st.floats(1, 4.9), st.floats(0.5, 15), KNOWN)
def test_the_standstill_year_is_the_first_below(level, growth, known):
    start = needs.Outset(2020, 50.0, 1000.0, known)
    year = needs.standstill_year(start, level, growth)
    path = ratios(start, 0.0, growth, 2020 + needs.FARTHEST)
    below = [2021 + at for at, ratio in enumerate(path) if ratio < level]
    assert year == (below[0] if below else None)


def test_standstill_knows_what_lies_below_already_and_what_never_will():
    start = needs.Outset(2020, 50.0, 1000.0, ())
    assert needs.standstill_year(start, 6.0, 5.0) == 2020
    assert needs.standstill_year(start, 4.0, 0.0) is None
    assert needs.standstill_year(start, 5.0, 1.0) == 2021


def test_the_outset_is_the_last_year_of_both_with_what_is_known_after_it():
    rows = [figure(RAW, TOP, 2019, 4.0), figure(RAW, TOP, 2020, 5.0)]
    rows += [figure(RAW, BELOW, year, float(year)) for year in (2019, 2020, 2021, 2022, 2024)]
    start = needs.outset(read_parts(plant(RAW, *rows), run_of()))
    assert start == needs.Outset(2020, 5.0, 2020.0, (2021.0, 2022.0))
    assert start.ratio == pytest.approx(100 * 5 / 2020)
    assert start.denominators(10.0, 3).tolist() == pytest.approx([2021.0, 2022.0, 2224.2])
    assert start.denominators(10.0, 1).tolist() == [2021.0]


def test_a_row_for_each_level_and_growth():
    start = needs.outset(read_parts(growing(RAW), run_of()))
    table = needs.requirement_table(start, (4.8, 6), (3, 5, 7), 2030)
    assert list(zip(table["level"], table["growth"], strict=True)) == [
        (level, growth) for level in (4.8, 6) for growth in (3, 5, 7)
    ]
    for _, own in table.groupby("level"):
        assert own["required"].is_monotonic_increasing and own["required"].is_unique
    assert str(table["standstill_year"].dtype) == "Int64"


def test_without_an_outset_or_levels_there_is_nothing_to_tabulate():
    assert needs.outset(read_parts(growing(RAW), run_of(as_of="1999-01-01"))) is None
    assert needs.requirement_table(None, (4.8,), (5,), 2030).empty
    assert needs.requirement_table(needs.Outset(2020, 5.0, 100.0, ()), (), (5,), 2030).empty
