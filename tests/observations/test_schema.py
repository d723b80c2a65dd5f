"""Bounds of every column, and mends that name every reading of a number."""

import math
from functools import cache

import pytest
from pydantic import ValidationError

from helpers.apps.new_plan.creation import SKELETON
from helpers.observations.raw_data import RAW_DIR, read_raw
from helpers.observations.readers import read_csv
from helpers.observations.schema import MODELS, OBSERVATIONS
from helpers.problems import Problem, RawDataError

HUGE = ("1000000", "9" * 13, "9" * 309, "1" + "0" * 15, "-" + "9" * 400, "0." + "1" * 40)
NO_NUMBERS = ("nan", "inf", "-inf", "1e308", "1e5", "0x10", "1_000", "٣")
NUMERIC = [
    (table, column)
    for table, model in MODELS.items()
    for column, field in model.model_fields.items()
    if field.annotation in (int, float)
]
TEXTS = [
    (table, column)
    for table, model in MODELS.items()
    for column, field in model.model_fields.items()
    if field.annotation is str
]


@cache
def cells_of(table: str) -> dict[str, str]:
    name = f"{OBSERVATIONS}/rd.csv" if table == OBSERVATIONS else f"{table}.csv"
    # Of a table that the shipped folder lacks, the example of a new one has to do.
    folder = RAW_DIR if (RAW_DIR / name).exists() else SKELETON
    return read_csv(folder / name, name, tuple(MODELS[table].model_fields)).rows[0].cells


def refused(table: str, column: str, text: str) -> str:
    """Give the message for one cell; empty where the row is taken."""
    try:
        MODELS[table].model_validate(cells_of(table) | {column: text})
    except ValidationError as error:
        [fault] = error.errors()
        assert fault["loc"] == (column,)
        return fault["msg"]
    return ""


@pytest.mark.parametrize(("table", "column"), NUMERIC)
@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_printed_number_is_refused_in_every_column(table, column, text):
    assert refused(table, column, text)


@pytest.mark.parametrize(("table", "column"), NUMERIC)
def test_every_number_has_bounds(table, column):
    taken = [text for text in HUGE if not refused(table, column, text)]
    assert taken in ([], ["1000000"], ["1000000", "9" * 13])
    if taken:
        assert MODELS[table].model_fields[column].annotation is float
        assert column in ("value", "value_high", "plausible_min", "plausible_max")


@pytest.mark.parametrize(("table", "column"), NUMERIC)
def test_an_empty_number_is_refused_or_unknown(table, column):
    if not refused(table, column, ""):
        record = MODELS[table].model_validate(cells_of(table) | {column: ""})
        assert math.isnan(getattr(record, column))
        assert (table, column) in OPTIONAL


OPTIONAL = {
    ("definitions", "release_month"), ("targets", "value"), ("targets", "value_high"),
    ("targets", "base_year"), ("indicators", "year_ends"),
}  # fmt: skip


@pytest.mark.parametrize(("table", "column"), TEXTS)
def test_only_a_note_has_line_breaks_and_every_text_has_a_longest(table, column):
    for forged in ("a\nb", "a\r\nb"):
        assert bool(refused(table, column, forged)) == (column != "note")
    assert refused(table, column, "a" * 5001)
    if column.startswith(("name", "title", "plan", "publisher")):
        assert refused(table, column, "a" * 201)
    if column == "note":
        assert not refused(table, column, "a" * 5000)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("6,84", ["6.84", "684"]), ("12,950", ["12.950", "12950"]), ("1,234,567", ["1234567"]),
        ("1.234,5", ["1234.5"]), ("1,234.5", ["1234.5"]), ("６．８４", ["6.84"]),
        ("６，８４", ["6.84", "684"]), ("6,84%", ["6.84", "684"]), ("-6,8", ["-6.8", "-68"]),
    ],
)  # fmt: skip
def test_a_mend_names_every_reading_of_a_number(text, readings):
    assert f"write {' or '.join(readings)}" in refused(OBSERVATIONS, "value", text)


@pytest.mark.parametrize("text", ["10²", "6.84①", "½", "4,8,6", "12 950", "1.2.3", "6·84", "5 %o"])
def test_a_mend_names_no_number_where_none_is_sure(text):
    message = refused(OBSERVATIONS, "value", text)
    assert message and " write plain digits with a point, like 12950.08" in message


def test_many_problems_end_with_a_count_by_kind():
    problems = [Problem("a.csv", n, "value", "x", f"not a number; write {n}") for n in range(60)]
    problems += [Problem("a.csv", 99, "year", "y", "a year lies between 1900 and 2200")] * 1000
    lines = str(RawDataError(problems)).splitlines()
    assert lines[:50] == [str(problem) for problem in problems[:50]]
    assert lines[50] == "and 1,010 more problems:"
    assert lines[51].strip() == "1,000 x year: a year lies between"
    assert lines[52].strip() == "10 x value: not a number"
    assert len(lines) == 53
    assert str(RawDataError(problems[:50])).count("\n") == 49


@pytest.mark.parametrize("text", ["", "1000000", "-1", "2.5"])
def test_a_release_month_that_dates_no_figure_is_refused(text):
    assert refused("indicators", "release_month", text)


def test_the_shipped_tables_are_within_all_bounds():
    assert len(read_raw().observations)
