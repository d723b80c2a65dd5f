"""Dated, calibrated, reproducible verdicts on numeric policy targets.

The rooms, in the order in which data flow: `observations` (the raw tables), `vintages` (what was
known on a day), `forecasting` (any annual series), `targets` (verdicts), `charts`, `wording`,
`publications` (figures out of saved texts), `topics` (one for each notebook), `reports`, `apps`.
Each is loaded when it is first asked for.
"""

from pathlib import Path

from lazy_loader import attach

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: notebooks and commands find their data from here, wherever they are started."""

ROOMS = ["observations", "vintages", "forecasting", "targets", "charts", "wording",
         "publications", "topics", "reports", "apps"]  # fmt: skip
__getattr__, __dir__, __all__ = attach(__name__, submodules=ROOMS)
