"""Raw tables written back: one folder that reads as what was read, whatever it was read from."""

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.observations.files import OBSERVATION_FILES
from helpers.observations.schema import MODELS, OBSERVATIONS

if TYPE_CHECKING:
    from helpers.observations.raw_data import RawData

FURTHER = f"{OBSERVATIONS}/further.csv"
"""Where figures of further files go, in the order in which they were read."""


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
    columns = list(MODELS[name].model_fields)
    texts = [_column(frame, column) for column in columns]
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(zip(*texts, strict=True))
    return stream.getvalue()


def _column(frame: pd.DataFrame, column: str) -> list[str]:
    values = frame[column]
    if not pd.api.types.is_float_dtype(values):
        return [str(value) for value in values]
    if column == "value" and "decimals" in frame:
        pairs = zip(values, frame["decimals"], strict=True)
        return ["" if np.isnan(value) else f"{value:.{places}f}" for value, places in pairs]
    return ["" if np.isnan(v) else np.format_float_positional(v, trim="-") for v in values]
