"""Answer and charts of the notebook: sentences whose every number is computed."""

from math import exp, isfinite

import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure
from scipy.special import stdtrit

from helpers import charts
from helpers.charts.style import WIDTH
from helpers.targets.states import required_growth
from helpers.topics.nowcasts import RIVALS, YEAR, Factors, score_nowcasts
from helpers.topics.patents.analysis import Study
from helpers.topics.patents.controls import of_an_applicant
from helpers.topics.patents.filings import Filings
from helpers.topics.research.parts import inside, signed
from helpers.topics.verdicts import source_line
from helpers.vocabulary import SETTLED, operator_of
from helpers.wording import english as wording
from helpers.wording.english import unverified_points
from helpers.wording.markdown import prose
from helpers.wording.statements import statement

Picture = Figure | Markdown
LEAST_POINTS = 4
"""Areas with fewer figures are named below a comparison and not drawn."""
STALE = 2
"""Years after which the last figure is no news: by then that of the next year is out."""


def answer(study: Study, verified: Study | None) -> str:
    """Say why the count fell, where it stands, and what hangs on unverified points.

    `verified`: the same without unverified figures; None where nothing is left.
    """
    lines = [
        f"As known on **{study.run.as_of}**:\n{standing(study)}",
        f"- **Why?** {cuts_title(study)}.",
        f"- **Elsewhere.** {controls_title(study).partition(':')[0]}.",
        f"- **Applicants.** {applicants_title(study)}.",
        f"- **Quality.** {'; '.join([quality_title(study), *_asked_of_quality(study)])}.",
        f"- **{study.running_year}.** {running_words(study, track=False)}",
        f"- **Without unverified points.** {doubt_words(study, verified)}",
    ]
    return "\n".join(lines)


def closing(study: Study) -> str:
    """Say in three lines where the count stands, and what of its fall can be explained."""
    return (
        f"As known on **{study.run.as_of}**:\n{standing(study)}\n\n"
        f"{cuts_title(study)}. {controls_title(study).partition(':')[0]}."
    )


def standing(study: Study) -> str:
    """Say where the count stands against its peak and its target."""
    filings = study.filings
    last, peak = filings.last, filings.peak
    now = f"{_count(last)} in {last['year']}{_status(last)}"
    if len(filings.series) == 1:
        where = f"{filings.name}, {filings.area_name}: the one figure is **{now}**"
    elif last["year"] == peak["year"]:
        where = f"{filings.name}, {filings.area_name}: the latest figure, **{now}**, is the largest"
    else:
        where = (
            f"{filings.name}, {filings.area_name}: **{_count(peak)}** in {peak['year']}"
            f"{_status(peak)} was the peak, and {now} lies **{part(filings.fall)}** below it"
        )
    return f"{where}.{_age_words(study)}{_target_words(study)}"


def _age_words(study: Study) -> str:
    """Say how old the last figure is, and why there is no later one; "" for a fresh one."""
    last, day = int(study.filings.last["year"]), study.run.as_of
    old = f" The figure of {last} is {day.year - last} years old on that day"
    if study.filings.newest > last:
        return f"{old}: later ones, up to {study.filings.newest}, are left out here."
    return f"{old}: no later one is held." if day.year - last >= STALE else ""


def _target_words(study: Study) -> str:
    filings, target = study.filings, study.filings.target
    if target is None or not len(study.verdict):
        return ""
    row = study.verdict.iloc[0]
    said = statement(row)
    years = target.target_year - int(filings.last["year"])
    growth = required_growth(float(filings.last["value"]), filings.level, years)
    needed = row["state"] not in SETTLED and operator_of(target.operator).has_floor
    needs = f"; it takes growth of {growth:.1f} % a year from {filings.last['year']} on"
    needs = needs if needed and isfinite(growth) and growth > 0 else ""
    day = f"{target.set_on:%Y-%m-%d}"
    later = f", set only by {day}," if target.set_on > pd.Timestamp(study.run.as_of) else ""
    return (
        f" The target of {said.asked} for {target.target_year}{later} is "
        f"**{said.standing}**{needs}."
    )


def running_words(study: Study, *, track: bool = True) -> str:
    """Say what is known of the running year, and how good nowcasts have been."""
    running = study.running
    record = f" {track_words(study.scores)}" if track else ""
    if running.made is not None and running.part is not None:
        figure = running.part
        low, high = running.made.interval(0.8)
        level = study.running_level
        chance = running.probability(level)
        said = f", and {wording.equation(chance)} for {level:,.0f}" if isfinite(chance) else ""
        return (
            f"The {_count(figure)} of {wording.counted(figure['months'], 'month')} point to "
            f"**{running.made.median:,.0f}** (80 % interval {low:,.0f} to {high:,.0f}){said}."
            f"{record}"
        )
    missing = running.missing
    if running.part is None:
        missing = (
            f"no settled figure{study.run.graded} of a year after {study.first_unsettled - 1} is "
            "public, and none of its first months"
        )
    return f"No nowcast: {missing}. {bound_words(study)}".rstrip() + record


def bound_words(study: Study) -> str:
    """Say what figures of larger areas bound, and what not; empty without one."""
    if study.bounds.empty:
        return ""
    row = study.bounds.iloc[0]
    whole = row["whole"]
    said = (
        f"Of {wording.counted(row['months'], 'month')}, {row['value']:,.0f} are known for {whole}: "
        f"counted alike, {study.filings.area_name} had at most these"
    )
    if isfinite(row["share_needed"]):
        share = row["share_needed"]
        so = "this does not exclude the target" if share <= 100 else "the target is out of reach"
        said += (
            f", and would need {share:.0f} % of the {row['whole_year']:,.0f} that they point to "
            f"there, so {so}"
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
        f"Nowcasts of {wording.counted(row['count'], 'part-year figure')} in "
        f"{wording.counted(row['years'], 'finished year')}, made from other years, were "
        f"{error_words(row)}."
    )


def doubt_words(study: Study, verified: Study | None) -> str:
    """Count unverified points, and give the main finding without them."""
    frames = (study.filings.series, study.applicants, study.readings)
    counted = unverified_points(*frames)
    if not any(frame["grade"].eq("unverified").any() for frame in frames):
        return counted
    if verified is None:
        return f"{counted} Without them no figure is left."
    tested = verified.tests["tested"].astype(bool)
    years = wording.counted(len(tested), "event year")
    events = f"{int(tested.sum())} of {years} can still be tested"
    events = events if len(tested) else "no event year can be tested"
    return f"{counted} Without them: {_main(verified.filings)}; {events}{_verdict_words(study)}."


def _verdict_words(study: Study) -> str:
    """Say whether the target's verdict hangs on unverified points."""
    if not len(study.verdict):
        return ""
    row = study.verdict.iloc[0]
    names = {"state": "state_verified", "probability": "probability_verified"}
    without = {**row, **{name: row[other] for name, other in names.items()}}
    stays = "stays" if row["state_verified"] == row["state"] else "becomes"
    return f"; the target {stays} {statement(without).verdict}"


def _main(filings: Filings) -> str:
    last, peak = filings.last, filings.peak
    if len(filings.series) == 1:
        return f"{_count(last)} in {last['year']} is the only figure"
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
            f"same {wording.counted(row['count'], 'question')} of "
            f"{wording.counted(row['years'], 'year')}, middle errors are {errors}."
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
    if len(filings.series) == 1:
        return f"One figure, {_count(last)} in {last['year']}; {name}"
    if last["year"] == peak["year"]:
        return f"At its largest in {last['year']}; {name}"
    return (
        f"From {first['value']:,.0f} in {first['year']} to {peak['value']:,.0f} in "
        f"{peak['year']}; {name}: {last['year']} lies {part(filings.fall)} below that"
    )


def cuts_title(study: Study) -> str:
    """Say whether the years of events stand out among all years at which to cut."""
    cuts, tests = study.cuts, study.tests
    if cuts.empty:
        rates = len(study.growth)
        if not rates:
            return "No two neighbouring years on one definition are known, so no growth to compare"
        known = f"{wording.counted(rates, 'growth rate')} between neighbouring years"
        few = f"{'is' if rates == 1 else 'are'} too few to compare before and after any event"
        return f"{known} {few}"
    said = _cut_words(cuts)
    tested = tests[tests["tested"].astype(bool)]
    if tested.empty:
        return f"{said[0].upper()}{said[1:]}; no event year has growth rates enough on both sides"
    return f"{_events_words(tested)}; {said}"


def _cut_words(cuts: pd.DataFrame) -> str:
    """Say after how many of the possible years growth was lower, and where most clearly."""
    slower = cuts[cuts["difference"].lt(0)]
    years = "the only year" if len(cuts) == 1 else f"any of the {len(cuts)} years"
    if slower.empty:
        return f"growth was not lower after {years} at which it can be cut"
    best = slower.loc[slower["explained"].idxmax(), "cut"]
    return (
        f"growth was lower after {len(slower)} of {wording.counted(len(cuts), 'possible cut year')}"
        f", most clearly from {best:.0f}"
    )


def _events_words(tested: pd.DataFrame) -> str:
    best = tested.loc[tested["as_strong"].idxmin()]
    least = tested["p_corrected"].min()
    clear = tested["p_corrected"].lt(0.05).any() and best["p_cut"] <= 0.1
    stands = "One of them stands out" if len(tested) > 1 else "The event year stands out"
    verdict = stands if clear else "No event year stands out"
    smallest = "< 0.001" if least < 0.001 else f"{least:.2g}"
    return (
        f"{verdict}, of {len(tested)} tried; the best, {best['cut']:.0f}, ranks "
        f"{best['as_strong']:.0f} of {best['cuts']:.0f}; smallest corrected p {smallest}"
    )


def controls_title(study: Study) -> str:
    """Say how other areas grew after the peak, over the same years."""
    table = study.controls
    own = table[table["count"].eq(study.filings.indicator)]
    table = own if len(own) else table
    peak = study.filings.peak["year"]
    if peak == study.filings.last["year"]:
        return f"The largest figure is the last, of {peak}, so no time after it can be compared"
    if table.empty:
        return f"No other area has figures{study.run.graded} on both sides of the end of {peak}"
    slower = int(table["difference_after"].lt(0).sum())
    named = "; ".join(
        f"{row.control} {signed(row.control_after, 1)} % a year against {signed(row.own_after, 1)} "
        f"({row.base_year}\N{EN DASH}{row.to_year})"
        for row in table.head(CONTROLS_NAMED).itertuples()
    )
    controls = wording.counted(len(table), "control")
    return f"After the peak it grew slower than {slower} of {controls}: {named}"


def applicants_title(study: Study) -> str:
    """Say how much of the fall could at most be the largest applicants'."""
    if of_an_applicant(study.run.indicator):
        return "The count is that of one applicant, so no other is a part of it"
    if study.applicants.empty:
        return f"No published counts{study.run.graded} of the area's applicants are known"
    if study.changes.empty:
        return "The applicants' published counts do not cover a period of rise or fall"
    last = study.changes[study.changes["last_year"].eq(study.changes["last_year"].max())]
    last = last[last["first_year"].eq(last["first_year"].max())]
    row = last.iloc[0]
    words = [_part_words(r) for r in last.itertuples()]
    kind = "fall" if row["change"] < 0 else "rise"
    return (
        f"Of the {kind} by {abs(row['change']):,.0f} from {row['first_year']} to "
        f"{row['last_year']}, {'; '.join(words)}; publications are another count"
    )


def _part_words(row) -> str:
    moved = f"which {'rose' if row.own_change > 0 else 'fell'} by {abs(row.own_change):,.0f}"
    moved = moved if row.own_change else "which stood still"
    if row.part_at_most <= 0:
        return f"nothing can be {row.name}'s, {moved}"
    if row.part_at_most >= 100:
        return f"all of it can be {row.name}'s, {moved}"
    return f"at most {row.part_at_most:.0f} % can be {row.name}'s"


def quality_title(study: Study) -> str:
    """Say how the measures of quality grew while the count moved."""
    table = study.quality.dropna(subset="growth")
    if table.empty:
        return f"No measure of quality has two readings{study.run.graded} on one definition"
    rose = int(table["growth"].gt(0).sum())
    row = table.loc[table["growth"].idxmax()]
    of = f"of {wording.counted(len(table), 'measure')} of quality rose"
    said = [f"{rose} {of}" if rose else f"None {of}"]
    if rose:
        said.append(
            f"fastest {inside(row['name'])} ({signed(row['growth'], 1)} % a year, "
            f"{row['first_year']}\N{EN DASH}{row['last_year']})"
        )
    return "; ".join(said)


def _asked_of_quality(study: Study) -> list[str]:
    """Give the verdict on the target of each measure; figures of some months reach none."""
    verdicts = study.quality_verdicts.set_index("target_id")
    said = []
    for row in study.quality.dropna(subset="target_id").itertuples():
        verdict = statement({"target_id": row.target_id, **verdicts.loc[row.target_id]})
        by = f" with {verdict.latest} in {verdict.latest_year}" if verdict.latest else ""
        part = (
            f"; the {row.last:.4g} after {wording.counted(row.months, 'month')} of {row.last_year} "
            "is no figure of the year, and is not judged"
        )
        said.append(
            f"{inside(row.name)}: {verdict.asked} by {row.target_year:.0f} is "
            f"{verdict.standing}{by}{part if row.months < YEAR else ''}"
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
    words = ", ".join(parts) if parts else "as many as any other area with a figure of that year"
    return f"In {year} {filings.area_name} had {words}"


def counterpart_title(rows: pd.DataFrame) -> str:
    """Say how each area's count under another indicator ended: its growth over the last years."""
    words = []
    for name, group in rows.groupby("name", sort=False):
        first, last = group[group["year"].ge(group["year"].max() - 5)].iloc[[0, -1]].itertuples()
        if last.year > first.year:
            rate = 100 * ((last.value / first.value) ** (1 / (last.year - first.year)) - 1)
            words.append(f"{name} {signed(rate, 1)} % a year from {first.year} to {last.year}")
    return "Counted elsewhere: " + ("; ".join(words) or "too few figures for growth")


def factor_title(factors: Factors | None) -> str:
    """Say how much of a year its first half brings."""
    if factors is None:
        return "Too few finished years have a part-year figure to learn from"
    half = 100 * exp(-float(factors.log_factor(6)))
    even = "about half" if round(half) == 50 else "not half"
    return (
        f"Six months bring {half:.0f} % of a year's filings, {even}; learned from "
        f"{factors.pairs} part-year figures in {factors.years} years"
    )


def error_words(row: pd.Series) -> str:
    """Say how far a method was off."""
    side = "too high" if row["bias"] > 0 else "too low"
    bias = f"{abs(row['bias']):.1f} % {side}" if abs(row["bias"]) >= 0.05 else "with no bias"
    return (
        f"off by {row['median_error']:.1f} % in the middle case (at worst "
        f"{row['worst_error']:.0f} %), {bias}, and their 80 % interval "
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


def weights_title(weights: pd.DataFrame, name: str) -> str:
    """Say how the known applicants' publications compare with receipts.

    Parameters
    ----------
    weights : DataFrame
        By year: known (applicants with a figure), per_100_received (published by them for each
        100 received), and herfindahl_low and herfindahl_high, the bounds of the sum of squared
        shares.
    name : str
        Of what is received.
    """
    table = weights.dropna(subset="per_100_received")
    if table.empty:
        return f"No year has both {inside(name)} and published counts of applicants."
    first, last = table["per_100_received"].idxmin(), table.index[-1]
    low, high = table.loc[first], table.loc[last]
    then = f", those known in {last} ({high['known']:.0f}) {high['per_100_received']:.0f}"
    said = (
        f"For each 100 {inside(name)}, applicants known in {first} ({low['known']:.0f}) published "
        f"{low['per_100_received']:.0f}{then if last != first else ''}; publication is another "
        "date and another count, so this is no share."
    )
    if pd.isna(high["herfindahl_low"]):
        return f"{said} More is published in {last} than is received, so none can be taken for one."
    return (
        f"{said} If it were one, the sum of squared shares of {last} would lie between "
        f"{wording.number(high['herfindahl_low'], 2)} and "
        f"{wording.number(high['herfindahl_high'], 2)}."
    )


def peers_picture(study: Study, indicator: str, width: float = WIDTH) -> Picture:
    """Draw all areas that hold a count, on a logarithmic axis."""
    rows = study.others[study.others["indicator"].eq(indicator)]
    if rows.empty:
        name = study.raw.indicators.set_index("indicator").loc[indicator, "name_en"]
        return prose(f"No area has a figure of {name} that was public and asked for.")
    own = indicator == study.filings.indicator
    long = rows.groupby("area")["year"].transform("size").ge(LEAST_POINTS)
    long |= rows["area"].eq(study.filings.area)
    few = rows.loc[~long, "name"].unique()
    notes = [f"not drawn, with fewer than {LEAST_POINTS} figures: {', '.join(few)}"]
    rows = rows[long] if long.any() else rows
    title = peers_title(study) if own else counterpart_title(rows)
    if len(rows) == 1:
        return prose(f"{title}.")
    return charts.comparison_chart(
        rows,
        title,
        f"{wording.axis(rows['unit'].iloc[0])}, logarithmic",
        source_line(rows, study.raw),
        focus=study.filings.area,
        log=True,
        notes=notes if len(few) and long.any() else [],
        width=width,
    )


def factor_picture(study: Study, width: float = WIDTH) -> Picture:
    """Draw what part of a year its first months brought."""
    factors = study.running.factors
    title = factor_title(factors)
    if factors is None:
        return prose(f"{title}.")
    months = np.linspace(1, 11.9, 40)
    log_share = -factors.slope * np.log(YEAR / months)
    reach = stdtrit(factors.years - 1, 0.9) * factors.spread * np.sqrt(np.log(YEAR / months))
    curve = pd.DataFrame(
        {"months": months, "share": 100 * np.exp(log_share),
         "lower": 100 * np.exp(log_share - reach), "upper": 100 * np.exp(log_share + reach)}
    )  # fmt: skip
    pairs = study.pairs.assign(
        share=100 * study.pairs["value"] / study.pairs["value_full"],
        name=study.pairs["area"].map(study.area_names),
    )
    return charts.factor_chart(
        pairs, curve, title=title, source=source_line(study.pairs, study.raw),
        focus=study.filings.area, width=width,
    )  # fmt: skip


def error_picture(study: Study, width: float = WIDTH) -> Picture:
    """Draw how far each nowcast from other years was off."""
    title = error_title(study)
    rows = study.replayed[study.replayed["mode"].eq("other years")].dropna(subset="nowcast")
    if rows.empty:
        return prose(f"{title}.")
    rows = rows.sort_values(["year", "months", "area"])
    unit = "months" if width > 5 else "m"
    labels = [
        f"{study.area_names[row.area]} {row.year}, {row.months} {unit}" for row in rows.itertuples()
    ]
    rows = rows.assign(label=labels, focus=rows["area"].eq(study.filings.area))
    source = source_line(study.pairs, study.raw)
    return charts.nowcast_error_chart(rows, title=title, source=source, width=width)
