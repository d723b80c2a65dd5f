"""Every command on a plan that lacks something: a sentence and an exit code, never silence."""

import contextlib
import io

import pytest

from helpers.apps import cli
from helpers.observations.raw_data import read_raw
from helpers.observations.schema import OBSERVATIONS
from helpers.problems import InputError
from helpers.reports.changes.comparison import plan_of
from helpers.reports.runs.plan import planned_runs
from support.fronts import front_pages
from support.made_plans import MadePlan

pytestmark = pytest.mark.slow
DAY = "2026-11-28"
WORDED = {"operator": "qualitative", "indicator": "", "value": "", "unit": "", "base_year": "",
          "wording_native": "more of it"}  # fmt: skip


def full():
    """Make a plan of two indicators in two areas, whose targets are open, past, and of a base."""
    plan = MadePlan("Town Plan").area("town").area("village")
    plan.indicator("access", "% of people", "share", 0, 100)
    plan.indicator("waste", "kt waste", "log", 1, 10_000)
    for area in ("town", "village"):
        plan.series("access", area, range(80, 92), 2013)
        plan.series("waste", area, [800 * 0.97**k for k in range(12)], 2013)
        plan.target(f"all_{area}", "access", area, 2030, "ge", 95)
        plan.target(f"half_{area}", "waste", area, 2030, "le", 50, "pct_of_2015", base_year=2015)
    return plan.target("past", "access", "town", 2024, "ge", 90)


def kept(table, keep=lambda row: False):
    def change(plan):
        plan.rows[table] = [row for row in plan.rows[table] if keep(row)]

    return change


def without(*tables):
    return lambda plan: [kept(table)(plan) for table in tables]


def worded(plan):
    plan.rows["targets"] = [row | WORDED for row in plan.rows["targets"]]


def first_worded(plan):
    first = plan.rows["targets"][0] | WORDED
    plan.rows["targets"].insert(0, first | {"target_id": "words", "plan": "Another"})


def one_area(plan):
    for table in ("areas", "targets", OBSERVATIONS):
        kept(table, lambda row: row["area"] == "town")(plan)


EMPTIED = {
    "whole": lambda plan: None,
    "no target": without("targets"),
    "worded": worded,
    "first worded": first_worded,
    "no figure": without(OBSERVATIONS),
    "no definition": without("definitions"),
    "no definition, no figure": without("definitions", OBSERVATIONS),
    "no indicator": without("indicators", "definitions", OBSERVATIONS, "targets"),
    "no area": without("areas", OBSERVATIONS, "targets"),
    "no source": without("sources", OBSERVATIONS, "targets"),
    "nothing": lambda plan: without(*plan.rows)(plan),
    "one area": one_area,
    "one year": kept(OBSERVATIONS, lambda row: row["year"] == 2020),
    "one figure": lambda plan: plan.rows.update({OBSERVATIONS: plan.rows[OBSERVATIONS][:1]}),
    "only past": kept("targets", lambda row: row["target_id"] == "past"),
}
FIGURE = ("--indicator access --area town --year 2025 --value 92.0 --definition d_access "
          "--status final --source new --source-title T --publisher P --kind yearbook "
          "--language en --source-grade official --published 2026-06-01 --dry-run")  # fmt: skip
COMMANDS = [
    "check",
    *(f"assess{every}{view}" for every in ("", " --target all")
      for view in ("", " --rules", " --replay")),
    "assess --target all --replay --format json",
    "assess --target all --lang zh",
    "assess --target all --lang ja --replay",
    "due",
    "sweep --out {out}",
    "sweep --every-area --vary members=pool,fading --out {out}",
    f"add {FIGURE}",
]  # fmt: skip


@pytest.fixture(scope="module", params=EMPTIED)
def emptied(request, tmp_path_factory):
    plan = full()
    EMPTIED[request.param](plan)
    return plan.write(tmp_path_factory.mktemp("emptied"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_something_of_a_plan_that_lacks_something(emptied, tmp_path, command):
    name, *options = command.format(out=tmp_path / "out.csv").split()
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main([name, "--raw-dir", str(emptied), "--as-of", DAY, *options]
                        if name != "check" else [name, "--raw-dir", str(emptied)])  # fmt: skip
    said = out.getvalue() + err.getvalue()
    assert said.strip() and "Traceback" not in said and "nan" not in said.lower().split()
    assert code == (2 if not out.getvalue() else 0)


@pytest.mark.parametrize("day", [DAY, "2016-01-01"])
def test_the_pages_of_a_plan_that_lacks_something_are_made(emptied, tmp_path, day):
    try:
        raw = read_raw(emptied)
    except InputError:  # figures without their definitions: no report is begun
        return
    runs = [run.name for run in planned_runs(raw, day)]
    assert "06_backtest" in runs and plan_of(raw) in ("Town Plan", "Another", "")
    _, pages = front_pages(raw, tmp_path, day)
    assert "As known on" in pages["index.html"]
