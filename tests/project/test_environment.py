"""One place of versions: pyproject.toml, its lock, and the thin file for conda users."""

import os
import re
import shutil
import subprocess
import sys
import tomllib

import pytest
import yaml

from helpers import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def locked():
    return {
        normal(name): version for name, version in re.findall(r"^([\w.-]+)==([^ ;\\]+)", LOCK, re.M)
    }


def direct():
    groups = [entry for group in PROJECT["dependency-groups"].values() for entry in group]
    extras = [e for extra in PROJECT["project"]["optional-dependencies"].values() for e in extra]
    return [*PROJECT["project"]["dependencies"], *extras, *groups]


def test_every_dependency_is_locked_within_its_bounds():
    from packaging.requirements import Requirement

    versions = locked()
    for text in direct():
        wanted = Requirement(text)
        if wanted.name == PROJECT["project"]["name"]:
            continue
        version = versions[normal(wanted.name)]
        assert wanted.specifier.contains(version), text


def test_every_locked_package_has_a_hash_and_no_address():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK, flags=re.I)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert "http" not in LOCK.replace("httpx", "").replace("httpcore", "").replace("aiohttp", "")


def test_the_conda_file_is_thin_and_agrees():
    python, pip, rest = ENVIRONMENT["dependencies"]
    assert python.split(" ", 1) == ["python", PROJECT["project"]["requires-python"]]
    assert pip == "pip"
    extras = ",".join(sorted(PROJECT["project"]["optional-dependencies"]))
    assert rest["pip"] == ["--constraint constraints.txt", f"--editable .[{extras}]"]
    assert ENVIRONMENT["name"] == PROJECT["project"]["name"]
    bare = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    versions = [line for line in LOCK.splitlines() if re.match(r"[\w.-]+==", line)]
    assert bare == [line.rstrip(" \\") for line in versions]


def test_no_package_is_taken_that_is_not_used():
    """Every core dependency is imported by the package, or runs the notebooks."""
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    modules = {"fonttools": "fontTools", "lazy-loader": "lazy_loader"}
    loaded_by_others = {"jupyterlab", "ipykernel"}  # the workbench, and the kernel that it starts
    for text in PROJECT["project"]["dependencies"]:
        name = re.match(r"[\w-]+", text).group()
        assert name in loaded_by_others or modules.get(name, name.replace("-", "_")) in source, name


COMMAND = "command = /usr/bin/python3 -m venv --clear "


def copied(folder, made_in):
    """A copy of what `make` reads, with an environment that was made in a folder."""
    (folder / ".venv").mkdir(parents=True)
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    lines = f"home = /usr/bin\nversion = 3.12.1\n{COMMAND}{made_in}/.venv\n"
    (folder / ".venv" / "pyvenv.cfg").write_text(lines)
    (folder / ".venv" / ".ready").touch()


@pytest.mark.skipif(os.name == "nt", reason="paths are written in two ways there")
@pytest.mark.parametrize("target", ["ready", "report", "scheduled", "check", "test", "refresh"])
@pytest.mark.parametrize("name", ["copy", "my copy", "shenzhen-targets-2"])
def test_make_makes_an_environment_anew_that_came_with_a_copy(tmp_path, name, target):
    def asked():
        command = ["make", "--dry-run", "--directory", tmp_path / name, target]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    copied(tmp_path / name, "/elsewhere/shenzhen-targets")
    assert "-m venv --clear .venv" in asked()
    shutil.rmtree(tmp_path / name)
    copied(tmp_path / name, tmp_path / name)
    assert "-m venv" not in asked()
    (tmp_path / name / ".venv" / "pyvenv.cfg").unlink()
    assert "-m venv --clear .venv" in asked()


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("way", ["python", "script"])
def test_the_programs_of_a_copied_environment_refuse_and_say_what_to_do(tmp_path, way):
    """Its `python` finds our package by a path; its scripts run our `python`."""
    copy = tmp_path / "copy"
    (copy / "src").mkdir(parents=True)
    shutil.copy(ROOT / "src" / "shenzhen_targets.py", copy / "src")
    environment = copy / ".venv"
    bare = [sys.executable, "-m", "venv", "--without-pip", environment]
    subprocess.run(bare, check=True)
    (place,) = environment.glob("lib/python*/site-packages")
    (place / "ours.pth").write_text(f"{ROOT / 'src'}\n")
    script = environment / "bin" / "shenzhen-targets"
    script.write_text(
        f"#!{sys.executable}\nimport sys\nfrom shenzhen_targets import main\nsys.exit(main())\n"
    )
    script.chmod(0o755)
    ways = {
        "python": [environment / "bin" / "python", "-m", "shenzhen_targets", "check"],
        "script": [script, "check"],
    }
    done = subprocess.run(ways[way], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"{environment} was made in {ROOT} and works on that folder: run `make ready` in {copy}, "
        "which makes it anew\n"
    )


def test_an_environment_that_cannot_be_made_leaves_the_former_one(tmp_path):
    """As after a new lock without a network: what runs without `make` goes on."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "kept").touch()
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\ncase "$*" in *venv*) mkdir .venv; exit 1;; esac\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={python}", "ready"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert [path.name for path in (tmp_path / ".venv").iterdir()] == ["kept"]
    assert not (tmp_path / ".venv.former").exists()
