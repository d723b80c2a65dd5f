"""The answer on a ratio and the titles of its charts; every number is computed."""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from helpers.topics.parameters import Parameters
from helpers.topics.research.denominators import StatedRise, after_revision
from helpers.topics.research.estimates import Bias
from helpers.topics.research.parts import (
    Parts,
    contributions,
    did,
    inside,
    past_growth,
    percent,
    signed,
)
from helpers.topics.research.requirements import Outset, outset, required_growth
from helpers.vintages import peers
from helpers.wording.english import counted


def answer(parts: Parts, solid: Parts, run: Parameters) -> str:
    """Say what drove the ratio, what its levels ask for, and what is left without doubtful points.

    Parameters
    ----------
    parts, solid : Parts
        With `run`, and with `run.verified`.
    run : Parameters
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


def _too_few(parts: Parts) -> str:
    count = len(parts.table)
    years = "no year" if not count else f"only {parts.table['year'].iloc[0]}"
    return (
        f"{years} has both {inside(parts.numerator_name)} and {inside(parts.denominator_name)}, "
        "so what drove the ratio cannot be said."
    )


def _drive(parts: Parts) -> str:
    steps, table = contributions(parts), parts.table
    first, last = table.iloc[0], table.iloc[-1]
    up, down = (steps[f"{side}_points"].sum() for side in ("numerator", "denominator"))
    return (
        f"From {first['year']} to {last['year']} the ratio went from {first['ratio']:.2f} to "
        f"{last['ratio']:.2f} %: {inside(parts.numerator_name)} {did(up)} points, "
        f"{inside(parts.denominator_name)} {did(down)}."
    )


def _redefined(parts: Parts) -> str:
    """Say how much of the change falls into steps across a change of definition."""
    steps = contributions(parts)
    across = steps[steps["break_before"].ne("")]
    if across.empty:
        return ""
    sure = int(across["break_before"].eq("no").sum())
    return (
        f"{len(across)} of {counted(len(steps), 'step')} cross a change of definition "
        f"({sure} sure, {len(across) - sure} suspected): {signed(across['change'].sum())} of the "
        f"{signed(steps['change'].sum())} points fall into them."
    )


def _past(parts: Parts) -> str:
    growth = past_growth(parts, (5,))
    if growth.empty:
        growth = past_growth(parts, (len(parts.table) - 1,))
    if growth.empty:
        return ""
    row = growth.iloc[0]
    return (
        f"Over the last {counted(row['years'], 'year')} {inside(parts.numerator_name)} grew "
        f"{percent(row['numerator_growth'])} a year and {inside(parts.denominator_name)} "
        f"{percent(row['denominator_growth'])}, which is also the growth at which the ratio would "
        "have stood still."
    )


def _asked(parts: Parts, run: Parameters) -> list[str]:
    """Say what each level asks for at the middle one of the growth rates."""
    start = outset(parts)
    if not run.levels or not run.growth_rates or run.last_year <= start.year:
        return []
    growth = sorted(run.growth_rates)[len(run.growth_rates) // 2]
    asked = [_level(start, level, growth, run.last_year) for level in run.levels]
    grows = f"With {inside(parts.denominator_name)} growing {percent(growth, 0)} a year"
    return [f"{grows} until {run.last_year}, {inside(parts.numerator_name)} {', '.join(asked)}."]


def _level(start: Outset, level: float, growth: float, last_year: int) -> str:
    rate = required_growth(start, level, growth, last_year)
    if rate < 0:
        return f"may shrink {percent(-rate)} a year without a fall below {level:g} %"
    aim = f"to hold {level:g} %" if start.ratio >= level else f"to reach {level:g} % by then"
    return f"must grow {percent(rate)} a year {aim}"


def _without(parts: Parts, solid: Parts) -> str:
    if len(solid.table) == len(parts.table):
        return "All of it rests on figures that could be read."
    dropped = len(parts.table) - len(solid.table)
    head = f"Without unverified points {dropped} of {len(parts.table)} years fall out"
    if len(solid.table) < 2:
        return f"{head}, and what drove the ratio cannot be said."
    same = "" if outset(solid) != outset(parts) else " What the levels ask for does not change."
    return f"{head}. {_drive(solid)}{same}"


def contribution_title(parts: Parts, steps: pd.DataFrame) -> str:
    """Title of a chart of contributions: what each part did in all, and the net."""
    if steps.empty:
        return f"{parts.area_name}: too few years to say what drove the ratio"
    up, down = (steps[f"{side}_points"].sum() for side in ("numerator", "denominator"))
    return (
        f"{parts.area_name}: since {steps['from_year'].iloc[0]} {inside(parts.numerator_name)} "
        f"{did(up)} points and {inside(parts.denominator_name)} {did(down)}: "
        f"net {signed(steps['change'].sum())}"
    )


def basis_sentence(steps: pd.DataFrame, parts: Parts) -> str:
    """Say in which step nominal growth of the denominator ran farthest ahead of real growth."""
    known = steps.dropna(subset="beyond_real")
    if known.empty:
        return f"No growth of {inside(parts.denominator_name)} at constant prices was known."
    row = known.loc[known["beyond_real"].idxmax()]
    alone = row["span"] == 1
    when = f"in {row['year']}" if alone else f"from {row['from_year']} to {row['year']}, a year"
    return (
        f"Nominal growth ran farthest ahead of real growth {when}: "
        f"{percent(row['denominator_growth'])} against {percent(row['real_growth'])}. "
        f"The median gap is {percent(known['beyond_real'].median())}; what is beyond it is a jump "
        "of prices or a change of basis, which holds the ratio down without less spending."
    )


def comparison_title(frame: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of areas: where this one stands, each with its last year."""
    ends = frame.drop_duplicates("area", keep="last").set_index("area")
    if parts.area not in ends.index:
        others = counted(len(ends), "other area")
        return f"No figure of {parts.area_name} was known, but of {others}"
    own = ends.loc[parts.area]
    others = ends.drop(index=parts.area)
    head = f"{parts.area_name}: {own['value']:,.{own['decimals']}f} % in {own['year']}"
    if others.empty:
        return f"{head}; no other area holds this indicator"
    best = others.loc[others["value"].idxmax()]
    rank = 1 + int(others["value"].gt(own["value"]).sum())
    return (
        f"{head}, number {rank} of {len(ends)} areas; the highest other is {best['name']} with "
        f"{best['value']:,.{best['decimals']}f} % in {best['year']}"
    )


def race_title(frame: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of amounts in several areas: who grew faster over shared years."""
    race = peers.growth_race(frame, parts.area)
    if race.empty:
        return f"{parts.numerator_name}: no two years that {parts.area_name} shares with another"
    faster = int(race["ahead"].gt(0).sum())
    others = "the only other area" if len(race) == 1 else f"of {len(race)} other areas"
    outgrew = (
        f"outgrew {faster} {others}"
        if len(race) > 1
        else (f"{'outgrew' if faster else 'grew no faster than'} {others}")
    )
    return f"{parts.numerator_name}: {parts.area_name} {outgrew} over the years they share"


def share_sentence(gaps: pd.DataFrame, parts: Parts) -> str:
    """Say which part of each whole the area is, in the last shared year and the first."""
    parts_of = gaps.dropna(subset="share")
    if parts_of.empty:
        return f"No larger whole with figures of {inside(parts.numerator_name)} is named."
    said = []
    for _, own in parts_of.groupby("area", sort=False):
        first, last = own.iloc[0], own.iloc[-1]
        said.append(
            f"{percent(100 * last['share'])} of {last['name']}'s in {last['year']} "
            f"({percent(100 * first['share'])} in {first['year']})"
        )
    return f"{parts.area_name}'s {inside(parts.numerator_name)} was {' and '.join(said)}."


def footing_title(table: pd.DataFrame, parts: Parts) -> str:
    """Title of a chart of footings: how far revisions of the denominator move the ratio."""
    moved = table.loc[table["use"].ne("main"), "moved"].dropna()
    below = inside(parts.denominator_name)
    if moved.empty:
        return f"No other definition of {below} was known"
    moves = f"move the ratio by {signed(moved.min())} to {signed(moved.max())} points"
    if moved.max() < 0.005:
        moves = f"lower the ratio by up to {-moved.min():.2f} points"
    return f"Later definitions of {below} {moves}"


def crossing_sentence(table: pd.DataFrame, levels: Sequence[float]) -> str:
    """Say which levels were passed over the main definition of the denominator alone.

    Parameters
    ----------
    table : DataFrame
        As `helpers.topics.research.denominators.footings` returns.
    levels : sequence of float
        Of the ratio, percent.
    """
    main = table[table["use"].eq("main")].set_index("year")["ratio"]
    rows = table[table["use"].ne("main")]
    said = [
        f"{level:g} % in {row.year} ({main[row.year]:.2f} %, but {row.ratio:.2f} % over "
        f"{row.basis})"
        for level in levels
        for row in rows.itertuples()
        if row.year in main.index and row.ratio < level <= main[row.year]
    ]
    if not said:
        return "No level is passed on one definition and missed on another."
    return f"Passed on one definition only: {'; '.join(said)}."


def revision_sentence(parts: Parts, row: pd.Series | None, levels: Sequence[float]) -> str:
    """Say what the largest revision did, and what one as large would do to the last ratio."""
    if row is None:
        return f"No revision of {inside(parts.denominator_name)} was known for {parts.area_name}."
    undated = "" if row["dated"] else ", of a day that is not known"
    said = (
        f"The largest revision ({row['basis']}{undated}) changed {inside(parts.denominator_name)} "
        f"of {row['year']} by {signed(row['revision'], 1)} % and the ratio by "
        f"{signed(row['moved'])} points."
    )
    last = parts.published.tail(1)
    if last.empty:
        return said
    value, then = float(last["value"].iloc[0]), after_revision(parts, row["revision"])
    lost = [f"{level:g}" for level in levels if then < level <= value]
    kept = f"falls below {' and '.join(lost)}" if lost else "crosses none of the levels"
    return (
        f"{said} One as large would put {value:.2f} % for {last['year'].iloc[0]} at {then:.2f} %, "
        f"which {kept}."
    )


def reprint_sentence(table: pd.DataFrame, parts: Parts, names: pd.Series) -> str:
    """Say where printed ratios were later put on another footing, and by how much.

    Parameters
    ----------
    table : DataFrame
        As `helpers.topics.research.denominators.reprints` returns.
    parts : Parts
    names : Series
        English names by area.
    """
    said = [
        f"{names[area]} ({counted(len(own), 'year')}, {_span(own['change'])} points)"
        for area, own in table.groupby("area")
    ]
    others = f" Later prints exist for {'; '.join(said)}." if said else ""
    if parts.area in set(table["area"]):
        return others.strip()
    return f"No ratio of {parts.area_name} was found printed a second time.{others}"


def _span(changes: pd.Series) -> str:
    ends = dict.fromkeys(signed(change) for change in (changes.min(), changes.max()))
    return " to ".join(ends)


def conflict_sentence(rises: list[StatedRise], parts: Parts) -> str:
    """Say of each stated rise whether the printed ratios rise so, and what would be needed."""
    if not rises:
        return "No text with a rise of the ratio in words is kept for these years."
    said = []
    for rise in rises:
        head = f"A text says that {rise.year} lies {rise.stated:g} points above the year before"
        if rise.fits:
            said.append(f"{head}, and the printed ratios do.")
            continue
        said.append(
            f"{head}; the printed ratios rise {rise.printed:.2f}. It needs a ratio of "
            f"{rise.lower:.2f} to {rise.upper:.2f} % before, where {rise.before:.2f} % is printed:"
            f" {inside(parts.denominator_name)} of {rise.year - 1} revised by "
            f"{signed(rise.denominator_lower, 1)} to {signed(rise.denominator_upper, 1)} %. "
            "No such figure is printed, so the conflict stays open."
        )
    return " ".join(said)


def estimate_title(found: Bias) -> str:
    """Title of a chart of estimates and finals: on which side estimates lie, and how far."""
    if not found.count:
        return "No year has both an estimate and the figure that followed"
    if found.count == 1:
        lay = f"{abs(found.mean):.2f} points {'below' if found.mean < 0 else 'above'}"
        return (
            f"In {found.run_from}, the one year with both, the estimate lay {lay} the later figure"
        )
    if found.run > 2:
        side = "below" if found.run_below else "above"
        return (
            f"In the last {found.run} of {found.count} years with both, {found.run_from} to "
            f"{found.run_to}, the estimate lay {side} the later figure, "
            f"by {abs(found.run_mean):.2f} points on average"
        )
    below = f"In {found.below} of {counted(found.count, 'year')} the estimate lay below the later"
    return f"{below} figure; the differences go from {signed(found.smallest)} to " + (
        f"{signed(found.largest)} points"
    )


def bias_sentence(found: Bias, solid: Bias) -> str:
    """Say how large the bias of estimates is, and how little a few years can prove."""
    if not found.count:
        return "No year has both an estimate and the figure that followed, so no bias can be told."
    tested = "" if isnan(found.p_value) else f" (sign test: p = {found.p_value:.2f})"
    read = "no year" if not solid.count else f"{solid.count} of them"
    return (
        f"Mean of estimate less later figure over {counted(found.count, 'year')}: "
        f"{signed(found.mean)} points{tested}; with so few years this can show little, and for "
        f"{read} the later figure itself could be read."
    )


def jump_sentence(row: pd.Series | None) -> str:
    """Say whether the largest rise where an estimate is followed by a final may be an artefact."""
    if row is None:
        return "Nowhere does an estimate give way to a final figure, so no jump comes from that."
    said = (
        f"In the figures that can be read, the ratio rises {row['step']:.2f} points in "
        f"{row['year']}, where an estimate gives way to a final figure; the median of the other "
        f"steps is {row['usual']:.2f}."
    )
    if isnan(row["final_step"]):
        return f"{said} No finals of both years are there to compare: it may be a change of source."
    share = 1 - row["final_step"] / row["step"]
    if share < 0.5:
        return f"{said} The finals alone rise {row['final_step']:.2f}, so most of it is real."
    return (
        f"{said} With the finals that could not be read the rise is {row['final_step']:.2f}: if "
        f"they are right, {percent(100 * share, 0)} of the jump is a change of source."
    )
