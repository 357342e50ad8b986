"""Moments of log rows as texts: UTC, or this machine's time; whoever shows one names the zone."""

from datetime import UTC, datetime

STAMP = len("2026-11-22 03:12:44")
"""Cells of a whole moment."""


def at(seconds: int, *, local: bool = False) -> datetime | None:
    """The moment so many seconds after 1970; None beyond what a calendar holds."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
        return moment.astimezone() if local else moment
    except (OverflowError, OSError, ValueError):
        return None


def stamped(seconds: int, *, local: bool = False) -> str:
    """`2026-11-22 03:12:44`; the bare number where that is no moment."""
    moment = at(seconds, local=local)
    return str(seconds) if moment is None else moment.strftime("%Y-%m-%d %H:%M:%S")


def zone(local: bool, now: datetime | None = None) -> str:
    """The name of the zone that times are shown in: `UTC`, or `+08:00` for this machine's."""
    if not local:
        return "UTC"
    moment = (now or datetime.now(UTC)).astimezone()
    offset = moment.strftime("%z")
    return f"{offset[:3]}:{offset[3:5]}"


def tick(seconds: int, step: int, *, local: bool = False) -> str:
    """A moment as exact as spans of `step` seconds need it, the date always with it."""
    moment = at(seconds, local=local)
    if moment is None:
        return str(seconds)
    if step >= 86_400:
        return moment.strftime("%Y-%m-%d")
    return moment.strftime("%m-%d %H:%M" if step >= 60 else "%m-%d %H:%M:%S")
