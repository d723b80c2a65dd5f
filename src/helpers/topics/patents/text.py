"""Answer of the notebook: sentences whose every number is computed."""

from datetime import date
from math import isfinite

import pandas as pd

from helpers.targets.states import required_growth
from helpers.topics.patents.analysis import Study
from helpers.topics.patents.filings import Filings
from helpers.topics.patents.titles import (
    applicants_title,
    controls_title,
    cuts_title,
    error_words,
    part,
    quality_title,
)
from helpers.wording import english as wording
from helpers.wording.provenance import unverified_points


def answer(study: Study, verified: Study | None, as_of: date) -> str:
    """Say why the count fell, where it stands, and what hangs on unverified points.

    Parameters
    ----------
    study : Study
    verified : Study or None
        The same without unverified figures; None where nothing is left.
    as_of : date
    """
    lines = [
        f"As known on **{as_of}**: {standing(study)}",
        f"- **Why?** {cuts_title(study)}.",
        f"- **Elsewhere.** {controls_title(study)}.",
        f"- **Applicants.** {applicants_title(study)}.",
        f"- **Quality.** {quality_title(study)}.",
        f"- **{study.running.year}.** {running_words(study)}",
        f"- **Without unverified points.** {doubt_words(study, verified)}",
    ]
    return "\n".join(lines)


def standing(study: Study) -> str:
    """Say where the count stands against its peak and its target."""
    filings = study.filings
    last, peak = filings.last, filings.peak
    now = f"{_count(last)} in {last['year']}{_status(last)}"
    if last["year"] == peak["year"]:
        where = f"{filings.name}, {filings.area_name}: the latest figure, **{now}**, is the largest"
    else:
        where = (
            f"{filings.name}, {filings.area_name}: **{_count(peak)}** in {peak['year']}"
            f"{_status(peak)} was the peak, and {now} lies **{part(filings.fall)}** below it"
        )
    return f"{where}.{_target_words(study)}"


def _target_words(study: Study) -> str:
    filings, target = study.filings, study.filings.target
    if target is None or not len(study.verdict):
        return ""
    row = study.verdict.iloc[0]
    asked = wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )
    state = wording.STATE_WORDS[row["state"]]
    chance = "" if pd.isna(row["probability"]) else f" ({wording.equation(row['probability'])})"
    years = target.target_year - int(filings.last["year"])
    growth = required_growth(float(filings.last["value"]), filings.level, years)
    needs = (
        f"; it takes growth of {growth:.0f} % a year from {filings.last['year']} on"
        if isfinite(growth) and growth > 0
        else ""
    )
    return f" The target of {asked} for {target.target_year} is **{state}**{chance}{needs}."


def running_words(study: Study) -> str:
    """Say what is known of the running year, and how good nowcasts have been."""
    running = study.running
    track = track_words(study.scores)
    if running.made is not None:
        figure = running.part
        low, high = running.made.interval(0.8)
        level = study.filings.level
        chance = running.probability(level)
        said = f", and {wording.equation(chance)} for {level:,.0f}" if isfinite(chance) else ""
        return (
            f"The {_count(figure)} of {figure['months']} months point to "
            f"**{running.made.median:,.0f}** (80 % interval {low:,.0f} to {high:,.0f}){said}. "
            f"{track}"
        )
    return f"No nowcast: {running.missing}. {bound_words(study)}{track}"


def bound_words(study: Study) -> str:
    """Say what figures of larger areas bound, and what not; empty without one."""
    if study.bounds.empty:
        return ""
    row = study.bounds.iloc[0]
    whole = study.area_names[row["whole"]]
    said = (
        f"Of {row['months']} months, {row['value']:,.0f} are known for {whole}: "
        f"counted alike, {study.filings.area_name} had at most these"
    )
    if isfinite(row["share_needed"]):
        share = row["share_needed"]
        verdict = (
            "so this does not exclude the target"
            if share <= 100
            else "so the target is out of reach"
        )
        said += (
            f", and would need {share:.0f} % of the {row['whole_year']:,.0f} that they point to "
            f"there, {verdict}"
        )
    if row["shares_seen"]:
        return (
            f"{said}; its largest share of {whole} was {row['largest_share']:.0f} % in "
            f"{row['largest_share_year']:.0f}. "
        )
    return f"{said}; its share of {whole} was never published, so nothing more follows. "


def track_words(scores: pd.DataFrame) -> str:
    """Say how far nowcasts have been off."""
    made = scores[scores["method"].eq("nowcast") & scores["count"].gt(0)]
    if made.empty:
        return "No finished year has a nowcast made from other years, so their error is not known."
    row = made.iloc[0]
    return (
        f"Nowcasts of {row['count']} part-year figures in {row['years']} finished years, made from "
        f"other years, were {error_words(row)}."
    )


def doubt_words(study: Study, verified: Study | None) -> str:
    """Count unverified points, and give the main finding without them."""
    counted = unverified_points(study.filings.series, study.applicants, study.readings)
    if verified is None:
        return f"{counted} Without them no figure is left."
    tested = verified.tests["tested"].astype(bool)
    events = (
        f"{int(tested.sum())} of {len(tested)} event years can still be tested"
        if len(tested)
        else "no event year can be tested"
    )
    return f"{counted} Without them: {_main(verified.filings)}; {events}{_verdict_words(study)}."


def _verdict_words(study: Study) -> str:
    """Say whether the target's verdict hangs on unverified points."""
    if not len(study.verdict):
        return ""
    row = study.verdict.iloc[0]
    chance = row["probability_verified"]
    odds = "" if pd.isna(chance) else f" ({wording.equation(chance)})"
    stays = "stays" if row["state_verified"] == row["state"] else "becomes"
    return f"; the target {stays} {wording.STATE_WORDS[row['state_verified']]}{odds}"


def _main(filings: Filings) -> str:
    last, peak = filings.last, filings.peak
    if last["year"] == peak["year"]:
        return f"{_count(last)} in {last['year']} is the largest of {len(filings.series)} figures"
    return (
        f"a peak of {_count(peak)} in {peak['year']}, and {_count(last)} in {last['year']}, "
        f"{part(filings.fall)} below it"
    )


def _count(row: pd.Series) -> str:
    return wording.amount(float(row["value"]), int(row["decimals"]), row.get("unit", "count"))


def _status(row: pd.Series) -> str:
    words = [row["status"]] if row["status"] == "estimate" else []
    words += ["unverified"] if row["grade"] == "unverified" else []
    return f" ({', '.join(words)})" if words else ""


def rival_words(study: Study) -> str:
    """Compare the nowcast with simpler guesses, asked the same questions."""
    shared = study.shared_scores[study.shared_scores["count"].gt(0)]
    if shared.empty:
        return "No part-year figure has a guess by every method, so they cannot be compared."
    lines = []
    for mode, group in shared.groupby("mode", sort=False):
        row = group.iloc[0]
        errors = ", ".join(
            f"{METHOD_WORDS.get(r.method, r.method)} {r.median_error:.1f} % "
            f"(at worst {r.worst_error:.0f} %)"
            for r in group.itertuples()
        )
        lines.append(
            f"- Factors from {mode if mode == 'other years' else 'what was known then'}: asked the "
            f"same {row['count']} questions of {row['years']} years, middle errors are {errors}."
        )
    return "\n".join(lines)


def scores_view(scores: pd.DataFrame) -> pd.DataFrame:
    """Lay out the scores of nowcasts for reading; dashes where nothing was scored."""
    named = scores.replace({"method": METHOD_WORDS})
    percent = ["median_error", "bias", "worst_error", "coverage"]
    table = named.assign(**{name: named[name].map(lambda x: wording.number(x, 1))
                            for name in percent})  # fmt: skip
    heads = {"median_error": "median error, %", "bias": "bias, %", "worst_error": "worst, %",
             "coverage": "inside 80 % interval, %"}  # fmt: skip
    return table.rename(columns=heads).set_index(["mode", "method"])


METHOD_WORDS = {
    "even_months": "even months",
    "last_year": "last year's figure",
    "projection": "projection without the part",
}
