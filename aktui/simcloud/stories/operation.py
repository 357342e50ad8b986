"""Requests to the log service as its own operation log has them: one row each."""

from datetime import datetime
from random import Random
from typing import NamedTuple

from aktui.simcloud.stories.access import NONE
from aktui.simcloud.trail import Event

NAMES = {"PutLogs": "PostLogStoreLogs"}
"""Operations that the log calls by another name than ActionTrail."""

_CALLERS = {"root-account": "Parent", "ram-user": "Subuser", "assumed-role": "Sts"}


class LogCall(NamedTuple):
    """What a call to the log service was about; what its event does not tell."""

    project: str
    logstore: str = ""
    query: str = ""
    window: tuple[int, int] = (0, 0)
    """Seconds since 1970, of a read."""
    sent: int = 0
    """Bytes of the answer's body."""

    def asked(self) -> dict[str, str]:
        """The parameters of the request, as its event has them."""
        return {"ProjectName": self.project, **({"LogStoreName": self.logstore} if self.logstore else {})}


class Row(NamedTuple):
    """One request."""

    time: int
    request_id: str
    project: str
    logstore: str
    method: str
    key: str
    caller: str
    uid: str
    session: str
    ip: str
    agent: str
    status: int
    error: str
    latency: int
    """Microseconds."""
    sent: int
    query: str
    begins: int
    ends: int


def row_of(event: Event, call: LogCall, rng: Random) -> Row:
    """The row of an event."""
    identity = event["userIdentity"]
    role, _, session = str(identity["principalId"]).partition(":")
    failed = event.get("errorCode", "")
    return Row(
        int(datetime.fromisoformat(event["eventTime"]).timestamp()),
        event["requestId"],
        call.project,
        call.logstore,
        NAMES.get(str(event["eventName"]), str(event["eventName"])),
        identity["accessKeyId"],
        _CALLERS[identity["type"]],
        role,
        session,
        event["sourceIpAddress"],
        event["userAgent"],
        401 if failed else 200,
        failed,
        rng.randrange(9_000, 240_000),
        0 if failed else call.sent,
        call.query or NONE,
        *call.window,
    )
