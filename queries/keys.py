"""All keys of the account: the users page by page, then each user's keys, many users at once.

`expected` counts pages: one a page of users and one a user, so `pages / expected` is the progress.
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aktui.errors import AktuiError
from queries.asking.reading import Record, flag, ident, listed, moment, text
from queries.asking.together import guarded, settled, together
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.holder import own_root_keys
from queries.owners.report import REPORT_CALLS, REPORT_NEEDS, root_row

_USERS_A_PAGE = 1000
_MOST_PAGES = 100


@dataclass
class _Progress:
    """How much there is to do, as far as is known."""

    expected: int = 1
    users: int = 0
    keys: int = 0


async def run(asking: Asking) -> AsyncIterator[Page]:
    progress = _Progress()
    async for page in together(
        guarded("keys of the root account", _of_root(asking, progress)),
        guarded("users of the account", _of_users(asking, progress)),
    ):
        yield page


async def _of_users(asking: Asking, progress: _Progress) -> AsyncIterator[Page]:
    marker = ""
    for _ in range(_MOST_PAGES):
        params: dict[str, Any] = {"MaxItems": _USERS_A_PAGE}
        if marker:
            params["Marker"] = marker
        reply = await asking.cloud.call("ims", "ListUsers", **params)
        users = listed(reply, "ims:ListUsers", "Users", "User")
        progress.expected += 1 + len(users)
        progress.users += len(users)
        yield Page(request_id=reply.request_id, expected=progress.expected)
        async for page in together(*_each(asking, users, progress)):
            yield page
        marker = text(reply.body.get("Marker"))
        if flag(reply.body.get("IsTruncated")) is not True or not marker:
            return
    detail = f"Stopped after {progress.users} users; there are more."
    yield Page(gaps=(Gap(Status.PARTIAL, "users of the account", detail),))


def _each(asking: Asking, users: list[Record], progress: _Progress) -> Iterator[AsyncIterator[Page]]:
    for user in users:
        what = f"keys of {text(user.get('UserPrincipalName'))}"
        yield guarded(what, _of_user(asking, user, progress))


async def _of_user(asking: Asking, user: Record, progress: _Progress) -> AsyncIterator[Page]:
    principal = ident(user.get("UserPrincipalName"))
    if not principal:  # without it the cloud would list the responder's own keys
        detail = "An entry of the list of users has no principal name, so its keys can not be asked for."
        yield Page(gaps=(Gap(Status.FAILED, "keys of a user without a name", detail, "ims:ListUsers"),))
        return
    reply = await asking.cloud.call("ims", "ListAccessKeys", UserPrincipalName=principal)
    entries = listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
    progress.keys += len(entries)
    name = principal.rpartition("@")[0] or principal
    rows = tuple(_row(asking, name, user, entry) for entry in entries)
    note = f"{progress.keys} keys of {progress.users} users so far."
    yield Page(rows, reply.request_id, expected=progress.expected, note=note)


async def _of_root(asking: Asking, progress: _Progress) -> AsyncIterator[Page]:
    """Root's keys as root lists them, or as the credential report tells them: without their ids."""
    own = await settled(own_root_keys(asking))
    if isinstance(own, AktuiError):
        yield Page(gaps=(Gap.of(own, "keys of the root account, by id"),), expected=progress.expected)
    elif own is not None:
        progress.keys += len(own)
        yield Page(tuple(_row(asking, "root", {}, entry) for entry in own), expected=progress.expected)
        return
    report = await root_row(asking)
    rows = tuple(
        Row(
            _values(
                asking.cloud.now(),
                owner="root",
                status={True: "Active", False: "Inactive"}.get(bool(key.active), "unknown"),
                created=key.rotated,
                last_used=key.last_used,
                principal=key.slot,
            ),
            report.raw,
        )
        for key in report.keys
    )
    progress.keys += len(rows)
    yield Page(rows, report.request_id, expected=progress.expected)


def _row(asking: Asking, owner: str, user: Record, entry: Record) -> Row:
    values = _values(
        asking.cloud.now(),
        key_id=ident(entry.get("AccessKeyId")),
        owner=owner,
        status=text(entry.get("Status")),
        created=moment(entry.get("CreateDate")),
        updated=moment(entry.get("UpdateDate")),
        principal=ident(user.get("UserPrincipalName")),
        owner_id=ident(user.get("UserId")),
    )
    return Row(values, entry)


def _values(now: datetime, created: datetime | None, **told: Any) -> dict[str, Any]:
    nothing = {"key_id": "", "updated": None, "last_used": None, "owner_id": ""}
    age = max((now - created).days, 0) if created else None
    return {**nothing, **told, "created": created, "age_days": age}


QUERY = Query(
    id="keys",
    title="All keys",
    question="Which keys does the account have, and whose are they?",
    columns=(
        Column("key_id", "AccessKey", "id"),
        Column("owner", "Owner"),
        Column("status", "Status"),
        Column("created", "Created", "time"),
        Column("age_days", "Age in days", "count"),
        Column("last_used", "Last used", "time"),
        Column("updated", "Changed", "time"),
        Column("principal", "Principal"),
        Column("owner_id", "Owner ID", "id"),
    ),
    calls=("sts:GetCallerIdentity", *REPORT_CALLS, "ims:ListUsers", "ims:ListAccessKeys"),
    needs=("sts:GetCallerIdentity", *REPORT_NEEDS, "ram:ListUsers", "ram:ListAccessKeys"),
    run=run,
    source="IMS",
    limits=(
        "Keys in the recycle bin are not listed; root's keys come without ids, from the credential report, "
        "unless root asks."
    ),
)
