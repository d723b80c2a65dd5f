"""Sweeps on this machine: the table, chunks that are kept, and how they go on."""

import io
import json
import pickle
import signal
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest

from helpers.apps.cli import main
from helpers.apps.sweeps import chunks, panels
from helpers.apps.sweeps.chunks import Ledger, content_hash, write_rows
from helpers.apps.sweeps.panels import answer_panel, known_up_to, panel_levels, panel_sweep
from helpers.apps.sweeps.questions import (
    COLUMNS,
    day_list,
    placed_targets,
    specifications,
    target_sweep,
)
from helpers.apps.sweeps.work import SweepProgress, run_sweep
from helpers.forecasting.batch import SeriesBatch
from helpers.forecasting.projection import project
from helpers.problems import InputError
from helpers.targets.assessment import assess
from support.paths import TESTS
from support.sweeps import EDITION, lines, planted, small

PCT = "pct_applications_2025"


@pytest.fixture(autouse=True)
def version_of_today():
    """Processes started by a test hash the code as it stands now; so does this one."""
    chunks.engine_hash.cache_clear()


# Panels of series


def test_a_row_is_what_project_says_of_the_series_cut_off_there(tmp_path):
    batch = planted()
    run_sweep(small(batch), tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv").set_index(["series", "origin_year"])
    for name, origin in (("s0000", 2024), ("s0007", 2020), ("s0003", 2019)):
        row, cut = batch.names.index(name), 2024 - origin
        values = batch.values[row : row + 1, : 16 - cut]
        projected = project(SeriesBatch((name,), values, np.array([origin])), 2025 - origin)
        found = table.loc[(name, origin)]
        chance = projected.probability_at_least(found["threshold"])[0, -1]
        assert found["probability"] == pytest.approx(chance, abs=1e-7)
        assert found["median"] == pytest.approx(projected.median[0, -1], rel=1e-6)
        assert (found["year"], found["horizon"]) == (2025, 2025 - origin)


def test_nothing_after_the_origin_is_used():
    batch = planted()
    later = SeriesBatch(batch.names, batch.values.copy(), batch.origin_years)
    later.values[:, -4:] *= 7
    table, changed = (
        pd.concat(answer_panel(s.context, c.work) for s in [small(b)] for c in s.chunks)
        for b in (batch, later)
    )
    same = [
        t[t["origin_year"].le(2020)].drop(columns=["threshold", "probability"])
        for t in (table, changed)
    ]
    pd.testing.assert_frame_equal(*same)


def test_the_level_of_a_panel_looks_at_nothing_after_the_origin():
    batch = planted(points=26)
    later = SeriesBatch(batch.names, batch.values.copy(), batch.origin_years)
    later.values[:, -4:] *= np.geomspace(1, 9, 30)[:, None]
    plain, changed = (panel_levels(b, range(2017, 2025)) for b in (batch, later))
    assert [plain[y] == changed[y] for y in plain] == [True] * 4 + [False] * 4
    first, last = (small(b, levels=panel_levels(b, [2018])) for b in (batch, later))
    tables = [
        pd.concat(answer_panel(s.context, c.work) for c in s.chunks).query("origin_year == 2018")
        for s in (first, last)
    ]
    same = [t.drop(columns=["threshold", "probability"]).reset_index(drop=True) for t in tables]
    pd.testing.assert_frame_equal(*same)


def test_the_level_of_a_panel_is_the_same_for_every_chunk(tmp_path):
    batch = planted(points=26)
    levels = panel_levels(batch, range(2018, 2025))
    assert len({level.width for level in levels.values()}) == 7
    for pairs, name in ((7, "a"), (1000, "b")):
        run_sweep(small(batch, levels=levels, pairs=pairs), tmp_path / f"{name}.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    run_sweep(small(batch), tmp_path / "c.csv")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_a_sweep_of_a_panel_says_its_level_and_what_project_says(tmp_path, capsys):
    batch = planted(points=26)
    years = np.arange(1999, 2025)
    frames = [
        pd.DataFrame({"series": n, "year": years, "value": v}).dropna()
        for n, v in zip(batch.names, batch.values, strict=True)
    ]
    pd.concat(frames).to_csv(tmp_path / "s.csv", index=False)
    lines(batch).to_csv(tmp_path / "t.csv", index=False)
    files = [str(tmp_path / "s.csv"), "--thresholds", str(tmp_path / "t.csv")]
    found = []
    for flag in ([], ["--no-panel"]):
        assert main(["sweep", "--series", *files, "--out", str(tmp_path / "o.csv"), *flag]) == 0
        said = capsys.readouterr().err
        assert ("times as wide as the reference" in said) == (not flag)
        assert main(["project", *files, "--out", str(tmp_path / "p.csv"), *flag]) == 0
        said = capsys.readouterr().err
        assert ("times as wide as the reference" in said) == (not flag)
        swept, projected = pd.read_csv(tmp_path / "o.csv"), pd.read_csv(tmp_path / "p.csv")
        projected = projected[projected["output_type"].eq("probability")]
        np.testing.assert_allclose(swept["probability"], projected["value"], rtol=1e-6)
        found.append(swept["probability"].to_numpy())
    assert np.abs(found[0] - found[1]).max() > 0.002
    alone = project(SeriesBatch.from_long(frames[0]), 1)
    line = lines(batch)["threshold"][0]
    assert found[1][0] == pytest.approx(alone.probability_at_least(line)[0, 0], rel=1e-6)


def test_series_without_a_figure_or_too_short_at_an_origin_are_left_out():
    batch = planted()
    values, there = known_up_to(batch, 2019)
    assert values[0, -1] == batch.values[0, -6]
    assert not there[4] and there[3]  # s0004 has two points by 2019; s0003 a gap in 2014
    assert not known_up_to(batch, 2014)[1][3]
    assert not known_up_to(batch, 2025)[1].any()
    assert not known_up_to(batch, 1990)[1].any()


def test_every_series_origin_and_threshold_within_the_horizon_is_a_row(tmp_path):
    batch = planted()
    both = pd.concat([lines(batch, 2025), lines(batch, 2026).iloc[:5], lines(batch, 2040)])
    asked = panel_sweep(batch, both, origins=[2019, 2024], horizon=6)
    run_sweep(asked, tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv")
    counts = table.groupby(["origin_year", "year"]).size()
    assert counts.to_dict() == {(2019, 2025): 29, (2024, 2025): 30, (2024, 2026): 5}
    assert table["probability"].between(0, 1).all()
    assert (table["lower80"] < table["upper80"]).all()


def test_thresholds_come_back_as_they_were_given(tmp_path):
    series = "".join(f"a,{2010 + i},{10 + i}\n" for i in range(8))
    (tmp_path / "s.csv").write_text(f"series,year,value\n{series}")
    texts = ["-.5", "12.34567890123456789", "20", "1.5e2", "123456789012"]
    rows = "".join(f"a,2019,{text}\n" for text in texts)
    (tmp_path / "t.csv").write_text(f"series,year,threshold\n{rows}")
    for form in ("csv", "parquet"):
        files = ["--series", tmp_path / "s.csv", "--thresholds", tmp_path / "t.csv"]
        assert main(["sweep", *map(str, files), "--out", str(tmp_path / f"o.{form}")]) == 0
    assert pd.read_csv(tmp_path / "o.csv", dtype=str)["threshold"].tolist() == texts
    numbers = pd.read_parquet(tmp_path / "o.parquet")["threshold"]
    assert numbers.tolist() == [float(text) for text in texts]
    exact = run_sweep(small(), tmp_path / "p.csv").path
    back = pd.read_csv(exact, dtype={"threshold": str})["threshold"].map(float)
    assert set(back) == set(lines(planted())["threshold"])


@pytest.mark.parametrize("pairs", [1, 7, 10_000])
def test_the_size_of_chunks_does_not_show(tmp_path, pairs):
    run_sweep(small(), tmp_path / "a.csv")
    run_sweep(small(pairs=pairs), tmp_path / "b.csv")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


def test_csv_and_parquet_hold_the_same(tmp_path):
    run_sweep(small(), tmp_path / "t.csv")
    run_sweep(small(), tmp_path / "t.parquet")
    table = pd.read_parquet(tmp_path / "t.parquet")
    pd.testing.assert_frame_equal(pd.read_csv(tmp_path / "t.csv"), table)
    assert (
        list(tmp_path.iterdir()) == [tmp_path / "t.csv", tmp_path / "t.parquet"]
        or len(list(tmp_path.iterdir())) == 2
    )


def test_a_sweep_without_rows_is_a_table_with_its_columns(tmp_path):
    for name in ("t.csv", "t.parquet"):
        run_sweep(small(origins=[1900]), tmp_path / name)
    assert list(pd.read_csv(tmp_path / "t.csv")) == list(panels.COLUMNS)
    assert len(pd.read_parquet(tmp_path / "t.parquet")) == 0


# Chunks that are kept


class Stop(Exception):
    pass


def stop_after(count):
    calls = []

    def tell(done, total):
        calls.append(done)
        if len(calls) > count:
            raise Stop

    return tell


def test_a_stopped_sweep_goes_on_and_gives_the_same_bytes(tmp_path, monkeypatch):
    run_sweep(small(), tmp_path / "whole.csv")
    out = tmp_path / "t.csv"
    with pytest.raises(Stop):
        run_sweep(small(), out, tell=stop_after(2))
    assert not out.exists()
    asked = []
    monkeypatch.setattr(
        "helpers.apps.sweeps.work.chunk_bytes",
        lambda sweep, work, form: asked.append(1) or chunks.chunk_bytes(sweep, work, form),
    )
    result = run_sweep(small(), out)
    assert (result.taken_over, len(asked)) == (2, result.chunks - 2)
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()
    assert not (tmp_path / "t.csv.sweep").exists()


@pytest.mark.parametrize("spoil", [lambda b: b[:-9], lambda b: b"", lambda b: b + b"x"])
def test_a_torn_chunk_is_answered_again(tmp_path, spoil):
    out = tmp_path / "t.csv"
    with pytest.raises(Stop):
        run_sweep(small(), out, tell=stop_after(2))
    torn = next(p for p in (tmp_path / "t.csv.sweep").iterdir() if len(p.name) > 60)
    torn.write_bytes(spoil(torn.read_bytes()))
    assert run_sweep(small(), out).taken_over == 1
    run_sweep(small(), tmp_path / "whole.csv")
    assert out.read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_a_changed_value_asks_its_own_chunk_again_only(tmp_path):
    out = tmp_path / "t.csv"
    batch = planted()
    with pytest.raises(Stop):
        run_sweep(small(batch), out, tell=stop_after(3))
    batch.values[0, 0] *= 1.01
    assert run_sweep(small(batch), out).taken_over == 2


def test_another_version_of_the_package_takes_nothing_over(tmp_path, monkeypatch):
    out = tmp_path / "t.csv"
    with pytest.raises(Stop):
        run_sweep(small(), out, tell=stop_after(2))
    monkeypatch.setattr(panels, "engine_hash", lambda: "another")
    assert run_sweep(small(), out).taken_over == 0


def test_the_former_table_stays_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "t.csv"
    out.write_text("former")
    with pytest.raises(Stop):
        run_sweep(small(), out, tell=stop_after(3))
    assert out.read_text() == "former"
    manifest = json.loads((tmp_path / "t.csv.sweep" / "manifest.json").read_text())
    assert manifest["size"] == small().size
    assert manifest["chunks"] == [chunk.key for chunk in small().chunks]


def test_two_sweeps_to_one_table_are_refused(tmp_path):
    asked = small()
    with Ledger(tmp_path / "t.csv").opened(asked), pytest.raises(InputError, match="at work here"):
        run_sweep(asked, tmp_path / "t.csv")


def test_a_killed_process_leaves_what_it_did(tmp_path):
    """SIGKILL in the middle: no half table, and the next run needs only the rest."""
    code = (
        f"import sys, time; sys.path.insert(0, {str(TESTS)!r}); from pathlib import Path\n"
        "from support.sweeps import small; from helpers.apps.sweeps.work import run_sweep\n"
        f"run_sweep(small(), Path({str(tmp_path / 't.csv')!r}), "
        "tell=lambda done, total: (print(done, flush=True), time.sleep(0.3 if done else 0)))"
    )
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    while process.stdout.readline().strip() in ("", "0"):
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert not (tmp_path / "t.csv").exists()
    result = run_sweep(small(), tmp_path / "t.csv")
    assert 1 <= result.taken_over < result.chunks
    run_sweep(small(), tmp_path / "whole.csv")
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "whole.csv").read_bytes()


def test_processes_give_the_bytes_of_one(tmp_path):
    run_sweep(small(), tmp_path / "one.csv")
    run_sweep(small(), tmp_path / "two.csv", jobs=2)
    assert (tmp_path / "one.csv").read_bytes() == (tmp_path / "two.csv").read_bytes()


def test_the_version_covers_code_and_constants(tmp_path, monkeypatch):
    monkeypatch.setattr(chunks, "_ROOT", tmp_path)
    versions = set()
    for name, text in (("a.py", "1"), ("a.py", "2"), ("b/c.csv", "2"), ("b/d.py", "2")):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
        chunks.engine_hash.cache_clear()
        versions.add(chunks.engine_hash())
    assert len(versions) == 4
    (tmp_path / "b" / "note.txt").write_text("of no consequence")
    chunks.engine_hash.cache_clear()
    assert chunks.engine_hash() in versions


def test_hashes_tell_types_shapes_and_borders_apart():
    array = np.arange(6.0)
    parts = [("ab", "c"), ("a", "bc"), (b"ab", "c"), (array,), (array.reshape(2, 3),),
             (array.astype(int),), (array.tobytes(),)]  # fmt: skip
    assert len({content_hash(*part) for part in parts}) == len(parts)


def test_rows_of_other_columns_are_refused():
    with pytest.raises(ValueError, match="not those of the sweep"):
        write_rows(pd.DataFrame({"a": [1]}), {"b": "int64"}, "csv")
    with pytest.raises(ValueError, match="format xls"):
        write_rows(pd.DataFrame({"a": [1]}), {"a": "int64"}, "xls")


# Targets


def test_the_table_of_targets_says_what_assess_says(raw, tmp_path):
    asked = target_sweep(raw, placed_targets(raw), [pd.Timestamp(EDITION)], specifications({}))
    run_sweep(asked, tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv").set_index("target_id")
    verdicts = assess(raw, EDITION).set_index("target_id").loc[table.index]
    assert table["state"].equals(verdicts["state"])
    for name in ("probability", "median", "lower80", "level", "gap", "required_growth", "points"):
        np.testing.assert_allclose(table[name], verdicts[name], rtol=1e-6, atol=1e-7)
    silent = table["probability"].isna() & ~table["state"].isin(["met", "missed"])
    assert table.loc[silent, "why"].notna().all()
    assert list(table.reset_index()) == list(COLUMNS)


def test_days_and_specifications_are_those_of_single_verdicts(raw, tmp_path):
    placed = placed_targets(raw, [PCT])
    varied = specifications({"min_grade": ["unverified", "secondary"], "first_year": ["0", "2015"]})
    days = [pd.Timestamp("2023-12-31"), pd.Timestamp(EDITION)]
    run_sweep(target_sweep(raw, placed, days, varied), tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv")
    assert len(table) == 8
    for row in table.itertuples():
        choice = next(s.choice for s in varied if s.min_grade == row.min_grade)
        expected = assess(raw, row.as_of, choice, target_ids=[PCT], first_year=row.first_year)
        np.testing.assert_allclose(row.probability, expected["probability"].iloc[0], atol=1e-7)
        assert row.points == expected["points"].iloc[0]


def test_scales_and_members_can_be_varied(raw, tmp_path):
    varied = specifications({"scale": ["own", "linear", "logit"], "members": ["pool", "log_scale"]})
    placed = placed_targets(raw, [PCT])
    day = pd.Timestamp("2026-05-24")  # the day before the outcome was out
    run_sweep(target_sweep(raw, placed, [day], varied), tmp_path / "t.csv")
    table = pd.read_csv(tmp_path / "t.csv").set_index(["scale", "members"])
    assert table.loc[("own", "pool"), "probability"] != table.loc[("linear", "pool"), "probability"]
    assert "do not differ" in table.loc[("linear", "log_scale"), "why"]
    assert "outside a logit scale" in table.loc[("logit", "pool"), "why"]


def test_every_area_is_held_against_a_target(raw):
    own = placed_targets(raw, ["rd_intensity_2025"])
    every = placed_targets(raw, ["rd_intensity_2025"], everywhere=True)
    assert [t.area for t in own] == ["shenzhen"]
    assert {"shenzhen", "china", "guangdong"} <= {t.area for t in every}
    assert {t.value for t in every} == {4.8}
    only = placed_targets(raw, areas=["china"], indicators=["rd_expenditure"], everywhere=True)
    assert {(t.area, t.indicator) for t in only} == {("china", "rd_expenditure")}


def test_a_sweep_can_be_sent_to_a_worker(raw):
    asked = target_sweep(raw, placed_targets(raw, [PCT]), [pd.Timestamp(EDITION)],
                         specifications({}))  # fmt: skip
    there = pickle.loads(pickle.dumps(asked))
    here = chunks.chunk_bytes(asked, asked.chunks[0].work, "csv")
    assert chunks.chunk_bytes(there, there.chunks[0].work, "csv") == here
    assert [chunk.key for chunk in there.chunks] == [chunk.key for chunk in asked.chunks]


def test_days_between_two_dates():
    days = day_list("2021-02-25", "2023-06-30", "year")
    assert [f"{day:%Y-%m-%d}" for day in days] == [
        "2021-02-25", "2021-12-31", "2022-12-31", "2023-06-30"]  # fmt: skip
    assert len(day_list("2023-06-30", "2023-06-30", "month")) == 1
    with pytest.raises(InputError, match="lies after the last"):
        day_list("2024-01-01", "2023-06-30", "year")
    with pytest.raises(InputError, match="every: 'week' is none of year, quarter, month"):
        day_list("2020-01-01", "2023-06-30", "week")


# The command


def run(capsys, *arguments):
    code = main(["sweep", *map(str, arguments)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_the_command_sweeps_targets(capsys, tmp_path):
    out = tmp_path / "t.parquet"
    code, said, _ = run(capsys, "--out", out, "--target", PCT, "--since", "2024-12-31",
                        "--as-of", EDITION, "--vary", "members=pool,fading")  # fmt: skip
    table = pd.read_parquet(out)
    assert code == 0 and len(table) == 6 and f"{out}: 6 answers, 1 chunk, " in said


def test_the_command_sweeps_anybodys_series(capsys, tmp_path):
    batch = planted(6)
    long = pd.DataFrame(
        {
            "series": np.repeat(batch.names, 16),
            "year": np.tile(np.arange(2009, 2025), 6),
            "value": batch.values.ravel(),
        }
    ).dropna()
    long.to_csv(tmp_path / "s.csv", index=False)
    lines(batch).to_csv(tmp_path / "th.csv", index=False)
    given = ("--series", tmp_path / "s.csv", "--thresholds", tmp_path / "th.csv")
    out = tmp_path / "t.csv"
    code, said, _ = run(capsys, *given, "--origins", "2020:2024", "--out", out)
    assert code == 0 and "30 answers" in said
    table = pd.read_csv(out)
    assert len(table) == 5 * 6 - 2  # s0004 has 4 points by 2021, and 3 by 2020
    assert set(table["origin_year"]) == set(range(2020, 2025))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give either --out for a table, or --reports"),
        (["--out", "t.csv", "--reports", "r"], "give either --out"),
        (["--out", "t.txt"], r"writes \.csv or \.parquet"),
        (["--out", "t.csv", "--series", "s.csv"], "--series needs --thresholds"),
        (["--out", "t.csv", "--thresholds", "s.csv"], "are for --series"),
        (["--out", "t.csv", "--series", "s", "--thresholds", "t", "--area", "x"], "does not go"),
        (["--reports", "r", "--target", PCT], "--reports takes --area only, not --target"),
        (["--reports", "r", "--area", "atlantis"], "'atlantis' is not in areas"),
        (["--out", "t.csv", "--jobs", "0"], "--jobs 0: at least 1"),
        (["--out", "t.csv", "--vary", "members"], "--vary members: write CHOICE=LEVEL"),
        (["--out", "t.csv", "--vary", "member=pool"], "did you mean 'members'"),
        (["--out", "t.csv", "--vary", "members=all"], "vary members: 'all' is none of pool"),
        (["--out", "t.csv", "--vary", "first_year=old"], "first_year=old: not a year"),
        (["--out", "t.csv", "--since", "2021"], "--since: '2021' is no day"),
        (["--out", "t.csv", "--since", "2021-02-31"], "'2021-02-31' is no day of the calendar"),
        (["--out", "t.csv", "--indicator", "sei_shar"], "'sei_shar' is not in indicators.csv; did"),
        (["--out", "t.csv", "--area", "shenzen"], "'shenzen' is not in areas.csv; did you mean"),
        (["--out", "t.csv", "--target", "x"], "not in targets.csv"),
        (["--out", "t.csv", "--area", "world"], "no numeric target is left"),
    ],
)
def test_bad_options_are_refused_in_words(capsys, tmp_path, monkeypatch, arguments, message):
    import re

    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *arguments)
    assert code == 2
    assert re.search(message, err)
    assert not list(tmp_path.glob("*.csv"))


def test_progress_on_a_terminal_and_elsewhere(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal, plain = Terminal(), io.StringIO()
    for stream in (terminal, plain):
        progress = SweepProgress(stream)
        progress(20, 100)
        progress(60, 100)
        progress(100, 100)
        progress.close()
    assert "20 of 100 were answered before; going on" in plain.getvalue()
    assert "60 of 100" not in plain.getvalue()
    assert "60 of 100 answered, about 0 s left" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[2K")


def strangers(folder):
    folder.mkdir()
    (folder / "thesis.txt").write_text("mine")


def with_a_manifest(folder):
    strangers(folder)
    (folder / "manifest.json").write_text("{}")
    (folder / ".lock").touch()


def with_a_lock(folder):
    strangers(folder)
    (folder / ".lock").touch()


def linked(folder):
    strangers(folder.with_name("elsewhere"))
    folder.symlink_to(folder.with_name("elsewhere"))


def a_file(folder):
    folder.write_text("mine")


@pytest.mark.parametrize("plant", [strangers, with_a_manifest, with_a_lock, linked, a_file])
def test_what_no_sweep_made_is_left_alone(tmp_path, plant):
    folder = tmp_path / "u.csv.sweep"
    plant(folder)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    with pytest.raises(InputError, match="no sweep made it"):
        run_sweep(small(), tmp_path / "u.csv")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


def test_a_file_put_beside_the_chunks_outlives_the_sweep(tmp_path):
    asked = small()
    ledger = Ledger(tmp_path / "u.csv")
    with ledger.opened(asked):
        strangers(ledger.folder / "notes")
        (ledger.folder / "own.txt").write_text("mine")
    run_sweep(asked, tmp_path / "u.csv")
    left = {p.relative_to(ledger.folder).as_posix() for p in ledger.folder.rglob("*.txt")}
    assert left == {"own.txt", "notes/thesis.txt"}
    assert not (ledger.folder / "manifest.json").exists()
