"""Chart titles and sentences on revisions, estimates and open conflicts."""

from collections.abc import Sequence
from math import isnan

import pandas as pd

from helpers.topics.research.denominators import StatedRise, after_revision
from helpers.topics.research.estimates import Bias
from helpers.topics.research.forms import inside, percent, signed
from helpers.topics.research.parts import Parts
from helpers.wording.english import counted


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
