import inspect

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from helpers import charts
from helpers.charts.sheet import limits, outward


@pytest.mark.parametrize(
    ("values", "asked", "ends"),
    [
        ([10, 20], {}, (9, 21)),
        ([10, float("nan"), 20], {"room": 0.1}, (9, 21)),
        ([7, 20], {"zero": 0.4}, (0, 22)),
        ([9, 20], {"zero": 0.4}, (8, 21)),
        ([-1, 20], {"zero": 0.4}, (-3, 22)),
        ([50], {}, (46, 54)),
        ([0], {}, (-0.08, 0.08)),
        ([], {}, (-0.1, 1.1)),
    ],
)
def test_axes_hold_values_with_room_and_begin_at_zero_unless_it_squeezes(values, asked, ends):
    assert limits(values, **asked) == pytest.approx(ends)


SIZE = st.floats(-1e9, 1e9)


@given(SIZE, SIZE)
def test_ends_are_round_and_no_more_than_a_twentieth_beyond(one, other):
    low, high = sorted([one, other])
    assume(high - low > 1e-6 * max(abs(low), abs(high), 1e-6))
    left, right = outward(low, high)
    span = high - low
    assert left <= low + 1e-6 * span and high - 1e-6 * span <= right
    assert low - left <= 0.051 * span and right - high <= 0.051 * span


def test_one_higher_figure_leaves_the_axis_where_it_is():
    assert limits([3.41, 4.9, 6.67]) == limits([3.41, 4.9, 6.68])


def test_a_chart_asks_for_its_own_arguments_and_for_those_of_its_paper():
    asked = inspect.signature(charts.series_chart).parameters
    assert list(asked)[:4] == ["series", "title", "unit", "source"]
    assert list(asked)[-2:] == ["width", "language"]
    assert "unit" not in inspect.signature(charts.timeline_chart).parameters
    assert "title, unit, source" in charts.series_chart.__doc__


def test_a_chart_names_itself_when_it_is_asked_wrongly():
    with pytest.raises(TypeError, match=r"vintage_chart\(\): missing .* 'title'"):
        charts.vintage_chart(None, unit="u", source="s")
    with pytest.raises(TypeError, match=r"timeline_chart\(\): .* 'unit'"):
        charts.timeline_chart(None, title="t", unit="u", source="s")
