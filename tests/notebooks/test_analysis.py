"""Analysis stands in the cells, and headings with computed sentences read as a page."""

import ast
import re
from functools import cache
from statistics import median

import nbformat
import pandas as pd
import pytest

from helpers import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
LIBRARIES = ("pandas", "numpy", "statsmodels")
ANALYTIC = ("02", "03", "04", "05", "06", "09")
"""Numbers of the notebooks that analyse; the others ask, list or judge."""
LEAST, LEAST_ELSEWHERE, LEAST_STATSMODELS = 0.4, 0.25, 3
MOST_WORDS = 700
LAYOUT = {
    "add_prefix", "add_suffix", "astype", "copy", "drop", "get", "head", "index", "info", "insert",
    "items", "iterrows", "itertuples", "keys", "pop", "rename", "rename_axis", "replace",
    "reset_index", "round", "set_axis", "set_index", "style", "tail", "to_csv", "to_dict",
    "to_list", "tolist", "update", "values",
}  # fmt: skip
"""Methods that lay a table out, or that plain containers have too."""
REASONED = {
    name
    for kind in (pd.DataFrame, pd.Series, pd.core.groupby.DataFrameGroupBy)
    for name in dir(kind)
    if not name.startswith("_")
} - LAYOUT
TOPICS = {path.parent.name for path in (ROOT / "src" / "helpers" / "topics").glob("*/__init__.py")}
ROOMS = TOPICS | {"findings", "charts", "wording", "targets", "forecasting", "vintages"}
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow)


@cache
def cells_of(path):
    return nbformat.read(path, as_version=4).cells


def code_of(path):
    return [cell for cell in cells_of(path) if cell.cell_type == "code"]


def is_set_up(cell):
    """Whether a cell gives parameters, imports, or reads what the others work on."""
    imports = re.search(r"^(from|import) ", cell.source, re.MULTILINE)
    given = "parameters" in cell.metadata.get("tags", [])
    return bool(given or imports or "Parameters.of(" in cell.source)


def work_of(path):
    return [cell for cell in code_of(path) if not is_set_up(cell)]


def imported(path):
    """Names that a notebook has of the libraries."""
    trees = [ast.parse(cell.source) for cell in code_of(path)]
    names = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in LIBRARIES:
            names |= {alias.asname or alias.name for alias in node.names}
        if isinstance(node, ast.Import):
            names |= {
                alias.asname or alias.name
                for alias in node.names
                if alias.name.split(".")[0] in LIBRARIES
            }
    return names


def root_of(node):
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node


def reasons(source, libraries):
    """Whether a cell selects, compares, divides or fits with pandas, numpy or statsmodels."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            root, name = root_of(node.func), getattr(node.func, "attr", "")
            if isinstance(root, ast.Name) and root.id in libraries and name != "set_option":
                return True
            text = isinstance(root, ast.Constant | ast.JoinedStr)
            room = isinstance(root, ast.Name) and root.id in ROOMS
            if name in REASONED and not text and not room:
                return True
        sides = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ARITHMETIC):
            sides = [node.left, node.right]
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
        if any(isinstance(s, ast.Subscript) and isinstance(root_of(s), ast.Name) for s in sides):
            return True
    return False


def whole_objects(path):
    """Names that the set-up binds to what a topic has worked out: a study, a stage, a reading."""
    names = set()
    for cell in filter(is_set_up, code_of(path)):
        for node in ast.walk(ast.parse(cell.source)):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                root = root_of(node.value.func)
                if isinstance(root, ast.Name) and root.id in ROOMS:
                    names |= {n.id for n in ast.walk(node.targets[0]) if isinstance(n, ast.Name)}
    return names


def hands_over(source, objects):
    """Whether a cell is a single call of a topic, with nothing but whole objects."""
    body = ast.parse(source).body
    if len(body) != 1 or not isinstance(body[0], ast.Expr):
        return False
    calls = [node for node in ast.walk(body[0]) if isinstance(node, ast.Call)]
    own = [call for call in calls if getattr(root_of(call.func), "id", "") in ROOMS]
    given = [one for call in own for one in [*call.args, *(key.value for key in call.keywords)]]
    names = {getattr(one, "id", "") for one in given}
    return len(own) == 1 and bool(names) and names <= objects


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_the_analysis_stands_in_the_cells(path):
    libraries, work = imported(path), work_of(path)
    share = sum(reasons(cell.source, libraries) for cell in work) / len(work)
    assert share >= (LEAST if path.stem.startswith(ANALYTIC) else LEAST_ELSEWHERE)


def test_some_notebooks_fit_with_statsmodels():
    sources = ["\n".join(cell.source for cell in code_of(path)) for path in NOTEBOOKS]
    assert sum("from statsmodels" in source for source in sources) >= LEAST_STATSMODELS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_only_hands_over_a_whole_object(path):
    objects, last = whole_objects(path), code_of(path)[-1]
    for cell in work_of(path):
        if cell is not last and "answer" not in cell.metadata.get("tags", []):
            assert not hands_over(cell.source, objects), cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_cells_are_a_thought_each(path):
    sizes = [
        len([line for line in cell.source.splitlines() if line.strip()]) for cell in work_of(path)
    ]
    assert median(sizes) <= 5 and max(sizes) <= 15


def page_of(path):
    """Headings and computed sentences alone."""
    lines = []
    for cell in cells_of(path):
        if cell.cell_type == "markdown":
            lines += [line for line in cell.source.splitlines() if line.startswith("#")]
        lines += [
            output["data"]["text/markdown"]
            for output in cell.get("outputs", [])
            if "text/markdown" in output.get("data", {})
        ]
    return "\n".join(lines)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_headings_and_sentences_alone_are_a_page(path):
    assert len(re.findall(r"\S*\w\S*", page_of(path))) <= MOST_WORDS


def test_a_cell_that_only_shows_is_no_analysis():
    libraries, objects = {"pd", "np", "OLS"}, {"study"}
    for source in (
        "prose(patents.answer(study, verified))",
        "listed(table.round(2).set_index('year'), 'None.')",
        "' and '.join(names)",
        "pd.set_option('display.max_rows', 9)",
    ):
        assert not reasons(source, libraries), source
    for source in (
        "growth = 100 * (a['x'] / b['x'] - 1)",
        "table.groupby('year')['value'].sum()",
        "OLS(y, x).fit()",
        "np.log(y)",
    ):
        assert reasons(source, libraries), source
    assert hands_over("display(patents.error_picture(study))", objects)
    assert not hands_over("prose(patents.rival_words(scores))", objects)
    assert not hands_over("display(table)\nprose(patents.words(study))", objects)
