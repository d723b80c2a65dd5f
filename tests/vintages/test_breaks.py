"""Breaks of definition: a planted growth rate is recovered across a splice."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.vintages.breaks import mark_breaks, splice

DEFINITIONS = pd.DataFrame(
    {
        "definition": ["old", "middle", "new", "other"],
        "first_year": [2000, 2008, 2010, 2005],
        "comparable_with_previous": ["yes", "no", "suspected", "no"],
        "use": ["main", "main", "main", "alternative"],
    }
)
INDICATORS = pd.DataFrame(
    {
        "indicator": ["share", "part", "whole", "level"],
        "numerator": ["part", "", "", ""],
        "denominator": ["whole", "", "", ""],
        "real_growth": ["", "part_growth", "whole_growth", ""],
    }
)


def planted(growth=0.05, jump=1.4, *, broken=8, count=14, indicator="share"):
    """A series that grows steadily and jumps once, at a change of definition."""
    level = np.exp(growth * np.arange(count)) * np.where(np.arange(count) < broken, 1.0, jump)
    return pd.DataFrame(
        {
            "indicator": indicator,
            "area": "here",
            "year": 2000 + np.arange(count),
            "value": level,
            "definition": ["old"] * broken + ["middle"] * (count - broken),
        }
    )


def real_growth(part, whole, years):
    rows = [("part_growth", "here", y, part) for y in years]
    rows += [("whole_growth", "here", y, whole) for y in years]
    return pd.DataFrame(rows, columns=["indicator", "area", "year", "value"])


NO_GROWTH = real_growth(0, 0, [])


def test_a_change_of_definition_is_marked_where_it_happens():
    marks = mark_breaks(planted(), DEFINITIONS).set_index("year")["break_before"]
    assert marks[2008] == "no"
    assert (marks.drop(2008) == "").all()


def test_a_definition_without_points_still_breaks_the_series():
    series = planted().replace({"definition": {"middle": "new"}})
    assert mark_breaks(series, DEFINITIONS)["break_before"].iloc[8] == "no"
    unused = DEFINITIONS[DEFINITIONS["definition"].ne("middle")]
    assert mark_breaks(series, unused)["break_before"].iloc[8] == "suspected"


@given(st.floats(-0.1, 0.2), st.floats(0.3, 3.0))
def test_neighbour_growth_recovers_a_planted_rate_across_the_break(growth, jump):
    marked = mark_breaks(planted(growth, jump), DEFINITIONS)
    spliced = splice(marked, NO_GROWTH, INDICATORS, method="neighbour_growth")
    steps = np.diff(np.log(spliced["spliced_value"]))
    np.testing.assert_allclose(steps, growth, atol=1e-9)
    assert spliced["link_factor"].iloc[8] == pytest.approx(jump)


def test_real_growth_carries_a_share_across_the_break():
    marked = mark_breaks(planted(0.05, 1.4), DEFINITIONS)
    spliced = splice(marked, real_growth(12.0, 5.0, [2008]), INDICATORS)
    step = spliced["spliced_value"].iloc[8] / spliced["spliced_value"].iloc[7]
    assert step == pytest.approx(1.12 / 1.05)
    assert spliced["link_method"].iloc[8] == "real_growth"


def test_without_real_growth_the_neighbours_decide_and_it_says_so():
    marked = mark_breaks(planted(), DEFINITIONS)
    assert splice(marked, NO_GROWTH, INDICATORS)["link_method"].iloc[8] == "neighbour_growth"


def test_the_latest_level_and_the_published_values_stay():
    marked = mark_breaks(planted(), DEFINITIONS)
    spliced = splice(marked, NO_GROWTH, INDICATORS)
    np.testing.assert_array_equal(spliced["value"], marked["value"])
    np.testing.assert_array_equal(spliced["spliced_value"].iloc[8:], marked["value"].iloc[8:])


def test_a_suspected_break_is_spliced_on_request_only():
    series = planted().replace({"definition": {"middle": "new"}})
    marked = mark_breaks(series, DEFINITIONS[DEFINITIONS["definition"].ne("middle")])
    kept = splice(marked, NO_GROWTH, INDICATORS)
    np.testing.assert_array_equal(kept["spliced_value"], kept["value"])
    joined = splice(marked, NO_GROWTH, INDICATORS, suspected=True)
    assert joined["link_factor"].iloc[8] == pytest.approx(1.4)


def test_none_keeps_the_jump():
    marked = mark_breaks(planted(), DEFINITIONS)
    spliced = splice(marked, NO_GROWTH, INDICATORS, method="none")
    np.testing.assert_array_equal(spliced["spliced_value"], spliced["value"])


def test_without_any_growth_nothing_is_linked_and_it_says_so():
    marked = mark_breaks(planted(broken=1, count=2), DEFINITIONS)
    spliced = splice(marked, NO_GROWTH, INDICATORS)
    assert spliced["link_method"].iloc[1] == "not linked"
    np.testing.assert_array_equal(spliced["spliced_value"], spliced["value"])


def test_two_breaks_multiply():
    series = planted(0.0, 1.0)
    series.loc[series["year"] >= 2011, ["definition"]] = "new"
    series["value"] = np.where(series["year"] < 2008, 10.0, np.where(series["year"] < 2011, 20, 60))
    table = DEFINITIONS.assign(comparable_with_previous=["yes", "no", "no", "no"])
    spliced = splice(mark_breaks(series, table), NO_GROWTH, INDICATORS)
    np.testing.assert_allclose(spliced["spliced_value"], 60.0)
