"""The command: exit codes, one clear line for bad input, formats."""

import io
import json
import re
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from helpers.apps import cli
from helpers.observations.raw_data import RAW_DIR


def run(capsys, *arguments):
    code = cli.main(arguments)
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def test_assess_says_why_two_days_differ(capsys):
    code, early, _ = run(capsys, "assess", "--as-of", "2021-02-25")
    assert code == 0
    _, late, _ = run(capsys, "assess", "--as-of", "2026-11-23")
    assert "As known on 2021-02-25" in early
    assert "met when it was made public" in early
    assert "4.93 % of GDP for 2019" in early
    assert "43.0 % of GDP for 2025" in late
    assert "43.0" not in early


def test_formats_carry_the_same_verdicts(capsys):
    _, text, _ = run(capsys, "assess", "--as-of", "2026-11-23", "--format", "json")
    _, table, _ = run(capsys, "assess", "--as-of", "2026-11-23", "--format", "csv")
    records = json.loads(text)
    frame = pd.read_csv(io.StringIO(table))
    assert [row["target_id"] for row in records] == list(frame["target_id"])
    assert [row["state"] for row in records] == list(frame["state"])
    assert records[0]["probability"] == frame["probability"].iloc[0]


def test_all_targets_on_request(capsys):
    code, text, _ = run(capsys, "assess", "--target", "all", "--as-of", "2026-11-23")
    assert code == 0
    assert "National 13th Five-Year Plan" in text


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--min-grade", "official"], "only figures of grade official or better"),
        (["--first-year", "2015"], "no year before 2015"),
        (["--definition", "rd_intensity_final"], "only the definition `rd_intensity_final`"),
        (["--no-stand-ins"], "no stand-ins"),
        (["--suspected-breaks"], "suspected breaks are spliced too"),
        (["--splice", "none"], "levels are not joined at breaks"),
        (["--as-of", "2199-01-01"], "2199-01-01 lies ahead"),
    ],
)
def test_what_is_not_by_default_is_said_before_the_answer(capsys, option, words):
    arguments = ["assess", "--target", "rd_intensity_2025", *option]
    _, text, _ = run(capsys, *arguments)
    assert words in text.splitlines()[0]
    _, table, told = run(capsys, *arguments, "--format", "csv")
    assert words in told and words not in table
    _, plain, silent = run(capsys, "assess", "--target", "rd_intensity_2025", "--format", "csv")
    assert not silent and "Not by default" not in plain


def test_rules_and_replay_show_how_a_verdict_came_about(capsys):
    arguments = ["assess", "--as-of", "2023-06-30", "--target", "rd_intensity_2025"]
    code, rules, _ = run(capsys, *arguments, "--rules")
    assert code == 0
    assert "[stagnation or regression]" in rules
    code, replay, _ = run(capsys, *arguments, "--replay")
    assert code == 0
    assert "2021-02-25" in replay
    assert "made public" in replay
    _, table, _ = run(capsys, *arguments, "--replay", "--format", "csv")
    held = pd.read_csv(io.StringIO(table))
    days = [line.split()[0] for line in replay.splitlines() if line.startswith("  20")]
    assert set(days) < set(held["day"].str[:10])
    moved = held.loc[held["probability"].diff().abs().gt(0.01), "day"].str[:10]
    assert set(moved) <= set(days) and days[-1] == held["day"].iloc[-1][:10]
    assert f"{len(held) - len(days)} further days" in replay


@pytest.mark.parametrize("width", [60, 140])
@pytest.mark.parametrize("code", ["en", "zh", "ja"])
def test_the_answer_fits_the_window_in_each_language(width, code, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    arguments = ["assess", "--as-of", "2026-11-23", "--lang", code]
    _, text, _ = run(capsys, *arguments)
    _, replay, _ = run(capsys, *arguments, "--target", "sei_share_2025", "--replay")
    for line in (text + replay).splitlines():
        assert sum(2 if ord(letter) > 0x2E7F else 1 for letter in line) <= width, line
    assert {"en": "2025: more than 38", "zh": "2025：超过38%：已实现", "ja": "2025：38%超：達成"}[
        code
    ] in re.sub(r"\n\s+", "" if code != "en" else " ", text)
    assert {"en": "re-definition", "zh": "口径变更", "ja": "定義の変更"}[code] in re.sub(
        r"\n\s+", "", replay
    )
    if code != "en":
        assert set(re.findall("[A-Za-z]{4,}", text)) <= {"damped", "benchmarks", "README"}


def test_rules_are_quoted_in_english_only(capsys):
    code, _, told = run(capsys, "assess", "--rules", "--lang", "ja")
    assert code == 2
    assert "rules are quoted in English" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["assess", "--target", "rd_intensity"], "not in targets.csv"),
        (["assess", "--rules", "--target", "rd_intensity"], "not in targets.csv"),
        (["assess", "--replay", "--target", "rd_intensity"], "not in targets.csv"),
        (["assess", "--raw-dir", "no-such-folder"], "no-such-folder"),
        (["check", "--raw-dir", "no-such-folder"], "no-such-folder"),
    ],
)
def test_bad_input_ends_with_two_and_a_line_that_says_what_is_wrong(capsys, arguments, words):
    code, out, err = run(capsys, *arguments)
    assert code == 2
    assert words in err
    assert "Traceback" not in err
    assert not out


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_says_what_it_does(capsys, name):
    with pytest.raises(SystemExit) as stop:
        cli.main([name, "--help"])
    assert stop.value.code == 0
    said = " ".join(capsys.readouterr().out.split())
    assert getattr(cli.COMMANDS[name], f"run_{name}").__doc__ in said


@pytest.mark.parametrize("day", ["yesterday", "2021-02-30", "25.02.2021"])
def test_a_bad_date_is_refused_with_an_example(capsys, day):
    assert cli.main(["assess", "--as-of", day]) == 2
    assert f"--as-of: '{day}' is no day" in capsys.readouterr().err


def test_check_passes_the_shipped_tables_and_prints_each_problem(capsys, tmp_path):
    assert run(capsys, "check")[0] == 0
    folder = tmp_path / "raw"
    shutil.copytree(RAW_DIR, folder)
    path = folder / "observations" / "rd.csv"
    path.write_text(path.read_text("utf-8").replace(",6.46,pct_gdp", ",0.0646,pct_gdp"), "utf-8")
    code, _, err = run(capsys, "check", "--raw-dir", str(folder))
    assert code == 2
    assert len(err.splitlines()) == 1
    assert "observations/rd.csv:" in err
    assert "0.0646" in err


def test_a_cold_start_needs_no_heavy_import():
    """What `assess` answers in about a second rests on what it does not import."""
    heavy = ("statsmodels", "matplotlib", "scipy.stats", "papermill", "IPython")
    code = (
        "import sys; from helpers.apps import cli; cli.main(['assess', '--as-of', '2026-11-23']); "
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
