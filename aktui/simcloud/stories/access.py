"""Requests to OSS as its access log has them: one row each, whoever made them."""

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import quote

from aktui.simcloud.account import Account
from aktui.simcloud.trail import Event

NONE = "-"
"""What the log has where there is nothing to tell."""

NO_SUCH_KEY = (404, "NoSuchKey", "0026-00000001")
ACCESS_DENIED = (403, "AccessDenied", "0003-00000001")

HEADER, HEADER_V4 = "NormalSign", "NORMAL_SIGN4"
LINK, LINK_V4 = "UriSign", "URI_SIGN4"
"""Links that somebody signed for others to use."""
UNSIGNED = "NotSign"

NAMES = {
    "ListObjects": "GetBucket",
    "CompleteMultipartUpload": "CompleteUploadPart",
    "PutBucketLifecycle": "PutBucketLifeCycle",
}
"""Operations that the access log calls by another name than ActionTrail."""

_METHODS = {"Get": "GET", "Put": "PUT", "Hea": "HEAD", "Del": "DELETE", "Upl": "PUT"}

_ERROR_BODY = 271
"""Bytes of an error answer."""


class Access(NamedTuple):
    """What a request was about; what its event does not tell."""

    bucket: str
    name: str = ""
    """Name of the object, not encoded; of DeleteObjects: of all, one a line."""
    size: int = 0
    """Bytes of the object."""
    query: str = ""
    """Query of the request, without the question mark."""
    status: int = 200
    error: str = NONE
    ec: str = NONE
    sign: str = HEADER

    def asked(self) -> dict[str, str]:
        """The parameters of the request, as its event has them."""
        single = self.name and "\n" not in self.name
        return {"bucketName": self.bucket, **({"objectName": self.name} if single else {})}


class Row(NamedTuple):
    """One request. The rest of the log's columns follow from these."""

    time: int
    request_id: str
    bucket: str
    ip: str
    key: str
    requester: str
    sign: str
    extend: str
    operation: str
    method: str
    object: str
    """URL-encoded, as in the log."""
    query: str
    status: int
    error: str
    ec: str
    sent: int
    received: int
    size: int
    agent: str
    vpc: str
    sync: str
    names: str
    """Of DeleteObjects: the objects, one a line, not encoded."""


def encoded(name: str) -> str:
    """The name of an object as the log writes it; `#` is left for a number to be put in."""
    return "%2F".join([_segment(part) for part in name.split("/")])


@lru_cache(4096)
def _segment(text: str) -> str:
    return "#".join(quote(part, safe="") for part in text.split("#"))


class Caller(NamedTuple):
    """Who asked, as the log tells it."""

    ip: str
    agent: str
    key: str = NONE
    requester: str = NONE
    extend: str = NONE
    vpc: str = NONE


def caller(identity: Mapping[str, Any], account_id: str, ip: str, agent: str, vpc: str = "") -> Caller:
    """The caller of that identity, which events have; it must have a key."""
    requester = str(identity["principalId"]).partition(":")[0]
    extend = NONE
    if identity["type"] == "assumed-role":
        role, _, session = str(identity["userName"]).partition(":")
        extend = f"{account_id},{role},{session},{account_id}"
    return Caller(ip, agent, str(identity["accessKeyId"]), requester, extend, vpc or NONE)


def row_of(event: Event, access: Access, account: Account) -> Row:
    """The access-log row of an event."""
    by = caller(
        event["userIdentity"],
        account.id,
        event["sourceIpAddress"],
        event["userAgent"],
        event.get("vpcId", ""),
    )
    time = int(datetime.fromisoformat(event["eventTime"]).timestamp())
    return row(time, event["requestId"], str(event["eventName"]), access, by)


def row(time: int, request_id: str, operation: str, access: Access, by: Caller) -> Row:
    """The row of one request; the operation by ActionTrail's name."""
    operation = NAMES.get(operation, operation)
    batch, good = operation == "DeleteObjects", access.status < 300
    method = "POST" if batch else method_of(operation)
    single = bool(access.name) and not batch
    return Row(
        time,
        request_id,
        access.bucket,
        by.ip,
        by.key,
        by.requester,
        access.sign if by.key != NONE else UNSIGNED,
        by.extend,
        operation,
        method,
        encoded(access.name) if single else NONE,
        "delete" if batch else access.query,
        access.status,
        access.error,
        access.ec,
        sent(operation, access.size, good=good),
        access.size if method == "PUT" and good else 0,
        access.size if single and good else 0,
        by.agent,
        by.vpc,
        NONE,
        access.name if batch else "",
    )


def method_of(operation: str) -> str:
    """The HTTP method of an operation that has only one."""
    return _METHODS.get(operation[:3], "POST")


def sent(operation: str, size: int, *, good: bool) -> int:
    """Bytes of the answer's body."""
    if operation.startswith("Head"):
        return 0
    if not good:
        return _ERROR_BODY
    if operation in ("GetObject", "GetBucket"):
        return size
    return 0 if operation.startswith(("Put", "Upload")) else 412
