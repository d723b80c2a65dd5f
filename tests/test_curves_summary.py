"""Curves of several targets and days in one table."""

import pytest

from helpers.curves.summary import curve_table, curve_view
from helpers.observations import read_raw
from helpers.specifications import specification_curve

RD, SEI = "rd_intensity_2025", "sei_share_2025"


@pytest.fixture(scope="module")
def raw():
    return read_raw()


def test_a_row_holds_the_range_and_the_default_of_its_curve(raw):
    table = curve_table(raw, ["2021-02-25"], [RD])
    curve = specification_curve(raw, "2021-02-25", RD)
    row = table.iloc[0]
    assert row["specifications"] == len(curve) >= 200
    assert row["probability_lowest"] == curve["probability"].min()
    assert row["probability"] == curve.loc[curve["default"], "probability"].iloc[0]
    assert row["matters_most"] == "definition"


def test_a_settled_day_has_no_row_and_the_view_has_one_line_a_row(raw):
    table = curve_table(raw, ["2021-02-25", "2026-11-23"], [SEI])
    assert [f"{day:%Y-%m-%d}" for day in table["as_of"]] == ["2021-02-25"]
    view = curve_view(table)
    assert len(view) == 1
    assert view["above one half"].iloc[0].endswith("%")
