"""What docs/publishing.md offers is tried as far as it can be without a host."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from helpers import ROOT

SCHEDULES = ROOT / "docs" / "schedules"
TEXT = (ROOT / "docs" / "publishing.md").read_text("utf-8")
WORKFLOWS = [*SCHEDULES.glob("*.yml"), *(ROOT / ".github" / "workflows").glob("*.yml")]
PRIVATE = (".lock", ".finished/run.json", "failed-2026-11-28/run.json", "log.jsonl", "log.1.jsonl")


@pytest.fixture
def project(tmp_path):
    """A project with one report, the link to it, and what runs leave for themselves."""
    shutil.copytree(SCHEDULES, tmp_path / "docs" / "schedules")
    reports = tmp_path / "reports"
    for name in ("2026-11-28/index.html", "index.html", *PRIVATE):
        (reports / name).parent.mkdir(parents=True, exist_ok=True)
        (reports / name).write_text(name)
    (reports / "latest").symlink_to("2026-11-28", target_is_directory=True)
    return tmp_path


def published(folder):
    assert not any(path.is_symlink() for path in folder.rglob("*"))
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def run(command, project, **more):
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False, **more)


@pytest.mark.skipif(not shutil.which("rsync"), reason="rsync is not installed")
def test_the_script_brings_what_is_new_and_takes_away_what_is_gone(project):
    www = project / "www"
    command = [project / "docs/schedules/publish.sh", www]
    assert run(command, project).returncode == 0
    assert published(www) == {"index.html", "2026-11-28/index.html", "latest/index.html"}
    (project / "reports/2026-11-28").rename(project / "reports/2026-11-29")
    (project / "reports/latest").unlink()
    (project / "reports/latest").symlink_to("2026-11-29", target_is_directory=True)
    (project / "reports/2026-11-29/index.html").chmod(0o600)
    assert run(command, project).returncode == 0
    assert published(www) == {"index.html", "2026-11-29/index.html", "latest/index.html"}
    assert (www / "2026-11-29/index.html").stat().st_mode & 0o777 == 0o644


def test_without_a_report_the_script_says_what_to_do(project):
    (project / "reports/index.html").unlink()
    done = run([project / "docs/schedules/publish.sh", "nowhere"], project)
    assert done.returncode == 1
    assert "make report first" in done.stderr


def test_the_pages_workflow_publishes_the_same(project):
    jobs = yaml.safe_load((SCHEDULES / "pages.yml").read_text("utf-8"))["jobs"]
    [packing] = [s["run"] for s in jobs["report"]["steps"] if "tar" in s.get("run", "")]
    done = run(["bash", "-euo", "pipefail", "-c", packing], project)
    assert done.returncode == 0, done.stderr
    assert published(project / "public") == {
        "index.html", "2026-11-28/index.html", "latest/index.html"
    }  # fmt: skip


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_takes_actions_by_commit_and_writes_where_nothing_is_run(path):
    text = path.read_text("utf-8")
    used = re.findall(r"uses: *(\S+)", text)
    assert used and all(re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", name) for name in used)
    workflow = yaml.safe_load(text)
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        rights = job.get("permissions", workflow["permissions"])
        makes = " ".join(step.get("run", "") for step in job["steps"])
        if "write" in rights.values():
            assert not re.search(r"\bmake\b|\.venv|pip install", makes), path.name


def test_links_and_names_of_the_page_are_true():
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
    for script in re.findall(r"docs/schedules/[\w.]+", TEXT):
        assert (ROOT / script).exists(), script


def test_the_list_of_packages_is_that_of_the_lock():
    listed = json.loads((ROOT / "packages.cdx.json").read_text("utf-8"))
    assert listed["bomFormat"] == "CycloneDX"
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {tuple(found) for found in re.findall(r"^([\w.-]+)==([^ ;\\]+)", lock, re.M)}
    assert {(package["name"], package["version"]) for package in listed["components"]} == locked
    assert "://" not in json.dumps(listed)
