"""Level shifts: a planted jump is found again, what is multiplied or chained is exact."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.topics.industries import level_shifts


def planted_steps(growth, jump, *, broken=5, count=10, price=0.0):
    """Steps of a share that grows steadily at an unchanged definition and jumps once.

    The numerator's own price moves by `price` a year against a denominator of constant price.
    """
    years = np.arange(2001, 2001 + count)
    at = years == 2001 + broken
    change = growth + np.where(at, np.log(jump), 0.0)
    share = 30 * np.exp(np.cumsum(change))
    return pd.DataFrame(
        {
            "year_before": years - 1,
            "definition": "new",
            "break_before": np.where(at, "no", ""),
            "share_before": share / np.exp(change),
            "share": share,
            "numerator_growth": 100 * np.expm1(change + 0.03),
            "numerator_real_growth": 100 * np.expm1(growth - price + 0.03),
            "denominator_growth": 100 * np.expm1(0.03),
            "denominator_real_growth": 100 * np.expm1(0.03),
        },
        index=years,
    )


@given(st.floats(-0.05, 0.05), st.floats(0.5, 2.0))
def test_every_way_that_knows_the_growth_recovers_a_planted_jump(growth, jump):
    table = level_shifts.shifts(planted_steps(growth, jump))
    assert list(table.index) == [2006]
    for way in level_shifts.WAYS:
        known = 100 * (jump - 1)
        off = 100 * (jump * np.exp(growth) - 1) if way == "unchanged" else known
        assert table.loc[2006, way] == pytest.approx(off, abs=1e-9)


def test_a_moving_price_misleads_real_growth_but_not_the_way_that_knows_it():
    row = level_shifts.shifts(planted_steps(0.01, 1.2, price=-0.02)).iloc[0]
    assert row["real_growth_own_prices"] == pytest.approx(20.0)
    assert row["real_growth"] == pytest.approx(100 * (1.2 * np.exp(-0.02) - 1))


@pytest.mark.parametrize(("jump", "sign"), [(1.2, "up"), (0.8, "down"), (1.005, "unclear")])
def test_a_sign_is_named_only_where_all_ways_agree(jump, sign):
    assert level_shifts.shifts(planted_steps(-0.01, jump))["sign"].tolist() == [sign]


def test_a_way_without_figures_is_missing_and_not_nothing():
    table = planted_steps(0.01, 1.2)
    table.loc[2006, "numerator_real_growth"] = np.nan
    found = level_shifts.shifts(table)
    assert found[["real_growth", "real_growth_own_prices"]].isna().all(axis=None)
    assert found["median_year"].iloc[0] == pytest.approx(20.0)
    net = level_shifts.factors(found, 2000, 2010)
    assert np.isnan(net["real_growth"]) and net["median_year"] == pytest.approx(1.2)


def test_shifts_compound_and_count_only_between_the_years():
    one = level_shifts.shifts(planted_steps(0.0, 1.25))
    two = pd.concat([one, one.set_axis([2008])])
    spans = ((2000, 2010), (2006, 2010), (2008, 2010), (2010, 2006))
    factors = [level_shifts.factors(two, *span)["real_growth"] for span in spans]
    assert factors == pytest.approx([1.5625, 1.25, 1.0, 0.8])
    assert level_shifts.factors(two, float("nan"), 2010).isna().all()


def test_steps_hold_growth_over_their_whole_span_and_nothing_where_a_year_is_not_known():
    share = pd.DataFrame({"year": [2010, 2012, 2013], "value": [30.0, 33.0, 34.0]})
    share = share.assign(definition=["a", "b", "b"], break_before=["", "no", ""])
    parts = {"numerator": [10.0, 20, 10, 10], "denominator": [5.0, 5, 5, np.nan]}
    real = pd.DataFrame(parts, index=[2010, 2011, 2012, 2013])
    amounts = pd.DataFrame({"numerator": [100.0, 150], "denominator": [200.0, 300]}, [2010, 2012])
    table = level_shifts.steps(share, amounts, real)
    assert list(table.index) == [2012, 2013] and table["year_before"].tolist() == [2010, 2012]
    assert table["share_before"].tolist() == [30.0, 33.0]
    assert table.loc[2012, "numerator_real_growth"] == pytest.approx(100 * (1.2 * 1.1 - 1))
    assert table.loc[2012, "denominator_growth"] == pytest.approx(50.0)
    assert np.isnan(table.loc[2013, "denominator_real_growth"])
    assert np.isnan(table.loc[2013, "numerator_growth"])
    assert level_shifts.steps(share.iloc[:0], amounts, real).empty


@given(st.lists(st.floats(-20, 30), min_size=3, max_size=8), st.integers(0, 7))
def test_a_chained_index_gives_back_the_growth_that_it_was_chained_from(rates, place):
    years = list(range(2010, 2010 + len(rates)))
    base = years[min(place, len(years) - 1)]
    index = level_shifts.chain(pd.Series(rates, index=years), base)
    assert index[base] == 100.0
    assert list(index.index) == list(range(2009, years[-1] + 1))
    back = 100 * (index / index.shift() - 1)
    assert back.dropna().to_numpy() == pytest.approx(np.array(rates), abs=1e-9)


def test_a_chain_stops_at_a_year_that_is_not_known():
    index = level_shifts.chain(pd.Series([10.0, np.nan, 10.0], index=[2011, 2012, 2013]), 2011)
    assert list(index.index) == [2010, 2011]
    assert index[2010] == pytest.approx(100 / 1.1)


def test_on_its_own_definition_a_share_is_as_printed_and_elsewhere_moved_by_the_shifts():
    steps = planted_steps(0.01, 1.2)
    share = pd.DataFrame({"year": steps.index, "value": steps["share"]})
    shifts, printed = level_shifts.shifts(steps), steps["share"]
    early = level_shifts.on_definition(share, shifts, 2003)
    assert early.loc[2005, "real_growth"] == printed[2005]
    assert early.loc[2010, "real_growth"] == pytest.approx(printed[2010] / 1.2)
    late = level_shifts.on_definition(share, shifts, 2010)
    assert late.loc[2003, "median_year"] == pytest.approx(printed[2003] * 1.2)
