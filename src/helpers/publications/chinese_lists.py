"""Lists in Chinese sentences: "A and B were 1 and 2 respectively", "Guangdong (1), Jiangsu (2)"."""

import re
from dataclasses import dataclass, field

from helpers.publications.phrases import Mention, Vocabulary, words
from helpers.publications.script import Left, Setting

YEAR = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?=年|[^\d.,%件家亿万个项元人名户位倍])(?:年(?:度|底|末)?)?"
)
WHOLE = re.compile(words("zh", "whole"))
_AND = re.compile(r"(?:以及|[、和及与])")
NOWHERE = "-"
"""In a list: a place that the folder does not hold."""


@dataclass
class State(Left):
    """With the names of a list, and what was named before them."""

    names: list[Mention] = field(default_factory=list)
    target: bool = False
    earlier: list[Mention] = field(default_factory=list)


class Listing:
    """The part of a sentence's reader that tells which number of a list is whose."""

    text: str
    setting: Setting
    state: State
    words: Vocabulary
    context: str
    numbers: list[re.Match[str]]
    mentions: list[Mention]
    listed: dict[int, tuple[Mention | None, str, int]]
    """By number: its subject, its area and its year, as far as the list says."""
    heads: dict[int, str]
    """By number: the words in front of the list that it stands in."""

    def _is_whole(
        self, mention: Mention, begin: int, wholes: list[tuple[int, int]], lead: str
    ) -> bool:
        raise NotImplementedError

    def _is_owned(self, mention: Mention) -> bool:
        raise NotImplementedError

    def _left_over(self, text: str) -> str:
        raise NotImplementedError

    def find_list(self, index: int, begin: int) -> None:
        """Give the numbers behind "respectively" their subjects, places or years."""
        number = self.numbers[index]
        if index in self.listed:
            return
        lead = self.text[begin : number.start()]
        at = max(lead.rfind("分别"), lead.rfind("依次"))
        if self._bracketed(index, begin, lead) or at < 0:
            return
        count = self._run(index)
        head = lead[:at]
        cells = self._list_cells(head, begin, count)
        for place in range(count):
            if count > 1:
                self.heads[index + place] = lead
                self.listed[index + place] = cells[place] if cells else (None, "", 0)
        if count > 1 and not cells:
            self.mentions = [m for m in self.mentions if not begin <= m.start < begin + at]
            self.state.subject = None

    def _bracketed(self, index: int, begin: int, lead: str) -> bool:
        """Read a place in front of a bracket: "Guangdong (5,937)"."""
        found = list(self.setting.places.pattern.finditer(lead))
        if not found or not re.fullmatch(r"省?市?\(", lead[found[-1].end() :]):
            return False
        named = [
            m for m in self.mentions
            if m.end <= begin + len(lead) and not self._is_whole(m, 0, [], self.text)
        ]  # fmt: skip
        if named:
            self.listed[index] = (named[-1], self.setting.places.area(found[-1][0]) or NOWHERE, 0)
        return bool(named)

    def _run(self, index: int) -> int:
        count = 1
        for one, other in zip(self.numbers[index:], self.numbers[index + 1 :], strict=False):
            gap = self.text[one.end() : other.start()]
            if not re.fullmatch(r"(?:以及|[、,和及与/])?(?:增长|下降|为|约|近|超|-)?", gap):
                break
            count += 1
        return count

    def _list_cells(
        self, head: str, begin: int, count: int
    ) -> list[tuple[Mention | None, str, int]]:
        wholes = [m.span() for m in WHOLE.finditer(head)]
        named = [
            m for m in self.mentions
            if begin <= m.start and m.end <= begin + len(head)
            and not self._is_whole(m, begin, wholes, head) and not self._is_owned(m)
        ]  # fmt: skip
        years = [int(y) for y in YEAR.findall(head)]
        areas = [self.setting.places.area(m[0]) for m in self.setting.places.pattern.finditer(head)]
        state = self.state
        if len(named) != count and count > 1 and named:
            made = self._completed(head, named, begin, count)
            if None in made:  # one of the names is not known here: the others are
                return [(m, "", 0) for m in made]
            named = [m for m in made if m] or named
        if len(named) == count > 1:
            state.names = named
            return [(m, "", 0) for m in named]
        subject = named[-1] if len(named) == 1 else state.subject if not named else None
        if subject and len(years) == count > 1:
            return [(subject, "", year) for year in years]
        if subject and len(areas) == count > 1:
            return [(subject, area or NOWHERE, 0) for area in areas]
        if not named and len(state.names) == count and len(self._left_over(head)) <= 3:
            return [(m, "", 0) for m in state.names]
        return []

    def _completed(
        self, head: str, named: list[Mention], begin: int, count: int
    ) -> list[Mention | None]:
        """Complete names that share a beginning or an end: "applications and grants"."""
        first = named[0]
        text = WHOLE.sub("", head[first.start - begin :])
        before = re.finditer(r"[,:;]", head[: first.start - begin])
        first_at = max((match.end() for match in before), default=0)
        items = [item for item in _AND.split(re.split("[,;]", text)[0]) if item]
        if len(items) != count:
            items = [
                i for i in _AND.split(re.split("[,;]", WHOLE.sub("", head[first_at:]))[-1]) if i
            ]
        if len(items) != count:
            return []
        made: list[Mention | None] = []
        for item in items:
            item = self.setting.places.pattern.sub("", YEAR.sub("", item))
            if not item:
                return []
            made.append(self._name(item, items[0], items[-1]))
        return made if any(made) else []

    def _name(self, item: str, first: str, last: str) -> Mention | None:
        tries = [item, *(first[:k] + item for k in range(len(first) - 1, 0, -1))]
        tries += [item + last[k:] for k in range(1, len(last))]
        if item == first:
            tries = [*(item + last[k:] for k in range(1, len(last))), item]
        for text in tries:
            for mention in self.words.mentions(text, self.context):
                if mention.start == 0 and mention.end >= len(text):
                    return mention
        found = self.words.mentions(item, self.context)
        return found[-1] if found else None
