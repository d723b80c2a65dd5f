"""Sentences and tables of the back-test, on planted scores."""

import numpy as np
import pandas as pd
import pytest

from helpers.forecasting.scores import Scores
from helpers.topics.track_record import text as track_record


def make_scores(brier_gap, count=40, seed=0):
    random = np.random.default_rng(seed)
    happened = (random.random((count, 2, 9)) < 0.5).astype(float)
    probability = np.abs(happened - brier_gap)
    flat = np.full((count, 2), 0.5)
    return Scores(flat, flat, flat, flat, flat, flat, probability, happened)


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
RELIABILITY = pd.DataFrame(
    {
        "collection": ["A", "B", "A", "B"],
        "model": "pool",
        "lower": [0.0, 0.0, 0.7, 0.7],
        "upper": [0.1, 0.1, 0.8, 0.8],
        "forecast": [0.05, 0.05, 0.75, 0.75],
        "observed": [0.00, 0.10, 0.70, 0.80],
        "count": [300, 100, 100, 100],
    }
)


def test_the_answer_names_the_nearest_rival():
    text = track_record.answer(SUMMARY, 1344)
    assert "1,344 public annual series" in text
    assert "**0.166**" in text
    assert "random walk with drift) scores 0.177" in text
    assert "slope is 0.94" in text


def test_collections_are_weighted_by_their_events():
    table = track_record.pooled_reliability(RELIABILITY)
    assert list(table["count"]) == [400, 200]
    assert table["observed"].tolist() == pytest.approx([0.025, 0.75])


def test_the_track_record_says_what_happened():
    text = track_record.track_record(track_record.pooled_reliability(RELIABILITY))
    assert "70 to 80 %, it happened 75 % of the time (200 events)" in text
    assert "at most 2.5 %" in track_record.reliability_title(
        track_record.pooled_reliability(RELIABILITY)
    )


def test_a_planted_advantage_is_found_with_its_sign():
    scores = {("A", "pool"): make_scores(0.2), ("A", "drift"): make_scores(0.4)}
    cell = track_record.paired_view(scores).loc["random walk with drift", "Brier"]
    assert cell.startswith("-0.120 (-0.120 to -0.120)")  # .2 squared less .4 squared


def test_failures_list_the_cells_beyond_tolerance_only():
    coverage = pd.DataFrame(
        {
            "collection": ["A", "A", "all"],
            "model": "pool",
            "horizon": [1, 2, 1],
            "nominal": 80,
            "coverage": [65.0, 78.0, 60.0],
        }
    )
    text = track_record.failures(coverage)
    assert "1 of 2 cells" in text
    assert "A, 1 year ahead: 65 % instead of 80 %" in text
    assert "No cell" in track_record.failures(coverage.iloc[1:2])


def test_the_written_table_holds_scores_rates_and_frequencies():
    table = track_record.evaluation_table(SUMMARY, RELIABILITY, {"A": 0.25}, 7)
    values = table.set_index(["collection", "model", "score"])["value"]
    assert values["mean", "drift", "brier"] == 0.177
    assert values["A", "base_rate", "brier"] == 0.25
    assert values["all", "pool", "observed_when_80"] == pytest.approx(0.75)
