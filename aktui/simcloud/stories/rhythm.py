"""When things happen: working days in the company's time zone, and the beat of machines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from itertools import islice
from random import Random

CHINA = timezone(timedelta(hours=8))

_HOURS = [9, 10, 10, 10, 11, 11, 13, 14, 14, 15, 15, 15, 16, 16, 17, 17, 18, 19, 20]
"""Hours of the day, as often as people start something in them."""


def working_moments(
    rng: Random, start: datetime, end: datetime, per_day: float, *, weekend: float = 0.06
) -> Iterator[float]:
    """Seconds since 1970 at which somebody at work starts something, about `per_day` times a working day."""
    day = start.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    first, last = start.timestamp(), end.timestamp()
    while day < end:
        expected = per_day * (weekend if day.weekday() >= 5 else 1.0)
        count = int(expected) + (rng.random() < expected % 1)
        midnight = day.timestamp()
        for _ in range(count):
            when = midnight + rng.choice(_HOURS) * 3600 + rng.randrange(3600)
            if first <= when < last:
                yield when
        day += timedelta(days=1)


def beats(rng: Random, start: datetime, end: datetime, every: float, jitter: float = 20) -> Iterator[float]:
    """Seconds since 1970 of something that runs every so many seconds, a little late each time."""
    when, last = start.timestamp(), end.timestamp()
    while (late := when + rng.random() * jitter) < last:
        yield late
        when += every


def nightly(start: datetime, end: datetime, hour: int) -> Iterator[float]:
    """Seconds since 1970 of a job at that hour, company time, every night."""
    day = start.astimezone(CHINA).replace(hour=hour, minute=5, second=0, microsecond=0)
    while day < end:
        if day >= start:
            yield day.timestamp()
        day += timedelta(days=1)


def company_time(moment: datetime, days_ago: int, hour: float) -> float:
    """Seconds since 1970 of that hour, company time, so many days before the day of that moment."""
    day = moment.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)
    return (day - timedelta(days=days_ago)).timestamp() + hour * 3600


def working_days(now: datetime, count: int, before: int = 1) -> list[int]:
    """How many days ago the last `count` working days were, oldest first, the last `before` days left out."""
    today = now.astimezone(CHINA).date()
    found = (ago for ago in range(before, 400) if (today - timedelta(days=ago)).weekday() < 5)
    return sorted(islice(found, count), reverse=True)


def full_hour(moment: datetime) -> datetime:
    """The last full hour: what the AccessKey audit has seen of everything before it is complete."""
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def day(when: float) -> str:
    """The company's date at a moment."""
    return datetime.fromtimestamp(when, CHINA).date().isoformat()
