"""Problems found in data given by people: one line each, all of them at once."""

import difflib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

_SHOWN = 60
_FEW = 12
_MOST_LINES = 50
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def shown(value: object) -> str:
    """Give a cell as one short printable line: control characters escaped, long text cut."""
    text = str(value)
    return escaped(text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "...")


def escaped(text: str) -> str:
    """Give a text as one printable line: control characters escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def closest(word: str, allowed: Iterable[str]) -> str:
    """Name the allowed word nearest to a misspelt one: ``", did you mean 'gdp'?"`` or ``""``."""
    near = _nearest(word, allowed)
    return f", did you mean {near!r}?" if near else ""


def _nearest(word: str, allowed: Iterable[str]) -> str:
    """Find the allowed word nearest to a misspelt one; "" where none is near."""
    if len(word) > _SHOWN:
        return ""
    words, asked = {_simple(one): one for one in allowed}, _simple(word)
    near = difflib.get_close_matches(asked, words, n=3, cutoff=0.6)
    # Of names that differ in a digit all are as near; letters that were swapped tell which it is.
    return words[min(near, key=lambda one: _letters_apart(one, asked))] if near else ""


def _letters_apart(one: str, other: str) -> int:
    """Count the letters that one of two words has and the other has not."""
    ours, theirs = Counter(one), Counter(other)
    return (ours - theirs).total() + (theirs - ours).total()


def _simple(word: str) -> str:
    """Write a word as identifiers are written."""
    return word.strip().lower().replace(" ", "_").replace("-", "_")


def find(name: str, known: Iterable[str], what: str, table: str = "") -> str:
    """Return a name that is known, and refuse any other in one sentence.

    Parameters
    ----------
    name : str
    known : iterable of str
        Asked again for every name: give a set or mapping where many are looked up.
    what : str
        What is named, in the words of whoever named it, such as `area` or `--target`.
    table : str
        Where the known names stand, such as `areas.csv`; empty for a closed list.

    Raises
    ------
    InputError
        ``area: 'shenzen' is not in areas.csv; did you mean 'shenzhen'?``
    """
    known = known if isinstance(known, Mapping | Set) else tuple(known)
    if name in known:
        return name
    raise InputError(refusal(name, known, what, table))


def find_all(names: Iterable[str], known: Iterable[str], what: str, table: str = "") -> list[str]:
    """Return names that are all known, and refuse the others in one sentence each."""
    known, asked = dict.fromkeys(known), list(names)
    refused = [refusal(name, known, what, table) for name in asked if name not in known]
    if refused:
        raise InputError("\n".join(dict.fromkeys(refused)))
    return asked


def refusal(name: object, known: Iterable[str], what: str, table: str = "") -> str:
    """Say that a name is not known and which was meant: what `find` refuses with."""
    known = list(map(str, known))
    near = _nearest(str(name), known)
    few = len(known) <= _FEW or not near
    place = f"not in {table}" if table else f"none of {', '.join(known)}" if few else "unknown"
    hint = f"; did you mean {near!r}?" if near else ""
    if table and not near and 0 < len(known) <= _FEW:
        hint = f"; choose from {', '.join(known)}"
    return f"{what}: '{shown(name)}' is {place}{hint}"


def iso_day(value: object, what: str = "as_of") -> date:
    """Read a day that somebody wrote, in the one form that cannot be read in two ways.

    Parameters
    ----------
    value : date or str
        A text is YYYY-MM-DD: what else looks like a date may have day and month the other way
        round.
    what : str
        What the day is, in the words of whoever named it.

    Raises
    ------
    InputError
        ``as_of: '05.12.2021' is no day; write year, month and day like 2021-02-25``
    """
    if isinstance(value, date):
        return value
    if isinstance(value, str) and _DAY.fullmatch(value):
        with suppress(ValueError):
            return date.fromisoformat(value)
        raise InputError(f"{what}: '{value}' is no day of the calendar; correct month or day")
    message = "is no day; write year, month and day like 2021-02-25"
    raise InputError(f"{what}: '{shown(value)}' {message}")


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
        # Blanks at an end are the fault that nobody sees.
        value = shown(self.value) if self.value == self.value.strip() else repr(shown(self.value))
        return f"{place}: {value}: {self.message}"


class InputError(Exception):
    """Input that cannot be used; the message says what is wrong and what would be right."""

    def _render_traceback_(self) -> list[str]:
        """Have a notebook show the message alone: where it was raised mends nothing."""
        return [f"{type(self).__name__}: {self}"]


class TableError(InputError):
    """Tables that cannot be used; ``problems`` holds every reason."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        """Join the problems, one line each, and count by kind what comes after the first fifty."""
        lines = [str(problem) for problem in self.problems[:_MOST_LINES]]
        return "\n".join([*lines, *_counted_kinds(self.problems[_MOST_LINES:])])


def _counted_kinds(problems: Sequence[Problem]) -> list[str]:
    """Count problems by column and by what is wrong, the most frequent first."""
    if not problems:
        return []
    # What stands behind the first mark is the mend, or differs from cell to cell.
    kinds = Counter((p.column, re.split(r"[;,:(]|\d", p.message)[0].strip()) for p in problems)
    lines = [f"  {count:,} x {shown(c)}: {what}" for (c, what), count in kinds.most_common(_FEW)]
    rest = sum(kinds.values()) - sum(count for _, count in kinds.most_common(_FEW))
    others = [f"  {rest:,} of other kinds"] if rest else []
    return [f"and {len(problems):,} more problems:", *lines, *others]


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
