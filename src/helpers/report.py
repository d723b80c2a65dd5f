"""Make a dated report: check, run the notebooks, build the site, publish it in one step.

Whatever goes wrong, the last published report stays as it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
import traceback
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from helpers import ROOT
from helpers.observations import RawData, read_raw
from helpers.running import publication
from helpers.running.request import ReportRequest, RequestError, check_request
from helpers.running.run_record import checkout_state, last_seconds, run_record
from helpers.running.runs import Outcome, Run, planned_runs, resolve_runs

__all__ = ["ReportRequest", "ReportResult", "RequestError", "make_report"]

COMPLETE, PARTIAL, FAILED = "complete", "partial", "failed"


@dataclass(frozen=True)
class ReportResult:
    """How it ended.

    Attributes
    ----------
    state : str
        `complete`, `partial` (published, but a notebook failed) or `failed` (nothing published).
    folder : Path or None
        The published report, or what is kept of the failed run.
    outcomes : tuple of Outcome
    seconds : float
    processed : tuple of Path
        Tables that changed in the processed folder.
    message : str
        Why it failed, in one line.
    """

    state: str
    folder: Path | None
    outcomes: tuple[Outcome, ...]
    seconds: float
    processed: tuple[Path, ...] = ()
    message: str = ""

    @property
    def exit_code(self) -> int:
        """Exit code of the command: 0 only for a complete report."""
        return 0 if self.state == COMPLETE else 1


def make_report(request: ReportRequest) -> ReportResult:
    """Make and publish one report.

    Raises
    ------
    helpers.observations.RawDataError
        With every problem of the raw tables. Nothing has been written then.
    RequestError
        For parameters, notebooks or settings that cannot be used. Nothing has been written then.
    KeyboardInterrupt
        When interrupted or terminated; kernels are killed and nothing is published.
    """
    start, started = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    check_request(request)
    raw = read_raw(request.raw_dir)
    common = {
        "as_of": request.as_of,
        "raw_dir": str(request.raw_dir.resolve()) if request.raw_dir else "",
        "output_dir": "tables",
    }
    planned = planned_runs(raw.targets) if request.runs is None else request.runs
    runs = resolve_runs(planned, request.notebooks_dir, common, request.parameters)
    try:
        with (
            publication.locked(request.out_dir),
            publication.building(request.out_dir, request.as_of) as build,
        ):
            return _make(request, raw, runs, build, (start, started))
    except (publication.ReportsBusy, publication.NotWritable) as error:
        message = str(error)
    except OSError as error:
        message = f"nothing was published: {error.strerror or error}: {error.filename or ''}"
    return ReportResult(FAILED, None, (), time.perf_counter() - start, message=message)


def _make(
    request: ReportRequest,
    raw: RawData,
    runs: tuple[Run, ...],
    build: Path,
    clock: tuple[float, str],
) -> ReportResult:
    """Run, build and publish inside `build`, a folder that is removed afterwards."""
    for name in ("site/notebooks", "work/tables", "failed"):
        (build / name).mkdir(parents=True)
    outcomes = _execute(request, runs, build)
    failures = {o.name: o.message for o in outcomes if o.state != "done"}
    changed = changed_files(raw)
    if changed:
        failures["raw data"] = f"changed while the report was made: {', '.join(changed)}"
    state = COMPLETE if not failures else PARTIAL
    if changed or (failures and not request.keep_going):
        state = FAILED
    if state != FAILED:
        fault = _build_pages(request, raw, runs, outcomes, failures, build)
        if fault:
            state, failures = FAILED, {**failures, "pages": fault}
    record = _record(request, raw, runs, outcomes, state, clock)
    folder = _place(request, build, state, record)
    processed = ()
    if state == COMPLETE and request.update_processed:
        processed = publication.copy_tables(folder / "tables", request.processed_dir)
    message = "; ".join(f"{name}: {text}" for name, text in failures.items())
    return ReportResult(state, folder, outcomes, time.perf_counter() - clock[0], processed, message)


def _execute(request: ReportRequest, runs: tuple[Run, ...], build: Path) -> tuple[Outcome, ...]:
    # Imported here: half a second that a refused request need not pay.
    from helpers.running.execution import execute_all

    if request.progress:
        request.progress.start(len(runs))
    return execute_all(
        runs,
        request.notebooks_dir,
        build,
        jobs=request.jobs,
        timeout=request.timeout,
        keep_going=request.keep_going,
        tell=request.progress or (lambda event: None),
        expected=last_seconds(request.out_dir / "latest" / "run.json"),
    )


def _build_pages(
    request: ReportRequest,
    raw: RawData,
    runs: tuple[Run, ...],
    outcomes: tuple[Outcome, ...],
    failures: Mapping[str, str],
    build: Path,
) -> str:
    """Build the site; return what went wrong in one line, with its traceback kept, or ""."""
    from helpers.site.edition import fill_edition

    try:
        fill_edition(build, request.as_of, raw, runs, outcomes, failures)
    except OSError:
        raise
    except Exception as error:
        text = traceback.format_exc()
        (build / "failed" / "pages.traceback.txt").write_text(text, encoding="utf-8")
        return f"{type(error).__name__}: {error}"
    return ""


def changed_files(raw: RawData) -> list[str]:
    """Return the raw files whose content is no longer what was read at the start."""
    changed = []
    for name, checksum in raw.checksums.items():
        try:
            now = hashlib.sha256((raw.raw_dir / name).read_bytes()).hexdigest()
        except OSError:
            now = ""
        if now != checksum:
            changed.append(name)
    return changed


def _record(
    request: ReportRequest,
    raw: RawData,
    runs: tuple[Run, ...],
    outcomes: tuple[Outcome, ...],
    state: str,
    clock: tuple[float, str],
) -> dict[str, Any]:
    done = {outcome.name: outcome for outcome in outcomes}
    entries = [
        {
            **asdict(run),
            "parameters": dict(run.parameters),
            "state": done[run.name].state,
            "seconds": round(done[run.name].seconds, 2),
            "message": done[run.name].message,
        }
        for run in runs
    ]
    return run_record(
        state=state,
        as_of=request.as_of,
        parameters={
            "as_of": request.as_of,
            "raw_dir": str(request.raw_dir) if request.raw_dir else "",
            "jobs": request.jobs,
            "keep_going": request.keep_going,
            "update_processed": request.update_processed,
            "timeout": request.timeout,
            **request.parameters,
        },
        runs=entries,
        checksums=raw.checksums,
        checkout=checkout_state(ROOT),
        started=clock[1],
        seconds=time.perf_counter() - clock[0],
    )


def _place(
    request: ReportRequest,
    build: Path,
    state: str,
    record: Mapping[str, Any],
) -> Path:
    """Publish the site, or keep what failed beside the reports; return the folder."""
    text = json.dumps(record, ensure_ascii=False, indent=1, default=str) + "\n"
    failed = request.out_dir / f"failed-{request.as_of}"
    if state != COMPLETE:
        (build / "failed" / "run.json").write_text(text, encoding="utf-8")
        publication.replace_folder(build / "failed", failed)
    else:
        shutil.rmtree(failed, ignore_errors=True)
    if state == FAILED:
        return failed
    (build / "site" / "run.json").write_text(text, encoding="utf-8")
    target = request.out_dir / request.as_of
    publication.replace_folder(build / "site", target)
    publication.point_latest(request.out_dir)
    return target
