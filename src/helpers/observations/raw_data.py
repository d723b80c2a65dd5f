"""Published figures: the raw tables read, validated by place and mend, and written back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import ROOT, days
from helpers.observations.files import (
    OBSERVATION_FILES,
    Listing,
    RawFile,
    csv_of,
    list_files,
    load,
    signature,
)
from helpers.observations.plausibility import plausibility_problems
from helpers.observations.references import reference_problems
from helpers.observations.rows import Entry, Table, tables_of
from helpers.observations.schema import KEYS, MODELS, OBSERVATIONS, Record, Target
from helpers.problems import Problem, RawDataError

RAW_DIR = ROOT / "data" / "raw"

RawDirs = Path | str | Sequence[Path | str] | None
"""One folder of raw tables, or a complete one and further ones whose rows are added."""


@dataclass(frozen=True)
class RawData:
    """All raw tables, validated.

    Attributes
    ----------
    observations : DataFrame
        One row per published figure in the order of the files: the columns of the file, with
        ``year`` and ``months`` int and ``value`` float in the row's ``unit``; ``decimals``, the
        number of decimals printed; ``file`` and ``line``; from the source ``published`` ("" when
        unknown), ``grade`` and ``kind``; from the definition ``use``.
    sources, indicators, areas, definitions, events, rejected : DataFrame
    measures, measure_indicators, wanted_indicators : DataFrame
        The other tables, column by column. Empty text is "", an empty number NaN.
    quotes : DataFrame
        Where figures were read; no row where a folder has none.
    targets : DataFrame
        With ``decimals``; ``value`` is NaN for a goal in words. From the plan ``plan_zh`` and
        ``plan_ja``, "" where it has no such name; ``is_share``: percent are no growth.
    plans : DataFrame
        Names of plans in other languages; no row where a folder has none.
    raw_dir : Path
        The folder that was read, the first of several.
    checksums : dict of str to str
        SHA-256 of every file by its name, of the bytes that were parsed. The name is its path in
        the folder; of a further folder that folder's name stands before it.
    paths : dict of str to Path
        Where each of those files stands.
    ignored : dict of str to str
        Files that were passed over, by name, with the reason.
    """

    observations: pd.DataFrame
    sources: pd.DataFrame
    indicators: pd.DataFrame
    areas: pd.DataFrame
    definitions: pd.DataFrame
    targets: pd.DataFrame
    plans: pd.DataFrame
    measures: pd.DataFrame
    measure_indicators: pd.DataFrame
    wanted_indicators: pd.DataFrame
    events: pd.DataFrame
    rejected: pd.DataFrame
    quotes: pd.DataFrame
    raw_dir: Path
    checksums: dict[str, str]
    paths: dict[str, Path] = field(default_factory=dict)
    ignored: dict[str, str] = field(default_factory=dict)


def folders_of(raw_dir: RawDirs) -> tuple[Path, ...]:
    """Give the folders that a caller names; the project's own when none is named."""
    if raw_dir is None or isinstance(raw_dir, Path | str):
        return (Path(raw_dir or RAW_DIR),)
    return tuple(Path(folder) for folder in raw_dir) or (RAW_DIR,)


def find_problems(raw_dir: RawDirs = None, today: date | None = None) -> list[Problem]:
    """List everything that is wrong with the raw tables of a folder.

    Parameters
    ----------
    raw_dir, today
        As for `read_raw`.

    Returns
    -------
    list of Problem
        In the order of files, lines and columns; empty when all is well.
    """
    return _read(raw_dir, today)[2]


def read_raw(raw_dir: RawDirs = None, today: date | None = None) -> RawData:
    """Read and validate the raw tables of a folder, each file once.

    Parameters
    ----------
    raw_dir : path or sequence of paths, optional
        Folder with the tables of the data dictionary; default is the project's own. Of several the
        first is complete, and the rows of the others are added to it.
    today : date, optional
        Dates after it are refused; default is that of `helpers.days.today`.

    Returns
    -------
    RawData

    Raises
    ------
    RawDataError
        With every problem at once.
    """
    listing, tables, problems = _read(raw_dir, today)
    if problems:
        raise RawDataError(problems)
    return raw_data(tables, listing, folders_of(raw_dir)[0])


def raw_data(tables: dict[str, Table], listing: Listing, raw_dir: Path) -> RawData:
    """Put tables without a problem together as frames."""
    # Tables of a few hundred rows are sliced thousands of times: pyarrow, made for millions of
    # rows, takes ten times as long for each of their columns of texts.
    with pd.option_context("mode.string_storage", "python"):
        frames = {name: _frame(table) for name, table in tables.items()}
        frames[OBSERVATIONS] = _join(frames)
        frames["targets"] = _with_plan_names(frames["targets"], frames["plans"])
        scales = frames["indicators"].set_index("indicator")["scale"]
        of_share = frames["targets"]["indicator"].map(scales).ne("linear")
        ends = year_ends(frames["targets"]["indicator"], frames["indicators"])
        frames["targets"] = frames["targets"].assign(is_share=of_share, year_ends=ends)
    return RawData(
        **frames,
        raw_dir=raw_dir,
        checksums={f: total for table in tables.values() for f, total in table.checksums.items()},
        paths={file.name: file.path for file in listing.files},
        ignored=listing.ignored,
    )


def year_ends(names: pd.Series, indicators: pd.DataFrame) -> pd.Series:
    """Months in which the years of named indicators end, as `helpers.days.period_end` takes them.

    `names` of none, as of goals in words, end in December.
    """
    return names.map(indicators.set_index("indicator")["year_ends"]).fillna(12).astype(int)


_MISSING = "the folder of the raw tables is missing; name an existing one"
_INSTALLED = "only the package is installed here, without data; name a folder of raw tables"


def _read(raw_dir: RawDirs, today: date | None) -> tuple[Listing, dict[str, Table], list[Problem]]:
    folders = folders_of(raw_dir)
    missing = [
        Problem(str(f), 1, "file", "missing", _INSTALLED if f == RAW_DIR else _MISSING)
        for f in folders
        if not f.is_dir()
    ]
    if missing:
        return Listing((), {}, ()), {}, missing
    listing = list_files(folders)
    tables = tables_of(load(listing.files))
    return listing, tables, _in_order([*listing.problems, *problems_of(tables, today)])


def problems_of(tables: dict[str, Table], today: date | None = None) -> list[Problem]:
    """List everything that is wrong with tables, in their files and between them.

    Parameters
    ----------
    tables : dict of str to Table
        All raw tables, as read.
    today : date, optional
        Dates after it are refused; default is that of `helpers.days.today`.
    """
    problems = [problem for table in tables.values() for problem in table.problems]
    doubted = list(plausibility_problems(tables, today or days.today()))
    places = {(p.file, p.line, p.column) for p in doubted}
    # A future year lies outside its definition too: one line for one mistake.
    fitting = (p for p in reference_problems(tables) if (p.file, p.line, p.column) not in places)
    return _in_order([*problems, *fitting, *doubted])


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    columns = [column for model in MODELS.values() for column in model.model_fields]
    rank = {column: place for place, column in reversed(list(enumerate(columns)))}
    return sorted(problems, key=lambda p: (p.file, p.line, rank.get(p.column, -1), p.message))


def _frame(table: Table) -> pd.DataFrame:
    columns = list(MODELS[table.name].model_fields)
    frame = pd.DataFrame([entry.record.__dict__ for entry in table.entries], columns=columns)
    for column in [name for name in columns if name.endswith(("_zh", "_ja"))]:
        # A plan without Chinese or Japanese text is shown by its English names there.
        english = frame.get(f"{column[:-2]}en")
        if english is not None:
            frame[column] = frame[column].where(frame[column].ne(""), english)
    if table.name in (OBSERVATIONS, "targets"):
        frame["decimals"] = pd.Series([_decimals(e) for e in table.entries], dtype="int64")
    if table.name == OBSERVATIONS:
        frame["file"] = pd.Series([entry.row.file for entry in table.entries], dtype="str")
        frame["line"] = pd.Series([entry.row.line for entry in table.entries], dtype="int64")
    return frame


def _decimals(entry: Entry[Record]) -> int:
    return len(entry.row.cells["value"].partition(".")[2])


def _with_plan_names(targets: pd.DataFrame, plans: pd.DataFrame) -> pd.DataFrame:
    for code in ("zh", "ja"):
        names = dict(zip(plans["plan"], plans[f"name_{code}"], strict=True))
        own = [names.get(plan, "") for plan in targets["plan"]]
        targets = targets.assign(**{f"plan_{code}": pd.Series(own, dtype="str")})
    return targets


def _join(frames: dict[str, pd.DataFrame]) -> pd.DataFrame:
    sources = frames["sources"].set_index("source_id")
    definitions = frames["definitions"].set_index("definition")
    frame = frames[OBSERVATIONS]
    joined = {
        name: frame["source_id"].map(sources[name]) for name in ("published", "grade", "kind")
    }
    frame = frame.assign(**joined, use=_uses(frame, definitions))
    front = ["indicator", "area", "year", "months", "value", "decimals"]
    return frame[front + [column for column in frame.columns if column not in front]]


def _uses(figures: pd.DataFrame, definitions: pd.DataFrame) -> pd.Series:
    """Say what each figure's definition is for in its area.

    A main definition that names areas takes the place there of one for all areas.
    """
    uses = figures["definition"].map(definitions["use"])
    places = figures["definition"].map(definitions["areas"]).fillna("")
    own = figures[places.ne("") & uses.eq("main")]
    theirs = set(zip(own["indicator"], own["area"], strict=True))
    pairs = zip(figures["indicator"], figures["area"], strict=True)
    replaced = pd.Series([pair in theirs for pair in pairs], figures.index, dtype=bool)
    return uses.mask(replaced & places.eq("") & uses.eq("main"), "alternative")


FURTHER = f"{OBSERVATIONS}/further.csv"
"""Where figures of further files go, in the order in which they were read."""
LATER = ("areas", "outlook", "outlook_source_id", "year_ends")
"""Columns that may be missing and are written where they are filled."""


def write_raw(raw: "RawData", folder: Path) -> tuple[Path, ...]:
    """Write raw tables as one complete folder that `helpers.observations.raw_data.read_raw` reads.

    Parameters
    ----------
    raw : RawData
        As read, or with rows of its tables left out; every column must still be there.
    folder : Path
        Made if missing. Files of the tables in it are replaced, others are left alone.

    Returns
    -------
    tuple of Path
        The files, always the same ones in the same order, but for ``observations/further.csv``,
        which is there only for figures that did not stand in one of the three named files.

    Notes
    -----
    The shipped tables come out byte for byte; what is written and read again is the same.
    """
    # Of a figure that is left out the words that it was read in go too.
    held, quoted = (
        pd.MultiIndex.from_frame(t[list(KEYS[OBSERVATIONS])])
        for t in (raw.observations, raw.quotes)
    )
    raw = replace(raw, quotes=raw.quotes[quoted.isin(held)])
    written = {f"{name}.csv": _text(name, getattr(raw, name)) for name in MODELS}
    del written[f"{OBSERVATIONS}.csv"]
    figures = raw.observations
    named = [f"{OBSERVATIONS}/{name}" for name in OBSERVATION_FILES]
    for file in named:
        written[file] = _text(OBSERVATIONS, figures[figures["file"].eq(file)])
    further = figures[~figures["file"].isin(named)]
    if len(further):
        written[FURTHER] = _text(OBSERVATIONS, further)
    else:
        (folder / FURTHER).unlink(missing_ok=True)
    paths = []
    for file, text in written.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        paths.append(path)
    return tuple(paths)


def _text(name: str, frame: pd.DataFrame) -> str:
    # A later column that no row fills is not written: older folders come out as they were.
    columns = [c for c in MODELS[name].model_fields if c not in LATER or _filled(frame[c])]
    texts = {column: _column(frame, column) for column in columns}
    # Not by pandas, which would look at each text once more to see what kind it is.
    return csv_of([texts, *zip(*texts.values(), strict=True)])


def _filled(column: pd.Series) -> bool:
    return bool((column.notna() & column.ne("")).any())


def _column(frame: pd.DataFrame, column: str) -> list[str]:
    values = frame[column]
    if not pd.api.types.is_float_dtype(values):
        return [str(value) for value in values]
    if column == "value" and "decimals" in frame:
        pairs = zip(values, frame["decimals"], strict=True)
        return ["" if np.isnan(value) else f"{value:.{places}f}" for value, places in pairs]
    return ["" if np.isnan(v) else np.format_float_positional(v, trim="-") for v in values]


NAMED = ("indicators", "areas", "definitions", "targets")
"""Tables whose keys somebody may ask for."""


def names_held(raw_dir: RawDirs = None) -> Mapping[str, tuple[str, ...]]:
    """List the keys of each table of `NAMED`, in the order of its rows.

    A table that cannot be read is left out: `helpers.observations.raw_data.read_raw` says why.
    A row with a fault is listed, as that is told there as well.
    """
    return _held(_files(raw_dir))[0]


def area_of_plan(raw_dir: RawDirs = None) -> str:
    """Name the area of the first target; "" where the tables tell none."""
    return _held(_files(raw_dir))[1]


def _files(raw_dir: RawDirs) -> tuple[tuple[RawFile, object], ...]:
    folders = folders_of(raw_dir)
    if not all(Path(folder).is_dir() for folder in folders):
        return ()
    files = (file for file in list_files(folders).files if file.table in NAMED)
    return tuple((file, signature(file.path)) for file in files)


@lru_cache(maxsize=16)
def _held(files: tuple[tuple[RawFile, object], ...]) -> tuple[Mapping[str, tuple[str, ...]], str]:
    # Files that were not written since are not read again: an explorer asks with every choice.
    tables = tables_of(load([file for file, _ in files]))
    present = {file.table for file, _ in files}
    held = {
        name: tuple({**tables[name].by_key(), **dict.fromkeys(sorted(tables[name].mentioned))})
        for name in NAMED
        if name in present and tables[name].usable
    }
    targets = tables["targets"].of(Target)
    return held, targets[0].record.area if targets else ""
