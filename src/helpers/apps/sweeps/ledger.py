"""The ledger of a sweep: finished chunks as files, so that a stopped sweep goes on.

Beside the table `F` stands the folder `F.sweep` while it is made: `manifest.json` says which
chunks there are, and `<key>-<sum>` holds one of them. A file is named by what it rests on and by
what is in it, and appears whole or not at all; so a chunk that is there and sound is right, and any
other is answered again. The table is written once, at the end, and the folder is then removed.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from helpers.apps.sweeps.chunks import FORMATS, Chunk, Sweep, engine_hash
from helpers.problems import InputError

try:
    import fcntl
except ImportError:  # Windows has no such lock; there two sweeps at once are not detected
    fcntl = None


class Ledger:
    """Chunks kept beside the table that is to be made of them.

    Parameters
    ----------
    out : Path
        The table, `.csv` or `.parquet`.

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

        Raises
        ------
        helpers.problems.InputError
            If another run holds it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("a") as handle:
            if fcntl:
                try:
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    raise InputError(
                        f"{self.folder}: another sweep is at work here; wait for it"
                    ) from None
            for left in self.folder.glob(".part-*"):
                left.unlink()
            self._write("manifest.json", self._manifest(sweep))
            yield self

    def _manifest(self, sweep: Sweep) -> bytes:
        entry = {
            "engine": engine_hash(),
            "columns": sweep.columns,
            "size": sweep.size,
            "chunks": [chunk.key for chunk in sweep.chunks],
        }
        return (json.dumps(entry, indent=1) + "\n").encode()

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

    def finish(self, sweep: Sweep, files: dict[str, Path]) -> int:
        """Write the table from the files of all chunks, in one step; return its bytes."""
        part = self.folder / f".part-{self.out.name}"
        ordered = [files[chunk.key] for chunk in sweep.chunks]
        if self.form == "csv":
            _join_csv(list(sweep.columns), ordered, part)
        else:
            _join_parquet(sweep, ordered, part)
        size = part.stat().st_size
        part.replace(self.out)
        return size

    def remove(self) -> None:
        """Remove the folder: the table is there."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write(self, name: str, content: bytes) -> Path:
        handle, part = tempfile.mkstemp(prefix=".part-", dir=self.folder)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        return Path(part).rename(self.folder / name)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:32]


def _join_csv(columns: list[str], files: list[Path], part: Path) -> None:
    with part.open("wb") as table:
        table.write((",".join(columns) + "\n").encode())
        for file in files:
            table.write(file.read_bytes())


def _join_parquet(sweep: Sweep, files: list[Path], part: Path) -> None:
    import pyarrow.parquet as pq

    from helpers.apps.sweeps.chunks import write_rows

    empty = _empty(sweep)
    first = files[0] if files else None
    if first is None:
        part.write_bytes(write_rows(empty, sweep.columns, "parquet"))
        return
    with pq.ParquetWriter(part, pq.read_schema(first)) as writer:
        for file in files:
            writer.write_table(pq.read_table(file))


def _empty(sweep: Sweep):
    import pandas as pd

    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in sweep.columns.items()})
