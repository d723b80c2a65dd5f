"""The notebook runs of a report: which, with what parameters, in what order."""

from __future__ import annotations

import ast
import concurrent.futures
import difflib
import logging
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from helpers.problems import InputError

logging.getLogger("papermill").setLevel(logging.ERROR)

INJECTED = "injected-parameters"
TYPES = {"str": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


class RequestError(InputError):
    """A report was asked for that cannot be made; `problems` holds one sentence each."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters; `needs` names the runs that must end before."""

    name: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """How a run ended: state `done`, `failed` or `not_run`; `message` in one line if not done."""

    name: str
    state: str
    seconds: float
    path: Path | None = None
    message: str = ""
    traceback: str = ""


def headline_plan(targets: pd.DataFrame) -> pd.DataFrame:
    """Return the targets of the plan that the first row names: the plan under evaluation."""
    return targets[targets["plan"] == targets["plan"].iloc[0]]


def planned_runs(targets: pd.DataFrame) -> tuple[Run, ...]:
    """Return the runs of the full report: sources, projections, back-test, verdicts."""
    plan = headline_plan(targets)
    numeric = plan[plan["indicator"] != ""]
    projections = tuple(
        Run(
            f"05_projection_{row.indicator}",
            "05_projection.ipynb",
            {"indicator": row.indicator, "area": row.area, "target_id": row.target_id},
        )
        for row in numeric.itertuples()
    )
    first = Run("01_sources_and_vintages", "01_sources_and_vintages.ipynb")
    backtest = Run("06_backtest", "06_backtest.ipynb")
    return (first, *projections, backtest, Run("07_targets_2025", "07_targets_2025.ipynb"))


def declared_parameters(notebook: Path) -> dict[str, Any]:
    """Return name and default of every parameter in the cell tagged `parameters`.

    Raises
    ------
    RequestError
        If the cell holds more than one-line assignments of literals.
    """
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = [cell for cell in cells if "parameters" in cell.metadata.get("tags", [])]
    defaults: dict[str, Any] = {}
    for statement in ast.parse(tagged[0].source).body if tagged else []:
        try:
            name = (
                statement.target if isinstance(statement, ast.AnnAssign) else statement.targets[0]
            )
            defaults[name.id] = ast.literal_eval(statement.value)
        except (AttributeError, ValueError, TypeError):
            raise RequestError(
                [f"{notebook.name}: parameters cell, line {statement.lineno}: not `name = literal`"]
            ) from None
    return defaults


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
        resolved.append(Run(run.name, run.notebook, chosen, run.needs))
    if problems:
        raise RequestError(list(dict.fromkeys(problems)))
    return tuple(resolved)


def _shape_problems(runs: Sequence[Run]) -> list[str]:
    """Names must be plain and unique; a run may need only runs listed before it."""
    problems, seen = [], set()
    for run in runs:
        if not run.name or not all(letter.isalnum() or letter in "_-." for letter in run.name):
            problems.append(f"run name {run.name!r}: use letters, digits, _, - and . only")
        if run.name in seen:
            problems.append(f"run name {run.name!r} is used twice")
        missing = [need for need in run.needs if need not in seen]
        problems += [f"run {run.name}: needs {need}, not listed before it" for need in missing]
        seen.add(run.name)
    return problems


def _unknown(given: Mapping[str, Any], known: set[str]) -> list[str]:
    problems = []
    for name in given:
        if name not in known:
            close = difflib.get_close_matches(name, sorted(known), 1)
            hint = f"did you mean {close[0]}?" if close else f"known: {', '.join(sorted(known))}"
            problems.append(f"parameter {name}: no notebook declares it; {hint}")
    return problems


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


def execute_runs(
    runs: Sequence[Run],
    execute: Callable[[Run], Path],
    jobs: int,
    tell: Callable[[Outcome | Run], None],
    keep_going: bool = False,
    expected: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """Execute runs side by side, each once all that it needs are done.

    The longest by `expected` seconds start first, so that none is left running alone at the end.
    `tell` is called with a Run when it starts and with its Outcome when it ends. After a failure
    nothing new is started unless `keep_going`; a run whose needs failed is `not_run` in any case.
    On an interrupt waiting runs are dropped and the exception passes on.
    """
    seconds = expected or {}
    waiting = sorted(runs, key=lambda run: -seconds.get(run.name, 0.0))
    outcomes, active = {}, {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        try:
            while waiting or active:
                stop = not keep_going and any(o.state == "failed" for o in outcomes.values())
                for run in tuple(waiting):
                    blocked = [
                        n for n in run.needs if n in outcomes and outcomes[n].state != "done"
                    ]
                    if blocked or stop:
                        reason = f"{blocked[0]} did not finish" if blocked else "an earlier failure"
                        outcomes[run.name] = Outcome(run.name, "not_run", 0.0, message=reason)
                        waiting.remove(run)
                        tell(outcomes[run.name])
                    elif len(active) < jobs and all(need in outcomes for need in run.needs):
                        waiting.remove(run)
                        tell(run)
                        active[pool.submit(_timed, run, execute)] = run
                done, _ = concurrent.futures.wait(
                    active, timeout=0.2, return_when=concurrent.futures.FIRST_COMPLETED
                )
                for future in done:
                    outcomes[active.pop(future).name] = outcome = future.result()
                    tell(outcome)
        except BaseException:
            from helpers.running.kernels import kill_kernels

            kill_kernels()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(outcomes[run.name] for run in runs)


def _timed(run: Run, execute: Callable[[Run], Path]) -> Outcome:
    start = time.perf_counter()
    try:
        path = execute(run)
    except Exception as error:
        seconds = time.perf_counter() - start
        full = "".join(traceback.format_exception(error))
        return Outcome(run.name, "failed", seconds, None, describe(error), full)
    return Outcome(run.name, "done", time.perf_counter() - start, path)


def describe(error: BaseException) -> str:
    """Return what went wrong in one line: a cell's error with the number of the cell."""
    if all(hasattr(error, name) for name in ("ename", "evalue", "exec_count")):
        name, value = error.ename, " ".join(str(error.evalue).split())
        where = f"cell {error.exec_count}: " if error.exec_count else ""
        return f"{where}{name}: {value}"[:300]
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}"[:300]
