"""A question without a series is told the first thing that leaves none."""

import pytest

from helpers.vintages.series import SeriesChoice, known_series, open_archive, why_no_series

DAY = "2026-05-24"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"area": "china", "indicator": "sei_share"}, "there are figures for Shenzhen"),
        ({"as_of": "2001-01-01"}, "was public on 2001-01-01; the first became known on"),
        ({"first_year": 3000}, "No figure is left from 3000 on: the latest of 2026-05-24 is for"),
        ({"choice": SeriesChoice(min_grade="official"), "indicator": "rd_intensity",
          "as_of": "2020-01-01"}, "No figure of grade official or better was public"),
    ],
)  # fmt: skip
def test_the_first_thing_that_leaves_no_figure_is_named(raw, asked, expected):
    archive = open_archive(raw)
    given = {"as_of": DAY, "choice": SeriesChoice(), "indicator": "gdp", "area": "shenzhen"} | asked
    place = {name: given[name] for name in ("indicator", "area")}
    series = known_series(archive, given["as_of"], given["choice"], **place)
    assert series[series["year"].ge(given.get("first_year", 0))].empty
    assert expected in why_no_series(archive, **given)
