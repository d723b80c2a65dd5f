"""What is said of every target on a day, as a table in each language."""

from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from helpers.days import year_name
from helpers.observations.raw_data import RawData, year_ends
from helpers.tables import restored
from helpers.vocabulary import SHARE
from helpers.wording.language import ENGLISH, LANGUAGES, Language, language_of
from helpers.wording.statements import Statement, line_of, statement

FILE = "statements.csv"
COLUMNS = [field.name for field in fields(Statement)]


def subjects(indicators: pd.DataFrame) -> dict[str, str]:
    """Say of each indicator what `helpers.wording.statements.statement` wants to know of it."""
    share = indicators["unit"].eq("pct") & indicators["scale"].ne("linear")
    about = indicators["topic"].mask(share, SHARE)
    return dict(zip(indicators["indicator"], about, strict=True))


def names_of(table: pd.DataFrame, raw: RawData, code: str = ENGLISH.code) -> dict[str, str]:
    """Name the targets of a table so that no two have one name, by their ids.

    A target is named by its indicator; where several are, by area, year and plan too, in turn, and
    at last by what it asks for.
    """
    columns = ["target_id", "indicator", "area", "target_year", "plan"]
    rows = table[columns].astype(str).set_index("target_id")
    ends = year_ends(table["indicator"], raw.indicators)
    rows["target_year"] = list(map(year_name, table["target_year"], ends))
    for column, names in (("indicator", raw.indicators), ("area", raw.areas)):
        own = names.set_index(column)[f"name_{code}"]
        rows[column] = rows[column].map(own).fillna("")
    named = rows["indicator"]
    for column in ("area", "target_year", "plan"):
        alike = named.duplicated(keep=False)
        # Of one place nobody has to be told that it is there.
        if alike.any() and len(set(rows.loc[alike, column])) > 1:
            named = named.mask(alike, named + ", " + rows[column])
    alike, about = named.duplicated(keep=False), subjects(raw.indicators)
    for row in table.assign(year_ends=ends)[alike.to_numpy()].to_dict("records"):
        asked = line_of(row, language_of(code), about.get(row["indicator"], ""))
        named[str(row["target_id"])] += f" ({asked})" if asked else ""
    return named.to_dict()


def target_names(raw: RawData, language: Language = ENGLISH) -> dict[str, str]:
    """Call each target by indicator and year, and by what tells it from others.

    That is its area where its plan asks the same of several, and its plan where another one asks
    the same; the plan under evaluation needs no such word. A goal in words is called by plan and
    year.
    """
    years = map(year_name, raw.targets["target_year"], raw.targets["year_ends"])
    targets = raw.targets.assign(target_year=list(years))
    about = targets["indicator"].map(raw.indicators.set_index("indicator")[f"name_{language.code}"])
    plans = targets.get(f"plan_{language.code}", targets["plan"])
    plans = plans.where(plans.ne(""), targets["plan"])
    about = about.where(about.fillna("").ne(""), plans)
    places = raw.areas.set_index("area")[f"name_{language.code}"]
    asked = targets.groupby(["indicator", "target_year", "plan"])["area"].transform("nunique")
    about = [
        language.of_area(name, places[area]) if areas > 1 else name
        for name, area, areas in zip(about, targets["area"], asked, strict=True)
    ]
    alike = targets.duplicated(["indicator", "target_year"], keep=False)
    told = alike & targets["plan"].ne(targets["plan"].iloc[0]) if len(targets) else alike
    rows = zip(targets["target_id"], about, targets["target_year"], plans, told, strict=True)
    return {
        target: language.say("notebook.target", name=name, year=year)
        + (language.say("notebook.of_plan", plan=plan) if named else "")
        for target, name, year, plan, named in rows
    }


def series_names(raw: RawData) -> dict[str, str]:
    """Name what each target is about: its indicator, and its area where its plan has several."""
    targets = raw.targets
    about = targets["indicator"].map(raw.indicators.set_index("indicator")["name_en"])
    places = targets["area"].map(raw.areas.set_index("area")["name_en"])
    several = targets.groupby(["plan", "indicator"])["area"].transform("nunique").gt(1)
    return dict(zip(targets["target_id"], about.mask(several, about + ", " + places), strict=True))


def statements_of(
    verdicts: pd.DataFrame, raw: RawData, language: Language = ENGLISH
) -> dict[str, Statement]:
    """Say in a language what each row of verdicts says.

    Parameters
    ----------
    verdicts : DataFrame
        As `helpers.targets.assessment.assess` returns.
    raw : RawData
        For the topics of indicators.
    language : Language

    Returns
    -------
    dict
        By target id, in the order of the rows.
    """
    about, ends = subjects(raw.indicators), year_ends(verdicts["indicator"], raw.indicators)
    return {
        str(row["target_id"]): statement(row, language, about.get(row["indicator"], ""))
        for row in verdicts.assign(year_ends=ends).to_dict("records")
    }


def statement_table(verdicts: pd.DataFrame, raw: RawData) -> pd.DataFrame:
    """Lay out what is said of each target in each language.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, all text; one row a target and language.
    """
    said = [statements_of(verdicts, raw, language).values() for language in LANGUAGES]
    rows = [asdict(of_target) for of_language in said for of_target in of_language]
    return pd.DataFrame(rows, columns=COLUMNS)


def read_statements(file: Path) -> pd.DataFrame:
    """Read a table of statements as it was before it was written."""
    return pd.read_csv(file, dtype=str, keep_default_na=False).map(restored)


def statements_in(table: pd.DataFrame, language: Language = ENGLISH) -> dict[str, Statement]:
    """Return what a table says in a language, by target id.

    A text that an earlier report did not know is empty.
    """
    own = table[table["language"].eq(language.code)].reindex(columns=COLUMNS, fill_value="")
    return {row["target_id"]: Statement(**row) for row in own.to_dict("records")}
