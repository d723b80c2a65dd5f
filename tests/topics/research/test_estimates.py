"""Estimates against finals: planted bias, planted jumps, and what can be read alone."""

import numpy as np
import pandas as pd
import pytest

from helpers.observations.raw_data import read_raw
from helpers.topics.research import estimates
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
    return estimates.estimates_and_finals(archive, parts, run.min_grade).set_index("year")


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
    assert np.allclose(table["difference"].dropna(), [-0.2, -0.6])
    assert list(table["final_from"]) == ["", "printed", "printed", "printed", "printed"]
    assert list(table["joined_from"]) == ["estimate"] * 3 + ["final"] * 2
    assert np.allclose(table["joined"], [4.0, 4.1, 4.2, 4.9, 5.0])
    assert np.allclose(table["step"].dropna(), [0.1, 0.1, 0.7, 0.1])


def test_without_unread_finals_the_estimate_is_all_there_is():
    table = table_of(*four_years(), min_grade="secondary")
    assert table["difference"].isna().all()
    assert np.allclose(table["joined"], [4.0, 4.1, 4.2, 4.9, 5.0])


def test_where_no_final_is_printed_both_parts_give_it():
    rows = [figure(RAW, RATIO, 2019, 4.0, **EARLY), figure(RAW, TOP, 2019, 45.0),
            figure(RAW, BELOW, 2019, 1000.0)]  # fmt: skip
    row = table_of(*rows).loc[2019]
    assert (row["final"], row["final_from"]) == (pytest.approx(4.5), "computed")
    assert row["difference"] == pytest.approx(-0.5) and row["final_source"] == "s"


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


def test_a_step_over_a_missing_year_is_no_step():
    table = table_of(figure(RAW, RATIO, 2018, 4.0), figure(RAW, RATIO, 2020, 5.0))
    assert table["step"].isna().all()


def differences(*values, first=2010):
    return pd.DataFrame({"year": range(first, first + len(values)), "difference": values})


def test_a_planted_bias_is_measured():
    found = estimates.bias(differences(-0.1, -0.3, np.nan, -0.2, 0.2))
    assert (found.count, found.below) == (4, 3)
    assert found.mean == pytest.approx(-0.1)
    assert (found.smallest, found.largest) == (-0.3, 0.2)
    assert found.p_value == pytest.approx(0.625)
    assert (found.run, found.run_below, found.run_from) == (1, False, 2014)


def test_the_last_run_on_one_side_is_found():
    found = estimates.bias(differences(0.1, -0.1, 0.1, -0.2, -0.4))
    assert (found.run, found.run_below) == (2, True)
    assert (found.run_from, found.run_to) == (2013, 2014)
    assert found.run_mean == pytest.approx(-0.3)
    every = estimates.bias(differences(-0.1, -0.2, -0.3))
    assert (every.run, every.run_from) == (3, 2010)


def test_few_years_prove_little_however_clear():
    assert estimates.bias(differences(-0.2, -0.2, -0.2, -0.2)).p_value > 0.1
    assert estimates.bias(differences(*[-0.2] * 12)).p_value < 0.001


def test_no_difference_is_no_bias():
    assert estimates.bias(differences(np.nan)).count == 0
    level = estimates.bias(differences(0.0, 0.0))
    assert level.count == 2 and np.isnan(level.p_value)


def test_a_jump_at_the_change_of_source_is_found_with_what_is_usual():
    row = estimates.change_of_source(table_of(*four_years()).reset_index())
    assert (row["year"], row["step"]) == (2019, pytest.approx(0.7))
    assert row["usual"] == pytest.approx(0.1) and row["final_step"] == pytest.approx(0.1)
    alone = table_of(*four_years(), min_grade="secondary").reset_index()
    assert np.isnan(estimates.change_of_source(alone)["final_step"])


def test_one_source_all_along_has_no_change():
    table = table_of(figure(RAW, RATIO, 2019, 4.0), figure(RAW, RATIO, 2020, 5.0))
    assert estimates.change_of_source(table.reset_index()) is None


def test_lines_for_the_chart_hold_both_sides_with_their_grades():
    lines = estimates.as_lines(table_of(*four_years()).reset_index())
    assert lines.groupby("area").size().to_dict() == {"estimate": 3, "final": 4}
    final = lines[lines["area"].eq("final")].set_index("year")
    assert final["grade"].tolist() == ["unverified", "unverified", "press", "press"]
    assert final["value"].tolist() == [4.3, 4.8, 4.9, 5.0]
