"""Kernels forked from a process that has imported everything already: seconds saved by each.

Only on Linux. Wherever it does not work - the server was not ready in time, has ended, or refused -
the answer is None, and a kernel is started in the plain way.
"""

from __future__ import annotations

import ast
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from helpers.reports.runs.fork_server_process import READY

SERVER = "helpers.reports.runs.fork_server_process"
LAUNCHER = ["-m", "ipykernel_launcher"]
UNTHREADED = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Without it pyarrow, which pandas imports if there, starts a thread: no process to fork then."""
UNWANTED = (
    "PYTHONDONTWRITEBYTECODE",  # would compile every import anew at each kernel start
    "PYTHONWARNINGS",  # "error" kills a kernel while it starts
    "PYTHONSTARTUP",
    "IPYTHONDIR",
)
IMPORTING = 60.0
"""Seconds that a kernel waits for the server: each that imports for itself takes longer."""
PATIENCE = 10.0
"""Seconds after which a server that does not answer counts as lost."""


class ForkedProcess:
    """A kernel forked elsewhere, with the part of `subprocess.Popen` that its manager uses."""

    stdin = stdout = stderr = None

    def __init__(self, line: socket.socket):
        line.settimeout(PATIENCE)
        self._line, self._said = line, b""
        self._lock = threading.Lock()
        while b"\n" not in self._said:
            if not (said := line.recv(64)):
                raise ConnectionError("the server ended")
            self._said += said
        first, self._said = self._said.split(b"\n", 1)
        self.pid = int(first)
        self.returncode: int | None = None
        line.setblocking(False)

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        with self._lock:
            if self.returncode is None:
                with contextlib.suppress(BlockingIOError, InterruptedError):
                    self._hear()
        return self.returncode

    def _hear(self) -> None:
        """Take what the server says; if it is gone, its kernel must not outlive it."""
        try:
            said = self._line.recv(64)
        except ConnectionError:
            said = b""
        self._said += said
        if b"\n" in self._said:
            self.returncode = int(self._said)
        elif not said:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self.returncode = -signal.SIGKILL
        if self.returncode is not None:
            self._line.close()

    def wait(self, timeout: float | None = None) -> int:
        """Return the exit code once it has ended; raises `subprocess.TimeoutExpired`."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise subprocess.TimeoutExpired("kernel", timeout)
            time.sleep(0.01)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to it, unless it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class KernelServer:
    """The process that forks kernels: started at once, waited for by the first of them.

    Parameters
    ----------
    environment : mapping
        Environment of the process, and of every kernel as far as it is read at its start.
    modules : iterable of str
        What it imports.
    """

    def __init__(self, environment: Mapping[str, str], modules: Iterable[str]):
        self._control, theirs = socket.socketpair()
        self._ready, self._lock = False, threading.Lock()
        command = [sys.executable, "-m", SERVER, str(theirs.fileno()), *modules]
        with theirs:
            self._process = subprocess.Popen(
                command,
                env={**environment, **UNTHREADED},
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """Process id of the server."""
        return self._process.pid

    def ready(self, patience: float = IMPORTING) -> bool:
        """Whether it can fork, waiting so many seconds for it; after that it counts as lost."""
        with self._lock:
            if not self._ready and self._control.fileno() >= 0:
                self._control.settimeout(patience)
                with contextlib.suppress(OSError):
                    self._ready = self._control.recv(1) == READY
                if not self._ready:
                    self._control.close()
            return self._ready and self._process.poll() is None

    def launch(
        self, command: list[str], environment: Mapping[str, str], folder: str
    ) -> ForkedProcess | None:
        """Fork a kernel that `command` would start; None where that is not possible now."""
        plain = [sys.executable, *LAUNCHER]
        if command[: len(plain)] != plain or not self.ready():
            return None
        asked = {"arguments": command[len(plain) :], "env": dict(environment), "cwd": folder}
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                self._control.settimeout(PATIENCE)
                socket.send_fds(self._control, [b"k"], [theirs.fileno()])
            ours.sendall(json.dumps(asked).encode())
            ours.shutdown(socket.SHUT_WR)
            return ForkedProcess(ours)
        except (OSError, ValueError):
            ours.close()
            return None

    def close(self) -> None:
        """End the server; whatever it forked ends with it."""
        if not self._ready:
            self._process.kill()  # It imports yet, and has forked nothing.
        self._control.close()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextlib.contextmanager
def serving(notebooks: Iterable[Path]) -> Iterator[KernelServer | None]:
    """Yield a server for the kernels of these notebooks, or None where kernels cannot be forked."""
    server = None
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            server = KernelServer(plain_environment(), imported_by(notebooks))
    try:
        yield server
    finally:
        if server is not None:
            server.close()


def plain_environment() -> dict[str, str]:
    """Return the environment of this process, less what would change a kernel or slow it."""
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    # Kernels run side by side: more threads each would only compete for the same cores.
    single = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return single | kept | {"PYTHONHASHSEED": "0"}


def imported_by(notebooks: Iterable[Path]) -> list[str]:
    """Return the modules that the code cells of notebooks import, as far as they can be read."""
    names: dict[str, None] = {}
    for path in notebooks:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
                if cell["cell_type"] == "code":
                    with contextlib.suppress(SyntaxError):  # a line of IPython's own
                        names |= dict.fromkeys(_imports("".join(cell["source"])))
    return list(names)


def _imports(source: str) -> list[str]:
    """Return the modules, and what may be modules, that code imports at its top level."""
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append(node.module)
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found
