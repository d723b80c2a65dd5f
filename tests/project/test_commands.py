"""What the Makefile offers, and that every way of testing a change runs the same."""

import os
import re
import shutil
import subprocess

import pytest
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


@pytest.mark.parametrize("changed", ["nothing", "edited", "staged", "stranger", "no repository"])
def test_the_lab_trusts_only_notebooks_that_are_as_committed(changed, tmp_path):
    """`jupyter` is stood in for: it notes what it is called with."""
    lab, programs = tmp_path / "checkout", tmp_path / "checkout" / ".venv" / "bin"
    (lab / "notebooks").mkdir(parents=True)
    programs.mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, lab)
    for name in "ab":
        (lab / "notebooks" / f"{name}.ipynb").write_text("{}")
    if changed != "no repository":
        for call in (
            ["init", "--quiet"],
            ["add", "notebooks"],
            ["-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "--quiet", "-m", "a"],
        ):
            subprocess.run(["git", *call], cwd=lab, check=True)
    if changed in ("edited", "staged"):
        (lab / "notebooks" / "b.ipynb").write_text("{ }")
    if changed == "stranger":
        (lab / "notebooks" / "c.ipynb").write_text("{}")
    if changed == "staged":
        subprocess.run(["git", "add", "notebooks"], cwd=lab, check=True)
    (programs / "jupyter").write_text('#!/bin/sh\necho "$@" >> called\n')
    (programs / "jupyter").chmod(0o755)
    made = f"command = python -m venv --clear {lab}/.venv\n"  # else it is set up anew
    (lab / ".venv" / "pyvenv.cfg").write_text(made)
    (lab / ".venv" / ".ready").touch()
    environment = os.environ | {"GIT_CEILING_DIRECTORIES": str(tmp_path)}
    done = subprocess.run(
        ["make", "lab"], cwd=lab, env=environment, capture_output=True, text=True, check=True
    )
    calls = (lab / "called").read_text().splitlines()
    trusted = [name for line in calls if line.startswith("trust") for name in line.split()[1:]]
    wanted = {"nothing": "ab", "edited": "a", "staged": "a", "stranger": "ab", "no repository": ""}
    assert trusted == [f"notebooks/{name}.ipynb" for name in wanted[changed]]
    assert calls[-1].startswith("lab ")
    assert ("not trusted" in done.stdout) is (changed != "nothing")
