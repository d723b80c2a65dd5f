"""Verdicts as plain text for a terminal."""

from collections.abc import Iterable
from datetime import date

import pandas as pd

from helpers.days import year_name
from helpers.observations.raw_data import RawData, year_ends
from helpers.targets.statements import subjects
from helpers.vintages.revision_risk import reference
from helpers.vocabulary import PUBLIC, SET, SHARE
from helpers.wording.language import ENGLISH, NO_BREAK, Language, is_han, wrapped
from helpers.wording.statements import Statement, kept, statement, year_of

WIDTH = 100
BENCHMARKS = "benchmarks/README.md"
"""Where the reference is described."""


def verdict_table(
    verdicts: pd.DataFrame,
    raw: RawData,
    as_of: date,
    language: Language = ENGLISH,
    width: int = WIDTH,
) -> str:
    """Lay out verdicts, plan by plan: what is asked, state, probability, and why.

    Parameters
    ----------
    verdicts : DataFrame
        As `helpers.targets.assessment.assess` returns.
    raw : RawData
        For the names of indicators, areas and plans.
    as_of : date
    language : Language
    width : int
        Columns of the window; a Han letter takes two.
    """
    verdicts = verdicts.assign(year_ends=year_ends(verdicts["indicator"], raw.indicators))
    blocks = [language.say("terminal.known", day=language.day(as_of.isoformat()))]
    plans = raw.plans.set_index("plan") if language is not ENGLISH else pd.DataFrame()
    for plan, rows in verdicts.groupby("plan", sort=False):
        name = plans.loc[plan, f"name_{language.code}"] if plan in plans.index else ""
        told = [_verdict(row, raw, language, width) for _, row in rows.iterrows()]
        blocks.append("\n".join([name or str(plan), *told]))
    if verdicts["probability_final"].notna().any():
        revised = language.say("terminal.revised", count=reference().prints, file=BENCHMARKS)
        blocks.append("\n".join(_wrapped(revised, width, 0)))
    return "\n\n".join(blocks)


def _verdict(row: pd.Series, raw: RawData, language: Language, width: int) -> str:
    about = subjects(raw.indicators).get(row["indicator"], "")
    if language is ENGLISH and about != SHARE:
        about = ""
    said = statement(row, language, about)
    colon = language.say("column.separator")
    heading = f"{_asked(row, raw, said, language)}{colon}{_standing(row, said, language)}"
    lines = [*_wrapped(heading, width, 2), *_wrapped(said.reason, width)]
    if pd.notna(row["probability_without_extreme"]):
        chance = language.equation(row["probability_without_extreme"])
        member = row["extreme_member"]
        without = language.say("terminal.without", member=member, chance=chance)
        lines += _wrapped(without, width)
    if row["unverified_points"]:
        lines += _wrapped(_unverified(row, language), width)
    return "\n".join(lines)


def _wrapped(words: str, width: int, indent: int = 6) -> list[str]:
    """Break a text; below the first line of a heading it is set in by two more."""
    deep = 4 if indent == 2 else indent
    lines = wrapped(kept(words), width - deep)
    return [
        " " * (deep if number else indent) + line.replace(NO_BREAK, " ")
        for number, line in enumerate(lines)
    ]


def _standing(row: pd.Series, said: Statement, language: Language) -> str:
    """State and probability, with the unverified figures that decide, and the fact of signing."""
    verdict, semicolon = said.verdict, language.say("list.semicolon")
    if said.likelihood:
        verdict = language.say("terminal.likely", verdict=verdict, likelihood=said.likelihood)
    if said.equation and pd.notna(row["probability_without"]):
        count = int(row["pivotal_figures"])
        verdict += semicolon + language.say(
            f"terminal.pivot_{'one' if count == 1 else 'many'}",
            chance=language.equation(row["probability_without"]),
            count=count,
        )
    return semicolon.join(text for text in (verdict, said.signed) if text)


def _asked(row: pd.Series, raw: RawData, said: Statement, language: Language) -> str:
    if not row["indicator"]:
        return row["target_id"]
    tables, own = {"indicator": raw.indicators, "area": raw.areas}, f"name_{language.code}"
    names = [table.set_index(key).loc[row[key], own] for key, table in tables.items()]
    names.append(year_of(row, "target_year"))
    colon = language.say("column.separator")
    return language.say("list.clause").join(names) + colon + said.asked


def _unverified(row: pd.Series, language: Language) -> str:
    """Say how many points are unverified, and what the verdict is without them."""
    unread = row["unverified_points"]
    state = language.word("state", row["state_verified"])
    if pd.notna(row["probability_verified"]):
        chance = language.equation(row["probability_verified"])
        state = language.say("measure.chance", state=state, chance=chance)
    number = "one" if unread == 1 else "many"
    return language.say(
        f"terminal.unverified_{number}", count=unread, points=row["points"], state=state
    )


def rules_table(table: pd.DataFrame, as_of: date, width: int = WIDTH) -> str:
    """Lay out what each on-track rule says, target by target.

    Parameters
    ----------
    table : DataFrame
        As `helpers.targets.on_track.comparison.compare_rules` returns.
    as_of : date
    """
    blocks = [f"As known on {as_of}; in brackets: not to be taken at face value"]
    for target_id, rows in table.groupby("target_id", sort=False):
        lines = [str(target_id)]
        for row in rows.itertuples():
            said = row.state or row.refused
            lines.append(f"  {row.owner}: {said if row.sound else f'[{said}]'}")
            lines += _wrapped(row.why, width) if row.why != said else []
        blocks.append("\n".join(lines))
    unasked = table.attrs.get("unasked", {})
    blocks += [f"{name}\n  no rule can be asked: {why}" for name, why in unasked.items()]
    if len(blocks) == 1:
        blocks.append("No on-track rule of another body reads such targets.")
    return "\n\n".join(blocks)


def replay_table(
    table: pd.DataFrame, raw: RawData, language: Language = ENGLISH, width: int = WIDTH
) -> str:
    """Lay out how belief in each target moved, one line a day on which something did.

    Parameters
    ----------
    table : DataFrame
        As `helpers.targets.history.timeline.belief_timeline` returns.
    raw, language, width
        As for `verdict_table`.
    """
    ends, blocks = raw.targets.set_index("target_id")["year_ends"], []
    for target_id, rows in table.groupby("target_id", sort=False):
        told = rows.assign(year_ends=ends[target_id])
        days = [(row, _cells(row, language)) for row in told.itertuples()]
        shown = [
            f"  {row.day:%Y-%m-%d}  {'  '.join(cells)}  {_happened(row.what, language)}"
            for (row, cells), (_, before) in zip(days, [(None, ()), *days[:-1]], strict=True)
            if cells != before or {SET, PUBLIC} & set(row.what.split("; ")) or row is days[-1][0]
        ]
        lines = [str(target_id), *(line for one in shown for line in _hung(one, width))]
        if left_out := len(days) - len(shown):
            told = language.say("terminal.left_out", count=left_out, option="--format csv")
            lines += _wrapped(told, width, 2)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) or language.say("reason.not_numeric")


def _cells(row, language: Language) -> tuple[str, ...]:
    """Write what can move from day to day: probability, state and latest figure."""
    figure = ""
    if not pd.isna(row.latest_value):
        value = f"{row.latest_value:,.6g}".replace(",", language.thousands)
        figure = language.say(
            "terminal.figure", value=value, year=year_name(int(row.latest_year), row.year_ends)
        )
    words = (language.equation(row.probability), language.word("state", row.state), figure)
    return tuple(map(_padded, words, (9, 11, 18)))


def _padded(words: str, width: int) -> str:
    """Fill a cell up to its width in columns of a terminal."""
    return words + " " * (width - sum(2 if is_han(letter) else 1 for letter in words))


def _happened(what: str, language: Language) -> str:
    words = (
        language.word("change_kind", kind.replace(" ", "_").replace("-", "_"))
        for kind in what.split("; ")
    )
    return what if language is ENGLISH else language.listed(words)


def _hung(line: str, width: int) -> Iterable[str]:
    """Break a line of a table; what goes on stands below its day's words."""
    first, *rest = wrapped(line, width) or [line]
    return [first, *(" " * 14 + more for more in rest)]
