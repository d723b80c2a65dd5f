"""Why a question has no series: the first thing that leaves no figure."""

from datetime import date

import pandas as pd

from helpers.vintages.archive import day_of
from helpers.vintages.series import Archive, SeriesChoice, values_of_years
from helpers.vocabulary import GRADES
from helpers.wording.english import graded
from helpers.wording.language import ENGLISH


def why_no_series(
    archive: Archive,
    as_of: date | str,
    choice: SeriesChoice,
    indicator: str,
    area: str,
    first_year: int = 0,
) -> str:
    """Say what removes every figure: place, date, grade, definition or first year.

    Parameters
    ----------
    archive : Archive
    as_of : date or str
    choice : SeriesChoice
    indicator, area : str
    first_year : int
        Earlier years are left out.

    Returns
    -------
    str
        A sentence that names the value and what there is instead.
    """
    if (indicator, area) not in archive.pairs:
        return _held_elsewhere(archive, indicator, area)
    figures = archive.pairs[indicator, area]
    today = day_of(as_of)
    public = figures[figures["known_from"].le(today)]
    day = f"{today:%Y-%m-%d}"
    if public.empty:
        first = figures["known_from"].min()
        since = f"; the first became known on {first:%Y-%m-%d}" if pd.notna(first) else ""
        return f"No figure of this series was public on {day}{since}."
    values = values_of_years(public)
    if values.empty:
        return f"Only parts of years or bounds were public on {day}, no full-year figure."
    if choice.definition and not values["definition"].eq(choice.definition).any():
        return f"No figure under the definition {choice.definition} was public on {day}."
    if not values["year"].ge(first_year).any():
        return (
            f"No figure is left from {first_year} on: the latest of {day} is for "
            f"{values['year'].max()}."
        )
    values = values if choice.definition else values[values["use"].eq("main")]
    if len(values) and not values["grade"].isin(choice.grades).any():
        best = min(values["grade"].astype(str), key=GRADES.index)
        return (
            f"No figure{graded(choice.min_grade)} was public on {day}; the best is "
            f"{best}: try a weaker grade."
        )
    return f"No figure of the main series was public on {day}; choose a definition."


def _held_elsewhere(archive: Archive, indicator: str, area: str) -> str:
    names = archive.areas.set_index("area")["name_en"]
    held = [str(names[of]) for name, of in archive.pairs if name == indicator]
    place = names.get(area, area)
    if not held:
        return f"No figure of this indicator is held, for {place} or any other area."
    return (
        f"No figure of this indicator is held for {place}; there are figures for "
        f"{ENGLISH.joined(held)}."
    )
