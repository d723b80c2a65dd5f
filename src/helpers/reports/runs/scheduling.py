"""When each run starts: side by side, needs first, the longest first."""

from __future__ import annotations

import concurrent.futures
import time
import traceback
from collections.abc import Callable, Mapping, Sequence

from helpers.reports.store.run import Outcome, Product, Run


def execute_runs(
    runs: Sequence[Run],
    execute: Callable[[Run], Product],
    jobs: int,
    tell: Callable[[Outcome | Run], None],
    keep_going: bool = False,
    expected: Mapping[str, float] | None = None,
) -> tuple[Outcome, ...]:
    """Execute runs side by side, each once all that it needs are done.

    The longest by `expected` seconds start first, so that none is left running alone at the end.
    `tell` is called with a Run when it starts and with its Outcome when it ends. After a failure
    nothing new is started unless `keep_going`; a run whose needs failed is `not_run` in any case.
    On an interrupt waiting runs are dropped and the exception passes on.
    """
    seconds = expected or {}
    waiting = sorted(runs, key=lambda run: -seconds.get(run.name, run.usual_seconds))
    outcomes, active = {}, {}
    with concurrent.futures.ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        try:
            while waiting or active:
                stop = not keep_going and any(o.state == "failed" for o in outcomes.values())
                for run in tuple(waiting):
                    blocked = [
                        n for n in run.needs if n in outcomes and outcomes[n].state != "done"
                    ]
                    if blocked or stop:
                        reason = f"{blocked[0]} did not finish" if blocked else "an earlier failure"
                        outcomes[run.name] = Outcome(run.name, "not_run", 0.0, message=reason)
                        waiting.remove(run)
                        tell(outcomes[run.name])
                    elif len(active) < jobs and all(need in outcomes for need in run.needs):
                        waiting.remove(run)
                        tell(run)
                        active[pool.submit(_timed, run, execute)] = run
                done, _ = concurrent.futures.wait(
                    active, timeout=0.2, return_when=concurrent.futures.FIRST_COMPLETED
                )
                for future in done:
                    outcomes[active.pop(future).name] = outcome = future.result()
                    tell(outcome)
        except BaseException:
            from helpers.reports.runs.kernels import kill_kernels

            kill_kernels()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
    return tuple(outcomes[run.name] for run in runs)


def _timed(run: Run, execute: Callable[[Run], Product]) -> Outcome:
    start = time.perf_counter()
    try:
        made = execute(run)
    except Exception as error:
        seconds = time.perf_counter() - start
        full = "".join(traceback.format_exception(error))
        return Outcome(run.name, "failed", seconds, None, describe(error), full)
    seconds = time.perf_counter() - start
    return Outcome(
        run.name,
        "done",
        seconds,
        made.path,
        reused=made.reused,
        work_seconds=seconds if made.work_seconds is None else made.work_seconds,
    )


def describe(error: BaseException) -> str:
    """Return what went wrong in one line: a cell's error with the number of the cell."""
    if all(hasattr(error, name) for name in ("ename", "evalue", "exec_count")):
        name, value = error.ename, " ".join(str(error.evalue).split())
        where = f"cell {error.exec_count}: " if error.exec_count else ""
        return f"{where}{name}: {value}"[:300]
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return f"{type(error).__name__}: {first}"[:300]
