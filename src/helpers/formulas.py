"""Texts that a spreadsheet would run as a formula when it opens a CSV file."""

import re

_BEGINNING = re.compile(r"'*(?:[\t\r\n]|\s*[=+\-@＝＋－＠])")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def runs_as_formula(text: str) -> bool:
    """Say whether a cell of text begins like a formula and is no plain number.

    That is one of = + - @, also in full width, after any blanks, or a tab or line break; a cell
    that begins with apostrophes followed by these counts too, so that marking is reversible.
    The characters are those of the OWASP page on CSV injection.
    """
    return bool(_BEGINNING.match(text)) and not _NUMBER.fullmatch(text)
