"""Estimates against finals: planted bias, planted jumps, and what can be read alone."""

import numpy as np
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.research import denominators
from helpers.topics.research.parts import read_parts
from helpers.vintages.series import open_archive
from support.research import BELOW, RATIO, TOP, figure, plant, run_of

RAW = read_raw()
EARLY = {"definition": "rd_intensity_estimate", "status": "estimate"}


def table_of(*rows, **more):
    run = run_of(**more)
    planted = plant(RAW, *rows)
    archive = open_archive(planted)
    parts = read_parts(planted, run, archive)
    return denominators.estimates_and_finals(archive, parts, run.min_grade).set_index("year")


def four_years():
    """Estimates to 2018, unread finals above them in 2017 and 2018, finals from 2019."""
    rows = [figure(RAW, RATIO, year, value, **EARLY)
            for year, value in ((2016, 4.0), (2017, 4.1), (2018, 4.2))]  # fmt: skip
    unread = {"grade": "unverified"}
    rows += [figure(RAW, RATIO, 2017, 4.3, **unread), figure(RAW, RATIO, 2018, 4.8, **unread)]
    return [*rows, figure(RAW, RATIO, 2019, 4.9), figure(RAW, RATIO, 2020, 5.0)]


def test_estimates_and_finals_stand_beside_each_other():
    table = table_of(*four_years())
    assert list(table.index) == [2016, 2017, 2018, 2019, 2020]
    assert table["estimate"].dropna().tolist() == [4.0, 4.1, 4.2]
    assert table["final"].dropna().tolist() == [4.3, 4.8, 4.9, 5.0]
    assert table["final_grade"].tolist()[1:] == ["unverified", "unverified", "press", "press"]
    assert list(table["final_from"]) == ["", "printed", "printed", "printed", "printed"]


def test_without_unread_finals_the_estimate_is_all_there_is():
    table = table_of(*four_years(), min_grade="secondary")
    assert table["final"].notna().tolist() == [False] * 3 + [True] * 2


def test_where_no_final_is_printed_both_parts_give_it():
    rows = [figure(RAW, RATIO, 2019, 4.0, **EARLY), figure(RAW, TOP, 2019, 45.0),
            figure(RAW, BELOW, 2019, 1000.0)]  # fmt: skip
    row = table_of(*rows).loc[2019]
    assert (row["final"], row["final_from"]) == (pytest.approx(4.5), "computed")
    assert row["final_source"] == "s"


def test_a_preliminary_figure_counts_as_early_only_beside_the_main_definition():
    early = EARLY | {"status": "preliminary"}
    rows = [figure(RAW, RATIO, 2019, 4.0, **early), figure(RAW, RATIO, 2019, 4.4),
            figure(RAW, RATIO, 2020, 5.0, status="preliminary")]  # fmt: skip
    table = table_of(*rows)
    assert table["estimate"].notna().tolist() == [True, False]
    assert table["final"].tolist() == [4.4, 5.0]


def test_an_estimate_is_no_final_even_in_the_main_series():
    table = table_of(figure(RAW, RATIO, 2019, 4.0, status="estimate"))
    assert table.loc[2019, "estimate"] == 4.0 and np.isnan(table.loc[2019, "final"])
