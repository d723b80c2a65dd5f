"""The on-track rules side by side on each target, as known on a date."""

from datetime import date

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.information import gather
from helpers.targets.on_track.questions import ask_rules, base_year_of, not_for_rules
from helpers.targets.on_track.readings import LEVELS
from helpers.vintages.series import SeriesChoice, open_archive

COLUMNS = [
    "target_id",
    "rule",
    "owner",
    "value",
    "bar",
    "state",
    "level",
    "sound",
    "refused",
    "base_year",
    "base_value",
    "latest_year",
    "latest_value",
    "why",
    "certainty",
]


def compare_rules(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
    *,
    base: str = "set",
) -> pd.DataFrame:
    """Apply every rule to each target with the figures known on a date.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
    target_ids : list of str, optional
        All by default. Targets in words, and those that no rule can be applied to, are left out.
    choice : SeriesChoice, optional
    base : str
        Progress counts from the latest figure known when the target was "set" or "made public",
        where the target names no base year of its own.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target and rule. `level` is the common reading of three
        levels; `sound` is False where the formula breaks down, and `why` says how it came about.
    """
    archive, choice = open_archive(raw), choice or SeriesChoice()
    parts = []
    for target in targets.select(targets.read_targets(raw.targets, raw.sources), target_ids):
        if target.operator == "qualitative":
            continue
        base_year = base_year_of(archive, target, choice, base)
        evidence = gather(archive, target, as_of, choice, checks=())
        if len(evidence.series) and not not_for_rules(evidence, base_year):
            parts.append(ask_rules(evidence, base_year))
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    return pd.concat(parts, ignore_index=True)[COLUMNS]


def side_by_side(table: pd.DataFrame) -> pd.DataFrame:
    """Lay the readings out: one row a rule, one column a target.

    Parameters
    ----------
    table : DataFrame
        As `compare_rules` returns.

    Returns
    -------
    DataFrame
        The state in the owner's words with the ratio behind it; a reading that cannot be taken at
        face value stands in brackets.
    """
    words = [
        f"{row.state or row.refused} {row.value:.2f}".replace(" nan", "")
        for row in table.itertuples()
    ]
    cells = table.assign(
        cell=[w if sound else f"[{w}]" for w, sound in zip(words, table["sound"], strict=True)]
    )
    view = cells.pivot_table("cell", "owner", "target_id", aggfunc="first", sort=False)
    return view[table["target_id"].unique()]


def disagreement(table: pd.DataFrame, target_id: str) -> str:
    """Say what the rules make of one target, and which of them break down on it."""
    own = table[table["target_id"].eq(target_id)]
    if own.empty:
        return f"{target_id}: no rule reads such a target."
    counts = own["level"].value_counts().reindex(LEVELS).dropna().astype(int)
    said = ", ".join(f"{count} say {level}" for level, count in counts.items())
    broken = own[~own["sound"] & own["refused"].eq("")]
    if broken.empty:
        return f"{target_id}: {said}."
    names = ", ".join(f"{row.owner} ({row.state})" for row in broken.itertuples())
    return f"{target_id}: {said}. Their formula breaks down for {names}."
