"""Required growth: simulated, it holds each level exactly; what is known of the product is used."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.topics.research.parts import FARTHEST, read_parts, required_growth, standing_still
from support.research import BELOW, TOP, figure, growing, plant, run_of

RAW = read_raw()


def from_five(growth):
    """A ratio of five percent in 2020 whose denominator grows so much a year."""
    years = np.arange(FARTHEST + 1)
    return pd.Series(5 / (1 + growth / 100) ** years, index=2020 + years)


@given(st.floats(1, 12), st.floats(-5, 15), st.integers(2021, 2035))
def test_simulated_the_required_growth_just_holds_or_reaches_the_level(level, growth, last_year):
    still = from_five(growth)
    rate = required_growth(still, level, last_year)
    path = (still * (1 + rate / 100) ** (still.index - 2020)).loc[2021:last_year]
    touched = path.min() if level <= 5 else path.iloc[-1]
    assert touched == pytest.approx(level, rel=1e-9)


def test_at_break_even_the_ratio_stands_still():
    assert required_growth(from_five(4.0), 5.0, 2030) == pytest.approx(4.0)


def test_a_level_below_may_let_it_shrink_and_a_level_above_asks_for_more():
    low, same, high = (required_growth(from_five(0.0), level, 2025) for level in (4, 5, 6))
    assert low == pytest.approx(100 * (0.8**0.2 - 1))
    assert (same, high) == (pytest.approx(0.0), pytest.approx(100 * (1.2**0.2 - 1)))


def test_no_year_ahead_asks_for_nothing():
    assert np.isnan(required_growth(from_five(5.0), 4, 2020))


def test_denominators_that_are_known_are_used_and_then_grow():
    rows = [figure(RAW, TOP, 2019, 4.0), figure(RAW, TOP, 2020, 5.0)]
    rows += [figure(RAW, BELOW, year, float(year)) for year in (2019, 2020, 2021, 2022, 2024)]
    still = standing_still(read_parts(plant(RAW, *rows), run_of()), (0.0, 10.0))
    assert (still.index[0], len(still), list(still)) == (2020, FARTHEST + 1, [0.0, 10.0])
    # 2024 is known, but not the year before it.
    below = [2020, 2021, 2022, 2224.2, 2446.62]
    assert still[10.0].iloc[:5].tolist() == pytest.approx([500 / value for value in below])
    assert still[0.0].iloc[2:].to_numpy() == pytest.approx(500 / 2022)


def test_an_implied_denominator_grows_from_its_last_year():
    parts = read_parts(RAW, run_of(area="guangzhou"))
    still = standing_still(parts, (5.0,))[5.0]
    ratio = parts.table["ratio"].iloc[-1]
    assert still.iloc[:2].tolist() == pytest.approx([ratio, ratio / 1.05])


def test_without_a_year_of_the_ratio_nothing_can_be_asked():
    still = standing_still(read_parts(growing(RAW), run_of(as_of="1999-01-01")), (5.0,))
    assert still.isna().all().all()
    assert np.isnan(required_growth(still[5.0], 4.8, 2030))
