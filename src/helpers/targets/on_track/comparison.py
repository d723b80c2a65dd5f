"""The on-track rules side by side on each target: what they are asked, and what they say."""

from datetime import date
from math import isfinite, nan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets import states as targets
from helpers.targets.information import Information, information_of
from helpers.targets.on_track.cases import PlanCases, plan_case
from helpers.targets.on_track.formulas import RULES
from helpers.targets.on_track.readings import COLUMNS as READING_COLUMNS
from helpers.targets.on_track.readings import LEVELS, Reading, apply_rules, readings
from helpers.targets.states import Target
from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, SeriesChoice, known_series, open_archive

COLUMNS = [
    "target_id",
    "as_of",
    *(name for name in READING_COLUMNS if name not in {"caution", "window"}),
]


def compare_rules(
    raw: RawData,
    as_of: date | str,
    target_ids: list[str] | None = None,
    choice: SeriesChoice | None = None,
    *,
    base: str = "set",
) -> pd.DataFrame:
    """Apply every rule to each target with the figures known on a date.

    Parameters
    ----------
    raw : RawData
    as_of : date or str
    target_ids : list of str, optional
        All by default. Targets in words, and those that no rule can be applied to, are left out.
    choice : SeriesChoice, optional
    base : str
        Progress counts from the latest figure known when the target was "set" or "made public",
        where the target names no base year of its own.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a target and rule. `level` is the common reading of three
        levels; `sound` is False where the formula breaks down, and `why` says how it came about.
        `attrs["unasked"]` says by target why no rule can be asked.
    """
    archive, choice = open_archive(raw), choice or SeriesChoice()
    parts, unasked = [], {}
    for target in targets.select(targets.read_targets(raw.targets, raw.sources), target_ids):
        if target.operator == "qualitative":
            continue
        base_year = base_year_of(archive, target, choice, base)
        evidence = information_of(archive, target, as_of, choice, checks=())
        why_not = not_for_rules(evidence, base_year) or _NO_FIGURE * evidence.series.empty
        if why_not:
            unasked[target.target_id] = why_not
        else:
            parts.append(ask_rules(evidence, base_year))
    table = pd.DataFrame(columns=COLUMNS)
    if parts:
        table = pd.concat(parts, ignore_index=True).assign(as_of=day_of(as_of))[COLUMNS]
    table.attrs["unasked"] = unasked
    return table


_NO_FIGURE = "no figure was public"


def disagreement(table: pd.DataFrame, target: Target, raw: RawData) -> str:
    """Say what the rules make of one target, and which of them break down on it.

    Parameters
    ----------
    table : DataFrame
        As `compare_rules` returns.
    target : Target
    raw : RawData
        For the name of the indicator.
    """
    own = table[table["target_id"].eq(target.target_id)]
    names = raw.indicators.set_index("indicator")["name_en"]
    about = f"{names[target.indicator]}, {target.year}"
    if own.empty:
        why = table.attrs.get("unasked", {}).get(target.target_id, "")
        return f"{about}: no rule can be asked{f' ({why})' if why else ''}."
    counts = own["level"].value_counts().reindex(LEVELS).dropna().astype(int)
    if counts.empty:
        return f"{about}: no rule has a reading ({own['refused'].mode().iloc[0]})."
    said = [f"{count} {'says' if count == 1 else 'say'} {of}" for of, count in counts.items()]
    broken = own[~own["sound"] & own["refused"].eq("")]
    if broken.empty:
        return f"{about}: {', '.join(said)}."
    owners = ", ".join(f"{row.owner} ({row.state})" for row in broken.itertuples())
    formula = "The formula breaks" if len(broken) == 1 else "Formulas break"
    return f"{about}: {', '.join(said)}. {formula} down for {owners}."


def base_year_of(
    archive: Archive, target: Target, choice: SeriesChoice, event: str = "set"
) -> int | None:
    """Year from which progress counts: the target's own, or the latest known at its making.

    Parameters
    ----------
    event : str
        "set", or "made public".
    """
    if target.base_year:
        return target.base_year
    day = target.published if event == "made public" else target.set_on
    known = known_series(archive, day, choice, **target.place)
    return int(known["year"].max()) if len(known) else None


def not_for_rules(evidence: Information, base_year: int | None) -> str:
    """Say why no rule can be applied at all; empty where they can."""
    target = evidence.target
    if evidence.as_of < target.set_on:
        return f"the target was set only on {target.set_on:%Y-%m-%d}"
    if base_year is None:
        return "no figure was known when the target was set"
    if target.is_rate:
        return "the indicator is a growth rate: growth of growth means nothing"
    if target.asks.has_ceiling and target.asks.has_floor:
        return "a range: the rules are laid out for targets to be risen or fallen to"
    if target.asks.over_years:
        return "a mean or total over years: no single figure is at it or short of it"
    if base_year >= target.target_year:
        return "the plan is shorter than a year"
    line = targets.line_of(target, evidence.series)
    return "" if isfinite(line.level) else line.missing or "the line is not known yet"


def case_of(evidence: Information, base_year: int) -> PlanCases:
    """Lay out a target for the rules, as known on one day."""
    target, series = evidence.target, evidence.series
    return plan_case(
        series,
        base_year=base_year,
        level=targets.line_of(target, series).level,
        target_year=target.target_year,
        direction=-1 if target.asks.has_ceiling else 1,
        milestones=target.milestones,
    )


def read_rules(evidence: Information, base_year: int | None) -> list[Reading]:
    """Ask every rule about one target on one day, and leave what is told of the readings.

    Parameters
    ----------
    evidence, base_year
        As for `ask_rules`.
    """
    why_not = not_for_rules(evidence, base_year)
    if why_not or base_year is None:
        return [
            Reading(rule.name, nan, nan, "", "", refused=why_not, sound=False, caution="")
            for rule in RULES
        ]
    return readings(case_of(evidence, base_year))


def ask_rules(evidence: Information, base_year: int | None) -> pd.DataFrame:
    """Ask every rule about one target on one day.

    Parameters
    ----------
    evidence : Information
    base_year : int or None
        As `base_year_of` returns.

    Returns
    -------
    DataFrame
        `target_id` and `day`, then the columns of `helpers.targets.on_track.readings.apply_rules`;
        where the rules cannot be asked, each refuses with the same reason.
    """
    why_not = not_for_rules(evidence, base_year)
    if why_not or base_year is None:
        table = _refused(evidence.series, why_not, base_year)
    else:
        table = apply_rules(case_of(evidence, base_year), evidence.series)
    table = table.astype({"base_year": "Int64", "latest_year": "Int64"})
    return table.assign(target_id=evidence.target.target_id, day=evidence.as_of)


def _refused(series: pd.DataFrame, why_not: str, base_year: int | None) -> pd.DataFrame:
    latest = series.iloc[-1] if len(series) else {"year": pd.NA, "value": nan}
    columns = {"name": "rule", "owner": "owner", "window": "window", "certainty": "certainty"}
    table = pd.DataFrame(map(vars, RULES))[list(columns)].rename(columns=columns)
    empty = {"value": nan, "bar": nan, "base_value": nan, "state": "", "level": "", "caution": ""}
    return table.assign(
        **empty,
        sound=False,
        refused=why_not,
        why=why_not,
        base_year=base_year,
        latest_year=latest["year"],
        latest_value=float(latest["value"]),
    )
