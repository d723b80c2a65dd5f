"""Planted measures: raw tables with one indicator, and how they are graded on a day."""

from dataclasses import replace

import pandas as pd

from helpers.observations.raw_data import read_raw
from helpers.topics import measures

DAY = "2026-11-23"


def planted(rows, mapping, definitions=(("d", 2000, "yes"),)):
    """Raw tables with one indicator `x`: rows of (year, value, grade, definition)."""
    raw = read_raw()
    table = pd.DataFrame(
        [
            {"indicator": "x", "area": "town", "year": year, "months": 12, "value": float(value),
             "decimals": 0, "unit": "count", "definition": definition, "status": "final",
             "qualifier": "exact", "source_id": f"s{year}", "note": "", "file": "x.csv",
             "line": 2, "published": f"{year + 1}-02-01", "grade": grade, "kind": "press",
             "use": "main"}
            for year, value, grade, definition in rows
        ],
        columns=raw.observations.columns,
    )  # fmt: skip
    first = raw.indicators.iloc[[0]]
    indicators = first.assign(
        indicator="x", unit="count", scale="log", real_growth="", release_month=2
    )
    names = raw.definitions.iloc[[0] * len(definitions)].assign(
        definition=[name for name, _, _ in definitions],
        indicator="x",
        first_year=[year for _, year, _ in definitions],
        comparable_with_previous=[word for _, _, word in definitions],
        use="main",
    )
    return replace(
        raw,
        observations=table,
        areas=raw.areas.iloc[:2].assign(area=["town", "elsewhere"]),
        indicators=indicators,
        definitions=names,
        measure_indicators=pd.DataFrame(
            mapping, columns=["measure_id", "indicator", "data_grade", "note"]
        ),
        wanted_indicators=pd.DataFrame(
            [dict.fromkeys(raw.wanted_indicators, name) for _, name, _, _ in mapping if name != "x"]
        ),
    )


def read(raw, **more):
    return measures.read_measures(raw, DAY, **({"area": "town", "since_year": 2019} | more))


MAPPING = [("m1", "x", "yes", ""), ("m2", "x", "partial", ""), ("m3", "missing", "yes", "none")]
