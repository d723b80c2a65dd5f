"""Types: none is wrong where figures and verdicts are made, and elsewhere fewer and fewer are."""

import shutil

import pytest

from helpers import ROOT
from support.type_findings import complaints, type_findings


def test_more_findings_than_recorded_are_shown():
    told = complaints({"charts": ["a: error: x", "b: error: y"]}, {"charts": 1})
    assert told == [
        "charts: 2 findings, 1 recorded; mend the new ones", "a: error: x", "b: error: y",
    ]  # fmt: skip


def test_a_room_that_is_not_named_has_none():
    assert complaints({"wording": ["a"]}, {})[0].startswith("wording: 1 findings, 0 recorded")


def test_fewer_findings_are_to_be_recorded():
    told = ["charts: 1 findings, 3 recorded; record the lower number"]
    assert complaints({"charts": ["a"]}, {"charts": 3}) == told
    assert "record the lower number" in complaints({}, {"charts": 3})[0]


def test_nothing_can_be_recorded_where_figures_are_made():
    told = complaints({"targets": ["a"]}, {"targets": 1})
    assert told == ["targets: no finding may be recorded here"]


def test_a_wrong_type_is_found_in_its_room(tmp_path):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "src" / "helpers"
    (package / "targets").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "targets" / "__init__.py").touch()
    (package / "targets" / "plan.py").write_text('def year() -> int:\n    return "2025"\n')
    (package / "tables.py").write_text("import nowhere\n")
    (tmp_path / "src" / "shenzhen_targets.py").touch()
    found = type_findings(tmp_path)
    assert {room: len(lines) for room, lines in found.items()} == {"targets": 1, "tables": 1}
    assert "[return-value]" in found["targets"][0]


def test_a_checker_that_cannot_run_is_no_pass(tmp_path):
    with pytest.raises(RuntimeError, match="failed"):
        type_findings(tmp_path)
