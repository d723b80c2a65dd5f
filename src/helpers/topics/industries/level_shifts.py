"""Level shifts of a share at its re-definitions, and the share at constant scope.

Between two years of different definition the printed share changes by growth and by definition.
What growth would have been at unchanged scope is not printed; six readings bound it (`WAYS`), and
the definition's part is what is left. The same residual in years without a re-definition shows how
far off the reading by real growth is when there is nothing to find.
"""

from itertools import pairwise

import numpy as np
import pandas as pd

from helpers.targets.states import signing_check
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


def log_shift(shifts: pd.DataFrame, first: float, last: float) -> pd.Series:
    """Log shift of the level from the scope of one year to that of another.

    Parameters
    ----------
    shifts : DataFrame
        As `shifts`.
    first, last : float
        Breaks between them count, that of the later year included; backwards with the other sign.

    Returns
    -------
    Series
        Indexed by way; NaN for a way that one of the breaks has no figures for, and where a year
        is not known; 0 without breaks.
    """
    if np.isnan(first) or np.isnan(last):
        return pd.Series(np.nan, index=list(WAYS))
    low, high = sorted((first, last))
    passed = shifts.loc[shifts["year"].gt(low) & shifts["year"].le(high), list(WAYS)]
    moved = np.log1p(passed.astype(float) / 100).sum(skipna=False)
    return moved if first <= last else -moved


def chain(rates: pd.Series, base_year: int) -> pd.Series:
    """Chain yearly growth in percent to an index of 100 in the base year.

    Returns
    -------
    Series
        By year, forwards and backwards from the base year until the first year whose growth is
        not known.
    """
    years = range(min([base_year, *rates.index]), max([base_year, *rates.index]) + 1)
    factors = 1 + rates.astype(float).reindex(years) / 100
    later = factors.loc[base_year + 1 :].cumprod(skipna=False)
    earlier = 1 / factors.loc[:base_year].iloc[::-1].cumprod(skipna=False)
    earlier.index -= 1
    index = pd.concat([earlier.iloc[::-1], pd.Series({base_year: 1.0}), later])
    return 100 * index.dropna()


def real_chain(study: Study) -> pd.DataFrame:
    """Chain the share at the scope of the base definition and constant prices of the base year.

    Returns
    -------
    DataFrame
        Indexed by year: `top_index` and `bottom_index` (base year 100), `nominal_index` of the
        numerator as printed, across all re-definitions, and `real_share` (the base year's share
        times the ratio of the chained indices; NaN where one is not known). Empty without a share.
    """
    columns = ["top_index", "bottom_index", "nominal_index", "real_share"]
    if not study.base_year:
        return pd.DataFrame(columns=columns, dtype=float)
    top, bottom = (chain(study.real[part], study.base_year) for part in ("top", "bottom"))
    nominal = study.top.set_index("year")["value"].astype(float)
    start = nominal.get(study.base_year, np.nan)
    share = study.share.set_index("year")["value"].astype(float)[study.base_year]
    parts = [top, bottom, 100 * nominal / start, share * top / bottom]
    table = pd.concat(dict(zip(columns, parts, strict=True)), axis=1).sort_index()
    last = study.share["year"].max()
    return table.loc[study.share["year"].min() : last]


def on_footing(study: Study, shifts: pd.DataFrame, year: int) -> pd.DataFrame:
    """Put every printed share on the scope of the definition of one year.

    Parameters
    ----------
    study : Study
    shifts : DataFrame
        As `helpers.topics.industries.level_shifts.shifts`; those that count.
    year : int

    Returns
    -------
    DataFrame
        Indexed by year, one column a way; NaN beyond a break that a way has no figures for.
    """
    printed = study.share.set_index("year")["value"].astype(float)
    rows = {
        other: value * np.exp(log_shift(shifts, other, year)) for other, value in printed.items()
    }
    return pd.DataFrame(rows, index=list(WAYS)).T.rename_axis("year")


def footings(study: Study, shifts: pd.DataFrame) -> pd.DataFrame:
    """Hold each definition against the target: its own last figure, and the latest on its scope.

    Parameters
    ----------
    study : Study
    shifts : DataFrame
        As `helpers.topics.industries.level_shifts.shifts`; those that count.

    Returns
    -------
    DataFrame
        One row a definition: definition, first_year and last_year with a figure, value (its own
        last figure), grade, own (what the rules of `helpers.targets.states` say of it: "met",
        "missed", "at_the_line", or "" without a target), for each way the latest share on this
        scope, low and high, passing and ways (how many ways pass the line, of how many that have
        figures), margin_low and margin_high (points from the line).
    """
    rows = []
    for name, figures in study.share.groupby("definition", sort=False):
        last, latest = figures.iloc[-1], study.share.iloc[-1]
        net = 100 * np.expm1(log_shift(shifts, last["year"], latest["year"]))
        values = float(latest["value"]) / (1 + net / 100)
        rows.append(
            {
                "definition": name,
                "first_year": int(figures["year"].min()),
                "last_year": int(last["year"]),
                "value": float(last["value"]),
                "grade": last["grade"],
                "own": own_state(study, figures),
                **values.to_dict(),
                "low": values.min(),
                "high": values.max(),
                "passing": sum(passes(study, value) for value in values),
                "ways": int(values.notna().sum()),
                "margin_low": values.min() - study.level,
                "margin_high": values.max() - study.level,
            }
        )
    columns = ["definition", "first_year", "last_year", "value", "grade", "own", *WAYS, "low",
               "high", "passing", "ways", "margin_low", "margin_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def own_state(study: Study, figures: pd.DataFrame) -> str:
    """Hold the last of some printed figures against the target by the house rule."""
    return "" if study.target is None else signing_check(study.target, figures)[0]


def passes(study: Study, value: float) -> bool:
    """Say whether a computed share passes the line of the target; never without one."""
    figure = pd.DataFrame([{"value": value, "decimals": 12, "qualifier": "exact"}])
    return bool(np.isfinite(value)) and own_state(study, figure) == "met"


def year_table(study: Study, shifts: pd.DataFrame) -> pd.DataFrame:
    """Lay out the study year by year for `data/processed`.

    Parameters
    ----------
    study : Study
    shifts : DataFrame
        As `helpers.topics.industries.level_shifts.shifts`: all of them; those that the parameters
        count carry the share to another scope.

    Returns
    -------
    DataFrame
        Columns indicator, area, definition, year, status, grade, value (the share as printed),
        share_of_parts, numerator, denominator, numerator_real_growth, denominator_real_growth,
        break_before, implied_shift (by real growth), shift_low, shift_high (percent of the
        level), numerator_index, denominator_index (chained, base year 100), real_share (constant
        prices and scope of the base year), and the share on the scope of the base definition:
        scope_real_growth, scope_median_year, scope_low, scope_high.
    """
    years = study.share["year"]
    parts = [f.set_index("year")["value"].astype(float) for f in (study.top, study.bottom)]
    top, bottom = (years.map(part) for part in parts)
    chained = real_chain(study)
    scope = on_footing(study, counted_shifts(study, shifts), study.base_year)
    at = shifts.set_index("year")
    columns = ["indicator", "area", "definition", "year", "status", "grade", "value"]
    return study.share[columns].assign(
        share_of_parts=100 * top / bottom,
        numerator=top,
        denominator=bottom,
        numerator_real_growth=years.map(study.real["top"]),
        denominator_real_growth=years.map(study.real["bottom"]),
        break_before=study.share["break_before"],
        implied_shift=years.map(at["real_growth"]),
        shift_low=years.map(at["low"]),
        shift_high=years.map(at["high"]),
        numerator_index=years.map(chained["top_index"]),
        denominator_index=years.map(chained["bottom_index"]),
        real_share=years.map(chained["real_share"]),
        scope_real_growth=years.map(scope["real_growth"]),
        scope_median_year=years.map(scope["median_year"]),
        scope_low=years.map(scope.min(axis=1)),
        scope_high=years.map(scope.max(axis=1)),
    )


def counted_shifts(study: Study, shifts: pd.DataFrame) -> pd.DataFrame:
    """Keep the shifts that the parameters count."""
    if study.run.splice == "none":
        return shifts.iloc[:0]
    if study.run.suspected_breaks:
        return shifts
    return shifts[shifts["break_before"].eq("no")].reset_index(drop=True)
