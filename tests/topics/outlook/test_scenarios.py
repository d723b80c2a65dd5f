"""Scenarios: exact arithmetic, the best comparable area, and nothing beyond a share of 100."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.observations.raw_data import read_raw
from helpers.topics.outlook import scenarios
from helpers.topics.outlook.goals import second_stage
from helpers.topics.parameters import Parameters

DAY = "2026-11-23"


def areas(series):
    """Rows as `helpers.vintages.peers.compare` returns them, of {(area, kind): {year: value}}."""
    rows = [
        {"area": area, "name": area.title(), "kind": kind, "year": year, "value": value,
         "spliced_value": value}
        for (area, kind), values in series.items()
        for year, value in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def growing(rate, first=2015, years=6):
    return {first + k: 100 * (1 + rate / 100) ** k for k in range(years)}


@pytest.fixture(scope="module")
def real():
    raw = read_raw()
    run = Parameters(as_of=DAY, since_year=2025, last_year=2035)
    stage = second_stage(raw, run)
    return stage, scenarios.scenario_table(stage, raw, run)


@given(st.floats(1, 1e6), st.floats(-20, 20), st.integers(1, 15))
def test_growth_compounds_exactly(start, growth, years):
    values = scenarios.grow(start, growth, years)
    assert len(values) == years
    np.testing.assert_allclose(values[-1], start * (1 + growth / 100) ** years, rtol=1e-12)


def test_a_share_stops_at_its_ceiling():
    values = scenarios.grow(90.0, 10.0, 3, ceiling=100.0)
    assert values[0] == pytest.approx(99.0) and np.isnan(values[1:]).all()


def test_the_best_area_is_the_fastest_of_the_same_kind():
    frame = areas({("town", "city"): growing(1), ("slow", "city"): growing(3),
                   ("fast", "city"): growing(8), ("land", "country"): growing(20)})  # fmt: skip
    best = scenarios.best_pace(frame, "town")
    assert (best.area, best.first_year, best.last_year) == ("Fast", 2015, 2020)
    assert best.growth == pytest.approx(8.0)


def test_other_kinds_stand_in_where_no_area_is_alike_but_never_the_world():
    frame = areas({("town", "city"): growing(1), ("land", "country"): growing(4),
                   ("earth", "world"): growing(9)})  # fmt: skip
    assert scenarios.best_pace(frame, "town").area == "Land"


def test_one_years_luck_is_no_pace():
    frame = areas({("town", "city"): growing(1), ("lucky", "city"): growing(30, 2019, 2)})
    assert scenarios.best_pace(frame, "town") == scenarios.Pace()


def test_the_required_growth_arrives_exactly_in_the_target_year(real):
    stage, table = real
    for goal in stage.goals:
        own = table[table["target_id"].eq(goal.target.target_id)]
        required = own[own["scenario"].eq(scenarios.REQUIRED)]
        if goal.latest["value"] >= goal.level:
            assert required.empty
            continue
        last = required.iloc[-1]
        assert last["year"] == goal.target.target_year == last["reaches"]
        assert last["value"] == pytest.approx(goal.level)


def test_every_scenario_starts_from_the_latest_figure(real):
    stage, table = real
    for goal in stage.goals:
        own = table[table["target_id"].eq(goal.target.target_id)]
        for scenario, path in own.groupby("scenario"):
            assert path.iloc[0]["value"] == goal.latest["value"]
            assert path.iloc[0]["year"] == goal.latest["year"]
            ratio = path["value"].to_numpy()[1:] / path["value"].to_numpy()[:-1]
            np.testing.assert_allclose(ratio, 1 + path["growth"].iloc[0] / 100, err_msg=scenario)
        still = own[own["scenario"].eq(scenarios.NO_CHANGE)]
        assert still["value"].eq(goal.latest["value"]).all()


def test_the_year_of_reaching_is_the_first_at_the_level(real):
    stage, table = real
    levels = {goal.target.target_id: goal.level for goal in stage.goals}
    for (target_id, _), path in table.groupby(["target_id", "scenario"]):
        above = path[path["value"].ge(levels[target_id] - 1e-6)]
        assert path["reaches"].iloc[0] == (above["year"].min() if len(above) else 0)
    view = scenarios.scenario_view(table)
    assert {"not reached", "there already"} <= set(view["reaches"])
