"""A new folder: skeletons that pass at once, plans picked out, and the page that shows both."""

import csv
import re
import shlex
import subprocess
import sys

import pytest

from helpers import ROOT
from helpers.apps import cli
from helpers.apps.new_plan.creation import SKELETON, select_plans, write_plans, write_skeleton
from helpers.observations.raw_data import find_problems, read_raw, write_raw
from helpers.observations.schema import MODELS
from helpers.problems import InputError
from helpers.reports.refresh import with_verdicts
from helpers.targets.assessment import assess

EDITION = "2026-11-23"
MARK = "example, invented: replace"
OPTIONAL = ("plans", "measures", "measure_indicators", "wanted_indicators", "events", "rejected")
"""Tables that may be left with their header alone."""
GUANGDONG = "Guangdong S&T 14th Five-Year Plan (2021)"
PAGE = ROOT / "docs/your-own-plan.md"


@pytest.fixture(scope="module")
def raw():
    return read_raw()


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[1:]


def run(capsys, *arguments):
    code = cli.main([str(part) for part in arguments])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_skeleton_passes_check_and_is_assessed_at_once(tmp_path, capsys):
    folder = tmp_path / "new" / "plan"
    code, out, _ = run(capsys, "init", folder)
    assert code == 0
    assert f"check --raw-dir {folder}" in out
    code, out, _ = run(capsys, "check", "--raw-dir", folder)
    assert code == 0
    assert "no problems" in out
    code, out, _ = run(capsys, "assess", "--raw-dir", folder, "--as-of", EDITION)
    assert code == 0
    assert "Example share, Example Town, 2030: at least 50 % of waste: open, P = " in out
    assert "6 of 6 points are unverified" in out


def test_a_skeleton_has_every_table_with_rows_that_say_they_are_examples(tmp_path):
    write_skeleton(tmp_path)
    raw = read_raw(tmp_path)
    for table in MODELS:
        frame = getattr(raw, table)
        assert len(frame), table
        for row in frame.to_dict("records"):
            assert "example" in " ".join(map(str, row.values())).lower(), table
    assert set(raw.observations["note"]) == {MARK}
    assert set(raw.sources["grade"]) == {"unverified"}


def test_the_tables_of_a_skeleton_have_the_columns_of_the_schema():
    for table, model in MODELS.items():
        file = "observations/figures" if table == "observations" else table
        header, *_ = (SKELETON / f"{file}.csv").read_text("utf-8").splitlines()
        assert header.split(",") == list(model.model_fields), table


def test_the_readme_of_a_skeleton_explains_every_column_of_every_table(tmp_path):
    write_skeleton(tmp_path)
    text = (tmp_path / "README.md").read_text("utf-8")
    beginning, *sections = text.split("\n## ")
    assert MARK in beginning
    assert f"{', '.join(f'`{name}.csv`' for name in OPTIONAL)} may be left" in beginning
    for section, (table, model) in zip(sections, MODELS.items(), strict=True):
        name = "observations/*" if table == "observations" else table
        assert section.startswith(f"`{name}.csv`\n\nOne row a "), table
        listed = re.findall(r"^- `(\w+)`: \S", section, re.M)
        assert listed == list(model.model_fields), table


def test_the_readme_of_a_skeleton_explains_nothing_else():
    folder = SKELETON.parent
    explained = [row[0] for row in rows_of(folder / "columns.csv")]
    used = {name for model in MODELS.values() for name in model.model_fields}
    assert sorted(explained) == sorted(used)
    assert [row[0] for row in rows_of(folder / "tables.csv")] == list(MODELS)


def test_optional_tables_may_have_no_row(tmp_path):
    write_skeleton(tmp_path)
    for table in OPTIONAL:
        path = tmp_path / f"{table}.csv"
        path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    assert find_problems(tmp_path) == []
    assert len(assess(read_raw(tmp_path), EDITION)) == 1


def test_names_that_are_left_empty_are_shown_in_english(tmp_path):
    write_skeleton(tmp_path)
    raw = read_raw(tmp_path)
    for table in ("indicators", "areas", "measures", "wanted_indicators", "events"):
        frame = getattr(raw, table)
        assert list(frame["name_zh"]) == list(frame["name_ja"]) == list(frame["name_en"])
    assert list(raw.measures["area_ja"]) == list(raw.measures["area_en"])
    assert set(read_raw().areas["name_zh"]) & {"深圳"}


def test_names_of_plans_may_be_left_out_or_given(tmp_path, raw):
    write_skeleton(tmp_path)
    (tmp_path / "plans.csv").unlink()
    assert find_problems(tmp_path) == []
    own = read_raw(tmp_path)
    assert own.plans.empty
    assert list(own.targets["plan_zh"]) == list(own.targets["plan_ja"]) == [""]
    named = raw.targets.set_index("target_id").loc["gd_stplan14_rd_intensity_2025"]
    assert named["plan_zh"] == "广东科技创新“十四五”规划（2021年）"
    assert raw.targets[["plan_zh", "plan_ja"]].ne("").all(axis=None)
    (tmp_path / "plans.csv").write_text("plan,name_zh,name_ja\nExampel plan,例,\n", "utf-8")
    (problem,) = find_problems(tmp_path)
    assert (problem.file, problem.line, problem.column) == ("plans.csv", 2, "plan")
    assert "no target is of this plan, did you mean 'Example plan'?" in problem.message


@pytest.mark.parametrize(
    ("unit", "fine"),
    [("kt CO2", True), ("% of waste", True), ("kt", False), ("kt  CO2", False), ("PCT", False)],
)
def test_a_unit_is_listed_or_in_words_of_its_own(tmp_path, unit, fine):
    write_skeleton(tmp_path)
    for name in ("indicators.csv", "targets.csv", "rejected.csv", "observations/figures.csv"):
        path = tmp_path / name
        path.write_text(path.read_text("utf-8").replace("% of waste", unit), "utf-8")
    problems = find_problems(tmp_path)
    assert bool(problems) is not fine
    assert all("unit in two words or more, like kt CO2" in p.message for p in problems)


def test_figures_may_stand_in_files_of_any_name_but_somewhere(tmp_path):
    write_skeleton(tmp_path)
    (tmp_path / "observations/figures.csv").rename(tmp_path / "observations/2024.csv")
    assert len(read_raw(tmp_path).observations) == 6
    (tmp_path / "observations/2024.csv").unlink()
    missing = [p.file for p in find_problems(tmp_path) if p.value == "missing"]
    assert missing == [f"observations/{name}.csv" for name in ("industry", "patents", "rd")]


@pytest.mark.parametrize("plan", [(), ("--plan", GUANGDONG)])
def test_a_folder_that_holds_something_is_refused_and_left_alone(tmp_path, capsys, plan):
    (tmp_path / "thesis.txt").write_text("mine")
    code, out, err = run(capsys, "init", tmp_path, *plan)
    assert (code, out) == (2, "")
    assert "the folder holds thesis.txt; name one that is new or empty" in err
    (tmp_path / "b").mkdir()
    with pytest.raises(InputError, match=r"holds b and 1 more"):
        write_skeleton(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "thesis.txt"]


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path, capsys):
    (tmp_path / "plan").write_text("")
    code, _, err = run(capsys, "init", tmp_path / "plan")
    assert code == 2
    assert "this is a file; name a folder" in err


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"cannot be written .*; name a folder that can"):
        write_skeleton(tmp_path / "file" / "plan")
    with pytest.raises(InputError, match="cannot be written"):
        write_plans(tmp_path / "file" / "plan", None, [GUANGDONG])


def test_a_plan_is_picked_out_with_all_that_it_refers_to(raw, tmp_path):
    chosen = select_plans(raw, [GUANGDONG])
    assert set(chosen.targets["plan"]) == {GUANGDONG}
    assert set(chosen.observations["area"]) == set(chosen.areas["area"]) == {"guangdong"}
    write_raw(chosen, tmp_path)
    assert find_problems(tmp_path) == []
    ids = list(chosen.targets["target_id"])
    columns = ["target_id", "state", "probability", "latest_value", "reason"]
    whole = assess(raw, EDITION, target_ids=ids)[columns]
    assert assess(read_raw(tmp_path), EDITION)[columns].to_csv() == whole.to_csv()


def test_plans_stand_in_the_order_asked_for(raw):
    plans = ["National 15th Five-Year Plan (2026)", "National 13th Five-Year Plan (2016)"]
    assert list(dict.fromkeys(select_plans(raw, plans).targets["plan"])) == plans
    assert list(dict.fromkeys(select_plans(raw, plans[::-1]).targets["plan"])) == plans[::-1]
    assert len(select_plans(raw, plans * 2).targets) == len(select_plans(raw, plans).targets)


def test_an_unknown_plan_is_named_with_the_nearest(raw, tmp_path, capsys):
    code, _, err = run(capsys, "init", tmp_path / "x", "--plan", GUANGDONG[:-1])
    assert code == 2
    assert "is not in targets.csv; did you mean" in err
    assert not (tmp_path / "x").exists()
    with pytest.raises(InputError, match=r"name a plan of targets\.csv: Shenzhen"):
        select_plans(raw, [])


def test_plans_come_from_the_folder_that_is_named(tmp_path, capsys):
    write_skeleton(tmp_path / "a")
    options = ("--raw-dir", tmp_path / "a")
    assert run(capsys, "init", tmp_path / "b", *options, "--plan", "Example plan")[0] == 0
    assert list(read_raw(tmp_path / "b").observations["value"]) == list(
        read_raw(tmp_path / "a").observations["value"]
    )
    code, _, err = run(capsys, "init", tmp_path / "c", *options)
    assert code == 2
    assert "--raw-dir goes with --plan" in err


@pytest.mark.slow
def test_the_commands_of_the_page_work(tmp_path):
    page = PAGE.read_text(encoding="utf-8")
    blocks = re.findall(r"<!-- run -->\n```sh\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 6
    commands = "".join(blocks).replace("/tmp/own-plan", shlex.quote(str(tmp_path)))
    commands = commands.replace(
        ".venv/bin/shenzhen-targets",
        f'{sys.executable} -c "import sys; from helpers.apps.cli import main; sys.exit(main())"',
    )
    shell = ["sh", "-e", "-c", commands]
    done = subprocess.run(shell, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("no problems") == 4
    outputs = re.findall(r"<!-- output -->\n```text\n(.*?)```", page, re.DOTALL)
    assert len(outputs) == 1
    assert outputs[0].replace("/tmp/own-plan", str(tmp_path)) in done.stdout
    assert "Forest area, Southland (example), 2030: at least 38 % of land area" in done.stdout


def test_the_verdicts_on_the_page_are_those_of_assess():
    page = PAGE.read_text(encoding="utf-8")
    assert page.count("<!-- verdicts examples/") == 3
    made = with_verdicts(page, ROOT)
    if made != page:
        (ROOT / "reports").mkdir(exist_ok=True)
        kept = ROOT / "reports/your-own-plan.md"
        kept.write_text(made, encoding="utf-8")
        pytest.fail(f"verdicts moved: look at {kept} and copy it to docs/ if that is right")
    assert with_verdicts(page.replace("P = 66 %", "P = 67 %"), ROOT) == page


def test_a_page_without_a_block_is_an_error():
    with pytest.raises(InputError, match="no block between"):
        with_verdicts("# Nothing here\n", ROOT)
