"""The notebook of the explorer: habits of a tool, its stored view, and runs of other choices."""

import ast
import re
import shlex
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from helpers import ROOT
from helpers.apps.explorer.notebook import explore, somebody_is_there
from helpers.apps.explorer.views import NAMES, Choices
from helpers.problems import InputError
from helpers.reports.runs.execution import execute
from helpers.reports.runs.kernels import open_kernels

PATH = ROOT / "notebooks" / "explore.ipynb"
PARAMETER_LINE = re.compile(r"^\w+: \w+ = .+  # .+$")
LARGEST = 60_000
LOGIC = (ast.FunctionDef, ast.ClassDef, ast.Try, ast.For, ast.While, ast.Lambda, ast.If)


@pytest.fixture(scope="module")
def notebook():
    return nbformat.read(PATH, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def outputs(notebook):
    return [output for cell in code_cells(notebook) for output in cell.outputs]


def test_it_opens_with_a_question_and_says_what_it_reads_and_writes(notebook):
    title, *body = notebook.cells[0].source.splitlines()
    assert re.fullmatch(r"# .+\?", title)
    assert any("reads `data/raw/`" in line and "writes `nothing`" in line for line in body)


def test_it_is_three_code_cells_parameters_one_call_and_the_explorer(notebook):
    parameters, call, shown = code_cells(notebook)
    assert parameters.metadata["tags"] == ["parameters"]
    calls = [node for node in ast.walk(ast.parse(call.source)) if isinstance(node, ast.Call)]
    assert sum(getattr(node.func, "id", "") == "explore" for node in calls) == 1
    assert shown.source == "explorer"
    for cell in (call, shown):
        assert not any(isinstance(node, LOGIC) for node in ast.walk(ast.parse(cell.source)))


def test_every_parameter_has_type_default_and_meaning_and_is_passed_on(notebook):
    parameters, call, _ = code_cells(notebook)
    names = set()
    for line in parameters.source.splitlines():
        assert PARAMETER_LINE.match(line), line
        statement = ast.parse(line).body[0]
        assert type(ast.literal_eval(statement.value)).__name__ == statement.annotation.id
        names.add(statement.target.id)
    # The base year of the rules has a control, and stands in a permalink.
    assert names == {*NAMES, "raw_dir", "permalink"} - {"base_year"}
    node = next(
        node for node in ast.walk(ast.parse(call.source))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "explore"
    )  # fmt: skip
    assert {word.arg for word in node.keywords} | {node.args[0].id} == names


def test_prose_has_one_sentence_a_line_and_no_figures(notebook):
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for line in cell.source.splitlines():
                assert not re.search(r"[.!?] [A-Z]", line), line
                assert not re.search(r"\d+\.\d+|\d+ %|\d{5,}", line), line


def test_it_is_stored_run_clean_small_and_without_widgets(notebook):
    cells = code_cells(notebook)
    assert [cell.execution_count for cell in cells] == [1, 2, 3]
    assert PATH.stat().st_size < LARGEST
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    text = PATH.read_text("utf-8")
    assert "widget-view" not in text
    assert "widget-state" not in text
    assert str(ROOT) not in text
    assert not [o for o in outputs(notebook) if o.output_type in ("error", "stream")]


def test_the_stored_view_shows_answer_chart_growth_and_rules(notebook):
    kinds = [kind for output in outputs(notebook) for kind in output.data]
    assert kinds.count("image/svg+xml") == 1
    assert kinds.count("text/html") == 2
    said = "\n".join(o.data.get("text/markdown", "") for o in outputs(notebook))
    assert "points are unverified" in said
    assert "shenzhen-targets assess --as-of" in said


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"splice": "glue"}, "splice: 'glue' is none of real_growth"),
        ({"permalink": "?aera=x"}, "did you mean 'area'?"),
        ({"raw_dir": "/nowhere"}, "/nowhere"),
        ({"indicator": "nothing"}, "indicator: 'nothing' is not in indicators.csv"),
    ],
)
def test_parameters_that_cannot_be_used_end_the_notebook_in_one_sentence(values, sentence):
    with pytest.raises(InputError, match=re.escape(sentence)) as raised:
        explore(**values)
    assert len(str(raised.value).splitlines()) == 1


def test_choices_that_do_not_belong_together_are_explained_in_the_view():
    [shown] = explore(indicator="gdp", target_id="rd_intensity_2025").static()
    assert "The target rd_intensity_2025 is about rd_intensity" in shown.data


def test_nobody_sits_before_a_test():
    assert not somebody_is_there()


def test_a_page_that_allows_input_is_somebody(monkeypatch):
    class Kernel:
        def get_parent(self, channel):
            return {"content": {"allow_stdin": channel == "shell"}}

    shell = type("Shell", (), {"kernel": Kernel()})()
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    assert somebody_is_there()
    monkeypatch.setattr(Kernel, "get_parent", lambda self, channel: {})
    assert not somebody_is_there()


def run(tmp_path, **parameters):
    with open_kernels() as kernels:
        done = execute(
            PATH, tmp_path / "explored.ipynb", parameters, kernels=kernels, work_folder=tmp_path,
            timeout=120,
        )  # fmt: skip
    return nbformat.read(done, as_version=4)


@pytest.mark.notebooks
def test_it_runs_unattended_with_another_permalink(tmp_path):
    link = "?indicator=sei_share&area=shenzhen&as_of=2020-07-04&target_id=sei_share_2025"
    made = run(tmp_path, permalink=link)
    said = "\n".join(o.get("data", {}).get("text/markdown", "") for o in outputs(made))
    assert "Strategic emerging industries" in said
    assert shlex.quote(link) in said
    assert "widget-view" not in str(made)


@pytest.mark.notebooks
def test_it_says_unattended_what_cannot_be_said(tmp_path):
    made = run(tmp_path, as_of="1990-01-01", min_grade="press")
    said = [o["data"]["text/markdown"] for o in outputs(made)]
    assert len(said) == 1
    assert "was public on 1990-01-01;\nthe first became known on" in said[0]


@pytest.mark.notebooks
def test_the_papermill_line_works_as_it_is_copied(tmp_path):
    explorer = explore(indicator="rd_intensity", as_of="2023-01-01", level="6", year=2027)
    lines = explorer.static()[-1].data.splitlines()
    line = next(text for text in lines if text.startswith("papermill"))
    line = line.replace("explored.ipynb", str(tmp_path / "explored.ipynb"))
    done = subprocess.run(
        f"{Path(sys.executable).parent}/{line} --no-progress-bar", shell=True, cwd=ROOT,
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made = nbformat.read(tmp_path / "explored.ipynb", as_version=4)
    assert f"**{explorer.static()[0].data.split('**')[1]}**" in str(outputs(made))


def test_choices_hold_no_more_than_the_notebook_offers():
    """A field that is added to the choices must be offered, or be named here as of no use."""
    elsewhere = {"raw_dir", "output_dir", "horizon"}
    from helpers.topics.parameters import Parameters

    own = set(Choices.model_fields) - set(Parameters.model_fields)
    assert own <= {*NAMES, *elsewhere}


def test_without_an_indicator_it_opens_on_the_first_target(raw):
    choices = explore(as_of="2026-11-28").view.choices
    first = raw.targets.iloc[0]
    asked = (choices.indicator, choices.area, choices.target_id)
    assert asked == (first["indicator"], first["area"], first["target_id"])
