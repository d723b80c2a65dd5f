"""The rounding rule, and tables that are written whole or not at all."""

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.problems import InputError
from helpers.tables import (
    csv_text,
    harmless,
    neutral,
    restored,
    round_significant,
    rounded,
    write_table,
)


def test_each_kind_of_column_has_its_precision():
    frame = pd.DataFrame(
        {"value": [38731.8], "probability": [0.123456], "median": [38731.8456], "year": [2025]}
    )
    row = rounded(frame).iloc[0]
    assert (row["value"], row["probability"], row["median"]) == (38731.8, 0.123, 38732.0)


def test_a_spliced_value_is_the_printed_one_unless_a_splice_moved_it():
    frame = pd.DataFrame({"value": [38731.8, 29.9], "spliced_value": [38731.8, 28.7623641]})
    assert list(rounded(frame)["spliced_value"]) == [38731.8, 28.762]


@given(st.floats(-1e9, 1e9, allow_subnormal=False))
def test_rounding_moves_a_number_by_half_a_unit_of_the_fifth_digit_at_most(value):
    near = float(round_significant(np.array([value]))[0])
    assert abs(near - value) <= 0.5000001e-4 * abs(value)


def test_ten_significant_digits_of_the_largest_and_smallest_numbers():
    numbers = [1 / 3, 123456.789012345, 2e-200 / 3, 0.0, -7.00000000001, 1e15 / 7]
    expected = [float(f"{x:.10g}") for x in numbers]
    np.testing.assert_allclose(round_significant(numbers, 10), expected, rtol=1e-15)


def test_zero_and_missing_values_stay():
    np.testing.assert_array_equal(round_significant([0.0, np.nan]), [0.0, np.nan])


def test_rounding_leaves_the_callers_table_alone():
    frame = pd.DataFrame({"median": [1.23456789]})
    rounded(frame)
    assert frame["median"].iloc[0] == 1.23456789


def test_without_a_folder_nothing_is_written():
    assert write_table(pd.DataFrame({"a": [1]}), None, "a.csv") is None


def test_a_table_lands_below_its_folder_and_no_part_is_left(tmp_path):
    path = write_table(
        pd.DataFrame({"a": [1], "d": [pd.Timestamp("2020-01-02")]}), tmp_path, "x/a.csv"
    )
    assert path.read_text() == "a,d\n1,2020-01-02\n"
    assert [p.name for p in path.parent.iterdir()] == ["a.csv"]


def test_a_failed_write_keeps_the_former_table(tmp_path, monkeypatch):
    path = write_table(pd.DataFrame({"a": [1]}), tmp_path, "a.csv")

    def full(*_args, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pd.DataFrame, "to_csv", full)
    with pytest.raises(OSError, match="No space"):
        write_table(pd.DataFrame({"a": [2]}), tmp_path, "a.csv")
    assert path.read_text() == "a\n1\n"


FORMULAS = ["=1+1", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1", "－A1", "-"]


@pytest.mark.parametrize("text", [*FORMULAS, "'=1", "''=1"])
def test_a_text_that_would_run_gets_an_apostrophe_which_can_be_taken_away(text):
    assert neutral(text) == f"'{text}"
    assert restored(neutral(text)) == text


@pytest.mark.parametrize(
    "text", ["", "a=1", "12", "-12.5", "+3", "-1e-5", "'quoted'", "A-1", "深圳"]
)
def test_other_texts_and_numbers_stay(text):
    assert neutral(text) == restored(text) == text


@given(st.text(max_size=12), st.sampled_from(["", "'", "''", "=", "'=", "-1", "'-1", " +"]))
def test_every_text_comes_back_and_none_runs(text, front):
    text = front + text
    made = neutral(text)
    assert restored(made) == text
    assert made == text or made.startswith("'")
    if made.lstrip()[:1] in tuple("=@＝＋－＠") or made[:1] in ("\t", "\r", "\n"):
        raise AssertionError(made)


@given(st.text(max_size=8), st.text(max_size=8))
def test_two_texts_never_become_one(first, second):
    assert (neutral(first) == neutral(second)) == (first == second)


def test_numbers_dates_and_truth_are_left_alone():
    frame = pd.DataFrame(
        {
            "gap": [-1.5, 2.0], "day": pd.to_datetime(["2020-01-02", None]), "met": [True, False],
            "count": [-1, 2], "why": ["-1.5 points", "fine"],
        }
    )  # fmt: skip
    assert csv_text(frame) == (
        "gap,day,met,count,why\n-1.5,2020-01-02,True,-1,'-1.5 points\n2.0,,False,2,fine\n"
    )


def test_categories_mixed_columns_and_names_of_columns_are_made_harmless():
    frame = pd.DataFrame({"=a": pd.Categorical(["=1", "x"]), "b": [1, "@y"]})
    assert csv_text(frame) == "'=a,b\n'=1,1\nx,'@y\n"
    assert list(frame.columns) == ["=a", "b"]
    assert frame["b"].tolist() == [1, "@y"]


def test_a_missing_text_stays_missing():
    frame = harmless(pd.DataFrame({"a": ["=1", None]}))
    assert frame["a"].isna().tolist() == [False, True]


@pytest.mark.parametrize("cells", [FORMULAS[:4], ["a", "b,c", 'd"', "=e"]])
def test_a_written_table_reads_back(tmp_path, cells):
    path = write_table(pd.DataFrame({"text": cells}), tmp_path, "a.csv")
    rows = [row[0] for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8")))]
    assert [restored(cell) for cell in rows[1:]] == cells


@pytest.mark.parametrize(
    "name",
    ["../a.csv", "/tmp/a.csv", "x/../../a.csv", "x\\a.csv", "a\n.csv", "", ".a.csv", "C:a", "x//a"],
)
def test_a_name_never_leads_out_of_the_folder(tmp_path, name):
    with pytest.raises(InputError, match="not a name for a table"):
        write_table(pd.DataFrame({"a": [1]}), tmp_path / "out", name)
    assert list(tmp_path.iterdir()) == []
