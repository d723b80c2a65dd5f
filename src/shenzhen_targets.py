"""The way into `helpers` under a name of its own: says so where another `helpers` is in its place.

Many a folder holds a `helpers.py`. Where Python finds that one first, nothing of ours runs, so
that what is wrong must be said from outside the package. So it is with an environment that came
with a copy of the project: its programs work on the folder that they were made in.
"""

import builtins
import logging
import os
import sys
import warnings
from importlib.util import find_spec
from pathlib import Path

BAD_INPUT = 2
OURS = Path(__file__).resolve().with_name("helpers") / "__init__.py"


class AnotherHelpers(ImportError):
    """Another module is imported as `helpers`; the message says which, and what to do."""

    def _render_traceback_(self) -> list[str]:
        """Have a notebook show the message alone."""
        return [f"{type(self).__name__}: {self}"]


def check_helpers() -> None:
    """Refuse to go on where `import helpers` gives anything but the package beside this file.

    In a notebook, what a start-up file of IPython may have set is set back as well.

    Raises
    ------
    AnotherHelpers
    """
    found = find_spec("helpers")
    origin = Path((found and found.origin) or "nothing")
    if origin.resolve() != OURS:
        theirs = origin.parent if origin.stem == "__init__" else origin
        raise AnotherHelpers(
            f"{theirs} is imported as `helpers` in place of {OURS.parent}: rename it, or keep its "
            "folder out of PYTHONPATH and start in another one"
        )
    _check_environment()
    if "IPython" in sys.modules:
        _set_back()


def _check_environment() -> None:
    """Refuse an environment that was copied, with a project, from where ours lies."""
    if OURS.parents[1] in _added_places():
        return  # this source was asked for
    program = Path(sys.argv[0] or ".").resolve().parent.parent
    for environment in (Path(sys.prefix), program):
        own = environment.parent / "src" / Path(__file__).name
        copied = (environment / "pyvenv.cfg").is_file() and own.is_file()
        installed = OURS.is_relative_to(environment.resolve())
        if copied and not installed and own.resolve() != Path(__file__).resolve():
            raise AnotherHelpers(
                f"{environment} was made in {OURS.parents[2]} and works on that folder: run "
                f"`make ready` in {environment.parent}, which makes it anew"
            )


def _added_places() -> set[Path]:
    places = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return {Path(place).resolve() for place in places if place}


def _set_back() -> None:
    """Undo what a start-up file of IPython may have set and would show in a notebook.

    That is which values of a cell are shown, names in place of Python's own, how pandas and numpy
    print, and what is warned of. The kernels of a report have no such file.
    """
    from IPython import get_ipython

    shell = get_ipython()
    profile = Path(shell.profile_dir.location) if shell and shell.profile_dir else None
    if profile is None or not any((*profile.glob("startup/*.*py"), *profile.glob("*_config.py"))):
        return
    shell.ast_node_interactivity = "last_expr"
    for name in {*vars(builtins)} - {"display", "exit", "get_ipython", "open", "quit"}:
        if not name.startswith("_"):
            shell.user_ns.pop(name, None)
    kept = [one for one in warnings.filters if one[0] not in ("always", "error")]
    warnings.resetwarnings()
    warnings.filters[:] = kept  # type: ignore[index]
    logging.root.setLevel(logging.WARNING)
    _print_as_usual()


def _print_as_usual() -> None:
    """Let pandas and numpy print, and numpy warn, as they do by themselves."""
    if pandas := sys.modules.get("pandas"):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Some options will go, and say so.
            pandas.reset_option("all")
    if numpy := sys.modules.get("numpy"):
        numpy.seterr(divide="warn", over="warn", under="ignore", invalid="warn")
        numpy.set_printoptions(
            edgeitems=3, infstr="inf", linewidth=75, nanstr="nan", precision=8, suppress=False,
            threshold=1000, formatter=None, sign="-", floatmode="maxprec", legacy=False,
        )  # fmt: skip


def _forget_other_modules() -> None:
    """Look for modules in this environment alone, also in the processes that are started."""
    others = _added_places() - {OURS.parents[1]}
    if others:
        sys.path[:] = [one for one in sys.path if not one or Path(one).resolve() not in others]
        os.environ["PYTHONPATH"] = os.pathsep.join(map(str, _added_places() - others))


def main() -> int:
    """Run the command `shenzhen-targets`, if it is ours; return its exit code."""
    try:
        check_helpers()
    except AnotherHelpers as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    _forget_other_modules()
    from helpers.apps.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
