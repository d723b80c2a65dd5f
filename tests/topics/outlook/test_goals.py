"""Goals of later years: which count, what they ask for, and one projection of their series."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics.outlook.goals import FURTHEST, attain, second_stage
from helpers.topics.parameters import Parameters

DAY = "2026-11-23"
LATE = "sz_br2018_rd_intensity_2035"


def parameters(**more):
    return Parameters(**({"as_of": DAY, "since_year": 2025, "last_year": 2035} | more))


@pytest.fixture(scope="module")
def stage(raw):
    return second_stage(raw, parameters())


def goal_of(stage, target_id):
    return next(goal for goal in stage.goals if goal.target.target_id == target_id)


def test_goals_name_a_level_for_a_later_year(raw, stage):
    assert stage.goals
    for goal in stage.goals:
        assert 2025 < goal.target.target_year <= 2035
        assert goal.target.area == "shenzhen"
        assert goal.target.unit != "pct" or goal.target.operator.startswith("avg_")
        assert goal.target.operator != "qualitative"
    few = second_stage(raw, parameters(last_year=2030))
    assert {goal.target.target_year for goal in few.goals} == {2030}


def test_a_goal_set_later_is_not_known(raw):
    early = second_stage(raw, parameters(as_of="2020-07-04"))
    assert all(goal.target.set_on <= pd.Timestamp("2020-07-04") for goal in early.goals)
    assert {goal.target.plan for goal in early.goals} != set()
    assert all(goal.series["known_from"].max() <= pd.Timestamp("2020-07-04")
               for goal in early.goals)  # fmt: skip


def of_one_goal(raw, **cells):
    own = raw.targets["target_id"].eq("sz_fyp15_rd_intensity_2030")
    changed = {name: raw.targets[name].mask(own, cell) for name, cell in cells.items()}
    return second_stage(replace(raw, targets=raw.targets.assign(**changed)), parameters())


def test_a_range_is_no_goal_to_be_reached(raw):
    found = of_one_goal(raw, operator="between")
    assert "sz_fyp15_rd_intensity_2030" not in {g.target.target_id for g in found.goals}


@pytest.mark.parametrize("operator", ["le", "lt"])
def test_a_goal_that_is_fallen_to_is_the_other_side_of_one_that_is_risen_to(raw, stage, operator):
    name = "sz_fyp15_rd_intensity_2030"
    falling, rising = of_one_goal(raw, operator=operator), goal_of(stage, name)
    goal = goal_of(falling, name)
    assert goal.falls and not rising.falls and goal.level == rising.level
    np.testing.assert_allclose(falling.probability(goal), 1 - stage.probability(rising), atol=1e-9)
    assert goal.chance == pytest.approx(1 - rising.chance)
    assert goal.required == rising.required
    table = of_one_goal(raw, operator=operator)
    assert table.chance_of(name, 1e6) > 0.999 and table.chance_of(name, 1e-6) < 1e-3
    # No figure lies above the level, and all lie above one percent.
    low = goal_of(of_one_goal(raw, operator=operator, value=1.0), name)
    assert goal.reached_in == int(goal.series["year"].iloc[0]) and not low.reached_in


@pytest.mark.parametrize("operator", ["avg_le", "sum_ge"])
def test_a_mean_or_total_has_a_probability_and_no_level(raw, operator):
    cells = {"operator": operator, "base_year": 2025, "value": 10.0}
    goal = goal_of(of_one_goal(raw, **cells), "sz_fyp15_rd_intensity_2030")
    assert np.isnan(goal.level) and goal.chance > 0.9 and not goal.has_line


def test_probabilities_without_unverified_figures_are_those_of_the_verdicts(raw, stage):
    verified = second_stage(raw, parameters().verified, stage)
    ids = [goal.target.target_id for goal in verified.goals]
    table = assess(raw, DAY, target_ids=ids).set_index("target_id")["probability_verified"]
    chance = pd.Series({goal.target.target_id: goal.chance for goal in verified.goals})
    # A settled target is sure in the table and has no chance here.
    chance = chance.dropna()
    assert len(chance) > 5
    pd.testing.assert_series_equal(chance, table[chance.index], check_names=False, rtol=1e-9)
    alone = second_stage(raw, parameters().verified)
    surer = pd.Series({goal.target.target_id: goal.chance for goal in alone.goals})
    assert (surer - chance).abs().max() > 0.01


def test_probabilities_are_those_of_the_verdicts(raw, stage):
    ids = [goal.target.target_id for goal in stage.open_goals]
    verdicts = assess(raw, DAY, target_ids=ids).set_index("target_id")
    for goal in stage.open_goals:
        years = stage.years(goal)
        chance = stage.probability(goal)[years == goal.target.target_year][0]
        row = verdicts.loc[goal.target.target_id]
        assert chance == pytest.approx(row["probability"], abs=1e-6)
        assert goal.level == pytest.approx(row["level"])
        assert goal.required == pytest.approx(row["required_growth"])
        assert goal.past == pytest.approx(row["past_growth"])


def test_paths_have_the_margins_of_the_projection(stage):
    for goal in stage.open_goals:
        above = (stage.paths(goal) >= goal.level).mean(axis=0)
        np.testing.assert_allclose(above, stage.probability(goal), atol=0.015)
        assert stage.years(goal)[-1] == 2035
        assert len(stage.intervals(goal)) == len(stage.years(goal))


def test_a_goal_that_a_figure_has_passed_is_reached(stage):
    goal = goal_of(stage, "sz_br2018_rd_intensity_2035")
    series = goal.series.set_index("year")["value"]
    assert series[goal.reached_in] >= goal.level
    assert series[series.index < goal.reached_in].lt(goal.level).all()
    found = attain(stage, goal)
    assert found.reached_in == goal.reached_in and found.never == 0


def test_a_figure_of_another_definition_does_not_reach_a_goal(stage):
    goal = goal_of(stage, "sz_br2018_sei_share_2035")
    lowered = replace(goal, level=40.5)
    printed = goal.series[goal.series["value"].ge(40.5)]["year"].min()
    assert lowered.reached_in > printed


def chances_of(found):
    return {g.target.target_id: g.chance for g in found.goals if np.isfinite(g.chance)}


@pytest.mark.parametrize(
    ("area", "target_id"),
    [("shenzhen", "sz_fyp15_gdp_growth_2030"), ("china", "cn_fyp15_rd_growth_2030")],
)
def test_a_mean_and_growth_from_an_open_year_have_the_chance_of_the_verdict(raw, area, target_id):
    found = second_stage(raw, parameters(area=area, since_year=2024))
    chances = chances_of(found)
    verdicts = assess(raw, DAY, target_ids=list(chances)).set_index("target_id")
    assert chances == pytest.approx(verdicts["probability"].to_dict(), abs=1e-6)
    assert target_id in chances
    assert goal_of(found, target_id) not in found.open_goals


def test_the_state_of_a_goal_whose_figure_is_out_is_told(raw):
    found = second_stage(raw, parameters(since_year=2019))
    settled = [goal for goal in found.goals if goal.state]
    assert {goal.state for goal in settled} >= {"met", "missed"}
    verdicts = assess(raw, DAY).set_index("target_id")["state"]
    for goal in settled:
        assert goal.state == verdicts[goal.target.target_id]
        assert goal.missing.endswith(f"the figure for {goal.target.target_year} is out")
        assert np.isnan(goal.required) and goal not in found.open_goals


def test_nothing_is_projected_further_than_the_spread_was_learned(raw):
    year = raw.targets["target_year"].mask(raw.targets["target_id"].eq(LATE), 2045)
    late = replace(raw, targets=raw.targets.assign(target_year=year))
    found = second_stage(late, parameters(last_year=2050))
    goal = goal_of(found, LATE)
    assert f"2045 lies more than {FURTHEST} years after the latest figure" in goal.missing
    for goal in found.open_goals:
        assert found.years(goal)[-1] == int(goal.latest["year"]) + FURTHEST


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"area": "china"}, "points that a projection needs"),
        ({"first_year": 2022}, "the base year 2020 is left out, as all before 2022"),
        ({"first_year": 2026}, "no figure is left from 2026 on"),
        ({"area": "china", "min_grade": "official"}, "no figure of grade official or better"),
    ],
)
def test_what_cannot_be_projected_says_why(raw, more, words):
    found = second_stage(raw, parameters(**more))
    assert any(words in goal.missing for goal in found.goals)
    assert found.projected is None and not found.open_goals


def test_an_unknown_area_and_a_past_year_are_refused(raw):
    with pytest.raises(InputError, match=r"area: 'mars' is not in areas\.csv"):
        second_stage(raw, parameters(area="mars"))
    with pytest.raises(InputError, match="last_year 2026 does not lie after the as-of date"):
        second_stage(raw, parameters(last_year=2026))
    with pytest.raises(InputError, match="last_year 2035 does not lie after since_year 2040"):
        second_stage(raw, parameters(since_year=2040))
    with pytest.raises(InputError, match="last_year 9999 lies more than 100 years after"):
        second_stage(raw, parameters(last_year=9999))
