"""One place of versions: pyproject.toml, its lock, and the thin file for conda users."""

import re
import tomllib

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
    assert rest["pip"] == ["--require-hashes", "--requirement requirements.lock"]
    assert ENVIRONMENT["name"] == PROJECT["project"]["name"]


def test_no_package_is_taken_that_is_not_used():
    """Every core dependency is imported by the package, or runs the notebooks."""
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    modules = {"fonttools": "fontTools", "lazy-loader": "lazy_loader"}
    loaded_by_others = {"jupyterlab", "ipykernel"}  # the workbench, and the kernel that it starts
    for text in PROJECT["project"]["dependencies"]:
        name = re.match(r"[\w-]+", text).group()
        assert name in loaded_by_others or modules.get(name, name.replace("-", "_")) in source, name
