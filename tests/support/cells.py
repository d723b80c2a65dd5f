"""The cells of a notebook run in this process, and the names that they leave behind."""

from typing import Any

import matplotlib as mpl
import nbformat
import pandas as pd

from helpers import ROOT
from helpers.reports.store.run import declared_parameters


def names_after(notebook: str, upto: str = "", **parameters: Any) -> dict[str, Any]:
    """Run the code cells of a notebook and return its names.

    Parameters
    ----------
    notebook : str
        Its name without ending.
    upto : str
        Text of the last cell that is run; empty for all.
    **parameters
        As papermill gives them.
    """
    path = ROOT / "notebooks" / f"{notebook}.ipynb"
    cells = [c for c in nbformat.read(path, as_version=4).cells if c.cell_type == "code"]
    names: dict[str, Any] = {}
    assert set(parameters) <= set(declared_parameters(path))
    with mpl.rc_context(), pd.option_context("display.max_colwidth", 80):
        for cell in cells:
            exec(compile(cell.source, notebook, "exec"), names)
            if "parameters" in cell.metadata.get("tags", []):
                names |= parameters
            if upto and upto in cell.source:
                return names
    assert not upto, f"no cell of {notebook} holds {upto!r}"
    return names
