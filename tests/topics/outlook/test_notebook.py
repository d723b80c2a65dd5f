"""What the cells of the notebook reckon: growth, scenarios, readings, and the table."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.topics.outlook import TABLE_COLUMNS
from support.cells import names_after

NOTEBOOK, DAY = "09_later_goals", "2026-11-28"


@pytest.fixture(scope="module")
def found():
    return names_after(NOTEBOOK, upto="write_table(", as_of=DAY)


def planted(raw, series):
    """The raw tables with patents of areas in place of all others: {area: {year: value}}."""
    row = raw.observations[raw.observations["indicator"].eq("rd_intensity")].iloc[0]
    rows = [
        dict(row) | {"area": area, "year": year, "value": value, "months": 12}
        for area, values in series.items()
        for year, value in values.items()
    ]
    others = raw.observations[raw.observations["indicator"].ne("rd_intensity")]
    own = raw.observations["indicator"].eq("rd_intensity") & raw.observations["area"].eq("shenzhen")
    return replace(raw, observations=pd.concat([others, raw.observations[own], pd.DataFrame(rows)],
                                               ignore_index=True))  # fmt: skip


def growing(rate, first=2013, years=6):
    return {first + k: 1.5 * (1 + rate / 100) ** k for k in range(years)}


@pytest.mark.parametrize(
    ("series", "operator", "area", "growth"),
    [
        ({"guangzhou": growing(3), "shanghai": growing(8), "china": growing(20)},
         "ge", "shanghai", 8),
        ({"guangzhou": growing(-3), "shanghai": growing(8), "china": growing(-20)},
         "le", "guangzhou", -3),
        ({"china": growing(4), "world": growing(9)}, "ge", "china", 4),
        ({"guangzhou": growing(30, 2017, 2)}, "ge", None, None),
    ],
    ids=["fastest of the same kind", "falling", "other kinds but the world", "one year's luck"],
)  # fmt: skip
def test_the_best_area(raw, monkeypatch, series, operator, area, growth):
    own = "sz_fyp15_rd_intensity_2030"
    asks = raw.targets["operator"].mask(raw.targets["target_id"].eq(own), operator)
    made = planted(replace(raw, targets=raw.targets.assign(operator=asks)), series)
    monkeypatch.setattr("helpers.observations.read_raw", lambda folder=None: made)
    best = names_after(NOTEBOOK, upto="best = goals", as_of=DAY)["best"].loc[own]
    if area is None:
        assert pd.isna(best["area"]) and pd.isna(best["growth"])
    else:
        assert best["area"] == area and best["growth"] == pytest.approx(growth)


def test_each_scenario_starts_from_the_latest_figure_and_required_growth_leads_to_the_level(found):
    scenarios, goals = found["scenarios"], found["goals"]
    for (target_id, scenario), path in scenarios.groupby(["target_id", "scenario"]):
        goal = goals.loc[target_id]
        assert path["value"].iloc[0] == goal["latest"]
        assert path["year"].iloc[0] == goal["latest_year"]
        if scenario == "required":
            assert goal["latest"] < goal["level"]
            assert path["year"].iloc[-1] == goal["deadline"]
            assert path["value"].iloc[-1] == pytest.approx(goal["level"])
        elif scenario == "no change":
            assert path["value"].eq(goal["latest"]).all()
    shares = scenarios["ceiling"].eq(100)
    assert scenarios.loc[shares, "value"].max() <= 100
    ahead = goals["level"].gt(goals["latest"])
    assert set(scenarios.loc[scenarios["scenario"].eq("required"), "target_id"]) == set(
        goals.index[ahead]
    )


def test_every_print_of_the_base_is_a_reading_and_one_is_in_real_terms(raw, found):
    prints = raw.observations.query(
        "indicator == 'gdp' and area == 'shenzhen' and year == 2020 and months == 12"
    )
    readings = found["readings"].set_index("reading")
    assert set(readings.index) == {*prints["definition"], "real terms"}
    nominal = readings.drop("real terms")
    assert (nominal["level"] / nominal["base"]).tolist() == pytest.approx([2] * len(nominal))
    assert nominal.sort_values("level")["probability"].is_monotonic_decreasing
    goal = found["goals"].loc["sz_fyp14_gdp_2035"]
    assert nominal.loc["gdp_first_print", "probability"] == pytest.approx(goal["probability"])


def test_real_terms_chain_the_published_growth(raw, found):
    real = found["readings"].set_index("reading").loc["real terms"]
    grown = found["grown"].set_index("year")
    since = grown.loc[2021:, "value"]
    assert real["latest"] / real["base"] == pytest.approx(np.prod(1 + since / 100))
    assert real["past_growth"] == pytest.approx(
        100 * (np.prod(1 + since / 100) ** (1 / len(since)) - 1)
    )
    assert (grown.index.to_series().diff().dropna() == 1).all()
    assert grown["before"].iloc[0] == pytest.approx(100)


def test_the_table_holds_a_row_a_goal_and_year(found):
    table, stage = found["table"], found["stage"]
    assert list(table.columns) == TABLE_COLUMNS
    for goal in stage.open_goals:
        own = table[table["target_id"].eq(goal.target.target_id)]
        assert list(own["year"]) == list(stage.years(goal))
        np.testing.assert_allclose(own["probability"], stage.probability(goal))
        assert own["probability_reached"].is_monotonic_increasing
        at = own[own["year"].eq(goal.target.target_year)].iloc[0]
        if not goal.reached_in:
            assert at["scenario_required"] == pytest.approx(goal.level)
    assert (table["probability"] - table["probability_verified"]).abs().max() > 1e-4
