"""The README of a new folder: what every column of every table means."""

from collections.abc import Mapping

from helpers.apps.new_plan.examples import MARK
from helpers.observations.schema import (
    KEYS,
    KINDS,
    MODELS,
    OBSERVATIONS,
    UNITS,
)
from helpers.vocabulary import GRADES, OPERATORS, QUALIFIERS, STATUSES

OPTIONAL = ("plans", "measures", "measure_indicators", "wanted_indicators", "events", "rejected")
"""Tables that may be left with their header alone."""

MEANINGS: Mapping[str, str] = {
    "source_id": "name of the publication, as in `sources.csv`",
    "title": "as printed",
    "title_en": "in English",
    "publisher": "who published it",
    "kind": f"of a publication: {', '.join(KINDS)}; of an area: city, province, country, region, "
    "world",
    "published": "ISO date, year-month or year; empty when unknown",
    "url": "of the publisher or a news site; may be empty",
    "language": "two letters, like en",
    "grade": f"{', '.join(GRADES)}: what kind of text was read",
    "note": "free; may be empty",
    "confirmed": "why a figure that `check` asks about is right; else empty, and a file may leave "
    "the column out",
    "indicator": "name of the quantity, as in `indicators.csv`",
    "area": "name of the area, as in `areas.csv`",
    "year": "the year that the figure is of",
    "months": "counted from January, 12 for the full year",
    "value": "plain digits with a point, with the decimals that were printed",
    "value_high": "the upper end of a range; empty for every other operator",
    "unit": f"{', '.join(UNITS)}; or your own in two words or more, like `kt CO2`; of a target "
    "also pct_per_year, or pct_of_2020 with any year",
    "definition": "what was counted, as in `definitions.csv`",
    "first_release": "day on which the figure was first public, where its source quotes it later; "
    "may be empty, and the column may be missing",
    "status": f"{', '.join(STATUSES)}",
    "qualifier": f"{', '.join(QUALIFIERS)}",
    "topic": "any word; what a report on an indicator may read is its topic and `macro`",
    "scale": "log for amounts and counts, logit for shares of 0 to 100, linear for growth rates",
    "numerator": "of a share: the indicator above the line; may be empty",
    "denominator": "of a share: the indicator below the line; may be empty",
    "release_month": "months from the year's end to the usual release",
    "plausible_min": "a printed figure below is taken for a slip",
    "plausible_max": "a printed figure above is taken for a slip",
    "real_growth": "the indicator that holds its growth at constant prices; may be empty",
    "name_en": "shown in reports",
    "name_zh": "in Chinese; empty: the English one is shown",
    "name_ja": "in Japanese; empty: the English one is shown",
    "description": "what it counts; the word stock marks a figure taken on a day",
    "first_year": "first year counted so",
    "last_year": "last year seen so; a definition that none outlasts stays open",
    "comparable_with_previous": "no, suspected or yes; yes also when nothing came before",
    "use": "main (the default series), stand_in (only until a main figure is out), alternative",
    "set_by": "who set it",
    "target_id": "name of the target",
    "plan": "name of the plan; the plan of the first row is the one under evaluation",
    "target_year": "the year whose figure decides",
    "operator": f"{', '.join(OPERATORS)}",
    "base_year": "the last year before the plan, for growth, averages and pct_of_; else empty",
    "stage": "order of the date among the plan's own dates",
    "set_on": "ISO date, year-month or year on which it was set",
    "wording_native": "the words of the plan; may be empty",
    "measure_id": "name of the measure",
    "area_no": "number of the field of action",
    "area_en": "name of the field of action",
    "area_zh": "in Chinese; may be empty",
    "area_ja": "in Japanese; may be empty",
    "text_read": "yes, partly or no: whether the text of the measure was read",
    "data_grade": "yes, partial or no: whether there is a yearly public series",
    "event_id": "name of the event",
    "date": "ISO date, year-month or year",
    "indicators": "the indicators that it may have moved, split by `;`",
    "reason": "why the figure is not used",
}
"""By column; the same word means the same in every table."""

ROW_OF: Mapping[str, str] = {
    "sources": "publication",
    OBSERVATIONS: "published figure",
    "indicators": "quantity that is observed",
    "areas": "area",
    "definitions": "definition or scope of an indicator (several split by `;`)",
    "targets": "target of a plan",
    "plans": "plan with a name in Chinese or Japanese; the file may be missing",
    "measures": "measure of the plan",
    "measure_indicators": "measure and indicator that could show what it did",
    "wanted_indicators": "indicator that a measure asks for and of which no figure is held",
    "events": "dated event that may have moved a series",
    "rejected": "figure that was read but is not used",
}


def skeleton_readme() -> str:
    """Write the README of a skeleton: how to begin, then every table with its columns."""
    parts = [
        "# A plan and its figures",
        f'Every row here is invented and says so ("{MARK}"). Replace all of them.\n'
        "Files are UTF-8 CSV with a header. They hold no comments: what a column means stands "
        "below.",
        "Begin with the plan's targets in `targets.csv`, then `indicators.csv`, `areas.csv`, "
        "`sources.csv`, `definitions.csv`, and the figures in `observations/`.\n"
        "Any `.csv` or `.xlsx` below `observations/` is read.\n"
        f"{', '.join(f'`{name}.csv`' for name in OPTIONAL)} may be left with their header alone.",
        "```sh\nshenzhen-targets check --raw-dir .    # everything that is wrong, all at once\n"
        "shenzhen-targets assess --raw-dir .   # the verdicts\n"
        "shenzhen-targets report --raw-dir .   # the dated report\n```",
        *(_section(table) for table in MODELS),
    ]
    return "\n\n".join(parts) + "\n"


def _section(table: str) -> str:
    file = f"{OBSERVATIONS}/*.csv" if table == OBSERVATIONS else f"{table}.csv"
    columns = list(MODELS[table].model_fields)
    key = KEYS[table]
    unique = f"; unique: {', '.join(key)}" if len(key) < len(columns) else ""
    lines = [f"- `{column}`: {MEANINGS[column]}" for column in columns]
    return "\n".join([f"## `{file}`", "", f"One row a {ROW_OF[table]}{unique}.", "", *lines])
