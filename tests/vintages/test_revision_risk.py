"""How figures are revised: planted prints and laws, and what counts as a print."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.forecasting.revision import DEGREES
from helpers.observations.raw_data import read_raw
from helpers.vintages import revision_risk
from helpers.vintages.archive import CELL, open_archive
from helpers.vintages.revision_risk import (
    ENOUGH,
    OLD,
    Law,
    chance_when_final,
    fit,
    law_of,
    reference,
    relative,
    reprints,
    risk,
)

PRIOR = Law(scale=0.02, decay=0.2, largest=0.3, prints=100, apart=0.6)
PLACE = {"indicator": "gdp", "area": "shenzhen", "definition": "gdp_first_print"}


@pytest.fixture(scope="module")
def archive():
    return open_archive(read_raw())


def printed(archive, *prints):
    """Replace all figures by prints (year, value, status, day), each as the archive dates them."""
    figures = archive.figures
    like = figures[figures["indicator"].eq("gdp") & figures["use"].eq("main")].iloc[0]
    rows = [
        like.to_dict()
        | PLACE
        | {"year": year, "value": value, "status": status, "known_from": pd.Timestamp(day)}
        | {"months": 12, "qualifier": "exact", "decimals": 1, "grade": "official"}
        for year, value, status, day in prints
    ]
    return replace(archive, figures=pd.DataFrame(rows, columns=figures.columns))


def test_the_first_print_is_held_against_the_last_known(archive):
    planted = printed(
        archive,
        (2020, 100.0, "preliminary", "2021-02-01"),
        (2020, 103.0, "final", "2022-02-01"),
        (2020, 110.0, "revised", "2024-02-01"),
        (2021, 105.0, "preliminary", "2022-02-01"),
    )
    [row] = reprints(planted, "2023-01-01").to_dict("records")
    assert (row["first"], row["last"], row["age"]) == (100.0, 103.0, 1)
    assert row["revision"] == pytest.approx(np.log(1.03))
    [row] = reprints(planted, "2025-01-01").to_dict("records")
    assert row["revision"] == pytest.approx(np.log(1.1))
    assert reprints(planted, "2021-12-31").empty


@pytest.mark.parametrize(
    "second",
    [
        (2020, 103.0, "estimate", "2022-02-01"),
        (2020, 103.0, "final", "2021-02-01"),
    ],
    ids=["an estimate", "the same day"],
)
def test_what_is_no_second_print(archive, second):
    planted = printed(archive, (2020, 100.0, "preliminary", "2021-02-01"), second)
    assert reprints(planted, "2025-01-01").empty


def test_a_coarser_print_of_the_same_number_is_no_revision(archive):
    planted = printed(
        archive,
        (2020, 22438.4, "preliminary", "2021-02-01"),
        (2020, 22400.0, "final", "2022-02-01"),
    )
    planted.figures.loc[1, "qualifier"] = "rounded"
    planted.figures.loc[1, "decimals"] = 0
    assert reprints(planted, "2025-01-01")["revision"].tolist() == [0.0]


@pytest.mark.parametrize("day", ["1995-01-01", "2012-07-01", "2019-05-05", "2026-11-28"])
def test_prints_are_those_that_tables_hold_against_each_other(archive, day):
    prints = revision_risk._prints(archive).table
    cells = prints[prints["known_from"].le(day)].groupby(CELL)["known_from"]
    again = cells.max()[cells.max().gt(cells.min())]
    young = cells.min().dt.year.sub(cells.min().index.get_level_values("year")).le(OLD)
    told = reprints(archive, day).set_index([name for name in CELL if name != "months"])
    assert set(told.index) == set(again[young].droplevel("months").index)


def test_few_prints_leave_the_reference(archive):
    for as_of in ("2010-01-01", "2026-11-28"):
        assert law_of(archive, "gdp", as_of).scale == reference().scale


def test_enough_prints_of_an_indicator_move_its_law(archive):
    years = range(2000, 2005 + ENOUGH)
    firsts = [(year, 100.0, "preliminary", f"{year + 1}-02-01") for year in years]
    lasts = [(year, 120.0 if year % 2 else 83.0, "final", f"{year + 2}-02-01") for year in years]
    wild = firsts + lasts
    law = law_of(printed(archive, *wild), "gdp", "2026-01-01")
    assert law.scale > 2 * reference().scale
    assert law.prints == len(years)
    assert law_of(printed(archive, *wild), "gdp", "2005-01-01").scale == reference().scale


@given(st.floats(0.2, 5.0), st.integers(0, 50))
def test_a_planted_scale_is_found(times, seed):
    rng = np.random.default_rng(seed)
    age = rng.integers(1, 6, 2000)
    width = np.array([times * PRIOR.at(each) for each in age])
    law = fit(width * rng.standard_t(DEGREES, 2000), age, PRIOR)
    assert law.scale == pytest.approx(times * PRIOR.scale, rel=0.15)


def test_without_prints_the_prior_stays():
    assert fit(np.empty(0), np.empty(0), PRIOR) is PRIOR


def test_older_prints_are_revised_less():
    ages = [PRIOR.at(age) for age in range(9)]
    assert ages == sorted(ages, reverse=True)
    assert PRIOR.at(1) == PRIOR.scale
    assert PRIOR.at(99) == PRIOR.at(revision_risk.OLD)


def test_a_share_is_revised_by_its_smaller_part():
    moved = relative(np.array([10.0, 90.0]), np.array([11.0, 91.0]), np.array([True, True]))
    assert moved == pytest.approx([np.log(1.1), -np.log(0.9)])
    assert np.isnan(relative(np.array([0.0, -1.0]), np.array([1.0, 1.0]), np.array(False))).all()


INF = float("inf")


def test_a_figure_far_from_the_line_stands():
    law = risk(PRIOR)
    near = chance_when_final(38.1, 38.0, INF, True, law)
    far = chance_when_final(43.0, 38.0, INF, True, law)
    assert 0.5 < near < far <= 0.99
    assert chance_when_final(38.0, 38.0, INF, True, law) == pytest.approx(0.5)
    # Further than any revision on record, nothing is held back.
    assert chance_when_final(90.0, 38.0, INF, False, law) == 1.0
    assert chance_when_final(1.0, -1.0, INF, False, law) == 1.0
    assert chance_when_final(-1.0, 1.0, INF, False, law) == 0.0
    assert np.isnan(chance_when_final(float("nan"), 1.0, INF, False, law))


def test_a_range_is_kept_on_both_sides():
    law = risk(PRIOR)
    inside, over = (chance_when_final(x, 38.0, 40.0, True, law) for x in (39.0, 41.0))
    assert inside > 0.5 > over
    ceiling = chance_when_final(39.0, -INF, 40.0, True, law)
    floor = chance_when_final(39.0, 38.0, INF, True, law)
    assert inside == pytest.approx(ceiling + floor - 1.0)


def test_every_reference_print_names_its_source():
    folder = revision_risk.TABLE.parents[4] / "benchmarks"
    prints = pd.read_csv(folder / "prints.csv")
    sources = pd.read_csv(folder / "print_sources.csv")
    assert set(prints["source"]) == set(sources["source"])
    assert prints.notna().all(axis=None)
    assert not prints.duplicated(["indicator", "area", "year", "definition", "printed"]).any()
    assert sources[["title", "published", "read_in"]].notna().all(axis=None)
