"""The language that a chart speaks while it is laid out and drawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from helpers.wording.language import ENGLISH, Language, language_of

_SPOKEN: ContextVar[Language] = ContextVar("language of the chart", default=ENGLISH)


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """Let charts within speak a language; raises ValueError for a code that is none.

    Tick labels are made while a figure is written, long after its function returned: the language
    has to hold then too, which is why it is no argument of every helper.
    """
    language = language_of(code)
    token = _SPOKEN.set(language)
    try:
        yield language
    finally:
        _SPOKEN.reset(token)


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _SPOKEN.get()


def say(key: str, **values: object) -> str:
    """Return a text of the string table in the language that is spoken."""
    return spoken().say(key, **values)


def number(value: float, decimals: int = 0) -> str:
    """Write a number as the language does, with a true minus."""
    return spoken().number(value, decimals).replace("-", "\N{MINUS SIGN}")
