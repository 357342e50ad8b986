"""Scenario time: runs at the pace of the wall clock, from wherever the scenario says it is."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """`now()` is the account's time. Signatures are checked against `wall()`, as clients sign with theirs."""

    start: datetime | None
    """What `now()` was, or would have been, when the clock was made; None when it is the wall clock."""

    def __init__(self, start: datetime | None = None) -> None:
        self.start = start
        self._offset = (start - self.wall()) if start else timedelta(0)

    def now(self) -> datetime:
        return self.wall() + self._offset

    def wall(self) -> datetime:
        return datetime.fromtimestamp(time.time(), UTC)

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)
        self.start = self.start and self.start + timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        self._offset = moment - self.wall()
        self.start = moment


def iso(moment: datetime | None) -> str:
    """`2026-11-22T03:12:44Z`, the vendor's usual form; empty for None."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else ""


def parse_iso(text: str) -> datetime:
    """The inverse of `iso`; raises ValueError on anything else."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
