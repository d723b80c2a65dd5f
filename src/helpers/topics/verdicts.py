"""What notebooks share: answers and chart titles, whose every number is computed, and tables."""

from datetime import date
from math import isnan, nan
from typing import TYPE_CHECKING

import pandas as pd

from helpers.charts.display import call_rows
from helpers.days import year_name
from helpers.observations.raw_data import RawData, year_ends
from helpers.targets.statements import names_of, statements_of, target_names
from helpers.targets.states import Target
from helpers.topics.measures import number_of
from helpers.topics.projection import Outlook
from helpers.vintages.archive import day_of, last_day
from helpers.vocabulary import SETTLED, SHARE
from helpers.wording import english as wording
from helpers.wording import prose
from helpers.wording.statements import statement, year_of

if TYPE_CHECKING:
    from IPython.display import Markdown

MOST_NAMED = 12
"""Targets that one sentence names; more are counted."""


def collection(raw: RawData, known: pd.DataFrame, as_of) -> str:
    """Say how much is known on a date, and on what footing.

    `known`: figures known on the date, as `helpers.vintages.series.known_on` returns.
    """
    later = wording.counted(len(raw.observations) - len(known), "further figure")
    left_out = "published later, of a weaker grade than asked for, or revisions without a date"
    if known.empty:
        return f"As known on **{as_of}** there is no figure; {later} are left out: {left_out}."
    unread = known["grade"].eq("unverified")
    assumed = known["known_from_assumed"]
    counts = {"indicator": "indicator", "area": "area", "source_id": "publication"}
    indicators, areas, publications = (
        wording.counted(known[column].nunique(), word) for column, word in counts.items()
    )
    return (
        f"As known on **{as_of}**:\n{wording.counted(len(known), 'figure')} for {indicators} and "
        f"{areas}, from {publications}.\n"
        f"{unread.sum():,} of them ({wording.percent(unread.mean())}) rest on no publication that "
        f"could be read, and for {assumed.sum():,} ({wording.percent(assumed.mean())}) the day "
        f"they became public is assumed from the usual release.\n"
        f"{later} are left out: {left_out}."
    )


def splicing(series: pd.DataFrame, name: str) -> str:
    """Title of a chart of a spliced series: what the changes of definition hide."""
    if len(series) < 2:
        return f"{wording.counted(len(series), 'point')}; {name}"
    first, last = series.iloc[0], series.iloc[-1]
    count, breaks = (int(series[n].ne("").sum()) for n in ("link_method", "break_before"))
    if not breaks:
        return f"No change of definition; {name}"
    if not count:
        return f"{wording.counted(breaks, 'break')}, none spliced; {name}"
    spliced = "a spliced break" if count == 1 else f"{count} spliced breaks"
    footing = "on one footing" if count == breaks else f"with {count} of {breaks} breaks spliced"
    printed, joined = (last["value"] / first[column] - 1 for column in ("value", "spliced_value"))
    return (
        f"{'Down' if joined < 0 else 'Up'} {wording.percent(abs(joined))} "
        f"from {first['year']} to {last['year']} {footing}; "
        f"{name}: the printed figures, with {spliced}, show {wording.percent(printed)}"
    )


def revising(table: pd.DataFrame, name: str) -> str:
    """Title of a chart of vintages: how often figures were replaced, and by how much."""
    changes = table.loc[~table["first"], "change"].abs().dropna()
    years = wording.counted(table["year"].nunique(), "year")
    if changes.empty:
        return f"{years}, none printed twice under one definition; {name}"
    prints = wording.counted(len(changes), "later print")
    return f"{prints} for {years}, the largest moved a figure by {changes.max():.3g}; {name}"


def projecting(outlook: Outlook, verdict: pd.DataFrame) -> str:
    """Answer of a projection: the target's state and why, or the outlook without a target.

    `verdict`: as `helpers.targets.assessment.assess`, with one row or none.
    """
    unit = wording.UNIT_WORDS.get(outlook.unit, outlook.unit)
    last, (median, lower, upper) = _last(outlook, "median", "lower80", "upper80")
    ahead = f"For {last} the projection says {median} {unit}".rstrip()
    ahead += f" (80 % interval {lower} to {upper})."
    if verdict.empty:
        return f"**{outlook.name}.** {ahead}"
    row = verdict.iloc[0]
    ends = {"year_ends": outlook.year_ends}
    told = statement({**row, **ends}, of=SHARE if outlook.unit == "%" else "")
    said = f"**{outlook.name}: {told.standing}.** {told.reason}"
    said = f"{said} {ahead}" if row["state"] in SETTLED else said
    return said + _others(outlook)


def _others(outlook: Outlook) -> str:
    if not outlook.others or outlook.target is None:
        return ""
    asked = "; ".join(f"{_line(t)} for {t.year}" for t in outlook.others)
    return (
        f" Shown is the target for {outlook.target.year}; "
        f"what else the plan asks of the series is judged with all targets: {asked}."
    )


def _line(target: Target) -> str:
    asked = (target.operator, target.value, target.decimals, target.unit, target.value_high)
    return wording.line(*asked)


def fan_title(outlook: Outlook, verdict: pd.DataFrame) -> str:
    """Title of a fan chart: the chance of the target, or the range of the last year."""
    chance = verdict["probability"].iloc[0] if len(verdict) else nan
    target = outlook.target
    if isnan(chance) or target is None:
        last, (lower, upper) = _last(outlook, "lower80", "upper80")
        return f"{lower} to {upper} in {last} with 80 % probability; {outlook.name}"
    asked = f"{_line(target)} in {target.year}"
    return f"{wording.equation(chance)} for {asked}; {outlook.name}"


def target_mark(outlook: Outlook) -> tuple[int, float, str] | None:
    """Year, level and label of the target for a chart; None without one."""
    if outlook.target is None or isnan(outlook.level):
        return None
    target = outlook.target
    label = f"target {wording.number(target.value, target.decimals)}"
    if target.asks.over_years and outlook.level != target.value:
        label = f"left for {_line(target)}"
    elif target.counted_from is not None:
        label = f"target: {_line(target)}"
    return target.target_year, outlook.level, label


def _last(outlook: Outlook, *names: str) -> tuple[str, list[str]]:
    """Last projected year, and columns of the intervals there in the decimals of the series."""
    row = outlook.intervals.iloc[-1]
    decimals = int(outlook.series["decimals"].iloc[-1])
    year = year_name(int(row["year"]), outlook.year_ends)
    return year, [wording.scaled(row[name], decimals, outlook.unit) for name in names]


def members_title(members: pd.DataFrame, year: str) -> str:
    """Say how far the members differ on the same figures.

    `members`: by name, the pool last: median, and probability of the target, NaN where none is
    asked for. `year`: of which they speak.
    """
    apart, pool = members.iloc[:-1], members.iloc[-1]
    if members["probability"].isna().all():
        low, high = apart["median"].min(), apart["median"].max()
        return f"The members' medians for {year} lie between {low:.4g} and {high:.4g}."
    low, high = apart["probability"].min(), apart["probability"].max()
    ends = list(dict.fromkeys([wording.probability(low), wording.probability(high)]))
    return (
        f"That the target of {year} is met, the members say on the same figures with "
        f"{' to '.join(ends)}; the linear pool says {wording.probability(pool['probability'])}."
    )


def verdict_list(table: pd.DataFrame, raw: RawData, as_of: date) -> str:
    """Name the targets in each state, or count them where they are many, then list them all.

    The list is in markdown: state first, then the reason.
    """
    names, every = names_of(table, raw), statements_of(table, raw)
    table = table.assign(year_ends=year_ends(table["indicator"], raw.indicators))
    groups: dict[str, list[str]] = {}
    lines = []
    for _, row in table.iterrows():
        name, told = names[row["target_id"]], every[row["target_id"]]
        said = f"{name} ({told.equation})" if told.equation else name
        groups.setdefault(told.state, []).append(said)
        year = f", {year_of(row, 'target_year')}"
        dated = name if year in name else name + year
        lines.append(f"- **{dated}: {told.standing}.** {told.reason}")
    few = len(table) <= MOST_NAMED
    states = "; ".join(
        f"{state}: {', '.join(said) if few else wording.counted(len(said), 'target')}"
        for state, said in groups.items()
    )
    head = f"As known on **{as_of}** –\n{states}.{_not_yet(table, raw, as_of)}"
    return "\n".join([head, "", *lines])


def _not_yet(table: pd.DataFrame, raw: RawData, as_of: date) -> str:
    """Say that targets were set only after the day on which they are judged."""
    own = raw.targets[raw.targets["target_id"].isin(table["target_id"])]
    later = sorted({day for day in own["set_on"] if last_day(day) > day_of(as_of)})
    if not later:
        return ""
    which = "They were" if len(later) == 1 else "Some of them were"
    return f" {which} set later ({', '.join(later)}): this is what could have been said of them."


def verdict_title(table: pd.DataFrame) -> str:
    """Title of a chart of verdicts: how many targets are in which state."""
    counts = table["state"].map(wording.STATE_WORDS).value_counts(sort=False)
    states = ", ".join(f"{count} {state}" for state, count in counts.items())
    return f"{wording.counted(len(table), 'target')}: {states}"


def strip_view(table: pd.DataFrame, raw: RawData) -> pd.DataFrame:
    """Lay out verdicts for `helpers.charts.verdict_strip`: words for each, bounds as they are."""
    names, told = names_of(table, raw).values(), list(statements_of(table, raw).values())
    # Growth, averages and multiples ask for a level too; of one that is not above 0 nothing is a
    # part.
    level = table["target_value"].where(table["unit"].eq(table["latest_unit"]), table["level"])
    return table.assign(
        target_value=level.where(level > 0),
        label=[n if t.asked in n else f"{n}: {t.asked}" for n, t in zip(names, told, strict=True)],
        state=[t.verdict for t in told],
        value=[f"{t.latest} in {t.latest_year}" if t.latest else "" for t in told],
    )


def mid_term(plan: list[Target], as_of: date) -> pd.Timestamp:
    """Last milestone before the as-of date, or that date: there the plan was still running."""
    return milestones(plan, as_of)[-2:][0]


def milestones(plan: list[Target], as_of: date) -> list[pd.Timestamp]:
    """Days on which to look back at a plan: set, made public, mid-term, and the as-of date.

    Mid-term is the end of June of the year halfway between setting and target year. Without a
    target only the as-of date is left.
    """
    days: set[pd.Timestamp] = set()
    for first in plan[:1]:
        middle = (first.set_on.year + first.target_year + 1) // 2
        days = {first.set_on, first.published, pd.Timestamp(middle, 6, 30)}
    return [*sorted(day for day in days if day < day_of(as_of)), day_of(as_of)]


def source_line(series: pd.DataFrame, raw: RawData, most: int = 3) -> str:
    """Line below a chart: who published the figures, by when, and how many are unverified.

    The day is that of the latest figure, not of the question: without news a chart stays the same.
    """
    cited = raw.sources[raw.sources["source_id"].isin(series["source_id"])]
    read = cited[cited["grade"].ne("unverified")]
    named = read[~read["publisher"].str.startswith("not shown")]
    publishers = named["publisher"].value_counts().index.tolist()
    more = f" and {len(publishers) - most} more" if len(publishers) > most else ""
    unread = int(series["grade"].eq("unverified").sum())
    points = wording.counted(len(series), "point")
    hollow = f"; {unread} of {points} unverified (hollow)" if unread else ""
    source = ", ".join(publishers[:most]) or ("not located" if len(series) else "no figures")
    last = series["known_from"].max() if "known_from" in series else pd.NaT
    by = f"; public by {last:%Y-%m-%d}" if pd.notna(last) else ""
    return f"Source: {source}{more}{by}{hollow}"


def doubts(table: pd.DataFrame, raw: RawData) -> str:
    """Say how many points are unverified, and what becomes of each verdict without them.

    `table`: as `helpers.targets.assessment.assess`. `raw`: for the names of indicators.
    """
    unread, points = int(table["unverified_points"].sum()), int(table["points"].sum())
    if table.empty:
        return "No target is judged here."
    if not points:
        return "No figure was known, so none is unverified."
    if not unread:
        return "No point is unverified."
    said = statements_of(table, raw)
    ends = year_ends(table["indicator"], raw.indicators)
    names = raw.indicators.set_index("indicator")["name_en"]
    moves: dict[str, list[str]] = {"state": [], "lost": [], "probability": []}
    for row in table.assign(year_ends=ends).itertuples():
        kind = said[row.target_id].without_moves
        lost = kind == "probability" and isnan(row.probability_verified)
        if kind:
            name = f"{names[row.indicator]}, {year_name(row.target_year, row.year_ends)}"
            without = "" if lost else f" ({said[row.target_id].without})"
            moves["lost" if lost else kind].append(name + without)
    told = [f"{unread} of {points} points {'is' if unread == 1 else 'are'} unverified."]
    heads = ("Another state", "No projection is possible without them", "Another probability")
    of = zip(heads, moves.values(), strict=True)
    told += [f"{head}: {'; '.join(moved)}." for head, moved in of if moved]
    if len(told) == 1:
        moved = (table["probability"] - table["probability_verified"]).abs().max()
        largest = "" if isnan(moved) else f", and no probability moves by more than {moved:.3f}"
        if moved < 0.0005:
            largest = ", nor any probability"
        told.append(f"Without them no verdict changes{largest}.")
    return " ".join(told)


def name_rows(raw: RawData) -> RawData:
    """Let the tables of a notebook show what the rows of the raw tables are called in English.

    A definition is called by its years, as on charts. A source keeps its identifier, by which it is
    looked up in `sources.csv`.

    Returns
    -------
    RawData
        The tables as they are.
    """
    about = raw.definitions["indicator"].str.split(";")
    lone = raw.definitions["use"].eq("main")
    others = set().union(*about[~lone])
    # Beside another definition of the same years they would not tell it.
    main = raw.definitions[lone & about.map(others.isdisjoint)]
    ends = main[["first_year", "last_year"]].astype(str).itertuples(index=False)
    spans = ["\N{EN DASH}".join(dict.fromkeys(end)) for end in ends]
    names = {name: name for name in raw.sources["source_id"]} | dict(
        zip(main["definition"], spans, strict=True)
    )
    for table in (raw.wanted_indicators, raw.indicators, raw.areas, raw.events, raw.measures):
        names |= dict(zip(table.iloc[:, 0], table["name_en"], strict=True))
    names |= {
        unit: wording.axis(unit) for unit in wording.UNIT_WORDS if "_" in unit
    } | target_names(raw)
    # A row is told by its name, a column by what the name is known by elsewhere on the page.
    numbers = {name: f"({number_of(name)})" for name in raw.measures["measure_id"]}
    call_rows(names, numbers | {"target_id": "target", "measure_id": "measure"})
    return raw


def undated(said: str) -> str:
    """Give an answer without the line that says of which day it is: a notebook says that once."""
    first, _, answer = said.partition("\n")
    return answer.lstrip() if first.startswith("As known on") and answer else said


def listed(table: pd.DataFrame, otherwise: str) -> "pd.DataFrame | Markdown":
    """Show a table, or a sentence where it has no row.

    `table`: rounded already; `helpers.charts.display.table_html` lays it out. `otherwise`: says why
    there is nothing to show.
    """
    return prose(otherwise) if table.empty else table
