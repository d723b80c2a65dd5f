"""Sentences and titles of a share: true to their tables, and whole whatever is known."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from helpers import ROOT
from helpers.observations.raw_data import read_raw
from helpers.topics import industries
from helpers.topics.industries import text as findings
from helpers.topics.parameters import Parameters
from helpers.wording.statements import statement

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


@pytest.fixture(scope="module")
def told(raw):
    base = {"as_of": "2026-11-23", "indicator": "sei_share", "target_id": "sei_share_2025",
            "suspected_breaks": True}  # fmt: skip
    runs = {name: Parameters(**(base | other)) for name, other in CASES.items()}
    return {name: industries.open_study(raw, run) for name, run in runs.items()}


def candidates(study):
    then = study.known_then_by_definition(study.target.set_on)[["year", "value"]].astype(float)
    table = then.reindex(study.share["definition"].unique())
    return table.assign(asked=study.level - table["value"])


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_is_whole_whatever_is_known(told, name):
    own = told[name]
    said = [
        findings.answer(own, told["verified"]), findings.closing(own),
        findings.shift_reading(own.shifts), findings.shifts_title(own.shifts),
        findings.indices_title(own.chained, own.base_year),
        *([findings.intent_reading(own, candidates(own))] if own.target else []),
        *([findings.title(own)] if len(own.share) else []),
    ]  # fmt: skip
    if own.target and len(own.definitions) > 1:
        said.append(findings.definitions_title(own))
    for words in said:
        assert words and not re.search(r"\b(nan|None(?! (of|is))|inf)\b", words), words
        assert not re.search(r"\d\.\d{4}", words), words
        assert not re.search(r"(?<![`\w])[a-z]+_[a-z0-9_]+|  |\b[01] of 1\b|\b1 ways\b", words)


def test_a_share_that_does_not_fit_its_parts_is_named():
    parts = pd.DataFrame(
        {"difference": [0.02, -0.5], "agrees": [True, False], "derived": [False, True]},
        index=[2019, 2020],
    )
    said = findings.parts_reading(parts)
    assert said.startswith("1 of 2 printed shares agrees with") and "not so 2020" in said
    assert "largest difference is 0.50 points, and 1 is printed independently" in said
    assert findings.parts_reading(parts.tail(1)).startswith("The one printed share does not agree")
    assert "In no year" in findings.parts_reading(parts.iloc[:0])


def test_the_largest_and_the_smallest_contribution_are_named():
    table = pd.DataFrame({2020: {"Large": 3.0, "Middle": 1.0, "Small": -0.5}})
    said = findings.contribution_reading(table)
    assert said == "Of 3.5 % growth in 2020, Large brought 3.0 points and Small \N{MINUS SIGN}0.5."
    assert "No two neighbouring years" in findings.contribution_reading(table.iloc[:, :0])


def test_the_answer_names_state_definition_and_doubt(told):
    said = findings.answer(told["all"], told["verified"])
    base = told["all"].per_definition().loc["sei_2018_7"]
    assert "43.0 % of GDP for 2025 as printed" in said and "is met" in said
    assert f"{base['low']:.2f} to {base['high']:.2f}" in said
    assert "not under those of 2012–2014 (35.3 for 2014) and 2018–2020 (37.1 for 2020)" in said
    assert re.search(r"\d+ of \d+ points shown are unverified", said)
    assert "Without unverified figures the verdict is the same" in said
    last = findings.closing(told["all"])
    assert "in favour of the target by 6 of 6 ways" in last


def turned(study, **other):
    """The same study with another verdict."""
    made = replace(study)
    made.__dict__["verdict"] = study.verdict.assign(**other)
    return made


def test_a_turned_verdict_is_said(raw):
    run = Parameters(as_of="2026-11-23", indicator="sei_share", target_id="sei_share_2025")
    own = industries.open_study(raw, run)
    assert "the verdict is open" in findings.without_unverified(own, turned(own, state="open"))


def test_what_cannot_be_said_is_said_plainly(told):
    nothing = findings.answer(told["nothing yet"], told["nothing yet"])
    assert "no figure was public on 2012-01-01" in nothing
    early = findings.answer(told["before signing"], told["before signing"])
    assert "set only on 2020-07-04, after this date" in early
    assert "No target was named" in findings.answer(told["another area's share"], told["verified"])
    assert "parameters count none" in findings.answer(told["documented"], told["verified"])
    assert "left out from the start" in findings.answer(told["at signing"], told["at signing"])


def test_who_sets_the_definition_is_told(told):
    own = told["all"]
    said = findings.set_by(own.definitions.tail(1), own.raw, own.run.area)
    assert "(20+8 list as revised in 2024) is set by: city implementation plan of 2024 (7.7" in said
    assert "scope set by the city, 12 sectors" in said
    assert findings.set_by(own.definitions.iloc[:0], own.raw, "shenzhen").startswith("No def")


@pytest.mark.parametrize("folder", ["", "examples/china_national"])
def test_a_note_on_another_area_is_not_told(folder):
    raw_dir = str(ROOT / folder) if folder else ""
    run = Parameters(as_of="2026-11-23", raw_dir=raw_dir, indicator="rd_intensity", area="china")
    own = industries.open_study(read_raw(run.raw_dir), run)
    said = findings.set_by(own.definitions.tail(1), own.raw, run.area)
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
    said = findings.answer(own, own) + findings.intent_reading(own, candidates(own))
    assert "all figures follow one definition" in said and "the only definition" in said
    assert "re-definitions" not in said


def test_figures_that_are_filtered_away_are_not_said_to_be_unpublished(raw):
    run = Parameters(as_of="2020-07-04", indicator="rd_intensity", min_grade="official",
                     target_id="rd_intensity_2025")  # fmt: skip
    own = industries.open_study(raw, run)
    none = "no figure of grade official or better was public"
    assert none in findings.answer(own, own)
    assert findings.intent_reading(own, candidates(own)).startswith(none.replace("no", "No", 1))


def test_the_verdict_is_that_of_the_other_notebooks(told):
    own = told["another share"]
    words = statement(own.verdict.iloc[0])
    assert f"is {words.verdict}; {words.signed}.**" in findings.printed(own)
    doubt = findings.without_unverified(own, turned(own, probability=float("nan")))
    assert "the verdict is open, no probability" in doubt


def test_groups_are_said_to_add_up_or_not():
    sums = pd.DataFrame({"year": [2019, 2020], "finding": ["adds up", "overlap"],
                         "difference": [0.0, 6.5]})  # fmt: skip
    assert findings.groups_title(sums) == (
        "Groups add up to the printed total in 1 of 2 years; in 2020 they overlap by 6.5 % of it"
    )
    assert "the only year with all of them" in findings.groups_title(sums.head(1))
    assert "In no year" in findings.groups_title(sums.assign(finding="incomplete"))


def test_neighbours_are_counted_where_the_way_is_clear():
    near = pd.DataFrame({"same_way": [True, False, None]}, dtype="boolean")
    assert findings.neighbours_reading(near).startswith("1 of 2 stretches of neighbours moved")
    assert findings.neighbours_reading(near.head(1)).startswith("The one stretch of a neighbour")
    assert "No neighbour" in findings.neighbours_reading(near.tail(1))
