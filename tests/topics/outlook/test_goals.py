"""Goals of later years: which count, what they ask for, and one projection of their series."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics.outlook.goals import attain, second_stage
from helpers.topics.parameters import Parameters

DAY = "2026-11-23"


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
        assert goal.target.unit != "pct" and goal.target.operator != "qualitative"
    few = second_stage(raw, parameters(last_year=2030))
    assert {goal.target.target_year for goal in few.goals} == {2030}


def test_a_goal_set_later_is_not_known(raw):
    early = second_stage(raw, parameters(as_of="2020-07-04"))
    assert all(goal.target.set_on <= pd.Timestamp("2020-07-04") for goal in early.goals)
    assert {goal.target.plan for goal in early.goals} != set()
    assert all(goal.series["known_from"].max() <= pd.Timestamp("2020-07-04")
               for goal in early.goals)  # fmt: skip


def test_ceilings_and_averages_are_no_goals_to_be_reached(raw):
    own = raw.targets["target_id"].eq("sz_fyp15_rd_intensity_2030")
    for operator in ("le", "avg_ge", "between"):
        word = raw.targets["operator"].mask(own, operator)
        found = second_stage(replace(raw, targets=raw.targets.assign(operator=word)), parameters())
        assert "sz_fyp15_rd_intensity_2030" not in {g.target.target_id for g in found.goals}


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


@pytest.mark.parametrize(
    ("area", "words"), [("china", "points that a projection needs"), ("china", "base year")]
)
def test_what_cannot_be_projected_says_why(raw, area, words):
    found = second_stage(raw, parameters(area=area))
    assert any(words in goal.missing for goal in found.goals)
    assert found.projected is None and not found.open_goals


def test_an_unknown_area_and_a_past_year_are_refused(raw):
    with pytest.raises(InputError, match=r"area: 'mars' is not in areas\.csv"):
        second_stage(raw, parameters(area="mars"))
    with pytest.raises(InputError, match="last_year 2026 does not lie after the as-of date"):
        second_stage(raw, parameters(last_year=2026))
