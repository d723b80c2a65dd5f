"""Where the tests stand, for those that start a process which imports from here."""

from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
