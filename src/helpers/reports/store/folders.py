"""Put a finished report in its place in one step, so that readers see the old one or the new one.

Names inside the folder of all reports: `<as-of>` a published report; `latest` the one that holds
now (see `current_report`); `failed-<as-of>` what is left of a run that failed; `.building-*` a run
at work; `<as-of>.replaced` the former report, for the moment between two renames; `.finished` runs
of a report that was cut short; `log.jsonl` what happened.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from helpers import days
from helpers.reports.store import scratch
from helpers.vocabulary import AS_OF

if TYPE_CHECKING:
    import pandas as pd

BUILDING = ".building-"
REPLACED = ".replaced"
LOG = "log.jsonl"
LARGEST = 1_000_000
"""Bytes of the log; a longer one becomes `log.1.jsonl`, and the one that had this name goes."""
DATED = re.compile(r"\d{4}-\d{2}-\d{2}")
FAILED_BEFORE = "failed-"
FAILURES_KEPT = 5
"""Newest failed runs whose traces are kept, until a report succeeds."""
LONGEST_RUN = 3 * 3600
"""Seconds after which a run at work counts as stuck: others do not wait for it in silence."""
WIDE = {"assessment.csv": "target_id"}
"""Tables of many columns, and what names their rows."""
TOLD = {
    "assessment.csv": ["reason"],
    "measures.csv": ["statement_en", "statement_zh", "statement_ja"],
    "outlook_2035.csv": ["indicator", "area", "target_year", "target_level"],
}
"""Columns of sentences on facts that stand beside them, and of what `assessment.csv` holds."""
SPOKEN = {"statements.csv"}
"""Tables that are nothing but sentences."""
REDIRECT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Latest report</title>
<meta http-equiv="refresh" content="0; url=../{name}/index.html"></head>
<body><p><a href="../{name}/index.html">Latest report: {name}</a></p></body></html>
"""


class ReportsBusy(RuntimeError):
    """Another run is writing to the same folder of reports; `stuck` if it has been for hours."""

    def __init__(self, message: str, *, stuck: bool):
        self.stuck = stuck
        super().__init__(message)


class NotWritable(RuntimeError):
    """The folder of reports cannot be written."""


@contextlib.contextmanager
def locked(reports: Path) -> Iterator[None]:
    """Hold the folder of reports for one run; the lock ends with the process, however it ends.

    What an earlier run left half done is set right: see `recover`.

    Raises
    ------
    ReportsBusy
        If another process holds it.
    NotWritable
        If the folder cannot be made or written.
    """
    try:
        make_readable_folder(reports)
        handle = (reports / ".lock").open("a")
    except OSError as error:
        raise NotWritable(f"{reports}: {error.strerror}; choose another folder") from None
    with handle:
        if not scratch.locked(handle):
            raise _busy(reports, handle.fileno())
        os.utime(reports / ".lock")  # since when it is held
        recover(reports)
        yield


def _busy(reports: Path, lock: int) -> ReportsBusy:
    """Say that another run is at work, and of one that should long have ended since when."""
    held = time.time() - os.fstat(lock).st_mtime
    told = f"{reports}: another report run is at work here"
    if held > LONGEST_RUN:
        told += f" for {held / 3600:.0f} hours: it may be stuck; end it and run again"
    return ReportsBusy(told, stuck=held > LONGEST_RUN)


def make_readable_folder(folder: Path) -> None:
    """Make a folder, and those above it, that a web server can read whatever the umask."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        path.chmod(0o755)


def let_read(folder: Path) -> None:
    """Let a web server read all that is in a folder, whatever the umask it was made under."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def recover(reports: Path) -> None:
    """Remove folders of crashed runs; put a report back that was moved aside but not replaced."""
    for folder in reports.glob(f"{BUILDING}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for aside in reports.glob(f"*{REPLACED}"):
        target = aside.with_name(aside.name.removesuffix(REPLACED))
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            aside.rename(target)


@contextlib.contextmanager
def building(reports: Path, name: str) -> Iterator[Path]:
    """Yield a new folder beside the reports; whatever is left of it at the end is removed."""
    folder = Path(tempfile.mkdtemp(prefix=f"{BUILDING}{name}-", dir=reports))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def replace_folder(new: Path, target: Path) -> None:
    """Rename `new` to `target`; a former `target` is moved aside first and removed last.

    A crash in between leaves the former report under `<name>.replaced`, which the next run
    renames back.
    """
    aside = target.with_name(target.name + REPLACED)
    if target.exists():
        shutil.rmtree(aside, ignore_errors=True)
        target.rename(aside)
    try:
        new.rename(target)
    except OSError:
        if aside.exists():
            aside.rename(target)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def report_folders(reports: Path) -> list[Path]:
    """Return the folders of published reports, the newest as-of date first.

    A folder counts if it has a date for a name and a run record; a link does not count.
    """
    return sorted((p for p in _dated(reports) if (p / "run.json").is_file()), reverse=True)


def read_record(folder: Path) -> dict[str, Any]:
    """Return the run record of a published report; nothing if it cannot be read."""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def made_ahead(record: Mapping[str, Any]) -> bool:
    """Whether a report was made before the day that it is of had come."""
    return str(record.get("as_of", "")) > str(record.get("made_on", "9999"))


def next_number(reports: Path) -> int:
    """Return the number of the next report in the order of making: clocks may be set back."""
    return 1 + max((_number(read_record(f)) for f in report_folders(reports)), default=0)


def _number(record: Mapping[str, Any]) -> int:
    number = record.get("number")
    return number if isinstance(number, int) else 0


def current_report(reports: Path) -> Path | None:
    """Return the report that holds now; None where there is none.

    It is the one made last. One of a day ahead never counts, nor one of an earlier day than another
    that was made before it, unless that earlier day was the day of its making: then the clock had
    been wrong before.
    """
    today = days.today().isoformat()
    dated = [path for path in _dated(reports) if path.name <= today]
    records = {path: read_record(path) for path in dated}
    counted = [path for path in dated if not made_ahead(records[path])]
    current: Path | None = None
    for path in sorted(counted, key=lambda path: (_number(records[path]), path.name)):
        own_day = records[path].get("made_on") == path.name
        if current is None or own_day or path.name >= current.name:
            current = path
    return current


def _dated(reports: Path) -> list[Path]:
    try:
        every = [path for path in reports.iterdir() if DATED.fullmatch(path.name)]
    except OSError:
        return []
    return [path for path in every if path.is_dir() and not path.is_symlink()]


def drop_failures(reports: Path, keep: int) -> None:
    """Remove what is left of failed runs, but for the newest `keep` by their day."""
    left = sorted(reports.glob(f"{FAILED_BEFORE}*"), reverse=True)
    for folder in left[keep:]:
        shutil.rmtree(folder, ignore_errors=True)


def prune(reports: Path, keep: int | None, published: Path) -> tuple[str, ...]:
    """Remove all but the `keep` newest reports, none if None; return the names of those removed.

    The report just published stays in any case, and so do what `latest` leads to and what cannot be
    removed. Each is moved aside first, so that no half removed report can be seen.
    """
    latest = (reports / "latest").resolve()
    removed = []
    for folder in report_folders(reports)[keep:] if keep else ():
        if folder.resolve() not in (published.resolve(), latest):
            aside = folder.with_name(f"{BUILDING}removed-{folder.name}")
            with contextlib.suppress(OSError):
                folder.rename(aside)
                shutil.rmtree(aside, ignore_errors=True)
                removed.append(folder.name)
    return tuple(removed)


def point_latest(reports: Path) -> None:
    """Let `latest` lead to the report that holds now; it is left alone where none does.

    A relative symbolic link; where links cannot be made, a folder with a page that leads on.
    """
    current = current_report(reports)
    if current is None:
        return
    newest = current.name
    latest = reports / "latest"
    fresh = reports / f"{BUILDING}latest"
    with contextlib.suppress(FileNotFoundError):
        fresh.unlink()
    try:
        fresh.symlink_to(newest, target_is_directory=True)
    except (OSError, NotImplementedError):
        make_readable_folder(latest)
        write_whole(latest / "index.html", REDIRECT.format(name=newest).encode())
        return
    if latest.is_dir() and not latest.is_symlink():
        shutil.rmtree(latest)
    fresh.replace(latest)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file under a temporary name and rename it, so that it is never seen half written."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def copy_tables(tables: Path, target: Path) -> tuple[Path, ...]:
    """Store every CSV below `tables` at the same place below `target`, each file in one step.

    What is stored of each says `stored`. A file whose content is the same is left alone. Returns
    the files that changed.
    """
    changed = []
    for source in sorted(tables.rglob("*.csv")):
        path = target / source.relative_to(tables)
        content = stored(source)
        if content is None:
            continue
        if not path.exists() or path.read_bytes() != content:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)
            changed.append(path)
    return tuple(changed)


def stored(file: Path) -> bytes | None:
    """Return a table of a report as it is stored; None if it is not.

    A line changes only if its fact did: a wide table has the columns field and value beside the
    name of its row, and words before numbers, which move together. The name stands on the first of
    its lines, which git repeats over each part of a difference. Left out are sentences, which
    say the same facts again in each language, what each year of a goal would say again of it, and
    rows that say how things stand on the day of the edition and nothing else.
    """
    import pandas as pd  # a run with nothing new does without

    if file.name in SPOKEN:
        return None
    table = pd.read_csv(file, dtype=str, keep_default_na=False)
    table = table.drop(columns=TOLD.get(file.name, []), errors="ignore")
    if "what" in table:
        table = table[table["what"].ne(AS_OF)]
    if key := WIDE.get(file.name):
        table = _long(table, key)
    return table.to_csv(index=False, lineterminator="\n").encode()


def _long(table: pd.DataFrame, key: str) -> pd.DataFrame:
    import pandas as pd

    def is_number(name: str) -> bool:
        cells = table.loc[table[name].ne(""), name]
        return bool(pd.to_numeric(cells, errors="coerce").notna().all())

    cells = table.melt(key, sorted(table.columns.drop(key), key=is_number), "field", "value",
                       ignore_index=False)  # fmt: skip
    cells = cells[cells["value"].ne("")].sort_index(kind="stable")
    return cells.assign(**{key: cells[key].mask(cells[key].duplicated(), "")})


class Journal:
    """Appends events to the log of a folder of reports: one JSON object a line.

    Nothing is written while the folder does not exist, and a log that cannot be written never
    stops a report.
    """

    def __init__(self, reports: Path):
        self.path = reports / LOG

    def note(self, event: str, **facts: Any) -> None:
        """Append one event with its facts; times are UTC."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, "event": event, **facts}, ensure_ascii=False, default=str)
        with contextlib.suppress(OSError):
            if not self.path.parent.is_dir():
                return
            if self.path.exists() and self.path.stat().st_size > LARGEST:
                self.path.replace(self.path.with_name("log.1.jsonl"))
            # One write of a whole line, appended: runs side by side do not mix.
            with self.path.open("ab", buffering=0) as log:
                log.write((line + "\n").encode("utf-8", "backslashreplace"))
