"""What the documents for maintainers name is there: modules, functions, files and commands."""

import importlib
import re

import pytest

from helpers import ROOT

DOCUMENTS = [ROOT / name for name in ("docs/architecture.md", "CONTRIBUTING.md", "CHANGELOG.md")]


def found(name):
    """Whether a dotted name leads to a module, or to something in one."""
    module, _, attribute = name.rpartition(".")
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        return hasattr(importlib.import_module(module), attribute)
    return True


def test_every_module_and_function_of_the_architecture_is_there():
    text = DOCUMENTS[0].read_text("utf-8")
    names = sorted(set(re.findall(r"`(helpers(?:\.\w+)+)`", text)))
    assert len(names) > 30
    assert [name for name in names if not found(name)] == []


def test_a_name_that_is_not_there_is_noticed():
    assert found("helpers.targets.assessment.assess") and found("helpers.charts.chart.chart")
    assert not found("helpers.targets.assessment.asses")


def test_every_room_stands_in_the_tree():
    text = DOCUMENTS[0].read_text("utf-8").split("```")[1]
    package = ROOT / "src" / "helpers"
    rooms = {path.parent.name + "/" for path in package.glob("*/__init__.py")}
    assert {room for room in rooms if f"  {room} " not in text} == set()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_paths_lead_somewhere(path):
    text = path.read_text("utf-8")
    for target in re.findall(r"\]\(([^)]+)\)", text):
        assert (path.parent / target).exists(), target
    for file in re.findall(r"\b(?:tests|src|docs|notebooks)/[\w/]+\.(?:py|csv|md|ipynb)\b", text):
        assert (ROOT / file).exists(), file


def test_every_target_of_make_that_is_named_exists():
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for path in DOCUMENTS:
        named = set(re.findall(r"`make (\w+)", path.read_text("utf-8")))
        assert named <= set(targets), path.name
