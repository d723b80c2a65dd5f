"""The day that it is, in the one zone that all dates of the project are counted in.

A day begins in Shenzhen, where the figures are published, wherever a report is made: else the same
figures gave reports of two days, and the later one by date would hide a correction made after it.
"""

import os
from calendar import monthrange
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8), "China Standard Time")
"""Without summer time since 1991, so that no table of zones is needed."""


def today() -> date:
    """Return the date in `ZONE`, whatever the zone of the machine."""
    return now().date()


def now() -> datetime:
    """Return the time in `ZONE`."""
    return datetime.now(ZONE)


def period_end(year: int, months: int = 12, ends: int = 12) -> date:
    """Return the last day of the first months of a year.

    Parameters
    ----------
    year : int
        As it is named.
    months : int
        12 for the whole of it.
    ends : int
        The month in which it ends, counted from January of the year that it is named by: 9 for one
        to September, 15 for one to March of the next year.
    """
    at, month = divmod(12 * year + ends - 12 + months - 1, 12)
    return date(at, month + 1, monthrange(at, month + 1)[1])


def year_name(year: int, ends: int = 12) -> str:
    """Name a year as people do: "2024/25" where it ends in the year after that it is named by.

    `ends`: as `period_end` takes it.
    """
    return f"{year}/{(year + 1) % 100:02}" if ends > 12 else str(year)


AS_OF = "SHENZHEN_TARGETS_AS_OF"
"""Environment variable: the day that a notebook whose `as_of` is empty is of, in place of today.

For an edition alone: its stored outputs are of one day, and compared on that day.
"""


def asked_day() -> str:
    """Return the day that a question without one is about: that of `AS_OF`, or today."""
    return os.environ.get(AS_OF) or today().isoformat()


@contextmanager
def asked_about(day: date | str) -> Iterator[None]:
    """Let questions without a day be about one, here and in processes that are started."""
    before = os.environ.get(AS_OF)
    os.environ[AS_OF] = str(day)
    try:
        yield
    finally:
        if before is None:
            del os.environ[AS_OF]
        else:
            os.environ[AS_OF] = before
