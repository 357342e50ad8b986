"""Days as bills count them: from midnight to midnight in China, and known a day or two later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, timezone

from aktui.models import Window

ZONE = timezone(timedelta(hours=8))
LAG = timedelta(hours=24)
"""How long after its end a day is billed."""
INSTANCE_LAG = timedelta(hours=48)
"""How long after its end what tells about the instance (name, type, addresses) is filled in."""
_KEPT = timedelta(days=17 * 30)
"""Bills are kept for 18 months, the running one included."""


def day_of(moment: datetime) -> date:
    """The day in which a moment lies."""
    return moment.astimezone(ZONE).date()


def begin(day: date) -> datetime:
    """Where a day begins, UTC."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def end(day: date) -> datetime:
    return begin(day + timedelta(days=1))


def billed_until(now: datetime, lag: timedelta = LAG) -> date:
    """The last day that should be billed by now."""
    return day_of(now - lag) - timedelta(days=1)


def each(first: date, last: date) -> Iterator[date]:
    """The days from the first to the last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def span(window: Window, now: datetime, before: timedelta = timedelta()) -> tuple[date, date]:
    """The first and the last day that a window touches, begun so much earlier.

    None of them is to come, and none is older than bills are kept.
    """
    last = min(day_of(window.end - timedelta(microseconds=1)), day_of(now))
    oldest = max(day_of(window.start) - before, day_of(now - _KEPT))
    return min(oldest, last), last


def cycle(day: date) -> str:
    """The billing cycle of a day: `2026-11`."""
    return f"{day:%Y-%m}"


def cycles(first: date, last: date) -> list[str]:
    """The billing cycles from one day to another."""
    return list(dict.fromkeys(cycle(day) for day in each(first, last)))


def month_end(day: date) -> bool:
    """One of the last three days of a month."""
    return (day + timedelta(days=3)).month != day.month


def named(days: list[date]) -> str:
    """`2026-11-24`, or `2026-11-24 to 2026-11-26`."""
    if not days:
        return "no day"
    return f"{days[0]}" if len(days) == 1 else f"{days[0]} to {days[-1]}"
