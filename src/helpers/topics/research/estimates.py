"""Ratios named before the statistics were out, against those that followed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats

from helpers.topics.research.parts import Parts
from helpers.vintages.series import Archive, best_figures, known_on

COLUMNS = [
    "year",
    "estimate",
    "estimate_grade",
    "estimate_source",
    "final",
    "final_from",
    "final_grade",
    "final_source",
    "difference",
    "joined",
    "joined_from",
    "step",
]


@dataclass(frozen=True)
class Bias:
    """How estimates lie against the finals of the same years.

    Attributes
    ----------
    count, below : int
        Years with both, and those in which the estimate lies below.
    mean, smallest, largest : float
        Of estimate less final, in points of the ratio.
    p_value : float
        Two-sided sign test that an estimate lies as often below as above (years on the line left
        out); with a handful of years it can show little.
    run, run_below, run_from, run_to, run_mean
        The last years in which estimates lie on one side only: how many, whether below, first and
        last year, and the mean difference there.
    """

    count: int
    below: int
    mean: float
    smallest: float
    largest: float
    p_value: float
    run: int
    run_below: bool
    run_from: int
    run_to: int
    run_mean: float


def estimates_and_finals(
    archive: Archive, parts: Parts, min_grade: str = "unverified"
) -> pd.DataFrame:
    """Set the estimate of each year beside the figure that followed, and join what can be read.

    Returns
    -------
    DataFrame
        One row a year with either: estimate, its grade and source; final, where it is from
        ("printed", or "computed" from numerator and denominator), its grade and source (of the
        numerator where computed); difference (estimate less final); joined: the final where its
        publication was read, else the estimate, with joined_from; step: change of `joined` from
        the year before, points.
    """
    early = early_figures(archive, parts, min_grade).set_index("year")
    printed = parts.published[parts.published["status"].ne("estimate")].set_index("year")
    computed = parts.table[~parts.table["year"].isin(printed.index)].set_index("year")
    above = parts.numerator.set_index("year")["source_id"]
    years = pd.Index(sorted({*early.index, *printed.index, *computed.index}), name="year")
    table = pd.DataFrame(index=years)
    table["estimate"] = early["value"].reindex(years).astype(float)
    table["estimate_grade"] = early["grade"].reindex(years)
    table["estimate_source"] = early["source_id"].reindex(years)
    table["final"] = printed["value"].astype(float).reindex(years)
    table["final"] = table["final"].where(table["final"].notna(), computed["ratio"].reindex(years))
    known = table["final"].notna()
    table["final_from"] = np.where(years.isin(printed.index), "printed", "computed")
    table["final_from"] = table["final_from"].where(known, "")
    grades = pd.concat([printed["grade"], computed["grade"]])
    table["final_grade"] = grades.reindex(years)
    sources = pd.concat([printed["source_id"], above[above.index.isin(computed.index)]])
    table["final_source"] = sources.reindex(years)
    table["difference"] = table["estimate"] - table["final"]
    read = known & table["final_grade"].ne("unverified")
    table["joined"] = table["final"].where(read, table["estimate"])
    table["joined_from"] = np.where(read, "final", "estimate")
    table["joined_from"] = table["joined_from"].where(table["joined"].notna(), "")
    step = table["joined"].diff()
    table["step"] = step.where(np.insert(np.diff(years) == 1, 0, False) if len(years) else step)
    return table.reset_index()[COLUMNS]


def early_figures(archive: Archive, parts: Parts, min_grade: str = "unverified") -> pd.DataFrame:
    """Give estimates, and preliminary figures of a definition that is not the main one."""
    known = best_figures(known_on(archive, parts.as_of, min_grade))
    own = known[known["indicator"].eq(parts.indicator) & known["area"].eq(parts.area)]
    alternative = own["use"].eq("alternative") & own["status"].eq("preliminary")
    own = own[own["status"].eq("estimate") | alternative]
    first = parts.table["year"].min() if len(parts.table) else 0
    return own[own["year"].ge(first)].drop_duplicates("year")


def as_lines(table: pd.DataFrame) -> pd.DataFrame:
    """Lay estimates and finals out for `helpers.charts.comparison_chart`, finals first."""
    lines = []
    for side, name in (("final", "final"), ("estimate", "estimate")):
        rows = table.dropna(subset=side)
        lines.append(
            pd.DataFrame(
                {
                    "area": side,
                    "name": name,
                    "year": rows["year"],
                    "value": rows[side],
                    "grade": rows[f"{side}_grade"],
                    "source_id": rows[f"{side}_source"],
                    "decimals": 2,
                }
            )
        )
    return pd.concat(lines, ignore_index=True)


def bias(table: pd.DataFrame) -> Bias:
    """Measure how estimates lie against finals.

    Parameters
    ----------
    table : DataFrame
        As `estimates_and_finals` returns, or some years of it.
    """
    both = table["difference"].dropna()
    if both.empty:
        return Bias(0, 0, np.nan, np.nan, np.nan, np.nan, 0, False, 0, 0, np.nan)
    signs = np.sign(both.round(9))
    run = both[signs[::-1].eq(signs.iloc[-1]).cummin()[::-1]]
    years = table.loc[run.index, "year"]
    below, off = int(signs.lt(0).sum()), int(signs.ne(0).sum())
    p_value = float(stats.binomtest(below, off).pvalue) if off else np.nan
    return Bias(
        len(both), below, float(both.mean()), float(both.min()), float(both.max()), p_value,
        len(run), bool(signs.iloc[-1] < 0), int(years.iloc[0]), int(years.iloc[-1]),
        float(run.mean()),
    )  # fmt: skip


def change_of_source(table: pd.DataFrame) -> pd.Series | None:
    """Return the largest rise of the joined series where an estimate is followed by a final.

    Returns
    -------
    Series or None
        The row of `estimates_and_finals`, with `usual` (the median of the other steps) and
        `final_step` (the change of the finals over the same year, unread ones included; NaN where
        one of them is not known).
    """
    before = table["joined_from"].shift()
    switch = before.eq("estimate") & table["joined_from"].eq("final") & table["step"].notna()
    if not switch.any():
        return None
    at = table.loc[switch, "step"].idxmax()
    others = table["step"].drop(at).dropna()
    return pd.concat(
        [
            table.loc[at],
            pd.Series(
                {
                    "usual": others.median() if len(others) else np.nan,
                    "final_step": table["final"].diff()[at],
                }
            ),
        ]
    )
