"""Kernels forked from a warmed process: the same as plain ones, and never left behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from helpers import ROOT
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.runs import fork_server as forking
from helpers.reports.runs import kernels
from helpers.reports.runs.execution import execute
from helpers.reports.runs.kernels import kernel_folder, wait_for_server
from helpers.reports.runs.plan import planned_runs

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="kernels are forked on Linux only"),
    pytest.mark.notebooks,
]

SEEN = (
    "import os, sys, random, signal, warnings\nimport matplotlib.pyplot as plt\n"
    "import numpy as np\nimport pandas as pd",
    "fig, ax = plt.subplots()\n_ = ax.plot([1, 3, 2])\nplt.show()",
    "pd.DataFrame(np.arange(120).reshape(3, 40))",
    "sorted(warnings.filters, key=str)",
    "sys.argv[1:2], sys.path, os.getcwd() == os.path.realpath('.'), __name__, sys.flags",
    "{k: v for k, v in sorted(os.environ.items())"
    " if k not in {'JPY_PARENT_PID', 'JPY_SESSION_NAME'} and 'szt-' not in v}",
    "[(s, str(signal.getsignal(s))[:40]) for s in (2, 15, 17)], hash('a')",
    "os.getsid(0) == os.getpid()",
    "print('out'); print('err', file=sys.stderr); warnings.warn('mind', DeprecationWarning)",
    "sorted(pd.describe_option('display', _print_desc=False).splitlines())",
    "sys.modules['__main__'].__dict__ is globals(), plt.get_backend()",
)  # fmt: skip


def notebook(path: Path, *cells: str) -> Path:
    nbformat.write(
        new_notebook(cells=[new_code_cell(c, id=f"c{i}") for i, c in enumerate(cells)]), path
    )
    return path  # fmt: skip


def run(
    path: Path, sockets: Path, name: str = "out", timeout: float = 120
) -> nbformat.NotebookNode:
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    out = path.with_name(f"{name}.ipynb")
    execute(path, out, {}, sockets=sockets, work_folder=work, timeout=timeout)
    return nbformat.read(out, as_version=4)


def text(cell: nbformat.NotebookNode) -> str:
    return "".join(o.get("text", "") or o["data"]["text/plain"] for o in cell.outputs)


@contextlib.contextmanager
def warmed(path: Path):
    """A folder whose kernels are forked, once the server is ready."""
    with kernel_folder([path]) as sockets:
        assert wait_for_server(sockets)
        yield sockets


def gone(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends, or has ended, in time; a zombie has."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.05)
    return False


def without_process(book: nbformat.NotebookNode) -> str:
    """The notebook as text, but for the process id in the names of its cells."""
    import re

    return re.sub(r"ipykernel_\d+", "ipykernel_N", nbformat.writes(book))


def test_the_first_kernel_waits_until_it_can_be_forked(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import os", "os.getppid()")
    with kernel_folder([path]) as sockets:
        assert int(text(run(path, sockets).cells[1])) != os.getpid()


def test_a_server_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    (tmp_path / "slow_module.py").write_text("import time; time.sleep(60)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with forking.serving([notebook(tmp_path / "n.ipynb", "import slow_module")]) as server:
        assert not server.ready(0.1)
        start = time.monotonic()
        assert not server.ready()
        assert server.launch([sys.executable, *forking.LAUNCHER], {}, str(tmp_path)) is None
    assert time.monotonic() - start < 10, "it is not waited for again"


def test_a_forked_kernel_gives_the_same_bytes_as_a_plain_one(tmp_path):
    path = notebook(tmp_path / "n.ipynb", *SEEN)
    with kernel_folder() as sockets:
        plain = run(path, sockets)
    with warmed(path) as sockets:
        forked = run(path, sockets)
    for one, other in zip(plain.cells, forked.cells, strict=True):
        assert without_process(new_notebook(cells=[one])) == without_process(
            new_notebook(cells=[other])
        )


def test_kernels_are_forked_from_the_server_and_share_no_chance(tmp_path):
    draws = "np.random.random(), random.random(), np.random.default_rng().random(), os.urandom(4)"
    path = notebook(tmp_path / "n.ipynb", SEEN[0], "os.getppid()", draws)
    with warmed(path) as sockets:
        server = kernels._servers[sockets].pid
        books = [run(path, sockets, f"out{i}") for i in range(2)]
    assert [int(text(book.cells[1])) for book in books] == [server, server]
    first, second = (
        eval(text(b.cells[2]), {"np": type("np", (), {"float64": float})}) for b in books
    )
    assert all(a != b for a, b in zip(first, second, strict=True))
    assert gone(server)


def test_a_kernel_holds_no_line_of_the_server(tmp_path):
    path = notebook(
        tmp_path / "n.ipynb",
        "import os\nlinks = [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd')"
        " if os.path.exists(f'/proc/self/fd/{n}')]",
        "sum(link.startswith('socket') for link in links)",
    )
    with kernel_folder() as sockets:
        plain = run(path, sockets)
    with warmed(path) as sockets:
        forked = run(path, sockets)
    assert int(text(forked.cells[1])) == int(text(plain.cells[1]))


def test_a_kernel_that_ends_itself_is_noticed(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import os\nos._exit(3)")
    with warmed(path) as sockets:
        start = time.perf_counter()
        with pytest.raises(Exception, match="Kernel died"):
            run(path, sockets)
    assert time.perf_counter() - start < 20


def test_a_kernel_that_hangs_is_killed(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import time\ntime.sleep(600)")
    with warmed(path) as sockets, pytest.raises(TimeoutError, match="longer than 3 seconds"):
        run(path, sockets, timeout=3)


def test_when_the_server_dies_its_kernels_do_and_the_next_starts_plainly(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import os\nos.kill(os.getppid(), 9)",
                    "import time\ntime.sleep(60)")  # fmt: skip
    other = notebook(tmp_path / "m.ipynb", "import os", "os.getppid()")
    with warmed(path) as sockets:
        with pytest.raises(Exception, match="Kernel died"):
            run(path, sockets)
        assert int(text(run(other, sockets).cells[1])) == os.getpid()


@pytest.mark.parametrize(
    "code",
    [
        "import sys; print('hello')",
        "import warnings; warnings.warn('old')",
        "import threading as t, time; t.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import os; os._exit(5)",
    ],
)
def test_a_module_that_speaks_or_starts_a_thread_is_not_imported_beforehand(
    tmp_path, monkeypatch, code
):
    (tmp_path / "planted_module.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = notebook(tmp_path / "n.ipynb", "import planted_module")
    with kernel_folder([path]) as sockets:
        assert not wait_for_server(sockets)
    other = notebook(tmp_path / "m.ipynb", "import os", "os.getppid()")
    with kernel_folder([path]) as sockets:
        assert int(text(run(other, sockets).cells[1])) == os.getpid()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_the_runner(tmp_path, number):
    told = tmp_path / "told"
    path = notebook(
        tmp_path / "n.ipynb",
        f"import os, subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
        "pids = [os.getpid(), os.getppid(), child.pid]\n"
        f"_ = open({str(told)!r}, 'w').write(' '.join(map(str, pids)) + '\\n')\n"
        "time.sleep(600)",
    )
    code = (
        "from pathlib import Path\nfrom helpers.reports.runs import kernels\n"
        "from helpers.reports.runs.execution import execute, interruptible\n"
        f"path = Path({str(path)!r})\n"
        "with interruptible(), kernels.kernel_folder([path]) as sockets:\n"
        "    assert kernels.wait_for_server(sockets)\n"
        "    execute(path, path.with_name('o.ipynb'), {}, sockets=sockets, "
        "work_folder=path.parent, timeout=600)\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (told.exists() and told.read_text().endswith("\n")) and time.monotonic() < until:
        time.sleep(0.05)
    pids = [int(pid) for pid in told.read_text().split()]
    runner.send_signal(number)
    runner.wait(30)
    assert all(gone(pid) for pid in pids)


def test_modules_are_read_off_code_cells_that_can_be_read(tmp_path):
    path = notebook(
        tmp_path / "n.ipynb",
        "import a.b as c, d\nfrom e import f\nfrom . import g",
        "%matplotlib inline",
        "def later():\n    import h",
    )
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    assert forking.imported_by([broken, path, tmp_path / "none.ipynb"]) == ["a.b", "d", "e", "e.f"]


def test_another_command_is_not_forked(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "1")
    with warmed(path) as sockets:
        server = kernels._servers[sockets]
        assert server.launch(["R", "-e", "IRkernel::main()"], {}, "/") is None


@pytest.mark.slow
@pytest.mark.notebooks
@pytest.mark.parametrize("name", sorted(p.name for p in (ROOT / "notebooks").glob("0*.ipynb")))
def test_a_plain_kernel_gives_the_bytes_of_the_report(
    raw, edition, edition_report, unprinted, tmp_path, name
):
    """In a report all kernels but those that start at once are forked; a single one is not."""
    run = next(run for run in planned_runs(raw, edition) if run.notebook == name)
    asked = ReportRequest(as_of=edition, out_dir=tmp_path, runs=(run,), jobs=1)
    alone = make_report(asked).folder
    files = [f"notebooks/{run.name}.ipynb"]
    files += [path.relative_to(alone).as_posix() for path in (alone / "tables").rglob("*.csv")]
    assert len(files) > 1
    for file in files:
        assert (alone / file).read_bytes() == (edition_report / file).read_bytes(), file
