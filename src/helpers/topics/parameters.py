"""What a notebook or a command may be asked for, checked before anything runs."""

import csv
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from helpers.observations.raw_data import RAW_DIR
from helpers.vintages import series as vintages
from helpers.vocabulary import CODES, GRADES, SPLICES


def _empty(default: Any) -> BeforeValidator:
    """Read an empty text as the default: papermill has no other way to leave a value out."""
    return BeforeValidator(lambda value: default() if value in ("", None) else value)


def split(value: Any) -> Any:
    """Read "4.8, 6" as two values: a parameters cell holds plain one-line literals."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


_listed = BeforeValidator(split)


def _area_of_plan(folder: Path) -> str:
    """Read the area of the first target; "" where the table tells none: its readers say why."""
    try:
        with (folder / "targets.csv").open(encoding="utf-8-sig", newline="") as file:
            return next(csv.DictReader(file), {}).get("area") or ""
    except (OSError, ValueError, csv.Error):
        return ""


class Parameters(BaseModel):
    """Parameters of a notebook, coerced from the plain values of its parameters cell.

    Unknown names and values of a wrong type raise `pydantic.ValidationError`, which names each of
    them. Without an area it is that of the first target of the folder.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Annotated[date, _empty(date.today)] = Field(default_factory=date.today)
    raw_dir: Annotated[Path, _empty(lambda: RAW_DIR)] = RAW_DIR
    output_dir: Annotated[Path | None, _empty(lambda: None)] = None
    indicator: str = ""
    area: str = ""
    target_id: str = ""
    first_year: int = 0
    horizon: int = Field(default=0, ge=0, le=15)
    min_grade: Literal[GRADES] = "unverified"
    splice: Literal[SPLICES] = "real_growth"
    suspected_breaks: bool = False
    stand_ins: bool = True
    definition: str = ""
    tables: str = Field(default="", pattern="^[a-z0-9_-]*$")
    levels: Annotated[tuple[float, ...], _listed] = ()
    growth_rates: Annotated[tuple[float, ...], _listed] = ()
    since_year: int = 0
    last_year: int = 0
    wholes: Annotated[tuple[str, ...], _listed] = ()
    counterparts: Annotated[tuple[str, ...], _listed] = ()
    quality: Annotated[tuple[str, ...], _listed] = ()
    language: Literal[CODES] = "en"

    @model_validator(mode="before")
    @classmethod
    def _own_area(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Name the area of the plan under evaluation where none is given."""
        folder = values.get("raw_dir") or RAW_DIR
        if values.get("area") or not isinstance(folder, str | Path):
            return values
        return {**values, "area": _area_of_plan(Path(folder))}

    @property
    def verified(self) -> "Parameters":
        """The same without figures that no located publication supports."""
        if self.min_grade != "unverified":
            return self
        return self.model_copy(update={"min_grade": "secondary"})

    @property
    def table_name(self) -> str:
        """Name of the tables that are written, that of the indicator if none is given."""
        return self.tables or self.indicator

    @property
    def choice(self) -> vintages.SeriesChoice:
        """The figures that these parameters ask for."""
        return vintages.SeriesChoice(
            min_grade=self.min_grade,
            splice=self.splice,
            suspected_breaks=self.suspected_breaks,
            stand_ins=self.stand_ins,
            definition=self.definition,
        )
