"""Past bands: only what was known, only what came, and honest counts."""

import numpy as np
import pytest

from helpers.forecasting.series import project_series
from helpers.topics import track_record
from helpers.vintages.series import known_series, open_archive

DAY = "2026-11-23"


@pytest.fixture(scope="module")
def bands(raw):
    return track_record.own_bands(raw, DAY, "shenzhen", 10)


def test_a_band_is_the_projection_with_the_figures_of_its_day(raw, bands):
    archive = open_archive(raw)
    scales = raw.indicators.set_index("indicator")["scale"]
    for row in bands[bands["horizon"].eq(10)].head(4).itertuples():
        known = known_series(archive, row.as_of, indicator=row.indicator, area="shenzhen")
        assert known["year"].iloc[-1] == row.origin_year == row.year - 10
        projected = project_series(known, scales[row.indicator], 10)
        lower, upper = projected.interval(0.8)
        assert row.lower80 == pytest.approx(lower[0, 9])
        assert row.upper80 == pytest.approx(upper[0, 9])
        assert row.start == known["spliced_value"].iloc[-1]


def test_what_came_was_printed_after_the_origin_and_by_the_date(raw, bands):
    archive = open_archive(raw)
    assert (bands["year"] > bands["origin_year"]).all()
    early = track_record.own_bands(raw, "2020-07-04", "shenzhen", 10)
    assert early["year"].max() < bands["year"].max()
    for row in bands.head(20).itertuples():
        figures = archive.pairs[row.indicator, "shenzhen"]
        values = figures[figures["year"].eq(row.year)]["value"]
        assert (values - row.came).abs().min() < 1e-9


def test_no_band_reaches_over_a_documented_break(raw, bands):
    archive = open_archive(raw)
    for indicator, own in bands.groupby("indicator"):
        series = known_series(archive, DAY, indicator=indicator, area="shenzhen")
        broken = series.loc[series["break_before"].eq("no"), "year"]
        for row in own.itertuples():
            assert not broken.between(row.origin_year + 1, row.year).any()


def test_bands_say_whether_what_came_lay_inside(bands):
    inside = (bands["came"] >= bands["lower80"]) & (bands["came"] <= bands["upper80"])
    assert inside.equals(bands["inside80"].astype(bool)) and inside.any() and not inside.all()
    assert (bands["inside80"] <= bands["inside95"]).all()
    assert (bands["lower95"] < bands["lower80"]).all()


def test_an_area_without_series_has_no_bands(raw, bands):
    empty = track_record.own_bands(raw, DAY, "gba", 10)
    assert empty.empty and list(empty.columns) == list(bands.columns)
    assert empty.groupby("horizon")["inside80"].mean().empty


@pytest.mark.slow
def test_public_series_are_covered_about_as_often_as_meant():
    bands = track_record.public_bands(8)
    bands["width"] = bands["upper80"] / bands["lower80"]
    record = bands.groupby("horizon").agg(
        series=("came", "size"), inside80=("inside80", "mean"), inside95=("inside95", "mean"),
        width=("width", "median"),
    )  # fmt: skip
    assert list(record.index) == list(range(1, 9))
    assert record["series"].gt(1000).all()
    assert record["inside80"].between(0.65, 0.9).all()
    assert (record["inside95"] > record["inside80"]).all()
    assert (np.diff(record["width"]) > 0).all()
