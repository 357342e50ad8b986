"""The other keys beside the suspect one: same user, also recycled ones, and service credentials."""

from collections.abc import AsyncIterator
from typing import Any

from aktui.models import Reply
from queries.asking.reading import Record, ident, listed, member, moment, record, text
from queries.asking.together import guarded, settled, together
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, Holder, find_holder, nobody, own_root_keys
from queries.owners.report import REPORT_CALLS, REPORT_NEEDS, root_row

_KEY, _RECYCLED, _CREDENTIAL = "AccessKey", "AccessKey in the recycle bin", "service credential"
_PER_PAGE = 100
_MOST_PAGES = 50


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    if holder.gaps and (holder.kind == ROOT or holder.user_id or holder.principal):
        yield Page(gaps=holder.gaps)
    if holder.kind == ROOT:
        pages = [guarded("other keys of the root account", _of_root(asking))]
    elif not holder.user_id and not holder.principal:
        yield nobody(holder, "other keys of its owner")
        return
    else:
        pages = [guarded(f"deleted keys of {holder.name}", _recycled(asking, holder))]
        if holder.alive and holder.principal:
            pages.append(guarded(f"keys of {holder.name}", _alive(asking, holder)))
            pages.append(guarded(f"service credentials of {holder.name}", _credentials(asking, holder)))
    async for page in together(*pages):
        yield page


async def _alive(asking: Asking, holder: Holder) -> AsyncIterator[Page]:
    reply = await asking.once.call("ims", "ListAccessKeys", UserPrincipalName=holder.principal)
    entries = listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")
    others = [entry for entry in entries if ident(entry.get("AccessKeyId")) != asking.key_id]
    async for page in together(*(_with_last_use(asking, holder, entry, reply) for entry in others)):
        yield page


async def _with_last_use(asking: Asking, holder: Holder, entry: Record, reply: Reply) -> AsyncIterator[Page]:
    """The row of one key; it is worth showing also when its last use is not told."""
    key_id = ident(entry.get("AccessKeyId"))
    use = await settled(_last_use(asking, holder, key_id))
    gaps = () if isinstance(use, Reply) else (Gap.of(use, f"last use of {key_id}"),)
    told = record(use.body.get("AccessKeyLastUsed")) if isinstance(use, Reply) else {}
    values = {
        **_values(entry, _KEY),
        "status": text(entry.get("Status")),
        "last_used": moment(told.get("LastUsedDate")),
        "service": text(told.get("ServiceName")),
    }
    yield Page((Row(values, entry),), reply.request_id, gaps)


async def _last_use(asking: Asking, holder: Holder, key_id: str) -> Reply:
    params = {"UserAccessKeyId": key_id, "UserPrincipalName": holder.principal}
    reply = await asking.once.call("ims", "GetAccessKeyLastUsed", **params)
    member(reply, "ims:GetAccessKeyLastUsed", "AccessKeyLastUsed")
    return reply


async def _recycled(asking: Asking, holder: Holder) -> AsyncIterator[Page]:
    reply = await asking.once.call("ims", "ListAccessKeysInRecycleBin", UserId=holder.user_id)
    entries = listed(reply, "ims:ListAccessKeysInRecycleBin", "AccessKeys", "AccessKey")
    rows = tuple(
        Row(
            {
                **_values(entry, _RECYCLED),
                "status": "Deleted",
                "deleted_at": moment(entry.get("RecycleDate")),
                "purge_at": moment(entry.get("DeleteDate")),
            },
            entry,
        )
        for entry in entries
        if ident(entry.get("AccessKeyId")) != asking.key_id
    )
    yield Page(rows, reply.request_id)


async def _credentials(asking: Asking, holder: Holder) -> AsyncIterator[Page]:
    """Other secrets of the same user, which outlive the key."""
    token = ""
    for _ in range(_MOST_PAGES):
        params: dict[str, Any] = {"UserPrincipalName": holder.principal, "MaxResults": _PER_PAGE}
        if token:
            params["NextToken"] = token
        reply = await asking.cloud.call("ims", "ListServiceCredentials", **params)
        entries = listed(reply, "ims:ListServiceCredentials", "ServiceCredentials")
        yield Page(tuple(_credential(entry) for entry in entries), reply.request_id)
        token = text(reply.body.get("NextToken"))
        if not token:
            return
    detail = "There are more service credentials than are worth reading; list them by service."
    yield Page(gaps=(Gap(Status.PARTIAL, f"service credentials of {holder.name}", detail),))


def _credential(entry: Record) -> Row:
    values = {
        **_values({}, _CREDENTIAL),
        "key_id": ident(entry.get("ServiceCredentialId")),
        "status": text(entry.get("Status")),
        "created": moment(entry.get("CreateTime")),
        "purge_at": moment(entry.get("ExpirationTime")),
        "service": text(entry.get("ServiceName")),
        "name": text(entry.get("ServiceCredentialName")),
    }
    return Row(values, entry)


async def _of_root(asking: Asking) -> AsyncIterator[Page]:
    """Root's keys with their ids when root asks; otherwise their number, as the credential report has it."""
    entries = await own_root_keys(asking)
    if entries is not None:
        others = [entry for entry in entries if ident(entry.get("AccessKeyId")) != asking.key_id]
        rows = tuple(
            Row({**_values(entry, _KEY), "status": text(entry.get("Status"))}, entry) for entry in others
        )
        yield Page(rows)
        return
    report = await root_row(asking)
    detail = (
        f"Root has {len(report.keys)} key(s), the suspect one perhaps among them; their ids are listed to "
        "root only. The query `keys` shows their state and age."
    )
    gap = Gap(Status.NOT_COVERED, "other keys of the root account", detail)
    yield Page(request_id=report.request_id, gaps=(gap,))


def _values(entry: Record, kind: str) -> dict[str, Any]:
    return {
        "key_id": ident(entry.get("AccessKeyId")),
        "kind": kind,
        "status": "",
        "created": moment(entry.get("CreateDate")),
        "last_used": None,
        "service": "",
        "name": "",
        "deleted_at": None,
        "purge_at": None,
    }


QUERY = Query(
    id="siblings",
    title="Sibling keys",
    question="Which other keys and credentials does its owner have?",
    columns=(
        Column("key_id", "Key", "id"),
        Column("kind", "Kind"),
        Column("status", "Status"),
        Column("created", "Created", "time"),
        Column("last_used", "Last used", "time"),
        Column("service", "Service"),
        Column("name", "Name"),
        Column("deleted_at", "Deleted", "time"),
        Column("purge_at", "Expires or is purged", "time"),
    ),
    calls=(
        *HOLDER_CALLS,
        *REPORT_CALLS,
        "ims:GetAccessKeyLastUsed",
        "ims:ListAccessKeysInRecycleBin",
        "ims:ListServiceCredentials",
    ),
    needs=(
        *HOLDER_NEEDS,
        *REPORT_NEEDS,
        "ram:GetAccessKeyLastUsed",
        "ram:ListAccessKeysInRecycleBin",
        "ram:ListServiceCredentials",
    ),
    run=run,
    source="IMS",
    limits="The last use of a deleted key is not told; ids of root keys are listed to root only.",
)
