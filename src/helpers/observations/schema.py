"""What one row of each raw table must look like, and the words that are allowed in it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from helpers.observations.cells import (
    Identifier,
    Months,
    Number,
    OptionalDate,
    OptionalNumber,
    OptionalText,
    OptionalWhole,
    Order,
    PartialDate,
    Text,
    Url,
    Year,
    cell,
    language,
    one_of,
    target_unit,
    unit,
)
from helpers.vocabulary import OPERATORS

STATUSES = ("estimate", "preliminary", "final", "revised")
QUALIFIERS = ("exact", "rounded", "lower_bound", "derived")
GRADES = ("official", "press", "secondary", "unverified")
KINDS = (
    "communique", "yearbook", "bulletin", "work_report", "white_paper", "press_conference",
    "press", "dataset", "policy", "unlocated",
)  # fmt: skip
UNITS = ("cny_100m", "pct", "pct_gdp", "pct_industry", "count", "per_10k")
TARGET_UNITS = (*UNITS, "pct_per_year")

Unit = Annotated[str, cell(unit(*UNITS))]


class Record(BaseModel):
    """A row of a raw table; field names are the columns, in the order of the files.

    A column whose field has a default may be missing from a file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Record):
    """A publication."""

    source_id: Identifier
    title: Text
    title_en: Text
    publisher: Text
    kind: Annotated[str, cell(one_of(*KINDS))]
    published: OptionalDate
    url: Url
    language: Annotated[str, cell(language)]
    grade: Annotated[str, cell(one_of(*GRADES))]
    note: OptionalText


class Observation(Record):
    """A published figure."""

    indicator: Text
    area: Text
    year: Year
    months: Months
    value: Number
    unit: Unit
    definition: Text
    status: Annotated[str, cell(one_of(*STATUSES))]
    qualifier: Annotated[str, cell(one_of(*QUALIFIERS))]
    source_id: Text
    note: OptionalText
    first_release: OptionalDate = ""
    confirmed: OptionalText = ""


class Indicator(Record):
    """A quantity that is observed."""

    indicator: Identifier
    topic: Identifier
    unit: Unit
    scale: Annotated[str, cell(one_of("log", "logit", "linear"))]
    numerator: OptionalText
    denominator: OptionalText
    release_month: OptionalWhole
    plausible_min: Number
    plausible_max: Number
    real_growth: OptionalText
    name_en: Text
    name_zh: OptionalText
    name_ja: OptionalText
    description: Text


class Area(Record):
    """A city, province, country or region."""

    area: Identifier
    name_en: Text
    name_zh: OptionalText
    name_ja: OptionalText
    kind: Annotated[str, cell(one_of("city", "province", "country", "region", "world"))]


class Definition(Record):
    """What a figure counts, and from when to when it was counted so."""

    definition: Identifier
    indicator: Text
    first_year: Year
    last_year: Year
    comparable_with_previous: Annotated[str, cell(one_of("no", "suspected", "yes"))]
    use: Annotated[str, cell(one_of("main", "stand_in", "alternative"))]
    release_month: OptionalWhole
    description: Text
    set_by: Text
    note: OptionalText


class Target(Record):
    """A number, or a goal in words, that a plan sets for a year."""

    target_id: Identifier
    plan: Text
    indicator: OptionalText
    area: Text
    target_year: Year
    operator: Annotated[str, cell(one_of(*OPERATORS))]
    value: OptionalNumber
    value_high: OptionalNumber
    unit: Annotated[str, cell(target_unit(*TARGET_UNITS))]
    base_year: OptionalWhole
    stage: Order
    set_on: PartialDate
    source_id: Text
    wording_native: OptionalText
    note: OptionalText


class Plan(Record):
    """A plan's name in other languages than English."""

    plan: Text
    name_zh: OptionalText
    name_ja: OptionalText


class Measure(Record):
    """A measure of the action plan."""

    measure_id: Identifier
    area_no: Order
    area_en: Text
    area_zh: OptionalText
    area_ja: OptionalText
    name_en: Text
    name_zh: OptionalText
    name_ja: OptionalText
    source_id: Text
    text_read: Annotated[str, cell(one_of("yes", "partly", "no"))]
    note: OptionalText


class MeasureIndicator(Record):
    """An indicator that could show what a measure did."""

    measure_id: Text
    indicator: Identifier
    data_grade: Annotated[str, cell(one_of("yes", "partial", "no"))]
    note: OptionalText


class WantedIndicator(Record):
    """An indicator that a measure asks for and of which no figure is held."""

    indicator: Identifier
    name_en: Text
    name_zh: OptionalText
    name_ja: OptionalText


class Event(Record):
    """A dated event that may have moved a series."""

    event_id: Identifier
    date: PartialDate
    name_en: Text
    name_zh: OptionalText
    name_ja: OptionalText
    indicators: Text
    source_id: Text
    note: OptionalText


class Rejected(Record):
    """A figure that was read but is not used, with the reason."""

    indicator: Identifier
    area: Text
    year: Year
    months: Months
    value: Number
    unit: Unit
    definition: Text
    status: Annotated[str, cell(one_of(*STATUSES))]
    qualifier: Annotated[str, cell(one_of(*QUALIFIERS))]
    source_id: Text
    note: OptionalText
    reason: Text


OBSERVATIONS = "observations"

MODELS: dict[str, type[Record]] = {
    "sources": Source,
    "indicators": Indicator,
    "areas": Area,
    "definitions": Definition,
    "targets": Target,
    "plans": Plan,
    "measures": Measure,
    "measure_indicators": MeasureIndicator,
    "wanted_indicators": WantedIndicator,
    "events": Event,
    "rejected": Rejected,
    OBSERVATIONS: Observation,
}
OPTIONAL_COLUMNS = frozenset(
    name
    for model in MODELS.values()
    for name, field in model.model_fields.items()
    if not field.is_required()
)
"""Columns that a file may leave out; a cell of one that is not there is empty."""

MAY_LACK = ("plans",)
"""Tables whose file may be missing: a plan without names in other languages needs none."""

KEYS: dict[str, tuple[str, ...]] = {
    "sources": ("source_id",),
    "indicators": ("indicator",),
    "areas": ("area",),
    "definitions": ("definition",),
    "targets": ("target_id",),
    "plans": ("plan",),
    "measures": ("measure_id",),
    "measure_indicators": ("measure_id", "indicator"),
    "wanted_indicators": ("indicator",),
    "events": ("event_id",),
    "rejected": tuple(Rejected.model_fields),
    OBSERVATIONS: ("indicator", "area", "year", "months", "definition", "status", "source_id"),
}
"""What makes a row of a table one of a kind; a rejected figure may have several reasons."""
