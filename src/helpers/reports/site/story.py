"""The story of a plan in a few hundred words, for a reader who knows nothing of it.

Every number stands in a table of the report; what a missing table or cell would say is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.site.headline import begun, but, doubt, record_of, short_name
from helpers.reports.site.verdicts import Source, Verdict, read_source
from helpers.topics.patents.filings import cut_table
from helpers.vocabulary import MEASURE_GRADES
from helpers.wording.language import Language

if TYPE_CHECKING:
    from helpers.reports.site.layout import Front

PAGE = "story.html"
TABLES = ("industry", "patents", "measures")
MOST_NAMED = 3
"""Of what nobody publishes, so much is named."""
CHANCE = 0.05
"""From this corrected p on, a year is said not to stand out."""
_CONTROL = re.compile(r"(?P<rest>rest of )?(?P<area>.+) \((?P<indicator>\w+)\)")

Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, and lines of a list after them."""

    heading: str
    paragraphs: tuple[str, ...]
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class Story:
    """The text of the plan as publication, what it asks for, and the sections after that."""

    signed: str
    source: Source | None
    asked: tuple[Verdict, ...]
    sections: tuple[Section, ...]


def tell(front: Front, tables: Tables, raw: RawData, awaited: Sequence[str]) -> Story | None:
    """Tell the story of a plan in the language of a front page.

    Parameters
    ----------
    front : Front
    tables : mapping
        Those of `TABLES` that the report holds, by name.
    raw : RawData
        For the publication of the plan and for events.
    awaited : sequence of str
        Which figures of the plan come next, a line each.

    Returns
    -------
    Story or None
        None without a table that tells more of an indicator of the plan than its verdict does.
    """
    told = [_yardstick(front, tables), _fall(front, tables, raw)]
    if not front.headline or not any(told):
        return None
    sections = [_happened(front), told[1], told[0], _unpublished(front, tables, raw)]
    sections.append(_next(front, awaited))
    signed, source = _plan(front, raw)
    return Story(signed, source, front.headline, tuple(filter(None, sections)))


def _section(heading: str, paragraphs: Sequence[str], lines: Sequence[str] = ()) -> Section | None:
    kept = tuple(filter(None, paragraphs))
    return Section(heading, kept, tuple(lines)) if kept or lines else None


def _plan(front: Front, raw: RawData) -> tuple[str, Source | None]:
    """Say when the plan was signed and made public, and name its text."""
    language = front.language
    targets = raw.targets.set_index("target_id")
    row = targets.loc[front.headline[0].target_id]
    sources = raw.sources.set_index("source_id", drop=False)
    if row["source_id"] not in sources.index:
        return "", None
    source = sources.loc[row["source_id"]].to_dict()
    days = {
        name: str(day)[:10] for name, day in (("set", row["set_on"]), ("out", source["published"]))
    }
    if not all(days.values()):
        return "", read_source(source, language)
    spoken = {name: language.long_day(day) for name, day in days.items()}
    said = language.say("story.signed", **spoken)
    return said, read_source(source, language)


def _happened(front: Front) -> Section | None:
    """Say of each target what came, with the words of method explained where they first stand."""
    language, paragraphs = front.language, []
    explained: set[str] = set()
    for verdict in front.headline:
        said, key = verdict.said, f"story.explain_{verdict.goal.indicator if verdict.goal else ''}"
        parts = [said.evidence, language.say(key) if language.has(key) else ""]
        first_print = said.latest_status == language.word("status", "preliminary")
        open_ = verdict.state == "open"
        if open_:
            parts += [said.signing, said.outlook]
        for word, stands in (("chance", open_ and said.outlook), ("print", first_print)):
            if stands and word not in explained:
                explained.add(word)
                parts.append(language.say(f"story.explain_{word}"))
        parts.append(record_of(verdict.probability, front.tally, language) if open_ else "")
        text = language.sentences(parts)
        name = begun(short_name(verdict, front.headline, language))
        paragraphs.append(language.say("story.of", name=name, text=text) if text else "")
    return _section(language.say("story.happened"), paragraphs)


def _yardstick(front: Front, tables: Tables) -> Section | None:
    """Say whether the figure that met or missed a target is still what was asked for."""
    language, paragraphs = front.language, []
    table = tables.get("industry", pd.DataFrame(columns=["indicator", "area"]))
    for verdict in front.headline:
        goal = verdict.goal
        if goal is None:
            continue
        rows = table[table["indicator"].eq(goal.indicator) & table["area"].eq(goal.area)]
        if rows["definition"].nunique() < 2 if len(rows) else True:
            continue
        last = rows.sort_values("year").groupby("definition", sort=False)["value"].last()
        passed = last.le(goal.level) if goal.ceiling else last.ge(goal.level)
        breaks = rows["break_before"].value_counts()
        definitions = language.say(
            "story.definitions",
            name=begun(short_name(verdict, front.headline, language)),
            first=int(rows["year"].min()),
            count=language.number(len(last)),
            passed=language.number(int(passed.sum())),
            documented=language.number(int(breaks.get("no", 0))),
            suspected=language.number(int(breaks.get("suspected", 0))),
        )
        paragraphs += [definitions, but(verdict, front.rescoped.get(verdict.target_id), language)]
    return _section(language.say("story.yardstick"), paragraphs)


def _fall(front: Front, tables: Tables, raw: RawData) -> Section | None:
    """Say how far a count fell from its peak, and what can and cannot be the reason."""
    table = tables.get("patents", pd.DataFrame())
    if table.empty:
        return None
    series = table[table["part"].eq("series")]
    for verdict in front.headline:
        own = series[series["subject"].eq(verdict.goal.indicator if verdict.goal else "")]
        wide = own.pivot_table("amount", "last_year", "measure")
        if {"value", "below_peak", "growth"} <= set(wide) and len(wide) > 2:
            return _section_of_fall(front, verdict, table, wide, raw)
    return None


def _section_of_fall(
    front: Front, verdict: Verdict, table: pd.DataFrame, wide: pd.DataFrame, raw: RawData
) -> Section | None:
    language = front.language
    peak, last = int(wide["value"].idxmax()), int(wide.index.max())
    after = wide.loc[peak + 1 :]
    if after.empty:
        return None
    trough = int(after["value"].idxmin())
    back = trough < last
    numbers = {name: language.number(wide.loc[year, "value"])
               for name, year in (("peak", peak), ("trough", trough), ("last", last))}  # fmt: skip
    said = language.say(
        f"story.fall_{'back' if back else 'low'}",
        **numbers, peak_year=peak, trough_year=trough, last_year=last,
        fall=language.percent(wide.loc[trough, "below_peak"]),
        growth=language.percent(wide.loc[last, "growth"]),
        below=language.percent(wide.loc[last, "below_peak"]),
    )  # fmt: skip
    name = short_name(verdict, front.headline, language)
    heading = begun(language.say(f"story.why_{'back' if back else 'low'}", name=name))
    paragraphs = [
        said,
        language.sentences([_slowing(language, wide["growth"]), _controls(front, verdict, table)]),
        _applicants(front, table, wide["value"], peak, trough),
        _events(language, table, raw, peak, last),
    ]
    return _section(heading, paragraphs)


def _slowing(language: Language, growth: pd.Series) -> str:
    """Say from which year on growth was lower, where one step explains most of its course."""
    cuts = cut_table(np.log1p(growth.dropna() / 100))
    slower = cuts[cuts["difference"].lt(0)]
    if slower.empty:
        return ""
    best = slower.loc[slower["explained"].idxmax()]
    before, after = (_signed(100 * float(np.expm1(best[s])), language) for s in ("before", "after"))
    return language.say("story.slowing", year=int(best["cut"]), before=before, after=after)


def _controls(front: Front, verdict: Verdict, table: pd.DataFrame) -> str:
    """Compare growth after the peak with that of other areas, first of all with the rest of one."""
    language = front.language
    rows = table[table["part"].eq("control")]
    wide = rows.pivot_table("amount", "subject", "measure", sort=False)
    if not {"own_after", "control_after"} <= set(wide):
        return ""
    rests = [subject for subject in wide.index if subject.startswith("rest of ")]
    shown = (rests or list(wide.index))[-1]
    named = _CONTROL.fullmatch(shown)
    area = front.names.get(named["area"], named["area"]) if named else shown
    if named and named["rest"]:
        area = language.say("story.rest", area=area)
    years = rows.loc[rows["subject"].eq(shown)].iloc[0]
    faster = int(wide["control_after"].gt(wide["own_after"]).sum())
    return language.say(
        "story.controls_all" if faster == len(wide) else "story.controls",
        here=verdict.area, first=int(years["first_year"]), last=int(years["last_year"]), area=area,
        own=_signed(wide.loc[shown, "own_after"], language),
        other=_signed(wide.loc[shown, "control_after"], language),
        faster=language.number(faster), count=language.number(len(wide)),
    )  # fmt: skip


def _signed(percent: float, language: Language) -> str:
    return f"{'+' if percent > 0 else '−'}{language.percent(abs(percent))}"


def _applicants(
    front: Front, table: pd.DataFrame, values: pd.Series, peak: int, trough: int
) -> str:
    """Say how the filings of applicants with a figure of both years moved meanwhile."""
    language, form = front.language, front.language.say("story.applicant_of", name="{name}")
    rows = table[table["part"].eq("applicant") & table["last_year"].isin([peak, trough])]
    wide = rows.pivot_table("amount", "subject", "last_year", sort=False)
    if not {peak, trough} <= set(wide):
        return ""
    moved = (wide[trough] - wide[peak]).dropna()
    fall = values[peak] - values[trough]
    told = [
        language.say(
            "story.applicant_more" if change > 0 else "story.applicant_less",
            name=_owner(front.names.get(str(name), str(name)), form),
            change=language.number(abs(change)),
            part=language.percent(min(100.0, 100 * abs(change) / fall)),
        )
        for name, change in moved.items()
    ]
    if not told or fall <= 0:
        return ""
    return language.say(
        "story.applicants", first=peak, last=trough, fall=language.number(fall),
        told=language.say("list.semicolon").join(told),
    )  # fmt: skip


def _owner(name: str, form: str) -> str:
    """Take the applicant out of the name of its count, which is of a form."""
    before, after = form.split("{name}")
    plain = name.startswith(before) and name.endswith(after)
    return name[len(before) : len(name) - len(after)] if plain else name


def _events(language: Language, table: pd.DataFrame, raw: RawData, peak: int, last: int) -> str:
    """Name what happened between peak and last year, and say whether any year stands out."""
    rows = table[table["part"].eq("event")]
    tested = rows[rows["measure"].eq("p_corrected")]
    if tested.empty:
        return ""
    ids = {one for subject in tested["subject"] for one in str(subject).split(";")}
    events = raw.events[raw.events["event_id"].isin(ids)]
    events = events[events["date"].str[:4].astype(int).between(peak + 1, last)]
    # The plan itself is told above.
    events = events[~events["source_id"].isin(raw.targets["source_id"])]
    # The year that has most of them says most.
    years = events["date"].str[:4]
    events = events[years.eq(years.mode().iloc[0])] if len(events) else events
    named = [
        language.say(
            "story.event", day=language.day(row["date"][:7]), name=row[f"name_{language.code}"]
        )
        for row in events.to_dict("records")
    ]
    chance = language.say(
        f"story.events_{'some' if float(tested['amount'].min()) < CHANCE else 'none'}",
        count=language.number(len(tested)),
    )
    told = language.say("list.semicolon").join(named)
    said = language.say("story.events", year=years.mode().iloc[0], told=told) if named else ""
    return language.sentences([said, chance])


def _unpublished(front: Front, tables: Tables, raw: RawData) -> Section | None:
    """Say what of the plan no figure covers, and what is unverified of what there is."""
    language = front.language
    table = tables.get("measures")
    paragraphs = []
    if table is not None and len(table):
        counts = [language.number(int(table["grade"].eq(grade).sum())) for grade in MEASURE_GRADES]
        numbers = dict(zip(("covered", "partly", "none"), counts, strict=True))
        total = language.number(len(table))
        measures = language.say("story.measures", count=total, **numbers)
        own = raw.wanted_indicators[f"name_{language.code}"]
        names = language.listed(own[:MOST_NAMED])
        lacking = language.say("story.wanted", count=language.number(len(own)), names=names)
        paragraphs.append(language.sentences([measures, lacking if len(own) else ""]))
    paragraphs.append(doubt(front.headline, language))
    return _section(language.say("story.unpublished"), paragraphs)


def _next(front: Front, awaited: Sequence[str]) -> Section | None:
    """Say which figures come next, and what later plans ask of the same indicators."""
    language = front.language
    asked = {verdict.goal.indicator for verdict in front.headline if verdict.goal}
    latest = max(verdict.target_year for verdict in front.headline)
    later = [
        language.say(
            "story.later", plan=verdict.plan, year=verdict.year,
            name=_short(front, verdict.goal.indicator) or verdict.name,
            asked=verdict.said.asked, verdict=verdict.said.verdict,
        )
        for verdict in front.others
        if verdict.target_year > latest and verdict.goal and verdict.goal.indicator in asked
        and verdict.area_id in {one.area_id for one in front.headline}
    ]  # fmt: skip
    return _section(language.say("story.next"), [], [*awaited, *later])


def _short(front: Front, indicator: str) -> str:
    """Return the short name of an indicator that the plan asks of, "" where it has none."""
    own = (v for v in front.headline if v.goal and v.goal.indicator == indicator)
    return next((short_name(one, front.headline, front.language) for one in own), "")
