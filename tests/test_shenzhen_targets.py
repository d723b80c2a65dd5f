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


@pytest.mark.slow
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


@pytest.mark.slow
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


STARTUP = """
from pylab import *
import logging, warnings
import numpy as np
import pandas as pd
from IPython import get_ipython
get_ipython().ast_node_interactivity = "all"
pd.options.display.max_rows = 2
pd.options.display.float_format = "{:.0f}".format
np.set_printoptions(precision=1)
np.seterr(all="raise")
warnings.simplefilter("error")
logging.basicConfig(level=logging.DEBUG)
sum = round = sorted = None
"""
SETTINGS = "text.usetex: True\nsvg.fonttype: path\nfont.family: serif\naxes.labelsize: 40\n"
USUAL = [
    "import warnings\nimport numpy as np\nimport pandas as pd",
    CHECK,
    "from helpers import charts\ncharts.use_house_style()",
    "sum([1]), round(1.26, 1), sorted('ba')",
    "1\n2",
    "pd.DataFrame({'a': np.arange(5) / 3})",
    "print(np.arange(3) / 3, np.exp(-800.0) * 1e-300, np.float64(1) * 1e-320)",
    "warnings.warn('told', stacklevel=2)",
    "table = pd.DataFrame({'forecast': [0.2, 0.8], 'observed': [0.1, 0.9], 'count': [5, 7]})\n"
    "charts.reliability_chart(table, title='Chart', source='s')",
]


def outputs(folder, monkeypatch, **environment):
    for name, value in environment.items():
        monkeypatch.setenv(name, str(value))
    notebook = nbformat.v4.new_notebook(cells=list(map(nbformat.v4.new_code_cell, USUAL)))
    client = NotebookClient(notebook, resources={"metadata": {"path": folder}}, allow_errors=True)
    cells = client.execute().cells
    return [[dict(one, metadata=None) for one in cell.outputs if "text" not in one
             or "ipykernel_" not in one.text] for cell in cells]  # fmt: skip


@pytest.mark.notebooks
def test_settings_of_the_user_show_in_no_notebook(tmp_path, monkeypatch):
    """A start-up file of IPython and a matplotlibrc, of each what is often seen."""
    for name in ("plain", "own"):
        (tmp_path / name / "profile_default" / "startup").mkdir(parents=True)
    usual = outputs(tmp_path, monkeypatch, IPYTHONDIR=tmp_path / "plain")
    (tmp_path / "own" / "profile_default" / "startup" / "00-mine.py").write_text(STARTUP)
    (tmp_path / "matplotlibrc").write_text(SETTINGS)
    own = outputs(tmp_path, monkeypatch, IPYTHONDIR=tmp_path / "own",
                  MATPLOTLIBRC=tmp_path / "matplotlibrc")  # fmt: skip
    assert not [one for cell in usual for one in cell if one["output_type"] == "error"]
    for source, mine, theirs in zip(USUAL, own, usual, strict=True):
        assert mine == theirs, source


def test_the_command_looks_for_modules_in_its_environment_alone(tmp_path):
    """A module of that name would be found before that of the environment."""
    for name in ("numpy", "pydantic", "pandas"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not ours')\n")
    done = run(COMMAND, "check", cwd=tmp_path, PYTHONPATH=str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
