"""What all tests share: settings, the project's raw tables, one whole report, what starts first."""

import gc
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

from helpers import ROOT
from helpers.observations.raw_data import read_raw
from helpers.reports.site import exports as printing

pytest.register_assert_rewrite("browser", "support")
# As `helpers.reports.report` does, before a test imports nbformat: a fifth of the collection.
sys.modules.setdefault("rfc3987_syntax", None)

settings.register_profile("repeatable", deadline=None, derandomize=True, max_examples=30)
settings.register_profile("thorough", deadline=None, max_examples=300)
settings.register_profile("quick", settings.get_profile("repeatable"), max_examples=10)
settings.load_profile("repeatable")

TESTS = Path(__file__).parent
LONGEST = (
    "notebooks/test_notebooks",
    "project/test_examples",
    "browser/test_planted",
    "project/test_fresh_clone",
    "browser/test_pages",
    "reports/test_kernels",
    "reports/test_unattended",
    "reports/test_reuse",
    "reports/test_faults",
    "project/test_security",
    "reports/test_report",
    "reports/test_ledger",
    "notebooks/test_walk",
    "reports/test_soak",
    "project/test_any_plan",
    "apps/test_new_figures",
    "project/test_one_statement",
    "browser/test_lab",
    "forecasting/test_calibration",
    "forecasting/test_benchmarks",
    "forecasting/test_backtest",
    "apps/explorer/test_notebook",
    "apps/sweeps/test_cluster",
    "project/test_schedules",
)
"""Modules that take long, the longest first: whoever got one of them last would end alone.

Whoever needs the report of the edition comes after those that the workers begin with: it is made
by the first.
"""
COLLECTED_AT = 50_000
"""New objects after which dead cycles are looked for."""
REPORT = (
    "import sys; from pathlib import Path\n"
    "from helpers.reports.report import ReportRequest, make_report\n"
    "made = make_report(ReportRequest(as_of=sys.argv[1], out_dir=Path(sys.argv[2])))\n"
    "sys.exit(made.message or 0)"
)


def pytest_configure(config):
    """Have xdist start modules in the order of the items, and give each worker one thread."""
    gc.disable()  # Modules and items stay: looking for dead ones among them is a tenth of the time.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        # There is a worker for each core: threads of one product would wait for each other.
        os.environ.setdefault(name, "1")
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_finish():
    """Look for dead cycles from here on, seldom, and not among what was collected."""
    gc.freeze()
    gc.set_threshold(COLLECTED_AT)
    gc.enable()


def pytest_xdist_auto_num_workers():
    """Two workers more than cores: each waits a third of its time, for browsers and kernels."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items):
    """Put the longest modules first, and leave all others as they come."""
    place = {name: number for number, name in enumerate(LONGEST)}

    def at(item):
        module = os.path.relpath(item.path.with_suffix(""), TESTS).replace(os.sep, "/")
        return place.get(module, len(LONGEST))

    items.sort(key=at)


@pytest.fixture(scope="session")
def raw():
    """The project's raw tables; nothing may change them."""
    return read_raw()


@pytest.fixture(scope="session")
def edition():
    """The day that the stored outputs are of."""
    text = (ROOT / "README.md").read_text("utf-8")
    return re.search(r"^As known on (\S+):$", text, re.M).group(1)


@pytest.fixture(scope="session")
def edition_report(tmp_path_factory, edition):
    """Folder of the whole report of the edition, made by the first that asks; only to be read.

    The workers of a run share it, where files can be locked. It is made in a process of its own,
    as the kernels of a report end with it, and a module may have others at work.
    """
    folder = tmp_path_factory.getbasetemp()
    if fcntl and "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "edition.lock").open("w") as lock:
        if fcntl:
            fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "edition" / edition).exists():
            command = [sys.executable, "-c", REPORT, edition, folder / "edition"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
    return folder / "edition" / edition


@pytest.fixture
def unprinted(monkeypatch):
    """Print no front page: Chromium takes longer than all else in a small report."""
    monkeypatch.setattr(printing, "BROWSERS", ())


@pytest.fixture(scope="session")
def kept():
    """Hold kernels that live as long as a worker."""
    from support.kept_kernels import KeptKernels

    kernels = KeptKernels()
    yield kernels
    kernels.close()


@pytest.fixture
def kept_kernels(kept, monkeypatch):
    """Run the notebooks of a report in kernels that the reports of other tests have left."""
    for module in ("execution", "kernels"):
        monkeypatch.setattr(f"helpers.reports.runs.{module}.open_kernels", kept.opened)
