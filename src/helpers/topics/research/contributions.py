"""What numerator and denominator each did to a ratio, exactly."""

import numpy as np
import pandas as pd

from helpers.topics.research.parts import Parts, weakest

PERIODS = (3, 5, 10)


def contributions(parts: Parts) -> pd.DataFrame:
    """Split each change of the ratio into what its numerator and its denominator did.

    The logarithm of a ratio changes by the log change of the numerator less that of the
    denominator. Both are brought to points of the ratio by its logarithmic mean over the step, so
    that they add up exactly, within a step and over all steps: the additive logarithmic mean
    Divisia index (Ang 2005, The LMDI approach to decomposition analysis: a practical guide,
    Energy Policy 33, 867-871).

    Returns
    -------
    DataFrame
        One row a step between neighbouring known years: from_year, year, span (years), change,
        numerator_points, denominator_points (points of the ratio), numerator_growth,
        denominator_growth, real_growth, beyond_real (percent a year over the step; the last is
        what nominal growth has beyond real growth: prices and changes of basis), grade (the
        weakest), break_before, and cumulated_numerator, cumulated_denominator, cumulated_change.
    """
    after = parts.table.reset_index(drop=True)
    before = after.shift(1).iloc[1:]
    after = after.iloc[1:]
    span = after["year"] - before["year"].astype(int)
    up = np.log(after["numerator"] / before["numerator"])
    down = np.log(after["denominator"] / before["denominator"])
    mean = logarithmic_mean(before["ratio"].to_numpy(float), after["ratio"].to_numpy(float))
    nominal = 100 * np.expm1(down / span)
    real = [_real(parts, *years) for years in zip(before["year"], after["year"], strict=True)]
    table = pd.DataFrame(
        {
            "from_year": before["year"].astype(int),
            "year": after["year"],
            "span": span,
            "change": after["ratio"] - before["ratio"],
            "numerator_points": mean * up,
            "denominator_points": -mean * down,
            "numerator_growth": 100 * np.expm1(up / span),
            "denominator_growth": nominal,
            "real_growth": pd.Series(real, index=after.index, dtype=float),
            "grade": weakest(before["grade"], after["grade"]),
            "break_before": after["break_before"],
        }
    )
    beyond = 100 * ((1 + nominal / 100) / (1 + table["real_growth"] / 100) - 1)
    table.insert(list(table).index("grade"), "beyond_real", beyond)
    for name in ("numerator", "denominator"):
        table[f"cumulated_{name}"] = table[f"{name}_points"].cumsum()
    table["cumulated_change"] = table["change"].cumsum()
    return table.reset_index(drop=True)


def logarithmic_mean(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Give the logarithmic mean (a - b) / ln(a / b) of positive numbers; a where both agree."""
    first, second = np.broadcast_arrays(np.asarray(first, float), np.asarray(second, float))
    steps = np.log(second / first)
    # expm1 keeps the digits that a difference of near neighbours loses.
    growth = np.divide(np.expm1(steps), steps, out=np.ones_like(steps), where=steps != 0)
    return first * growth


def _real(parts: Parts, before: float, year: int) -> float:
    """Mean real growth of the denominator over a step; NaN where a year is not known."""
    rates = parts.real_growth.set_index("year")["value"]
    years = range(int(before) + 1, year + 1)
    if not set(years) <= set(rates.index):
        return np.nan
    return float(100 * np.expm1(np.log1p(rates.loc[list(years)] / 100).mean()))


def past_growth(parts: Parts, periods: tuple[int, ...] = PERIODS) -> pd.DataFrame:
    """Give the mean growth of both parts up to the last year of the ratio.

    Returns
    -------
    DataFrame
        One row a period whose first year is known: years, from_year, year, numerator_growth,
        denominator_growth (percent a year; the latter is also the break-even: spending that grew
        just so would have kept the ratio), change (points), grade (the weakest of both ends).
    """
    columns = ["years", "from_year", "year", "numerator_growth", "denominator_growth", "change",
               "grade"]  # fmt: skip
    table = parts.table.set_index("year")
    if table.empty:
        return pd.DataFrame(columns=columns)
    last, end = table.index[-1], table.iloc[-1]
    rows = []
    for years in periods:
        if last - years in table.index:
            start = table.loc[last - years]
            growth = [100 * ((end[side] / start[side]) ** (1 / years) - 1)
                      for side in ("numerator", "denominator")]  # fmt: skip
            grade = weakest([start["grade"]], [end["grade"]])[0]
            rows.append((years, last - years, last, *growth, end["ratio"] - start["ratio"], grade))
    return pd.DataFrame(rows, columns=columns)
