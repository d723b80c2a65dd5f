"""Answers and titles about a share and its definitions; every number in them is computed."""

from math import isnan

import pandas as pd

from helpers.topics.industries.analysis import Story
from helpers.topics.industries.constant_scope import passes
from helpers.topics.industries.level_shifts import WAYS, net_shift
from helpers.topics.industries.words import fine, listed, points, signed
from helpers.wording import english as wording
from helpers.wording.provenance import unverified_points


def answer(story: Story, verified: Story) -> str:
    """Say whether the target is met under every definition, and without unverified figures.

    Parameters
    ----------
    story : Story
    verified : Story
        The same without unverified figures.
    """
    study = story.study
    if study.share.empty:
        return (
            f"**{study.name}: no figure was public on {study.run.as_of}** (weakest grade "
            f"{study.run.min_grade}), so nothing can be said of it."
        )
    parts = [printed(story), own_figures(story), signing_scope(story), shift_sum(story)]
    parts += [without_unverified(story, verified)]
    return "\n\n".join(part for part in parts if part)


def printed(story: Story) -> str:
    """Say what the latest printed figure is, and what the rules make of it."""
    study, latest = story.study, story.study.share.iloc[-1]
    figure = wording.amount(latest["value"], latest["decimals"], study.unit)
    known = f"As known on **{study.run.as_of}**: **{study.name}"
    said = f"{known}: {figure} for {latest['year']} as printed"
    if study.target is None:
        return f"{said}.** No target was named, so nothing is held against a line."
    row = story.verdict.iloc[0]
    chance = "" if isnan(row["probability"]) else f", {wording.equation(row['probability'])}"
    state = wording.STATE_WORDS[row["state"]] + chance
    return f"{said}; the target of {asked(story)} for {study.target.target_year} is {state}.**"


def asked(story: Story) -> str:
    """Write what the target asks for."""
    target = story.study.target
    return wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )


def own_figures(story: Story) -> str:
    """Say under which definitions the last printed figure passes the line."""
    study, table = story.study, story.footings
    if study.target is None:
        return ""
    passed = table["own"].eq("met")
    if passed.all():
        return (
            f"Under {_all(len(table))} with a figure, the last printed figure passes the line of "
            "the target."
        )
    short = [
        f"{row.definition} ({points(story.study, row.value)} for {row.last_year})"
        for row in table[~passed].itertuples()
    ]
    some = f"{passed.sum()} of {len(table)} definitions, not under" if passed.any() else "none of"
    return f"The last printed figure passes the line under {some} {listed(short)}."


def signing_scope(story: Story) -> str:
    """Say what the latest figure is on the scope that was known when the target was set."""
    study, base = story.study, story.base
    latest = study.share.iloc[-1]
    if study.target is None:
        return ""
    if not study.set_yet:
        return f"The target was set only on {study.target.set_on:%Y-%m-%d}, after this date."
    if not study.known_then:
        return "No figure was public when the target was set, so its scope then is not known."
    then = study.share.set_index("year")["value"].get(study.base_year)
    said = f"Known when the target was set: {study.base}"
    if then is not None and study.base_year != latest["year"]:
        said += f", {points(story.study, then)} for {study.base_year}"
    later = story.shifts[story.shifts["year"].gt(study.base_year)]
    if later.empty:
        return f"{said}. No re-definition has followed since, so the footing has not changed."
    if story.counted["year"].gt(study.base_year).sum() == 0:
        return (
            f"{said}. Of {_breaks(later)} since then the parameters count none, so the footing is "
            "taken as unchanged."
        )
    span = f"{fine(story.study, base['low'])} to {fine(story.study, base['high'])}"
    doubted = ""
    if not later["break_before"].eq("no").any():
        doubted = (
            " None of them is documented: counting documented ones only, the printed figure stands."
        )
    return (
        f"{said}. On that scope the figure for {latest['year']} comes to {span}, past the line by "
        f"{base['passing']} of {base['ways']} ways of bridging {_breaks(later)} since"
        f"{_exceptions(story)}.{doubted}"
    )


def _exceptions(story: Story) -> str:
    """Name the ways that end on the other side of the line than most."""
    study, base = story.study, story.base
    values = base[list(WAYS)].dropna().astype(float)
    short = values[[not passes(study, value) for value in values]]
    if short.empty or len(short) == len(values):
        return ""
    named = [f"{WAYS[way]}: {fine(study, value)}" for way, value in short.items()]
    rounding = 10.0 ** -int(study.share["decimals"].iloc[-1])
    if short.sub(study.level).abs().lt(rounding).all():
        named[-1] += ", nearer to the line than printed shares tell"
    return f" (not by {listed(named)})"


def shift_sum(story: Story) -> str:
    """Say what the re-definitions since the target was set did together, and in whose favour."""
    study = story.study
    later = story.shifts[story.shifts["year"].gt(study.base_year)]
    if study.target is None or later.empty or not study.known_then:
        return ""
    net = net_shift(story.shifts, study.base_year).dropna()
    if net.empty:
        return "What the re-definitions since did together cannot be said."
    latest = float(study.share["value"].iloc[-1])
    moved = latest - latest / (1 + net / 100)
    sides = {"in favour of the target": (moved > 0).sum(), "against it": (moved < 0).sum()}
    said = [f"{side} by {count}" for side, count in sides.items() if count]
    return (
        f"Together the re-definitions since moved the latest figure by {signed(moved.min())} to "
        f"{signed(moved.max())} points, {listed(said or ['neither way by any'])} of {len(moved)} "
        "ways."
    )


def _breaks(later: pd.DataFrame) -> str:
    """Count re-definitions as documented and suspected."""
    sure, doubt = later["break_before"].eq("no").sum(), later["break_before"].eq("suspected").sum()
    kinds = [f"{count} {name}" for count, name in ((sure, "documented"), (doubt, "suspected"))
             if count]  # fmt: skip
    return f"the {listed(kinds)} re-definition{'s' if sure + doubt > 1 else ''}"


def without_unverified(story: Story, verified: Story) -> str:
    """Say what the main finding is without figures that no located publication supports."""
    base, other = story.base, verified.base
    count = unverified_points(*story.shown)
    if story.study.run.min_grade != "unverified":
        return f"{count} Unverified figures were left out from the start."
    if story.study.target is None or base is None:
        return count
    if other is None:
        return f"{count} Without unverified figures nothing can be said."
    same = story.verdict["state"].iloc[0] == verified.verdict["state"].iloc[0]
    state = "the verdict is the same" if same else (
        f"the verdict is {wording.STATE_WORDS[verified.verdict['state'].iloc[0]]}"
    )  # fmt: skip
    passed = verified.footings["own"].eq("met").sum()
    said = (
        f"{count} Without unverified figures {state}, and the last printed figure passes the line "
        f"under {passed} of {len(verified.footings)} definitions"
    )
    if isnan(other["low"]):
        return f"{said}."
    return (
        f"{said}; on the scope of {verified.study.base} the latest figure is "
        f"{fine(verified.study, other['low'])} to {fine(verified.study, other['high'])} "
        f"({other['passing']} of {other['ways']} ways past the line)."
    )


def _all(count: int) -> str:
    return "the only definition" if count == 1 else f"all {count} definitions"
