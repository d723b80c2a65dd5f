"""The front page in each language, put together from the tables of a report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.backtest.track_record import OURS
from helpers.languages.language import Language
from helpers.observations import RawData
from helpers.running.runs import headline_plan
from helpers.site.layout import Front
from helpers.site.measures import read_areas
from helpers.site.verdicts import read_verdicts


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
    """Name each target's indicator, in English where a table has no other name."""
    names = raw.indicators.set_index("indicator")
    own = names[f"name_{language.code}"].where(names[f"name_{language.code}"].ne(""))
    own = own.fillna(names["name_en"])
    named = raw.targets[raw.targets["indicator"].isin(own.index)]
    return dict(zip(named["target_id"], own[named["indicator"]], strict=True))


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
        As `helpers.backtest.track_record.evaluation_table` returns.
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
