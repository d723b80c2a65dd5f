"""The cells of a row by what they are: periods, keys of a series, flags, and what stands beside."""

import re
from itertools import pairwise

from helpers.observations.forms.annual import Period, part_of, period_of
from helpers.observations.forms.headers import tidy
from helpers.observations.forms.layouts import Layout
from helpers.observations.forms.naming import Key
from helpers.observations.forms.numerals import is_missing

SHEET = "sheet"
"""Of a key: the sheet or member that a series stands in."""
_A_YEAR = re.compile(r"(19|20)\d\d年?")


class Columns:
    """Cells of a row by what they are.

    Parameters
    ----------
    layout : Layout
    file : str
        With the sheet behind `!`, which tells series of several sheets apart.
    """

    def __init__(self, layout: Layout, file: str) -> None:
        self.layout = layout
        self.needed = [*layout.keys, *layout.labels.values()]
        self.across = [
            (i, period) for i, text in layout.years.items() if (period := period_of(text))
        ]
        self.known: dict[str, Period | None] = {}
        told = {name: text for name, text in layout.facts.items() if name.startswith("dim ")}
        self.fixed = tuple((name[4:], text, text) for name, text in told.items())
        if "unit" not in layout.roles and (unit := layout.facts.get("unit", "")):
            self.fixed += (("unit of the sheet", unit, unit),)
        if sheet := file.partition("!")[2]:
            self.fixed += ((SHEET, sheet, layout.facts.get("title", "") or sheet),)

    def periods(self, row: list[str]) -> list[tuple[int, Period]] | None:
        """Columns of values with their periods; None where the row has no figure of a period."""
        if self.layout.year is None:
            cells = [row[i] for i, _ in self.across if i < len(row) and row[i]]
            wordy = not any(is_missing(cell) or any(map(str.isdigit, cell)) for cell in cells)
            return None if wordy else self.across
        text = row[self.layout.year] if self.layout.year < len(row) else ""
        if text not in self.known:
            self.known[text] = period_of(tidy(text))
        period = self.known[text]
        layout = self.layout
        if period and layout.part is not None:
            own = row[layout.part] if layout.part < len(row) else ""
            period = part_of(period, own, layout.names[layout.part]) if own else period
        if not period:
            return None
        return [
            (i, (part_of(period, name) or period) if (name := layout.parts.get(i)) else period)
            for i in layout.values
        ]

    def header_again(self, row: list[str]) -> str | None:
        """Give the other years of a second header; "" where it repeats the first, None if none."""
        cells = [(row[i], period.year) for i, period in self.across if i < len(row) and row[i]]
        if len(cells) < 2 or not all(map(_A_YEAR.fullmatch, (cell for cell, _ in cells))):
            return None
        years = [int(cell[:4]) for cell, _ in cells]
        if years == [year for _, year in cells]:
            return ""
        steps = {second - first for first, second in pairwise(years)}
        return ", ".join(map(str, years)) if steps in ({1}, {-1}) and len(years) > 2 else None

    def cell(self, row: list[str], role: str) -> str:
        """Give the cell of a role; "" where no column has it."""
        at = self.layout.roles.get(role)
        return row[at] if at is not None and at < len(row) else ""

    def key(self, row: list[str], at: int) -> Key:
        """Name, code and words of each column that tells one series from another."""
        layout, found = self.layout, []
        for i in layout.keys:
            code = tidy(row[i] if i < len(row) else "")
            if i != layout.roles.get("unit") and not any(map(str.isalnum, code)):
                code = ""
            word = layout.labels.get(i)
            label = tidy(row[word]) if word is not None and word < len(row) else code
            if layout.scheme and word is None and ": " in code:
                code, _, label = code.partition(": ")
            unit = "unit" if i == layout.roles.get("unit") else layout.names[i]
            found.append((unit, code, label or code))
        if layout.values[at]:
            name = layout.values[at]
            label, bracket, code = name.rpartition(" [")
            named = (code.rstrip("]"), label) if bracket and name.endswith("]") else (name, name)
            found.append(("series", *named))
        return tuple(found)

    def flagged(self, row: list[str], at: int, text: str) -> tuple[str, str]:
        """Part a cell from its flag, which stands behind the number or in a column of its own."""
        if (own := self.layout.flags.get(at)) is not None and own < len(row):
            return text, row[own]
        if self.layout.scheme == "eurostat" and (parts := text.rsplit(None, 1))[1:]:
            number, flag = parts
            if flag.isalpha() and len(flag) <= 3:
                return number, flag
        return text, self.cell(row, "flag").split(":")[0].strip()
