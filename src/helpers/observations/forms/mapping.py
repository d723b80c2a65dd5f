"""What the names of a file are called in a plan, kept for its next release, and the rows it gives.

A mapping is a JSON file. Beside a file of figures, as `<name>.mapping.json`, it makes that file
readable in a folder of raw tables, whatever its form.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from typing import NamedTuple

from helpers.observations.files import MAPPING
from helpers.observations.forms.annual import FISCAL
from helpers.observations.forms.columns import Name, unit_of
from helpers.observations.forms.layouts import Choices
from helpers.observations.forms.numerals import status_of
from helpers.observations.forms.readings import Readings, read_figures
from helpers.observations.readers import Row, TableFile
from helpers.problems import Problem, TableError, closest


@dataclass(frozen=True)
class Mapping:
    """How a file is read, and what its series and areas are in a plan."""

    choices: Choices = field(default_factory=Choices)
    series: dict[str, str] = field(default_factory=dict)
    areas: dict[str, str] = field(default_factory=dict)
    """`series`, `areas`: indicator by the code of a series in the file, area by the code of an
    area; "" as a code where the file names none."""
    units: dict[str, str] = field(default_factory=dict)
    definitions: dict[str, str] = field(default_factory=dict)
    """`units`, `definitions`: unit and definition by indicator."""
    printed: dict[str, str] = field(default_factory=dict)
    """By indicator the unit as the file gave it, or ""; a release in another one is refused."""
    source: dict[str, str] = field(default_factory=dict)
    """The row of `sources.csv` of the file last read; `source_id` names it."""
    until: int | None = None
    """The last year that is read."""

    def missing(self, series: dict[str, str], areas: dict[str, str]) -> tuple[str, str] | None:
        """Give the first name of the mapping that a file has no more, and what to do about it.

        Parameters
        ----------
        series, areas : dict of str to str
            The names in the file by their codes.
        """
        for what, own, held in (("series", series, self.series), ("areas", areas, self.areas)):
            gone = next((code for code in held if code not in own), None)
            if gone is not None:
                new = [name for code, name in own.items() if code not in held and name]
                hint = closest(gone, new) or (f"; new is {'; '.join(new[:6])}" if new else "")
                mend = f"rename it under {what!r} in the mapping, or take it out"
                return gone, f"the file has no {what} {gone!r} any more{hint}; {mend}"
        return None

    def contradicted(self, series: Sequence[Name]) -> tuple[str, str] | None:
        """Give the unit of the first series that is not what it was, with what it was and is."""
        for name in series:
            own = self.series.get(name.code, "")
            now = unit_of(name.unit, name.name)
            if own in self.printed and now != self.printed[own]:
                was, now = (text or "no unit" for text in (self.printed[own], now))
                return (
                    now,
                    f"{own} was in {was}, the file has it in {now}; import it without a mapping",
                )
        return None

    def text(self) -> str:
        """Give the mapping as JSON, in lines that can be edited."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1) + "\n"


def read_mapping(content: bytes, file: str) -> Mapping:
    """Read a mapping.

    Raises
    ------
    helpers.problems.TableError
        For what is no mapping, with what is wrong in it.
    """
    try:
        given = json.loads(content.decode("utf-8-sig"))
        known = {part.name for part in fields(Mapping)}
        if not isinstance(given, dict) or not set(given) <= known:
            raise ValueError(f"it may hold {', '.join(sorted(known))} and nothing else")
        made = Mapping(**{name: part for name, part in given.items() if name != "choices"})
        for name in ("series", "areas", "units", "printed", "definitions", "source"):
            part = getattr(made, name)
            if not isinstance(part, dict) or not all(isinstance(v, str) for v in part.values()):
                raise ValueError(f"{name} must hold a text for each name")
        chosen = given.get("choices", {})
        lists = {name: tuple(chosen.get(name, ())) for name in ("series_column", "value_column")}
        return replace(made, choices=Choices(**{**chosen, **lists}))
    except (ValueError, TypeError, AttributeError) as error:
        message = f"no mapping ({error}); mend it, or have it written anew with --mapping"
        raise TableError([Problem(file, 1, "file", "mapping", message)]) from None


def parse_mapped(content: bytes, file: str, mapping: bytes) -> TableFile:
    """Read a file of another form as rows of observations, each with the file's own row.

    Parameters
    ----------
    content : bytes
    file : str
        The name under which problems are reported.
    mapping : bytes
        The JSON beside it.
    """
    checksum = hashlib.sha256(content + mapping).hexdigest()
    try:
        known = read_mapping(mapping, file + MAPPING)
        readings = read_figures(content, file, known.choices)
        prints = prints_of(readings, known)
        rows = tuple(Row(file, found.line, found.cells) for found in prints)
        names = [
            {name.code: name.name for name in part} for part in (readings.series, readings.areas)
        ]
        told = known.missing(*names) or known.contradicted(readings.series)
        if told:
            raise TableError([Problem(file + MAPPING, 1, "mapping", *told)])
    except TableError as error:
        return TableFile(file, problems=error.problems, checksum=checksum)
    if not rows:
        message = "the mapping names no series and area of the file; have it written anew"
        problem = Problem(file + MAPPING, 1, "file", "mapping", message)
        return TableFile(file, problems=(problem,), checksum=checksum)
    return TableFile(file, rows, checksum=checksum, usable=True)


class Print(NamedTuple):
    """One figure as a row of observations, with its place in the file that it is read from."""

    cells: dict[str, str]
    line: int
    column: str


def prints_of(readings: Readings, mapping: Mapping) -> Iterator[Print]:
    """Give the figures that a mapping names as rows of observations.

    A figure without a flag is final; what is made of several figures of a year is derived.
    """
    series = [mapping.series.get(name.code, "") for name in readings.series]
    areas = [mapping.areas.get(name.code, "") for name in readings.areas]
    derived = any(note.startswith("the figure of a year is") for note in readings.notes)
    derived = derived and mapping.choices.annual != "last"
    scheme = readings.layouts[0].scheme
    for row in readings.frame.itertuples(index=False):
        indicator, area = series[row.series], areas[row.area]
        if not indicator or not area or (mapping.until is not None and row.year > mapping.until):
            continue
        meaning = status_of(scheme, row.flag)[1] if row.flag else ""
        notes = (
            f"{FISCAL} {row.fiscal}" if row.fiscal else "",
            f"flag {row.flag}: {meaning}" if meaning and meaning != "normal" else "",
        )
        cells = {
            "indicator": indicator,
            "area": area,
            "year": str(row.year),
            "months": "12",
            "value": row.text,
            "unit": mapping.units.get(indicator, ""),
            "definition": mapping.definitions.get(indicator, ""),
            "status": row.status or "final",
            "qualifier": "derived" if derived else "exact",
            "source_id": mapping.source.get("source_id", ""),
            "note": "; ".join(filter(None, notes)),
            "first_release": "",
            "confirmed": "",
        }
        yield Print(cells, row.line, row.column)
