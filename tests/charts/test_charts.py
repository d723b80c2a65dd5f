import io
import math
import re
import subprocess
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.font_manager import FontProperties
from matplotlib.textpath import text_to_path

from helpers import charts
from helpers.charts import text_layout as lettering
from helpers.charts.chart import describe, drawing_of
from helpers.charts.comparisons import comparison_chart
from helpers.charts.display import NO_ROW, call_rows, table_html
from helpers.charts.style import FAMILIES, house_style
from helpers.tables import DASH
from helpers.vintages import series as vintages
from support.charts import HAN, WIDTHS, assert_readable, lines, written


def frame(values, first=2010, **columns):
    """A series; None leaves a year out."""
    rows = [
        {
            "year": first + i, "value": float(v), "spliced_value": float(v), "decimals": 1,
            "definition": "d", "status": "final", "qualifier": "exact", "grade": "press",
            "break_before": "",
        }
        for i, v in enumerate(values)
        if v is not None
    ]  # fmt: skip
    return pd.DataFrame(rows).assign(**columns)


def fan(first, median, step):
    """A projection whose spread grows with the years."""
    years = range(first, first + len(median))
    table = pd.DataFrame({"year": years, "median": [float(m) for m in median]})
    for level, wide in ((50, 0.7), (80, 1.3), (95, 2.0)):
        reach = wide * step * np.sqrt(np.arange(1, len(median) + 1))
        table[f"lower{level}"] = table["median"] - reach
        table[f"upper{level}"] = table["median"] + reach
    return table


def chart(series, **more):
    words = {"title": "A finding", "unit": "% of GDP", "source": "Source: somewhere"}
    return charts.series_chart(series, **(words | more))


def years_of(drawn):
    return sorted(float(x) for line in drawn for x in np.atleast_1d(line.get_xdata()))


@pytest.fixture(scope="module")
def archive(raw):
    return vintages.open_archive(raw)


REAL = [
    ("rd_intensity", "shenzhen", (2025, 4.8, "target 4.8")),
    ("sei_share", "shenzhen", (2025, 38, "target 38")),
    ("pct_applications", "shenzhen", (2025, 25000, "target 25,000")),
    ("gdp", "shenzhen", (2025, 40000, "target 40,000")),
    ("gdp_real_growth", "shenzhen", None),
    ("invention_patents_per_10k", "shenzhen", None),
    ("pct_published_zte", "shenzhen", None),
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("projected", [0, 1, 6])
@pytest.mark.parametrize(("indicator", "area", "target"), REAL)
def test_real_series_are_readable(raw, archive, indicator, area, target, projected, width):
    series = vintages.known_series(archive, "2026-11-23", indicator=indicator, area=area)
    last = series.iloc[-1]
    medians = [last["spliced_value"] * 1.03**k for k in range(1, projected + 1)]
    step = 0.05 * abs(last["spliced_value"])
    table = fan(int(last["year"]) + 1, medians, step) if projected else None
    own = raw.events["indicators"].str.split(";").apply(lambda names: indicator in names)
    events = raw.events[own].rename(columns={"name_en": "label"})[["date", "label"]].tail(5)
    figure = chart(
        series, title=f"{HAN} {indicator} moved by so and so much since the plan was signed",
        target=target, projection=table, events=events, width=width,
    )  # fmt: skip
    assert_readable(figure)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("indicator", ["gdp", "rd_intensity", "sei_share", "pct_applications"])
def test_real_vintages_are_readable(archive, indicator, width):
    table = vintages.revisions(archive, indicator, "shenzhen")
    figure = charts.vintage_chart(
        table, title="A finding", unit="100 million yuan", source="Source: x " * 30, width=width
    )
    assert_readable(figure)


def test_unverified_points_are_hollow_and_the_others_are_not():
    series = frame([1, 2, 3, 4], grade=["press", "unverified", "official", "unverified"])
    figure = chart(series)
    hollow, solid = lines(figure, "unverified"), lines(figure, "verified")
    assert years_of(hollow) == [2011, 2013]
    assert years_of(solid) == [2010, 2012]
    assert {line.get_markerfacecolor() for line in hollow} == {"white"}
    assert "white" not in {line.get_markerfacecolor() for line in solid}
    assert "unverified" in [words for words, _ in written(figure)]
    assert "unverified" not in [words for words, _ in written(chart(frame([1, 2])))]


def test_derived_points_and_estimates_have_marks_of_their_own():
    series = frame(
        [1, 2, 3, 4],
        qualifier=["exact", "derived", "derived", "exact"],
        status=["final", "final", "estimate", "estimate"],
    )
    figure = chart(series)
    marks = {line.get_marker(): years_of([line]) for line in lines(figure, "verified")}
    assert marks == {"o": [2010], "D": [2011], "^": [2012, 2013]}
    words = [text for text, _ in written(figure)]
    assert {"derived", "estimate"} <= set(words)


def test_a_gap_is_not_bridged():
    figure = chart(frame([1, 2, None, 4, 5, None, None, 8]))
    runs = [list(line.get_xdata()) for line in lines(figure, "observed")]
    assert runs == [[2010, 2011], [2013, 2014], [2017]]


def test_definitions_are_lines_of_their_own_with_a_break_between():
    series = frame(
        [10, 11, 15, 16, 17],
        definition=["a", "a", "b", "b", "c"],
        break_before=["", "", "no", "", "suspected"],
        spliced_value=[13.0, 14.0, 15.0, 16.0, 17.0],
    )
    figure = chart(series)
    assert [list(line.get_xdata()) for line in lines(figure, "observed")] == [
        [2010, 2011], [2012, 2013], [2014],
    ]  # fmt: skip
    breaks = lines(figure, "break")
    assert [line.get_xdata()[0] for line in breaks] == [2011.5, 2013.5]
    assert breaks[0].get_linestyle() == "-"
    assert breaks[1].get_linestyle() != "-"
    words = [text for text, _ in written(figure)]
    assert {"break", "break?", "on the latest definition"} <= set(words)
    assert list(lines(figure, "spliced")[0].get_ydata()) == [13, 14, 15, 16, 17]


def test_a_series_that_was_not_spliced_shows_no_second_line():
    assert lines(chart(frame([1, 2, 3])), "spliced") == []


def test_the_projection_is_a_fan_from_the_last_point():
    figure = chart(frame([1, 2, 3]), projection=fan(2013, [3.5, 4], 0.2), target=(2014, 4.2, "t"))
    [median] = lines(figure, "median")
    assert list(median.get_xdata()) == [2012, 2013, 2014]
    assert list(median.get_ydata()) == [3, 3.5, 4]
    assert median.get_color() != lines(figure, "observed")[0].get_color()
    bands = {patch.get_gid(): patch for patch in figure.axes[0].patches}
    heights = []
    for level in (50, 80, 95):
        corners = bands[f"interval{level}"].get_path().vertices
        heights.append(corners[:, 1].max() - corners[:, 1].min())
        assert corners[:, 0].min() == 2012
    assert heights == sorted(heights)
    words = [text for text, _ in written(figure)]
    assert {"95 % interval", "80 %", "50 %", "median 4.0", "3.0", "t"} <= set(words)
    [target] = lines(figure, "target")
    assert list(target.get_ydata()) == [4.2, 4.2]
    assert lines(figure, "target mark")[0].get_xydata().tolist() == [[2014, 4.2]]


def test_events_are_numbered_in_the_plot_and_listed_below_it():
    events = pd.DataFrame({"date": ["2011-07-01", "2013"], "label": ["First law", "Second law"]})
    figure = chart(frame([1, 2, 3, 4, 5]), events=events)
    assert [round(line.get_xdata()[0], 2) for line in lines(figure, "event")] == [2011, 2013]
    words = [text for text, _ in written(figure)]
    assert {"1", "2", "1  First law (2011-07-01)", "2  Second law (2013)"} <= set(words)
    assert_readable(figure)


@pytest.mark.parametrize("width", WIDTHS)
def test_crowded_breaks_and_events_share_their_labels(width):
    marks = ["", "no", "no", "suspected", "no", "no", "suspected", "no", "no", "no"]
    series = frame(range(10, 20), definition=list("abcdefghij"), break_before=marks)
    dates = [f"20{year}-0{month}" for year in (12, 13) for month in range(1, 6)]
    events = pd.DataFrame({"date": dates, "label": "Something"})
    assert_readable(chart(series, events=events, width=width))


@pytest.mark.parametrize(
    "values", [[5], [0, 0, 0], [-3, 2, -1], [1e6, 2e6, 3e6], [0.001, 0.002], [7, 7, 7]]
)
def test_odd_series_are_readable(values):
    assert_readable(chart(frame(values)))


def test_inputs_stay_as_they_are():
    series, table = frame([3, 2, 1]).iloc[::-1], fan(2013, [1, 2], 0.1)
    before = series.copy(), table.copy()
    chart(series, projection=table, target=(2014, 2, "t"))
    pd.testing.assert_frame_equal(series, before[0])
    pd.testing.assert_frame_equal(table, before[1])


def prints():
    return pd.DataFrame(
        {
            "year": [2018, 2018, 2018, 2019, 2019],
            "value": [10.0, 12, 11, 13, 14],
            "known_from": pd.to_datetime(
                ["2019-01-31", "2020-06-30", "2021-06-30", "2020-01-31", None]
            ),
            "known_from_assumed": [True, False, False, False, False],
        }
    )


def test_each_reference_year_is_a_step_line_of_its_prints():
    figure = charts.vintage_chart(prints(), title="t", unit="u", source="s")
    [first] = lines(figure, "year 2018")
    assert list(first.get_ydata()) == [10, 12, 11]
    assert first.get_drawstyle() == "steps-post"
    assert list(lines(figure, "year 2019")[0].get_ydata()) == [13]
    [assumed] = lines(figure, "assumed")
    assert assumed.get_ydata() == [10]
    assert assumed.get_markerfacecolor() == "white"
    sizes = [line.get_markersize() for line in lines(figure, "dated")]
    assert sizes[0] < sizes[-1], "later prints are smaller than first ones"
    assert {"2018", "2019"} <= {words for words, _ in written(figure)}


def verdicts():
    rows = {
        "label": ["R&D expenditure: at least 4.8 % of GDP", "Industries: more than 38 % of GDP",
                  "PCT applications: more than 25,000 a year as counted on receipt"],
        "state": ["open, P > 99 %", "met", "open, P = 2 %"],
        "value": ["6.67 in 2024", "43.0 in 2025", ""],
        "target_value": [4.8, 38, 25000],
        "latest_value": [6.67, 43, 16364],
        "latest_grade": ["press", "unverified", "press"],
        "median": [6.97, math.nan, 17222],
    }  # fmt: skip
    table = pd.DataFrame(rows)
    for level, share in ((50, 0.05), (80, 0.1), (95, 0.2)):
        table[f"lower{level}"] = table["median"] * (1 - share)
        table[f"upper{level}"] = table["median"] * (1 + share)
    return table


@pytest.mark.parametrize("width", WIDTHS)
def test_verdicts_are_drawn_in_percent_of_the_target(width):
    figure = charts.verdict_strip(verdicts(), title=HAN, source="Source: x", width=width)
    assert_readable(figure)
    [line] = lines(figure, "target")
    assert list(line.get_xdata()) == [100, 100]
    assert years_of(lines(figure, "verified")) == pytest.approx([65.456, 138.958], abs=0.01)
    assert years_of(lines(figure, "unverified")) == pytest.approx([113.158], abs=0.01)
    assert years_of(lines(figure, "median")) == pytest.approx([68.888, 145.208], abs=0.01)
    bars = [bar for bar in figure.axes[0].patches if bar.get_gid() == "interval95"]
    assert len(bars) == 2, "a published outcome has no interval"
    assert bars[0].get_x() == pytest.approx(100 * 6.97 * 0.8 / 4.8)
    words = " ".join(text for text, _ in written(figure))
    assert "open, P > 99 % · 6.67 in 2024" in words
    assert "100 %" in words
    assert "hollow: unverified" in words


def test_verdicts_without_figures_or_projection_are_readable():
    table = verdicts().assign(median=math.nan, latest_value=[math.nan, 43, math.nan])
    for level in (50, 80, 95):
        table[[f"lower{level}", f"upper{level}"]] = math.nan
    assert_readable(charts.verdict_strip(table, title=""))
    assert_readable(charts.verdict_strip(table.iloc[:0], title="Nothing"))


@pytest.mark.parametrize("width", WIDTHS)
def test_past_projections_are_drawn_from_their_origin_over_what_came(width):
    series = pd.DataFrame({"year": [2018, 2019, 2020], "value": [10.0, 12, 11], "grade": "press"})
    paths = {"origin_year": [2018, 2018, 2019, 2019], "year": [2018, 2020, 2019, 2022]}
    paths = pd.DataFrame({**paths, "value": [10.0, 14, 12, 20]})
    figure = charts.hedgehog_chart(series, paths, "t", "u", "s", target=(2022, 15.0, "at least 15"),
                                   width=width)  # fmt: skip
    assert_readable(figure)
    drawn = [line.get_xydata().tolist() for line in lines(figure, "path")]
    assert drawn == [[[2018, 10], [2020, 14]], [[2019, 12], [2022, 20]]]
    assert len(lines(figure, "came")) == 1


def reliability():
    stated = np.linspace(0.03, 0.97, 8)
    return pd.DataFrame(
        {"forecast": stated, "observed": stated**1.3, "count": range(100, 900, 100)}
    ).assign(lower=lambda t: t["observed"] - 0.03, upper=lambda t: t["observed"] + 0.03)


@pytest.mark.parametrize("width", [5.0, 3.9])
def test_reliability_is_drawn_against_the_diagonal(width):
    figure = charts.reliability_chart(reliability(), title="t", source="s", width=width)
    assert_readable(figure)
    [dots] = [c for c in figure.axes[0].collections if c.get_gid() == "reliability"]
    assert list(dots.get_offsets()[:, 0]) == pytest.approx(list(100 * reliability()["forecast"]))
    assert list(dots.get_offsets()[:, 1]) == pytest.approx(list(100 * reliability()["observed"]))
    assert list(dots.get_sizes()) == sorted(dots.get_sizes())
    assert list(lines(figure, "diagonal")[0].get_ydata()) == [0, 100]
    assert "800" in [words for words, _ in written(figure)]


def every_chart():
    words = {"title": HAN, "source": "Source: 统计局"}
    return [
        chart(frame([1, 2, 3]), projection=fan(2013, [4, 5], 0.3), target=(2014, 4, "t")),
        charts.vintage_chart(prints(), unit="u", **words),
        charts.verdict_strip(verdicts(), **words),
        charts.reliability_chart(reliability(), **words),
    ]


def test_the_same_chart_gives_the_same_bytes():
    for one, other in zip(every_chart(), every_chart(), strict=True):
        svg = charts.to_svg(one)
        assert svg == charts.to_svg(other) == charts.to_svg(one)
        assert "<dc:date>" not in svg


def test_text_stays_text_in_svg():
    svg = charts.to_svg(chart(frame([1, 2]), title="R&D rose 深圳 $5 to $6"))
    assert "R&amp;D rose 深圳 $5 to $6</text>" in svg
    assert "Noto Sans SC" in svg


def test_han_glyphs_are_found():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for figure in every_chart():
            with house_style():
                figure.savefig(io.BytesIO(), format="png")


def test_titles_wrap_at_blanks_and_between_han_characters():
    for text in ("word " * 40, HAN, "mixed 深圳 words " * 9, "unbreakable" * 30, ""):
        wrapped = lettering.wrap(text, 12, 4.0)
        assert "".join(wrapped).replace(" ", "") == text.replace(" ", "")
        if "unbreakable" not in text:
            assert all(lettering.text_width(line, 12) <= 4 for line in wrapped)
        assert not any(line.startswith(("，", "。")) for line in wrapped)


def test_lines_have_the_width_of_their_outlines():
    kerned = "AVATAR To. W1 1,234.5 % of GDP illicit Wiesbaden"
    for text in (kerned, f"P = 35 % {HAN}", "il. " * 90, " "):
        for weight in ("normal", "bold"):
            font = FontProperties(family=FAMILIES, size=9, weight=weight)
            with house_style():
                width, _, _ = text_to_path.get_text_width_height_descent(text, font, False)
            assert lettering.text_width(text, 9, weight) == pytest.approx(width / 72, rel=2e-3)


def test_numbers_are_written_in_english_form():
    assert [lettering.plain(v) for v in (0, 12.5, 1234567, -3.25, 0.0001234567, 25000)] == [
        "0", "12.5", "1,234,567", "\N{MINUS SIGN}3.25", "0.0001235", "25,000",
    ]  # fmt: skip


def test_labels_are_moved_apart_within_their_room():
    placed = lettering.spread([5, 5, 5.1, 1], 1, 0, 6)
    assert sorted(placed) == pytest.approx([1, 4, 5, 6])
    assert placed[3] == 1
    assert lettering.spread([], 1, 0, 1) == []


def test_charts_leave_the_settings_and_pyplot_alone():
    before = dict(mpl.rcParams)
    every_chart()
    assert dict(mpl.rcParams) == before
    code = "import sys, helpers.charts; print('matplotlib.pyplot' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "False", answer.stderr


MISSING = pd.DataFrame(
    {
        "number": [1.5, np.nan, -0.0],
        "text": [None, "<b>", "y"],
        "day": pd.to_datetime(["2020-01-02", None, "2021-03-04"]),
        "count": pd.array([1, None, 3], dtype="Int64"),
        "share": pd.array([0.5, None, 3], dtype="Float64"),
        "kind": pd.Categorical(["a", None, "a"]),
        "any": [pd.NaT, 1.0, float("nan")],
        2025: [True, pd.NA, None],
    }
)


def test_a_table_has_a_dash_where_there_is_no_value_and_no_negative_zero():
    before = MISSING.copy()
    html = table_html(MISSING)
    assert not re.search(r"NaN|None|NaT|&lt;NA&gt;|-0\.0|00:00", html)
    assert html.count(f">{DASH}<") == MISSING.isna().to_numpy().sum()
    assert "&lt;b&gt;" in html and "<b>" not in html
    pd.testing.assert_frame_equal(MISSING, before)
    twins = pd.DataFrame([[1.0, np.nan]], columns=["a", "a"])
    assert table_html(twins).count("<td>") == 2


def test_a_line_of_a_table_begins_without_blanks():
    assert not re.search("^ ", table_html(MISSING), re.MULTILINE)


def test_a_table_shows_names_where_it_holds_identifiers():
    names = {"rd_share": "R&D share", "own_source": "own_source", "town": "Town"}
    call_rows(names, {"area_id": "area", "n": "(1)"})
    frame = pd.DataFrame(
        {
            "what": ["rd_share", "rd_share, real_growth", "own_source", "A_b", 3],
            "n": [1, 2, 3, 4, 5],
        },
        index=pd.MultiIndex.from_product([["town"], list("abcde")], names=["area_id", "k"]),
    )
    before = frame.copy()
    html = table_html(frame)
    assert re.findall("<td>(.*?)</td>", html)[::2] == [
        "R&amp;D share", "R&amp;D share, real growth", "own_source", "A_b", "3",
    ]  # fmt: skip
    assert ">Town<" in html and ">town<" not in html
    assert ">area<" in html and "area_id" not in html and ">(1)<" in html
    pd.testing.assert_frame_equal(frame, before)
    assert ">R&amp;D share<" in table_html(pd.DataFrame({"rd_share": [1]}))
    call_rows({})


def test_a_title_is_its_finding_and_the_rest_stands_below_it():
    rows = pd.DataFrame({"name": ["a"] * 3, "area": ["a"] * 3, "year": [2001, 2002, 2003],
                         "value": [1.0, 2.0, 3.0], "decimals": 0, "grade": "official"})  # fmt: skip
    chart = comparison_chart(rows, "It rose; a thing: by two; in three years", "units", "Source: x")
    drawn = drawing_of(chart)
    assert drawn.title == "It rose" and drawn.description.startswith("A thing: by two; in three")
    told = [text.get_text() for text in chart.texts]
    assert told[:2] == ["It rose", "A thing: by two; in three years"]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ([1, 3, 2, 4], "4 points, from 1 (2010) to 4 (2013); all others lie in between."),
        ([4, 3, 4, 1], "4 points, from 4 (2010) to 1 (2013); all others lie in between."),
        ([2, 1, 4], "3 points, from 2 (2010) to 4 (2012); lowest 1 (2011), highest 4 (2012)."),
        ([2, 2, 2], "3 points, from 2 (2010) to 2 (2012); all others lie in between."),
        ([1, 2], "2 points, from 1 (2010) to 2 (2011)."),
    ],
)
def test_extremes_are_told_unless_they_are_the_ends(values, told):
    assert describe(frame(values).drop(columns="grade"), "value", "year", "") == told


@pytest.mark.parametrize("empty", [pd.DataFrame(), frame([1.0]).head(0)])
def test_a_chart_without_figures_says_so_in_place_of_counting_none(empty):
    assert describe(empty, "value", "year", "") == "no figure was known"


def test_a_table_without_rows_is_a_sentence():
    assert table_html(MISSING.iloc[:0]) == f"<p>{NO_ROW}</p>"


def test_notebooks_show_charts_as_svg_of_equal_bytes(tmp_path):
    code = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
import pandas as pd
from helpers import charts
charts.use_house_style()
table = pd.DataFrame({"forecast": [0.2, 0.8], "observed": [0.1, 0.9], "count": [5, 7]})
make = lambda: charts.reliability_chart(table, title="t", source="s")
shown = [shell.display_formatter.format(make())[0] for _ in range(2)]
assert "image/svg+xml" in shown[0], shown[0].keys()
assert shown[0] == shown[1]
assert "dc:date" not in shown[0]["image/svg+xml"]
assert "–" in shell.display_formatter.format(pd.DataFrame({"a": [1, None]}))[0]["text/html"]
assert 'width="360pt"' in shown[0]["image/svg+xml"], shown[0]["image/svg+xml"][:400]
"""
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"HOME": str(tmp_path)}
    )
    assert answer.returncode == 0, answer.stderr
