"""The day that it is, in the one zone that all dates of the project are counted in.

A day begins in Shenzhen, where the figures are published, wherever a report is made: else the same
figures gave reports of two days, and the later one by date would hide a correction made after it.
"""

from datetime import date, datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8), "China Standard Time")
"""Without summer time since 1991, so that no table of zones is needed."""


def today() -> date:
    """Return the date in `ZONE`, whatever the zone of the machine."""
    return now().date()


def now() -> datetime:
    """Return the time in `ZONE`."""
    return datetime.now(ZONE)
