"""Stand-ins of each form in its real shape, read value by value; figures are invented."""

import csv
import gzip
import html
import io
import zipfile
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import statsmodels
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.observations.forms.layouts import Choices
from helpers.observations.forms.readings import account_of, read_figures
from helpers.observations.forms.sheets import FormError, open_sheets

WORLD_BANK = """\ufeff"Data Source","World Development Indicators",\r
\r
"Last Updated Date","2026-07-01",\r
\r
"Country Name","Country Code","Indicator Name","Indicator Code","2018","2019","2020",\r
"Aruba","ABW","R&D expenditure (% of GDP)","GB.XPD.RSDV.GD.ZS","1.5","","2.25",\r
"Germany","DEU","R&D expenditure (% of GDP)","GB.XPD.RSDV.GD.ZS","3.1","3.2","..",\r
"""
DATABANK = """Country Name,Country Code,Series Name,Series Code,2019 [YR2019],2020 [YR2020]
Chad,TCD,Population,SP.POP.TOTL,16126866,..
Chad,TCD,Urban,SP.URB.TOTL,3700000,3800000
,,,,,
Data from database: World Development Indicators,,,,,
Last Updated: 07/01/2026,,,,,
"""
EUROSTAT_TSV = (
    "freq,unit,sex,geo\\TIME_PERIOD\t2018 \t2019 \t2020 \t2021 \n"
    "A,PC,T,AT\t1.5 b\t: \t2.25 ep\t: c\n"
    "A,PC,F,AT\t1.1 \t1.2 p\t0 n\t1.3 u\n"
)
EUROSTAT_CSV = """DATAFLOW,LAST UPDATE,freq,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS
ESTAT:RD_E_GERDTOT(1.0),26/03/26 11:00:00,A,PC_GDP,AT,2020,3.2,p,
ESTAT:RD_E_GERDTOT(1.0),26/03/26 11:00:00,A,PC_GDP,AT,2021,,,C
"""
SDMX1 = """DATAFLOW,FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT
IMF:X(1.0),A,DE,NGDP,2020,3.4,A,9
IMF:X(1.0),A,DE,NGDP,2021,3600,E,6
"""
SDMX2 = """STRUCTURE;STRUCTURE_ID;ACTION;FREQ: Frequency;REF_AREA: Reference area;\
TIME_PERIOD: Time;OBS_VALUE: Value;OBS_STATUS: Status
dataflow;O:D(1.0): R;I;A: Annual;DEU: Germany;2021;12,5;A: Normal value
dataflow;O:D(1.0): R;D;A: Annual;DEU: Germany;2022;12,7;A: Normal value
dataflow;O:D(1.0): R;I;A: Annual;DEU: Germany;2023;1.012,7;P: Provisional value
"""
OECD = """STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,FREQ,Frequency of observation,REF_AREA,\
Reference area,MEASURE,Measure,UNIT_MEASURE,Unit of measure,TIME_PERIOD,Time period,OBS_VALUE,\
Observation value,OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier,DECIMALS,Decimals
DATAFLOW,O:D(1.0),R&D,I,A,Annual,ISL,Iceland,G,GERD,USD,US dollars,2021,,50.4,,A,Normal value,6,\
Millions,1,One
DATAFLOW,O:D(1.0),R&D,I,A,Annual,ISL,Iceland,G,GERD,USD,US dollars,2022,,52.4,,E,Estimated,6,\
Millions,1,One
DATAFLOW,O:D(1.0),R&D,I,A,Annual,ISL,Iceland,B,BERD,USD,US dollars,2022,,5.4,,F,Forecast,6,\
Millions,1,One
DATAFLOW,O:D(1.0),R&D,I,A,Annual,ISL,Iceland,B,BERD,USD,US dollars,2021,,5.1,,B,Break,6,\
Millions,1,One
"""
OECD_STAT = """"LOCATION","Country","INDICATOR","Indicator","TIME","Time","Unit Code","Unit",\
"PowerCode Code","PowerCode","Reference Period Code","Reference Period","Value","Flag Codes","Flags"
"FRA","France","G","GERD","2018","2018","PC","Percentage","0","Units",,,2.2,"E","Estimated value"
"FRA","France","G","GERD","2019","2019","PC","Percentage","0","Units",,,2.19,,
"""
OPEN_SDG = """Year,Units,Sex,Age,Value
2015,%,,,10.1
2016,%,,,11
2015,%,Female,,9
2015,%,Female,15-24,9.5
"""
FRED = """observation_date,GDPC1
2019-01-01,1.5
2019-04-01,1.7
2019-07-01,1.9
2019-10-01,2.1
2020-01-01,.
2020-04-01,3
"""
OWID = """Entity,Code,Year,CO2 per capita,Population
Germany,DEU,2018,9.1,
Germany,DEU,2019,8.5,80
World,OWID_WRL,2019,4.7,
"""
IAMC = """Model,Scenario,Region,Variable,Unit,2020,2030
M1,SSP1,World,Emissions|CO2,Mt CO2/yr,40000,35000.5
M1,SSP1,World,Population,million,7000,
M1,SSP2,World,Population,million,7000,8100
"""
HUB = """as_of,target_end_date,target,location,observation
2024-01-06,2022-12-31,hosp,US,10
2024-01-13,2022-12-31,hosp,US,11
2024-01-13,2023-12-30,hosp,US,12
"""
UN_SDG = """Goal,Target,Indicator,SeriesCode,SeriesDescription,GeoAreaCode,GeoAreaName,TimePeriod,\
Value,Time_Detail,TimeCoverage,UpperBound,LowerBound,BasePeriod,Source,GeoInfoUrl,FootNote,\
[Nature],[Reporting Type],[Sex],[Units]
1,1.1,1.1.1,SI_POV_DAY1,"Poverty, share",276,Germany,2018,0.5,2018,,,,,WB,,,G,G,BOTHSEX,PERCENT
1,1.1,1.1.1,SI_POV_DAY1,"Poverty, share",276,Germany,2019,0.6,2019,,,,,WB,,,M,G,BOTHSEX,PERCENT
1,1.1,1.1.1,SI_POV_DAY1,"Poverty, share",250,France,2018,NaN,2018,,,,,WB,,,NA,G,BOTHSEX,PERCENT
"""
WIPO = """"Indicator: 1 - Total patent applications (direct and PCT national phase entries)"
"Report type: Total count by applicant's origin"
"Source: WIPO statistics database. Last updated: May 2026"

"Origin","Origin (Code)","2019","2020","2021"
"China","CN","1328067","1441086","1538604"
"Andorra","AD","12","","15"
"""
YEARBOOK = """表1 研究与试验发展经费
单位：亿元,,,
指 标,2016年,2017年,2018年
研究与试验 发展经费,800.97,"976.94","1,163.54"
其中：企 业,700,…,900.5
注：数据为初步核算。
""".encode("gb18030")
YEARS_DOWN = """年 份,研究与试验发展经费,,占GDP比重（%）
,合计,企业,
2016年,800.97,700.1,4.1
2017年,976.94,750,4.2
"""
R_D = "R&D expenditure (% of GDP)"
PATENTS = "Total patent applications (direct and PCT national phase entries)"
FORMS = {
    "worldbank": (WORLD_BANK, {}, {
        (R_D, "Aruba", 2018): "1.5", (R_D, "Aruba", 2020): "2.25",
        (R_D, "Germany", 2018): "3.1", (R_D, "Germany", 2019): "3.2",
    }),
    "databank": (DATABANK, {}, {
        ("Population", "Chad", 2019): "16126866", ("Urban", "Chad", 2019): "3700000",
        ("Urban", "Chad", 2020): "3800000",
    }),
    "early": (EUROSTAT_TSV, {}, {
        ("early: T", "Austria", 2018): "1.5", ("early: T", "Austria", 2020): "2.25 estimate",
        ("early: F", "Austria", 2018): "1.1", ("early: F", "Austria", 2019): "1.2 preliminary",
        ("early: F", "Austria", 2020): "0", ("early: F", "Austria", 2021): "1.3",
    }),
    "eurostat_csv": (EUROSTAT_CSV, {}, {("eurostat_csv", "Austria", 2020): "3.2 preliminary"}),
    "sdmx1": (SDMX1, {}, {
        ("NGDP", "DE", 2020): "3400", ("NGDP", "DE", 2021): "3600 estimate",
    }),
    "sdmx2": (SDMX2, {}, {
        ("sdmx2", "Germany", 2021): "12.5", ("sdmx2", "Germany", 2023): "1012.7 preliminary",
    }),
    "oecd": (OECD, {}, {
        ("GERD", "Iceland", 2021): "50.4", ("GERD", "Iceland", 2022): "52.4 estimate",
        ("BERD", "Iceland", 2021): "5.1",
    }),
    "oecd_stat": (OECD_STAT, {}, {
        ("GERD", "France", 2018): "2.2 estimate", ("GERD", "France", 2019): "2.19",
    }),
    "open_sdg": (OPEN_SDG, {}, {
        ("open_sdg", "", 2015): "10.1", ("open_sdg", "", 2016): "11",
        ("open_sdg: Female", "", 2015): "9",
        ("open_sdg: Female, 15-24", "", 2015): "9.5",
    }),
    "fred_mean": (FRED, {"annual": "mean"}, {("GDPC1", "", 2019): "1.800"}),
    "fred_last": (FRED, {"annual": "last"}, {("GDPC1", "", 2019): "2.1"}),
    "fred_sum": (FRED, {"annual": "sum"}, {("GDPC1", "", 2019): "7.2"}),
    "owid": (OWID, {}, {
        ("CO2 per capita", "Germany", 2018): "9.1", ("CO2 per capita", "Germany", 2019): "8.5",
        ("Population", "Germany", 2019): "80", ("CO2 per capita", "World", 2019): "4.7",
    }),
    "iamc": (IAMC, {}, {
        ("SSP1, Emissions|CO2", "World", 2020): "40000",
        ("SSP1, Emissions|CO2", "World", 2030): "35000.5",
        ("SSP1, Population", "World", 2020): "7000", ("SSP2, Population", "World", 2020): "7000",
        ("SSP2, Population", "World", 2030): "8100",
    }),
    "hub": (HUB, {}, {("hosp", "US", 2022): "11", ("hosp", "US", 2023): "12"}),
    "unsdg": (UN_SDG, {}, {
        ("Poverty, share", "Germany", 2018): "0.5",
        ("Poverty, share", "Germany", 2019): "0.6 estimate",
    }),
    "wipo": (WIPO, {}, {
        (PATENTS, "China", 2019): "1328067", (PATENTS, "China", 2020): "1441086",
        (PATENTS, "China", 2021): "1538604", (PATENTS, "Andorra", 2019): "12",
        (PATENTS, "Andorra", 2021): "15",
    }),
    "yearbook": (YEARBOOK, {}, {
        ("研究与试验发展经费", "", 2016): "800.97", ("研究与试验发展经费", "", 2017): "976.94",
        ("研究与试验发展经费", "", 2018): "1163.54", ("其中：企业", "", 2016): "700",
        ("其中：企业", "", 2018): "900.5",
    }),
    "years_down": (YEARS_DOWN, {}, {
        ("研究与试验发展经费 合计", "", 2016): "800.97",
        ("研究与试验发展经费 合计", "", 2017): "976.94",
        ("研究与试验发展经费 企业", "", 2016): "700.1",
        ("研究与试验发展经费 企业", "", 2017): "750",
        ("占GDP比重（%）", "", 2016): "4.1", ("占GDP比重（%）", "", 2017): "4.2",
    }),
}  # fmt: skip


def read(text, name="table.csv", **choices):
    content = text if isinstance(text, bytes) else text.encode()
    return read_figures(content, name, Choices(**choices))


def values_of(readings):
    """Give the figures by series, area and year, with the status behind the digits."""
    return {
        (readings.series[row.series].name, readings.areas[row.area].name, row.year): (
            f"{row.text} {row.status}".strip()
        )
        for row in readings.frame.itertuples()
    }


def faults(text, name="table.csv", **choices):
    with pytest.raises(FormError) as caught:
        read(text, name, **choices)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("form", FORMS)
def test_a_form_is_read_value_by_value(form):
    text, choices, expected = FORMS[form]
    assert values_of(read(text, f"{form}.csv", **choices)) == expected


def packed(content):
    return gzip.compress(content, mtime=0)


def as_gzip(content):
    return packed(content), ".csv.gz"


def as_zip(content):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr(
            "Metadata_Indicator_API_X.csv", '"INDICATOR_CODE","SOURCE_NOTE"\n"A","2010"\n'
        )
        packed.writestr("early.csv", content)
    return stream.getvalue(), ".zip"


def as_utf16(content):
    return content.decode("utf-8-sig").encode("utf-16"), ".txt"


def as_page(content):
    """Write a table as old portals serve it: no end of a cell, tables within a table."""
    text = content.decode("utf-8-sig")
    rows = csv.reader(io.StringIO(text), delimiter="\t" if "\t" in text else ",")
    cells = "".join("<TR>" + "".join(f"<td>{html.escape(c)}" for c in row) for row in rows)
    page = f"<html><table><tr><td>Menu<td><table>{cells}</table><tr><td>end<td>.</table>"
    return page.encode(), ".xls"


@pytest.mark.parametrize("made", [as_gzip, as_zip, as_utf16, as_page])
@pytest.mark.parametrize("form", ["worldbank", "early", "oecd", "owid"])
def test_packing_and_encoding_change_nothing(form, made):
    text, choices, expected = FORMS[form]
    content, ending = made(text.encode())
    assert values_of(read(content, form + ending, **choices)) == expected


def test_what_is_passed_over_is_counted_and_named():
    readings = read(EUROSTAT_TSV, "rd.tsv")
    assert dict(readings.passed) == {"cells :": 2}
    told = account_of(readings)
    assert told[0] == "form: Eurostat TSV, years across"
    assert "unit: PC" in told
    assert "flag p: 1 x preliminary (provisional)" in told
    assert readings.series[0].code == "T" and read(OWID).series[0].code == "CO2 per capita"
    assert "flag b: 1 x final (break in time series)" in told
    assert dict(read(OECD).passed) == {"figures marked F (forecast)": 1}
    assert read(SDMX2).passed["rows that delete a figure"] == 1
    assert read(HUB).passed["figures of earlier editions"] == 1
    assert read(FRED, annual="mean").passed["years that are not whole"] == 1
    assert read(YEARBOOK).passed["rows without a figure"] == 1
    assert read(YEARBOOK).notes == ["encoded in GB18030"]
    assert read(YEARBOOK).series[0].unit == "亿元"
    assert read(OECD).series[0].unit == "million US dollars"
    assert read(SDMX1).passed == {}


def test_lines_above_the_header_tell_title_and_day():
    [layout] = read(WIPO).layouts
    assert (layout.publisher, layout.facts["published"]) == (
        "World Intellectual Property Organization",
        "May 2026",
    )
    assert read(WORLD_BANK).layouts[0].facts["published"] == "2026-07-01"


def test_months_are_not_made_a_year_without_a_word():
    assert faults(FRED) == [
        "table.csv:2: year: 2019-01-01: 4 figures of one year; say what makes the year: "
        "--annual mean, --annual last or --annual sum"
    ]


def test_one_date_a_year_is_the_year():
    readings = read("DATE,UNRATE\n2019-01-01,3.7\n2020-01-01,8.1\n")
    assert values_of(readings) == {("UNRATE", "", 2019): "3.7", ("UNRATE", "", 2020): "8.1"}
    assert readings.notes == ["one date a year: read as the year"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a;2010;1.234,5\na;2011;2,3\n", ["1234.5", "2.3"]),
        ("a;2010;1.234,5\na;2011;2.345\n", ["1234.5", "2345"]),
        ("a;2010;1 234,5\na;2011;2\u00a0345\n", ["1234.5", "2345"]),
        ("a;2010;1'234.5\na;2011;2,345\n", ["1234.5", "2345"]),
        ("a;2010;12,34,567.5\na;2011;1.5e3\n", ["1234567.5", "1500"]),
        ("a;2010;1163.5*\na;2011;1,163.5 (2)\n", ["1163.5", "1163.5"]),
        ("a;2010;１２．５\na;2011;−3\n", ["12.5", "-3"]),
        ("a;2010;12.5%\na;2011;3%\n", ["12.5", "3"]),
        ("a;2010;1.2亿\na;2011;9000万\n", ["12000", "9000"]),
    ],
)
def test_numbers_as_they_are_printed(text, expected):
    assert read("series;year;value\n" + text).frame["text"].tolist() == expected


@pytest.mark.parametrize("cell", ["..", "NA", "n/a", "-", ":", "…", "", "nan", "–", "None"])
def test_signs_for_no_figure_are_no_zero(cell):
    readings = read(f"series;year;value\na;2010;{cell}\na;2011;2\n")
    assert readings.frame["year"].tolist() == [2011]
    assert sum(readings.passed.values()) == 1
    assert any("dash" in note for note in readings.notes) == (cell in "-–" and cell != "")


def test_a_number_that_can_be_read_in_two_ways_is_refused_with_both():
    assert faults('series,year,value\na,2010,"1,234"\na,2011,"2,345"\n') == [
        "table.csv:2: value: decimal mark: 1,234 in row 2, column value can be 1234 or 1.234, and "
        "no other cell tells which; say which with --decimal point or --decimal comma"
    ]
    [both] = faults("series;year;value\na;2010;1,5\na;2011;2.5\n")
    assert "written in two ways, 2.5 in row 3, column value and 1,5 in row 2" in both or (
        "written in two ways, 1,5 in row 2, column value and 2.5 in row 3" in both
    )
    chosen = read('series,year,value\na,2010,"1,234"\n', decimal="comma")
    assert chosen.frame["text"].tolist() == ["1.234"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.integers(101, 9_999), min_size=3, max_size=8), st.integers(1_000, 99_999),
    st.integers(0, 7), st.sampled_from([",.", ".,"]), st.booleans(),
)  # fmt: skip
def test_a_slip_of_the_decimal_mark_is_never_a_thousandfold(tenths, slip, place, marks, down):
    decimal, other = marks
    own = [f"{n // 10}{decimal}{n % 10}" for n in tenths]
    usual = sorted(tenths)[len(tenths) // 2] / 10
    assume(usual / 8 < slip / 1000 < usual * 8)
    own.insert(place % (len(own) + 1), f"{slip // 1000}{other}{slip % 1000:03}")
    text = "指标;" + ";".join(f"{2001 + i}年" for i in range(len(own))) + "\n甲;" + ";".join(own)
    if down:
        text = "年份;甲\n" + "\n".join(f"{2001 + i};{cell}" for i, cell in enumerate(own))
    assert any("--decimal point or --decimal comma" in fault for fault in faults(text))
    assert len(read(text, decimal="comma" if decimal == "," else "point").frame) == len(own)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Series,Year,Value\na,2010,12x\n", "table.csv:2: Value: 12x: not a number"),
        ("Series,Year,Value\na,2010,1\nb,20x1,5\n", "table.csv:3: Year: 20x1: not a year"),
        (
            "Land;Jahr;Wert\nA;2010;3\nA;2010;4\n",
            "table.csv:3: year: 2010: year given twice, first",
        ),
        ("Region,2010,2011\nA,5,6k\n", "table.csv:2: 2011: 6k: not a number"),
        ("Year,Value\n2010,1\n2011,2,3\n", "table.csv:3: row: 3 fields: 3 fields where the header"),
        ("Region,2010/11,2011/12\nA,5,6\n", "can be 2010 or 2011; say which with --span"),
        ("Series,Year,Value\na,2010,5%\na,2011,6\n", "no sign for per cent"),
        ("nothing,here\na,b\n", "no years were found"),
        ("", "the file is empty"),
    ],
)
def test_what_cannot_be_read_is_named_by_its_own_row_and_column(text, message):
    assert any(message in fault for fault in faults(text))


def test_columns_can_be_chosen_and_a_wrong_name_is_refused():
    text = "Was,Wann,Menge,Preis\nÖl,2010,5,7\nÖl,2011,6,8\n"
    readings = read(text, year_column="wann", value_column=("Preis",), series_column=("was",))
    assert values_of(readings) == {("Öl", "", 2010): "7", ("Öl", "", 2011): "8"}
    assert readings.layouts[0].passed == ["Menge"]
    [fault] = faults(text, year_column="Wann", value_column=("Preise",))
    assert "--value-column: Preise: no such column, did you mean 'Preis'?" in fault


def test_spans_of_two_years_are_the_year_that_is_chosen():
    text = "Region,2010/11,2011/12\nA,5,6\n"
    for span, years in (("first", [2010, 2011]), ("last", [2011, 2012])):
        assert read(text, span=span).frame["year"].tolist() == years


@pytest.mark.parametrize(
    "form",
    ["{0}{2:02}", "{0}-{2:02}", "FY{0}/{2:02}", "{0}/{1}", "AY{0}–{2:02}", "SY {0}-{1}",
     "{0} to {1}", "FY{3:02}/{2:02}", "{0}-{1}学年", "{0}/{2:02}年度",
     "Academic year {0}/{2:02}", "{0}-{2:02} (p)"],
)  # fmt: skip
@pytest.mark.parametrize("down", [True, False])
def test_school_and_fiscal_years_in_every_writing_ask_which_year_they_are(form, down):
    printed = [form.format(y, y + 1, (y + 1) % 100, y % 100) for y in range(2009, 2013)]
    text = f"Region,{','.join(printed)}\nA,1,2,3,4\n"
    if down:
        text = "Year,A\n" + "".join(f"{year},{i}\n" for i, year in enumerate(printed, start=1))
    [told, *_] = faults(text)
    assert "which can be 2009 or 2010; say which with --span" in told
    for span, first in (("first", 2009), ("last", 2010)):
        frame = read(text, span=span).frame
        assert frame["year"].tolist() == list(range(first, first + 4))
        assert frame["text"].tolist() == ["1", "2", "3", "4"]
        assert frame["fiscal"].tolist() == [year.removesuffix(" (p)") for year in printed]


@pytest.mark.parametrize(
    ("form", "fiscal"),
    [("Year ended March {}", True), ("12 months to 30 June {}", True), ("Year ending Dec {}", 0),
     ("{}学年", True), ("As at 30 June {}", False), ("end-{}", False)],
)  # fmt: skip
def test_a_year_named_by_its_end_is_that_year(form, fiscal):
    frame = read("Year,A\n" + "".join(f"{form.format(y)},{y}.5\n" for y in (2019, 2020))).frame
    assert frame["year"].tolist() == [2019, 2020] and frame["text"].tolist() == ["2019.5", "2020.5"]
    assert all(frame["fiscal"].ne("") == fiscal)


@pytest.mark.parametrize(
    ("text", "era", "years"),
    [
        ("年度,經費\n98,1\n99,2\n100,3\n", "", [2009, 2010, 2011]),
        ("年度,經費\n113 p,1\n112,2\n111,3\n", "", [2022, 2023, 2024]),
        ("民國,經費\n89,1\n90,2\n註：90年起\n", "", [2000, 2001]),
        ("中華民國統計\n項目,89,90\n經費,1,2\n", "", [2000, 2001]),
        ("學年度,人\n105,1\n106,2\n", "", [2016, 2017]),
        ("年別,地區,人\n110,甲,1\n110,乙,2\n111,甲,3\n", "", [2021, 2022, 2021]),
        ("年度,件\n27,1\n28,2\n", "heisei", [2015, 2016]),
        ("年度,件\n89,1\n90,2\n", "roc", [2000, 2001]),
        ("中華民國統計\n項目,109年,110年\n甲,5,6\n", "", [2020, 2021]),
        ("項目,107,108,109\n經費,1,2,3\n", "roc", [2018, 2019, 2020]),
    ],
)
def test_years_of_an_era_are_written_out_where_it_is_known(text, era, years):
    assert read(text, era=era).frame["year"].tolist() == years


@pytest.mark.parametrize("years", [(89, 90, 91), (27, 28, 29), (1, 2, 3)])
def test_years_that_several_eras_have_are_asked_about(years):
    [told] = faults("年度,件\n" + "".join(f"{year},5\n" for year in years))
    assert f"{years[-1]} below 年度 can be a year of several eras; say which with --era" in told


def test_a_december_among_months_is_no_fiscal_year():
    for by in ("-", "/", ""):
        months = "".join(f"{y}{by}{m:02},{m}\n" for y in (2010, 2011) for m in range(1, 13))
        readings = read("month,rate\n" + months, annual="last")
        assert values_of(readings) == {("rate", "", 2010): "12", ("rate", "", 2011): "12"}


def eurostat_book():
    book = openpyxl.Workbook()
    book.active.title = "Summary"
    book.active.append(["Contents", "Sheet 1"])
    for number, sex in enumerate(("Males", "Females"), start=1):
        sheet = book.create_sheet(f"Sheet {number}")
        rows = [
            ["Data extracted on 12/03/2026 10:22:33 from [ESTAT]"],
            ["Dataset: ", "Early leavers from education [edat_lfse_14]"],
            ["Last updated: ", "11/03/2026 23:00"],
            [],
            ["Time frequency", None, "Annual"],
            ["Sex", None, sex],
            ["Unit of measure", None, "Percentage"],
            [],
            ["TIME", "2021", None, "2022", None],
            ["GEO (Labels)", None, None, None, None],
            ["Austria", 9.4 + number, "b", 8.5, None],
            ["Belgium", ":", None, 6.4, "p"],
            [],
            ["Special value"],
            [":", "not available"],
            ["Observation flags:"],
            ["b", "break in time series"],
        ]
        for row in rows:
            sheet.append(row)
    return stored(book)


def stored(book):
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_browser_workbook_of_eurostat_is_read_sheet_by_sheet():
    readings = read(eurostat_book(), "edat.xlsx")
    title = "Early leavers from education [edat_lfse_14]: "
    found = {(key[0].removeprefix(title), *key[1:]): v for key, v in values_of(readings).items()}
    assert found == {
        ("Males", "Austria", 2021): "10.4", ("Males", "Austria", 2022): "8.5",
        ("Males", "Belgium", 2022): "6.4 preliminary", ("Females", "Austria", 2021): "11.4",
        ("Females", "Austria", 2022): "8.5", ("Females", "Belgium", 2022): "6.4 preliminary",
    }  # fmt: skip
    assert {series.unit for series in readings.series} == {"Percentage"}
    assert readings.layouts[0].facts["published"] == "11/03/2026"


def test_a_yearbook_table_with_merged_cells_and_percent_formats():
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["6-1 R&D经费", None, None, None], [None, None, None, "单位：万元"],
        ["地 区", 2019, None, 2020], [None, "经费", "强度", "经费"],
        ["深 圳", 13282800.5, 0.0493, 15108100], ["广 州", 6777400, 0.0287, 7748400],
    ):  # fmt: skip
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("A3:A4")
    sheet.merge_cells("B3:C3")
    sheet["C5"].number_format = sheet["C6"].number_format = "0.00%"
    readings = read(stored(book), "y.xlsx")
    assert values_of(readings) == {
        ("经费", "深圳", 2019): "13282800.5", ("强度", "深圳", 2019): "4.93",
        ("经费", "深圳", 2020): "15108100", ("经费", "广州", 2019): "6777400",
        ("强度", "广州", 2019): "2.87", ("经费", "广州", 2020): "7748400",
    }  # fmt: skip


def test_of_two_columns_of_areas_the_one_that_tells_them_apart_is_taken():
    head, _ = WIPO.split("\n\n")
    for office, origin in (("Total", "{}"), ("{}", "Total")):
        table = "Office,Office (Code),Origin,2019,2020\n" + "".join(
            f"{office.format(name)},XX,{origin.format(name)},5,6\n" for name in ("Chad", "Peru")
        )
        assert {key[1] for key in values_of(read(f"{head}\n\n{table}"))} == {"Chad", "Peru"}


def test_an_old_workbook_of_fred_is_read_sheet_by_sheet():
    pytest.importorskip("python_calamine", reason="xls needs the extra files")
    path = Path(statsmodels.__file__).parent / "datasets/macrodata/src/macrodata.xls"
    content = (path / path.name if path.is_dir() else path).read_bytes()
    readings = read(content, "macrodata.xls", annual="mean")
    found = values_of(readings)
    quarters = [row[3] for _, row in open_sheets(content, "m")[2].rows() if row[0][:4] == "1947"]
    assert len(quarters) == 4
    assert float(found["GDPC96", "", 1947]) == pytest.approx(sum(map(float, quarters)) / 4)
    assert readings.passed["sheets without years"] == 1
    assert {name.name for name in readings.series} >= {"GDPC96", "CPIAUCSL", "POP"}
    assert any("--annual" in fault for fault in faults(content, "macrodata.xls"))


def test_parquet_is_read_as_text_is(tmp_path):
    pytest.importorskip("pyarrow", reason="Parquet is optional")
    pd.read_csv(io.StringIO(OWID)).to_parquet(tmp_path / "o.parquet")
    readings = read((tmp_path / "o.parquet").read_bytes(), "o.parquet")
    assert values_of(readings) == FORMS["owid"][2]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (packed(b"0" * 1_000_000) * 210, "it unpacks to more than 200 MB"),
        (packed(packed(packed(b"a,2010\n"))), "an archive within archives"),
        (b"\x1f\x8b" + b"broken" * 9, "the archive is damaged"),
        (b"PK\x03\x04" + b"broken" * 9, "the archive is damaged"),
        (b"\xd0\xcf\x11\xe0" + b"broken" * 99, "the workbook is damaged"),
        (b"PAR1broken", "cannot be read as Parquet"),
    ],
)  # fmt: skip
def test_damaged_and_hostile_files_are_refused(content, message):
    assert any(message in fault for fault in faults(content, "x"))


@settings(max_examples=200, deadline=None)
@given(st.one_of(
    st.binary(max_size=300),
    st.lists(st.lists(st.sampled_from(
        ["2010", "2011", "Year", "a", "1,5", "1.5", "", "-", "b", "2010/11", "2010-01-01", "Value",
         "<table><tr><td>", "<td>", "</table>", "<sup>1</sup>", "<td rowspan=2 colspan=3>",
         '[{"year":2010,', '"value":[1', '}]', "<?xml", "<Workbook",
         "5%", "1.2万", "单位：亿元", "geo\\time", "OBS_VALUE", "TIME_PERIOD", "Country Name"]
    ), max_size=6), max_size=8).map(lambda rows: "\n".join(map(",".join, rows)).encode()),
))  # fmt: skip
def test_no_bytes_raise_anything_but_a_named_problem(content):
    try:
        readings = read(content, "noise")
    except FormError as error:
        assert all(problem.message for problem in error.problems)
    else:
        assert not readings.frame.duplicated(["series", "area", "year"]).any()
        assert account_of(readings)
