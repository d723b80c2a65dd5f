"""The rules side by side on the project's own targets."""

import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.targets.on_track.comparison import COLUMNS, compare_rules, disagreement
from helpers.targets.plan import find_target, read_targets

RD, PCT = "rd_intensity_2025", "pct_applications_2025"


def target_of(raw, target_id):
    return find_target(read_targets(raw.targets, raw.sources), target_id)


def test_three_rules_would_have_called_a_rise_a_regression(raw):
    table = compare_rules(raw, "2023-12-31", [RD], base="made public")
    assert table["as_of"].eq(pd.Timestamp("2023-12-31")).all()
    assert set(table["base_year"].dropna()) == {2019}
    wrong = table[table["level"].eq("wrong way")]
    assert set(wrong["rule"]) == {"eurostat", "unsd", "half_time"}
    assert not wrong["sound"].any()
    text = disagreement(table, target_of(raw, RD), raw)
    assert text.startswith("R&D expenditure as a share of GDP, 2025: ")
    assert "3 say wrong way" in text
    assert "Formulas break down for Eurostat (movement away)" in text


def test_a_target_equal_to_its_base_is_refused_by_the_ratios(raw):
    table = compare_rules(raw, "2023-12-31", [RD]).set_index("rule")
    assert table.loc["unsd", "refused"]
    assert table.loc["sdsn", "level"] == "on track"


def test_no_rule_reads_words_or_growth_rates(raw):
    table = compare_rules(raw, "2026-11-23", ["overall_2025", "sz_wr2026_gdp_growth_2026"])
    assert table.empty
    assert list(table) == COLUMNS


def test_without_a_reading_it_is_said_why(raw):
    research = target_of(raw, RD)
    none = disagreement(compare_rules(raw, "2021-02-25", [RD]).head(0), research, raw)
    assert none.startswith("R&D expenditure as a share of GDP, 2025: no rule can be asked")
    early = compare_rules(raw, "2018-01-01", [RD], base="made public")
    assert early.empty
    told = disagreement(early, research, raw)
    assert told.endswith("2025: no rule can be asked (the target was set only on 2020-07-04).")


def test_a_ceiling_is_asked_with_the_signs_turned():
    states = read_raw("examples/united_states")
    table = compare_rules(states, "1982-12-31", ["act_unemployment_1983"]).set_index("rule")
    assert table["latest_value"].gt(table["base_value"]).all()
    level = table.loc[table["level"].ne(""), "level"]
    assert level[["eurostat", "open_sdg", "unsd", "sdsn", "half_time"]].eq("wrong way").all()
    assert level.ne("on track").all()


def test_goals_on_the_way_are_those_of_the_same_plan_and_figure(raw):
    assert target_of(raw, "sz_br2018_sei_share_2035").milestones == ((2022, 40.0), (2025, 42.4))
    assert target_of(raw, "sei_share_2025").milestones == ()
    asked = ["sz_br2018_sei_share_2035", "sei_share_2025"]
    table = compare_rules(raw, "2026-11-23", asked).set_index(["target_id", "rule"])
    path = table.xs("digital_decade", level="rule")
    assert path.loc["sz_br2018_sei_share_2035", "value"] == pytest.approx(43.0 / 42.4)
    assert path.loc["sei_share_2025", "refused"] == "the plan states no goal for a year on the way"
