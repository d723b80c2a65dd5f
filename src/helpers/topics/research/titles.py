"""Chart titles and sentences on contributions and on areas beside each other."""

import pandas as pd

from helpers.topics.research.forms import did, inside, percent, signed
from helpers.topics.research.parts import Parts
from helpers.vintages import peers
from helpers.wording.english import counted


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
