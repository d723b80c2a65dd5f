"""Rooms stand in the order of the data flow: what each may import is checked by contract."""

import importlib
import json
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


FACES = [
    path for path in sorted((ROOT / "src" / "helpers").rglob("*/__init__.py"))
    if "lazy_loader" in path.read_text()
]  # fmt: skip


@pytest.mark.parametrize("path", FACES, ids=lambda path: path.parent.name)
def test_a_face_is_short_and_gives_every_name_that_it_lists(path):
    room = ".".join(path.parent.relative_to(ROOT / "src").parts)
    assert len(path.read_text().splitlines()) <= 40
    face = importlib.import_module(room)
    assert face.__all__
    # A name that is a module's too would be one or the other, by what was imported first.
    modules = {entry.stem for entry in path.parent.iterdir()}
    assert not modules & set(face.__all__)
    for name in face.__all__:
        assert getattr(face, name) is not None, name


def test_a_face_loads_nothing_before_it_is_asked():
    rooms = [".".join(path.parent.relative_to(ROOT / "src").parts) for path in FACES]
    heavy = "{'numpy', 'pandas', 'matplotlib'}"
    code = f"import sys, {', '.join(rooms)}; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_notebooks_import_from_few_places():
    lines = [
        line
        for path in (ROOT / "notebooks").glob("*.ipynb")
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        if cell["cell_type"] == "code"
        for line in "".join(cell["source"]).splitlines()
    ]
    ours = ("from helpers", "import helpers")
    found = {line.split()[1] for line in lines if line.startswith(ours)}
    faces = {".".join(path.parent.relative_to(ROOT / "src").parts) for path in FACES}
    assert found <= faces | {"helpers", "helpers.tables"}
    assert len(found) <= 14
