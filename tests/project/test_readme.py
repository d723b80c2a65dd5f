"""What the README says works: its commands, its table of notebooks, set-up from nothing."""

import re
import subprocess

import nbformat
import pytest

from helpers import ROOT

README = (ROOT / "README.md").read_text("utf-8")


def commands():
    blocks = re.findall(r"```sh\n(.*?)```", README, re.S)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line]


def test_the_first_screen_holds_question_answer_and_two_commands():
    first = README.splitlines()[:30]
    assert re.fullmatch(r"# .+\?", first[0])
    text = "\n".join(first)
    assert re.search(r"As known on \d{4}-\d{2}-\d{2}", text)
    assert text.count("| **") == 3
    assert "make report" in text
    assert "make test" in text
    assert "badge" not in README


def test_every_notebook_is_in_the_table_with_its_question():
    listed = dict(re.findall(r"^\| `(\d\d_\w+)` \| (.+?) \|", README, re.M))
    paths = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    assert sorted(listed) == [path.stem for path in paths]
    for path in paths:
        title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0]
        assert listed[path.stem].startswith(title.removeprefix("# "))


def test_ci_calls_the_readmes_test_command():
    assert re.search(r"^exec make test$", (ROOT / ".ci" / "run").read_text("utf-8"), re.M)
    assert "make test" in commands()


@pytest.mark.slow
def test_the_commands_of_the_tool_are_as_written():
    for command in commands():
        if command.startswith(".venv/bin/shenzhen-targets"):
            done = subprocess.run(
                command.split(), cwd=ROOT, capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr


def test_links_lead_somewhere():
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
