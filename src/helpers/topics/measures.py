"""The measures of a plan: how far the figures known on a date cover each, and what they say.

The rule, fixed before it was applied:

1. An indicator shows a *series* if its yearly figures are public (`data_grade` yes), at least
   `LEAST_FIGURES` of them since the base year can be compared, the last is at most `FRESH_YEARS`
   years old, and the first and the last rest on a publication that was read.
2. It shows *some* figures if two can be compared, *one* if there is a single one, else *none*.
   Figures before a documented change of definition are not compared with those after it.
3. A measure is *covered* if at least half of its indicators show some figures and one of them a
   series; *partly covered* if any shows some; *not covered* otherwise.

A grade says what can be seen. Judged is a measure only by targets of its indicators
(`verdicts_of`), and no figure says that it worked.
"""

from dataclasses import dataclass, replace
from datetime import date
from math import isnan
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.problems import InputError
from helpers.targets.assessment import assess
from helpers.targets.states import Target, read_targets
from helpers.vintages.archive import day_of
from helpers.vintages.series import SeriesChoice, known_series, open_archive
from helpers.vocabulary import CODES, MEASURE_GRADES, SETTLED
from helpers.wording.english import counted, unverified_points
from helpers.wording.language import is_han, language_of
from helpers.wording.sentences import MINUS, PHRASES, amount, bracketed, signed_number
from helpers.wording.statements import statement as statement_of

STRENGTHS = ("series", "some", "one", "none")
SHOWS = ("series", "some")
LEAST_FIGURES = 4
FRESH_YEARS = 3
ENDS = ["year", "value", "decimals", "grade", "status", "source_id"]
READING_COLUMNS = [
    "measure_id", "indicator", "data_grade", "note", "held", "unit", "scale", "strength", "figures",
    "unverified", *(f"{end}_{name}" for end in ("base", "latest") for name in ENDS),
    "suspected_break", "cut_before",
]  # fmt: skip
COLUMNS = [
    "measure_id", "area_no", *(f"name_{language}" for language in CODES), "grade", "grade_verified",
    *(f"statement_{language}" for language in CODES), "indicators", "sources", "points",
    "unverified_points", "needed",
]  # fmt: skip
MOST_PUBLISHERS = 3
MOST_SHORT = 2
"""Indicators named in the short form; the rest is counted."""
Verdicts = dict[str, tuple[Target, pd.Series]]
"""By indicator: a target and its row of `helpers.targets.assessment.assess`."""


@dataclass(frozen=True)
class Reading:
    """What the figures known on a date hold for the measures."""

    as_of: date | str
    area: str
    since_year: int
    """First year whose figures are read."""
    choice: SeriesChoice
    """Which figures count."""
    indicators: pd.DataFrame
    """Columns `READING_COLUMNS`, one row a measure and indicator: `held` says whether the raw
    tables know the indicator, `base_...` and `latest_...` are the figures that are compared,
    `cut_before` the year from which they can be (0 where all can), `suspected_break` whether a
    change of definition between them is suspected."""
    series: pd.DataFrame
    """All figures since the base year, as `helpers.vintages.series.known_series`."""

    def of(self, measure_id: str) -> pd.DataFrame:
        """Rows of one measure."""
        return self.indicators[self.indicators["measure_id"].eq(measure_id)]


def read_measures(
    raw: RawData,
    as_of: date | str,
    choice: SeriesChoice | None = None,
    *,
    area: str,
    since_year: int,
) -> Reading:
    """Look up every indicator of every measure.

    `as_of`: nothing published later is used. `choice`: which figures count. `since_year`: figures
    of earlier years are left out: the year in which the plan's own base lies. Raises `InputError`
    if the plan lists no measures.
    """
    if raw.measures.empty:
        raise InputError("this plan lists no measures; write them to measures.csv of its folder")
    choice = choice or SeriesChoice()
    archive = open_archive(raw)
    wanted = raw.measure_indicators["indicator"].unique()
    empty = known_series(archive, as_of, choice, indicator="", area=area)
    # Some of the indicators that measures ask for are wanted only: no figure is held.
    found = {
        name: known_series(archive, as_of, choice, indicator=name, area=area)
        if name in archive.scales
        else empty
        for name in wanted
    }
    found = {name: one[one["year"].ge(since_year)] for name, one in found.items()}
    held = raw.indicators.set_index("indicator")[["unit", "scale"]]
    today = day_of(as_of).year
    rows = []
    for row in raw.measure_indicators.itertuples():
        known = row.indicator in held.index
        facts: dict[str, Any] = dict.fromkeys(("unit", "scale"), "")
        facts |= held.loc[row.indicator].to_dict() if known else {}
        facts |= {"held": known, **_compared(found[row.indicator], row.data_grade, today)}
        rows.append(row._asdict() | facts)
    kept = [one for one in found.values() if len(one)]
    series = pd.concat(kept, ignore_index=True) if kept else empty
    table = pd.DataFrame(rows, columns=READING_COLUMNS)
    return Reading(as_of, area, since_year, choice, table, series)


def _compared(series: pd.DataFrame, data_grade: str, today: int) -> dict:
    facts = {"figures": 0, "unverified": 0, "suspected_break": False, "cut_before": 0}
    if series.empty:
        return facts | {"strength": "none"}
    # The first row's break lies before the base year: nothing is compared across it.
    breaks = series["break_before"].iloc[1:]
    sure = breaks[breaks.eq("no")]
    part = series.loc[sure.index[-1] :] if len(sure) else series
    facts["cut_before"] = int(part["year"].iloc[0]) if len(sure) else 0
    facts["suspected_break"] = bool(part["break_before"].iloc[1:].eq("suspected").any())
    facts["figures"] = len(part)
    facts["unverified"] = int(part["grade"].eq("unverified").sum())
    for end, row in (("base", part.iloc[0]), ("latest", part.iloc[-1])):
        facts |= {f"{end}_{name}": row[name] for name in ENDS}
    return facts | {"strength": strength(part, data_grade, today)}


def strength(figures: pd.DataFrame, data_grade: str, today: int) -> str:
    """Apply rules 1 and 2 to figures that can be compared.

    `figures`: columns year and grade (of the source), in order of years. `data_grade`: as in
    `measure_indicators.csv`: yes, partial or no. `today`: year of the as-of date.
    """
    if len(figures) < 2:
        return "one" if len(figures) else "none"
    ends = {figures["grade"].iloc[0], figures["grade"].iloc[-1]}
    fresh = today - int(figures["year"].iloc[-1]) <= FRESH_YEARS
    enough = len(figures) >= LEAST_FIGURES and "unverified" not in ends
    return "series" if data_grade == "yes" and enough and fresh else "some"


def grade_measures(reading: Reading) -> pd.Series:
    """Apply rule 3.

    Gives one of `MEASURE_GRADES` by measure_id.
    """
    grouped = reading.indicators.groupby("measure_id", sort=False)["strength"]
    return grouped.agg(grade).rename("grade")


def grade(strengths: pd.Series) -> str:
    """Grade one measure by what its indicators show."""
    shows = strengths.isin(SHOWS)
    if not shows.any():
        return "not covered"
    return "covered" if shows.mean() >= 0.5 and strengths.eq("series").any() else "partly covered"


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

    Empty where there is no figure.

    `row`: a row of `Reading.indicators`. `name`: the indicator in the language. `language`: one of
    `helpers.vocabulary.CODES`.
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
    return own["target"].format(year=target.year, asked=asks(target, language), state=state)


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


def measure_table(
    raw: RawData, reading: Reading, verified: Reading, verdicts: Verdicts
) -> pd.DataFrame:
    """Grade every measure and say what the figures say of it.

    `reading`, `verified`: with all figures asked for, and with those only that a located
    publication supports. `verdicts`: as `verdicts_of` returns.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, one row a measure. `sources` are the measure's own and those of its
        figures; `needed` lists what is not public, in the words of `measure_indicators.csv`.
    """
    names = names_of(raw)
    grades, strict = grade_measures(reading), grade_measures(verified)
    rows = []
    for measure in raw.measures.to_dict("records"):
        name = measure["measure_id"]
        own = reading.of(name)
        figures = reading.series[reading.series["indicator"].isin(own["indicator"])]
        sources = dict.fromkeys([measure["source_id"], *figures["source_id"]])
        said = {f"statement_{c}": statement(reading, name, names, verdicts, c) for c in CODES}
        facts = {
            "grade": grades.get(name, "not covered"),
            "grade_verified": strict.get(name, "not covered"),
            "indicators": ";".join(own["indicator"]),
            "sources": ";".join(sources),
            "points": len(figures),
            "unverified_points": int(figures["grade"].eq("unverified").sum()),
            "needed": needed(reading, name),
        }
        rows.append(measure | facts | said)
    return pd.DataFrame(rows, columns=COLUMNS)


def counts(table: pd.DataFrame, column: str = "grade") -> dict[str, int]:
    """Count the measures of each grade."""
    return {grade: int(table[column].eq(grade).sum()) for grade in MEASURE_GRADES}


def title(table: pd.DataFrame, language: str = "en", column: str = "grade") -> str:
    """Say how many measures figures cover."""
    covered, partly, none = counts(table, column).values()
    return PHRASES[language]["title"].format(
        covered=covered, partly=partly, none=none, all=len(table)
    )


def answer(raw: RawData, table: pd.DataFrame, reading: Reading, verdicts: Verdicts) -> str:
    """Say how many measures figures cover, which way each went, and what is judged of it."""
    names, doubt = names_of(raw), without_unverified(table, reading)
    lines = [*_opening(raw, table, reading), judged(reading, verdicts, names), ""]
    lines += [*happened(reading, table, names), "", doubt]
    return "\n".join([*lines, NO_CAUSE])


def closing(raw: RawData, table: pd.DataFrame, reading: Reading, verdicts: Verdicts) -> str:
    """Say the same without the day, and without the measures one by one."""
    opened = [f"{title(table)}.", *_opening(raw, table, reading)[2:]]
    said = [*opened, judged(reading, verdicts, names_of(raw)), NO_CAUSE]
    return "\n".join(said)


NO_CAUSE = "No figure here shows that a measure caused a change."


def _opening(raw: RawData, table: pd.DataFrame, reading: Reading) -> list[str]:
    every = read_targets(raw.targets, raw.sources)
    plan, elsewhere = every[0], ""
    if {target.area for target in every if target.plan == plan.plan} != {reading.area}:
        elsewhere = f", by figures of {raw.areas.set_index('area')['name_en'][reading.area]}"
    lines = [f"As known on **{reading.as_of}**{elsewhere},", f"{_inside(title(table))}."]
    if plan.set_on > pd.Timestamp(reading.as_of):
        lines.append(f"The plan was set later, on {plan.set_on:%Y-%m-%d}.")
    return [*lines, moved(reading, names_of(raw))]


def stands(verdicts: Verdicts) -> dict[str, str]:
    """Word the verdict on the target of each indicator that has one that says something."""
    said = {name: row for name, (_, row) in verdicts.items()}
    told = {n: r for n, r in said.items() if r["state"] in SETTLED or pd.notna(r["probability"])}
    return {name: statement_of(row).verdict for name, row in told.items()}


def judged(reading: Reading, verdicts: Verdicts, names: pd.DataFrame) -> str:
    """Say of how many measures an indicator is judged, by which targets."""
    own, mapped = stands(verdicts), reading.indicators
    served = mapped[mapped["indicator"].isin(own)]
    if served.empty:
        return "No measure is judged: no indicator has a target with a verdict."
    told = [f"{names.loc[name, 'name_en']} ({own[name]})" for name in served["indicator"].unique()]
    some, every = served["measure_id"].nunique(), mapped["measure_id"].nunique()
    return (
        f"Judged {'is' if some == 1 else 'are'} {some} of {counted(every, 'measure')}, by targets "
        f"of their indicators: {', '.join(told)}."
    )


def happened(reading: Reading, table: pd.DataFrame, names: pd.DataFrame) -> list[str]:
    """Say of each measure which way its indicators went, a line each; the others by number."""
    shown = reading.indicators[reading.indicators["strength"].isin(SHOWS)]
    lines, silent = [], []
    for row in table.itertuples():
        own = shown[shown["measure_id"].eq(row.measure_id)]
        number = number_of(row.measure_id)
        went = [_went(one, names.loc[one["indicator"], "name_en"]) for _, one in own.iterrows()]
        if went:
            lines.append(f"- **({number}) {row.name_en}**: {'; '.join(went)}.")
        else:
            silent.append(f"({number})")
    if silent:
        lines.append(f"- No direction can be told of {', '.join(silent)}.")
    return lines


def _went(row: pd.Series, name: str) -> str:
    moved = row["latest_value"] - row["base_value"]
    if not moved:
        return f"{name} stayed as it was"
    return f"{name} {'rose' if moved > 0 else 'fell'} ({change(row, 'en')})"


def without_unverified(table: pd.DataFrame, reading: Reading) -> str:
    """Say what the answer is without figures that no located publication supports."""
    if reading.choice.min_grade != "unverified":
        return "Unverified figures were left out from the start."
    if not reading.series["grade"].eq("unverified").any():
        return "None of these figures is unverified." if len(reading.series) else ""
    without = _inside(title(table, column="grade_verified"))
    same = "the same" if table["grade"].equals(table["grade_verified"]) else without
    return f"Without unverified figures: {same}."


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def moved(reading: Reading, names: pd.DataFrame) -> str:
    """Say which way the indicators that show a change went."""
    own = reading.indicators[reading.indicators["strength"].isin(SHOWS)]
    own = own.drop_duplicates("indicator")
    if own.empty:
        return f"No indicator has two comparable figures {_since(reading)}."
    up = own["latest_value"].gt(own["base_value"])
    down = own["latest_value"].lt(own["base_value"])
    fallen = ", ".join(names.loc[own.loc[down, "indicator"], "name_en"])
    which = f" ({fallen})" if fallen else ""
    every = counted(reading.indicators["indicator"].nunique(), "indicator")
    stayed = len(own) - up.sum() - down.sum()
    rest = f"; {stayed} stayed as {'it was' if stayed == 1 else 'they were'}" if stayed else ""
    return (
        f"Of {every} {len(own)} {_have(len(own))} comparable figures since {reading.since_year}: "
        f"{up.sum()} rose and {down.sum()} fell{which}{rest}."
    )


def _since(reading: Reading) -> str:
    """Name the first year that is compared, and how few are over where there are hardly any."""
    day, first = day_of(reading.as_of), reading.since_year
    over = day.year - first
    if over < 0:
        return f"from {first} on, a year that had not begun on {day:%Y-%m-%d}"
    if over <= 1:
        years = "no year" if over == 0 else "only one year"
        return f"since {first}; from then on {years} was over on {day:%Y-%m-%d}"
    return f"since {first}"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def changes_reading(changes: pd.Series, others: int, series: pd.DataFrame) -> str:
    """Count the indicators that rose and fell, and the points of them that are unverified.

    `changes`: change of each indicator with two comparable figures, in percent. `others`: how many
    indicators have no two such figures. `series`: as `Reading.series`.
    """
    said = [f"Of {counted(others, 'indicator')} no two figures can be compared."]
    if len(changes):
        rose, fell = changes.gt(0).sum(), changes.lt(0).sum()
        said = [f"{rose} of {len(changes)} rose, {fell} fell"]
        if len(changes) == 1:
            word = "rose" if rose else "fell" if fell else "did not change"
            said = [f"The one that can be compared {word}"]
        rest = f"; of {counted(others, 'other indicator')} no two figures can be compared"
        said[0] += f"{rest if others else ''}."
    if len(series):
        said.append(unverified_points(series))
    return " ".join(said)


def lateness_reading(latest: pd.Series, year: int, raw: RawData) -> str:
    """Say how many indicators have no figure of the plan's year, and which texts were not read.

    `latest`: year of the latest figure of each indicator with two comparable ones. `year`: target
    year of the plan. `raw`: for the language of the plan, and whether its measures were read.
    """
    texts = raw.measures["text_read"]
    late, unread = latest.lt(year).sum(), texts.ne("yes").sum()
    text = "Chinese text" if any(map(is_han, "".join(raw.targets["wording_native"]))) else "text"
    said = f"The {text} of {unread} of {counted(len(texts), 'measure')} was not read in full."
    if latest.empty:
        return said
    if len(latest) == 1:
        have = f"has {'none' if late else 'one'} for {year}{' yet' if late else ''}"
        return f"The one indicator with comparable figures {have}. {said}"
    have = f"{late} {_have(late)} none for {year} yet" if late else f"all have one for {year}"
    return f"Of {len(latest)} indicators with comparable figures {have}. {said}"


def grid_view(
    raw: RawData, table: pd.DataFrame, reading: Reading, language: str = "en"
) -> pd.DataFrame:
    """Lay out measures for `helpers.charts.measures_chart`, in one language.

    Returns
    -------
    DataFrame
        Columns area, label, grade (a word of `MEASURE_GRADES`), fact and strengths (a tuple of
        `STRENGTHS`, one an indicator, strongest first).
    """
    names = names_of(raw)
    rows = []
    for row in raw.measures.to_dict("records"):
        strengths = reading.of(row["measure_id"])["strength"]
        order = {"series": 0, "some": 1}
        rows.append(
            {
                "area": row[f"area_{language}"],
                "label": f"{number_of(row['measure_id'])}  {row[f'name_{language}']}",
                "fact": short(reading, row["measure_id"], names, language),
                "strengths": tuple(sorted(strengths, key=lambda word: order.get(word, 2))),
            }
        )
    return pd.DataFrame(rows).assign(grade=table["grade"].to_numpy())


def grid_source(raw: RawData, reading: Reading, language: str = "en") -> str:
    """Write the source line of the grid in one language."""
    own, series = PHRASES[language], reading.series
    if series.empty:
        return own["unsourced"].format(as_of=reading.as_of)
    used = raw.sources[raw.sources["source_id"].isin(series["source_id"])]
    read = used[used["grade"].ne("unverified") & ~used["publisher"].str.startswith("not shown")]
    publishers = read["publisher"].value_counts().index.tolist()
    named = own["comma"].join(publishers[:MOST_PUBLISHERS]) or "–"
    more = len(publishers) - MOST_PUBLISHERS
    if more > 0:
        named = own["others"].format(named=named, count=more, total=len(publishers))
    unread = int(series["grade"].eq("unverified").sum())
    day = f"{series['known_from'].max():%Y-%m-%d}"
    return own["source"].format(publishers=named, day=day, unverified=unread, points=len(series))


def number_of(measure_id: str) -> str:
    """Shorten "m05" to "5"; an id of another form stands as it is."""
    digits = measure_id.removeprefix("m")
    return str(int(digits)) if digits.isdigit() else measure_id
