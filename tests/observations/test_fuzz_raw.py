"""Mutated raw tables: never a traceback, and no planted fault goes in unseen.

`SHENZHEN_FUZZ=20000 pytest tests/observations/test_fuzz_raw.py -s` tries that many inputs and
prints how many of each kind were tried; without the variable it is a few hundred, always the same
ones.
"""

import csv
import io
import os
from collections import Counter
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.observations.files import Listing, list_files, load
from helpers.observations.raw_data import RAW_DIR, problems_of, raw_data
from helpers.observations.rows import tables_of
from helpers.observations.schema import Indicator

INPUTS = int(os.environ.get("SHENZHEN_FUZZ", "300"))
TODAY = date(2026, 11, 23)
LISTING = list_files((RAW_DIR,))
FILES = {file.name: file for file in load(LISTING.files)}
TEXTS = {name: file.content.decode() for name, file in FILES.items()}
ROWS = {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in TEXTS.items()}
OBSERVED = sorted(name for name in FILES if name.startswith("observations/"))
NEW = "observations/new.xlsx"
TRIED: Counter[str] = Counter()
REFUSED: Counter[str] = Counter()

FUZZ = settings(
    max_examples=-(-INPUTS // 2),
    deadline=None,
    database=None,
    derandomize="SHENZHEN_FUZZ" not in os.environ,
    suppress_health_check=list(HealthCheck),
)


def found(changed: dict[str, bytes]):
    """Every problem of the shipped tables with some contents changed; sound ones are read."""
    files = [replace(f, content=changed.get(name, f.content)) for name, f in FILES.items()]
    if NEW in changed:
        files.append(replace(FILES[OBSERVED[0]], name=NEW, content=changed[NEW]))
    tables = tables_of(files)
    problems = problems_of(tables, TODAY)
    for problem in problems:
        line = str(problem)
        assert line.isprintable()
        assert len(line) < 1500
        assert problem.message
    if not problems:
        raw_data(tables, Listing(tuple(files), {}, ()), RAW_DIR)
    return problems


def as_csv(rows, ending="\n") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=ending).writerows(rows)
    return stream.getvalue().encode("utf-8", "surrogatepass")


def as_workbook(rows) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


NASTY = st.sampled_from(
    ["=1+1", "+1", "-1", "@x", "\t=1", "../../x", "/etc/passwd", "C:\\x", "con", "nul", "<script>",
     "'", '"', ",", "\n", "\r", "\r\n", "\u202e", "\u200b", "\ufeff", "\ud800", "\x00", "\x1b[31m",
     "9" * 400, "1e999", "-0", "0x1F", "１２", "٣", "½", "nan", "NaN", "inf", "%s%n", "{0}", "$x$",
     "a" * 140_000, "\u3164", "é", "e\u0301", "\U0010ffff", "2024-02-30", "0000", "http://", ";"]
)  # fmt: skip
CELL = st.one_of(
    NASTY,
    st.text(max_size=20),
    st.from_regex(r"-?[0-9]{0,30}\.?[0-9]{0,5}[-%]?[0-9]{0,2}", fullmatch=True),
)


def place(data, rows):
    row = data.draw(st.integers(0, len(rows) - 1))
    return row, data.draw(st.integers(0, len(rows[row]) - 1))


def mutate_cell(data, name):
    rows = [list(row) for row in ROWS[name]]
    for _ in range(data.draw(st.integers(1, 3))):
        row, column = place(data, rows)
        rows[row][column] = data.draw(CELL)
    return {name: as_csv(rows)}


def mutate_rows(data, name):
    rows = [list(row) for row in ROWS[name]]
    what = data.draw(st.sampled_from(["swap", "repeat", "drop", "move", "add"]))
    (first, _), (second, _) = place(data, rows), place(data, rows)
    if what == "swap":
        rows[first], rows[second] = rows[second], rows[first]
    elif what == "repeat":
        rows += [rows[first]] * data.draw(st.integers(1, 50))
    elif what == "drop":
        del rows[min(first, second) : max(first, second)]
    elif what == "move":
        rows.insert(second, rows.pop(first))
    else:
        rows.insert(first, data.draw(st.lists(CELL, max_size=14)))
    return {name: as_csv(rows)}


def mutate_columns(data, name):
    rows = ROWS[name]
    order = data.draw(st.lists(st.integers(0, len(rows[0]) - 1), max_size=15))
    if data.draw(st.booleans()):
        order = data.draw(st.permutations(range(len(rows[0]))))
    return {name: as_csv([[row[i] for i in order] for row in rows])}


def mutate_encoding(data, name):
    encoding = data.draw(
        st.sampled_from(["gb18030", "big5", "utf-16", "utf-16-le", "utf-32", "utf-8-sig", "cp1252",
                         "shift_jis", "euc_kr", "cp037"])
    )  # fmt: skip
    return {name: TEXTS[name].encode(encoding, "replace")}


def mutate_ends(data, name):
    end = st.sampled_from(["\n", "\r\n", "\r", "\n\n", "\x0b", "\u2028", "\x85", ""])
    many = data.draw(st.lists(end, min_size=1, max_size=4))
    lines = TEXTS[name].split("\n")
    return {name: "".join(x + many[i % len(many)] for i, x in enumerate(lines)).encode()}


def mutate_bytes(data, name, content=None):
    content = bytearray(FILES[name].content if content is None else content)
    what = data.draw(st.sampled_from(["cut", "start", "flip", "insert", "fill", "double"]))
    at = data.draw(st.integers(0, len(content) - 1))
    if what == "cut":
        del content[at:]
    elif what == "start":
        del content[:at]
    elif what == "flip":
        for _ in range(data.draw(st.integers(1, 8))):
            content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    elif what == "insert":
        content[at:at] = data.draw(st.binary(max_size=60))
    elif what == "fill":
        content[at : at + 50] = data.draw(st.binary(min_size=1, max_size=1)) * 50
    else:
        content += content[:at]
    return {name: bytes(content)}


def mutate_nothing_of_it(data, name):
    return {name: data.draw(st.binary(max_size=300))}


def mutate_workbook(data, name):
    rows = [list(ROWS[OBSERVED[0]][0])]
    cell = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.dates(), st.datetimes(),
        st.text(st.characters(exclude_categories=["C"]), max_size=9), st.just("=1+1"),
    )  # fmt: skip
    for _ in range(data.draw(st.integers(0, 3))):
        row = list(data.draw(st.sampled_from(ROWS[OBSERVED[0]])))
        row[data.draw(st.integers(0, len(row) - 1))] = data.draw(cell)
        rows.append(row)
    try:
        content = as_workbook(rows)
    except (ValueError, OverflowError, TypeError):  # what no workbook can hold
        return {}
    return {NEW: content}


# One for all: a workbook made again has other bytes, as the time stands in it.
WHOLE_BOOK = as_workbook([*ROWS[OBSERVED[0]][:1]])


def mutate_workbook_bytes(data, name):
    return {NEW: mutate_bytes(data, name, WHOLE_BOOK)[name]}


MUTATIONS = [
    mutate_cell, mutate_cell, mutate_cell, mutate_rows, mutate_columns, mutate_encoding,
    mutate_ends, mutate_bytes, mutate_bytes, mutate_nothing_of_it, mutate_workbook,
    mutate_workbook_bytes,
]  # fmt: skip


@pytest.mark.slow
@FUZZ
@given(
    data=st.data(), mutate=st.sampled_from(MUTATIONS), name=st.sampled_from(sorted(FILES))
)  # fmt: skip
def test_a_mutated_folder_is_read_or_refused(data, mutate, name):
    problems = found(mutate(data, name))
    kind = mutate.__name__.replace("_", " ")
    TRIED[kind] += 1
    REFUSED[kind] += bool(problems)


# --- planted faults: none may be accepted ---------------------------------------------------

INDICATORS = tables_of(list(FILES.values()))["indicators"].by_key(Indicator)


def series_rows(name):
    """Rows that have neighbours: of four figures or more of one definition over full years."""
    header, *rows = ROWS[name]
    at = {column: header.index(column) for column in header}

    def key(row):
        return tuple(row[at[c]] for c in ("indicator", "area", "definition", "months"))

    counts = Counter(key(row) for row in rows)
    years = {k: {r[at["year"]] for r in rows if key(r) == k} for k in counts}
    return [
        i
        for i, row in enumerate(rows, start=1)
        if row[at["months"]] == "12"
        and len(years[key(row)]) >= 4
        and INDICATORS[row[at["indicator"]]].record.scale != "linear"
        and float(row[at["value"]]) > 0
    ]


SERIES = {name: series_rows(name) for name in OBSERVED}


def cell_fault(column, wrong, pick=None):
    """Plant a wrong cell in a row of observations."""

    def plant(data):
        name = data.draw(st.sampled_from(OBSERVED))
        rows = [list(row) for row in ROWS[name]]
        row = data.draw(st.sampled_from(pick[name] if pick else range(1, len(rows))))
        at = rows[0].index(column)
        value = wrong(data, rows[row][at], dict(zip(rows[0], rows[row], strict=True)))
        rows[row][at] = value
        return name, {name: as_csv(rows)}

    return plant


def drawn(*values):
    return lambda data, old, row: data.draw(st.sampled_from(values))


def misspelt(data, old, row):
    at = data.draw(st.integers(0, len(old) - 1))
    return old[:at] + data.draw(st.sampled_from(["?", "Z", " ", "é"])) + old[at + 1 :]


def slipped(data, old, row):
    return f"{float(old) * 10.0 ** data.draw(st.sampled_from([-4, -3, -2, 2, 3, 4])):.8f}"


def a_hundredth(data, old, row):
    return f"{float(old) / 100:.8f}"


def other_unit(data, old, row):
    units = ["cny_100m", "pct", "pct_gdp", "pct_industry", "count", "per_10k"]
    return data.draw(st.sampled_from([unit for unit in units if unit != old]))


def before_definition(data, old, row):
    header, *rows = ROWS["definitions.csv"]
    first = {r[0]: int(r[header.index("first_year")]) for r in rows}[row["definition"]]
    return str(first - data.draw(st.integers(1, 50)))


def hidden_character(data, old, row):
    character = data.draw(st.sampled_from("\u202e\u200b\u2066\x07\x1b\u2028\u00ad\u3164\ufffd"))
    at = data.draw(st.integers(0, len(old)))
    return old[:at] + character + old[at:] + "x"


def table_fault(table, column, *values):
    def plant(data):
        rows = [list(row) for row in ROWS[table]]
        row = data.draw(st.integers(1, len(rows) - 1))
        rows[row][rows[0].index(column)] = data.draw(st.sampled_from(values))
        return table, {table: as_csv(rows)}

    return plant


def shape_fault(change):
    def plant(data):
        name = data.draw(st.sampled_from(sorted(FILES)))
        return name, {name: change(data, [list(row) for row in ROWS[name]])}

    return plant


def repeated_row(data, rows):
    row = data.draw(st.sampled_from(rows[1:]))
    return as_csv([*rows, row])


def repeated_figure(data):
    first, second = data.draw(st.sampled_from(OBSERVED)), data.draw(st.sampled_from(OBSERVED))
    row = data.draw(st.sampled_from(ROWS[first][1:]))
    return first, {second: as_csv([*ROWS[second], row])}


def column_gone(data, rows):
    at = data.draw(st.integers(0, len(rows[0]) - 1))
    return as_csv([row[:at] + row[at + 1 :] for row in rows])


def column_twice(data, rows):
    at = data.draw(st.integers(0, len(rows[0]) - 1))
    return as_csv([[*row, row[at]] for row in rows])


def column_renamed(data, rows):
    at = data.draw(st.integers(0, len(rows[0]) - 1))
    rows[0][at] += data.draw(st.sampled_from(["s", " ", "_old", "\u200b"]))
    return as_csv(rows)


def field_gone(data, rows):
    row = data.draw(st.integers(1, len(rows) - 1))
    del rows[row][data.draw(st.integers(0, len(rows[row]) - 1))]
    return as_csv(rows)


def field_more(data, rows):
    row = data.draw(st.integers(1, len(rows) - 1))
    rows[row].insert(data.draw(st.integers(0, len(rows[row]))), "1")
    return as_csv(rows)


def cut_in_a_row(data, rows):
    row = data.draw(st.integers(1, len(rows) - 1))
    return as_csv([*rows[:row], rows[row][: data.draw(st.integers(1, len(rows[0]) - 1))]])


def open_quote(data, rows):
    text = as_csv(rows[: data.draw(st.integers(2, len(rows)))]).decode()
    return (text.rstrip("\n") + '\n"x').encode()


def nul_byte(data, rows):
    content = as_csv(rows)
    at = data.draw(st.integers(0, len(content)))
    return content[:at] + b"\0" + content[at:]


def broken_utf8(data, rows):
    content = as_csv(rows)
    at = data.draw(st.integers(3, len(content)))
    bad = data.draw(st.sampled_from([b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf8"]))
    return content[:at] + bad + content[at:]


def wrong_encoding(data):
    name = data.draw(st.sampled_from(["sources.csv", "areas.csv", "indicators.csv"]))
    encoding = data.draw(st.sampled_from(["gb18030", "utf-16", "utf-16-le", "utf-16-be"]))
    return name, {name: TEXTS[name].encode(encoding)}


def lost_characters(data):
    name = data.draw(st.sampled_from(["areas.csv", "indicators.csv", "measures.csv"]))
    encoding = data.draw(st.sampled_from(["ascii", "cp1252", "latin-1"]))
    return name, {name: TEXTS[name].encode(encoding, "replace")}


def cut_workbook(data):
    return NEW, {NEW: WHOLE_BOOK[: data.draw(st.integers(0, len(WHOLE_BOOK) - 30))]}


def workbook_with(*values):
    def plant(data):
        name = data.draw(st.sampled_from(OBSERVED))
        rows = [list(ROWS[name][0]), list(data.draw(st.sampled_from(ROWS[name][1:])))]
        column = data.draw(st.integers(0, len(rows[0]) - 1))
        rows[1][column] = data.draw(st.sampled_from(values))
        return NEW, {NEW: as_workbook(rows)}

    return plant


PLANTED = {
    "number with separator, unit or in words": cell_fault(
        "value", drawn("1,000", "12 %", "1e3", "３", "1万", "$5", "=5", "5.", ".5", " 5", "5 ")
    ),
    "number missing": cell_fault("value", drawn("", " ", "-", "nan", "n/a", "inf", "—", "null")),
    "negative figure": cell_fault("value", lambda d, old, r: f"-{old}", SERIES),
    "slip by a power of ten": cell_fault("value", slipped, SERIES),
    "share written as a fraction": cell_fault(
        "value", a_hundredth,
        {n: [i for i in SERIES[n] if ROWS[n][i][5].startswith("pct")] or SERIES[n]
         for n in OBSERVED},
    ),
    "count with decimals": cell_fault(
        "value", lambda d, old, r: f"{float(old) + 0.5}" if r["unit"] == "count" else "x"
    ),
    "other unit": cell_fault("unit", other_unit),
    "indicator not defined": cell_fault("indicator", misspelt),
    "area not defined": cell_fault("area", misspelt),
    "definition not defined": cell_fault("definition", misspelt),
    "publication not listed": cell_fault("source_id", misspelt),
    "unknown status": cell_fault("status", drawn("", "Final", "prelim", "final ", "=final")),
    "unknown qualifier": cell_fault("qualifier", drawn("", "about", "EXACT", "lower bound")),
    "impossible months": cell_fault("months", drawn("", "0", "13", "-1", "1.5", "12.0", "Q4")),
    "year in the future": cell_fault("year", drawn("2027", "2099", "2200")),
    "not a year": cell_fault("year", drawn("", "24", "20 24", "２０２４", "2024年", "2024.5")),
    "year before its definition": cell_fault("year", before_definition),
    "invisible or control character": cell_fault("note", hidden_character),
    "row said twice": shape_fault(repeated_row),
    "figure said twice in two files": repeated_figure,
    "column missing": shape_fault(column_gone),
    "column twice": shape_fault(column_twice),
    "column misspelt": shape_fault(column_renamed),
    "field missing": shape_fault(field_gone),
    "field too many": shape_fault(field_more),
    "file cut within a row": shape_fault(cut_in_a_row),
    "quote left open": shape_fault(open_quote),
    "NUL byte": shape_fault(nul_byte),
    "bytes that are not UTF-8": shape_fault(broken_utf8),
    "another encoding": wrong_encoding,
    "characters lost as question marks": lost_characters,
    "date in the future": table_fault("sources.csv", "published", "2026-12", "2027", "2026-11-24"),
    "not a date": table_fault("sources.csv", "published", "x", "2024-13", "2023-02-29", "24-01-01"),
    "not a web address": table_fault(
        "sources.csv", "url", "javascript:alert(1)", "data:text/html,x", "ftp://x", "http://a b",
        "file:///etc/passwd", 'http://x"onclick=', "//x",
    ),
    "path trick in an identifier": table_fault(
        "events.csv", "event_id", "../x", "/etc/x", "a/b", "a\\b", "con", "nul", "..", "x.csv",
        "a" * 200, "C:x",
    ),
    "unknown operator": table_fault("targets.csv", "operator", "", "more", ">=", "GE"),
    "workbook cut short": cut_workbook,
    "formula in a workbook": workbook_with("=1+1", '=HYPERLINK("http://x")', "=A1"),
    "error in a workbook": workbook_with("#N/A", "#REF!", "#DIV/0!"),
}  # fmt: skip


@pytest.mark.slow
@FUZZ
@given(data=st.data(), kind=st.sampled_from(sorted(PLANTED)))
def test_a_planted_fault_is_never_accepted(data, kind):
    name, changed = PLANTED[kind](data)
    kept = {n: c for n, c in changed.items() if FILES.get(n) is None or c != FILES[n].content}
    if not kept:
        return
    problems = found(kept)
    TRIED[kind] += 1
    REFUSED[kind] += bool(problems)
    assert problems, f"{kind} in {name} was accepted"


@pytest.fixture(scope="module", autouse=True)
def counts():
    yield
    print(f"\n{'input':<45}{'tried':>8}{'refused':>9}")
    for kind, number in sorted(TRIED.items()):
        print(f"{kind:<45}{number:>8}{REFUSED[kind]:>9}")
    print(f"{'all':<45}{TRIED.total():>8}{REFUSED.total():>9}")


@pytest.mark.slow
def test_enough_was_tried_and_of_many_kinds():
    assert len(PLANTED) >= 15
    assert TRIED.total() > 0.95 * INPUTS
    if INPUTS >= 2000:
        assert set(PLANTED) <= set(TRIED)
