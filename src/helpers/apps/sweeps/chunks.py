"""A sweep cut into chunks: each is answered alone, named by its content, and written as bytes."""

import ast
import hashlib
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.tables import round_significant

DIGITS = 8
"""Significant digits kept: the last bits of a double may differ between kinds of processor."""
FORMATS = ("csv", "parquet")
ANSWERING = ("helpers.apps.sweeps.answers", "helpers.apps.sweeps.panels")
"""Modules that answer: with all that they import they decide what is in a chunk."""
_ROOT = Path(__file__).parents[2]
_PACKAGE = _ROOT.name


@dataclass(frozen=True)
class Chunk:
    """A part of a sweep.

    Attributes
    ----------
    key : str
        Hash of everything that its rows depend on.
    size : int
        Questions in it, for the progress.
    work : object
        What `Sweep.answer` needs beside the context; can be pickled.
    """

    key: str
    size: int
    work: Any


@dataclass(frozen=True)
class Sweep:
    """What is to be answered.

    Attributes
    ----------
    columns : dict of str to str
        Columns of the table with their types (str, int64, float64, bool).
    chunks : tuple of Chunk
        In the order of the table.
    answer : callable
        `answer(context, work) -> DataFrame`; a function of a module, so that it can be pickled.
    context : object
        What all chunks share; can be pickled.
    """

    columns: dict[str, str]
    chunks: tuple[Chunk, ...]
    answer: Callable[[Any, Any], pd.DataFrame]
    context: Any = None

    @property
    def size(self) -> int:
        """Questions in all chunks."""
        return sum(chunk.size for chunk in self.chunks)


def content_hash(*parts: str | bytes | np.ndarray) -> str:
    """Hash texts, bytes and arrays, their order, types and shapes included."""
    total = hashlib.sha256()
    for part in parts:
        if isinstance(part, np.ndarray):
            kind, body = f"{part.dtype.str}{part.shape}", np.ascontiguousarray(part).tobytes()
        else:
            kind, body = type(part).__name__, part.encode() if isinstance(part, str) else part
        total.update(f"{kind}:{len(body)}:".encode())
        total.update(body)
    return total.hexdigest()


@cache
def engine_hash() -> str:
    """Hash the code and constants that an answer rests on: no chunk of another version is used."""
    files = {*_imported(ANSWERING), *(_ROOT / "forecasting" / "constants").iterdir()}
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(file.relative_to(_ROOT).as_posix().encode())
        total.update(hashlib.sha256(file.read_bytes()).digest())
    return content_hash(total.digest(), np.__version__, pd.__version__)


def _imported(modules: Iterable[str]) -> set[Path]:
    """Find the files of modules of this package, and of all that they import from it."""
    waiting, found = list(modules), {}
    while waiting:
        name = waiting.pop()
        file = next((f for f in _candidates(name) if f.is_file()), None)
        if name in found or file is None:
            continue
        found[name] = file
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(_PACKAGE):
                waiting += [node.module, *(f"{node.module}.{a.name}" for a in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [a.name for a in node.names if a.name.startswith(_PACKAGE)]
    return set(found.values())


def _candidates(name: str) -> tuple[Path, Path]:
    path = _ROOT.joinpath(*name.split(".")[1:])
    return path.with_suffix(".py"), path / "__init__.py"


def chunk_bytes(sweep: Sweep, work: Any, form: str) -> bytes:
    """Answer one chunk and write its rows: CSV without a header, or a Parquet file."""
    return write_rows(sweep.answer(sweep.context, work), sweep.columns, form)


def write_rows(frame: pd.DataFrame, columns: dict[str, str], form: str) -> bytes:
    """Write rows with the types and digits of a sweep.

    Raises
    ------
    ValueError
        If the frame has other columns, or the format is unknown.
    """
    if list(frame) != list(columns) or form not in FORMATS:
        raise ValueError(f"columns {list(frame)} or format {form} are not those of the sweep")
    typed = frame.astype(columns)
    floats = [name for name, kind in columns.items() if kind == "float64"]
    typed = typed.assign(**{name: round_significant(typed[name], DIGITS) for name in floats})
    if form == "csv":
        return typed.to_csv(index=False, header=False, lineterminator="\n").encode()
    buffer = io.BytesIO()
    typed.to_parquet(buffer, index=False)
    return buffer.getvalue()
