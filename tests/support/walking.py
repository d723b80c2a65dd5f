"""A notebook run cell by cell in this process: what it shows, warns of, and how it ends.

As in a kernel, but charts are drawn once and told by their words, so that a run takes about as
long as what its helpers compute.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import traceback
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import nbformat
import pandas as pd
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.text import Text

from helpers.charts.chart import drawing_of
from helpers.days import asked_about
from helpers.reports.store.run import declared_parameters
from support.combinations import EDITION, NOTEBOOKS, Combination

CHART = "application/x-chart"
"""Kind of output under which the words of a chart stand."""
UNSEEN = (DeprecationWarning, PendingDeprecationWarning, ImportWarning, ResourceWarning)
"""Warnings that a kernel does not show either."""


@dataclass
class Shown:
    """What a cell shows: kind of output, such as `text/markdown`, and its text."""

    cell: int
    kind: str
    text: str
    tags: tuple[str, ...] = ()


@dataclass
class Walked:
    """A run of a notebook.

    Attributes
    ----------
    notebook : str
    parameters : dict
        As given.
    outputs : list of Shown
    printed, complained : str
        What went to standard output, and to standard error with all warnings.
    error, message, traceback : str
        Name and message of the error that ended the run; empty if it came to its end.
    refused : bool
        Whether that error is a refusal of the project.
    """

    notebook: str
    parameters: dict[str, Any]
    outputs: list[Shown] = field(default_factory=list)
    printed: str = ""
    complained: str = ""
    error: str = ""
    message: str = ""
    traceback: str = ""
    refused: bool = False

    def of(self, kind: str, tag: str = "") -> list[str]:
        """Return the texts of one kind, of cells with a tag if one is given."""
        return [o.text for o in self.outputs if o.kind == kind and (not tag or tag in o.tags)]

    @property
    def settings(self) -> dict[str, Any]:
        """Every parameter of the notebook as it was used."""
        return {**declared_parameters(NOTEBOOKS / f"{self.notebook}.ipynb"), **self.parameters}

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)


class _Hook(DisplayHook):
    """Keeps the value of a cell with what was displayed before it."""

    def __call__(self, result: Any = None) -> None:
        if result is None or self.quiet():
            return
        if hasattr(result, "_ipython_display_"):
            result._ipython_display_()
            return
        data, metadata = self.shell.display_formatter.format(result)
        self.shell.display_pub.publish(data, metadata)


class _Shell(InteractiveShell):
    displayhook_class = _Hook
    display_pub_class = CapturingDisplayPublisher

    def init_io(self) -> None:
        """Leave the streams as they are."""

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Say nothing: `run_cell` hands the error back."""


def walk(combination: Combination) -> Walked:
    """Run a notebook with parameters; whatever goes wrong is told, not raised."""
    return run(combination.notebook, combination.given)


def run(notebook: str, parameters: Mapping[str, Any]) -> Walked:
    """Run a notebook by name with parameters as papermill gives them."""
    walked = Walked(notebook, dict(parameters))
    shell = _shell()
    shell.reset(new_session=False)
    shell.display_formatter.mimebundle_formatter.type_printers.pop(Figure, None)
    pd.reset_option("^display")
    streams = io.StringIO(), io.StringIO()
    logger = logging.StreamHandler(streams[1])
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(streams[0]),
        contextlib.redirect_stderr(streams[1]),
        warnings.catch_warnings(),
        asked_about(EDITION),
    ):
        warnings.resetwarnings()
        warnings.simplefilter("always")
        for kind in UNSEEN:
            warnings.simplefilter("ignore", kind)
        logging.getLogger().addHandler(logger)
        try:
            _run_cells(shell, walked, {**parameters, "output_dir": str(Path(folder) / "tables")})
        finally:
            logging.getLogger().removeHandler(logger)
            pyplot.close("all")
    walked.printed, walked.complained = (stream.getvalue() for stream in streams)
    return walked


def _run_cells(shell: _Shell, walked: Walked, parameters: Mapping[str, Any]) -> None:
    for number, cell in enumerate(_cells(walked.notebook)):
        if cell.cell_type != "code":
            continue
        tags = tuple(cell.metadata.get("tags", []))
        shell.display_pub.outputs.clear()
        done = shell.run_cell(cell.source, store_history=False)
        error = done.error_before_exec or done.error_in_exec
        for output in shell.display_pub.outputs:
            for kind, text in output["data"].items():
                if kind != "text/plain" or len(output["data"]) == 1:
                    walked.outputs.append(Shown(number, kind, str(text), tags))
        if error is not None:
            walked.error, walked.message = type(error).__name__, str(error)
            walked.traceback = "".join(traceback.format_exception(error))[-6000:]
            walked.refused = hasattr(error, "_render_traceback_")
            return
        if "parameters" in tags:
            declared = set(shell.user_ns["__annotations__"])
            given = {name: v for name, v in parameters.items() if name in declared}
            shell.user_ns.update(given)
        # The house style of the cell would draw each chart twice, as SVG.
        shell.display_formatter.mimebundle_formatter.for_type(Figure, _told)


def _told(figure: Figure) -> dict[str, str]:
    """Draw a chart, and give its title, its words for those who cannot see it, and its letters."""
    figure.canvas.draw()
    drawing = drawing_of(figure)
    words = [drawing.title, drawing.description, drawing.source] if drawing else []
    letters = [text.get_text() for text in figure.findobj(Text) if text.get_visible()]
    return {CHART: "\n".join([*words, *filter(None, dict.fromkeys(letters))])}


@cache
def _shell() -> _Shell:
    # Under the name `__main__` its module would take the place of that of this process.
    shell = _Shell.instance(user_module=ModuleType("walked"))
    shell.history_manager.enabled = False
    return shell


@cache
def _cells(notebook: str) -> list:
    return nbformat.read(Path(NOTEBOOKS) / f"{notebook}.ipynb", as_version=4).cells
