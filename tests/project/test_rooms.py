"""Rooms stand in the order of the data flow: what each may import is checked by contract."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT


def lint(folder):
    """Check the contracts of a checkout's package; return how it ended and what was said."""
    program = shutil.which("lint-imports", path=Path(sys.executable).parent)
    done = subprocess.run(
        [program, "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    return done.returncode, done.stdout + done.stderr


def test_no_import_runs_back_up():
    code, said = lint(ROOT)
    assert code == 0, said
    assert "Contracts: 3 kept, 0 broken." in said


@pytest.mark.parametrize(
    ("module", "imported", "told"),
    [
        ("forecasting/members.py", "helpers.targets.states", "helpers.forecasting"),
        ("charts/style.py", "helpers.vintages.series", "helpers.charts"),
        ("reports/store/run.py", "helpers.reports.runs.plan", "helpers.reports.store"),
        ("targets/assessment.py", "helpers.targets.history.timeline", "helpers.targets.assessment"),
        ("elsewhere.py", "helpers.problems", "elsewhere"),
    ],
)
def test_an_import_from_above_is_refused(tmp_path, module, imported, told):
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    package = tmp_path / "src" / "helpers"
    shutil.copytree(ROOT / "src" / "helpers", package, ignore=shutil.ignore_patterns("*.pyc"))
    with (package / module).open("a") as file:
        file.write(f"\nimport {imported}\n")
    code, said = lint(tmp_path)
    assert code == 1
    assert told in said
