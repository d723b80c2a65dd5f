"""Files into a plan: complete rows, new prints of the next release, and nothing overwritten."""

import csv
import gzip
import io
import json

import openpyxl
import pandas as pd
import pytest

from helpers.apps.cli import main
from helpers.observations.raw_data import read_raw

COUNTRIES = {"Germany": "DEU", "Peru": "PER", "World": "WLD"}
YEARS = range(2010, 2025)


def world_bank(updated="2026-07-01", last=2024, **changed):
    """A file of the World Bank with planted figures; some may be others in a later release."""
    years = range(2010, last + 1)
    head = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *map(str, years)]
    rows = [["Data Source", "World Development Indicators"], [], ["Last Updated Date", updated], []]
    rows += [head]
    for number, (name, code) in enumerate(COUNTRIES.items()):
        cells = [changed.get(f"{code}_{y}", f"{40 + number + 0.5 * (y - 2010)}") for y in years]
        rows.append([name, code, "Forest area (% of land area)", "AG.LND.FRST.ZS", *cells])
    return "\ufeff" + "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in rows) + "\r\n"


@pytest.fixture
def place(tmp_path):
    def give(text, name="API_AG.csv"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return give


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def figures_of(folder):
    raw = read_raw(folder)
    return {
        (row.area, row.year, row.source_id): (row.value, row.status)
        for row in raw.observations.itertuples()
    }


def test_one_command_makes_a_folder_that_passes_every_check(place, tmp_path, capsys):
    plan = tmp_path / "plan"
    command = ["import", place(world_bank()), "--into", str(plan), "--area", "Germany"]
    assert main([*command, "--area", "PER", "--yes"]) == 0
    told = capsys.readouterr().out
    for line in (
        "form: World Bank, years across",
        "adds 30 figures",
        "passed over: 15 figures of series or areas that were not asked for",
        "new areas: germany, peru",
        "source: world_bank_2026_07_01 (World Development Indicators; World Bank; 2026-07-01;",
    ):
        assert line in told
    figures = figures_of(plan)
    assert figures == {
        (area, year, "world_bank_2026_07_01"): (start + 0.5 * (year - 2010), "final")
        for area, start in (("germany", 40), ("peru", 41))
        for year in YEARS
    }
    [indicator] = rows_of(plan / "indicators.csv")
    assert (indicator["indicator"], indicator["name_en"]) == ("forest_area", "Forest area")
    assert (indicator["unit"], indicator["scale"]) == ("% of land area", "logit")
    assert indicator["release_month"] == "19"
    [source] = rows_of(plan / "sources.csv")
    assert source["note"].startswith("retrieved 20") and "API_AG.csv, SHA-256" in source["note"]
    assert main(["check", "--raw-dir", str(plan)]) == 0


def test_the_next_release_adds_what_is_new_or_changed_and_overwrites_nothing(
    place, tmp_path, capsys
):
    plan, mapping = tmp_path / "plan", tmp_path / "forest.json"
    tail = ["--into", str(plan), "--yes", "--mapping", str(mapping)]
    assert main(["import", place(world_bank()), *tail, "--area", "Peru"]) == 0
    before = (plan / "observations/world_bank.csv").read_bytes()
    first = figures_of(plan)
    assert main(["import", place(world_bank()), *tail]) == 0
    assert "nothing to add" in capsys.readouterr().out
    assert (plan / "observations/world_bank.csv").read_bytes() == before
    later = world_bank("2026-10-01", 2025, PER_2020="47.25", DEU_2020="1")
    assert main(["import", place(later, "new_name.csv"), *tail]) == 0
    new = {key: value for key, value in figures_of(plan).items() if key not in first}
    assert new == {
        ("peru", 2020, "world_bank_2026_10_01"): (47.25, "revised"),
        ("peru", 2025, "world_bank_2026_10_01"): (48.5, "final"),
    }
    assert first.items() <= figures_of(plan).items()
    lines = (plan / "observations/world_bank.csv").read_text().splitlines()
    assert set(before.decode().splitlines()) < set(lines) and len(lines) == len(set(lines))
    kept = (plan / "observations/world_bank.csv").read_bytes()
    for again in (later, world_bank()):  # the same once more, and an older release
        assert main(["import", place(again), *tail]) == 0
    assert (plan / "observations/world_bank.csv").read_bytes() == kept


def test_a_preliminary_figure_that_is_confirmed_is_a_print_of_its_own(place, tmp_path):
    head = "freq,unit,geo\\TIME_PERIOD\t2021 \t2022 \t2023 \n"
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    tail = ["--into", str(plan), "--yes", "--mapping", str(mapping)]
    for day, flag in (("2024-06-01", " p"), ("2024-12-01", "")):
        path = place(f"{head}A,PC_GDP,DE\t3.1 \t3.2 \t3.1{flag}\n", "rd.tsv")
        assert main(["import", path, *tail, "--published", day]) == 0
    assert figures_of(plan) == {
        ("germany", 2021, "eurostat_2024_06_01"): (3.1, "final"),
        ("germany", 2022, "eurostat_2024_06_01"): (3.2, "final"),
        ("germany", 2023, "eurostat_2024_06_01"): (3.1, "preliminary"),
        ("germany", 2023, "eurostat_2024_12_01"): (3.1, "final"),
    }


def test_what_the_tables_refuse_is_set_aside_by_its_place_in_the_file(place, tmp_path, capsys):
    path = place(world_bank(DEU_2015="425", PER_2012="abc").replace("abc", ".."))
    plan = tmp_path / "plan"
    tail = [
        "--into",
        str(plan),
        "--yes",
        "--area",
        "Germany",
        "--area",
        "Peru",
        "--unit",
        "kt wood",
    ]
    assert main(["import", path, *tail]) == 0
    printed = capsys.readouterr()
    assert f"set aside: {path}:6: 2015: 425: " in printed.err
    assert "set aside: 1 figures that the tables refuse" in printed.out
    assert len(figures_of(plan)) == 28
    strict = [*tail, "--strict", "--into", str(tmp_path / "other")]
    assert main(["import", path, *strict]) == 2
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("Region,2010,2011\nA,5,6\n", ["--unit", "kt wood"], "--publisher is missing"),
        ("Region,2010,2011\nA,5,6\n", ["--publisher", "P"], "--unit is missing: the file does not"),
        ("Year,Value\n2010,5\n", ["--publisher", "P", "--unit", "kt x"], "--area is missing"),
        (world_bank(), ["--area", "Germny"], "the file has no 'Germny', did you mean 'Germany'?"),
        (world_bank(), ["--series", "Wood"], "--series: the file has no 'Wood'"),
        (world_bank(), ["--area-kind", "land"], "--area-kind: 'land' is none of"),
        (world_bank(DEU_2012="4x"), ["--strict"], "API_AG.csv:6: 2012: 4x: not a number"),
        (world_bank(DEU_2012="4x"), ["--area", "Germany"], "API_AG.csv:6: 2012: 4x: not a number"),
    ],
)
def test_what_nobody_said_is_asked_for_and_nothing_is_written(
    place, tmp_path, capsys, text, options, message
):
    plan = tmp_path / "plan"
    assert main(["import", place(text), "--into", str(plan), "--yes", *options]) == 2
    assert message in capsys.readouterr().err
    assert not plan.exists()


def test_a_series_with_a_cell_that_cannot_be_read_is_set_aside_by_its_place(
    place, tmp_path, capsys
):
    plan, path = tmp_path / "plan", place(world_bank(DEU_2012="4x", WLD_2013="oops"))
    tail = ["--into", str(plan), "--yes", "--area", "Germany", "--area", "Peru"]
    assert main(["import", path, *tail]) == 0
    printed = capsys.readouterr()
    [line] = printed.err.splitlines()
    assert line.startswith(f"set aside: {path}:6: 2012: 4x: not a number; ")
    assert "set aside: 1 series with a cell that cannot be used: Germany" in printed.out
    assert {area for area, *_ in figures_of(plan)} == {"peru"} and len(figures_of(plan)) == 15
    assert main(["check", "--raw-dir", str(plan)]) == 0


def test_what_is_counted_and_has_decimals_is_a_number_of_another_unit(place, tmp_path):
    path = place("Area,Unit,2019,2020\nOz,Number,0.9,1\n", "t.csv")
    assert main(["import", path, "--into", str(tmp_path / "p"), "--yes", "--publisher", "P"]) == 0
    assert [row["unit"] for row in rows_of(tmp_path / "p/indicators.csv")] == ["number (unit)"]
    assert [value for value, _ in figures_of(tmp_path / "p").values()] == [0.9, 1]


def test_long_names_that_begin_alike_have_definitions_of_their_own(place, tmp_path):
    same = "Population in households with more than two members, "
    path = place(f'Year,"{same}women","{same}men"\n2019,5,6\n2020,7,8\n', "t.csv")
    options = ["--yes", "--publisher", "P", "--area", "Oz", "--unit", "kt x"]
    assert main(["import", path, "--into", str(tmp_path / "p"), *options]) == 0
    keys = [row["definition"] for row in rows_of(tmp_path / "p/definitions.csv")]
    assert len(set(keys)) == 2 and main(["check", "--raw-dir", str(tmp_path / "p")]) == 0


def test_a_workbook_is_imported_and_its_own_rows_are_named(tmp_path, capsys):
    book, plan = openpyxl.Workbook(), tmp_path / "plan"
    for row in (
        ["Table 1"],
        ["Country", *range(2010, 2016)],
        [],
        ["Peru", 1, 1.1, 1.2, 120, 1.3, 1.4],
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    options = ["--publisher", "P", "--unit", "kt wood", "--yes", "--into", str(plan)]
    assert main(["import", str(tmp_path / "t.xlsx"), *options]) == 0
    place = f"{tmp_path / 't.xlsx'}:4"
    told = capsys.readouterr().err
    assert told.startswith(f"set aside: {place}: 2013: 120: ") and f"({place})" in told
    assert [value for value, _ in figures_of(plan).values()] == [1, 1.1, 1.2, 1.3, 1.4]


def test_nothing_is_written_unasked(place, tmp_path, capsys):
    plan = tmp_path / "plan"
    command = ["import", place(world_bank()), "--into", str(plan)]
    assert main([*command, "--dry-run"]) == 0
    assert main(command) == 2
    assert "nobody to ask" in capsys.readouterr().err
    assert not plan.exists()


def test_figures_of_years_ahead_are_none(place, tmp_path, capsys):
    text = "Model,Scenario,Region,Variable,Unit,2020,2100\nM,S,World,Emissions,Mt CO2/yr,40,5\n"
    plan = tmp_path / "plan"
    assert main(["import", place(text), "--into", str(plan), "--publisher", "P", "--yes"]) == 0
    assert "passed over: 1 figures of years ahead of the publication" in capsys.readouterr().out
    assert [key[:2] for key in figures_of(plan)] == [("world", 2020)]


def test_a_file_goes_into_a_plan_that_has_its_area_and_indicator(place, tmp_path, capsys):
    plan = tmp_path / "plan"
    assert main(["init", str(plan)]) == 0
    text = "Entity,Code,Year,Recycled\n" + "".join(
        f"Example Town,EXT,{year},{45 + year - 2024}\n" for year in (2024, 2025)
    )
    options = ["--indicator", "example_share", "--definition", "example_definition"]
    tail = ["--into", str(plan), "--publisher", "Example office", "--published", "2026-06-01"]
    assert main(["import", place(text), *tail, *options, "--yes"]) == 0
    assert "new areas" not in capsys.readouterr().out
    rows = pd.DataFrame(rows_of(plan / "observations/figures.csv"))
    new = rows[rows["source_id"].eq("example_office_2026_06_01")]
    assert new["value"].tolist() == ["45", "46"] and set(new["unit"]) == {"% of waste"}
    assert main(["import", place(text), *tail, "--indicator", "example_share", "--unit", "kt waste",
                 "--yes"]) == 0  # fmt: skip


def test_a_file_with_a_mapping_beside_it_is_read_where_it_stands(place, tmp_path, capsys):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    tail = ["--into", str(plan), "--yes", "--mapping", str(mapping)]
    assert main(["import", place(world_bank()), *tail]) == 0
    expected = figures_of(plan)
    (plan / "observations/world_bank.csv").unlink()
    dropped = plan / "observations/forest.csv.gz"
    dropped.write_bytes(gzip.compress(world_bank().encode()))
    mapping.rename(plan / "observations/forest.csv.gz.mapping.json")
    assert figures_of(plan) == expected
    assert main(["check", "--raw-dir", str(plan)]) == 0
    dropped.write_bytes(gzip.compress(world_bank(PER_2012="4x").encode()))
    capsys.readouterr()
    assert main(["check", "--raw-dir", str(plan)]) == 2
    assert "observations/forest.csv.gz:7: 2012: 4x: not a number" in capsys.readouterr().err
    beside = plan / "observations/forest.csv.gz.mapping.json"
    beside.write_text(json.dumps({"serie": {}}))
    assert main(["check", "--raw-dir", str(plan)]) == 2
    assert "no mapping (it may hold areas, choices" in capsys.readouterr().err
    beside.write_text(json.dumps({"series": {"X": "y"}, "areas": {"PER": "peru"}}))
    dropped.write_bytes(gzip.compress(world_bank().encode()))
    assert main(["check", "--raw-dir", str(plan)]) == 2
    assert "the file has no series 'X' any more; new is Forest area" in capsys.readouterr().err
    beside.write_text(json.dumps({}))
    assert main(["check", "--raw-dir", str(plan)]) == 2
    assert "the mapping names no series and area of the file" in capsys.readouterr().err


def test_add_reads_a_file_by_the_mapping_beside_it(place, tmp_path):
    plan, mapping = tmp_path / "plan", tmp_path / "API_AG.csv.mapping.json"
    assert main(["import", place(world_bank()), "--into", str(plan), "--yes",
                 "--mapping", str(mapping)]) == 0  # fmt: skip
    path = place(world_bank(last=2025))
    assert main(["add", "--raw-dir", str(plan), "--from", path, "--yes"]) == 0
    assert len(figures_of(plan)) == 3 * 16


def test_add_takes_a_mapping_and_asks_for_one(place, tmp_path, capsys):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    assert main(["import", place(world_bank()), "--into", str(plan), "--yes",
                 "--mapping", str(mapping)]) == 0  # fmt: skip
    path = place(world_bank(last=2025))
    capsys.readouterr()
    command = ["add", "--raw-dir", str(plan), "--from", path, "--yes"]
    assert main(command) == 2
    told = capsys.readouterr().err
    assert "give --mapping F" in told and len(told.splitlines()) == 1
    assert main([*command, "--mapping", str(mapping)]) == 0
    assert len(figures_of(plan)) == 3 * 16


def spending(first=2016, last=2024, form="{}/{:02}"):
    years = (form.format(year, (year + 1) % 100) for year in range(first, last + 1))
    return "Year,Spending\n" + "".join(f"{year},{100 + i}.5\n" for i, year in enumerate(years))


@pytest.mark.parametrize(
    ("form", "options", "first"),
    [("{}/{:02}", ["--span", "first"], 2016), ("{}/{:02}", ["--span", "last"], 2017),
     ("FY{}", [], 2016), ("{}-{:02}", ["--span", "last"], 2017)],
)  # fmt: skip
def test_a_fiscal_year_is_carried_and_named(place, tmp_path, form, options, first):
    plan = tmp_path / "plan"
    given = ["--publisher", "Treasury", "--area", "Kingdom", "--unit", "bn GBP", "--yes"]
    given += ["--published", "2025-11-05", "--into", str(plan), *options]
    assert main(["import", place(spending(form=form)), *given]) == 0
    raw = read_raw(plan)
    printed = form.format(2016, 17)
    assert raw.observations["year"].tolist() == list(range(first, first + 9))
    assert raw.observations["note"].iloc[0] == f"fiscal year {printed}"
    for table in (raw.definitions, raw.indicators):
        assert "; fiscal years: " in table["description"].iloc[0]
    assert main(["check", "--raw-dir", str(plan)]) == 0
    # Calendar years of the same body count something else.
    calendar = place("Year,Spending\n2015,90\n2016,91\n2017,92\n")
    assert main(["import", calendar, *given[: -len(options) or None]]) == 0
    assert set(read_raw(plan).observations["definition"]) == {
        "spending_treasury", "spending_treasury_fy",
    }  # fmt: skip


def test_a_fiscal_year_typed_into_a_table_or_a_series_is_named(place, tmp_path, capsys):
    plan = tmp_path / "plan"
    assert main(["import", place(world_bank()), "--into", str(plan), "--yes"]) == 0
    figures = plan / "observations/world_bank.csv"
    figures.write_text(figures.read_text().replace(",2015,12", ",2015/16,12", 1))
    capsys.readouterr()
    assert main(["check", "--raw-dir", str(plan)]) == 2
    assert "a fiscal year; write 2015 or 2016, alike in the series" in capsys.readouterr().err
    series = place("series,year,value\nx,2016/17,1\nx,FY2018,2\n", "series.csv")
    assert main(["project", series]) == 2
    told = capsys.readouterr().err
    assert "--span first or --span last" in told and "a fiscal year; write 2018" in told


@pytest.mark.parametrize(
    ("names", "options"),
    [(("Germany", "France"), []), (("DE", "FR"), []), (("Oz", "Narnia"), ["--areas-across"])],
)
def test_columns_that_are_areas_are_no_series(place, tmp_path, capsys, names, options):
    plan = tmp_path / "plan"
    table = f"Year,{','.join(names)}\n2015,1.5,2.5\n2016,1.6,2.6\n2017,1.7,2.7\n"
    given = ["--publisher", "Office", "--unit", "kt waste", "--indicator", "waste", "--yes"]
    given += ["--into", str(plan)]
    assert main(["import", place(table), *given, *options]) == 0
    raw = read_raw(plan)
    assert set(raw.observations["indicator"]) == {"waste"}
    held = raw.observations.set_index(["area", "year"])["value"].to_dict()
    areas = raw.areas["area"].tolist()
    assert [held[area, 2016] for area in areas] == [1.6, 2.6]
    # What the folder knows as areas is read so without a word.
    later = table.replace("2017,1.7,2.7", "2017,1.7,2.7\n2018,1.8,2.8")
    capsys.readouterr()
    assert main(["import", place(later), *given]) == 0
    assert "adds 2 figures" in capsys.readouterr().out


def test_columns_of_other_names_are_series_and_the_option_is_named(place, tmp_path, capsys):
    table = "Year,Oz,Narnia\n2015,1.5,2.5\n2016,1.6,2.6\n"
    given = ["--publisher", "Office", "--unit", "kt waste", "--area", "Peru", "--dry-run"]
    assert main(["import", place(table), "--into", str(tmp_path / "plan"), *given]) == 0
    assert "if they are areas, say --areas-across" in capsys.readouterr().out


GIVEN = ["--publisher", "Office", "--area", "Oz", "--unit", "kt waste", "--yes"]
TABLE = "Year,North,South\n2019,5,7\n2020,6,8\n2021,6.5,8.5\n"


def test_the_next_release_needs_its_mapping_alone(place, tmp_path, capsys):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    tail = ["--into", str(plan), "--mapping", str(mapping), "--yes"]
    assert main(["import", place(TABLE, "a.csv"), *tail, *GIVEN]) == 0
    assert "to check: unit: kt waste for north, south, as --unit says" in capsys.readouterr().out
    assert main(["import", place(TABLE + "2022,7,9\n", "a.csv"), *tail]) == 0
    assert "adds 2 figures" in capsys.readouterr().out
    figures = read_raw(plan).observations.set_index(["indicator", "year"])["value"]
    assert figures["north"].tolist() == [5, 6, 6.5, 7] and figures["south", 2022] == 9


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (("North", "Northern"), "no series 'North' any more, did you mean 'Northern'?; rename it"),
        (("North,South", "A,B"), "the file has no series 'North' any more; new is A; B; rename"),
        (("Year", "Unit: Mt,,\nYear"), "north was in no unit, the file has it in million tonnes"),
    ],
)
@pytest.mark.parametrize("way", ["import", "add", "dropped"])
def test_a_header_that_changed_is_refused_in_one_sentence_that_names_it(
    place, tmp_path, capsys, changed, message, way
):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    into = ["--into", str(plan), "--mapping", str(mapping)]
    assert main(["import", place(TABLE, "a.csv"), *into, *GIVEN]) == 0
    before = figures_of(plan)
    path = place((TABLE + "2022,7,9\n").replace(*changed), "a.csv")
    capsys.readouterr()
    if way == "dropped":
        dropped = plan / "observations/a.csv"
        dropped.write_bytes((tmp_path / "a.csv").read_bytes())
        mapping.rename(plan / "observations/a.csv.mapping.json")
        assert main(["check", "--raw-dir", str(plan)]) == 2
        (plan / "observations/a.csv.mapping.json").unlink()
        dropped.unlink()
    elif way == "add":
        from_file = ["--from", path, "--mapping", str(mapping)]
        assert main(["add", "--raw-dir", str(plan), *from_file, "--yes"]) == 2
    else:
        assert main(["import", path, *into, "--yes"]) == 2
    told = capsys.readouterr().err
    assert message in told and (way == "dropped" or len(told.splitlines()) == 1)
    assert figures_of(plan) == before


def test_files_that_share_a_mapping_are_held_against_it_together(place, tmp_path, capsys):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    tail = ["--into", str(plan), "--mapping", str(mapping), "--yes"]
    north, south = (f"Year,{name}\n2019,5\n2020,6\n2021,6.5\n" for name in ("North", "South"))
    files = [place(north, "north.csv"), place(south, "south.csv")]
    assert main(["import", *files, *tail, *GIVEN]) == 0
    assert main(["import", place(north + "2022,7\n", "north.csv"), files[1], *tail]) == 0
    assert main(["import", files[1], *tail]) == 2
    assert "the file has no series 'North' any more" in capsys.readouterr().err


def test_the_last_year_of_a_mapping_is_said(place, tmp_path, capsys):
    plan, mapping = tmp_path / "plan", tmp_path / "m.json"
    tail = ["--into", str(plan), "--mapping", str(mapping), "--yes"]
    assert main(["import", place(TABLE), *tail, *GIVEN, "--until", "2020"]) == 0
    assert "passed over: 2 figures of years after 2020" in capsys.readouterr().out
    assert main(["import", place(TABLE + "2022,7,9\n"), *tail, "--until", "2022"]) == 0
    assert len(figures_of(plan)) == 4 and len(read_raw(plan).observations) == 8


def test_a_nation_without_a_name_is_named_beside_its_parts(place, tmp_path, capsys):
    text = "Year,Country,Units,Value\n2015,,kt x,10\n2016,,kt x,11\n2016,Wales,kt x,1\n"
    tail = ["--into", str(tmp_path / "plan"), "--publisher", "Office", "--yes"]
    assert main(["import", place(text), *tail]) == 2
    assert "--area is missing" in capsys.readouterr().err
    assert main(["import", place(text), *tail, "--area", "Wale"]) == 2
    assert "did you mean 'Wales'?" in capsys.readouterr().err
    assert main(["import", place(text), *tail, "--area", "Britain", "--area", "Wales"]) == 0
    raw = read_raw(tmp_path / "plan").observations
    assert raw.groupby("area")["value"].agg(list).to_dict() == {"britain": [10, 11], "wales": [1]}


def test_a_mapping_makes_a_new_folder_with_all_that_it_names(place, tmp_path):
    mapping, tail = tmp_path / "m.json", ["--yes", "--mapping", str(tmp_path / "m.json")]
    given = ["--area", "Peru", "--indicator", "wood", *tail]
    assert main(["import", place(world_bank()), "--into", str(tmp_path / "first"), *given]) == 0
    assert main(["import", place(world_bank()), "--into", str(tmp_path / "again"), *tail]) == 0
    for table in ("areas", "indicators", "definitions", "sources", "observations/world_bank"):
        both = [(tmp_path / name / f"{table}.csv").read_text() for name in ("first", "again")]
        assert both[0] == both[1], table
    assert json.loads(mapping.read_text())["series"] == {"AG.LND.FRST.ZS": "wood"}


@pytest.mark.parametrize(("operator", "value"), [("ge", "100"), ("le", "0")])
def test_a_target_at_the_end_of_a_share_fits_an_imported_indicator(
    place, tmp_path, capsys, operator, value
):
    plan = tmp_path / "plan"
    assert main(["import", place(world_bank()), "--into", str(plan), "--yes"]) == 0
    told = capsys.readouterr().out
    assert "new indicators: forest_area (% of land area)" in told
    with (plan / "sources.csv").open("a") as file:
        file.write("p,P,P,M,policy,2021-06-01,,en,secondary,\n")
    with (plan / "targets.csv").open("a") as file:
        row = f"{operator},{value},,% of land area,,1,2021-06-01,p,,"
        file.write(f"t,P,forest_area,peru,2030,{row}\n")
    assert main(["check", "--raw-dir", str(plan)]) == 0
    assert main(["assess", "--raw-dir", str(plan)]) == 0
    assert "P < 1 %" in capsys.readouterr().out


def test_groups_of_the_world_bank_are_no_countries(place, tmp_path):
    text = world_bank().replace('"Peru","PER"', '"Sub-Saharan Africa","SSF"')
    assert main(["import", place(text), "--into", str(tmp_path / "plan"), "--yes"]) == 0
    kinds = {row["name_en"]: row["kind"] for row in rows_of(tmp_path / "plan/areas.csv")}
    assert kinds == {"Germany": "country", "Sub-Saharan Africa": "region", "World": "world"}


def test_a_scale_in_the_file_is_named_where_an_option_says_another_unit(place, tmp_path, capsys):
    text = (
        "Country,Series,Year,Value,Multiplier,Unit\n"
        "Peru,Workers,2019,5,Thousands,Persons\nPeru,Workers,2020,0.006,Millions,Persons\n"
    )
    tail = ["--into", str(tmp_path / "plan"), "--publisher", "Office", "--unit", "persons in all"]
    assert main(["import", place(text), *tail, "--yes"]) == 0
    told = capsys.readouterr().out
    assert "to check: unit: the file says thousand Persons, --unit says persons in all" in told
    assert read_raw(tmp_path / "plan").observations["value"].tolist() == [5, 6]


def test_standard_input_is_read_as_a_file_is(tmp_path, monkeypatch):
    content = gzip.compress(world_bank().encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert main(["import", "-", "--into", str(tmp_path / "plan"), "--yes"]) == 0
    assert len(figures_of(tmp_path / "plan")) == 45
