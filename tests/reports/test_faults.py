"""Whatever goes wrong, the last good report stays as it was: one test a fault, outcome stated.

The faults that need no process of their own stand with the module that meets them: a failing or
hanging notebook, a dead kernel and two runs at once in `test_report.py`, corrupt and half-written
files in `test_workbooks.py` and `test_observations.py`, hostile cells in `test_security.py`.
"""

import json
import multiprocessing
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from support.reports import few

KILLS = 6
pytestmark = pytest.mark.notebooks

CODE = """
import sys
from pathlib import Path
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.site import exports
from helpers.reports.store.run import Run

exports.BROWSERS = ()  # Chromium takes longer than the rest of this report
place, out = (Path(a).resolve() for a in sys.argv[1:3])
result = make_report(ReportRequest(
    as_of=sys.argv[3], out_dir=out, notebooks_dir=place / "notebooks", raw_dir=place / "raw",
    jobs=2, languages=("en",),
    runs=(Run("slow", "slow.ipynb"), Run("quick", "quick.ipynb")),
))
print(result.message, file=sys.stderr)
sys.exit(result.exit_code)
"""
OLD, NEW = "2025-01-01", "2025-02-01"
SLOW = "import time\ntime.sleep(0.6)\nfrom pathlib import Path\n"
WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(["helpers.reports.runs.making", "helpers.reports.site.edition"])
TABLE = "a,b\n" + "1,some text to fill a page with\n" * 2000


def notebook(*cells):
    parameters = new_code_cell(
        'as_of: str = ""\noutput_dir: str = ""', metadata={"tags": ["parameters"]}
    )
    return new_notebook(
        cells=[new_markdown_cell("# What?"), parameters, *map(new_code_cell, cells)]
    )


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Two small notebooks, one of which writes a table of 60 kB, and the raw tables."""
    folder = tmp_path_factory.mktemp("faults")
    (folder / "notebooks").mkdir()
    writes = f"_ = Path(output_dir, 'x.csv').write_text({TABLE!r})"
    nbformat.write(notebook(SLOW + writes), folder / "notebooks" / "slow.ipynb")
    nbformat.write(notebook("print(as_of)"), folder / "notebooks" / "quick.ipynb")
    few(folder / "raw")
    return folder


def command(place, out, as_of):
    return [sys.executable, "-c", CODE, place, out, as_of]


def run_warm(*arguments):
    sys.argv[1:] = arguments
    exec(CODE, {"__name__": "warm"})


def started(place, out, as_of):
    """A process that makes a report, forked from one that has imported everything."""
    process = WARM.Process(target=run_warm, args=(str(place), str(out), as_of))
    process.start()
    return process


def made(place, out, as_of):
    """Whether a report is made."""
    process = started(place, out, as_of)
    process.join()
    return process.exitcode == 0


def snapshot(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def first(place, tmp_path_factory):
    out = tmp_path_factory.mktemp("first") / "reports"
    assert made(place, out, OLD)
    return out


@pytest.fixture
def good(first, tmp_path):
    """A folder of reports with one good report in it."""
    return shutil.copytree(first, tmp_path / "reports", symlinks=True)


def kernels_of(place):
    """Processes that work in the folders of these runs, found without asking the runner."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            text = b"".join((process / name).read_bytes() for name in ("cmdline", "environ"))
        except OSError:
            continue
        if b"ipykernel" in text and str(place).encode() in text:
            found.append(int(process.name))
    return found


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are looked up in /proc")
def test_killed_at_random_moments_the_last_report_stays(place, good, tmp_path):
    """Kills over the whole length of a run, a good run in between and one at the end."""
    before = snapshot(good / OLD)
    assert made(place, good, OLD)
    start = time.perf_counter()
    assert made(place, tmp_path / "timed", NEW)
    length = time.perf_counter() - start
    moments = random.Random(1)
    published = 0
    for kill in range(KILLS):
        (place / "notebooks" / "quick.ipynb").write_text(
            nbformat.writes(notebook(f"print(as_of, {kill})"))  # nothing is taken over
        )
        run = started(place, good, NEW)
        run.join(moments.uniform(0.05, 1.1) * length)
        if run.is_alive():
            run.kill()
            run.join()
        now = snapshot(good / OLD)
        now["run.json"] = before["run.json"]
        assert now == before
        latest = (good / "latest").resolve()
        assert latest.name in (OLD, NEW)
        record = json.loads((latest / "run.json").read_text("utf-8"))
        assert record["state"] == "complete"
        for page in ("index.html", "notebooks/slow.html", "tables/x.csv", "tables/x.json"):
            assert (latest / page).stat().st_size
        published += latest.name == NEW
    assert published < KILLS
    assert made(place, good, NEW)
    assert (good / "latest").resolve().name == NEW
    own = {OLD, NEW, "latest", ".lock", "log.jsonl", "index.html", "zh.html", "ja.html"}
    assert {path.name for path in good.iterdir()} <= own
    until = time.monotonic() + 10  # a kernel looks once a second whether its parent is there
    while kernels_of(place) and time.monotonic() < until:
        time.sleep(0.1)
    assert not kernels_of(place)


def mounted(size, out, then):
    """Command that runs `then` where `out` is a file system of `size` bytes with what is there."""
    script = (
        'out=$1; size=$2; shift 2; kept=$(mktemp -d); cp -a "$out/." "$kept" && '
        'mount -t tmpfs -o size=$size none "$out" && cp -a "$kept/." "$out"; '
        '"$@"; code=$?; df "$out" >&2; '
        'cp -a "$out/." "$kept/after" 2>/dev/null || { mkdir "$kept/after"; '
        'cp -a "$out/." "$kept/after"; }; echo "$kept/after"; exit $code'
    )
    prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", out, str(size)]
    return [*prefix, *then]


def can_mount():
    if not shutil.which("unshare"):
        return False
    probe = ["unshare", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"]
    return subprocess.run(probe, capture_output=True, check=False).returncode == 0


needs_mount = pytest.mark.skipif(not can_mount(), reason="no right to mount a small file system")


def folder_size(folder):
    return sum(path.stat().st_size // 4096 * 4096 + 8192 for path in folder.rglob("*"))


@needs_mount
@pytest.mark.slow
@pytest.mark.parametrize("room", [8, 60, 130, 300])
def test_a_full_disk_leaves_the_last_report(place, good, room):
    """`room` kB are left: the disk fills before, in or after the table, or in the pages."""
    before = snapshot(good / OLD)
    size = folder_size(good) + room * 1024
    done = subprocess.run(
        mounted(size, good, command(place, good, NEW)), capture_output=True, text=True, check=False
    )
    after = Path(done.stdout.strip().splitlines()[-1])
    try:
        assert snapshot(after / OLD) == before
        assert (after / "latest").readlink() == Path(NEW if done.returncode == 0 else OLD)
        if done.returncode:
            assert done.returncode == 1
            assert "No space left" in done.stderr
            assert not (after / NEW).exists()
    finally:
        shutil.rmtree(after.parent)


@needs_mount
def test_a_read_only_folder_is_named(place, good):
    script = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && "$@"'
    prefix = ["unshare", "--map-root-user", "--mount", "sh", "-c", script, "sh", good]
    before = snapshot(good)
    done = subprocess.run(
        [*prefix, *command(place, good, NEW)], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert "Read-only file system" in done.stderr
    assert str(good) in done.stderr
    assert snapshot(good) == before


def test_a_clock_set_back_hides_no_later_report(place, good):
    """A report of an earlier day is published under its day; `latest` stays the newest day."""
    earlier = "2024-12-01"
    assert made(place, good, earlier)
    assert (good / earlier / "index.html").exists()
    assert (good / "latest").resolve().name == OLD


@pytest.mark.slow
def test_a_raw_file_replaced_during_the_run_publishes_nothing(place, good, tmp_path):
    shutil.copytree(place, tmp_path / "place")
    before, there = snapshot(good / OLD), set(good.iterdir())
    asked = command(tmp_path / "place", good, NEW)
    run = subprocess.Popen(asked, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    path = tmp_path / "place" / "raw" / "observations" / "made.csv"
    end = time.monotonic() + 30
    while set(good.iterdir()) == there and time.monotonic() < end:
        time.sleep(0.05)  # the folder of the build comes once the tables have been read
    other = path.with_suffix(".new")
    other.write_text(path.read_text("utf-8").replace("46.0", "46.5"), "utf-8")
    other.replace(path)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 1
    assert "observations/made.csv" in said
    assert snapshot(good / OLD) == before
    assert (good / "latest").resolve().name == OLD
