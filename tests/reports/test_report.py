"""A report is published as a whole or not at all."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from helpers import ROOT
from helpers.observations.raw_data import RAW_DIR, RawDataError, read_raw
from helpers.reports.report import ReportRequest, RequestError, make_report
from helpers.reports.runs.execution import execute_runs
from helpers.reports.runs.plan import planned_runs
from helpers.reports.runs.state import last_seconds
from helpers.reports.store import folders as publication
from helpers.reports.store.request import Printer
from helpers.reports.store.run import Outcome, Run, declared_parameters, resolve_runs
from helpers.reports.store.subsets import lay_out, slice_of
from helpers.vocabulary import CODES
from support.paths import TESTS
from support.reports import AS_OF, request, snapshot, write_notebook

pytestmark = [pytest.mark.usefixtures("unprinted"), pytest.mark.notebooks]

TABLE = "a,b,c\n1,x,True\n2.5,,False\n-3,<b>,True\n"


@pytest.fixture
def place(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    write_notebook(
        notebooks / "first.ipynb",
        f"from pathlib import Path\n_ = Path(output_dir, 'x.csv').write_text({TABLE!r})",
        "import sys, os\nprint(sys.executable)\nprint(os.environ.get('PYTHONDONTWRITEBYTECODE'))",
        "print(first_year)",
        parameters='as_of: str = ""\noutput_dir: str = ""\nfirst_year: int = 2000  # year',
    )
    write_notebook(notebooks / "second.ipynb", "print(as_of)")
    write_notebook(notebooks / "broken.ipynb", "x = 1", "raise ValueError('<i>planted</i>')")
    write_notebook(notebooks / "hangs.ipynb", "import time\ntime.sleep(120)")
    return tmp_path


def test_success_publishes_everything_and_repeats_byte_for_byte(place, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    told = {"languages": CODES, "parameters": {"first_year": 2011}}
    wanted = request(place, "first", "second", **told)
    result = make_report(wanted)
    assert (result.state, result.exit_code, result.message) == ("complete", 0, "")
    folder = place / "reports" / AS_OF
    assert result.folder == folder
    once = snapshot(folder)
    expected = {"index.html", "zh.html", "ja.html", "CITATION.cff", "datapackage.json", "run.json"}
    expected |= {"packages.cdx.json", "summary.json"}
    expected |= {"share.png", "share-zh.png", "share-ja.png"}
    expected |= {"tables/x.csv", "tables/x.json"}
    expected |= {f"explore{end}" for end in (".html", "-zh.html", "-ja.html")}
    expected |= {f"ledger{end}" for end in (".html", "-zh.html", "-ja.html")}
    expected |= {f"changes{end}" for end in (".html", "-zh.html", "-ja.html", ".json", ".atom")}
    expected |= {f"data/{path.relative_to(RAW_DIR)}" for path in RAW_DIR.rglob("*.csv")}
    expected.add("data/observations/further.csv")  # of a topic that is none of ours
    expected |= {f"notebooks/{n}.{e}" for n in ("first", "second") for e in ("html", "ipynb")}
    assert set(once) == expected
    assert (place / "reports" / "latest" / "index.html").read_bytes() == once["index.html"]
    assert (place / "reports" / "latest").readlink() == Path(AS_OF)
    assert not (place / "processed").exists()
    left = [".lock", AS_OF, "index.html", "ja.html", "latest", "log.jsonl", "zh.html"]
    assert sorted(p.name for p in (place / "reports").iterdir()) == left

    executed = nbformat.reads(once["notebooks/first.ipynb"].decode(), as_version=4)
    printed = [out["text"] for cell in executed.cells[2:] for out in cell.get("outputs", [])]
    assert printed == [f"{sys.executable}\nNone\n", "2011\n"]
    assert str(place) not in once["notebooks/first.ipynb"].decode()

    make_report(replace(wanted, fresh=True))
    again = snapshot(folder)
    assert {name for name in once if once[name] != again[name]} == {"run.json"}


def test_record_is_complete(place):
    result = make_report(request(place, "second", parameters={}))
    record = json.loads((result.folder / "run.json").read_text())
    assert record["state"] == "complete"
    assert record["as_of"] == AS_OF
    assert record["seconds"] > 0
    assert record["started"].endswith("+00:00")
    assert record["parameters"]["jobs"] == 2
    assert set(record["raw_sha256"]) == set(snapshot(place / "few"))
    assert all(len(checksum) == 64 for checksum in record["raw_sha256"].values())
    assert record["versions"]["python"] == sys.version.split()[0]
    assert all(record["versions"].values())
    (run,) = record["runs"]
    assert (run["name"], run["state"], run["parameters"]) == ("second", "done", {"as_of": AS_OF})
    assert run["seconds"] > 0
    assert record["git"] is None or len(record["git"]["commit"]) == 40


@pytest.fixture
def published(place):
    make_report(request(place, "second"))
    return snapshot(place / "reports" / AS_OF)


def test_failing_notebook_leaves_the_last_report(place, published):
    result = make_report(request(place, "first", "broken", update_processed=True))
    assert (result.state, result.exit_code) == ("failed", 1)
    assert "ValueError: <i>planted</i>" in result.message
    assert snapshot(place / "reports" / AS_OF) == published
    kept = place / "reports" / f"failed-{AS_OF}"
    assert result.folder == kept
    assert {"broken.failed.ipynb", "broken.traceback.txt", "run.json"} == set(snapshot(kept))
    traceback = (kept / "broken.traceback.txt").read_text()
    assert "planted" in traceback
    assert "\x1b" not in traceback
    assert json.loads((kept / "run.json").read_text())["state"] == "failed"
    assert not (place / "processed").exists()

    assert make_report(request(place, "second")).state == "complete"
    assert not kept.exists()


def test_keep_going_publishes_the_rest_and_says_so(place):
    runs = (
        Run("broken", "broken.ipynb"),
        Run("second", "second.ipynb"),
    )
    wanted = request(place, keep_going=True, update_processed=True, runs=runs)
    result = make_report(wanted)
    assert (result.state, result.exit_code) == ("partial", 1)
    states = {outcome.name: outcome.state for outcome in result.outcomes}
    assert states == {"broken": "failed", "second": "done"}
    page = (result.folder / "index.html").read_text()
    assert "This report is incomplete" in page
    assert "&lt;i&gt;planted&lt;/i&gt;" in page
    assert (place / "reports" / f"failed-{AS_OF}" / "broken.failed.ipynb").exists()
    assert not (place / "processed").exists()


def test_hanging_notebook_is_stopped(place, published):
    start = time.perf_counter()
    result = make_report(request(place, "hangs", timeout=3.0))
    assert result.state == "failed"
    assert "took longer than 3 seconds" in result.message
    assert time.perf_counter() - start < 20
    assert snapshot(place / "reports" / AS_OF) == published


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (
            {"parameters": {"frist_year": 2011}},
            "'frist_year' is none of as_of, first_year, output_dir; did you mean",
        ),
        ({"parameters": {"first_year": "2011"}}, "'2011' is str, must be int"),
        ({"parameters": {"first_year": True}}, "True is bool, must be int"),
        ({"parameters": {"as_of": "2020-01-01"}}, "set it by the option of the report"),
        ({"as_of": "1 May 2025"}, "write year, month and day like"),
        ({"as_of": "20250101"}, "write year, month and day like"),
        ({"jobs": 0}, "jobs 0: at least one"),
        ({"timeout": 0}, "timeout 0: must be more than 0"),
        ({"runs": (Run("a", "absent.ipynb"),)}, "absent.ipynb: no such notebook"),
        ({"runs": (Run("../a", "first.ipynb"),)}, "run name '../a': use letters"),
        ({"runs": (Run("a", "first.ipynb"),) * 2}, "run name 'a' is used twice"),
        (
            {"runs": (Run("a", "first.ipynb", {"areq": ""}),)},
            "first.ipynb: parameter: 'areq' is none of",
        ),
    ],
)
def test_bad_request_is_refused_before_anything_is_written(place, settings, message):
    with pytest.raises(RequestError) as error:
        make_report(request(place, "first", **settings))
    assert message in str(error.value)
    assert not (place / "reports").exists()


def test_all_problems_of_a_request_come_at_once(place):
    runs = (Run("a", "absent.ipynb"), Run("b", "first.ipynb", {"areq": 1}))
    with pytest.raises(RequestError) as error:
        resolve_runs(runs, place / "notebooks", {}, {"first_yer": 1, "first_year": 1.5})
    assert len(error.value.problems) == 4


def test_unreadable_notebooks_are_named(place):
    (place / "notebooks" / "torn.ipynb").write_text('{"cells": [')
    write_notebook(place / "notebooks" / "odd.ipynb", parameters="x = len('a')")
    runs = (Run("torn", "torn.ipynb"), Run("odd", "odd.ipynb"))
    with pytest.raises(RequestError) as error:
        resolve_runs(runs, place / "notebooks", {}, {})
    torn, odd = error.value.problems
    assert torn.startswith("torn.ipynb: not a notebook that can be read")
    assert odd == "odd.ipynb: parameters cell, line 1: not `name = literal`"


def test_parameters_reach_only_the_notebooks_that_declare_them(place):
    runs = (Run("first", "first.ipynb"), Run("second", "second.ipynb"))
    common = {"as_of": AS_OF, "output_dir": "tables"}
    first, second = resolve_runs(runs, place / "notebooks", common, {"first_year": 2005})
    assert first.parameters == {"as_of": AS_OF, "output_dir": "tables", "first_year": 2005}
    assert second.parameters == {"as_of": AS_OF}
    assert declared_parameters(place / "notebooks" / "first.ipynb")["first_year"] == 2000


def test_plan_projects_each_numeric_target_of_the_first_plan(raw):
    runs = planned_runs(raw)
    assert [run.name for run in runs] == [
        "01_sources_and_vintages",
        "02_research_and_development",
        "03_emerging_industries",
        "04_patents",
        "05_projection_rd_intensity",
        "05_projection_sei_share",
        "05_projection_pct_applications",
        "06_backtest",
        "07_targets",
        "08_measures",
        "09_later_goals",
    ]
    assert runs[3].reads == ("macro", "patents")
    assert runs[5].parameters == {
        "indicator": "sei_share",
        "area": "shenzhen",
        "target_id": "sei_share_2025",
    }


def test_a_further_folder_adds_its_rows_to_every_page(raw, place):
    folders = (place / "rd", ROOT / "examples/new_figure")
    lay_out(slice_of(raw, ("rd",)), folders[0])
    runs = planned_runs(read_raw(folders), "2026-11-23")
    runs = tuple(run for run in runs if run.name == "05_projection_rd_intensity")
    asked = {"raw_dir": folders, "as_of": "2026-11-23", "out_dir": place / "out", "runs": runs}
    result = make_report(ReportRequest(**asked, languages=("en",)))
    assert (result.state, result.message) == ("complete", "")
    projected = pd.read_csv(result.folder / "tables/projections/rd_intensity.csv")
    assert set(projected["origin_year"]) == {2025}
    said = (result.folder / "notebooks/05_projection_rd_intensity.ipynb").read_text("utf-8")
    assert "6.84 % of GDP for 2025 (final, unverified, public 2026-11-20) meets" in said
    assert "2649.26" in (result.folder / "data/observations/further.csv").read_text("utf-8")
    record = json.loads((result.folder / "run.json").read_text("utf-8"))
    assert record["parameters"]["raw_dir"] == [str(folder) for folder in folders]
    assert {"targets.csv", "new_figure/figures.csv"} <= set(record["raw_sha256"])


def test_bad_raw_data_writes_nothing(place):
    raw = place / "raw"
    shutil.copytree(RAW_DIR, raw)
    with (raw / "observations" / "rd.csv").open("a") as file:
        file.write("nonsense\n")
    with pytest.raises(RawDataError):
        make_report(request(place, "second", raw_dir=raw))
    assert not (place / "reports").exists()


def test_raw_data_changed_during_the_run_is_not_published(place):
    raw = place / "raw"
    shutil.copytree(RAW_DIR, raw)
    write_notebook(
        place / "notebooks" / "edits.ipynb",
        f"with open({str(raw / 'events.csv')!r}, 'a') as f:\n    _ = f.write('\\n')",
    )
    result = make_report(request(place, "edits", raw_dir=raw, keep_going=True))
    assert result.state == "failed"
    assert "changed while the report was made: events.csv" in result.message
    assert not (place / "reports" / AS_OF).exists()


def test_processed_files_are_updated_only_where_they_differ(place):
    wanted = request(place, "first", update_processed=True)
    result = make_report(wanted)
    target = place / "processed" / "x.csv"
    assert result.processed == (target,)
    assert target.read_text() == TABLE
    assert make_report(wanted).processed == ()


def test_broken_table_stops_the_report(place, published):
    write_notebook(
        place / "notebooks" / "ragged.ipynb",
        "from pathlib import Path\n_ = Path(output_dir, 'x.csv').write_text('a,b\\n1\\n')",
        parameters='output_dir: str = ""',
    )
    result = make_report(request(place, "ragged"))
    assert result.state == "failed"
    assert "x.csv: row 2: 1 cells, the header has 2" in result.message
    assert (result.folder / "pages.traceback.txt").exists()
    assert snapshot(place / "reports" / AS_OF) == published


def test_leftovers_of_a_crash_are_set_right(place, published):
    reports = place / "reports"
    (reports / ".building-2025-01-01-abc" / "site").mkdir(parents=True)
    (reports / AS_OF).rename(reports / f"{AS_OF}.replaced")
    (reports / "2024-01-01").mkdir()
    (reports / "2024-01-01.replaced").mkdir()
    with publication.locked(reports):
        assert snapshot(reports / AS_OF) == published
    assert sorted(p.name for p in reports.iterdir()) == [
        ".lock",
        "2024-01-01",
        AS_OF,
        "index.html",
        "latest",
        "log.jsonl",
    ]


def test_failed_replacement_puts_the_old_report_back(tmp_path):
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "page").write_text("old")
    with pytest.raises(OSError):
        publication.replace_folder(tmp_path / "absent", tmp_path / "old")
    assert (tmp_path / "old" / "page").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["old"]


def test_latest_is_the_newest_date_with_or_without_links(tmp_path, monkeypatch):
    for name in ("2020-01-01", "2025-01-01", "failed-2026-01-01"):
        (tmp_path / name).mkdir()
    publication.point_latest(tmp_path)
    assert (tmp_path / "latest").readlink() == Path("2025-01-01")
    (tmp_path / "latest").unlink()

    def refuse(*_args, **_named):
        raise OSError("links are not allowed here")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "symlink_to", refuse)
        publication.point_latest(tmp_path)
    assert "../2025-01-01/index.html" in (tmp_path / "latest" / "index.html").read_text()
    publication.point_latest(tmp_path)
    assert (tmp_path / "latest").readlink() == Path("2025-01-01")


def test_second_run_at_once_is_refused(place):
    with publication.locked(place / "reports"):
        result = make_report(request(place, "second"))
    assert (result.state, result.exit_code) == ("failed", 1)
    assert "another report run is at work here" in result.message


def test_unwritable_folder_is_named(place):
    (place / "reports").write_text("a file stands where the folder should be")
    result = make_report(request(place, "second"))
    assert result.state == "failed"
    assert "choose another folder" in result.message


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_end_of_the_process_ends_kernels_and_leaves_the_last_report(place, published, end):
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from support.reports import request\nfrom helpers.reports.report import make_report\n"
        "make_report(request(Path(sys.argv[1]), 'leaves_pid'))"
    )
    pid_file = place / "pid"
    write_notebook(
        place / "notebooks" / "leaves_pid.ipynb",
        f"import os, time\n_ = open({str(pid_file)!r}, 'w').write(str(os.getpid()))",
        "time.sleep(120)",
    )
    command = [sys.executable, "-c", script, str(place), str(TESTS)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (pid_file.exists() and pid_file.read_text()):
            time.sleep(0.1)
        kernel = int(pid_file.read_text())
        process.send_signal(end)
        assert process.wait(20) != 0
    finally:
        process.kill()
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and alive(kernel):
        time.sleep(0.1)
    assert not alive(kernel)
    assert snapshot(place / "reports" / AS_OF) == published
    if end == signal.SIGKILL:  # nothing can be tidied then: the next run does it
        with publication.locked(place / "reports"):
            pass
    assert not list((place / "reports").glob(".building-*"))


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{pid}/stat")
    return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")


def test_the_longest_of_last_time_starts_first(tmp_path):
    started = []
    record = {"runs": [{"name": "b", "work_seconds": 9.5}, {"name": "a", "work_seconds": 1}]}
    (tmp_path / "run.json").write_text(json.dumps(record))
    expected = last_seconds(tmp_path)
    assert expected == {"a": 1.0, "b": 9.5}
    runs = tuple(Run(name, "x.ipynb") for name in "abc")

    def execute(run: Run) -> Outcome:
        started.append(run.name)
        return Outcome(run.name, "done", path=tmp_path)

    outcomes = execute_runs(runs, execute, 1, lambda event: None, expected=expected)
    assert started == ["b", "a", "c"]
    assert [outcome.name for outcome in outcomes] == ["a", "b", "c"]
    (tmp_path / "run.json").write_text('{"runs": [{"name": "a"}]}')
    assert last_seconds(tmp_path) == last_seconds(tmp_path / "none") == {}


def test_after_a_failure_nothing_new_starts(tmp_path):
    told = []

    def execute(run: Run) -> Outcome:
        raise ValueError(run.name)

    runs = tuple(Run(name, "x.ipynb") for name in "abc")
    outcomes = execute_runs(runs, execute, 1, told.append)
    assert [outcome.state for outcome in outcomes] == ["failed", "not_run", "not_run"]
    assert outcomes[1].message == "an earlier failure"
    assert [event.name for event in told] == ["a", "a", "b", "c"]
    outcomes = execute_runs(runs, execute, 1, told.append, keep_going=True)
    assert [outcome.message for outcome in outcomes] == [f"ValueError: {name}" for name in "abc"]


class Terminal:
    def __init__(self, tty: bool):
        self.text, self.tty = "", tty

    def write(self, text: str) -> None:
        self.text += text

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return self.tty


@pytest.mark.parametrize("tty", [False, True])
def test_progress_has_one_line_a_notebook(place, tty):
    terminal = Terminal(tty)
    make_report(request(place, "second", "broken", jobs=1, progress=Printer(terminal)))
    shown = [line.rpartition("\x1b[2K")[2] for line in terminal.text.split("\n")]
    second, broken, rest = shown
    assert ("second" in second, "ValueError" in broken, rest) == (True, True, "")
    assert ("\x1b" in terminal.text) is tty
    assert ("0/2 running: second" in terminal.text) is tty


def test_relative_folder_of_reports(place, monkeypatch):
    monkeypatch.chdir(place)
    wanted = request(place, "first")
    result = make_report(replace(wanted, out_dir=Path("out"), notebooks_dir=Path("notebooks")))
    assert result.state == "complete", result.message
    assert (place / "out" / AS_OF / "tables" / "x.csv").read_text() == TABLE


def test_dead_kernel_is_a_failure(place, published):
    write_notebook(
        place / "notebooks" / "dies.ipynb", "import os, signal", "os.kill(os.getpid(), 9)"
    )
    result = make_report(request(place, "dies"))
    assert result.state == "failed"
    assert "dies: DeadKernelError" in result.message
    assert (result.folder / "dies.failed.ipynb").exists()
    assert snapshot(place / "reports" / AS_OF) == published
