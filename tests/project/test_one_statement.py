"""Every surface prints the same number and the same words of one target on one day."""

import random
import re

import pandas as pd
import pytest

from helpers import ROOT, topics
from helpers.observations.raw_data import read_raw
from helpers.reports.changes.verdicts import read_verdicts as read_changes
from helpers.reports.site.verdicts import read_verdicts
from helpers.tables import write_table
from helpers.targets import plain_text
from helpers.targets.assessment import replay
from helpers.targets.statements import (
    read_statements,
    statement_table,
    statements_in,
    statements_of,
)
from helpers.wording.language import LANGUAGES, NO_BREAK
from helpers.wording.statements import statement

pytestmark = pytest.mark.slow
SEED, CASES = 15, 500
FIRST, LAST = pd.Timestamp("2012-01-01"), pd.Timestamp("2035-12-31")


def plans():
    folders = [ROOT / "data" / "raw", *sorted((ROOT / "examples").iterdir())]
    return [folder for folder in folders if (folder / "targets.csv").exists()]


@pytest.fixture(scope="module")
def cases():
    """Random targets on random days: by plan the raw tables and the verdicts."""
    draw = random.Random(SEED)
    raws = {folder: read_raw(folder) for folder in plans()}
    chosen = {}
    for _ in range(CASES):
        folder = draw.choice(list(raws))
        target = draw.choice(list(raws[folder].targets["target_id"]))
        day = FIRST + pd.Timedelta(days=draw.randrange((LAST - FIRST).days))
        chosen.setdefault((folder, target), []).append(f"{day:%Y-%m-%d}")
    found = {}
    for (folder, target), days in chosen.items():
        table = replay(raws[folder], sorted(days), target_ids=[target])
        found.setdefault(folder, []).append(table)
    return [(raws[folder], pd.concat(tables)) for folder, tables in found.items()]


def plain(words):
    return words.replace(NO_BREAK, " ")


def test_there_are_enough_cases_with_a_probability(cases):
    tables = [table for _, table in cases]
    assert sum(map(len, tables)) == CASES
    assert sum(table["probability"].notna().sum() for table in tables) > CASES / 3


def test_terminal_tables_and_front_pages_say_the_same(cases, tmp_path):
    for raw, verdicts in cases:
        tables = (raw.targets, raw.indicators, raw.areas, raw.sources)
        # A table says one thing of a target: the second day of each stands in a second table.
        for _, each in verdicts.groupby(verdicts.groupby("target_id").cumcount()):
            file = write_table(statement_table(each, raw), tmp_path, "statements.csv")
            stored = pd.read_csv(write_table(each, tmp_path, "assessment.csv"))
            said = read_statements(file)
            for language in LANGUAGES:
                made = statements_of(each, raw, language)
                assert statements_in(said, language) == made
                fronts = read_verdicts(stored.assign(plan="A"), made, *tables, language)
                assert {front.target_id: plain(front.said.reason) for front in fronts} == {
                    name: one.reason for name, one in made.items()
                }
        for day, row in zip(verdicts["as_of"], verdicts.iloc, strict=True):
            one, english = pd.DataFrame([row]), statement(row)
            terminal = re.sub(r"\s+", " ", plain_text.verdict_table(one, raw, day.date()))
            assert english.reason in terminal
            assert f": {english.verdict}" in terminal


def test_a_probability_read_from_a_table_prints_as_before(cases, tmp_path):
    for _, verdicts in cases:
        file = write_table(verdicts, tmp_path, "assessment.csv")
        stored = pd.read_csv(file, keep_default_na=False, na_values=[""])
        for before, after in zip(verdicts.iloc, stored.iloc, strict=True):
            made, read = statement(before), statement(after)
            assert (made.probability, made.likelihood) == (read.probability, read.likelihood)
            assert made.verdict == read.verdict


def test_the_list_of_changes_and_notebooks_say_the_same(cases):
    for raw, verdicts in cases:
        for day, row in zip(verdicts["as_of"], verdicts.iloc, strict=True):
            one, said = pd.DataFrame([row]), statement(row)
            if row["state"] not in ("not_numeric",):
                assert said.reason in topics.verdict_list(one, raw, day.date())
            (known,) = read_changes(one).values()
            assert known[0] == row["state"]
