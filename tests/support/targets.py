"""Planted targets and the series that are held against them."""

import pandas as pd

from helpers.targets import states as targets


def make_target(**changes):
    values = {
        "target_id": "t",
        "plan": "A plan",
        "indicator": "share",
        "area": "here",
        "target_year": 2025,
        "operator": "ge",
        "value": 4.8,
        "decimals": 1,
        "unit": "pct_gdp",
        "base_year": None,
        "set_on": pd.Timestamp("2020-07-04"),
        "published": pd.Timestamp("2021-02-25"),
        "source_id": "s",
        "wording": "",
    }
    return targets.Target(**(values | changes))


def make_series(values, **changes):
    rows = [
        {
            "year": year,
            "value": value,
            "spliced_value": value,
            "decimals": 2,
            "status": "final",
            "qualifier": "exact",
            "grade": "official",
        }
        | changes
        for year, value in values.items()
    ]
    return pd.DataFrame(rows)
