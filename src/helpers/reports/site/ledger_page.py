"""What was said and what came: the page on the ledger, and the same in the form of forecast hubs.

A hub keeps forecasts in a long table of model output, the figures to come in a time series with the
day (`as_of`) from which each version was known, and what a perfect forecast would have said as
oracle output (hubverse.io). Two things are asked there: the figure of a year (`quantile`, the
target named by its indicator) and whether a target is met (`pmf`, named by the target).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.reports.site.verdicts import kept
from helpers.reports.store.ledger import FILE, LEVELS, PRINTS, Ledger
from helpers.tables import restored, write_table
from helpers.targets.history.resolution import LEVEL, score_issued
from helpers.vintages.archive import Archive
from helpers.vocabulary import GRADES
from helpers.wording.language import Language
from helpers.wording.statements import judged_words

PAGE = "ledger.html"
SCORES = "ledger_scores.csv"
HUB = ("hub/model-output.csv", "hub/time-series.csv", "hub/oracle-output.csv")
MODEL = "shenzhen-targets"
ENOUGH = 30
"""Outcomes below which the page says that chance decides: a mean of so few has a standard error of
a tenth of a unit or more where half of what is asked comes true."""


def issued_until(ledger: Ledger, archive: Archive, as_of: str) -> pd.DataFrame:
    """Return the lines of the ledger up to a day, scored with the figures known on it."""
    rows = ledger.rows
    return score_issued(rows[rows["day"].le(as_of)].reset_index(drop=True), archive, as_of)


def write_ledger(ledger: Ledger, scored: pd.DataFrame, archive: Archive, site: Path) -> None:
    """Write the ledger into a report that issues, and for every report scores and hub files."""
    if ledger.issues:
        (site / FILE).write_bytes(ledger.content)
    if len(scored):
        write_table(scored, site, SCORES)
        tables = (model_output(scored), time_series(scored, archive), oracle_output(scored))
        for name, table in zip(HUB, tables, strict=True):
            write_table(table, site, name)


def ledger_values(
    ledger: Ledger, scored: pd.DataFrame, language: Language, names: Mapping[str, str]
) -> dict[str, Any]:
    """Return what the template of the page fills in.

    Parameters
    ----------
    ledger : Ledger
    scored : DataFrame
        As `issued_until` returns.
    language : Language
    names : mapping
        Names in the language by what the tables call targets, indicators, areas and plans.
    """
    groups = [rows for _, rows in scored.groupby("target_id", sort=False)]
    came = [rows for rows in groups if rows["state_first"].ne("").any()]
    return {
        "sums": [kept(line) for line in sums(scored, language)],
        "resolved": [_target(rows, language, names) for rows in came],
        "open": [
            _target(rows, language, names) for rows in groups if rows["state_first"].eq("").all()
        ],
        "faults": ledger.faults,
        "head": language.say("ledger.head", head=ledger.head[:16]) if ledger.issues else "",
        "files": [(FILE, "ledger.table")] * ledger.issues
        + [(SCORES, "ledger.scores")] * bool(len(scored)),
        "hub": HUB if len(scored) else (),
    }


def sums(scored: pd.DataFrame, language: Language) -> list[str]:
    """Sum up the ledger: how much was said, what came of it, and what that can show."""
    if scored.empty:
        return [language.say("ledger.none")]
    came = scored[scored["state"].ne("") & ~scored["late"]]
    # Targets of several plans rest on one figure, which is then one surprise and not several.
    figures = came.groupby(["indicator", "area", "target_year"]).tail(1)
    counts = {"lines": len(scored), "targets": scored["target_id"].nunique()}
    counts |= {"resolved": came["target_id"].nunique(), "figures": len(figures)}
    words = {name: language.number(count) for name, count in counts.items()}
    told = [language.say("ledger.count", first=language.day(scored["day"].min()), **words)]
    if scored["brier"].notna().any():
        # A target about which more reports spoke counts no more than another.
        mean = scored.groupby("target_id")["brier"].mean().mean()
        told.append(language.say("ledger.score", score=language.number(mean, 3)))
        ends = [f"{LEVEL}{level}" for level in (0.1, 0.9)]
        ranged = figures.dropna(subset=ends)
        inside = ranged["value_first"].between(*(ranged[end] for end in ends)).sum()
        counted = {"inside": language.number(inside), "count": language.number(len(ranged))}
        told.append(language.say("ledger.range", **counted))
    if len(figures) < ENOUGH:
        told.append(language.say("ledger.few", enough=ENOUGH))
    return told


def _target(rows: pd.DataFrame, language: Language, names: Mapping[str, str]) -> dict[str, Any]:
    """Put into words what was said of one target, the newest first, and what came."""
    last = rows.iloc[-1]
    asked = (last["operator"], last["target_value"], last["target_decimals"], last["unit"])
    plan, area = restored(last["plan"]), last["area"]
    return {
        "name": names.get(last["indicator"], last["indicator"]),
        "area": names.get(area, area),
        "year": last["target_year"],
        "plan": names.get(plan, plan),
        "asked": kept(language.line(*asked, last["target_high"])),
        "came": [kept(line) for line in _came(last, language)],
        "said": [kept(line) for line in reversed(list(_said(rows, language)))],
    }


def _said(rows: pd.DataFrame, language: Language) -> Iterator[str]:
    """Tell each probability with its penalty; the same of one report after another together."""
    told = [(_chance(row, language), row["day"]) for row in rows.to_dict("records")]
    for words, alike in groupby(told, key=lambda pair: pair[0]):
        days = [day for _, day in alike]
        ends = {"first": language.day(days[0]), "last": language.day(days[-1])}
        when = (language.say("ledger.days_many", **ends, count=len(days)) if len(days) > 1
                else ends["first"])  # fmt: skip
        yield f"{when}{language.say('column.separator')}{words}"


def _chance(row: Mapping[str, Any], language: Language) -> str:
    final = row["print"] != next(iter(PRINTS))
    words = [language.probability(row["probability"])]
    words[0] += language.say("ledger.of_final") if final else ""
    own, other = ("final", "first") if final else ("first", "final")
    scores = {name: row[f"brier_{name}"] for name in PRINTS}
    if row["late"] or row["replaced"]:
        words.append(language.say("ledger.late" if row["late"] else "ledger.replaced"))
    elif row[f"state_{own}"] == "at_the_line":
        words.append(language.say("ledger.no_penalty"))
    elif not isnan(scores[own]):
        words.append(language.say("ledger.penalty", score=language.number(scores[own], 3)))
        if row["differ"] and not isnan(scores[other]):
            score = language.number(scores[other], 3)
            words.append(language.say("ledger.penalty_other", score=score))
    return language.say("list.clause").join(words)


def _came(row: pd.Series, language: Language) -> Iterator[str]:
    """Tell the first print of an outcome and the final one."""
    for name in PRINTS:
        if state := row[f"state_{name}"]:
            value, decimals, unit = (row[f"{of}_{name}"] for of in ("value", "decimals", "unit"))
            judged = judged_words({**row, "judged": row[f"judged_{name}"]}, language)
            words = [language.amount(value, decimals, unit), *([judged] if judged else [])]
            yield language.say(
                f"ledger.{name}",
                state=language.word("heading", state),
                value=language.say("list.clause").join(words),
                day=language.day(row[f"day_{name}"]),
            )
    if row["state_first"] and not row["state_final"]:
        yield language.say("ledger.pending")
    if row["differ"]:
        yield language.say("ledger.differ")


def model_output(scored: pd.DataFrame) -> pd.DataFrame:
    """Return what was issued as model output; of several reports of one day the last."""
    rows = _hub_rows(scored[~scored["replaced"]])
    first = rows["print"].eq(next(iter(PRINTS)))
    figures = rows[first].melt([*_TASK, "indicator"], list(LEVELS), "output_type_id")
    figures = figures.assign(
        target=figures["indicator"], output_type="quantile",
        output_type_id=figures["output_type_id"].str.removeprefix(LEVEL),
    )  # fmt: skip
    met = rows.assign(output_type="pmf", output_type_id="met", value=rows["probability"])
    missed = met.assign(output_type_id="missed", value=1 - rows["probability"])
    table = pd.concat([figures, met, missed]).dropna(subset=["value"]).assign(model_id=MODEL)
    columns = ["model_id", *_TASK, "output_type", "output_type_id", "value"]
    # Targets of several plans ask about one figure.
    return table[columns].drop_duplicates().reset_index(drop=True)


_TASK = ["origin_date", "target", "location", "target_end_date"]


def _hub_rows(scored: pd.DataFrame) -> pd.DataFrame:
    name = scored["target_id"].where(scored["print"].eq(next(iter(PRINTS))),
                                     scored["target_id"] + " as finally revised")  # fmt: skip
    end = scored["target_year"].astype(str) + "-12-31"
    return scored.assign(
        origin_date=scored["day"], target=name, location=scored["area"], target_end_date=end
    )


def time_series(scored: pd.DataFrame, archive: Archive) -> pd.DataFrame:
    """Return every version of the figures asked about: `as_of` is the day when it began to hold."""
    parts = []
    for indicator, area in scored[["indicator", "area"]].drop_duplicates().itertuples(index=False):
        figures = archive.pairs.get((indicator, area))
        if figures is None:
            continue
        whole, candidates = archive.choices[indicator, area]
        for day in sorted(figures["known_from"].dropna().unique()):
            places = candidates.series(candidates.best(day, GRADES), stand_ins=False)
            known = whole.iloc[places][["year", "value"]]
            parts.append(known.assign(as_of=day, target=indicator, location=area))
    columns = ["as_of", "target", "location", "target_end_date", "observation"]
    if not parts:
        return pd.DataFrame(columns=columns)
    every = pd.concat(parts, ignore_index=True)
    same = every.groupby(["target", "location", "year"])["value"].shift().eq(every["value"])
    kept_ones = every[~same].assign(observation=every["value"])
    return kept_ones.assign(target_end_date=kept_ones["year"].astype(str) + "-12-31")[columns]


def oracle_output(scored: pd.DataFrame) -> pd.DataFrame:
    """Return what a perfect forecast would have said, on the first print and on the final one."""
    rows = _hub_rows(scored)
    columns = ["as_of", *_TASK[1:], "output_type", "output_type_id", "oracle_value"]
    parts = []
    for name in PRINTS:
        known = rows[rows[f"state_{name}"].ne("")].assign(as_of=rows[f"day_{name}"])
        figure = known.assign(target=known["indicator"], output_type="quantile",
                              output_type_id="", oracle_value=known[f"value_{name}"])  # fmt: skip
        sure = known[known[f"state_{name}"].isin(["met", "missed"])]
        parts += [figure, *(
            sure.assign(output_type="pmf", output_type_id=state,
                        oracle_value=sure[f"state_{name}"].eq(state).astype(float))
            for state in ("met", "missed")
        )]  # fmt: skip
    return pd.concat(parts)[columns].drop_duplicates().reset_index(drop=True)
