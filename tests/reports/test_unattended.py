"""The report that a machine makes beside people who edit: of one state, of one day, and quiet."""

import json
import os
import shutil
import stat
import subprocess
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import nbformat
import pytest

from helpers import days
from helpers.observations.raw_data import RAW_DIR
from helpers.problems import InputError
from helpers.reports.changes.comparison import REMEMBERED
from helpers.reports.refresh import refresh
from helpers.reports.report import make_report
from helpers.reports.runs import making as making_module
from helpers.reports.runs.plan import planned_runs
from helpers.reports.site import exports, reports_index
from helpers.reports.site.changes_page import atom_feed
from helpers.reports.store import cache, scratch
from helpers.reports.store import fingerprints as inputs
from helpers.reports.store import folders as publication
from helpers.reports.store.run import NOTEBOOKS
from helpers.vocabulary import CODES
from support.reports import AS_OF, request, snapshot, write_notebook

pytestmark = [pytest.mark.usefixtures("unprinted"), pytest.mark.notebooks]


@pytest.fixture
def place(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks" / "first.ipynb", "print('first')")
    return tmp_path


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A copy of the package in the place of the one that is fingerprinted."""
    copy = tmp_path / "package" / "helpers"
    shutil.copytree(inputs.PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(inputs, "PACKAGE", copy)
    return copy


def saves(path, edit="text + ' '", back=False):
    """Code of a cell that saves a file with other content, and may put it back."""
    code = (
        f"from pathlib import Path\npath = Path({str(path)!r})\ntext = path.read_text('utf-8')\n"
        f"_ = path.write_text({edit}, 'utf-8')\n"
    )
    return code + ("_ = path.write_text(text, 'utf-8')\n" if back else "")


DRAFT = "text.replace('What does', 'DRAFT: What does')"


def refused(place, named, **settings):
    """Whether a report with a run that edits fails, names the file and leaves nothing."""
    done = make_report(request(place, "first", "edits", jobs=1, **settings))
    assert (done.state, done.exit_code) == ("failed", 1)
    assert done.message.startswith(f"inputs: changed while the report was made: {named}")
    reports = place / "reports"
    assert not (reports / AS_OF).exists()
    assert not (reports / "latest").exists()
    assert not (reports / cache.FINISHED).exists()
    return True


@pytest.mark.parametrize("saved", ["first", "later", "edits"])
def test_a_notebook_saved_meanwhile_publishes_nothing(place, saved):
    """Whether it has been run, is still to be run, or is the one at work."""
    notebooks = place / "notebooks"
    write_notebook(notebooks / "later.ipynb", "print('later')")
    write_notebook(notebooks / "edits.ipynb", saves(notebooks / f"{saved}.ipynb", DRAFT))
    done = make_report(request(place, "first", "edits", "later", jobs=1, keep_going=True))
    assert done.state == "failed"
    assert f"changed while the report was made: {saved}.ipynb" in done.message
    assert not (place / "reports" / cache.FINISHED).exists()
    write_notebook(notebooks / f"{saved}.ipynb", "print('taken back')")
    names = [name for name in ("first", "later") if name != saved]
    folder = make_report(request(place, *names, saved)).folder
    assert not [name for name, content in snapshot(folder).items() if b"DRAFT" in content]


def test_a_notebook_that_is_put_back_was_run_as_it_is(place):
    """It is run from a copy, so that what it was for a moment is nowhere."""
    later = place / "notebooks" / "later.ipynb"
    write_notebook(later, "print('later')")
    write_notebook(place / "notebooks" / "edits.ipynb", saves(later, DRAFT, back=True))
    done = make_report(request(place, "edits", "later", jobs=1))
    assert done.state == "complete", done.message
    page = (done.folder / "notebooks" / "later.html").read_text("utf-8")
    assert "DRAFT" not in page


def git(folder, *words):
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org", "-c", "gc.auto=0")
    subprocess.run(["git", "-C", str(folder), *who, *words], check=True, capture_output=True)


def test_a_pull_during_a_run_publishes_no_mixed_state(tmp_path):
    """The checkout is moved on by git itself while a notebook of the old state runs."""
    origin, place = tmp_path / "origin", tmp_path / "place"
    books = origin / "notebooks"
    books.mkdir(parents=True)
    pull = ["git", "-C", str(place), "pull", "--ff-only", "--quiet"]
    cell = f"import subprocess\n_ = subprocess.run({pull!r}, check=True, capture_output=True)"
    write_notebook(books / "first.ipynb", "print('old state')")
    write_notebook(books / "later.ipynb", "print('old state')")
    write_notebook(books / "pulls.ipynb", cell)
    git(tmp_path, "init", "--quiet", str(origin))
    git(origin, "add", ".")
    git(origin, "commit", "--quiet", "-m", "Old")
    git(tmp_path, "clone", "--quiet", str(origin), str(place))
    for name in ("first", "later"):
        write_notebook(books / f"{name}.ipynb", "print('new state')")
    git(origin, "commit", "--quiet", "-a", "-m", "New")
    asked = request(place, "first", "pulls", "later", jobs=1)
    done = make_report(asked)
    assert (done.state, done.exit_code) == ("failed", 1)
    assert "changed while the report was made: first.ipynb, later.ipynb" in done.message
    assert not (place / "reports" / "latest").exists()
    assert not (place / "reports" / cache.FINISHED).exists()
    again = make_report(asked)
    assert again.state == "complete", again.message
    held = b"".join(snapshot(again.folder).values())
    assert b"new state" in held and b"old state" not in held


@pytest.mark.parametrize("back", [False, True], ids=["left", "put back"])
@pytest.mark.parametrize(
    "file",
    [
        "forecasting/members.py",
        "forecasting/constants/calibration.csv",
        "wording/strings.csv",
        "reports/site/templates/index.html.j2",
    ],
)
def test_code_constants_and_words_saved_meanwhile_publish_nothing(place, package, file, back):
    write_notebook(place / "notebooks" / "edits.ipynb", saves(package / file, back=back))
    assert refused(place, f"helpers/{file}")


@pytest.mark.parametrize("change", ["edited", "new", "gone"])
def test_raw_tables_saved_meanwhile_publish_nothing(place, change):
    raw = place / "raw"
    shutil.copytree(RAW_DIR, raw)
    table = raw / "observations" / "rd.csv"
    if change == "new":
        code = f"_ = open({str(table.with_name('new.csv'))!r}, 'w').write('a')"
    elif change == "gone":
        code = f"import os\nos.unlink({str(table)!r})"
    else:
        code = saves(table, "text.replace('6.67', '6.68')")
    write_notebook(place / "notebooks" / "edits.ipynb", code)
    named = "observations/new.csv" if change == "new" else "observations/rd.csv"
    assert refused(place, named, raw_dir=raw)


def test_a_template_saved_while_pages_are_built_publishes_nothing(place, package, monkeypatch):
    from helpers.reports.site import edition

    build = edition.write_data_package

    def edited(*arguments):
        (package / "reports/site/templates/style.css").write_text("/* */")
        return build(*arguments)

    monkeypatch.setattr(edition, "write_data_package", edited)
    done = make_report(request(place, "first"))
    assert done.state == "failed"
    assert "helpers/reports/site/templates/style.css" in done.message
    assert not (place / "reports" / AS_OF).exists()


def test_no_run_with_edited_code_is_kept_for_a_report_that_is_killed(place, package, monkeypatch):
    """What is killed before the end has kept only runs of the code that it began with."""
    code = saves(package / "problems.py")
    write_notebook(place / "notebooks" / "edits.ipynb", code)
    write_notebook(place / "notebooks" / "later.ipynb", "print(1)")

    def killed(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(making_module, "_state_of", killed)
    with pytest.raises(KeyboardInterrupt):
        make_report(request(place, "first", "edits", "later", jobs=1))
    assert len(list((place / "reports" / cache.FINISHED).iterdir())) == 1


def with_changed(path, change):
    notebook = nbformat.read(path, as_version=4)
    change(notebook)
    nbformat.write(notebook, path)


NOISE = {
    "scrolled": lambda n: n.cells[2].metadata.update(scrolled=True, collapsed=False),
    "slides": lambda n: n.cells[0].metadata.update(slideshow={"slide_type": "skip"}),
    "kernel": lambda n: n.metadata.update(kernelspec={"name": "x", "display_name": "My own"}),
    "language": lambda n: n.metadata.update(language_info={"version": "3.99"}),
    "widgets": lambda n: n.metadata.update(widgets={"application/x": {"state": {}}}),
    "ids": lambda n: [c.update(id=f"other-{i}") for i, c in enumerate(n.cells)],
    "outputs": lambda n: n.cells[2].update(execution_count=9),
}
NEWS = {
    "source": lambda n: n.cells[2].update(source="print(2)"),
    "prose": lambda n: n.cells[0].update(source="# Why?"),
    "tags": lambda n: n.cells[2].metadata.update(tags=["answer"]),
    "attachment": lambda n: n.cells[0].update(attachments={"a.png": {"image/png": "eA=="}}),
    "cell": lambda n: n.cells.pop(),
    "order": lambda n: n.cells.reverse(),
    "kind": lambda n: n.cells[2].update(cell_type="raw"),
}


@pytest.mark.parametrize("name", [*NOISE, *NEWS])
def test_only_what_a_notebook_does_and_says_is_news(place, name):
    path = place / "notebooks" / "first.ipynb"
    before = inputs.notebook_digest(path)
    with_changed(path, NOISE.get(name) or NEWS[name])
    assert (inputs.notebook_digest(path) != before) is (name in NEWS)


def test_sources_as_lines_or_as_one_text_are_the_same(place):
    path = place / "notebooks" / "first.ipynb"
    before = inputs.notebook_digest(path)
    content = json.loads(path.read_text())
    for cell in content["cells"]:
        cell["source"] = "".join(cell["source"])
    path.write_text(json.dumps(content))
    assert inputs.notebook_digest(path) == before


def test_notebooks_beside_those_of_the_report_are_no_news(tmp_path):
    for name in NOTEBOOKS:
        write_notebook(tmp_path / name, "1")
    asking = replace(request(tmp_path), runs=None, notebooks_dir=tmp_path)
    before = inputs.take_inputs(asking).totals
    for name in ("Untitled.ipynb", "05_projection-Copy1.ipynb", "10_draft.ipynb", "explore.ipynb"):
        write_notebook(tmp_path / name, "draft")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    write_notebook(tmp_path / ".ipynb_checkpoints" / "05_projection-checkpoint.ipynb", "1")
    assert inputs.take_inputs(asking).totals == before
    write_notebook(tmp_path / NOTEBOOKS[0], "2")
    assert inputs.take_inputs(asking).totals["notebooks"] != before["notebooks"]


def test_every_planned_notebook_counts(raw):
    assert {run.notebook for run in planned_runs(raw)} == set(NOTEBOOKS)


def test_every_file_of_the_project_that_a_notebook_reads_counts():
    for name in NOTEBOOKS:
        source = Path(inputs.ROOT / "notebooks" / name).read_text("utf-8")
        for line in source.splitlines():
            if "ROOT /" in line:
                parts = line.replace("\\", "").split("ROOT /")[1].split(")")[0]
                path = "/".join(part.strip().strip('"') for part in parts.split("/"))
                assert path in inputs.ALSO_READ, line


# Days.


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets to a day."""

    def set_to(day):
        moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=days.ZONE)
        monkeypatch.setattr(days, "now", lambda: moment)

    return set_to


def latest(place):
    return (place / "reports" / "latest").resolve().name


def edit(place, word):
    write_notebook(place / "notebooks" / "first.ipynb", f"print({word!r})")


def scheduled(place, day, **settings):
    return make_report(request(place, "first", as_of=day, if_changed=True, **settings))


def test_a_day_ahead_stands_apart(place, clock):
    clock("2026-11-29")
    ahead = make_report(request(place, "first", as_of="2036-01-01", languages=CODES))
    assert (ahead.state, (place / "reports" / "latest").exists()) == ("complete", False)
    for page, words in (
        ("index.html", "This day lies ahead"),
        ("zh.html", "该日期尚未到来"),
        ("ja.html", "この日はまだ先である"),
        ("notebooks/first.html", "This day lies ahead"),
    ):
        assert words in (ahead.folder / page).read_text("utf-8"), page
    assert scheduled(place, "2036-01-01", languages=CODES).state == "unchanged"
    now = scheduled(place, "2026-11-29")
    assert (now.state, latest(place)) == ("complete", "2026-11-29")
    assert "lies ahead" not in (now.folder / "index.html").read_text("utf-8")
    # The page over all reports leads to that of today.
    lede = (place / "reports/index.html").read_text("utf-8").partition('class="lede"')[2][:200]
    assert "2026-11-29/" in lede
    again = make_report(request(place, "first", as_of="2036-01-01"))
    assert (again.state, latest(place)) == ("complete", "2026-11-29")


def test_a_report_made_ahead_is_made_anew_when_its_day_has_come(place, clock):
    clock("2026-11-29")
    make_report(request(place, "first", as_of="2026-12-01"))
    clock("2026-12-01")
    done = scheduled(place, "2026-12-01")
    assert (done.state, latest(place)) == ("complete", "2026-12-01")
    assert "lies ahead" not in (done.folder / "index.html").read_text("utf-8")
    assert json.loads((done.folder / "changes.json").read_text("utf-8"))["since"] is None
    assert scheduled(place, "2026-12-01").state == "unchanged"


def test_a_report_made_ahead_hides_none_of_the_days_after_it(place, clock):
    clock("2026-11-29")
    make_report(request(place, "first", as_of="2026-12-01"))
    clock("2026-12-02")
    assert scheduled(place, "2026-12-02").state == "complete"
    assert latest(place) == "2026-12-02"


def test_a_look_back_leaves_latest_alone(place, clock):
    clock("2026-11-29")
    scheduled(place, "2026-11-29")
    make_report(request(place, "first", as_of="2021-02-25"))
    assert latest(place) == "2026-11-29"
    assert scheduled(place, "2026-11-29").state == "unchanged"


def test_a_clock_that_was_ahead_or_behind_hides_no_correction(place, clock):
    for number, day in enumerate(("2026-12-09", "2026-11-29", "2026-11-20", "2026-11-29")):
        clock(day)
        edit(place, f"state {number}")
        assert scheduled(place, day).state == "complete"
        assert latest(place) == day
        page = place / "reports" / "latest" / "notebooks" / "first.html"
        assert f"state {number}" in page.read_text("utf-8")


def test_the_same_state_as_an_earlier_one_is_made_again_where_another_holds(place, clock):
    """The clock was behind for a run; back on its day, the report of that day is not the last."""
    for day, state in (("2026-11-29", "a"), ("2026-11-20", "b"), ("2026-11-29", "a")):
        clock(day)
        edit(place, state)
        assert scheduled(place, day).state == "complete"
    assert latest(place) == "2026-11-29"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/Los_Angeles", "UTC", "XXX-14"])
def test_today_is_the_day_in_shenzhen_wherever_the_machine_stands(zone):
    code = "from helpers.days import today\nfrom helpers.topics import Parameters\n"
    code += "from helpers.reports.store.request import ReportRequest\n"
    code += "from datetime import datetime, timezone, timedelta\n"
    code += "day = (datetime.now(timezone.utc) + timedelta(hours=8)).date()\n"
    code += "assert day in (today(), today() + timedelta(days=1)), (day, today())\n"
    code += "assert Parameters().as_of == today() == Parameters(as_of='').as_of\n"
    code += "assert ReportRequest().as_of == today().isoformat()"
    environment = {**os.environ, "TZ": zone}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_an_edition_of_a_day_ahead_is_refused(place, clock):
    clock("2026-11-29")
    wanted = request(place, "first", as_of="2026-11-30", update_processed=True)
    with pytest.raises(InputError, match="'2026-11-30' lies ahead of today, 2026-11-29"):
        make_report(wanted)
    with pytest.raises(InputError, match="lies ahead of today"):
        refresh(datetime(2026, 11, 30).date(), wanted, print)


# Causes.

CAUSES = {
    "raise Exception()": "Exception in `raise Exception()`",
    "assert 1 > 2": "AssertionError in `assert 1 > 2`",
    "raise ValueError('\\n \\n')": "ValueError in `raise ValueError(",
    "raise ExceptionGroup('two', [ValueError(1), KeyError(2)])": "ExceptionGroup: two (2 sub",
    "%nosuch": "UsageError: Line magic function `%nosuch` not found",
    "%%nosuch\nx": "UsageError: Cell magic `%%nosuch` not found",
    "raise KeyboardInterrupt": "KeyboardInterrupt in `raise",
    "import sys\nsys.exit(3)": "SystemExit: 3",
    "raise SystemExit": "SystemExit: the notebook ends here",
    "raise RuntimeError('\\x1b[31mred\\x1b[0m')": "RuntimeError: red",
    "import os\nos._exit(3)": "DeadKernelError: Kernel died with exit code 3",
    "import os\nos.kill(os.getpid(), 9)": "Kernel died of signal 9, as for want of memory",
}


def test_every_failure_has_a_cause(place):
    names = [f"fails{number}" for number in range(len(CAUSES))]
    for name, code in zip(names, CAUSES, strict=True):
        write_notebook(place / "notebooks" / f"{name}.ipynb", code)
    done = make_report(request(place, *names, keep_going=True))
    told = {outcome.name: outcome.message for outcome in done.outcomes}
    for name, cause in zip(names, CAUSES.values(), strict=True):
        assert cause in told[name], told[name]
        assert not told[name].endswith(": ")
        text = (place / "reports" / f"failed-{AS_OF}" / f"{name}.traceback.txt").read_text()
        assert "Traceback" in text


def test_the_summary_begins_with_the_cause(place):
    write_notebook(place / "notebooks" / "broken.ipynb", "raise ValueError('planted')")
    runs = [*(f"n{number}" for number in range(3)), "broken"]
    for name in runs[:3]:
        write_notebook(place / "notebooks" / f"{name}.ipynb", "1")
    asked = request(place, *runs, jobs=1)
    asked = replace(
        asked, runs=tuple(replace(r, usual_seconds=r.name == "broken") for r in asked.runs)
    )
    done = make_report(asked)
    assert done.message == (
        "broken: cell 3: ValueError: planted; not run after it: n0, n1, n2"
    )  # fmt: skip


@pytest.mark.parametrize("error", [RuntimeError("can't start new thread"), MemoryError()])
def test_what_no_part_foresees_is_one_line(place, monkeypatch, error):
    def fail(*_arguments):
        raise error

    (place / "reports").mkdir()
    monkeypatch.setattr(making_module, "execute_all", fail)
    done = make_report(request(place, "first"))
    assert (done.state, done.exit_code) == ("failed", 1)
    assert done.message.startswith(f"nothing was published: {type(error).__name__}")
    assert "no more memory, processes or threads" in done.message
    assert "\n" not in done.message
    assert "Traceback" in (place / "reports" / "log.jsonl").read_text()


@pytest.fixture
def browser(tmp_path, monkeypatch):
    """A program in place of Chromium, which does what a test says."""
    program = tmp_path / "programs" / "chromium"
    program.parent.mkdir()
    monkeypatch.setattr(exports, "BROWSERS", (str(program),))

    def does(script):
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)

    return does


def test_a_browser_can_be_named():
    code = "from helpers.reports.site import exports; print(exports.BROWSERS[0])"
    environment = os.environ | {"CHROMIUM": sys.executable}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.stdout.decode().strip() == sys.executable


def test_a_report_is_out_also_without_the_page_over_all(place, monkeypatch):
    def fail(_reports):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(reports_index, "write_index", fail)
    assert make_report(request(place, "first")).state == "complete"
    assert "index not written" in (place / "reports" / "log.jsonl").read_text()


PRINTS = 'for one; do case $one in --print-to-pdf=*) echo "%PDF" > "${one#*=}";; esac; done'


def test_a_print_that_is_missing_today_is_a_warning_with_its_cause(place, browser):
    browser(PRINTS)
    assert make_report(request(place, "first")).warnings == ()
    browser('echo "Failed to move to new namespace" >&2; exit 133')
    done = make_report(request(place, "first", as_of="2025-01-02"))
    assert done.state == "complete"
    (warning,) = done.warnings
    assert warning.startswith("the last report had index.pdf, this one has none: ")
    assert "exit code 133: Failed to move to new namespace" in warning
    assert not (done.folder / "index.pdf").exists()
    events = [json.loads(line) for line in (place / "reports" / "log.jsonl").open()]
    (reason,) = [event["reason"] for event in events if event["event"] == "print skipped"]
    assert "no Chromium" not in reason
    again = make_report(request(place, "first", as_of="2025-01-03"))
    assert again.warnings == ()


# Tidiness.


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o022])
def test_a_web_server_can_read_what_is_published(place, umask):
    former = os.umask(umask)
    try:
        asked = request(place, "first", if_changed=True)
        done = make_report(replace(asked, out_dir=place / "deep" / "reports"))
    finally:
        os.umask(former)
    every = (place / "deep", place / "deep" / "reports", done.folder, *done.folder.rglob("*"))
    for path in every:
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o755 if path.is_dir() else 0o644), path


def test_failures_go_with_the_next_success_and_never_pile_up(place):
    reports = place / "reports"
    write_notebook(place / "notebooks" / "broken.ipynb", "1 / 0")
    for day in range(1, 8):
        make_report(request(place, "broken", as_of=f"2025-01-0{day}"))
    left = sorted(path.name for path in reports.glob("failed-*"))
    assert left == [f"failed-2025-01-0{day}" for day in range(3, 8)]
    assert make_report(request(place, "first", as_of="2025-01-09")).state == "complete"
    assert not list(reports.glob("failed-*"))


def test_folders_of_killed_runs_go_and_those_of_others_stay(tmp_path, monkeypatch):
    monkeypatch.setattr(scratch.tempfile, "tempdir", str(tmp_path))
    (tmp_path / "szt-foreign").mkdir()  # of nobody who is known to be gone
    code = (
        "import os, tempfile\nfrom helpers.reports.store.scratch import scratch_folder\n"
        "with scratch_folder() as folder:\n    print(folder, flush=True)\n    {0}"
    )
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    killed = subprocess.run(
        [sys.executable, "-c", code.format("os.kill(os.getpid(), 9)")],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    left = Path(killed.stdout.strip())
    assert left.is_dir()
    alive = subprocess.Popen(
        [sys.executable, "-c", code.format("input()")],
        env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        held = Path(alive.stdout.readline().strip())
        assert not left.exists()
        (left / "ipython").mkdir(parents=True)  # by a kernel that the killed run had just started
        for _ in range(2):
            with scratch.scratch_folder() as own:
                assert held.is_dir()
                assert own.is_dir()
    finally:
        alive.communicate("\n")
    assert [path.name for path in tmp_path.iterdir()] == ["szt-foreign"]


def test_a_second_run_at_once_is_quiet_unless_the_first_is_stuck(place):
    reports = place / "reports"
    with publication.locked(reports):
        done = scheduled(place, AS_OF)
        assert (done.state, done.exit_code, done.warnings) == ("busy", 0, ())
        assert "another report run is at work here" in done.message
        asked = make_report(request(place, "first"))
        assert (asked.state, asked.exit_code) == ("failed", 1)
        hours = publication.LONGEST_RUN + 3600
        since = (reports / ".lock").stat().st_mtime - hours
        os.utime(reports / ".lock", (since, since))
        stuck = scheduled(place, AS_OF)
        assert (stuck.state, stuck.exit_code) == ("failed", 1)
        assert "for 4 hours: it may be stuck" in stuck.message
    with publication.locked(reports):  # a new run is not taken for the old one
        assert scheduled(place, AS_OF).state == "busy"


def test_the_feed_leads_nowhere_that_can_be_removed():
    short = {"since": "2025-01-01", "summary": "s"}
    earlier = [
        {**short, "as_of": f"2025-01-{day:02}", "id": f"urn:uuid:{day:012}", "lines": []}
        for day in range(REMEMBERED, 0, -1)
    ]
    own = {"as_of": "2025-02-01", "id": "urn:uuid:0", "since": "2025-01-20", "summary": "s"}
    feed = atom_feed(
        {**own, "verdicts": [], "figures": [], "notes": [], "tables": [], "earlier": earlier}, "p"
    )
    assert "../" not in feed
    assert 'href="changes.html#r000000000020"' in feed


def test_the_place_that_the_feed_names_is_on_the_page(place):
    for day, word in (("2025-01-01", "a"), ("2025-01-02", "b")):
        edit(place, word)
        told = {"as_of": day, "keep": 1, "languages": CODES}
        folder = make_report(request(place, "first", **told)).folder
    assert [path.name for path in publication.report_folders(place / "reports")] == ["2025-01-02"]
    feed = (folder / "changes.atom").read_text("utf-8")
    anchor = feed.split('href="changes.html#')[1].split('"')[0]
    for page in ("changes.html", "changes-zh.html", "changes-ja.html"):
        assert f'id="{anchor}"' in (folder / page).read_text("utf-8")
