"""English that a notebook printed, in another language: by phrases with places, and by names.

Notebooks are written and run in English. What they say is put into another language when a page is
made of them: every sentence is looked up among phrases such as "{who} had {n} of {m} calls right",
whose places are filled with what stands there, itself put into the language.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.statements import target_names
from helpers.vocabulary import CODES, OPERATORS
from helpers.wording.language import ENGLISH, LANGUAGES, Language, language_of, read_strings

FOLDER = Path(__file__).with_name("translations")
_PLACE = re.compile(r"\{(\w+)(\*10)?\}")
_NUMBER = re.compile(r"[<>≈±]?\s?[-+−]?\d[\d,]*(\.\d+|/\d\d)?(e[-+−]?\d+)?(\s?%)?")
_DATE = re.compile(r"\d{4}(/\d\d|(-\d\d){0,2})")
_COUNTED, _DATED = re.compile(r"[nm]\d*|number|year|base|count"), re.compile(r"d\d*")
"""Names of places in which only a number stands, or only a date."""
_SINGLE = re.compile(r"[^;]+")
"""What stands in a place for a value: one of a list, never the list."""
_LATIN = re.compile(r"[A-Za-zÀ-ÿ]")
_WORD = re.compile(r"(?<![\w./`-])[a-z]{3,}(?![\w/`-])")
_HAN = re.compile(r"[\u3400-\u9fff\u3040-\u30ff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")
_SIGN = re.compile(r"[A-Z][A-Z0-9&]{0,7}|`[^`]*`|[\w.*/-]+\.(csv|ipynb|json|html)|https?://\S+")
"""What stands in every language as it is: an abbreviation, code, a file, an address."""
_SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[^\sa-z%=<>≥≤])")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_STOPS = {".": "。", "?": "？", "!": "！", ":": "："}
_BOUNDS = ((": ", "：", "："), ("; ", "；", "、"), (" · ", " · ", " · "),
    (" → ", " → ", " → "),
)  # fmt: skip
"""Between parts of a text, in English, Chinese and Japanese."""
_COMMA, _STOP = ", ", ". "
_HEAD = re.compile(r"(\*\*[^*]+\*\*) (.+)")
_BRACKET = re.compile(r" \([^()]*\)$")
_STRONG = 8
"""Letters of its own from which on a phrase is hardly met by chance."""
_DEEPEST = 14
_PATIENCE = 200_000
"""Letters of parts of a text that are tried before it is given up: long lists have no end."""
_OWN_BOUNDS = 3
"""Of one kind in a name or clause that is divided by the same sign."""
FAMILIES = (
    "state", "unit", "plain_unit", "comparison", "statistic", "plain_statistic", "probability",
    "equation", "likelihood", "status", "qualifier", "grade", "grade_words", "reason", "judged",
    "signed", "revision", "measure", "chart", "chart_choice", "chart_level", "question",
)  # fmt: skip
"""Strings that notebooks print; other strings are those of pages."""


def is_chinese(text: str) -> bool:
    """Whether an English notebook quotes Chinese here: Han characters without kana or Hangul."""
    return bool(_HAN.search(text)) and not _KANA.search(text)


def _typed(name: str) -> re.Pattern[str] | None:
    """Return the form of what stands in a place of a name; None where anything may."""
    if name == "value":
        return _SINGLE
    return _NUMBER if _COUNTED.fullmatch(name) else _DATE if _DATED.fullmatch(name) else None


@dataclass(frozen=True)
class Phrase:
    """A text with places, split at them, and what is written for it."""

    literals: tuple[str, ...]
    places: tuple[str, ...]
    written: str

    @classmethod
    def of(cls, english: str, written: str) -> Phrase:
        """Split a text."""
        pieces = _PLACE.split(english)
        return cls(tuple(pieces[::3]), tuple(pieces[1::3]), written)

    @cached_property
    def letters(self) -> int:
        """How many letters of its own it has."""
        return sum(len(_LATIN.findall(literal)) for literal in self.literals)

    @cached_property
    def words(self) -> frozenset[str]:
        """Words that a text has if it is this phrase: those that no place touches."""
        return frozenset(_WORD.findall("`".join(self.literals)))

    @cached_property
    def form(self) -> re.Pattern[str]:
        """What it may look like; few are ever asked."""
        return _form_of(self.literals, self.places)


@cache  # the same in every language
def _form_of(literals: tuple[str, ...], places: tuple[str, ...]) -> re.Pattern[str]:
    empty = "" in literals[1:-1]
    form = re.escape(literals[0])
    for place, literal in zip(places, literals[1:], strict=True):
        typed = _typed(place)
        form += f"(?:{typed.pattern})" if typed else ".*?" if empty else ".+?"
        form += "?" * (empty and typed is not None) + re.escape(literal)
    return re.compile(form, re.DOTALL)


class Translation:
    """Puts English texts into a language.

    Parameters
    ----------
    language : Language
    names : mapping
        What names and words of the data are called in the language, by their English or their
        identifier.
    units : iterable of str
        Of the data, which have no words in the language: amounts are written as they are.
    """

    def __init__(
        self, language: Language, names: Mapping[str, str] | None = None, units: Iterable[str] = ()
    ):
        self.language = language
        self._exact: dict[str, str] = {}
        phrases = []
        names = {**(names or {}), **{unit: unit for unit in units}}
        amounts = [(f"{{number}} {unit}",) * 2 for unit in units]
        for english, written in [*_rows(language.code), *amounts, *names.items()]:
            if _PLACE.search(english) and english not in names:
                if english[-1] in _STOPS and written[-1] == _STOPS[english[-1]]:
                    english, written = english[:-1], written[:-1]
                phrases.append(Phrase.of(english, written))
            else:
                self._exact.setdefault(english, written)
        phrases.sort(key=lambda one: (-one.letters, -sum(map(len, one.literals))))
        self._phrases = {
            strong: [one for one in phrases if (one.letters >= _STRONG) == strong]
            for strong in (True, False)
        }
        self._begun: dict[tuple[bool, str], list[Phrase]] = {}
        self._ended: dict[tuple[bool, str, str], list[Phrase]] = {}
        self._held: dict[str, str | None] = {}
        self._tried = 0
        self._words = {
            word
            for texts in (self._exact, *(phrase.literals for phrase in phrases))
            for text in texts
            for word in _WORD.findall(text.lower())
        }

    def of(self, text: str, depth: int = 0) -> str | None:
        """Return a text in the language; None if a part of it has no translation."""
        if text not in self._held:
            self._tried = self._tried + len(text) if depth else 0
            if depth > _DEEPEST or self._tried > _PATIENCE:
                return None
            self._held[text] = None  # no text is part of its own translation
            told = self._held[text] = self._written(text, depth + 1)
            if told is None and depth and self._tried > _PATIENCE:
                # Given up with the text that it is a part of: by itself it may well be told.
                del self._held[text]
                return None
        return self._held[text]

    @staticmethod
    def sentences_of(text: str) -> list[str]:
        """Split a text into its sentences."""
        return _SENTENCE.split(text)

    def _written(self, text: str, depth: int) -> str | None:
        bare = text.strip()
        forms = (text, bare, bare[:1].lower() + bare[1:], bare[:1].upper() + bare[1:])
        for form in dict.fromkeys(forms):
            if form in self._exact:
                return self._exact[form]
        quoted = _HAN.search(text) and not _WORD.search(text)
        counted = _NUMBER.fullmatch(bare) or not _LATIN.search(text)
        if counted or quoted or _SIGN.fullmatch(bare):
            return self._carried(text)
        if not self._words.issuperset(_WORD.findall(text)):
            return None  # sooner than by trying
        told = next(filter(None, self._tries(bare, depth)), None)
        if told is None and text != bare:
            # A few phrases begin with the blank that sets them apart.
            told = next(filter(None, self._phrased(True, text, depth)), None)
        return told

    def _tries(self, text: str, depth: int) -> Iterator[str | None]:
        """Try a text by its sentences, as a phrase, and by its parts.

        Phrases with few words of their own fit much: they come after what divides a text.
        """
        space = self.language.space
        if head := _HEAD.fullmatch(text):
            yield self._joined([head[1], head[2]], space, depth)
        sentences = self.sentences_of(text)
        if len(sentences) > 1:
            yield self._joined(sentences, space, depth)
        parts = _parted(text, _STOP)
        yield self._joined(parts, _STOPS["."], depth) if parts[1:] else None
        if text[:2] == text[-2:] == "**" and "**" not in text[2:-2]:
            bold = self.of(text[2:-2], depth)
            yield f"**{bold}**" if bold else None
        if text[-1] in _STOPS and text[:-1].strip():
            yield self._joined([text[:-1], ""], _STOPS[text[-1]], depth)
        yield from self._phrased(True, text, depth)
        column = CODES.index(self.language.code)
        for bounds in _BOUNDS:
            parts = _parted(text, bounds[0])
            yield self._joined(parts, bounds[column], depth, bounds[0]) if parts[1:] else None
        yield from self._phrased(False, text, depth)
        parts = _parted(text, _COMMA)
        # Names are listed with another comma than clauses; one of them may hold a comma itself.
        named = sum(_BRACKET.sub("", part) in self._exact for part in parts)
        comma = self.language.say("list.comma" if 2 * named >= len(parts) else "list.clause")
        yield self._joined(parts, comma, depth, _COMMA) if parts[1:] else None
        if text[-1] == ")" and " (" in text:
            before, _, inside = text[:-1].partition(" (")
            outer, inner = self.of(before, depth), self.of(inside, depth)
            yield f"{outer}（{inner}）" if outer and inner else None
        parts = _parted(text, " and ")
        yield self._joined(parts, self.language.say("list.and"), depth) if parts[1:] else None

    def _phrased(self, strong: bool, text: str, depth: int) -> Iterator[str | None]:
        for form in dict.fromkeys((text, text[:1].lower() + text[1:])):
            words = frozenset(_WORD.findall(form))
            for phrase in self._between(strong, form[0], form[-1]):
                if phrase.words <= words:
                    yield self._filled(phrase, form, depth)

    def _between(self, strong: bool, first: str, last: str) -> list[Phrase]:
        """Return the phrases that have a first and last letter, or in which any may stand there."""
        begun, ended = (strong, first), (strong, first, last)
        if begun not in self._begun:
            own = ("", first)
            self._begun[begun] = [p for p in self._phrases[strong] if p.literals[0][:1] in own]
        if ended not in self._ended:
            own = ("", last)
            self._ended[ended] = [p for p in self._begun[begun] if p.literals[-1][-1:] in own]
        return self._ended[ended]

    def _joined(
        self, parts: Sequence[str], between: str, depth: int, bound: str = ""
    ) -> str | None:
        """Put parts into the language and together; where a bound is a part's own, it stays."""
        longest = _OWN_BOUNDS + 1 if bound else 1
        ends: dict[int, str | None] = {len(parts): ""}

        def told_from(start: int) -> str | None:
            """Tell the parts from one on; each end of a long list is told once."""
            if start not in ends:
                ends[start] = None
                for end in range(start + 1, min(start + longest, len(parts)) + 1):
                    told = self.of(bound.join(parts[start:end]), depth)
                    rest = told_from(end) if told is not None else None
                    if rest is not None:
                        ends[start] = f"{told}{between}{rest}" if end < len(parts) else told
                        break
            return ends[start]

        return told_from(0)

    def _filled(self, phrase: Phrase, text: str, depth: int) -> str | None:
        """Write a text as a phrase says, if it is one."""
        literals = phrase.literals
        if not (text.startswith(literals[0]) and text.endswith(literals[-1])):
            return None
        if not phrase.form.fullmatch(text):
            return None
        found = self._places(phrase, text, len(literals[0]), 0, depth)
        if found is None:
            return None
        return _PLACE.sub(lambda place: _scaled(found[place[1]], bool(place[2])), phrase.written)

    def _places(
        self, phrase: Phrase, text: str, start: int, number: int, depth: int
    ) -> dict[str, str] | None:
        """Find what stands in the places from one on, put into the language."""
        if number == len(phrase.places):
            return {} if start == len(text) else None
        literal, name = phrase.literals[number + 1], phrase.places[number]
        last = number + 1 == len(phrase.places)
        beside = "" in phrase.literals[1:-1]
        # With few words of its own it would take a part of a list for the whole.
        listless = phrase.letters < _STRONG and not any(_COMMA in one for one in phrase.literals)
        if last:
            ends: Iterable[int] = [len(text) - len(literal)]
        elif literal:
            ends = (found.start() for found in re.finditer(re.escape(literal), text))
        else:  # the place beside it may well be empty
            ends = range(len(text), start, -1)
        for end in ends:
            if end < start:
                continue
            inside = text[start:end]
            listed = (
                listless and inside.strip() not in self._exact and len(_parted(inside, _COMMA)) > 1
            )
            written = None
            if (inside or beside) and not listed:
                written = self._inside(name, inside, depth)
            if written is not None:
                rest = self._places(phrase, text, end + len(literal), number + 1, depth)
                if rest is not None:
                    return {name: written, **rest}
        return None

    def _inside(self, name: str, text: str, depth: int) -> str | None:
        typed = _typed(name)
        if text and typed and not typed.fullmatch(text):
            return None
        return self.of(text, depth) if text else ""

    def _carried(self, text: str) -> str:
        """Write numbers and dates as the language does; all else stays."""
        if _DATE.fullmatch(text) and "-" in text:
            return self.language.day(text)
        text = re.sub(r"(?<=\d)\s%", "%", text)
        text = re.sub(r" ?\(([^()]*)\)", r"（\1）", text)
        text = re.sub(r"(?<=）), ?(?=（)", self.language.say("list.comma"), text)
        text = re.sub(r"(?<=\b\d{4})–(?=\d{4}\b)", "～", text)
        return _THOUSANDS.sub(self.language.thousands, text)


def translations_into(codes: Iterable[str], raw: RawData) -> tuple[Translation, ...]:
    """Return a translation for each language of a report but English."""
    languages = (language_of(code) for code in codes if code != ENGLISH.code)
    units = {*raw.indicators["unit"], *raw.targets["unit"]}
    own = sorted(unit for unit in units if unit and not ENGLISH.has(f"unit.{unit}"))
    return tuple(Translation(language, names_in(raw, language), own) for language in languages)


def names_in(raw: RawData, language: Language) -> dict[str, str]:
    """Return what the raw tables call their rows in a language, by the English name and by the key.

    A target is called by its indicator and year, a plan by its own name.
    """
    names: dict[str, str] = {}
    for table in vars(raw).values():
        if not isinstance(table, pd.DataFrame):
            continue
        for column in (c for c in table if c.endswith("_en")):
            if not all(_own(column, one) in table for one in LANGUAGES):
                continue
            own = table[_own(column, language)]
            own = own.where(own.ne(""), table[column])
            names |= dict(zip(table[column], own, strict=True))
            if column == "name_en":
                names |= dict(zip(table.iloc[:, 0], own, strict=True))
    targets = raw.targets.to_dict("records")
    # What has no translation keeps the name that the tables give it.
    plain = raw.sources["publisher"]
    shown = (*OPERATORS, *raw.definitions["definition"], *raw.indicators["topic"])
    plain = [*plain, *raw.targets["wording_native"], *(name.replace("_", " ") for name in shown)]
    names |= {name: name for name in plain if name and name not in names}
    names |= {row["plan"]: row[f"plan_{language.code}"] or row["plan"] for row in targets}
    held = raw.observations[["indicator", "area"]].drop_duplicates()
    english = [one.set_index(one.columns[0])["name_en"] for one in (raw.indicators, raw.areas)]
    for pair in held.itertuples(index=False):
        name, area = (known[key] for known, key in zip(english, pair, strict=True))
        if name in names and area in names:
            told = language.of_area(names[name], names[area])
            names[f"{name}, {area}"] = told
    own = target_names(raw, language)
    return names | own | {name: own[target] for target, name in target_names(raw).items()}


def _own(column: str, language: Language) -> str:
    return column.removesuffix("en") + language.code


def _scaled(text: str, tenfold: bool) -> str:
    """Write a number of billions in hundreds of millions where a phrase asks for it."""
    if not tenfold:
        return text
    whole, _, decimals = text.replace(",", "").partition(".")
    number = (
        f"{float(f'{whole}.{decimals or 0}'.replace('−', '-')) * 10:.{max(len(decimals) - 1, 0)}f}"
    )
    return number.replace("-", "−")


@cache
def _rows(code: str) -> tuple[tuple[str, str], ...]:
    """Return English and translation of every phrase: those of pages, then those of the strings."""
    rows = [(row["en"], row[code]) for path in sorted(FOLDER.glob("*.csv")) for row in _read(path)]
    strings = [
        (text[ENGLISH.code], text[code])
        for key, text in read_strings().items()
        if key.partition(".")[0] in FAMILIES
    ]
    # Without a word of its own a string with places would fit all that is printed.
    worded = [
        (text, told)
        for text, told in strings
        if "{" not in text or _LATIN.search(_PLACE.sub("", text))
    ]
    return (*rows, *worded)


def _parted(text: str, bound: str) -> list[str]:
    """Split a text at a bound that stands in no brackets."""
    if bound not in text:
        return [text]
    parts, depth = [""], 0
    for piece in re.split(f"({re.escape(bound)})", text):
        if piece == bound and not depth:
            parts.append("")
        else:
            parts[-1] += piece
            depth += piece.count("(") - piece.count(")")
    return parts


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        if reader.fieldnames != list(CODES):
            raise ValueError(f"{path.name}: header {reader.fieldnames}: write {','.join(CODES)}")
        return list(reader)
