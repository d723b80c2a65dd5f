"""Level shifts of a share at its re-definitions: how much of a jump is the definition's.

Between two years of different definition the printed share changes by growth and by definition.
What growth would have been at unchanged scope is not printed; six readings bound it (`WAYS`), and
the definition's part is what is left. The same residual in years without a re-definition shows how
far off the reading by real growth is when there is nothing to find.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.topics.industries.share import Study

WAYS = {
    "real_growth": "stated real growth of both parts",
    "real_growth_own_prices": "stated real growth and the numerator's usual price change",
    "year_before": "growth of the last year without a break before",
    "year_after": "growth of the first year without a break after",
    "median_year": "growth of the median year without a break",
    "unchanged": "no growth of the share",
}
SPLICE_WAYS = {"real_growth": "real_growth", "neighbour_growth": "median_year"}
"""The way that stands for each splice of the house."""
STEP_COLUMNS = [
    "year",
    "year_before",
    "definition_before",
    "definition",
    "break_before",
    "share_before",
    "share",
    "top_growth",
    "top_real_growth",
    "bottom_growth",
    "bottom_real_growth",
    "change",
    "real_change",
]


def steps(study: Study) -> pd.DataFrame:
    """List the changes between neighbouring known years of the share.

    Returns
    -------
    DataFrame
        Columns `STEP_COLUMNS`, one row a later year. Growths of the two parts, as printed and real,
        are in percent over the step (NaN where a year is not known); `change` is the log change of
        the share and `real_change` that of the ratio at constant prices.
    """
    rows = []
    for (_, before), (_, after) in pairwise(study.share.iterrows()):
        span = range(int(before["year"]) + 1, int(after["year"]) + 1)
        real = [_over(study.real[part], span) for part in ("top", "bottom")]
        nominal = [
            _ratio(part, before["year"], after["year"]) for part in (study.top, study.bottom)
        ]
        rows.append(
            {
                "year": int(after["year"]),
                "year_before": int(before["year"]),
                "definition_before": before["definition"],
                "definition": after["definition"],
                "break_before": after["break_before"],
                "share_before": float(before["value"]),
                "share": float(after["value"]),
                "top_growth": 100 * np.expm1(nominal[0]),
                "top_real_growth": 100 * np.expm1(real[0]),
                "bottom_growth": 100 * np.expm1(nominal[1]),
                "bottom_real_growth": 100 * np.expm1(real[1]),
                "change": float(np.log(after["value"] / before["value"])),
                "real_change": real[0] - real[1],
            }
        )
    return pd.DataFrame(rows, columns=STEP_COLUMNS)


def _over(rates: pd.Series, span: range) -> float:
    """Sum the log growth of a span of years; NaN where one is not known."""
    return float(np.log1p(rates.reindex(list(span)).astype(float) / 100).sum(skipna=False))


def _ratio(series: pd.DataFrame, before: int, after: int) -> float:
    """Log ratio of two years of a level; NaN where one is not known."""
    values = series.set_index("year")["value"].astype(float).reindex([before, after])
    return float(np.log(values.iloc[1] / values.iloc[0]))


def expected(table: pd.DataFrame) -> pd.DataFrame:
    """Log change of the share over each step at unchanged scope, by each way.

    Parameters
    ----------
    table : DataFrame
        As `steps`.

    Returns
    -------
    DataFrame
        Indexed by year, one column a way; NaN where a way has no figures.
    """
    whole = table["break_before"].eq("")
    spans = table["year"] - table["year_before"]
    yearly = (table["change"] / spans).where(whole)
    price = np.log1p(table["top_growth"] / 100) - np.log1p(table["top_real_growth"] / 100)
    usual_price = (price / spans).where(whole).median()
    logs = {name: np.log1p(table[name] / 100) for name in ("top_real_growth", "bottom_growth")}
    ways = {
        "real_growth": table["real_change"],
        "real_growth_own_prices": logs["top_real_growth"]
        + usual_price * spans
        - logs["bottom_growth"],
        "year_before": yearly.ffill() * spans,
        "year_after": yearly.bfill() * spans,
        "median_year": yearly.median() * spans,
        "unchanged": 0.0 * spans,
    }
    return pd.DataFrame(ways).set_axis(table["year"], axis=0)[list(WAYS)]


def shifts(table: pd.DataFrame) -> pd.DataFrame:
    """Reckon what each re-definition did to the level of the share, by each way.

    Returns
    -------
    DataFrame
        One row a break: year, definition_before, definition, break_before, share_before, share,
        top_growth, top_real_growth, bottom_growth, bottom_real_growth, then for each way the
        shift in percent of the level (NaN where a way has no figures), `low` and `high` over the
        ways, and `sign`: "up", "down" or "unclear".
    """
    broken = table["break_before"].ne("").to_numpy()
    chosen = table[broken].reset_index(drop=True)
    moved = chosen["change"].to_numpy()[:, None] - expected(table)[broken].to_numpy()
    percent = pd.DataFrame(100 * np.expm1(moved), columns=list(WAYS))
    low, high = percent.min(axis=1), percent.max(axis=1)
    sign = pd.Series("unclear", index=chosen.index, dtype="str")
    front = ["year", "definition_before", "definition", "break_before", "share_before", "share",
             "top_growth", "top_real_growth", "bottom_growth", "bottom_real_growth"]  # fmt: skip
    return (
        chosen[front]
        .join(percent)
        .assign(low=low, high=high, sign=sign.mask(low.gt(0), "up").mask(high.lt(0), "down"))
    )


def quiet_years(table: pd.DataFrame) -> pd.DataFrame:
    """Take the same residual where nothing was re-defined: how wrong real growth is by itself.

    It holds what prices of the two parts do apart from each other, changes in the denominator's
    own basis, and rounding.

    Returns
    -------
    DataFrame
        Columns year, share_before, share and residual (percent of the level), one row a step
        without a break whose real growth is known.
    """
    quiet = table[table["break_before"].eq("")].dropna(subset="real_change")
    residual = 100 * np.expm1(quiet["change"] - quiet["real_change"])
    return quiet[["year", "share_before", "share"]].assign(residual=residual).reset_index(drop=True)


def counted(table: pd.DataFrame, *, suspected: bool) -> pd.DataFrame:
    """Keep the documented shifts, and the suspected ones if they are to count."""
    return table if suspected else table[table["break_before"].eq("no")].reset_index(drop=True)


def net_shift(table: pd.DataFrame, after: int) -> pd.Series:
    """Net effect on the level of all shifts after a year, in percent, by way.

    Parameters
    ----------
    table : DataFrame
        As `shifts`.
    after : int
        Shifts of later years count.

    Returns
    -------
    Series
        Indexed by way; NaN for a way that one of the breaks has no figures for, 0 without breaks.
    """
    later = table[table["year"].gt(after)]
    logs = np.log1p(later[list(WAYS)].astype(float) / 100).sum(skipna=False)
    return 100 * np.expm1(logs)
