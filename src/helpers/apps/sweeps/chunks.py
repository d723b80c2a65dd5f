"""A sweep cut into chunks named by their content, and the ledger of those that are finished.

Beside the table `F` stands the folder `F.sweep` while it is made: `manifest.json` says which
chunks there are, and `<key>-<sum>` holds one of them. A file is named by what it rests on and by
what is in it, and appears whole or not at all; so a chunk that is there and sound is right, and any
other is answered again. The table is written once, at the end, and the folder is then removed: a
folder or file that no sweep made is neither written to nor removed.
"""

import hashlib
import io
import json
import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.problems import InputError
from helpers.reports.store.scratch import locked
from helpers.tables import round_significant

DIGITS = 8
"""Significant digits kept: the last bits of a double may differ between kinds of processor."""
GIVEN = "given"
"""Type of a column of numbers, or of their texts, that come back as they were given: a CSV holds
the text, Parquet the double that it stands for."""
FORMATS = ("csv", "parquet")
LOCK, MANIFEST, PART = ".lock", "manifest.json", ".part-"
_CHUNK = re.compile(r"[0-9a-f]{64}-[0-9a-f]{32}")
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Chunk:
    """A part of a sweep."""

    key: str
    """Hash of everything that its rows depend on."""
    size: int
    """Questions in it, for the progress."""
    work: Any
    """What `Sweep.answer` needs beside the context; can be pickled."""


@dataclass(frozen=True)
class Sweep:
    """What is to be answered."""

    columns: dict[str, str]
    """Columns of the table with their types (str, int64, float64, bool, or `GIVEN`)."""
    chunks: tuple[Chunk, ...]
    """In the order of the table."""
    answer: Callable[[Any, Any], pd.DataFrame]
    """`answer(context, work) -> DataFrame`; a function of a module, so that it can be pickled."""
    context: Any = None
    """What all chunks share; can be pickled."""

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
    """Hash the package, constants included: no chunk of another version is used."""
    files = (file for file in sorted(_ROOT.rglob("*")) if file.suffix in (".py", ".csv"))
    parts = [part for f in files for part in (f.relative_to(_ROOT).as_posix(), f.read_bytes())]
    return content_hash(*parts, np.__version__, pd.__version__)


def chunk_bytes(sweep: Sweep, work: Any, form: str) -> bytes:
    """Answer one chunk and write its rows: CSV without a header, or a Parquet file."""
    return write_rows(sweep.answer(sweep.context, work), sweep.columns, form)


def write_rows(frame: pd.DataFrame, columns: dict[str, str], form: str) -> bytes:
    """Write rows with the types and digits of a sweep.

    Raises `ValueError` if the frame has other columns, or the format is unknown.
    """
    if list(frame) != list(columns) or form not in FORMATS:
        raise ValueError(f"columns {list(frame)} or format {form} are not those of the sweep")
    given = {"csv": {}, "parquet": dict.fromkeys(_of_kind(columns, GIVEN), "float64")}[form]
    typed = frame.astype({n: kind for n, kind in columns.items() if kind != GIVEN} | given)
    floats = _of_kind(columns, "float64")
    typed = typed.assign(**{name: round_significant(typed[name], DIGITS) for name in floats})
    if form == "csv":
        return typed.to_csv(index=False, header=False, lineterminator="\n").encode()
    buffer = io.BytesIO()
    typed.to_parquet(buffer, index=False)
    return buffer.getvalue()


def _of_kind(columns: dict[str, str], kind: str) -> list[str]:
    return [name for name, own in columns.items() if own == kind]


class Ledger:
    """Chunks kept beside the table that is to be made of them.

    `out`: the table, `.csv` or `.parquet`.

    Raises
    ------
    helpers.problems.InputError
        If the name ends otherwise, or Parquet is asked for and pyarrow is missing.
    """

    def __init__(self, out: Path):
        self.out = Path(out)
        self.form = self.out.suffix.removeprefix(".")
        if self.form not in FORMATS:
            raise InputError(f"{out}: a sweep writes .csv or .parquet; choose such a name")
        if self.form == "parquet":
            try:
                import pyarrow  # noqa: F401
            except ImportError:
                raise InputError(
                    "Parquet needs pyarrow; install shenzhen-targets[parquet], or choose .csv"
                ) from None
        self.folder = self.out.with_name(self.out.name + ".sweep")

    @contextmanager
    def opened(self, sweep: Sweep) -> Iterator["Ledger"]:
        """Hold the folder for one run, with the manifest of a sweep in it.

        Raises `InputError` if another run holds it, or something of its name is there that no sweep
        made.
        """
        try:
            self.folder.mkdir(parents=True)
        except FileExistsError:
            if not self._made_by_a_sweep():
                message = "is there and no sweep made it; move it away, or give --out another name"
                raise InputError(f"{self.folder}: {message}") from None
        with (self.folder / LOCK).open("a") as handle:
            if not locked(handle):
                raise InputError(f"{self.folder}: another sweep is at work here; wait for it")
            for left in self.folder.glob(f"{PART}*"):
                left.unlink()
            manifest = {
                "engine": engine_hash(),
                "columns": sweep.columns,
                "size": sweep.size,
                "chunks": [chunk.key for chunk in sweep.chunks],
            }
            self._write(MANIFEST, (json.dumps(manifest, indent=1) + "\n").encode())
            yield self

    def finished(self, chunks: Iterable[Chunk]) -> dict[str, Path]:
        """Return the files of the chunks that are there and sound, by key."""
        keys = {chunk.key for chunk in chunks}
        sound = {}
        for path in self.folder.iterdir():
            key, _, checksum = path.name.partition("-")
            if key in keys and _sum(path.read_bytes()) == checksum:
                sound[key] = path
        return sound

    def keep(self, chunk: Chunk, content: bytes) -> Path:
        """Store what a chunk gave, in one step."""
        return self._write(f"{chunk.key}-{_sum(content)}", content)

    def finish(self, sweep: Sweep, files: dict[str, Path]) -> None:
        """Write the table from the files of all chunks, in one step, and remove the folder."""
        part = self.folder / f"{PART}{self.out.name}"
        ordered = [files[chunk.key] for chunk in sweep.chunks]
        if self.form == "csv":
            _join_csv(list(sweep.columns), ordered, part)
        else:
            _join_parquet(sweep.columns, ordered, part)
        part.replace(self.out)
        self._remove()

    def _made_by_a_sweep(self) -> bool:
        """Say whether what is there is the folder of a stopped sweep: nothing else is touched."""
        if self.folder.is_symlink() or not (self.folder / LOCK).is_file():
            return False
        try:
            manifest = json.loads((self.folder / MANIFEST).read_text(encoding="utf-8"))
        except FileNotFoundError:  # stopped before it was written
            return all(_is_own(path) for path in self.folder.iterdir())
        except (OSError, ValueError):
            return False
        return isinstance(manifest, dict) and {"engine", "chunks"} <= manifest.keys()

    def _remove(self) -> None:
        """Remove what sweeps made, and the folder if nothing else is in it."""
        with suppress(OSError):  # the table is there: what is left over harms nothing
            for path in self.folder.iterdir():
                if _is_own(path):
                    path.unlink()
            self.folder.rmdir()

    def _write(self, name: str, content: bytes) -> Path:
        handle, part = tempfile.mkstemp(prefix=PART, dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return Path(part).rename(self.folder / name)


def _is_own(path: Path) -> bool:
    named = path.name in (LOCK, MANIFEST) or path.name.startswith(PART)
    return path.is_file() and (named or bool(_CHUNK.fullmatch(path.name)))


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _join_csv(columns: list[str], files: list[Path], part: Path) -> None:
    with part.open("wb") as table:
        table.write((",".join(columns) + "\n").encode())
        for file in files:
            table.write(file.read_bytes())


def _join_parquet(columns: dict[str, str], files: list[Path], part: Path) -> None:
    import pyarrow.parquet as pq

    if not files:
        part.write_bytes(write_rows(pd.DataFrame(columns=list(columns)), columns, "parquet"))
        return
    with pq.ParquetWriter(part, pq.read_schema(files[0])) as writer:
        for file in files:
            writer.write_table(pq.read_table(file))
