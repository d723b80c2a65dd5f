"""The way into `helpers` under a name of its own: says so where another `helpers` is in its place.

Many a folder holds a `helpers.py`. Where Python finds that one first, nothing of ours runs, so
that what is wrong must be said from outside the package.
"""

import sys
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


def main() -> int:
    """Run the command `shenzhen-targets`, if it is ours; return its exit code."""
    try:
        check_helpers()
    except AnotherHelpers as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    from helpers.apps.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
