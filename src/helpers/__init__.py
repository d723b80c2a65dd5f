"""Dated, calibrated, reproducible verdicts on numeric policy targets."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: notebooks and commands find their data from here, wherever they are started."""
