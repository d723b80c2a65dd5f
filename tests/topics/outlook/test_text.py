"""What notebook 09 says: with and without doubt, and where nothing can be said."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.topics import outlook
from helpers.topics.outlook import text as findings
from helpers.topics.outlook.goals import index_chance, second_stage
from helpers.topics.parameters import Parameters
from helpers.wording import english as wording

DAY = "2026-11-23"
NONE = pd.DataFrame({"required_growth": [], "probability": []}, dtype=float)


def everything(raw, **more):
    run = Parameters(**({"as_of": DAY, "since_year": 2025, "last_year": 2035} | more))
    stage = second_stage(raw, run)
    return run, stage, second_stage(raw, run.verified, stage)


@pytest.fixture(scope="module")
def real(raw):
    return everything(raw)


def test_the_answer_names_every_goal_and_its_probability(real):
    run, stage, verified = real
    text = findings.answer(stage, verified, run, "Shenzhen")
    for goal in stage.goals:
        assert f"**{goal.name}, {findings.asked(goal)}**" in text
        assert wording.equation(goal.chance) in text
    assert "Without them a probability moves by at most" in text


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
    run, stage, verified = everything(raw, **more)
    text = findings.answer(stage, verified, run, "Place")
    assert words in text and "nan" not in text


@pytest.mark.parametrize("more", [{}, {"since_year": 2019}, {"first_year": 3000}, {"area": "gba"}])
def test_the_closing_names_each_goal_once_by_its_likelihood(raw, more):
    run, stage, _ = everything(raw, **more)
    text = findings.closing(stage, run, "Place", "A sentence.", "")
    assert "nan" not in text
    if not stage.goals:
        assert text.startswith(f"As known on **{DAY}**, no document") and "A sentence" not in text
        return
    assert text.endswith("A sentence.")
    named = [line for line in text.splitlines() if line.startswith("- **")]
    assert sum(line.count("; ") + 1 for line in named) == len(stage.goals)
    for goal in stage.goals:
        word = wording.likelihood(goal.chance) if np.isfinite(goal.chance) else goal.state
        (line,) = [one for one in named if f"- **{word or 'without a probability'}**" in one]
        assert f"{goal.name} ({goal.target.target_year})" in line


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([(1.0, 2.0, 3.0), (4.0, 2.0, 3.0)],
         "Of 2 goals still ahead of the latest figure, 1 asks for more growth than the last years "
         "brought; 1 asks for more than the best comparable area, known of 2."),
        ([(1.0, 2.0, np.nan)],
         "Of 1 goal still ahead of the latest figure, none asks for more growth than the last "
         "years brought; no comparable area holds a series to measure them by."),
        ([(-4.0, -2.0, -5.0), (-1.0, -2.0, -3.0)],
         "Of 2 goals still ahead of the latest figure, 1 asks for more of a fall than the last "
         "years brought; none asks for more than the best comparable area, known of 2."),
        ([(-4.0, 2.0, np.nan), (4.0, 2.0, 3.0)],
         "Of 2 goals still ahead of the latest figure, 2 ask for more growth or fall than the last "
         "years brought; 1 asks for more than the best comparable area, known of 1."),
        ([(np.nan, 2.0, 3.0)],
         "No goal that is still ahead can be held against the growth of the past."),
    ],
)  # fmt: skip
def test_growth_asked_for_is_held_against_what_was_achieved(rows, said):
    names = ["required", "past trend", "best comparable area"]
    assert findings.pace_finding(pd.DataFrame(rows, columns=names)) == said


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "A multiple of a base year is asked for, but no figure of the base year is used."),
        ([(3.6, 0.76)],
         "A multiple of a base year can be read in 1 way: it asks for 3.6 % a year, and P is "
         "76 %."),
        ([(3.6, 0.76), (4.4, 0.59)],
         "A multiple of a base year can be read in 2 ways, which ask for 3.6 to 4.4 % a year, and "
         "P lies between 59 % and 76 %."),
        ([(3.6, 0.76), (4.4, np.nan)],
         "A multiple of a base year can be read in 2 ways, which ask for 3.6 to 4.4 % a year, and "
         "P is 76 % for the 1 that can be projected."),
        ([(np.nan, np.nan)],
         "A multiple of a base year can be read in 1 way, without a probability: too few figures."),
    ],
)  # fmt: skip
def test_readings_of_a_multiple_are_summed_up(real, rows, said):
    _, stage, _ = real
    assert findings.readings_finding(stage, pd.DataFrame(rows, columns=list(NONE))) == said
    plain = [goal for goal in stage.goals if not goal.target.unit.startswith("pct_of_")]
    without = findings.readings_finding(replace(stage, goals=tuple(plain)), NONE)
    assert without == "No goal is a multiple of a base year."


def test_titles_are_findings(real):
    _, stage, _ = real
    for goal in stage.open_goals:
        title = findings.fan_title(stage, goal)
        own = [g for g in stage.open_goals if g.target.indicator == goal.target.indicator]
        assert title.count(" for ") == len(own) == len(findings.goal_marks(stage, goal))
    assert findings.attainment_title(stage).startswith(f"Of {len(stage.open_goals)} goals ")


def test_growth_that_rounds_to_nothing_has_one_more_digit():
    assert findings.rate(0.031) == "0.03 %" and findings.rate(0.46) == "0.5 %"
    assert findings.rate(-0.001) == "0.00 %" and findings.rate(-2.04) == "-2.0 %"


def test_doubts_are_of_what_is_unverified(real):
    _, stage, verified = real
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
    record = pd.DataFrame({"series": [1000, 900], "inside80": [81.2, 77.4]}, index=[9, 10])
    said = findings.record_finding(record)
    assert said == "Of 900 public series 77 % lay inside bands of 80 % after 10 years."


def test_the_goals_stand_with_their_probability_or_why_there_is_none(raw, real):
    _, stage, _ = real
    table = outlook.goal_table(stage)
    assert list(table.index) == [goal.target.target_id for goal in stage.goals]
    assert table["probability"].notna().equals(table["missing"].eq(""))
    shares = table["ceiling"].eq(100)
    assert dict(table.loc[shares, "indicator"]) == {
        goal.target.target_id: goal.target.indicator
        for goal in stage.goals
        if goal.scale == "logit"
    }
    _, none, _ = everything(raw, area="gba")
    assert outlook.goal_table(none).empty and outlook.year_by_year(none).empty


def test_a_planted_index_is_projected_only_as_far_as_the_spread_was_learned():
    index = [100 * 1.05**k for k in range(12)]
    assert index_chance(index, 2025, 100, 2030) > 0.95
    assert index_chance(index, 2025, 1000, 2030) < 0.05
    for short, year in ((index[:2], 2030), (index, 2025), (index, 2060)):
        assert np.isnan(index_chance(short, 2025, 100, year))
