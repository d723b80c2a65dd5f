"""The domain replay: origins as known then, outcomes as first printed, breaks not crossed.

Also sentences of the back-test, on planted scores.
"""

import numpy as np
import pandas as pd
import pytest

from helpers.charts.chart import drawing_of
from helpers.topics import track_record
from helpers.vintages.series import first_prints, known_series, open_archive

EDITION = "2026-11-23"


@pytest.fixture(scope="module")
def replayed(raw):
    return track_record.replay_domain(raw, EDITION, 4)


def test_first_prints_are_the_earliest_figures_of_the_definition_used(raw):
    archive = open_archive(raw)
    pair = ("pct_published_huawei", "shenzhen")
    latest = known_series(archive, EDITION, indicator=pair[0], area=pair[1])
    prints = first_prints(archive.pairs[pair], latest)
    assert latest.set_index("year").loc[2013, "value"] == 2110  # as revised a year later
    assert prints.loc[2013, "value"] == 2094


def test_every_origin_has_enough_points_and_lies_before_its_outcome(raw, replayed):
    assert len(replayed) > 100
    assert replayed["as_of"].le(pd.Timestamp(EDITION)).all()
    assert replayed[list(track_record.SCORED)].notna().all(axis=None)


def test_no_outcome_lies_beyond_a_documented_break(raw):
    archive = open_archive(raw)
    pair = ("sei_share", "shenzhen")
    for origin in track_record.past_origins(archive, pair, EDITION, 6, least=5):
        assert origin.year >= 2018 or origin.came["year"].max() < 2018


def test_outcomes_stand_at_their_year_ahead():
    came = pd.DataFrame({"value": [11.0, 14.0]}, index=[2021, 2024])
    known = pd.Series([9.0, 10.0], index=[2019, 2020])
    origin = track_record.Origin("i", "a", 2020, pd.Timestamp("2021-02-01"), known, came)
    np.testing.assert_array_equal(origin.outcomes(4), [11.0, np.nan, np.nan, 14.0])


def test_scores_lie_within_their_bounds(replayed):
    assert replayed[["brier", "brier_drift"]].ge(0).all(axis=None)
    assert replayed["coverage95"].le(100).all()
    assert replayed["coverage80"].le(replayed["coverage95"]).all()
    assert not replayed["crps"].equals(replayed["crps_drift"])


def test_past_projections_begin_at_the_figure_of_their_origin(raw):
    paths = track_record.past_medians(raw, "pct_applications", "shenzhen", EDITION, 4)
    archive = open_archive(raw)
    origins = track_record.past_origins(
        archive, ("pct_applications", "shenzhen"), EDITION, 4, least=5
    )
    starts = {origin.year: origin.known.iloc[-1] for origin in origins}
    own = paths[paths["year"].eq(paths["origin_year"])].set_index("origin_year")["value"]
    assert own.to_dict() == pytest.approx(starts)
    assert paths.groupby("origin_year").size().eq(5).all()
    # What was projected in a year does not know what came after it.
    before = track_record.past_medians(raw, "pct_applications", "shenzhen", "2023-06-30", 4)
    both = before.merge(paths, on=["origin_year", "year"], suffixes=("", "_now"))
    assert both["value"].to_numpy() == pytest.approx(both["value_now"].to_numpy())


def test_a_chart_is_drawn_for_each_target_that_was_projected_before(raw):
    figures = track_record.hedgehogs(raw, EDITION, 4)
    titles = [drawing_of(figure).title for figure in figures]
    assert len(titles) == 3
    assert all("past projections ended above what came" in title for title in titles)
    assert track_record.hedgehogs(raw, "2005-01-01", 4) == []


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
        "said_from": [0.0, 0.7, 0.99],
        "said_to": [0.01, 0.8, 1.0],
        "forecast": [0.005, 0.75, 0.995],
        "observed": [0.03, 0.75, 1.0],
        "came": [12, 150, 9],
        "count": [400, 200, 9],
    }
)


def test_the_answer_names_the_nearest_rival():
    text = track_record.answer(SUMMARY, 1344)
    assert "1,344 public annual series" in text
    assert "**0.166**" in text
    assert "random walk with drift) scores 0.177" in text
    assert "slope is 0.94" in text


def test_the_track_record_says_what_happened():
    assert track_record.track_record(POOLED) == (
        "Said under 1 %: 12 of 400 came true; 70 to 80 %: 150 of 200 came true; "
        "over 99 %: 9 of 9 came true."
    )
    assert "at most 2.5 points" in track_record.reliability_title(POOLED)


def test_where_drift_is_better_is_said():
    own = pd.DataFrame({"brier": [0.2, 0.1], "drift": [0.15, 0.11]}, ["patents", "rd"])
    assert track_record.own_finding(own) == (
        "Drift is better on 1 of 2: patents (0.150 against 0.200)."
    )
    assert track_record.own_finding(own.loc[["rd"]]) == "On no topic is drift better."
    assert "enough points" in track_record.own_finding(own.iloc[:0])
    many = pd.DataFrame({"brier": 0.2, "drift": np.linspace(0.19, 0.1, 20)}, ["share"] * 20)
    told = track_record.own_finding(many)
    assert told.startswith("Drift is better on 20 of 20, by most on share (0.100 against 0.200), ")
    assert told.count("against") == track_record.MOST_NAMED


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ((0.1, 0.06, 0.14), "Yes, somewhat. After a change of ten points the next one is on "
         "average 1.0 points the same way (95 % interval 0.6 to 1.4)"),
        ((-0.02, -0.06, 0.02), "No: the interval holds zero. After a change of ten points the "
         "next one is on average 0.2 points the other way"),
    ],
)  # fmt: skip
def test_a_change_that_can_be_foretold_is_said(before, told):
    names = ["slope", "lower", "upper"]
    slopes = pd.DataFrame([before, (-0.03, -0.05, -0.01)], ["before", "level"], names)
    text = track_record.revision_finding(slopes)
    assert text.startswith(told)
    assert text.endswith("moves 0.3 points back to the middle.")


def test_past_projections_that_ended_above_what_came_are_counted():
    paths = pd.DataFrame(
        {"origin_year": [2000, 2000, 2000, 2001, 2001], "year": [2000, 2001, 2002, 2001, 2009],
         "value": [1.0, 2.0, 3.0, 1.0, 5.0]}
    )  # fmt: skip
    came = pd.Series({2000: 1.0, 2001: 2.5, 2002: 2.5})
    title = track_record.hedgehog_title("GDP", paths, came)
    assert title == "1 of 1 past projections ended above what came; GDP"


def test_the_decomposition_is_told_in_parts():
    parts = pd.DataFrame({"uncertainty": 0.25, "resolution": [0.1, 0.08],
                          "reliability": [0.001, 0.02]}, ["pool", "drift"])  # fmt: skip
    text = track_record.murphy_finding(parts)
    assert "takes away 0.1000" in text
    assert "drift 0.0800 and 0.0200" in text
