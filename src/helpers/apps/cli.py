"""The command `shenzhen-targets`: finds the command, makes the call, sets the exit code."""

import argparse
import atexit
import gc
import os
import sys
from collections.abc import Sequence

from helpers.apps.commands import BAD_INPUT, FAILED, answers, raw_tables, reports, sweep
from helpers.problems import InputError, find

COLLECTED_AT = 200_000
"""New objects after which dead cycles are looked for: Python's 700 cost a tenth of the time."""
COMMANDS = {
    "init": raw_tables,
    "check": raw_tables,
    "import": raw_tables,
    "add": raw_tables,
    "due": raw_tables,
    "assess": answers,
    "project": answers,
    "report": reports,
    "refresh": reports,
    "backtest": answers,
    "sweep": sweep,
}
"""By name the module that declares its arguments and runs it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    # Dead cycles are looked for seldom, and no more at the end: the process ends soon.
    gc.set_threshold(COLLECTED_AT)
    atexit.register(gc.freeze)
    try:
        arguments = _parser().parse_args(argv)
    except InputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    try:
        return arguments.run(arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except OSError as error:
        print(f"{error.filename or arguments.command}: {error.strerror or error}", file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        print("stopped; nothing was published", file=sys.stderr)
        return FAILED


class _Parser(argparse.ArgumentParser):
    """Refuses a word of a closed list as every other name is refused, with the nearest one."""

    def _check_value(self, action: argparse.Action, value: object) -> None:
        if action.choices is not None:
            what = action.option_strings[-1] if action.option_strings else action.dest
            find(str(value), tuple(action.choices), what)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="shenzhen-targets",
        description="Dated, calibrated verdicts on numeric policy targets.",
        epilog="exit codes: 0 done, 1 the run failed, 2 bad input or usage",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, module in COMMANDS.items():
        run = getattr(module, f"run_{name}")
        own = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
        own.set_defaults(run=run)
        getattr(module, f"declare_{name}")(own)
    return parser
