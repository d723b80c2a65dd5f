"""Sentences, tables and charts of a share: true to their tables, and calm without figures."""

import re
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from helpers import ROOT, charts
from helpers.observations.raw_data import read_raw
from helpers.topics.industries import analysis as story
from helpers.topics.industries import charts as pictures
from helpers.topics.industries import text as findings
from helpers.topics.parameters import Parameters
from helpers.wording.statements import statement
from support.charts import WIDTHS, assert_readable, lines, written

CASES = {
    "all": {},
    "documented": {"suspected_breaks": False},
    "no splice": {"splice": "none"},
    "neighbours": {"splice": "neighbour_growth"},
    "verified": {"min_grade": "secondary"},
    "at signing": {"as_of": "2020-07-04", "min_grade": "press"},
    "before signing": {"as_of": "2016-06-01"},
    "one figure": {"as_of": "2013-06-01"},
    "nothing yet": {"as_of": "2012-01-01"},
    "another area": {"area": "guangdong", "target_id": ""},
    "another share": {"indicator": "rd_intensity", "target_id": "rd_intensity_2025"},
    "a short share": {
        "indicator": "digital_core_share",
        "target_id": "sz_fyp14_digital_core_share_2025",
    },
    "another area's share": {"indicator": "rd_intensity", "area": "china", "target_id": ""},
}
CHARTS = {
    "definitions": pictures.definitions_picture,
    "shifts": pictures.shifts_picture,
    "footings": pictures.footings_picture,
    "indices": pictures.indices_picture,
    "groups": pictures.groups_picture,
}


@pytest.fixture(scope="module")
def told():
    raw = read_raw()
    base = {"as_of": "2026-11-23", "indicator": "sei_share", "target_id": "sei_share_2025",
            "suspected_breaks": True}  # fmt: skip
    runs = {name: Parameters(**(base | other)) for name, other in CASES.items()}
    return {name: story.tell(raw, run) for name, run in runs.items()}


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_is_whole_whatever_is_known(told, name):
    own = told[name]
    said = [
        findings.answer(own, told["verified"]), findings.shift_reading(own),
        findings.chain_reading(own), findings.intent_reading(own),
        findings.groups_reading(own.sums), findings.neighbours_reading(own.neighbours),
    ]  # fmt: skip
    for text in said:
        assert text and not re.search(r"\b(nan|None(?! of)|inf)\b", text), text
        assert not re.search(r"\d\.\d{4}", text), text
        assert not re.search(r"(?<![`\w])[a-z]+_[a-z0-9_]+|  |\b[01] of 1\b|\b1 ways\b", text), text


def test_a_share_that_does_not_fit_its_parts_is_named():
    parts = pd.DataFrame(
        {"difference": [0.02, -0.5], "agrees": [True, False], "derived": [False, True]},
        index=[2019, 2020],
    )
    said = findings.parts_reading(parts)
    assert "1 of 2 printed shares agree" in said and "largest difference is 0.50" in said
    assert "Not so for 2020. 1 of them is printed independently" in said
    assert "In no year" in findings.parts_reading(parts.iloc[:0])


def test_the_largest_and_the_smallest_contribution_are_named():
    table = pd.DataFrame(
        {"year": 2020, "name": ["Large", "Middle", "Small"], "contribution": [3.0, 1.0, -0.5]}
    )
    said = findings.contribution_reading(table)
    assert said == "Of 3.5 % growth in 2020, Large brought 3.0 points and Small \N{MINUS SIGN}0.5."
    assert "No two neighbouring years" in findings.contribution_reading(table.iloc[:0])


WIDE, NARROW = WIDTHS
DRAWN = [(name, WIDE) for name in CASES] + [(name, NARROW) for name in ("all", "at signing")]


@pytest.mark.parametrize("chart", CHARTS)
@pytest.mark.parametrize(("name", "width"), DRAWN)
def test_every_chart_is_readable_or_says_why_there_is_none(told, name, chart, width):
    drawn = CHARTS[chart](told[name], width=width)
    if isinstance(drawn, mpl.figure.Figure):
        assert_readable(drawn)
    else:
        assert drawn.data.strip()


def test_the_answer_names_state_scope_and_doubt(told):
    said = findings.answer(told["all"], told["verified"])
    base = told["all"].base
    assert "43.0 % of GDP for 2025 as printed" in said and "is met" in said
    assert f"{base['low']:.2f} to {base['high']:.2f}" in said
    assert "not under those of 2012–2014 (35.3 for 2014) and 2018–2020 (37.1 for 2020)" in said
    assert re.search(r"\d+ of \d+ points shown are unverified", said)
    assert "Without unverified figures the verdict is the same" in said


def test_a_turned_verdict_is_said():
    raw = read_raw()
    run = Parameters(as_of="2026-11-23", indicator="sei_share", target_id="sei_share_2025")
    own = story.tell(raw, run)
    turned = replace(own, verdict=own.verdict.assign(state="open"))
    assert "the verdict is open" in findings.without_unverified(own, turned)


def test_what_cannot_be_said_is_said_plainly(told):
    nothing = findings.answer(told["nothing yet"], told["nothing yet"])
    assert "no figure was public on 2012-01-01" in nothing
    early = findings.answer(told["before signing"], told["before signing"])
    assert "set only on 2020-07-04, after this date" in early
    assert "No target was named" in findings.answer(told["another area's share"], told["verified"])
    assert "parameters count none" in findings.answer(told["documented"], told["verified"])
    assert "left out from the start" in findings.answer(told["at signing"], told["at signing"])


def test_who_sets_the_scope_is_told(told):
    said = findings.answer(told["all"], told["verified"])
    assert "(20+8 list as revised in 2024) is set by: city implementation plan of 2024 (7.7" in said
    assert "scope set by the city, 12 sectors" in said


@pytest.mark.parametrize("folder", ["", "examples/china_national"])
def test_a_note_on_another_area_is_not_told(folder):
    raw_dir = str(ROOT / folder) if folder else ""
    run = Parameters(as_of="2026-11-23", raw_dir=raw_dir, indicator="rd_intensity", area="china")
    said = findings.scope_setter(story.tell(read_raw(run.raw_dir), run))
    assert said.endswith("is set by: National Bureau of Statistics.")


def test_only_what_is_not_the_default_of_the_notebook_is_named():
    assert findings.filtered(Parameters(suspected_breaks=True)) == ""
    assert findings.filtered(Parameters()) == " Not by default: suspected breaks are not counted."
    both = findings.filtered(Parameters(min_grade="press"))
    assert both == (
        " Not by default: only figures of grade press or better; suspected breaks are not counted."
    )


def test_one_definition_is_no_count_and_no_comparison(told):
    own = told["another share"]
    said = findings.answer(own, own) + findings.intent_reading(own)
    assert "under the same definition: the figure " in said
    assert "re-definition" not in said and "the only definition" in said
    assert "follow one definition" in pictures.footings_picture(own).data
    missed = replace(own)
    missed.__dict__["footings"] = own.footings.assign(own="missed")
    assert findings.own_figures(missed) == (
        "The last printed figure does not pass the line; all figures follow one definition."
    )


def test_figures_that_are_filtered_away_are_not_said_to_be_unpublished(told):
    raw = read_raw()
    run = Parameters(as_of="2020-07-04", indicator="rd_intensity", min_grade="official",
                     target_id="rd_intensity_2025")  # fmt: skip
    own = story.tell(raw, run)
    none = "no figure of grade official or better was public"
    assert none in findings.answer(own, own)
    assert findings.intent_reading(own).startswith(none.replace("no", "No", 1))
    assert "no figure of grade official or better" in pictures.definitions_picture(own).data
    assert findings.points_reading(own).startswith(
        "Of the share itself no figure of grade official or better was public."
    )
    assert not findings.points_reading(told["all"]).startswith("Of the share")


def test_the_verdict_is_that_of_the_other_notebooks(told):
    own = told["another share"]
    words = statement(own.verdict.iloc[0])
    assert f"is {words.verdict}; {words.signed}.**" in findings.printed(own)
    doubt = findings.without_unverified(own, replace(own, verdict=own.verdict.assign(
        probability=float("nan"))))  # fmt: skip
    assert "the verdict is open, no probability" in doubt


def test_counts_of_years_and_steps_are_whole_sentences(told):
    own = told["all"]
    years = own.study.share
    assert findings.rows_reading(years.head(1)) == "`industry.csv` holds 1 year, one row each."
    assert findings.rows_reading(years.head(0)).endswith("holds no year.")
    sums = own.sums[own.sums["finding"].str.startswith("adds up")].head(1)
    assert "the only year with all of them" in findings.groups_reading(sums)
    near = own.neighbours[own.neighbours["same_way"].notna()].head(1)
    assert findings.neighbours_reading(near).startswith("The one stretch of a neighbour moved")
    one = pd.DataFrame({"difference": [0.02], "agrees": [True], "derived": [True]}, index=[2019])
    assert "of 2019, agrees with" in findings.parts_reading(one)
    assert "not printed independently" in findings.parts_reading(one)


def test_hollow_is_what_no_publication_supports(told):
    figure = pictures.definitions_picture(told["all"])
    hollow = [x for line in lines(figure, "unverified") for x in line.get_xdata()]
    share = told["all"].study.share
    assert hollow == share.loc[share["grade"].eq("unverified"), "year"].tolist()
    marks = pictures.shifts_picture(told["all"])
    assert len(lines(marks, "middle hollow")) == 2 and len(lines(marks, "middle")) == 4
    assert not lines(pictures.definitions_picture(told["verified"]), "unverified")


def test_each_definition_is_a_segment_with_a_letter_and_a_line_of_words(told):
    figure = pictures.definitions_picture(told["all"])
    texts = " ".join(words for words, _ in written(figure))
    for letter in ("A", "B", "C", "D", "E?", "F?", "G?"):
        assert re.search(rf"(^| ){re.escape(letter)} ", texts + " "), letter
    assert "sei_" not in texts and "2018–2020: " in texts and "20 clusters in seven groups" in texts
    spans = [tuple(line.get_xdata()) for line in lines(figure, "segment")]
    assert (2018, 2019, 2020) in spans and (2020, 2021) not in spans


def test_the_target_line_and_the_band_are_where_the_tables_say(told):
    own = told["all"]
    figure = pictures.definitions_picture(own)
    assert lines(figure, "target")[0].get_ydata()[0] == 38
    (scope,) = lines(figure, "scope")
    assert scope.get_ydata()[-1] == pytest.approx(own.base["real_growth"])
    rows = pictures.footings_picture(own)
    bars = lines(rows, "bar")
    assert len(bars) == len(own.footings) - 1  # the latest definition needs no bridge
    assert list(bars[0].get_xdata()) == pytest.approx([*own.footings.loc[0, ["low", "high"]]])


def test_the_last_value_stands_by_its_point_where_years_follow(told):
    figure = pictures.definitions_picture(told["at signing"])
    label = next(text for text in figure.axes[0].texts if text.get_text() == "37.7")
    assert label.xy[0] == 2019


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


def test_inputs_stay_as_they_are(told):
    own = told["all"]
    before = {name: getattr(own, name).copy() for name in ("shifts", "footings", "groups", "sums")}
    for chart in CHARTS.values():
        chart(own)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(frame, getattr(own, name))
