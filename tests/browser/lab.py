"""JupyterLab on this machine, for one test."""

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import BrowserContext, Page

from browser.visits import Visit, visit

SECONDS = 60
IDLE = "Python 3 (ipykernel) | Idle"
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},  # else cells far below are not drawn
}


def opened(browser: BrowserContext, address: str, name: str) -> Visit:
    """Open a notebook in a server that runs, and wait for its kernel.

    In a workspace of its own: in one that another page has open JupyterLab would turn to another
    address, and beside it opens again what was open before.
    """
    seen = visit(browser, address.format(path=f"lab/workspaces/{name}/tree/{name}.ipynb"))
    seen.page.set_default_timeout(1000 * SECONDS)
    seen.page.get_by_text(IDLE).wait_for()
    return seen


def run_all(page: Page) -> None:
    """Run all cells, as by hand."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_text("Run All Cells", exact=True).click()


@contextlib.contextmanager
def running_lab(folder: Path, home: Path) -> Iterator[str]:
    """Start JupyterLab in a folder; yield its address with the token's place to be filled in.

    Parameters
    ----------
    folder : Path
        Notebooks; they are written to.
    home : Path
        Settings, workspaces and the server's log go there and not into the user's home.

    Yields
    ------
    str
        Address with `{path}` where the path inside the server belongs.
    """
    port, token = _free_port(), secrets.token_hex(16)
    for name, chosen in SETTINGS.items():
        path = home / "settings" / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(chosen))
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1",
               f"--ServerApp.port={port}", "--ServerApp.port_retries=0", "--allow-root",
               f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder}",
               "--LabApp.news_url=", "--LabApp.check_for_updates_class="
               "jupyterlab.NeverCheckForUpdate"]  # fmt: skip
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            command, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
        try:
            _wait(server, f"http://127.0.0.1:{port}/api/status?token={token}", home / "server.log")
            yield f"http://127.0.0.1:{port}/{{path}}?token={token}"
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait(server: subprocess.Popen, address: str, log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=2):
            return
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text()[-3000:]}")
