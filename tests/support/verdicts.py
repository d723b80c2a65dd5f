"""A planted verdict for pages: one row of each table that a page reads."""

from math import nan

import pandas as pd

from helpers.reports.site.verdicts import read_verdicts
from helpers.wording.language import ENGLISH
from helpers.wording.statements import statement

ROW = {
    "target_id": "t1",
    "plan": "Plan A",
    "indicator": "rd_intensity",
    "area": "shenzhen",
    "target_year": 2025,
    "operator": "ge",
    "target_value": 4.8,
    "target_high": nan,
    "target_decimals": 1,
    "base_year": nan,
    "level": nan,
    "unit": "pct_gdp",
    "state": "open",
    "probability": 0.93,
    "state_verified": "open",
    "probability_verified": 0.91,
    "latest_year": 2024.0,
    "latest_value": 6.67,
    "latest_decimals": 2.0,
    "latest_status": "final",
    "latest_qualifier": "exact",
    "latest_grade": "press",
    "latest_source_id": "s1",
    "latest_known_from": "2025-11-30",
    "latest_known_from_assumed": False,
    "latest_unit": "pct_gdp",
    "gap": -1.87,
    "required_growth": -28.0,
    "past_growth": 6.2,
    "median": 6.94,
    "lower50": 6.7,
    "upper50": 7.2,
    "lower80": 6.4,
    "upper80": 7.46,
    "lower95": 5.9,
    "upper95": 8.0,
    "points": 10,
    "unverified_points": 3,
    "at_signing": "met",
    "signing_event": "set",
    "signing_day": "2020-07-04",
    "signing_year": 2019.0,
    "signing_value": 4.93,
    "signing_decimals": 2.0,
    "signing_grade": "press",
    "reason": "Because.",
}

TARGET = {"target_id": "t1", "wording_native": "力争达到4.8%", "note": "", "decimals": 1}

INDICATOR = {
    "indicator": "rd_intensity",
    "name_en": "R&D intensity",
    "name_zh": "研发投入",
    "unit": "pct_gdp",
    "description": "as published",
}

SOURCE = {
    "source_id": "s1",
    "title": "公报",
    "title_en": "Bulletin",
    "publisher": "Bureau",
    "published": "2025-12",
    "url": "https://example.org/a?b=1&c=2",
    "grade": "press",
}


def verdict(row=(), target=(), indicator=(), source=(), language=ENGLISH, quotes=None):
    tables = (ROW | dict(row), TARGET | dict(target), INDICATOR | dict(indicator))
    assessment, targets, indicators = (pd.DataFrame([table]) for table in tables)
    areas = pd.DataFrame([{"area": "shenzhen", "name_en": "Shenzhen"}])
    sources = pd.DataFrame([SOURCE | dict(source)])
    said = {row["target_id"]: statement(row, language) for row in assessment.to_dict("records")}
    tables = (targets, indicators, areas, sources)
    (result,) = read_verdicts(assessment, said, *tables, language, quotes)
    return result
