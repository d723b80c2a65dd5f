import csv
import hashlib
import io
import os
import shutil
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.observations import files as contents
from helpers.observations import raw_data as observations
from helpers.observations.raw_data import RAW_DIR, RawDataError, find_problems, read_raw, write_raw
from helpers.observations.readers import decode, read_csv
from helpers.observations.schema import KEYS, MODELS, OPTIONAL_COLUMNS
from helpers.problems import Problem, closest, shown

TODAY = date(2026, 11, 23)
OBSERVED = "observations/rd.csv"
GDP_2024 = {"indicator": "gdp", "year": "2024", "definition": "gdp_first_print"}


@pytest.fixture
def raw(tmp_path):
    return Path(shutil.copytree(RAW_DIR, tmp_path / "raw"))


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def write_rows(path: Path, rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)


def line_of(rows: list[list[str]], row: list[str]) -> int:
    """The line on which a row starts: quoted cells may hold line breaks."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows[: rows.index(row)])
    return text.getvalue().count("\n") + 1


def plant(raw: Path, file: str, where: dict[str, str], column: str, value: str) -> tuple:
    """Change one cell of the first row that fits, and say where that is."""
    rows = rows_of(raw / file)
    header = rows[0]
    row = next(r for r in rows[1:] if all(r[header.index(c)] == v for c, v in where.items()))
    row[header.index(column)] = value
    write_rows(raw / file, rows)
    return file, line_of(rows, row), column


def places(problems: list[Problem]) -> list[tuple]:
    return [(p.file, p.line, p.column) for p in problems]


def only(raw: Path) -> Problem:
    problems = find_problems(raw, TODAY)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def test_an_indicator_is_held_or_wanted_but_not_both(raw):
    with (raw / "wanted_indicators.csv").open("a", encoding="utf-8") as file:
        file.write("gdp,Gross domestic product,地区生产总值,域内総生産\n")
    assert "in indicators.csv too" in str(only(raw))


def test_ten_planted_faults_give_ten_lines(raw):
    planted = [
        plant(raw, OBSERVED, GDP_2024, "value", "n/a"),
        plant(raw, OBSERVED, {"indicator": "rd_intensity", "area": "shenzhen", "year": "2024"},
              "value", "0.0667"),
        plant(raw, OBSERVED, {**GDP_2024, "year": "2015"}, "source_id", "sz_plan_report_2061"),
        plant(raw, OBSERVED, {**GDP_2024, "year": "2018"}, "status", "prelim"),
        plant(raw, "observations/industry.csv",
              {"indicator": "sei_value_added", "year": "2021"}, "unit", "pct_gdp"),
        plant(raw, "observations/patents.csv",
              {"indicator": "pct_applications", "area": "shenzhen", "year": "2019", "months": "12"},
              "value", "1.7459"),
        plant(raw, "observations/patents.csv",
              {"indicator": "pct_published_huawei", "year": "2021"}, "area", "shenzen"),
        plant(raw, "sources.csv", {"source_id": "sz_communique_2022"}, "published", "2027-05-06"),
        plant(raw, "targets.csv", {"target_id": "sei_share_2025"}, "operator", "more"),
        plant(raw, "definitions.csv", {"definition": "hightech_mfg"}, "first_year", "201 7"),
    ]  # fmt: skip
    problems = find_problems(raw, TODAY)
    assert sorted(places(problems)) == sorted(planted)
    with pytest.raises(RawDataError) as caught:
        read_raw(raw, TODAY)
    assert caught.value.problems == tuple(problems)
    assert str(caught.value).splitlines() == [str(problem) for problem in problems]


CELLS = [
    # file, row, column, planted value, words of the message
    (OBSERVED, GDP_2024, "value", "36,801.87", "write 36801.87"),
    (OBSERVED, GDP_2024, "value", "３６８０１", "write 36801"),
    (OBSERVED, GDP_2024, "value", "", "required"),
    (OBSERVED, GDP_2024, "value", "NaN", "leave the whole row out"),
    (OBSERVED, GDP_2024, "value", "inf", "leave the whole row out"),
    (OBSERVED, GDP_2024, "value", "3.68万亿", "in full"),
    (OBSERVED, GDP_2024, "value", "3e4", "plain digits"),
    (OBSERVED, GDP_2024, "value", "9" * 400, "plain digits"),
    (OBSERVED, GDP_2024, "value", "-36801.87", "negative"),
    (OBSERVED, GDP_2024, "year", "2024.5", "whole number"),
    (OBSERVED, GDP_2024, "year", "24", "between 1900 and 2200"),
    (OBSERVED, GDP_2024, "year", "2027", "after today"),
    (OBSERVED, GDP_2024, "year", "9" * 30, "too long"),
    (OBSERVED, GDP_2024, "months", "13", "between 1 and 12"),
    (OBSERVED, GDP_2024, "unit", "cny", "unknown word"),
    (OBSERVED, GDP_2024, "unit", "count", "counted in cny_100m"),
    (OBSERVED, GDP_2024, "indicator", "gdpp", "did you mean 'gdp'"),
    (OBSERVED, GDP_2024, "indicator", "", "required"),
    (OBSERVED, GDP_2024, "definition", "rd_final", "does not cover gdp"),
    (OBSERVED, GDP_2024, "definition", "gdp_first", "did you mean 'gdp_first_print'"),
    (OBSERVED, GDP_2024, "status", "Final", "did you mean 'final'"),
    (OBSERVED, GDP_2024, "qualifier", "about", "allowed are exact"),
    (OBSERVED, GDP_2024, "source_id", "sz_stats_2025012", "did you mean 'sz_stats_20250126'"),
    (OBSERVED, GDP_2024, "note", "a\x07b", "U+0007"),
    (OBSERVED, GDP_2024, "note", "a\u202eb", "U+202E"),
    (OBSERVED, GDP_2024, "note", "a\ufffdb", "lost in conversion"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "grade", "good", "unknown word"),
    ("measure_indicators.csv", {"measure_id": "m10", "indicator": "green_labs"}, "indicator",
     "green_lab", "did you mean 'green_labs'"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "grade", "", "the cell is empty"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "kind", "pres", "did you mean 'press'"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "published", "2025/1/2", "2025-03-09"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "published", "2025-13", "01 and 12"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "published", "2025-02-30", "only 28 days"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "published", "0025", "1900 and 2200"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "published", "2026-12", "after today"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "url", "javascript:x", "http"),
    ("sources.csv", {"source_id": "hnte_article_2025"}, "language", "Chinese", "two lower-case"),
    ("sources.csv", {"source_id": "app_20190119_sei"}, "title", " ", "required"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "value", "0.38", "perhaps 38"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "value", "", "needs it"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "unit", "count", "counted in pct_gdp"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "base_year", "2020", "leave it empty"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "set_on", "2027", "after today"),
    ("targets.csv", {"target_id": "sei_share_2025"}, "area", "shenzhenn", "in areas.csv"),
    ("targets.csv", {"target_id": "overall_2025"}, "value", "7", "leave it empty"),
    ("targets.csv", {"target_id": "pct_applications_2025"}, "value", "2.5", "factor of"),
    ("targets.csv", {"operator": "growth_ge"}, "base_year", "", "last year before"),
    ("targets.csv", {"operator": "growth_ge"}, "unit", "pct", "pct_per_year"),
    ("targets.csv", {"operator": "growth_ge"}, "value", "0.1", "fraction"),
    ("targets.csv", {"unit": "pct_of_2020"}, "base_year", "2021", "write 2020"),
    ("definitions.csv", {"definition": "hightech_mfg"}, "use", "mian", "did you mean 'main'"),
    ("indicators.csv", {"indicator": "digital_core_share"}, "denominator", "gpd", "mean 'gdp'"),
    ("indicators.csv", {"indicator": "digital_core_share"}, "scale", "log10", "mean 'log'"),
    ("areas.csv", {"area": "ningde"}, "kind", "town", "allowed are city"),
    ("events.csv", {"event_id": "honor_sale_2020"}, "indicators", "gdp;honor", "'honor' is not in"),
    ("events.csv", {"event_id": "honor_sale_2020"}, "source_id", "x", "not in sources.csv"),
    ("events.csv", {"event_id": "honor_sale_2020"}, "event_id", "../x", "identifier"),
    ("measures.csv", {"measure_id": "m01"}, "text_read", "maybe", "allowed are yes"),
    ("measure_indicators.csv", {"measure_id": "m15"}, "measure_id", "m51", "not in measures"),
    ("rejected.csv", {"indicator": "pct_share_of_china"}, "reason", "", "required"),
]  # fmt: skip


@pytest.mark.parametrize(("file", "where", "column", "value", "words"), CELLS)
def test_a_faulty_cell_is_named_with_its_mend(raw, file, where, column, value, words):
    place = plant(raw, file, where, column, value)
    problem = only(raw)
    assert (problem.file, problem.line, problem.column) == place
    assert problem.value == value
    assert words in problem.message
    assert "\n" not in str(problem)


def test_years_of_definitions_and_bounds_must_be_in_order(raw):
    first = plant(raw, "definitions.csv", {"definition": "sei_2015_7"}, "last_year", "2014")
    second = plant(raw, "indicators.csv", {"indicator": "pct_published_siat"}, "plausible_max", "1")
    found = {(p.file, p.line, p.column): p.message for p in find_problems(raw, TODAY)}
    assert "before the first" in found[first]
    assert "not above plausible_min" in found[second]


def test_a_year_outside_its_definition_is_refused(raw):
    place = plant(raw, OBSERVED, GDP_2024, "year", "2008")
    problem = only(raw)
    assert (problem.file, problem.line, problem.column) == place
    assert "covers 2009 to 2025" in problem.message


def test_part_of_the_current_year_must_be_over(raw):
    plant(raw, "definitions.csv", {"definition": "gdp_first_print"}, "last_year", "2026")
    plant(raw, OBSERVED, {**GDP_2024, "year": "2025"}, "year", "2026")
    problem = only(raw)
    assert problem.column == "months"
    assert "not over" in problem.message
    [early] = find_problems(raw, date(2026, 12, 31))
    assert "before that was over" in early.message


@pytest.mark.parametrize("published", ["2024-06-30", "2024-12-30", "2024-11", "2023"])
def test_a_figure_printed_before_its_period_is_over_must_be_an_estimate(raw, published):
    plant(raw, "sources.csv", {"source_id": "sz_stats_20250126"}, "published", published)
    problem = only(raw)
    assert (problem.file, problem.column, problem.value) == (OBSERVED, "year", "2024")
    assert f"sz_stats_20250126 was out on {published}" in problem.message
    plant(raw, OBSERVED, GDP_2024, "status", "estimate")
    assert find_problems(raw, TODAY) == []


@pytest.mark.parametrize("published", ["2024-12-31", "2024-12", "2024"])
def test_a_figure_printed_as_its_period_ends_is_read(raw, published):
    plant(raw, "sources.csv", {"source_id": "sz_stats_20250126"}, "published", published)
    assert find_problems(raw, TODAY) == []


def test_a_month_or_year_that_has_begun_is_not_in_the_future(raw):
    for published in ("2026-11-23", "2026-11", "2026"):
        plant(raw, "sources.csv", {"source_id": "hnte_article_2025"}, "published", published)
        assert find_problems(raw, TODAY) == []


def test_a_clock_set_back_is_one_line():
    [problem] = find_problems(today=date(2015, 1, 1))
    assert problem.value == "2015-01-01"
    assert "clock" in problem.message


@pytest.mark.parametrize("file", [f"{name}.csv" for name in KEYS if name != "observations"])
def test_a_repeated_key_names_both_lines(raw, file):
    rows = rows_of(raw / file)
    write_rows(raw / file, [*rows, rows[3]])
    problem = only(raw)
    assert problem.line == len(rows) + 1
    assert f"as {file}:{line_of(rows, rows[3])};" in problem.message


def test_a_repeated_figure_is_found_across_files(raw):
    rows = rows_of(raw / OBSERVED)
    write_rows(raw / "observations/later.csv", [rows[0], rows[5]])
    problem = only(raw)
    assert problem.file == "observations/later.csv"
    assert f"as {OBSERVED}:{line_of(rows, rows[5])};" in problem.message


def test_a_further_file_is_read_with_the_rest(raw):
    rows = rows_of(raw / OBSERVED)
    write_rows(raw / "observations/extra.csv", [rows[0], rows.pop(7)])
    write_rows(raw / OBSERVED, rows)
    data = read_raw(raw, TODAY)
    assert (data.observations["file"] == "observations/extra.csv").sum() == 1
    assert len(data.observations) == len(read_raw().observations)
    assert "observations/extra.csv" in data.checksums


HEADERS = [
    ("note", "notes", "notes", "did you mean 'note'"),
    ("note", "colour", "colour", "the columns are"),
    ("status", "value", "value", "twice"),
]


@pytest.mark.parametrize(("old", "new", "column", "words"), HEADERS)
def test_a_broken_header_is_reported_without_an_avalanche(raw, old, new, column, words):
    for file in ("sources.csv", "indicators.csv", OBSERVED):
        rows = rows_of(raw / file)
        if old in rows[0]:
            rows[0][rows[0].index(old)] = new
            write_rows(raw / file, rows)
    problems = find_problems(raw, TODAY)
    assert len(problems) <= 4
    assert any(p.column == column and words in p.message for p in problems)


def test_a_missing_column_is_one_line(raw):
    rows = rows_of(raw / "sources.csv")
    write_rows(raw / "sources.csv", [row[:-1] for row in rows])
    problem = only(raw)
    assert (problem.line, problem.column) == (1, "note")
    assert "missing from the header" in problem.message


def test_columns_may_stand_in_any_order(raw):
    rows = rows_of(raw / OBSERVED)
    write_rows(raw / OBSERVED, [row[::-1] for row in rows])
    pd.testing.assert_frame_equal(read_raw(raw, TODAY).observations, read_raw().observations)


@pytest.mark.parametrize(("fields", "words"), [(slice(0, -2), "missing commas"), (None, "quotes")])
def test_rows_of_the_wrong_length_are_named(raw, fields, words):
    rows = rows_of(raw / "sources.csv")
    rows[4] = rows[4][fields] if fields else [*rows[4], "more"]
    write_rows(raw / "sources.csv", rows)
    problem = only(raw)
    assert (problem.file, problem.line, problem.column) == ("sources.csv", 5, "row")
    assert words in problem.message


def test_a_faulty_row_may_still_be_referred_to(raw):
    used = read_raw().observations["source_id"].iloc[0]
    place = plant(raw, "sources.csv", {"source_id": used}, "grade", "?")
    assert places(find_problems(raw, TODAY)) == [place]


def test_an_empty_row_is_one_line_and_a_blank_line_is_none(raw):
    path = raw / "areas.csv"
    path.write_text(path.read_text(encoding="utf-8") + "\n,,,,\n\n", encoding="utf-8")
    problem = only(raw)
    assert "delete the line" in problem.message
    assert problem.line == len(rows_of(RAW_DIR / "areas.csv")) + 2


def test_lines_are_counted_through_quoted_line_breaks(raw):
    plant(raw, OBSERVED, {**GDP_2024, "year": "2009"}, "note", "one\ntwo\r\nthree")
    assert find_problems(raw, TODAY) == []
    place = plant(raw, OBSERVED, GDP_2024, "status", "?")
    assert places(find_problems(raw, TODAY)) == [place]
    assert place[2] == "status"
    text = (raw / OBSERVED).read_bytes().decode()
    assert ",2024," in text.split("\n")[place[1] - 1]


def test_an_open_quote_names_the_row_where_it_opens(raw):
    path = raw / "areas.csv"
    text = path.read_text(encoding="utf-8").replace("\nqingdao,", '\n"qingdao,')
    path.write_text(text, encoding="utf-8")
    problem = only(raw)
    assert "close every quote" in problem.message
    assert text.split("\n")[problem.line - 1].startswith('"qingdao')


def test_missing_folders_and_files_are_one_line_each(raw, tmp_path):
    assert "folder" in only(tmp_path / "nowhere").message
    (raw / "sources.csv").unlink()
    (raw / "observations/rd.csv").unlink()
    problems = find_problems(raw, TODAY)
    assert [p.file for p in problems] == ["observations/rd.csv", "sources.csv"]
    assert all("missing" in p.message for p in problems)
    shutil.rmtree(raw / "observations")
    assert "observations" in {p.file for p in find_problems(raw, TODAY)}


def test_a_folder_in_place_of_a_file_is_named(raw):
    (raw / "areas.csv").unlink()
    (raw / "areas.csv").mkdir()
    assert "cannot be read" in only(raw).message


def test_an_empty_file_asks_for_its_header(raw):
    (raw / "areas.csv").write_bytes(b"")
    assert "area, name_en" in only(raw).message


ENCODINGS = [
    ("gb18030", "GB18030"),
    ("utf-16", "UTF-16"),
    ("utf-16-le", "UTF-16"),
    ("utf-16-be", "UTF-16"),
    ("big5", "Big5"),
    ("shift_jis", "Shift-JIS"),
    ("cp949", "EUC-KR"),
    ("cp1251", "Windows-1251"),
]


@pytest.mark.parametrize(("encoding", "words"), ENCODINGS)
def test_other_encodings_are_named(raw, encoding, words):
    path = raw / "areas.csv"
    text = {
        "cp949": "area,name\nkr,전국\nseoul,서울특별시 인구\nbusan,부산광역시\n",
        "cp1251": "area,name\nru,Россия\nkz,Казахстан\n",
    }.get(encoding, "area,name_en\nshenzhen,深圳市\n東京都,大阪府\n")
    path.write_bytes(text.encode(encoding, errors="ignore"))
    problem = only(raw)
    assert words in problem.message
    assert "UTF-8" in problem.message


def test_a_real_table_in_gb18030_is_recognised(raw):
    path = raw / "measures.csv"
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    assert only(raw).value == "GB18030"


def test_latin_letters_are_not_taken_for_chinese():
    text, problem = decode("id,café\nœuvre,déjà\n".encode("cp1252"), "x.csv")
    assert text == ""
    assert "byte 6 is not UTF-8" in problem.message
    assert problem.line == 1
    # Each byte of these begins a common character of Big5 or of Shift-JIS.
    for text in ("Temp (°C),µg, Ål, Ähtäri, Åbo\n", "“The” “Total” of Britain’s “Regions” it’s\n"):
        assert "is not UTF-8" in decode(text.encode("cp1252"), "x.csv")[1].message


def test_the_position_of_a_bad_byte_and_of_nul_is_named():
    content = b"\xef\xbb\xbfa,b\n1,\xff\n"
    problem = decode(content, "x.csv")[1]
    assert (problem.line, problem.value) == (2, "0xff")
    assert f"byte {content.index(0xFF)}" in problem.message
    problem = decode(b"a,b\n1,2\n3,\x00\n", "x.csv")[1]
    assert (problem.line, problem.value) == (3, "NUL")


def test_a_byte_order_mark_and_windows_line_ends_are_fine(raw):
    for path in (raw / "areas.csv", raw / OBSERVED):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    pd.testing.assert_frame_equal(read_raw(raw, TODAY).observations, read_raw().observations)


def test_each_file_is_opened_once(raw, monkeypatch):
    opened = []
    path_open = Path.open

    def noted(path, *arguments, **options):
        opened.append(path)
        return path_open(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", noted)
    data = read_raw(raw, TODAY)
    assert len(opened) == len(set(opened)) == len(data.checksums)


def test_frames_hold_types_and_joined_columns():
    data = read_raw()
    frame = data.observations
    assert frame["year"].dtype == frame["months"].dtype == frame["decimals"].dtype == "int64"
    assert frame["value"].dtype == "float64"
    assert not frame.isna().any().any()
    assert set(frame["use"]) == {"main", "stand_in", "alternative"}
    source = data.sources.set_index("source_id").loc[frame["source_id"].iloc[-1]]
    assert frame["published"].iloc[-1] == source["published"]
    assert frame["grade"].iloc[-1] == source["grade"]
    assert frame["kind"].iloc[-1] == source["kind"]
    lines = (RAW_DIR / frame["file"].iloc[-1]).read_text(encoding="utf-8").split("\n")
    printed = lines[frame["line"].iloc[-1] - 1].split(",")
    assert printed[0] == frame["indicator"].iloc[-1]
    assert len(printed[4].partition(".")[2]) == frame["decimals"].iloc[-1]
    assert data.targets["value"].isna().sum() == (data.targets["operator"] == "qualitative").sum()
    texts = data.targets.select_dtypes("str")
    assert not texts.isna().any().any()
    assert data.definitions["release_month"].isna().any()


def test_words_shown_and_closest():
    assert shown("a\nb\u202e") == "a\\nb\\u202e"
    assert len(shown("x" * 500)) == 60
    assert closest("zzz", ["gdp"]) == ""
    assert closest("x" * 500, ["gdp"]) == ""
    assert closest("R&D-final", ["rd_final"]) == ", did you mean 'rd_final'?"
    assert str(Problem("f.csv", 3, "c\n", "v", "m")) == "f.csv:3: c\\n: v: m"
    assert observations.RAW_DIR.name == "raw"


FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
)


@FUZZ
@given(content=st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("fuzz") / "areas.csv"
    for prefix in (b"", b"area,name_en,name_zh,name_ja,kind\n"):
        path.write_bytes(prefix + content)
        found = read_csv(path, "areas.csv", tuple(MODELS["areas"].model_fields))
        assert found.usable or found.problems
        assert all("\n" not in str(problem) for problem in found.problems)


@FUZZ
@given(
    name=st.sampled_from(sorted(MODELS)),
    data=st.data(),
    cell=st.one_of(
        st.text(max_size=20), st.from_regex(r"-?[0-9]{0,30}\.?[0-9]{0,3}[-%]?[0-9]{0,2}")
    ),
)
def test_arbitrary_cells_are_read_or_refused(tmp_path_factory, name, data, cell):
    raw = tmp_path_factory.mktemp("fuzz") / "raw"
    shutil.copytree(RAW_DIR, raw)
    file = OBSERVED if name == "observations" else f"{name}.csv"
    rows = rows_of(raw / file)
    row = data.draw(st.integers(0, len(rows) - 1))
    rows[row][data.draw(st.integers(0, len(rows[0]) - 1))] = cell
    (raw / file).write_bytes(_csv_bytes(rows))
    try:
        read_raw(raw, TODAY)
    except RawDataError as error:
        assert error.problems
        assert len(str(error).splitlines()) >= 1
    shutil.rmtree(raw.parent)


def _csv_bytes(rows: list[list[str]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8", errors="replace")


# A NUL byte is refused for the whole file.
WRONG_WORDS = st.text(st.characters(exclude_characters="\0"), max_size=8).map(lambda t: t + "?")
FAULTS = {
    "year": st.sampled_from(["", "20 24", "1066", "2199", "x", "２０２４", "2024.0"]),
    "months": st.sampled_from(["", "0", "13", "-1", "1.5", "twelve"]),
    "value": st.sampled_from(["", "-", "nan", "-inf", "1e3", "1,000", "12 %", "0x1F", "１２"]),
    "unit": st.sampled_from(["", "pct_per_year", "CNY_100M", "percent"]),
    "status": WRONG_WORDS,
    "qualifier": WRONG_WORDS,
    "source_id": WRONG_WORDS,
    "area": WRONG_WORDS,
    "indicator": WRONG_WORDS,
    "definition": WRONG_WORDS,
}


@FUZZ
@given(data=st.data(), column=st.sampled_from(sorted(FAULTS)))
def test_planted_faults_are_never_accepted(tmp_path_factory, data, column):
    raw = tmp_path_factory.mktemp("fuzz") / "raw"
    shutil.copytree(RAW_DIR, raw)
    rows = rows_of(raw / OBSERVED)
    row = data.draw(st.integers(1, len(rows) - 1))
    rows[row][rows[0].index(column)] = data.draw(FAULTS[column])
    (raw / OBSERVED).write_bytes(_csv_bytes(rows))
    problems = find_problems(raw, TODAY)
    assert (OBSERVED, column) in {(p.file, p.column) for p in problems}
    assert len(problems) == 1
    shutil.rmtree(raw.parent)


def further(tmp_path: Path, name: str = "more", **files: list[list[str]]) -> Path:
    """A further folder with some tables; two underscores stand for a slash."""
    folder = tmp_path / name
    for file, rows in files.items():
        path = folder / f"{file.replace('__', '/')}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_rows(path, rows)
    return folder


HEADER = [name for name in MODELS["observations"].model_fields if name not in OPTIONAL_COLUMNS]
NEW = ["rd_intensity", "shenzhen", "2025", "12", "6.84", "pct_gdp", "rd_intensity_final", "final",
       "exact", "planted_2026", ""]  # fmt: skip
SOURCE = ["planted_2026", "t", "t", "p", "press", "2026-11-20", "", "en", "press", ""]
SOURCES = list(MODELS["sources"].model_fields)


@pytest.mark.parametrize("file", ["observations__new", "new", "observations_2026"])
def test_rows_of_a_further_folder_are_added(raw, tmp_path, file):
    more = further(tmp_path, **{file: [HEADER, NEW], "sources": [SOURCES, SOURCE]})
    data = read_raw((raw, more), TODAY)
    last = data.observations.iloc[-1]
    assert (last["value"], last["grade"], last["line"]) == (6.84, "press", 2)
    assert last["file"] == f"more/{file.replace('__', '/')}.csv"
    assert data.raw_dir == raw
    assert set(data.paths) == set(data.checksums)
    assert all(path.is_file() for path in data.paths.values())


def test_new_publications_drop_in_beside_the_tables(raw):
    write_rows(raw / "observations/new.csv", [HEADER, NEW])
    write_rows(raw / "sources_2026.csv", [SOURCES, SOURCE])
    assert len(read_raw(raw, TODAY).sources) == len(read_raw().sources) + 1


def test_the_same_row_in_a_further_folder_is_passed_over(raw, tmp_path):
    more = further(tmp_path, x=rows_of(raw / OBSERVED), sources=rows_of(raw / "sources.csv"))
    data = read_raw((raw, more), TODAY)
    assert len(data.observations) == len(read_raw().observations)
    assert len(data.sources) == len(read_raw().sources)


def test_another_value_in_a_further_folder_names_both_places(raw, tmp_path):
    rows = rows_of(raw / OBSERVED)
    changed = [*rows[5]]
    changed[HEADER.index("value")] += "1"
    [problem] = find_problems((raw, further(tmp_path, x=[rows[0], changed])), TODAY)
    assert (problem.file, problem.line) == ("more/x.csv", 2)
    assert f"as {OBSERVED}:6 (with another value: {rows[5][4]})" in problem.message
    assert "never overwritten" in problem.message


def test_folders_of_one_name_are_told_apart(raw, tmp_path):
    first = further(tmp_path, "a/more", x=[HEADER, NEW], sources=[SOURCES, SOURCE])
    second = further(tmp_path, "b/more", x=[HEADER, [*NEW[:2], "x", *NEW[3:]]])
    third = further(tmp_path, "c/observations", rd=[HEADER, [*NEW[:2], "y", *NEW[3:]]])
    problems = find_problems((raw, first, second, third), TODAY)
    assert [(p.file, p.value) for p in problems] == [
        ("more_2/x.csv", "x"), ("observations_2/rd.csv", "y")
    ]  # fmt: skip


def test_a_further_folder_that_is_missing_or_holds_nothing_is_named(raw, tmp_path):
    (tmp_path / "empty").mkdir()
    [problem] = find_problems((raw, tmp_path / "empty"), TODAY)
    assert "holds no raw table" in problem.message
    [problem] = find_problems((raw, tmp_path / "nowhere"), TODAY)
    assert "name an existing one" in problem.message


def test_a_file_of_another_name_is_listed_as_passed_over(raw):
    (raw / "figures.csv").write_text("a,b\n")
    assert read_raw(raw, TODAY).ignored == {
        "figures.csv": "no table of this name; figures go to observations/"
    }


def test_a_name_that_cannot_be_shown_is_refused(raw):
    shutil.copy(raw / "areas.csv", raw / "observations/\u202exslx.csv")
    assert "rename the file" in only(raw).message


def test_a_figure_after_the_last_year_of_the_newest_definition_is_taken(raw):
    write_rows(raw / "observations/new.csv", [HEADER, [*NEW[:9], "sz_work_report_2026", ""]])
    assert find_problems(raw, TODAY) == []


def test_a_definition_that_another_outlasts_has_ended(raw):
    row = ["advanced_mfg_share", "shenzhen", "2024", "12", "68", "pct_industry",
           "advanced_mfg_old", "final", "exact", "sz_communique_2024_gazette", ""]  # fmt: skip
    write_rows(raw / "observations/new.csv", [HEADER, row])
    assert "covers 2017 to" in only(raw).message


def test_tables_are_written_back_byte_for_byte(raw, tmp_path):
    data = read_raw(raw, TODAY)
    for path in write_raw(data, tmp_path / "copy"):
        assert path.read_bytes() == (raw / path.relative_to(tmp_path / "copy")).read_bytes()


def test_several_folders_are_written_as_one_that_reads_the_same(raw, tmp_path):
    more = further(tmp_path, new=[HEADER, NEW], sources=[SOURCES, SOURCE])
    data = read_raw((raw, more), TODAY)
    first, second = tmp_path / "one", tmp_path / "two"
    write_raw(data, first)
    again = read_raw(first, TODAY)
    for name in MODELS:
        mine, its = getattr(data, name), getattr(again, name)
        if name == "observations":
            mine, its = mine.drop(columns=["file", "line"]), its.drop(columns=["file", "line"])
        pd.testing.assert_frame_equal(mine, its)
    written = write_raw(again, second)
    assert [p.relative_to(second) for p in written][-1] == Path("observations/further.csv")
    for path in written:
        assert path.read_bytes() == (first / path.relative_to(second)).read_bytes()


def test_a_slice_is_written_and_read(raw, tmp_path):
    data = read_raw(raw, TODAY)
    some = data.observations[data.observations["indicator"].eq("gdp")]
    write_raw(read_raw((raw, further(tmp_path, x=[HEADER, NEW], sources=[SOURCES, SOURCE])), TODAY),
              tmp_path / "slice")  # fmt: skip
    write_raw(replace(data, observations=some), tmp_path / "slice")
    assert not (tmp_path / "slice/observations/further.csv").exists()
    assert set(read_raw(tmp_path / "slice", TODAY).observations["indicator"]) == {"gdp"}


def test_a_pipe_a_device_and_a_loop_of_links_are_named_without_waiting(raw):
    for make in (
        lambda path: os.mkfifo(path),
        lambda path: path.symlink_to("/dev/zero"),
        lambda path: path.symlink_to(path),
    ):
        (raw / "areas.csv").unlink()
        make(raw / "areas.csv")
        assert "cannot be read" in only(raw).message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to change its user")
def test_an_unreadable_file_and_folder_are_named():
    with tempfile.TemporaryDirectory() as top:
        raw = Path(shutil.copytree(RAW_DIR, Path(top) / "raw"))
        Path(top).chmod(0o755)
        (raw / "areas.csv").chmod(0)
        os.seteuid(65534)
        try:
            assert "Permission denied" in only(raw).message
            os.seteuid(0)
            (raw / "areas.csv").chmod(0o644)
            (raw / "observations").chmod(0)
            os.seteuid(65534)
            problems = find_problems(raw, TODAY)
        finally:
            os.seteuid(0)
        assert problems
        assert all("Permission denied" in problem.message for problem in problems)


def test_a_file_that_is_too_large_is_not_read(raw, monkeypatch):
    monkeypatch.setattr(contents, "MOST_BYTES", 1000)
    problems = find_problems(raw, TODAY)
    assert problems
    assert all("it is larger than" in problem.message for problem in problems)


def test_a_file_replaced_while_being_read_is_read_whole(raw, monkeypatch):
    """The checksum is that of the bytes parsed, whichever of the two they are."""
    old = (raw / "areas.csv").read_bytes()
    new = old.replace(b"Shenzhen", b"Shen Zhen")
    fstat = os.fstat
    calls = []

    def replacing(handle):
        if not calls and Path(f"/proc/self/fd/{handle}").readlink().name == "areas.csv":
            calls.append(handle)
            (raw / "part").write_bytes(new)
            (raw / "part").replace(raw / "areas.csv")
        return fstat(handle)

    monkeypatch.setattr(contents.os, "fstat", replacing)
    data = read_raw(raw, TODAY)
    assert calls
    assert data.checksums["areas.csv"] == hashlib.sha256(new).hexdigest()
    assert "Shen Zhen" in set(data.areas["name_en"])


def test_a_file_that_never_rests_is_named(raw, monkeypatch):
    fstat = os.fstat

    def growing(handle):
        with (raw / "areas.csv").open("ab") as stream:
            stream.write(b"\n")
        return fstat(handle)

    monkeypatch.setattr(contents.os, "fstat", growing)
    problem = next(p for p in find_problems(raw, TODAY) if p.file == "areas.csv")
    assert "it is being written" in problem.message


@pytest.mark.parametrize("ending", ["", "\n", "\n\n\n"])
def test_a_table_with_only_a_header_has_no_rows(raw, ending):
    path = raw / "rejected.csv"
    path.write_text(path.read_text(encoding="utf-8").split("\n")[0] + ending, encoding="utf-8")
    assert read_raw(raw, TODAY).rejected.empty


@pytest.mark.slow
def test_a_hundred_thousand_rows_are_read_in_seconds_and_a_fault_among_them_is_named(raw):
    areas, indicator = rows_of(raw / "areas.csv"), "pct_applications"
    names = [f"area_{i}" for i in range(4545)]
    write_rows(raw / "areas.csv", [*areas, *([n, n, n, n, "city"] for n in names)])
    rows = [
        [indicator, name, str(year), "12", str(5000 + 7 * year + i % 90), "count", "pct_received",
         "final", "exact", "sz_work_report_2026", ""]
        for i, name in enumerate(names)
        for year in range(2004, 2026)
    ]  # fmt: skip
    write_rows(raw / "observations/many.csv", [HEADER, *rows])
    start = time.perf_counter()
    assert find_problems(raw, TODAY) == []
    assert time.perf_counter() - start < 15
    rows[77_000][HEADER.index("value")] = "19,000"
    write_rows(raw / "observations/many.csv", [HEADER, *rows])
    problem = only(raw)
    assert (problem.line, problem.column, problem.value) == (77_002, "value", "19,000")


RANGES = [
    ({"operator": "between", "value": "6.5", "value_high": "7"}, ""),
    ({"operator": "between", "value": "6.5", "value_high": "6"}, "value_high: 6: between needs"),
    ({"operator": "between", "value": "6.5"}, "value_high: : between needs the upper end"),
    ({"operator": "ge", "value": "6.5", "value_high": "7"}, "only a range has an upper end"),
    ({"operator": "le", "value": "6.5"}, ""),
    ({"operator": "avg_lt", "value": "6.5", "base_year": "2020"}, ""),
    ({"operator": "avg_lt", "value": "6.5"}, "needs the last year before the plan"),
    ({"operator": "growth_le", "value": "-3", "unit": "pct_per_year", "base_year": "2020"}, ""),
    ({"operator": "growth_ge", "value": "-3", "unit": "pct_per_year", "base_year": "2020"}, "-3"),
    ({"operator": "lt", "value": "90", "unit": "pct_of_2015", "base_year": "2015"}, ""),
    ({"operator": "lt", "value": "90", "unit": "pct_of_2015", "base_year": "2016"},
     "pct_of_2015 is counted from 2015; write 2015"),
    ({"operator": "lt", "value": "90", "unit": "pct_of_15", "base_year": "2015"},
     "names its base year in four digits"),
    ({"operator": "avg_ge", "value": "90", "unit": "pct_of_2015", "base_year": "2015"},
     "is counted in pct_gdp"),
    ({"operator": "lt", "value": "10", "unit": "pct_of_2020", "base_year": "2020"}, ""),
    ({"operator": "le", "value": "0", "unit": "pct_of_2020", "base_year": "2020"},
     "0 % of the 5.46 of 2020 is 0, which is outside the plausible 0.3 to 20 of indicators.csv"),
    ({"operator": "le", "value": "0"}, "widen them there if the plan asks for it"),
    ({"operator": "le", "value": "0.5"}, ""),
    ({"operator": "change_ge", "value": "0.5", "base_year": "2020"}, ""),
    ({"operator": "change_ge", "value": "0.5"}, "needs the last year before the plan"),
    ({"operator": "change_le", "value": "-6", "base_year": "2020"}, "-6 on the 5.46 of 2020 makes"),
    ({"operator": "sum_le", "value": "25", "base_year": "2020"}, ""),
    ({"operator": "sum_le", "value": "500", "base_year": "2020"}, "over 5 years a yearly 100"),
    ({"operator": "growth_ge", "value": "0.8", "unit": "pct_per_year", "base_year": "2020"}, ""),
    ({"operator": "growth_le", "value": "-100", "unit": "pct_per_year", "base_year": "2020"},
     "above -100"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "message"), RANGES)
def test_operators_beyond_thresholds(raw, cells, message):
    for column, cell in {"base_year": "", "value_high": "", **cells}.items():
        plant(raw, "targets.csv", {"target_id": "rd_intensity_2025"}, column, cell)
    found = "\n".join(map(str, find_problems(raw)))
    assert (message in found) if message else not found
