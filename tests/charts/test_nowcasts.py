"""Charts of cuts and nowcasts: readable at every width, and true to their tables."""

import numpy as np
import pandas as pd
import pytest

from helpers import charts
from helpers.topics.parameters import Parameters
from helpers.topics.patents import analysis as study
from helpers.topics.patents import text as pictures
from helpers.topics.patents.text import cuts_title
from support.charts import HAN, WIDTHS, assert_readable, lines, written

ASKED = {
    "as_of": "2026-11-23",
    "indicator": "pct_applications",
    "target_id": "pct_applications_2025",
    "wholes": "gba, guangdong, china",
    "quality": "invention_grants, valid_invention_patents, high_value_invention_patents_per_10k",
}
DRAWN = [pictures.factor_picture, pictures.error_picture]


@pytest.fixture(scope="module")
def found(raw):
    return study.study_filings(raw, Parameters(**ASKED))


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("draw", DRAWN, ids=lambda draw: draw.__name__)
def test_the_charts_of_the_notebook_are_readable(found, draw, width):
    assert_readable(draw(found, width))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_chart_of_cuts_is_readable(found, width):
    assert_readable(draw_cuts(found.cuts, found.events, title=cuts_title(found), width=width))


@pytest.mark.parametrize("width", WIDTHS)
def test_the_comparison_of_areas_is_readable_and_names_who_is_left_out(found, width):
    chart = pictures.peers_picture(found, "pct_applications", width)
    assert_readable(chart)
    said = " ".join(words for words, _ in written(chart))
    assert "not drawn" in said and "Qingdao" in said


def cuts_of(explained, first=2005):
    years = range(first, first + len(explained))
    return pd.DataFrame({"cut": years, "explained": [float(x) for x in explained]})


def events_of(*cuts):
    rows = [{"date": str(cut), "label": f"event of {cut}", "cut": cut} for cut in cuts]
    return pd.DataFrame(rows, columns=["date", "label", "cut"])


def draw_cuts(cuts, events, **more):
    words = {"title": "A finding", "unit": "%", "source": "Source: x"} | more
    return charts.cut_chart(cuts, events, **words)


def bars(figure, gid):
    return [bar for bar in figure.axes[0].patches if bar.get_gid() == gid]


def test_bars_are_as_high_as_the_table_and_events_are_filled():
    chart = draw_cuts(cuts_of([10, 40, 20]), events_of(2006))
    (own,) = bars(chart, "event")
    assert own.get_height() == 40
    assert own.get_x() + own.get_width() / 2 == pytest.approx(2006)
    assert sorted(bar.get_height() for bar in bars(chart, "other")) == [10, 20]


def test_events_of_one_year_share_a_number_and_others_are_listed_as_untested():
    events = events_of(1990, 2006, 2006, 2006, 2007, 2007)
    texts = [words for words, _ in written(draw_cuts(cuts_of([10, 40, 20]), events))]
    assert "2–4" in texts and "5, 6" in texts
    assert any(words.startswith("1 ") and "outside the years tested" in words for words in texts)


@pytest.mark.parametrize("width", WIDTHS)
def test_long_titles_in_chinese_do_not_collide(width):
    chart = draw_cuts(cuts_of([10, 40, 20, 5]), events_of(2005, 2006), title=HAN, width=width)
    assert_readable(chart)


def test_charts_of_nothing_are_refused():
    with pytest.raises(ValueError, match="cannot be cut"):
        draw_cuts(cuts_of([]), events_of(2006))
    with pytest.raises(ValueError, match="holds no nowcast"):
        charts.nowcast_error_chart(errors_of([]), title="x", source="y")


def errors_of(labels):
    count = len(labels)
    return pd.DataFrame(
        {"label": labels, "outcome": 100.0, "nowcast": np.linspace(90, 120, count),
         "lower80": 80.0, "upper80": 130.0, "even_months": 95.0, "focus": False}
    )  # fmt: skip


def test_errors_stand_in_percent_from_the_top_down():
    chart = charts.nowcast_error_chart(errors_of(["a", "b", "c"]), title="x", source="y")
    (dots,) = [c for c in chart.axes[0].collections if c.get_gid() == "nowcast"]
    assert dots.get_offsets()[:, 0].tolist() == pytest.approx([-10, 5, 20])
    assert dots.get_offsets()[:, 1].tolist() == [2, 1, 0]
    assert {"a", "b", "c"} <= {words for words, _ in written(chart)}


def test_the_curve_and_the_points_are_those_of_the_table():
    pairs = pd.DataFrame({"area": ["x", "y"], "name": ["X", "Y"], "months": [6, 6],
                          "share": [40.0, 45.0]})  # fmt: skip
    curve = pd.DataFrame({"months": [6, 9], "share": [42.0, 70.0], "lower": [35.0, 65.0],
                          "upper": [50.0, 76.0]})  # fmt: skip
    chart = charts.factor_chart(pairs, curve, title="x", source="y", focus="x")
    assert lines(chart, "focus")[0].get_ydata().tolist() == [40.0]
    assert lines(chart, "others")[0].get_ydata().tolist() == [45.0]
    assert lines(chart, "curve")[0].get_ydata().tolist() == [42.0, 70.0]
    assert {"X", "other areas"} <= {words for words, _ in written(chart)}


def test_the_drawn_band_is_the_nowcasts_interval(found):
    chart = pictures.factor_picture(found)
    (curve,) = lines(chart, "curve")
    factors = found.running.factors
    months, share = curve.get_xdata(), curve.get_ydata()
    assert share == pytest.approx(100 * (months / 12) ** factors.slope)
    band = next(c for c in chart.axes[0].collections if c.get_gid() == "interval80")
    corners = band.get_paths()[0].vertices
    at = corners[np.isclose(corners[:, 0], months[0])][:, 1]
    wide = np.log(at.max() / at.min())
    from scipy.stats import t

    reach = factors.spread * np.sqrt(np.log(12 / months[0])) * t(factors.years - 1).ppf(0.9)
    assert wide == pytest.approx(2 * reach)
