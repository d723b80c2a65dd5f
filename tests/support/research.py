"""Planted ratios: raw tables with a numerator, a denominator and their printed ratio."""

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.topics.parameters import Parameters
from helpers.topics.research.parts import weakest

TOP, BELOW, RATIO = "rd_expenditure", "gdp", "rd_intensity"

MAIN = {TOP: "rd_final", BELOW: "gdp_first_print", RATIO: "rd_intensity_final",
        "gdp_real_growth": "gdp_growth_constant_prices"}  # fmt: skip


def figure(raw, indicator, year, value, **more):
    """One published figure, public in the middle of the year after its own."""
    row = raw.observations.iloc[0].to_dict()
    definition = more.get("definition", MAIN[indicator])
    use = raw.definitions.set_index("definition").loc[definition, "use"]
    unit = raw.indicators.set_index("indicator").loc[indicator, "unit"]
    return row | {
        "indicator": indicator, "area": "shenzhen", "year": year, "months": 12, "value": value,
        "decimals": 2, "unit": unit, "definition": definition, "status": "final", "note": "",
        "qualifier": "exact", "source_id": "s", "published": f"{year + 1}-06-30", "use": use,
        "grade": "press", "kind": "press",
    } | more  # fmt: skip


def plant(raw, *rows):
    """The project's tables with these figures alone."""
    return replace(raw, observations=pd.DataFrame(rows)[list(raw.observations)])


def growing(raw, years=range(2010, 2021), up=1.10, down=1.05, real=3.0):
    """Spending that grows ten percent over a product that grows five."""
    rows = []
    for year in years:
        top, below = 40.0 * up ** (year - 2010), 1000.0 * down ** (year - 2010)
        rows += [figure(raw, TOP, year, top), figure(raw, BELOW, year, below),
                 figure(raw, RATIO, year, round(100 * top / below, 2)),
                 figure(raw, "gdp_real_growth", year, real)]  # fmt: skip
    return plant(raw, *rows)


def run_of(**more):
    return Parameters(**({"as_of": "2026-11-23", "indicator": RATIO} | more))


def steps_of(parts):
    """Steps of a ratio as the notebook on it types them, each change split by log changes."""
    known = parts.table
    logs = np.log(known[["numerator", "denominator", "ratio"]]).diff()
    mean = known["ratio"].diff() / logs["ratio"]
    steps = known[["year", "break_before", "real_growth"]].assign(
        from_year=known["year"].shift(fill_value=0),
        span=known["year"].diff(),
        change=known["ratio"].diff(),
        numerator_points=mean * logs["numerator"],
        denominator_points=-mean * logs["denominator"],
        numerator_growth=100 * np.expm1(logs["numerator"]),
        denominator_growth=100 * np.expm1(logs["denominator"]),
        grade=weakest(known["grade"].shift(fill_value="official"), known["grade"]),
    )
    nominal, real = 1 + steps["denominator_growth"] / 100, 1 + steps["real_growth"] / 100
    return steps.assign(beyond_real=100 * (nominal / real - 1))[1:].astype({"span": int})
