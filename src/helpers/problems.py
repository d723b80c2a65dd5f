"""Problems found in data given by people: one line each, all of them at once."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

_SHOWN = 60


def shown(value: object) -> str:
    """Give a cell as one short printable line: control characters escaped, long text cut."""
    text = str(value)
    return escaped(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def escaped(text: str) -> str:
    """Give a text as one printable line: control characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def closest(word: str, allowed: Iterable[str]) -> str:
    """Name the allowed word nearest to a misspelt one: ``", did you mean 'gdp'?"`` or ``""``."""
    if len(word) > _SHOWN:
        return ""
    choices = list(allowed)
    simple = word.strip().lower().replace(" ", "_").replace("-", "_")
    near = difflib.get_close_matches(simple, choices, n=1, cutoff=0.6)
    return f", did you mean {near[0]!r}?" if near else ""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a table, where it stands, and how to mend it.

    Parameters
    ----------
    file : str
        Path of the file, relative to the folder that was read.
    line : int
        Line of the file on which the row starts; the header is line 1.
    column : str
        Name of the column; ``header``, ``row`` or ``file`` when no single cell is at fault.
    value : str
        The offending cell as read.
    message : str
        What is wrong and what would be right.
    """

    file: str
    line: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        """Give the problem as ``file:line: column: value: message``, always one line."""
        place = f"{escaped(self.file)}:{self.line}: {shown(self.column)}"
        return f"{place}: {shown(self.value)}: {self.message}"


class InputError(Exception):
    """Input that cannot be used; the message says what is wrong and what would be right."""


class TableError(InputError):
    """Tables that cannot be used; ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Join the problems, one line each."""
        return "\n".join(str(problem) for problem in self.problems)


class RawDataError(TableError):
    """Raw tables that cannot be used."""


_BEGINNING = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def runs_as_formula(text: str) -> bool:
    """Say whether a cell of text begins like a formula and is no plain number.

    That is one of = + - @, also in full width, after any blanks, or a tab or line break; a cell
    that begins with apostrophes followed by these counts too, so that marking is reversible.
    The characters are those of the OWASP page on CSV injection.
    """
    return bool(_BEGINNING.match(text)) and not _NUMBER.fullmatch(text)
