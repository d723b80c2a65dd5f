"""Whether a new report could say anything new; answered without loading data or libraries."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from helpers.reports.store.fingerprints import report_inputs
from helpers.reports.store.folders import report_folders
from helpers.reports.store.request import ReportRequest


def nothing_new(request: ReportRequest) -> str:
    """Say in one line that the last report still stands; "" if a new one is due.

    It stands if it is complete and figures, notebooks, code and parameters are the same by
    content. For today's report the mere date is no change: until the day that its record names as
    `next_change` an earlier report stands too. A report as of another day stands only for that day.
    """
    last = _last(request)
    if last is None:
        return ""
    name, record = last
    until = str(record.get("next_change", ""))
    if record.get("state") != "complete" or not (name == request.as_of or request.as_of < until):
        return ""
    if record.get("inputs") != report_inputs(request):
        return ""
    return f"nothing new since the report of {name}"


def _last(request: ReportRequest) -> tuple[str, dict[str, Any]] | None:
    today = request.as_of == date.today().isoformat()
    for folder in report_folders(request.out_dir):
        if folder.name == request.as_of or (today and folder.name < request.as_of):
            return folder.name, read_record(folder)
    return None


def read_record(folder: Path) -> dict[str, Any]:
    """Return the run record of a published report; nothing if it or its front page is damaged."""
    try:
        record = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    whole = isinstance(record, dict) and (folder / "index.html").is_file()
    return record if whole else {}
