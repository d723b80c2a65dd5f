"""What is said of one target on a day, in a language: one record that every surface prints.

Each text is made once, from the numbers as they were computed. A number that was rounded for a
table and is rounded again for a sentence can come out as another one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from helpers.days import period_end, year_name
from helpers.forecasting.batch import MIN_POINTS
from helpers.forecasting.calibration import FURTHEST
from helpers.vocabulary import (
    AVERAGE,
    CHANGE,
    FIGURE,
    GROWTH,
    OVER_YEARS,
    SETTLED,
    SHARE,
    base_of_unit,
    operator_of,
)
from helpers.wording.language import ENGLISH, NO_BREAK, Language

RATES = ("pct", "pct_per_year")
"""Units of growth: a share of a rate of change says nothing."""
SENTENCES = (
    "caveat", "evidence", "signing", "due", "outlook", "revision", "official", "foresight",
)  # fmt: skip
MULTIPLE = "multiple"
SIGNIFICANT_MOVE = 0.05
"""A probability that moves less than this counts as the same in the text; both are shown."""


@dataclass(frozen=True)
class Statement:
    """What is said of one target; a text that does not apply is empty.

    Attributes
    ----------
    target_id, language : str
        `language` is one of `helpers.vocabulary.CODES`.
    asked : str
        What the target asks for.
    state, heading : str
        The state within a sentence, and alone.
    signed : str
        That the target was passed when it was set or made public, which no later figure undoes.
    shortfall : str
        By how much a level was missed: "21 % short", "1.2 points over".
    probability, equation, likelihood : str
        "85 %", "P = 85 %", "likely".
    verdict : str
        State and probability.
    interval : str
        Median and 80 % interval of the target year.
    latest, latest_year, latest_status, latest_qualifier, grade, known_from : str
        The outcome, or else the latest figure, and what is known of it.
    caveat, evidence, signing, due, outlook, official, revision, foresight : str
        Sentences: the unverified figures on which the verdict rests; figure and target; what was
        known at signing; when the figure of a target year that is over is due; the projection; that
        of an authority; of which print the probability is, and what holds as finally revised; what
        was projected before the outcome was out.
    without : str
        What the verdict is without unverified figures; empty for a row that does not know.
    without_moves : str
        What of it is then another: "state", "probability" or "".
    level, so_far : str
        Of a target on growth, years or a base: the level that the target year must reach, and what
        the years that are out come to.
    reason : str
        The sentences, in the order in which they are read.
    """

    target_id: str
    language: str
    asked: str
    state: str
    heading: str
    signed: str
    shortfall: str
    probability: str
    equation: str
    likelihood: str
    verdict: str
    interval: str
    latest: str
    latest_year: str
    latest_status: str
    latest_qualifier: str
    grade: str
    known_from: str
    caveat: str
    evidence: str
    signing: str
    due: str
    outlook: str
    official: str
    revision: str
    foresight: str
    without: str
    without_moves: str
    level: str
    so_far: str
    reason: str

    @property
    def standing(self) -> str:
        """State, probability, and that it was passed at signing: "open, P > 99 %; met when set"."""
        return "; ".join(text for text in (self.verdict, self.signed) if text)

    @property
    def asides(self) -> tuple[str, ...]:
        """Sentences that figures beside them do not tell."""
        sentences = (self.caveat, self.revision, self.official, self.foresight)
        return tuple(sentence for sentence in sentences if sentence)


def statement(row: Mapping[str, Any], language: Language = ENGLISH, of: str = "") -> Statement:
    """Say in a language what a row of verdicts says.

    `row`: a row of `helpers.targets.assessment.assess`, its numbers not rounded. Missing cells are
    NaN, None or "". `year_ends` may stand beside its columns: the month in which its years end, as
    `helpers.days.period_end` takes it. `of`: topic of the indicator, as `Language.amount` takes it.
    """
    state, chance = text(row["state"]), number(row["probability"])
    equation = "" if isnan(chance) else language.equation(chance)
    without, moves = _without(row, language)
    sentences = _sentences(row, language, of)
    return Statement(
        target_id=text(row.get("target_id")),
        language=language.code,
        asked=line_of(row, language, of),
        state=language.word("state", state),
        heading=language.word("heading", state),
        signed=_signed(row, language),
        shortfall=_shortfall(row, language),
        probability="" if isnan(chance) else language.probability(chance),
        equation=equation,
        likelihood=language.likelihood(chance),
        verdict=_verdict(state, equation, language),
        interval=_interval(row, language, of),
        **_latest(row, language, of),
        **sentences,
        without=without,
        without_moves=moves,
        **_towards(row, language, of),
        reason=language.sentences(sentences.values()),
    )


def line_of(row: Mapping[str, Any], language: Language, of: str = "") -> str:
    """Write what the target asks for; empty for a goal in words."""
    value = number(row["target_value"])
    if isnan(value):
        return ""
    return language.line(
        text(row["operator"]),
        value,
        places(value, row["target_decimals"]),
        _unit(row),
        number(row.get("target_high")),
        of,
        year_of(row, "base_year"),
    )


def _signed(row: Mapping[str, Any], language: Language) -> str:
    if text(row.get("at_signing")) != "met":
        return ""
    signed = language.say(f"signed.{text(row['signing_event']).replace(' ', '_')}")
    if text(row["signing_grade"]) == "unverified":
        return language.say("signed.unverified", signed=signed)
    return signed


def _shortfall(row: Mapping[str, Any], language: Language) -> str:
    """Say by how much a level was missed: a share in points, anything else in percent of it."""
    value, bound = number(row.get("latest_value")), number(row["target_value"])
    same_unit = text(row["unit"]) == text(row.get("latest_unit"))
    if text(row["state"]) != "missed" or _relative(row) or not same_unit or value == bound:
        return ""
    over = value > bound
    if over and not isnan(high := number(row.get("target_high"))):
        bound = high
    gap = abs(value - bound)
    if text(row["unit"]).startswith(("pct", "%")):
        amount = language.change(gap, places(value, row["latest_decimals"]), text(row["unit"]))
    elif bound:
        part = 100 * gap / abs(bound)
        amount = language.percent(part, 0 if part >= 1 else 1)
    else:
        return ""
    return language.say("shortfall.over" if over else "shortfall.below", amount=amount)


def _verdict(state: str, equation: str, language: Language) -> str:
    words = language.word("state", state)
    if state == "open" and not equation:
        equation = language.say("news.no_probability")
    return language.say("measure.chance", state=words, chance=equation) if equation else words


def _sentences(row: Mapping[str, Any], language: Language, of: str) -> dict[str, str]:
    """Say why a target has its state, a sentence each."""
    state = text(row["state"])
    said = dict.fromkeys(SENTENCES, "")
    if state in ("not_numeric", "no_data"):
        return said | {"evidence": language.say(f"reason.{state}")}
    said["caveat"] = _pivot(row, language, of)
    said["revision"] = _revision(row, language)
    figure = _figure(row, language, of)
    asked = line_of(row, language, of) + _level(row, language, of)
    if text(row["at_signing"]) == "met":
        said["signing"] = _signing(row, language, of)
    if state in SETTLED:
        judged = judged_words(row, language)
        figure = language.say("reason.judged", figure=figure, judged=judged) if judged else figure
        said["evidence"] = language.say(f"reason.{state}", figure=figure, asked=asked)
        said["foresight"] = _said_before(row, language, of)
    else:
        latest = language.say("reason.latest", figure=figure, asked=asked)
        age = number(row.get("latest_age"))
        old = language.say("reason.old", years=whole(age)) if age >= OLD else ""
        said["evidence"] = language.sentences([latest, old, _reading(row, language, of)])
        said["due"] = _due(row, language)
        said["outlook"] = _ahead(row, language, of)
        said["official"] = _official(row, language, of)
    if later := text(row.get("set_after")):
        day = language.day(later[:10])
        said["signing"] = language.sentences(
            [said["signing"], language.say("reason.set_after", day=day)]
        )
    return said


OLD = 4
"""Years without a figure from which a sentence says how old the latest one is."""


def _reading(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Name a reading of a part of a year that is later than the annual figures."""
    value, level = number(row.get("reading_value")), number(row.get("level"))
    if isnan(value):
        return ""
    year, months = int(number(row["reading_year"])), int(number(row["reading_months"]))
    month = f"{period_end(year, months, _ends(row)):%Y-%m}"
    decimals = places(value, row["reading_decimals"])
    amount = language.amount(value, decimals, text(row["latest_unit"]), of)
    asks, passed = operator_of(text(row["operator"])), None
    if asks.statistic == FIGURE and not isnan(level) and asks.comparison != "between":
        passed = value <= level if asks.has_ceiling else value >= level
    key = {None: "reason.reading", True: "reason.reading_passed", False: "reason.reading_short"}
    return language.say(key[passed], value=amount, month=language.day(month))


def _official(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Give the official projection of the target year: it knows what no trend does."""
    value = number(row.get("official_value"))
    if isnan(value):
        return ""
    decimals = len(f"{value:.10g}".partition(".")[2])
    return language.say(
        "reason.official",
        by=text(row["official_by"]),
        day=language.day(text(row["official_day"])[:10]),
        value=language.amount(value, decimals, text(row["latest_unit"]), of),
        year=year_of(row, "target_year"),
    )


def _towards(row: Mapping[str, Any], language: Language, of: str) -> dict[str, str]:
    """Write the level that a target counted otherwise asks for, and what it has come to so far."""
    said = {"level": "", "so_far": ""}
    if text(row["state"]) in ("not_numeric", "no_data") or not (kind := _relative(row)):
        return said
    said["level"] = _level(row, language, of).strip(" ()（）")
    value = number(row.get("so_far"))
    if isnan(value):
        return said
    last = min("target_year", "latest_year", key=lambda name: number(row[name]))
    return said | {"so_far": _measured(row, value, kind, language, year_of(row, last))}


def _revision(row: Mapping[str, Any], language: Language) -> str:
    """Say of which print the probability is; of a preliminary outcome, whether it will stand."""
    chance, state = number(row.get("probability_final")), text(row["state"])
    if isnan(chance):
        return ""
    stands = 1.0 - chance if state == "missed" else chance
    return language.say(f"revision.{state}", chance=language.probability(stands))


def _due(row: Mapping[str, Any], language: Language) -> str:
    """Say of a year that is over and has no outcome when its figure is usually out."""
    due = text(row.get("due"))
    if not due:
        return ""
    key = "reason.overdue" if truth(row["overdue"]) else "reason.due"
    return language.say(key, year=year_of(row, "target_year"), month=language.day(due[:7]))


def _latest(row: Mapping[str, Any], language: Language, of: str) -> dict[str, str]:
    value, status = number(row.get("latest_value")), text(row.get("latest_status"))
    qualifier = text(row.get("latest_qualifier"))
    words = [language.word("status", status)] if status else []
    words += [language.word("qualifier", qualifier)] if qualifier not in ("", "exact") else []
    amount = ""
    if not isnan(value):
        decimals = places(value, row["latest_decimals"])
        amount = language.amount(value, decimals, text(row["latest_unit"]), of)
    return {
        "latest": amount,
        "latest_year": year_of(row, "latest_year"),
        "latest_status": words[0] if words else "",
        "latest_qualifier": language.listed(words),
        "grade": language.word("grade", text(row.get("latest_grade"))),
        "known_from": _known_from(row, language),
    }


def _known_from(row: Mapping[str, Any], language: Language) -> str:
    day = text(row.get("latest_known_from"))[:10]
    return language.day(day, truth(row["latest_known_from_assumed"])) if day else ""


def _figure(row: Mapping[str, Any], language: Language, of: str) -> str:
    value = number(row["latest_value"])
    decimals = places(value, row["latest_decimals"])
    return language.say(
        "reason.figure",
        value=language.amount(value, decimals, text(row["latest_unit"]), of),
        year=year_of(row, "latest_year"),
        status=language.word("status", text(row["latest_status"])),
        grade=language.word("grade", text(row["latest_grade"])),
        day=_known_from(row, language),
    )


def _level(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Name the level that growth, a mean or a multiple asks for; of a range its nearer end."""
    level, value = number(row.get("level")), number(row["latest_value"])
    kind, settled = _relative(row), text(row["state"]) in SETTLED
    if not kind or isnan(level) or level == value or (kind in OVER_YEARS and settled):
        return ""
    if kind == AVERAGE and level == number(row["target_value"]):
        return ""
    decimals = places(value, row["latest_decimals"])
    amount = language.amount(level, decimals, text(row["latest_unit"]), of)
    return language.say("reason.level_left" if kind in OVER_YEARS else "reason.level", level=amount)


def judged_words(row: Mapping[str, Any], language: Language) -> str:
    """Write the growth, mean or multiple that a target is judged by; "" for a level."""
    judged, kind = number(row.get("judged")), _relative(row)
    if isnan(judged) or not kind:
        return ""
    return _measured(row, judged, kind, language, year_of(row, "target_year"))


def _measured(
    row: Mapping[str, Any], value: float, kind: str, language: Language, last: str
) -> str:
    """Write growth, a mean, a sum, a change or a multiple up to a last year."""
    unit = _unit(row)
    decimals = _finer(row, unit) if kind != AVERAGE else places(nan, row["target_decimals"]) + 1
    rate = kind == GROWTH or unit in RATES
    falls = kind == GROWTH and value < 0
    write = language.change if kind == CHANGE else language.amount
    written = (
        language.percent(abs(value) if falls else value, decimals)
        if rate
        else write(value, decimals, unit)
    )
    return language.say(
        f"judged.{kind}{'_down' if falls else ''}",
        value=f"+{written}" if kind == CHANGE and value > 0 else written,
        base=year_of(row, "base_year"),
        first=year_of(row, "base_year", later=1),
        last=last,
    )


def _relative(row: Mapping[str, Any]) -> str:
    """Name the kind of a target that its figure alone does not settle; "" for a level."""
    statistic = operator_of(text(row["operator"])).statistic
    if statistic != FIGURE:
        return statistic
    return MULTIPLE if base_of_unit(text(row["unit"])) else ""


def _span(row: Mapping[str, Any], language: Language, of: str) -> dict[str, str]:
    """Write median, lower and upper bound of the 80 % interval; empty without them."""
    median = number(row.get("median"))
    if isnan(median):
        return {}
    # Near the end of a share half a point is much.
    small, unit = min(median, number(row["lower80"])) < 100, text(row["latest_unit"])
    decimals = _finer(row, unit) if small else 0
    bounds = {
        name: language.scaled(number(row[f"{name}80"]), decimals, unit)
        for name in ("lower", "upper")
    }
    return {"median": language.amount(median, decimals, unit, of)} | bounds


def _finer(row: Mapping[str, Any], unit: str) -> int:
    """One decimal more than a target prints; of things that are counted none."""
    return 0 if unit == "count" else places(nan, row["target_decimals"]) + 1


def _interval(row: Mapping[str, Any], language: Language, of: str) -> str:
    span = _span(row, language, of)
    return language.say("card.projection", **span) if span else ""


def _ahead(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Give the projection for the target year with its probability, or what it lacks."""
    year = year_of(row, "target_year")
    span = _span(row, language, of)
    if not span:
        ahead = number(row["target_year"]) - number(row["latest_year"])
        if ahead < 0:
            return language.say("reason.passed_over", year=year)
        if ahead == 0:
            return language.say("reason.ahead")
        count = int(number(row["points"]))
        if count >= MIN_POINTS:
            if ahead > FURTHEST:
                return language.say("reason.too_far", year=year, furthest=FURTHEST)
            return language.say("reason.no_path")
        return language.say("reason.few_one" if count == 1 else "reason.few_many", count=count)
    outlook = _projected(row, language, span)
    chance = number(row["probability"])
    if isnan(chance):
        base = year_of(row, "base_year")
        return language.say("reason.no_base", outlook=outlook, base=base)
    return language.say("reason.chance", outlook=outlook, equation=language.equation(chance))


def _projected(row: Mapping[str, Any], language: Language, span: Mapping[str, str]) -> str:
    """Give median and interval of the target year, or of the mean or sum over the plan."""
    kind, last = _relative(row), year_of(row, "target_year")
    first = year_of(row, "base_year", later=1) if kind in OVER_YEARS else last
    if first == last:
        return language.say("reason.outlook", year=last, **span)
    return language.say(f"reason.outlook_{kind}", first=first, last=last, **span)


def _said_before(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Say what was projected before the outcome was out, and how far off its middle was."""
    over_years = _relative(row) in OVER_YEARS
    median, came = number(row.get("said_median")), number(row["latest_value"])
    came = number(row.get("judged")) if over_years else came
    chance = number(row.get("said_probability"))
    if isnan(median) or isnan(chance) or isnan(came):
        return ""
    decimals = places(came, row["latest_decimals"])
    unit = text(row["latest_unit"])
    off = 100 * (median / came - 1) if median > 0 < came else nan
    side = "close" if abs(off) < 0.5 else "high" if off > 0 else "low"
    if isnan(off) or (unit in RATES and of != SHARE):
        side = "plain"
    said = language.say(
        "reason.said",
        day=language.day(text(row["said_day"])[:10]),
        median=language.amount(median, decimals, unit, of),
        lower=language.scaled(number(row["said_lower80"]), decimals, unit),
        upper=language.scaled(number(row["said_upper80"]), decimals, unit),
        equation=language.equation(chance),
    )
    return language.say(f"reason.said_{side}", said=said, percent=language.percent(abs(off)))


def _pivot(row: Mapping[str, Any], language: Language, of: str) -> str:
    """Name the unverified figures on which the verdict rests, and what is said without them."""
    value, chance = number(row.get("pivotal_value")), number(row.get("probability_without"))
    if isnan(value):
        return ""
    decimals = places(value, row["pivotal_decimals"])
    count = int(number(row["pivotal_figures"]))
    said = {
        "count": count,
        "value": language.amount(value, decimals, text(row["pivotal_unit"]), of),
        "year": year_of(row, "pivotal_year"),
        "state": language.word("state", text(row["state_without"])),
        "without": "" if isnan(chance) else language.equation(chance),
        "equation": language.equation(number(row["probability"])),
    }
    if text(row["state"]) != text(row["state_without"]):
        kind = "state" if isnan(chance) else "state_chance"
    else:
        kind = "lost" if isnan(chance) else "chance"
    return language.say(f"reason.pivot_{kind}_{'one' if count == 1 else 'many'}", **said)


def _signing(row: Mapping[str, Any], language: Language, of: str) -> str:
    value = number(row["signing_value"])
    decimals = places(value, row["signing_decimals"])
    unread = text(row["signing_grade"]) == "unverified"
    return language.say(
        f"reason.signed_{text(row['signing_event']).replace(' ', '_')}",
        day=language.day(text(row["signing_day"])[:10]),
        value=language.amount(value, decimals, text(row["latest_unit"]), of),
        year=year_of(row, "signing_year"),
        unverified=language.say("reason.unverified") if unread else "",
    )


def _without(row: Mapping[str, Any], language: Language) -> tuple[str, str]:
    """Say what the verdict is without unverified figures, and what of it is another."""
    if "state_verified" not in row:
        return "", ""
    if not int(whole(row.get("unverified_points")) or 0):
        return language.say("without.none"), ""
    state, other = text(row["state"]), text(row["state_verified"])
    p, q = number(row["probability"]), number(row["probability_verified"])
    chance = "" if isnan(q) else language.probability(q)
    if state != other:
        word = language.word("heading", other).lower()
        key = "without.state_chance" if chance else "without.state"
        return language.say(key, state=word, chance=chance), "state"
    if isnan(p):
        return language.say("without.same"), ""
    if isnan(q):
        return language.say("without.no_chance"), "probability"
    if language.likelihood(p) == language.likelihood(q):
        return language.say("without.same_chance", chance=chance), ""
    moved = "probability" if abs(p - q) >= SIGNIFICANT_MOVE else ""
    likelihood = language.likelihood(q)
    return language.say("without.chance", chance=chance, likelihood=likelihood), moved


def kept(words: str) -> str:
    """Keep a number and its signs together at the end of a line."""
    return re.sub(r"(?<=\d) (?=%)|(?<=[<>=]) (?=\d)|(?<=P) (?=[<>=])", NO_BREAK, words)


def places(value: float, decimals: object) -> int:
    """Decimals as printed; where they are not recorded, as many as the number needs."""
    known = number(decimals)
    if not isnan(known):
        return int(known)
    return 0 if isnan(value) or value == int(value) else 2


def text(cell: object) -> str:
    """Return a cell as text, "" for a missing one."""
    return "" if cell is None or cell != cell or str(cell) == "<NA>" else str(cell)


def number(cell: object) -> float:
    """Return a cell as a number, NaN for a missing one."""
    written = text(cell)
    return float(written) if written else nan


def whole(cell: object) -> str:
    """Write a whole number, "" for a missing one."""
    value = number(cell)
    return "" if isnan(value) else f"{value:.0f}"


def year_of(row: Mapping[str, Any], name: str, later: int = 0) -> str:
    """Name the year of a cell as people do, or one so many years later; "" for a missing one."""
    value = number(row.get(name))
    return "" if isnan(value) else year_name(int(value) + later, _ends(row))


def _unit(row: Mapping[str, Any]) -> str:
    """Return the unit of a target, its base year named as people do."""
    unit = text(row["unit"])
    base = base_of_unit(unit)
    return unit if base is None else unit.replace(str(base), year_name(base, _ends(row)))


def _ends(row: Mapping[str, Any]) -> int:
    """Month in which the years of a row end; December where it does not say."""
    return int(whole(row.get("year_ends")) or 12)


def truth(cell: object) -> bool:
    """Say whether a cell is true."""
    return text(cell) == "True"
