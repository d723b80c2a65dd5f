"""The chart of contributions: readable, and its areas are the points."""

import pandas as pd
import pytest
from matplotlib.colors import to_rgba

from helpers import charts
from helpers.charts.comparisons import BAR, DENOMINATOR, NUMERATOR
from helpers.topics.research.parts import read_parts
from support.charts import WIDTHS, assert_readable, lines, written
from support.research import run_of, steps_of

NAMES = ("R&D expenditure", "Gross domestic product", "Ratio")


def steps(*rows):
    """Rows of (from_year, year, numerator points, denominator points)."""
    table = pd.DataFrame(rows, columns=["from_year", "year", "up", "down"])
    return pd.DataFrame(
        {
            "from_year": table["from_year"], "year": table["year"],
            "span": table["year"] - table["from_year"], "change": table["up"] + table["down"],
            "numerator_points": table["up"], "denominator_points": table["down"],
            "grade": "press", "break_before": "",
        }
    )  # fmt: skip


def draw(table, **more):
    words = {"title": "A finding", "unit": "points a year", "source": "Source: x", "names": NAMES}
    return charts.contribution_chart(table, **(words | more))


def bars(figure, side):
    return [p for axes in figure.axes for p in axes.patches if (p.get_gid() or "").startswith(side)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("grade", ["unverified", "secondary"])
@pytest.mark.parametrize(
    ("indicator", "area"),
    [("rd_intensity", "shenzhen"), ("rd_intensity", "china"), ("sei_share", "shenzhen")],
)
def test_real_contributions_are_readable(raw, indicator, area, grade, width):
    parts = read_parts(raw, run_of(indicator=indicator, area=area, min_grade=grade))
    names = (parts.numerator_name, parts.denominator_name, "Ratio")
    assert_readable(draw(steps_of(parts), names=names, width=width))


@pytest.mark.parametrize("width", WIDTHS)
def test_chinese_names_are_readable(width):
    names = ("全社会研发经费投入", "地区生产总值", "全社会研发投入占GDP比重")
    figure = draw(steps((2010, 2011, 0.5, -0.2)), names=names, width=width)
    assert_readable(figure)
    assert any("地区生产总值" in words for words, _ in written(figure))


def test_areas_are_the_points_also_over_several_years():
    table = steps((2010, 2011, 0.5, -0.2), (2011, 2015, 1.2, -0.4))
    for side in ("numerator", "denominator"):
        first, wide = bars(draw(table), side)
        assert first.get_height() == pytest.approx(table[f"{side}_points"][0])
        assert wide.get_height() * 4 == pytest.approx(table[f"{side}_points"][1])
        assert wide.get_width() == pytest.approx(3 + BAR)
        assert wide.get_x() + wide.get_width() == pytest.approx(2015 + BAR / 2)


def test_the_dash_is_the_net_change():
    nets = [line.get_ydata()[0] for line in lines(draw(steps((2010, 2011, 0.5, -0.2))), "net")]
    assert nets == [pytest.approx(0.3)]


def test_two_parts_on_one_side_are_stacked():
    figure = draw(steps((2010, 2011, 0.5, 0.2)))
    (up,), (down,) = bars(figure, "numerator"), bars(figure, "denominator")
    assert (up.get_y(), down.get_y()) == (0, pytest.approx(0.5))


def test_labels_add_up_all_steps():
    texts = [words for words, _ in written(draw(steps((2010, 2011, 0.5, -0.2),
                                                      (2011, 2012, 1.0, -0.4))))]  # fmt: skip
    assert "R&D expenditure\n+1.50 in all" in texts
    assert "Gross domestic product\n\N{MINUS SIGN}0.60 in all" in texts
    assert "Ratio\n+0.90 in all" in texts


def test_unverified_steps_are_hollow_and_broken_ones_pale():
    table = steps((2010, 2011, 0.5, -0.2), (2011, 2012, 0.5, -0.2), (2012, 2013, 0.5, -0.2))
    table = table.assign(grade=["unverified", "press", "press"], break_before=["", "suspected", ""])
    hollow, pale, full = bars(draw(table), "numerator")
    assert hollow.get_facecolor() == to_rgba("white") and "unverified" in hollow.get_gid()
    assert pale.get_facecolor()[3] == 0.5 and pale.get_linestyle() != "-"
    assert full.get_facecolor() == to_rgba(NUMERATOR)
    assert bars(draw(table), "denominator")[2].get_facecolor() == to_rgba(DENOMINATOR)


def test_notes_explain_what_occurs_and_nothing_else():
    def notes(table):
        return " ".join(words for words, _ in written(draw(table)))

    plain = steps((2010, 2011, 0.5, -0.2))
    assert "wide bar" not in notes(plain) and "outline" not in notes(plain)
    assert "wide bar" in notes(steps((2010, 2013, 0.5, -0.2)))
    assert "outline" in notes(plain.assign(break_before="no"))


def test_no_step_is_said_and_not_drawn():
    figure = draw(steps())
    assert "no figure was known" in [words for words, _ in written(figure)]
    assert not bars(figure, "numerator")
