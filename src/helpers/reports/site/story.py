"""The story of a plan in a few hundred words, for a reader who knows nothing of it.

Every number stands in a table of the report; what a missing table or cell would say is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.site.headline import begun, but, doubt, record_of, short_name
from helpers.reports.site.verdicts import Source, Verdict, read_source
from helpers.vocabulary import MEASURE_GRADES
from helpers.wording.language import Language

if TYPE_CHECKING:
    from helpers.reports.site.layout import Front

PAGE = "story.html"
TABLES = ("industry", "patents", "measures")
MOST_NAMED = 4
"""Of what nobody publishes, and of events, so many are named."""
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
    said = language.say("story.signed", **{name: language.day(day) for name, day in days.items()})
    return said, read_source(source, language)


def _happened(front: Front) -> Section | None:
    """Say of each target what came, with the words of method explained where they first stand."""
    language, paragraphs = front.language, []
    explained: set[str] = set()
    for verdict in front.headline:
        said, key = verdict.said, f"story.explain_{verdict.goal.indicator if verdict.goal else ''}"
        parts = [said.evidence, language.say(key) if language.has(key) else ""]
        if verdict.state == "open":
            parts += [said.signing, said.due, said.outlook]
        parts.append(said.foresight)
        for word, stands, after in (
            ("chance", said.equation or said.foresight, ""),
            ("print", said.revision and verdict.state == "open", said.revision),
        ):
            new = stands and word not in explained
            explained |= {word} if new else set()
            parts += [language.say(f"story.explain_{word}") if new else "", after if stands else ""]
        text = language.sentences(parts)
        paragraphs.append(language.say("story.of", name=verdict.name, text=text) if text else "")
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
            name=verdict.name,
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
        _controls(front, table),
        _applicants(front, table, wide["value"], peak, trough),
        _events(language, table, raw, peak, last),
    ]
    return _section(heading, paragraphs)


def _controls(front: Front, table: pd.DataFrame) -> str:
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
        "story.controls",
        first=int(years["first_year"]), last=int(years["last_year"]), area=area,
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
    language = front.language
    rows = table[table["part"].eq("applicant") & table["last_year"].isin([peak, trough])]
    wide = rows.pivot_table("amount", "subject", "last_year", sort=False)
    if not {peak, trough} <= set(wide):
        return ""
    moved = (wide[trough] - wide[peak]).dropna()
    fall = values[peak] - values[trough]
    told = [
        language.say(
            "story.applicant_more" if change > 0 else "story.applicant_less",
            name=front.names.get(str(name), str(name)),
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
    named = [
        language.say(
            "story.event", day=language.day(row["date"]), name=row[f"name_{language.code}"]
        )
        for row in events.to_dict("records")[:MOST_NAMED]
    ]
    smallest = float(tested["amount"].min())
    chance = language.say(
        f"story.events_{'none' if smallest >= CHANCE else 'some'}",
        count=language.number(len(tested)), p=language.number(smallest, 2),
    )  # fmt: skip
    said = language.say("story.events", told=language.say("list.semicolon").join(named))
    return language.sentences([said if named else "", chance])


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
        wanted = raw.wanted_indicators
        own = wanted[f"name_{language.code}"].where(
            wanted[f"name_{language.code}"].ne(""), wanted["name_en"]
        )
        names = language.listed(own[:MOST_NAMED])
        lacking = language.say("story.wanted", count=language.number(len(own)), names=names)
        paragraphs.append(language.sentences([measures, lacking if len(own) else ""]))
    paragraphs.append(doubt(front.headline, language))
    return _section(language.say("story.unpublished"), paragraphs)


def _next(front: Front, awaited: Sequence[str]) -> Section | None:
    """Say which figures come next, and what later plans ask of the same indicators."""
    language = front.language
    asked = {verdict.goal.indicator for verdict in front.headline if verdict.goal}
    latest = max(verdict.year for verdict in front.headline)
    later = [
        language.say(
            "story.later", plan=verdict.plan, name=verdict.name, year=verdict.year,
            asked=verdict.said.asked, verdict=verdict.said.verdict,
        )
        for verdict in front.others
        if verdict.year > latest and verdict.goal and verdict.goal.indicator in asked
        and verdict.area_id in {one.area_id for one in front.headline}
    ]  # fmt: skip
    records = (record_of(one.probability, front.tally, language) for one in front.headline)
    return _section(language.say("story.next"), [*dict.fromkeys(records)], [*awaited, *later])
