"""Charts of the notebook, each with its title; a sentence where there is nothing to draw."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure
from scipy.special import stdtrit

from helpers import charts
from helpers.charts.style import WIDTH
from helpers.observations.raw_data import RawData
from helpers.topics.nowcasts.factors import YEAR
from helpers.topics.patents import text
from helpers.topics.patents.analysis import Study
from helpers.topics.verdicts import source_line
from helpers.wording import english as wording

Picture = Figure | Markdown
LEAST_POINTS = 4
"""Areas with fewer figures are named below a comparison and not drawn."""


def filings_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw rise and fall, with target and events."""
    filings = study.filings
    return charts.series_chart(
        filings.series,
        title=text.fall_title(study),
        unit=wording.axis(filings.unit),
        source=source_line(filings.series, raw, as_of),
        target=filings.mark,
        events=study.events[study.events["date"].str[:4].astype(int)
                            .ge(int(filings.series["year"].min()))], width=width,
    )  # fmt: skip


def cuts_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw what a step at each possible year explains."""
    title = text.cuts_title(study)
    if study.cuts.empty:
        return Markdown(f"{title}.")
    return charts.cut_chart(
        study.cuts,
        study.events,
        title=title,
        unit="% of the variance of growth that a step explains",
        source=source_line(study.filings.series, raw, as_of),
        width=width,
    )


def peers_picture(
    study: Study, raw: RawData, as_of: date, indicator: str, width: float = WIDTH
) -> Picture:
    """Draw all areas that hold a count, on a logarithmic axis."""
    rows = study.others[study.others["indicator"].eq(indicator)]
    if rows.empty:
        return Markdown(f"No area has a figure of {indicator}.")
    own = indicator == study.filings.indicator
    long = rows.groupby("area")["year"].transform("size").ge(LEAST_POINTS)
    long |= rows["area"].eq(study.filings.area)
    few = rows.loc[~long, "name"].unique()
    notes = [f"not drawn, with fewer than {LEAST_POINTS} figures: {', '.join(few)}"]
    rows = rows[long] if long.any() else rows
    return charts.comparison_chart(
        rows,
        text.peers_title(study) if own else text.counterpart_title(rows),
        f"{wording.axis(rows['unit'].iloc[0])}, logarithmic",
        source_line(rows, raw, as_of),
        focus=study.filings.area,
        log=True,
        notes=notes if len(few) and long.any() else [],
        width=width,
    )


def counterpart_pictures(
    study: Study, raw: RawData, as_of: date, indicators: Sequence[str], width: float = WIDTH
) -> list[Picture]:
    """Draw other counts of the same thing, one chart each."""
    return [peers_picture(study, raw, as_of, indicator, width) for indicator in indicators]


def applicants_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw the published counts of the area's applicants."""
    title = text.applicants_title(study)
    if study.applicants.empty:
        return Markdown(f"{title}.")
    rows = study.applicants.assign(area=study.applicants["indicator"])
    many = rows.groupby("area")["year"].transform("size").ge(2)
    rows = rows[many] if many.any() else rows
    return charts.comparison_chart(
        rows, title, "applications published in the year", source_line(rows, raw, as_of),
        focus=rows["area"].iloc[0],
        notes=["applicants with figures for two years or more"], width=width,
    )  # fmt: skip


def quality_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw the measures of quality beside the count, each 100 in its first year shown."""
    title = text.quality_title(study)
    table = indexed(study)
    if table["area"].nunique() < 2:
        return Markdown(f"{title}.")
    sources = pd.concat([study.filings.series, study.readings])
    partial = table[table["months"].lt(YEAR)]
    notes = [f"{row.name}: last reading after {row.months} months of {row.year}"
             for row in partial.itertuples(index=False)]  # fmt: skip
    return charts.comparison_chart(
        table, title, "first year shown = 100", source_line(sources, raw, as_of),
        focus=study.filings.indicator, notes=notes, width=width,
    )  # fmt: skip


def indexed(study: Study) -> pd.DataFrame:
    """Put the count and the measures of quality on an index, from the year of the peak on.

    Returns
    -------
    DataFrame
        Columns area (the indicator), name, year, months, value (first year shown = 100), grade.
        Only the latest definition of each measure.
    """
    filings = study.filings
    own = filings.series.assign(months=YEAR, name=filings.name)
    blocks = []
    for _, group in pd.concat([own, study.readings]).groupby("indicator", sort=False):
        group = group[group["year"].ge(int(filings.peak["year"]))]
        if group["indicator"].iloc[:1].ne(filings.indicator).any():
            group = group[group["definition"].eq(group["definition"].iloc[-1])]
        if len(group) > 1:
            first = float(group["value"].iloc[0])
            blocks.append(group.assign(area=group["indicator"], value=100 * group["value"] / first))
    columns = ["area", "name", "year", "months", "value", "grade"]
    if not blocks:
        return pd.DataFrame(columns=columns)
    table = pd.concat(blocks, ignore_index=True)[columns]
    return table.astype({"year": int, "months": int}).assign(decimals=0)


def factor_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw what part of a year its first months brought."""
    factors = study.running.factors
    title = text.factor_title(factors)
    if factors is None:
        return Markdown(f"{title}.")
    months = np.linspace(1, 11.9, 40)
    log_share = -factors.slope * np.log(YEAR / months)
    reach = stdtrit(factors.years - 1, 0.9) * factors.spread * np.sqrt(np.log(YEAR / months))
    curve = pd.DataFrame(
        {"months": months, "share": 100 * np.exp(log_share),
         "lower": 100 * np.exp(log_share - reach), "upper": 100 * np.exp(log_share + reach)}
    )  # fmt: skip
    names = raw.areas.set_index("area")["name_en"]
    pairs = study.pairs.assign(
        share=100 * study.pairs["value"] / study.pairs["value_full"],
        name=study.pairs["area"].map(names),
    )
    return charts.factor_chart(
        pairs, curve, title=title, source=source_line(study.pairs, raw, as_of),
        focus=study.filings.area, width=width,
    )  # fmt: skip


def error_picture(study: Study, raw: RawData, as_of: date, width: float = WIDTH) -> Picture:
    """Draw how far each nowcast from other years was off."""
    title = text.error_title(study)
    rows = study.replayed[study.replayed["mode"].eq("other years")].dropna(subset="nowcast")
    if rows.empty:
        return Markdown(f"{title}.")
    names = raw.areas.set_index("area")["name_en"]
    rows = rows.sort_values(["year", "months", "area"])
    unit = "months" if width > 5 else "m"
    labels = [f"{names[row.area]} {row.year}, {row.months} {unit}" for row in rows.itertuples()]
    rows = rows.assign(label=labels, focus=rows["area"].eq(study.filings.area))
    return charts.nowcast_error_chart(
        rows,
        title=title,
        source=source_line(study.pairs, raw, as_of),
        width=width,
    )
