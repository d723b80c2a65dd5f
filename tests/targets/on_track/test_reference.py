"""Every rule scored on reference series: what is compared, what is learned, what comes out."""

import numpy as np
import pandas as pd
import pytest

from helpers.targets.on_track import reference as reference_verdicts
from helpers.targets.on_track.formulas import RULES
from helpers.targets.on_track.reference import judge_targets, synthetic_targets
from helpers.targets.on_track.scores import BASE_RATE, COIN, NAIVE, OURS, score_verdicts

FORECASTERS = [*(rule.name for rule in RULES), OURS, NAIVE, BASE_RATE, COIN]


@pytest.fixture(scope="module")
def tourism():
    return judge_targets(["Tourism"])


def by_name(judged):
    return score_verdicts(judged, draws=200).set_index("forecaster")


def test_all_forecasters_judge_the_same_targets(tourism):
    assert list(tourism.said) == FORECASTERS
    table = by_name(tourism)
    assert table["verdicts"].eq(table["verdicts"].iloc[0]).all()
    assert table["verdicts"].iloc[0] > 40_000
    # One rule fits a line and needs a third figure: on two it refuses, and series too short for a
    # plan of two years behind it fall out.
    assert len(set(table["groups"])) == 1
    assert 500 < table["groups"].iloc[0] <= 518
    assert set(np.unique(tourism.said["unsd"].dropna())) == {0.0, 1.0}


def test_a_base_rate_comes_from_the_collections_learned_from(tourism):
    met = []
    for name in ("M1", "M3"):
        made = synthetic_targets(name)
        met.append(made.met[~made.cases.base_past])
    assert tourism.said[BASE_RATE].iloc[0] == pytest.approx(np.concatenate(met).mean())
    assert tourism.said[BASE_RATE].iloc[0] != pytest.approx(tourism.met.mean(), abs=1e-3)


def test_the_ranking_on_series_that_nothing_was_learned_from(tourism):
    table = by_name(tourism)
    rules = [rule.name for rule in RULES]
    assert table["brier"].idxmin() == OURS
    assert (table.loc[OURS, "brier_high"] < table.loc[rules, "brier_low"]).all()
    assert (table.loc[rules, "brier_high"] < 0.25).all()  # better than a coin
    assert (table.loc[rules, "log_score"] > table.loc[COIN, "log_score"]).all()  # but too sure
    assert table.loc["eurostat", "brier"] == pytest.approx(table.loc["open_sdg", "brier"])
    assert table.loc["sdsn", "brier"] == pytest.approx(table.loc["half_time", "brier"])


def test_three_rules_lose_to_a_coin_once_the_base_is_past_the_target():
    judged = judge_targets(["Tourism"], past=True)
    table = by_name(judged)
    assert (table.loc[["eurostat", "unsd", "half_time"], "hit_rate_high"] < 0.5).all()
    assert (table.loc[["open_sdg", "sdsn", "escap"], "hit_rate_low"] > 0.5).all()


@pytest.mark.slow
def test_the_whole_score_table():
    made = reference_verdicts.score_rules_on_reference().reset_index(drop=True)
    tracked = pd.read_csv(reference_verdicts.SCORES_TABLE)
    pd.testing.assert_frame_equal(made, tracked, rtol=1e-4)  # five digits are stored
    table = reference_verdicts.rule_scores().set_index("forecaster")
    assert table["verdicts"].iloc[0] > 200_000
    assert table["groups"].eq(1329).all()
    assert table.index[0] == OURS
