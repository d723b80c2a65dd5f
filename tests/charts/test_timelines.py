"""The chart of a belief timeline: readable, and true to its table."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.charts.probabilities import calendar_place
from helpers.targets.history import timeline
from support.charts import WIDTHS, assert_readable, lines, written

H = {"rd_intensity": "rd_intensity_2025", "sei_share": "sei_share_2025",
     "pct_applications": "pct_applications_2025"}  # fmt: skip


@pytest.fixture(scope="module")
def three(raw):
    return timeline.belief_timeline(raw, "2026-11-23", list(H.values()))


def draw(table, **more):
    return charts.timeline_chart(table, **({"title": "A finding", "source": "Source: x"} | more))


def table_of(probabilities, set_from=0, **columns):
    days = pd.date_range("2018-03-01", periods=len(probabilities), freq="365D")
    table = pd.DataFrame({"day": days, "probability": probabilities, "set_yet": True})
    table.loc[: set_from - 1, "set_yet"] = False
    table = table.assign(
        target_id="t", state="open", settled=False, what="new figure", assumed=False,
        change=table["probability"].diff(), latest_year=days.year - 1, latest_value=10.0,
    )  # fmt: skip
    return table.assign(**columns)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("with_events", [False, True])
@pytest.mark.parametrize("indicator", list(H))
def test_real_timelines_are_readable(raw, three, indicator, width, with_events):
    own = raw.events["indicators"].str.split(";").apply(lambda names: indicator in names)
    events = raw.events[own].rename(columns={"name_en": "label"}) if with_events else None
    rows = three[three["target_id"].eq(H[indicator])]
    title = "P fell below 10 % in 2024; the largest move came with the figure for 2021"
    figure = draw(rows, events=events, width=width, title=title)
    assert_readable(figure)
    texts = [words for words, _ in written(figure)]
    assert "set" in texts and "made public" in texts


def test_the_steps_are_the_probabilities_of_their_days():
    table = table_of([0.2, 0.6, 0.4])
    (line,) = lines(draw(table), "belief")
    x, y = line.get_xdata(), np.array(line.get_ydata(), dtype=float)
    for row, until in zip(table.itertuples(), table["day"].shift(-1), strict=True):
        at = calendar_place(row.day)
        level = y[np.isclose(x, at)]
        assert np.isclose(level[~np.isnan(level)], row.probability).any()
        if pd.notna(until):
            level = y[np.isclose(x, calendar_place(until))]
            assert np.isclose(level[~np.isnan(level)], row.probability).any()
    low, high = draw(table).axes[0].get_ylim()
    assert low <= 0 and high >= 1


def test_days_without_a_p_are_a_gap_and_the_time_before_the_first_is_left_out():
    (line,) = lines(draw(table_of([0.2, np.nan, 0.4])), "belief")
    y = np.array(line.get_ydata(), dtype=float)
    assert sorted({*y[~np.isnan(y)]}) == [0.2, 0.4]
    figure = draw(table_of([np.nan, np.nan, 0.4, 0.5], set_from=3))
    assert figure.axes[0].get_xlim()[0] > 2019


def test_the_time_before_the_target_is_lighter():
    figure = draw(table_of([0.2, 0.6, 0.4], set_from=1))
    (before,) = lines(figure, "before the target was set")
    (after,) = lines(figure, "belief")
    assert before.get_color() != after.get_color()
    assert before.get_linewidth() < after.get_linewidth()
    assert "before it was set" in [words for words, _ in written(figure)]
    assert not lines(draw(table_of([0.2, 0.6])), "before the target was set")


def test_marks_are_shaped_by_what_moved_p_and_hollow_where_the_day_is_assumed():
    what = ["new figure", "revision", "suspected re-definition", "figure not used", "as-of"]
    figure = draw(table_of([0.2, 0.3, 0.5, 0.5, 0.5], what=what, assumed=[1, 0, 0, 0, 0]))
    hollow, full = lines(figure, "assumed"), lines(figure, "dated")
    assert [line.get_marker() for line in hollow] == ["o"]
    assert hollow[0].get_markerfacecolor() == "white"
    assert [line.get_marker() for line in full] == ["s", "D"]
    texts = [words for words, _ in written(figure)]
    assert {"new figure", "revision", "re-definition", "day assumed"} <= {*texts}


def test_large_moves_are_labelled_with_their_figure_and_small_ones_not():
    texts = [words for words, _ in written(draw(table_of([0.2, 0.6, 0.63, 0.3])))]
    assert "+40 points: 10 in 2018" in texts
    assert "\N{MINUS SIGN}33 points: 10 in 2020" in texts
    assert not any("+3 points" in words for words in texts)


def test_the_end_names_the_outcome_or_the_last_p():
    assert "P = 60 %" in [words for words, _ in written(draw(table_of([0.2, 0.6])))]
    settled = table_of([0.2, 0.6, 0.0], settled=[False, False, True], state="missed")
    assert "missed" in [words for words, _ in written(draw(settled))]


def test_events_outside_and_the_making_itself_are_left_out():
    what = ["new figure", "target set", "new figure"]
    table = table_of([0.2, 0.2, 0.6], what=what)
    set_on = f"{table['day'].iloc[1]:%Y-%m-%d}"
    events = pd.DataFrame(
        {"date": ["2001", set_on, "2019-06", "2031-01-01"], "label": ["old", "set", "law", "far"]}
    )
    figure = draw(table, events=events)
    texts = [words for words, _ in written(figure)]
    assert "1  law (2019-06)" in texts
    assert not any(words.startswith(("2  ", "1  old")) for words in texts)
    assert len(lines(figure, "event")) == len(lines(figure, "making")) == 1


def test_a_target_without_any_p_still_gives_a_sheet():
    assert_readable(draw(table_of([np.nan, np.nan])))


def test_the_table_is_left_alone_and_the_picture_is_repeatable(three):
    rows = three[three["target_id"].eq(H["sei_share"])]
    kept = rows.copy()
    first, second = charts.to_svg(draw(rows)), charts.to_svg(draw(rows))
    assert first == second
    pd.testing.assert_frame_equal(rows, kept)
