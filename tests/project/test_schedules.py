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

from helpers import ROOT

DOCS = ROOT / "docs"
TEXT = (DOCS / "scheduling.md").read_text("utf-8")
SCHEDULES = DOCS / "schedules"


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
    assert '"$HOME/shenzhen-targets" scheduled' in command


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
    assert "ExecStart=/usr/bin/make --silent scheduled\n" in service
    makefile = (ROOT / "Makefile").read_text("utf-8")
    asked = "shenzhen-targets report --if-changed --keep 60"
    assert "\nscheduled: $(READY)" in makefile
    assert asked in makefile
    assert asked in TEXT


def test_the_workflow_calls_the_script():
    text = (SCHEDULES / "refresh.yml").read_text("utf-8")
    assert "- run: docs/schedules/propose_edition.sh\n" in text
    assert "timeout-minutes:" in text


@pytest.mark.parametrize("moved", [True, False])
def test_the_script_proposes_an_edition_only_if_something_moved(moved, tmp_path):
    """`make` and `gh` are stood in for: one moves a table or not, the other notes its call."""
    origin, clone, programs = (tmp_path / name for name in ("origin.git", "clone", "programs"))
    git("init", "--quiet", "--bare", "--initial-branch=main", origin, cwd=tmp_path)
    git("clone", "--quiet", origin, clone, cwd=tmp_path)
    shutil.copytree(SCHEDULES, clone / "docs" / "schedules")
    for folder in ("data/processed/projections", "notebooks"):
        (clone / folder).mkdir(parents=True)
        (clone / folder / "kept").touch()
    for name in ("series", "assessment", "beliefs"):
        (clone / "data/processed" / f"{name}.csv").write_text("a\n1\n")
    (clone / "README.md").touch()
    git("add", ".", cwd=clone)
    git("commit", "--quiet", "--message", "start", cwd=clone)
    git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    programs.mkdir()
    table = "series" if moved else "beliefs"
    for name, does in (
        ("make", f"echo 2 >> data/processed/{table}.csv"),
        ("gh", f'echo "$@" > {tmp_path}/asked'),
    ):
        (programs / name).write_text(f"#!/bin/sh\n{does}\n")
        (programs / name).chmod(0o755)
    done = subprocess.run(
        [clone / "docs/schedules/propose_edition.sh"],
        env={**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    branches = git("branch", "--list", cwd=origin)
    assert ("edition-" in branches) is moved
    assert (tmp_path / "asked").exists() is moved
    assert not git("status", "--porcelain", cwd=clone)


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
        server.wait(10)


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
def test_jupyter_scheduler_runs_a_notebook_and_keeps_a_schedule(scheduler, tmp_path):
    (text,) = block("json")
    environment = scheduler("runtime_environments")[0]["name"]
    asked = json.loads(text) | {"runtime_environment_name": environment}
    schedule = {name: asked.pop(name) for name in ("schedule", "timezone")}
    job = scheduler("jobs", asked)["job_id"]
    ended = ("COMPLETED", "FAILED")  # a job that has not begun says STOPPED
    state = until(lambda: (s := scheduler(f"jobs/{job}"))["status"] in ended and s, seconds=90)
    assert state["status"] == "COMPLETED", state["status_message"]
    scheduler(f"jobs/{job}/download_files")
    made = until(lambda: [p for p in tmp_path.glob(RUN_BY_SCHEDULER) if is_whole(p)], seconds=20)
    assert "Strategic emerging industries" in printed(made[0])
    kept = scheduler("job_definitions", asked | schedule)["job_definition_id"]
    assert scheduler(f"job_definitions/{kept}")["schedule"] == schedule["schedule"]
