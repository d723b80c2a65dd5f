"""Answers, titles and sentences on a share and its definitions; every number is computed."""

from math import isnan

import numpy as np
import pandas as pd

from helpers.observations.names import names_held
from helpers.targets.states import Target
from helpers.topics.industries.analysis import Story
from helpers.topics.industries.level_shifts import WAYS, log_shift, passes
from helpers.topics.industries.share import Study
from helpers.topics.parameters import Parameters
from helpers.wording import english as wording
from helpers.wording.language import ENGLISH
from helpers.wording.provenance import unverified_points
from helpers.wording.statements import statement


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
            f"**{study.name}: no figure{study.grade_words} was public on {study.run.as_of}**, so "
            "nothing can be said of it."
        )
    parts = [printed(story), own_figures(story), signing_scope(story), shift_sum(story)]
    parts += [scope_setter(story), without_unverified(story, verified)]
    return "\n\n".join(part for part in parts if part)


def filtered(run: Parameters) -> str:
    """Name what is not by default: this notebook counts suspected breaks where others do not."""
    said = run.model_copy(update={"suspected_breaks": False}).filtered
    if run.suspected_breaks:
        return said
    own = "suspected breaks are not counted"
    return f"{said.removesuffix('.')}; {own}." if said else f" Not by default: {own}."


def printed(story: Story) -> str:
    """Say what the latest printed figure is, and what the rules make of it."""
    study, latest = story.study, story.study.share.iloc[-1]
    figure = wording.amount(latest["value"], latest["decimals"], study.unit)
    known = f"As known on **{study.run.as_of}**: **{study.name}"
    said = f"{known}: {figure} for {latest['year']} as printed"
    if study.target is None:
        return f"{said}.** No target was named, so nothing is held against a line."
    stands = statement(story.verdict.iloc[0])
    verdict = "; ".join(words for words in (stands.verdict, stands.signed) if words)
    return (
        f"{said}; the target of {asked(study.target)} for {study.target.target_year} is "
        f"{verdict}.**"
    )


def scope_setter(story: Story) -> str:
    """Say who sets the scope of the latest figure, in the words of the table of definitions.

    Its note is told only where the definition is this area's alone, and no other area is named:
    a plan folder that was cut out of the project's tables holds notes on areas it does not have.
    """
    study = story.study
    name = study.share["definition"].iloc[-1]
    row = study.raw.definitions.set_index("definition").loc[name]
    figures = study.raw.observations
    alone = figures.loc[figures["definition"].eq(name), "area"].eq(study.run.area).all()
    others = set(names_held(None)["areas"]) - {study.run.area}
    foreign = any(name in row["note"].lower() for name in others)
    note = f" ({row['note']})" if row["note"] and alone and not foreign else ""
    return (
        f"The scope of the latest figure ({row['description']}) is set by: {row['set_by']}{note}."
    )


def asked(target: Target) -> str:
    """Write what a target asks for."""
    return wording.line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )


def own_figures(story: Story) -> str:
    """Say under which definitions the last printed figure passes the line."""
    study, table = story.study, story.footings
    if study.target is None:
        return ""
    passed = table["own"].eq("met")
    if len(table) == 1 and not passed.all():
        return "The last printed figure does not pass the line; all figures follow one definition."
    if passed.all():
        return (
            f"Under {_all(len(table))} with a figure, the last printed figure passes the line of "
            "the target."
        )
    short = [
        f"{study.years_of(row.definition)} ({points(study, row.value)} for {row.last_year})"
        for row in table[~passed].itertuples()
    ]
    some = f"{passed.sum()} of {len(table)} definitions, not under {those_of(short)}"
    none = f"none of the {len(table)} definitions: {ENGLISH.joined(short)}"
    return f"The last printed figure passes the line under {some if passed.any() else none}."


def signing_scope(story: Story) -> str:
    """Say what the latest figure is on the scope that was known when the target was set."""
    study, base = story.study, story.base
    latest = study.share.iloc[-1]
    if study.target is None:
        return ""
    if not study.set_yet:
        return f"The target was set only on {study.target.set_on:%Y-%m-%d}, after this date."
    if not study.known_then or base is None:
        return (
            f"No figure{study.grade_words} was public when the target was set, so its scope then "
            "is not known."
        )
    then = study.share.set_index("year")["value"].get(study.base_year)
    if len(story.footings) == 1:
        when = f"for {study.base_year}" if then is None else (
            f"{points(study, then)} for {study.base_year}"
        )  # fmt: skip
        return f"Known when the target was set, under the same definition: the figure {when}."
    said = f"Known when the target was set: the definition of {study.years_of(study.base)}"
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
    doubted = ""
    if not later["break_before"].eq("no").any():
        doubted = (
            " None of them is documented: counting documented ones only, the printed figure stands."
        )
    return (
        f"{said}. On that scope the figure for {latest['year']} comes to {span(study, base)}, "
        f"{_passing(base)} of bridging {_breaks(later)} since{_exceptions(study, base)}.{doubted}"
    )


def _passing(base: pd.Series) -> str:
    """Say by how many ways the latest figure on a scope passes the line."""
    if base["ways"] == 1:
        return f"{'past' if base['passing'] else 'short of'} the line by the only known way"
    return f"past the line by {base['passing']} of {base['ways']} ways"


def _exceptions(study: Study, base: pd.Series) -> str:
    """Name the ways that end on the other side of the line than most."""
    values = base[list(WAYS)].dropna().astype(float)
    short = values[[not passes(study, value) for value in values]]
    if short.empty or len(short) == len(values):
        return ""
    named = [f"{WAYS[way]}: {fine(study, value)}" for way, value in short.items()]
    rounding = 10.0 ** -int(study.share["decimals"].iloc[-1])
    if short.sub(study.level).abs().lt(rounding).all():
        named[-1] += ", nearer to the line than printed shares tell"
    return f" (not by {ENGLISH.joined(named)})"


def shift_sum(story: Story) -> str:
    """Say what the re-definitions since the target was set did together, and in whose favour."""
    study = story.study
    later = story.shifts[story.shifts["year"].gt(study.base_year)]
    if study.target is None or later.empty or not study.known_then:
        return ""
    latest = study.share.iloc[-1]
    back = np.exp(log_shift(story.shifts, latest["year"], study.base_year).dropna())
    if back.empty:
        return "What the re-definitions since did together cannot be said."
    moved = float(latest["value"]) * (1 - back)
    sides = {"in favour of the target": (moved > 0).sum(), "against it": (moved < 0).sum()}
    low, high = signed(moved.min()), signed(moved.max())
    by = low if low == high else f"{low} to {high}"
    head = "Together the re-definitions since moved" if len(later) > 1 else (
        "The re-definition since moved"
    )  # fmt: skip
    if len(moved) == 1:
        side = next((side for side, count in sides.items() if count), "neither way")
        return f"{head} the latest figure by {by} points, {side}, by the only known way."
    said = [f"{side} by {count}" for side, count in sides.items() if count]
    sides_said = ENGLISH.joined(said or ["neither way by any"])
    return f"{head} the latest figure by {by} points, {sides_said} of {len(moved)} ways."


def _breaks(later: pd.DataFrame) -> str:
    """Count re-definitions as documented and suspected."""
    sure, doubt = later["break_before"].eq("no").sum(), later["break_before"].eq("suspected").sum()
    kinds = [f"{count} {name}" for count, name in ((sure, "documented"), (doubt, "suspected"))
             if count]  # fmt: skip
    return f"the {ENGLISH.joined(kinds)} re-definition{'s' if sure + doubt > 1 else ''}"


def without_unverified(story: Story, verified: Story) -> str:
    """Say what the main finding is without figures that no located publication supports."""
    base, other = story.base, verified.base
    count = unverified_points(*story.shown)
    if story.study.run.min_grade != "unverified":
        return f"{count} Unverified figures were left out from the start."
    doubted = any(table["grade"].eq("unverified").any() for table in story.shown)
    if story.study.target is None or base is None or not doubted:
        return count
    if verified.study.share.empty:
        return f"{count} Without unverified figures nothing can be said."
    before, after = (statement(one.verdict.iloc[0]).verdict for one in (story, verified))
    same = "the verdict is the same" if before == after else f"the verdict is {after}"
    table = verified.footings
    passed, head = table["own"].eq("met").sum(), f"{count} Without unverified figures {same}"
    if len(table) == 1:
        does = "passes" if passed else "does not pass"
        return f"{head}, and the last printed figure {does} the line."
    said = (
        f"{head}, and the last printed figure passes the line under {passed} of {len(table)} "
        "definitions"
    )
    bridged = verified.counted["year"].gt(verified.study.base_year).any()
    if other is None or not bridged or isnan(other["low"]):
        return f"{said}."
    scope = f"of {verified.study.years_of(verified.study.base)}"
    return (
        f"{said}; on the scope {scope} the latest figure is {span(verified.study, other)}, "
        f"{_passing(other)}."
    )


def points_reading(story: Story) -> str:
    """Say how many points are unverified, and if none of them is of the share itself."""
    count = unverified_points(*story.shown)
    if not story.study.share.empty or all(table.empty for table in story.shown):
        return count
    return f"Of the share itself no figure{story.study.grade_words} was public. {count}"


def rows_reading(table: pd.DataFrame) -> str:
    """Say how many years the written table holds."""
    if table.empty:
        return "No figure of the share is known, so `industry.csv` holds no year."
    return f"`industry.csv` holds {wording.counted(len(table), 'year')}, one row each."


def _all(count: int) -> str:
    return "the only definition" if count == 1 else f"all {count} definitions"


def gap(asked_points: float) -> str:
    """Say how far the line lies from a figure."""
    side = "under" if asked_points > 0 else "over"
    return f"{abs(asked_points):.1f} points {side}"


def points(study: Study, value: float) -> str:
    """Write a share with the decimals that its latest figure was printed with."""
    return wording.number(value, int(study.share["decimals"].iloc[-1]))


def fine(study: Study, value: float) -> str:
    """Write a computed share with one more decimal than printed: near the line it matters."""
    return wording.number(value, int(study.share["decimals"].iloc[-1]) + 1)


def span(study: Study, base: pd.Series) -> str:
    """Write the range of a footing over the ways, one number where they agree."""
    low, high = fine(study, base["low"]), fine(study, base["high"])
    return low if low == high else f"{low} to {high}"


def those_of(years: list[str]) -> str:
    """Name definitions by their years, behind "under" or "for"."""
    return f"{'that' if len(years) == 1 else 'those'} of {ENGLISH.joined(years)}"


def signed(value: float, decimals: int = 1) -> str:
    """Write a change with its sign, a true minus."""
    return f"{value:+.{decimals}f}".replace("-", "\N{MINUS SIGN}")


def years_of(years: list[int]) -> str:
    """List years in words."""
    return ENGLISH.joined([str(int(year)) for year in years])


def shift_reading(story: Story) -> str:
    """Say which re-definitions moved the level, against the residual of years without one."""
    table, quiet = story.shifts, story.quiet
    if table.empty:
        return "No re-definition lies within the known figures, so there is no level shift."
    up, down = (table.loc[table["sign"].eq(sign), "year"].tolist() for sign in ("up", "down"))
    parts = [f"{years_of(years)} {word} by every way" for years, word in
             ((up, "raised the level"), (down, "lowered it")) if years]  # fmt: skip
    unclear = table.loc[table["sign"].eq("unclear"), "year"].tolist()
    if unclear:
        parts.append(f"for {years_of(unclear)} the sign depends on the way")
    said = "; ".join(parts) + "."
    noise = quiet["residual"].abs().max() if len(quiet) else float("nan")
    if isnan(noise):
        return said[:1].upper() + said[1:]
    beyond = table.loc[table["real_growth"].abs().gt(noise), "year"].tolist()
    named = years_of(beyond) if beyond else "none"
    alone = len(quiet) == 1
    return (
        f"{said[:1].upper()}{said[1:]} In the {'one year' if alone else f'{len(quiet)} years'} "
        f"without one the same reckoning is off by {'' if alone else 'up to '}{noise:.1f} %; "
        f"beyond that, by real growth, {_lies(beyond)} {named}. With "
        f"{wording.counted(len(quiet), 'such year')} this is a yardstick, not a test."
    )


def _lies(years: list[int]) -> str:
    return "lies" if len(years) < 2 else "lie"


def chain_reading(story: Story) -> str:
    """Say what the share would be at the scope and prices of the base year."""
    study = story.study
    real = story.chained["real_share"].dropna() if len(story.chained) else pd.Series(dtype=float)
    if len(real) < 2:
        return (
            "The stated real growth of the two parts does not reach beyond one year, so there is "
            "no share at constant prices."
        )
    last, printed_years = int(real.index[-1]), study.share.set_index("year")["value"]
    latest = study.share.iloc[-1]
    said = (
        f"At the scope and the prices of {study.base_year} the share was "
        f"{points(study, real.iloc[-1])} in {last}"
    )
    if last in printed_years.index:
        said += f", against {points(study, printed_years[last])} as printed"
    if last < latest["year"]:
        said += (
            f"; for {last + 1} real growth{study.grade_words} was not public of both parts, so the "
            "chain stops there"
        )
    return f"{said}. It holds prices constant, so it is not the share that the target speaks of."


def parts_reading(table: pd.DataFrame) -> str:
    """Say whether printed shares agree with the printed parts.

    Parameters
    ----------
    table : DataFrame
        By year: difference of the share to that of its parts (points), agrees, and derived, whether
        one was computed from the other.
    """
    if table.empty:
        return "In no year are share, numerator and denominator all known."
    independent = table[~table["derived"]]
    off = table[~table["agrees"]]
    largest = f"{table['difference'].abs().max():.2f} points"
    against = "the numerator over the denominator's first print"
    if len(table) == 1:
        agrees = "does not agree" if len(off) else "agrees"
        apart = "" if len(independent) else "not "
        return (
            f"The one share with both parts, of {table.index[0]}, {agrees} with {against} within "
            f"rounding; the difference is {largest}. They are {apart}printed independently of each "
            "other."
        )
    said = (
        f"{len(table) - len(off)} of {len(table)} printed shares agree with {against} within "
        f"rounding; the largest difference is {largest}."
    )
    if len(off):
        said += f" Not so for {years_of(off.index.tolist())}."
    are = "is" if len(independent) == 1 else "are"
    return f"{said} {len(independent)} of them {are} printed independently of each other."


def groups_reading(table: pd.DataFrame) -> str:
    """Title of the chart of groups: in which years they add up to the printed total."""
    table = table[table["finding"].ne("incomplete")]
    if table.empty:
        return "In no year are all groups of a definition known"
    good = table[table["finding"].str.startswith("adds up")]
    said = f"Groups add up to the printed total in {len(good)} of {len(table)} years"
    if len(table) == 1:
        do = "add" if len(good) else "do not add"
        year = table["year"].iloc[0]
        said = f"Groups {do} up to the printed total of {year}, the only year with all of them"
    over = table[table["finding"].eq("overlap")]
    if len(over):
        low, high = over["difference"].min(), over["difference"].max()
        span = f"{low:.1f}" if len(over) == 1 else f"{low:.1f} to {high:.1f}"
        said += f"; in {years_of(over['year'].tolist())} they overlap by {span} % of it"
    derived = good.loc[good["finding"].str.contains("derived"), "year"].tolist()
    return f"{said}; the total of {years_of(derived)} is itself derived" if derived else said


def contribution_reading(table: pd.DataFrame) -> str:
    """Say what drove growth within one definition.

    Parameters
    ----------
    table : DataFrame
        Columns year, name and contribution (points of growth), a row a group and year.
    """
    if table.empty:
        return "No two neighbouring years of one definition have groups that add up."
    said = []
    for year, part in table.groupby("year", sort=False):
        ordered = part.sort_values("contribution")
        most, least = ordered.iloc[-1], ordered.iloc[0]
        said.append(
            f"Of {part['contribution'].sum():.1f} % growth in {year}, {most['name']} brought "
            f"{most['contribution']:.1f} points and {least['name']} "
            f"{signed(least['contribution'])}."
        )
    return " ".join(said)


def neighbours_reading(table: pd.DataFrame) -> str:
    """Count the neighbours that moved with the share."""
    known = table[table["same_way"].notna()] if len(table) else table
    if not len(known):
        return "No neighbour has two figures of one definition while the share moved clearly."
    same = int(known["same_way"].astype(bool).sum())
    if len(known) == 1:
        way = "the same way as" if same else "another way than"
        return (
            f"The one stretch of a neighbour moved {way} the share on one scope, where its own "
            f"direction is clear (1 of {len(table)}); one proves nothing either way."
        )
    return (
        f"{same} of {len(known)} stretches of neighbours moved the same way as the share on one "
        f"scope, where its own direction is clear ({len(known)} of {len(table)}); so few prove "
        "nothing either way."
    )


def intent_reading(story: Story) -> str:
    """Say which definition the authors could have meant, from days and figures."""
    study, table = story.study, story.candidates
    if study.target is None:
        return "Without a target there is nothing to be meant."
    if not study.set_yet:
        return f"The target was set only on {study.target.set_on:%Y-%m-%d}, after this date."
    public = table[table["reading"].ne("later")]
    if public.empty:
        return (
            f"No figure{study.grade_words} was public under any definition when the target was set."
        )
    last = public.sort_values("year").iloc[-1]
    said = f"When the target was set, on {study.target.set_on:%Y-%m-%d}, {_public(study, table)}"
    parts = [f"{said}, {gap(last['asked'])} the line."]
    passed = public.loc[public["reading"].eq("passed"), "definition"].map(study.years_of).tolist()
    if passed and len(table) > 1:
        parts.append(
            f"Under {those_of(passed)} the target lay below what had already been printed."
        )
    later = len(table) - len(public)
    if later and study.grade_words:
        parts.append(f"{later} had no figure{study.grade_words}.")
    elif later:
        parts.append(f"{wording.counted(later, 'later definition')} could not be known.")
    parts += [sister_reading(story, study.target), _fitting(study, last, len(table))]
    return " ".join(part for part in parts if part)


def _public(study: Study, table: pd.DataFrame) -> str:
    """Say which definitions had a public figure when the target was set, and the latest one."""
    public = table[table["reading"].ne("later")]
    last = public.sort_values("year").iloc[-1]
    figure = f"{points(study, last['value'])} for {last['year']:.0f}"
    if len(table) == 1:
        return f"the only definition had a public figure: {figure}"
    some = f"all {len(table)}" if len(public) == len(table) else f"{len(public)} of {len(table)}"
    newest = f"the latest was that of {study.years_of(last['definition'])} ({figure})"
    return f"{some} definitions had a public figure{study.grade_words}; {newest}"


def _fitting(study: Study, last: pd.Series, count: int) -> str:
    """Draw the conclusion from the newest definition in print."""
    if count == 1 and last["reading"] == "passed":
        return "So under the only definition of its figures the target was already passed."
    if count == 1:
        return (
            "So the only definition of its figures fits: under it the target lay ahead. Whatever "
            "definition would hold in the target year may have been meant as well."
        )
    name = f"the definition of {study.years_of(last['definition'])}"
    newest = f"the newest with a public figure{study.grade_words}"
    if last["reading"] == "passed":
        return (
            f"So even under {name}, {newest}, the target was already passed: the figures alone do "
            "not tell which one was meant."
        )
    return (
        f"So {name} fits: {newest}, and one under which the target lay ahead; whatever definition "
        "would hold in the target year may have been meant as well."
    )


def sister_reading(story: Story, target: Target) -> str:
    """Compare with another plan's target for the same year, carried to the same scope."""
    study = story.study
    same = story.sisters[
        story.sisters["target_year"].eq(target.target_year)
        & story.sisters["set_on"].lt(target.set_on)
        & story.sisters["scope_low"].notna()
    ]
    said = []
    for row in same.itertuples():
        text = (
            f"Another plan, of {row.set_on:%Y-%m-%d}, had asked for {wording.number(row.value, 1)} "
            f"in the same year when the share by the definition of "
            f"{study.years_of(row.definition)} stood at {wording.number(row.known, 1)}"
        )
        if row.definition != study.base:
            low, high = f"{row.scope_low:.1f}", f"{row.scope_high:.1f}"
            distance = _distance(target.value, row.scope_low, row.scope_high)
            text += (
                f"; carried to the scope of {study.years_of(study.base)} that is "
                f"{low if low == high else f'{low} to {high}'}, {distance} "
                f"the {wording.number(target.value, target.decimals)} of the target"
            )
        said.append(f"{text}.")
    return " ".join(said)


def _distance(value: float, low: float, high: float) -> str:
    if low <= value <= high:
        return "a span that holds"
    return f"at the nearest {min(abs(low - value), abs(high - value)):.2f} points from"
