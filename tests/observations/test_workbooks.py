"""Workbooks beside the raw tables: what is read, and what is refused with which mend."""

import csv
import io
import shutil
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.chart import LineChart
from openpyxl.workbook.protection import WorkbookProtection

from helpers.observations import readers
from helpers.observations.raw_data import RAW_DIR, find_problems, read_raw
from helpers.observations.readers import MOST_NAMED, parse_workbook
from helpers.observations.schema import MODELS, OPTIONAL_COLUMNS

TODAY = date(2026, 11, 23)
COLUMNS = tuple(
    name for name in MODELS["observations"].model_fields if name not in OPTIONAL_COLUMNS
)
FILE = "observations/new.xlsx"
ROW = [
    "rd_intensity", "shenzhen", 2025, 12, 6.84, "pct_gdp", "rd_intensity_final", "final", "exact",
    "sz_work_report_2026", "planted",
]  # fmt: skip


@pytest.fixture
def raw(tmp_path):
    return Path(shutil.copytree(RAW_DIR, tmp_path / "raw"))


@pytest.fixture
def book():
    made = openpyxl.Workbook()
    made.active.append(COLUMNS)
    made.active.append(ROW)
    return made


def content_of(book) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def only(raw, book):
    (raw / FILE).write_bytes(book if isinstance(book, bytes) else content_of(book))
    problems = find_problems(raw, TODAY)
    assert len(problems) == 1, "\n".join(map(str, problems))
    assert problems[0].file == FILE
    assert "\n" not in str(problems[0])
    return problems[0]


def cells(book, column="value"):
    table = parse_workbook(content_of(book), FILE, COLUMNS)
    assert table.problems == ()
    return [row.cells[column] for row in table.rows]


def test_a_workbook_beside_the_tables_is_read_with_the_rest(raw, book):
    (raw / FILE).write_bytes(content_of(book))
    data = read_raw(raw, TODAY)
    new = data.observations[data.observations["file"].eq(FILE)].iloc[0]
    assert (new["value"], new["decimals"], new["year"], new["line"]) == (6.84, 2, 2025, 2)
    assert FILE in data.checksums
    assert data.paths[FILE] == raw / FILE


def test_a_capital_ending_is_a_workbook_too(raw, book):
    (raw / "observations/NEW.XLSX").write_bytes(content_of(book))
    assert len(read_raw(raw, TODAY).observations) == len(read_raw().observations) + 1


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (6.8, "0.00", "6.80"),
        (6.8, "General", "6.8"),
        (6.84, "0.0", "6.84"),
        (38731.8, "#,##0.00", "38731.80"),
        (16364, "#,##0", "16364"),
        (25000.0, "General", "25000"),
        (0.1 + 0.2, "General", "0.3"),
        ("6.80", "@", "6.80"),
        (1e-7, "General", "0.0000001"),
        (1e17, "General", "100000000000000000"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(book, value, form, text):
    book.active["E2"].value = value
    book.active["E2"].number_format = form
    assert cells(book) == [text]


def test_a_year_is_a_whole_number_whatever_its_format(book):
    book.active["C2"].number_format = "0.00"
    assert cells(book, "year") == ["2025"]


def test_dates_become_iso_dates():
    book = openpyxl.Workbook()
    columns = tuple(MODELS["sources"].model_fields)
    book.active.append(columns)
    row = ["s", "t", "t", "p", "press", datetime(2026, 11, 20), "", "zh", "press", ""]
    book.active.append(row)
    book.active.append([*row[:5], date(2026, 11, 21), *row[6:]])
    table = parse_workbook(content_of(book), "sources.xlsx", columns)
    assert [r.cells["published"] for r in table.rows] == ["2026-11-20", "2026-11-21"]


def test_empty_rows_and_columns_are_passed_over_and_rows_keep_their_numbers(raw, book):
    sheet = book.active
    sheet.insert_rows(1, 3)
    sheet.insert_rows(5, 2)
    sheet["A40"].value = ""
    sheet["T2"].number_format = "0.00"
    table = parse_workbook(content_of(book), FILE, COLUMNS)
    assert [row.line for row in table.rows] == [7]
    sheet["E7"].value = "n/a"
    problem = only(raw, book)
    assert (problem.line, problem.column, problem.value) == (7, "value", "n/a")


def test_columns_may_stand_in_any_order_and_apart():
    book = openpyxl.Workbook()
    for i, name in enumerate(reversed(COLUMNS)):
        book.active.cell(1, 2 * i + 1, name)
        book.active.cell(2, 2 * i + 1, ROW[COLUMNS.index(name)])
    assert cells(book) == ["6.84"]


def change(book, coordinate, value):
    book.active[coordinate].value = value


def percent(book):
    book.active["E2"].value = 0.0684
    book.active["E2"].number_format = "0.00%"


def merged(book):
    book.active.merge_cells("A2:A3")


def second_table(book):
    book.create_sheet("older").append(COLUMNS)


def hidden_table(book):
    second_table(book)
    book["older"].sheet_state = "hidden"


def hidden_first(book):
    book.create_sheet("notes")
    book.active = 1
    book.worksheets[0].sheet_state = "hidden"


def hidden_row(book):
    book.active.row_dimensions[2].hidden = True


def hidden_column(book):
    book.active.column_dimensions["E"].hidden = True


FAULTS = [
    (lambda b: change(b, "E2", "=6.8+0.04"), 2, "value", "E2 holds a formula", "paste the value"),
    (lambda b: change(b, "K2", '=HYPERLINK("http://x")'), 2, "note", "K2 holds a formula", "paste"),
    (lambda b: change(b, "E2", "#N/A"), 2, "value", "an error of the spreadsheet", "was printed"),
    (lambda b: change(b, "E2", True), 2, "value", "true or false", "write a number"),
    (lambda b: change(b, "K2", datetime(2026, 1, 2, 3, 4)), 2, "note", "time of day", "date alone"),
    (percent, 2, "value", "format shows %", "6.84 if it was a share, or 0.0684 if"),
    (lambda b: change(b, "M2", "more"), 2, "M2", "outside the columns", "delete it"),
    (lambda b: change(b, "E2", "6,84"), 2, "value", "not a number as printed", "6.84 or 684"),
    (lambda b: change(b, "E2", date(2026, 1, 1)), 2, "value", "not a number as printed", "plain"),
    (lambda b: change(b, "E2", 0.0684), 2, "value", "written as a fraction", "perhaps 6.84"),
    (lambda b: change(b, "C2", 2025.5), 2, "year", "not a whole number", "digits only"),
    (lambda b: change(b, "E2", None), 2, "value", "empty but required", "fill it in"),
    (lambda b: change(b, "A1", "indicators"), 1, "indicators", "unknown column", "'indicator'"),
    (lambda b: change(b, "K1", None), 1, "note", "missing from the header", "add it"),
    (merged, 2, "row", "merged cells", "split them"),
    (hidden_row, 2, "row", "the row is hidden", "show it or delete it"),
    (hidden_column, 1, "E", "the column is hidden", "show it or delete it"),
    (hidden_first, 1, "file", "first sheet is hidden", "show it"),
    (second_table, 1, "file", "only the first sheet is read", "a file of its own"),
    (hidden_table, 1, "file", "(hidden) holds a table too", "delete it"),
]  # fmt: skip


@pytest.mark.parametrize(("plant", "line", "column", "words", "mend"), FAULTS)
def test_a_fault_is_named_with_row_column_and_mend(raw, book, plant, line, column, words, mend):
    plant(book)
    problem = only(raw, book)
    assert (problem.line, problem.column) == (line, column)
    assert words in problem.message
    assert mend in problem.message


def test_a_sheet_of_notes_is_no_table(raw, book):
    book.create_sheet("notes").append(["value", "read on the day of release"])
    (raw / FILE).write_bytes(content_of(book))
    assert find_problems(raw, TODAY) == []


def test_many_formulas_are_summed_up(raw):
    book = openpyxl.Workbook()
    book.active.append(COLUMNS)
    for year in range(1000):
        book.active.append([*ROW[:2], 1000 + year, 12, "=1+1", *ROW[5:]])
    (raw / FILE).write_bytes(content_of(book))
    problems = find_problems(raw, TODAY)
    assert len(problems) == MOST_NAMED + 1
    assert f"{1000 - MOST_NAMED} more cells" in problems[-1].message


def test_damaged_workbooks_are_one_clear_line(raw, book):
    whole = content_of(book)
    for content in (whole[: len(whole) // 2], b"PK", b"not a workbook", whole[:100] + whole[200:]):
        problem = only(raw, content)
        assert "damaged or half written" in problem.message
    assert "the file is empty" in only(raw, b"").message
    assert "without a password" in only(raw, b"\xd0\xcf\x11\xe0" + b"\0" * 600).message


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
def test_a_workbook_with_a_broken_part_is_one_clear_line(raw, book, part):
    for made in (None, b"", b"<a", b"<!DOCTYPE a [<!ENTITY b 'c'>]><worksheet>&b;</worksheet>"):
        stream = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(content_of(book))) as old,
            zipfile.ZipFile(stream, "w") as new,
        ):
            for name in old.namelist():
                content = made if name == part else old.read(name)
                if content is not None:
                    new.writestr(name, content)
        assert only(raw, stream.getvalue()).column in ("file", "header")


def test_a_small_file_that_unpacks_into_a_large_one_is_refused(raw, monkeypatch):
    monkeypatch.setattr(readers, "MOST_UNPACKED", 1_000_000)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("x", b"0" * 1_000_001)
    assert len(stream.getvalue()) < 2000
    assert "unpacks to more than" in only(raw, stream.getvalue()).message


@pytest.mark.parametrize("form", ['0"%"', "0.0,", '0.0,,"M"', "0!.0,", "0\\.0"])
def test_a_format_that_shows_another_number_names_no_single_one(raw, book, form):
    change(book, "E2", 6.84)
    book.active["E2"].number_format = form
    problem = only(raw, book)
    assert problem.column == "value" and "what was printed" in problem.message
    assert "6.84" in problem.message


def far(place):
    def plant(book):
        book.active[place] = " "

    return plant


def merged_columns(book):
    book.active.merge_cells("N1:N2")
    # Written by hand: the library would make every cell of a larger range.
    return ('ref="N1:N2"', 'ref="A10:XFD1048576"')


def linked_columns(book):
    book.active["N1"].hyperlink = "#x"
    return ('ref="N1"', 'ref="N1:XFD1048576"')


PLANTED = [
    far("A1048576"), far("XFD1048576"), far("AAA1000"), merged_columns, linked_columns,
]  # fmt: skip


@pytest.mark.parametrize("plant", PLANTED)
def test_a_workbook_that_reaches_far_is_refused_before_its_cells_are_made(
    raw, book, plant, monkeypatch
):
    edit = plant(book)
    plain, stream = io.BytesIO(), io.BytesIO()
    book.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(*(t.encode() for t in edit)) if edit else text)
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    problem = only(raw, stream.getvalue())
    assert problem.column == "file" and "delete the rows and columns" in problem.message


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml", "xl/other.xml"])
def test_a_workbook_of_many_small_parts_or_entities_is_refused(raw, book, part, monkeypatch):
    monkeypatch.setattr(readers, "MOST_PARTS", 1000)
    plain = io.BytesIO()
    book.save(plain)
    bomb = '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    for text, words in (
        ("<a>" + "<b/>" * 1001 + "</a>", "holds more than"),
        (bomb, "document type"),
    ):
        stream = io.BytesIO()
        with zipfile.ZipFile(plain) as old, zipfile.ZipFile(stream, "w") as new:
            for name in old.namelist():
                if name != part:
                    new.writestr(name, old.read(name))
            new.writestr(part, text)
        assert words in only(raw, stream.getvalue()).message


def test_protection_against_editing_is_no_hindrance(book):
    book.security = WorkbookProtection(workbookPassword="x", lockStructure=True)
    book.active.protection.enable()
    assert cells(book) == ["6.84"]


def test_an_empty_workbook_and_a_sheet_of_charts_ask_for_a_table(raw):
    assert "must name the columns" in only(raw, openpyxl.Workbook()).message
    book = openpyxl.Workbook()
    book.create_chartsheet("chart", 0).add_chart(LineChart())
    assert "put the table on the first sheet" in only(raw, book).message


@pytest.mark.parametrize("ending", ["xls", "xlsm", "xlsb", "ods", "numbers", "et", "tsv", "XLS"])
def test_other_forms_are_refused_by_name(raw, ending):
    (raw / f"observations/new.{ending}").write_bytes(b"anything")
    [problem] = find_problems(raw, TODAY)
    assert problem.value == f"new.{ending}"
    assert "save it as .xlsx or as CSV in UTF-8" in problem.message


def test_lock_files_are_passed_over_with_a_reason(raw, book):
    for name in ("~$new.xlsx", ".~lock.new.xlsx#", ".new.csv.swp", "rd.csv~"):
        (raw / "observations" / name).write_bytes(b"\0lock")
    (raw / "observations/readme.txt").write_text("text")
    ignored = read_raw(raw, TODAY).ignored
    assert ignored["observations/~$new.xlsx"].startswith("hidden, or a lock")
    assert ignored["observations/.~lock.new.xlsx#"].startswith("hidden, or a lock")
    assert ignored["observations/rd.csv~"].startswith("hidden, or a lock")
    assert ignored["observations/readme.txt"] == "neither .csv nor .xlsx"


def test_a_workbook_says_the_same_as_the_csv_file_it_is_made_of(raw):
    before = read_raw(raw, TODAY).observations
    with (raw / "observations/industry.csv").open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    book = openpyxl.Workbook()
    book.active.append(header)
    for row in rows:
        book.active.append([*row[:2], int(row[2]), int(row[3]), float(row[4]), *row[5:]])
        decimals = len(row[4].partition(".")[2])
        book.active.cell(book.active.max_row, 5).number_format = "0." + "0" * decimals
    (raw / FILE).write_bytes(content_of(book))
    (raw / "observations/industry.csv").write_text(",".join(header) + "\n")
    after = read_raw(raw, TODAY).observations
    order = ["indicator", "area", "year", "months", "definition", "status", "source_id"]
    shown = [
        frame.drop(columns=["file", "line"]).sort_values(order, ignore_index=True)
        for frame in (before, after)
    ]
    assert shown[0].equals(shown[1])
