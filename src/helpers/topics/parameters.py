"""What a notebook or a command may be asked for, checked before anything runs."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError

from helpers import ROOT
from helpers.days import asked_day, today
from helpers.forecasting.calibration import FURTHEST
from helpers.observations.raw_data import RAW_DIR, RawData, area_of_plan, names_held
from helpers.problems import InputError, find_all, iso_day, refusal
from helpers.targets.plan import Target, find_target, read_targets
from helpers.vintages.series import SeriesChoice
from helpers.vocabulary import CODES, GRADES, SPLICES
from helpers.wording.english import graded, settings

_REFUSED = "refused"


def _empty(default: Any) -> BeforeValidator:
    """Read an empty text as the default: papermill has no other way to leave a value out."""
    return BeforeValidator(lambda value: default() if value in ("", None) else value)


_TODAY = BeforeValidator(lambda value: today().isoformat() if value == "today" else value)


def split(value: Any) -> Any:
    """Read "4.8, 6" as two values: a parameters cell holds plain one-line literals."""
    if isinstance(value, str):
        return tuple(part.strip() for part in value.split(",") if part.strip())
    return value


_listed = BeforeValidator(split)


@contextmanager
def _told() -> Iterator[None]:
    """Let pydantic go on after a refusal: all that is wrong is told at once."""
    try:
        yield
    except InputError as error:
        raise PydanticCustomError(_REFUSED, "{told}", {"told": str(error)}) from None


def _day(value: Any) -> Any:
    with _told():
        return iso_day(value)


def _folder(value: Any) -> Any:
    """Find a folder from where the notebook runs, or else from the top of the project.

    A notebook of JupyterLab runs in its own folder, one of a command where that was called.
    """
    if not value or not isinstance(value, str | Path) or Path(value).is_dir():
        return value
    return ROOT / value if (ROOT / value).is_dir() else value


@dataclass(frozen=True)
class Name:
    """Marks a parameter that is a name, or several, and refuses those that are not known."""

    table: str = ""
    """The raw table that holds the names; empty for a closed list."""
    words: tuple[str, ...] = ()
    """The closed list."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Check the value once it has its type."""
        return AfterValidator(self._checked).__get_pydantic_core_schema__(source, handler)

    def _checked(self, value: Any, info: ValidationInfo) -> Any:
        known = self.words or names_held(info.data.get("raw_dir")).get(self.table)
        with _told():
            self.check(value, known, str(info.field_name))
        return value

    def check(self, value: Any, known: Iterable[str] | None, what: str) -> None:
        """Refuse a name, or any of several, that is not known; an empty one names nothing."""
        names = [value] if isinstance(value, str) else value
        names = [name for name in names if name or self.words]
        if known is not None:
            find_all(names, known, what, f"{self.table}.csv" if self.table else "")


INDICATORS, AREAS = Name("indicators"), Name("areas")


class Parameters(BaseModel):
    """Parameters of a notebook, coerced from the plain values of its parameters cell.

    Without an area it is that of the first target of the folder.

    Raises
    ------
    helpers.problems.InputError
        For names that the raw tables of `raw_dir`, or closed lists of words, do not hold, for
        parameters that there are not, and for values of a wrong type.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: Annotated[date, BeforeValidator(_day), _empty(asked_day), _TODAY] = Field(
        default="", validate_default=True
    )
    raw_dir: Annotated[Path, _empty(lambda: RAW_DIR), BeforeValidator(_folder)] = RAW_DIR
    output_dir: Annotated[Path | None, _empty(lambda: None)] = None
    indicator: Annotated[str, INDICATORS] = ""
    area: Annotated[str, AREAS] = ""
    target_id: Annotated[str, Name("targets")] = ""
    first_year: int = 0
    horizon: int = Field(default=0, ge=0, le=FURTHEST)
    min_grade: Annotated[str, Name(words=GRADES)] = "unverified"
    splice: Annotated[str, Name(words=SPLICES)] = "real_growth"
    suspected_breaks: bool = False
    stand_ins: bool = True
    definition: Annotated[str, Name("definitions")] = ""
    tables: str = Field(default="", pattern="^[a-z0-9_-]*$")
    levels: Annotated[tuple[float, ...], _listed] = ()
    growth_rates: Annotated[tuple[float, ...], _listed] = ()
    since_year: int = 0
    last_year: int = 0
    wholes: Annotated[tuple[str, ...], _listed, AREAS] = ()
    counterparts: Annotated[tuple[str, ...], _listed, INDICATORS] = ()
    quality: Annotated[tuple[str, ...], _listed, INDICATORS] = ()
    language: Annotated[str, Name(words=CODES)] = "en"

    def __init__(self, **values: Any) -> None:
        try:
            super().__init__(**values)
        except ValidationError as error:
            told = [_sentence(fault, type(self).model_fields) for fault in error.errors()]
            raise InputError("\n".join(told)) from None

    @classmethod
    def of(cls, names: Mapping[str, Any]) -> Self:
        """Read the parameters cell of a notebook, as `Parameters.of(globals())`.

        `names`: names of the notebook. Its parameters are those that a cell gives with their type.
        Raises `InputError` as for the class; also for a name that papermill put in and no such cell
        has.
        """
        cells = [str(cell) for cell in names.get("In", ())]
        # From Python 3.14 on only the text of a cell tells its annotations.
        written = {name for cell in cells for name in _DECLARED.findall(cell)}
        declared = written | set(names.get("__annotations__", ()))
        put_in = {name for cell in cells for name in _put_in(cell) if name in names}
        if strange := sorted(put_in - declared):
            raise InputError("\n".join(refusal(n, sorted(declared), "parameter") for n in strange))
        return cls(
            **{name: names[name] for name in cls.model_fields if name in declared & set(names)}
        )

    @model_validator(mode="before")
    @classmethod
    def _own_area(cls, values: dict[str, Any]) -> dict[str, Any]:
        """Name the area of the plan under evaluation where none is given."""
        folder = _folder(values.get("raw_dir")) or RAW_DIR
        if values.get("area") or not isinstance(folder, str | Path):
            return values
        return {**values, "area": area_of_plan(folder)}

    @property
    def verified(self) -> Self:
        """The same without figures that no located publication supports."""
        if self.min_grade != "unverified":
            return self
        return self.model_copy(update={"min_grade": "secondary"})

    @property
    def table_name(self) -> str:
        """Name of the tables that are written, that of the indicator if none is given."""
        return self.tables or self.indicator

    @property
    def graded(self) -> str:
        """Grade that figures must have, to stand behind "figure"; "" where any counts."""
        return graded(self.min_grade)

    @property
    def filtered(self) -> str:
        """What is left out or joined otherwise than by default, and a day that is to come."""
        said = settings(self.as_of, self.first_year, **self.choice.settings)
        return f" {said}" if said else ""

    @property
    def choice(self) -> SeriesChoice:
        """The figures that these parameters ask for."""
        return SeriesChoice(
            min_grade=self.min_grade,
            splice=self.splice,
            suspected_breaks=self.suspected_breaks,
            stand_ins=self.stand_ins,
            definition=self.definition,
        )


_DECLARED = re.compile(r"^(\w+): (?:str|int|float|bool) = ", re.MULTILINE)


def _put_in(cell: str) -> list[str]:
    """Name what papermill gives in a cell of its own, which begins with this comment."""
    return re.findall(r"^(\w+) = ", cell, re.MULTILINE) if cell.startswith("# Parameters") else []


def _sentence(fault: ErrorDetails, known: Iterable[str]) -> str:
    """Turn one finding of pydantic into a sentence: name, value, mend."""
    name = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == _REFUSED:
        return fault["msg"]
    if fault["type"] == "extra_forbidden":
        return refusal(name, known, "parameter")
    given = fault.get("ctx", {})
    mend = next((m for start, m in _MENDS.items() if fault["type"].startswith(start)), "")
    return f"{name}: {fault['input']!r} cannot be used; write {mend.format(**given)}"


_MENDS = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "finite_number": "a finite number",
    "greater_than_equal": "a number from {ge} on",
    "less_than_equal": "a number up to {le}",
    "string_pattern": "small letters, digits, dashes and underscores",
    "path": "a folder",
    "": "another kind of value",
}
"""What to write instead, by the beginning of the name that pydantic has for a fault."""


def target_of(raw: RawData, run: Parameters) -> Target | None:
    """Find the target that parameters name, if any; refuse one about another series than they."""
    if not run.target_id:
        return None
    target = find_target(read_targets(raw.targets, raw.sources), run.target_id)
    if (target.indicator, target.area) != (run.indicator, run.area):
        raise InputError(
            f"target {run.target_id} is about {target.indicator or 'no indicator'} in "
            f"{target.area}, not {run.indicator} in {run.area}; leave target_id empty or change it"
        )
    return target


def check_names(values: Mapping[str, Any], raw: RawData) -> None:
    """Refuse parameters that are names and not in raw tables, before a notebook is given them."""
    for field, mark in named_fields(Parameters).items():
        if field in values:
            known = mark.words or getattr(raw, mark.table).iloc[:, 0].tolist()
            several = Parameters.model_fields[field].annotation is not str
            mark.check(split(values[field]) if several else values[field], known, field)


def named_fields(model: type[BaseModel]) -> dict[str, Name]:
    """List the parameters of a model that are names."""
    marks = {
        name: [mark for mark in field.metadata if isinstance(mark, Name)]
        for name, field in model.model_fields.items()
    }
    return {name: found[0] for name, found in marks.items() if found}
