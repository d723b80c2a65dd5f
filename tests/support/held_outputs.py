"""Hold what the project prints and publishes, and say what differs after a change of its code.

    python tests/support/held_outputs.py hold before.json
    python tests/support/held_outputs.py hold after.json --folder kept
    python tests/support/held_outputs.py compare before.json after.json

Held are checksums of the verdicts on several days, of the tables in `data/processed`, of the
outputs of the stored notebooks, and of every file of one whole report, which is made afresh.
Source cells of notebooks are no output: they may change, and what they print may not.
"""

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAYS = ("2017-06-30", "2020-07-04", "2021-02-25", "2022-06-30", "2024-12-31", "2026-11-23")
"""Days of the verdicts: before, within and after each plan; the report is of the last."""
PASSING = ("run.json",)
"""Published files that hold the time of their making."""
SOURCE = re.compile(rb'<div class="highlight.*?</div>', re.DOTALL)
"""A source cell in a page."""
EDITION = re.compile(rb"urn:uuid:[0-9a-f-]{36}")
"""The name of a report in its feed: made of all that went into it, the code as well."""


def checksum(content: bytes) -> str:
    """Return the SHA-256 of `content`."""
    return hashlib.sha256(content).hexdigest()


def outputs(path: Path) -> bytes:
    """Return what the cells of a stored notebook show, without their sources."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    shown = [cell.get("outputs", cell["source"]) for cell in cells]
    return json.dumps(shown, ensure_ascii=False, sort_keys=True).encode()


def content(path: Path) -> bytes:
    """Return what is held of one file: its bytes, without what any change of code changes."""
    if path.suffix == ".ipynb":
        return outputs(path)
    passing = {".html": SOURCE, ".json": EDITION, ".atom": EDITION}.get(path.suffix)
    return passing.sub(b"", path.read_bytes()) if passing else path.read_bytes()


def command(*arguments: str) -> bytes:
    """Run `shenzhen-targets` of this interpreter's environment; return what it prints."""
    program = shutil.which("shenzhen-targets", path=Path(sys.executable).parent)
    if program is None:
        raise SystemExit(f"shenzhen-targets is not installed beside {sys.executable}")
    done = subprocess.run([program, *arguments], cwd=ROOT, capture_output=True)
    if done.returncode:
        raise SystemExit(done.stderr.decode() or f"{arguments} ended with {done.returncode}")
    return done.stdout


def held_files(folder: Path, name: str) -> dict[str, str]:
    """Return the checksum of each file under `folder`, by its place in it after `name`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        f"{name}/{path.relative_to(folder).as_posix()}": checksum(content(path))
        for path in files
        if path.name not in PASSING and ".ipynb_checkpoints" not in path.parts
    }


def held(folder: Path) -> dict[str, str]:
    """Return every checksum; the report is made in `folder` without reuse of an earlier one."""
    found = {}
    for day in DAYS:
        printed = command("assess", "--target", "all", "--format", "csv", "--as-of", day)
        found[f"assess/{day}"] = checksum(printed)
    found |= held_files(ROOT / "data" / "processed", "data/processed")
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        found[f"notebooks/{path.name}"] = checksum(outputs(path))
    command("report", "--as-of", DAYS[-1], "--fresh", "--out", str(folder))
    return found | held_files(folder / DAYS[-1], "report")


def differences(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Name in a line each what differs between two sets of checksums."""
    lines = [f"gone     {name}" for name in before if name not in after]
    lines += [f"new      {name}" for name in after if name not in before]
    both = [name for name in before if name in after]
    return lines + [f"differs  {name}" for name in both if before[name] != after[name]]


def hold(arguments: argparse.Namespace) -> int:
    """Write the checksums of what this checkout makes."""
    with tempfile.TemporaryDirectory() as temporary:
        found = held(arguments.folder or Path(temporary))
    arguments.file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(f"{len(found)} outputs held in {arguments.file}")
    return 0


def compare(arguments: argparse.Namespace) -> int:
    """Print what differs; return 1 if anything does."""
    before, after = (
        json.loads(path.read_text(encoding="utf-8")) for path in (arguments.before, arguments.after)
    )
    lines = differences(before, after)
    print("\n".join(lines) or f"all {len(before)} outputs are the same")
    return 1 if lines else 0


def main() -> int:
    """Hold or compare, as the arguments say."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    commands = parser.add_subparsers(required=True)
    holding = commands.add_parser("hold", help="write the checksums of what this checkout makes")
    holding.add_argument("file", type=Path, help="JSON file to write")
    holding.add_argument("--folder", type=Path, help="keep the report here, to look at it")
    holding.set_defaults(run=hold)
    comparing = commands.add_parser("compare", help="name what differs between two such files")
    comparing.add_argument("before", type=Path)
    comparing.add_argument("after", type=Path)
    comparing.set_defaults(run=compare)
    arguments = parser.parse_args()
    return arguments.run(arguments)


if __name__ == "__main__":
    sys.exit(main())
