"""A process that has imported what notebooks import, and forks a kernel whenever asked to.

Run by `helpers.reports.runs.fork_server` as `python -m helpers.reports.runs.fork_server_process FD
MODULE ...`. It ends with the process that started it, and takes its kernels along. Nothing of a
notebook is ever run in it, and no thread: it forks only while it has one.
"""

from __future__ import annotations

import builtins
import contextlib
import gc
import importlib
import importlib.util
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import time
import types
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

KERNEL = ("ipykernel.kernelapp", "ipykernel.ipkernel", "ipykernel.zmqshell")
READY = b"r"
COLLECTED_AT = 50_000
"""New objects after which a kernel looks for dead cycles, which it seldom has: it ends soon."""


def main(control: socket.socket, modules: Sequence[str]) -> None:
    """Import, say so, and serve; in a forked kernel, run it."""
    # As `ipykernel_launcher`: the folder it is started in is no place of modules.
    if sys.path[0] == "" or Path(sys.path[0]) == Path.cwd():
        del sys.path[0]
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # read when ipykernel is imported
    with kept_quiet() as said, as_in_a_kernel():
        for name in (*KERNEL, *modules):
            import_like(name)
    if said() or not single():
        return  # A kernel that is started anew would show this, or could not be forked safely.
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AT)
    with contextlib.suppress(ConnectionError):
        control.sendall(READY)
    asked = serve(control)
    if asked is not None:
        run_kernel(asked)


def import_like(name: str) -> None:
    """Import what may be a module; a notebook whose import fails says so itself, in a kernel."""
    package, _, last = name.rpartition(".")
    if not hasattr(sys.modules.get(package), last):
        with contextlib.suppress(Exception):
            importlib.import_module(name)


@contextlib.contextmanager
def kept_quiet() -> Iterator[Any]:
    """Catch what is written to the streams meanwhile; yields a question whether anything was."""
    kept = [os.dup(1), os.dup(2)]
    with tempfile.TemporaryFile() as caught:
        written = 0
        try:
            os.dup2(caught.fileno(), 1)
            os.dup2(caught.fileno(), 2)
            yield lambda: written > 0
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            for number, former in zip((1, 2), kept, strict=True):
                os.dup2(former, number)
                os.close(former)
            written = os.fstat(caught.fileno()).st_size


@contextlib.contextmanager
def as_in_a_kernel() -> Iterator[None]:
    """Let libraries that ask while they are imported find themselves in a kernel.

    pandas prints no more than twenty columns then, and all of them in a terminal; it takes the
    encoding of the streams over; matplotlib keeps the backend that it finds named.
    """
    if not os.environ.get("MPLBACKEND"):
        os.environ["MPLBACKEND"] = "module://matplotlib_inline.backend_inline"
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="UTF-8")
    builtins.get_ipython = lambda: types.SimpleNamespace(kernel=True)
    try:
        yield
    finally:
        del builtins.get_ipython


def single(patience: float = 2.0) -> bool:
    """Whether this process has one thread only, or soon has."""
    until = time.monotonic() + patience
    while len(list(Path("/proc/self/task").iterdir())) > 1:
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def serve(control: socket.socket) -> dict[str, Any] | None:
    """Fork kernels until the other side is gone; return what is asked, in a fork only."""
    kernels: dict[int, socket.socket] = {}
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    woken.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        selector.register(woken, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            if woken in ready:
                with contextlib.suppress(BlockingIOError):
                    woken.recv(4096)
                report_ended(kernels)
            if control in ready:
                line = asked_for(control)
                if line is None:
                    end(kernels)
                    return None
                asked = json.load(line.makefile("r", encoding="utf-8"))
                pid = os.fork()
                if pid == 0:
                    signal.set_wakeup_fd(-1)
                    become_kernel(asked, line)
                    for held in (control, woken, waker, line, *kernels.values()):
                        held.close()
                    return asked
                kernels[pid] = line


def asked_for(control: socket.socket) -> socket.socket | None:
    """Take the line to a kernel that is asked for; None if nobody will ask again."""
    try:
        said, handles, _, _ = socket.recv_fds(control, 1, 1)
    except ConnectionError:
        return None
    return socket.socket(fileno=handles[0]) if said and handles else None


def report_ended(kernels: dict[int, socket.socket]) -> None:
    """Tell of each kernel that has ended, with its exit code."""
    for pid in tuple(kernels):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            line = kernels.pop(pid)
            with contextlib.suppress(OSError):
                line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            line.close()


def end(kernels: dict[int, socket.socket]) -> None:
    """Kill every kernel with what it started."""
    for pid in kernels:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def become_kernel(asked: dict[str, Any], line: socket.socket) -> None:
    """Make of a fork what a process started anew is: session, signals, environment, chance."""
    os.setsid()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    parent = os.environ["JPY_PARENT_PID"]
    os.environ.clear()
    os.environ.update({**asked["env"], "JPY_PARENT_PID": parent})
    os.chdir(asked["cwd"])
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # each process draws its own; `random` sees to that by itself
    line.sendall(f"{os.getpid()}\n".encode())


def run_kernel(asked: dict[str, Any]) -> None:
    """Run the kernel as `python -m ipykernel_launcher` with the given arguments does."""
    launcher = importlib.util.find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin, *asked["arguments"]]
    sys.modules["__main__"] = types.ModuleType("__main__")
    sys.modules["ipykernel.kernelapp"].launch_new_instance()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])), sys.argv[2:])
