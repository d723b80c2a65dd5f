"""What new figures change: beside which figures they stand, which series and verdicts move."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from helpers.apps.new_figures.proposals import Proposal
from helpers.tables import rounded
from helpers.targets.assessment import assess
from helpers.vintages.series import KEY, known_series, open_archive

YEARS_BEFORE = 3
BESIDE = ["year", "months", "value", "unit", "definition", "status", "qualifier", "source_id"]


@dataclass(frozen=True)
class Difference:
    """What a proposal changes as known on a date.

    Attributes
    ----------
    beside : dict of (str, str) to DataFrame
        By indicator and area: the new figures and those of neighbouring years, with `BESIDE` and
        the column `new`.
    series : DataFrame
        Indicator, area, year, `before` and `after`: every value of a known series that is new,
        gone or moved, on the level of the latest definition; missing where there is none.
    verdicts : DataFrame
        target_id, state_before, state_after, probability_before, probability_after of every
        target of which either moves.
    """

    beside: dict[tuple[str, str], pd.DataFrame]
    series: pd.DataFrame
    verdicts: pd.DataFrame


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
    columns = ["state_before", "state_after", "probability_before", "probability_after"]
    if not ids:
        return pd.DataFrame(columns=["target_id", *columns])
    sides = [
        rounded(assess(raw, as_of, target_ids=ids)).set_index("target_id")[["state", "probability"]]
        for raw in (proposal.before, proposal.after)
    ]
    table = sides[0].join(sides[1], suffixes=("_before", "_after"))
    chances = table["probability_before"], table["probability_after"]
    moved = table["state_before"].ne(table["state_after"])
    moved |= ~np.isclose(*chances, rtol=0, atol=1e-9, equal_nan=True)
    return table.loc[moved, columns].reset_index()
