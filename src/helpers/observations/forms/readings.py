"""The figures of a file, each with its series, area, year and place; what is passed over, counted.

Months, quarters and days become years; what was understood is told in lines.
"""

import re
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pandas as pd

from helpers.observations.forms.annual import (
    DATED,
    PARTIAL,
    in_one,
    whole_years,
)
from helpers.observations.forms.cells import MOST_PROBLEMS, SHEET, TEXTS, Gathered
from helpers.observations.forms.columns import (
    UNITS,
    Key,
    Name,
    geo_names,
    names_of,
    names_of_series,
    stem_of,
)
from helpers.observations.forms.layouts import Choices, Layout, recognise
from helpers.observations.forms.numerals import (
    NIL,
    WEIGHT,
    status_of,
)
from helpers.observations.forms.sheets import FormError, open_sheets
from helpers.observations.forms.workbooks import HIDDEN
from helpers.problems import Problem, shown

_CODE = re.compile(r"[A-Z]{2,3}")


@dataclass(frozen=True)
class Readings:
    """What a file says."""

    frame: pd.DataFrame
    """One row a figure: `series` and `area` (places in the lists), `year`, `text` (plain digits),
    `status` ("" or a word of `helpers.vocabulary.STATUSES`), `flag`, `fiscal` (a fiscal year as
    printed, or ""), `line` and `column` of the file; by series and area, in the file's order."""
    series: list[Name]
    areas: list[Name]
    """`series`, `areas`: one area without a name where the file names none."""
    passed: Counter[str]
    """What was passed over, in words, with its number."""
    layouts: list[Layout]
    """Of the sheets that were read."""
    notes: list[str] = field(default_factory=list)
    """What a reader should know beside."""
    faulty: dict[tuple[int, int], Problem] = field(default_factory=dict)
    """By places of series and area what is wrong with a series that is set aside."""

    def only(self, kept: np.ndarray) -> "Readings":
        """Keep the figures of a mask; series and areas keep their places."""
        return Readings(
            self.frame[kept].reset_index(drop=True), self.series, self.areas, self.passed,
            self.layouts, self.notes, self.faulty,
        )  # fmt: skip


def read_figures(
    content: bytes,
    file: str,
    choices: Choices = Choices(),  # noqa: B008
    *,
    aside: bool = False,
) -> Readings:
    """Read the figures of a file of any form.

    Parameters
    ----------
    content : bytes
        As for `helpers.observations.forms.sheets.open_sheets`.
    file : str
        The name under which problems are reported, and the name of a series that has no other.
    choices : Choices
    aside : bool
        Set a series aside that has a cell which cannot be read, in place of refusing the file.

    Raises
    ------
    FormError
        With every cell that cannot be read, by the file's own row and column; for a number that
        can be read in two ways, with both.
    """
    gathered = _Together(file, aside)
    unread: list[FormError] = []
    sheets = open_sheets(content, file)
    for sheet in sheets:
        if HIDDEN in sheet.notes and not all(HIDDEN in other.notes for other in sheets):
            gathered.passed[f"hidden sheets ({sheet.file.partition('!')[2]})"] += 1
            continue
        try:
            sheet, layout = recognise(sheet, choices)
        except FormError as error:
            unread.append(error)
            gathered.passed["sheets without years"] += 1
            continue
        gathered.sheet(sheet, layout, choices)
    gathered.layouts = gathered.layouts or gathered.bare
    if not gathered.layouts:
        raise FormError(problem for error in unread for problem in error.problems)
    return gathered.readings(choices)


class _Together(Gathered):
    """Figures of all sheets as one a year, with their names."""

    def readings(self, choices: Choices) -> Readings:
        """Put all sheets together: whole years, one figure each."""
        frame = pd.DataFrame(
            {n: np.array(c) if isinstance(c, array) else c for n, c in self.columns.items()}
        ).astype({"percent": bool, **dict.fromkeys(TEXTS, "str")})
        self.columns = {}
        frame = self._without_echoes(frame)
        for row in frame[frame["fault"].gt(0)].itertuples():
            self.faulty.setdefault((row.series, row.area), self.faults[row.fault - 1])
        frame = frame[frame["fault"].eq(0)].reset_index(drop=True)
        if not choices.decimal:
            self._doubt_groups(frame)
        if (partial := frame["every"].eq(PARTIAL)).any():
            self.passed["figures of months that are no year"] += int(partial.sum())
            frame = frame[~partial].reset_index(drop=True)
        frame = self._without_doubles(self._latest(frame))
        frame = self._without_doubles(self._whole_years(frame, choices).assign(part=""))
        frame, powers, percent = self._scaled(frame)
        if self.faulty:
            pairs = pd.MultiIndex.from_frame(frame[["series", "area"]])
            frame = frame[~pairs.isin(list(self.faulty))].reset_index(drop=True)
        if not self.problems and frame.empty and self.faulty:
            self.problems += self.faulty.values()
        elif not self.problems and frame.empty:
            told = "; ".join(f"{count:,} {what}" for what, count in self.passed.items())
            message = f"no figure was found{f' (passed over: {told})' * bool(told)}; give another"
            header = self.layouts[0].header
            self.problem(Problem(self.file, max(1, header), "file", "figures", message))
        if self.problems:
            raise FormError(sorted(self.problems, key=lambda p: (p.file, p.line)))
        if any(f"cells {text}" in self.passed for text in NIL):
            self.notes.append("a dash is read as no figure; where it stands for zero, write 0")
        frame = frame.sort_values(["series", "area", "year"], kind="stable", ignore_index=True)
        kept = ["series", "area", "year", "text", "status", "flag", "fiscal", "line", "column"]
        self._tell_constants(list(self.series))
        stem = stem_of(self.file)
        title = next((t for f in self.layouts if (t := f.facts.get("title", ""))), stem)
        naming = {name for layout in self.layouts for name in layout.naming}
        series = names_of_series(list(self.series), title, powers, percent, naming)
        known = self.layouts[0].scheme == "eurostat" or self.layouts[0].areas
        words = geo_names() if known else {}
        areas = [Name(code, words.get(name, name)) for code, name in self.areas]
        read = (self.passed, self.layouts, self.notes, self.faulty)
        return Readings(frame[kept], series, areas, *read)

    def _doubt_groups(self, frame: pd.DataFrame) -> None:
        """Refuse 56.420 read as thousands where all that is beside it in the series is near 56."""
        either = frame["other"].ne("")
        size = frame["text"].astype(float).abs()
        beside = size[~either & size.gt(0)].groupby([frame["series"], frame["area"]])
        usual = beside.agg(["median", "size"]).query("size > 1")["median"].rename("usual")
        doubted = frame[either].join(usual, on=["series", "area"], how="inner")
        ratio = doubted["text"].astype(float).abs() / doubted["usual"]
        closer = doubted["other"].astype(float).abs() / doubted["usual"]
        far = (ratio.gt(100) | ratio.lt(0.01)) & closer.between(0.1, 10)
        for row in doubted[far].drop_duplicates(["series", "area"]).itertuples():
            message = (
                f"it can be {row.other}, which is near the other figures of the series; write all "
                "alike, or say which with --decimal point or --decimal comma"
            )
            problem = Problem(self.file, row.line, row.column, row.text, message)
            if self.aside:
                self.faulty.setdefault((row.series, row.area), problem)
            else:
                self.problem(problem)

    def _without_echoes(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Take columns out of the keys that only repeat the year or the area of a row.

        A sheet tells series apart where the same series stands in several with other figures.
        """
        keys, named = list(self.series), {n for f in self.layouts for n in f.naming}
        columns = dict.fromkeys(part[0] for key in keys for part in key)
        for column in columns:
            gone = (column, "unit of the sheet") if column == SHEET else (column,)
            codes = [next((p[1] for p in key if p[0] == column), "") for key in keys]
            if len(set(codes)) < 2 or column in ("unit", "unit of the sheet", "series"):
                continue
            own = frame["series"].map(dict(enumerate(codes)))
            shorter = [tuple(p for p in key if p[0] not in gone) for key in keys]
            places = {key: i for i, key in enumerate(dict.fromkeys(shorter))}
            merged = frame["series"].map({i: places[key] for i, key in enumerate(shorter)})
            if column == SHEET:
                at = ["series", "area", "year", "part", "edition"]
                unlike = frame.assign(series=merged).drop_duplicates([*at, "text", "power"])
                echo = not unlike.duplicated(at).any()
            else:
                coded = column not in named and all(map(_CODE.fullmatch, codes))
                coded |= not column  # nothing names it: it is no dimension of its own
                echo = _repeats(own, frame["year"]) or (coded and _repeats(own, frame["area"]))
                if column.casefold() in names_of("of_area"):  # such as the continent of a country
                    echo |= own.groupby(frame["area"]).nunique().max() == 1
            if echo and column == SHEET:  # the units of sheets still tell series apart
                shorter = [tuple(p for p in key if p[0] != column) for key in keys]
                places = {key: i for i, key in enumerate(dict.fromkeys(shorter))}
                merged = frame["series"].map({i: places[key] for i, key in enumerate(shorter)})
            if echo:
                keys, frame = list(places), frame.assign(series=merged)
        self.series = {key: i for i, key in enumerate(keys)}
        return frame

    def _tell_constants(self, keys: list[Key]) -> None:
        """Name the columns that hold one text in all rows: a scale may stand in one of them."""
        named = {name for layout in self.layouts for name in layout.naming}
        found: dict[str, set[str]] = {}
        for column, code, label in (part for key in keys for part in key):
            if column not in named and column not in (*UNITS, "series", SHEET):
                found.setdefault(column, set()).add(label or code)
        told = [f"{name} {min(texts)}" for name, texts in found.items() if len(texts) == 1]
        told = [text for text in told if not text.endswith(" ")]
        self.notes += [f"the same in all rows: {shown(', '.join(told))}"] * bool(told)

    def _latest(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Of several editions in one file keep the last of each figure."""
        if not frame["edition"].any():
            return frame
        ordered = frame.sort_values("edition", kind="stable")
        kept = ordered.drop_duplicates(["series", "area", "year", "part"], keep="last").sort_index()
        if len(kept) < len(frame):
            self.passed["figures of earlier editions"] += len(frame) - len(kept)
        return kept.reset_index(drop=True)

    def _whole_years(self, frame: pd.DataFrame, choices: Choices) -> pd.DataFrame:
        if frame["span"].any():
            frame = self._spanned(_as_months(frame), choices)
        if len(named := frame[frame["fiscal"].ne("")]):
            text, year = named[["fiscal", "year"]].iloc[0]
            self.notes.append(f"fiscal years: {text} is read as {year}")
        parts = frame["part"].ne("")
        if not parts.any():
            return frame
        keys = ["series", "area", "year"]
        whole = frame.loc[~parts, keys].drop_duplicates()
        if len(whole):
            both = frame[keys].merge(whole, how="left", indicator=True)["_merge"].eq("both")
            drop = parts & both.to_numpy()
            if drop.any():
                self.passed["parts of years that are given as a whole too"] += int(drop.sum())
            frame = frame[~drop].reset_index(drop=True)
            parts = frame["part"].ne("")
            pairs = pd.MultiIndex.from_frame(whole[["series", "area"]])
            early = parts & pd.MultiIndex.from_frame(frame[["series", "area"]]).isin(pairs)
            if early.any():
                self.passed["parts of years that are not given as a whole"] += int(early.sum())
                frame = frame[~early].reset_index(drop=True)
                parts = frame["part"].ne("")
        if not parts.any():
            return frame
        if self._refused_years_of_several(frame[parts]):
            return frame
        frame = frame.assign(one=frame["series"] * len(self.areas) + frame["area"])
        dated = _day_and_month(frame[parts])
        counts = dated.groupby(["one", "year"])["part"].transform("size")
        if counts.max() == 1 and dated["every"].eq(DATED).all():
            self.notes.append("one date a year: read as the year")
            return frame
        if not choices.annual and self.aside and len(whole):
            message = "parts of a year, of which nobody said what makes it; say so with --annual"
            for row in frame[parts].drop_duplicates(["series", "area"]).itertuples():
                told = Problem(self.file, row.line, row.column, row.part, message)
                self.faulty.setdefault((row.series, row.area), told)
            return frame[~parts].reset_index(drop=True)
        if not choices.annual:
            first = dated[counts.eq(counts.max())].iloc[0]
            many = "figures" if counts.max() > 1 else "figure for a part"
            message = (
                f"{counts.max()} {many} of one year; say what makes the year: --annual mean, "
                "--annual last or --annual sum"
            )
            problem = Problem(self.file, int(first["line"]), "year", str(first["part"]), message)
            self.problem(problem)
            return frame.drop_duplicates(keys)
        return pd.concat([frame[~parts], self._joined_years(dated, counts, choices.annual)])

    def _refused_years_of_several(self, parts: pd.DataFrame) -> bool:
        """Refuse 2001-03, 2002-04, which are means over three years, where each is a year later."""
        month = parts[parts["part"].str.fullmatch(r"\d{4}[-/]\d\d")].drop_duplicates("part")
        apart = (month["part"].str[-2:].astype(int) - month["year"] % 100) % 100
        several = len(month) > 1 and set(apart) == {apart.iloc[0]} and bool(apart.iloc[0] > 1)
        if several:
            message = "a period over several years; leave it out, or give each figure one year"
            row = month.iloc[0]
            self.problem(Problem(self.file, int(row["line"]), "year", row["part"], message))
        return several

    def _joined_years(self, parts: pd.DataFrame, counts: pd.Series, way: str) -> pd.DataFrame:
        """Make one figure of those of each whole year; of one a year the last part alone."""
        finest = parts["every"].eq(parts.groupby("one")["every"].transform("max"))
        if not finest.all():
            self.passed["parts of a year that smaller ones make up"] += int((~finest).sum())
            parts = parts[finest]
            counts = parts.groupby(["one", "year"])["part"].transform("size")
        whole = whole_years(parts)
        if way == "last":
            alone = counts.groupby(parts["one"]).transform("max").eq(1)
            same = parts.groupby("one")["place"].transform("nunique").eq(1) & parts["every"].eq(12)
            whole |= alone & (same | parts["place"].eq(parts["every"]))
        if short := parts.loc[~whole, ["one", "year"]].drop_duplicates().shape[0]:
            self.passed["years that are not whole"] += short
        given = parts
        parts = parts[whole].sort_values(["one", "year", "place"], kind="stable")
        sizes = sorted(set(counts[whole]))
        if not sizes:
            row, most = given.iloc[0], counts.max()
            message = f"no year is whole: there are at most {most} of its figures; leave it out"
            self.problem(Problem(self.file, int(row["line"]), "year", row["part"], message))
            return parts
        told = " or ".join(map(str, sizes if len(sizes) < 4 else sizes[:: len(sizes) - 1]))
        self.notes.append(f"the figure of a year is the {way} of its {told} figures")
        made = []
        for _, group in parts.groupby(["one", "year"], sort=False):
            doubted = group.iloc[-1]
            if way != "last":
                weights = group["status"].map(lambda word: WEIGHT.get(word, -1))
                doubted = group.loc[weights[::-1].idxmax()]
            text = in_one(group["text"], way)
            made.append({**group.iloc[-1], **doubted[["status", "flag"]], "text": text})
        return pd.DataFrame(made, columns=parts.columns)

    def _spanned(self, frame: pd.DataFrame, choices: Choices) -> pd.DataFrame:
        spans = frame["span"].gt(0)
        if spans.any() and not choices.span:
            row = frame[spans].iloc[0]
            message = (
                f"a period over two years, which can be {row['year']} or {row['span']}; say which "
                "with --span first or --span last"
            )
            text = f"{row['year']}/{row['span']}"
            self.problem(Problem(self.file, int(row["line"]), "year", text, message))
        years = (
            frame["year"].mask(spans, frame["span"]) if choices.span == "last" else frame["year"]
        )
        return frame.assign(year=years)

    def _without_doubles(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Pass over rows that repeat a figure; refuse those that contradict it."""
        keys = ["series", "area", "year", "part"]
        again = frame.duplicated([*keys, "text", "power", "status", "percent"])
        if again.any():
            self.passed["figures that are given twice alike"] += int(again.sum())
            frame = frame[~again].reset_index(drop=True)
        twice = frame.duplicated(keys)
        if not twice.any():
            return frame
        first = frame.drop_duplicates(keys)[[*keys, "line", "text"]]
        both = frame[twice].merge(first, on=keys, suffixes=("", "_first"))
        for row in (both if self.aside else both.head(MOST_PROBLEMS)).itertuples():
            message = (
                f"year given twice, first in row {row.line_first} with {row.text_first}; name the "
                "column that tells them apart with --series-column"
            )
            problem = Problem(self.file, row.line, "year", str(row.year), message)
            if self.aside:
                self.faulty.setdefault((row.series, row.area), problem)
            else:
                self.problem(problem)
        return frame.drop_duplicates(keys, ignore_index=True) if self.aside else frame

    def _scaled(self, frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[int, int], set[int]]:
        """Bring the figures of a series to one power of ten, exactly; find shares in per cent."""
        scaled = frame.groupby("series")["unscaled"].agg(["min", "max"])
        for series in scaled.index[scaled["min"] < scaled["max"]]:
            row = frame[frame["series"].eq(series) & frame["unscaled"].eq(1)].iloc[0]
            message = "no multiplier, which other figures of the series have; write all alike"
            self.problem(Problem(self.file, int(row["line"]), row["column"], row["text"], message))
        powers = frame.groupby("series")["power"].agg(["min", "max"])
        for series in powers.index[powers["min"] < powers["max"]]:
            own = frame["series"].eq(series)
            more = frame.loc[own, "power"] - powers.loc[series, "min"]
            texts = [
                format(Decimal(text).scaleb(int(by)), "f")
                for text, by in zip(frame.loc[own, "text"], more, strict=True)
            ]
            frame.loc[own, "text"] = texts
        marked = frame.groupby("series")["percent"].agg(["any", "all"])
        for series in marked.index[marked["any"] & ~marked["all"]]:
            row = frame[frame["series"].eq(series) & ~frame["percent"]].iloc[0]
            message = (
                "no sign for per cent, which other figures of the series have; write all alike"
            )
            self.problem(Problem(self.file, int(row["line"]), row["column"], row["text"], message))
        return frame, powers["min"].to_dict(), set(marked.index[marked["all"]])


def _repeats(codes: pd.Series, other: pd.Series) -> bool:
    """Say whether each code stands beside one value of another column, and no two beside one."""
    pairs = pd.DataFrame({"code": codes, "other": other}).drop_duplicates()
    return len(pairs) > 1 and len(pairs) == pairs["code"].nunique() == pairs["other"].nunique()


def _as_months(frame: pd.DataFrame) -> pd.DataFrame:
    """Read 2010-11 as a month where other periods of the file are months: 2010-09."""
    month = r"\d{4}[-/]?(?:0[1-9]|1[0-2])"
    if not frame["part"].str.fullmatch(month).any():
        return frame
    months = frame["span"].gt(0) & frame["fiscal"].str.fullmatch(month)
    part, none = frame["part"].mask(months, frame["fiscal"]), frame["fiscal"].mask(months, "")
    place = frame["place"].mask(months, frame["span"] % 100)
    every = frame["every"].mask(months, 12)
    span = frame["span"].mask(months, 0)
    return frame.assign(part=part, fiscal=none, span=span, place=place, every=every)


def _day_and_month(frame: pd.DataFrame) -> pd.DataFrame:
    """Put days such as 05/02/2022 in their order: whether the month stands first tell all."""
    found = frame["part"].str.extract(r"^(?P<a>\d\d?)(?P<by>[-/.])(?P<b>\d\d?)[-/.]\d{4}")
    either = found["a"].notna()
    if not either.any():
        return frame
    a, b = found.loc[either, "a"].astype(int), found.loc[either, "b"].astype(int)
    fewer = a.nunique() < b.nunique() and not b.gt(12).any()
    day_first = a.gt(12).any() or found.loc[either, "by"].eq(".").all() or fewer
    place = b * 32 + a if day_first else a * 32 + b
    return frame.assign(place=frame["place"].where(~either, place))


def long_names(readings: Readings) -> pd.Categorical:
    """Name the series of each figure by area and series, where each of them varies."""
    pairs = readings.frame["series"].astype("int64") * len(readings.areas) + readings.frame["area"]
    places, unique = pd.factorize(pairs)
    named = [long_name(readings, *divmod(pair, len(readings.areas))) for pair in unique]
    codes, names = pd.factorize(np.array(named, dtype=object))
    return pd.Categorical.from_codes(codes[places], categories=pd.Index(names))


def long_name(readings: Readings, series: int, area: int) -> str:
    """Name a series by its area and what it is, where each of them varies in the file."""
    place, name = readings.areas[area].name, readings.series[series].name
    several = len(readings.areas) > 1, len(readings.series) > 1
    told = ": ".join(text for text in (place * several[0], name * several[1]) if text)
    return told or place or name


def account_of(readings: Readings) -> list[str]:
    """Say in lines what was understood of a file, and what was passed over."""
    frame = readings.frame
    first = readings.layouts[0]
    places = {"years across": first.year is None, "years down": first.year is not None}
    laid = next(name for name, is_so in places.items() if is_so)
    lines = [
        f"form: {first.title}, {laid}"
        + f", {len(readings.layouts)} sheets" * (len(readings.layouts) > 1)
    ]
    used = [readings.series[i] for i in sorted(set(frame["series"]))]
    lines.append(f"series: {_some([s.name for s in used])}")
    areas = [readings.areas[i].name for i in sorted(set(frame["area"]))]
    if any(areas):
        lines.append(f"areas: {_some(areas)}")
    held = {*frame["area"], *(area for _, area in readings.faulty)}
    without = [area.name for i, area in enumerate(readings.areas) if i not in held and area.name]
    if without:
        lines.append(f"no figure at all: {_some(without, 40)}")
    if len(frame):
        lines.append(f"figures: {len(frame):,}, {frame['year'].min()} to {frame['year'].max()}")
    units = list(dict.fromkeys(s.unit for s in used if s.unit))
    in_name = all(s.name.endswith((")", "）")) for s in used)
    told = "in the name of the series" if in_name else "not in the file"
    lines.append(f"unit: {_some(units) if units else told}")
    flagged = frame[frame["flag"].ne("") & frame["flag"].notna()]
    for (flag, status), count in flagged.groupby(["flag", "status"]).size().items():
        meaning = status_of(first.scheme, str(flag))[1]
        if meaning == "normal":
            continue
        told = f"{status or 'final'}" + (f" ({meaning})" if meaning else "")
        lines.append(f"flag {flag}: {count:,} x {told}")
    lines += [f"passed over: {count:,} {what}" for what, count in readings.passed.items()]
    columns = list(dict.fromkeys(name for layout in readings.layouts for name in layout.passed))
    lines += [f"columns not read: {', '.join(columns)}"] * bool(columns)
    return lines + [f"note: {note}" for note in dict.fromkeys(readings.notes)]


def _some(names: Sequence[str], most: int = 5) -> str:
    """List some names, and how many there are."""
    names = list(dict.fromkeys(names))
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return "; ".join(names[:most]) + more
