"""Count what the type checker finds in each room, and hold it against the recorded numbers.

    python tests/support/type_findings.py

What is recorded stands in `[tool.helpers.types]` of `pyproject.toml`; a room that is not named
there has no finding.
"""

import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CLEAN = ("forecasting", "observations", "targets", "vintages")
"""Rooms in which no finding is ever recorded: figures and verdicts are made there."""
_FINDING = re.compile(r"src[\\/]helpers[\\/](\w+).*?: error: ")


def recorded(folder: Path = ROOT) -> dict[str, int]:
    """Return the recorded number of findings by room."""
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))
    return project["tool"]["helpers"]["types"]


def type_findings(folder: Path = ROOT) -> dict[str, list[str]]:
    """Run the checker over a checkout, and return the lines of its findings by room.

    Raises
    ------
    RuntimeError
        If it did not get as far as finding anything.
    """
    # A stored cache would let a run depend on the one before it.
    with tempfile.TemporaryDirectory() as cache:
        options = ["--no-error-summary", "--no-color-output", "--no-pretty", "--cache-dir", cache]
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *options],
            cwd=folder,
            env={**os.environ, "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    found: dict[str, list[str]] = {}
    for line in done.stdout.splitlines():
        if match := _FINDING.match(line):
            found.setdefault(match[1], []).append(line)
    if done.returncode != (1 if found else 0):
        raise RuntimeError(f"the type checker failed: {done.stdout}{done.stderr}")
    return found


def complaints(found: Mapping[str, Sequence[str]], held: Mapping[str, int]) -> list[str]:
    """Say where there are more findings than recorded, or fewer; none where all is as recorded."""
    told = [f"{room}: no finding may be recorded here" for room in CLEAN if held.get(room)]
    for room in sorted({*found, *held}):
        lines, most = found.get(room, ()), held.get(room, 0)
        if len(lines) > most:
            told += [f"{room}: {len(lines)} findings, {most} recorded; mend the new ones", *lines]
        elif len(lines) < most:
            told.append(f"{room}: {len(lines)} findings, {most} recorded; record the lower number")
    return told


def main() -> int:
    """Print what differs from the record; 1 if anything does."""
    found = type_findings()
    told = complaints(found, recorded())
    counts = ", ".join(f"{room} {len(lines)}" for room, lines in sorted(found.items()))
    print("\n".join(told) or f"types: as recorded ({counts or 'no finding'})")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
