"""The ratio over each definition of its denominator that was known, and what revisions moved.

Ratios named before the statistics were out are held against those that followed.
"""

import re
from collections.abc import Iterable, Mapping

import pandas as pd

from helpers.topics.research.parts import PERCENT, Parts, weakest
from helpers.vintages.series import Archive, best_figures, known_on, revisions
from helpers.vocabulary import GRADES

COLUMNS = ["year", "definition", "basis", "use", "denominator", "ratio", "published", "moved",
           "revision", "dated", "grade", "source_id"]  # fmt: skip
ACRONYM = re.compile(r"\b[A-Z][A-Z&]*[A-Z]\b")
STATED_RISE = re.compile(r"\bup (?P<stated>\d+(?:\.(?P<decimals>\d+))?) on\b")
"""How the notes of the raw tables keep a rise of a ratio that a text states in words."""


def footings(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """Set the same numerator over every definition of the denominator known on the date.

    Returns
    -------
    DataFrame
        One row a year and definition: basis (the definition in short words), use, denominator,
        ratio (percent), published (the printed ratio), moved (points against the ratio over the
        main definition), revision (of the denominator, percent against the main definition),
        dated (whether the day it became known is known), grade (the weakest of both parts),
        source_id (of the denominator). Empty where no denominator is held for the area.

    Notes
    -----
    A revision whose day is unknown was public at the latest when the newest figure of the tables
    was, so only views from that day on show it.
    """
    if parts.denominator.empty or parts.numerator.empty:
        return pd.DataFrame(columns=COLUMNS)
    indicator = parts.denominator_id
    rows = denominator_figures(archive, parts, min_grade).merge(
        parts.numerator[["year", "value", "grade"]], on="year", suffixes=("", "_up")
    )
    if rows.empty:
        return pd.DataFrame(columns=COLUMNS)
    ratio = PERCENT * rows["value_up"] / rows["value"]
    base = rows[rows["use"].eq("main")].set_index("year")["value"]
    main = rows["year"].map(base)
    printed = parts.published.set_index("year")["value"]
    known = acronyms(archive.indicators["name_en"])
    table = rows.assign(
        basis=[short_name(name, indicator, known) for name in rows["definition"]],
        denominator=rows["value"],
        dated=rows["known_from"].notna(),
        ratio=ratio,
        published=rows["year"].map(printed),
        moved=ratio - PERCENT * rows["value_up"] / main,
        revision=100 * (rows["value"] / main - 1),
        grade=weakest(rows["grade"], rows["grade_up"]),
    )
    order = {name: place for place, name in enumerate(archive.definitions["definition"])}
    table = table.assign(order=table["definition"].map(order))
    return table.sort_values(["order", "year"], ignore_index=True)[COLUMNS]


def denominator_figures(
    archive: Archive, parts: Parts, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Give the best figure of the denominator for each definition and year of the numerator."""
    figures, newest = archive.figures, archive.figures["known_from"].max()
    own = archive.pairs.get((parts.denominator_id, parts.area), figures.iloc[:0])
    allowed = own["grade"].isin(GRADES[: GRADES.index(min_grade) + 1])
    known = own["known_from"].fillna(newest).le(pd.Timestamp(parts.as_of))
    return best_figures(own[allowed & known & own["year"].isin(parts.numerator["year"])])


def acronyms(names: Iterable[str]) -> dict[str, str]:
    """Collect the words in capitals of some names by how an id writes them: "rd" for R&D."""
    words = {word for name in names for word in ACRONYM.findall(name)}
    return {word.replace("&", "").lower(): word for word in words}


def short_name(definition: str, indicator: str, known: Mapping[str, str]) -> str:
    """Give a definition's id in words, without the indicator: "gdp_census_2018" is census 2018."""
    words = definition.removeprefix(f"{indicator}_").split("_")
    return " ".join(known.get(word, word) for word in words)


def reprints(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """List the years for which a printed ratio was later put on another footing, in every area.

    Returns
    -------
    DataFrame
        One row an area and year: area, year, first, first_known, later, later_known, change
        (points). Estimates are no prints.
    """
    areas = [area for indicator, area in archive.pairs if indicator == parts.indicator]
    allowed = known_on(archive, parts.as_of, min_grade)
    rows = []
    for area in areas:
        prints = revisions(archive, parts.indicator, area)
        prints = prints[prints["status"].isin(["final", "revised"])]
        prints = prints[prints["source_id"].isin(allowed["source_id"])]
        prints = prints[prints["known_from"].le(pd.Timestamp(parts.as_of))]
        prints = prints[prints["year"].ge(parts.first_year)]
        for year, own in prints.groupby("year"):
            if own["status"].iloc[0] == "final" and own["status"].iloc[-1] == "revised":
                first, later = own.iloc[0], own.iloc[-1]
                rows.append((area, year, first["value"], first["known_from"], later["value"],
                             later["known_from"], later["value"] - first["value"]))  # fmt: skip
    columns = ["area", "year", "first", "first_known", "later", "later_known", "change"]
    return pd.DataFrame(rows, columns=columns)


def stated_rises(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """Hold rises stated in words, as the notes keep them, against the printed ratios.

    A note says "up 0.3 on a revised 2023"; the digits of the number tell its rounding.

    Returns
    -------
    DataFrame
        One row a rise: year, stated (points), value and before (the printed ratio of that year
        and of the one before, percent), lower and upper (what the stated rise asks for of the
        year before, within its rounding).
    """
    known = known_on(archive, parts.as_of, min_grade)  # of all prints: the best may be silent
    own = known[known["indicator"].eq(parts.indicator) & known["area"].eq(parts.area)]
    own = own[own["use"].eq("main")].sort_values("year", ignore_index=True)
    printed = parts.published.set_index("year")["value"].astype(float)
    rises = own[["year"]].join(own["note"].str.extract(STATED_RISE)).astype({"stated": float})
    rises = rises.assign(value=own["year"].map(printed), before=(own["year"] - 1).map(printed))
    rises = rises.dropna(subset=["stated", "value", "before"]).drop_duplicates()
    half = 0.5 * 10.0 ** -rises["decimals"].str.len().fillna(0)
    asked = rises["value"] - rises["stated"]
    return rises.drop(columns="decimals").assign(lower=asked - half, upper=asked + half)


def estimates_and_finals(
    archive: Archive, parts: Parts, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Set the estimate of each year beside the figure that followed.

    Returns
    -------
    DataFrame
        One row a year with either: year, estimate, estimate_grade, estimate_source, final,
        final_grade, final_source (of the numerator where computed) and final_from ("printed",
        "computed" from numerator and denominator, or "" without a final).
    """
    early = early_figures(archive, parts, min_grade)
    printed = parts.published[parts.published["status"].ne("estimate")]
    computed = parts.table[~parts.table["year"].isin(printed["year"])]
    computed = computed.rename(columns={"ratio": "value"}).merge(
        parts.numerator[["year", "source_id"]], on="year"
    )
    finals = pd.concat([printed.assign(final_from="printed"),
                        computed.assign(final_from="computed")])  # fmt: skip
    columns = ["year", "value", "grade", "source_id"]
    table = _named(early[columns], "estimate").merge(
        _named(finals[[*columns, "final_from"]], "final"), on="year", how="outer"
    )
    return table.fillna({"final_from": ""}).astype({"estimate": float, "final": float})


def _named(figures: pd.DataFrame, side: str) -> pd.DataFrame:
    names = {"value": side, "grade": f"{side}_grade", "source_id": f"{side}_source"}
    return figures.rename(columns=names)


def early_figures(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """Give estimates, and preliminary figures of a definition that is not the main one."""
    known = best_figures(known_on(archive, parts.as_of, min_grade))
    own = known[known["indicator"].eq(parts.indicator) & known["area"].eq(parts.area)]
    alternative = own["use"].eq("alternative") & own["status"].eq("preliminary")
    own = own[own["status"].eq("estimate") | alternative]
    first = parts.table["year"].min() if len(parts.table) else parts.first_year
    return own[own["year"].ge(first)].drop_duplicates("year")
