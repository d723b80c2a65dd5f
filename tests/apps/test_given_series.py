"""Series as they are given: what cannot be projected is set aside by name, all else goes on."""

import io
import sys

import numpy as np
import pandas as pd
import pytest

from helpers.apps.cli import main
from helpers.apps.given_series import ExchangeError, read_given
from helpers.apps.series_files import project_file
from helpers.forecasting.projection import project

YEARS = range(2000, 2025)
COUNTRIES, SHORT, ZEROS = 150, 37, 43


@pytest.fixture
def panel(tmp_path):
    """A panel as the World Bank hands it out: 37 countries are short, 43 hold a zero."""
    head = ["Country Name", "Country Code", "Indicator Name", "Indicator Code", *map(str, YEARS)]
    lines = ["Data Source,World Development Indicators", "", "Last Updated Date,2026-07-01", ""]
    lines.append(",".join(head))
    for number in range(COUNTRIES):
        cells = [f"{100 * 1.02**i * (1 + 0.02 * ((number * 7 + i) % 5)):.4f}" for i in range(25)]
        if number < SHORT:
            cells[: 21 + number % 4] = [""] * (21 + number % 4)
        elif number < SHORT + ZEROS:
            cells[number % 20] = "0"
        name = f"Country {number:03d}"
        lines.append(",".join([name, f"C{number:02d}", "Emissions (kt)", "EN.ATM", *cells]))
    path = tmp_path / "API_EN.csv"
    path.write_bytes(("\ufeff" + "\r\n".join(lines) + "\r\n").encode())
    return path


def test_everything_usable_is_projected_and_the_rest_named(panel, tmp_path, capsys):
    out = tmp_path / "o.csv"
    assert main(["project", str(panel), "--out", str(out), "--no-panel"]) == 0
    told = capsys.readouterr().err
    assert f"set aside: {SHORT + ZEROS} of {COUNTRIES} series" in told
    projected = set(pd.read_csv(out)["series"])
    assert projected == {f"Country {i:03d}" for i in range(SHORT + ZEROS, COUNTRIES)}
    for number in range(SHORT + ZEROS):
        assert f"Country {number:03d} (" in told
    assert "Country 037 (0 in row 43, column 2017)" in told
    assert f"{SHORT} with fewer than 5 years" in told and "Country 003 (1)" in told


def test_each_series_gets_the_scale_that_its_values_leave(panel, tmp_path):
    given = read_given(panel, "auto")
    assert len(given.batch.names) == COUNTRIES - SHORT
    assert given.scales == ("count",) * ZEROS + ("log",) * (COUNTRIES - SHORT - ZEROS)
    frame = project_file(panel, 2, scale="auto", panel=False)
    alone = project(given.batch.select(np.array([0])), 2, scale="count").median[0]
    median = frame[frame["output_type"].eq("median") & frame["series"].eq("Country 037")]
    np.testing.assert_allclose(median["value"], alone)


def test_strict_refuses_as_before(panel, capsys):
    assert main(["project", str(panel), "--strict"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert told[0].endswith("API_EN.csv:43: 2017: 0: not above 0; mend it, or project with scale "
                            "count, which has zeros")  # fmt: skip
    assert len(told) == ZEROS


def test_a_file_of_which_nothing_is_left_is_refused(tmp_path):
    path = tmp_path / "s.csv"
    path.write_text("series,year,value\na,2001,1\nb,2001,0\n")
    with pytest.raises(ExchangeError, match="only 1 points"):
        read_given(path)


GOOD = "".join(f"a,{y},{y - 1990}\nb,{y},{y - 1980}\n" for y in range(2005, 2021))
TEN = {y: str(y - 1990) for y in range(2005, 2021)}


@pytest.mark.parametrize(
    ("cells", "scale", "told"),
    [
        (TEN | {2010: "abc"}, "log", "cannot be used (not a finite number): x (abc in row 39,"),
        (TEN | {2010: "inf"}, "log", "cannot be used (not a finite number): x (inf in row 39,"),
        (TEN | {2010: "1e400"}, "log", "cannot be used (not a finite number): x (1e400 in row 39"),
        (TEN | {2010: "12,5"}, "log", "cannot be used (not a finite number): x (12,5 in row 39,"),
        (TEN | {"20x1": "5"}, "log", "cannot be used (not a year): x (20x1 in row 50, column year"),
        (TEN | {"2010 ": "5"}, "log", "cannot be used (year given twice): x (2010 in row 50,"),
        ({2010: "5", 2011: ""}, "log", "1 with fewer than 5 years: x (1)"),
        ({2010: "5"}, "log", "1 with fewer than 5 years: x (1)"),
        (TEN | {2010: "-5"}, "log", "with a value not above 0 (mend it, or project with scale lin"),
        (TEN | {2010: "101"}, "share", "with a value above 100, where no share in percent lies"),
        (TEN | {2010: ""}, "log", "passed over: 1 cells without a figure"),
        (TEN | {2010: ".."}, "log", "passed over: 1 cells without a figure"),
        ({y: v for y, v in TEN.items() if not 2009 < y < 2014}, "log", ""),
        (dict.fromkeys(TEN, "5"), "log", ""),
    ],
)
@pytest.mark.parametrize("form", ["own", "long", "wide"])
def test_one_bad_series_stops_no_other(tmp_path, capsys, cells, scale, told, form):
    rows = GOOD + "".join(f'x,{y},"{v}"\n' for y, v in cells.items())
    path = tmp_path / "s.csv"
    path.write_text("series,year,value\n" + rows)
    if form == "long":
        path.write_text("Entity,Year,Value\n" + rows)
    if form == "wide" and all(isinstance(year, int) for year in cells):
        lines = [TEN | {y: str(y - start) for y in TEN} for start in (1990, 1980)]
        lines.append(dict.fromkeys(TEN, "") | cells)
        body = ("".join(f',"{row[y]}"' for y in TEN) for row in lines)
        head = "Entity," + ",".join(map(str, TEN))
        path.write_text("\n".join([head, *map("{}{}".format, "abx", body)]) + "\n")
    command = ["project", str(path), "--scale", scale, "--out", str(tmp_path / "o.csv")]
    if form != "own" and "12,5" in cells.values():
        return  # two marks in one file are told for the file
    assert main([*command, "--horizon", "1"]) == 0
    err = capsys.readouterr().err
    gone = "passed over" not in told and told != ""
    assert set(pd.read_csv(tmp_path / "o.csv")["series"]) == {
        "a",
        "b",
        *({"x"} if not gone else ()),
    }
    assert ("x (" in err) == gone
    if form == "own":
        assert told in err
        strict = bool(gone) or "" in cells.values() or ".." in cells.values()
        assert main([*command, "--strict"]) == 2 * strict


def test_countries_without_a_figure_are_named(panel, tmp_path, capsys):
    text = panel.read_text() + "Nowhere,NWH,Emissions (kt),EN.ATM" + "," * len(YEARS) + "\n"
    panel.write_text(text)
    assert main(["project", str(panel), "--out", str(tmp_path / "o.csv"), "--no-panel"]) == 0
    assert "no figure at all: Nowhere" in capsys.readouterr().err


def test_a_column_gives_each_series_its_scale(tmp_path):
    rows = [f"a,{y},{y - 1990},log\nb,{y},{y - 2004},linear" for y in range(2000, 2010)]
    path = tmp_path / "s.csv"
    path.write_text("Series,YEAR,value,Scale\n" + "\n".join(rows) + "\n")
    assert read_given(path).scales == ("log", "linear")
    path.write_text("series,year,value,scale\na,2000,1,log\na,2001,1,linear\na,2002,1,cubic\n")
    with pytest.raises(ExchangeError) as caught:
        read_given(path)
    assert [str(p).split(": ", 1)[1] for p in caught.value.problems] == [
        "scale: linear: the series has the scale log elsewhere; give it one",
        "scale: cubic: no scale; write one of log, logit, linear, count, share",
    ]


def test_ragged_ends_are_projected_up_to_one_year(tmp_path):
    rows = [f"{name},{2000 + i},{10 + i}" for name, n in (("a", 8), ("b", 12)) for i in range(n)]
    rows += [f"c,{2010 + i},5" for i in range(8)]
    path = tmp_path / "s.csv"
    path.write_text("series,year,value\n" + "\n".join(rows) + "\n")
    told = []
    frame = project_file(path, until=2014, tell=told.append)
    years = frame.groupby("series")["year"].agg(["min", "max"])
    assert years.loc["a"].tolist() == [2008, 2014] and years.loc["b"].tolist() == [2012, 2014]
    assert told == ["set aside: 1 of 3 series", "  1 that end too far from 2014: c (2017)"]


def test_thresholds_of_series_set_aside_are_left_out_and_told(tmp_path):
    series, asked = tmp_path / "s.csv", tmp_path / "t.csv"
    series.write_text(
        "series,year,value\nb,2001,1\n" + "".join(f"a,{y},5\n" for y in range(2000, 2009))
    )
    asked.write_text("series,year,threshold\na,2010,5\nb,2010,5\n")
    told = []
    frame = project_file(series, 3, asked, tell=told.append)
    assert frame["output_type"].eq("probability").sum() == 1
    assert told[-1] == "1 thresholds of series set aside are left out"


def test_what_is_piped_in_is_read(tmp_path, monkeypatch, capsys):
    table = "Entity,Code,Year,Forest\n" + "".join(
        f"Peru,PER,{y},{50 + y}\n" for y in range(2000, 2010)
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(table.encode())))
    assert main(["project", "-", "--horizon", "1"]) == 0
    printed = capsys.readouterr()
    assert "form: Our World in Data, years down" in printed.err
    assert set(pd.read_csv(io.StringIO(printed.out))["series"]) == {"Peru"}


def test_a_sweep_sets_aside_as_well(panel, tmp_path, capsys):
    asked, out = tmp_path / "t.csv", tmp_path / "o.csv"
    asked.write_text("series,year,threshold\nCountry 100,2026,150\nCountry 000,2026,150\n")
    command = ["sweep", "--series", str(panel), "--thresholds", str(asked), "--out", str(out)]
    assert main([*command, "--no-panel"]) == 0
    assert "set aside: 80 of 150 series" in capsys.readouterr().err
    assert pd.read_csv(out)["series"].tolist() == ["Country 100"]
    assert main([*command, "--no-panel", "--strict"]) == 2
