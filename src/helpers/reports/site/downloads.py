"""What a reader takes away: charts and tables of a page, every table as JSON, all as a package.

The package is a Frictionless Data Package 2.0 (datapackage.org): one descriptor, resources with a
table schema.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from helpers.charts.svg import carried
from helpers.observations.files import csv_of
from helpers.observations.raw_data import RawData
from helpers.reports.site.verdicts import NOT_SHOWN
from helpers.tables import restored
from helpers.wording.language import ENGLISH, Language

CHARTS, TABLES = "charts", "shown"
"""Folders of the site."""
PROLOGUE = '<?xml version="1.0" encoding="UTF-8"?>\n'


@dataclass(frozen=True)
class Keepsake:
    """A chart or a table of a page."""

    name: str
    """Path below the site, without the ending of its files."""
    title: str
    svg: str = ""
    csv: str = ""
    """`svg`, `csv`: texts of the files; "" where there is none. A page draws pixels on a click."""

    @property
    def endings(self) -> tuple[str, ...]:
        """Endings of the files, in the order of the links."""
        if not self.svg:
            return ("csv", "json")
        return ("svg", "csv") if self.csv else ("svg",)

    def links(self, language: Language = ENGLISH) -> str:
        """Return the line of links for a page in the folder of notebooks."""
        kind_of = "chart" if self.svg else "table"
        what, save = (language.say(f"notebook.{key}") for key in (kind_of, f"save_{kind_of}"))
        links = [
            f'<a href="../{quote(self.name)}.{kind}" download '
            f'aria-label="{kind.upper()}: {escape(self.title or what)}">{kind.upper()}</a>'
            for kind in self.endings
        ]
        return f'<p class="take">{save}{language.say("column.separator")}{" ".join(links)}</p>'


def chart_of(svg: str, page: str, number: int) -> Keepsake:
    """Return what can be taken away of a chart: the document, and the figures that it carries."""
    held = carried(svg)
    figures = with_source(held["csv"], held.get("source", "")) if held.get("csv") else ""
    return Keepsake(f"{CHARTS}/{page}-{number}", held.get("title", ""), svg, figures)


def table_of(rows: Sequence[Sequence[str]], page: str, number: int, title: str) -> Keepsake:
    """Return what can be taken away of a table, whose first row is its header."""
    return Keepsake(f"{TABLES}/{page}-{number}", title, csv=csv_of(rows))


def with_source(text: str, source: str) -> str:
    """Return a CSV text with the line of sources as its last column."""
    if not source:
        return text
    header, *rows = csv.reader(io.StringIO(text))
    return csv_of([[*header, "source"], *([*row, source] for row in rows)])


def write_keepsakes(keepsakes: Iterable[Keepsake], site: Path) -> None:
    """Write the files of all charts and tables below a site."""
    for one in keepsakes:
        paths = {ending: site / f"{one.name}.{ending}" for ending in one.endings}
        (site / one.name).parent.mkdir(parents=True, exist_ok=True)
        if one.svg:
            prologue = "" if one.svg.startswith("<?xml") else PROLOGUE
            paths["svg"].write_text(prologue + one.svg, encoding="utf-8", newline="")
        if one.csv:
            paths["csv"].write_text(one.csv, encoding="utf-8", newline="")
        if "json" in paths:
            _write_json(paths["csv"])


NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
TRUE, FALSE = ("True", "true"), ("False", "false")
WORDS = dict.fromkeys(TRUE, True) | dict.fromkeys(FALSE, False)


def read_table(path: Path) -> list[dict[str, object]]:
    """Return the rows of a CSV file as JSON values.

    A column is numbers, or true and false, only if each of its filled cells is; else text, without
    the apostrophe that keeps a spreadsheet from running it. An empty cell is None.

    Raises
    ------
    ValueError
        If a row has another number of cells than the header.
    """
    header, columns = _columns(path)
    values = zip(*map(_typed, columns), strict=True)
    return [dict(zip(header, row, strict=True)) for row in values]


def _columns(path: Path) -> tuple[list[str], list[tuple[str, ...]]]:
    """Read the header of a CSV file and the cells of each column."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *body = list(csv.reader(file)) or [[]]
    for number, row in enumerate(body, start=2):
        if len(row) != len(header):
            raise ValueError(
                f"{path.name}: row {number}: {len(row)} cells, the header has {len(header)}"
            )
    return header, list(zip(*body, strict=True)) if body else [()] * len(header)


def _typed(cells: Sequence[str]) -> list[object]:
    filled = [cell for cell in cells if cell != ""]
    if all(NUMBER.fullmatch(cell) for cell in filled):
        return [json.loads(cell) if cell else None for cell in cells]
    if all(cell in WORDS for cell in filled):
        return [WORDS.get(cell) for cell in cells]
    return [restored(cell) or None for cell in cells]


def write_json_tables(folder: Path) -> tuple[Path, ...]:
    """Write `x.json` beside every `x.csv` below `folder`; return the CSV files, sorted."""
    tables = tuple(sorted(folder.rglob("*.csv")))
    for path in tables:
        _write_json(path)
    return tables


def _write_json(table: Path) -> None:
    text = json.dumps(read_table(table), ensure_ascii=False, indent=1, allow_nan=False)
    table.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


PACKAGE = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
FIELDS = Path(__file__).with_name("fields.csv")
FOLDERS = {"tables": "Result", "data": "Raw table"}
"""Folders of the site whose CSV files belong to the package, and what they hold."""
LICENCE = {"name": "MIT", "title": "MIT License"}
RAW_LICENCE = {
    "name": "notspecified",
    "title": "Facts quoted from the publications that sources.csv names; no licence of theirs",
}
_WHOLE = re.compile(r"-?(0|[1-9]\d*)")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
KINDS = (("integer", _WHOLE), ("number", NUMBER), ("date", _DATE))


def write_data_package(site: Path, raw: RawData, as_of: str, version: str) -> Path:
    """Write `datapackage.json` for the tables below `site/tables` and `site/data`.

    Parameters
    ----------
    site : Path
    raw : RawData
        Names the publications that the figures come from.
    as_of : str
        ISO date of the report.
    version : str
        Of the package.
    """
    files = [path for folder in FOLDERS for path in sorted((site / folder).rglob("*.csv"))]
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"targets-{as_of}",
        "title": f"Evaluation of targets as known on {as_of}",
        "created": f"{as_of}T00:00:00Z",
        "version": version,
        "licenses": [LICENCE],
        "sources": _sources(raw),
        "resources": [_resource(path, site) for path in files],
    }
    path = site / PACKAGE
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _resource(path: Path, site: Path) -> dict[str, Any]:
    inside = path.relative_to(site).as_posix()
    folder, _, rest = inside.partition("/")
    content = path.read_bytes()
    return {
        "name": re.sub(r"[^a-z0-9._-]+", "-", inside.removesuffix(".csv").lower()),
        "path": inside,
        "type": "table",
        "title": f"{FOLDERS[folder]}: {rest.removesuffix('.csv')}",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
        "licenses": [LICENCE if folder == "tables" else RAW_LICENCE],
        "schema": table_schema(path),
    }


def table_schema(path: Path) -> dict[str, Any]:
    """Return the table schema of a CSV file: name, type and description of each field.

    A type is one that every filled cell fits; a column without one is of type string.
    """
    fields = [_field(path.name, *column) for column in zip(*_columns(path), strict=True)]
    return {"fields": fields, "missingValues": [""]}


def _field(table: str, name: str, cells: Sequence[str]) -> dict[str, Any]:
    filled = [cell for cell in cells if cell]
    field: dict[str, Any] = {"name": name, "type": "string"}
    if filled and all(cell in WORDS for cell in filled):
        field |= {"type": "boolean", "trueValues": list(TRUE), "falseValues": list(FALSE)}
    elif filled:
        kinds = (kind for kind, form in KINDS if all(map(form.fullmatch, filled)))
        field["type"] = next(kinds, "string")
    meant = descriptions()
    if described := meant.get((table, name)) or meant.get(("", name)):
        field["description"] = described
    return field


@cache
def descriptions() -> Mapping[tuple[str, str], str]:
    """Return what a field means in a table, or under "" in every other table that has it."""
    with FIELDS.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        return {(row["table"], row["field"]): row["description"] for row in rows}


def _sources(raw: RawData) -> list[dict[str, str]]:
    """List the publications that figures come from; all where there is no figure."""
    used = set(raw.observations["source_id"]) or set(raw.sources["source_id"])
    listed = []
    for row in raw.sources[raw.sources["source_id"].isin(used)].to_dict("records"):
        url = str(row["url"] or "")
        web = {"path": url} if url.lower().startswith(("http://", "https://")) else {}
        title = row["title_en"] or row["title"]
        named = not str(row["publisher"]).startswith(NOT_SHOWN)
        listed.append({"title": f"{row['publisher']}: {title}" if named else title, **web})
    return listed
