"""Verdicts as plain text for a terminal."""

import textwrap
from datetime import date

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.wording import english as wording

WIDTH = 100


def verdict_table(verdicts: pd.DataFrame, raw: RawData, as_of: date) -> str:
    """Lay out verdicts, plan by plan: what is asked, state, probability, and why.

    Parameters
    ----------
    verdicts : DataFrame
        As `helpers.targets.assessment.assess` returns.
    raw : RawData
        For the names of indicators and areas.
    as_of : date
    """
    blocks = [f"As known on {as_of}"]
    for plan, rows in verdicts.groupby("plan", sort=False):
        blocks.append(f"{plan}\n" + "\n".join(_verdict(row, raw) for _, row in rows.iterrows()))
    return "\n\n".join(blocks)


def _verdict(row: pd.Series, raw: RawData) -> str:
    state = wording.STATE_WORDS[row["state"]]
    if pd.notna(row["probability"]):
        likelihood = wording.likelihood(row["probability"])
        chance = f"{wording.equation(row['probability'])} ({likelihood})"
        if pd.notna(row["probability_without"]):
            without = wording.equation(row["probability_without"])
            count = int(row["pivotal_figures"])
            said = "one unverified figure" if count == 1 else f"{count} unverified figures"
            chance = f"{without} without {said}, {chance} with {'it' if count == 1 else 'them'}"
        state += f", {chance}"
    if row["at_signing"] == "met" and row["state"] != "already_met_at_signing":
        state += f"; met when {row['signing_event']}"
    lines = [f"  {_asked(row, raw)}: {state}"]
    lines += textwrap.wrap(row["reason"], WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6)
    if row["unverified_points"]:
        lines.append(f"      {_unverified(row)}")
    return "\n".join(lines)


def _asked(row: pd.Series, raw: RawData) -> str:
    if not row["indicator"]:
        return row["target_id"]
    names = raw.indicators.set_index("indicator")["name_en"]
    target = raw.targets.set_index("target_id").loc[row["target_id"]]
    asked = wording.line(
        row["operator"], row["target_value"], target["decimals"], row["unit"], target["value_high"]
    )
    place = raw.areas.set_index("area").loc[row["area"], "name_en"]
    return f"{names[row['indicator']]}, {place}, {row['target_year']}: {asked}"


def _unverified(row: pd.Series) -> str:
    """Say how many points are unverified, and what the verdict is without them."""
    unread = row["unverified_points"]
    count = (
        f"{unread} of {row['points']} points {'is' if unread == 1 else 'are'} unverified; without: "
    )
    state = wording.STATE_WORDS[row["state_verified"]]
    if pd.notna(row["probability_verified"]):
        state += f", {wording.equation(row['probability_verified'])}"
    return count + state


def rules_table(table: pd.DataFrame, as_of: date) -> str:
    """Lay out what each on-track rule says, target by target.

    Parameters
    ----------
    table : DataFrame
        As `helpers.targets.on_track.comparison.compare_rules` returns.
    as_of : date
    """
    blocks = [f"As known on {as_of}; in brackets: not to be taken at face value"]
    for target_id, rows in table.groupby("target_id", sort=False):
        lines = [str(target_id)]
        for row in rows.itertuples():
            said = row.state or row.refused
            lines.append(f"  {row.owner}: {said if row.sound else f'[{said}]'}")
            lines += textwrap.wrap(
                row.why, WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 6
            )
        blocks.append("\n".join(lines))
    if table.empty:
        blocks.append("No on-track rule of another body reads such targets.")
    return "\n\n".join(blocks)


def replay_table(table: pd.DataFrame) -> str:
    """Lay out how belief in each target moved, one line a day.

    Parameters
    ----------
    table : DataFrame
        As `helpers.targets.history.timeline.belief_timeline` returns.
    """
    blocks = []
    for target_id, rows in table.groupby("target_id", sort=False):
        lines = [str(target_id)]
        for row in rows.itertuples():
            chance = wording.equation(row.probability)
            figure = (
                ""
                if pd.isna(row.latest_value)
                else f"{row.latest_value:,.6g} for {row.latest_year}"
            )
            state = wording.STATE_WORDS[row.state]
            lines.append(
                f"  {row.day:%Y-%m-%d}  {chance:<9}  {state:<22}  {figure:<18}  {row.what}"
            )
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks)
