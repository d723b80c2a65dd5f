"""Years of a schedule in minutes: runs in a row, and what happens between and during them.

A `Soak` holds raw tables, two notebooks, a file that stands for the code, and a clock. Each round
does one thing to them, lets a scheduled report be made, and holds what is published against every
state that there has been.
"""

import errno
import json
import multiprocessing
import os
import random
import re
import shutil
import tempfile
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

from helpers import ROOT, days
from helpers.reports.report import ReportRequest, make_report
from helpers.reports.site import exports
from helpers.reports.store import fingerprints
from helpers.reports.store.folders import report_folders
from helpers.reports.store.run import Run
from support.reports import few, snapshot, write_notebook

WARM = multiprocessing.get_context("forkserver")
WARM.set_forkserver_preload(
    ["helpers.reports.runs.making", "helpers.reports.site.edition", "support.soak"]
)
FIRST_DAY = datetime(2026, 3, 1, 9, tzinfo=days.ZONE)
ZONES = ("UTC", "XXX-14", "XXX11", "XXX5")
STATE = re.compile(r"STATE (\w+) (\S+) (\S+?)(?=[\s<\"\\])")
READS = {
    "figures": (
        "from helpers.observations.raw_data import read_raw\n"
        "from helpers.reports.store.fingerprints import digest\n"
        "table = read_raw(raw_dir).observations\n"
        "held = digest([[int(y), float(v)] for y, v in zip(table['year'], table['value'])])[:12]\n"
    ),
    "code": (
        "import os\nfrom pathlib import Path\n"
        "held = Path(os.environ['SOAK_CODE']).read_text().strip()\n"
    ),
}
WORDS = {
    "new": "a new figure",
    "corrected": "a corrected figure",
    "withdrawn": "a withdrawn figure",
    "notebook": "a notebook saved between runs",
    "code": "code saved between runs",
    "noise": "a draft and a scroll mark saved",
    "forward": "the clock goes forward by up to 40 days",
    "back": "the clock is set back by up to 20 days",
    "zone": "the machine is in another zone",
    "edited": "figures, a notebook or code saved during a run",
    "killed": "the run is killed",
    "full": "the disk is full after some writes",
    "two": "two runs at once",
    "ahead": "a report of a day ahead",
    "look_back": "a report of an earlier day",
    "umask": "a run under umask 077",
}
BETWEEN = ("new", "corrected", "withdrawn", "notebook", "code", "noise", "forward", "back", "zone")
DURING = tuple(event for event in WORDS if event not in BETWEEN)


def run(settings):
    """Make one scheduled report in a process of its own, under the clock and limits of a round."""
    exports.BROWSERS = ()  # Chromium takes longer than the rest of such a report
    place = Path(settings["place"])
    os.environ |= {"TZ": settings["zone"], "TMPDIR": settings["scratch"]}
    os.environ["SOAK_CODE"] = str(place / "code" / "constant.txt")
    tempfile.tempdir = None
    time.tzset()
    os.umask(settings["umask"])
    moment = datetime.fromisoformat(settings["now"])
    days.now = lambda: moment
    fingerprints.PACKAGE = place / "code"
    if settings["writes"] is not None:
        _fill_disk_after(settings["writes"])
    asked = {"as_of": settings["as_of"]} if settings["as_of"] else {}
    runs = (
        Run("figures", "figures.ipynb", usual_seconds=2),
        Run("code", "code.ipynb", reads=()),
    )
    result = make_report(
        ReportRequest(
            out_dir=place / "reports",
            notebooks_dir=place / "notebooks",
            raw_dir=place / "raw",
            runs=runs,
            languages=("en",),
            jobs=2,
            if_changed=True,
            **asked,
        )
    )
    with Path(settings["told"]).open("w") as file:
        json.dump([result.state, result.message], file)
    raise SystemExit(result.exit_code)


def _fill_disk_after(writes):
    """Let the disk be full from the given write of this process on."""
    left = iter(range(writes))

    def limited(function):
        def write(*given, **named):
            if next(left, None) is None:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(given[0]))
            return function(*given, **named)

        return write

    for holder, name in ((Path, "write_text"), (Path, "write_bytes"), (shutil, "copyfile")):
        setattr(holder, name, limited(getattr(holder, name)))


class Soak:
    """A project under a schedule.

    Parameters
    ----------
    place, scratch : Path
        Its folder, and the one for short-lived files, whose path is short.
    seed : int
    """

    def __init__(self, place, scratch, seed):
        self.place, self.scratch, self.random = place, scratch, random.Random(seed)
        self.now, self.zone = FIRST_DAY, "UTC"
        self.tried, self.lost, self.intact = Counter(), Counter(), Counter()
        self.number, self.seconds = 0, 4.0
        self.published: set[str] = set()
        self.words = dict.fromkeys(READS, "w0")
        few(place / "raw")
        for name in ("notebooks", "code", "told"):
            (place / name).mkdir()
        self.code = place / "code" / "constant.txt"
        self.code.write_text("c0")
        for name in READS:
            self._write_notebook(name)
        self.states = {self.state()}
        texts = (str(place), str(scratch), str(ROOT), "Traceback (most", "Warning: ")
        self.traces = [text.encode() for text in texts]

    # What there is.

    def state(self):
        """Everything that a report is to show, as its pages show it."""
        from helpers.observations.raw_data import read_raw

        table = read_raw(self.place / "raw").observations
        pairs = zip(table["year"], table["value"], strict=True)
        held = fingerprints.digest([[int(y), float(v)] for y, v in pairs])[:12]
        return (held, self.words["figures"], self.code.read_text().strip(), self.words["code"])

    def shown(self, report):
        """What the pages of a report show, and the same of its executed notebooks."""
        found = []
        for ending in ("html", "ipynb"):
            parts = []
            for name in READS:
                text = (report / "notebooks" / f"{name}.{ending}").read_text("utf-8")
                ((_, held, word),) = set(STATE.findall(text))
                parts += [held, word]
            found.append(tuple(parts))
        assert found[0] == found[1], found
        return found[0]

    def latest(self):
        link = self.place / "reports" / "latest"
        return link.resolve() if link.exists() else None

    def _write_notebook(self, name):
        word = f"print('STATE', {name!r}, held, {self.words[name]!r})"
        wait = "import time\ntime.sleep(0.3)"
        parameters = 'as_of: str = ""' + ('\nraw_dir: str = ""' if name == "figures" else "")
        path = self.place / "notebooks" / f"{name}.ipynb"
        part = path.with_suffix(".part")
        write_notebook(part, READS[name], wait, word, parameters=parameters)
        part.replace(path)

    # What happens to it.

    def happen(self, event):
        """Do to the project what an event stands for."""
        self.number += 1
        getattr(self, f"_{event}")()
        self.states.add(self.state())

    def _figures(self, change):
        path = self.place / "raw" / "observations" / "made.csv"
        header, *rows = path.read_text("utf-8").splitlines()
        part = path.with_suffix(".part")
        part.write_text("\n".join([header, *change(header.split(","), rows)]) + "\n", "utf-8")
        part.replace(path)

    def _row(self, rows):
        return self.random.randrange(len(rows) // 2, len(rows))

    def _corrected(self):
        def change(header, rows):
            row = self._row(rows)
            cells = rows[row].split(",")
            place = header.index("value")
            cells[place] = f"{float(cells[place]) + 0.1:.1f}"
            return [*rows[:row], ",".join(cells), *rows[row + 1 :]]

        self._figures(change)

    def _withdrawn(self):
        def change(header, rows):
            row = self._row(rows)
            self.taken = [*getattr(self, "taken", []), rows[row]]
            return [*rows[:row], *rows[row + 1 :]]

        self._figures(change)

    def _new(self):
        """A figure that had been withdrawn comes back; there is a first one to begin with."""
        if not getattr(self, "taken", []):
            self._withdrawn()
        self._figures(lambda header, rows: [*rows, self.taken.pop()])

    def _notebook(self):
        name = self.random.choice(tuple(READS))
        self.words[name] = f"w{self.number}"
        self._write_notebook(name)

    def _code(self):
        part = self.place / "constant.part"
        part.write_text(f"c{self.number}")
        part.replace(self.code)

    def _noise(self):
        notebooks = self.place / "notebooks"
        write_notebook(notebooks / f"Untitled{self.number}.ipynb", "1 / 0")
        content = json.loads((notebooks / "code.ipynb").read_text("utf-8"))
        content["cells"][-1]["metadata"]["scrolled"] = bool(self.number % 2)
        (notebooks / "code.ipynb").write_text(json.dumps(content), "utf-8")

    def _forward(self):
        self.now += timedelta(days=self.random.randint(1, 40))

    def _back(self):
        self.now -= timedelta(days=self.random.randint(1, 20))

    def _zone(self):
        self.zone = self.random.choice(ZONES)

    # Rounds.

    def started(self, **settings):
        told = self.place / "told" / f"{self.number}-{len(settings)}-{time.monotonic_ns()}"
        whole = {
            "place": str(self.place), "scratch": str(self.scratch), "now": self.now.isoformat(),
            "zone": self.zone, "umask": 0o022, "writes": None, "as_of": "", "told": str(told),
        }  # fmt: skip
        process = WARM.Process(target=run, args=(whole | settings,))
        process.start()
        process.told = told
        return process

    def ended(self, process):
        process.join(120)
        assert process.exitcode is not None, "a run hangs"
        return process.exitcode, json.loads(process.told.read_text())

    def round(self, event):
        """Do one thing, make a report, and look at what is published."""
        self.tried[event] += 1
        before = self.latest()
        kept = snapshot(before) if before else {}
        if event in BETWEEN:
            self.happen(event)
            self.make()
        else:
            self.happen(self.random.choice(BETWEEN[:5]))
            getattr(self, f"_{event}_run")()
        self._check(event, before, kept)

    def make(self, **settings):
        """A scheduled run that nothing disturbs shows the newest state, or had nothing to do."""
        start, of_killed = time.monotonic(), set(self.scratch.glob("szt-*"))
        code, told = self.ended(self.started(**settings))
        if told[0] == "complete":
            self.seconds = time.monotonic() - start
        assert (code, told[0] in ("complete", "unchanged")) == (0, True), told
        assert self.shown(self.latest()) == self.state(), (told, self.latest())
        assert not list((self.place / "reports").glob(".building-*"))
        assert not list((self.place / "reports").glob("failed-*"))
        left = set(self.scratch.glob("szt-*"))
        assert left <= of_killed
        assert all((folder / "held").exists() for folder in left), "no later run will remove it"

    def _moment(self):
        return self.random.uniform(0.05, 1.1) * self.seconds

    def _edited_run(self):
        process = self.started()
        process.join(self._moment())
        self.happen(self.random.choice(BETWEEN[:5]))
        code, told = self.ended(process)
        assert code in (0, 1)
        if code:
            assert "changed while the report was made: " in told[1], told
            assert not (self.place / "reports" / ".finished").exists()
        self.make()

    def _killed_run(self):
        process = self.started()
        process.join(self._moment())
        process.kill()
        process.join()

    def _full_run(self):
        code, told = self.ended(self.started(writes=self.random.randint(0, 60)))
        if code:
            assert "No space left" in told[1], told

    def _two_run(self):
        processes = [self.started(), self.started(umask=0o077)]
        for process in processes:
            code, told = self.ended(process)
            assert code == 0, told
        assert self.shown(self.latest()) == self.state()

    def _apart(self, day):
        """A report of another day, after which `latest` leads where it led."""
        self.make()
        before = self.latest()
        code, told = self.ended(self.started(as_of=f"{day:%Y-%m-%d}"))
        assert code == 0, told
        assert self.latest() == before

    def _ahead_run(self):
        self._apart(self.now + timedelta(days=self.random.randint(1, 4000)))

    def _look_back_run(self):
        self.make()
        newest = datetime.fromisoformat(self.latest().name)
        self._apart(newest - timedelta(days=self.random.randint(1, 4000)))

    def _umask_run(self):
        self.make(umask=0o077)
        for path in self.latest().rglob("*"):
            assert path.stat().st_mode & 0o044 == 0o044, path

    # What is published.

    def _check(self, event, before, kept):
        """Hold the last report against what it was, and every page against all states so far."""
        if before is not None and not before.exists():
            assert event == "killed"  # between two renames: the next run sets it right
            self.make()
        report = self.latest()
        if before is not None:
            replaced = _number(before) > json.loads(kept["run.json"])["number"]
            intact = snapshot(before) == kept or (replaced and self.is_whole(before))
            self.intact[event] += intact
        if report is not None:
            assert self.is_whole(report)
            for name, content in snapshot(report).items():
                if name != "run.json":  # it says from which folder the tables came
                    assert not [trace for trace in self.traces if trace in content], name
        there = {path.name for path in report_folders(self.place / "reports")}
        self.lost[event] += len(self.published - there)
        self.published |= there

    def is_whole(self, report):
        """Whether a report is complete and shows one state that there has been."""
        record = json.loads((report / "run.json").read_text("utf-8"))
        assert self.shown(report) in self.states, "a page holds a mixed state"
        return record["state"] == "complete" and (report / "index.html").stat().st_size > 1000

    def table(self):
        """What was tried, in markdown: how often, what it cost, what it left."""
        lines = ["| fault | tried | reports lost | last report intact |", "|---|---|---|---|"]
        for event in (*BETWEEN, *DURING):
            counts = (self.tried[event], self.lost[event], self.intact[event])
            lines.append(f"| {WORDS[event]} | {' | '.join(map(str, counts))} |")
        return "\n".join(lines) + "\n"


def _number(report):
    return json.loads((report / "run.json").read_text("utf-8"))["number"]
