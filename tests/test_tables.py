"""The rounding rule, and tables that are written whole or not at all."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.tables import round_significant, rounded, write_table


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
