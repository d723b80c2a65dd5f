"""Make a hundred area reports by papermill on a dask cluster, and check that each is whole.

    OMP_NUM_THREADS=1 python benchmarks/area_reports.py [--areas 100] [--kill]

A raw folder is laid out in which each area has the R&D intensity of the first area with a target,
scaled by a planted factor. `--kill` ends one of the workers after a tenth of the reports.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd
from scaling import cluster

from helpers import ROOT
from helpers.apps.sweeps.reports import area_reports, sweep_reports
from helpers.observations.raw_data import read_raw

AS_OF = "2026-11-23"
INDICATOR, LIKE = "rd_intensity", "shenzhen"


def lay_out(folder, count):
    """Copy the raw tables with `count` more areas; return the names of these."""
    shutil.copytree(ROOT / "data" / "raw", folder)
    table = pd.read_csv(folder / "areas.csv", dtype=str, keep_default_na=False)
    names = [f"area{i:03d}" for i in range(1, count + 1)]
    like = table[table["area"].eq(LIKE)]
    more = pd.concat(like.assign(area=name, name_en=f"Area {name[4:]}") for name in names)
    pd.concat([table, more]).to_csv(folder / "areas.csv", index=False, lineterminator="\n")
    path = folder / "observations" / "rd.csv"
    figures = pd.read_csv(path, dtype=str, keep_default_na=False)
    own = figures[figures["indicator"].eq(INDICATOR) & figures["area"].eq(LIKE)]
    parts = [figures]
    for i, name in enumerate(names):
        factor = 0.7 + 0.6 * i / max(1, count - 1)
        values = (own["value"].astype(float) * factor).map("{:.2f}".format)
        parts.append(own.assign(area=name, value=values))
    pd.concat(parts).to_csv(path, index=False, lineterminator="\n")
    return names


def whole(report):
    """Say whether a report is complete: its record says so, and its pages are there."""
    if not report.published.exists():
        return False
    record = json.loads(report.published.read_text("utf-8"))
    folder = report.published.parent
    pages = [folder / "index.html", *(folder / "notebooks").iterdir()]
    ends = all("</html>" in page.read_text("utf-8")[-200:] for page in pages[:1])
    left = list(report.request.out_dir.glob(".building-*"))
    return record["state"] == "complete" and len(pages) > 1 and ends and not left


def main():
    """Make the reports, count the whole ones, and say how long it took."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--areas", type=int, default=100)
    parser.add_argument("--kill", action="store_true", help="kill one of three workers on the way")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        raw_dir = Path(folder) / "raw"
        names = lay_out(raw_dir, given.areas)
        raw = read_raw(raw_dir)
        reports = area_reports(raw, names, AS_OF, Path(folder) / "reports", raw_dir=raw_dir)
        with cluster(3 if given.kill else 2) as (address, workers):
            ended, start = [], time.perf_counter()

            def tell(outcome):
                ended.append(outcome)
                print(f"{len(ended)}/{len(reports)} {outcome}", file=sys.stderr, flush=True)
                if given.kill and len(ended) >= len(reports) / 10 and workers[0].poll() is None:
                    workers[0].kill()

            sweep_reports(reports, scheduler=address, tell=tell)
            seconds = time.perf_counter() - start
        count = sum(whole(report) for report in reports)
        halves = [r.area for r in reports if r.published.parent.exists() and not whole(r)]
    print(f"{count} of {len(reports)} reports whole, {len(halves)} half-written, {seconds:.0f} s")
    return 0 if count == len(reports) and not halves else 1


if __name__ == "__main__":
    sys.exit(main())
