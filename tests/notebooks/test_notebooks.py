"""The three nets for notebooks: stored outputs, other parameters, expected tables."""

import ast
import hashlib
import json
import os
import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from helpers import ROOT
from helpers.days import AS_OF, asked_about
from helpers.reports.runs.execution import execute
from helpers.reports.runs.kernels import open_kernels
from helpers.reports.site import exports as printing
from helpers.reports.store.folders import SPOKEN, stored
from helpers.reports.store.run import declared_parameters
from support.moved_outputs import moved, printed, told, without_injected
from support.stored_tables import wide_again

pytestmark = [pytest.mark.notebooks, pytest.mark.slow]

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
PROCESSED = ROOT / "data" / "processed"
EMPTY = {"area": "shenzhen"}
"""What an empty parameter stands for: the area of the plan."""
PASSING = {"as_of", "raw_dir", "output_dir"}
"""Parameters that a report gives every notebook: day, raw tables, where tables go."""
RELATIVE_TOLERANCE = 2e-4  # one unit of the fifth digit, and a little for other processors
LEARNED = {"evaluation.csv", "rule_scores.csv"}
LEARNED_TOLERANCE = 5e-3  # constants are learned anew by an optimiser that stops a little elsewhere
PROBABILITY_TOLERANCE = 0.0021  # two units of the third decimal


@pytest.fixture(scope="module")
def kernels(edition):
    """Kernels that run notebook after notebook, on the day of the edition."""
    with asked_about(edition), open_kernels(NOTEBOOKS) as held:
        yield held


def nbval(*paths, day=""):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
               "--nbval", "--nbval-current-env", "--nbval-cell-timeout", "120",
               "--nbval-sanitize-with", ROOT / "tests" / "notebooks" / "nbval_sanitize.cfg",
               "--rootdir", ROOT, "-c", os.devnull, *paths]  # fmt: skip
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment[AS_OF] = day
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def difference(path, kernels, day, folder):
    """Run a notebook again and say in words what moved; "" where nothing that is read did."""
    fresh = execute(path, folder / path.name, {}, kernels=kernels, work_folder=path.parent,
                    timeout=300)  # fmt: skip
    pair = (nbformat.read(file, as_version=4) for file in (path, fresh))
    lines = moved(*pair)
    return told(path.stem, lines, day) if lines else ""


def of_the_report(path, report):
    """The notebook as the report ran it with its own parameters; None where it did not."""
    for ran in sorted((report / "notebooks").glob(f"{path.stem}*.ipynb")):
        book = nbformat.read(ran, as_version=4)
        [cell] = [c for c in book.cells if "injected-parameters" in c.metadata.get("tags", [])]
        lines = ast.parse(cell.source).body
        given = {line.targets[0].id: ast.literal_eval(line.value) for line in lines}
        own = declared_parameters(path)
        if all(
            (own[name] or EMPTY.get(name, own[name])) == given[name]
            for name in given.keys() - PASSING
        ):
            return book
    return None


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_stored_outputs_are_what_the_notebook_prints(
    path, edition_report, kernels, edition, tmp_path
):
    """What the report has run need not run again; nbval runs the others."""
    if ran := of_the_report(path, edition_report):
        stored = nbformat.read(path, as_version=4)
        if printed(stored) != printed(ran):
            lines = moved(stored, without_injected(ran))
            pytest.fail(told(path.stem, lines, edition), pytrace=False)
        return
    done = nbval(path, day=edition)
    if done.returncode:
        pytest.fail(difference(path, kernels, edition, tmp_path) or done.stdout[-4000:], False)
    passed = int(re.search(r"(\d+) passed", done.stdout).group(1))
    cells = nbformat.read(path, as_version=4).cells
    assert passed == sum(cell.cell_type == "code" for cell in cells)


def test_the_report_runs_the_notebooks_of_the_edition(edition_report):
    """Else each would be run once more to be compared."""
    ran = {path.stem for path in NOTEBOOKS if of_the_report(path, edition_report)}
    assert ran >= {path.stem for path in NOTEBOOKS} - {"10_your_own_model", "explore"}


def test_any_other_output_of_a_report_is_noticed(edition_report):
    path = ROOT / "notebooks" / "01_sources_and_vintages.ipynb"
    stored, ran = nbformat.read(path, as_version=4), of_the_report(path, edition_report)
    for cell in (cell for cell in ran.cells if cell.get("outputs")):
        output = cell.outputs.pop()
        assert printed(stored) != printed(ran)
        kind = next(iter(set(output.get("data", {})) - {"image/png"}), None)
        where = r">[^<]*?\d" if kind in ("text/html", "image/svg+xml") else r"\d"
        if kind and (digit := re.search(where, output.data[kind])):
            other = nbformat.from_dict(json.loads(json.dumps(output)))
            at = digit.end() - 1
            text = output.data[kind]
            other.data[kind] = text[:at] + str(9 - int(text[at])) + text[at + 1 :]
            cell.outputs.append(other)
            assert printed(stored) != printed(ran)
            cell.outputs.pop()
        cell.outputs.append(output)
        assert printed(stored) == printed(ran)


def test_a_changed_digit_in_a_stored_output_is_noticed(edition, tmp_path):
    """A notebook is run up to its first output in words, in which the first digit is another."""
    notebook = nbformat.read(ROOT / "notebooks" / "01_sources_and_vintages.ipynb", as_version=4)
    told = [
        c for c in notebook.cells if any("text/markdown" in str(o) for o in c.get("outputs", ""))
    ]
    del notebook.cells[notebook.cells.index(told[0]) + 1 :]
    data = notebook.cells[-1].outputs[0].data
    before, digit, after = re.split(r"(\d)", data["text/markdown"], maxsplit=1)
    other = str(9 - int(digit))
    data["text/markdown"] = before + other + after
    path = tmp_path / "mutated.ipynb"
    nbformat.write(notebook, path)
    done = nbval(path, day=edition)
    assert done.returncode == 1
    assert "mismatch 'text/markdown'" in done.stdout
    assert before[-10:] + other in done.stdout


RD = "rd_intensity"
WRITES = {
    "01_sources_and_vintages": ["series.csv"],
    "02_research_and_development": ["research.csv"],
    "03_emerging_industries": ["industry.csv"],
    "04_patents": ["nowcasts.csv", "patents.csv"],
    "06_backtest": ["evaluation.csv", "rule_scores.csv"],
    "07_targets": ["ambition.csv", "assessment.csv", "beliefs.csv", "finished_targets.csv",
                        "rules.csv", "statements.csv"],
    "08_measures": ["measures.csv"],
    "09_later_goals": ["outlook_2035.csv"],
    "10_your_own_model": ["own_model.csv"],
}  # fmt: skip
OTHERS = [
    ("01_sources_and_vintages", {"as_of": "2021-02-25", "indicator": "rd_intensity"}),
    ("01_sources_and_vintages", {"indicator": "gdp", "area": "shenzhen", "min_grade": "press"}),
    ("02_research_and_development", {"area": "guangzhou", "as_of": "2024-06-30", "wholes": ""}),
    ("02_research_and_development", {"indicator": "sei_share", "levels": "38",
                                     "min_grade": "press"}),
    ("03_emerging_industries", {"as_of": "2020-07-04", "suspected_breaks": False}),
    ("03_emerging_industries", {"indicator": "rd_intensity",
                                "target_id": "rd_intensity_2025"}),
    ("04_patents", {"as_of": "2020-07-04", "min_grade": "press"}),
    ("04_patents", {"area": "guangdong", "target_id": "", "wholes": "china"}),
    ("05_projection", {"indicator": "sei_share", "target_id": "sei_share_2025",
                       "as_of": "2020-07-04", "suspected_breaks": True}),
    ("05_projection", {"indicator": "pct_applications", "target_id": "pct_applications_2025",
                       "min_grade": "secondary", "stand_ins": False}),
    ("05_projection", {"indicator": "rd_expenditure", "area": "china", "target_id": "",
                       "horizon": 10}),
    ("05_projection", {"definition": "rd_intensity_estimate"}),
    ("07_targets", {"as_of": "2021-02-25", "min_grade": "secondary", "splice": "none",
                         "horizon": 3}),
    ("08_measures", {"as_of": "2021-02-25", "language": "zh", "min_grade": "secondary"}),
    ("08_measures", {"area": "guangdong", "language": "ja", "min_grade": "press"}),
    ("09_later_goals", {"as_of": "2023-06-30", "min_grade": "secondary", "last_year": 2036}),
    ("09_later_goals", {"since_year": 2020, "horizon": 7, "suspected_breaks": True}),
    ("10_your_own_model", {"as_of": "2021-02-25", "indicator": "pct_applications",
                           "target_id": "pct_applications_2025"}),
    ("10_your_own_model", {"indicator": "rd_expenditure", "area": "china", "target_id": ""}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "parameters"), OTHERS, ids=[f"{n}-{'-'.join(map(str, p.values()))}" for n, p in OTHERS]
)
def test_a_notebook_runs_with_other_parameters(kernels, name, parameters, tmp_path):
    done = execute(
        ROOT / "notebooks" / f"{name}.ipynb",
        tmp_path / f"{name}.ipynb",
        {**parameters, "output_dir": str(tmp_path / "tables")},
        kernels=kernels,
        work_folder=tmp_path,
        timeout=300,
    )
    outputs = [o for c in nbformat.read(done, as_version=4).cells for o in c.get("outputs", [])]
    assert not [o for o in outputs if o.get("name") == "stderr"]
    tables = tmp_path / "tables"
    written = {path.relative_to(tables).as_posix() for path in tables.rglob("*.csv")}
    indicator = parameters.get("indicator", RD)
    of_one = [f"{kind}/{indicator}.csv" for kind in ("projections", "specifications")]
    assert written == set(WRITES.get(name, of_one))
    empty = {path for path in written if not len(pd.read_csv(tables / path))}
    aimless = parameters.get("target_id") == ""
    assert empty <= {f"specifications/{indicator}.csv"} if aimless else not empty


def expected_tables():
    return [path.relative_to(PROCESSED) for path in sorted(PROCESSED.rglob("*.csv"))]


def test_the_report_writes_the_tables_that_are_tracked(edition_report):
    made = edition_report / "tables"
    facts = [path for path in sorted(made.rglob("*.csv")) if path.name not in SPOKEN]
    assert [path.relative_to(made) for path in facts] == expected_tables()


@pytest.mark.parametrize("name", expected_tables(), ids=str)
def test_tables_are_as_tracked_within_tolerance(edition_report, edition, name, tmp_path):
    """On failure the table made stands in the folder named; `make refresh` accepts it."""
    made = tmp_path / name.name
    made.write_bytes(stored(edition_report / "tables" / name))
    actual, expected = wide_again(made), wide_again(PROCESSED / name)
    hint = f"made: {made}; accept with make refresh AS_OF={edition}"
    assert list(actual) == list(expected), hint
    for column in expected:
        chance, learned = column.startswith("probability"), name.name in LEARNED
        pd.testing.assert_series_equal(
            actual[column],
            expected[column],
            rtol=0 if chance else LEARNED_TOLERANCE if learned else RELATIVE_TOLERANCE,
            atol=PROBABILITY_TOLERANCE if chance else 1e-9,
            obj=f"{name}: {column} ({hint})",
        )


def test_the_notebooks_agree_with_each_other(edition_report):
    """Verdict and projection of an indicator come from different notebooks but one engine."""
    tables = edition_report / "tables"
    verdicts = pd.read_csv(tables / "assessment.csv").set_index("target_id")
    for path in (tables / "projections").glob("*.csv"):
        projected = pd.read_csv(path).set_index("year")
        verdict = verdicts.loc[f"{path.stem}_2025"]
        if pd.notna(verdict["probability"]):
            assert projected.loc[2025, "probability"] == verdict["probability"]
            assert projected.loc[2025, "median"] == verdict["median"]
    series = pd.read_csv(tables / "series.csv").set_index(["indicator", "area", "year"])
    for row in verdicts.dropna(subset=["latest_year"]).itertuples():
        if row.latest_qualifier != "lower_bound":
            key = (row.indicator, row.area, int(row.latest_year))
            assert series.loc[key, "value"] == row.latest_value


def test_the_run_record_tells_what_went_in(edition_report, edition):
    record = json.loads((edition_report / "run.json").read_text("utf-8"))
    assert (record["state"], record["as_of"]) == ("complete", edition)
    raw = ROOT / "data" / "raw"
    files = {path.relative_to(raw).as_posix(): path for path in raw.rglob("*.csv")}
    digests = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    assert record["raw_sha256"] == digests


def test_the_front_page_is_printed_where_there_is_a_browser(edition_report):
    printed = (edition_report / "index.pdf").exists()
    assert printed is (printing.browser() is not None)
