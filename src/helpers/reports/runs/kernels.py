"""Run one notebook in a kernel of this interpreter, over unix sockets where that is possible."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import uuid
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from jupyter_client import AsyncKernelManager
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.provisioning import LocalProvisioner
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines

from helpers.reports.runs.fork_server import KernelServer, plain_environment, serving

ENGINE = "shenzhen-targets"
LONGEST_SOCKET_PATH = 100  # the address of a unix socket holds 104 bytes on macOS, 108 on Linux

_running: set[int] = set()
_stopped = threading.Event()
_lock = threading.Lock()
_servers: dict[Path, KernelServer] = {}


class ForkingProvisioner(LocalProvisioner):
    """Has a kernel forked where that is possible now, and else starts it as its parent does."""

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel; return how to connect to it."""
        server = _servers.get(Path(self.parent.connection_file).parent)
        forked = None
        if server is not None:
            folder = kwargs.get("cwd") or str(Path.cwd())
            forked = server.launch(cmd, kwargs.get("env") or os.environ, folder)
        if forked is None:
            return await super().launch_kernel(cmd, **kwargs)
        self.process, self.pid, self.pgid = forked, forked.pid, forked.pid
        return self.connection_info


class ReportKernelManager(AsyncKernelManager):
    """Starts `sys.executable -m ipykernel_launcher`, whatever kernel specs are installed."""

    @property
    def kernel_spec(self) -> KernelSpec:
        """The kernel of the running interpreter."""
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        return KernelSpec(argv=command, display_name="Python 3", language="python")

    async def _async_pre_start_kernel(self, **kwargs: Any) -> Any:
        self.kernel_id = self.kernel_id or str(uuid.uuid4())
        if self.provisioner is None:
            self.provisioner = ForkingProvisioner(
                kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**kwargs)

    async def _async_post_start_kernel(self, **kwargs: Any) -> None:
        await super()._async_post_start_kernel(**kwargs)
        pid = getattr(self.provisioner, "pid", None)
        if pid:
            with _lock:
                _running.add(pid)
            if _stopped.is_set():  # started while everything was being stopped
                _kill(pid)

    async def _async_cleanup_resources(self, restart: bool = False) -> None:
        pid = getattr(self.provisioner, "pid", None)
        await super()._async_cleanup_resources(restart)
        with _lock:
            _running.discard(pid)

    pre_start_kernel = _async_pre_start_kernel
    post_start_kernel = _async_post_start_kernel
    cleanup_resources = _async_cleanup_resources


class ReportEngine(Engine):
    """Papermill engine: as its own nbclient engine, but with `ReportKernelManager`."""

    @classmethod
    def execute_managed_notebook(
        cls,
        nb_man,
        kernel_name,
        *,
        kernel_folder,
        start_timeout=60,
        execution_timeout=None,
        notebook_timeout=None,
        work_folder=None,
        environment=None,
        **_ignored,
    ):
        """Execute all cells; a cell beyond `execution_timeout` seconds raises CellTimeoutError.

        `notebook_timeout` bounds the notebook as a whole: its kernel is killed then.
        `environment` comes on top of that of every kernel.
        """
        manager = new_manager(Path(kernel_folder))
        client = PapermillNotebookClient(
            nb_man,
            km=manager,
            kernel_name=kernel_name,
            timeout=execution_timeout,
            startup_timeout=start_timeout,
            shutdown_kernel="immediate",
            resources={"metadata": {"path": str(work_folder) if work_folder else ""}},
        )
        with killed_after(manager, notebook_timeout), written_once(nb_man):
            own = kernel_environment(Path(kernel_folder)) | (environment or {})
            client.execute(env=own, cleanup_kc=True)


@contextlib.contextmanager
def written_once(notebook: NotebookExecutionManager) -> Iterator[None]:
    """Keep papermill from writing a notebook before and after each cell.

    It is written whole when its run ends, also when that fails; what a killed report leaves of it
    is taken away anyway.
    """
    path, notebook.output_path = notebook.output_path, None
    try:
        yield
    finally:
        notebook.output_path = path


papermill_engines.register(ENGINE, ReportEngine)


def new_manager(folder: Path) -> ReportKernelManager:
    """Return a kernel manager that talks over unix sockets in `folder`, or over TCP.

    TCP is the fallback where unix sockets are missing or their path would be too long.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = folder / f"{uuid.uuid4().hex[:8]}.json"
    manager = ReportKernelManager(connection_file=str(connection))
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
    return plain_environment() | {"IPYTHONDIR": str(folder / "ipython")}


@contextlib.contextmanager
def kernel_folder(
    notebooks: Iterable[Path] = (), server: KernelServer | None = None
) -> Iterator[Path]:
    """Yield a short private folder for sockets; kill kernels still running at the end.

    Parameters
    ----------
    notebooks : iterable of Path
        Kernels that use this folder are forked from a process that has imported what these
        notebooks import; the first wait for that, and import nothing themselves.
    server : KernelServer, optional
        Such a process that was started before; it is left to whoever started it.
    """
    folder, notebooks = Path(tempfile.mkdtemp(prefix="szt-")), tuple(notebooks)
    _stopped.clear()
    try:
        with contextlib.ExitStack() as stack:
            if notebooks and server is None:
                server = stack.enter_context(serving(notebooks))
            if server is not None:
                _servers[folder] = server
            yield folder
    finally:
        _servers.pop(folder, None)
        kill_kernels()
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_server(folder: Path) -> bool:
    """Wait until kernels of this folder are forked; whether they will be."""
    return folder in _servers and _servers[folder].ready()


@contextlib.contextmanager
def killed_after(manager: ReportKernelManager, seconds: float | None) -> Iterator[None]:
    """Kill the manager's kernel when the block takes longer than `seconds`.

    Raises
    ------
    TimeoutError
        In place of the dead kernel's error.
    """
    expired = threading.Event()

    def kill() -> None:
        expired.set()
        pid = getattr(manager.provisioner, "pid", None)
        if pid:
            _kill(pid)

    timer = threading.Timer(seconds, kill) if seconds else None
    if timer:
        timer.daemon = True
        timer.start()
    try:
        yield
    except Exception as error:
        if expired.is_set():
            raise TimeoutError(f"took longer than {seconds:g} seconds and was stopped") from error
        raise
    finally:
        if timer:
            timer.cancel()


def kill_kernels() -> None:
    """Kill every kernel that this process started, and any that is just being started."""
    _stopped.set()
    with _lock:
        left = tuple(_running)
        _running.clear()
    for pid in left:
        _kill(pid)


def _kill(pid: int) -> None:
    """End a kernel together with what it started: ipykernel leads a process group of its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
