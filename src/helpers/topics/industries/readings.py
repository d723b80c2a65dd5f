"""What the tables of a story say, in sentences; every number in them is computed."""

from math import isnan

import pandas as pd

from helpers.topics.industries.analysis import Story
from helpers.topics.industries.words import gap, listed, points, signed, years_of
from helpers.wording import english as wording


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
    return (
        f"{said[:1].upper()}{said[1:]} In the {len(quiet)} years without one the same reckoning is "
        f"off by up to {noise:.1f} %; beyond that, by real growth, {_lies(beyond)} {named}. "
        f"With {len(quiet)} such years this is a yardstick, not a test."
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
        f"{points(study, real.iloc[-1])} in {last}, against {points(study, printed_years[last])} "
        "as printed"
    )
    if last < latest["year"]:
        said += f"; for {latest['year']} no real growth was public, so the chain stops there"
    return f"{said}. It holds prices constant, so it is not the share that the target speaks of."


def parts_reading(table: pd.DataFrame) -> str:
    """Say whether printed shares agree with the printed parts."""
    if table.empty:
        return "In no year are share, numerator and denominator all known."
    independent = table[~table["derived"]]
    off = table[~table["agrees"]]
    said = (
        f"{len(table) - len(off)} of {len(table)} printed shares agree with the numerator over the "
        f"denominator's first print within rounding; the largest difference is "
        f"{table['difference'].abs().max():.2f} points."
    )
    if len(off):
        said += f" Not so for {years_of(off['year'].tolist())}."
    return f"{said} {len(independent)} of them are printed independently of each other."


def groups_reading(table: pd.DataFrame) -> str:
    """Title of the chart of groups: in which years they add up to the printed total."""
    table = table[table["finding"].ne("incomplete")]
    if table.empty:
        return "In no year are all groups of a definition known"
    good = table[table["finding"].str.startswith("adds up")]
    said = f"Groups add up to the printed total in {len(good)} of {len(table)} years"
    over = table[table["finding"].eq("overlap")]
    if len(over):
        low, high = over["difference"].min(), over["difference"].max()
        span = f"{low:.1f}" if len(over) == 1 else f"{low:.1f} to {high:.1f}"
        said += f"; in {years_of(over['year'].tolist())} they overlap by {span} % of it"
    derived = good.loc[good["finding"].str.contains("derived"), "year"].tolist()
    return f"{said}; the total of {years_of(derived)} is itself derived" if derived else said


def contribution_reading(table: pd.DataFrame) -> str:
    """Say what drove growth within one definition."""
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
        return "No figure under any definition was public when the target was set."
    last = public.sort_values("year").iloc[-1]
    passed = public[public["reading"].eq("passed")]["definition"].tolist()
    said = (
        f"When the target was set, on {study.target.set_on:%Y-%m-%d}, {len(public)} of "
        f"{len(table)} definitions had a public figure; the latest was {last['definition']} "
        f"({points(study, last['value'])} for {last['year']:.0f}), {gap(last['asked'])} the line."
    )
    if passed:
        said += f" Under {listed(passed)} the target lay below what had already been printed."
    later = len(table) - len(public)
    if later:
        noun = "definition" if later == 1 else "definitions"
        said += f" {later} later {noun} could not be known."
    return f"{said} {sister_reading(story)} {_fitting(study.base, last)}"


def _fitting(base: str, last: pd.Series) -> str:
    """Draw the conclusion from the newest definition in print."""
    if last["reading"] == "passed":
        return (
            f"So even under {base}, the newest list in print, the target was already passed: the "
            "figures alone do not tell which one was meant."
        )
    return (
        f"So {base} fits: the newest list in print, and one under which the target lay ahead; "
        "whatever list would hold in the target year may have been meant as well."
    )


def sister_reading(story: Story) -> str:
    """Compare with another plan's target for the same year, carried to the same scope."""
    study = story.study
    target = study.target
    same = story.sisters[
        story.sisters["target_year"].eq(target.target_year)
        & story.sisters["set_on"].lt(target.set_on)
        & story.sisters["scope_low"].notna()
    ]
    said = []
    for row in same.itertuples():
        text = (
            f"Another plan, of {row.set_on:%Y-%m-%d}, had asked for {wording.number(row.value, 1)} "
            f"in the same year when {row.definition} stood at {wording.number(row.known, 1)}"
        )
        if row.definition != study.base:
            text += (
                f"; carried to the scope of {study.base} that is {row.scope_low:.1f} to "
                f"{row.scope_high:.1f}, {_distance(target.value, row.scope_low, row.scope_high)} "
                f"the {wording.number(target.value, target.decimals)} of the target"
            )
        said.append(f"{text}.")
    return " ".join(said)


def _distance(value: float, low: float, high: float) -> str:
    if low <= value <= high:
        return "a span that holds"
    return f"at the nearest {min(abs(low - value), abs(high - value)):.2f} points from"
