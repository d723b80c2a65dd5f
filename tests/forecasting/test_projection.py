"""The predictive distribution: consistency, supports, paths and the long form."""

import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting.members import MEMBERS, SeriesBatch
from helpers.forecasting.projection import HUB_COLUMNS, HUB_LEVELS, project
from helpers.forecasting.revision import revise


def batch(*rows, origin=2020):
    width = max(map(len, rows))
    values = np.full((len(rows), width), np.nan)
    for i, row in enumerate(rows):
        values[i, width - len(row) :] = row
    return SeriesBatch(tuple(f"s{i}" for i in range(len(rows))), values, np.full(len(rows), origin))


GROWING = [10, 11.5, 12, 14, 15, 17.5, 18, 21]
SHARE = [30, 31, 33.0, 32, 35, 36, 38]

positive = st.lists(st.floats(0.1, 1e6), min_size=5, max_size=15)


@settings(max_examples=60, deadline=None)
@given(positive, st.sampled_from(["log", "linear"]))
def test_probability_and_quantiles_are_inverse(values, scale):
    projection = project(batch(values), 4, scale=scale)
    levels = np.array([0.01, 0.2, 0.5, 0.8, 0.99])
    for j, level in enumerate(levels):
        at = projection.quantiles(levels)[:, :, j]
        np.testing.assert_allclose(projection.probability_at_least(at), 1 - level, atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(positive)
def test_probability_falls_with_the_threshold_and_stays_between_0_and_1(values):
    projection = project(batch(values), 3)
    thresholds = np.array([-1, 0, *np.geomspace(1e-3, 1e9, 40)])
    table = np.stack([projection.probability_at_least(t) for t in thresholds])
    assert (np.diff(table, axis=0) <= 0).all()
    assert ((table >= 0) & (table <= 1)).all()
    assert (table[:2] == 1).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.5, 99.5), min_size=5, max_size=15))
def test_shares_stay_inside_0_and_100(values):
    quantiles = project(batch(values), 10, scale="logit").quantiles()
    assert (quantiles > 0).all()
    assert (quantiles < 100).all()
    assert (np.diff(quantiles, axis=2) >= 0).all()


@settings(max_examples=40, deadline=None)
@given(positive, st.floats(0.001, 1000))
def test_units_do_not_matter(values, factor):
    plain = project(batch(values), 5).quantiles()
    scaled = project(batch([v * factor for v in values]), 5).quantiles()
    np.testing.assert_allclose(scaled, plain * factor, rtol=1e-5)


def test_batch_gives_what_each_series_gives_alone():
    both = project(batch(GROWING, SHARE), 5, scale=["log", "logit"])
    alone = project(batch(SHARE), 5, scale="logit")
    np.testing.assert_allclose(both.quantiles()[1], alone.quantiles()[0], rtol=1e-9)


def test_inputs_are_not_changed():
    given_batch = batch(GROWING, [*SHARE[:3], np.nan, *SHARE[4:]])
    before = given_batch.values.copy()
    project(given_batch, 6).quantiles()
    np.testing.assert_array_equal(given_batch.values, before)


def test_gaps_are_stepped_over():
    gapped = [v if i not in (2, 5) else np.nan for i, v in enumerate(GROWING)]
    quantiles = project(batch(gapped), 6).quantiles()
    assert np.isfinite(quantiles).all()
    np.testing.assert_allclose(
        project(batch(gapped), 6).median, project(batch(GROWING), 6).median, rtol=0.2
    )


def test_constant_series_and_five_points_give_finite_rising_quantiles():
    quantiles = project(batch([7, 7, 7, 7, 7], [1, 2, 1, 2, 3]), 15).quantiles()
    assert np.isfinite(quantiles).all()
    assert (np.diff(quantiles, axis=2) > 0).all()


def test_intervals_widen_smoothly_with_the_horizon():
    low, high = project(batch(GROWING), 15).interval(0.8)
    width = np.log(high / low)[0]
    assert (np.diff(width) > 0).all()
    assert np.abs(np.diff(width, 3)).max() < 0.05


def test_paths_have_the_margins_of_the_projection_and_depend_over_the_years():
    projection = project(batch(GROWING, SHARE), 5)
    paths = projection.paths(40_000, seed=3)
    assert paths.shape == (2, 40_000, 5)
    np.testing.assert_array_equal(paths, projection.paths(40_000, seed=3))
    for level in (0.05, 0.5, 0.9):
        share = (paths <= projection.quantiles([level])[:, None, :, 0]).mean(axis=1)
        np.testing.assert_allclose(share, level, atol=0.01)
    tie = np.corrcoef(np.log(paths[0, :, 3]), np.log(paths[0, :, 4]))[0, 1]
    assert 0.7 < tie < 0.99


def test_long_form_of_the_hubs():
    projection = project(batch(GROWING, SHARE), 3)
    thresholds = pd.DataFrame(
        {
            "series": ["s0", "s0", "s1", "s0", "absent"],
            "year": [2023, 2023, 2021, 2030, 2021],
            "threshold": [25, 26, 40, 30, 1],
        }
    )
    frame = projection.to_frame(thresholds=thresholds)
    assert tuple(frame.columns) == HUB_COLUMNS
    assert len(frame) == 2 * 3 * (len(HUB_LEVELS) + 2) + 3
    added = frame[frame["output_type"] == "probability"]
    assert added["output_type_id"].tolist() == [25, 26, 40]
    expected = [
        projection.probability_at_least(25)[0, 2],
        projection.probability_at_least(26)[0, 2],
        projection.probability_at_least(40)[1, 0],
    ]
    np.testing.assert_allclose(added["value"], expected)
    one = frame[(frame["series"] == "s1") & (frame["horizon"] == 2)]
    assert (one["year"] == 2022).all()
    assert one.loc[one["output_type"] == "median", "value"].item() == projection.median[1, 1]


def test_a_selection_of_members():
    projection = project(batch(GROWING), 3, members=["drift"])
    drift = MEMBERS["drift"](batch(GROWING), 3).path
    np.testing.assert_allclose(projection.median, drift, rtol=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: project(batch(GROWING), 0), "horizon must be a whole number .* got 0"),
        (lambda: project(batch(GROWING), 2, scale="cubic"), "unknown scale cubic; choose"),
        (lambda: project(batch(GROWING), 2, scale=["log"] * 2), "2 scales for 1 series"),
        (lambda: project(batch(GROWING), 2, members=["arima"]), "unknown member arima; choose"),
        (lambda: project(batch([*GROWING, -3]), 2), "s0: -3 is outside .* scale log"),
        (lambda: project(batch([*SHARE, 100]), 2, scale="logit"), "s0: 100 .*inside 0-100"),
        (lambda: project(batch(GROWING), 2).quantiles([0, 0.5]), "levels must lie between"),
        (lambda: project(batch(GROWING), 2).probability_at_least(np.nan), "not a number"),
    ],
)
def test_refusals_say_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_import_is_light():
    code = (
        "import sys, helpers.forecasting.projection; "
        "print([m for m in ('statsmodels', 'matplotlib', 'scipy.stats') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_fewer_figures_make_no_spread_narrower():
    whole = pd.Series(np.r_[10.0, 14.0, 9.0, 15.0, np.linspace(15.5, 20.0, 8)], range(2010, 2022))
    calm = whole.loc[2014:]
    full = project(SeriesBatch.from_series({"a": whole, "b": whole}), 5, scale=["log", "linear"])
    some = project(SeriesBatch.from_series({"b": calm, "a": calm, "c": calm}), 5,
                   scale=["linear", "log", "log"])  # fmt: skip
    held = some.no_narrower_than(full)
    for name, twin in (("a", 0), ("b", 1)):
        row = held.names.index(name)
        units = held.support.units[row], full.support.units[twin]
        assert (
            held.pool.spreads[row] * units[0] >= full.pool.spreads[twin] * units[1] - 1e-12
        ).all()
    assert (held.pool.spreads >= some.pool.spreads).all()
    assert (held.pool.spreads[2] == some.pool.spreads[2]).all(), "no series to be compared with"
    assert (some.pool.spreads[1] < full.pool.spreads[0]).any(), "the plant: calmer with fewer"


def test_spreads_are_matched_by_year():
    whole = pd.Series(np.geomspace(10, 20, 12), range(2010, 2022))
    full = project(SeriesBatch.from_series({"a": whole}), 5)
    early = project(SeriesBatch.from_series({"a": whole.loc[:2019]}), 5)
    held = early.no_narrower_than(full)
    assert (held.pool.spreads[0, :2] == early.pool.spreads[0, :2]).all()
    assert (held.pool.spreads[0, 2:] >= full.pool.spreads[0, :3]).all()


@pytest.mark.parametrize("record", [False, True])
def test_one_year_of_each_series_says_what_all_years_say(record):
    values = np.tile(np.geomspace(10, 30, 10), (3, 1))
    whole = project(SeriesBatch(("a", "b", "c"), values, np.array([2021, 2019, 2021])), 6)
    if record:
        whole = revise(whole, np.full(3, 0.02), np.full(3, 0.4))
    years = np.array([2022, 2025, 2024])
    one = whole.in_year(years)
    steps = np.arange(3), years - whole.origin_years - 1
    assert (one.years[:, 0] == years).all()
    levels = [0.05, 0.5, 0.9]
    assert one.quantiles(levels)[:, 0] == pytest.approx(whole.quantiles(levels)[steps])
    chance = one.probability_at_least(33.0)[:, 0]
    assert chance == pytest.approx(whole.probability_at_least(33.0)[steps])
    assert (one.in_year(years).pool.centres == one.pool.centres).all()
