"""What indicators and places are called in texts: the phrases that a plan brings as data.

Phrases stand in the columns `phrases_zh` and `phrases_en` of `indicators.csv`, split by ``;``:

- ``[...]`` may be left out, ``(a/b)`` is a choice;
- ``A 占 B`` or ``A of B``: a share, and what it is a share of;
- ``A @ B``: A counts only where the text names B, its publisher or its headings included;
- ``like other @ B``: whatever the indicator `other` is called, where the text names B;
- ``A : unit``: the word that stands behind the number, for units that are no money, count or share.

A level stands for its share and its growth too: those are looked up by `numerator` and
`denominator`, and by `real_growth`.

Words of the grammar of statistical prose, which all plans share, stand in `grammar.csv`: a row is a
language, the name of a list, and regular expressions joined by ``|``; rows of one name go on.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path

import pandas as pd

from helpers.problems import InputError

LANGUAGES = ("zh", "en")
OVERALL = ("pct_gdp", "pct_industry")
"""Units of shares whose whole has words of its own in the table of the grammar."""
MONEY, COUNT, SHARE, GROWTH = "money", "count", "share", "growth"


@dataclass(frozen=True)
class Phrase:
    """One way in which an indicator is named."""

    indicator: str
    pattern: re.Pattern[str]
    whole: re.Pattern[str] | None = None
    context: re.Pattern[str] | None = None
    unit: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Mention:
    """A place of a text where indicators are named."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]
    """Of one length: two indicators may have the same name."""


@dataclass(frozen=True)
class Vocabulary:
    """The phrases of the indicators of a folder, in one language."""

    phrases: tuple[Phrase, ...]
    units: dict[str, str]
    """Unit of each indicator."""
    shares: dict[str, tuple[tuple[str, str], ...]]
    """By numerator: the indicators of its shares, each with its denominator."""
    growths: dict[str, str]
    """By level: the indicator of its real growth."""
    stocks: frozenset[str]
    """Indicators that are counted at a moment and do not add up over months."""
    language: str
    wholes: dict[str, re.Pattern[str]] = field(default_factory=dict)

    def mentions(self, text: str, context: str) -> list[Mention]:
        """Find what is named in a text, the longest name at each place.

        `context`: text that conditions of phrases are looked for in.
        """
        found: dict[tuple[int, int], list[Phrase]] = {}
        for phrase in self.phrases:
            for match in phrase.pattern.finditer(text):
                if match.end() > match.start() and _fits(phrase.context, context):
                    found.setdefault(match.span(), []).append(phrase)
        kept: list[Mention] = []
        for (start, end), phrases in sorted(found.items(), key=lambda f: f[0][0] - f[0][1]):
            if all(end <= m.start or start >= m.end for m in kept):
                # A condition that is met says more than a name without one.
                bound = [phrase for phrase in phrases if phrase.context]
                kept.append(Mention(start, end, tuple(bound or phrases)))
        return sorted(kept, key=lambda mention: mention.start)

    def indicator(self, mention: Mention, role: str, words: str, whole: str = "") -> str:
        """Say which indicator a number belongs to; "" where it is none.

        `mention`: what was named. `role`: `MONEY`, `COUNT`, `SHARE` or `GROWTH`. `words`: the word
        behind the number. `whole`: the words that say what a share is a share of; "" where the text
        does not.
        """
        for phrase in mention.phrases:
            name, unit = phrase.indicator, self.units[phrase.indicator]
            if phrase.unit and (role in (MONEY, COUNT)) and not phrase.unit.fullmatch(words):
                continue
            if role == SHARE:
                found = self._share(phrase, whole)
            elif role == GROWTH:
                found = self.growths.get(name, "")
                found = name if name in self.growths.values() else found
            else:
                fits = unit == "cny_100m" if role == MONEY else unit in ("count", "per_10k")
                found = name if fits or (phrase.unit and " " in unit and role == COUNT) else ""
            if found:
                return found
        return ""

    def _share(self, phrase: Phrase, whole: str) -> str:
        name, unit = phrase.indicator, self.units[phrase.indicator]
        if phrase.whole is not None:
            return name if not whole or phrase.whole.search(whole) else ""
        if unit in OVERALL:
            own = not whole or re.search(words(self.language, unit), whole)
            return name if own else ""
        if unit == "pct" and name not in self.growths.values():
            return "" if whole else name
        for share, denominator in self.shares.get(name, ()):
            pattern = self.wholes.get(denominator)
            if whole and pattern and pattern.search(whole):
                return share
        return ""


def _fits(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is None or pattern.search(text) is not None


def vocabulary(indicators: pd.DataFrame, language: str) -> Vocabulary:
    """Read the phrases of indicators in one language.

    Raises `InputError` for a phrase whose brackets do not close, by indicator.
    """
    column = f"phrases_{language}"
    texts = indicators.get(column, pd.Series("", index=indicators.index))
    names = indicators[f"name_{language}"]
    phrases: list[Phrase] = []
    wholes = {}
    for indicator, unit, cell, name in zip(
        indicators["indicator"], indicators["unit"], texts, names, strict=True
    ):
        # A name is what a text may well say: without phrases it has to do.
        own = list(_phrases(indicator, cell or re.sub(r"[()\[\]/]", " ", name), language))
        phrases += own
        if unit not in OVERALL:
            parts = [phrase.pattern.pattern for phrase in own if phrase.context is None]
            if indicator == "gdp":
                parts.append(words(language, "pct_gdp"))
            if parts:
                wholes[indicator] = re.compile("|".join(parts), re.IGNORECASE)
    phrases += _alike(phrases, indicators["indicator"], texts, language)
    shares: dict[str, tuple[tuple[str, str], ...]] = {}
    linked = indicators[indicators["numerator"].ne("") & indicators["denominator"].ne("")]
    for row in linked.itertuples():
        shares[row.numerator] = (*shares.get(row.numerator, ()), (row.indicator, row.denominator))
    growths = indicators[indicators["real_growth"].ne("")]
    stock = indicators["description"].str.contains("stock|at year's end|end of the period")
    return Vocabulary(
        tuple(phrases),
        dict(zip(indicators["indicator"], indicators["unit"], strict=True)),
        shares,
        dict(zip(growths["indicator"], growths["real_growth"], strict=True)),
        frozenset(indicators["indicator"][stock]),
        language,
        wholes,
    )


def _alike(
    phrases: list[Phrase], names: Iterable[str], texts: Iterable[str], language: str
) -> list[Phrase]:
    """Lend the phrases of one indicator to another, under its condition."""
    lent = []
    for name, cell in zip(names, texts, strict=True):
        for other, context in re.findall(r"like (\w+) @ ([^;]+)", cell):
            pattern = _compiled(context, name, language)
            lent += [
                replace(p, indicator=name, context=pattern) for p in phrases if p.indicator == other
            ]
    return lent


def _phrases(indicator: str, cell: str, language: str) -> Iterator[Phrase]:
    of = r" 占 " if language == "zh" else r" of the total "
    for text in filter(None, map(str.strip, cell.split(";"))):
        if text.startswith("like "):
            continue
        rest, _, unit = text.partition(" : ")
        rest, _, context = rest.partition(" @ ")
        part, _, whole = rest.partition(of)
        patterns = (_compiled(piece, indicator, language) for piece in (part, whole, context, unit))
        pattern, *more = patterns
        if pattern is not None and whole:
            # What a share is of may be a word as plain as "firms".
            said = "占" if language == "zh" else r"account\w*|share|percent"
            pattern = re.compile(f"{pattern.pattern}(?=.{{0,16}}(?:{said}))", re.IGNORECASE)
        if pattern is not None:
            yield Phrase(indicator, pattern, *more)


@lru_cache(maxsize=4096)
def _compiled(text: str, indicator: str, language: str) -> re.Pattern[str] | None:
    if not text.strip():
        return None
    # A part that may be left out takes the blank beside it along.
    told = re.sub(r"\[([^\]]*)\] ", r"[(\1) ]", text.strip())
    told = re.sub(r" \[([^\]]*[^\] ])\]", r"[ (\1)]", told)
    marks = {"[": "(?:", "]": ")?", "(": "(?:", ")": ")", "/": "|"}
    pieces = re.split(r"([\[\]()/])", told)
    plain = [re.escape(p).replace(r"\ ", "[ -]+").replace(r"\-", "[ -]?") for p in pieces]
    pattern = "".join(marks.get(p, q) for p, q in zip(pieces, plain, strict=True))
    pattern = rf"\b(?:{pattern})\b" if language == "en" else f"(?:{pattern})"
    try:
        return re.compile(pattern, re.IGNORECASE)
    except re.error:
        raise InputError(
            f"indicators.csv: {indicator}: the phrase {text!r} has a bracket that does not close; "
            "write [..] for what may be left out and (a/b) for a choice"
        ) from None


_OWN = {
    "city": ("全市|我市|本市", "市?", "the city|the whole city"),
    "province": ("全省|我省|本省", "省?", "the province"),
    "country": ("全国|我国|本国", "", "the country|the nation|nationwide"),
    "region": ("", "", ""),
    "world": ("全球|世界", "", "worldwide|globally|the world"),
}


_RANKED = re.compile(
    r"的?(?:第|首位|各|大中|城市|前|同|最|领先|一流|百强|排名|平均|[一-龥]{0,4}(?:第一|首位))"
    r"| (?:average|cities|provinces)"
)
"""What stands behind a place that something is only compared with."""
_NATION = re.compile(
    r"国家[\u4e00-\u9fff]{2,6}局|国务院|中华人民共和国|National Bureau of Statistics|CNIPA"
)


@dataclass(frozen=True)
class Places:
    """Names of places in one language, and which area each means in a text about one."""

    pattern: re.Pattern[str]
    areas: dict[str, str]
    language: str
    nations: tuple[str, ...] = ()

    def home(self, *texts: str) -> str | None:
        """Say which place a publication is about.

        `texts`: the one that tells most surely first. Gives the place that the first text that
        names any names most often, a nation only where it names no other; "" for one that the
        folder does not hold, None where none is named.
        """
        generic = {word for own in _OWN.values() for word in "|".join(own[::2]).split("|")}
        generic -= set(_OWN["country"][0].split("|")[1:])  # 我国 is what a nation calls itself
        for text in texts:
            named = [
                self.area(match[0].removesuffix("'s"))
                for match in self.pattern.finditer(text)
                if match[0].lower() not in generic and not _RANKED.match(text, match.end())
            ]
            own = [name for name in named if name not in self.nations]
            if named:
                return max(own, key=own.count) if own else named[0]
        stated = any(map(_NATION.search, texts)) and len(self.nations) == 1
        return self.nations[0] if stated else None

    def area(self, word: str) -> str:
        """Give the area that a word names, "" for a place that the folder does not hold."""
        key = word.lower()
        return self.areas.get(key) or self.areas.get(re.sub("[市省]$", "", key), "")


def places(areas: pd.DataFrame, area: str, language: str) -> Places:
    """Collect the names of places for a text about one area."""
    column = "name_zh" if language == "zh" else "name_en"
    kinds = dict(zip(areas["area"], areas["kind"], strict=True))
    own, patterns = {}, []
    for name, kind, text in zip(areas["area"], areas["kind"], areas[column], strict=True):
        own[text.lower()] = name
        suffix = _OWN[kind][1] if language == "zh" else "(?:'s|’s)?"
        patterns.append(re.escape(text) + suffix)
    for kind, own_words in _OWN.items():
        of_kind = [name for name, other in kinds.items() if other == kind]
        known = area if kinds.get(area) == kind else of_kind[0] if len(of_kind) == 1 else ""
        for word in filter(None, own_words[0 if language == "zh" else 2].split("|")):
            own[word] = known
            patterns.append(re.escape(word))
    if language == "en" and "china" in own:
        own["chinese"] = own["china"]
        patterns.append("Chinese")
    own = {word: name for word, name in own.items() if name}
    patterns.append(words(language, "place"))  # whose figures are not those of the text's own place
    ordered = "|".join(sorted(patterns[:-1], key=len, reverse=True))
    text = f"(?:{ordered}|{patterns[-1]})"
    if language == "en":
        text = rf"\b{text}\b"
    pattern = re.compile(text, re.IGNORECASE if language == "en" else 0)
    nations = tuple(name for name, kind in kinds.items() if kind == "country")
    return Places(pattern, own, language, nations)


@cache
def words(language: str, name: str) -> str:
    """Give the regular expressions of a list, joined by ``|``."""
    with Path(__file__).with_name("grammar.csv").open(encoding="utf-8", newline="") as file:
        rows = [row[2] for row in csv.reader(file) if row[:2] == [language, name]]
    return "|".join(rows)
