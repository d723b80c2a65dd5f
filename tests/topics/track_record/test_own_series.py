"""The domain replay: origins as known then, outcomes as first printed, breaks not crossed."""

import numpy as np
import pandas as pd
import pytest

from helpers.charts.chart import drawing_of
from helpers.topics.track_record import own_series as domain
from helpers.vintages.series import first_prints, known_series, open_archive

EDITION = "2026-11-23"


@pytest.fixture(scope="module")
def replayed(raw):
    return domain.replay_domain(raw, EDITION, 4)


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
    assert replayed[list(domain.SCORED)].notna().all(axis=None)


def test_no_outcome_lies_beyond_a_documented_break(raw):
    archive = open_archive(raw)
    pair = ("sei_share", "shenzhen")
    for origin in domain.past_origins(archive, pair, EDITION, 6, least=5):
        assert origin.year >= 2018 or origin.came["year"].max() < 2018


def test_outcomes_stand_at_their_year_ahead():
    came = pd.DataFrame({"value": [11.0, 14.0]}, index=[2021, 2024])
    known = pd.Series([9.0, 10.0], index=[2019, 2020])
    origin = domain.Origin("i", "a", 2020, pd.Timestamp("2021-02-01"), known, came)
    np.testing.assert_array_equal(origin.outcomes(4), [11.0, np.nan, np.nan, 14.0])


def test_scores_lie_within_their_bounds(replayed):
    assert replayed[["brier", "brier_drift"]].ge(0).all(axis=None)
    assert replayed["coverage95"].le(100).all()
    assert replayed["coverage80"].le(replayed["coverage95"]).all()
    assert not replayed["crps"].equals(replayed["crps_drift"])


def test_past_projections_begin_at_the_figure_of_their_origin(raw):
    paths = domain.past_medians(raw, "pct_applications", "shenzhen", EDITION, 4)
    archive = open_archive(raw)
    origins = domain.past_origins(archive, ("pct_applications", "shenzhen"), EDITION, 4, least=5)
    starts = {origin.year: origin.known.iloc[-1] for origin in origins}
    own = paths[paths["year"].eq(paths["origin_year"])].set_index("origin_year")["value"]
    assert own.to_dict() == pytest.approx(starts)
    assert paths.groupby("origin_year").size().eq(5).all()
    # What was projected in a year does not know what came after it.
    before = domain.past_medians(raw, "pct_applications", "shenzhen", "2023-06-30", 4)
    both = before.merge(paths, on=["origin_year", "year"], suffixes=("", "_now"))
    assert both["value"].to_numpy() == pytest.approx(both["value_now"].to_numpy())


def test_a_chart_is_drawn_for_each_target_that_was_projected_before(raw):
    figures = domain.hedgehogs(raw, EDITION, 4)
    titles = [drawing_of(figure).title for figure in figures]
    assert len(titles) == 3
    assert all("past projections ended above what came" in title for title in titles)
    assert domain.hedgehogs(raw, "2005-01-01", 4) == []
