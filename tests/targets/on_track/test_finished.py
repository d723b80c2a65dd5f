"""Finished targets: verdicts replayed with the figures of the day, and scored."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.targets.assessment import assess
from helpers.targets.on_track import scores as rule_scores
from helpers.targets.on_track.formulas import RULES
from helpers.targets.on_track.scores import (
    BASE_RATE,
    COIN,
    OURS,
    finished_verdicts,
    judge_finished,
    score_finished,
    score_verdicts,
)

EDITION = "2026-11-23"


@pytest.fixture(scope="module")
def verdicts(raw):
    return finished_verdicts(raw, EDITION)


@pytest.mark.slow
def test_every_settled_target_is_replayed_by_every_forecaster(raw, verdicts):
    settled = assess(raw, EDITION).set_index("target_id")["state"]
    settled = settled[settled.isin(["met", "missed"])]
    outcome = verdicts.drop_duplicates("target_id").set_index("target_id")["outcome"]
    assert outcome.to_dict() == settled.to_dict()
    assert verdicts["forecaster"].nunique() == len(RULES) + 1
    sizes = verdicts.groupby(["target_id", "day"]).size()
    assert sizes.eq(len(RULES) + 1).all()


def test_days_run_from_the_setting_to_the_end_of_the_target_year(verdicts):
    assert verdicts["years_left"].between(0, 10).all()
    assert verdicts["day"].dt.strftime("%m-%d").eq("12-31").all()
    rows = verdicts[verdicts["target_id"].eq("cn_fyp13_rd_intensity_2020")]
    assert rows["day"].dt.year.unique().tolist() == [2016, 2017, 2018, 2019, 2020]


def test_a_reading_is_silent_or_speaks_and_says_which(verdicts):
    silent = verdicts["refused"].ne("")
    assert verdicts.loc[silent, "said"].isna().all()
    assert verdicts.loc[~silent, "said"].between(0, 1).all()
    rules = verdicts[~verdicts["forecaster"].eq(OURS) & ~silent]
    assert set(rules["said"]) == {0.0, 1.0}
    reasons = set(verdicts.loc[silent, "refused"])
    assert "no figure was known when the target was set" in reasons
    assert "the indicator is a growth rate: growth of growth means nothing" in reasons
    assert "too few figures to project" in reasons


def test_our_probability_is_the_one_of_the_verdict_of_that_day(raw, verdicts):
    rows = verdicts[verdicts["forecaster"].eq(OURS)].set_index(["target_id", "day"])
    for name, day in (
        ("sz_fyp14_gdp_2025", "2022-12-31"),
        ("cn_fyp13_rd_intensity_2020", "2018-12-31"),
    ):
        expected = assess(raw, day, target_ids=[name])["probability"].iloc[0]
        assert rows.loc[(name, pd.Timestamp(day)), "said"] == pytest.approx(expected)


def test_no_verdict_uses_a_figure_before_it_was_known(raw, verdicts):
    later = raw.observations["year"].gt(2019)
    shaken = raw.observations.assign(
        value=raw.observations["value"].where(~later, raw.observations["value"] * 1.7)
    )
    again = finished_verdicts(replace(raw, observations=shaken), EDITION)
    keys = ["target_id", "day", "forecaster"]
    until = pd.Timestamp("2019-12-31")
    both = verdicts[verdicts["day"].le(until)].merge(again, on=keys)
    assert len(both) > 100
    assert np.allclose(both["said_x"], both["said_y"], equal_nan=True)
    after = verdicts[verdicts["day"].gt("2021-12-31")].merge(again, on=keys)
    assert not np.allclose(after["value_x"], after["value_y"], equal_nan=True)


def test_the_trap_shows_in_the_real_record(verdicts):
    rows = verdicts[verdicts["target_id"].eq("sz_br2018_rd_intensity_2022")]
    assert rows["at_signing"].eq("met").all()
    turned = rows[rows["forecaster"].isin(["eurostat", "unsd", "half_time"])]
    turned = turned[turned["refused"].eq("")]
    assert turned["said"].eq(0).all() and not turned["sound"].any()
    assert rows.loc[rows["forecaster"].eq("open_sdg"), "said"].eq(1).all()


def test_the_number_of_targets_decides(verdicts):
    judged = judge_finished(verdicts)
    table = score_finished(verdicts).set_index("forecaster")
    assert len(judged.met) == verdicts.groupby(["target_id", "day"]).ngroups
    assert table.loc[COIN, "groups"] == verdicts["target_id"].nunique() == 19
    assert table.loc[COIN, "hit_rate"] == 0.5
    rules = [rule.name for rule in RULES]
    assert (table.loc[rules, "groups"] < 19).all()
    common = score_verdicts(judged, draws=200)
    assert common["verdicts"].eq(common["verdicts"].iloc[0]).all()


def test_a_base_rate_leaves_the_target_itself_out(verdicts):
    judged = judge_finished(verdicts)
    met = verdicts.drop_duplicates("target_id")["outcome"].eq("met")
    others = met.sum() - np.array([False, True])
    assert set(judged.said[BASE_RATE]) == set(others / (len(met) - 1))


def test_columns(verdicts):
    assert list(verdicts) == rule_scores.COLUMNS
