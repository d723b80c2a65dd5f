"""What an evaluation of the plan would have to publish: what is missing, counted from the tables.

The plan's safeguards ask for its evaluation. Nothing here is judged: each row is an absence that
can be seen in the raw tables and in the figures known on the date.
"""

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.targets.information import gather
from helpers.targets.states import Target, read_targets
from helpers.topics.measures.grading import SHOWS, Reading
from helpers.topics.measures.statements import names_of
from helpers.vintages.series import open_archive

GAPS = {
    "figure of the target year": "indicator of a measure without a figure for the target year",
    "series": "indicator of a measure without two comparable figures since the base year",
    "number": "goal of the plan without a number",
    "definition": "target that fixes no definition, while its figures went through several",
    "official outcome": "target whose outcome, or latest figure, stands in no official text read",
    "text": "measure whose Chinese text was not read in full",
}
COLUMNS = ["gap", "id", "name", "detail"]


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
    table = pd.DataFrame(rows, columns=COLUMNS)
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
    known = gather(open_archive(raw), target, reading.as_of, reading.choice)
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
