"""What a file brings into a plan: new prints, and the rows that they refer to."""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from helpers.observations.forms.annual import FISCAL
from helpers.observations.forms.columns import Name, unit_of
from helpers.observations.forms.mapping import Mapping, Print, prints_of
from helpers.observations.forms.readings import Readings, long_name
from helpers.observations.rows import Table
from helpers.observations.schema import OBSERVATIONS, Definition, Indicator, Observation, Source
from helpers.problems import InputError, Problem, TableError, closest, find
from helpers.vocabulary import AREA_KINDS, FINAL_STATUSES

Cells = dict[str, str]
OFFICIAL = ("eurostat_tsv", "eurostat_csv", "eurostat_book", "wipo", "unsdg")
"""Forms in which only the body itself hands figures out; all others may be copies."""
_IN_BRACKETS = re.compile(r"\s*[(（][^()（）]*[)）]$")
_GROUPS = (
    "AFE", "AFW", "ARB", "CEB", "CSS", "EAP", "EAR", "EAS", "ECA", "ECS", "EMU", "EUU", "FCS",
    "HIC", "HPC", "IBD", "IBT", "IDA", "IDB", "IDX", "INX", "LAC", "LCN", "LDC", "LIC", "LMC",
    "LMY", "LTE", "MEA", "MIC", "MNA", "NAC", "OED", "OSS", "PRE", "PSS", "PST", "SAS", "SSA",
    "SSF", "SST", "TEA", "TEC", "TLA", "TMN", "TSA", "TSS", "UMC",
)  # fmt: skip
"""Codes of the World Bank that are groups of countries, which stand among the countries."""
_UNIONS = re.compile(r"(EU|EA)\d*(_\d{4})?|OWID_.*|OECD\w*|G7|G20")
_DAYS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)"),
    re.compile(r"(?P<d>\d\d?)[-/.](?P<m>\d\d?)[-/.](?P<y>\d{4})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d\d?)月(?:(?P<d>\d\d?)日)?"),
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Wishes:
    """What somebody asks of an import beside how the file is read.

    Attributes
    ----------
    series, areas : tuple of str
        Keep these alone: names, codes or the plan's own names. Of a file without areas the one
        area that it is of.
    indicator, unit, definition, topic, area_kind : str
    source : dict of str to str
        Cells of the row of `sources.csv`.
    retrieved : str
        The day on which the file was fetched.
    until : int or None
    """

    series: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    indicator: str = ""
    unit: str = ""
    definition: str = ""
    topic: str = ""
    area_kind: str = ""
    source: Cells = field(default_factory=dict)
    retrieved: str = ""
    until: int | None = None


@dataclass
class Brought:
    """What a file brings.

    Attributes
    ----------
    mapping : Mapping
    rows : dict of str to list of dict
        New rows of every table but that of the figures.
    prints : list of Print
        New figures, and changed ones as prints of their own.
    same, changed : int
        How many figures are there already with this value, and with another one.
    passed : Counter
    to_check : list of str
        What had to be assumed, and where it stands.
    names : dict of str to dict of str to str
        Of `series` and `areas` the names in the file by their codes.
    unread : dict of str to Problem
        What is wrong with each series that was asked for and set aside, by its name.
    missing : list of str
        What neither the file nor the wishes say, each with the option that says it.
    """

    mapping: Mapping
    rows: dict[str, list[Cells]]
    prints: list[Print]
    same: int = 0
    changed: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    to_check: list[str] = field(default_factory=list)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    unread: dict[str, Problem] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)


def bring(
    readings: Readings,
    tables: dict[str, Table],
    wishes: Wishes,
    mapping: Mapping | None,
    file: str,
    today: date,
) -> Brought:
    """Turn the figures of a file into rows of a plan; nothing is written.

    Parameters
    ----------
    readings : Readings
    tables : dict of str to Table
        The plan as it is.
    wishes : Wishes
    mapping : Mapping or None
        How an earlier release was read: what it does not name is passed over.
    file : str
        Its name and what tells it from another, for the note of the source.
    today : date

    Raises
    ------
    helpers.problems.InputError
        For a name that is not in the file, or what the file does not say and nobody said.
    """
    brought = Brought(mapping or Mapping(), {}, [])
    known = mapping is not None and bool(mapping.series)
    source = _source(readings, wishes, brought, tables, file, today)
    series = _kept(readings.series, wishes.series, brought.mapping.series, known, "series")
    areas = _kept(readings.areas, wishes.areas, brought.mapping.areas, known, "area")
    brought.names = {
        "series": {name.code: name.name for name in readings.series},
        "areas": {name.code: name.name for name in readings.areas},
    }
    brought.unread = {
        long_name(readings, *pair): told
        for pair, told in readings.faulty.items()
        if pair[0] in series and pair[1] in areas
    }
    frame = readings.frame
    used = frame["series"].isin(series) & frame["area"].isin(areas)
    brought.passed["figures of series or areas that were not asked for"] += int((~used).sum())
    kept = readings.only(used.to_numpy())
    if kept.frame.empty:
        refuse_missing(mapping, brought.names)
        if brought.unread:
            raise TableError(brought.unread.values())
        raise InputError("no figure is left; name other series or areas")
    _map_areas(kept, tables, wishes, brought)
    _map_series(kept, tables, wishes, brought, source)
    if brought.missing:
        raise InputError("\n".join(brought.missing))
    until = wishes.until if wishes.until is not None else brought.mapping.until
    brought.mapping = replace(brought.mapping, source=source, until=until)
    _new_prints(kept, tables, brought, source, today)
    if not brought.prints:
        brought.rows = {}
    return brought


def refuse_missing(mapping: Mapping | None, names: dict[str, dict[str, str]]) -> None:
    """Refuse files in which a name of the mapping is missing: a header has changed.

    Parameters
    ----------
    mapping : Mapping or None
    names : dict of str to dict of str to str
        As `Brought.names`, of all files together.

    Raises
    ------
    helpers.problems.InputError
    """
    if mapping and (told := mapping.missing(names["series"], names["areas"])):
        raise InputError(f"--mapping: {told[1]}")


def _kept(
    names: Sequence[Name], wanted: Sequence[str], mapped: dict[str, str], closed: bool, what: str
) -> list[int]:
    """Give the places of the names that are asked for; of a known mapping those that it names."""
    if closed:
        return [i for i, name in enumerate(names) if name.code in mapped]
    if not wanted or not any(name.name for name in names):
        return list(range(len(names)))
    nameless = [i for i, name in enumerate(names) if not name.name]
    asked = {text.casefold(): text for text in wanted}
    places, found = [], set()
    for i, name in enumerate(names):
        own = {name.name.casefold(), name.code.casefold(), identifier(name.name)} & asked.keys()
        if own:
            places.append(i)
            found |= own
    missing = [asked[text] for text in asked if text not in found]
    known = [name.name for name in names if name.name]
    if len(missing) == 1 and nameless and not closest(missing[0], known):
        return [*nameless, *places]  # the whole, such as the nation beside its parts
    if missing:
        hint = closest(missing[0], known) or f"; it has {'; '.join(known[:12])}"
        raise InputError(f"--{what}: the file has no {missing[0]!r}{hint}")
    return places


def identifier(text: str) -> str:
    """Write a name as identifiers are written; "" where no letter of it is Latin."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:60].rstrip("_")


def iso_of(text: str) -> str:
    """Write a printed day or month as ISO date; "" for what is none, or in two ways one."""
    for form in _DAYS:
        if found := form.fullmatch(text.strip()):
            day, month = int(found["d"] or 0), int(found["m"])
            if month > 12:
                day, month = month, day
            elif form is _DAYS[1] and day <= 12 and day != month:
                return ""  # the month may stand first
            return f"{found['y']}-{month:02}" + (f"-{day:02}" if day else "")
    word, _, year = text.partition(" ")
    if word[:3] in _MONTHS and year.isdigit():
        return f"{year}-{_MONTHS.index(word[:3]) + 1:02}"
    return ""


def _source(
    readings: Readings,
    wishes: Wishes,
    brought: Brought,
    tables: dict[str, Table],
    file: str,
    today: date,
) -> Cells:
    """Give the row of the source: an existing one, or a new one from what the file says."""
    layout, given = readings.layouts[0], wishes.source
    existing = tables["sources"].by_key(Source)
    if given.get("source_id") in existing and len(given) == 1:
        return dict(existing[given["source_id"]].row.cells)
    before = {k: v for k, v in brought.mapping.source.items() if k in ("publisher", "url", "grade")}
    publisher = given.get("publisher") or layout.publisher or before.get("publisher", "")
    if not publisher:
        brought.missing.append(
            "--publisher is missing: the file does not say whose figures these are"
        )
    told = layout.facts.get("published", "")
    published = given.get("published") or iso_of(told)
    if told and not published:
        brought.to_check.append(f"published: the file says {told}; say --published if it is known")
    elif not published:
        brought.to_check.append("published: not in the file; each figure counts from its usual "
                                "release on; say --published")  # fmt: skip
    named = [name.name for name in readings.series]
    more = f" and {len(named) - 3} more series" if len(named) > 3 else ""
    title = given.get("title") or layout.facts.get("title") or f"{'; '.join(named[:3])}{more}"
    language = given.get("language") or ("zh" if re.search("[\u3400-\u9fff]", title) else "en")
    stamp = re.sub(r"\D+", "_", published or wishes.retrieved or today.isoformat())
    grade = before.get("grade", "official" if layout.form in OFFICIAL else "secondary")
    return {
        "source_id": f"{(identifier(publisher) or 'source')[:40]}_{stamp}",
        "title": title[:200],
        "title_en": title[:200] if language == "en" else publisher,
        "publisher": publisher,
        "kind": "dataset",
        "published": published,
        "url": before.get("url", ""),
        "language": language,
        "grade": grade,
        "note": f"retrieved {wishes.retrieved or today.isoformat()} as {file}",
        **given,
    }


def _map_areas(
    readings: Readings, tables: dict[str, Table], wishes: Wishes, brought: Brought
) -> None:
    held = {entry.record.area: entry for entry in tables["areas"].of(_model("areas"))}
    by_name = {entry.row.cells["name_en"].casefold(): area for area, entry in held.items()}
    areas, new = dict(brought.mapping.areas), list[Cells]()
    coded = any(name.code != name.name for name in readings.areas)
    groups = _GROUPS if readings.layouts[0].form == "worldbank" else ()
    for place in sorted(set(readings.frame["area"])):
        name = readings.areas[place]
        if (mapped := areas.get(name.code, "")) in held:
            continue
        if not name.name and mapped:
            name = Name("", mapped)
        elif not name.name:
            known = {text.casefold() for own in readings.areas for text in (own.name, own.code)}
            unnamed = [text for text in wishes.areas if text.casefold() not in known]
            if not wishes.areas and known == {""} and len(held) == 1:
                (areas[""],) = held
                brought.to_check.append(f"area: {areas['']}, the only one of the folder")
                continue
            if len(unnamed) != 1:
                some = "some figures" if any(known - {""}) else "it"
                layout = readings.layouts[0]
                keys = [layout.names[i] or f"{i + 1}" for i in layout.keys]
                mend = f"; if a column holds areas, name it with --area-column: {', '.join(keys)}"
                brought.missing.append(
                    f"--area is missing: the file does not say of which area {some} "
                    f"{'are' if some != 'it' else 'is'}{mend * bool(keys)}"
                )
                continue
            name = Name("", unnamed[0])
        own = mapped or identifier(name.name) or identifier(name.code) or f"area_{place + 1}"
        found = next((a for a in (own, identifier(name.code)) if a in held), "")
        found = found or by_name.get(name.name.casefold(), "")
        if not found:
            taken = {*held, *(row["area"] for row in new)}
            found = own if own not in taken else f"{own}_{place + 1}"
            han = bool(re.search("[\u3400-\u9fff]", name.name))
            kind = "region" if name.code in groups else _kind(name, coded=coded)
            new.append({
                "area": found, "name_en": name.name, "name_zh": name.name if han else "",
                "name_ja": "", "kind": wishes.area_kind or kind,
            })  # fmt: skip
        areas[name.code if name.name and readings.areas[place].name else ""] = found
    if wishes.area_kind:
        find(wishes.area_kind, AREA_KINDS, "--area-kind")
    elif new:
        kinds = Counter(row["kind"] for row in new)
        told = ", ".join(f"{count} {kind}" for kind, count in kinds.items())
        brought.to_check.append(f"areas.csv, kind: {told}")
    brought.rows["areas"] = new
    brought.mapping = replace(brought.mapping, areas=areas)


def _model(table: str):
    from helpers.observations.schema import MODELS

    return MODELS[table]


def _kind(name: Name, *, coded: bool) -> str:
    """Tell the kind of an area: where areas have codes, one without is a group of countries."""
    if name.name.casefold() in ("world", "世界", "全球") or name.code == "WLD":
        return "world"
    group = coded and name.code == name.name
    return "region" if group or _UNIONS.fullmatch(name.code) else "country"


def _map_series(
    readings: Readings, tables: dict[str, Table], wishes: Wishes, brought: Brought, source: Cells
) -> None:
    held = {e.record.indicator: e.record for e in tables["indicators"].of(Indicator)}
    definitions = list(tables["definitions"].of(Definition))
    mapping = brought.mapping
    series, units, named = dict(mapping.series), dict(mapping.units), dict(mapping.definitions)
    printed, unsaid, unsaid_units = dict(mapping.printed), [], []
    used = [readings.series[i] for i in set(readings.frame["series"])]
    if changed := mapping.contradicted(used):
        raise InputError(f"--mapping: {changed[1]}")
    places = sorted(set(readings.frame["series"]))
    if wishes.indicator and len(places) > 1:
        raise InputError(
            f"--indicator {wishes.indicator}: the file has {len(places)} series; keep one with "
            "--series"
        )
    new_indicators, new_definitions = list[Cells](), list[Cells]()
    for place in places:
        name = readings.series[place]
        own = series.get(name.code) or wishes.indicator or _new_name(name, place, series)
        printed[own] = unit_of(name.unit, name.name)
        told = units.get(own) or printed[own]
        wished = unit_of(wishes.unit)
        if wished and not told:
            unsaid.append(own)
        elif wished and told != wished and len(places) == 1:
            brought.to_check.append(f"unit: the file says {told}, --unit says {wished}")
        unit = (wished or told) if len(places) == 1 else (told or wished)
        if own in held:
            if unit and unit != held[own].unit and not wishes.unit and own not in units:
                raise InputError(
                    f"unit: {own} is in {held[own].unit!r}, the file in {unit!r}; give "
                    f"--unit '{held[own].unit}' if they are the same, or another --indicator"
                )
            unit = held[own].unit
        elif not unit:
            unsaid_units.append(name.name)
            continue
        frame = readings.frame[readings.frame["series"].eq(place)]
        if (
            unit == "count"
            and own not in held
            and frame["text"].str.contains(".", regex=False).any()
        ):
            unit = "number (unit)"  # what is counted has no decimals
        series[name.code], units[own] = own, unit
        if own not in held:
            row = _indicator(own, name, unit, frame, wishes, source)
            new_indicators.append(row)
        there = {entry.record.definition for entry in definitions}
        if named.get(own) not in there:
            row = _definition(own, name, frame, definitions, wishes, source)
            if row["definition"] in {new["definition"] for new in new_definitions}:
                row["definition"] += f"_{place + 1}"  # long names that begin alike
            if row["definition"] not in there:
                row["definition"] = named.get(own, row["definition"])
                new_definitions.append(row)
            named[own] = row["definition"]
    if unsaid_units:
        names = ", ".join(map(repr, unsaid_units[:5])) + ", ..." * (len(unsaid_units) > 5)
        are = "is" if len(unsaid_units) == 1 else "are"
        brought.missing.append(f"--unit is missing: the file does not say in what {names} {are}")
    if len(unsaid) > 1:
        brought.to_check.append(f"unit: {wished} for {', '.join(unsaid)}, as --unit says")
    if new_indicators:
        months = {row["release_month"] for row in new_indicators}
        brought.to_check.append(
            f"indicators.csv: release_month {', '.join(sorted(months))} (months from the year's "
            "end to the usual release), scale, and the bounds of plausible figures"
        )
    brought.rows |= {"indicators": new_indicators, "definitions": new_definitions}
    brought.mapping = replace(
        mapping, series=series, units=units, printed=printed, definitions=named
    )


def _new_name(name: Name, place: int, series: dict[str, str]) -> str:
    own = identifier(_IN_BRACKETS.sub("", name.name)) or identifier(name.code)
    own = own or f"series_{place + 1}"
    return own if own not in series.values() else f"{own[:50]}_{place + 1}"


def _indicator(own: str, name: Name, unit: str, frame, wishes: Wishes, source: Cells) -> Cells:
    values = [float(text) for text in frame["text"]]
    low, high = min(values), max(values)
    share = "per cent" in unit or "%" in unit or unit.startswith("pct")
    scale, bounds = _scale(low, high, share=share)
    last = int(frame["year"].max())
    published = source["published"]
    lag = 12
    if len(published) >= 7:
        lag = (int(published[:4]) - last - 1) * 12 + int(published[5:7])
    # A unit in brackets stands in its own column.
    words = name.name if name.unit else _IN_BRACKETS.sub("", name.name)
    code = f" ({name.code})" if name.code not in ("", name.name) else ""
    return {
        "indicator": own,
        "topic": wishes.topic or identifier(source["publisher"])[:40] or "imported",
        "unit": unit,
        "scale": scale,
        "numerator": "",
        "denominator": "",
        "release_month": str(lag if 0 <= lag <= 24 else 12),
        "plausible_min": bounds[0],
        "plausible_max": bounds[1],
        "real_growth": "",
        "name_en": words[:200],
        "name_zh": words[:200] if re.search("[\u3400-\u9fff]", words) else "",
        "name_ja": "",
        "description": f"{name.name}{code}, {source['publisher']}{_fiscal(frame)}"[:400],
    }


def _fiscal(frame) -> str:
    """Say that the years of a series are no calendar years, and which year one is; "" if not."""
    named = frame[frame["fiscal"].ne("")]
    if named.empty:
        return ""
    text, year = named[["fiscal", "year"]].iloc[-1]
    return f"; {FISCAL}s: {text} is {year}"


def _scale(low: float, high: float, *, share: bool) -> tuple[str, tuple[str, str]]:
    """Choose the scale that all values fit, and bounds far outside them."""
    if low < 0:
        reach = 10 * max(abs(low), abs(high), 1.0)
        return "linear", (_plain(-reach), _plain(reach))
    if share and high <= 100:
        # A target may be 0 or 100 where no figure is.
        return "logit" if low > 0 and high < 100 else "share", ("0", "100")
    if low == 0:
        return "count", ("0", _plain(100 * max(high, 1.0)))
    return "log", (_plain(low / 100), _plain(high * 100))


def _plain(number: float) -> str:
    """Write a number to one digit, without an exponent."""
    places = max(0, -math.floor(math.log10(abs(number)))) if number else 0
    return f"{float(f'{number:.0e}'):.{places}f}"


def _definition(
    own: str,
    name: Name,
    frame,
    definitions: Sequence,
    wishes: Wishes,
    source: Cells,
) -> Cells:
    """Give the definition that the publisher's figures have already, or a new one."""
    held = [e.record for e in definitions if own in e.record.indicator.split(";")]
    if wishes.definition:
        return {"definition": wishes.definition, **_new_definition(own, name, frame, held, source)}
    fiscal = bool(_fiscal(frame))
    same = [r for r in held if r.set_by == source["publisher"]
            and (f"; {FISCAL}s: " in r.description) == fiscal]  # fmt: skip
    if same:
        return {"definition": same[-1].definition}
    key = f"{own[:40]}_{(identifier(source['publisher']) or 'source')[:25]}" + "_fy" * fiscal
    return {"definition": key, **_new_definition(own, name, frame, held, source)}


def _new_definition(own: str, name: Name, frame, held: Sequence, source: Cells) -> Cells:
    return {
        "indicator": own,
        "first_year": str(frame["year"].min()),
        "last_year": str(frame["year"].max()),
        "comparable_with_previous": "suspected" if held else "yes",
        "use": "alternative" if held else "main",
        "release_month": "",
        "description": f"{name.name}, as {source['publisher']} publishes it{_fiscal(frame)}"[:400],
        "set_by": source["publisher"],
        "note": "",
    }


def _new_prints(
    readings: Readings, tables: dict[str, Table], brought: Brought, source: Cells, today: date
) -> None:
    """Keep figures that are new or changed; a changed one is a print of its own, a revision."""
    sources = tables["sources"].by_key(Source)
    latest: dict[tuple, tuple[str, int, float, str]] = {}
    printed: dict[tuple, set[float]] = {}
    for place, entry in enumerate(tables[OBSERVATIONS].of(Observation)):
        cells = entry.row.cells
        day = sources[cells["source_id"]].record.published if cells["source_id"] in sources else ""
        key = tuple(cells[name] for name in ("indicator", "area", "year", "definition"))
        own = (day, place, entry.record.value, entry.record.status)
        latest[key] = max(latest.get(key, own), own)
        printed.setdefault(key, set()).add(entry.record.value)
    published = source["published"]
    out = int((published or today.isoformat())[:4])
    last = brought.mapping.until
    later = int(readings.frame["year"].gt(last).sum()) if last is not None else 0
    brought.passed[f"figures of years after {last}"] += later
    for found in prints_of(readings, brought.mapping):
        cells, year = found.cells, int(found.cells["year"])
        over = cells["note"].startswith(FISCAL)
        if year > out or (
            not over and year == out and (year >= today.year or cells["status"] != "estimate")
        ):
            what = "years ahead of the publication" if year > out else "a year that was not over"
            brought.passed[f"figures of {what}"] += 1
            continue
        key = tuple(cells[name] for name in ("indicator", "area", "year", "definition"))
        day, _, value, status = latest.get(key, ("", 0, math.nan, ""))
        confirms = status in ("estimate", "preliminary") and cells["status"] in FINAL_STATUSES
        if float(cells["value"]) in printed.get(key, ()) and published < day:
            brought.same += 1
            continue
        if value == float(cells["value"]) and not confirms:
            brought.same += 1
            continue
        if key in latest and published < day:
            brought.passed["figures of an earlier release than what is there"] += 1
            continue
        if key in latest:
            brought.changed += 1
            if status in FINAL_STATUSES and cells["status"] == "final":
                cells["status"] = "revised"
            if not published:
                raise InputError(
                    "--published is missing: figures have changed, and a revision counts from the "
                    "day on which it was out"
                )
        brought.prints.append(found)
    brought.rows["sources"] = [] if source["source_id"] in sources else [source]
