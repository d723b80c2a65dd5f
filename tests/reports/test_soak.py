"""Scheduled runs in a row, with everything that happens beside them; seeded and bounded."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import pytest

from helpers.reports.store.scratch import remove_abandoned
from support.paths import TESTS
from support.soak import BETWEEN, DURING, Soak

TABLE = TESTS / "README.md"
BLOCK = re.compile(r"(?<=<!-- soak -->\n).*?(?=<!-- /soak -->)", re.DOTALL)
ROUNDS = int(os.environ.get("SOAK_ROUNDS", "0"))
SEED = int(os.environ.get("SOAK_SEED", "1"))

pytestmark = [pytest.mark.notebooks, pytest.mark.slow]


@pytest.fixture
def soak(tmp_path):
    scratch = Path(tempfile.mkdtemp(prefix="soak-"))  # sockets need a short path
    yield Soak(tmp_path, scratch, SEED)
    shutil.rmtree(scratch, ignore_errors=True)


@pytest.mark.skipif(os.name == "nt", reason="runs at once are not detected there")
def test_whatever_happens_latest_answers_for_one_state_and_nothing_is_lost(soak, monkeypatch):
    """Each event once; `SOAK_ROUNDS=200` does as many rounds, and stores what was tried."""
    soak.make()
    events = [*BETWEEN, *DURING]
    for number in range(ROUNDS or len(events)):
        if number % len(events) == 0:
            soak.random.shuffle(events)
        soak.round(events[number % len(events)])
    soak.round("corrected")
    monkeypatch.setattr(tempfile, "tempdir", str(soak.scratch))
    for _ in range(2):
        remove_abandoned()
    assert not list(soak.scratch.glob("szt-*"))
    told = f"{ROUNDS} rounds, seed {SEED}:\n\n{soak.table()}"
    if ROUNDS:
        text = TABLE.read_text("utf-8")
        assert BLOCK.search(text)
        TABLE.write_text(BLOCK.sub(lambda _: told, text), "utf-8")
    assert not soak.lost.total()
    assert soak.intact == soak.tried, told
