"""Sweeps and reports on a real dask scheduler with worker processes of their own, on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import ROOT
from helpers.apps.cli import main
from helpers.apps.sweeps import chunks, reports, work
from helpers.apps.sweeps.panels import panel_sweep
from helpers.apps.sweeps.work import SweepStopped, run_sweep
from helpers.observations.raw_data import read_raw
from support.sweeps import EDITION, lines, planted, small

pytest.importorskip("distributed", reason="needs the extra `cluster`")
pytestmark = pytest.mark.slow
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


def start(kind, *arguments, folder):
    command = [sys.executable, "-m", "dask", kind, *map(str, arguments)]
    if kind == "worker":
        command += ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
    environment = {**os.environ, **ONE_THREAD, "DASK_DISTRIBUTED__WORKER__PRELOAD": "[]"}
    return subprocess.Popen([*command, "--no-dashboard"], env=environment, **QUIET)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(workers, folder):
    """A scheduler with workers; yields its address and the worker processes."""
    from distributed import Client

    port = free_port()
    address = f"tcp://127.0.0.1:{port}"
    processes = [start("scheduler", "--host", "127.0.0.1", "--port", port, folder=folder)]
    processes += [start("worker", address, "--host", "127.0.0.1", folder=folder)
                  for _ in range(workers)]  # fmt: skip
    try:
        with Client(address, timeout=60, set_as_default=False) as client:
            if workers:
                client.wait_for_workers(workers, timeout=60)
        yield address, processes[1:]
    finally:
        for process in reversed(processes):
            process.kill()
            process.wait()


@pytest.fixture(autouse=True)
def version_of_today():
    """Processes started by a test hash the code as it stands now; so does this one."""
    chunks.engine_hash.cache_clear()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    with running(2, tmp_path_factory.mktemp("dask")) as (where, _):
        yield where


@pytest.mark.parametrize("name", ["t.csv", "t.parquet"])
def test_the_table_is_the_local_one_byte_for_byte(address, tmp_path, name):
    here, there = tmp_path / f"here-{name}", tmp_path / f"there-{name}"
    asked = small(pairs=14)
    assert len(asked.chunks) == 15
    run_sweep(asked, here)
    run_sweep(asked, there, scheduler=address)
    assert here.read_bytes() == there.read_bytes()


def test_the_command_takes_the_address_from_the_environment(address, tmp_path, monkeypatch, capsys):
    asked = ["sweep", "--target", "pct_applications_2025", "--since", "2024-12-31", "--as-of",
             EDITION, "--chunk", "2", "--out"]  # fmt: skip
    assert main([*asked, str(tmp_path / "here.csv")]) == 0
    used = []
    answers = work.cluster_answers
    monkeypatch.setattr(work, "cluster_answers", lambda *a: used.append(a[3]) or answers(*a))
    monkeypatch.setenv("DASK_SCHEDULER_ADDRESS", address)
    assert main([*asked, str(tmp_path / "there.csv")]) == 0
    assert used == [address]
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()


def test_a_killed_worker_loses_nothing(tmp_path):
    batch = planted(600)
    asked = panel_sweep(batch, lines(batch), origins=[2022, 2024], horizon=5, pairs=40)
    run_sweep(asked, tmp_path / "here.csv")
    killed = []
    with running(2, tmp_path / "dask") as (where, workers):

        def tell(done, total):
            if done > total / 4 and not killed:
                workers[0].send_signal(signal.SIGKILL)
                killed.append(done)

        result = run_sweep(asked, tmp_path / "there.csv", scheduler=where, tell=tell)
        assert workers[0].wait(10) == -signal.SIGKILL
        assert workers[1].poll() is None
    assert killed and killed[0] < asked.size
    assert (result.chunks, result.taken_over) == (30, 0)
    assert (tmp_path / "here.csv").read_bytes() == (tmp_path / "there.csv").read_bytes()


def test_a_sweep_that_stopped_on_a_cluster_goes_on_here(tmp_path):
    batch = planted(600)
    asked = panel_sweep(batch, lines(batch), origins=[2022, 2024], horizon=5, pairs=40)
    with running(1, tmp_path / "dask") as (where, workers):

        def tell(done, total):
            if done > total / 4:
                workers[0].send_signal(signal.SIGKILL)
                raise SweepStopped("enough")

        with pytest.raises(SweepStopped, match="enough"):
            run_sweep(asked, tmp_path / "t.csv", scheduler=where, tell=tell)
    assert not (tmp_path / "t.csv").exists()
    assert run_sweep(asked, tmp_path / "t.csv").taken_over >= 7
    run_sweep(asked, tmp_path / "whole.csv")
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_scheduler_that_is_not_there_is_named(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(work, "PATIENCE", 1.0)
    where = f"tcp://127.0.0.1:{free_port()}"
    code = main(["sweep", "--target", "pct_applications_2025", "--scheduler", where,
                 "--out", str(tmp_path / "t.csv")])  # fmt: skip
    assert code == 1
    assert f"no dask scheduler answers at {where}" in capsys.readouterr().err


def test_an_address_that_is_none_is_named(tmp_path):
    with pytest.raises(SweepStopped, match="no dask scheduler answers at nonsense://x"):
        run_sweep(small(), tmp_path / "t.csv", scheduler="nonsense://x")


@pytest.mark.parametrize("port", [1, 8786])
def test_a_tls_address_without_certificates_is_one_sentence(tmp_path, capsys, port):
    asked = ["sweep", "--target", "pct_applications_2025", "--out", str(tmp_path / "t.csv")]
    assert main([*asked, "--scheduler", f"tls://127.0.0.1:{port}"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"tls://127.0.0.1:{port}") and "TLS__CA_FILE" in line


def test_the_scheduler_that_answered_is_named(address, tmp_path, capsys):
    run_sweep(small(pairs=14), tmp_path / "t.csv", scheduler=address)
    assert f"scheduler {address} (Scheduler-" in capsys.readouterr().err


def test_a_scheduler_without_workers_is_named(tmp_path, monkeypatch):
    with running(0, tmp_path) as (where, _):
        monkeypatch.setattr(work, "PATIENCE", 1.0)
        with pytest.raises(SweepStopped, match="has no worker; start one with `dask worker"):
            run_sweep(small(), tmp_path / "t.csv", scheduler=where)


def test_a_worker_of_another_version_is_refused(address, tmp_path, monkeypatch):
    monkeypatch.setattr(work, "engine_hash", lambda: "another")
    with pytest.raises(SweepStopped, match="runs another version of the package"):
        run_sweep(small(), tmp_path / "t.csv", scheduler=address)


def test_an_error_of_ours_on_a_worker_comes_back_as_itself(address, tmp_path):
    bad = small(scale="logit")  # values of 100 and more are no shares
    with pytest.raises(ValueError, match="outside the support of scale logit"):
        run_sweep(bad, tmp_path / "t.csv", scheduler=address)


# Whole reports


NOTEBOOK = """{
 "cells": [
  {"cell_type": "code", "execution_count": null, "id": "a", "outputs": [], "source": [
    "as_of: str = '2026-11-23'  # day\\n", "raw_dir: str = ''  # folder\\n",
    "output_dir: str = ''  # folder\\n", "indicator: str = ''  # which\\n",
    "area: str = ''  # where\\n", "target_id: str = ''  # which"],
   "metadata": {"tags": ["parameters"]}},
  {"cell_type": "code", "execution_count": null, "id": "b", "metadata": {}, "outputs": [],
   "source": ["print(area, indicator)"]}],
 "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
              "language_info": {"name": "python"}},
 "nbformat": 4, "nbformat_minor": 5}"""


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    (folder / reports.NOTEBOOK).write_text(NOTEBOOK)
    return folder


def test_reports_are_made_side_by_side_and_only_once(address, tmp_path, notebooks):
    raw = read_raw()
    planned = reports.area_reports(
        raw, ["shanghai", "jiangsu", "zhejiang"], EDITION, tmp_path / "out",
        notebooks_dir=notebooks,
    )  # fmt: skip
    ended = reports.sweep_reports(planned, scheduler=address)
    assert [(o.area, o.state) for o in ended] == [
        ("shanghai", "complete"), ("jiangsu", "complete"), ("zhejiang", "complete")]  # fmt: skip
    for report in planned:
        assert report.published.exists()
        pages = list((report.request.out_dir / EDITION / "notebooks").iterdir())
        assert len(pages) >= 1
        assert not list(report.request.out_dir.glob(".building-*"))
    told = []
    again = reports.sweep_reports(planned, tell=told.append)
    assert [o.state for o in again] == ["there"] * 3 and told == again


def test_a_report_for_each_area_holds_the_series_with_enough_points():
    raw = read_raw()
    planned = {r.area: r for r in reports.area_reports(raw, None, EDITION, Path("out"))}
    assert {"shenzhen", "china", "guangdong", "beijing"} <= set(planned)
    runs = {run.parameters["indicator"]: run for run in planned["china"].request.runs}
    assert runs["rd_expenditure"].parameters["target_id"] == "cn_fyp14_rd_growth_2025"
    assert runs["pct_applications"].parameters["target_id"] == ""
    assert planned["china"].request.out_dir == Path("out/china")
    assert all(run.notebook == reports.NOTEBOOK for r in planned.values() for run in r.request.runs)
    assert (ROOT / "notebooks" / reports.NOTEBOOK).exists()


def test_tables_of_a_cluster_have_the_types_of_the_sweep(address, tmp_path):
    run_sweep(small(), tmp_path / "t.parquet", scheduler=address)
    table = pd.read_parquet(tmp_path / "t.parquet")
    assert table["year"].dtype == np.int64 and table["probability"].dtype == np.float64
    started = time.perf_counter()
    run_sweep(small(), tmp_path / "t.parquet", scheduler=address)
    assert time.perf_counter() - started < 30
