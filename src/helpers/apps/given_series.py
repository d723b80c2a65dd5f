"""Anybody's series as they are given: read, and what cannot be used set aside by name.

The form `series,year,value` (and perhaps `scale`) is read here, in CSV or Parquet; every other form
by `helpers.observations.forms`. A series that cannot be projected, or has a cell that cannot be
read, is set aside by name, with the reason.
"""

import io
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite, nan
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.forecasting.batch import MIN_POINTS, SeriesBatch
from helpers.observations.files import STDIN, decode, read_content
from helpers.observations.forms.annual import period_of
from helpers.observations.forms.layouts import Choices
from helpers.observations.forms.numerals import is_missing
from helpers.observations.forms.readings import account_of, long_name, long_names, read_figures
from helpers.observations.readers import Row, check_header, csv_rows
from helpers.problems import Problem, TableError, find
from helpers.vocabulary import EVERY_SCALE

SERIES_COLUMNS = ("series", "year", "value")
THRESHOLD_COLUMNS = ("series", "year", "threshold")
SCALE = "scale"
"""A column that a table of series may have: the scale of each."""
FAULTY = "faulty"
"""An attribute of a table as it was read: by series the cells that cannot be read."""
AUTO = "auto"
"""The scale that the values of a series leave: log, count with a 0, linear with less than 0."""
YEARS = range(1000, 3001)


class ExchangeError(TableError):
    """A file that cannot be used."""


@dataclass(frozen=True)
class GivenSeries:
    """Series that can be projected, and those that cannot."""

    batch: SeriesBatch
    scales: tuple[str, ...]
    """One a series."""
    set_aside: dict[str, str] = field(default_factory=dict)
    """By name the reason why a series is left out."""
    account: tuple[str, ...] = ()
    """What was understood of a file of another form than `series,year,value`, in lines."""

    def summary(self) -> list[str]:
        """Say in lines what was set aside, by reason and by name."""
        if not self.set_aside:
            return []
        reasons: dict[str, list[str]] = {}
        for name, reason in self.set_aside.items():
            kind, _, detail = reason.partition("; ")
            reasons.setdefault(kind, []).append(f"{name} ({detail})" if detail else name)
        whole = len(self.batch.names) + len(self.set_aside)
        lines = [f"set aside: {len(self.set_aside):,} of {whole:,} series"]
        return lines + [
            f"  {len(names):,} {kind}: {', '.join(names)}" for kind, names in reasons.items()
        ]


def read_series(
    path: Path | str, scale: str = "log", choices: Choices | None = None
) -> SeriesBatch:
    """Read a table of series, each of which must be fit to be projected.

    Parameters
    ----------
    path : path
        CSV or Parquet with the columns `series`, `year`, `value`, any order of rows; or a file of
        any form that `helpers.observations.forms` reads.
    scale : {"log", "logit", "linear", "count", "share"}
        Values outside the support are refused: above 0, inside 0-100, any finite number, 0 or
        above, 0 to 100.
    choices : Choices, optional
        What the file does not say.

    Raises
    ------
    ExchangeError
        With every bad cell; then, if the cells are sound, every series that is too short.
    """
    return read_given(path, scale, choices, strict=True).batch


def read_given(
    path: Path | str, scale: str = "log", choices: Choices | None = None, *, strict: bool = False
) -> GivenSeries:
    """Read a table of series, and set those aside that cannot be projected.

    Parameters
    ----------
    path, choices
        As for `read_series`; `-` reads what is piped in.
    scale : str
        One of `helpers.vocabulary.EVERY_SCALE`, or `auto`; a column `scale` goes before it.
    strict : bool
        Refuse the file instead, with every series that cannot be projected.

    Raises
    ------
    ExchangeError
        With every cell that cannot be read, where it is of no series, or no series is left.
    """
    find(scale, (*EVERY_SCALE, AUTO), "scale")
    path = Path(path)
    content, problem = (
        (sys.stdin.buffer.read(), None)
        if path == STDIN
        else read_content(path, str(path), "the columns " + ", ".join(SERIES_COLUMNS))
    )
    if problem:
        raise ExchangeError([problem])
    frame, account, problems = _own_or_other(content, str(path), choices, aside=not strict)
    return _sorted_out(frame, str(path), scale, account, strict, problems)


def read_thresholds(path: Path | str) -> pd.DataFrame:
    """Read `series`, `year`, `threshold` rows; a series and year may have several thresholds.

    The column `text` holds each threshold as it is written.
    """
    content, problem = read_content(
        Path(path), str(path), "the columns " + ", ".join(THRESHOLD_COLUMNS)
    )
    if problem:
        raise ExchangeError([problem])
    frame, problems = read_table(content, str(path), THRESHOLD_COLUMNS)
    if problems:
        raise ExchangeError(problems)
    return frame


def _own_or_other(
    content: bytes, file: str, choices: Choices | None, *, aside: bool
) -> tuple[pd.DataFrame, tuple[str, ...], list[Problem]]:
    """Read the table by its own columns, or else as a file of another form."""
    first = content.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    header = {name.strip(' "\r').casefold() for name in first.split(",")}
    own = header <= {*SERIES_COLUMNS, SCALE} or not content
    if not own or choices not in (None, Choices()):
        try:
            readings = read_figures(content, file, choices or Choices(), aside=aside)
        except TableError as error:
            raise ExchangeError(error.problems) from None
        frame = readings.frame.rename(columns={"text": "value"})[
            ["year", "value", "line", "column"]
        ]
        frame = frame.assign(value=frame["value"].astype(float), series=long_names(readings))
        faulty = {long_name(readings, *pair): [told] for pair, told in readings.faulty.items()}
        frame.attrs[FAULTY] = faulty
        return frame, tuple(account_of(readings)), [told for [told] in faulty.values()]
    frame, problems = read_table(content, file, SERIES_COLUMNS)
    return frame, (), problems


def read_table(
    content: bytes, file: str, columns: tuple[str, str, str]
) -> tuple[pd.DataFrame, list[Problem]]:
    """Read a table of series, year and a number.

    Parameters
    ----------
    content : bytes
        CSV, or Parquet where pyarrow is installed.
    file : str
        The name under which problems are reported.
    columns : tuple of str
        The header, in letters of any size; a last column `value` allows each series and year once
        and a column `scale` beside it.

    Returns
    -------
    DataFrame
        The columns, `text`, a threshold as it is written, and `line`, the row's place in the file.
    list of Problem
        Every bad cell; their rows are left out.

    Raises
    ------
    ExchangeError
        For a file that cannot be read as a whole.
    """
    last = columns[-1]
    if last == "value" and (plain := _plain_table(content, columns)) is not None:
        return plain, []
    table = _Table(file, last)
    rows = _parquet_rows if content.startswith(b"PAR1") else _csv_rows
    for row in rows(content, file, columns):
        if isinstance(row, Problem):
            table.problems.append(row)
        else:
            table.add(row)
    return table.frame(columns)


def _plain_table(content: bytes, columns: Sequence[str]) -> pd.DataFrame | None:
    """Read a faultless table of plain cells all at once; None for any other, which is told why.

    Nothing in it is quoted, no line is blank and no cell needs to be mended, so that a row is a
    line, and its numbers are what `float` makes of them.
    """
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip(b"\n") + b"\n"
    names = content.split(b"\n", 1)[0].decode("utf-8", "replace").split(",")
    odd = any(mark in content for mark in (b'"', b"\r", b"\0", b"\n\n"))
    if odd or sorted(map(str.casefold, names)) != sorted(columns):
        return None
    if content.count(b",") != (len(columns) - 1) * content.count(b"\n"):
        return None
    kinds = {"series": "category", "year": "int64", "value": "float64"}
    header = [name.casefold() for name in names]
    try:
        frame = pd.read_csv(
            io.BytesIO(content),
            names=header,
            header=0,
            index_col=False,
            dtype=kinds,
            na_filter=False,
        )
    except ValueError:  # a cell that is no number, a row that is too long, another encoding
        return None
    texts = frame["series"].cat.categories
    sound = all(text and text.isprintable() and text == text.strip() for text in texts)
    sound &= bool(np.isfinite(frame["value"]).all()) and len(frame) > 0
    sound &= bool(frame["year"].between(YEARS.start, YEARS.stop - 1).all())
    if not sound or frame.duplicated(["series", "year"]).any():
        return None
    return frame[list(columns)].assign(line=np.arange(2, len(frame) + 2))


class _Table:
    """Rows as columns of plain numbers: a table of millions of rows holds no object for each."""

    def __init__(self, file: str, last: str) -> None:
        self.file, self.last = file, last
        self.problems: list[Problem] = []
        self.names: dict[str, int] = {}
        self.codes, self.years, self.lines = array("q"), array("q"), array("q")
        self.numbers = array("d")
        self.texts: list[str] = []
        self.scales: dict[int, str] = {}
        self.faulty: dict[str, list[Problem]] = {}

    def add(self, row: Row) -> None:
        cells = row.cells
        name = cells["series"].strip()
        found = list(self._cell_problems(cells, name))
        if not found and cells.get(SCALE):
            code = self.names.get(name, len(self.names))
            if self.scales.setdefault(code, cells[SCALE]) != cells[SCALE]:
                message = f"the series has the scale {self.scales[code]} elsewhere; give it one"
                found.append((SCALE, cells[SCALE], message))
        if found:
            problems = [Problem(self.file, row.line, *problem) for problem in found]
            self.problems += problems
            if name.isprintable() and name:
                self.faulty.setdefault(name, []).extend(problems)
            return
        number = float(cells[self.last])
        self.codes.append(self.names.setdefault(name, len(self.names)))
        self.years.append(int(float(cells["year"])))
        self.numbers.append(number)
        self.lines.append(row.line)
        if self.last != "value":
            text = cells[self.last].strip()
            # Digits of other scripts, which few programs read, as ours.
            self.texts.append(text if text.isascii() else repr(number))

    def _cell_problems(self, cells: Mapping[str, str], name: str) -> Iterator[tuple[str, str, str]]:
        if not name:
            yield "series", "", "empty; name the series"
        elif not name.isprintable():
            yield "series", name, "holds control characters; take them out"
        year = _number(cells["year"])
        if not year.is_integer() or int(year) not in YEARS:
            yield "year", cells["year"], _no_year(cells["year"].strip())
        if not isfinite(_number(cells[self.last])):
            message = "not a finite number; write digits, or leave the row out"
            yield self.last, cells[self.last], message
        if cells.get(SCALE, "") not in ("", *EVERY_SCALE):
            yield SCALE, cells[SCALE], f"no scale; write one of {', '.join(EVERY_SCALE)}"

    def frame(self, columns: Sequence[str]) -> tuple[pd.DataFrame, list[Problem]]:
        """Give the sound rows as a table, and every problem."""
        codes, years = np.array(self.codes), np.array(self.years)
        names = pd.Categorical.from_codes(codes.astype(int), categories=list(self.names))
        frame = pd.DataFrame({columns[0]: names, columns[1]: years, self.last: self.numbers})
        frame["line"] = np.array(self.lines, dtype=int)
        if self.last == "value":
            for name, problem in self._doubles(frame):
                self.problems.append(problem)
                self.faulty.setdefault(name, []).append(problem)
            frame.attrs[FAULTY] = self.faulty
            scales = [self.scales.get(code, "") for code in range(len(self.names))]
            frame.attrs[SCALE] = dict(zip(self.names, scales, strict=True))
        else:
            frame["text"] = self.texts
            frame["series"] = frame["series"].astype(str)
        if frame.empty and not self.problems:
            raise unusable(Path(self.file), "no rows; add some")
        return frame, sorted(self.problems, key=lambda problem: problem.line)

    def _doubles(self, frame: pd.DataFrame) -> Iterator[tuple[str, Problem]]:
        keys = ["series", "year"]
        twice = frame[frame.duplicated(keys)]
        if twice.empty:
            return
        first = frame.drop_duplicates(keys).set_index(keys)["line"]
        for row in twice.itertuples():
            message = f"year given twice, first in line {first[row.series, row.year]}"
            text = str(row.year)
            message += "; keep one row a year"
            yield str(row.series), Problem(self.file, row.line, "year", text, message)


def _sorted_out(
    frame: pd.DataFrame,
    file: str,
    scale: str,
    account: tuple[str, ...],
    strict: bool,
    cells: list[Problem],
) -> GivenSeries:
    """Part the series that can be projected from those that cannot; refuse cells that are bad."""
    codes, names = pd.factorize(frame["series"])
    names = np.array([str(name) for name in names], dtype=object)
    values = frame["value"].to_numpy(float)
    scales = _scales(frame, codes, names, values, scale)
    outside = _is_outside(values, scales[codes])
    counts = np.bincount(codes, minlength=len(names))
    lines, first = frame["line"].to_numpy(), np.unique(codes, return_index=True)[1]
    problems: list[Problem] = []
    aside: dict[str, str] = {}
    for at in np.flatnonzero(outside):
        name, text = names[codes[at]], f"{values[at]:.15g}"
        message = _outside(values[at], scales[codes[at]])
        column = str(frame["column"].iloc[at]) if "column" in frame else "value"
        problems.append(Problem(file, int(lines[at]), column, text, message))
        reason, _, mend = message.partition("; ")
        place = f"{text} in row {lines[at]}, column {column}"
        aside.setdefault(name, f"with a value {reason} ({mend}); {place}")
    faulty = frame.attrs.get(FAULTY, {})
    if cells and (strict or len(cells) > sum(map(len, faulty.values()))):
        raise ExchangeError(sorted([*cells, *problems], key=lambda problem: problem.line))
    problems += cells
    empty, unread = 0, set[str]()
    for name, told in faulty.items():
        wrong = [cell for cell in told if cell.column != "value" or not is_missing(cell.value)]
        empty += len(told) - len(wrong)
        if wrong:
            unread.add(name)
            place = f"{wrong[0].value} in row {wrong[0].line}, column {wrong[0].column}"
            reason = wrong[0].message.partition("; ")[0].partition(", first")[0]
            aside[name] = f"with a cell that cannot be used ({reason}); {place}"
        elif name not in names:
            aside[name] = f"with fewer than {MIN_POINTS} years; 0"
    account += (f"passed over: {empty:,} cells without a figure",) * bool(empty)
    if not problems or not strict:
        for code in np.flatnonzero(counts < MIN_POINTS):
            if names[code] in unread:
                continue
            size, mend = counts[code], f"give at least {MIN_POINTS} years or leave it out"
            message = f"only {size} points; {mend}"
            line = int(lines[first[code]])
            problems.append(Problem(file, line, "series", names[code], message))
            aside[names[code]] = f"with fewer than {MIN_POINTS} years; {size}"
    if problems and (strict or set(aside) >= set(names)):
        raise ExchangeError(sorted(problems, key=lambda problem: problem.line))
    kept = ~np.isin(names, list(aside))
    every = pd.Categorical.from_codes(codes, categories=pd.Index(names, dtype=object))
    own = pd.DataFrame({"series": every, "year": frame["year"], "value": values})
    batch = SeriesBatch.from_long(own[kept[codes]])
    return GivenSeries(batch, tuple(scales[kept]), aside, account)


def _scales(
    frame: pd.DataFrame, codes: np.ndarray, names: np.ndarray, values: np.ndarray, scale: str
) -> np.ndarray:
    """Give each series its scale: of its own column, the one for all, or the one it needs."""
    chosen = np.full(len(names), scale, dtype=object)
    if scale == AUTO:
        least = np.full(len(names), np.inf)
        np.minimum.at(least, codes, values)
        chosen = np.where(least > 0, "log", np.where(least == 0, "count", "linear")).astype(object)
    own = frame.attrs.get(SCALE, {})
    return np.array([own.get(n) or c for n, c in zip(names, chosen, strict=True)], dtype=object)


def _is_outside(values: np.ndarray, scales: np.ndarray) -> np.ndarray:
    """Say of each value whether it lies outside the support of its scale."""
    open_below, open_above = np.isin(scales, ["log", "logit"]), scales == "logit"
    below = np.where(open_below, values <= 0, values < 0) & (scales != "linear")
    return below | (open_above & (values >= 100)) | ((scales == "share") & (values > 100))


def _no_year(text: str) -> str:
    """Say what is wrong with a year, and the mend; a fiscal year has an option of its own."""
    period = period_of(text)
    if period and period.span:
        return "a period over two years; say which with --span first or --span last"
    if period and period.fiscal:
        return f"a fiscal year; write {period.year}"
    return "not a year; write four digits such as 2024"


def _outside(number: float, scale: str) -> str:
    """Say what is wrong with a value that lies outside the support of a scale, and the mend."""
    if number == 0:
        other = "count" if scale == "log" else "share"
        return f"not above 0; mend it, or project with scale {other}, which has zeros"
    if number < 0:
        low = "below 0" if scale in ("count", "share") else "not above 0"
        return f"{low}; mend it, or project with scale linear"
    if number == 100:
        return "not below 100; mend it, or project with scale share, which has 0 and 100"
    if scale == "share":
        return "above 100, where no share in percent lies; mend it, or use another scale"
    return "not below 100, as a share in percent must be; mend it, or use another scale"


def unusable(path: Path, message: str) -> ExchangeError:
    """Refuse a file as a whole."""
    return ExchangeError([Problem(str(path), 1, "file", path.name, message)])


def _number(text: str) -> float:
    try:
        return float(text) if "_" not in text else nan
    except ValueError:
        return nan


def _header_of(names: Sequence[str], columns: Sequence[str]) -> tuple[list[str], list[str]]:
    """Write the names of columns small where that is a name that is asked for."""
    known = [*columns, SCALE] if columns[-1] == "value" else list(columns)
    header = [name.casefold() if name.casefold() in known else name for name in names]
    return header, [*columns, SCALE] if SCALE in header and SCALE in known else list(columns)


def _csv_rows(content: bytes, file: str, columns: Sequence[str]) -> Iterator[Row | Problem]:
    text, problem = decode(content, file)
    if problem:
        raise ExchangeError([problem])
    # The text itself would be held four times as large as the bytes that it was read from.
    del text
    stream = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", newline="")
    try:
        yield from csv_rows(stream, file, lambda names: _header_of(names, columns))
    except TableError as error:
        raise ExchangeError(error.problems) from None


def _parquet_rows(content: bytes, file: str, columns: Sequence[str]) -> Iterator[Row | Problem]:
    path = Path(file)
    try:
        frame = pd.read_parquet(io.BytesIO(content))
    except ImportError:
        message = "Parquet needs pyarrow; install shenzhen-targets[parquet], or give CSV"
        raise unusable(path, message) from None
    except Exception as error:  # pyarrow raises many kinds for a file that is not Parquet
        message = f"cannot be read as Parquet ({type(error).__name__}); give a sound file"
        raise unusable(path, message) from None
    header, wanted = _header_of([str(name) for name in frame.columns], columns)
    problems = check_header(header, wanted, file)
    if problems:
        raise ExchangeError(problems)
    texts = (["" if cell is None else str(cell) for cell in frame[name]] for name in frame)
    for line, cells in enumerate(zip(*texts, strict=True), start=1):
        yield Row(file, line, dict(zip(header, cells, strict=True)))
