"""A notebook run of a report: its parameters, what it may use of the data, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers.problems import InputError

if TYPE_CHECKING:  # half a second that a question about runs need not pay
    pass

INJECTED = "injected-parameters"


class RequestError(InputError):
    """A report was asked for that cannot be made; `problems` holds one sentence each."""

    def __init__(self, problems: Sequence[str]):
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Run:
    """One notebook with one set of parameters.

    Attributes
    ----------
    name, notebook : str
        Name of the run and of its page; file in the folder of the notebooks.
    parameters : mapping
    needs : tuple of str
        Runs that must end before; their tables stand in this run's folder when it starts.
    reads : tuple of str or None
        Topics whose observations it may use; no others are laid before it. None for all.
    usual_seconds : float
        Roughly how long it takes; only used to start the longest first until it has been run once.
    """

    name: str
    notebook: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    reads: tuple[str, ...] | None = None
    usual_seconds: float = 0.0


@dataclass(frozen=True)
class Product:
    """What executing a run gives.

    Attributes
    ----------
    path : Path
        The executed notebook.
    reused : str
        Where it was taken over from; "" if it was executed now.
    work_seconds : float or None
        How long its execution took, now or then; None if as long as it took to get it.
    """

    path: Path
    reused: str = ""
    work_seconds: float | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run ended: state `done`, `failed` or `not_run`; `message` in one line if not done.

    `reused` and `work_seconds` are those of its `Product`.
    """

    name: str
    state: str
    seconds: float
    path: Path | None = None
    message: str = ""
    traceback: str = ""
    reused: str = ""
    work_seconds: float | None = None
