"""The published rules side by side: worked cases, words, refusals and reasons."""

import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.targets.on_track import readings as rules
from helpers.targets.on_track.cases import plan_case
from helpers.targets.on_track.formulas import FORMULAS, RULES
from helpers.targets.on_track.readings import LEVELS, apply_rules
from helpers.vintages.series import SeriesChoice, known_series, open_archive


def series(figures: dict[int, float], **columns) -> pd.DataFrame:
    return pd.DataFrame({"year": list(figures), "value": list(figures.values()), **columns})


def read(figures, base_year, level, target_year, **options) -> pd.DataFrame:
    frame = figures if isinstance(figures, pd.DataFrame) else series(figures)
    case = plan_case(frame, base_year=base_year, level=level, target_year=target_year, **options)
    return apply_rules(case, frame).set_index("rule")


WORKED = {
    "share passed": ({2019: 37.7, 2023: 41.9}, 2019, 38, 2025),
    "research rises": ({2019: 4.93, 2022: 5.81}, 2019, 4.8, 2025),
    "research falls": ({2019: 4.93, 2022: 4.70}, 2019, 4.8, 2025),
    "value added": ({2020: 1030, 2023: 1450}, 2020, 1500, 2025),
    "share to 2035": ({2019: 37.7, 2025: 43.0}, 2019, 45.7, 2035),
    "base moved": ({2023: 41.9, 2024: 42.3}, 2023, 45.7, 2035),
}


@pytest.mark.parametrize(
    ("case", "ratio", "state", "way", "done", "elapsed"),
    [
        ("share passed", 20.2, "target achieved", 21.6, 14.0, 0.67),
        # 5.81 (5.81 / 4.93) - 4.93 over 4.8 - 4.93 is -14.747: -14.7, not -14.8.
        ("research rises", 12.7, "target achieved", -14.7, -6.8, 0.50),
        ("research falls", -3.6, "deterioration", 3.5, 1.8, 0.50),
        ("value added", 1.55, "substantial progress", 1.68, 0.89, 0.60),
        ("share to 2035", 1.83, "substantial progress", 1.98, 0.66, 0.38),
        ("base moved", 1.31, "substantial progress", 1.33, 0.11, 0.08),
    ],
)
def test_the_worked_cases_to_the_digit(case, ratio, state, way, done, elapsed):
    table = read(*WORKED[case])
    digits = 2 if abs(ratio) < 3 else 1
    assert round(table.loc["open_sdg", "value"], digits) == ratio
    assert table.loc["open_sdg", "state"] == state
    assert round(table.loc["unsd", "value"], digits) == way
    assert round(table.loc["half_time", "value"], digits) == done
    assert round(table.loc["half_time", "bar"] + 1e-9, 2) == elapsed


def test_the_trap_of_a_base_past_the_target_turns_three_rules_round():
    rises, falls = read(*WORKED["research rises"]), read(*WORKED["research falls"])
    turned = ["eurostat", "unsd", "half_time"]
    assert rises.loc[turned, "level"].eq("wrong way").all()
    assert falls.loc[turned, "level"].eq("on track").all()
    for table in (rises, falls):
        assert not table.loc[turned, "sound"].any()
        words = "the base 4.93 is already past 4.8, so the formula changes sign"
        assert table.loc[turned, "caution"].str.contains(words, regex=False).all()
    upright = ["open_sdg", "escap", "sdsn"]
    assert rises.loc[upright, "level"].eq("on track").all()
    assert falls.loc[upright, "level"].eq("wrong way").all()
    assert rises.loc[upright, "sound"].all()


def test_each_state_is_in_the_owner_s_words_and_each_rule_says_who_and_how_surely():
    assert [rule.name for rule in RULES] == list(FORMULAS)
    certainties = {"read", "partly read", "second-hand", "from memory", "our reading"}
    for rule in RULES:
        assert rule.certainty in certainties
        assert rule.owner and rule.citation and rule.note and rule.cannot_judge
        assert len(set(rule.states)) == len(rule.states) >= 3
    for case in WORKED.values():
        table = read(*case)
        for rule in RULES:
            row = table.loc[rule.name]
            assert row["state"] in rule.states or (row["state"] == "" and row["refused"])
            assert row["level"] in LEVELS or row["refused"]
            assert row["certainty"] == rule.certainty


def test_columns_and_rows_of_the_table():
    figures = series({2019: 1.0, 2020: 2.0})
    table = apply_rules(plan_case(figures, base_year=2019, level=3, target_year=2025), figures)
    assert list(table) == rules.COLUMNS
    assert list(table["rule"]) == [rule.name for rule in RULES]
    assert table.loc[table["rule"].eq("destatis"), "base_year"].isna().all()
    assert table.loc[table["rule"].eq("unsd"), "base_year"].eq(2019).all()


STEADY = {year: 10.0 + year - 2014 for year in range(2014, 2023)}


@pytest.mark.parametrize(
    ("figures", "plan", "rule", "words"),
    [
        ({}, (2015, 30, 2025), "unsd", "no figure is known"),
        (STEADY, (2012, 30, 2025), "eurostat", "no figure for the base year 2012"),
        (STEADY, (2012, 30, 2025), "escap", "no figure for the base year 2012"),
        (STEADY, (2022, 30, 2025), "sdsn", "no figure after the base year 2022"),
        (STEADY, (2022, 30, 2025), "open_sdg", "no figure after the base year 2022"),
        (STEADY, (2015, 30, 2020), "destatis", "figure of 2022 is not before the end of the plan"),
        (STEADY, (2015, 30, 2022), "escap", "the figure of 2022 is not before the end of the plan"),
        (STEADY, (2015, 11, 2025), "half_time", "the target equals the base"),
        (STEADY, (2015, 11, 2025), "open_sdg", "the target equals the base"),
        ({2015: -1.0, 2019: 2.0}, (2015, 30, 2025), "unsd", "are not all positive"),
        ({2015: -1.0, 2019: 2.0}, (2015, 30, 2025), "open_sdg", "are not all positive"),
        ({2015: 1.0, 2019: 2.0}, (2015, 3, 2025), "destatis", "too few figures: 2, it asks for 4"),
        ({1998: 1.0, 2005: 2.0}, (1998, 3, 2025), "escap", "too few figures: 1, it asks for 2"),
    ],
)  # fmt: skip
def test_what_a_rule_cannot_judge_it_refuses_in_words(figures, plan, rule, words):
    table = read(figures, *plan)
    row = table.loc[rule]
    assert words in row["refused"]
    assert row["why"] == row["refused"]
    assert (row["state"], row["level"], row["sound"]) == ("", "", False)
    assert pd.isna(row["value"])


def test_an_unspliced_break_is_refused_by_every_rule_that_looks_across_it():
    frame = series(
        STEADY, spliced_value=list(STEADY.values()), break_before=["", "", "no", *[""] * 6]
    )
    table = read(frame, 2015, 30, 2025)
    words = "the definition changes before 2016 and no splice joins it"
    across = table["refused"].str.contains(words)
    assert across[["eurostat", "open_sdg", "unsd", "escap", "sdsn", "half_time"]].all()
    assert not across["destatis"]  # its last six figures start in 2017
    later = read(frame, 2016, 30, 2025)
    assert later.loc[["eurostat", "sdsn"], "refused"].eq("").all()


def test_spliced_and_suspected_breaks_are_named_but_do_not_silence_a_rule():
    spliced = [value * 2 for value in STEADY.values()][:2] + list(STEADY.values())[2:]
    marks = ["", "", "no", "", "", "suspected", "", "", ""]
    table = read(series(STEADY, spliced_value=spliced, break_before=marks), 2015, 60, 2025)
    assert table.loc["unsd", "caution"] == "spliced at 2016; suspected break before 2019"
    assert table.loc["destatis", "caution"] == "suspected break before 2019"
    assert table.loc[table["refused"].eq(""), "sound"].all()
    assert table.index[table["refused"].ne("")].tolist() == ["digital_decade"]


def test_a_rule_that_differs_says_whether_base_window_or_formula_makes_it():
    # A long rise, then a fall since the base: only the long window still sees the rise.
    figures = {year: 100.0 + 60 * (year - 2000) for year in range(2000, 2020)}
    figures |= {2019: 1300.0, 2020: 1290.0, 2021: 1280.0}
    table = read(figures, 2019, 1500, 2025)
    assert table.loc["escap", "level"] == "on track"
    assert table.loc["escap", "why"].endswith("differs from most (wrong way) by its window")
    trap = read(*WORKED["research rises"])
    assert "by its base year: the base is already past the target" in trap.loc["unsd", "why"]


def test_a_different_formula_is_named_when_neither_base_nor_window_explains():
    # Compound growth over one year with a jump overshoots where straight lines fall short.
    table = read({2018: 100.0, 2019: 100.0, 2020: 100.0, 2021: 140.0}, 2020, 400, 2025)
    assert table.loc["unsd", "level"] == "on track"
    why = table.loc["unsd", "why"]
    assert "differs from most (too slow) by its formula, share of the way" in why
    # Three-level bars differ too: .10 of the way is regression to one owner only.
    slow = read({y: 100 * 1.001 ** (y - 2015) for y in range(2015, 2021)}, 2015, 120, 2025)
    assert slow.loc["unsd", "level"] == "wrong way"
    assert "by its formula, share of the way" in slow.loc["unsd", "why"]


def test_why_carries_the_figures_that_were_compared():
    table = read(*WORKED["value added"])
    assert table.loc["eurostat", "why"] == "growth +12.1 % a year since 2020, +7.8 % needed"
    assert "it ends at 1821 in 2025" in table.loc["unsd", "why"]
    assert "89 % of the way from 1030 to 1500 in 60 % of the time" in table.loc["half_time", "why"]
    assert "change +140 a year since 2020, +94 needed" in table.loc["sdsn", "why"]
    assert "ends at 1730 in 2025" in table.loc["escap", "why"]


def test_down_can_be_good():
    falling = {year: 100.0 - 3 * (year - 2014) for year in range(2014, 2022)}
    way = {"direction": -1, "milestones": [(2020, 83.0)]}
    table = read(falling, 2015, 70, 2025, **way)
    # One owner says that it improves, and not whether that is enough.
    assert table["level"].drop("healthy_people").eq("on track").all()
    assert table.loc["healthy_people", "state"] == "improving"
    rising = {year: 100.0 + 3 * (year - 2014) for year in range(2014, 2022)}
    assert read(rising, 2015, 70, 2025, **way)["level"].eq("wrong way").all()


@pytest.fixture(scope="module")
def archive():
    return open_archive(read_raw())


def test_real_series_and_the_rules_that_would_call_research_regressing(archive):
    place = {"indicator": "rd_intensity", "area": "shenzhen"}
    known = known_series(archive, "2023-12-31", **place)
    table = read(known, 2019, 4.8, 2025)
    wrong = table.index[table["level"].eq("wrong way")]
    assert list(wrong) == ["eurostat", "unsd", "half_time"]
    assert not table.loc[wrong, "sound"].any()


def test_without_a_splice_the_share_of_emerging_industries_is_refused(archive):
    place = {"indicator": "sei_share", "area": "shenzhen"}
    known = known_series(archive, "2023-12-31", SeriesChoice(splice="none"), **place)
    table = read(known, 2016, 40, 2025)
    assert table.loc["unsd", "refused"].startswith("the definition changes before 2018")
    spliced = read(known_series(archive, "2023-12-31", **place), 2016, 40, 2025)
    assert spliced.loc["unsd", "refused"] == ""
    assert "spliced at 2018" in spliced.loc["unsd", "caution"]
