"""The answer on a ratio and the titles of its charts; every number is computed."""

from collections.abc import Sequence
from math import isnan

import numpy as np
import pandas as pd
from scipy import stats

from helpers.topics.parameters import Parameters
from helpers.topics.research.parts import (
    Parts,
    added,
    did,
    inside,
    percent,
    required_growth,
    signed,
    standing_still,
)
from helpers.vintages import peers
from helpers.vocabulary import GRADES
from helpers.wording.english import axis, counted


def answer(parts: Parts, solid: Parts, run: Parameters) -> str:
    """Say what drove the ratio, what its levels ask for, and what is left without doubtful points.

    `parts`, `solid`: with `run`, and with `run.verified`.
    """
    head = f"As known on **{run.as_of}**, {parts.name}, {parts.area_name}:"
    if len(parts.table) < 2:
        return f"{head} {_too_few(parts)}"
    lines = [f"**{_drive(parts)}**", _redefined(parts), _past(parts), *_asked(parts, run),
             _without(parts, solid)]  # fmt: skip
    if parts.implied:
        lines.append(
            f"No figures of {inside(parts.denominator_name)} are held for {parts.area_name}: it is "
            "taken as the numerator over the printed ratio, with its rounding."
        )
    return "\n".join([head, "", *[f"- {line}" for line in lines if line]])


def closing(parts: Parts, run: Parameters) -> str:
    """Say again what drove the ratio, and what its levels ask for."""
    if len(parts.table) < 2:
        return answer(parts, parts, run)
    return "\n".join(f"- {line}" for line in [f"**{_drive(parts)}**", *_asked(parts, run)])


def _too_few(parts: Parts) -> str:
    count = len(parts.table)
    years = "no year" if not count else f"only {parts.table['year'].iloc[0]}"
    return (
        f"{years} has figures{parts.asked} of both {inside(parts.numerator_name)} and "
        f"{inside(parts.denominator_name)}, so what drove the ratio cannot be said."
    )


def _drive(parts: Parts) -> str:
    first, last = parts.table.iloc[0], parts.table.iloc[-1]
    up, down = added(parts.table)
    return (
        f"From {first['year']} to {last['year']} the ratio went from {first['ratio']:.2f} to "
        f"{last['ratio']:.2f} %: {inside(parts.numerator_name)} {did(up)} points, "
        f"{inside(parts.denominator_name)} {did(down)}."
    )


def _redefined(parts: Parts) -> str:
    """Say how much of the change falls into steps across a change of definition."""
    steps = parts.table.assign(change=parts.table["ratio"].diff())[1:]
    across = steps[steps["break_before"].ne("")]
    if across.empty:
        return ""
    sure = int(across["break_before"].eq("no").sum())
    crosses = "crosses" if len(across) == 1 else "cross"
    return (
        f"{len(across)} of {counted(len(steps), 'step')} {crosses} a change of definition "
        f"({sure} sure, {len(across) - sure} suspected): {signed(across['change'].sum())} of the "
        f"{signed(steps['change'].sum())} points fall into {'it' if len(across) == 1 else 'them'}."
    )


def _past(parts: Parts) -> str:
    """Say how both parts grew over five years to the last, or over all where none is missing."""
    table = parts.table.set_index("year")[["numerator", "denominator"]]
    last = table.index[-1]
    spans = [years for years in (5, len(table) - 1) if last - years in table.index]
    if not spans:
        return ""
    growth = 100 * ((table.loc[last] / table.loc[last - spans[0]]) ** (1 / spans[0]) - 1)
    when = f"Over the {spans[0]} years to {last}" if spans[0] > 1 else f"In {last}"
    return (
        f"{when} {inside(parts.numerator_name)} grew "
        f"{percent(growth['numerator'])} a year and {inside(parts.denominator_name)} "
        f"{percent(growth['denominator'])}, which is also the growth at which the ratio would "
        "have stood still."
    )


def _asked(parts: Parts, run: Parameters) -> list[str]:
    """Say what each level asks for at the middle one of the growth rates."""
    if nothing := unasked_sentence(parts, run):
        return [nothing]
    growth = sorted(run.growth_rates)[len(run.growth_rates) // 2]
    still = standing_still(parts, [growth])[growth]
    asked = [_level(still, level, run.last_year) for level in run.levels]
    moving = f"{'shrinking' if growth < 0 else 'growing'} {abs(growth):g} % a year"
    grows = f"With {inside(parts.denominator_name)} {moving if growth else 'standing still'}"
    return [f"{grows} until {run.last_year}, {inside(parts.numerator_name)} {', '.join(asked)}."]


def unasked_sentence(parts: Parts, run: Parameters) -> str:
    """Say why the levels ask for nothing; "" where they do."""
    if parts.table.empty:
        return "No year of the ratio is known, so nothing can be asked of the years after it."
    last = parts.table["year"].iloc[-1]
    if not run.levels:
        return f"No level is given, so nothing is asked of {inside(parts.numerator_name)}."
    if not run.growth_rates:
        below = inside(parts.denominator_name)
        return f"No growth of {below} is given, so what the levels ask for cannot be said."
    if run.last_year <= last:
        return (
            f"The last ratio is that of {last}, and the levels are to hold up to {run.last_year}: "
            "no year lies ahead, so nothing is asked."
        )
    return ""


def _level(still: pd.Series, level: float, last_year: int) -> str:
    rate, holds = required_growth(still, level, last_year), still.iloc[0] >= level
    if round(rate, 1) < 0:
        kept = f"without a fall below {level:g} %" if holds else f"and still reach {level:g} %"
        return f"may shrink {percent(-rate)} a year {kept}"
    aim = f"to hold {level:g} %" if holds else f"to reach {level:g} % by then"
    return f"must grow {percent(rate)} a year {aim}"


def _without(parts: Parts, solid: Parts) -> str:
    if not parts.table["grade"].eq(GRADES[-1]).any():
        return "All of it rests on figures that could be read."
    dropped, of = len(parts.table) - len(solid.table), counted(len(parts.table), "year")
    falls = f"{dropped} of {of} {'falls' if dropped == 1 else 'fall'} out"
    head = f"Without unverified points {falls if dropped else 'no year falls out'}"
    if len(solid.table) < 2:
        return f"{head}, and what drove the ratio cannot be said."
    same = standing_still(solid, [0.0]).equals(standing_still(parts, [0.0]))
    unmoved = " What the levels ask for does not change." if same else ""
    return f"{head}. {_drive(solid)}{unmoved}"


def contribution_title(parts: Parts, steps: pd.DataFrame) -> str:
    """Title of a chart of contributions: what each part did in all, and the net."""
    if steps.empty:
        return f"{parts.area_name}: too few years to say what drove the ratio"
    up, down = (steps[f"{side}_points"].sum() for side in ("numerator", "denominator"))
    return (
        f"{signed(steps['change'].sum())} points since {steps['from_year'].iloc[0]}; "
        f"{parts.name}, {parts.area_name}: {inside(parts.numerator_name)} {did(up)} and "
        f"{inside(parts.denominator_name)} {did(down)}"
    )


def basis_sentence(steps: pd.DataFrame, parts: Parts) -> str:
    """Say in which step nominal growth of the denominator ran farthest ahead of real growth."""
    known = steps.dropna(subset="beyond_real")
    below = inside(parts.denominator_name)
    if known.empty and parts.real_growth.empty:
        return f"No growth of {below} at constant prices{parts.asked} was known."
    if known.empty:
        return f"No growth of {below} at constant prices was known for all years of a step."
    row = known.loc[known["beyond_real"].idxmax()]
    if row["beyond_real"] <= 0:
        return f"In no step that is known was nominal growth of {below} ahead of real growth."
    alone = row["span"] == 1
    when = f"in {row['year']}" if alone else f"from {row['from_year']} to {row['year']}, a year"
    said = (
        f"Nominal growth ran farthest ahead of real growth {when}: "
        f"{percent(row['denominator_growth'])} against {percent(row['real_growth'])}."
    )
    if len(known) == 1:
        return f"{said} No other step has both."
    return (
        f"{said} "
        f"The median gap is {percent(known['beyond_real'].median())}; what is beyond it is a jump "
        "of prices or a change of basis, which holds the ratio down without less spending."
    )


def comparison_title(frame: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of areas: where this one stands, each with its last year."""
    ends = frame.drop_duplicates("area", keep="last").set_index("area")
    if ends.empty:
        return f"{parts.name}: no figure{parts.asked} of any area was known"
    if parts.area not in ends.index:
        others = counted(len(ends), "other area")
        return f"No figure{parts.asked} of {parts.area_name} was known, but of {others}"
    own = ends.loc[parts.area]
    others = ends.drop(index=parts.area)
    head = f"{parts.area_name}: {own['value']:,.{own['decimals']}f} % in {own['year']}"
    if others.empty:
        return f"{head}; {parts.name}: no figure{parts.asked} of another area was known"
    best = others.loc[others["value"].idxmax()]
    rank = 1 + int(others["value"].gt(own["value"]).sum())
    return (
        f"{head}, {_ORDINALS.get(rank, f'number {rank}')} of the {len(ends)} areas with "
        f"figures{parts.asked}; {parts.name}: the highest other is {best['name']} with "
        f"{best['value']:,.{best['decimals']}f} % in {best['year']}"
    )


def race_title(frame: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of amounts in several areas: who grew faster over shared years."""
    race = peers.growth_race(frame, parts.area)
    if race.empty:
        return (
            f"No two years with figures{parts.asked} that {parts.area_name} shares with another "
            f"area; {parts.numerator_name}"
        )
    faster = int(race["ahead"].gt(0).sum())
    others = "the only other area" if len(race) == 1 else f"of {len(race)} other areas"
    did = "outgrew" if faster else "grew no faster than"
    outgrew = f"outgrew {faster or 'none'} {others}" if len(race) > 1 else f"{did} {others}"
    return f"{parts.area_name} {outgrew} over the years they share; {parts.numerator_name}"


_ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}


def share_sentence(gaps: pd.DataFrame, parts: Parts) -> str:
    """Say which part of each whole the area is, in the last shared year and the first."""
    parts_of = gaps.dropna(subset="share")
    if parts_of.empty and parts.numerator_unit not in peers.ADDITIVE:
        unit = axis(parts.numerator_unit)
        return f"Figures in {unit} are not added up, so no share of a whole can be told."
    if parts_of.empty:
        return (
            f"None of the wholes is wider than {parts.area_name} and has figures{parts.asked} of "
            f"{inside(parts.numerator_name)} in the same years, so no share can be told."
        )
    said = []
    for _, own in parts_of.groupby("area", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        before = f" ({percent(100 * first['share'])} in {first['year']})" if len(own) > 1 else ""
        share = percent(100 * last["share"])
        said.append(f"{share} of {last['name']}'s in {last['year']}{before}")
    return f"{parts.area_name}'s {inside(parts.numerator_name)} was {' and '.join(said)}."


def footing_title(table: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of footings: how far revisions of the denominator move the ratio."""
    moved = table.loc[table["use"].ne("main"), "moved"].dropna()
    below = inside(parts.denominator_name)
    if moved.empty:
        return _unknown(parts, "other definition")
    if moved.abs().max() < 0.005:
        return f"Later definitions of {below} leave the ratio where it is"
    moves = f"move the ratio by {signed(moved.min())} to {signed(moved.max())} points"
    if moved.max() < 0.005:
        moves = f"lower the ratio by up to {-moved.min():.2f} points"
    return f"Later definitions of {below} {moves}"


def _unknown(parts: Parts, what: str) -> str:
    """Say that the denominator has no such thing among the figures that were asked for."""
    below = inside(parts.denominator_name)
    if parts.denominator.empty:
        return f"No figure{parts.asked} of {below} is held for {parts.area_name}, so no {what}"
    return f"No {what} of {below}{parts.asked} was known for {parts.area_name}"


def crossing_sentence(table: pd.DataFrame, levels: Sequence[float]) -> str:
    """Say which levels were passed on one definition of the denominator and missed on another.

    `table`: as `helpers.topics.research.denominators.footings` returns. `levels`: of the ratio,
    percent.
    """
    main = table[table["use"].eq("main")].set_index("year")["ratio"]
    rows = table[table["use"].ne("main")]
    said = [
        f"{level:g} % in {row.year} ({main[row.year]:.2f} %, but {row.ratio:.2f} % over "
        f"{row.basis})"
        for level in levels
        for row in rows.itertuples()
        if row.year in main.index and (row.ratio < level) != (main[row.year] < level)
    ]
    if rows.empty or not levels:
        lacking = "no other definition was known" if len(levels) else "no level is given"
        return f"No level can be held against another definition: {lacking}."
    if not said:
        return "No level is passed on one definition and missed on another."
    return f"Passed on one definition only: {'; '.join(said)}."


def revision_sentence(parts: Parts, table: pd.DataFrame, levels: Sequence[float]) -> str:
    """Say what the largest revision did, and what one as large would do to the last ratio.

    `table`: as `helpers.topics.research.denominators.footings` returns. `levels`: of the ratio,
    percent.
    """
    revised = table[table["use"].ne("main") & table["revision"].notna()]
    if revised.empty:
        return f"{_unknown(parts, 'revision')}."
    row = revised.loc[revised["revision"].abs().idxmax()]
    undated = "" if row["dated"] else ", of a day that is not known"
    said = (
        f"The largest revision ({row['basis']}{undated}) changed {inside(parts.denominator_name)} "
        f"of {row['year']} by {signed(row['revision'], 1)} % and the ratio by "
        f"{signed(row['moved'])} points."
    )
    if parts.published.empty:
        return said
    last = parts.published.iloc[-1]
    then = last["value"] / (1 + row["revision"] / 100)
    put = f"{said} One as large would put {last['value']:.2f} % for {last['year']} at {then:.2f} %"
    if not levels:
        return f"{put}."
    crossed = [f"{level:g}" for level in levels if (then < level) != (last["value"] < level)]
    moves = "falls below" if then < last["value"] else "reaches"
    kept = f"{moves} {' and '.join(crossed)}" if crossed else "crosses none of the levels"
    return f"{put}, which {kept}."


def reprint_sentence(table: pd.DataFrame, parts: Parts, names: pd.Series) -> str:
    """Say where printed ratios were later put on another footing, and by how much.

    `table`: as `helpers.topics.research.denominators.reprints` returns. `names`: English names by
    area.
    """
    said = [
        f"{names[area]} ({counted(len(own), 'year')}, {_span(own['change'])} points)"
        for area, own in table.groupby("area")
    ]
    others = f" Later prints exist for {'; '.join(said)}." if said else ""
    if parts.area in set(table["area"]):
        return others.strip()
    return f"No ratio{parts.asked} of {parts.area_name} was found printed a second time.{others}"


def _span(changes: pd.Series) -> str:
    ends = dict.fromkeys(signed(change) for change in (changes.min(), changes.max()))
    return " to ".join(ends)


def conflict_sentence(rises: pd.DataFrame, parts: Parts) -> str:
    """Say of each stated rise whether the printed ratios rise so, and what would be needed.

    `rises`: as `helpers.topics.research.denominators.stated_rises` returns.
    """
    said = []
    for rise in rises.itertuples():
        head = f"A text says that {rise.year} lies {rise.stated:g} points above the year before"
        if rise.lower <= rise.before <= rise.upper:
            said.append(f"{head}, and the printed ratios do.")
            continue
        least, most = (100 * (rise.before / asked - 1) for asked in (rise.upper, rise.lower))
        said.append(
            f"{head}; the printed ratios rise {rise.value - rise.before:.2f}. It needs a ratio of "
            f"{rise.lower:.2f} to {rise.upper:.2f} % before, where {rise.before:.2f} % is printed:"
            f" {inside(parts.denominator_name)} of {rise.year - 1} revised by "
            f"{signed(least, 1)} to {signed(most, 1)} %. "
            "No such figure is printed, so the conflict stays open."
        )
    return " ".join(said) or "No text with a rise of the ratio in words is kept for these years."


def estimate_title(pairs: pd.DataFrame) -> str:
    """Title of a chart of estimates and finals: on which side estimates lie, and how far.

    `pairs`: as `helpers.topics.research.denominators.estimates_and_finals` returns.
    """
    off = _differences(pairs)
    if off.empty:
        return "No year has both an estimate and the figure that followed"
    side = np.sign(off.round(2))
    if len(off) == 1:
        head = f"In {off.index[0]}, the one year with both, the estimate"
        if not side.iloc[0]:
            return f"{head} was the later figure"
        lay = f"{abs(off.iloc[0]):.2f} points {'below' if off.iloc[0] < 0 else 'above'}"
        return f"{head} lay {lay} the later figure"
    run = off[side[::-1].eq(side.iloc[-1]).cummin()[::-1]]
    if len(run) > 2 and side.iloc[-1]:
        return (
            f"In the last {len(run)} of {len(off)} years with both the estimate lay "
            f"{'below' if run.iloc[-1] < 0 else 'above'} the later figure; by "
            f"{abs(run.mean()):.2f} points on average, {run.index[0]} to {run.index[-1]}"
        )
    return (
        f"In {off.lt(0).sum()} of {counted(len(off), 'year')} the estimate lay below the later "
        f"figure; the differences go from {signed(off.min())} to {signed(off.max())} points"
    )


def _differences(pairs: pd.DataFrame) -> pd.Series:
    """Estimate less final by year, in points; what floating point alone tells apart is none."""
    return (pairs["estimate"] - pairs["final"]).set_axis(pairs["year"]).dropna().round(9)


def bias_sentence(pairs: pd.DataFrame, solid: pd.DataFrame) -> str:
    """Say how large the bias of estimates is, and how little a few years can prove.

    Years in which both agree are left out of the sign test.

    `pairs`, `solid`: as `helpers.topics.research.denominators.estimates_and_finals` returns,
    `solid` without unverified figures.
    """
    off, read = _differences(pairs), len(_differences(solid))
    if off.empty:
        return "No year has both an estimate and the figure that followed, so no bias can be told."
    sided = int(off.ne(0).sum())
    tested = ""
    if sided:
        test = stats.binomtest(int(off.lt(0).sum()), sided)
        tested = f" (sign test: p = {test.pvalue:.2f})"
    return (
        f"Mean of estimate less later figure over {counted(len(off), 'year')}: "
        f"{signed(off.mean())} points{tested}; with so few years this can show little, and for "
        f"{f'{read} of them' if read else 'no year'} the later figure itself could be read."
    )


def jump_sentence(pairs: pd.DataFrame) -> str:
    """Say whether the largest rise where an estimate is followed by a final may be an artefact.

    `pairs`: columns year, final, joined_from ("estimate" or "final": what the series is made of in
    that year) and step, its change from the year before in points.
    """
    switch = pairs["joined_from"].eq("final") & pairs["joined_from"].shift().eq("estimate")
    switch &= pairs["step"].notna()
    if not switch.any():
        return "Nowhere does an estimate give way to a final figure, so no jump comes from that."
    at = pairs.loc[switch, "step"].idxmax()
    rise, finals = pairs.loc[at, "step"], pairs["final"].diff()[at]
    if round(rise, 2) <= 0:
        return "Nowhere does the ratio rise where an estimate gives way to a final figure."
    others = pairs["step"].drop(at).median()
    median = f"the median of the other steps is {signed(others)}"
    median = "no other step is known" if isnan(others) else median
    said = (
        f"In the figures that can be read, the ratio rises {rise:.2f} points in "
        f"{pairs.loc[at, 'year']}, where an estimate gives way to a final figure; {median}."
    )
    if isnan(finals):
        return f"{said} No finals of both years are there to compare: it may be a change of source."
    share = min(1 - finals / rise, 1.0)
    if share < 0.5:
        return f"{said} The finals alone rise {finals:.2f}, so most of it is real."
    return (
        f"{said} With the finals that could not be read the change is {signed(finals)}: if they "
        f"are right, {percent(100 * share, 0)} of the jump is a change of source."
    )
