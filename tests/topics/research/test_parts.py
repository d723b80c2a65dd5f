"""Numerator and denominator beside each other: as planted, as known, and implied where not held."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.problems import InputError
from helpers.topics.research.parts import added, read_parts, weakest
from helpers.vintages.series import open_archive
from support.research import BELOW, RATIO, TOP, figure, growing, plant, run_of


def test_parts_are_laid_side_by_side(raw):
    parts = read_parts(growing(raw), run_of())
    assert list(parts.table["year"]) == list(range(2010, 2021))
    assert np.allclose(parts.table["ratio"], 4.0 * (1.10 / 1.05) ** np.arange(11))
    assert np.allclose(parts.table["published"], parts.table["ratio"], atol=0.005)
    assert (parts.numerator_id, parts.denominator_id) == (TOP, BELOW)
    assert (parts.unit, parts.numerator_unit) == ("pct_gdp", "cny_100m")
    assert not parts.implied and len(parts.points) == 33


def test_only_years_with_both_parts_count(raw):
    rows = [figure(raw, TOP, year, 5.0) for year in (2010, 2011, 2013)]
    rows += [figure(raw, BELOW, year, 100.0) for year in (2011, 2012, 2013)]
    table = read_parts(plant(raw, *rows), run_of()).table
    assert list(table["year"]) == [2011, 2013]
    assert table["published"].isna().all() and table["real_growth"].isna().all()


def test_nothing_is_used_before_it_was_public(raw):
    late = read_parts(growing(raw), run_of())
    early = read_parts(growing(raw), run_of(as_of="2015-06-29"))
    assert late.table["year"].max() == 2020 and early.table["year"].max() == 2013
    assert read_parts(growing(raw), run_of(as_of="1999-01-01")).table.empty


def test_early_years_and_weak_grades_can_be_left_out(raw):
    rows = [figure(raw, TOP, 2010, 5.0, grade="unverified"), figure(raw, BELOW, 2010, 100.0),
            figure(raw, TOP, 2011, 6.0), figure(raw, BELOW, 2011, 100.0),
            figure(raw, TOP, 2012, 7.0), figure(raw, BELOW, 2012, 100.0)]  # fmt: skip
    planted = plant(raw, *rows)
    assert list(read_parts(planted, run_of()).table["grade"]) == ["unverified", "press", "press"]
    assert list(read_parts(planted, run_of().verified).table["year"]) == [2011, 2012]
    assert list(read_parts(planted, run_of(first_year=2012)).table["year"]) == [2012]


def test_without_its_own_figures_the_denominator_follows_from_the_printed_ratio(raw):
    rows = [figure(raw, TOP, 2010, 50.0), figure(raw, RATIO, 2010, 4.0),
            figure(raw, TOP, 2011, 60.0), figure(raw, RATIO, 2011, 5.0, grade="unverified"),
            figure(raw, TOP, 2012, 70.0)]  # fmt: skip
    parts = read_parts(plant(raw, *rows), run_of())
    assert parts.implied and parts.denominator.empty
    assert np.allclose(parts.table["denominator"], [1250.0, 1200.0])
    assert np.allclose(parts.table["ratio"], [4.0, 5.0])
    assert list(parts.table["grade"]) == ["press", "unverified"]


def test_what_is_no_ratio_is_refused_with_what_would_do(raw):
    with pytest.raises(InputError, match=r"'gdp' is no ratio .* give one of rd_intensity"):
        read_parts(raw, run_of(indicator="gdp"))
    with pytest.raises(InputError, match="did you mean 'rd_intensity'"):
        read_parts(raw, run_of(indicator="rd_intensty"))
    with pytest.raises(InputError, match=r"'invention_patents_per_10k' is no ratio"):
        read_parts(raw, run_of(indicator="invention_patents_per_10k"))


def test_an_area_that_is_not_held_is_refused(raw):
    with pytest.raises(InputError, match=r"'shenzen' is not in areas.csv; did you mean 'shenzhen'"):
        read_parts(raw, run_of(area="shenzen"))


def test_every_ratio_and_area_of_the_tables_can_be_taken_apart(raw):
    ratios = raw.indicators.query("numerator != '' and denominator != ''")["indicator"]
    archive = open_archive(raw)
    assert len(ratios) > 1
    for indicator in ratios:
        for area in raw.areas["area"]:
            table = read_parts(raw, run_of(indicator=indicator, area=area), archive).table
            assert table["ratio"].gt(0).all() and table["year"].is_monotonic_increasing


def test_the_weakest_grade_wins():
    assert list(weakest(["official", "unverified"], ["press", "official"])) == [
        "press",
        "unverified",
    ]
    assert len(weakest([], [])) == 0


POSITIVE = st.floats(0.01, 1e6)


def of_values(*pairs):
    """A table of a ratio from pairs of numerator and denominator."""
    table = pd.DataFrame(pairs, columns=["numerator", "denominator"], dtype=float)
    return table.assign(ratio=100 * table["numerator"] / table["denominator"])


@given(st.lists(st.tuples(POSITIVE, POSITIVE), min_size=2, max_size=5))
def test_what_both_parts_added_is_the_change_exactly(pairs):
    table = of_values(*pairs)
    ends = table["ratio"].iloc[-1] - table["ratio"].iloc[0]
    assert np.isclose(sum(added(table)), ends, rtol=1e-9, atol=1e-8 * table["ratio"].max())


def test_planted_growth_of_both_parts_adds_in_the_relation_of_their_logarithms(raw):
    up, down = added(read_parts(growing(raw), run_of()).table)
    assert up > 0 > down
    assert up / -down == pytest.approx(np.log(1.10) / np.log(1.05))


def test_a_part_that_stands_still_adds_nothing():
    assert added(of_values((4, 100), (5, 100))) == (pytest.approx(1.0), 0.0)
    up, down = added(of_values((4, 100), (8, 200)))
    assert up == pytest.approx(4 * np.log(2)) and down == pytest.approx(-up)


def test_fewer_than_two_years_add_nothing():
    assert added(of_values((4, 100))) == (0, 0) == added(of_values())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"levels": "-5, 1000"}, "levels: .* cannot be -5 or 1000 %; write numbers above 0 and be"),
        ({"levels": "100"}, "cannot be 100 %"),
        ({"growth_rates": "3, -100"}, "growth_rates: nothing is left after growth of -100 %"),
        ({"last_year": 10_000}, r"last_year: 10000 is more than 60 years after .* up to \d{4}"),
    ],
)
def test_what_the_ratio_cannot_be_asked_is_refused(raw, changes, words):
    with pytest.raises(InputError, match=words):
        read_parts(raw, run_of(**changes))


def test_a_folder_without_a_ratio_says_so(raw):
    none = replace(raw, indicators=raw.indicators.assign(numerator="", denominator=""))
    with pytest.raises(InputError, match="this folder has no ratio"):
        read_parts(none, run_of())
