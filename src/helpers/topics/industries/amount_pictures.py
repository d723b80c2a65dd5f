"""The charts of a story's amounts: chained indices and groups; words where nothing is drawn."""

import pandas as pd

from helpers import figures
from helpers.topics.industries import readings
from helpers.topics.industries.analysis import Story
from helpers.topics.industries.captions import note, source
from helpers.wording import english as wording


def indices(story: Story, **options):
    """Chart of the chained indices beside the numerator as printed."""
    study, table = story.study, story.chained
    if table.empty or table["top_index"].notna().sum() < 2:
        return note(readings.chain_reading(story))
    names = study.raw.indicators.set_index("indicator")["name_en"]
    top, bottom = names[study.numerator], names[study.denominator]
    kinds = {
        "nominal_index": ("numerator as printed", True),
        "top_index": ("numerator, constant prices and scope", False),
        "bottom_index": ("denominator, constant prices", False),
    }
    runs = study.top.set_index("year")
    parts = []
    for column, (name, printed) in kinds.items():
        own = table[column].dropna()
        grades = (runs["grade"] if printed else _growth_grades(story, column)).reindex(own.index)
        part = runs["definition"].reindex(own.index) if printed else column
        parts.append(
            pd.DataFrame({"path": name, "part": part, "year": own.index, "value": own.to_numpy(),
                          "printed": printed, "hollow": grades.eq("unverified").to_numpy()})
        )  # fmt: skip
    return figures.index_chart(
        pd.concat(parts, ignore_index=True),
        title=_indices_title(story),
        unit=f"{study.base_year} = 100",
        source=source(story, study.top, study.growth_figures),
        notes=(
            f"numerator: {top}; denominator: {bottom}; hollow: an unverified figure; solid lines "
            "join one definition only",
        ),
        **options,
    )


def _growth_grades(story: Story, column: str) -> pd.Series:
    """Grades of the growth figures by year, of the part that a column is chained from."""
    part = story.study.numerator if column == "top_index" else story.study.denominator
    name = story.study.raw.indicators.set_index("indicator").loc[part, "real_growth"]
    own = story.study.growth_figures
    return own[own["indicator"].eq(name)].set_index("year")["grade"]


def _indices_title(story: Story) -> str:
    table, base = story.chained, story.study.base_year
    both = table.dropna(subset=["top_index", "bottom_index"])
    year = int(both.index[-1])
    if year == base:
        year = int(both.index[0])
    first, last = min(year, base), max(year, base)

    def growth(column: str) -> str:
        values = table[column]
        return f"{100 * (values[last] / values[first] - 1):.0f}"

    nominal = "" if table["nominal_index"].loc[[first, last]].isna().any() else (
        f"; as printed, across re-definitions, it grew by {growth('nominal_index')} %"
    )  # fmt: skip
    return (
        f"From {first} to {last} the numerator grew by {growth('top_index')} % at constant prices, "
        f"the denominator by {growth('bottom_index')} %{nominal}"
    )


def groups(story: Story, **options):
    """Chart of the groups, year by year, of the years in which every group has a figure."""
    sums = story.sums
    whole = sums[sums["finding"].ne("incomplete")]
    if whole.empty:
        return note("No chart: in no year are all groups of a definition known.")
    own = story.groups.merge(whole[["definition", "year"]], on=["definition", "year"])
    known = story.study.raw.observations[["indicator", "area", "year", "value", "source_id"]]
    cited = own.merge(known, on=["indicator", "area", "year", "value"], how="left")
    return figures.stack_chart(
        own,
        whole[["year", "total"]],
        title=readings.groups_reading(whole),
        unit=wording.axis(story.study.raw.indicators.set_index("indicator").loc[
            story.study.numerator, "unit"]),
        source=source(story, cited),
        **options,
    )  # fmt: skip
