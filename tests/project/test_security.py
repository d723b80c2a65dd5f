"""Hostile data and parameters: nothing runs, leaves the output folder or is fetched."""

import ast
import csv
import json
import os
import re
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from papermill.parameterize import parameterize_notebook

from helpers import ROOT
from helpers.observations.raw_data import RAW_DIR, find_problems, read_raw
from helpers.observations.schema import MODELS
from helpers.problems import InputError, runs_as_formula
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.store.run import Run
from helpers.topics.parameters import Parameters
from support.reports import request

TODAY = date(2026, 11, 23)
SCRIPT = "<script>alert('planted')</script><img src=x onerror=alert(1)>"
CLOSING = "--></style></title></textarea>{{7*7}} ${7*7} [x](javascript:alert(2)) $\\frac{1}{0}$"
_WORDS = "title|note|publisher|name|description|set_by|plan|wording|area|reason"
FREE = {
    name: [
        column
        for column, field in model.model_fields.items()
        if re.match(_WORDS, column)
        and field.annotation is str
        and column not in ("area", "area_no", "name_zh")
        and (name, column) not in (("areas", "area"), ("definitions", "areas"))
    ]
    for name, model in MODELS.items()
}  # fmt: skip
"""Columns of free text; the others are checked against lists, patterns or other tables."""

TEXTS = [
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1", "a\x00b", "a\x1bb", "a\u202eb",
    "a\u2066b", "a\u200bb", "a\ufeffb", "a\u00adb", "a\ud800b", "a\rb", "a\u2028b", "a\ufffdb",
    "\u3164", "???",
]  # fmt: skip
PATHS = [
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "C:\\x",
    "a/b",
    "a\\b",
    "con",
    "nul",
    "com1",
    "..",
    ".",
    "x.csv",
    "~",
    "a" * 200,
    "a\nb",
    "a b",
    "Å",
    "<b>",
    "$(id)",
    "`id`",
]
IDENTIFIERS = [
    ("sources.csv", "source_id"), ("indicators.csv", "indicator"), ("areas.csv", "area"),
    ("definitions.csv", "definition"), ("targets.csv", "target_id"), ("measures.csv", "measure_id"),
    ("events.csv", "event_id"), ("measure_indicators.csv", "indicator"),
    ("rejected.csv", "indicator"),
]  # fmt: skip


def change(raw: Path, file: str, *columns: str, edit, row: int | None = None) -> None:
    with (raw / file).open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    for at in map(header.index, columns):
        for cells in rows if row is None else [rows[row]]:
            cells[at] = edit(cells[at])
    with (raw / file).open("w", encoding="utf-8", errors="surrogatepass", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


@pytest.fixture
def raw(tmp_path):
    return Path(shutil.copytree(RAW_DIR, tmp_path / "raw"))


def files_of(table: str) -> list[str]:
    if table != "observations":
        return [f"{table}.csv"]
    return [f"observations/{name}.csv" for name in ("rd", "industry", "patents")]


@pytest.mark.parametrize("table", [table for table in FREE if FREE[table]])
@pytest.mark.parametrize("text", TEXTS)
def test_a_text_that_runs_or_hides_something_is_refused_in_every_column(raw, table, text):
    file = files_of(table)[0]
    change(raw, file, *FREE[table], edit=lambda _: text, row=2)
    problems = find_problems(raw, TODAY)
    named = {problem.column for problem in problems if problem.file == file}
    # What breaks up the file itself leaves no column to name.
    assert problems if {"\r", "\0", "\ud800"} & {*text} else {*FREE[table]} <= named
    assert all(str(problem).isprintable() for problem in problems)


@pytest.mark.slow
@pytest.mark.parametrize(("file", "column"), IDENTIFIERS)
def test_a_name_that_could_leave_the_output_folder_is_refused(raw, file, column):
    original = (raw / file).read_bytes()
    for name in PATHS:
        change(raw, file, column, edit=lambda _, name=name: name, row=1)
        problems = find_problems(raw, TODAY)
        assert (file, column) in {(p.file, p.column) for p in problems}, name
        (raw / file).write_bytes(original)


def test_shipped_tables_hold_no_formula():
    for path in RAW_DIR.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert not [cell for row in csv.reader(stream) for cell in row if runs_as_formula(cell)]


def hostile(raw: Path) -> None:
    """Put markup into every free text of every row."""
    for table, columns in FREE.items():
        for file in files_of(table):
            change(raw, file, *columns, edit=lambda old: f"{(old or 'x')[:40]} {SCRIPT} {CLOSING}")
    change(raw, "sources.csv", "url", edit=lambda old: old and old + "?a=1&b=(2)")


@pytest.mark.slow
@pytest.mark.notebooks
@pytest.mark.usefixtures("unprinted")
def test_markup_in_every_text_column_reaches_no_page(raw, tmp_path):
    hostile(raw)
    assert find_problems(raw, TODAY) == []
    sei = {"indicator": "sei_share", "target_id": "sei_share_2025"}
    runs = (
        Run("01_sources_and_vintages", "01_sources_and_vintages.ipynb"),
        Run("05_projection_sei_share", "05_projection.ipynb", sei),
    )
    out = tmp_path / "reports"
    asked = {"raw_dir": raw, "as_of": TODAY.isoformat(), "out_dir": out, "runs": runs}
    result = make_report(ReportRequest(**asked, languages=("en", "zh"), keep_going=True))
    assert result.state == "complete", result.message
    pages = [path for path in result.folder.rglob("*.html") if path.is_file()]
    assert len(pages) >= 3
    planted = 0
    for path in pages:
        text = path.read_text(encoding="utf-8")
        planted += text.count("planted")
        soup = BeautifulSoup(text, "html.parser")
        assert not [tag for tag in soup.find_all("script") if "planted" in tag.get_text()], path
        assert not soup.find_all("img", src="x"), path
        for tag in soup.find_all(True):
            assert not [name for name in tag.attrs if name.lower().startswith("on")], path
            assert not str(tag.get("href", "")).lower().startswith("javascript:"), path
    assert planted, "the planted text must be on the pages, or this shows nothing"
    for path in result.folder.rglob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            assert not [cell for row in csv.reader(stream) for cell in row if runs_as_formula(cell)]
    assert {p.name for p in tmp_path.iterdir()} == {"raw", "reports"}


# --- parameters -------------------------------------------------------------------------------

HOSTILE_VALUES = [
    '"', "'", '"""', "\\", "\\\\", '\\"', "\n", "\r\n", "x\nimport os\nos._exit(7)", "{x}", "{{x}}",
    "{__import__('os')._exit(7)}", '" + __import__("os").popen("id").read() + "', "%s", "${HOME}",
    "\u2028", "\x00", "#", "# type: ignore", "'''", "f'{1}'", "\ud800", "深圳", "\\N{BULLET}",
    "\\x41", "r'\\'", "\t",
]  # fmt: skip
TEXT_PARAMETERS = sorted(
    name for name, field in Parameters.model_fields.items() if field.annotation in (str, Path)
)


def injected(values: dict) -> dict:
    """What papermill writes into a notebook, read as code: literals only, or this fails."""
    cells = [new_code_cell('x = ""', metadata={"tags": ["parameters"]})]
    kernel = {"name": "python3", "display_name": "Python", "language": "python"}
    book = new_notebook(cells=cells, metadata={"kernelspec": kernel})
    book.metadata.update(language_info={"name": "python"}, papermill={})
    source = parameterize_notebook(book, values).cells[1].source
    found = {}
    for statement in ast.parse(source).body:
        assert isinstance(statement, ast.Assign), source
        [target] = statement.targets
        found[target.id] = ast.literal_eval(statement.value)
    return found


@pytest.mark.parametrize("value", HOSTILE_VALUES)
def test_a_hostile_parameter_stays_a_text(value):
    values = dict.fromkeys(TEXT_PARAMETERS, value)
    assert injected(values) == values


@settings(max_examples=150, deadline=None, database=None)
@given(st.dictionaries(st.sampled_from(TEXT_PARAMETERS), st.text(max_size=40), min_size=1))
def test_any_text_comes_back_as_itself(values):
    assert injected(values) == values


@pytest.mark.parametrize("name", ["x = 1; import os", "__import__", "a b", "as_of\nimport os"])
def test_a_name_that_no_notebook_declares_is_refused(name):
    with pytest.raises(InputError):
        Parameters(**{name: 1})


@pytest.mark.notebooks
def test_hostile_parameters_of_a_real_run_run_nothing(tmp_path):
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    cells = [
        new_markdown_cell("# What was given?"),
        new_code_cell(
            'as_of = ""\nraw_dir = ""\noutput_dir = ""\narea = ""',
            metadata={"tags": ["parameters"]},
        ),
        new_code_cell(
            "from pathlib import Path\nimport json\n"
            "_ = Path(output_dir, 'given.csv').write_text('given\\n' + json.dumps(area).encode()"
            ".hex() + '\\n')"
        ),
    ]
    kernel = {"name": "python3", "display_name": "Python", "language": "python"}
    nbformat.write(
        new_notebook(cells=cells, metadata={"kernelspec": kernel}), notebooks / "n.ipynb"
    )
    area = "".join(v for v in HOSTILE_VALUES if v.isprintable() or v.startswith("x\n"))
    area += f'"; open({str(tmp_path / "owned")!r}, "w"); "{SCRIPT}'
    result = make_report(request(tmp_path, runs=(Run("n", "n.ipynb", {"area": area}),)))
    assert result.state == "complete", result.message
    assert not (tmp_path / "owned").exists()
    given_back = (result.folder / "tables" / "given.csv").read_text().split("\n")[1]
    assert json.loads(bytes.fromhex(given_back)) == area
    for path in result.folder.rglob("*.html"):
        assert "<script>alert('planted')" not in path.read_text(encoding="utf-8")


# --- network ----------------------------------------------------------------------------------

BLOCKER = """
import os, socket
_LOCAL = ("127.", "::1", "localhost")
def _note(what):
    with open(os.environ["SOCKET_LOG"], "a") as log:
        log.write(f"{what}\\n")
def _check(address):
    host = address[0] if isinstance(address, tuple) else address
    if isinstance(address, tuple) and not str(host).startswith(_LOCAL):
        _note(f"connect {address!r}")
        raise OSError(101, "blocked by the test")
def _wrap(name):
    call = getattr(socket.socket, name)
    def made(self, address, *rest):
        _check(address)
        return call(self, address, *rest)
    setattr(socket.socket, name, made)
for _name in ("connect", "connect_ex"):
    _wrap(_name)
_getaddrinfo = socket.getaddrinfo
def getaddrinfo(host, *rest, **more):
    if host is not None and not str(host).startswith((*_LOCAL, "0.0.0.0")):
        _note(f"look up {host!r}")
        raise OSError(101, "blocked by the test")
    return _getaddrinfo(host, *rest, **more)
socket.getaddrinfo = getaddrinfo
_note("loaded")
"""


def run_offline(tmp_path: Path, *arguments: str) -> tuple[subprocess.CompletedProcess, list[str]]:
    """Run the command with every connection but local ones refused, kernels included."""
    folder = tmp_path / "blocker"
    folder.mkdir(exist_ok=True)
    (folder / "sitecustomize.py").write_text(BLOCKER)
    log = tmp_path / "sockets.log"
    environment = {**os.environ, "PYTHONPATH": str(folder), "SOCKET_LOG": str(log)}
    command = "import sys; from helpers.apps.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", command, *arguments],
        env=environment, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    return done, log.read_text().splitlines()


def test_the_blocker_blocks(tmp_path):
    folder = tmp_path / "blocker"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKER)
    log = tmp_path / "sockets.log"
    environment = {**os.environ, "PYTHONPATH": str(folder), "SOCKET_LOG": str(log)}
    code = "import urllib.request as u; u.urlopen('http://192.0.2.1/', timeout=1)"
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert done.returncode != 0
    assert log.read_text().splitlines()[0] == "loaded"
    assert "192.0.2.1" in log.read_text()


def test_assess_needs_no_network(tmp_path):
    done, log = run_offline(tmp_path, "assess", "--as-of", "2026-11-23")
    assert done.returncode == 0, done.stderr
    assert set(log) == {"loaded"}


REPORT = """
import sys
from pathlib import Path
from helpers.observations.raw_data import read_raw
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.runs.plan import planned_runs
raw_dir, out = map(Path, sys.argv[1:])
runs = planned_runs(read_raw(raw_dir), "1981-03-01")[:1]
asked = {"raw_dir": raw_dir, "as_of": "1981-03-01", "languages": ("en",), "runs": runs}
made = make_report(ReportRequest(**asked, out_dir=out))
print(made.state, made.message)
"""
"""One real notebook, its page and the front page; the kernel is a process of its own."""


def make_offline(tmp_path: Path, *before: str, **environment: str) -> None:
    """Make a report in a process that `before` starts; it must be complete."""
    done = subprocess.run(
        [*before, sys.executable, "-c", REPORT, ROOT / "examples/united_states", tmp_path],
        env={**os.environ, **environment}, capture_output=True, text=True, timeout=300, cwd=ROOT,
    )  # fmt: skip
    assert done.stdout.startswith("complete"), done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_report_asks_for_no_network(tmp_path):
    folder = tmp_path / "blocker"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(BLOCKER)
    log = tmp_path / "sockets.log"
    make_offline(tmp_path, PYTHONPATH=str(folder), SOCKET_LOG=str(log))
    lines = log.read_text().splitlines()
    assert set(lines) == {"loaded"}
    assert len(lines) >= 2, "the kernel must have been blocked too"


NAMESPACE = ("unshare", "--map-root-user", "--net")


@pytest.fixture
def namespace():
    """What starts a command in a network namespace of its own, where one may be made."""
    try:
        done = subprocess.run([*NAMESPACE, "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("unshare is not installed: no network namespace can be made")
    if done.returncode:
        pytest.skip(f"no network namespace may be made here: {done.stderr.strip()}")
    return NAMESPACE


def test_a_namespace_of_its_own_has_no_network(namespace):
    code = "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"
    command = [*namespace, sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "Network is unreachable" in done.stderr


@pytest.mark.slow
@pytest.mark.notebooks
def test_a_report_is_made_where_there_is_no_network(namespace, tmp_path):
    """As above, seen from below: what is not Python, such as Chromium, has no way out either."""
    make_offline(tmp_path, *namespace)


# --- addresses --------------------------------------------------------------------------------


def test_addresses_in_the_data_are_web_addresses_only():
    urls = [url for url in read_raw().sources["url"] if url]
    assert urls
    assert all(re.fullmatch(r"https?://[^\s<>\"'`\\]+", url) for url in urls)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x", "//x",
     "http://a b", 'https://x"onclick="y', "https://x'y", "https://x<b>", "https://x\\y", "https://x\u202ey",
     "HTTP://X", " https://x", "https://", "x"],
)  # fmt: skip
def test_another_address_is_refused(raw, url):
    change(raw, "sources.csv", "url", edit=lambda _: url, row=1)
    [problem] = find_problems(raw, TODAY)
    assert (problem.file, problem.column) == ("sources.csv", "url")
