"""Years of attainment on planted paths: they sum to one and agree with counting by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from helpers.topics.outlook.goals import attainment

YEARS = np.arange(2026, 2031)


def by_hand(paths, level, deadline, reached_in=0):
    """The same in plain loops."""
    first = dict.fromkeys(YEARS.tolist(), 0)
    never = held = lost = not_yet = dips = 0
    for path in paths:
        there, dipped, seen = bool(reached_in), False, {}
        for year, value in zip(YEARS.tolist(), path, strict=True):
            if value >= level:
                first[year] += not there
                there = True
            elif there:
                dipped = True
            seen[year] = (there, value >= level)
        never += not there
        dips += dipped
        reached, above = seen[deadline]
        held, lost, not_yet = held + above, lost + (reached and not above), not_yet + (not reached)
    return [np.array(list(first.values())), never, held, lost, not_yet, dips]


@given(
    arrays(float, st.tuples(st.integers(1, 30), st.just(5)), elements=st.integers(0, 4)),
    st.integers(0, 5),
    st.sampled_from(YEARS.tolist()),
    st.sampled_from([0, 2024]),
)
def test_it_agrees_with_counting_by_hand(paths, level, deadline, reached_in):
    found = attainment(paths, YEARS, level, deadline, reached_in)
    first, *rest = by_hand(paths, level, deadline, reached_in)
    count = len(paths)
    np.testing.assert_allclose(found.first * count, first)
    shares = [found.never, found.held, found.lost, found.not_yet, found.dips]
    np.testing.assert_allclose(np.array(shares) * count, rest, atol=1e-9)


@given(
    arrays(float, st.tuples(st.integers(1, 30), st.just(5)), elements=st.floats(0, 9)),
    st.floats(0, 9),
)
def test_probabilities_sum_to_one(paths, level):
    found = attainment(paths, YEARS, level, 2030)
    assert found.first.sum() + found.never == pytest.approx(1)
    assert found.held + found.lost + found.not_yet == pytest.approx(1)
    assert found.by_year[-1] == pytest.approx(1 - found.never)
    assert (np.diff(found.by_year) >= -1e-12).all()


def test_planted_paths():
    paths = np.array([[1, 5, 5, 5, 5], [1, 5, 1, 1, 1], [1, 1, 1, 1, 1], [5, 1, 5, 1, 5]], float)
    found = attainment(paths, YEARS, 5.0, 2029)
    assert found.first.tolist() == [0.25, 0.5, 0, 0, 0]
    assert (found.never, found.held, found.lost, found.not_yet) == (0.25, 0.25, 0.5, 0.25)
    assert found.dips == 0.5
    before = attainment(paths, YEARS, 5.0, 2029, reached_in=2023)
    assert before.first.sum() == 0 and before.never == 0
    assert before.lost == 0.75 and before.by_year.tolist() == [1] * 5


@given(
    arrays(float, st.tuples(st.integers(1, 30), st.just(5)), elements=st.integers(0, 4)),
    st.integers(0, 5),
)
def test_falling_is_rising_upside_down(paths, level):
    falls = attainment(paths, YEARS, level, 2029, falls=True)
    rises = attainment(-paths, YEARS, -level, 2029)
    assert falls.first.tolist() == rises.first.tolist()
    assert (falls.never, falls.held, falls.dips) == (rises.never, rises.held, rises.dips)


def test_a_deadline_outside_is_refused():
    with pytest.raises(ValueError, match="deadline 2040 lies outside 2026 to 2030"):
        attainment(np.ones((2, 5)), YEARS, 1.0, 2040)
