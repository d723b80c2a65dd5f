"""A difference as plain text for a terminal."""

from datetime import date

import pandas as pd

from helpers.apps.new_figures.differences import Difference
from helpers.apps.new_figures.proposals import Proposal
from helpers.tables import round_significant
from helpers.wording import english as wording

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
        table = pd.DataFrame({"target": verdicts["target_id"]})
        for side in ("before", "after"):
            pairs = zip(verdicts[f"state_{side}"], verdicts[f"probability_{side}"], strict=True)
            table[side] = [_verdict(state, chance) for state, chance in pairs]
        blocks.append(f"Verdicts as known on {as_of}\n{_lines(table)}")
    else:
        blocks.append(f"No verdict and no probability moves as known on {as_of}.")
    return "\n\n".join(blocks)


def _headline(proposal: Proposal) -> str:
    figures, sources = len(proposal.figures), len(proposal.rows["sources"])
    text = f"{_count(figures, 'new figure')}, {_count(sources, 'new publication')}"
    return text + (f"; {proposal.repeated} there already" if proposal.repeated else "")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _numbers(values: pd.Series) -> list[str]:
    rounded = round_significant(values.to_numpy(float), 6)
    return ["" if pd.isna(value) else f"{value:.10g}" for value in rounded]


def _verdict(state: str, probability: float) -> str:
    words = wording.STATE_WORDS[state]
    if pd.isna(probability):
        return words
    return f"{words}, {wording.equation(probability)} (p = {probability:.3f})"


def _lines(table: pd.DataFrame) -> str:
    text = table.head(MOST_ROWS).astype(str).to_string(index=False)
    more = len(table) - MOST_ROWS
    return text + (f"\n... and {more} rows more" if more > 0 else "")
