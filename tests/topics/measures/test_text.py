"""The table of measures, its answer, and the grid."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.topics.measures import grading, statements
from helpers.topics.measures import text as findings
from helpers.topics.measures.statements import names_of
from helpers.vintages.series import SeriesChoice, known_series, open_archive
from helpers.vocabulary import MEASURE_GRADES
from helpers.wording.language import CODES
from helpers.wording.sentences import PHRASES

DAY = "2026-11-23"
PLACE = {"area": "shenzhen", "since_year": 2019}


@pytest.fixture(scope="module")
def reading(raw):
    return grading.read_measures(raw, DAY, **PLACE)


@pytest.fixture(scope="module")
def verified(raw):
    return grading.read_measures(raw, DAY, SeriesChoice(min_grade="secondary"), **PLACE)


@pytest.fixture(scope="module")
def table(raw, reading, verified):
    verdicts = statements.verdicts_of(raw, DAY, area="shenzhen")
    return findings.measure_table(raw, reading, verified, verdicts)


def test_every_measure_has_a_row_a_grade_a_statement_and_a_source(raw, table):
    assert list(table.columns) == findings.COLUMNS
    assert list(table["measure_id"]) == list(raw.measures["measure_id"])
    assert set(table["grade"]) <= set(MEASURE_GRADES)
    assert table["indicators"].ne("").all()
    for language in CODES:
        assert table[f"statement_{language}"].str.len().gt(10).all()
        assert not table[f"statement_{language}"].str.contains(r"[{}]|\bnan\b", regex=True).any()
    for sources in table["sources"]:
        assert set(sources.split(";")) <= set(raw.sources["source_id"])
    none = table["grade"].eq("not judged")
    assert table.loc[none, "needed"].ne("").all()


def test_statements_hold_the_figures_of_the_series(raw, table):
    series = known_series(open_archive(raw), DAY, indicator="rd_intensity", area="shenzhen")
    last = series.iloc[-1]
    row = table.set_index("measure_id").loc["m05"]
    for language in CODES:
        assert f"{last['value']:.2f}" in row[f"statement_{language}"]
        assert PHRASES[language]["cause"] in row[f"statement_{language}"]


def test_leaving_out_unverified_figures_never_betters_a_grade(table):
    rank = MEASURE_GRADES.index
    assert (table["grade_verified"].map(rank) >= table["grade"].map(rank)).all()
    turned = table[table["grade"].ne(table["grade_verified"])]
    assert turned["unverified_points"].gt(0).all()


def test_the_answer_counts_and_disclaims(raw, table, reading):
    text = findings.answer(raw, table, reading)
    judged = findings.counts(table)["judged"]
    assert text.startswith(f"As known on **{DAY}**: {judged} of {len(table)} measures")
    assert "caused" in text and "Without unverified figures" in text
    early = replace(reading, as_of="2019-03-01")
    assert "was set later" in findings.answer(raw, table, early)


@pytest.mark.parametrize("language", CODES)
def test_the_grid_has_a_row_a_measure_in_each_language(raw, table, reading, language):
    grid = findings.grid_view(raw, table, reading, language)
    assert len(grid) == len(raw.measures)
    wanted = raw.measure_indicators["measure_id"].value_counts()
    assert [len(s) for s in grid["strengths"]] == [wanted[m] for m in raw.measures["measure_id"]]
    shown = grid["strengths"].map(lambda s: any(word in grading.SHOWS for word in s))
    assert grid["fact"].ne("").eq(shown).all()
    assert DAY in findings.grid_source(raw, reading, language)


def test_where_nothing_is_known_it_is_said(raw):
    empty = grading.read_measures(raw, "1990-01-01", **PLACE)
    assert isinstance(empty.series, pd.DataFrame) and empty.series.empty
    names = names_of(raw)
    assert findings.moved(empty, names) == "No indicator has two comparable figures since 2019."
    assert set(grading.grade_measures(empty)) == {"not judged"}
    assert findings.grid_source(raw, empty).startswith("Source: –")
