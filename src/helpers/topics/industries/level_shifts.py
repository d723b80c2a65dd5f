"""Level shifts of a share at its re-definitions, and the share on one definition throughout.

Between two years of different definition the printed share changes by growth and by definition.
What growth would have been at an unchanged definition is not printed; six ways bound it (`WAYS`),
and the level shift is what is left.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

WAYS = {
    "real_growth": "stated real growth of both parts",
    "real_growth_own_prices": "stated real growth and the numerator's usual price change",
    "year_before": "growth of the last unbroken year before",
    "year_after": "growth of the first unbroken year after",
    "median_year": "growth of the median unbroken year",
    "unchanged": "no growth of the share",
}
SPLICE_WAYS = {"real_growth": "real_growth", "neighbour_growth": "median_year"}
"""The way that stands for each splice of the house."""
PARTS = ("numerator", "denominator")
"""As they stand in the names of columns."""


def steps(share: pd.DataFrame, amounts: pd.DataFrame, real: pd.DataFrame) -> pd.DataFrame:
    """Lay side by side what is known of each step between neighbouring known years of a share.

    `share`: columns year, value, definition and break_before. `amounts`, `real`: by year the two
    parts, `PARTS`, and their stated real growth in percent.

    Returns
    -------
    DataFrame
        By later year: year_before, definition_before, definition, break_before, share_before and
        share, and of both parts the growth over the step in percent, as printed
        (`numerator_growth`) and real (`numerator_real_growth`); NaN where a year is not known.
    """
    growths = [f"{part}{kind}" for part in PARTS for kind in ("_growth", "_real_growth")]
    known = share.set_index("year")
    columns = ["definition", "break_before", "value"]
    table = known[columns].rename(columns={"value": "share"}).astype({"share": float})
    before = table[["definition", "share"]].shift().add_suffix("_before")
    table = table.join(before).reindex(columns=[*table, *before, "year_before", *growths])
    for year_before, year in pairwise(known.index):
        years = range(year_before + 1, year + 1)
        stated = (1 + real.astype(float).reindex(years) / 100).prod(skipna=False)
        printed = amounts.astype(float).reindex([year_before, year])
        for part in PARTS:
            grown = printed[part].iloc[1] / printed[part].iloc[0]
            table.loc[year, f"{part}_growth"] = 100 * (grown - 1)
            table.loc[year, f"{part}_real_growth"] = 100 * (stated[part] - 1)
        table.loc[year, "year_before"] = year_before
    return table.iloc[1:].astype(dict.fromkeys(["year_before", *growths], float))


def shifts(table: pd.DataFrame) -> pd.DataFrame:
    """Reckon what each re-definition did to the level of a share, by each way.

    `table`: as `steps`.

    Returns
    -------
    DataFrame
        By year of a re-definition: definition, break_before, for each way the level shift in
        percent (NaN where a way has no figures), `low` and `high` over the ways, and `sign`: "up",
        "down" or "unclear".
    """
    broken = table["break_before"].ne("")
    spans = table.index.to_series() - table["year_before"]
    change = np.log(table["share"] / table["share_before"])
    yearly = (change / spans).mask(broken)
    top, real, bottom, real_bottom = (
        np.log1p(table[f"{part}{kind}"] / 100)
        for part in PARTS
        for kind in ("_growth", "_real_growth")
    )
    usual_price = ((top - real) / spans).mask(broken).median()
    expected = {
        "real_growth": real - real_bottom,
        "real_growth_own_prices": real + usual_price * spans - bottom,
        "year_before": yearly.ffill() * spans,
        "year_after": yearly.bfill() * spans,
        "median_year": yearly.median() * spans,
        "unchanged": 0.0 * spans,
    }
    moved = {way: 100 * np.expm1(change - expected[way]) for way in WAYS}
    found = table[["definition", "break_before"]].assign(**moved)[broken]
    low, high = found[list(WAYS)].min(axis=1), found[list(WAYS)].max(axis=1)
    sign = np.select([low.gt(0), high.lt(0)], ["up", "down"], "unclear")
    return found.assign(low=low, high=high, sign=sign)


def factors(shifts: pd.DataFrame, first: float, last: float) -> pd.Series:
    """Multiply what takes a share from the definition of one year to that of another.

    `shifts`: as `shifts`. `first`, `last`: re-definitions between them count, that of the later
    year included; backwards inverted.

    Returns
    -------
    Series
        By way; NaN for a way that has no figures for one of them, and where a year is not known;
        1 without re-definitions.
    """
    if np.isnan(first) or np.isnan(last):
        return pd.Series(np.nan, index=list(WAYS))
    low, high = sorted((first, last))
    passed = shifts.loc[(shifts.index > low) & (shifts.index <= high), list(WAYS)]
    moved = np.log1p(passed.astype(float) / 100).sum(skipna=False)
    return np.exp(moved if first <= last else -moved)


def on_definition(share: pd.DataFrame, shifts: pd.DataFrame, year: int) -> pd.DataFrame:
    """Put every printed share on the definition of one year.

    Gives a column a way, by year; NaN beyond a re-definition that a way has no figures for.
    """
    printed = share.set_index("year")["value"].astype(float)
    rows = {other: value * factors(shifts, other, year) for other, value in printed.items()}
    return pd.DataFrame(rows, index=list(WAYS)).T.rename_axis("year")


def chain(rates: pd.Series, base_year: int) -> pd.Series:
    """Chain yearly growth in percent to an index of 100 in the base year.

    Gives the index by year, forwards and backwards from the base year until the first year whose
    growth is not known.
    """
    years = range(min([base_year, *rates.index]), max([base_year, *rates.index]) + 1)
    growth = 1 + rates.astype(float).reindex(years) / 100
    later = growth.loc[base_year + 1 :].cumprod(skipna=False)
    earlier = 1 / growth.loc[:base_year].iloc[::-1].cumprod(skipna=False)
    earlier.index -= 1
    index = pd.concat([earlier.iloc[::-1], pd.Series({base_year: 1.0}), later])
    return 100 * index.dropna()
