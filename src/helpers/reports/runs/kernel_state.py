"""What a kernel holds before a notebook runs, had again before the next one.

Imported inside kernels alone, so it imports little. A notebook finds its kernel as the first one
did: no names, figures, settings, loggers or modules of its own from the one before, and other
random numbers. For what cannot be undone `begin` refuses, and the notebook gets another kernel.
Not seen is what a notebook changes inside the objects of a library.
"""

import builtins
import contextlib
import copy
import gc
import io
import logging
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from IPython import get_ipython

COLLECTED_AT = 50_000
"""New objects after which a kernel looks for dead cycles: few arise while a notebook runs."""
BACKEND = "matplotlib_inline.backend_inline"
"""Once pyplot has drawn, every figure is shown as PNG as well: there is no way back."""

_undo: list[Callable[[], None]] = []
_faults: list[Callable[[], str]] = []
_used = False


def prepare(imports: Sequence[str]) -> None:
    """Import what notebooks import, and note what each of them is to find.

    An import that says something is no secret of the first notebook: the kernel is of no use then.
    """
    gc.disable()  # Imports leave no dead cycles worth a sixth of their time.
    import matplotlib  # noqa: F401
    import pandas  # noqa: F401

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        for line in imports:
            with contextlib.suppress(Exception):  # It fails again where it stands, and says so.
                exec(line, {"__name__": "__main__"})
    _faults.append(lambda: "an import speaks" if said.getvalue() else "")
    _faults.extend([_left_running(), _left_changed()])
    # The shell last: setting it back looks for dead cycles, also of what the others let go.
    _undo.extend([_python(), _modules(), _loggers(), _pandas(), _matplotlib(), _shell()])
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_AT)
    gc.enable()


def begin(folder: str) -> str:
    """Set everything back and work in `folder`; say what is left that cannot be undone."""
    global _used
    os.chdir(folder)  # first: the folder of the notebook before may be gone
    if fault := next(filter(None, (check() for check in _faults)), ""):
        return fault
    if _used:
        for undo in _undo:
            undo()
        gc.freeze()  # What the package remembers need not be looked through again.
    _used = True
    return ""


def _left_running() -> Callable[[], str]:
    own: set[threading.Thread] = set()

    def check() -> str:
        if not _used:  # The kernel's own start after all imports.
            own.update(threading.enumerate())
        return "a thread runs" if set(threading.enumerate()) - own else ""

    return check


def _left_changed() -> Callable[[], str]:
    shell = get_ipython()
    drawn, extensions = BACKEND in sys.modules, set(shell.extension_manager.loaded)

    def check() -> str:
        if (BACKEND in sys.modules) != drawn:
            return "pyplot has drawn"
        if shell.kernel.comm_manager.comms:
            return "a widget is open"
        return "an extension" if shell.extension_manager.loaded - extensions else ""

    return check


def _python() -> Callable[[], None]:
    """Note environment, paths, streams, builtins, warnings; random numbers start anew."""
    environment, names = dict(os.environ), dict(vars(builtins))
    path, argv, limit = list(sys.path), list(sys.argv), sys.getrecursionlimit()
    filters, told = list(warnings.filters), warnings.showwarning
    held = {name: getattr(sys, name) for name in ("stdout", "stderr", "displayhook", "excepthook")}

    def undo() -> None:
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        if hasattr(time, "tzset"):
            time.tzset()
        sys.path[:], sys.argv[:] = path, argv
        sys.setrecursionlimit(limit)
        for name, value in held.items():
            setattr(sys, name, value)
        # Never without builtins: other threads of the kernel use them.
        vars(builtins).update(names)
        for name in set(vars(builtins)) - set(names):
            delattr(builtins, name)
        warnings.resetwarnings()  # so that what was told once is told once again
        warnings.filters = list(filters)
        warnings.showwarning = told
        random.seed()

    return undo


def _modules() -> Callable[[], None]:
    """Forget modules that were found where only their notebook looks."""
    own = set(sys.modules)
    places = [Path(place).resolve() for place in sys.path if place]

    def undo() -> None:
        for name in set(sys.modules) - own:
            file = getattr(sys.modules[name], "__file__", None)
            if file and not any(place in Path(file).resolve().parents for place in places):
                del sys.modules[name]

    return undo


def _loggers() -> Callable[[], None]:
    """Note levels and handlers; a logger that bears no module's name is the notebook's own."""
    every = logging.root.manager.loggerDict

    def state() -> dict[logging.Logger, tuple[Any, ...]]:
        known = [one for one in every.values() if isinstance(one, logging.Logger)]
        return {
            one: (one.level, one.propagate, one.disabled, list(one.handlers), list(one.filters))
            for one in (logging.root, *known)
        }

    before, disabled = state(), logging.root.manager.disable

    def undo() -> None:
        logging.disable(disabled)
        for logger, (level, propagate, off, handlers, filters) in before.items():
            logger.setLevel(level)
            logger.propagate, logger.disabled = propagate, off
            logger.handlers[:], logger.filters[:] = handlers, filters
        for name in [name for name in every if name.partition(".")[0] not in sys.modules]:
            del every[name]

    return undo


def _shell() -> Callable[[], None]:
    """Note settings (also `%config`) and how objects are shown; names and counts start anew."""
    shell = get_ipython()
    names = {name: value for name, value in shell.user_ns.items() if name.startswith("__")}
    shown = shell.display_formatter
    configured = [
        *shell.configurables,
        *shown.formatters.values(),
        shown.mimebundle_formatter,
        shown.ipython_display_formatter,
    ]
    settings = [
        (one, name, copy.copy(getattr(one, name)))
        for one in configured
        for name in one.trait_names(config=True)
    ]
    kept = {
        name: list(getattr(shell, name))
        for name in ("ast_transformers", "input_transformers_post", "input_transformers_cleanup")
    }
    events = {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()}
    magics = {kind: dict(known) for kind, known in shell.magics_manager.magics.items()}

    def undo() -> None:
        shell.reset(new_session=True)
        shell.user_ns.update({name: names[name] for name in set(names) - set(shell.user_ns)})
        for one, name, value in settings:
            if getattr(one, name) != value:
                setattr(one, name, copy.copy(value))
        for name, value in kept.items():
            getattr(shell, name)[:] = value
        for name, callbacks in events.items():
            shell.events.callbacks[name][:] = callbacks
        for kind, known in magics.items():
            shell.magics_manager.magics[kind] = dict(known)

    return undo


def _pandas() -> Callable[[], None]:
    """Note options of pandas, and how numpy prints, warns and draws random numbers."""
    import numpy as np
    import pandas as pd

    def options(tree: dict[str, Any], above: str = "") -> dict[str, Any]:
        flat: dict[str, Any] = {}
        for name, value in tree.items():
            inner = options(value, f"{above}{name}.") if isinstance(value, dict) else None
            flat |= {f"{above}{name}": value} if inner is None else inner
        return flat

    before, printed, errors = options(pd.options.d), np.get_printoptions(), np.geterr()

    def undo() -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Some options will go, and say so.
            for name, value in options(pd.options.d).items():
                if value != before[name]:
                    pd.set_option(name, before[name])
        np.set_printoptions(**printed)
        np.seterr(**errors)
        np.random.seed()  # noqa: NPY002 - notebooks may draw from it

    return undo


def _matplotlib() -> Callable[[], None]:
    """Note settings, and how kinds of values are drawn on an axis; no figure stays open."""
    import matplotlib
    from matplotlib import units

    settings, converters = copy.deepcopy(dict(matplotlib.rcParams)), dict(units.registry)

    def undo() -> None:
        pyplot = sys.modules.get("matplotlib.pyplot")
        if pyplot:
            pyplot.close("all")
        dict.update(matplotlib.rcParams, copy.deepcopy(settings))
        units.registry.clear()
        units.registry.update(converters)

    return undo
