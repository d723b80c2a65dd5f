"""Areas side by side: planted gaps, shares and growth; nothing from after the as-of date."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from helpers.vintages import peers
from helpers.vintages import series as vintages

KINDS = {"town": "city", "rival": "city", "province": "province", "land": "country"}


def frame(series, unit="count"):
    """Rows as `compare` returns them, of {area: {year: value}}."""
    rows = [
        {"area": area, "name": area.title(), "kind": KINDS[area], "year": year, "value": value,
         "unit": unit}
        for area, values in series.items()
        for year, value in values.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_every_area_that_holds_the_indicator_is_there_with_name_and_kind(raw):
    table = peers.compare(raw, "2026-11-23", "rd_intensity")
    held = raw.observations.query("indicator == 'rd_intensity' and use == 'main'")["area"]
    assert set(table["area"]) == set(held)
    assert list(table.columns) == peers.COLUMNS
    city = table[table["area"].eq("shenzhen")]
    assert set(city["name"]) == {"Shenzhen"} and set(city["kind"]) == {"city"}
    lengths = table["area"].value_counts(sort=False)
    assert lengths.is_monotonic_decreasing
    assert not table.duplicated(["area", "year"]).any()


def test_nothing_is_used_before_it_was_public(raw):
    late = peers.compare(raw, "2026-11-23", "rd_intensity")
    early = peers.compare(raw, "2020-07-04", "rd_intensity")
    assert early["known_from"].max() <= pd.Timestamp("2020-07-04")
    assert len(early) < len(late)
    assert peers.compare(raw, "1990-01-01", "rd_intensity").empty


def test_the_choice_counts_but_a_definition_by_name_is_not_asked_of_other_areas(raw):
    strict = vintages.SeriesChoice(min_grade="press")
    assert set(peers.compare(raw, "2026-11-23", "rd_intensity", strict)["grade"]) <= {
        "official",
        "press",
    }
    named = vintages.SeriesChoice(definition="rd_intensity_estimate")
    pd.testing.assert_frame_equal(
        peers.compare(raw, "2026-11-23", "rd_intensity", named),
        peers.compare(raw, "2026-11-23", "rd_intensity"),
    )


def test_an_archive_will_do_where_no_names_are_wanted(raw):
    archive = vintages.open_archive(raw)
    bare = peers.compare(archive, "2026-11-23", "rd_intensity")
    full = peers.compare(raw, "2026-11-23", "rd_intensity")
    assert list(bare["name"]) == list(full["area"]) and set(bare["kind"]) == {""}
    assert list(bare["value"]) == list(full["value"])


def test_gaps_are_of_shared_years_only():
    table = frame({"town": {2020: 30.0, 2021: 40.0}, "land": {2021: 100.0, 2022: 120.0}})
    (row,) = peers.gaps(table, "town").itertuples()
    assert (row.area, row.year, row.own, row.other) == ("land", 2021, 40.0, 100.0)
    assert (row.difference, row.ratio, row.share) == (-60.0, 0.4, 0.4)


def test_a_share_needs_a_wider_whole_and_something_that_adds_up():
    values = {area: {2020: 10.0} for area in KINDS}
    by_default = peers.gaps(frame(values), "town").set_index("area")["share"]
    assert by_default["land"] == 1.0 and by_default.drop("land").isna().all()
    named = peers.gaps(frame(values), "town", ("province", "rival")).set_index("area")["share"]
    assert named["province"] == 1.0 and named.drop("province").isna().all()
    assert peers.gaps(frame(values, unit="pct_gdp"), "town")["share"].isna().all()
    whole = peers.gaps(frame(values), "land", ("province", "land")).set_index("area")["share"]
    assert whole.isna().all()


def test_nothing_is_divided_by_zero():
    table = frame({"town": {2020: 3.0}, "land": {2020: 0.0}})
    assert peers.gaps(table, "town")["ratio"].isna().all()


def test_an_area_without_figures_has_no_gaps():
    assert peers.gaps(frame({"land": {2020: 1.0}}), "town").empty
    assert peers.growth_race(frame({"land": {2020: 1.0}}), "town").empty


@given(st.floats(-0.5, 0.9), st.floats(-0.5, 0.9), st.integers(1, 12))
def test_a_planted_race_is_recovered(own, other, years):
    run = range(2000, 2000 + years + 1)
    table = frame(
        {
            "town": {year: 5.0 * (1 + own) ** (year - 2000) for year in run},
            "rival": {year: 70.0 * (1 + other) ** (year - 2000) for year in run},
        }
    )
    (row,) = peers.growth_race(table, "town").itertuples()
    assert (row.first_year, row.last_year) == (2000, 2000 + years)
    assert np.isclose(row.own_growth, 100 * own, atol=1e-8)
    assert np.isclose(row.other_growth, 100 * other, atol=1e-8)
    assert np.isclose(row.ahead, 100 * (own - other), atol=1e-8)


def test_one_shared_year_is_no_race():
    table = frame({"town": {2020: 1.0, 2021: 2.0}, "rival": {2021: 1.0, 2022: 9.0}})
    assert peers.growth_race(table, "town").empty


def test_inputs_stay_as_they_are():
    table = frame({"town": {2020: 1.0, 2021: 2.0}, "land": {2020: 4.0, 2021: 5.0}})
    before = table.copy()
    peers.gaps(table, "town")
    peers.growth_race(table, "town")
    pd.testing.assert_frame_equal(table, before)
