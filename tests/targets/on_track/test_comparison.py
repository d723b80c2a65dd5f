"""The rules side by side on the project's own targets."""

import pandas as pd

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
    refused = early[early["level"].isin([""])]
    assert "no rule has a reading (no figure for the base year" in disagreement(
        refused, research, raw
    )
