"""Charts of the second stage: readable on a phone too, and true to their tables."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.observations.raw_data import read_raw
from helpers.topics.outlook import text as findings
from helpers.topics.outlook.goals import attainment, second_stage
from helpers.topics.parameters import Parameters
from support.charts import WIDTHS, assert_readable, lines, written

DAY = "2026-11-23"
INDICATORS = ["gdp", "rd_intensity", "sei_share"]


@pytest.fixture(scope="module")
def stage():
    raw = read_raw()
    run = Parameters(as_of=DAY, since_year=2025, last_year=2035)
    return second_stage(raw, run)


@pytest.fixture(scope="module")
def bands():
    """Planted: two indicators, a miss on each side, and an unverified figure."""
    rows = [
        ("Gross domestic product", 2013, 14500.0, 34606.4, "press"),
        ("Gross domestic product", 2015, 17500.0, 90000.0, "press"),
        ("PCT international applications received", 2010, 5584.0, 20209.0, "unverified"),
        ("PCT international applications received", 2012, 8024.0, 4000.0, "official"),
    ]
    table = pd.DataFrame(rows, columns=["name", "origin_year", "start", "came", "grade"])
    for name, times in (("median", 2), ("lower80", 0.7), ("upper80", 4), ("lower95", 0.05),
                        ("upper95", 9)):  # fmt: skip
        table[name] = times * table["start"]
    inside = table["came"].between(table["lower80"], table["upper80"])
    return table.assign(year=table["origin_year"] + 10, horizon=10, inside80=inside)


def goal_of(stage, indicator):
    return next(goal for goal in stage.open_goals if goal.target.indicator == indicator)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("indicator", INDICATORS)
def test_fans_with_goals_are_readable(stage, indicator, width):
    goal = goal_of(stage, indicator)
    marks = findings.goal_marks(stage, goal)
    figure = charts.stage_chart(
        goal.series, goals=marks, projection=stage.intervals(goal),
        title=findings.fan_title(stage, goal), unit="unit", source="Source: x", width=width,
    )  # fmt: skip
    assert_readable(figure)
    drawn = {float(line.get_ydata()[0]) for line in lines(figure, "target")}
    assert drawn == {mark.level for mark in marks}
    years = {float(line.get_xdata()[0]) for line in lines(figure, "target mark")}
    assert years == {mark.year for mark in marks}
    texts = [words for words, _ in written(figure)]
    assert all(texts.count(mark.label) == 1 for mark in marks)


@pytest.mark.parametrize("width", WIDTHS)
def test_years_of_attainment_are_readable(stage, width):
    figure = charts.attainment_chart(
        findings.attainment_rows(stage), title=findings.attainment_title(stage),
        source="Source: x", width=width,
    )  # fmt: skip
    assert_readable(figure)


def test_bars_are_as_high_as_their_probability():
    paths = np.array([[1, 5, 5], [1, 1, 5], [1, 5, 1], [1, 1, 1]], float)
    found = attainment(paths, np.arange(2026, 2029), 5.0, 2028)
    figure = charts.attainment_chart([("Goal", "remark", found)], title="t", source="s")
    bars = [patch for patch in figure.axes[0].patches if patch.get_gid() == "first"]
    (later,) = [patch for patch in figure.axes[0].patches if patch.get_gid() == "never"]
    heights = np.array([bar.get_height() for bar in bars])
    np.testing.assert_allclose(heights / heights.max(), [0, 1, 0.5])
    assert later.get_height() == pytest.approx(heights[2])
    assert lines(figure, "deadline")[0].get_xdata()[0] == 2028


def test_a_goal_reached_before_has_a_dot_and_no_bars():
    found = attainment(np.ones((3, 2)), np.array([2026, 2027]), 5.0, 2027, reached_in=2024)
    figure = charts.attainment_chart([("Goal", "remark", found)], title="t", source="s")
    assert not figure.axes[0].patches
    assert lines(figure, "reached")[0].get_xdata()[0] == 2024
    assert charts.attainment_chart([], title="No goal is projected", source="s")


@pytest.mark.parametrize("width", WIDTHS)
def test_past_bands_are_readable_and_mark_what_missed(bands, width):
    figure = charts.past_bands_chart(
        bands, title=findings.past_title(bands, 10), source="Source: x", width=width
    )
    assert_readable(figure)
    assert len(lines(figure, "inside")) == bands["inside80"].sum()
    assert len(lines(figure, "outside")) == (~bands["inside80"]).sum()
    hollow = [
        line
        for gid in ("inside", "outside")
        for line in lines(figure, gid)
        if line.get_markerfacecolor() == "white"
    ]
    assert len(hollow) == bands["grade"].eq("unverified").sum()


def test_no_past_band_is_an_empty_sheet(bands):
    figure = charts.past_bands_chart(bands.iloc[:0], title="None", source="s")
    assert not figure.axes[0].patches
