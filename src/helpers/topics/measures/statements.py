"""Sentences on one measure, in three languages, whose every number is computed."""

from dataclasses import replace
from datetime import date
from math import isnan

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.assessment import assess
from helpers.targets.states import Target, read_targets
from helpers.topics.measures.grading import SHOWS, STRENGTHS, Reading
from helpers.vintages.archive import day_of, open_archive
from helpers.vintages.series import SeriesChoice
from helpers.vocabulary import CODES
from helpers.wording.language import language_of
from helpers.wording.sentences import MINUS, PHRASES, amount, bracketed, signed_number

MOST_SHORT = 2
"""Indicators named in the short form; the rest is counted."""


Verdicts = dict[str, tuple[Target, pd.Series]]
"""By indicator: a target and its row of `helpers.targets.assessment.assess`."""


def verdicts_of(
    raw: RawData, as_of: date | str, choice: SeriesChoice | None = None, *, area: str
) -> Verdicts:
    """Reach the verdict on one target an indicator: the plan's own, else the one set last.

    Targets count that were set by the as-of date for the area, of those of other plans the ones
    whose year lies nearest to the plan's.
    """
    open_archive(raw).check(area=area)
    every = read_targets(raw.targets, raw.sources)
    plan, year = every[0].plan, every[0].target_year
    mapped = set(raw.measure_indicators["indicator"])
    set_yet = [target for target in every if target.set_on <= day_of(as_of)]
    fitting = [t for t in set_yet if t.indicator in mapped and t.area == area]
    fitting.sort(key=lambda t: (t.plan != plan, abs(t.target_year - year), -t.set_on.toordinal()))
    chosen = {target.indicator: target for target in reversed(fitting)}
    ids = [target.target_id for target in chosen.values()]
    table = assess(raw, as_of, replace(choice or SeriesChoice(), definition=""), target_ids=ids)
    rows = table.set_index("target_id")
    return {name: (target, rows.loc[target.target_id]) for name, target in chosen.items()}


def names_of(raw: RawData) -> pd.DataFrame:
    """Names of all indicators that measures ask for, held or not, in every language."""
    columns = ["indicator", *(f"name_{language}" for language in CODES)]
    every = pd.concat([raw.indicators[columns], raw.wanted_indicators[columns]])
    return every.set_index("indicator")


def change(row: pd.Series, language: str) -> str:
    """Write the change between the two figures: points for shares, percent for amounts."""
    own = PHRASES[language]
    before, after = row["base_value"], row["latest_value"]
    if row["scale"] in ("log", "count") and before > 0:
        moved, decimals, form = 100 * (after / before - 1), 1, own["percent"]
        decimals = 0 if abs(moved) >= 10 else 1
    else:
        decimals = int(max(row["base_decimals"], row["latest_decimals"]))
        moved, form = after - before, own["points"]
    sign = "+" if moved > 0 else MINUS if moved < 0 else "±"
    return form.format(number=sign + signed_number(abs(moved), decimals, language))


def _words(row: pd.Series, name: str, language: str) -> dict[str, str]:
    """Words that the patterns of one indicator ask for; doubts stand behind the year's value."""
    own, words = PHRASES[language], {"name": name}
    for end in ("base", "latest"):
        doubts = [own["unverified"]] if row[f"{end}_grade"] == "unverified" else []
        doubts += [own["estimate"]] if row[f"{end}_status"] == "estimate" else []
        value = amount(row[f"{end}_value"], row[f"{end}_decimals"], row["unit"], language)
        year = str(int(row[f"{end}_year"]))
        words |= {end: value + bracketed(doubts, language), f"{end}_year": year}
        words |= {f"{end}_plain": value, f"{end}_when": bracketed([year, *doubts], language)}
    return words


def describe(row: pd.Series, name: str, language: str) -> str:
    """Say what the figures of one indicator did since the base year.

    Parameters
    ----------
    row : Series
        A row of `Reading.indicators`.
    name : str
        The indicator in the language.
    language : str
        One of `helpers.vocabulary.CODES`.

    Returns
    -------
    str
        Empty where there is no figure.
    """
    own = PHRASES[language]
    if row["strength"] == "none":
        return ""
    words = _words(row, name, language)
    if row["strength"] == "one":
        return own["one"].format(**words)
    moved = row["latest_value"] - row["base_value"]
    pattern = "rose" if moved > 0 else "fell" if moved < 0 else "stayed"
    sentences = [own[pattern].format(**words, change=change(row, language))]
    sentences += [own["cut"]] if row["cut_before"] else []
    sentences += [own["suspected"]] if row["suspected_break"] else []
    return own["space"].join(sentences)


def asks(target: Target, language: str) -> str:
    """Write what a target asks for."""
    own = language_of(language)
    asked = own.plain_line(
        target.operator, target.value, target.decimals, target.unit, target.value_high
    )
    return asked.replace("-", MINUS)


def verdict(target: Target, row: pd.Series, language: str) -> str:
    """Say what a target asks for and how it stands.

    `row`: its row of `helpers.targets.assessment.assess`. `language`: one of
    `helpers.vocabulary.CODES`.
    """
    own = PHRASES[language]
    state = own[f"state_{row['state']}"]
    if not isnan(row["probability"]):
        chance = language_of(language).equation(row["probability"])
        state = own["chance"].format(state=state, chance=chance)
    return own["target"].format(year=target.target_year, asked=asks(target, language), state=state)


def statement(
    reading: Reading, measure_id: str, names: pd.DataFrame, verdicts: Verdicts, language: str
) -> str:
    """Say of one measure what the figures say, and what they do not.

    `names`: as `names_of` returns. `verdicts`: as `verdicts_of` returns. `language`: one of
    `helpers.vocabulary.CODES`.
    """
    own, rows = PHRASES[language], reading.of(measure_id)
    sentences = []
    for _, row in rows[rows["strength"].ne("none")].iterrows():
        indicator = row["indicator"]
        sentences.append(describe(row, names.loc[indicator, f"name_{language}"], language))
        if indicator in verdicts:
            sentences.append(verdict(*verdicts[indicator], language))
    shows = rows["strength"].isin(SHOWS).any()
    sentences.append(own["cause"] if shows else own["nothing"])
    without = rows.loc[rows["strength"].eq("none"), "indicator"]
    if len(without):
        listed = own["comma"].join(names.loc[without, f"name_{language}"])
        sentences.append(own["missing"].format(names=listed))
    return own["space"].join(sentences)


def short(reading: Reading, measure_id: str, names: pd.DataFrame, language: str) -> str:
    """Name the figures of the strongest indicators, a line each, the least shared ones first."""
    own, rows = PHRASES[language], reading.of(measure_id)
    shared = reading.indicators["indicator"].value_counts()
    shown = rows[rows["strength"].isin(SHOWS)]
    shown = shown.assign(
        rank=shown["strength"].map(STRENGTHS.index), shared=shown["indicator"].map(shared)
    ).sort_values(["rank", "shared"], kind="stable")
    parts = []
    for _, row in shown.head(MOST_SHORT).iterrows():
        name = names.loc[row["indicator"], f"name_{language}"]
        parts.append(own["short"].format(**_words(row, name, language)))
    if len(shown) > MOST_SHORT:
        parts.append(own["more"].format(count=len(shown) - MOST_SHORT))
    return "\n".join(parts)


def needed(reading: Reading, measure_id: str) -> str:
    """List what would have to be public: indicators without two comparable figures, and why."""
    rows = reading.of(measure_id)
    rows = rows[~rows["strength"].isin(SHOWS)]
    return "; ".join(
        f"{row.indicator} ({row.note})" if row.note else row.indicator for row in rows.itertuples()
    )
