"""What must not stand in an executed notebook, whatever it was asked: one rule a function."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

import pandas as pd

from helpers.days import asked_about
from helpers.observations.raw_data import RawData, read_raw
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.topics.parameters import Parameters
from helpers.wording import english
from support.combinations import EDITION
from support.walking import CHART, Walked

PROSE = ("text/markdown", CHART)
EMPTY_WORDS = {
    "nan": re.compile(r"(?<![\w./-])(nan|NaN|NaT|inf|<NA>)(?![\w./-])|\bNone\b(?! of)"),
    "empty brackets": re.compile(r"\(\s*\)|\[\s*\](?!\()|\{\s*\}"),
    "nothing of nothing": re.compile(r"\b0 of 0\b|\b[Aa]ll 0 \w+|^0 rows\b", re.MULTILINE),
    "nothing between stops": re.compile(
        r"[:;,]\s*[.;,]|\s[.,;](?!\d)|\(\s*[,;]|[,;]\s*\)|\.\.(?!\.|/)|give one of $"
    ),
    "one of many": re.compile(
        r"(?<![\d.,–-])\b1 (?:[a-z]+-year |unverified |part-year |other |further |later |event )*"
        r"(years|points|figures|targets|goals|measures|areas|indicators|publications|documents|"
        r"prints|months|controls|cuts|ways|readings|definitions|specifications|questions|cases|"
        r"verdicts|bands)\b|(?<![\d.,])\b1 of [\d,]+ [a-z]+ are\b"
    ),
    "no number": re.compile(r"(?<!\w)[-–] (a year|%)(?! \d)|between – and –"),
    "unfilled": re.compile(r"\{\w*\}|<[\w.]+ object|dtype:|Timestamp\("),
    "midnight": re.compile(r"\d{4}-\d\d-\d\d[ T]00:00"),
    "minus nothing": re.compile(r"(?<![\d.])[-−]0(\.0+)? (%|points)"),
}
"""What an empty branch leaves in a sentence."""
PATHS = re.compile(r"(?<![\w.])/(?:root|home|tmp|work|usr|var|Users)/\w|[A-Z]:\\\\|site-packages")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
CHANCE = re.compile(r"P = \d+(?:\.\d+)? %|P > 99 %|P < 1 %")
LINK = re.compile(r"https?://")
MISSING = re.compile(r"<t[dh][^>]*>\s*(nan|NaN|NaT|None|&lt;NA&gt;)\s*</t[dh]>")
ROW = re.compile(r"<tbody>\s*</tbody>")
LONGEST_REFUSAL = 400


def faults_of(walked: Walked) -> list[tuple[str, str]]:
    """Return what is wrong with a run: kind, and the text in which it stands."""
    found = [(kind, text) for rule in RULES for kind, text in rule(walked)]
    return list(dict.fromkeys(found))


def _ending(walked: Walked) -> Iterator[tuple[str, str]]:
    """Tell a run that ended in a traceback, or whose refusal is none that a reader can use."""
    # What was asked for may be repeated.
    message = walked.message.replace(str(walked.parameters.get("raw_dir") or "\0"), "folder")
    if walked.error and not walked.refused:
        yield "traceback", f"{walked.error}: {message[:300]}"
    elif walked.error and (
        LINK.search(message)
        or PATHS.search(message)
        or max(map(len, message.split("\n"))) > LONGEST_REFUSAL
        or any(pattern.search(message) for pattern in EMPTY_WORDS.values())
    ):
        yield "refusal", message


def _streams(walked: Walked) -> Iterator[tuple[str, str]]:
    if walked.complained.strip():
        yield "standard error", walked.complained.strip()[:300]
    if walked.printed.strip():
        yield "standard output", walked.printed.strip()[:300]


def _words(walked: Walked) -> Iterator[tuple[str, str]]:
    """Tell what an empty branch leaves in a sentence or in the words of a chart."""
    for text in prose_of(walked):
        for kind, pattern in EMPTY_WORDS.items():
            if found := pattern.search(text):
                yield kind, _around(text, found)


def _identifiers(walked: Walked) -> Iterator[tuple[str, str]]:
    """Tell ids of the raw tables that stand in a sentence as if they were words."""
    if len(walked.outputs) == 1:  # the explorer explains what does not belong together
        return
    pattern = _ids(walked.parameters.get("raw_dir") or "")
    for text in prose_of(walked):
        if pattern and (found := pattern.search(text)):
            yield "raw identifier", _around(text, found)


def _tables(walked: Walked) -> Iterator[tuple[str, str]]:
    for output in walked.outputs:
        if output.kind != "text/html" or "<table" not in output.text:
            continue
        head = f"cell {output.cell}: {_head(output.text)}"
        if found := MISSING.search(output.text):
            yield "missing value in a table", f"{head}: {found[0]}"
        if ROW.search(output.text):
            yield "empty table", head


def _machine(walked: Walked) -> Iterator[tuple[str, str]]:
    for output in walked.outputs:
        text = CODE.sub("", output.text) if output.kind in PROSE else output.text
        if found := PATHS.search(text):
            yield "machine path", _around(text, found)


def _chances(walked: Walked) -> Iterator[tuple[str, str]]:
    """Hold every probability of the answer against those of `assess` with the same settings."""
    if walked.error or walked.notebook not in ANSWERED:
        return
    said = "\n".join(walked.of("text/markdown", "answer") or walked.of("text/markdown")[:1])
    told = set(CHANCE.findall(said))
    verdicts = _verdicts(walked)
    if verdicts is None:
        return
    columns = [c for c in verdicts if c.startswith(("probability", "said_probability"))]
    known = {english.equation(p) for c in columns for p in verdicts[c].dropna()}
    wanted = {english.equation(p) for p in verdicts["probability"].dropna()}
    if extra := told - known:
        yield "another probability than assess", f"{sorted(extra)}, not {sorted(known)}: {said}"
    if (lost := wanted - told) and walked.notebook not in SELECTING:
        yield "probability of assess not told", f"{sorted(lost)}: {said}"


SELECTING = ("09_later_goals",)
"""Notebooks that leave out some of the targets that `assess` judges."""
ANSWERED = ("05_projection", "07_targets", "explore", *SELECTING)
"""Notebooks whose answer gives the probability of a target of the tables."""
RULES: tuple[Callable[[Walked], Iterator[tuple[str, str]]], ...] = (
    _ending, _streams, _words, _identifiers, _tables, _machine, _chances,
)  # fmt: skip


def prose_of(walked: Walked) -> list[str]:
    """Return the sentences and the words of charts, without what is set as code."""
    return [CODE.sub("`code`", o.text) for o in walked.outputs if o.kind in PROSE]


def _around(text: str, found: re.Match) -> str:
    start, end = max(0, found.start() - 90), found.end() + 60
    return " ".join(text[start:end].split())


def _head(table: str) -> str:
    return ", ".join(cell for cell in re.findall(r"<th[^>]*>([^<]+)</th>", table)[:5])


@cache
def _raw(folder: str) -> RawData:
    return read_raw(folder or None)


@cache
def _ids(folder: str) -> re.Pattern | None:
    """Return a pattern of the ids of a folder that no sentence could hold as a word."""
    try:
        raw = _raw(folder)
    except InputError:
        return None
    tables = (raw.indicators, raw.areas, raw.definitions, raw.targets, raw.sources, raw.events)
    ids = {name for table in tables for name in table.iloc[:, 0] if "_" in name}
    ids |= {name for name in raw.measures.iloc[:, 0] if "_" in name}
    longest = sorted(ids, key=len, reverse=True)
    return re.compile(rf"(?<![\w=])({'|'.join(map(re.escape, longest))})(?!\w)") if ids else None


def _verdicts(walked: Walked) -> pd.DataFrame | None:
    """Assess the targets that an answer is about, with the settings of the run."""
    given: Mapping[str, Any] = walked.settings
    raw = _raw(given.get("raw_dir") or "")
    fields = {name: value for name, value in given.items() if name in Parameters.model_fields}
    with asked_about(EDITION):
        run = Parameters(**fields)
    first = raw.targets["plan"].eq(raw.targets["plan"].iloc[0])
    later = raw.targets["target_year"].gt(run.since_year) & raw.targets["area"].eq(run.area)
    asked = later if walked.notebook in SELECTING else first
    ids = [run.target_id] if run.target_id else raw.targets.loc[asked, "target_id"].tolist()
    if "target_id" in given and not run.target_id:
        return None
    if run.target_id and "indicator" in given:  # a target of another series has no answer
        target = raw.targets.set_index("target_id").loc[run.target_id]
        if (target["indicator"], target["area"]) != (run.indicator, run.area):
            return None
    if given.get("members") or given.get("level"):  # `assess` knows no such choice
        return None
    return assess(raw, run.as_of, run.choice, target_ids=ids, first_year=run.first_year)
