"""Charts of the notebook, each with its title; a sentence where there is nothing to draw."""

import numpy as np
import pandas as pd
from IPython.display import Markdown
from matplotlib.figure import Figure
from scipy.special import stdtrit

from helpers import charts
from helpers.charts.style import WIDTH
from helpers.topics.nowcasts import YEAR
from helpers.topics.patents import text
from helpers.topics.patents.analysis import Study
from helpers.topics.verdicts import source_line
from helpers.wording import english as wording
from helpers.wording.markdown import prose

Picture = Figure | Markdown
LEAST_POINTS = 4
"""Areas with fewer figures are named below a comparison and not drawn."""


def peers_picture(study: Study, indicator: str, width: float = WIDTH) -> Picture:
    """Draw all areas that hold a count, on a logarithmic axis."""
    rows = study.others[study.others["indicator"].eq(indicator)]
    if rows.empty:
        name = study.raw.indicators.set_index("indicator").loc[indicator, "name_en"]
        return prose(f"No area has a figure of {name} that was public and asked for.")
    own = indicator == study.filings.indicator
    long = rows.groupby("area")["year"].transform("size").ge(LEAST_POINTS)
    long |= rows["area"].eq(study.filings.area)
    few = rows.loc[~long, "name"].unique()
    notes = [f"not drawn, with fewer than {LEAST_POINTS} figures: {', '.join(few)}"]
    rows = rows[long] if long.any() else rows
    title = text.peers_title(study) if own else text.counterpart_title(rows)
    if len(rows) == 1:
        return prose(f"{title}.")
    return charts.comparison_chart(
        rows,
        title,
        f"{wording.axis(rows['unit'].iloc[0])}, logarithmic",
        source_line(rows, study.raw),
        focus=study.filings.area,
        log=True,
        notes=notes if len(few) and long.any() else [],
        width=width,
    )


def factor_picture(study: Study, width: float = WIDTH) -> Picture:
    """Draw what part of a year its first months brought."""
    factors = study.running.factors
    title = text.factor_title(factors)
    if factors is None:
        return prose(f"{title}.")
    months = np.linspace(1, 11.9, 40)
    log_share = -factors.slope * np.log(YEAR / months)
    reach = stdtrit(factors.years - 1, 0.9) * factors.spread * np.sqrt(np.log(YEAR / months))
    curve = pd.DataFrame(
        {"months": months, "share": 100 * np.exp(log_share),
         "lower": 100 * np.exp(log_share - reach), "upper": 100 * np.exp(log_share + reach)}
    )  # fmt: skip
    pairs = study.pairs.assign(
        share=100 * study.pairs["value"] / study.pairs["value_full"],
        name=study.pairs["area"].map(study.area_names),
    )
    return charts.factor_chart(
        pairs, curve, title=title, source=source_line(study.pairs, study.raw),
        focus=study.filings.area, width=width,
    )  # fmt: skip


def error_picture(study: Study, width: float = WIDTH) -> Picture:
    """Draw how far each nowcast from other years was off."""
    title = text.error_title(study)
    rows = study.replayed[study.replayed["mode"].eq("other years")].dropna(subset="nowcast")
    if rows.empty:
        return prose(f"{title}.")
    rows = rows.sort_values(["year", "months", "area"])
    unit = "months" if width > 5 else "m"
    labels = [
        f"{study.area_names[row.area]} {row.year}, {row.months} {unit}" for row in rows.itertuples()
    ]
    rows = rows.assign(label=labels, focus=rows["area"].eq(study.filings.area))
    source = source_line(study.pairs, study.raw)
    return charts.nowcast_error_chart(rows, title=title, source=source, width=width)
