"""Times as people give them on a command line."""

import re
from datetime import UTC, datetime, timedelta

from aktui.errors import UsageError
from aktui.models import Window, utc_now

_SPAN = re.compile(r"(\d{1,5})\s*([smhd])", re.IGNORECASE)
_AGO = re.compile(r"(\d{1,5})\s*([mhdw])", re.IGNORECASE)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def window(since: str, until: str, now: datetime, default: timedelta) -> Window:
    """The window asked for; UsageError when a time is none or the window is empty."""
    end = moment(until, now, "--until") if until else now
    start = moment(since, now, "--since") if since else end - default
    if start >= end:
        raise UsageError(
            f"The window is empty: it would run from {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC."
        )
    return Window(start, end)


def check(since: str, until: str) -> None:
    """Say no to what can be no window, before the cloud has told its time, which may be another."""
    now = utc_now()
    if since and until:
        window(since, until, now, timedelta(0))
    for text, option in ((since, "--since"), (until, "--until")):
        if text:
            moment(text, now, option)


def moment(text: str, now: datetime, option: str) -> datetime:
    """An ISO 8601 time (UTC unless it names a zone), or how long ago: `90m`, `36h`, `7d`, `2w`."""
    ago = _AGO.fullmatch(text.strip())
    if ago:
        return now - timedelta(**{_UNITS[ago[2].lower()]: int(ago[1])})
    try:
        found = datetime.fromisoformat(text.strip())
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{option} is no time.", hint="Write 2026-11-18, 2026-11-18T02:00:00Z, or how long ago: 36h, 7d."
        ) from None


def span(text: str, option: str) -> timedelta:
    """How long: `90s`, `10m`, `2h`, `1d`. Raises UsageError for what is none."""
    found = _SPAN.fullmatch(text.strip())
    if not found:
        raise UsageError(f"{option} is no length of time.", hint="Write 90s, 10m, 2h or 1d.")
    return timedelta(**{_UNITS[found[2].lower()]: int(found[1])})
