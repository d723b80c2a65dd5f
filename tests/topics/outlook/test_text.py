"""What notebook 09 says: with and without doubt, and where nothing can be said."""

import numpy as np
import pandas as pd
import pytest

from helpers.topics.outlook import scenarios
from helpers.topics.outlook import text as findings
from helpers.topics.outlook.goals import second_stage
from helpers.topics.parameters import Parameters
from helpers.wording import english as wording
from support.scenarios import scenario_paths

DAY = "2026-11-23"
RECORD = pd.DataFrame(
    {"series": [1000, 900], "covers80": [81.2, 77.4], "covers95": [95.0, 91.0],
     "width80": [2.0, 3.0]},
    index=pd.RangeIndex(9, 11, name="horizon"),
)  # fmt: skip


def everything(raw, **more):
    run = Parameters(**({"as_of": DAY, "since_year": 2025, "last_year": 2035} | more))
    stage = second_stage(raw, run)
    return (run, stage, second_stage(raw, run.verified, stage), scenario_paths(stage, raw, run),
            scenarios.base_readings(stage, raw, run))  # fmt: skip


@pytest.fixture(scope="module")
def real(raw):
    return everything(raw)


def test_the_answer_names_every_goal_and_its_probability(real):
    run, stage, verified, _, read_as = real
    text = findings.answer(stage, verified, run.as_of, "Shenzhen", read_as, RECORD)
    for goal in stage.goals:
        assert f"**{goal.name}, {findings.asked(goal)}**" in text
        assert wording.equation(goal.chance) in text
    assert "Of 900 public series 77 % lay inside bands of 80 % after 10 years." in text
    assert "Without them a probability moves by at most" in text
    assert f"{len(read_as)} ways" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"area": "gba"}, "no document names a level for Place"),
        ({"area": "china", "since_year": 2024}, "the base year 2025 is open too"),
        ({"since_year": 2019, "last_year": 2027}, "met: the figure for 2025 is out."),
        ({"since_year": 2019, "last_year": 2027}, "missed: the figure for 2025 is out."),
        ({"last_year": 2050}, "The spread was learned up to 15 years ahead"),
        ({"first_year": 2021}, "2021 to "),
        ({"last_year": 2031}, "on average at least 5 % on the year before, 2026 to 2030**"),
        ({"first_year": 3000}, "no probability: no figure is left from 3000 on"),
        ({"as_of": "2020-07-04"}, "3 of the 5 points"),
        ({"area": "guangdong"}, "can no longer be projected"),
    ],
)
def test_what_cannot_be_said_is_said_plainly(raw, more, words):
    run, stage, verified, _, read_as = everything(raw, **more)
    assert words in findings.answer(stage, verified, run.as_of, "Place", read_as, RECORD)


def test_the_table_holds_a_row_a_goal_and_year(real):
    _, stage, verified, ahead, _ = real
    table = findings.outlook_table(stage, verified, ahead)
    assert list(table.columns) == findings.COLUMNS
    for goal in stage.open_goals:
        own = table[table["target_id"].eq(goal.target.target_id)]
        assert list(own["year"]) == list(stage.years(goal))
        np.testing.assert_allclose(own["probability"], stage.probability(goal))
        assert own["probability_reached"].is_monotonic_increasing
        assert (own["lower95"] < own["median"]).all() and (own["median"] < own["upper95"]).all()
        at = own[own["year"].eq(goal.target.target_year)].iloc[0]
        if not goal.reached_in:
            assert at["scenario_required"] == pytest.approx(goal.level)
            firsts = own["probability_first"].cumsum()
            np.testing.assert_allclose(firsts, own["probability_reached"])


def test_leaving_out_unverified_figures_moves_a_probability(real):
    _, stage, verified, ahead, _ = real
    table = findings.outlook_table(stage, verified, ahead)
    assert (table["probability"] - table["probability_verified"]).abs().max() > 1e-4
    same = findings.outlook_table(stage, stage, ahead)
    np.testing.assert_allclose(same["probability"], same["probability_verified"])


def test_titles_are_findings(real):
    _, stage, _, ahead, _ = real
    for goal in findings.by_indicator(stage):
        title = findings.fan_title(stage, goal)
        own = [g for g in stage.open_goals if g.target.indicator == goal.target.indicator]
        assert title.count(" for ") == len(own) == len(findings.goal_marks(stage, goal))
        said = findings.scenario_title(stage, goal, ahead)
        assert "% a year as lately" in said
        for other in own:
            need = (
                "is passed already"
                if other.latest["value"] >= other.level
                else f"asks for {findings.rate(other.required)}"
            )
            assert f"{findings.asked(other)} {need}" in said
    assert findings.attainment_title(stage).startswith(f"Of {len(stage.open_goals)} goals ")


def test_growth_that_rounds_to_nothing_has_one_more_digit():
    assert findings.rate(0.031) == "0.03 %" and findings.rate(0.46) == "0.5 %"
    assert findings.rate(-0.001) == "0.00 %" and findings.rate(-2.04) == "-2.0 %"


@pytest.mark.parametrize("more", [{"since_year": 2019}, {"first_year": 2025}, {"last_year": 2050}])
def test_no_sentence_holds_what_is_not_known(raw, more):
    run, stage, verified, ahead, read_as = everything(raw, **more)
    said = [findings.answer(stage, verified, run.as_of, "Shenzhen", read_as, RECORD)]
    said += [findings.scenario_title(stage, goal, ahead) for goal in stage.open_goals]
    assert not any("nan" in text for text in said)
    chances = any(np.isfinite(goal.chance) for goal in stage.goals)
    assert ("public series" in said[0]) == chances
    late = {goal.target.indicator for goal in stage.open_goals} & set(
        ahead.loc[ahead["scenario"].eq(scenarios.PAST) & ahead["value"].isna(), "indicator"]
    )
    assert bool(late) == any("which a share cannot" in text for text in said)


def test_doubts_are_of_what_is_unverified(real):
    _, stage, verified, _, _ = real
    assert findings.doubts(verified, verified).endswith("on a publication that was read.")
    assert "Without them" in findings.doubts(stage, verified)


def test_past_bands_are_counted_in_their_title():
    bands = pd.DataFrame(
        {"indicator": ["a", "b", "a"], "horizon": [10, 10, 9], "lower80": [1.0, 2.0, 1.0],
         "upper80": [3.0, 10.0, 9.0], "came": [2.0, 1.0, 2.0], "inside80": [True, False, True],
         "inside95": [True, True, True]}
    )  # fmt: skip
    title = findings.past_title(bands, 10)
    assert title.startswith("1 of 2 bands of 10 years held what came")
    assert title.endswith("4.0 times the lower")
    one = findings.past_title(bands.assign(horizon=[1, 9, 9]), 1)
    assert one.startswith("1 of 1 band of 1 year held what came")
    assert findings.past_title(bands, 15) == "No band of 15 years has run its course"


def test_the_width_now_is_that_of_the_intervals(real):
    _, stage, _, _, _ = real
    goal = findings.by_indicator(stage)[0]
    row = stage.intervals(goal).query("horizon == 5").iloc[0]
    assert f"{row['upper80'] / row['lower80']:.1f} for {goal.name}" in findings.width_now(stage, 5)
    assert findings.width_now(stage, 40) == "No goal is projected 40 years ahead."


def test_the_goals_stand_with_growth_and_probability_or_why_there_is_none(raw, real):
    _, stage, verified, _, _ = real
    table = findings.goal_table(stage, verified)
    assert list(table["target_id"]) == [goal.target.target_id for goal in stage.goals]
    assert table["probability"].notna().equals(table["missing"].eq(""))
    assert table["required_growth"].tolist() == pytest.approx(
        [g.required for g in stage.goals], nan_ok=True
    )
    _, none, _, _, _ = everything(raw, area="gba")
    assert findings.goal_table(none, none).empty
