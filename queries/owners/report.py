"""The credential report: the only place that tells of the root account's keys to anybody but root."""

import asyncio
import base64
import binascii
import csv
import io
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import datetime

from aktui.errors import BadReply, CallRef
from aktui.models import Reply
from queries.asking.reading import flag, moment, text
from queries.base import Asking

REPORT_CALLS = ("ims:GenerateCredentialReport", "ims:GetCredentialReport")
REPORT_NEEDS = ("ram:GenerateCredentialReport", "ram:GetCredentialReport")

ROOT_USER = "<root>"
"""What the report calls the account itself."""

_GET = CallRef("ims", "GetCredentialReport")
_GENERATE = CallRef("ims", "GenerateCredentialReport")

WAIT_SECONDS = 1.0
"""Between two looks at a report that is being made."""
LOOKS = 60
_LARGEST_PAGE = "3501"
_MOST_PAGES = 50
_SLOTS = (
    "access_key_1",
    "access_key_2",
    "additional_access_key_1",
    "additional_access_key_2",
    "additional_access_key_3",
)


@dataclass(frozen=True)
class RootKey:
    """One of the root account's keys; its id is not told."""

    slot: str
    active: bool | None
    rotated: datetime | None
    last_used: datetime | None


@dataclass(frozen=True)
class RootRow:
    """What the report says of the account itself."""

    keys: tuple[RootKey, ...]
    mfa: bool | None
    last_logon: datetime | None
    raw: Mapping[str, str]
    request_id: str


async def root_row(asking: Asking) -> RootRow:
    """The report's `<root>` row, from a report made now; `BadReply` when it has none."""
    async with aclosing(report_pages(asking)) as pages:
        async for lines, reply in pages:
            for line in lines:
                if line.get("user", "") == ROOT_USER:
                    return _read(line, reply.request_id)
    raise BadReply(_GET, "The credential report has no row for the root account.")


async def report_pages(asking: Asking) -> AsyncGenerator[tuple[list[dict[str, str]], Reply], None]:
    """The rows of a report made now (or within the last hours: `GeneratedTime` tells), page by page."""
    await _made(asking)
    token = ""
    head: list[str] = []
    for _ in range(_MOST_PAGES):
        more = {"NextToken": token} if token else {}
        reply = await asking.once.call("ims", "GetCredentialReport", MaxItems=_LARGEST_PAGE, **more)
        cells = _cells(reply)
        if cells and (not head or cells[0] == head):  # later pages may come without the heading
            head, *cells = cells
        yield [dict(zip(head, row, strict=False)) for row in cells], reply
        token = text(reply.body.get("NextToken"))
        if flag(reply.body.get("IsTruncated")) is not True or not token:
            return
    raise BadReply(_GET, "The credential report goes on beyond what is worth reading.")


async def _made(asking: Asking) -> None:
    """Have the report made and wait until it is."""
    reply = await asking.once.call("ims", "GenerateCredentialReport")
    for look in range(LOOKS):
        state = text(reply.body.get("State")).strip().upper()
        if state == "COMPLETED":
            return
        if state not in ("STARTED", "INPROGRESS"):
            raise BadReply(
                _GENERATE,
                f"The state of the credential report is {state or 'missing'}.",
                request_id=reply.request_id,
            )
        await asyncio.sleep(WAIT_SECONDS if look else WAIT_SECONDS / 4)
        reply = await asking.cloud.call("ims", "GenerateCredentialReport")
    raise BadReply(_GENERATE, "The credential report is still being made.", hint="Ask again in a minute.")


def _cells(reply: Reply) -> list[list[str]]:
    try:
        content = base64.b64decode(text(reply.body.get("Content")), validate=False).decode("utf-8", "replace")
    except (binascii.Error, ValueError) as error:
        raise BadReply(
            _GET, "The credential report is not base64 text.", request_id=reply.request_id
        ) from error
    reader = csv.reader(io.StringIO(content.lstrip("\ufeff"), newline=""))
    try:
        return [[cell.strip() for cell in row] for row in reader if row]
    except csv.Error as error:
        raise BadReply(_GET, "The report is not a table.", request_id=reply.request_id) from error


def _read(line: Mapping[str, str], request_id: str) -> RootRow:
    return RootRow(
        keys_of(line), flag(line.get("mfa_active")), moment(line.get("user_last_logon")), line, request_id
    )


def keys_of(line: Mapping[str, str]) -> tuple[RootKey, ...]:
    """The keys in a row of the report, without their ids."""
    return tuple(
        RootKey(
            slot,
            flag(line.get(f"{slot}_active")),
            moment(line.get(f"{slot}_last_rotated")),
            moment(line.get(f"{slot}_last_used")),
        )
        for slot in _SLOTS
        if flag(line.get(f"{slot}_exist"))
    )
