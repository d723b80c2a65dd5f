"""Which parameters a notebook is walked with: every pair of values stands in some combination."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from helpers import ROOT
from helpers.observations.raw_data import RAW_DIR, RawData, read_raw
from helpers.reports.store.run import declared_parameters
from helpers.targets.states import read_targets
from helpers.topics.parameters import Parameters, named_fields
from helpers.vintages.series import Archive, open_archive
from helpers.vocabulary import FIGURE, QUALITATIVE, base_of_unit, operator_of

NOTEBOOKS = ROOT / "notebooks"
EDITION = "2026-11-28"
"""A day on which all figures of the folders are known."""
FOLDERS = (
    "",
    "examples/united_states",
    "examples/guangdong",
    "examples/china_national",
    "examples/europe_2030",
    "examples/climate",
)
"""Plan folders of the repository; empty for the project's own."""
TRIES = 12
"""Random completions of which the one with most new pairs is taken."""
AS_IS = "="
"""Leaves a parameter as it is declared."""
ONE = "alone"
"""Key of a choice that is one parameter and its value, all others as declared."""
ODD: dict[str, tuple[Any, ...]] = {
    "first_year": (AS_IS, "few"),
    "horizon": (AS_IS, 1, 15),
    "since_year": (AS_IS, 1900, "last"),
    "last_year": (AS_IS, "this", 2050),
    "levels": (AS_IS, "", "38", "-5, 1000"),
    "growth_rates": (AS_IS, "", "-50, 0", "1000"),
    "year": (AS_IS, 1990, "next", 2100),
    "base_year": (AS_IS, "last", 1900),
    "level": (AS_IS, "last", "0", "1e12"),
    "members": (AS_IS, "drift", "theta, drift_log"),
    "tables": (AS_IS, "walked"),
}
"""Values of parameters that are no names; words among them are looked up in the series."""
ALONE: dict[str, tuple[Any, ...]] = {
    "as_of": (
        "before the first figure",
        "first figure",
        "fourth figure",
        "05.12.2021",
        "2026-02-30",
        "today",
    ),
    "first_year": ("last", 3000, -1, "late", 2010.5),
    "since_year": (3000,),
    "last_year": (1990, 10_000),
    "horizon": (16, -1),
    "levels": ("abc",),
    "growth_rates": ("fast",),
    "year": (-1,),
    "base_year": (100_000,),
    "level": ("-1", "much"),
    "members": ("nobody",),
    "tables": ("../walked",),
    "stand_ins": ("perhaps",),
    "suspected_breaks": (7,),
    "raw_dir": (*FOLDERS[1:], "examples", "examples/new_figure", "nowhere"),
    "area": ("no figures", "target of another series"),
    "permalink": ("?indicator=gdp", "?area=shenzen", "gdp"),
}
"""Values that leave little to be answered, each tried alone: it would hide what stands beside."""
LISTED = ("wholes", "counterparts", "quality")
"""Parameters that name several areas or indicators."""
LOOKED_UP = ("few", "last", "next", "this")
"""Years, or the last value, of the series in question."""
FEW = 4
"""Fewer points than are needed for most answers."""
LISTS = (AS_IS, "", "own", "drawn")
"""Values of parameters that name several areas or indicators, or a definition."""
DAYS = (
    "sixth figure",
    "set",
    "eve of publication",
    "in the target year",
    "after the target year",
    "edition",
    "2050-01-01",
)
SUBJECTS = (
    AS_IS,
    "headline",
    "later",
    "mean, growth or multiple",
    "no target",
    "few points",
    "other area",
)
"""What is asked about: indicator, area and target, which have to fit each other to be answered."""
PLACES = (AS_IS, "later", "other area")
"""Subjects of notebooks that ask for an area alone."""
RATIO, COUNT = "ratio", "count"
KIN = {
    "02_research_and_development": RATIO,
    "03_emerging_industries": RATIO,
    "04_patents": COUNT,
}
"""Kinds of indicator that a notebook explains: others are refused, and would hide the rest."""


@dataclass(frozen=True)
class Combination:
    """A notebook and what it is given.

    Attributes
    ----------
    notebook : str
        Its name without ending.
    parameters : tuple of (str, value)
        What is not as declared. A folder is written as from the root of the project.
    """

    notebook: str
    parameters: tuple[tuple[str, Any], ...]

    @property
    def given(self) -> dict[str, Any]:
        """The parameters as a notebook takes them."""
        given = dict(self.parameters)
        if given.get("raw_dir"):
            given["raw_dir"] = str(ROOT / given["raw_dir"])
        return given

    def __str__(self) -> str:
        told = " ".join(f"{name}={value!r}" for name, value in self.parameters)
        return f"{self.notebook} {told}".rstrip()


def combinations(folders: Sequence[str] = FOLDERS) -> tuple[Combination, ...]:
    """Return the whole walk, the same at each call.

    For each notebook all pairs of values that may be answered, then each value that may not.
    """
    return tuple(dict.fromkeys(resolved(*choice) for choice in choices(folders)))


def choices(folders: Sequence[str] = FOLDERS) -> tuple[tuple[str, dict[str, Any]], ...]:
    """Return what `resolved` makes the walk of, which takes no reading of figures."""
    found = []
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        chance = random.Random(path.stem)
        found += [(path.stem, of) for of in all_pairs(factors_of(path.stem, folders), chance)]
        for name in declared_parameters(path):
            found += [(path.stem, {ONE: (name, value)}) for value in ALONE.get(name, ())]
    return tuple(found)


def factors_of(notebook: str, folders: Sequence[str] = FOLDERS) -> dict[str, tuple[Any, ...]]:
    """List the values that each parameter of a notebook is tried with.

    Indicator, area and target are one factor, `subject`: apart they would hardly ever fit.
    """
    marks = named_fields(Parameters)
    declared = declared_parameters(NOTEBOOKS / f"{notebook}.ipynb")
    factors: dict[str, tuple[Any, ...]] = {}
    for name, default in declared.items():
        if name in ("output_dir", "permalink"):
            continue
        if name == "as_of":
            factors[name] = DAYS
        elif name == "raw_dir":
            factors[name] = tuple(f for f in folders if ground_of(f, KIN.get(notebook, "")).apt)
        elif name in ("indicator", "area", "target_id"):
            factors["subject"] = SUBJECTS if "indicator" in declared else PLACES
        elif isinstance(default, bool):
            factors[name] = (default, not default)
        elif name in ODD:
            factors[name] = ODD[name]
        elif name in marks and marks[name].words:
            factors[name] = marks[name].words
        else:
            factors[name] = LISTS if name in LISTED else (AS_IS, "own")
    return factors


def all_pairs(
    factors: Mapping[str, Sequence[Any]], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """Yield choices of one value a factor until every two values of two factors stood together.

    Greedy, after Cohen, Dalal, Fredman and Patton (1997), The AETG system: each choice starts from
    a pair that is left, and of some random completions the one with most new pairs is taken.
    """
    names = list(factors)
    if not names:
        yield {}
        return
    places = {name: place for place, name in enumerate(names)}
    left: dict[Pair, None] = {
        (i, a, j, b): None
        for (i, one), (j, other) in itertools.combinations(enumerate(names), 2)
        for a in range(len(factors[one]))
        for b in range(len(factors[other]))
    }
    sizes = [len(factors[name]) for name in names]
    while left:
        i, a, j, b = next(iter(left))
        tries = [[chance.randrange(size) for size in sizes] for _ in range(TRIES)]
        for chosen in tries:
            chosen[i], chosen[j] = a, b
        best = max(tries, key=lambda chosen: sum(pair in left for pair in _pairs(chosen)))
        for pair in _pairs(best):
            left.pop(pair, None)
        yield {name: factors[name][best[places[name]]] for name in names}


Pair = tuple[int, int, int, int]
"""Number of a factor and of its value, and of a later factor and its value."""


def _pairs(chosen: Sequence[int]) -> list[Pair]:
    numbered = enumerate(chosen)
    return [(i, a, j, b) for (i, a), (j, b) in itertools.combinations(numbered, 2)]


def resolved(notebook: str, chosen: Mapping[str, Any]) -> Combination:
    """Put values in place of words, such as a day in place of "eve of publication"."""
    declared = declared_parameters(NOTEBOOKS / f"{notebook}.ipynb")
    if ONE in chosen:
        return Combination(notebook, tuple(_alone(notebook, declared, *chosen[ONE]).items()))
    chance = random.Random(f"{notebook} {chosen}")
    folder = chosen.get("raw_dir", "")
    ground = ground_of(folder, KIN.get(notebook, ""))
    asked = {"raw_dir": folder} if folder else {}
    word = chosen.get("subject", AS_IS)
    subject = ground.subject("headline" if folder and word == AS_IS else word, chance)
    asked |= {name: value for name, value in subject.items() if name in declared}
    own = {**declared, **asked}
    for name, value in chosen.items():
        if name == "as_of":
            asked[name] = ground.day(value, own)
        elif value == AS_IS and name in LISTED and folder:
            asked[name] = ground.held(name, declared[name])
        elif name not in ("raw_dir", "subject") and value != AS_IS:
            asked[name] = ground.value(name, value, own, chance)
    given = {name: value for name, value in asked.items() if value != declared[name]}
    return Combination(notebook, tuple(given.items()))


def _alone(notebook: str, declared: Mapping[str, Any], name: str, value: Any) -> dict[str, Any]:
    """Return the parameters of a value that is tried alone; a kind of subject sets up to three."""
    ground, chance = ground_of("", KIN.get(notebook, "")), random.Random(f"{notebook} {value}")
    if name == "area":
        subject = ground.subject(value, chance)
        return {key: subject[key] for key in subject if key in declared}
    if name == "as_of":
        return {name: ground.day(value, declared)}
    return {name: ground.value(name, value, declared, chance)}


@cache
def _opened(folder: str) -> tuple[RawData, Archive]:
    raw = read_raw(ROOT / folder if folder else RAW_DIR)
    return raw, open_archive(raw)


@cache
def ground_of(folder: str, kin: str = "") -> Ground:
    """Return a plan folder, as from the root of the project, for one kind of indicator."""
    return Ground(folder, kin)


class Ground:
    """A plan folder: the series, targets and days that it can be asked for.

    Parameters
    ----------
    folder : str
    kin : str
        Kind of indicator that is preferred, a value of `KIN`; empty for all.
    """

    def __init__(self, folder: str, kin: str) -> None:
        self.raw, self.archive = _opened(folder)
        self.kin = kin
        self.targets = {t.target_id: t for t in read_targets(self.raw.targets, self.raw.sources)}
        self.first = self.archive.figures["known_from"].min()
        self.points = {pair: of["year"].nunique() for pair, of in self.archive.pairs.items()}
        facts = self.raw.indicators
        apt = facts["numerator"].ne("") if kin == RATIO else facts["unit"].eq("count")
        self.kindred = set(facts.loc[apt, "indicator"])
        self.apt = any(self._fit(indicator) for indicator, _ in self.archive.pairs)

    def _fit(self, indicator: str) -> bool:
        return not self.kin or indicator in self.kindred

    def _of_kin(self, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [pair for pair in pairs if self._fit(pair[0])]

    def subject(self, word: str, chance: random.Random) -> dict[str, str]:
        """Return an indicator, area and target of the kind that `word` names."""
        numeric = [t for t in self.targets.values() if t.operator != QUALITATIVE]
        numeric = [t for t in numeric if self._fit(t.indicator)] or numeric
        if not numeric or word == AS_IS:
            return {}
        plan = numeric[0].plan
        of_word = {
            "headline": [t for t in numeric if t.plan == plan],
            "later": [t for t in numeric if t.plan != plan],
            "mean, growth or multiple": [
                t
                for t in numeric
                if operator_of(t.operator).statistic != FIGURE or base_of_unit(t.unit)
            ],
        }
        target = chance.choice(of_word.get(word) or numeric)
        own = (target.indicator, target.area)
        held = list(self.points)
        every = itertools.product(self.raw.indicators["indicator"], self.raw.areas["area"])
        pairs = {
            "no target": held,
            "few points": [pair for pair in held if self.points[pair] < FEW],
            "other area": [pair for pair in held if pair[1] != own[1]],
            "no figures": [pair for pair in every if pair not in self.points],
            "target of another series": [pair for pair in held if pair != own],
        }
        pair = chance.choice(self._of_kin(pairs[word]) or [own]) if word in pairs else own
        aimed = word not in pairs or word == "target of another series"
        return {
            "indicator": pair[0],
            "area": pair[1],
            "target_id": target.target_id if aimed else "",
        }

    def series(self, own: Mapping[str, Any]) -> pd.DataFrame:
        """Return the figures of the series in question, or all of the folder."""
        pair = (own.get("indicator"), own.get("area"))
        figures = self.archive.pairs.get(pair, self.archive.figures)
        return figures[figures["known_from"].notna()]

    def day(self, word: str, own: Mapping[str, Any]) -> str:
        """Return the day that `word` names, of the series and target in question."""
        known = self.series(own)["known_from"].sort_values()
        first = next(iter(self.targets.values()))
        target = self.targets.get(own.get("target_id") or "", first)
        day = pd.Timedelta(days=1)
        days = {
            "before the first figure": self.first - day,
            "first figure": known.iloc[0],
            "fourth figure": known.iloc[min(3, len(known) - 1)],
            "sixth figure": known.iloc[min(5, len(known) - 1)],
            "set": target.set_on,
            "eve of publication": target.published - day,
            "in the target year": pd.Timestamp(target.target_year, 7, 1),
            "after the target year": pd.Timestamp(target.target_year + 1, 3, 31),
            "edition": pd.Timestamp(EDITION),
        }
        return f"{days[word]:%Y-%m-%d}" if word in days else word

    def value(self, name: str, word: Any, own: Mapping[str, Any], chance: random.Random) -> Any:
        """Return the value of a parameter, looked up in the series in question."""
        if name in (*LISTED, "definition"):
            return self._listed(name, word, own, chance)
        if word not in LOOKED_UP:
            return word
        series = self.series(own)
        last = int(series["year"].max())
        words = {"few": last - 7, "last": last, "next": last + 2, "this": int(EDITION[:4])}
        if name == "level" and word == "last":
            return f"{series['value'].iloc[-1]:g}"
        return words[word]

    def held(self, name: str, declared: str) -> str:
        """Return those of several declared areas or indicators that the folder holds."""
        table = self.raw.areas["area"] if name == "wholes" else self.raw.indicators["indicator"]
        return ", ".join(part for part in declared.split(", ") if part in set(table))

    def _listed(self, name: str, word: str, own: Mapping[str, Any], chance: random.Random) -> str:
        """Name areas, indicators or a definition: those in question, or any."""
        if name == "definition":
            table = self.raw.definitions
            fits = table.loc[table["indicator"].eq(own.get("indicator")), "definition"].tolist()
            names = fits if word == "own" else table["definition"].tolist()
        else:
            column = "area" if name == "wholes" else "indicator"
            every = (self.raw.areas if name == "wholes" else self.raw.indicators)[column].tolist()
            names = [own[column]] if word == "own" else every
        return chance.choice(names) if names and word else ""
