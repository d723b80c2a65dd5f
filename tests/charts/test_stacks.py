"""Charts of groups and of indices: sums, gaps and unverified figures stand where they belong."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from support.charts import assert_readable, lines, written


def stack(values, years=(2020, 2021), grade="press"):
    rows = [
        {"definition": "d", "year": year, "name": name, "value": value, "grade": grade}
        for year in years
        for name, value in values.items()
    ]
    return pd.DataFrame(rows)


def test_stacks_add_up_and_total_marks_stand_at_the_total():
    own = stack({"Small": 1.0, "Large": 5.0, "Middle": 3.0})
    totals = pd.DataFrame({"year": [2020, 2021], "total": [9.0, 8.0]})
    figure = charts.stack_chart(own, totals, title="T", unit="u", source="s")
    bars = [bar for bar in figure.axes[0].patches if bar.get_gid() == "filled"]
    assert max(bar.get_y() + bar.get_height() for bar in bars) == pytest.approx(9.0)
    assert sorted(line.get_ydata()[0] for line in lines(figure, "total")) == [8.0, 9.0]
    assert any("1 Large, 2 Middle, 3 Small" in words for words, _ in written(figure))
    assert_readable(figure)


def test_an_unverified_group_is_hollow_and_a_missing_total_is_not_drawn():
    own = stack({"A": 1.0, "B": 2.0}, grade="unverified")
    totals = pd.DataFrame({"year": [2020, 2021], "total": [np.nan, np.nan]})
    figure = charts.stack_chart(own, totals, title="T", unit="u", source="s")
    assert {bar.get_gid() for bar in figure.axes[0].patches} == {"hollow"}
    assert not lines(figure, "total")


def test_index_lines_keep_gaps_and_kinds_apart():
    rows = [("printed", part, year, 100.0 + year, True, False)
            for part, year in (("a", 1), ("a", 2), ("b", 4))]  # fmt: skip
    rows += [("chained", "c", year, 100.0 + 2 * year, False, year == 2) for year in (1, 2, 3)]
    table = pd.DataFrame(rows, columns=["path", "part", "year", "value", "printed", "hollow"])
    figure = charts.index_chart(table, title="T", unit="u", source="s")
    drawn = [tuple(line.get_xdata()) for line in lines(figure, "path")]
    assert (1, 2) in drawn and (4,) in drawn and (1, 2, 3) in drawn
    assert [tuple(line.get_xdata()) for line in lines(figure, "unverified")] == [(2,)]
    assert_readable(figure)
