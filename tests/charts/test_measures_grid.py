"""The grid of measures: readable in three languages and on a phone, and true to its table."""

import pandas as pd
import pytest

from helpers import charts
from helpers.observations.raw_data import read_raw
from helpers.topics import measures
from helpers.wording.language import CODES
from helpers.wording.sentences import PHRASES
from support.charts import WIDTHS, assert_readable, written


@pytest.fixture(scope="module")
def real():
    raw = read_raw()
    reading = measures.read_measures(raw, "2026-11-23", area="shenzhen", since_year=2019)
    verdicts = measures.verdicts_of(raw, "2026-11-23", area="shenzhen")
    return raw, reading, measures.measure_table(raw, reading, reading, verdicts)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", CODES)
def test_the_real_grid_is_readable(real, language, width):
    raw, reading, table = real
    grid = measures.grid_view(raw, table, reading, language)
    figure = charts.measures_chart(
        grid,
        title=measures.title(table, language),
        source=measures.grid_source(raw, reading, language),
        language=language,
        width=width,
    )
    assert_readable(figure)
    texts = [words for words, _ in written(figure)]
    for grade, count in grid["grade"].value_counts().items():
        assert texts.count(PHRASES[language][grade]) == count


def test_squares_are_as_full_as_their_strength():
    grid = pd.DataFrame(
        [{"area": "A", "label": "1  One", "fact": "x", "grade": "covered",
          "strengths": ("series", "some", "one", "none")}]
    )  # fmt: skip
    figure = charts.measures_chart(grid, title="t", source="s")
    (axes,) = figure.axes
    squares = [patch for patch in axes.patches if patch.get_gid() == "square"]
    filled = [patch.get_height() for patch in axes.patches if patch.get_gid() == "filled"]
    assert len(squares) == 4
    size = squares[0].get_height()
    assert filled == pytest.approx([size, size / 2])


def test_an_area_is_headed_once():
    rows = [("A", "1"), ("A", "2"), ("B", "3")]
    grid = pd.DataFrame(
        [{"area": f"Area {area}", "label": f"{name}  Measure", "fact": "", "grade": "not covered",
          "strengths": ("none",)} for area, name in rows]
    )  # fmt: skip
    figure = charts.measures_chart(grid, title="t", source="s", width=3.9)
    texts = [words for words, _ in written(figure)]
    assert texts.count("Area A") == texts.count("Area B") == 1
