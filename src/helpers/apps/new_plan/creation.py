"""Folders of raw tables made from nothing, or from the rows that some plans need."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from helpers.observations.raw_data import RawData, RawDirs, read_raw, write_raw
from helpers.observations.references import names_in
from helpers.observations.schema import KEYS, KINDS, MODELS, OBSERVATIONS, UNITS
from helpers.problems import InputError, find_all
from helpers.reports.store.subsets import linked_indicators
from helpers.vocabulary import GRADES, OPERATORS, QUALIFIERS, STATUSES

SKELETON = Path(__file__).with_name("skeleton")
"""The files of a new folder: invented rows, sound enough to be assessed; the README begins here."""
README = "README.md"
LISTS = {
    "grades": GRADES,
    "kinds": KINDS,
    "operators": OPERATORS,
    "qualifiers": QUALIFIERS,
    "statuses": STATUSES,
    "units": UNITS,
}
"""Closed lists of words that `columns.csv` names in braces."""


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
    contents = {
        path.relative_to(SKELETON).as_posix(): path.read_bytes()
        for path in sorted(SKELETON.rglob("*.*"))
    }
    contents[README] += skeleton_dictionary().encode()
    with _filling(folder):
        for file, content in contents.items():
            path = folder / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    return tuple(folder / file for file in contents)


def skeleton_dictionary() -> str:
    """Say in markdown what every column of every table means."""
    words = {name: ", ".join(listed) for name, listed in LISTS.items()}
    meanings = {column: text.format(**words) for column, text in _texts("columns.csv").items()}
    rows = _texts("tables.csv")
    return "".join(_section(table, rows[table], meanings) for table in MODELS)


def _texts(name: str) -> dict[str, str]:
    """Read a table of two columns, a name and a text, that stands beside this module."""
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        _, *rows = csv.reader(file)
    return dict(rows)


def _section(table: str, row: str, meanings: dict[str, str]) -> str:
    file = f"{OBSERVATIONS}/*.csv" if table == OBSERVATIONS else f"{table}.csv"
    columns = list(MODELS[table].model_fields)
    key = KEYS[table]
    unique = f"; unique: {', '.join(key)}" if len(key) < len(columns) else ""
    lines = "\n".join(f"- `{column}`: {meanings[column]}" for column in columns)
    return f"\n## `{file}`\n\nOne row a {row}{unique}.\n\n{lines}\n"


def write_plans(folder: Path, raw_dir: RawDirs, plans: Sequence[str]) -> tuple[Path, ...]:
    """Write a folder with some plans of another folder, every row as it stands there.

    Parameters
    ----------
    folder : Path
        As for `write_skeleton`.
    raw_dir : path, sequence of path or None
        Where the plans stand; None for the project's own tables.
    plans : sequence of str
        As for `select_plans`.

    Returns
    -------
    tuple of Path
        The files.

    Raises
    ------
    helpers.problems.InputError
        As `write_skeleton`, for an unknown plan, or with every problem of the other folder.
    """
    chosen = select_plans(read_raw(raw_dir), plans)
    with _filling(folder):
        return write_raw(chosen, folder)


@contextmanager
def _filling(folder: Path) -> Iterator[None]:
    """Refuse a folder that holds something, and one that turns out not to be writable."""
    if folder.is_file():
        raise InputError(f"{folder}: this is a file; name a folder")
    try:
        held = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
        if held:
            more = f" and {len(held) - 1} more" if len(held) > 1 else ""
            raise InputError(
                f"{folder}: the folder holds {held[0]}{more}; name one that is new or empty"
            )
        yield
    except OSError as error:
        why = error.strerror or str(error)
        raise InputError(f"{folder}: cannot be written ({why}); name a folder that can") from None


def select_plans(raw: RawData, plans: Sequence[str]) -> RawData:
    """Keep what belongs to some plans, every row as it stands.

    Kept are the targets of the plans, every figure of their areas, used or rejected, and whatever
    these rows refer to. Events and measures name no area, so that nothing says to which plan they
    belong: none is kept.

    Parameters
    ----------
    raw : RawData
        Not changed.
    plans : sequence of str
        As in the column `plan` of `targets.csv`. The first becomes the plan under evaluation.

    Returns
    -------
    RawData

    Raises
    ------
    helpers.problems.InputError
        If no plan is named, or for plans that the table does not hold, with the nearest ones.
    """
    targets = _targets_of(raw.targets, plans)
    areas = set(targets["area"])
    figures = raw.observations[raw.observations["area"].isin(areas)]
    rejected = raw.rejected[raw.rejected["area"].isin(areas)]
    definitions = raw.definitions[raw.definitions["definition"].isin(figures["definition"])]
    covered = {name for names in definitions["indicator"] for name in names_in(names)}
    named = {*figures["indicator"], *targets["indicator"], *covered}
    indicators = linked_indicators(raw.indicators, named)
    cited = {*figures["source_id"], *targets["source_id"], *rejected["source_id"]}
    cited |= {*targets["outlook_source_id"]}
    kept = {
        "observations": figures,
        "targets": targets,
        "plans": raw.plans[raw.plans["plan"].isin(plans)],
        "rejected": rejected,
        "indicators": raw.indicators[raw.indicators["indicator"].isin(indicators)],
        "areas": raw.areas[raw.areas["area"].isin(areas)],
        "definitions": definitions,
        "sources": raw.sources[raw.sources["source_id"].isin(cited)],
        "measures": raw.measures.head(0),
        "measure_indicators": raw.measure_indicators.head(0),
        "wanted_indicators": raw.wanted_indicators.head(0),
        "events": raw.events.head(0),
        "quotes": raw.quotes.merge(figures[list(KEYS[OBSERVATIONS])].drop_duplicates()),
    }
    return replace(raw, **{name: table.reset_index(drop=True) for name, table in kept.items()})


def _targets_of(targets: pd.DataFrame, plans: Sequence[str]) -> pd.DataFrame:
    """Rows of the plans, plan by plan in the order asked for."""
    known = list(dict.fromkeys(targets["plan"]))
    find_all(plans, known, "plan", "targets.csv")
    if not plans:
        raise InputError(f"name a plan of targets.csv: {'; '.join(known)}")
    wanted = dict.fromkeys(plans)
    return pd.concat([targets[targets["plan"].eq(plan)] for plan in wanted])
