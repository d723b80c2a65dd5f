"""The long table of a ratio: every figure once, printed ones as printed, computed ones rounded."""

import numpy as np
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.research.denominators import footings
from helpers.topics.research.parts import COLUMNS, read_parts, tidy
from helpers.vintages.series import open_archive
from support.research import growing, run_of, steps_of

RAW = read_raw()


def table_of(raw, **more):
    archive = open_archive(raw)
    parts = read_parts(raw, run_of(**more), archive)
    steps = steps_of(parts)
    return parts, steps, tidy(parts, steps, footings(archive, parts))


@pytest.mark.parametrize(
    "more", [{}, {"area": "china"}, {"indicator": "sei_share"}, {"as_of": "2012-01-01"}]
)
def test_a_figure_stands_in_one_row_with_unit_and_grade(more):
    _, _, table = table_of(RAW, **more)
    assert list(table) == COLUMNS and len(table)
    assert not table.duplicated(["component", "year", "basis"]).any()
    assert table.notna().all().all()
    assert table["unit"].ne("").all()


def test_components_are_those_of_parts_steps_and_footings():
    parts, steps, table = table_of(growing(RAW))
    by = {name: own.set_index("year")["value"] for name, own in table.groupby("component")}
    assert np.allclose(by["numerator"], parts.numerator["value"])
    assert np.allclose(by["ratio_computed"], parts.table["ratio"], rtol=1e-4)
    added = by["contribution_numerator"] + by["contribution_denominator"]
    assert np.allclose(added, by["change"], atol=2e-4)
    assert np.allclose(by["growth_numerator"], 10.0)
    assert np.allclose(by["real_growth_denominator"], 3.0)
    assert len(by["ratio_on_footing"]) == len(parts.table)
    assert len(by["change"]) == len(steps)


def test_printed_figures_stay_and_computed_ones_have_five_digits():
    _, _, table = table_of(RAW)
    ratio = table[table["component"].eq("ratio_computed")]["value"]
    assert (ratio == ratio.map(lambda value: float(f"{value:.5g}"))).all()
    spent = table[table["component"].eq("numerator") & table["year"].eq(2023)]["value"].item()
    known = RAW.observations.query(
        "indicator == 'rd_expenditure' and area == 'shenzhen' and year == 2023"
    )
    assert spent in set(known["value"])


def test_nothing_known_leaves_a_table_without_rows():
    _, _, table = table_of(RAW, as_of="1999-01-01")
    assert table.empty and list(table) == COLUMNS
