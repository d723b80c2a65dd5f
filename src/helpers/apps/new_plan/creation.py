"""Folders of raw tables made from nothing: refused where something is in the way."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from helpers.apps.new_plan.dictionary import skeleton_readme
from helpers.apps.new_plan.examples import ROWS
from helpers.apps.new_plan.selection import select_plans
from helpers.observations.raw_data import RawDirs, read_raw, write_raw
from helpers.observations.schema import MODELS, OBSERVATIONS
from helpers.problems import InputError

FIGURES = f"{OBSERVATIONS}/figures.csv"
README = "README.md"


def write_skeleton(folder: Path) -> tuple[Path, ...]:
    """Write a folder with every table, example rows, and a README that explains each column.

    Parameters
    ----------
    folder : Path
        Made if missing, with its parents.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    helpers.problems.InputError
        If the folder holds something, is a file, or cannot be written.
    """
    texts = {README: skeleton_readme()}
    for table in MODELS:
        file = FIGURES if table == OBSERVATIONS else f"{table}.csv"
        texts[file] = _table_text(table)
    _refuse_occupied(folder)
    try:
        for file, text in texts.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
    except OSError as error:
        raise _not_writable(folder, error) from None
    return tuple(folder / file for file in texts)


def write_plans(folder: Path, raw_dir: RawDirs, plans: Sequence[str]) -> tuple[Path, ...]:
    """Write a folder with some plans of another folder, every row as it stands there.

    Parameters
    ----------
    folder : Path
        Made if missing, with its parents.
    raw_dir : path, sequence of path or None
        Where the plans stand; None for the project's own tables.
    plans : sequence of str
        As `helpers.apps.new_plan.selection.select_plans`.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    helpers.problems.InputError
        As `write_skeleton`, for an unknown plan, or with every problem of the other folder.
    """
    _refuse_occupied(folder)
    chosen = select_plans(read_raw(raw_dir), plans)
    try:
        return write_raw(chosen, folder)
    except OSError as error:
        raise _not_writable(folder, error) from None


def _table_text(table: str) -> str:
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, list(MODELS[table].model_fields), "", lineterminator="\n")
    writer.writeheader()
    writer.writerows(ROWS[table])
    return stream.getvalue()


def _refuse_occupied(folder: Path) -> None:
    try:
        held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except NotADirectoryError:
        raise InputError(f"{folder}: this is a file; name a folder") from None
    except OSError as error:
        raise _not_writable(folder, error) from None
    if held:
        more = f" and {len(held) - 1} more" if len(held) > 1 else ""
        raise InputError(
            f"{folder}: the folder holds {held[0]}{more}; name one that is new or empty"
        )


def _not_writable(folder: Path, error: OSError) -> InputError:
    why = error.strerror or str(error)
    return InputError(f"{folder}: cannot be written ({why}); name a folder that can")
