"""Scores of verdicts: planted answers, groups that count once, intervals, tables."""

import numpy as np
import pandas as pd
import pytest

from helpers.targets.on_track import scores as verdict_scores
from helpers.targets.on_track.scores import Judged, hit_table, score_verdicts


def judged(said: dict, met, group=None) -> Judged:
    met = np.array(met, dtype=bool)
    group = np.arange(len(met)) if group is None else np.array(group)
    return Judged(pd.DataFrame(said, dtype=float), met, group)


def row(table: pd.DataFrame, name: str) -> pd.Series:
    return table.set_index("forecaster").loc[name]


def test_scores_of_a_rule_a_probability_and_a_coin():
    table = score_verdicts(
        judged({"rule": [1, 1, 0, 0], "p": [0.8, 0.6, 0.3, 0.1], "coin": [0.5] * 4}, [1, 0, 0, 0])
    )
    rule, p, coin = (row(table, name) for name in ("rule", "p", "coin"))
    assert (rule["hit_rate"], rule["brier"], rule["said_on_track"]) == (0.75, 0.25, 0.5)
    assert rule["log_score"] == pytest.approx(-(3 * np.log(0.98) + np.log(0.02)) / 4)
    assert p["brier"] == pytest.approx((0.04 + 0.36 + 0.09 + 0.01) / 4)
    assert (coin["hit_rate"], coin["brier"]) == (0.5, 0.25)
    assert coin["log_score"] == pytest.approx(np.log(2))
    assert table["forecaster"].iloc[0] == "p"  # best Brier score first
    assert table["met"].eq(0.25).all()


def test_groups_decide_and_not_the_number_of_verdicts():
    # One series judged nine times wrongly counts as much as one judged once rightly.
    table = score_verdicts(judged({"rule": [1] * 10}, [0] * 9 + [1], group=[0] * 9 + [1]))
    assert (row(table, "rule")["groups"], row(table, "rule")["verdicts"]) == (2, 10)
    assert row(table, "rule")["hit_rate"] == 0.5


def test_common_keeps_only_what_all_could_judge():
    case = judged({"a": [1, 1, np.nan, 1], "b": [1, np.nan, 0, 1]}, [1, 0, 0, 1])
    both = score_verdicts(case)
    own = score_verdicts(case, common=False)
    assert both["verdicts"].tolist() == [2, 2]
    assert own["verdicts"].tolist() == [3, 3]
    assert row(both, "a")["refused"] == row(own, "a")["refused"] == 0.25
    assert row(both, "a")["hit_rate"] == 1.0
    assert row(own, "a")["hit_rate"] == pytest.approx(2 / 3)
    assert row(own, "b")["hit_rate"] == 1.0


def test_the_interval_holds_the_truth_about_as_often_as_it_says():
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        case = judged({"rule": np.ones(150)}, rng.random(150) < 0.7)
        answer = row(score_verdicts(case, seed=seed, draws=400), "rule")
        inside += answer["hit_rate_low"] <= 0.7 <= answer["hit_rate_high"]
    assert 52 <= inside <= 60


def test_an_interval_is_repeatable_and_wider_over_few_groups():
    rng = np.random.default_rng(5)
    met = rng.random(400) < 0.6
    alone = judged({"rule": np.ones(400)}, met)
    bunched = judged({"rule": np.ones(400)}, np.repeat(met[:20], 20), np.repeat(np.arange(20), 20))
    assert score_verdicts(alone, seed=1).equals(score_verdicts(alone, seed=1))
    width = []
    for case in (alone, bunched):
        answer = row(score_verdicts(case), "rule")
        width.append(answer["brier_high"] - answer["brier_low"])
    assert width[1] > 2 * width[0]


def test_nothing_to_score_gives_no_number_and_no_failure():
    table = score_verdicts(judged({"a": [np.nan, 1], "b": [1, np.nan]}, [1, 0]))
    assert table["verdicts"].eq(0).all()
    assert table["brier"].isna().all()


def test_log_scores_take_nothing_for_certain():
    worst = score_verdicts(judged({"rule": [1.0]}, [0]))
    assert worst["log_score"].iloc[0] == pytest.approx(-np.log(verdict_scores.CLIP))


def test_the_hit_table_counts_all_four_ways():
    table = hit_table(judged({"rule": [1, 1, 0, 0, 0, np.nan]}, [1, 0, 1, 0, 0, 1]))
    counts = ["on_track_met", "on_track_missed", "off_track_met", "off_track_missed"]
    assert table.loc["rule", counts].tolist() == [1, 1, 1, 2]
