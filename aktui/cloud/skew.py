"""How far this machine's clock is from the cloud's, learnt from the `Date` of its answers."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from aktui.errors import BadSignature, CloudError
from aktui.models import utc_now

_NOTICED = timedelta(seconds=2)
"""`Date` has whole seconds and the way back takes time; less than this is no skew."""

_ABOUT_TIME = re.compile("timestamp|RequestTime", re.IGNORECASE)
"""Codes of signatures refused because of their time; the second is the log service's."""


class Skew:
    """`offset` is cloud minus machine; `signing` is what is added to the time in signatures.

    Requests are signed with the machine's time until a signature was refused because of it and the
    corrected time was accepted.
    """

    def __init__(self) -> None:
        self.offset = timedelta(0)
        self.signing = timedelta(0)

    def now(self) -> datetime:
        """The cloud's time."""
        return utc_now() + self.offset

    def heard(self, date: str, at: datetime) -> None:
        """Learn from the `Date` header of an answer that came in `at`, machine's time."""
        try:
            theirs = parsedate_to_datetime(date)
        except ValueError:
            return
        if theirs.tzinfo is None:
            theirs = theirs.replace(tzinfo=UTC)
        offset = theirs + timedelta(seconds=0.5) - at
        if abs(offset) <= _NOTICED:
            self.offset = timedelta(0)
        elif abs(offset - self.offset) > _NOTICED:
            self.offset = offset

    def sentence(self) -> str:
        """What is wrong with the clock, or empty."""
        if not self.offset:
            return ""
        side = "behind" if self.offset > timedelta(0) else "ahead of"
        return f"This machine's clock is {_span(abs(self.offset))} {side} the cloud's."


class Correction:
    """At most one correction of the clock within one call."""

    def __init__(self, skew: Skew) -> None:
        self._skew = skew
        self._before: timedelta | None = None

    def mends(self, error: CloudError, signed_with: timedelta) -> bool:
        """Whether sending again, signed with the cloud's time, may mend this error.

        When it did not, the machine's time is used again: then the answers' `Date` was no guide.
        """
        if not isinstance(error, BadSignature) or not _ABOUT_TIME.search(error.code):
            return False
        error.hint = f"{self._skew.sentence()} Set this machine's clock, then try again.".strip()
        if self._before is not None:
            self._skew.signing = self._before
            return False
        if abs(signed_with - self._skew.offset) <= _NOTICED:
            return False
        self._before, self._skew.signing = signed_with, self._skew.offset
        return True


def _span(gap: timedelta) -> str:
    seconds = round(gap.total_seconds())
    for size, unit in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {unit}"
    return f"{seconds} seconds"
