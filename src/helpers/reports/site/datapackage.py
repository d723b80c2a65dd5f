"""The tables of a report as a data package: what each file holds, in a form that programs read.

Frictionless Data Package 2.0 (datapackage.org): one descriptor, resources with a table schema.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from helpers.observations.raw_data import RawData

FILE = "datapackage.json"
NOT_SHOWN = "not shown"
"""How the raw tables begin the publisher of a text that names none."""
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
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?")
_DATE = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
KINDS = (("integer", _WHOLE), ("number", _NUMBER), ("date", _DATE))
TRUE, FALSE = ("True", "true"), ("False", "false")


def write_data_package(
    site: Path, raw: RawData, as_of: str, words: Mapping[str, str] | None = None, version: str = ""
) -> Path:
    """Write `datapackage.json` for the tables below `site/tables` and `site/data`.

    Parameters
    ----------
    site : Path
    raw : RawData
        Names the publications that the figures come from.
    as_of : str
        ISO date of the report.
    words : mapping, optional
        What a table holds, by its path below the site or the name of its file.
    version : str
        Of the package.
    """
    words = words or {}
    files = [path for folder in FOLDERS for path in sorted((site / folder).rglob("*.csv"))]
    package: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"targets-{as_of}",
        "title": f"Evaluation of targets as known on {as_of}",
        "created": f"{as_of}T00:00:00Z",
        **({"version": version} if version else {}),
        "licenses": [LICENCE],
        "sources": _sources(raw, site),
        "resources": [_resource(path, site, words) for path in files],
    }
    path = site / FILE
    path.write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return path


def _resource(path: Path, site: Path, words: Mapping[str, str]) -> dict[str, Any]:
    inside = path.relative_to(site).as_posix()
    folder, _, rest = inside.partition("/")
    content = path.read_bytes()
    told = words.get(inside) or words.get(path.name) or words.get(Path(inside).parent.name)
    resource = {
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
    return {**resource, "description": told} if told else resource


def table_schema(path: Path) -> dict[str, Any]:
    """Return the table schema of a CSV file: name, type and description of each field.

    A type is one that every filled cell fits; a column without one is of type string.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = [row for row in csv.reader(file) if row] or [[]]
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    fields = [_field(name, cells) for name, cells in zip(header, columns, strict=True)]
    return {"fields": fields, "missingValues": [""]}


def _field(name: str, cells: Sequence[str]) -> dict[str, Any]:
    filled = [cell for cell in cells if cell]
    field: dict[str, Any] = {"name": name, "type": "string"}
    if filled and all(cell in (*TRUE, *FALSE) for cell in filled):
        field |= {"type": "boolean", "trueValues": list(TRUE), "falseValues": list(FALSE)}
    elif filled:
        kinds = (kind for kind, form in KINDS if all(map(form.fullmatch, filled)))
        field["type"] = next(kinds, "string")
    if described := descriptions().get(name):
        field["description"] = described
    return field


@cache
def descriptions() -> Mapping[str, str]:
    """Return what each field of the tables means."""
    with FIELDS.open(encoding="utf-8", newline="") as file:
        return {row["field"]: row["description"] for row in csv.DictReader(file)}


def _sources(raw: RawData, site: Path) -> list[dict[str, str]]:
    """List the publications whose codes stand in the tables that go along."""
    used = set()
    for path in (site / "data" / "observations").rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            used |= {row.get("source_id", "") for row in csv.DictReader(file)}
    listed = []
    for row in raw.sources.to_dict("records"):
        if row["source_id"] in used or not used:
            url = str(row["url"] or "")
            web = {"path": url} if url.lower().startswith(("http://", "https://")) else {}
            title = row["title_en"] or row["title"]
            named = not str(row["publisher"]).startswith(NOT_SHOWN)
            listed.append({"title": f"{row['publisher']}: {title}" if named else title, **web})
    return listed
