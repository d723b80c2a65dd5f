"""The example rows of a skeleton: invented, marked as such, and sound enough to be assessed."""

from collections.abc import Mapping
from types import MappingProxyType

MARK = "example, invented: replace"
YEARS = range(2018, 2024)
_PLACE = {"area": "example_town", "definition": "example_definition"}
_FIGURE = {
    "indicator": "example_share",
    **_PLACE,
    "months": "12",
    "unit": "% of waste",
    "status": "final",
    "qualifier": "exact",
    "source_id": "example_source",
    "note": MARK,
}

ROWS: Mapping[str, tuple[Mapping[str, str], ...]] = MappingProxyType(
    {
        "sources": (
            {
                "source_id": "example_source",
                "title": "Example yearbook",
                "title_en": "Example yearbook",
                "publisher": "Example office",
                "kind": "unlocated",
                "published": "2024-06-30",
                "language": "en",
                "grade": "unverified",
                "note": MARK,
            },
        ),
        "indicators": (
            {
                "indicator": "example_share",
                "topic": "waste",
                "unit": "% of waste",
                "scale": "logit",
                "release_month": "6",
                "plausible_min": "1",
                "plausible_max": "99",
                "name_en": "Example share",
                "description": MARK,
            },
        ),
        "areas": ({"area": "example_town", "name_en": "Example Town", "kind": "city"},),
        "definitions": (
            {
                "definition": "example_definition",
                "indicator": "example_share",
                "first_year": str(YEARS[0]),
                "last_year": str(YEARS[-1]),
                "comparable_with_previous": "yes",
                "use": "main",
                "description": MARK,
                "set_by": "Example office",
            },
        ),
        "targets": (
            {
                "target_id": "example_share_2030",
                "plan": "Example plan",
                "indicator": "example_share",
                "area": "example_town",
                "target_year": "2030",
                "operator": "ge",
                "value": "50",
                "unit": "% of waste",
                "stage": "1",
                "set_on": "2024-07-01",
                "source_id": "example_source",
                "wording_native": "at least half of the waste",
                "note": MARK,
            },
        ),
        "plans": ({"plan": "Example plan"},),
        "measures": (
            {
                "measure_id": "example_measure",
                "area_no": "1",
                "area_en": "Example field of action",
                "name_en": "Example measure",
                "source_id": "example_source",
                "text_read": "no",
                "note": MARK,
            },
        ),
        "measure_indicators": (
            {
                "measure_id": "example_measure",
                "indicator": "example_share",
                "data_grade": "yes",
                "note": MARK,
            },
            {
                "measure_id": "example_measure",
                "indicator": "example_wanted",
                "data_grade": "no",
                "note": MARK,
            },
        ),
        "wanted_indicators": (
            {"indicator": "example_wanted", "name_en": "Example of a figure that nobody publishes"},
        ),
        "events": (
            {
                "event_id": "example_event",
                "date": "2021-01-01",
                "name_en": "Example event",
                "indicators": "example_share",
                "source_id": "example_source",
                "note": MARK,
            },
        ),
        "rejected": (
            _FIGURE | {"year": "2023", "value": "4.25", "reason": "example: the point has slipped"},
        ),
        "observations": tuple(
            _FIGURE | {"year": str(year), "value": f"{30 + 2.5 * place:.1f}"}
            for place, year in enumerate(YEARS)
        ),
    }
)
"""By table: the filled cells of its rows; every other cell stays empty.

Six figures stand where one would show the form, as fewer than five give no projection.
"""
