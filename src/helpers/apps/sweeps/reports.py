"""Whole notebook reports, one an area, here one after another or side by side on a cluster."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpers.apps.sweeps.work import connected, on_workers
from helpers.forecasting.batch import MIN_POINTS
from helpers.observations.raw_data import RawData
from helpers.problems import InputError, find_all
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.store.run import Run
from helpers.targets.states import read_targets
from helpers.vintages.series import known_series, open_archive

NOTEBOOK = "05_projection.ipynb"


@dataclass(frozen=True)
class AreaReport:
    """A report to be made."""

    area: str
    request: ReportRequest
    """Its folder of all reports is `<out>/<area>`."""

    @property
    def published(self) -> Path:
        """The record of the report; it is there only once the whole report is."""
        return self.request.out_dir / self.request.as_of / "run.json"


@dataclass(frozen=True)
class AreaOutcome:
    """How a report ended: state `complete`, `failed`, `partial`, or `there` from an earlier run."""

    area: str
    state: str
    seconds: float
    message: str = ""


def area_reports(
    raw: RawData, areas: Sequence[str] | None, as_of: str, out: Path, **request: Any
) -> list[AreaReport]:
    """Plan a report for each area: one projection for each indicator that has enough points.

    Raises `InputError` for areas that are unknown or have no series of enough points.

    `areas`: None for all that have a series to be projected. `as_of`: ISO date. `out`: folder of a
    folder for each area. `request`: further settings of `helpers.reports.report.ReportRequest`.
    """
    find_all(areas or (), raw.areas["area"], "area", "areas.csv")
    series = known_series(open_archive(raw), as_of)
    counts = series.groupby(["area", "indicator"], sort=False).size()
    enough = counts[counts.ge(MIN_POINTS)].reset_index()
    able = [area for area in raw.areas["area"] if area in set(enough["area"])]
    unable = [name for name in areas or () if name not in able]
    if unable:
        raise InputError(
            f"area: {', '.join(unable)}: no series of {MIN_POINTS} points by {as_of}; "
            "leave it out or give a later day"
        )
    reports = []
    for area in able:
        if areas is None or area in areas:
            runs = _runs(raw, area, enough.loc[enough["area"].eq(area), "indicator"])
            given = {"as_of": as_of, "jobs": 1, "runs": runs, **request}
            reports.append(AreaReport(area, ReportRequest(out_dir=Path(out) / area, **given)))
    return reports


def _runs(raw: RawData, area: str, indicators: Iterable[str]) -> tuple[Run, ...]:
    """Plan the projection of each indicator, held against its first target in the area."""
    own: dict[str, str] = {}
    for target in read_targets(raw.targets, raw.sources):
        if target.area == area:
            own.setdefault(target.indicator, target.target_id)
    return tuple(
        Run(
            f"05_projection_{name}",
            NOTEBOOK,
            {"indicator": name, "area": area, "target_id": own.get(name, "")},
        )
        for name in indicators
    )


def make_area_report(report: AreaReport) -> AreaOutcome:
    """Make one report, unless it is published already; `make_report` publishes it in one step."""
    if report.published.exists():
        return AreaOutcome(report.area, "there", 0.0)
    result = make_report(report.request)
    failed = [f"{o.name}: {o.message}" for o in result.outcomes if o.message]
    message = result.message or "; ".join(failed)
    return AreaOutcome(report.area, result.state, result.seconds, message)


def sweep_reports(
    reports: Sequence[AreaReport],
    *,
    scheduler: str = "",
    tell: Callable[[AreaOutcome], None] = lambda outcome: None,
) -> list[AreaOutcome]:
    """Make every report; on a cluster side by side, one a worker thread.

    `scheduler`: address of a dask scheduler whose workers share the folders named; empty for this
    process. `tell`: told of each report as it ends. Outcomes come in the order of `reports`. Raises
    `SweepStopped` if the cluster cannot be reached or gives up; published reports stay.
    """
    ended = {}

    def end(outcome: AreaOutcome) -> None:
        ended[outcome.area] = outcome
        tell(outcome)

    if scheduler:
        with connected(scheduler) as client:
            tasks = ((report.area, (report,)) for report in reports)
            for _, outcome in on_workers(client, make_area_report, tasks, pure=False):
                end(outcome)
    else:
        for report in reports:
            end(make_area_report(report))
    return [ended[report.area] for report in reports]
