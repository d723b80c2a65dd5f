"""`check`: every problem of the raw tables at once."""

import argparse

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import add_raw_dirs
from helpers.days import today

SUMMARY = "Validate all raw tables and print every problem, then ask about unusual figures."

declare = add_raw_dirs


def run(arguments: argparse.Namespace) -> int:
    """Read the tables; say what was passed over, how much there is, and what is unusual."""
    from helpers.observations.raw_data import read_raw
    from helpers.targets.unusual_figures import far_targets, find_questions, question_lines
    from helpers.wording.english import counted

    raw = read_raw(arguments.raw_dir)
    for file, reason in raw.ignored.items():
        print(f"passed over {file}: {reason}")
    print(
        f"{raw.raw_dir}: {counted(len(raw.observations), 'figure')} "
        f"from {counted(len(raw.sources), 'publication')}, "
        f"{counted(len(raw.targets), 'target')}: no problems"
    )
    for line in [*far_targets(raw), *question_lines(find_questions(raw, today()))]:
        print(line)
    return DONE
