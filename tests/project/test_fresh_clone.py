"""A newcomer's machine: a clone in an empty home, set up by one command, then run by cron."""

import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from helpers import ROOT

pytestmark = pytest.mark.slow
RUN_ANEW = "notebooks/08_measures.ipynb"


@pytest.fixture(scope="module")
def home(tmp_path_factory, edition_report):
    """An empty home with a clone in it, where cron's line looks for it.

    `make report` sets up a second environment: of packages that are at hand already, as those of
    the first were fetched for this very machine. It takes over what the report of the edition has
    run, as far as everything that this depends on is the same in the clone, but for one notebook.
    """
    home = tmp_path_factory.mktemp("home")
    clone = home / "shenzhen-targets"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    shutil.copytree(edition_report, clone / "reports" / edition_report.name)
    (clone / "reports" / edition_report.name / RUN_ANEW).unlink()
    hidden = {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"HOME": str(home)}
    fetched = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "uv"
    environment.setdefault("UV_CACHE_DIR", str(fetched))
    # Only what is imported is compiled: all of it takes as long as the rest.
    command = ["make", "report", f"AS_OF={edition_report.name}", "UV_COMPILE_BYTECODE=0"]
    done = subprocess.run(
        command, cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return home


def test_the_report_is_made_and_nothing_tracked_has_changed(home, edition_report):
    clone = home / "shenzhen-targets"
    made = (clone / "reports" / "latest" / RUN_ANEW).read_bytes()
    assert made == (edition_report / RUN_ANEW).read_bytes()
    assert (clone / "reports" / "latest" / "index.html").stat().st_size > 10_000
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert not status.stdout


def test_the_cron_line_finds_nothing_new_at_once(home):
    """Run as cron does: by sh, from the home, with next to nothing in the environment.

    The report is of the edition: as if no figure had come out since.
    """
    record = home / "shenzhen-targets" / "reports" / "latest" / "run.json"
    told = json.loads(record.read_text("utf-8")) | {"next_change": "9999-12-31"}
    record.write_text(json.dumps(told), "utf-8")
    text = (ROOT / "docs" / "scheduling.md").read_text("utf-8")
    (line,) = re.findall(r"```cron\n(.*?)\n```", text)
    command = line.split(None, 5)[5]
    bare = {"HOME": str(home), "LOGNAME": "me", "SHELL": "/bin/sh", "PATH": "/usr/bin:/bin"}
    start = time.perf_counter()
    done = subprocess.run(
        ["/bin/sh", "-c", command], cwd=home, env=bare, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert time.perf_counter() - start < 5
    assert "nothing new since the report of" in (home / "shenzhen-targets.log").read_text("utf-8")


def test_what_conda_asks_of_pip_is_what_make_has_installed(home):
    """As conda calls pip, in an environment that was made from nothing; needs a package index.

    What the lock has in another version, or not at all, would be installed beside ourselves.
    """
    clone = home / "shenzhen-targets"
    pip = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"][2]["pip"]
    asked = clone / "condaenv.requirements.txt"
    asked.write_text("\n".join(pip))

    def said(program, *arguments):
        command = [clone / ".venv" / "bin" / program, *arguments]
        done = subprocess.run(command, cwd=clone, capture_output=True, text=True, check=True)
        return done.stdout

    install = ("-m", "pip", "install", "--quiet", "-U", "-r", asked, "--exists-action=b")
    told = json.loads(said("python", *install, "--report", "-"))
    (own,) = told["install"]
    assert own["metadata"]["name"] == "shenzhen-targets"
    assert own["download_info"]["url"] == clone.as_uri()
    assert said("jupyter", "lab", "--version").startswith("4.")
    assert "verdict" in said("shenzhen-targets", "assess", "--help")
