"""What is said of a measure, in three languages: complete, and true to the figures."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.targets.states import read_targets
from helpers.topics import measures
from helpers.wording.language import CODES
from helpers.wording.sentences import PHRASES, amount, signed_number
from support.measures import MAPPING, planted, read

ROW = pd.Series(
    {"indicator": "x", "unit": "pct_gdp", "scale": "logit", "strength": "some",
     "base_year": 2019.0, "base_value": 4.93, "base_decimals": 2.0, "base_grade": "press",
     "base_status": "final", "latest_year": 2024.0, "latest_value": 6.67,
     "latest_decimals": 2.0, "latest_grade": "press", "latest_status": "final",
     "cut_before": 0, "suspected_break": False}
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "X rose from 4.93 % in 2019 to 6.67 % in 2024 (+1.74 points)."),
        ("zh", "X由2019年的4.93%升至2024年的6.67%（+1.74个百分点）。"),
        ("ja", "Xは2019年の4.93%から2024年には6.67%となった（+1.74ポイント）。"),
    ],
)
def test_a_change_is_told_from_the_figures(language, expected):
    assert measures.describe(ROW, "X", language) == expected


@pytest.mark.parametrize("language", CODES)
def test_direction_doubt_and_breaks_are_said(language):
    own = PHRASES[language]
    fell = ROW.copy()
    fell["latest_value"], fell["latest_grade"], fell["base_status"] = 4.0, "unverified", "estimate"
    fell["suspected_break"], fell["cut_before"] = True, 2019
    text = measures.describe(fell, "X", language)
    assert "\N{MINUS SIGN}0.93" in text
    for key in ("unverified", "estimate", "suspected", "cut"):
        assert own[key] in text, key
    for key in ("unverified", "estimate", "suspected", "cut"):
        assert own[key] not in measures.describe(ROW, "X", language)
    same = ROW.copy()
    same["latest_value"] = 4.93
    assert measures.describe(same, "X", language).count("4.93") == 2
    one = ROW.copy()
    one["strength"] = "one"
    assert "4.93" not in measures.describe(one, "X", language)
    one["strength"] = "none"
    assert measures.describe(one, "X", language) == ""


def test_amounts_change_in_percent():
    row = ROW.copy()
    row["scale"], row["base_value"], row["latest_value"] = "log", 200.0, 300.0
    assert measures.change(row, "en") == "+50 %"
    row["latest_value"] = 195.0
    assert measures.change(row, "ja") == "\N{MINUS SIGN}2.5%"


def test_numbers_follow_local_habit():
    assert [signed_number(17459, 0, one) for one in CODES] == ["17,459", "17459", "17,459"]
    assert amount(1084.61, 2, "cny_100m", "en") == "108.5 billion yuan"
    assert amount(1084.61, 2, "cny_100m", "zh") == "1084.61亿元"
    assert amount(1084.61, 2, "cny_100m", "ja") == "1,084.61億元"


@pytest.mark.parametrize("language", CODES)
def test_every_target_of_every_plan_can_be_worded(language):
    raw = read_raw()
    for target in read_targets(raw.targets, raw.sources):
        if target.operator != "qualitative":
            asked = measures.asks(target, language)
            assert re.search(r"\d", asked) and "{" not in asked


def test_ranges_and_ceilings_are_worded():
    raw = read_raw()
    target = read_targets(raw.targets, raw.sources)[0]
    between = replace(target, operator="between", value=5.0, value_high=6.0, decimals=0)
    assert measures.asks(between, "en") == "5 to 6 %"
    assert measures.asks(replace(target, operator="avg_le"), "en") == "on average at most 4.8 %"
    assert measures.asks(replace(target, operator="growth_gt"), "zh") == "年均增长超过4.8%"


def test_the_plans_own_target_is_named_before_those_of_others():
    raw = read_raw()
    found = measures.verdicts_of(raw, "2026-11-23", area="shenzhen")
    ids = {name: target.target_id for name, (target, _) in found.items()}
    assert ids["rd_intensity"] == "rd_intensity_2025"
    # Two documents set a number for 2025: the later one counts.
    assert ids["national_hightech_enterprises"] == "sz_c20_hightech_enterprises_2025"
    early = measures.verdicts_of(raw, "2019-06-30", area="shenzhen")
    assert all(target.set_on <= pd.Timestamp("2019-06-30") for target, _ in early.values())
    assert early["rd_intensity"][0].target_id == "sz_br2018_rd_intensity_2025"


def test_what_cannot_be_judged_says_what_is_missing():
    raw = planted([(2019, 1, "press", "d"), (2023, 2, "press", "d")], MAPPING)
    reading, names = read(raw), measures.names_of(raw)
    for language in CODES:
        text = measures.statement(reading, "m3", names, {}, language)
        assert PHRASES[language]["nothing"] in text and "missing" in text
        told = measures.statement(reading, "m1", names, {}, language)
        assert PHRASES[language]["cause"] in told
        assert PHRASES[language]["nothing"] not in told
    assert measures.needed(reading, "m3") == "missing (none)"
    assert measures.needed(reading, "m1") == ""
