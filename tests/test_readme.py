"""What the README says works: its commands, its table of notebooks, set-up from nothing."""

import os
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


@pytest.mark.slow
def test_a_fresh_clone_with_an_empty_home_makes_the_report(tmp_path):
    """Sets up a second environment, so it needs a package index."""
    clone, home = tmp_path / "clone", tmp_path / "home"
    home.mkdir()
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    hidden = {"VIRTUAL_ENV", "PYTHONPATH", "MAKEFLAGS", "MAKELEVEL"}
    environment = {k: v for k, v in os.environ.items() if k not in hidden} | {"HOME": str(home)}
    done = subprocess.run(
        ["make", "report"], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    assert (clone / "reports" / "latest" / "index.html").stat().st_size > 10_000
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
    )
    assert not status.stdout
