"""A notebook run of a report: its parameters, what it may use of the data, and how it ended.

Which parameters a notebook takes is checked before anything runs.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from helpers.problems import InputError, refusal

INJECTED = "injected-parameters"
NOT_RUN = "an earlier failure"
"""Message of a run that was not begun."""
NOTEBOOKS = (
    "01_sources_and_vintages.ipynb",
    "02_research_and_development.ipynb",
    "03_emerging_industries.ipynb",
    "04_patents.ipynb",
    "05_projection.ipynb",
    "06_backtest.ipynb",
    "07_targets.ipynb",
    "08_measures.ipynb",
    "09_later_goals.ipynb",
)
"""Those that a report can consist of: what else is saved beside them is no news."""


class RequestError(InputError):
    """A report was asked for that cannot be made; `problems` holds one sentence each."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters."""

    name: str
    notebook: str
    """`name`, `notebook`: name of the run and of its page; file in the folder of the notebooks."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    reads: tuple[str, ...] | None = None
    """Topics whose observations it may use; no others are laid before it. None for all."""
    usual_seconds: float = 0.0
    """Roughly how long it takes; only used to start the longest first until it has been run
    once."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    name: str
    state: str
    """`done`, `failed` or `not_run`."""
    seconds: float = 0.0
    """How long it took to get the result."""
    path: Path | None = None
    """The executed notebook, if done."""
    message: str = ""
    traceback: str = ""
    """`message`, `traceback`: why it is not done, in one line and whole."""
    reused: str = ""
    """Where the result was taken over from; "" if it was executed now."""
    work_seconds: float = 0.0
    """How long its execution took, now or then."""


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Return name and default of every parameter in the cell tagged `parameters`.

    Raises
    ------
    RequestError
        If the cell holds more than one-line assignments of literals.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [cell for cell in cells if "parameters" in cell["metadata"].get("tags", [])]
    defaults: dict[str, Any] = {}
    for statement in ast.parse("".join(tagged[0]["source"])).body if tagged else []:
        try:
            name, value = _literal(statement)
        except (ValueError, TypeError):
            raise RequestError(
                [f"{notebook.name}: parameters cell, line {statement.lineno}: not `name = literal`"]
            ) from None
        defaults[name] = value
    return defaults


def _literal(statement: ast.stmt) -> tuple[str, Any]:
    match statement:
        case (
            ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            | ast.Assign(targets=[ast.Name(id=name)], value=value)
        ):
            return name, ast.literal_eval(value)
    raise ValueError("no assignment to one name")


def resolve_runs(
    runs: Sequence[Run], folder: Path, common: Mapping[str, Any], given: Mapping[str, Any]
) -> tuple[Run, ...]:
    """Return the runs, each with exactly the parameters that its notebook declares.

    A run's own parameters are for that run and must be declared by its notebook; those of `common`
    and `given` reach every notebook that declares them, and each of `given` must reach one.

    Raises
    ------
    RequestError
        Naming every absent notebook, unknown parameter and value of a wrong type at once.
    """
    problems: list[str] = _shape_problems(runs)
    declared = {}
    for notebook in dict.fromkeys(run.notebook for run in runs):
        try:
            declared[notebook] = declared_parameters(folder / notebook)
        except FileNotFoundError:
            problems.append(f"{notebook}: no such notebook in {folder}; restore it or drop its run")
        except RequestError as error:
            problems.extend(error.problems)
        except Exception as error:
            problems.append(f"{notebook}: not a notebook that can be read: {_one_line(error)}")
    problems += _unknown(given, {name for known in declared.values() for name in known})
    resolved = []
    for run in runs:
        known = declared.get(run.notebook, {})
        if run.notebook in declared:
            problems += [f"{run.notebook}: {text}" for text in _unknown(run.parameters, set(known))]
        values = {**common, **run.parameters, **given}
        chosen = {name: values[name] for name in known if name in values}
        problems += _wrong_types(run.notebook, chosen, known)
        resolved.append(replace(run, parameters=chosen))
    if problems:
        raise RequestError(list(dict.fromkeys(problems)))
    return tuple(resolved)


def _shape_problems(runs: Sequence[Run]) -> list[str]:
    """Names must be plain and unique."""
    problems, seen = [], set()
    for run in runs:
        if not run.name or not all(letter.isalnum() or letter in "_-." for letter in run.name):
            problems.append(f"run name {run.name!r}: use letters, digits, _, - and . only")
        if run.name in seen:
            problems.append(f"run name {run.name!r} is used twice")
        seen.add(run.name)
    return problems


def _unknown(given: Mapping[str, Any], known: set[str]) -> list[str]:
    return [refusal(name, sorted(known), "parameter") for name in given if name not in known]


def _wrong_types(
    notebook: str, chosen: Mapping[str, Any], defaults: Mapping[str, Any]
) -> list[str]:
    problems = []
    for name, value in chosen.items():
        wanted = type(defaults[name])
        fits = type(value) is wanted or (wanted is float and type(value) is int)
        if wanted is not type(None) and not fits:
            found = type(value).__name__
            problems.append(
                f"{notebook}: parameter {name}: {value!r} is {found}, must be {wanted.__name__}"
            )
    return problems


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split()) or type(error).__name__
    return text if len(text) < 300 else text[:297] + "..."
