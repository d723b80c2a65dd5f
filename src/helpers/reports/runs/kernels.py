"""Kernels of this interpreter: one a worker, which runs notebook after notebook.

What notebooks import takes seconds, so a kernel imports it once and is set back between notebooks
(`helpers.reports.runs.kernel_state`). One that failed, was killed or cannot be set back is ended,
and the next notebook gets another. They talk over unix sockets where that is possible.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import queue
import signal
import socket
import subprocess
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client import AsyncKernelClient, AsyncKernelManager
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_core.utils import run_sync
from nbclient.exceptions import DeadKernelError
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines

from helpers.reports.store.scratch import scratch_folder

ENGINE = "shenzhen-targets"
STATE = "helpers.reports.runs.kernel_state"
LONGEST_SOCKET_PATH = 100  # the address of a unix socket holds 104 bytes on macOS, 108 on Linux
PATIENCE = 60.0
"""Seconds after which a kernel that does not answer counts as lost."""
LOOK, SOON = 0.5, 0.02
"""Seconds after which it is looked at whether one that is asked has died, or is asked again."""
KILL = 9
UNWANTED = (
    "PYTHONDONTWRITEBYTECODE",  # would compile every import anew at each kernel start
    "PYTHONWARNINGS",  # "error" kills a kernel while it starts
    "PYTHONSTARTUP",
    "IPYTHONDIR",
)


class Kernel:
    """A process that runs notebooks, and the line to it.

    Parameters
    ----------
    folder : Path
        Of its sockets.
    work_folder : Path
        It starts there.
    imports : sequence of str or None
        What it imports before it answers; None for one that is used once, as it is.
    """

    def __init__(self, folder: Path, work_folder: Path, imports: Sequence[str] | None):
        self.manager = new_manager(folder)
        self.client: AsyncKernelClient | None = None
        self.used = self.sound = self.idle = False
        options = ["--HistoryManager.enabled=False"]
        if imports is not None:
            call = f"prepare({list(imports)!r})"
            first = f"__import__('importlib').import_module({STATE!r}).{call}"
            options.append(f"--IPKernelApp.exec_lines={first}")
        run_sync(self.manager.start_kernel)(
            extra_arguments=options, cwd=str(work_folder), env=kernel_environment(folder)
        )
        started: Any = self.manager.provisioner
        self.process: subprocess.Popen = started.process

    def connect(self) -> AsyncKernelClient:
        """Return the line to it, once it answers; from then on it belongs to this thread."""
        if self.client is None:
            self.client = self.manager.client()
            self.client.start_channels(stdin=False, hb=False)
            run_sync(self._answered)(self.client)
        return self.client

    async def _answered(self, client: AsyncKernelClient) -> None:
        """Wait for an answer and what follows on the other line, without pauses in between."""
        for _ in range(int(PATIENCE / SOON)):
            asked = client.kernel_info()
            await self._reply_to(asked, client)
            with contextlib.suppress(queue.Empty):
                while not _ends(asked, await client.get_iopub_msg(timeout=SOON)):
                    pass
                return
        raise TimeoutError(f"no output within {PATIENCE:g} seconds")

    async def _reply_to(self, asked: str, client: AsyncKernelClient) -> dict[str, Any]:
        """Return the answer to a request; one that dies meanwhile is not waited for."""
        until = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            with contextlib.suppress(queue.Empty):
                reply = await client.get_shell_msg(timeout=LOOK)
                if reply["parent_header"].get("msg_id") == asked:
                    return reply["content"]
            if time.monotonic() > until:
                raise TimeoutError(f"no answer within {PATIENCE:g} seconds")
        raise DeadKernelError(self.ended())

    def begin(self, work_folder: Path) -> bool:
        """Set it back and move it to the folder of a notebook; whether that could be done."""
        call = f"__import__('sys').modules[{STATE!r}].begin({str(work_folder)!r})"
        if self.process.poll() is not None:
            return False
        try:
            client = self.connect()
            asked = client.execute("", silent=True, user_expressions={"left": call})
            left = run_sync(self._reply_to)(asked, client)["user_expressions"]["left"]
        except (RuntimeError, TimeoutError):
            return False
        return left["status"] == "ok" and left["data"]["text/plain"] == "''"

    def kill(self) -> None:
        """End the process together with what it started: it leads a process group of its own."""
        if self.process.poll() is not None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()

    def ended(self) -> str:
        """Say how the process ended."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)  # it may just be ending
        code = self.process.poll()
        if code is None or code >= 0:
            return "Kernel died" if code is None else f"Kernel died with exit code {code}"
        hint = ", as for want of memory" if -code == KILL else ""
        return f"Kernel died of signal {-code}{hint}"

    def end(self) -> None:
        """Kill it and close the line to it."""
        self.kill()
        if self.client is not None:
            self.client.stop_channels()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(1.0)  # the manager would look every tenth of a second
        run_sync(self.manager.shutdown_kernel)(now=True)


def _ends(asked: str, message: Mapping[str, Any]) -> bool:
    """Whether a message says that all is done which a request has asked for."""
    idle = message["content"].get("execution_state") == "idle"
    return idle and message["parent_header"].get("msg_id") == asked


class Kernels:
    """The kernels of one report.

    Parameters
    ----------
    imports : sequence of str or None
        What their notebooks import; None to start one anew for each notebook.
    """

    def __init__(self, imports: Sequence[str] | None):
        self._left = contextlib.ExitStack()
        self.folder = self._left.enter_context(scratch_folder())
        self._imports = imports
        self._every: set[Kernel] = set()
        self._ahead: list[Kernel] = []
        self._mine, self._lock = threading.local(), threading.Lock()
        self._stopped = False

    def start(self, count: int) -> None:
        """Start kernels that will be asked for."""
        for _ in range(count):
            kernel = self._launch(self.folder)
            kernel.idle = True
            self._ahead.append(kernel)

    @contextlib.contextmanager
    def lent(self, work_folder: Path) -> Iterator[Kernel]:
        """Yield a kernel that nothing is left in; it is kept for this thread if it is `sound`."""
        kernel = self._ready(work_folder)
        kernel.used, kernel.sound = True, False
        try:
            yield kernel
        finally:
            if kernel.sound and self._imports is not None:
                self._mine.kernel, kernel.idle = kernel, True
            else:
                self._end(kernel)

    def kill(self) -> None:
        """Kill every kernel, also one that is just being started."""
        with self._lock:
            self._stopped, left = True, tuple(self._every)
        for kernel in left:
            kernel.kill()

    def close(self) -> None:
        """Kill what is left; the folder goes too.

        The line to a kernel at work is closed by its thread, which finds it dead.
        """
        self.kill()
        for kernel in [kernel for kernel in self._every if kernel.idle]:
            self._end(kernel)
        self._left.close()

    def _ready(self, work_folder: Path) -> Kernel:
        while self._imports is not None:
            kernel = self._take() or self._launch(self.folder)
            if kernel.begin(work_folder):
                return kernel
            self._end(kernel)
            if not kernel.used:
                self._imports = None  # What they import would show, or ends them.
        return self._launch(work_folder)

    def _take(self) -> Kernel | None:
        kernel, self._mine.kernel = getattr(self._mine, "kernel", None), None
        with self._lock:
            kernel = kernel or (self._ahead.pop() if self._ahead else None)
        if kernel:
            kernel.idle = False
        return kernel

    def _launch(self, work_folder: Path) -> Kernel:
        kernel = Kernel(self.folder, work_folder, self._imports)
        with self._lock:
            self._every.add(kernel)
        if self._stopped:  # started while everything was being stopped
            kernel.kill()
        return kernel

    def _end(self, kernel: Kernel) -> None:
        with self._lock:
            self._every.discard(kernel)
        kernel.end()


@contextlib.contextmanager
def open_kernels(notebooks: Iterable[Path] = (), ahead: int = 0) -> Iterator[Kernels]:
    """Yield kernels; whatever is left of them at the end is killed.

    Parameters
    ----------
    notebooks : iterable of Path
        Those that will run in them: each kernel first imports what they import, and runs one after
        another. Without any, every notebook gets a kernel that is started anew.
    ahead : int
        Kernels to start at once.
    """
    paths = tuple(notebooks)
    kernels = Kernels(imported_by(paths) if paths else None)
    try:
        kernels.start(min(ahead, len(paths)))
        yield kernels
    finally:
        kernels.close()


def imported_by(notebooks: Iterable[Path]) -> list[str]:
    """Return the imports of the code cells of notebooks, as far as they can be read."""
    lines: dict[str, None] = {}
    for path in notebooks:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                with contextlib.suppress(SyntaxError):  # prose, or a line of IPython's own
                    body = ast.parse("".join(cell["source"])).body
                    found = (one for one in body if isinstance(one, ast.Import | ast.ImportFrom))
                    lines |= dict.fromkeys(map(ast.unparse, found))
    return list(lines)


class ReportEngine(Engine):
    """Papermill engine: as its own nbclient engine, but in a kernel of `Kernels`."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man, kernel_name, *, kernels, notebook_timeout, work_folder, unfinished, **_ignored
    ):
        """Execute all cells; after `notebook_timeout` seconds the kernel is killed.

        What a lost kernel leaves is written to `unfinished`; papermill itself writes a notebook
        only once a cell has failed or all are done.
        """
        with kernels.lent(work_folder) as kernel, killed_after(kernel, notebook_timeout):
            client = PapermillNotebookClient(
                nb_man, km=kernel.manager, kernel_name=kernel_name, timeout=None
            )
            client.kc = kernel.connect()
            try:
                client.execute(cleanup_kc=False)
            except DeadKernelError:
                nbformat.write(nb_man.nb, unfinished)
                raise DeadKernelError(kernel.ended()) from None
            except Exception:
                nbformat.write(nb_man.nb, unfinished)
                raise
            kernel.sound = not nb_man.nb.metadata.papermill["exception"]


papermill_engines.register(ENGINE, ReportEngine)


@contextlib.contextmanager
def killed_after(kernel: Kernel, seconds: float) -> Iterator[None]:
    """Kill a kernel when the block takes longer than `seconds`.

    Raises
    ------
    TimeoutError
        In place of the dead kernel's error.
    """
    expired = threading.Event()

    def kill() -> None:
        expired.set()
        kernel.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield
    except Exception as error:
        if expired.is_set():
            raise TimeoutError(f"took longer than {seconds:g} seconds and was stopped") from error
        raise
    finally:
        timer.cancel()


def new_manager(folder: Path) -> AsyncKernelManager:
    """Return a kernel manager that talks over unix sockets in `folder`, or over TCP.

    TCP is the fallback where unix sockets are missing or their path would be too long. Whatever
    kernels are installed, its kernel is that of the running interpreter.
    """
    connection = folder / f"{uuid.uuid4().hex[:8]}.json"
    running = KernelSpecManager(kernel_dirs=[])
    manager = AsyncKernelManager(connection_file=str(connection), kernel_spec_manager=running)
    if sockets_fit(connection):
        manager.transport = "ipc"
        manager.ip = str(connection.with_suffix("")) + "-ipc"
    return manager


def sockets_fit(connection: Path) -> bool:
    """Whether this machine has unix sockets and `connection` is short enough for them."""
    longest = f"{connection.with_suffix('')}-ipc-9"
    return hasattr(socket, "AF_UNIX") and len(os.fsencode(longest)) <= LONGEST_SOCKET_PATH


def kernel_environment(folder: Path) -> dict[str, str]:
    """Return the environment of a kernel: ours, less what would slow it or change its results."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    # Kernels run side by side: more threads each would only compete for the same cores.
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    own = {"PYTHONHASHSEED": "0", "IPYTHONDIR": str(folder / "ipython")}
    found = find_spec("matplotlib")
    if found and found.origin:  # in place of a file with settings of the user's own
        settings = Path(found.origin).with_name("mpl-data") / "matplotlibrc"
        own["MATPLOTLIBRC"] = str(settings)
    return single | kept | own
