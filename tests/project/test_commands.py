"""What the Makefile offers, and that every way of testing a change runs the same."""

import re
import subprocess

import yaml

from helpers import ROOT

MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
WORKFLOW = (ROOT / ".github" / "workflows" / "tests.yml").read_text("utf-8")


def test_help_lists_every_target_with_its_text():
    done = subprocess.run(
        ["make", "--no-print-directory", "help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    told = dict(re.findall(r"^make (\w+) +(\S.*)$", done.stdout, re.M))
    assert set(told) == set(re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.M).group(1).split())
    assert ".DEFAULT_GOAL := report\n" in MAKEFILE


def test_the_workflow_runs_what_ci_runs_and_holds_no_address():
    job = yaml.safe_load(WORKFLOW)["jobs"]["tests"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [".ci/run"]
    assert {system.split("-")[0] for system in job["strategy"]["matrix"]["os"]} == {
        "macos", "ubuntu", "windows"
    }  # fmt: skip
    assert "://" not in WORKFLOW


def test_style_and_contracts_come_before_the_tests():
    lines = (ROOT / ".ci" / "run").read_text("utf-8").splitlines()
    assert lines[-2:] == ["make check", "exec make test"]
