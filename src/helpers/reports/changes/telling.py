"""What changed, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

from helpers.reports.changes.observations import (
    ADDED,
    CONFIRMED,
    CORRECTED,
    REGRADED,
    REVISED,
    WITHDRAWN,
)
from helpers.reports.changes.verdicts import CODE, FIGURES, PARAMETERS, TABLES, TIME
from helpers.wording import english as wording

FIRST = "This is the first report: there is none to compare it with."
FIGURE_WORDS = {
    ADDED: "added",
    REVISED: "revised",
    CONFIRMED: "confirmed by a further print",
    CORRECTED: "corrected in the tables",
    REGRADED: "given another grade or date",
    WITHDRAWN: "withdrawn",
}
CAUSE_WORDS = {
    CODE: "other code or libraries",
    PARAMETERS: "other parameters",
    TIME: "the passing of time alone",
    TABLES: "changed targets, definitions or sources",
    FIGURES: "the remaining figures together",
}


def figure_words(row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Write a figure: "6.67 % of GDP for 2024, R&D intensity, Shenzhen (final, press)"."""
    value = wording.amount(row["value"], row["decimals"], row["unit"])
    span = "" if row["months"] == 12 else f" to month {row['months']}"
    place = ", ".join(names.get(row[name], row[name]) for name in ("indicator", "area"))
    return f"{value} for {row['year']}{span}, {place} ({row['status']}, {row['grade']})"


def before_words(row: Mapping[str, Any] | None) -> str:
    """Write what a figure was before, "" where it is new."""
    if row is None:
        return ""
    value = wording.amount(row["value"], row["decimals"], row["unit"])
    return f"{value} ({row['status']}, {row['grade']})"


def verdict_words(state: str, probability: float) -> str:
    """Write a verdict: "open, P = 87 %", "met"."""
    words = wording.STATE_WORDS.get(state, state)
    if state != "open":
        return words
    chance = "no probability" if isnan(probability) else wording.equation(probability)
    return f"{words}, {chance}"


def moved_words(before: tuple[str, float], now: tuple[str, float]) -> str:
    """Write how a verdict moved, with a finer number where the rounded one is the same."""
    was, is_now = verdict_words(*before), verdict_words(*now)
    if was != is_now:
        return f"{was} → {is_now}"
    return f"{is_now}, from {before[1]:.3f} to {now[1]:.3f}"


def part_words(part: Mapping[str, Any], figures: Sequence[str]) -> str:
    """Write what one step did: its cause, and its share of the change of P in points."""
    number, change = part["figure"], part["change"]
    cause = CAUSE_WORDS.get(part["cause"], part["cause"]) if number is None else figures[number]
    kinds = f" [{', '.join(part['kinds'])}]" if part["kinds"] else ""
    words = wording.STATE_WORDS.get(part["state"], part["state"])
    share = f"then {words}" if isnan(change) else f"{100 * change:+.1f} points"
    return f"{share}: {cause}{kinds}"


def summary(
    kinds: Sequence[str],
    verdicts: Sequence[Mapping[str, Any]],
    tables: int,
    since: str,
    as_of: str,
) -> str:
    """Sum up what changed in one sentence."""
    counts = Counter(kinds)
    told = [f"{_figures(n)} {FIGURE_WORDS[kind]}" for kind, n in counts.items()]
    if not told and not verdicts:
        differ = "1 table differs" if tables == 1 else f"{tables} tables differ"
        tail = f", but {differ}" if tables else ""
        return f"{_since(since, as_of)}: no figure, verdict or probability is another{tail}."
    if not verdicts:
        told.append("no verdict or probability moved")
    told += [f"{v['name']} {v['target_year']}: {v['moved']}" for v in verdicts[:3]]
    if len(verdicts) > 3:
        told.append(f"{len(verdicts) - 3} more verdicts moved")
    return f"{_since(since, as_of)}: {'; '.join(told)}."


def _since(since: str, as_of: str) -> str:
    if since == as_of:
        return "Since the report of the same day that this one replaces"
    return f"Since the report of {since}"


def _figures(count: int) -> str:
    return f"{count} figure" if count == 1 else f"{count} figures"
