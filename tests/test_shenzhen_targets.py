"""Another `helpers` in the way: one sentence from the command, in a report and in a notebook."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from helpers import ROOT
from helpers.reports.runs.execution import describe, execute
from helpers.reports.runs.kernels import open_kernels
from shenzhen_targets import check_helpers

COMMAND = str(Path(sys.executable).with_name("shenzhen-targets"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
CHECK = "from shenzhen_targets import check_helpers\n\ncheck_helpers()\n"


@pytest.fixture(params=["helpers.py", "helpers/__init__.py"])
def another(request, tmp_path):
    """A folder with a `helpers` of somebody else, and the sentence that names it."""
    folder = tmp_path / "thesis"
    path = folder / request.param
    path.parent.mkdir(parents=True)
    path.write_text("def mean(numbers):\n    return sum(numbers) / len(numbers)\n")
    named = folder / Path(request.param).parts[0]
    return (
        folder,
        f"{named} is imported as `helpers` in place of {ROOT / 'src' / 'helpers'}: rename",
    )


def run(*command, cwd, **environment):
    return subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True
    )


def beside(notebook, folder):
    """Return the error that JupyterLab shows for a notebook in a folder: kernels start there."""
    client = NotebookClient(notebook, resources={"metadata": {"path": folder}}, allow_errors=True)
    errors = [
        output
        for cell in client.execute().cells
        for output in cell.get("outputs", ())
        if output.output_type == "error"
    ]
    return errors[0]


def test_the_command_says_so_in_one_line(another, tmp_path):
    folder, sentence = another
    done = run(COMMAND, "check", cwd=tmp_path, PYTHONPATH=str(folder))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_the_command_as_a_module_says_so_too(another):
    folder, sentence = another
    done = run(sys.executable, "-m", "shenzhen_targets", "check", cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1


def test_the_command_may_be_started_beside_another_helpers(another):
    folder, _ = another
    done = run(COMMAND, "check", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "no problems" in done.stdout


def test_exit_codes_of_the_command_pass_through(tmp_path):
    assert run(COMMAND, "check", "--raw-dir", "nowhere", cwd=tmp_path).returncode == 2
    assert run(sys.executable, "-m", "shenzhen_targets", "--help", cwd=tmp_path).returncode == 0


def test_ours_is_let_pass():
    assert check_helpers() is None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_asks_before_it_imports_from_helpers(path):
    cells = nbformat.read(path, as_version=4).cells
    first = next(cell.source for cell in cells if "from helpers" in cell.source)
    before = first[: first.index("from helpers")]
    assert "from shenzhen_targets import check_helpers\n" in before
    assert "\ncheck_helpers()\n" in before


@pytest.mark.notebooks
def test_a_notebook_beside_another_helpers_shows_one_line(another):
    folder, sentence = another
    notebook = nbformat.read(ROOT / "notebooks" / "06_backtest.ipynb", as_version=4)
    error = beside(notebook, folder)
    assert error.traceback == [f"AnotherHelpers: {error.evalue}"]
    assert error.evalue.startswith(sentence)


@pytest.mark.notebooks
def test_another_helpers_that_a_cell_imported_before_is_named(another, tmp_path):
    folder, sentence = another
    cells = [f"import sys\nsys.path.insert(0, {str(folder)!r})\nimport helpers", CHECK]
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, cells)))
    assert beside(notebook, tmp_path).evalue.startswith(sentence)


@pytest.mark.notebooks
@pytest.mark.parametrize("prepared", [True, False], ids=["kept kernel", "new kernel"])
def test_a_report_names_it_with_the_cell(another, tmp_path, monkeypatch, prepared):
    folder, sentence = another
    monkeypatch.setenv("PYTHONPATH", str(folder))
    path = ROOT / "notebooks" / "06_backtest.ipynb"
    with open_kernels([path] if prepared else []) as kernels, pytest.raises(Exception) as caught:
        execute(path, tmp_path / "o.ipynb", {}, kernels=kernels, work_folder=tmp_path, timeout=60)
    assert describe(caught.value).startswith(f"cell 2: AnotherHelpers: {sentence}")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """The package alone in a folder, as a wheel puts it there."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("helpers", "shenzhen_targets.py"):
        source = ROOT / "src" / name
        copy = shutil.copytree if source.is_dir() else shutil.copyfile
        copy(source, folder / name)
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["assess"], 2, "only the package is installed here"),
        (["check"], 2, "only the package is installed here"),
        (["report"], 2, "start in a checkout"),
        (["report", "--raw-dir", str(ROOT / "data/raw")], 2, "start in a checkout"),
        (["refresh"], 2, "start in a checkout"),
        (["sweep", "--reports", "many"], 2, "start in a checkout"),
        (["sweep", "--out", "u.csv"], 2, "only the package is installed here"),
        (["assess", "--raw-dir", str(ROOT / "data/raw")], 0, ""),
        (["init", "plan"], 0, ""),
    ],
)
def test_outside_a_checkout_a_command_works_or_says_what_it_needs(
    installed, tmp_path, arguments, code, told
):
    done = subprocess.run(
        [sys.executable, "-m", "shenzhen_targets", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert told in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == (1 if told else 0)
    assert not (installed.parent / "reports").exists()
