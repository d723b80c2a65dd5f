"""Sentences of the back-test, on planted scores."""

import pandas as pd

from helpers.topics.track_record import text as track_record

SUMMARY = pd.DataFrame(
    {
        "collection": ["mean", "mean", "mean"],
        "model": ["pool", "drift", "naive"],
        "brier": [0.166, 0.177, 0.232],
        "coverage80": [78.8, 61.7, 55.5],
        "coverage95": [93.5, 77.2, 71.3],
        "slope": [0.94, 0.48, 0.38],
    }
)
POOLED = pd.DataFrame(
    {
        "said_from": [0.0, 0.7],
        "said_to": [0.1, 0.8],
        "forecast": [0.05, 0.75],
        "observed": [0.025, 0.75],
        "count": [400, 200],
    }
)


def test_the_answer_names_the_nearest_rival():
    text = track_record.answer(SUMMARY, 1344)
    assert "1,344 public annual series" in text
    assert "**0.166**" in text
    assert "random walk with drift) scores 0.177" in text
    assert "slope is 0.94" in text


def test_the_track_record_says_what_happened():
    assert "70 to 80 %, it happened 75 % of the time (200 events)" in track_record.track_record(
        POOLED
    )
    assert "at most 2.5 %" in track_record.reliability_title(POOLED)
