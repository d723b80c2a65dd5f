"""The front page in each language, put together from the tables of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.observations.raw_data import RawData
from helpers.reports.site.layout import Front
from helpers.reports.site.measures import read_areas
from helpers.reports.site.verdicts import read_verdicts
from helpers.targets.plan import headline_plan
from helpers.topics.track_record.text import OURS
from helpers.wording.language import Language


def read_front(tables: Path, raw: RawData, language: Language) -> Front:
    """Put the tables of a report into words; what a missing table would say is left out.

    Parameters
    ----------
    tables : Path
        Folder of `assessment.csv`, `measures.csv` and `evaluation.csv`.
    raw : RawData
        Names and publications that the tables refer to.
    language : Language
    """
    front: dict[str, Any] = {"names": _names(raw, language)}
    assessment = _read(tables / "assessment.csv")
    if assessment is not None:
        raws = (raw.targets, raw.indicators, raw.areas, raw.sources)
        verdicts = read_verdicts(assessment, *raws, language)
        plan = set(headline_plan(raw.targets)["target_id"])
        own = [v for v in verdicts if v.target_id in plan and v.state != "not_numeric"]
        front |= {"headline": tuple(own), "others": tuple(v for v in verdicts if v not in own)}
    measures = _read(tables / "measures.csv")
    if measures is not None:
        front["areas"] = read_areas(measures, raw.measures, language)
    evaluation = _read(tables / "evaluation.csv")
    if evaluation is not None:
        front["record"] = record_line(evaluation, language)
    return Front(language, **front)


def _names(raw: RawData, language: Language) -> dict[str, str]:
    """Name indicators, areas and plans by what the tables call them, and what targets are about.

    Names are in English where a table has no other.
    """
    names: dict[str, str] = {}
    for table, key in ((raw.indicators, "indicator"), (raw.areas, "area")):
        own = table[f"name_{language.code}"].where(
            table[f"name_{language.code}"].ne(""), table["name_en"]
        )
        # Notebooks are run under the English name.
        names |= dict(zip(table["name_en"], own, strict=True))
        names |= dict(zip(table[key], own, strict=True))
    targets = raw.targets.to_dict("records")
    names |= {row["plan"]: row.get(f"plan_{language.code}") or row["plan"] for row in targets}
    about = {row["target_id"]: names.get(row["indicator"]) for row in targets}
    return names | {target: name for target, name in about.items() if name}


def read_beliefs(tables: Path) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of `beliefs.csv` by target; none without the file."""
    table = _read(tables / "beliefs.csv")
    if table is None:
        return {}
    return {str(name): rows.to_dict("records") for name, rows in table.groupby("target_id")}


def record_line(evaluation: pd.DataFrame, language: Language) -> str:
    """Put the track record into one sentence.

    Parameters
    ----------
    evaluation : DataFrame
        As `helpers.topics.track_record.text.evaluation_table` returns.
    language : Language
    """
    own = evaluation[evaluation["collection"].eq("all") & evaluation["model"].eq(OURS)]
    values = own.set_index("score")["value"]
    uppers = {"low": 10, "middle": 60, "high": 80}
    shares = {n: language.percent(100 * values[f"observed_when_{u}"]) for n, u in uppers.items()}
    return language.say("method.record", **shares, series=language.number(values["series"]))


def _read(path: Path) -> pd.DataFrame | None:
    if not path.exists():
        return None
    # A cell may hold the text "NA"; only an empty one is missing.
    return pd.read_csv(path, keep_default_na=False, na_values=[""])
