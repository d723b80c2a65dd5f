"""Tables in HTML, which many offices hand out as .xls, and in JSON, as grids of cells."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from math import prod
from typing import Any

import numpy as np

from helpers.observations.forms.annual import period_of
from helpers.observations.forms.columns import names_of
from helpers.observations.forms.numerals import Typed
from helpers.observations.forms.workbooks import INSTEAD, Grid, set_in
from helpers.observations.readers import Refused

JSON_STAT = "JSON-stat"
_UNSEEN = ("script", "style", "del", "s", "strike", "noscript", "template")
_TITLES = ("caption", "h1", "h2", "h3", "h4", "h5", "h6")
_BREAKS = ("br", "p", "div", "li")
_A_UNIT = re.compile(r"[(（\[]?\s*(?:单\s*位|單\s*位|units?)\s*[:：]", re.IGNORECASE)
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹", ", ")
"""What is raised stays so: the mark of a footnote is no digit of the number before it."""
_WIDEST = 1_000
"""Columns or rows that a cell may reach over."""


def grids_of_html(text: str) -> list[Grid]:
    """Take the tables out of a page; what stands within a cell of layout is a table of its own."""
    page = _Page()
    page.feed(text)
    page.close()
    while page.open:
        page.leave()
    if not page.found:
        raise Refused("file", f"it is a web page without a table; {INSTEAD}")
    for number, grid in enumerate(page.found, start=1):
        grid.name = f"table {number}" if len(page.found) > 1 else ""
    return page.found


class _Page(HTMLParser):
    """Tables of a page as they are closed, each with the titles and units right above it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Grid] = []
        self.open: list[Grid] = []
        self.texts: list[list[str] | None] = []
        """Of each open table the parts of its open cell; None between cells."""
        self.spans: list[tuple[int, int]] = []
        self.unseen: list[str] = []
        self.lines: list[str] = []
        self.title: list[str] | None = None
        self.mark: int | None = None
        """Where in a cell raised text begins: a mark that must not join the digits before it."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: text or "" for name, text in attrs}
        hidden = re.search(r"display\s*:\s*none", told.get("style", "")) and tag in ("span", "sup")
        if self.unseen or tag in _UNSEEN or hidden:
            self.unseen += [tag] * (not self.unseen or tag == self.unseen[0])
        elif tag == "table":
            self.open.append(Grid())
            self.open[-1].head(self.lines[-4:])
            self.texts.append(None)
            self.spans.append((1, 1))
            self.lines = []
        elif tag in _TITLES:
            self.title = []
        elif self.open and tag in ("tr", "td", "th"):
            self._end_cell()
            grid = self.open[-1]
            if tag == "tr":
                grid.row, grid.column = grid.row + 1, 0
            else:
                self.texts[-1] = []
                self.spans[-1] = _reach(told.get("colspan", "")), _reach(told.get("rowspan", ""))
        elif self.open and self.texts[-1] is not None:
            self.texts[-1].append(" " * (tag in _BREAKS))
            if tag == "sup":
                self.mark = len(self.texts[-1])

    def handle_endtag(self, tag: str) -> None:
        if self.unseen:
            self.unseen = self.unseen[1:] if tag == self.unseen[0] else self.unseen
        elif self.open and tag == "table":
            self.leave()
        elif tag in _TITLES and self.title is not None:
            title, self.title = " ".join("".join(self.title).split()), None
            if tag == "caption" and self.open:
                self.open[-1].head([title] * bool(title))
            elif title:
                self.lines.append(title)
        elif self.open and tag in ("td", "th", "tr"):
            self._end_cell()
        elif tag == "sup" and self.mark is not None and self.open and self.texts[-1]:
            raised = "".join(self.texts[-1][self.mark :]).strip().translate(_RAISED)
            before = "".join(self.texts[-1][: self.mark]).rstrip()
            lettered = raised.isascii() and raised.isalpha() and before[-1:].isdigit()
            self.texts[-1] = [before, f"({raised})" if lettered else raised]
            self.mark = None

    def handle_data(self, data: str) -> None:
        if self.unseen:
            return
        if self.title is not None:
            self.title.append(data)
        elif self.open and self.texts[-1] is not None:
            self.texts[-1].append(data)
        if _A_UNIT.match(data.strip()):
            self.lines.append(" ".join(data.split()))

    def leave(self) -> None:
        """Close the innermost table; what has no two rows and columns is none."""
        self._end_cell()
        grid, self.lines = self.open.pop(), []
        self.texts.pop()
        self.spans.pop()
        rows, columns = ({place[i] for place in grid.cells if place[0] > 0} for i in (0, 1))
        if len(rows) > 1 and len(columns) > 1:
            self.found.append(grid)

    def _end_cell(self) -> None:
        parts = self.texts[-1]
        if parts is not None:
            text, grid = "".join(parts).strip("\r\n\t "), self.open[-1]
            row, column = grid.put(" ".join(text.split()), *self.spans[-1])
            if column == 1 and (indent := set_in([text])):
                grid.indents[row] = indent
        self.texts[-1], self.mark = None, None


def _reach(text: str) -> int:
    return min(max(1, int(text)), _WIDEST) if text.strip().isdecimal() else 1


def grid_of_json(text: str) -> Grid:
    """Take the records out of a document: those that have years, wherever they stand in it.

    Raises
    ------
    helpers.observations.readers.Refused
        For a document without records of years, and for what is only a page of several.
    """
    reading: dict[str, Any] = {
        "parse_float": Typed,
        "parse_int": Typed,
        "parse_constant": lambda _: "",
    }
    try:
        document = json.loads(text, **reading)
    except RecursionError:
        raise Refused("JSON", f"it is nested too deeply; {INSTEAD}") from None
    except ValueError as error:
        try:
            document = [json.loads(line, **reading) for line in text.splitlines() if line.strip()]
        except ValueError:
            message = f"no JSON ({error}); download it again"
            raise Refused("JSON", message) from None
    if isinstance(document, dict):
        if "dataSets" in document or "dataSets" in (document.get("data") or ()):
            message = "it is SDMX-JSON; ask for SDMX-CSV (Accept: application/vnd.sdmx.data+csv)"
            raise Refused("JSON", message)
        if "dataset" in document and isinstance(document["dataset"], dict):
            document = document["dataset"]
        if {"dimension", "value"} <= document.keys():
            return _of_json_stat(document)
    return _of_records(document)


def _of_json_stat(given: Mapping[str, Any]) -> Grid:
    """Write the cells of a cube one a row: their dimensions, value, status."""
    dimensions = given["dimension"]
    try:
        ids = given.get("id") or dimensions["id"]
        sizes = [int(size) for size in given.get("size") or dimensions["size"]]
        roles = given.get("role") or dimensions.get("role") or {}
        told = [_categories(dimensions[name]) for name in ids]
        values = _by_place(given["value"])
        status = given.get("status") or {}
        status = dict.fromkeys(values, status) if isinstance(status, str) else _by_place(status)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refused(JSON_STAT, f"it is damaged ({error}); download it again") from None
    if [len(one) for one in told] != sizes or max(values, default=0) >= prod(sizes):
        message = f"its sizes are {sizes}, and other numbers of names or values are in it"
        raise Refused(JSON_STAT, f"{message}; download it again")
    names, units = [], None
    for number, name in enumerate(ids):
        words = str(dimensions[name].get("label") or name)
        names.append(
            "TIME" if name in roles.get("time", ()) or name.lower() == "time"
            else "geo" if name in roles.get("geo", ()) or name.lower() == "geo"
            else "unit" if name.lower() == "unit" else words
        )  # fmt: skip
        by_code = (dimensions[name].get("category") or {}).get("unit")
        units = (number, by_code) if isinstance(by_code, dict) and by_code else units
    if "TIME" not in names:
        raise Refused(JSON_STAT, f"no dimension is said to be the time; {INSTEAD}")
    rows = []
    for at, value in values.items():
        if value is None:
            continue
        places = [int(place) for place in np.unravel_index(at, sizes)]
        row = []
        for name, own, place in zip(names, told, places, strict=True):
            code, label = own[place]
            years = code if period_of(code) else label
            row.append(years if name == "TIME" else f"{code}: {label}" if label else code)
        unit = units and units[1].get(told[units[0]][places[units[0]]][0])
        base = unit.get("base") or unit.get("label") or "" if isinstance(unit, dict) else ""
        rows.append([*row, value, status.get(at) or "", *([base] if units else [])])
    head = [["Title", str(given.get("label") or "")], ["Source", str(given.get("source") or "")],
            ["Last updated", str(given.get("updated") or "")[:10]]]  # fmt: skip
    names += ["OBS_VALUE", "OBS_STATUS", *(["unit"] if units else [])]
    return _of_rows([row for row in head if row[1]], names, rows, (JSON_STAT,))


def _categories(dimension: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Give code and label of each place of a dimension."""
    known = dimension["category"]
    labels = known.get("label") or {}
    index = known.get("index") or list(labels)
    codes = sorted(index, key=lambda code: int(index[code])) if isinstance(index, dict) else index
    return [(str(code), str(labels.get(code) or "")) for code in codes]


def _by_place(given: Any) -> dict[int, Any]:
    return dict(enumerate(given)) if isinstance(given, list) else {int(i): given[i] for i in given}


def _of_records(document: Any) -> Grid:
    """Take the longest list of records with years; of several alike their names stand beside."""
    if (
        isinstance(document, list)
        and all(isinstance(row, list) for row in document)
        and len({len(row) for row in document}) == 1
        and all(isinstance(name, str) for name in document[0])
    ):
        document = [dict(zip(document[0], row, strict=True)) for row in document[1:]]
    groups: dict[tuple, list[tuple[tuple[str, ...], dict[str, str], list]]] = {}
    for path, about, records in _lists(document):
        made = [_flat(record) for record in records]
        if _of_years(made):
            kind = len(path), path[-1:] if not path[-1:] or not path[-1].isdecimal() else ()
            groups.setdefault(kind, []).append((path, about, made))
    if not groups:
        message = "JSON without a list of records that have a year each, or years as names"
        raise Refused("JSON", f"{message}; {INSTEAD}")
    largest = max(groups.values(), key=lambda group: sum(len(made) for *_, made in group))
    rows = [record for *_, made in largest for record in made]
    if len(largest) > 1:
        places = {path[-2] for path, *_ in largest if len(path) > 1 and not path[-2].isdecimal()}
        told = {name.casefold() for _, about, _ in largest for name in about}
        named = ["country" if told & names_of("area_code") else "name"] * (len(places) > 1)
        rows = [
            {**dict.fromkeys(named, path[-2]), **about, **record}
            for path, about, made in largest for record in made
        ]  # fmt: skip
    names = list(dict.fromkeys(name for row in rows for name in row))
    others = [".".join(path) for group in groups.values() if group is not largest
              for path, *_ in group]  # fmt: skip
    notes = _pages(document)
    notes += (f"other lists of the document are not read: {', '.join(others[:5])}",) * bool(others)
    cells = [[row.get(name, "") for name in names] for row in rows]
    return _of_rows([], names, cells, notes)


def _lists(node: Any, path: tuple[str, ...] = (), about: Any = None) -> Iterator[tuple]:
    """Give every list of objects, or lists side by side, with the way to it and what is beside."""
    if isinstance(node, list):
        if node and all(isinstance(one, dict) for one in node):
            yield path, about or {}, node
        for number, one in enumerate(node):
            yield from _lists(one, (*path, str(number)), about)
    elif isinstance(node, dict):
        own = {name: _plain(one) for name, one in node.items() if not isinstance(one, dict | list)}
        columns = {name: one for name, one in node.items() if isinstance(one, list)}
        if len({len(one) for one in columns.values()}) == 1 < len(columns):
            rows = zip(*columns.values(), strict=True)
            yield path, own, [dict(zip(columns, row, strict=True)) for row in rows]
        for name, one in node.items():
            yield from _lists(one, (*path, name), own)


def _flat(record: Mapping[str, Any]) -> dict[str, str]:
    """Write a record in one row: what is named by code and word becomes two columns."""
    made: dict[str, str] = {}
    for name, one in record.items():
        if isinstance(one, dict) and one.keys() <= {"id", "code", "key", "value", "name", "label"}:
            words = [k for k in ("value", "name", "label") if k in one]
            codes = [k for k in ("id", "code", "key") if k in one]
            made |= {name: _plain(one[words[0]])} if words else {}
            made |= {f"{name} code" if words else name: _plain(one[codes[0]])} if codes else {}
        elif isinstance(one, dict):
            taken = {*record, *made}
            made |= {f"{name}.{k}" if k in taken else k: _plain(v) for k, v in one.items()}
        else:
            made[name] = _plain(one)
    if "seriesDescription" in made:  # as the UN's SDG database calls them
        new = {"series": "SeriesCode", "timePeriodStart": "TimePeriod"}
        made = {new.get(name, name): text for name, text in made.items()}
    return made


def _plain(one: Any) -> str:
    if isinstance(one, list):
        return "; ".join(part for part in map(_plain, one) if part)
    return one if isinstance(one, str) else "" if one is None or isinstance(one, dict) else str(one)


def _of_years(records: Sequence[Mapping[str, str]]) -> bool:
    """Say whether records have a year each, below a name of years, or years as names."""
    names = {name for record in records for name in record}
    down = [name for name in names if name.casefold() in names_of("year")]
    cells = [[text for record in records if (text := record.get(name))] for name in down]
    return any(own and all(map(period_of, own)) for own in cells) or (
        sum(period_of(name) is not None for name in names) > 1
    )


def _pages(document: Any) -> tuple[str, ...]:
    """Say that a document is one page of several."""
    head = document[0] if isinstance(document, list) and document else document
    told = {name.casefold(): one for name, one in head.items()} if isinstance(head, dict) else {}
    pages = str(told.get("pages") or told.get("totalpages") or "")
    if not pages.isdecimal() or int(pages) < 2:
        return ()
    page = told.get("page") or told.get("pagenumber") or 1
    return (f"page {page} of {pages}: ask for more rows a page, or import each page",)


def _of_rows(
    above: Sequence[Sequence[str]],
    names: Sequence[str],
    rows: Sequence[Sequence[Any]],
    notes: tuple[str, ...],
) -> Grid:
    """Lay records out: they are counted from 1, their names and what is said of them before."""
    lines = [*above, names]
    placed = [*((i - len(lines) + 1, line) for i, line in enumerate(lines)), *enumerate(rows, 1)]
    cells = {(i, j): text for i, line in placed for j, text in enumerate(line, 1) if text}
    return Grid("", cells, [], notes)
