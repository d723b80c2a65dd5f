"""The table of measures, its answer, and the grid."""

import re
from dataclasses import replace

import nbformat
import pandas as pd
import pytest

from helpers import ROOT
from helpers.problems import InputError
from helpers.topics import measures
from helpers.topics.measures import names_of
from helpers.vintages.series import SeriesChoice, known_series, open_archive
from helpers.vocabulary import MEASURE_GRADES
from helpers.wording.language import CODES
from helpers.wording.sentences import PHRASES
from support.measures import MAPPING, planted, read

DAY = "2026-11-23"
PLACE = {"area": "shenzhen", "since_year": 2019}


@pytest.fixture(scope="module")
def reading(raw):
    return measures.read_measures(raw, DAY, **PLACE)


@pytest.fixture(scope="module")
def verified(raw):
    return measures.read_measures(raw, DAY, SeriesChoice(min_grade="secondary"), **PLACE)


@pytest.fixture(scope="module")
def verdicts(raw):
    return measures.verdicts_of(raw, DAY, area="shenzhen")


@pytest.fixture(scope="module")
def table(raw, reading, verified, verdicts):
    return measures.measure_table(raw, reading, verified, verdicts)


def test_every_measure_has_a_row_a_grade_a_statement_and_a_source(raw, table):
    assert list(table.columns) == measures.COLUMNS
    assert list(table["measure_id"]) == list(raw.measures["measure_id"])
    assert set(table["grade"]) <= set(MEASURE_GRADES)
    assert table["indicators"].ne("").all()
    for language in CODES:
        assert table[f"statement_{language}"].str.len().gt(10).all()
        assert not table[f"statement_{language}"].str.contains(r"[{}]|\bnan\b", regex=True).any()
    for sources in table["sources"]:
        assert set(sources.split(";")) <= set(raw.sources["source_id"])
    none = table["grade"].eq("not covered")
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


def test_the_answer_counts_and_disclaims(raw, table, reading, verdicts):
    text = measures.answer(raw, table, reading, verdicts)
    covered = measures.counts(table)["covered"]
    assert text.startswith(
        f"As known on **{DAY}**,\npublic figures cover {covered} of {len(table)}"
    )
    assert "caused" in text and "Without unverified figures" in text
    early = replace(reading, as_of="2019-03-01")
    assert "was set later" in measures.answer(raw, table, early, verdicts)


@pytest.mark.parametrize("language", CODES)
def test_the_grid_has_a_row_a_measure_in_each_language(raw, table, reading, language):
    grid = measures.grid_view(raw, table, reading, language)
    assert len(grid) == len(raw.measures)
    wanted = raw.measure_indicators["measure_id"].value_counts()
    assert [len(s) for s in grid["strengths"]] == [wanted[m] for m in raw.measures["measure_id"]]
    shown = grid["strengths"].map(lambda s: any(word in measures.SHOWS for word in s))
    assert grid["fact"].ne("").eq(shown).all()
    last = reading.series["known_from"].max()
    assert f"{last:%Y-%m-%d}" in measures.grid_source(raw, reading, language)


def test_where_nothing_is_known_it_is_said(raw):
    empty = measures.read_measures(raw, "1990-01-01", **PLACE)
    assert isinstance(empty.series, pd.DataFrame) and empty.series.empty
    names = names_of(raw)
    said = measures.moved(empty, names)
    assert said.startswith("No indicator has two comparable figures from 2019 on, a year that had")
    assert set(measures.grade_measures(empty)) == {"not covered"}
    assert measures.grid_source(raw, empty) == "No figure was known on 1990-01-01"


def test_a_plan_without_measures_is_refused_in_a_sentence(raw):
    bare = replace(raw, measures=raw.measures.iloc[:0])
    with pytest.raises(InputError, match="this plan lists no measures"):
        measures.read_measures(bare, DAY, **PLACE)


def test_the_answer_names_an_area_that_is_not_the_plan_s_own(raw, table, reading, verdicts):
    assert ", by figures of" not in measures.answer(raw, table, reading, verdicts)
    elsewhere = replace(reading, area="china")
    said = measures.answer(raw, table, elsewhere, verdicts)
    assert said.startswith(f"As known on **{DAY}**, by figures of China,\n")


def test_the_answer_numbers_measures_as_the_chart_does(raw, table, reading, verdicts):
    said = measures.answer(raw, table, reading, verdicts)
    assert "(6) Strengthen breakthroughs" in said
    assert not any(name in said for name in raw.measures["measure_id"])


def test_figures_that_were_left_out_are_not_said_to_change_nothing(table, reading, verified):
    assert "left out from the start" in measures.without_unverified(table, verified)
    read = reading.series[reading.series["grade"].ne("unverified")]
    sound = replace(reading, series=read)
    assert measures.without_unverified(table, sound) == "None of these figures is unverified."
    nothing = replace(reading, series=reading.series.iloc[:0])
    assert measures.without_unverified(table, nothing) == ""


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (2030, "from 2030 on, a year that had not begun on 2026-11-23."),
        (2026, "since 2026; from then on no year was over on 2026-11-23."),
        (2025, "since 2025; from then on only one year was over on 2026-11-23."),
        (2019, "since 2019."),
    ],
)
def test_a_first_year_that_leaves_nothing_to_compare_is_told(reading, raw, first, told):
    none = replace(reading, since_year=first, indicators=reading.indicators.assign(strength="none"))
    said = measures.moved(none, names_of(raw))
    assert said == f"No indicator has two comparable figures {told}"


def test_one_indicator_and_those_that_stay_are_counted_in_whole_sentences(reading, raw):
    one = reading.indicators[reading.indicators["strength"].isin(measures.SHOWS)].head(1)
    level = one.assign(latest_value=one["base_value"])
    said = measures.moved(replace(reading, indicators=level), names_of(raw))
    assert said == (
        "Of 1 indicator 1 has comparable figures since 2019: 0 rose and 0 fell; 1 stayed as it was."
    )


def test_changes_and_late_figures_are_told_whatever_their_number(reading):
    none, one = pd.Series(dtype=float), pd.Series([2.0])
    empty = reading.series.iloc[:0]
    assert measures.changes_reading(none, 3, empty) == (
        "Of 3 indicators no two figures can be compared."
    )
    assert measures.changes_reading(one, 0, empty) == "The one that can be compared rose."
    assert measures.changes_reading(pd.Series([2.0, -1.0]), 1, empty) == (
        "1 of 2 rose, 1 fell; of 1 other indicator no two figures can be compared."
    )
    raw = planted([], MAPPING)
    texts = pd.DataFrame({"text_read": ["yes", "no"]})
    chinese = pd.DataFrame({"wording_native": ["超过38%"]})
    raw = replace(raw, measures=texts, targets=chinese)
    own = replace(raw, targets=chinese.assign(wording_native="more than 38 %"))
    assert measures.lateness_reading(none, 2025, own).startswith("The text of 1 of 2 measures was")
    unread = "The Chinese text of 1 of 2 measures was not read in full."
    assert measures.lateness_reading(none, 2025, raw) == unread
    assert measures.lateness_reading(pd.Series([2024]), 2025, raw) == (
        f"The one indicator with comparable figures has none for 2025 yet. {unread}"
    )
    assert measures.lateness_reading(pd.Series([2025, 2026]), 2025, raw) == (
        f"Of 2 indicators with comparable figures all have one for 2025. {unread}"
    )


def test_the_answer_says_which_way_the_indicators_of_each_measure_went():
    raw = planted([(2019, 200, "press", "d"), (2023, 150, "press", "d")], MAPPING)
    reading = read(raw)
    table = pd.DataFrame({"measure_id": ["m1", "m3"], "name_en": ["One", "Three"]})
    names = pd.DataFrame({"name_en": ["Things"]}, index=["x"])
    assert measures.happened(reading, table, names) == [
        "- **(1) One**: Things fell (\N{MINUS SIGN}25 %).",
        "- No direction can be told of (3).",
    ]


def test_the_notebook_counts_what_rose_and_fell_once():
    """The answer and the sentence below the table come from different frames."""
    path = ROOT / "notebooks" / "08_measures.ipynb"
    outputs = [o for c in nbformat.read(path, as_version=4).cells for o in c.get("outputs", [])]
    said = " ".join(str(o.get("data", {}).get("text/markdown", "")) for o in outputs)
    answered = re.search(
        r"(\d+) have comparable figures since \d+: (\d+) rose and (\d+) fell", said
    )
    below = re.search(r"(\d+) of (\d+) rose, (\d+) fell", said)
    assert answered.group(2, 1, 3) == below.groups()


def test_judged_is_what_a_target_with_a_verdict_judges(raw, reading, verdicts):
    names = names_of(raw)
    said = measures.judged(reading, verdicts, names)
    mapped = reading.indicators[reading.indicators["indicator"].isin(measures.stands(verdicts))]
    assert said.startswith(f"Judged are {mapped['measure_id'].nunique()} of 15 measures")
    for name, verdict in measures.stands(verdicts).items():
        assert f"{names.loc[name, 'name_en']} ({verdict})" in said
    silent = {name: (t, row.copy()) for name, (t, row) in verdicts.items()}
    for _, row in silent.values():
        row["state"], row["probability"] = "open", float("nan")
    none = "No measure is judged: no indicator has a target with a verdict."
    assert measures.judged(reading, {}, names) == measures.judged(reading, silent, names) == none
    last = measures.closing(raw, measures.measure_table(raw, reading, reading, verdicts), reading,
                            verdicts)  # fmt: skip
    assert said in last and "- **" not in last
