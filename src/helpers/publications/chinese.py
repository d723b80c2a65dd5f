"""Figures out of Chinese statistical prose.

A sentence is taken number by number. What stands between two numbers names a subject, a place, a
period and a role, or leaves that of the number before; a word that belongs to none of these makes
the number somebody else's. So what is not understood is passed over, not guessed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from helpers.publications.phrases import COUNT, GROWTH, MONEY, SHARE, Mention, Vocabulary, words
from helpers.publications.script import Left, Reading, Script, Setting, reading

_YEAR = re.compile(
    r"(?<![\d.])(?P<y>(?:19|20)\d\d)(?=年|[^\d.,%件家亿万个项元人名户位倍])(?:年(?:度|底|末)?)?"
)
_WHOLE = re.compile(words("zh", "whole"))
_AND = re.compile(r"(?:以及|[、和及与])")
_NOWHERE = "-"
"""In a list: a place that the folder does not hold."""
_SCALE = {"万亿": 1e4, "亿": 1.0, "万": 1e-4, "": 1e-8}
_COUNTS = "件|项|家|户|个|人年|枚|种"
_NUMBER = re.compile(
    r"(?<![\d.A-Za-z])(?P<sign>-)?(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<plus>多|余|\+)?(?P<unit>个?百分点|%|‰|(?:万亿|亿|万|千|百)?(?:元(?!/)|美元|"
    rf"(?:{_COUNTS})(?!百分|月|季))|万亿|亿(?!人|吨|千瓦|平|只|台)|万(?![人吨千平辆台亩公])|"
    r"倍|成(?=[以,。、多左])|位|名|万?[人吨台辆]|平方|公里|天|次|岁|所|微克|"
    r"年|月|日|时|届|批|条|部|支|强)?"
    r"(?P<after>以上|左右|上下|以内|多)?"
)
_SPAN = re.compile(words("zh", "span"))
_PART = re.compile(words("zh", "part of a year"))
_TARGET = re.compile(words("zh", "target"))
_DONE = re.compile(r"(?:完成|实现|超额|高于|好于|符合|提前|达到).{0,12}目标|目标任务")
_UP_TO = re.compile(rf"(?:{words('zh', 'moved')})(?:至|到|为)(?:约|了|近|超过?)?$")
_GROWTH = re.compile(rf"(?P<w>{words('zh', 'growth')})率?(?:{words('zh', 'behind growth')})*$")
_FALLING = "下降减少降低回落下滑跌"
_DIFFERENCE = re.compile(words("zh", "difference"))
_BEHIND_PLACE = re.compile(words("zh", "behind a place"))
_BEFORE_PLACE = re.compile(words("zh", "before a place"))
_BEFORE_WHOLE = re.compile(words("zh", "before a whole"))
_SHARE = re.compile(r"占|比重|比例|之比|强度|份额")
_CLASS = re.compile(r"(?:以上)?的?(?:省|市|城市|企业有|企业达|地区有|产业集群|级|大关的)")
_LOWER = re.compile(rf"(?:{words('zh', 'lower bound')})(?:了)?$")
_ROUND = re.compile(r"(?:约|近|接近|大约|将近|大致|左右)(?:为)?$")
_OWNERS = re.compile(
    rf"(?:{words('zh', 'owner')})(?:拥有|共有|持有|产出|创造|实现)?(?:的|类|中|等)?(?:全?社会)?$"
)
_OTHERS = re.compile("专利|商标|产业|制造业|服务业|工业|企业|行业|公司|投资|出口|消费")
"""Words that begin another subject, where they are no part of a known one."""
_FILLER = re.compile(words("zh", "filler"))
_MARKS = re.compile(r"[\s,;:、()\[\]\"'《》<>·/+\-~。%]")
_SENTENCE = re.compile(r"[^。!?;\n]+[。!?;]?|\n")
_HEADING = re.compile(r"^[^。;,]{2,40}$")


@dataclass
class _State(Left):
    """With the names of a list, and what was named before them."""

    names: list[Mention] = field(default_factory=list)
    target: bool = False
    earlier: list[Mention] = field(default_factory=list)


def read_chinese(script: Script, setting: Setting) -> Iterator[Reading]:
    """Read every figure of a text that belongs to an indicator.

    Yields
    ------
    Reading
        In the order of the text, a figure as often as it is said.
    """
    home = setting
    state = _fresh(home)
    goes_on = False
    for match in _SENTENCE.finditer(script.text):
        sentence = match[0]
        if sentence == "\n":
            state, goes_on = _fresh(home), False
            continue
        home = _under(sentence, script, match.end(), home)
        target = state.target
        if not goes_on:
            # "Of which" goes on about what the sentence before was about.
            part = sentence.startswith("其中")
            earlier = state.earlier if part else []
            state = replace(state, area=home.area, earlier=earlier, names=[])
            if not part:
                state = replace(state, subject=None, role="", whole="")
        goes_on = sentence.endswith(";")
        yield from _Sentence(sentence, match.start(), script, home, state).readings()
        state.target = target or state.target if sentence.endswith(";") else False


def _fresh(setting: Setting) -> _State:
    return _State(year=setting.year, months=setting.months, area=setting.area)


def _under(sentence: str, script: Script, end: int, setting: Setting) -> Setting:
    """Take the year of a heading for what stands under it."""
    alone = script.text[end : end + 1] in ("\n", "") and _HEADING.match(sentence)
    told = re.search(r"\d[亿万件%家]|月\d+日", sentence)
    years = set(_YEAR.findall(sentence)) if alone and not told else ()
    if (
        len(years) == 1
        and setting.published
        and (year := int(min(years))) <= setting.published.year
    ):
        part = _PART.search(sentence)
        return replace(setting, year=year, months=_months(part) or 12 if part else 12)
    return setting


def _months(part: re.Match[str]) -> int:
    """Give the months from January of a part of the year; 0 for one that begins later."""
    fixed = {"q3": 9, "h1": 6, "q1": 3, "alone": 0, "full": 12}
    name = part.lastgroup or ""
    months = fixed[name] if name in fixed else int(part[name])
    return months if months <= 12 else 0


class _Sentence:
    """One sentence, number by number."""

    def __init__(
        self, text: str, offset: int, script: Script, setting: Setting, state: _State
    ) -> None:
        self.text, self.offset, self.script = text, offset, script
        self.setting, self.state = setting, state
        self.words: Vocabulary = setting.vocabulary
        start = script.text.rfind("\n", 0, offset) + 1
        before = re.split("[。!?;]", script.text[start:offset].rstrip("。!?;"))[-1]
        self.context = f"{setting.context} {before} {text}"
        self.numbers = [m for m in _NUMBER.finditer(text) if _counts(m, text)]
        self.mentions = self.words.mentions(text, self.context)
        self.listed: dict[int, tuple[Mention | None, str, int]] = {}
        """By number: its subject, its area and its year, as far as a list says."""
        self.heads: dict[int, str] = {}
        """By number: the words in front of the list that it stands in."""

    def readings(self) -> Iterator[Reading]:
        """Read the numbers from left to right."""
        last = 0
        for index, number in enumerate(self.numbers):
            lead = self.text[last : number.start()]
            self._find_list(index, last)
            found = self._read(index, number, last, lead)
            last = number.end()
            if found:
                yield found

    def _read(self, index: int, number: re.Match[str], begin: int, lead: str) -> Reading | None:
        state, unit = self.state, number["unit"] or ""
        if _TARGET.search(_DONE.sub("", lead)):
            state.target = True
        elif re.search("^[。]|[,;](?:20[012]\\d年|去年)", lead) and not state.target:
            state.target = False
        year, months, summed = self._period(self.heads.get(index, lead))
        area = self._area(begin, number.start())
        subject, rest = self._subject(begin, lead)
        if index in self.listed:
            named, own_area, own_year = self.listed[index]
            unknown = named is None and not own_area and not own_year
            subject = None if unknown else named or subject
            area, year = own_area or area, own_year or year
            area = "" if area == _NOWHERE else area
        elif unit in ("倍", "位", "名"):
            return None
        state.subject = subject
        if subject is None:
            state.role, state.whole = "", ""
            return None
        if index in self.heads:
            lead = rest = self.heads[index]
        role, scale, whole = self._role(number, lead, rest)
        if subject not in state.earlier:
            state.earlier.append(subject)
        nameless = re.search("(?:由|从)$", lead) or re.search("(?:新增|净增)[^,;]*$", lead)
        if not role or (summed and role != SHARE) or state.target or nameless:
            return None
        indicator = self.words.indicator(subject, role, unit, whole)
        if not indicator and not self._names(begin, lead):
            # "Shenzhen 1,330 (100 million yuan)" behind an intensity is of the expenditure.
            for one in reversed(state.earlier):
                if indicator := self.words.indicator(one, role, unit, whole):
                    state.subject = one
                    break
        summed_up = indicator not in self.words.stocks and "累计" in lead
        if not indicator or (role == COUNT and summed_up):
            return None
        if not self._is_of_year(year, months, lead):
            return None
        span = (self.offset, self.offset + len(self.text.rstrip()))
        sign = self._sign(number, role, rest)
        return reading(
            self.script, span, sign + number["n"], scale, about=self._is_about(number, lead),
            indicator=indicator, area=area, year=year, months=months or 12,
            qualifier=self._qualifier(number, lead, scale),
            status=self._status(lead), rule=f"zh {role}" + " list" * (index in self.listed),
        )  # fmt: skip

    # --- what the words before a number say

    def _period(self, lead: str) -> tuple[int, int, bool]:
        """Year and months of the next number, and whether it is summed or averaged over years."""
        state = self.state
        summed = bool(_SPAN.search(lead))
        plain = _SPAN.sub("", lead)
        year, once = 0, 0
        for match in _YEAR.finditer(plain):
            before, behind = plain[: match.start()], plain[match.end() :]
            if re.match(r"\d{1,2}月\d{1,2}日", behind) and not re.search("截[至止]到?$", before):
                continue
            like = re.search(r"(?:是|为|相当于|等于)$", before)
            if like and re.match("[的底末水]|全年的", behind):
                continue
            if re.search(r"(?:比|较|[高低优大小]于|自|同|跟)(?:上年)?$", before):
                if re.search("[比较]$", before) and re.search("增|降|减|提|上升", behind):
                    summed = summed or int(match["y"]) != (state.year or 0) - 1
                continue
            if re.search(r"[从由]$", before) and not re.search("[至到]", behind):
                once = int(match["y"])
            else:
                year, once = int(match["y"]), 0
                if re.search(r"到$", before) and self._in_future(year):
                    state.target = True
        relative = re.sub(r"[比较于同]去?上?年|[比较](?:上|去|今)年(?:同期|全年)?", "", plain)
        published = self.setting.published
        if not year:
            if self.setting.year and re.search("(?:^|[,。;:])上年(?:全|末|底|度|,|$)", relative):
                year = self.setting.year - 1  # of the year that the text is about
            elif published and (told := re.search("[去今前]年", relative)):
                year = published.year - {"今年": 0, "去年": 1, "前年": 2}[told[0]]
        part = [
            m
            for m in _PART.finditer(plain)
            if not re.search("[比较]$", plain[: m.start()])
            # A month before the year that is told is the one of a publication.
            and not (m["alone"] and _YEAR.search(plain, m.end()))
        ]
        months = None
        if part:
            months = _months(part[-1])
            if not year and not once:
                year = self._year_of_part(months)
        elif year or re.search("年末|年底", plain):
            months = 12
        if year:
            state.year = year
        if months is not None:
            state.months = months
        return once or state.year, state.months, summed

    def _year_of_part(self, months: int) -> int:
        """Choose the last year of which some months can be told."""
        published = self.setting.published
        if published is None or self.setting.months < 12:
            return self.state.year
        years = (published.year, published.year - 1)
        return next((y for y in years if self.setting.is_over(y, months or 12)), years[-1])

    def _in_future(self, year: int) -> bool:
        return self.setting.published is not None and year >= self.setting.published.year

    def _area(self, begin: int, end: int) -> str:
        places = self.setting.places
        # A place in front of a bracket with its figure is the subject of a list of places.
        for match in places.pattern.finditer(self.text, begin, end):
            behind = self.text[match.end() : end]
            before = self.text[max(0, match.start() - 6) : match.start()]
            if not _BEHIND_PLACE.match(behind) and not _BEFORE_PLACE.search(before):
                self.state.area = places.area(match[0])
        return self.state.area

    def _subject(self, begin: int, lead: str) -> tuple[Mention | None, str]:
        """Find the subject of the number behind a lead, and the words after it."""
        end = begin + len(lead)
        wholes = [m.span() for m in _WHOLE.finditer(lead)]
        found = [
            m for m in self.mentions
            if begin <= m.start and m.end <= end and not self._is_whole(m, begin, wholes, lead)
        ]  # fmt: skip
        if not found:
            rest = lead
            other = len(self._left_over(rest)) > 2 or _OTHERS.search(_WHOLE.sub("", rest))
            return (None if other else self.state.subject), rest
        mention = found[-1]
        rest = self.text[mention.end : end]
        self.state.role, self.state.whole = "", ""
        if self._is_owned(mention) or not self._is_free(rest):
            return None, rest
        return mention, rest

    def _names(self, begin: int, lead: str) -> bool:
        return any(begin <= m.start and m.end <= begin + len(lead) for m in self.mentions)

    def _is_whole(
        self, mention: Mention, begin: int, wholes: list[tuple[int, int]], lead: str
    ) -> bool:
        start, end = mention.start - begin, mention.end - begin
        inside = any(a < start < b and end <= b + 2 for a, b in wholes)
        return inside or bool(_BEFORE_WHOLE.search(lead[:start]))

    def _is_owned(self, mention: Mention) -> bool:
        """Say whether the words in front make it a part of something else."""
        before = self.text[: mention.start]
        clause = re.split(r"[,;:、()。\d%]", _YEAR.sub("", before))[-1]
        clause = self.setting.places.pattern.sub("", clause)
        clause = re.sub(r"(?:全[市省国社会]+|其中|全年|年|\"|“)+$", "", clause)
        if _OWNERS.search(clause):
            return True
        left = self._left_over(clause)
        return 2 <= len(left) <= 4 and clause.startswith(left)

    def _is_free(self, rest: str) -> bool:
        if rest and re.match(r"[\u4e00-\u9fffA-Za-z]", rest):
            if not (
                _FILLER.match(rest) or _YEAR.match(rest) or self.setting.places.pattern.match(rest)
            ):
                return False
            if re.search(r"第.个$", rest):
                return False
            if re.match(r"企业(?!研发)|专利|产值|总产值|投资|贡献率|中", rest):
                return False
        return len(self._left_over(rest)) <= 3

    def _left_over(self, text: str) -> str:
        """Give what remains of some words when all that says nothing of a subject is left out."""
        text = _WHOLE.sub(" ", text)
        text = self.setting.places.pattern.sub(
            " ", _YEAR.sub(" ", _SPAN.sub(" ", _PART.sub(" ", text)))
        )
        return _MARKS.sub("", _FILLER.sub("", text))

    # --- what a number is of its subject

    def _role(self, number: re.Match[str], lead: str, rest: str) -> tuple[str, float, str]:
        """Role, factor to the unit of the indicator, and what a share is a share of."""
        unit, state = number["unit"] or "", self.state
        if unit == "%":
            role, whole = self._percentage(lead, rest)
            state.role, state.whole = role, whole
            return role, 1.0, whole
        if unit.endswith("百分点") or unit in ("美元", "亿美元", "万美元", "万亿美元"):
            return "", 0.0, ""
        difference = _DIFFERENCE.search(rest) and not _UP_TO.search(rest)
        # A number that describes a class: "cities above 100 billion yuan".
        if difference or _CLASS.match(self.text, number.end()):
            return "", 0.0, ""
        if unit.endswith("元") or unit in ("万亿", "亿"):
            return MONEY, _SCALE[unit.removesuffix("元")], ""
        if unit.lstrip("万千百亿") in _COUNTS.split("|") or unit == "万" or unit == "微克":
            factor = {"万": 1e4, "亿": 1e8, "千": 1e3, "百": 1e2}
            return COUNT, factor.get(unit[:1], 1.0), ""
        return "", 0.0, ""

    def _percentage(self, lead: str, rest: str) -> tuple[str, str]:
        state = self.state
        clause = re.split("[,;:]", rest)[-1]
        if _GROWTH.search(clause) and not _UP_TO.search(clause):
            bad = re.search(r"年均|平均|累计|环比|[两三四五]年|比重|占", clause)
            bad = bad or re.search("现价|名义", lead)
            return ("", "") if bad else (GROWTH, "")
        whole = next((m[m.lastgroup or 0] for m in reversed(list(_WHOLE.finditer(rest)))), "")
        if whole:
            other = self.setting.places.pattern.search(whole)
            foreign = other and self.setting.places.area(other[0]) != state.area
            return SHARE, "-" if foreign else whole
        if state.role == SHARE:
            return SHARE, state.whole
        if state.role == GROWTH and re.fullmatch(r"[、和,及与]?", lead):
            return GROWTH, ""
        if re.search("增速|增长率", rest):
            return GROWTH, ""
        # Of a share that is named as one, like an intensity, nothing more needs to be said.
        return SHARE, ""

    def _sign(self, number: re.Match[str], role: str, rest: str) -> str:
        match = _GROWTH.search(re.split("[,;:]", rest)[-1]) if role == GROWTH else None
        falls = match is not None and match["w"] in _FALLING
        return "-" if falls or (number["sign"] and role == GROWTH) else ""

    def _is_of_year(self, year: int, months: int, lead: str) -> bool:
        if not months:
            return False
        expected = "预计" in lead or "预计" in self.text[: self.text.find(lead) + len(lead)]
        published = self.setting.published
        late = published is not None and published.month >= 10
        soon = expected and (late or not self._in_future(year))
        return not year or self.setting.is_over(year, months) or soon

    def _qualifier(self, number: re.Match[str], lead: str, scale: float) -> str:
        tail = lead[-6:]
        if _LOWER.search(tail) or number["plus"] or number["after"] in ("以上", "多"):
            return "lower_bound"
        near = self._is_about(number, lead) or "预计" in lead
        return "rounded" if near or scale > 1 else "exact"

    def _is_about(self, number: re.Match[str], lead: str) -> bool:
        return bool(_ROUND.search(lead[-6:])) or number["after"] in ("左右", "上下")

    def _status(self, lead: str) -> str:
        before = self.text[: self.text.find(lead) + len(lead)]
        if "预计" in before:
            return "estimate"
        if re.search("修订|最终核[实算]", before):
            return "revised"
        return "preliminary" if re.search("初步|快报", before) else ""

    # --- lists: "A and B were 1 and 2 respectively", "Guangdong (1), Jiangsu (2)"

    def _find_list(self, index: int, begin: int) -> None:
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
            self.listed[index] = (named[-1], self.setting.places.area(found[-1][0]) or _NOWHERE, 0)
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
        wholes = [m.span() for m in _WHOLE.finditer(head)]
        named = [
            m for m in self.mentions
            if begin <= m.start and m.end <= begin + len(head)
            and not self._is_whole(m, begin, wholes, head) and not self._is_owned(m)
        ]  # fmt: skip
        years = [int(y) for y in _YEAR.findall(head)]
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
            return [(subject, area or _NOWHERE, 0) for area in areas]
        if not named and len(state.names) == count and len(self._left_over(head)) <= 3:
            return [(m, "", 0) for m in state.names]
        return []

    def _completed(
        self, head: str, named: list[Mention], begin: int, count: int
    ) -> list[Mention | None]:
        """Complete names that share a beginning or an end: "applications and grants"."""
        first = named[0]
        text = _WHOLE.sub("", head[first.start - begin :])
        before = re.finditer(r"[,:;]", head[: first.start - begin])
        first_at = max((match.end() for match in before), default=0)
        items = [item for item in _AND.split(re.split("[,;]", text)[0]) if item]
        if len(items) != count:
            items = [
                i for i in _AND.split(re.split("[,;]", _WHOLE.sub("", head[first_at:]))[-1]) if i
            ]
        if len(items) != count:
            return []
        made: list[Mention | None] = []
        for item in items:
            item = self.setting.places.pattern.sub("", _YEAR.sub("", item))
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


def _counts(match: re.Match[str], text: str) -> bool:
    """Say whether a number is no year, date, rank or name."""
    unit, digits = match["unit"] or "", match["n"]
    if unit in ("年", "月", "日", "时", "届", "强", "天", "岁"):
        return False
    if not unit and _YEAR.match(text, match.start()):
        return False
    before = text[max(0, match.start() - 1) : match.start()]
    if before in ("第", "前", "+", "-", "~") and unit in ("", "位", "名", "个", "家", "个月"):
        return False
    behind = text[match.end() : match.end() + 1]
    return (
        not (behind in ("+", "-", "~", "月") and not unit)
        and not (unit == "个" and behind == "月")
        and digits != ""
    )
