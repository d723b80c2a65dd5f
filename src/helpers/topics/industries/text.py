"""Answers, titles and sentences on a share and its definitions; every number is computed."""

import pandas as pd

from helpers.observations.raw_data import RawData, names_held
from helpers.topics.industries.level_shifts import WAYS, factors
from helpers.topics.industries.share import Study, group_figures, neighbour_series
from helpers.topics.parameters import Parameters
from helpers.wording import english as wording
from helpers.wording.english import unverified_points
from helpers.wording.language import ENGLISH
from helpers.wording.statements import statement


def answer(study: Study, verified: Study) -> str:
    """Say whether the target is met under every definition, and without unverified figures.

    `verified`: the same without unverified figures.
    """
    if study.share.empty:
        return f"**{study.nothing}**, so nothing can be said of it."
    parts = [printed(study), own_figures(study), on_signing(study)]
    return _paragraphs(*parts, without_unverified(study, verified))


def closing(study: Study) -> str:
    """Say again what is printed, under which definitions, and what re-definitions did to it."""
    if study.share.empty:
        return f"**{study.nothing}**, so nothing can be said of it."
    return _paragraphs(printed(study), own_figures(study), shift_sum(study))


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def filtered(run: Parameters) -> str:
    """Name what is not by default: this notebook counts suspected breaks where others do not."""
    said = run.model_copy(update={"suspected_breaks": False}).filtered
    if run.suspected_breaks:
        return said
    own = "suspected breaks are not counted"
    return f"{said.removesuffix('.')}; {own}." if said else f" Not by default: {own}."


def printed(study: Study) -> str:
    """Say what the latest printed figure is, and what the rules make of it."""
    latest, target = study.share.iloc[-1], study.target
    figure = wording.amount(latest["value"], latest["decimals"], study.row["unit"])
    known = f"As known on **{study.run.as_of}**:\n**{study.name}"
    said = f"{known}: {figure} for {latest['year']} as printed"
    if target is None:
        return f"{said}.** No target was named, so nothing is held against a line."
    stands = statement(study.verdict.iloc[0])
    verdict = "; ".join(words for words in (stands.verdict, stands.signed) if words)
    return f"{said}; the target of {stands.asked} for {target.target_year} is {verdict}.**"


def own_figures(study: Study) -> str:
    """Say under which definitions the last printed figure passes the line."""
    if study.target is None:
        return ""
    table = study.per_definition()
    passed, count = table["own"].eq("met"), len(table)
    if count == 1:
        does = "passes" if passed.all() else "does not pass"
        return f"The last printed figure {does} the line; all figures follow one definition."
    if passed.all():
        return f"The last printed figure passes the line under all {count} definitions."
    short = [
        f"{study.years_of(name)} ({points(study, row.value)} for {row.last_year})"
        for name, row in table[~passed].iterrows()
    ]
    some = f"{passed.sum()} of {count} definitions, not under {those_of(short)}"
    none = f"none of the {count} definitions: {ENGLISH.joined(short)}"
    return f"The last printed figure passes the line under {some if passed.any() else none}."


def on_signing(study: Study) -> str:
    """Say what the latest figure is on the definition that was known when the target was set."""
    target, later, latest = study.target, study.later, study.share.iloc[-1]
    if target is None:
        return ""
    if not study.set_yet:
        return f"The target was set only on {target.set_on:%Y-%m-%d}, after this date."
    if not study.known_then:
        return (
            f"No figure{study.run.graded} was public when the target was set, so its definition "
            "then is not known."
        )
    then = study.share.set_index("year")["value"].get(study.base_year)
    figure = "" if then is None else f"{points(study, then)} "
    said = (
        f"Known when the target was set: the definition of {study.years_of(study.base)}, "
        f"{figure}for {study.base_year}"
    )
    if later.empty:
        return f"{said}. No re-definition has followed since."
    if not (study.counted.index > study.base_year).any():
        return f"{said}. Of {_redefined(later)} since then the parameters count none."
    base = study.per_definition().loc[study.base]
    sure = later["break_before"].eq("no").any()
    doubted = " Not one of them is documented; if none is real, the printed figure stands."
    doubted = "" if sure else doubted
    bridging = f"bridging {_redefined(later)} since{_exceptions(study, base)}.{doubted}"
    return (
        f"{said}. On that definition the figure for {latest['year']} comes to {span(study, base)}, "
        f"{_passing(base)} of {bridging}"
    )


def _passing(row: pd.Series) -> str:
    if row["ways"] == 1:
        return f"{'past' if row['passing'] else 'short of'} the line by the only known way"
    return f"past the line by {row['passing']} of {row['ways']} ways"


def _exceptions(study: Study, base: pd.Series) -> str:
    """Name the ways that end on the other side of the line than most."""
    values = base[list(WAYS)].dropna().astype(float)
    short = values[[not study.passes(value) for value in values]]
    if short.empty or len(short) == len(values):
        return ""
    named = [f"{WAYS[way]}: {fine(study, value)}" for way, value in short.items()]
    rounding = 10.0 ** -int(study.share["decimals"].iloc[-1])
    if short.sub(study.level).abs().lt(rounding).all():
        named[-1] += ", nearer to the line than printed shares tell"
    return f" (not by {ENGLISH.joined(named)})"


def shift_sum(study: Study) -> str:
    """Say what the re-definitions since the target was set did together, and in whose favour."""
    later = study.later
    if study.target is None or later.empty or not study.known_then:
        return ""
    latest = study.share.iloc[-1]
    back = factors(study.shifts, latest["year"], study.base_year).dropna()
    moved = float(latest["value"]) * (1 - back)
    sides = {"in favour of the target": (moved > 0).sum(), "against it": (moved < 0).sum()}
    head = f"Together the {len(later)} re-definitions since" if len(later) > 1 else (
        "The re-definition since"
    )  # fmt: skip
    by = f"{head} moved the latest figure by {signed_span(moved.min(), moved.max())} points"
    if len(moved) == 1:
        side = next((side for side, count in sides.items() if count), "neither way")
        return f"{by}, {side}, by the only known way."
    said = [f"{side} by {count}" for side, count in sides.items() if count]
    sides_said = ENGLISH.joined(said or ["neither way by any"])
    return f"{by}, {sides_said} of {len(moved)} ways."


def _redefined(later: pd.DataFrame) -> str:
    """Count re-definitions as documented and suspected."""
    sure = later["break_before"].eq("no").sum()
    counts = {"documented": sure, "suspected": len(later) - sure}
    kinds = [f"{count} {name}" for name, count in counts.items() if count]
    return f"the {ENGLISH.joined(kinds)} re-definition{'s' if len(later) > 1 else ''}"


def without_unverified(study: Study, verified: Study) -> str:
    """Say what the main finding is without figures that no located publication supports."""
    own = [study.share, study.numerator, study.denominator, *study.growth.values()]
    shown = [*own, group_figures(study), neighbour_series(study)]
    count = unverified_points(*shown)
    if study.run.min_grade != "unverified":
        return f"{count} Unverified figures were left out from the start."
    if study.target is None or not any(f["grade"].eq("unverified").any() for f in shown):
        return count
    if verified.share.empty:
        return f"{count} Without unverified figures nothing can be said."
    before, after = (statement(one.verdict.iloc[0]).verdict for one in (study, verified))
    same = "the verdict is the same" if before == after else f"the verdict is {after}"
    if not (verified.counted.index > verified.base_year).any():
        return f"{count} Without unverified figures {same}."
    base = verified.per_definition().loc[verified.base]
    if not base["ways"]:
        return f"{count} Without unverified figures {same}."
    return (
        f"{count} Without unverified figures {same}; on the definition of "
        f"{verified.years_of(verified.base)} the latest figure is {span(verified, base)}, "
        f"{_passing(base)}."
    )


def set_by(definitions: pd.DataFrame, raw: RawData, area: str) -> str:
    """Say who sets the latest of some definitions, in the words of the raw table.

    Its note is told only where the definition is this area's alone, and no other area is named:
    a plan folder that was cut out of the project's tables holds notes on areas it does not have.
    """
    if definitions.empty:
        return "No definition has a figure."
    name, row = definitions.index[-1], definitions.iloc[-1]
    figures = raw.observations
    alone = figures.loc[figures["definition"].eq(name), "area"].eq(area).all()
    others = set(names_held(None)["areas"]) - {area}
    foreign = any(other in row["note"].lower() for other in others)
    note = f" ({row['note']})" if row["note"] and alone and not foreign else ""
    return f"The latest definition ({row['description']}) is set by: {row['set_by']}{note}."


def gap(asked_points: float) -> str:
    """Say how far a figure lies from the line above it."""
    return f"{abs(asked_points):.1f} points {'under' if asked_points > 0 else 'over'}"


def points(study: Study, value: float, more: int = 0) -> str:
    """Write a share with the decimals that its latest figure was printed with."""
    return wording.number(value, int(study.share["decimals"].iloc[-1]) + more)


def fine(study: Study, value: float) -> str:
    """Write a computed share with one more decimal than printed: near the line it matters."""
    return points(study, value, 1)


def span(study: Study, row: pd.Series) -> str:
    """Write the range of a definition over the ways, one number where they agree."""
    low, high = fine(study, row["low"]), fine(study, row["high"])
    return low if low == high else f"{low} to {high}"


def those_of(years: list[str]) -> str:
    """Name definitions by their years, behind "under" or "for"."""
    return f"{'that' if len(years) == 1 else 'those'} of {ENGLISH.joined(years)}"


def signed(value: float, decimals: int = 1) -> str:
    """Write a change with its sign, a true minus, and none before nothing."""
    near = round(value, decimals)
    return f"{near:+.{decimals}f}".replace("-", "\N{MINUS SIGN}") if near else f"{0:.{decimals}f}"


def signed_span(low: float, high: float) -> str:
    """Write the range of a change, one number where its ends agree."""
    return " to ".join(dict.fromkeys([signed(low), signed(high)]))


def years_of(years) -> str:
    """List years in words."""
    return ENGLISH.joined([str(int(year)) for year in years])


def title(study: Study) -> str:
    """Title of the chart of all definitions."""
    latest, table = study.share.iloc[-1], study.per_definition()
    head = f"{points(study, latest['value'])} in {latest['year']} as printed"
    if (study.counted.index > study.base_year).any() and table.loc[study.base, "ways"]:
        known = "known when the target was set" if study.known_then else (
            f"of {study.years_of(study.base)}"
        )  # fmt: skip
        on_it = f"{span(study, table.loc[study.base])} on the definition {known}"
        return f"{head}, {on_it}; {study.name}"
    if study.target is None:
        return f"{head}; {study.name}"
    passed, count = table["own"].eq("met").sum(), len(table)
    if count == 1:
        return f"{head}, {'past' if passed else 'not past'} the target; {study.name}"
    return f"{head}; {study.name}: {passed} of {count} definitions end past the target"


def definitions_title(study: Study) -> str:
    """Title of the chart of the latest figure on each definition."""
    table, latest = study.per_definition(), study.share.iloc[-1]
    sure = table["passing"].eq(table["ways"]) & table["ways"].gt(0)
    open_ones = [study.years_of(name) for name in table.index[~sure]]
    said = (
        f"On {sure.sum()} of {len(table)} definitions {latest['year']} lies past "
        f"{points(study, study.level)} whichever way it is reckoned"
    )
    return f"{said}; not so for {those_of(open_ones)}" if open_ones else said


def shifts_title(shifts: pd.DataFrame) -> str:
    """Title of the chart of level shifts, and the sentence where there is none."""
    if shifts.empty:
        return "No re-definition lies within the known figures, so there is no level shift"
    up, down, unclear = (shifts["sign"].eq(sign).sum() for sign in ("up", "down", "unclear"))
    if len(shifts) == 1:
        did = "raised the share" if up else "lowered the share" if down else "left the sign open"
        return f"The re-definition of {shifts.index[0]} {did}, by all ways of reckoning"
    return (
        f"{up} of {len(shifts)} re-definitions raised the share by every way of reckoning; {down} "
        f"lowered it, and {unclear} left the sign open"
    )


def shift_reading(shifts: pd.DataFrame) -> str:
    """Say which re-definitions moved the level by every way."""
    if shifts.empty:
        return f"{shifts_title(shifts)}."
    up, down, unclear = (shifts.index[shifts["sign"].eq(s)] for s in ("up", "down", "unclear"))
    kinds = ((up, "{} raised the level by every way"), (down, "{} lowered it by every way"),
             (unclear, "for {} the sign depends on the way"))  # fmt: skip
    said = "; ".join(words.format(years_of(years)) for years, words in kinds if len(years))
    return f"{said[:1].upper()}{said[1:]}."


def indices_title(chained: pd.DataFrame, base_year: int) -> str:
    """Title of the chart of chained indices: growth between the base year and the last one."""
    both = chained.dropna(subset=["numerator_index", "denominator_index"]).index
    if len(both) < 2:
        return "Stated real growth of the two parts does not reach beyond one year"
    year = both[-1] if both[-1] != base_year else both[0]
    first, last = sorted((int(year), base_year))
    grew = (100 * (chained.loc[last] / chained.loc[first] - 1)).map("{:.0f}".format)
    nominal = "" if chained.loc[[first, last], "nominal_index"].isna().any() else (
        f"; as printed, across re-definitions, it grew by {grew['nominal_index']} %"
    )  # fmt: skip
    return (
        f"From {first} to {last} the numerator grew by {grew['numerator_index']} % at constant "
        f"prices, the denominator by {grew['denominator_index']} %{nominal}"
    )


def parts_reading(table: pd.DataFrame) -> str:
    """Say whether printed shares agree with the printed parts.

    `table`: by year: difference of the share to that of its parts (points), agrees, and derived,
    whether one was computed from the other.
    """
    if table.empty:
        return "In no year are share, numerator and denominator all known."
    off, alone = table.index[~table["agrees"]], (~table["derived"]).sum()
    good = len(table) - len(off)
    largest = f"the largest difference is {table['difference'].abs().max():.2f} points"
    against = "with the numerator over the denominator's first print within rounding"
    if len(table) == 1:
        return f"The one printed share {'agrees' if good else 'does not agree'} {against}."
    few = f"; not so {years_of(off)}" if len(off) else ""
    return (
        f"{good} of {len(table)} printed shares {'agrees' if good == 1 else 'agree'} "
        f"{against}{few}; {largest}, and {alone} {'is' if alone == 1 else 'are'} printed "
        "independently."
    )


def groups_title(sums: pd.DataFrame) -> str:
    """Title of the chart of groups: in which years they add up to the printed total."""
    whole = sums[sums["finding"].ne("incomplete")]
    if whole.empty:
        return "In no year are all groups of a definition known"
    good = whole[whole["finding"].str.startswith("adds up")]
    said = f"Groups add up to the printed total in {len(good)} of {len(whole)} years"
    if len(whole) == 1:
        do = "add" if len(good) else "do not add"
        said = (
            f"Groups {do} up to the printed total of {whole['year'].iloc[0]}, the only year with "
            "all of them"
        )
    over = whole[whole["finding"].eq("overlap")]
    if len(over):
        ends = dict.fromkeys(f"{d:.1f}" for d in (over["difference"].min(),
                                                  over["difference"].max()))  # fmt: skip
        said += f"; in {years_of(over['year'])} they overlap by {' to '.join(ends)} % of it"
    derived = good.loc[good["finding"].str.contains("derived"), "year"]
    return f"{said}; the total of {years_of(derived)} is itself derived" if len(derived) else said


def contribution_reading(table: pd.DataFrame) -> str:
    """Say what drove growth within one definition, in the last two such years.

    `table`: points of growth: a column a year, a row a group.
    """
    if table.empty:
        return "No two neighbouring years of one definition have groups that add up."
    return " ".join(
        f"Of {own.sum():.1f} % growth in {year}, {own.idxmax()} brought {own.max():.1f} points and "
        f"{own.idxmin()} {signed(own.min())}."
        for year, own in table.iloc[:, -2:].items()
    )


def neighbours_reading(table: pd.DataFrame) -> str:
    """Count the neighbours that moved with the share.

    `table`: a row a stretch of one definition: same_way, missing where the share's own way is not
    clear.
    """
    clear = table["same_way"].dropna().astype(bool)
    if clear.empty:
        return "No neighbour has two figures of one definition while the share moved clearly."
    ways = f"{clear.sum()} of {len(clear)} stretches of neighbours moved the same way as"
    if len(clear) == 1:
        way = "the same way as" if clear.all() else "another way than"
        ways = f"The one stretch of a neighbour moved {way}"
    return (
        f"{ways} the share on one definition, where that is clear; so few prove nothing either way."
    )


def intent_reading(study: Study, candidates: pd.DataFrame) -> str:
    """Say which definition the authors could have meant, from days and figures.

    `candidates`: by definition: year, value and asked (points from it to the target) of its latest
    figure known when the target was set; NaN if none.
    """
    target, public = study.target, candidates.dropna(subset="value").sort_values("year")
    if target is None:
        return "Without a target there is nothing to be meant."
    if not study.set_yet:
        return f"The target was set only on {target.set_on:%Y-%m-%d}, after this date."
    figure = f"figure{study.run.graded}"
    if public.empty:
        return f"No {figure} was public under any definition when the target was set."
    last, name = public.iloc[-1], f"that of {study.years_of(public.index[-1])}"
    count, passed = len(candidates), [study.passes(value) for value in public["value"]]
    newest = f"{points(study, last['value'])} for {last['year']:.0f}, {gap(last['asked'])} the line"
    said = f"When the target was set, on {target.set_on:%Y-%m-%d}, "
    if count == 1:
        said += f"the only definition had a public {figure}: {newest}."
    else:
        said += f"{len(public)} of {count} definitions had a public {figure}"
        said += f", the newest {name} ({newest})."
    if passed[-1]:
        own = "it" if count == 1 else "even the newest"
        return f"{said} Under {own} the target was passed already: which was meant is not told."
    ahead = "It fits" if count == 1 else f"So {name} fits, under which the target lay ahead"
    return f"{said} {ahead}; whatever would hold in the target year may have been meant as well."
