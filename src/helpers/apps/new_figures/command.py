"""The command `add`: proposes, shows the difference, asks, writes."""

import argparse
import sys
from dataclasses import replace
from datetime import date

from helpers.apps.new_figures.differences import compare
from helpers.apps.new_figures.options import proposed_rows
from helpers.apps.new_figures.proposals import COMMAND_LINE, Proposal, propose
from helpers.apps.new_figures.storing import plan_changes, store
from helpers.apps.new_figures.telling import difference_text
from helpers.targets.unusual_figures import find_questions, question_lines

DONE, BAD_INPUT = 0, 2


def run(arguments: argparse.Namespace) -> int:
    """Add figures as the options ask; return 0 when done, 2 when nobody could be asked.

    Raises
    ------
    helpers.problems.InputError
        For options or figures that cannot be used; nothing has been written then.
    OSError
        When the tables cannot be written; they are as they were.
    """
    rows = proposed_rows(arguments)
    proposal = propose(arguments.raw_dir, rows, arguments.figures, arguments.sources)
    if not any(proposal.rows.values()):
        print("there already, word for word: nothing to add")
        return DONE
    changes = plan_changes(proposal)
    print(difference_text(compare(proposal, arguments.as_of), proposal, arguments.as_of))
    print()
    _ask(proposal, arguments.as_of)
    if arguments.dry_run:
        print("nothing written: this was a dry run")
        return DONE
    if not arguments.yes:
        if not sys.stdin.isatty():
            message = "nothing written: nobody to ask; repeat with --yes to write it"
            print(message, file=sys.stderr)
            return BAD_INPUT
        if not _agreed():
            print("nothing written")
            return DONE
    store(changes, proposal.before.raw_dir)
    for change in changes:
        lines = change.after.count(b"\n") - change.before.count(b"\n")
        print(f"{change.path}: {lines} {'line' if lines == 1 else 'lines'} added")
    return DONE


def _ask(proposal: Proposal, as_of: date) -> None:
    """Print the questions about the new figures; whether they are written is for others to say."""
    files = {entry.row.file for entry in proposal.figures}
    questions = find_questions(proposal.after, as_of, files)
    # Options have no header: what they describe is line 1, as in problems.
    lines = question_lines([replace(q, line=1) if q.file == COMMAND_LINE else q for q in questions])
    if lines:
        print("\n".join(lines), end="\n\n")


def _agreed() -> bool:
    try:
        return input("Write this? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False
