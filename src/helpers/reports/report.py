"""Make a dated report: check, run the notebooks, build the site, publish it in one step.

Whatever goes wrong, the last published report stays as it was.
"""

from __future__ import annotations

import sys
import time
import traceback
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from helpers.problems import InputError
from helpers.reports.store.fingerprints import nothing_new, take_inputs
from helpers.reports.store.folders import Journal, NotWritable, ReportsBusy
from helpers.reports.store.request import (
    BUSY,
    FAILED,
    UNCHANGED,
    ReportRequest,
    ReportResult,
    check_request,
)
from helpers.reports.store.run import RequestError

if TYPE_CHECKING:
    from helpers.reports.runs.kernels import Kernels

# On import nbformat has jsonschema build a grammar of international addresses: half a second of
# every report, for a check that no notebook asks for. It does without where the module is missing.
cast("dict[str, object]", sys.modules).setdefault("rfc3987_syntax", None)

__all__ = ["ReportRequest", "ReportResult", "RequestError", "make_report"]


def make_report(request: ReportRequest) -> ReportResult:
    """Make and publish one report.

    Raises
    ------
    helpers.observations.raw_data.RawDataError
        With every problem of the raw tables. Nothing has been written then.
    RequestError
        For parameters, notebooks or settings that cannot be used. Nothing has been written then.
    KeyboardInterrupt
        When interrupted or terminated; kernels are killed and nothing is published.
    """
    clock, started = time.perf_counter(), datetime.now(UTC).isoformat(timespec="seconds")
    check_request(request)
    inputs = take_inputs(request)  # before anything is read, also by kernels
    journal = Journal(request.out_dir)
    if request.if_changed and (told := nothing_new(request, inputs.totals)):
        journal.note("nothing new", as_of=request.as_of)
        return ReportResult(UNCHANGED, time.perf_counter() - clock, message=told)
    try:
        with _kernels(request) as kernels:
            # Imported here: a second that a run with nothing to do need not pay.
            from helpers.reports.runs.making import make

            return make(request, journal, inputs, started, clock, kernels)
    except InputError as error:
        journal.note("report refused", as_of=request.as_of, message=str(error)[:2000])
        raise
    except ReportsBusy as error:
        if request.if_changed and not error.stuck:
            return ReportResult(BUSY, time.perf_counter() - clock, message=str(error))
        message = str(error)
    except NotWritable as error:
        message = str(error)
    except OSError as error:
        message = f"nothing was published: {error.strerror or error}: {error.filename or ''}"
        message = message.removesuffix(": ")
    except Exception as error:
        journal.note("unforeseen", traceback=traceback.format_exc())
        traced = " (traceback in log.jsonl)" if journal.path.exists() else ""
        message = f"nothing was published: {_unforeseen(error)}{traced}"
    journal.note("report failed", as_of=request.as_of, message=message)
    return ReportResult(FAILED, time.perf_counter() - clock, message=message)


def _unforeseen(error: Exception) -> str:
    """Say in one line what went wrong that no part of a report foresees, and what may help."""
    told = f"{type(error).__name__}: {error}".removesuffix(": ")
    short = isinstance(error, MemoryError) or "start new thread" in str(error)
    hint = "; the system gives this run no more memory, processes or threads" if short else ""
    return told + hint


def _kernels(request: ReportRequest) -> AbstractContextManager[Kernels | None]:
    """Let kernels import what the planned notebooks need while this process plans their runs."""
    if request.runs is not None:
        return nullcontext()
    from helpers.reports.runs.kernels import open_kernels

    return open_kernels(sorted(request.notebooks_dir.glob("[0-9]*.ipynb")), ahead=request.jobs)
