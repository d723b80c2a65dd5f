"""Every surface prints the same number and the same words of one target on one day."""

import random
import re
from collections import Counter
from datetime import date, timedelta

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
FIRST, LAST = date(2012, 1, 1), date(2035, 12, 31)


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
        day = FIRST + timedelta(days=draw.randrange((LAST - FIRST).days))
        chosen.setdefault((folder, target), []).append(f"{day}")
    found = {}
    for (folder, target), days in chosen.items():
        table = replay(raws[folder], sorted(days), target_ids=[target])
        found.setdefault(folder, []).append(table)
    return [(raws[folder], pd.concat(tables)) for folder, tables in found.items()]


@pytest.fixture(scope="module")
def tables(cases):
    """Each plan with tables that say one thing of a target: other days stand in further ones."""
    return [
        (raw, each)
        for raw, verdicts in cases
        for _, each in verdicts.groupby(verdicts.groupby("target_id").cumcount())
    ]


def plain(words):
    return words.replace(NO_BREAK, " ")


def test_there_are_enough_cases_with_a_probability(cases):
    tables = [table for _, table in cases]
    assert sum(map(len, tables)) == CASES
    assert sum(table["probability"].notna().sum() for table in tables) > CASES / 3


def test_terminal_tables_and_front_pages_say_the_same(tables, tmp_path):
    for raw, each in tables:
        of_plan = (raw.targets, raw.indicators, raw.areas, raw.sources)
        file = write_table(statement_table(each, raw), tmp_path, "statements.csv")
        stored = pd.read_csv(write_table(each, tmp_path, "assessment.csv"))
        said = read_statements(file)
        for language in LANGUAGES:
            made = statements_of(each, raw, language)
            assert statements_in(said, language) == made
            fronts = read_verdicts(stored.assign(plan="A"), made, *of_plan, language)
            assert {front.target_id: plain(front.said.reason) for front in fronts} == {
                name: one.reason for name, one in made.items()
            }
        terminal = re.sub(r"\s+", " ", plain_text.verdict_table(each, raw, LAST))
        english = [statement(row) for row in each.iloc]
        # What two targets have in common has to be said of both.
        wanted = Counter([one.reason for one in english] + [f": {one.verdict}" for one in english])
        assert {words: n for words, n in wanted.items() if terminal.count(words) < n} == {}


def test_a_probability_read_from_a_table_prints_as_before(cases, tmp_path):
    for _, verdicts in cases:
        file = write_table(verdicts, tmp_path, "assessment.csv")
        stored = pd.read_csv(file, keep_default_na=False, na_values=[""])
        for before, after in zip(verdicts.iloc, stored.iloc, strict=True):
            made, read = statement(before), statement(after)
            assert (made.probability, made.likelihood) == (read.probability, read.likelihood)
            assert made.verdict == read.verdict


def test_the_list_of_changes_and_notebooks_say_the_same(tables):
    for raw, each in tables:
        listed = re.findall(r"^- \*\*.*?\.\*\* (.*)$", topics.verdict_list(each, raw, LAST), re.M)
        assert listed == [statement(row).reason for row in each.iloc]
        known = read_changes(each)
        assert [known[name][0] for name in each["target_id"]] == list(each["state"])
