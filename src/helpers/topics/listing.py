"""What a table shows: names in place of identifiers, and a reason where it has no row."""

from typing import TYPE_CHECKING

import pandas as pd

from helpers.charts.display import call_rows
from helpers.observations.raw_data import RawData
from helpers.targets.statements import target_names
from helpers.topics.measures.text import number_of
from helpers.wording import prose
from helpers.wording.english import UNIT_WORDS, axis

if TYPE_CHECKING:
    from IPython.display import Markdown


def name_rows(raw: RawData) -> RawData:
    """Let the tables of a notebook show what the rows of the raw tables are called in English.

    A definition is called by its years, as on charts. A source keeps its identifier, by which it is
    looked up in `sources.csv`.

    Returns
    -------
    RawData
        The tables as they are.
    """
    about = raw.definitions["indicator"].str.split(";")
    lone = raw.definitions["use"].eq("main")
    others = set().union(*about[~lone])
    # Beside another definition of the same years they would not tell it.
    main = raw.definitions[lone & about.map(others.isdisjoint)]
    ends = main[["first_year", "last_year"]].astype(str).itertuples(index=False)
    spans = ["\N{EN DASH}".join(dict.fromkeys(end)) for end in ends]
    names = {name: name for name in raw.sources["source_id"]} | dict(
        zip(main["definition"], spans, strict=True)
    )
    for table in (raw.wanted_indicators, raw.indicators, raw.areas, raw.events, raw.measures):
        names |= dict(zip(table.iloc[:, 0], table["name_en"], strict=True))
    names |= {unit: axis(unit) for unit in UNIT_WORDS if "_" in unit} | target_names(raw)
    # A row is told by its name, a column by what the name is known by elsewhere on the page.
    numbers = {name: f"({number_of(name)})" for name in raw.measures["measure_id"]}
    call_rows(names, numbers | {"target_id": "target", "measure_id": "measure"})
    return raw


def listed(table: pd.DataFrame, otherwise: str) -> "pd.DataFrame | Markdown":
    """Show a table, or a sentence where it has no row.

    `table`: rounded already; `helpers.charts.display.table_html` lays it out. `otherwise`: says why
    there is nothing to show.
    """
    return prose(otherwise) if table.empty else table
