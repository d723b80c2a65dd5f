"""The command `add`: proposes, shows what would change, asks, writes."""

import argparse
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd

from helpers.apps.commands import DONE
from helpers.apps.commands.arguments import no_writing
from helpers.apps.new_figures.options import proposed_rows
from helpers.apps.new_figures.proposals import COMMAND_LINE, Proposal, propose
from helpers.apps.new_figures.storing import plan_changes, store
from helpers.reports.changes.verdicts import has_moved, read_verdicts
from helpers.tables import round_significant
from helpers.targets.assessment import assess
from helpers.targets.statements import statements_of
from helpers.targets.unusual_figures import find_questions, question_lines
from helpers.vintages.series import KEY, known_series, open_archive
from helpers.wording.english import counted
from helpers.wording.statements import Statement


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
    given = (arguments.figures, arguments.sources)
    proposal = propose(arguments.raw_dir, rows, *given, mapping=arguments.mapping)
    if not any(proposal.rows.values()):
        print("there already, word for word: nothing to add")
        return DONE
    changes = plan_changes(proposal)
    print(difference_text(compare(proposal, arguments.as_of), proposal, arguments.as_of))
    print()
    _ask(proposal, arguments.as_of)
    if (refused := no_writing(arguments)) is not None:
        return refused
    store(changes, proposal.before.raw_dir)
    print(*changes, sep="\n")
    return DONE


def _ask(proposal: Proposal, as_of: date) -> None:
    """Print the questions about the new figures; whether they are written is for others to say."""
    files = {entry.row.file for entry in proposal.figures}
    questions = find_questions(proposal.after, as_of, files)
    # Options have no header: what they describe is line 1, as in problems.
    lines = question_lines([replace(q, line=1) if q.file == COMMAND_LINE else q for q in questions])
    if lines:
        print("\n".join(lines), end="\n\n")


YEARS_BEFORE = 3
BESIDE = ["year", "months", "value", "unit", "definition", "status", "qualifier", "source_id"]


@dataclass(frozen=True)
class Difference:
    """What a proposal changes as known on a date."""

    beside: dict[tuple[str, str], pd.DataFrame]
    """By indicator and area: the new figures and those of neighbouring years, with `BESIDE` and the
    column `new`."""
    series: pd.DataFrame
    """Indicator, area, year, `before` and `after`: every value of a known series that is new, gone
    or moved, on the level of the latest definition; missing where there is none."""
    verdicts: pd.DataFrame
    """target_id, said_before and said_after (state and probability in words) of every target of
    which either moves."""


def compare(proposal: Proposal, as_of: date | str) -> Difference:
    """Compare the data with and without the new figures, as known on a date.

    Parameters
    ----------
    proposal : Proposal
    as_of : date or str
        A figure that was not public then moves nothing.

    Returns
    -------
    Difference
    """
    values = _moved_values(proposal, as_of)
    targets = proposal.after.targets
    touched = _touched(proposal, values)
    pairs = zip(targets["indicator"], targets["area"], strict=True)
    ids = list(targets.loc[[pair in touched for pair in pairs], "target_id"])
    return Difference(_beside(proposal), values, _moved_verdicts(proposal, as_of, ids))


def _touched(proposal: Proposal, values: pd.DataFrame) -> set[tuple[str, str]]:
    """Give the indicators and areas whose verdicts can move: no other needs to be assessed."""
    touched = set(zip(values["indicator"], values["area"], strict=True))
    touched |= {(entry.record.indicator, entry.record.area) for entry in proposal.figures}
    # A growth rate joins the levels of its indicator across breaks, also those known earlier.
    growths = proposal.after.indicators[["indicator", "real_growth"]].itertuples(index=False)
    links = {row.indicator: row.real_growth for row in growths if row.real_growth}
    return touched | {
        (name, area) for name, growth in links.items() for own, area in touched if own == growth
    }


def _beside(proposal: Proposal) -> dict[tuple[str, str], pd.DataFrame]:
    new = pd.DataFrame([vars(entry.record) for entry in proposal.figures])
    if new.empty:
        return {}
    keys = ["indicator", "area", "year", "months", "definition", "status", "source_id"]
    marked = proposal.after.observations.merge(
        new[keys].drop_duplicates().assign(new=True), on=keys, how="left"
    )
    marked["new"] = marked["new"].eq(True)
    marked["value"] = [
        f"{value:.{places}f}"
        for value, places in zip(marked["value"], marked["decimals"], strict=True)
    ]
    found = {}
    for pair, rows in new.groupby(["indicator", "area"], sort=False):
        own = marked[marked["indicator"].eq(pair[0]) & marked["area"].eq(pair[1])]
        near = own["year"].between(rows["year"].min() - YEARS_BEFORE, rows["year"].max() + 1)
        ordered = own[near].sort_values(["year", "months", "new"], ignore_index=True)
        found[pair] = ordered[[*BESIDE, "new"]]
    return found


def _moved_values(proposal: Proposal, as_of: date | str) -> pd.DataFrame:
    sides = [
        known_series(open_archive(raw), as_of).set_index(KEY)["spliced_value"].astype(float)
        for raw in (proposal.before, proposal.after)
    ]
    table = pd.concat(sides, axis=1, keys=["before", "after"]).sort_index()
    same = np.isclose(table["before"], table["after"], rtol=1e-9, atol=0, equal_nan=True)
    return table[~same].reset_index()


def _moved_verdicts(proposal: Proposal, as_of: date | str, ids: list[str]) -> pd.DataFrame:
    columns = ["target_id", "said_before", "said_after"]
    if not ids:
        return pd.DataFrame(columns=columns)
    raws = (proposal.before, proposal.after)
    tables = [assess(raw, as_of, target_ids=ids) for raw in raws]
    before, after = (read_verdicts(table) for table in tables)
    was_said, is_said = (statements_of(*pair) for pair in zip(tables, raws, strict=True))
    rows = [
        (name, *_told(was_said[name], is_said[name], before[name][1], after[name][1]))
        for name in ids
        if has_moved(before[name], after[name])
    ]
    return pd.DataFrame(rows, columns=columns)


def _told(was: Statement, now: Statement, before: float, after: float) -> tuple[str, str]:
    """State and probability before and after, with a finer number where the words are the same."""
    if was.verdict != now.verdict:
        return was.verdict, now.verdict
    return f"{was.verdict} (p = {before:.3f})", f"{now.verdict} (p = {after:.3f})"


MOST_ROWS = 30
"""Rows of one table that are printed: a file of a thousand figures is not read on a terminal."""


def difference_text(difference: Difference, proposal: Proposal, as_of: date) -> str:
    """Lay out what new figures change, as a few small tables.

    Parameters
    ----------
    difference : Difference
    proposal : Proposal
        For the new publications and how much of it is there already.
    as_of : date
        The day for which series and verdicts were compared.
    """
    blocks = [_headline(proposal)]
    for (indicator, area), rows in difference.beside.items():
        marks = rows["new"].map({True: "new", False: ""})
        table = rows.drop(columns="new").assign(**{"": marks})
        blocks.append(f"{indicator}, {area}\n{_lines(table)}")
    series = difference.series
    if len(series):
        shown = series.assign(**{side: _numbers(series[side]) for side in ("before", "after")})
        blocks.append(f"Series as known on {as_of}\n{_lines(shown)}")
    else:
        blocks.append(f"No series moves as known on {as_of}.")
    verdicts = difference.verdicts
    if len(verdicts):
        table = verdicts.set_axis(["target", "before", "after"], axis="columns")
        blocks.append(f"Verdicts as known on {as_of}\n{_lines(table)}")
    else:
        blocks.append(f"No verdict and no probability moves as known on {as_of}.")
    return "\n\n".join(blocks)


def _headline(proposal: Proposal) -> str:
    figures, sources = len(proposal.figures), len(proposal.rows["sources"])
    text = f"{counted(figures, 'new figure')}, {counted(sources, 'new publication')}"
    return text + (f"; {proposal.repeated} there already" if proposal.repeated else "")


def _numbers(values: pd.Series) -> list[str]:
    rounded = round_significant(values.to_numpy(float), 6)
    return ["" if pd.isna(value) else f"{value:.10g}" for value in rounded]


def _lines(table: pd.DataFrame) -> str:
    text = table.head(MOST_ROWS).astype(str).to_string(index=False)
    more = len(table) - MOST_ROWS
    return text + (f"\n... and {more} rows more" if more > 0 else "")
