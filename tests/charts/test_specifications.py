"""The chart of a specification curve on real and planted curves."""

from functools import cache

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.charts.style import house_style
from helpers.observations.raw_data import read_raw
from helpers.targets.specification_curve import curve as specifications
from helpers.targets.specification_curve.choices import CHOICES
from support.charts import drawn

HEADLINE = ["rd_intensity_2025", "sei_share_2025", "pct_applications_2025"]
HAN = "深圳市战略性新兴产业增加值占地区生产总值比重，超过规划目标。"


@cache
def curve(target, day):
    return specifications.specification_curve(read_raw(), day, target)


def planted(chances, choice="members", levels=("pool", "drift", "theta")):
    ours = {name: next(iter(levels)) for name, levels in CHOICES.items()}
    rows = [ours | {choice: levels[i % len(levels)]} for i in range(len(chances))]
    default = [True] + [False] * (len(chances) - 1)
    return pd.DataFrame(rows).assign(probability=chances, median=1.0, points=9, default=default)


def draw(table, width=7.0, title="A finding"):
    said = {"title": title, "source": "Source: somewhere"}
    return charts.specification_chart(table, levels=CHOICES, **said, width=width)


def marks(figure, gid):
    """Horizontal places of the marks with a gid."""
    found = [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == gid]
    return [sorted({float(x) for x in line.get_xdata()}) for line in found]


def texts_of(figure):
    drawn(figure)
    shown = [*figure.texts]
    for axes in figure.axes:
        shown += [*axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels()]
    return [t for t in shown if t.get_visible() and t.get_text().strip()]


def assert_readable(figure):
    with house_style():
        boxes = [(t.get_text(), t.get_window_extent()) for t in texts_of(figure)]
    for number, (words, box) in enumerate(boxes):
        assert box.x0 >= 0 and box.x1 <= figure.bbox.width, words
        assert box.y0 >= 0 and box.y1 <= figure.bbox.height, words
        for other, its in boxes[number + 1 :]:
            across = min(box.x1, its.x1) - max(box.x0, its.x0)
            along = min(box.y1, its.y1) - max(box.y0, its.y0)
            assert across < 1 or along < 2, f"{words!r} covers {other!r}"
    assert min(t.get_fontsize() for t in texts_of(figure)) >= 9


def assert_label_clear(figure):
    """The label of the default covers no dot."""
    axes = figure.axes[0]
    (label,) = [t for t in axes.texts if t.get_gid() == "default label"]
    (dots,) = [line for line in axes.get_lines() if line.get_gid() == "specification"]
    places = axes.transData.transform(np.column_stack(dots.get_data()))
    box = label.get_window_extent()
    assert not any(box.contains(x, y) for x, y in places)


@pytest.mark.slow
@pytest.mark.parametrize("width", [7.0, 3.9])
@pytest.mark.parametrize("day", ["2021-02-25", "2024-12-31"])
@pytest.mark.parametrize("target", HEADLINE)
def test_real_curves_are_readable(target, day, width):
    figure = draw(curve(target, day), width, title=HAN)
    assert figure.get_size_inches()[0] == width
    assert_readable(figure)
    if curve(target, day)["default"].any():
        assert_label_clear(figure)


@pytest.mark.parametrize("width", [7.0, 3.9])
@pytest.mark.parametrize("place", [0.0, 0.2, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("level", [(0.0, 0.02), (0.0, 1.0), (0.4, 0.6), (0.99, 1.0)])
def test_the_label_stays_clear_wherever_the_default_lies(place, level, width):
    chances = np.linspace(*level, 60)
    table = planted([level[0] + place * (level[1] - level[0]), *chances])
    figure = draw(table, width)
    assert_readable(figure)
    assert_label_clear(figure)


def test_dots_rise_and_the_marks_below_are_the_choices():
    table = planted([0.5, 0.9, 0.1])
    figure = draw(table)
    (dots,) = [x for x in figure.axes[0].get_lines() if x.get_gid() == "specification"]
    assert list(dots.get_ydata()[::3]) == pytest.approx([10, 50, 90])
    assert marks(figure, "on members theta") == [[0.0]]
    assert marks(figure, "on members pool") == [[1.0]]
    assert marks(figure, "on members drift") == [[2.0]]
    assert marks(figure, "default") == [[1.0]]


def test_of_two_levels_only_the_other_has_a_row_and_of_one_none():
    figure = draw(planted([0.2, 0.4, 0.6, 0.8], "spread", ("learned", "own")))
    words = {t.get_text() for t in texts_of(figure)}
    assert "spread: model's own" in words
    assert marks(figure, "on spread own") == [[1.0, 3.0]]
    assert marks(figure, "on spread learned") == []
    assert not any("members" in text for text in words)


def test_many_columns_are_thinned_with_extremes_and_default_kept_and_a_note():
    chances = [0.3711, *np.linspace(0.05, 0.95, 999)]
    figure = draw(planted(chances))
    (dots,) = [x for x in figure.axes[0].get_lines() if x.get_gid() == "specification"]
    seen = dots.get_ydata()[::3]
    assert len(seen) < 300
    assert (seen.min(), seen.max()) == pytest.approx((5, 95))
    assert np.isclose(seen, 37.11).sum() == 1
    notes = " ".join(t.get_text() for t in figure.texts)
    assert f"{len(seen)} of 1,000 are drawn, evenly spaced by rank" in notes
    few = draw(planted(list(np.linspace(0.1, 0.9, 40))))
    assert "drawn" not in " ".join(t.get_text() for t in few.texts)


def test_drawing_leaves_the_curve_alone_and_gives_the_same_bytes():
    table = planted([0.5, 0.9, 0.1])
    before = table.copy()
    assert charts.to_svg(draw(table)) == charts.to_svg(draw(table))
    pd.testing.assert_frame_equal(table, before)


def test_the_largest_real_chart_stays_small():
    figure = draw(curve("sei_share_2025", "2024-12-31"))
    assert len(charts.to_svg(figure)) < 150_000
