"""Unverified points are counted once each."""

import pandas as pd

from helpers.wording.english import unverified_points


def figures(*grades):
    return pd.DataFrame(
        {
            "indicator": "rd_intensity",
            "area": "shenzhen",
            "year": range(2000, 2000 + len(grades)),
            "value": 1.0,
            "grade": grades,
        }
    )


def test_a_figure_shown_twice_counts_once():
    said = unverified_points(figures("press", "unverified"), figures("press", "unverified"))
    assert said.startswith("1 of 2 points shown is unverified")


def test_one_point_and_none_are_told_as_such():
    assert unverified_points(figures("press")).startswith("The one point shown rests on")
    assert unverified_points(figures("unverified")).startswith("The one point shown is unverified")
    assert unverified_points(figures()) == "No point is shown."


def test_nothing_unverified_is_said_in_words():
    assert unverified_points(figures("press", "official")).startswith("All 2 points shown rest on")
