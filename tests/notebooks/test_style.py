"""House style of the notebooks: skeleton, parameters, size of cells, no logic, clean outputs."""

import ast
import re
from statistics import median

import nbformat
import pytest

from helpers import ROOT
from helpers.topics.parameters import Parameters

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))  # `explore` is a tool
OF_ONE_TOPIC = ("02", "03", "04")
"""Of research, industries and patents; the others are run on every plan."""
LONGEST_CELL = 15
MEDIAN_CELL = 5
MOST_CODE_CELLS_IN_A_ROW = 3
CELLS = range(15, 61)
LARGEST_FILE = 260_000  # charts as SVG, with their text as text
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Try,
    ast.For,
    ast.While,
    ast.Lambda,
)
MODEL = re.compile(r"\bOwnMember\(")
"""A model of one's own is a function, so that the cell that makes it may hold one."""
PARAMETER_LINE = re.compile(r"^\w+: \w+ = .+  # .+$")

pytestmark = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def lines(cell):
    return [line for line in cell.source.splitlines() if line.strip()]


def test_it_opens_with_a_question_and_says_what_it_reads_and_writes(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    title, *rest = first.source.splitlines()
    assert re.fullmatch(r"# .+\?", title)
    body = "\n".join(rest)
    assert re.search(r"\breads\b.*`", body)
    assert re.search(r"\bwrites\b.*`", body)


def test_what_any_plan_is_shown_in_names_nothing_of_this_one(path):
    if path.stem[:2] in OF_ONE_TOPIC:
        return
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    found = re.search(r"Shenzhen|R&D|\bPCT\b|WIPO|patent|emerging|China|\bcity|ministry", text)
    assert not found, found


def test_there_is_one_title_and_the_sections_stand_in_order(path):
    text = "\n".join(cell.source for cell in read(path).cells if cell.cell_type == "markdown")
    assert len(re.findall(r"^# ", text, re.M)) == 1
    wanted = ["## Parameters", "## The answer", "## Data", "## Method", "## Result", "## Caveats"]
    places = [text.find(heading) for heading in wanted]
    assert -1 not in places, wanted
    assert places == sorted(places)


def test_the_answer_is_computed_early_and_again_at_the_end(path):
    code = code_cells(read(path))
    rooms = "findings|industries|measures|outlook|patents|research|track_record"
    answer = re.compile(rf"^prose\((({rooms})\.|answer\)|undated\()", re.M)
    assert any(answer.search(cell.source) for cell in code[:5])
    assert answer.search(code[-1].source)


def test_one_cell_of_parameters_each_with_type_default_and_meaning(path):
    tagged = [c for c in code_cells(read(path)) if "parameters" in c.metadata.get("tags", [])]
    assert len(tagged) == 1
    for line in lines(tagged[0]):
        assert PARAMETER_LINE.match(line), line
    for statement in ast.parse(tagged[0].source).body:
        value = ast.literal_eval(statement.value)
        assert type(value).__name__ == statement.annotation.id, statement.target.id
        assert statement.target.id in Parameters.model_fields


def test_every_parameter_is_passed_to_the_check(path):
    sources = [cell.source for cell in code_cells(read(path))]
    assert any("run = Parameters.of(globals())" in source for source in sources)
    assert not any(re.search(r"\bParameters\(", source) for source in sources)


def test_cells_are_short_and_explained(path):
    notebook = read(path)
    sizes = [
        len(lines(c))
        for c in code_cells(notebook)
        if "parameters" not in c.metadata.get("tags", [])
    ]
    assert median(sizes) <= MEDIAN_CELL
    assert max(sizes) <= LONGEST_CELL
    kinds = "".join("c" if cell.cell_type == "code" else "m" for cell in notebook.cells)
    assert "c" * (MOST_CODE_CELLS_IN_A_ROW + 1) not in kinds
    assert len(notebook.cells) in CELLS


def test_no_logic_stands_in_cells(path):
    for cell in code_cells(read(path)):
        logic = LOGIC[:-1] if MODEL.search(cell.source) else LOGIC
        for node in ast.walk(ast.parse(cell.source)):
            assert not isinstance(node, logic), cell.source
        assert not cell.source.rstrip().endswith(";")


def test_prose_has_one_sentence_a_line_and_no_figure_that_code_could_print(path):
    for cell in read(path).cells:
        if cell.cell_type != "markdown":
            continue
        for line in cell.source.splitlines():
            assert not re.search(r"[.!?] [A-Z]", line), line
            assert not re.search(r"\d+\.\d+|\d+ %|\d{5,}", line), line


def test_it_is_stored_as_run_from_top_to_bottom(path):
    notebook = read(path)
    code = code_cells(notebook)
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert sum(bool(cell.outputs) for cell in code) >= len(code) // 2
    for cell in code:
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output
    assert notebook.cells[-1].source.strip()


def test_it_is_stored_clean_and_small(path):
    notebook = read(path)
    assert path.stat().st_size < LARGEST_FILE
    assert set(notebook.metadata) <= {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}
