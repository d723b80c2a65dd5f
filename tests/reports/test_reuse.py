"""A result is taken over only if nothing that it depends on differs, and then byte for byte."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta

import nbformat
import pytest

from helpers import ROOT
from helpers.days import today
from helpers.observations.raw_data import RAW_DIR, read_raw
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.runs.plan import planned_runs
from helpers.reports.store import fingerprints as inputs
from helpers.reports.store import folders as publication
from helpers.reports.store.cache import FINISHED, Shelf, gather
from helpers.reports.store.folders import Journal
from helpers.reports.store.run import Run, declared_parameters
from helpers.reports.store.subsets import lay_out, next_change, slice_of
from helpers.vintages import series as vintages
from support.paths import TESTS
from support.reports import AS_OF, request, snapshot, write_notebook

pytestmark = [pytest.mark.usefixtures("unprinted"), pytest.mark.notebooks]

TABLE = "from pathlib import Path\n_ = Path(output_dir, {0!r}).write_text('a\\n{1}\\n')"


@pytest.fixture(autouse=True)
def steady_code(monkeypatch):
    """The code counts as the same, also while someone edits it."""
    monkeypatch.setattr(inputs, "code_digest", lambda files: "the same")


@pytest.fixture
def place(tmp_path):
    (tmp_path / "notebooks").mkdir()
    parameters = 'as_of: str = ""\noutput_dir: str = ""'
    for name in ("first", "second"):
        text = TABLE.format(f"{name}.csv", name)
        write_notebook(tmp_path / "notebooks" / f"{name}.ipynb", text, parameters=parameters)
    return tmp_path


def reused(result) -> dict[str, str]:
    return {outcome.name: outcome.reused for outcome in result.outcomes}


def test_what_is_taken_over_is_the_same_byte_for_byte(place):
    wanted = request(place, "first", "second")
    once = make_report(wanted)
    assert reused(once) == {"first": "", "second": ""}
    before = snapshot(once.folder)
    again = make_report(wanted)
    assert reused(again) == dict.fromkeys(("first", "second"), f"the report of {AS_OF}")
    taken = snapshot(again.folder)
    assert {name for name in before if before[name] != taken[name]} == {"run.json"}
    runs = json.loads(taken["run.json"])["runs"]
    assert [run["reused"] for run in runs] == [f"the report of {AS_OF}"] * 2
    assert runs[0]["work_seconds"] > 10 * runs[0]["seconds"]

    fresh = make_report(replace(wanted, fresh=True))
    assert reused(fresh) == {"first": "", "second": ""}
    run_anew = snapshot(fresh.folder)
    assert {name for name in before if before[name] != run_anew[name]} == {"run.json"}


def test_a_changed_file_of_a_published_report_is_not_taken_over(place):
    wanted = request(place, "first", "second")
    folder = make_report(wanted).folder
    (folder / "tables" / "first.csv").write_text("a\nforged\n")
    again = make_report(wanted)
    assert reused(again) == {"first": "", "second": f"the report of {AS_OF}"}
    assert (again.folder / "tables" / "first.csv").read_text() == "a\nfirst\n"


@pytest.mark.slow
@pytest.mark.usefixtures("kept_kernels")
def test_after_a_changed_figure_a_page_is_that_of_a_fresh_report(raw, place):
    lay_out(slice_of(raw, ("rd",)), place / "raw")
    run = next(r for r in planned_runs(raw) if r.name == "02_research_and_development")
    about = {"as_of": "2026-11-01", "raw_dir": place / "raw", "languages": ("en",)}
    wanted = ReportRequest(**about, out_dir=place / "reports", runs=(run,))
    make_report(wanted)
    path = place / "raw" / "observations" / "rd.csv"
    path.write_text(path.read_text("utf-8").replace(",6.67,", ",6.68,"), "utf-8")
    changed = make_report(wanted)
    assert reused(changed) == {run.name: ""}
    fresh = make_report(replace(wanted, out_dir=place / "elsewhere"))
    one, other = snapshot(changed.folder), snapshot(fresh.folder)
    own = {name for name in one if name.startswith(("notebooks/", "tables/", "charts/"))}
    assert own == {name for name in other if name.startswith(("notebooks/", "tables/", "charts/"))}
    assert {name for name in own if one[name] != other[name]} == set()


@pytest.mark.usefixtures("kept_kernels")
def test_only_runs_that_read_a_changed_figure_are_run_again(place):
    raw = place / "raw"
    shutil.copytree(RAW_DIR, raw)
    write_notebook(
        place / "notebooks" / "reads.ipynb",
        "from helpers.observations.raw_data import read_raw\n"
        "print(sorted(set(read_raw(raw_dir).observations['indicator'])))",
        parameters='raw_dir: str = ""',
    )
    topics = {"patents": ("patents",), "rd": ("rd",), "none": (), "all": None}
    runs = tuple(Run(name, "reads.ipynb", reads=reads) for name, reads in topics.items())
    wanted = request(place, runs=runs, raw_dir=raw, as_of="2026-11-01")
    folder = make_report(wanted).folder
    shown = {}
    for name in topics:
        text = (folder / "notebooks" / f"{name}.ipynb").read_text("utf-8")
        assert str(place) not in text
        assert "../../raw" not in text
        assert 'raw_dir = \\"../data\\"' in text
        cells = nbformat.reads(text, as_version=4).cells
        shown[name] = set(re.findall(r"'(\w+)'", cells[-1].outputs[0].text))
    assert shown["none"] == set()
    assert "pct_applications" in shown["patents"]
    assert not shown["patents"] & shown["rd"]
    assert {"rd_intensity", "gdp", "gdp_real_growth"} <= shown["rd"]
    assert shown["all"] > shown["patents"] | shown["rd"]

    table = raw / "observations" / "patents.csv"
    lines = table.read_text("utf-8").splitlines(keepends=True)
    (number,) = (i for i, line in enumerate(lines) if "pct_applications,shenzhen,2023,12" in line)
    lines[number] = lines[number].replace(",15900,", ",15901,")
    table.write_text("".join(lines), "utf-8")
    again = reused(make_report(wanted))
    assert {name for name, origin in again.items() if not origin} == {"patents", "all"}


def test_a_failed_report_is_taken_up_where_it_stopped(place, monkeypatch):
    broken = place / "notebooks" / "broken.ipynb"
    write_notebook(broken, "1 / 0")
    wanted = request(place, "first", "broken", jobs=1)
    assert make_report(wanted).state == "failed"
    assert len(list((place / "reports" / FINISHED).iterdir())) == 1
    with monkeypatch.context() as patch:
        patch.setattr(inputs, "code_digest", lambda files: "another")
        assert reused(make_report(wanted))["first"] == ""
    assert make_report(wanted).state == "failed"
    write_notebook(broken, "1 / 1")
    done = make_report(wanted)
    assert reused(done) == {"first": "a run that was cut short", "broken": ""}
    assert not (place / "reports" / FINISHED).exists()


def test_a_killed_report_is_taken_up_where_it_stopped(place):
    mark = place / "mark"
    waits = f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(60)"
    write_notebook(place / "notebooks" / "waits.ipynb", waits)
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from support.reports import request\nfrom helpers.reports.report import make_report\n"
        "from helpers.reports.store import fingerprints as inputs\n"
        "inputs.code_digest = lambda files: 'the same'\n"
        "make_report(request(Path(sys.argv[1]), 'first', 'waits', jobs=1))"
    )
    command = [sys.executable, "-c", script, str(place), str(TESTS)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 40
        while time.monotonic() < deadline and not mark.exists():
            time.sleep(0.1)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
    finally:
        process.kill()
    assert not (place / "reports" / AS_OF).exists()
    done = make_report(request(place, "first", "second"))
    assert reused(done) == {"first": "a run that was cut short", "second": ""}


def test_half_kept_or_foreign_runs_are_not_used(tmp_path):
    notebook, tables = tmp_path / "n.ipynb", tmp_path / "tables"
    notebook.write_text("{}")
    tables.mkdir()
    (tables / "x.csv").write_text("a\n")
    (tmp_path / "reports").mkdir()
    shelf = Shelf(tmp_path / "reports")
    shelf.keep("f" * 64, notebook, tables, 1.5)
    kept = shelf.find("f" * 64)
    assert (kept.seconds, kept.tables.keys()) == (1.5, {"x.csv"})
    assert shelf.find("e" * 64) is None
    (shelf.folder / ("f" * 64) / "tables" / "x.csv").write_text("b\n")
    assert shelf.find("f" * 64) is None
    shelf.keep("d" * 64, notebook, tables, 1.5)
    shelf.clear(but=["d" * 64])
    assert [path.name for path in shelf.folder.iterdir()] == ["d" * 64]
    (shelf.folder / ("d" * 64) / "seal.json").write_text('{"tables"')
    assert shelf.find("d" * 64) is None


def test_every_cause_of_another_result_counts(place):
    folder = place / "notebooks"
    run = Run("first", "first.ipynb", {"as_of": AS_OF, "raw_dir": "here"}, reads=())

    def fingerprint(run=run, slice_="s", code="c"):
        return inputs.run_fingerprints((run,), folder, {run.reads: slice_}, code)["first"]

    same = fingerprint()
    assert fingerprint(replace(run, parameters={"as_of": AS_OF, "raw_dir": "there"})) == same
    others = {
        fingerprint(replace(run, parameters={"as_of": "2024-01-01"})),
        fingerprint(slice_="t"),
        fingerprint(code="d"),
        fingerprint(replace(run, notebook="second.ipynb")),
    }
    assert len(others | {same}) == 5


def test_what_running_writes_into_a_notebook_does_not_count(place):
    path = place / "notebooks" / "first.ipynb"
    before = inputs.notebook_digest(path)
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[2].outputs = [nbformat.v4.new_output("stream", text="x")]
    notebook.cells[2].execution_count = 7
    notebook.cells[2].metadata["execution"] = {"iopub.execute_input": "now"}
    notebook.metadata["papermill"] = {"duration": 1}
    nbformat.write(notebook, path)
    assert inputs.notebook_digest(path) == before
    notebook.cells[2].source += " "
    nbformat.write(notebook, path)
    assert inputs.notebook_digest(path) != before


def test_code_and_constants_count_but_templates_only_for_pages(tmp_path, monkeypatch):
    monkeypatch.undo()
    shutil.copytree(inputs.PACKAGE, tmp_path / "helpers")
    monkeypatch.setattr(inputs, "PACKAGE", tmp_path / "helpers")

    def told():
        totals = inputs.take_inputs(ReportRequest()).totals
        return totals["code"], totals["pages"]

    code, pages = told()
    with (tmp_path / "helpers" / "reports" / "site" / "templates" / "style.css").open("a") as file:
        file.write("/* */")
    assert told()[0] == code
    assert told()[1] != pages
    with (tmp_path / "helpers" / "forecasting" / "constants" / "calibration.csv").open("a") as file:
        file.write("\n")
    assert told()[0] != code


def test_two_runs_may_not_write_the_same_table(place):
    for name in ("one", "two"):
        (place / "work" / name / "tables").mkdir(parents=True)
        (place / "work" / name / "tables" / "x.csv").write_text(name)
    one, two = Run("one", "n.ipynb"), Run("two", "n.ipynb")
    with pytest.raises(ValueError, match=r"x\.csv: written by one and by two; one file, one run"):
        gather((one, two), place / "work", place / "into")


def test_a_slice_holds_its_topic_and_what_that_is_made_of(raw, tmp_path):
    part = slice_of(raw, ("industry",))
    topics = raw.indicators.set_index("indicator")["topic"]
    held = set(part.observations["indicator"])
    assert {name for name in held if topics[name] != "industry"} == {"gdp", "gdp_real_growth"}
    of_topic = raw.observations["indicator"].map(topics).eq("industry")
    assert of_topic.sum() == part.observations["indicator"].map(topics).eq("industry").sum()
    assert set(part.observations["source_id"]) <= set(part.sources["source_id"])
    assert len(part.sources) < len(raw.sources)
    assert len(part.targets) == len(raw.targets)
    lay_out(part, tmp_path)
    again = read_raw(tmp_path)
    columns = [name for name in part.observations if name not in ("file", "line")]
    assert again.observations[columns].equals(part.observations[columns])
    whole = slice_of(raw, None)
    assert whole.observations is raw.observations and whole.quotes.empty
    with pytest.raises(ValueError, match="no indicator is of the topic patent"):
        slice_of(raw, ("patent",))


def test_a_figure_elsewhere_leaves_a_slice_as_it_is(raw, tmp_path):
    figures = raw.observations
    moved = figures.assign(
        value=figures["value"].mask(figures["indicator"].eq("pct_applications"), 1.0)
    )
    other = replace(raw, observations=moved)
    totals = [
        [
            lay_out(slice_of(data, topics), tmp_path / f"{i}{j}")
            for i, data in enumerate((raw, other))
        ]
        for j, topics in enumerate((("rd",), ("patents",)))
    ]
    assert totals[0][0] == totals[0][1]
    assert totals[1][0] != totals[1][1]


def test_the_next_change_is_the_next_day_on_which_anything_is_known(raw):
    assert next_change(raw, "2021-02-24") == "2021-02-25"
    assert next_change(raw, "2040-05-01") == "2041-01-01"
    days = vintages.open_archive(raw).figures["known_from"].dropna()
    today = days.sort_values().iloc[len(days) // 2]
    assert next_change(raw, f"{today:%Y-%m-%d}") > f"{today:%Y-%m-%d}"
    before = f"{today - timedelta(days=1):%Y-%m-%d}"
    assert next_change(raw, before) == f"{today:%Y-%m-%d}"


TODAY = today()


def days(count: int) -> str:
    return (TODAY + timedelta(days=count)).isoformat()


@pytest.mark.parametrize(
    ("published", "asked", "record", "told"),
    [
        (days(0), days(0), {}, days(0)),
        (days(-3), days(0), {}, days(-3)),
        (days(-3), days(0), {"next_change": days(0)}, ""),
        (days(-3), days(0), {"next_change": days(1)}, days(-3)),
        (days(-3), days(0), {"state": "partial"}, ""),
        (days(-3), days(0), {"inputs": {"raw": "other"}}, ""),
        (days(-3), days(0), {"next_change": ""}, ""),
        (days(-3), days(-3), {"next_change": ""}, days(-3)),
        (days(-3), days(-1), {}, ""),  # asked by name: a report of that very day is wanted
        (days(1), days(0), {}, ""),  # the clock was set back
    ],
)
def test_when_a_report_still_stands(tmp_path, monkeypatch, published, asked, record, told):
    same = inputs.Inputs({"raw": "same"}, {}, {}, {})
    monkeypatch.setattr("helpers.reports.report.take_inputs", lambda request: same)
    folder = tmp_path / published
    folder.mkdir()
    (folder / "index.html").write_text("")
    whole = {"state": "complete", "inputs": {"raw": "same"}, "next_change": days(30)} | record
    (folder / "run.json").write_text(json.dumps(whole))
    asking = ReportRequest(as_of=asked, out_dir=tmp_path, if_changed=True)
    told = told and f"nothing new since the report of {told}"
    assert inputs.nothing_new(asking, {"raw": "same"}) == told
    if told:
        result = make_report(asking)
        assert (result.state, result.exit_code, result.message) == ("unchanged", 0, told)
        assert '"event": "nothing new"' in (tmp_path / "log.jsonl").read_text()
        (folder / "index.html").unlink()
        assert inputs.nothing_new(asking, {"raw": "same"}) == ""


def test_each_kind_of_input_is_told_by_content_alone(place, monkeypatch):
    monkeypatch.undo()
    shutil.copytree(RAW_DIR, place / "raw")
    asking = request(place, "first", raw_dir=place / "raw")
    once = inputs.take_inputs(asking).totals
    os.utime(place / "raw" / "targets.csv", (1, 1))
    (place / "raw" / "observations" / "~lock.csv").write_text("")
    assert inputs.take_inputs(replace(asking, as_of="2020-01-01", jobs=1)).totals == once
    more = place / "more"
    more.mkdir()
    (more / "x.csv").write_text("a\n")

    def differing(other) -> set[str]:
        now = inputs.take_inputs(other).totals
        return {name for name in once if once[name] != now[name]}

    assert differing(replace(asking, raw_dir=(place / "raw", more))) == {"raw"}
    assert differing(replace(asking, parameters={"first_year": 2011})) == {"settings"}
    assert differing(replace(asking, runs=None)) == {"settings", "notebooks"}
    write_notebook(place / "notebooks" / "first.ipynb", "3")
    assert differing(asking) == {"notebooks"}


def test_nothing_new_is_told_without_loading_pandas(tmp_path):
    out = tmp_path / TODAY.isoformat()
    out.mkdir()
    (out / "index.html").write_text("")
    script = (
        "import sys, time, json\nfrom pathlib import Path\nfrom helpers.apps.cli import main\n"
        "from helpers.reports.store.fingerprints import take_inputs\n"
        "from helpers.reports.store.request import ReportRequest\n"
        "record = {'state': 'complete', 'inputs': take_inputs(ReportRequest()).totals}\n"
        "_ = Path(sys.argv[1], 'run.json').write_text(json.dumps(record))\n"
        "code = main(['report', '--if-changed', '--out', str(Path(sys.argv[1]).parent)])\n"
        "heavy = {'pandas', 'numpy', 'pydantic', 'nbformat', 'papermill'} & set(sys.modules)\n"
        "print(code, sorted(heavy), time.process_time() < 1)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(out)], capture_output=True, text=True, check=True
    )
    first, second = done.stdout.splitlines()
    assert first == f"nothing new since the report of {out.name}"
    assert second == "0 [] True"


def test_old_reports_go_but_nothing_else_does(tmp_path):
    for name in ("2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "run.json").write_text("{}")
    (tmp_path / "2019-01-01").mkdir()  # no report: it has no record
    (tmp_path / "failed-2018-01-01").mkdir()
    (tmp_path / "2018-01-01").symlink_to("2020-01-01", target_is_directory=True)
    (tmp_path / "latest").symlink_to("2022-01-01", target_is_directory=True)
    removed = publication.prune(tmp_path, 1, tmp_path / "2021-01-01")
    assert removed == ("2020-01-01",)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"2018-01-01", "2019-01-01", "2021-01-01", "2022-01-01", "2023-01-01",
                    "failed-2018-01-01", "latest"}  # fmt: skip


def test_keep_counts_the_new_report(place):
    for day in ("2024-01-01", "2024-02-01", AS_OF):
        result = make_report(request(place, "second", as_of=day, keep=2))
        assert result.state == "complete"
    names = [path.name for path in publication.report_folders(place / "reports")]
    assert names == [AS_OF, "2024-02-01"]
    events = [json.loads(line) for line in (place / "reports" / "log.jsonl").open()]
    assert [e["names"] for e in events if e["event"] == "reports removed"] == [["2024-01-01"]]


def test_the_log_tells_every_step_in_json(place):
    write_notebook(place / "notebooks" / "broken.ipynb", "raise ValueError('a\\nb \\u202e')")
    make_report(request(place, "second", "broken", jobs=1))
    events = [json.loads(line) for line in (place / "reports" / "log.jsonl").open()]
    told = [(e["event"], e.get("run"), e.get("state")) for e in events]
    assert told == [
        ("report started", None, None),
        ("run started", "second", None),
        ("run ended", "second", "done"),
        ("run started", "broken", None),
        ("run ended", "broken", "failed"),
        ("report failed", None, "failed"),
    ]
    assert all(e["time"].endswith("+00:00") for e in events)
    assert events[2]["seconds"] > 0


def test_the_log_is_bounded_and_never_in_the_way(tmp_path, monkeypatch):
    monkeypatch.setattr("helpers.reports.store.folders.LARGEST", 200)
    for number in range(50):
        Journal(tmp_path).note("step", number=number, text="\ud800")
    assert {path.name for path in tmp_path.iterdir()} == {"log.jsonl", "log.1.jsonl"}
    assert all(path.stat().st_size < 400 for path in tmp_path.iterdir())
    assert json.loads((tmp_path / "log.jsonl").read_text().splitlines()[-1])["number"] == 49
    Journal(tmp_path / "absent").note("step")
    assert not (tmp_path / "absent").exists()
    (tmp_path / "blocked").mkdir()
    (tmp_path / "blocked" / "log.jsonl").mkdir()
    Journal(tmp_path / "blocked").note("step")


def test_no_planned_notebook_reads_more_than_its_run_says(raw):
    for run in planned_runs(raw):
        path = ROOT / "notebooks" / run.notebook
        source = "".join(
            cell.source for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        )  # fmt: skip
        assert set(re.findall(r"read_raw\(([^)]*)\)", source)) <= {"run.raw_dir"}
        assert "RAW_DIR" not in source
        assert ("raw_dir" in declared_parameters(path)) is (run.reads != ())


def test_a_topic_is_planned_only_if_there_are_figures_of_its_headline_indicator(raw):
    (planned,) = (run for run in planned_runs(raw) if run.name == "04_patents")
    assert planned.reads == ("macro", "patents")
    assert planned.parameters == {
        "indicator": "pct_applications",
        "area": "shenzhen",
        "target_id": "pct_applications_2025",
    }
    kept = raw.observations["indicator"].ne("pct_applications")
    bare = replace(raw, observations=raw.observations[kept])
    assert "04_patents" not in [run.name for run in planned_runs(bare)]


@pytest.mark.slow
def test_the_backtest_is_taken_over_with_the_same_figures(edition_report, tmp_path, monkeypatch):
    """That it is the same when run again stands in `test_kernels.py`, of every notebook."""
    monkeypatch.undo()
    edition = edition_report.name
    shutil.copytree(edition_report, tmp_path / edition)
    runs = tuple(run for run in planned_runs(read_raw()) if run.name == "06_backtest")
    taken = make_report(ReportRequest(as_of=edition, out_dir=tmp_path, runs=runs))
    assert reused(taken) == {"06_backtest": f"the report of {edition}"}
    before = snapshot(edition_report)
    files = {n: c for n, c in snapshot(taken.folder).items() if n.endswith((".ipynb", ".csv"))}
    assert {"tables/evaluation.csv", "notebooks/06_backtest.ipynb"} < set(files)
    assert {name for name, content in files.items() if before[name] != content} == set()
