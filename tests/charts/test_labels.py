import numpy as np
import pytest

from helpers.charts.labels import numbered, trace


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([3], "3"), ([2, 1], "1, 2"), ([1, 2, 3], "1–3"), ([1, 2, 3, 5], "1–3, 5"), ([1, 3], "1, 3")],
)
def test_three_and_more_numbers_in_a_row_are_a_range(numbers, words):
    assert numbered(numbers) == words


def test_a_trace_goes_from_corner_to_corner_and_leaves_out_what_is_missing():
    corners = np.array([[0, 0], [12, 6], [np.nan, 3], [0, 0], [0, 8]], dtype=float)
    assert len(trace(corners)) == 3 + 2
    assert trace(corners, 2).tolist() == [[0, 0], [6, 3], [12, 6], [0, 0], [0, 4], [0, 8]]
    assert trace(corners[:1]).shape == (0, 2)
