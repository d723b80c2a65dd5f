"""What docs/scheduling.md offers is tried as far as it can be without a machine of its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
import yaml

from helpers import ROOT
from helpers.days import today

DOCS = ROOT / "docs"
TEXT = (DOCS / "scheduling.md").read_text("utf-8")
SCHEDULES = DOCS / "schedules"
SCHEDULED = ".venv/bin/shenzhen-targets report --if-changed --keep 60"


def block(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.S)


def git(*arguments, cwd):
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@localhost", *arguments]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_links_lead_somewhere():
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT):
        assert (DOCS / target).exists(), target


def test_the_cron_line_has_five_fields_and_no_bare_per_cent_sign():
    (line,) = block("cron")
    fields, command = line.split()[:5], line.split(None, 5)[5]
    assert all(re.fullmatch(r"[\d*,/-]+", field) for field in fields)
    assert not re.search(r"(?<!\\)%", command)
    assert SCHEDULED in command


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed")
def test_systemd_accepts_the_units(tmp_path):
    units = sorted(SCHEDULES.glob("shenzhen-targets.*"))
    assert [unit.suffix for unit in units] == [".service", ".timer"]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", *units],
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_the_service_and_the_docs_call_the_same_target():
    service = (SCHEDULES / "shenzhen-targets.service").read_text("utf-8")
    assert "ExecStartPre=/usr/bin/make --silent ready\n" in service
    assert f"ExecStart=/usr/bin/env {SCHEDULED}\n" in service
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\nscheduled: $(READY)" in makefile
    assert SCHEDULED.removeprefix(".venv/bin/") in makefile
    assert f"make ready && {SCHEDULED}" in TEXT


def test_the_workflow_calls_the_script():
    text = (SCHEDULES / "refresh.yml").read_text("utf-8")
    assert text.count("- run: docs/schedules/propose_edition.sh ") == 2
    assert text.count("timeout-minutes:") == 2


def test_what_may_write_runs_no_package():
    flow = yaml.safe_load((SCHEDULES / "refresh.yml").read_text("utf-8"))
    assert flow["permissions"] == {}
    refresh, propose = flow["jobs"]["refresh"], flow["jobs"]["propose"]
    assert refresh["permissions"] == {"contents": "read"}
    assert refresh["steps"][0]["with"]["persist-credentials"] is False
    assert not any("env" in step for step in refresh["steps"])
    runs = [step["run"] for step in propose["steps"] if "run" in step]
    assert [run.split()[:2] for run in runs] == [["docs/schedules/propose_edition.sh", "propose"]]


@pytest.mark.parametrize("path", [".github/workflows/x.yml", "src/x.py", "Makefile", "link"])
def test_an_edition_that_changes_more_is_not_proposed(path, tmp_path):
    clone = tmp_path / "clone"
    shutil.copytree(SCHEDULES, clone / "docs" / "schedules")
    git("init", "--quiet", clone, cwd=tmp_path)
    git("add", ".", cwd=clone)
    git("commit", "--quiet", "--message", "start", cwd=clone)
    planted = clone / ("data/processed/link" if path == "link" else path)
    planted.parent.mkdir(parents=True, exist_ok=True)
    planted.symlink_to("/etc/passwd") if path == "link" else planted.write_text("x\n")
    git("add", ".", cwd=clone)
    patch = tmp_path / "edition.patch"
    patch.write_text(git("diff", "--cached", cwd=clone))
    git("reset", "--quiet", "--hard", cwd=clone)
    done = subprocess.run(
        [clone / "docs/schedules/propose_edition.sh", "propose", patch],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1 and "look at it by hand" in done.stderr
    assert "edition-" not in git("branch", "--list", cwd=clone)


PROCESSED = sorted(
    path.relative_to(ROOT).as_posix() for path in (ROOT / "data/processed").rglob("*.csv")
)
NEW_DAY = "sed -i s/2026-11-28/2026-11-29/"


@pytest.fixture
def clone(tmp_path):
    """A clone with the stored tables, and `gh` stood in for by what notes its call."""
    origin, clone, programs = (tmp_path / name for name in ("origin.git", "clone", "programs"))
    git("init", "--quiet", "--bare", "--initial-branch=main", origin, cwd=tmp_path)
    git("clone", "--quiet", origin, clone, cwd=tmp_path)
    shutil.copytree(SCHEDULES, clone / "docs" / "schedules")
    shutil.copytree(ROOT / "data/processed", clone / "data/processed")
    (clone / "notebooks").mkdir()
    for name in ("notebooks/kept", "README.md", "docs/your-own-plan.md"):
        (clone / name).touch()
    git("add", ".", cwd=clone)
    git("commit", "--quiet", "--message", "start", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    programs.mkdir()
    (programs / "gh").write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n')
    (programs / "gh").chmod(0o755)
    return clone


WHOLE, PARTS = '"$0"', '"$0" refresh "$1" && "$0" propose "$1"'


def proposed(clone, refreshed, call=WHOLE):
    """Whether the script proposes an edition where `make refresh` does what is given."""
    programs = clone.parent / "programs"
    (programs / "make").write_text(f"#!/bin/sh\nset -e\n{refreshed}\n")
    (programs / "make").chmod(0o755)
    done = subprocess.run(
        ["bash", "-c", call, clone / "docs/schedules/propose_edition.sh", clone.parent / "patch"],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert not git("status", "--porcelain", cwd=clone)
    branches = git("branch", "--list", cwd=clone.parent / "origin.git")
    assert ("edition-" in branches) is (clone.parent / "asked").exists()
    return "edition-" in branches


DOCS_MOVE = "echo 2 | tee -a docs/your-own-plan.md README.md >> notebooks/kept"


@pytest.mark.parametrize("table", PROCESSED)
def test_the_script_proposes_an_edition_if_any_table_moved(table, clone):
    assert proposed(clone, f"{DOCS_MOVE}; echo 2 >> {table}")
    assert git("show", "--format=", "--name-only", cwd=clone).split() == sorted(
        ["README.md", table, "docs/your-own-plan.md", "notebooks/kept"]
    )


def test_a_new_table_and_one_that_is_gone_are_proposed_too(clone):
    assert proposed(clone, "echo a > data/processed/new.csv; rm data/processed/rules.csv")


@pytest.mark.parametrize("moves", [True, False])
def test_two_jobs_propose_what_one_call_does(clone, moves):
    made = "echo a > data/processed/new.csv; rm data/processed/rules.csv" if moves else ""
    assert proposed(clone, f"{DOCS_MOVE}; {made}", PARTS) is moves
    if moves:
        assert "docs/your-own-plan.md" in git("show", "--format=", "--name-only", cwd=clone)


def test_the_script_proposes_no_edition_for_another_day_alone(clone):
    assert not proposed(clone, f"{DOCS_MOVE}; {NEW_DAY} data/processed/specifications/*.csv")


def test_a_specification_that_moved_with_the_day_is_proposed(clone):
    tables = "data/processed/specifications/*.csv"
    assert proposed(clone, f"{NEW_DAY} {tables}; sed -i s/,0/,1/ {tables}")


@pytest.mark.notebooks
def test_papermill_runs_one_notebook_as_the_docs_say(tmp_path):
    command = next(line for line in "".join(block("sh")).splitlines() if "-p indicator" in line)
    program, *arguments = command.split()
    assert program == ".venv/bin/papermill"
    arguments[1] = str(tmp_path / arguments[1])
    done = subprocess.run(
        [sys.executable, "-m", "papermill", *arguments, "--no-progress-bar"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "Passed unknown parameter" not in done.stderr
    assert "Strategic emerging industries" in printed(tmp_path / "sei_share.ipynb")


@pytest.mark.notebooks
def test_a_schedule_of_one_notebook_sees_a_figure_of_today(tmp_path):
    """None of the documented ways gives a day: without one a notebook is of today."""
    assert "as_of" not in json.loads(block("json")[0])["parameters"]
    command = next(line for line in "".join(block("sh")).splitlines() if "-p indicator" in line)
    assert "as_of" not in command
    raw, made = tmp_path / "raw", tmp_path / "made.ipynb"
    shutil.copytree(ROOT / "data" / "raw", raw)
    publish_today(raw)
    call = [sys.executable, "-m", "papermill", ROOT / "notebooks" / "05_projection.ipynb", made]
    given = ["-p", "raw_dir", raw, "--no-progress-bar"]
    subprocess.run([*call, *given], capture_output=True, check=True)
    assert NEWS in printed(made)


NEWS = "6.84 % of GDP for 2025"


def publish_today(raw):
    """Put the example of a new figure into a folder, as if it was published today."""
    new = ROOT / "examples" / "new_figure"
    shutil.copy(new / "figures.csv", raw / "observations" / "new.csv")
    source = (new / "sources.csv").read_text("utf-8").replace("2026-11-20", f"{today()}")
    (raw / "sources_new.csv").write_text(source, "utf-8")


def printed(path):
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    assert not [output for output in outputs if output.output_type == "error"]
    return "".join(str(output.get("data", {}).get("text/markdown", "")) for output in outputs)


@pytest.fixture
def scheduler(tmp_path):
    """A Jupyter server with the scheduler, on loopback; yields a function that asks it."""
    shutil.copy(ROOT / "notebooks" / "05_projection.ipynb", tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.token": "secret",
        "ServerApp.root_dir": tmp_path,
        "ServerApp.jpserver_extensions": '{"jupyter_scheduler": True}',
        "SchedulerApp.db_url": f"sqlite:///{tmp_path}/jobs.sqlite",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    command = [sys.executable, "-m", "jupyter_server", "--allow-root", "--no-browser", *options]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=tmp_path)

    def ask(path, body=None):
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/scheduler/{path}",
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": "token secret", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    try:
        until(lambda: answers(ask), seconds=90)
        yield ask
    finally:
        server.terminate()
        server.wait(60)


def answers(ask):
    try:
        return ask("runtime_environments")
    except (urllib.error.URLError, ConnectionError):
        return None


def until(condition, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := condition():
            return result
        time.sleep(0.5)
    raise AssertionError("nothing came in time")


RUN_BY_SCHEDULER = "jobs/*/05_projection-2*.ipynb"


def is_whole(path):
    """Whether a notebook that the server copies is there to its end."""
    try:
        nbformat.read(path, as_version=4)
    except nbformat.reader.NotJSONError:
        return False
    return True


@pytest.mark.slow
def test_a_weekly_job_of_jupyter_scheduler_sees_what_was_published_meanwhile(scheduler, tmp_path):
    (text,) = block("json")
    raw = shutil.copytree(ROOT / "data" / "raw", tmp_path / "raw")
    asked = json.loads(text)
    asked["runtime_environment_name"] = scheduler("runtime_environments")[0]["name"]
    asked["parameters"] = {
        "raw_dir": f"'{raw}'", "indicator": "'rd_intensity'", "target_id": "'rd_intensity_2025'"
    }  # fmt: skip
    kept = scheduler("job_definitions", asked)["job_definition_id"]
    assert scheduler(f"job_definitions/{kept}")["schedule"] == asked["schedule"]
    assert NEWS not in run_now(scheduler, kept, tmp_path)
    publish_today(raw)
    assert NEWS in run_now(scheduler, kept, tmp_path)


def run_now(scheduler, kept, folder):
    """Run a kept job, as its day would, and return what its notebook says."""
    job = scheduler(f"job_definitions/{kept}/jobs", {})["job_id"]
    ended = ("COMPLETED", "FAILED")  # a job that has not begun says STOPPED
    state = until(lambda: (s := scheduler(f"jobs/{job}"))["status"] in ended and s, seconds=120)
    assert state["status"] == "COMPLETED", state["status_message"]
    before = set(folder.glob(RUN_BY_SCHEDULER))
    scheduler(f"jobs/{job}/download_files")
    made = until(
        lambda: [p for p in set(folder.glob(RUN_BY_SCHEDULER)) - before if is_whole(p)], seconds=20
    )
    return printed(made[0])
