"""Readings of a multiple of a base year: each print of the base, and real terms."""

from dataclasses import replace

import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.outlook import scenarios
from helpers.topics.outlook.goals import second_stage
from helpers.topics.parameters import Parameters

DAY = "2026-11-23"


@pytest.fixture(scope="module")
def table():
    raw = read_raw()
    run = Parameters(as_of=DAY, since_year=2025, last_year=2035)
    return scenarios.base_readings(second_stage(raw, run), raw, run)


def growth(years, rates):
    return pd.DataFrame({"indicator": "g", "area": "a", "year": years, "value": rates})


def test_growth_is_chained_into_an_index():
    index = scenarios.chained(growth([2021, 2022], [10.0, 20.0]))
    assert index.to_dict() == pytest.approx({2020: 100, 2021: 110, 2022: 132})


def test_a_gap_starts_the_index_anew():
    index = scenarios.chained(growth([2015, 2016, 2018, 2019], [50.0, 50.0, 10.0, 10.0]))
    assert list(index.index) == [2017, 2018, 2019]
    assert index[2019] == pytest.approx(121)
    assert scenarios.chained(growth([], [])).empty


def test_every_print_of_the_base_is_a_reading(table):
    raw = read_raw()
    prints = raw.observations.query(
        "indicator == 'gdp' and area == 'shenzhen' and year == 2020 and months == 12"
    )
    assert set(table["reading"]) - {"real terms"} == set(prints["definition"])
    nominal = table[table["reading"].ne("real terms")]
    assert nominal["level"].tolist() == pytest.approx((2 * nominal["base"]).tolist())
    assert nominal.sort_values("level")["probability"].is_monotonic_decreasing
    assert nominal.sort_values("level")["required_growth"].is_monotonic_increasing


def test_real_terms_ask_for_what_real_growth_has_left_over(table):
    row = table[table["reading"].eq("real terms")].iloc[0]
    assert row["level"] == pytest.approx(2 * row["base"])
    # Five years at the mean since the base, ten at the growth required, make the multiple.
    total = (1 + row["past_growth"] / 100) ** 5 * (1 + row["required_growth"] / 100) ** 10
    assert total == pytest.approx(2.0)
    assert 0 < row["probability"] < 1


def test_the_finding_spans_the_readings(raw, table):
    stage = second_stage(raw, Parameters(as_of=DAY, since_year=2025, last_year=2035))
    text = scenarios.readings_finding(stage, table)
    assert f"{len(table)} ways" in text
    assert f"{table['required_growth'].min():.1f} to {table['required_growth'].max():.1f} %" in text
    unread = scenarios.readings_finding(stage, table.iloc[:0])
    assert unread.startswith("A multiple of a base year is asked for, but no figure")
    others = [goal for goal in stage.goals if goal.target.unit != "pct_of_2020"]
    without = replace(stage, goals=tuple(others))
    told = scenarios.readings_finding(without, table.iloc[:0])
    assert told == "No goal is a multiple of a base year."
    unknown = table.assign(probability=float("nan"))
    assert "too few figures to project" in scenarios.readings_finding(stage, unknown)
    one = table["probability"].where(table.index == table.index[0])
    alike = scenarios.readings_finding(stage, table.assign(probability=one))
    assert alike.endswith("% for the 1 that can be projected.") and "and P is " in alike
    only = scenarios.readings_finding(stage, table.iloc[:1])
    assert only.startswith("The multiple of the base year can be read in one way only: it asks for")
