"""Figures out of English statistical prose.

As in Chinese a sentence is taken number by number; but an English number may stand before what it
counts ("filed 69,610 applications"), and its year behind it ("to 6.46 percent in 2023").
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from helpers.publications.phrases import COUNT, GROWTH, MONEY, SHARE, Mention, words
from helpers.publications.script import Left, Reading, Script, Setting, reading

_SCALE = {"trillion": 1e12, "tn": 1e12, "billion": 1e9, "bn": 1e9, "million": 1e6, "mn": 1e6,
          "thousand": 1e3}  # fmt: skip
NUMBER = re.compile(
    r"(?<![\w.,])(?P<cur>¥|RMB|CNY|US\$|\$|€|EUR|£"
    r"|USD)? ?(?P<sign>-)?(?P<n>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<plus>\+)?(?:[ -]?(?P<scale>trillion|billion|million|thousand|bn|mn|tn)\b)?"
    r"(?: ?(?P<unit>percentage[ -]points?|p\.?p\.?\b|%|percent\b|per cent\b|pct\b(?! points?)"
    r"|yuan\b|RMB\b|renminbi\b|CNY\b|euros?\b|(?:U\.?S\.? )?dollars?\b|USD\b))?"
)
_YEAR = re.compile(
    r"(?<![\w.,$])(?P<y>(?:19|20)\d\d)(?![\d,.]\d|[- ]?(?:yuan|percent|%|billion|million"
    r"|[a-z]+ (?:firms|companies|enterprises|applications|patents)))\b"
)
_BEHIND = re.compile(words("en", "year behind"))
_COMPARED_YEAR = re.compile(words("en", "compared year"))
_YEAR_ONCE = re.compile(words("en", "year once"))
_SPAN = re.compile(words("en", "span"), re.IGNORECASE)
_TARGET = re.compile(rf"\b(?:{words('en', 'target')})\b", re.IGNORECASE)
_UP = words("en", "rise")
_DOWN = words("en", "fall")
_GROWTH = re.compile(
    rf"\b(?P<w>{_UP}|{_DOWN})\b(?: rate)?(?: (?:{words('en', 'behind growth')}))*(?: \()?$",
    re.IGNORECASE,
)
_GROWTH_BEHIND = re.compile(
    rf"^(?: (?:annual|year-on-year|year on year|real|yearly|higher|lower|more|y-o-y|YoY"
    rf"|faster))*(?: (?:{_UP}|{_DOWN}))\b|^,? (?:year-on-year|year on year|y-o-y|YoY|higher|more"
    rf"|from the previous year|than (?:in )?(?:the previous year|20))",
    re.IGNORECASE,
)
_SHARE = re.compile(rf"\b(?:{words('en', 'share')})\b", re.IGNORECASE)
_WHOLE = re.compile(words("en", "whole"))
_OF_GDP = re.compile(words("en", "of GDP"), re.IGNORECASE)
_BEFORE_PLACE = re.compile(words("en", "before a place"))
_BEHIND_PLACE = re.compile(words("en", "behind a place"))
_BEFORE_WHOLE = re.compile(words("en", "before a whole"))
_SET_UP = re.compile(words("en", "set up"))
_LOWER = re.compile(rf"\b(?:{words('en', 'lower bound')})(?: the)?$", re.IGNORECASE)
_ROUND = re.compile(rf"\b(?:{words('en', 'about')})$", re.IGNORECASE)
_FILLER = set(words("en", "filler").split("|"))
_BEHIND_COUNT = {"", *words("en", "behind a count").split("|")}
_OWNERS = re.compile(rf"\b(?:{words('en', 'owner')})(?:'s?)? $", re.IGNORECASE)
_PARTIAL = re.compile(
    r" ?(?:by|of|for|in|at|from|among) (?:the |its |all )?(?:[\w&'’-]+ ){0,3}?"
    rf"(?:{words('en', 'part of the economy')})\b",
    re.IGNORECASE,
)
_OF_A_FIELD = re.compile(rf" ?(?:{words('en', 'of a field')})\b", re.IGNORECASE)
_NAME = re.compile(r"\b[A-Z][A-Za-z.&]+")
_NO_NAMES = set(words("en", "no name").split("|"))
_SENTENCE = re.compile(
    r"[^\n]+?(?:(?<![A-Z]\.[A-Z])(?<!\bNo)(?<!\bvs)[.!?](?=[\"')]?(?:\s|$))|(?=\n)|$)|\n"
)
_AGAIN = re.compile(
    r"\s*(?:The|This|That|It|Its|These|They|A|Accounting)\b"
    rf"(?: (?:{words('en', 'said again')}))?\b"
)
"""How a sentence goes on about what the one before was about."""
_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_MONTH = "|".join(f"{name}|{name[:3]}\\b\\.?" for name in _MONTHS)
_PART = re.compile(
    rf"\b(?:(?:January|Jan\.?)(?: ?[-–] ?| to | through | and )(?P<to>{_MONTH})"
    r"|(?:as of|until|till|through|by|(?:by|at) the end of|end of|end-) ?"
    rf"(?P<till>{_MONTH})"
    r"|(?P<q3>first (?:three|3) quarters|first nine months|January[ -](?:to )?September)"
    r"|(?P<h1>(?:first|1st) half|first six months|January[ -](?:to )?June|H1)"
    r"|(?P<q1>first quarter|first three months|Q1)|(?P<alone>(?:second|third|fourth"
    r"|final) quarter|second half|Q[2-4]|monthly|(?:this|that) month"
    rf"|(?:in|for|during) (?:{_MONTH})(?! \d{{1,2}}\b))|first (?P<m>\w+) months)",
    re.IGNORECASE,
)
_WORDS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"]


def _months(part: re.Match[str]) -> int:
    """Give the months from January of a part of the year; 0 for one that begins later."""
    name = part.lastgroup or ""
    if name in ("to", "till"):
        return next(n for n, word in enumerate(_MONTHS, 1) if word[:3] == part[name][:3].lower())
    if name == "m":
        word = part["m"].lower()
        return _WORDS.index(word) + 1 if word in _WORDS else 0
    return {"q3": 9, "h1": 6, "q1": 3, "alone": 0}[name]


@dataclass
class _State(Left):
    """With the subjects of a list by the position of its numbers."""

    listed: dict[int, Mention] = field(default_factory=dict)


def read_english(script: Script, setting: Setting) -> Iterator[Reading]:
    """Read figures as `helpers.publications.chinese.read_chinese` does, in English."""
    year, months = setting.year, setting.months
    before: _State | None = None
    ended = False
    for match in _SENTENCE.finditer(script.text):
        if not match[0].strip():
            year, months, ended = setting.year, setting.months, True
            continue
        state = _State(year=year, months=months, area=setting.area)
        if _AGAIN.match(match[0]) and before is not None:
            state.subject, state.area = before.subject, before.area
        elif before is not None and not ended and not before.area:
            state.area = ""  # a place that is not held goes on until another is named
        yield from _Sentence(match[0], match.start(), script, setting, state).readings()
        year, months, before, ended = state.year, state.months, state, False


class _Sentence:
    """One sentence, number by number."""

    def __init__(
        self, text: str, offset: int, script: Script, setting: Setting, state: _State
    ) -> None:
        self.text, self.offset, self.script = text, offset, script
        self.setting, self.state, self.words = setting, state, setting.vocabulary
        self.numbers = [
            m for m in NUMBER.finditer(text)
            if (m["scale"] or m["unit"] or m["cur"] or not _YEAR.match(text, m.start("n")))
            and not re.match(r"th\b|st\b|nd\b|rd\b|-(?:year|month|\d)|:\d|/\d", text[m.end() :])
        ]  # fmt: skip
        self.mentions = self.words.mentions(text, f"{setting.context} {text}")
        self.area_named = False

    def readings(self) -> Iterator[Reading]:
        """Read the numbers from left to right."""
        last = 0
        for index, number in enumerate(self.numbers):
            end = (
                self.numbers[index + 1].start() if index + 1 < len(self.numbers) else len(self.text)
            )
            found = self._read(number, last, end, index)
            last = number.end()
            if found:
                yield found

    def _read(self, number: re.Match[str], begin: int, end: int, index: int) -> Reading | None:
        lead, behind = self.text[begin : number.start()], self.text[number.end() : end]
        state = self.state
        year, months, summed = self._period(lead, behind)
        area = self._area(begin, number.start())
        subject: Mention | None
        if bracket := self._bracketed(begin, number):
            subject, area, rest = bracket[0], bracket[1], lead
        elif len(self.numbers) > 1 and (respective := self._respectively(index)):
            subject, rest = respective, lead
        else:
            subject, rest = self._subject(begin, number, lead, behind)
        state.subject = subject
        if subject is None:
            state.role = state.whole = ""
            return None
        role, scale, whole, sign = self._role(number, lead, rest, behind)
        if re.search(r"\bfrom $", lead) and not _BEHIND.search(behind):
            return None  # of a year that is not said
        if not role or _TARGET.search(self._clause(lead, begin)) or (summed and role != SHARE):
            return None
        word = re.match(r"\s*(\w*)", behind)
        indicator = self.words.indicator(subject, role, word[1] if word else "", whole)
        if not indicator or not months:
            return None
        if year and not self.setting.is_over(year, months):
            return None
        cells = {"indicator": indicator, "area": area, "year": year, "months": months}
        span = (self.offset, self.offset + len(self.text.rstrip()))
        tail = lead.rstrip(" (")
        lower = _LOWER.search(tail) or number["plus"] or re.match(r" (?:or|and) more", behind)
        about = bool(_ROUND.search(tail))
        coarse = len(number["n"].replace(",", "").replace(".", "")) < 5
        near = about or (number["scale"] and coarse)
        estimate = re.search(r"\b(?:expected|estimated|estimate)\b", lead)
        return reading(
            self.script, span, sign + number["n"], scale, about=about,
            qualifier="lower_bound" if lower else "rounded" if near else "exact",
            status="estimate" if estimate else "preliminary" if "reliminary" in self.text else "",
            rule=f"en {role}", **cells,
        )  # fmt: skip

    def _clause(self, lead: str, begin: int) -> str:
        return re.split(r"[;]", self.text[:begin] + lead)[-1] if _TARGET.search(lead) else lead

    def _period(self, lead: str, behind: str) -> tuple[int, int, bool]:
        state, published = self.state, self.setting.published
        summed = bool(_SPAN.search(lead) or _SPAN.search(re.split("[,;]", behind)[0]))
        plain = _SPAN.sub("", lead)
        once = year = 0
        for match in _YEAR.finditer(plain):
            if not _COMPARED_YEAR.search(plain[: match.start()]):
                year = int(match["y"])
        if published and not year and (relative := re.search(r"\b(last|this) year\b", plain)):
            year = published.year - (relative[1].lower() == "last")
        part = _PART.search(plain)
        dated = part and re.match("in|for|during", part["alone"] or "", re.IGNORECASE)
        if part and dated and _YEAR.search(plain, part.end() + len(" 2024")):
            part = None  # a month before the year that is told is the one of a publication
        later = _PART.search(re.split("[,;()]|[.] ", behind)[0])
        compared = r"\b(?:than|from|over|to|against)\b"
        if part is None and later and not re.search(compared, behind[: later.start()]):
            part = later
        months = _months(part) if part else None
        found = _BEHIND.search(behind)
        if found:
            told = int(found["y"]) if found["y"] else published.year - 1 if published else 0
            if _YEAR_ONCE.search(lead):
                once = told
            elif not re.search(r"\bthan\b|\bfrom\b|\bover\b", found[0]):
                year, months = told, None if part and part["alone"] else months
        if year:
            state.year = year
            state.months = 12 if months is None else months
        elif months is not None:
            state.months = months
        return once or state.year, state.months, summed

    def _area(self, begin: int, end: int) -> str:
        for match in self.setting.places.pattern.finditer(self.text, begin, end):
            if re.match("Chinese", match[0]) and not re.match(
                r" (?:compan|applicant|firm|enterpri|inventor)", self.text[match.end() :]
            ):
                continue
            before = self.text[max(0, match.start() - 30) : match.start()]
            after = self.text[match.end() : end]
            compared = self.area_named and _BEFORE_PLACE.search(before)
            if compared and not re.match(r" (?:with|at|\()", after):
                continue
            share = re.search(r"(?:percent|%) of $|total of $", before)
            if share or _BEHIND_PLACE.match(after):
                continue
            self.state.area = self.setting.places.area(match[0].removesuffix("'s"))
            self.area_named = True
        return self.state.area

    def _subject(
        self, begin: int, number: re.Match[str], lead: str, behind: str
    ) -> tuple[Mention | None, str]:
        found = [
            m for m in self.mentions
            if begin <= m.start and m.end <= number.start() and not self._is_whole(m)
            # What stands behind a number was counted by that one.
            and (not begin or m.start > begin + 1)
        ]  # fmt: skip
        listed = re.search(r"—|\b(?:including|such as|namely)\b", lead)
        if listed and (one := [m for m in found if m.end <= begin + listed.start()]):
            # What is listed behind its name belongs to it.
            closed = re.search(r"[,—] ?(?=[^,—]*$)", lead[listed.end() :])
            if closed:
                found = one[-1:]
                lead = lead[: listed.start()] + lead[listed.end() + closed.start() :]
        after = self._after(number, behind)
        other = re.search(
            r"\b(?:trademark|design|Madrid|Hague)s?\b",
            self.text[: number.start()].rpartition(";")[2],
        )
        if after and other and not found:
            return None, lead
        if after and not (found and self._unknown(lead[found[-1].end - begin :]) == 0):
            if self._is_named(lead) or self._unknown(re.split("[,;(]", lead)[-1]) > 6:
                return None, lead
            return after, lead
        if found:
            mention = found[-1]
            rest = lead[mention.end - begin :]
            owned = _OWNERS.search(self.text[: mention.start])
            self.state.role = self.state.whole = ""
            named = after is not None and self._is_named(re.split("[,;]", lead)[-1])
            if (
                owned
                or named
                or self._is_part(mention, rest)
                or self._unknown(rest) > 2
                or self._is_named(rest)
            ):
                return None, rest
            return mention, rest
        if self._unknown(lead) <= 1 and not self._is_named(lead):
            return self.state.subject, lead
        return None, lead

    def _is_part(self, mention: Mention, rest: str) -> bool:
        """Say whether the words behind give it to one field, or money to one kind of owner."""
        units = {self.words.units.get(phrase.indicator, "") for phrase in mention.phrases}
        if _OF_A_FIELD.match(rest):
            return True
        owned = _PARTIAL.match(rest)
        return bool(owned) and not any(unit.startswith("count") for unit in units)

    def _after(self, number: re.Match[str], behind: str) -> Mention | None:
        if number["unit"] and re.match(r"%|per", number["unit"]):
            gap = (
                r"(?: (?:of|to) [^,;.]{0,50}?(?:GDP|gross domestic product))(?: \w+)? (?:on|in|to) "
            )
        elif number["unit"] or number["cur"]:
            gap = r" (?:\(.{0,30}\) )?(?:in|on|into|of|for|to) (?:its |the |their )?"
        else:
            gap = r" (?:new |valid |published |total |of |its |domestic |international )*"
        match = re.match(gap, behind)
        if not match:
            return None
        at = number.end() + match.end()
        lowest = number.end() + (1 if not number["unit"] else 0)
        for mention in self.mentions:
            if lowest <= mention.start <= at and not re.match(
                r" (?:personnel|tax|staff|from|by)\b", self.text[mention.end :]
            ):
                return mention
        return None

    def _is_whole(self, mention: Mention) -> bool:
        return bool(_BEFORE_WHOLE.search(self.text[: mention.start]))

    def _unknown(self, text: str) -> int:
        text = _OF_GDP.sub(" ", self.setting.places.pattern.sub(" ", _PART.sub(" ", text)))
        words = re.findall(r"[A-Za-z][A-Za-z'’-]+", _YEAR.sub(" ", text))
        return sum(word.lower() not in _FILLER for word in words)

    def _is_named(self, text: str) -> bool:
        """Say whether somebody is named who is no place: a company has figures of its own."""
        text = self.setting.places.pattern.sub(" ", re.split("[;]", text)[-1])
        for mention in self.mentions:
            text = text.replace(self.text[mention.start : mention.end], " ")
        return any(
            match[0] not in _NO_NAMES
            # A word that opens a sentence has its capital from there.
            and not (match.start() == 0 and re.match(r"\w+(?:ly\b|,)", text))
            for match in _NAME.finditer(text.lstrip())
        )

    def _role(
        self, number: re.Match[str], lead: str, rest: str, behind: str
    ) -> tuple[str, float, str, str]:
        unit, currency, state = number["unit"] or "", number["cur"] or "", self.state
        factor = _SCALE.get(number["scale"] or "", 1.0)
        if re.match("percentage|p", unit) and not re.match("percent\\b|per cent|pct", unit):
            return "", 0.0, "", ""
        grown = _GROWTH.search(lead.rstrip())
        if unit in ("%", "percent", "per cent", "pct"):
            return self._percentage(grown, lead, rest, behind)
        if currency in ("¥", "RMB", "CNY") or re.match("yuan|RMB|renminbi|CNY", unit):
            if grown or re.match(r" (?:more|less|higher)", behind):
                return "", 0.0, "", ""
            state.role = MONEY
            return MONEY, factor / 1e8, "", ""
        if unit or currency or grown or not self._is_count(number, behind):
            return "", 0.0, "", ""
        return COUNT, factor, "", ""

    def _is_count(self, number: re.Match[str], behind: str) -> bool:
        """Say whether what follows a bare number lets it count the subject."""
        if _SET_UP.match(behind):
            return False
        word = re.match(r"\s*([\w-]*)", behind)
        at = number.end() + 1
        named = any(at <= m.start <= at + 24 for m in self.mentions)
        return named or word is None or word[1].lower() in _BEHIND_COUNT

    def _percentage(
        self, grown: re.Match[str] | None, lead: str, rest: str, behind: str
    ) -> tuple[str, float, str, str]:
        state = self.state
        whole = _WHOLE.match(behind)
        sign = "-" if grown and re.match(_DOWN, grown["w"], re.IGNORECASE) else ""
        if (grown and not whole) or _GROWTH_BEHIND.match(behind):
            state.role = GROWTH
            return GROWTH, 1.0, "", sign
        named = _OF_GDP.search(rest) or _OF_GDP.search(lead)
        if whole or named or _SHARE.search(rest):
            text = whole["w"] if whole else named[0] if named else ""
            state.role, state.whole = SHARE, text
            return SHARE, 1.0, text, ""
        if state.role == SHARE:
            return SHARE, 1.0, state.whole, ""
        return SHARE, 1.0, "", ""

    # --- lists

    def _bracketed(self, begin: int, number: re.Match[str]) -> tuple[Mention, str] | None:
        """Read a place in front of a bracket: "China (58,990)"."""
        found = list(self.setting.places.pattern.finditer(self.text, begin, number.start()))
        named = [m for m in self.mentions if m.end <= number.start() and not self._is_whole(m)]
        if not found or not named or self.text[found[-1].end() : number.start()] != " (":
            return None
        self.area_named = True
        return named[-1], self.setting.places.area(found[-1][0].removesuffix("'s"))

    def _respectively(self, index: int) -> Mention | None:
        """Give the subject of a number in "A and B were 1 and 2, respectively"."""
        if index in self.state.listed:
            return self.state.listed[index]
        if "respectively" not in self.text[self.numbers[index].end() :]:
            return None
        run = [index]
        while run[-1] + 1 < len(self.numbers):
            one, other = self.numbers[run[-1]], self.numbers[run[-1] + 1]
            if not re.fullmatch(r",? ?(?:and )?", self.text[one.end() : other.start()]):
                break
            run.append(run[-1] + 1)
        before = self.text[: self.numbers[index].start()]
        named = [m for m in self.mentions if m.end <= len(before) and not self._is_whole(m)]
        if len(run) > 1 and len(named) >= len(run):
            self.state.listed |= dict(zip(run, named[-len(run) :], strict=True))
        return self.state.listed.get(index)
