"""What notebook 08 says and shows: the answer, the tables of measures, what is missing.

The plan's safeguards ask for its evaluation. Nothing here is judged: each row is an absence that
can be seen in the raw tables and in the figures known on the date.
"""

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.information import information_of
from helpers.targets.states import Target, read_targets
from helpers.topics.measures.grading import SHOWS, Reading, grade_measures
from helpers.topics.measures.statements import Verdicts, names_of, needed, short, statement
from helpers.vintages.series import open_archive
from helpers.vocabulary import CODES, MEASURE_GRADES
from helpers.wording.sentences import PHRASES

COLUMNS = [
    "measure_id",
    "area_no",
    *(f"name_{language}" for language in CODES),
    "grade",
    "grade_verified",
    *(f"statement_{language}" for language in CODES),
    "indicators",
    "sources",
    "points",
    "unverified_points",
    "needed",
]
MOST_PUBLISHERS = 3


def measure_table(
    raw: RawData, reading: Reading, verified: Reading, verdicts: Verdicts
) -> pd.DataFrame:
    """Grade every measure and say what the figures say of it.

    Parameters
    ----------
    raw : RawData
    reading, verified : Reading
        With all figures asked for, and with those only that a located publication supports.
    verdicts : dict
        As `helpers.topics.measures.statements.verdicts_of` returns.

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
        own = reading.of(measure["measure_id"])
        figures = reading.series[reading.series["indicator"].isin(own["indicator"])]
        sources = dict.fromkeys([measure["source_id"], *figures["source_id"]])
        rows.append(
            measure
            | {
                "grade": grades.get(measure["measure_id"], "not judged"),
                "grade_verified": strict.get(measure["measure_id"], "not judged"),
                "indicators": ";".join(own["indicator"]),
                "sources": ";".join(sources),
                "points": len(figures),
                "unverified_points": int(figures["grade"].eq("unverified").sum()),
                "needed": needed(reading, measure["measure_id"]),
            }
            | {
                f"statement_{language}": statement(
                    reading, measure["measure_id"], names, verdicts, language
                )
                for language in CODES
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def counts(table: pd.DataFrame, column: str = "grade") -> dict[str, int]:
    """Count the measures of each grade."""
    return {grade: int(table[column].eq(grade).sum()) for grade in MEASURE_GRADES}


def title(table: pd.DataFrame, language: str = "en", column: str = "grade") -> str:
    """Say how many measures can be judged."""
    judged, partly, none = counts(table, column).values()
    return PHRASES[language]["title"].format(
        judged=judged, partly=partly, none=none, all=len(table)
    )


def answer(raw: RawData, table: pd.DataFrame, reading: Reading) -> str:
    """Answer the question of the notebook: how many, which, and what the figures say."""
    plan = read_targets(raw.targets, raw.sources)[0]
    lines = [f"As known on **{reading.as_of}**: {title(table)}."]
    if plan.set_on > pd.Timestamp(reading.as_of):
        lines.append(f"The plan was set later, on {plan.set_on:%Y-%m-%d}.")
    lines += [moved(reading, names_of(raw)), ""]
    for grade in MEASURE_GRADES:
        own = table[table["grade"].eq(grade)]
        if len(own):
            listed = "; ".join(f"{row.measure_id} {row.name_en}" for row in own.itertuples())
            lines.append(f"- **{grade}**: {listed}.")
    without = title(table, column="grade_verified")
    same = "the same" if table["grade"].equals(table["grade_verified"]) else without
    lines += ["", f"Without unverified figures: {same}."]
    return "\n".join([*lines, "No figure here shows that a measure caused a change."])


def moved(reading: Reading, names: pd.DataFrame) -> str:
    """Say which way the indicators that show a change went."""
    own = reading.indicators[reading.indicators["strength"].isin(SHOWS)]
    own = own.drop_duplicates("indicator")
    if own.empty:
        return f"No indicator has two comparable figures since {reading.since_year}."
    up = own["latest_value"].gt(own["base_value"])
    down = own["latest_value"].lt(own["base_value"])
    fallen = ", ".join(names.loc[own.loc[down, "indicator"], "name_en"])
    which = f" ({fallen})" if fallen else ""
    return (
        f"Of {reading.indicators['indicator'].nunique()} indicators {len(own)} have comparable "
        f"figures since {reading.since_year}: {up.sum()} rose and {down.sum()} fell{which}."
    )


def changed_view(table: pd.DataFrame) -> pd.DataFrame:
    """Show the measures whose grade rests on unverified figures, or none."""
    turned = table[table["grade"].ne(table["grade_verified"])]
    columns = ["measure_id", "name_en", "grade", "grade_verified", "points", "unverified_points"]
    return turned[columns].set_index("measure_id")


def grade_view(table: pd.DataFrame) -> pd.DataFrame:
    """Lay out the measures for reading, in English."""
    columns = {"area_no": "area", "name_en": "measure", "grade": "grade",
               "statement_en": "what the figures say", "needed": "needed"}  # fmt: skip
    return table.set_index("measure_id")[list(columns)].rename(columns=columns)


def language_view(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Show names and statements in one language."""
    columns = [f"name_{language}", f"statement_{language}"]
    return table.set_index("measure_id")[columns]


def grid_view(
    raw: RawData, table: pd.DataFrame, reading: Reading, language: str = "en"
) -> pd.DataFrame:
    """Lay out measures for `helpers.charts.measures_chart`, in one language.

    Returns
    -------
    DataFrame
        Columns area, label, grade (a word of `MEASURE_GRADES`), fact and strengths (a tuple of
        `helpers.topics.measures.grading.STRENGTHS`, one an indicator, strongest first).
    """
    names = names_of(raw)
    rows = []
    for row in raw.measures.to_dict("records"):
        strengths = reading.of(row["measure_id"])["strength"]
        order = {"series": 0, "some": 1}
        rows.append(
            {
                "area": row[f"area_{language}"],
                "label": f"{_number_of(row['measure_id'])}  {row[f'name_{language}']}",
                "fact": short(reading, row["measure_id"], names, language),
                "strengths": tuple(sorted(strengths, key=lambda word: order.get(word, 2))),
            }
        )
    return pd.DataFrame(rows).assign(grade=table["grade"].to_numpy())


def grid_source(raw: RawData, reading: Reading, language: str = "en") -> str:
    """Write the source line of the grid in one language."""
    own, series = PHRASES[language], reading.series
    used = raw.sources[raw.sources["source_id"].isin(series["source_id"])]
    read = used[used["grade"].ne("unverified") & ~used["publisher"].str.startswith("not shown")]
    publishers = read["publisher"].value_counts().index.tolist()
    named = own["comma"].join(publishers[:MOST_PUBLISHERS]) or "–"
    more = len(publishers) - MOST_PUBLISHERS
    if more > 0:
        named = own["others"].format(named=named, count=more, total=len(publishers))
    unread = int(series["grade"].eq("unverified").sum())
    return own["source"].format(
        publishers=named, as_of=reading.as_of, unverified=unread, points=len(series)
    )


def gaps_answer(gaps: pd.DataFrame) -> str:
    """Say what an evaluation would have to publish, by counts."""
    lines = [
        f"- {len(own)}: {GAPS[kind]}" for kind in GAPS if len(own := gaps[gaps["gap"].eq(kind)])
    ]
    return "Not public, or not found:\n\n" + "\n".join(lines)


def _number_of(measure_id: str) -> str:
    """Shorten "m05" to "5"; an id of another form stands as it is."""
    digits = measure_id.removeprefix("m")
    return str(int(digits)) if digits.isdigit() else measure_id


GAPS = {
    "figure of the target year": "indicator of a measure without a figure for the target year",
    "series": "indicator of a measure without two comparable figures since the base year",
    "number": "goal of the plan without a number",
    "definition": "target that fixes no definition, while its figures went through several",
    "official outcome": "target whose outcome, or latest figure, stands in no official text read",
    "text": "measure whose Chinese text was not read in full",
}
GAP_COLUMNS = ["gap", "id", "name", "detail"]


def gap_table(raw: RawData, reading: Reading) -> pd.DataFrame:
    """List what an evaluation would have to publish.

    Parameters
    ----------
    raw : RawData
    reading : Reading
        As `helpers.topics.measures.grading.read_measures` returns.

    Returns
    -------
    DataFrame
        Columns gap (a key of `GAPS`), id (indicator, target or measure), name and detail.
    """
    plan = _plan(raw)
    year = plan[0].target_year
    rows = [*_indicator_gaps(raw, reading, year)]
    for target in plan:
        rows += _target_gaps(raw, reading, target)
    unread = raw.measures[raw.measures["text_read"].ne("yes")]
    rows += [("text", row.measure_id, row.name_en, row.note) for row in unread.itertuples()]
    table = pd.DataFrame(rows, columns=GAP_COLUMNS)
    order = table["gap"].map(list(GAPS).index)
    return table.loc[order.sort_values(kind="stable").index].reset_index(drop=True)


def _plan(raw: RawData) -> list[Target]:
    """All goals of the plan that the measures belong to: the first one listed."""
    every = read_targets(raw.targets, raw.sources)
    return [target for target in every if target.plan == every[0].plan]


def _indicator_gaps(raw: RawData, reading: Reading, year: int) -> list[tuple]:
    names = names_of(raw)["name_en"]
    rows = []
    for row in reading.indicators.drop_duplicates("indicator").itertuples():
        name = names[row.indicator]
        if row.strength not in SHOWS:
            rows.append(("series", row.indicator, name, row.note))
        elif row.latest_year < year:
            detail = f"latest figure is for {row.latest_year:.0f}"
            rows.append(("figure of the target year", row.indicator, name, detail))
    return rows


def _target_gaps(raw: RawData, reading: Reading, target: Target) -> list[tuple]:
    if target.operator == "qualitative":
        return [("number", target.target_id, target.wording, f"for {target.target_year}")]
    name = raw.indicators.set_index("indicator").loc[target.indicator, "name_en"]
    known = information_of(open_archive(raw), target, reading.as_of, reading.choice)
    rows = []
    since = known.series[known.series["year"].ge(reading.since_year)]
    used = list(dict.fromkeys(since["definition"]))
    if len(used) > 1:
        spans = [
            f"{definition} from {years.min()}"
            for definition, years in since.groupby("definition", sort=False)["year"]
        ]
        rows.append(("definition", target.target_id, name, "; ".join(spans)))
    if known.figure is not None and known.figure["grade"] != "official":
        what = "outcome" if known.settled else "latest figure"
        detail = f"{what}, for {known.figure['year']}, is graded {known.figure['grade']}"
        rows.append(("official outcome", target.target_id, name, detail))
    return rows
