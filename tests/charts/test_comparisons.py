"""The chart of several areas: readable, and true to its frame."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.charts.comparisons import OTHERS
from helpers.charts.style import OBSERVED
from helpers.vintages import peers
from support.charts import WIDTHS, assert_readable, lines, written

LANGUAGES = ["name_en", "name_zh", "name_ja"]


def frame(series, **columns):
    rows = [
        {"area": area, "name": area.title(), "year": 2010 + i, "value": value, "grade": "press",
         "decimals": 1, "break_before": ""}
        for area, values in series.items()
        for i, value in enumerate(values)
        if value is not None
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def draw(table, **more):
    words = {"title": "A finding", "unit": "% of GDP", "source": "Source: somewhere"}
    return charts.comparison_chart(table, **(words | more))


def end_labels(figure):
    return [text for axes in figure.axes for text in axes.texts if text.get_gid() == "end label"]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("indicator", ["rd_intensity", "rd_expenditure", "pct_applications"])
def test_real_comparisons_are_readable(raw, indicator, log, language, width):
    table = peers.compare(raw, "2026-11-23", indicator)
    table = table.assign(name=table["area"].map(raw.areas.set_index("area")[language]))
    title = "Shenzhen: 6.67 % in 2024, number 1 of 4 areas; the highest other is Guangdong"
    figure = draw(table, title=title, log=log, width=width, focus="shenzhen")
    assert_readable(figure)
    assert len(end_labels(figure)) == table["area"].nunique()


@pytest.mark.parametrize("width", WIDTHS)
def test_labels_of_lines_that_end_together_stand_apart(width):
    many = {f"area {letter}": [1.0, 2.0, 3.0 + 0.001 * i] for i, letter in enumerate("abcdefghij")}
    figure = draw(frame(many), width=width)
    assert_readable(figure)
    assert len(end_labels(figure)) == 10


def test_lines_and_points_are_the_values():
    figure = draw(frame({"here": [1.0, 2.0, 4.0], "there": [3.0, 3.0, 2.0]}), focus="here")
    drawn = [line.get_ydata().tolist() for line in lines(figure, "observed")]
    assert sorted(drawn) == [[1.0, 2.0, 4.0], [3.0, 3.0, 2.0]]


def test_the_focus_is_thicker_and_in_the_accent_colour():
    figure = draw(frame({"here": [1.0, 2.0], "there": [3.0, 4.0]}), focus="here")
    own, other = sorted(lines(figure, "observed"), key=lambda line: line.get_ydata()[0])
    assert own.get_color() == OBSERVED and other.get_color() == OTHERS[0]
    assert own.get_linewidth() > other.get_linewidth()
    bold = [text.get_text() for text in end_labels(figure) if text.get_weight() == "bold"]
    assert bold == ["Here 2.0"]


def test_a_line_that_ends_early_says_its_year():
    figure = draw(frame({"here": [1.0, 2.0, 3.0], "there": [5.0, 6.0, None]}))
    assert {text.get_text() for text in end_labels(figure)} == {"Here 3.0", "There\n6.0 (2011)"}


def test_a_gap_is_dotted_and_a_break_is_not_joined():
    gap = draw(frame({"here": [1.0, 2.0, None, 4.0, 5.0]}))
    (dots,) = lines(gap, "gap")
    assert dots.get_xdata().tolist() == [2011, 2013] and dots.get_linestyle() != "-"
    assert [line.get_xdata().tolist() for line in lines(gap, "observed")] == [
        [2010, 2011],
        [2013, 2014],
    ]
    broken = frame({"here": [1.0, 2.0, 3.0, 4.0]}, break_before=["", "", "no", "suspected"])
    joined = [line.get_xdata().tolist() for line in lines(draw(broken), "observed")]
    assert joined == [[2010, 2011], [2012, 2013]]


def test_unverified_points_are_hollow():
    table = frame({"here": [1.0, 2.0, 3.0]}, grade=["unverified", "press", "unverified"])
    (hollow,), (full,) = (lines(draw(table), gid) for gid in ("unverified", "verified"))
    assert hollow.get_xdata().tolist() == [2010, 2012]
    assert hollow.get_markerfacecolor() == "white"
    assert full.get_markerfacecolor() == full.get_color()


def test_an_amount_starts_at_zero_and_a_narrow_band_does_not():
    assert draw(frame({"here": [1.0, 5.0]})).axes[0].get_ylim()[0] == 0
    assert draw(frame({"here": [4.0, 5.0]})).axes[0].get_ylim()[0] > 3
    assert draw(frame({"here": [-1.0, 0.0]})).axes[0].get_ylim()[0] < -1


@pytest.mark.parametrize("values", [[22.0, 48.0], [3.0, 900.0], [2.0, 90000.0], [7.0, 7.0]])
def test_a_logarithmic_axis_has_ticks_in_view(values):
    axes = draw(frame({"here": values}), log=True).axes[0]
    low, high = axes.get_ylim()
    assert axes.get_yscale() == "log"
    assert sum(low <= tick <= high for tick in axes.get_yticks()) >= 1


def test_a_logarithmic_axis_refuses_what_is_not_above_zero():
    with pytest.raises(ValueError, match=r"log: a value is not above zero; .*log=False"):
        draw(frame({"here": [0.0, 5.0]}), log=True)


def test_nothing_known_is_said_and_not_drawn():
    figure = draw(frame({"here": [1.0]}).iloc[:0])
    assert "no figure was known" in [words for words, _ in written(figure)]
    assert_readable(figure)


def test_missing_values_are_left_out_and_the_frame_stays():
    table = frame({"here": [1.0, np.nan, 3.0]})
    before = table.copy()
    (points,) = lines(draw(table), "verified")
    assert points.get_xdata().tolist() == [2010, 2012]
    pd.testing.assert_frame_equal(table, before)


def test_only_years_and_values_are_needed():
    table = frame({"here": [1.0, 2.5]})[["area", "name", "year", "value", "grade"]]
    assert [text.get_text() for text in end_labels(draw(table))] == ["Here 2.5"]
