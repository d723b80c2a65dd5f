"""Words and number forms of what is said of a measure, in three languages."""

from helpers.wording.language import LANGUAGES as ALL
from helpers.wording.language import Language, language_of
from helpers.wording.strings import family

LANGUAGES = tuple(language.code for language in ALL)
MINUS = "\N{MINUS SIGN}"
SPACED = ("partly judged", "not judged")
"""Grades are looked up by their words in the tables."""


def _phrases(language: Language) -> dict[str, str]:
    own = family("measure", language.code)
    grades = {grade: own.pop(grade.replace(" ", "_")) for grade in SPACED}
    states = {f"state_{name}": text for name, text in family("state", language.code).items()}
    marks = {"comma": language.say("list.comma"), "space": language.space}
    return own | grades | states | marks


PHRASES: dict[str, dict[str, str]] = {language.code: _phrases(language) for language in ALL}
"""By language: the part of `helpers.wording.language` that is about measures."""


def number(value: float, decimals: int, language: str) -> str:
    """Write a number by local habit, with a minus sign."""
    return language_of(language).number(value, decimals).replace("-", MINUS)


def amount(value: float, decimals: int, unit: str, language: str) -> str:
    """Write a value with the short form of its unit."""
    return language_of(language).plain_amount(value, decimals, unit).replace("-", MINUS)


def bracketed(words: list[str], language: str) -> str:
    """Put words into brackets; nothing where there are none."""
    own = PHRASES[language]
    return own["in_brackets"].format(words=own["comma"].join(words)) if words else ""
