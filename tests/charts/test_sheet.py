import inspect

import pytest

from helpers import charts
from helpers.charts.sheet import limits


@pytest.mark.parametrize(
    ("values", "asked", "ends"),
    [
        ([10, 20], {}, (9.2, 20.8)),
        ([10, float("nan"), 20], {"room": 0.1}, (9, 21)),
        ([7, 20], {"zero": 0.4}, (0, 21.04)),
        ([9, 20], {"zero": 0.4}, (8.12, 20.88)),
        ([-1, 20], {"zero": 0.4}, (-2.68, 21.68)),
        ([50], {}, (46, 54)),
        ([0], {}, (-0.08, 0.08)),
        ([], {}, (-0.08, 1.08)),
    ],
)
def test_axes_hold_values_with_room_and_begin_at_zero_unless_it_squeezes(values, asked, ends):
    assert limits(values, **asked) == pytest.approx(ends)


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
