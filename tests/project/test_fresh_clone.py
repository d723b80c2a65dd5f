"""A newcomer's machine: a clone in an empty home, set up by one command, then run by cron."""

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from helpers import ROOT

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """An empty home with a clone in it, where cron's line looks for it.

    `make report` sets up a second environment: of packages that are at hand already, as those of
    the first were fetched for this very machine.
    """
    home = tmp_path_factory.mktemp("home")
    clone = home / "shenzhen-targets"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    hidden = {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"HOME": str(home)}
    fetched = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "uv"
    environment.setdefault("UV_CACHE_DIR", str(fetched))
    done = subprocess.run(
        ["make", "report"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return home


def test_the_report_is_made_and_nothing_tracked_has_changed(home):
    clone = home / "shenzhen-targets"
    assert (clone / "reports" / "latest" / "index.html").stat().st_size > 10_000
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert not status.stdout


def test_the_cron_line_finds_nothing_new_at_once(home):
    """Run as cron does: by sh, from the home, with next to nothing in the environment."""
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
