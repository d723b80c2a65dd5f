"""Mixtures over revisions: planted laws, bounds, ends, and that nothing moves without revision."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import probability_of_sum, project
from helpers.forecasting.revision import (
    DEGREES,
    chance_within,
    points,
    quantile,
    revise,
    together,
)

YEARS = range(2010, 2022)
SERIES = {
    "log": pd.Series(100 * 1.05 ** np.arange(12) * (1 + 0.01 * np.sin(np.arange(12))), YEARS),
    "logit": pd.Series(40 + 1.5 * np.arange(12) + np.cos(np.arange(12)), YEARS),
    "linear": pd.Series(-3 + 0.5 * np.arange(12) + np.sin(np.arange(12)), YEARS),
    "count": pd.Series([0, 1, 0, 2, 3, 1, 2, 4, 3, 5, 4, 6.0], YEARS),
    "share": pd.Series([90, 92, 95, 96, 97, 97, 98, 99, 99, 100, 100, 100.0], YEARS),
}


@pytest.fixture(scope="module")
def projected():
    return project(SeriesBatch.from_series(SERIES), 4, scale=list(SERIES))


def test_without_revision_no_quantile_moves(projected):
    levels = [0.005, 0.1, 0.5, 0.9, 0.995]
    same = revise(projected, 0.0, 0.5)
    assert np.allclose(same.quantiles(levels), projected.quantiles(levels), rtol=1e-6, atol=1e-6)


def test_drawn_revisions_give_the_same_distribution(projected):
    """The planted truth: paths drawn, then revised by numbers drawn from the law itself."""
    scale, largest, count = 0.02, 0.3, 200_000
    rng = np.random.default_rng(3)
    drawn = scale * rng.standard_t(DEGREES, 4 * count)
    drawn = drawn[np.abs(drawn) <= largest][:count]
    alone = projected.select([0])
    values = alone.paths(count, 5)[0] * np.exp(drawn)[:, None]
    mixed = revise(alone, scale, largest)
    for level in (0.05, 0.25, 0.5, 0.75, 0.95):
        line = np.quantile(values[:, 1], level)
        assert mixed.probability_at_least(line)[0, 1] == pytest.approx(1 - level, abs=0.006)


@given(st.floats(1e-4, 0.1), st.floats(0.15, 1.0), st.floats(-0.14, 0.14))
def test_points_hold_the_law(scale, largest, size):
    sizes, weights = points(np.array([scale]), np.array([largest]))
    assert weights.sum() == pytest.approx(1.0)
    assert np.abs(sizes).max() <= largest
    assert sizes[0] == pytest.approx(-sizes[0, ::-1], abs=1e-9)
    below = float(chance_within(np.array(size), np.array(scale), np.array(largest)))
    nearest = np.diff(np.r_[0.0, np.cumsum(weights)]).max()
    assert abs(weights[sizes[0] <= size].sum() - below) <= nearest


def test_the_law_is_cut_off_at_the_largest_revision():
    ends = chance_within(np.array([-0.4, 0.0, 0.4]), np.array(0.02), np.array(0.3))
    assert ends == pytest.approx([0.0, 0.5, 1.0])
    assert chance_within(np.array([-0.01, 0.01]), np.array(0.0), np.array(0.3)).tolist() == [0, 1]


def test_scales_of_independent_revisions_add_up_in_the_tail():
    rng = np.random.default_rng(1)
    pairs = rng.standard_t(DEGREES, (2, 2_000_000))
    far = quantile(0.995) * together(1.0, 1.0)
    assert (pairs.sum(axis=0) > far).mean() == pytest.approx(0.005, rel=0.1)
    assert together(0.02, 0.0) == pytest.approx(0.02)


@settings(max_examples=30)
@given(st.floats(0.001, 0.1), st.floats(0.5, 2.0), st.integers(0, 4), st.integers(0, 3))
def test_what_a_revision_could_undo_is_not_said(scale, multiple, row, step):
    projected = project(SeriesBatch.from_series(SERIES), 4, scale=list(SERIES))
    largest = 0.2
    mixed = revise(projected, scale, largest)
    line = projected.median[row, step] * multiple
    chance = mixed.probability_at_least(line)[row, step]
    if projected.names[row] == "log" and abs(np.log(line / mixed.median[row, step])) > largest:
        return
    if projected.names[row] == "log":
        assert 0.01 <= chance <= 0.99


def test_beyond_the_largest_revision_more_may_be_said(projected):
    mixed = revise(projected, 0.01, 0.1)
    far = mixed.probability_at_least(mixed.median * 1e6)
    assert far[0, 0] < 0.01
    near = revise(projected, 0.0001, 20.0).probability_at_least(projected.median * 3)
    assert near[0, 0] == 0.01


def test_sums_over_years_are_held_back_too(projected):
    total = 2 * float(projected.median[0, 0])
    plain = probability_of_sum(projected, 0, [0, 1], [1.0, 1.0], 1.2 * total)
    mixed = revise(projected, 0.01, 0.5)
    assert plain < 0.01
    assert probability_of_sum(mixed, 0, [0, 1], [1.0, 1.0], 1.2 * total) >= 0.01
    assert probability_of_sum(mixed, 0, [0, 1], [1.0, 1.0], 9 * total) < 0.01


@pytest.mark.parametrize("row", range(len(SERIES)))
def test_no_revision_leads_out_of_the_support(projected, row):
    mixed = revise(projected, 0.1, 0.5).quantiles([0.005, 0.995])[row]
    if projected.names[row] in ("log", "count"):
        assert (mixed >= 0).all()
    if projected.names[row] in ("logit", "share"):
        assert (mixed >= 0).all()
        assert (mixed <= 100).all()


def test_selecting_keeps_the_record(projected):
    mixed = revise(projected, np.full(5, 0.02), np.linspace(0.1, 0.5, 5))
    assert mixed.select([2, 0]).record == pytest.approx(mixed.record[[2, 0]])
    assert replace(mixed, names=mixed.names).record is mixed.record
