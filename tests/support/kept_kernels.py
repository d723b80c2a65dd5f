"""Kernels that the report of one test leaves to the next: what they import takes longest."""

import threading
from contextlib import contextmanager

from helpers import ROOT
from helpers.reports.runs.kernels import Kernels, imported_by


class KeptKernels:
    """Stands in for `open_kernels` where a test is about the report and not about its kernels."""

    def __init__(self):
        self._imports = imported_by(sorted((ROOT / "notebooks").glob("[0-9]*.ipynb")))
        self._held = None

    @contextmanager
    def opened(self, notebooks=(), ahead=0):
        """Yield kernels, of this test's report or left by that of an earlier one."""
        if self._held is None or self._held._stopped:
            self.close()
            self._held = Kernels(self._imports)
        try:
            yield self._held
        finally:
            self._leave()

    def _leave(self):
        """Part the kernels from the threads that had them; one still at work is killed."""
        held = self._held
        held._ahead, held._mine = [], threading.local()
        for kernel in tuple(held._every):
            if kernel.idle:
                if kernel.client is not None:
                    kernel.client.stop_channels()
                    kernel.client = None
                held._ahead.append(kernel)
            else:
                kernel.kill()

    def close(self):
        """End all."""
        if self._held is not None:
            self._held.close()
            self._held = None
