"""Score tables of rules in words."""

import pandas as pd

from helpers.targets.on_track.scores import BASE_RATE, COIN, OURS, ranking_finding

SCORES = pd.DataFrame(
    {
        "forecaster": ["eurostat", OURS, "sdsn", BASE_RATE, COIN],
        "groups": 16,
        "verdicts": [47, 53, 47, 69, 1069],
        "said_on_track": [0.66, 0.5, 0.6, 1.0, 1.0],
        "hit_rate": [0.73, 0.95, 0.85, 0.81, 0.5],
        "brier": [0.273, 0.09, 0.148, 0.173, 0.25],
        "brier_low": 0.01,
        "brier_high": 0.5,
        "log_score": [1.08, 0.31, 0.6, 0.56, 0.69],
        "log_score_low": 0.02,
        "log_score_high": 2.0,
    }
)


def test_the_finding_names_best_last_and_those_worse_than_a_coin():
    text = ranking_finding(SCORES)
    assert "1,069 verdicts on 16 cases" in text
    assert "best rule is that of SDSN, SDG Index (Brier 0.148)" in text
    assert "our probability scores 0.090" in text
    assert text.endswith("worse than a coin: Eurostat.")
    without = SCORES[SCORES["forecaster"].ne("eurostat")]
    assert ranking_finding(without).endswith("none is worse than a coin.")
