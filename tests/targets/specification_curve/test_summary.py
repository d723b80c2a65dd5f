"""Curves of several targets and days in one table."""

import pandas as pd

from helpers.targets.specification_curve.curve import (
    curve_of,
    curve_table,
    draw_curves,
    specification_curve,
)

RD, SEI = "rd_intensity_2025", "sei_share_2025"


def test_a_row_holds_the_range_and_the_default_of_its_curve(raw):
    table = curve_table(draw_curves(raw, ["2024-12-31"], [RD]))
    curve = specification_curve(raw, "2024-12-31", RD)
    row = table.iloc[0]
    assert row["specifications"] == len(curve) >= 200
    assert row["probability_lowest"] == curve["probability"].min()
    assert row["probability"] == curve.loc[curve["default"], "probability"].iloc[0]
    assert row["matters_most"] == "spread"


def test_a_settled_day_has_no_row(raw):
    curves = draw_curves(raw, ["2021-02-25", "2026-11-23"], [SEI])
    table = curve_table(curves)
    assert [f"{day:%Y-%m-%d}" for day in table["as_of"]] == ["2021-02-25"]
    assert curve_of(curves, []) == curves


def test_no_curve_gives_an_empty_table_with_its_columns():
    table = curve_table([])
    assert table.empty
    assert "share_of_variance" in table
    assert curve_of([], ["2021-02-25"]) == []


def test_the_curve_of_the_first_day_that_has_one_is_picked(raw):
    curves = draw_curves(raw, ["2021-02-25", "2023-06-30"], [SEI])
    days = [pd.Timestamp("2022-01-01"), pd.Timestamp("2021-02-25")]
    assert curve_of(curves, days)[0] is curves[0]
    assert curve_of(curves, days[:1])[0] is curves[1]
