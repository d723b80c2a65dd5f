"""Answer and chart titles of the notebook: sentences whose every number is computed."""

from math import exp, isfinite

import pandas as pd

from helpers.targets.states import required_growth
from helpers.topics.nowcasts.factors import Factors
from helpers.topics.nowcasts.nowcast import RIVALS, score_nowcasts
from helpers.topics.patents.analysis import Study
from helpers.topics.patents.filings import Filings
from helpers.wording import english as wording
from helpers.wording.provenance import unverified_points


def answer(study: Study, verified: Study | None) -> str:
    """Say why the count fell, where it stands, and what hangs on unverified points.

    Parameters
    ----------
    study : Study
    verified : Study or None
        The same without unverified figures; None where nothing is left.
    """
    lines = [
        f"As known on **{study.run.as_of}**: {standing(study)}",
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
    if running.made is not None and running.part is not None:
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
    whole = row["whole"]
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
    scores = score_nowcasts(study.replayed.dropna(subset=list(RIVALS)))
    shared = scores[scores["count"].gt(0)]
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


METHOD_WORDS = {
    "even_months": "even months",
    "last_year": "last year's figure",
    "projection": "projection without the part",
}

CONTROLS_NAMED = 3
"""So many controls are named in a sentence; the table holds all."""


def part(share: float) -> str:
    """Write a part in percent; a small one is not none."""
    return "less than 1 %" if 0 < share < 0.005 else wording.percent(share)


def fall_title(study: Study) -> str:
    """Say how the count rose and fell."""
    filings = study.filings
    last, peak, first = filings.last, filings.peak, filings.series.iloc[0]
    name = f"{filings.name}, {filings.area_name}"
    if last["year"] == peak["year"]:
        return f"{name}: at its largest in {last['year']}"
    return (
        f"{name}: from {first['value']:,.0f} in {first['year']} to {peak['value']:,.0f} in "
        f"{peak['year']}; {last['year']} lies {part(filings.fall)} below that"
    )


def cuts_title(study: Study) -> str:
    """Say whether the years of events stand out among all years at which to cut."""
    cuts, tests = study.cuts, study.tests
    if cuts.empty:
        return (
            f"{len(study.growth)} growth rates between neighbouring years are too few to compare "
            "before and after any event"
        )
    said = _cut_words(cuts)
    tested = tests[tests["tested"].astype(bool)]
    if tested.empty:
        return f"{said[0].upper()}{said[1:]}; no event year has growth rates enough on both sides"
    return f"{_events_words(tested)}: {said}"


def _cut_words(cuts: pd.DataFrame) -> str:
    """Say after how many of the possible years growth was lower, and where most clearly."""
    slower = cuts[cuts["difference"].lt(0)]
    years = "the only year" if len(cuts) == 1 else f"any of the {len(cuts)} years"
    if slower.empty:
        return f"growth was not lower after {years} at which it can be cut"
    best = slower.loc[slower["explained"].idxmax(), "cut"]
    return (
        f"growth was lower after {len(slower)} of {len(cuts)} possible cut years, most clearly "
        f"from {best:.0f}"
    )


def _events_words(tested: pd.DataFrame) -> str:
    best = tested.loc[tested["as_strong"].idxmin()]
    least = tested["p_corrected"].min()
    clear = tested["p_corrected"].lt(0.05).any() and best["p_cut"] <= 0.1
    verdict = "One of them stands out" if clear else "No event year stands out"
    smallest = "< 0.001" if least < 0.001 else f"{least:.2g}"
    return (
        f"{verdict} ({len(tested)} tried; the best, {best['cut']:.0f}, ranks "
        f"{best['as_strong']:.0f} of {best['cuts']:.0f}; smallest corrected p {smallest})"
    )


def controls_title(study: Study) -> str:
    """Say how other areas grew after the peak, over the same years."""
    table = study.controls
    own = table[table["count"].eq(study.filings.indicator)]
    table = own if len(own) else table
    if table.empty:
        peak = study.filings.peak["year"]
        return f"No other area has figures on both sides of the end of {peak}"
    slower = int(table["difference_after"].lt(0).sum())
    named = "; ".join(
        f"{row.control} {_signed(row.control_after)} % a year against {_signed(row.own_after)} "
        f"({row.base_year}\N{EN DASH}{row.to_year})"
        for row in table.head(CONTROLS_NAMED).itertuples()
    )
    return f"After the peak it grew slower than {slower} of {len(table)} controls: {named}"


def _signed(value: float) -> str:
    # Rounded first: a plain format writes a small loss as minus zero.
    return f"{round(value, 1) + 0.0:+.1f}".replace("-", "\N{MINUS SIGN}")


def applicants_title(study: Study) -> str:
    """Say how much of the fall could at most be the largest applicants'."""
    if study.applicants.empty:
        return "No published counts of the area's applicants are known"
    if study.changes.empty:
        return "The applicants' published counts do not cover a period of rise or fall"
    last = study.changes[study.changes["last_year"].eq(study.changes["last_year"].max())]
    last = last[last["first_year"].eq(last["first_year"].max())]
    row = last.iloc[0]
    words = [_part_words(r) for r in last.itertuples()]
    kind = "fall" if row["change"] < 0 else "rise"
    return (
        f"Of the {kind} by {abs(row['change']):,.0f} from {row['first_year']} to "
        f"{row['last_year']}, {'; '.join(words)} (publications, another count)"
    )


def _part_words(row) -> str:
    if row.part_at_most <= 0:
        against = "rose" if row.own_change > 0 else "fell"
        return f"nothing can be {row.name}'s, which {against} by {abs(row.own_change):,.0f}"
    return f"at most {row.part_at_most:.0f} % can be {row.name}'s"


def quality_title(study: Study) -> str:
    """Say how the measures of quality grew while the count moved."""
    table = study.quality.dropna(subset="growth")
    if table.empty:
        return "No measure of quality has two readings on one definition"
    rose = int(table["growth"].gt(0).sum())
    row = table.loc[table["growth"].idxmax()]
    name = row["name"][0].lower() + row["name"][1:]
    said = (
        f"{rose} of {len(table)} measures of quality rose, fastest {name} "
        f"({row['growth']:.0f} % a year, {row['first_year']}\N{EN DASH}{row['last_year']})"
    )
    asked = table[table["reached"].notna()]
    for target in asked.itertuples():
        at = "" if target.months == 12 else f" after {target.months} months of"
        reached = "above" if target.reached else "below"
        said += (
            f"; {target.name[0].lower()}{target.name[1:]} stood at {target.last:.4g}"
            f"{at or ' in'} {target.last_year}, {reached} the {target.target:.4g} asked for "
            f"{target.target_year:.0f}"
        )
    return said


def peers_title(study: Study) -> str:
    """Say where the area stands among the others in the last year that it shares with them."""
    filings = study.filings
    rows = study.others[study.others["indicator"].eq(filings.indicator)]
    others = rows[rows["area"].ne(filings.area)]
    shared = others[others["year"].isin(filings.series["year"])]
    if shared.empty:
        return f"No other area shares a year with {filings.area_name}"
    year = int(shared["year"].max())
    there = shared[shared["year"].eq(year)]
    wholes = there[there["value"].gt(filings.values[year])].sort_values("value")
    parts = [
        f"{100 * filings.values[year] / row.value:.0f} % as many as {row.name}"
        for row in wholes.itertuples(index=False)
    ]
    words = ", ".join(parts) if parts else "more than every other area shown"
    return f"In {year} {filings.area_name} had {words}"


def counterpart_title(rows: pd.DataFrame) -> str:
    """Say how each area's count under another indicator ended: its growth over the last years."""
    words = []
    for name, group in rows.groupby("name", sort=False):
        first, last = group[group["year"].ge(group["year"].max() - 5)].iloc[[0, -1]].itertuples()
        if last.year > first.year:
            rate = 100 * ((last.value / first.value) ** (1 / (last.year - first.year)) - 1)
            words.append(f"{name} {_signed(rate)} % a year from {first.year} to {last.year}")
    return "Counted elsewhere: " + ("; ".join(words) or "too few figures for growth")


def factor_title(factors: Factors | None) -> str:
    """Say how much of a year its first half brings."""
    if factors is None:
        return "Too few finished years have a part-year figure to learn from"
    half = 100 * exp(-float(factors.log_factor(6)))
    return (
        f"Six months bring {half:.0f} % of a year's filings, not half: learned from "
        f"{factors.pairs} part-year figures in {factors.years} years"
    )


def error_words(row: pd.Series) -> str:
    """Say how far a method was off."""
    side = "too high" if row["bias"] > 0 else "too low"
    return (
        f"off by {row['median_error']:.1f} % in the middle case (at worst "
        f"{row['worst_error']:.0f} %), {abs(row['bias']):.1f} % {side}, and their 80 % interval "
        f"held {row['coverage']:.0f} % of the outcomes"
    )


def error_title(study: Study) -> str:
    """Say how nowcasts compare with even months."""
    scores = study.scores[study.scores["mode"].eq("other years")].set_index("method")
    if scores.loc["nowcast", "count"] == 0:
        return "No finished year could be nowcast from other years"
    ours, even = scores.loc["nowcast"], scores.loc["even_months"]
    return (
        f"Nowcasts from other years were off by {ours['median_error']:.1f} % in the middle case, "
        f"even months by {even['median_error']:.1f} %"
    )


def weights_title(weights: pd.DataFrame) -> str:
    """Say how the known applicants' publications compare with receipts.

    Parameters
    ----------
    weights : DataFrame
        By year: known (applicants with a figure), per_100_received (published by them for each
        100 received), and herfindahl_low and herfindahl_high, the bounds of the sum of squared
        shares.
    """
    table = weights.dropna(subset="per_100_received")
    if table.empty:
        return "No year has both receipts and published counts."
    first, last = table["per_100_received"].idxmin(), table.index[-1]
    low, high = table.loc[first], table.loc[last]
    return (
        f"For each 100 applications received, applicants known in {first} ({low['known']:.0f}) "
        f"published {low['per_100_received']:.0f}, those known in {last} ({high['known']:.0f}) "
        f"{high['per_100_received']:.0f}; publication is another date and another count, so this "
        f"is no share. If it were one, the sum of squared shares of {last} would lie between "
        f"{wording.number(high['herfindahl_low'], 2)} and "
        f"{wording.number(high['herfindahl_high'], 2)}."
    )
