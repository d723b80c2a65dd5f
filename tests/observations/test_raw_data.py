"""Facts of the shipped tables that the dictionary states."""

import contextlib
import math
import os
import re
import shutil
import socket
from pathlib import Path

import pandas as pd
import pytest

from helpers.observations import plausibility
from helpers.observations.files import list_files, load
from helpers.observations.raw_data import RAW_DIR, area_of_plan, find_problems, names_held, read_raw
from helpers.observations.rows import tables_of
from helpers.observations.schema import MODELS, Indicator
from helpers.vintages.series import open_archive


@pytest.fixture(scope="module")
def data():
    return read_raw()


@pytest.fixture(scope="module")
def year_end(data):
    frame = data.observations
    return frame[frame["months"] == 12]


def figure(frame, indicator, year, definition=None, status=None, qualifier="exact", **equal):
    """The printed figures of one indicator and year as a list, most precise first."""
    rows = frame[(frame["indicator"] == indicator) & (frame["year"] == year)]
    area = equal.pop("area", "shenzhen")
    rows = rows[rows["area"] == area]
    if definition:
        rows = rows[rows["definition"] == definition]
    if status:
        rows = rows[rows["status"].isin(status)]
    assert len(rows), (indicator, year, definition)
    return rows.sort_values("decimals", ascending=False)["value"].tolist()


def first_print(frame, year):
    return figure(frame, "gdp", year, "gdp_first_print", ("preliminary",))[0]


def test_nothing_is_wrong_with_the_shipped_tables():
    assert find_problems() == []


def test_every_table_has_rows_and_a_checksum(data):
    files = [*RAW_DIR.glob("*.csv"), *RAW_DIR.glob("observations/*.csv")]
    assert {str(f.relative_to(RAW_DIR)) for f in files} == set(data.checksums)
    assert all(re.fullmatch("[0-9a-f]{64}", total) for total in data.checksums.values())
    assert len(data.observations) > 700


def test_no_figure_comes_near_the_distance_of_a_slip():
    tables = tables_of(load(list_files([RAW_DIR]).files))
    held = {name: e.record for name, e in tables["indicators"].by_key(Indicator).items()}
    entries = tables["observations"].entries
    assert plausibility.find_slips(entries, held) == []
    farthest = plausibility.find_slips(entries, held, threshold=plausibility.SLIP - 0.05)
    assert farthest == [], "a shipped figure is within 12 % of being taken for a slip"


@pytest.mark.parametrize("year", range(2019, 2025))
def test_shenzhen_rd_intensity_is_spending_over_first_print_gdp(year_end, year):
    spending = figure(year_end, "rd_expenditure", year, "rd_final")[0]
    ratio = figure(year_end, "rd_intensity", year, "rd_intensity_final")[0]
    # The second decimal is printed; a spending in whole units leaves a little more room.
    assert 100 * spending / first_print(year_end, year) == pytest.approx(ratio, abs=0.0066)


@pytest.mark.parametrize("year", range(2014, 2026))
def test_sei_shares_are_value_added_over_first_print_gdp(year_end, year):
    rows = year_end[year_end["status"] != "estimate"]
    total = figure(rows, "sei_value_added", year)[0]
    share = rows[(rows["indicator"] == "sei_share") & (rows["year"] == year)]
    row = share.sort_values("decimals").iloc[-1]
    # Half a unit of the printed share, and half of the last digit that a rounded total keeps.
    digits = len(f"{total:.2f}".rstrip("0").rstrip(".").rstrip("0"))
    room = 0.5 * 10.0 ** -row["decimals"] + (0.14 if digits <= 4 else 0.0) + 0.01
    assert 100 * total / first_print(rows, year) == pytest.approx(row["value"], abs=room)


def test_digital_core_share_2020_is_value_added_over_gdp(year_end):
    total = figure(year_end, "digital_core_value_added", 2020)[0]
    share = figure(year_end, "digital_core_share", 2020)[0]
    assert 100 * total / first_print(year_end, 2020) == pytest.approx(share, abs=0.06)


def groups(frame, year):
    parts = frame["indicator"].str.startswith("sei_va_") & (frame["year"] == year)
    return frame.loc[parts, "value"]


@pytest.mark.parametrize("year", [2015, 2018, 2019, 2020, 2023])
def test_groups_add_up_to_the_total(year_end, year):
    total = figure(year_end, "sei_value_added", year, status=("final", "preliminary"))[0]
    assert len(groups(year_end, year)) == 7
    assert groups(year_end, year).sum() == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("year", [2016, 2017])
def test_groups_overlap_in_the_seven_plus_four_scope(year_end, year):
    assert groups(year_end, year).sum() > figure(year_end, "sei_value_added", year)[0]


def test_main_definitions_of_an_area_follow_one_another(data):
    frame = data.observations
    main = frame[(frame["use"] == "main") & (frame["months"] == 12)]
    for (_, _, year), rows in main.groupby(["indicator", "area", "year"]):
        assert len(set(rows["definition"])) == 1, (year, set(rows["definition"]))


def test_a_stand_in_was_out_before_every_main_figure_from_its_year_on(data):
    frame = open_archive(data).figures.query("months == 12")
    for (indicator, area), rows in frame[frame["use"] == "stand_in"].groupby(["indicator", "area"]):
        same = (frame["indicator"] == indicator) & (frame["area"] == area)
        later = same & (frame["use"] == "main") & frame["year"].ge(rows["year"].min())
        assert rows["known_from"].max() < frame.loc[later, "known_from"].min() or not later.any()


def test_definitions_cover_the_years_of_their_figures(data):
    joined = data.observations.merge(data.definitions, on="definition", suffixes=("", "_of"))
    assert len(joined) == len(data.observations)
    assert joined["year"].between(joined["first_year"], joined["last_year"]).all()


def test_unlocated_sources_are_unverified(data):
    sources = data.sources
    unlocated = sources["kind"] == "unlocated"
    assert (sources.loc[unlocated, "grade"] == "unverified").all()
    assert (sources.loc[unlocated, "url"] == "").all()


def test_the_plan_stands_first_among_the_targets(data):
    first = data.targets[data.targets["plan"] == data.targets["plan"].iloc[0]]
    assert first.index.tolist() == list(range(5))
    assert first["value"].tolist()[:3] == [4.8, 38, 25000]
    assert first["operator"].tolist() == ["ge", "gt", "gt", "qualitative", "qualitative"]


def test_rejected_figures_are_not_among_the_observations(data):
    key = ["indicator", "area", "year", "months", "value", "definition", "source_id"]
    assert data.rejected.merge(data.observations, on=key).empty


def test_the_documented_conflicts_stand(year_end):
    def values(indicator, year, **more):
        return set(figure(year_end, indicator, year, **more))

    assert values("pct_published_dji", 2021) == {1042, 1043}
    assert values("sei_value_added", 2014) == {5645.3, 5646}
    assert {27670.24, 27800, 28300} <= values("gdp", 2020)
    assert {59.1, 58.61} <= values("invention_patents_per_10k", 2013)
    assert {2.44, 2.43} <= values("rd_intensity", 2021, area="china")
    pct = [
        year_end.query(
            "indicator == 'pct_applications' and area == 'shenzhen' and year == @year"
            " and qualifier != 'lower_bound' and use == 'main'"
        )
        .sort_values("decimals")["value"]
        .to_list()
        for year in range(2016, 2021)
    ]
    assert min(abs(sum(choice) - 95853) for choice in _choices(pct)) == 0


def _choices(lists):
    if not lists:
        return [()]
    return [(value, *rest) for value in lists[0] for rest in _choices(lists[1:])]


@pytest.mark.parametrize(("year", "real", "nominal"), [(2021, 6.7, 18.2), (2024, 10.5, 7.7)])
def test_real_and_nominal_growth_of_the_industries_disagree(year_end, year, real, nominal):
    rows = year_end[year_end["status"] != "estimate"]
    level = [figure(rows, "sei_value_added", y)[0] for y in (year - 1, year)]
    assert set(figure(rows, "sei_real_growth", year)) == {real}
    assert 100 * (level[1] / level[0] - 1) == pytest.approx(nominal, abs=0.06)


def test_estimates_of_2015_to_2018_lie_below_the_finals(year_end):
    for year in range(2015, 2019):
        estimate = figure(year_end, "rd_intensity", year, "rd_intensity_estimate")[0]
        assert estimate < figure(year_end, "rd_intensity", year, "rd_intensity_final")[0]


def test_missing_figures_are_missing(year_end):
    def years(indicator, definition):
        rows = year_end[(year_end["indicator"] == indicator) & (year_end["area"] == "shenzhen")]
        return set(rows.loc[rows["definition"] == definition, "year"])

    assert 2025 not in years("rd_intensity", "rd_intensity_final")
    assert 2006 not in years("pct_applications", "pct_received")
    assert not math.isnan(pd.Series(sorted(years("gdp", "gdp_first_print"))).max())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
@pytest.mark.parametrize("kind", ["pipe", "folder", "socket", "device"])
@pytest.mark.parametrize("name", [f"{table}.csv" for table in MODELS if table != "observations"])
def test_what_is_no_file_is_named_and_never_waited_for(tmp_path, name, kind):
    raw = Path(shutil.copytree(RAW_DIR, tmp_path / "raw"))
    (raw / name).unlink()
    if kind == "pipe":
        os.mkfifo(raw / name)
    elif kind == "folder":
        (raw / name).mkdir()
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as end, contextlib.chdir(raw):
            end.bind(name)
    else:
        (raw / name).symlink_to("/dev/zero")
    problems = find_problems(raw)
    assert [p.file for p in problems if p.column == "file"] == [name]
    area_of_plan(raw)
    names_held(raw)
