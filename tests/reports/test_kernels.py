"""One kernel runs notebook after notebook: the same as fresh ones, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_code_cell, new_notebook

from helpers import ROOT
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.runs import kernels as running
from helpers.reports.runs.execution import execute
from helpers.reports.runs.kernels import Kernels, imported_by, open_kernels
from helpers.reports.runs.plan import planned_runs

pytestmark = pytest.mark.notebooks

IMPORTS = (
    "import decimal, logging, os, random, sys, warnings\nimport matplotlib as mpl\n"
    "import numpy as np\nimport pandas as pd"
)
SEEN = (
    IMPORTS,
    "pd.DataFrame(np.arange(120).reshape(3, 40) / 7)",
    "dir(), [n for n in vars(__builtins__) if n[0] != '_'], __name__",
    "warnings.filters",
    "sys.argv[1:2], sys.path, sys.getrecursionlimit(), os.getcwd() == os.path.realpath('.')",
    "{k: v for k, v in sorted(os.environ.items())"
    " if k not in {'JPY_PARENT_PID', 'JPY_SESSION_NAME'} and 'szt-' not in v}",
    "os.getsid(0) == os.getpid(), hash('a'), time.tzname if 'time' in globals() else None",
    "print('out')",  # both in one cell come in any order
    "print('err', file=sys.stderr); warnings.warn('mind', DeprecationWarning)",
    "warnings.warn('once', UserWarning)",
    "sorted(pd.describe_option('', _print_desc=False).splitlines())",
    "{k: v for k, v in mpl.rcParams.items() if k != 'backend'}, mpl.rcParams._get('backend')",
    "np.geterr(), np.get_printoptions(), np.array([1 / 3])",
    "logging.root.level, logging.root.handlers, logging.root.manager.disable",
    "[(n, l.level, l.handlers) for n, l in logging.root.manager.loggerDict.items() if n == 'mine']",
    "from matplotlib import units\nsorted(map(str, units.registry))",
    "1\n2",
    "from IPython.display import Markdown\nMarkdown('*x*')",
    "get_ipython().execution_count, len(In), Out.keys()",
    "sys.modules['__main__'].__dict__ is globals(), 'planted' in sys.modules",
    "type(sys.displayhook).__name__, sys.excepthook.__name__, sys.stdout.name",
)
"""What shows in which state a notebook finds its kernel."""
LEFT = (
    IMPORTS,
    "import builtins, time, json\nx = np = dict = 1\nbuiltins.left = 1",
    "mpl.rcParams.update({'font.size': 40, 'axes.grid': True})\n"
    "mpl.rcParams['font.family'].append('none')",
    "pd.set_option('display.max_columns', 3, 'display.precision', 1)",
    "os.environ['LEFT'] = '1'\nos.environ['TZ'] = 'Asia/Tokyo'\ndel os.environ['PATH']\n"
    "time.tzset() if hasattr(time, 'tzset') else None",
    "os.makedirs('deeper', exist_ok=True)\nopen('deeper/planted.py', 'w').close()\n"
    "os.chdir('deeper')\nsys.path.insert(0, os.getcwd())\nimport planted\nsys.argv.append('x')",
    "warnings.warn('once', UserWarning)\nwarnings.simplefilter('ignore')\n"
    "warnings.showwarning = print",
    "import numpy\nnumpy.seterr(all='raise')\nnumpy.set_printoptions(precision=2)",
    "random.seed(1)\nnumpy.random.seed(1)\nsys.setrecursionlimit(5000)",
    "logging.basicConfig(level='DEBUG', stream=sys.stdout)\nlogging.disable(50)\n"
    "logging.getLogger('mine').addHandler(logging.StreamHandler())",
    "import datetime\nfrom matplotlib import units\nunits.registry[datetime.tzinfo] = None",
    "%config InteractiveShell.ast_node_interactivity = 'all'",
    "shell = get_ipython()\nshell.display_formatter.formatters['text/plain']"
    ".for_type(int, lambda *a: a[1].text('int'))\n"
    "shell.events.register('post_run_cell', lambda *a: print('event'))",
    "sys.stdout = open(os.devnull, 'w')",
)
"""What a notebook may leave behind."""


def notebook(path: Path, *cells: str) -> Path:
    nbformat.write(
        new_notebook(cells=[new_code_cell(c, id=f"c{i}") for i, c in enumerate(cells)]), path
    )
    return path  # fmt: skip


def run(
    path: Path, kernels: Kernels, name: str = "out", timeout: float = 120
) -> nbformat.NotebookNode:
    work = path.parent / "work"
    work.mkdir(exist_ok=True)
    out = path.with_name(f"{name}.ipynb")
    execute(path, out, {}, kernels=kernels, work_folder=work, timeout=timeout)
    return nbformat.read(out, as_version=4)


def text(cell: nbformat.NotebookNode) -> str:
    return "".join(o.get("text", "") or o["data"]["text/plain"] for o in cell.outputs)


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


def pid_of(path: Path, kernels: Kernels) -> int:
    """The process that runs a notebook."""
    return int(text(run(notebook(path, "import os", "os.getpid()"), kernels).cells[1]))


def test_a_notebook_finds_its_kernel_as_a_fresh_one_whatever_ran_before(tmp_path):
    seen, left = notebook(tmp_path / "n.ipynb", *SEEN), notebook(tmp_path / "left.ipynb", *LEFT)
    with open_kernels() as kernels:
        fresh = run(seen, kernels)
    with open_kernels([seen, left]) as kernels:
        first = pid_of(tmp_path / "pid.ipynb", kernels)
        run(left, kernels)
        after = run(seen, kernels)
        assert pid_of(tmp_path / "pid.ipynb", kernels) == first
    for number, (one, other) in enumerate(zip(fresh.cells, after.cells, strict=True)):
        assert one.execution_count == other.execution_count == number + 1
        assert without_process(new_notebook(cells=[one])) == without_process(
            new_notebook(cells=[other])
        )


def test_a_name_of_one_notebook_is_unknown_in_the_next(tmp_path):
    defines = notebook(tmp_path / "n.ipynb", "import os\nfigure = 5", "os.getpid()")
    asks = notebook(tmp_path / "m.ipynb", "figure")
    with open_kernels([defines]) as kernels:
        run(defines, kernels)
        with pytest.raises(Exception, match="name 'figure' is not defined"):
            run(asks, kernels)


def test_notebooks_share_no_chance(tmp_path):
    draws = "np.random.random(), random.random(), np.random.default_rng().random(), os.urandom(4)"
    path = notebook(tmp_path / "n.ipynb", IMPORTS, "os.getpid()", draws)
    with open_kernels([path]) as kernels:
        books = [run(path, kernels, f"out{i}") for i in range(2)]
    assert text(books[0].cells[1]) == text(books[1].cells[1])
    first, second = (
        eval(text(b.cells[2]), {"np": type("np", (), {"float64": float})}) for b in books
    )
    assert all(a != b for a, b in zip(first, second, strict=True))


def test_what_imports_warn_of_is_found_by_every_notebook(tmp_path, monkeypatch):
    """A filter that a module sets on import is there however often it is imported."""
    code = "import warnings\nwarnings.filterwarnings('error', 'planted filter')"
    (tmp_path / "planted_module.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = notebook(tmp_path / "n.ipynb", "import planted_module, warnings", "warnings.filters")
    with open_kernels() as kernels:
        fresh = run(path, kernels)
    with open_kernels([path]) as kernels:
        shown = {text(run(path, kernels).cells[1]) for _ in range(2)}
    assert len(shown) == 1
    assert "planted filter" in shown.pop()
    assert "planted filter" in text(fresh.cells[1])


def test_after_a_failure_the_next_notebook_gets_a_fresh_kernel(tmp_path):
    fails = notebook(tmp_path / "n.ipynb", "1 / 0")
    with open_kernels([fails]) as kernels:
        first = pid_of(tmp_path / "pid.ipynb", kernels)
        assert pid_of(tmp_path / "pid.ipynb", kernels) == first
        with pytest.raises(Exception, match="division by zero"):
            run(fails, kernels)
        assert gone(first)
        assert pid_of(tmp_path / "pid.ipynb", kernels) != first


def test_a_kernel_that_ends_itself_is_noticed_and_the_next_is_sound(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import os\nos._exit(3)")
    with open_kernels([path]) as kernels:
        start = time.perf_counter()
        with pytest.raises(Exception, match="Kernel died"):
            run(path, kernels)
        assert time.perf_counter() - start < 20
        assert pid_of(tmp_path / "pid.ipynb", kernels)


@pytest.mark.parametrize("ahead", [True, False])
def test_a_kernel_that_cannot_start_says_how_it_ended(tmp_path, monkeypatch, ahead):
    (tmp_path / "sitecustomize.py").write_text("import os; os._exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = notebook(tmp_path / "n.ipynb", "import os")
    with (
        open_kernels([path] if ahead else []) as kernels,
        pytest.raises(DeadKernelError, match="Kernel died with exit code 3"),
    ):
        run(path, kernels)


def test_a_kernel_that_dies_between_notebooks_is_replaced(tmp_path):
    path = tmp_path / "pid.ipynb"
    with open_kernels([notebook(path, "import os")]) as kernels:
        first = pid_of(path, kernels)
        os.kill(first, signal.SIGTERM)
        assert gone(first)
        assert pid_of(path, kernels) != first


def test_a_kernel_that_hangs_is_killed_and_the_next_is_sound(tmp_path):
    path = notebook(tmp_path / "n.ipynb", "import time\ntime.sleep(600)")
    with open_kernels([path]) as kernels:
        with pytest.raises(TimeoutError, match="longer than 3 seconds"):
            run(path, kernels, timeout=3)
        assert pid_of(tmp_path / "pid.ipynb", kernels)


@pytest.mark.parametrize(
    "code",
    [
        "import threading as t, time\nt.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
        "%load_ext autoreload",
        "from ipywidgets import IntSlider\nslider = IntSlider()",
    ],
)
def test_a_kernel_that_cannot_be_set_back_is_not_used_again(tmp_path, code):
    path = notebook(tmp_path / "n.ipynb", "import os", "os.getpid()", code)
    with open_kernels([path]) as kernels:
        first = int(text(run(path, kernels).cells[1]))
        assert gone(first, 0) is False
        assert pid_of(tmp_path / "pid.ipynb", kernels) != first
        assert gone(first)


@pytest.mark.parametrize(
    "code",
    [
        "import sys; print('hello')",
        "import warnings; warnings.warn('old')",
        "import os; os._exit(5) if 'WARM' not in os.environ else None",
    ],
)
def test_what_an_import_says_is_said_in_every_notebook(tmp_path, monkeypatch, code):
    (tmp_path / "planted_module.py").write_text(code)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    path = notebook(tmp_path / "n.ipynb", "import os\nos.environ['WARM'] = ''",
                    "import planted_module\nos.getpid()")  # fmt: skip
    other = notebook(tmp_path / "m.ipynb", "import planted_module")
    with open_kernels([other]) as kernels:
        books = [run(path, kernels) for _ in range(2)]
    first, second = (without_process(new_notebook(cells=book.cells[1:])) for book in books)
    assert text(books[0].cells[1]) != text(books[1].cells[1]), "each in a kernel of its own"
    assert [o.output_type for o in books[0].cells[1].outputs] == [
        o.output_type for o in books[1].cells[1].outputs
    ]
    assert ("hello" in first, "old" in first) == ("hello" in second, "old" in second)
    assert ("hello" in first) == ("hello" in code)


@pytest.mark.parametrize(("longest", "transport"), [(100, "ipc"), (0, "tcp")])
def test_kernels_talk_over_sockets_where_these_fit(tmp_path, monkeypatch, longest, transport):
    monkeypatch.setattr(running, "LONGEST_SOCKET_PATH", longest)
    path = notebook(
        tmp_path / "n.ipynb",
        "from ipykernel.connect import get_connection_info\n"
        "print(get_connection_info(unpack=True)['transport'])",
    )
    with open_kernels([path]) as kernels:
        told = [text(run(path, kernels).cells[0]) for _ in range(2)]
    assert told == [f"{transport}\n"] * 2


def test_kernels_end_with_their_report_and_leave_nothing(tmp_path):
    path = tmp_path / "pid.ipynb"
    with open_kernels([notebook(path, "import os")], ahead=1) as kernels:
        pids = [pid_of(path, kernels), *(kernel.process.pid for kernel in kernels._every)]
        assert len(set(pids)) == 1, "the one that was started first"
        folder = kernels.folder
        assert folder.is_dir()
    assert all(gone(pid) for pid in pids)
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_nothing_outlives_the_runner(tmp_path, number):
    told = tmp_path / "told"
    path = notebook(
        tmp_path / "n.ipynb",
        f"import os, subprocess, time\nchild = subprocess.Popen(['sleep', '600'])\n"
        "pids = [os.getpid(), child.pid]\n"
        f"_ = open({str(told)!r}, 'w').write(' '.join(map(str, pids)) + '\\n')\n"
        "time.sleep(600)",
    )
    code = (
        "from pathlib import Path\nfrom helpers.reports.runs.kernels import open_kernels\n"
        "from helpers.reports.runs.execution import execute, interruptible\n"
        f"path = Path({str(path)!r})\n"
        "with interruptible(), open_kernels([path], ahead=1) as kernels:\n"
        "    execute(path, path.with_name('o.ipynb'), {}, kernels=kernels, "
        "work_folder=path.parent, timeout=600)\n"
    )
    runner = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (told.exists() and told.read_text().endswith("\n")) and time.monotonic() < until:
        time.sleep(0.05)
    kernel, child = (int(pid) for pid in told.read_text().split())
    runner.send_signal(number)
    runner.wait(30)
    assert gone(kernel), "a kernel looks once a second whether its runner is there"
    if number == signal.SIGKILL:
        os.kill(child, signal.SIGKILL)  # Nobody was left to end what a notebook had started.
    assert gone(child)


def test_imports_are_read_off_code_cells_that_can_be_read(tmp_path):
    path = notebook(
        tmp_path / "n.ipynb",
        "import a.b as c, d\nfrom e import (f,\n  g)",
        "%matplotlib inline",
        "def later():\n    import h",
    )
    broken = tmp_path / "broken.ipynb"
    broken.write_text("{")
    lines = imported_by([broken, path, tmp_path / "none.ipynb"])
    assert lines == ["import a.b as c, d", "from e import f, g"]


SOME = sorted(path.name for path in (ROOT / "notebooks").glob("0*.ipynb"))[1::3]


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_plain_kernel_gives_the_bytes_of_the_report(
    raw, edition, edition_report, unprinted, tmp_path
):
    """In a report one kernel runs notebook after notebook; where all start at once each is new."""
    planned = {run.notebook: run for run in planned_runs(raw, edition)}
    runs = tuple(planned[name] for name in SOME)
    asked = {"as_of": edition, "out_dir": tmp_path, "runs": runs, "jobs": len(runs)}
    alone = make_report(ReportRequest(**asked, languages=("en",))).folder
    tables = [path.relative_to(alone).as_posix() for path in (alone / "tables").rglob("*.csv")]
    assert all(one["tables"] for one in json.loads((alone / "run.json").read_text("utf-8"))["runs"])
    for file in [*(f"notebooks/{run.name}.ipynb" for run in runs), *tables]:
        assert (alone / file).read_bytes() == (edition_report / file).read_bytes(), file
