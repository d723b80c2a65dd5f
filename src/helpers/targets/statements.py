"""What is said of every target on a day, as a table in each language."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.tables import restored
from helpers.wording.language import ENGLISH, LANGUAGES, Language
from helpers.wording.statements import Statement, statement

FILE = "statements.csv"
COLUMNS = [field.name for field in fields(Statement)]


def statements_of(
    verdicts: pd.DataFrame, raw: RawData, language: Language = ENGLISH
) -> dict[str, Statement]:
    """Say in a language what each row of verdicts says.

    Parameters
    ----------
    verdicts : DataFrame
        As `helpers.targets.assessment.assess` returns.
    raw : RawData
        For the topics of indicators.
    language : Language

    Returns
    -------
    dict
        By target id, in the order of the rows.
    """
    topics = dict(zip(raw.indicators["indicator"], raw.indicators["topic"], strict=True))
    return {
        str(row["target_id"]): statement(row, language, topics.get(row["indicator"], ""))
        for row in verdicts.to_dict("records")
    }


def statement_table(
    verdicts: pd.DataFrame, raw: RawData, languages: Sequence[Language] = LANGUAGES
) -> pd.DataFrame:
    """Lay out what is said of each target in each language.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, all text; one row a target and language.
    """
    said = [statements_of(verdicts, raw, language).values() for language in languages]
    rows = [asdict(of_target) for of_language in said for of_target in of_language]
    return pd.DataFrame(rows, columns=COLUMNS)


def read_statements(file: Path) -> pd.DataFrame:
    """Read a table of statements as it was before it was written."""
    return pd.read_csv(file, dtype=str, keep_default_na=False).map(restored)


def statements_in(table: pd.DataFrame, language: Language = ENGLISH) -> dict[str, Statement]:
    """Return what a table says in a language, by target id."""
    own = table.loc[table["language"].eq(language.code), COLUMNS]
    return {row["target_id"]: Statement(**row) for row in own.to_dict("records")}
