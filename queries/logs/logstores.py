"""Where logs are kept, and in which state each of them is.

Three kinds of log tell what an audit trail does not: the access log of OSS, the operation log of the log
service itself, and the Logstore that a trail delivers to. Each lives in a project with a known name, or in
one that is found by listing. What is not there is said, with the reason and how to change it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from aktui.models import LogstoreRef, Window
from queries.base import Gap, Row, Status

OSS = "oss"
SLS = "sls"
TRAIL = "trail"
KINDS = (OSS, SLS, TRAIL)

OSS_LOGSTORE = "oss-log-store"
SLS_LOGSTORE = "internal-operation_log"


class State(StrEnum):
    """Whether a log can be read."""

    PRESENT = "present"
    NOT_ENABLED = "not enabled"
    DENIED = "denied"
    """Listing it is denied; reading may be allowed all the same."""
    GONE = "project gone"
    NO_INDEX = "no index"
    UNKNOWN = "unknown"
    """The cloud did not tell."""


READABLE = (State.PRESENT, State.DENIED)
"""States in which reading is tried."""


@dataclass(frozen=True)
class Source:
    """One log where it is, or where it would be."""

    kind: str
    where: LogstoreRef
    state: State = State.UNKNOWN
    since: datetime | None = None
    """Nothing older is kept, as far as is known."""
    until: datetime | None = None
    """Nothing newer comes in: delivery was stopped then."""
    days: int | None = None
    """How long rows are kept."""
    covers: str = ""
    """Which buckets, projects, regions or events it covers, as far as is known."""
    partly: str = ""
    """What it is known to leave out, as a sentence, or empty."""
    trail: str = ""
    multi_account: bool = False
    how: str = ""
    """What to do about the state, as a sentence."""
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """In a person's words."""
        if self.kind == TRAIL:
            return f"Logstore of trail {self.trail}" if self.trail else "trail delivered to the log service"
        name = "OSS access log" if self.kind == OSS else "operation log of the log service"
        return f"{name} in {self.where.region}"

    @property
    def readable(self) -> bool:
        return self.state in READABLE

    def became(self, state: State, **told: Any) -> "Source":
        """This source in a state, with what to do about it."""
        return replace(self, state=state, **{"how": HOW.get((self.kind, state), ""), **told})

    def row(self) -> Row:
        """As a row of `log-sources`."""
        values = {
            "kind": self.kind,
            "state": self.state.value,
            "region": self.where.region,
            "project": self.where.project,
            "logstore": self.where.logstore,
            "since": self.since,
            "until": self.until,
            "days": self.days,
            "covers": self.covers,
            "partly": self.partly,
            "trail": self.trail,
            "multi_account": self.multi_account,
            "how": self.how,
        }
        return Row(values, self.raw or {"project": self.where.project, "logstore": self.where.logstore})

    @classmethod
    def of(cls, row: Row) -> "Source":
        """The source a row of `log-sources` tells of."""
        told = dict(row.values)
        where = LogstoreRef(told.pop("region"), told.pop("project"), told.pop("logstore"))
        return cls(where=where, raw=row.raw, **{**told, "state": State(told["state"])})

    def gap(self) -> Gap | None:
        """What it means for an answer that this source can not be read; None when it can."""
        if self.readable:
            return None
        detail = f"{_WHY[self.state]} {self.how}".strip()
        status = Status.NOT_COVERED if self.state is State.NOT_ENABLED else Status.FAILED
        return Gap(status, self.what, detail)

    def covered(self, asked: Window) -> Window | None:
        """The part of a window that it can hold rows of; None when it can hold none."""
        start = max(asked.start, self.since) if self.since else asked.start
        end = min(asked.end, self.until) if self.until else asked.end
        return Window(start, end) if start < end else None


_WHY = {
    State.NOT_ENABLED: "There is none.",
    State.GONE: "The project that it was kept in does not exist any more.",
    State.NO_INDEX: "It has no index, so it can not be searched.",
    State.UNKNOWN: "The cloud did not tell whether there is one.",
}

HOW: Mapping[tuple[str, State], str] = {
    (OSS, State.NOT_ENABLED): (
        "To record from now on, turn on real-time log query for each bucket in the OSS console (Logging). "
        "Earlier requests are only in classic access-log files, where a bucket writes them."
    ),
    (SLS, State.NOT_ENABLED): (
        "To record from now on, make a collection rule of the type detailed log in CloudLens for SLS, with a "
        "destination in this region. Earlier operations were not recorded."
    ),
    (TRAIL, State.NOT_ENABLED): (
        "To record from now on, make a trail for all regions and all events that delivers to a log project. "
        "Until then LookupEvents tells the last 90 days."
    ),
    (OSS, State.GONE): "Turn real-time log query off and on again for a bucket of the region.",
    (SLS, State.GONE): "Choose another destination in CloudLens for SLS.",
    (TRAIL, State.GONE): "Give the trail another log project; LookupEvents tells the last 90 days.",
    (OSS, State.NO_INDEX): "Its index is made by OSS: turn real-time log query off and on again.",
    (SLS, State.NO_INDEX): "Turn on the index in the Logstore's settings, and index the rows there are.",
    (TRAIL, State.NO_INDEX): "Turn on the index in the Logstore's settings, and index the rows there are.",
    (OSS, State.DENIED): "Allow log:ListLogStores and log:GetLogStoreLogs on the project.",
    (SLS, State.DENIED): "Allow log:ListLogStores and log:GetLogStoreLogs on the project.",
    (TRAIL, State.DENIED): "Allow log:ListLogStores and log:GetLogStoreLogs on the project.",
}
