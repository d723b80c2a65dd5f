"""Scenarios: the best comparable area, and the growth that each stands for."""

import numpy as np
import pandas as pd
import pytest

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
    return stage, scenarios.scenario_paces(stage, raw, run)


def test_the_best_area_is_the_fastest_of_the_same_kind():
    frame = areas({("town", "city"): growing(1), ("slow", "city"): growing(3),
                   ("fast", "city"): growing(8), ("land", "country"): growing(20)})  # fmt: skip
    best = scenarios.best_pace(frame, "town")
    assert (best.name, best["first_year"], best["last_year"]) == ("Fast", 2015, 2020)
    assert best["growth"] == pytest.approx(8.0)


def test_other_kinds_stand_in_where_no_area_is_alike_but_never_the_world():
    frame = areas({("town", "city"): growing(1), ("land", "country"): growing(4),
                   ("earth", "world"): growing(9)})  # fmt: skip
    assert scenarios.best_pace(frame, "town").name == "Land"


def test_one_years_luck_is_no_pace():
    frame = areas({("town", "city"): growing(1), ("lucky", "city"): growing(30, 2019, 2)})
    assert scenarios.best_pace(frame, "town") is None


def test_the_required_growth_leads_to_the_level_in_the_target_year(real):
    stage, table = real
    for goal in stage.open_goals:
        own = table[table["target_id"].eq(goal.target.target_id)].set_index("scenario")
        if goal.latest["value"] >= goal.level:
            assert scenarios.REQUIRED not in own.index
            continue
        row = own.loc[scenarios.REQUIRED]
        assert row["last_year"] == goal.target.target_year
        years = row["last_year"] - row["first_year"]
        assert row["start"] * (1 + row["growth"] / 100) ** years == pytest.approx(goal.level)


def test_every_scenario_starts_from_the_latest_figure_and_a_share_has_a_ceiling(real):
    stage, table = real
    scales = {goal.target.indicator: goal.scale for goal in stage.goals}
    latest = {goal.target.indicator: goal.latest for goal in stage.goals}
    for row in table.itertuples():
        assert row.start == latest[row.indicator]["value"]
        assert row.first_year == latest[row.indicator]["year"]
        assert np.isfinite(row.ceiling) == (scales[row.indicator] == "logit")
    still = table[table["scenario"].eq(scenarios.NO_CHANGE)]
    assert still["growth"].eq(0).all() and len(still) == len(stage.open_goals)


def test_without_goals_there_are_no_scenarios(raw):
    run = Parameters(as_of=DAY, since_year=2025, last_year=2035, area="gba")
    assert scenarios.scenario_paces(second_stage(raw, run), raw, run).empty
