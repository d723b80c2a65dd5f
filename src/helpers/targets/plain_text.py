"""Verdicts as plain text for a terminal."""

import textwrap
from datetime import date

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.statements import subjects
from helpers.vintages.revision_risk import reference
from helpers.vocabulary import SHARE
from helpers.wording import english as wording
from helpers.wording.language import NO_BREAK
from helpers.wording.statements import Statement, kept, statement

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
    if verdicts["probability_final"].notna().any():
        blocks.append(
            f"Figures are taken to be revised as {reference().prints} of reference were, or as "
            "those of the\nsame indicator were where they are enough (benchmarks/README.md)."
        )
    return "\n\n".join(blocks)


def _verdict(row: pd.Series, raw: RawData) -> str:
    about = subjects(raw.indicators).get(row["indicator"], "")
    said = statement(row, of=about if about == SHARE else "")
    lines = [f"  {_asked(row, raw, said)}: {_standing(row, said)}"]
    lines += _wrapped(said.reason)
    if pd.notna(row["probability_without_extreme"]):
        left = wording.equation(row["probability_without_extreme"])
        lines.append(f"      without its most extreme member, {row['extreme_member']}: {left}")
    if row["unverified_points"]:
        lines.append(f"      {_unverified(row)}")
    return "\n".join(lines)


def _wrapped(words: str) -> list[str]:
    indent = " " * 6
    lines = textwrap.wrap(kept(words), WIDTH, initial_indent=indent, subsequent_indent=indent)
    return [line.replace(NO_BREAK, " ") for line in lines]


def _standing(row: pd.Series, said: Statement) -> str:
    """State and probability, with the unverified figures that decide, and the fact of signing."""
    verdict = said.verdict
    if said.likelihood:
        verdict += f" ({said.likelihood})"
    if said.equation and pd.notna(row["probability_without"]):
        without = wording.equation(row["probability_without"])
        count = wording.counted(int(row["pivotal_figures"]), "unverified figure")
        verdict = f"{verdict}; {without} without {count}"
    return "; ".join(text for text in (verdict, said.signed) if text)


def _asked(row: pd.Series, raw: RawData, said: Statement) -> str:
    if not row["indicator"]:
        return row["target_id"]
    names = raw.indicators.set_index("indicator")["name_en"]
    place = raw.areas.set_index("area").loc[row["area"], "name_en"]
    return f"{names[row['indicator']]}, {place}, {row['target_year']}: {said.asked}"


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
            lines += _wrapped(row.why) if row.why != said else []
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
