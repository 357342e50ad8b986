"""Whose key it is: the user or the root account behind it, its state, age and last use.

Round one asks everything that takes the bare key id, at once. Round two depends on what that told: the
user's list of keys for a living key, the recycle bin for a deleted one, the credential report for a key
that may be root's. Nothing here walks through the users of the account.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aktui.errors import CloudError, NotFound
from aktui.models import Reply
from queries.asking.reading import ident, moment, record
from queries.asking.together import both, settled
from queries.base import Asking, Column, Page, Query, Result
from queries.owners.holder import (
    HOLDER_CALLS,
    HOLDER_NEEDS,
    RAM_USER,
    ROOT,
    UNKNOWN,
    Holder,
    find_holder,
    get_last_use,
    get_recycled_key,
    get_user,
    is_own_root_key,
)
from queries.owners.ownership import Draft, by_trail_alone, of_recycled, of_user, personal
from queries.owners.rootkeys import ROOTKEY_CALLS, ROOTKEY_NEEDS, of_outsider, of_root

_UNKNOWN: Mapping[str, Any] = {
    "status": "unknown",
    "created": None,
    "age_days": None,
    "last_used": None,
    "last_service": "",
    "deleted_at": None,
    "purge_at": None,
    "found_by": "",
}


async def run(asking: Asking) -> AsyncIterator[Page]:
    user, binned, info, caller, own = await both(
        settled(get_user(asking)),
        settled(get_recycled_key(asking)),
        settled(get_last_use(asking)),
        settled(asking.ask("caller")),
        settled(is_own_root_key(asking)),
    )
    holder = await find_holder(asking)
    draft = Draft(asking, _start(asking, holder, caller))
    draft.gaps.extend(caller.gaps if isinstance(caller, Result) else ())
    draft.hear("GetUser", user, "user of the key")
    key = record(draft.hear("GetAccessKeyInfoInRecycleBin", binned, "recycle bin of keys").get("AccessKey"))
    _hear_last_use(draft, info)
    if isinstance(own, CloudError) and own.call.action != "GetCallerIdentity":
        draft.hear("ListAccessKeys", own, "keys of the root account")
    if holder.kind == UNKNOWN and not any(
        isinstance(told, Reply | NotFound) for told in (user, binned, info)
    ):
        yield Page(gaps=tuple(draft.gaps))
        return
    if holder.kind == ROOT:
        await of_root(draft, own=own is True)
    elif holder.kind != RAM_USER:
        await of_outsider(draft, certain=not draft.gaps)
    elif holder.key_recycled:
        await of_recycled(draft, holder, key)
    elif isinstance(user, Reply) and holder.principal:
        await of_user(draft, holder)
    else:
        by_trail_alone(draft, {"GetUser": user, "GetAccessKeyInfoInRecycleBin": binned})
    yield draft.page()


def _start(asking: Asking, holder: Holder, caller: object) -> dict[str, Any]:
    callers = caller.rows if isinstance(caller, Result) else ()
    account_id = holder.account_id or next((row.values["account_id"] for row in callers), "")
    return {
        **_UNKNOWN,
        "key_id": asking.key_id,
        "owner_type": holder.kind,
        "owner_name": holder.name,
        "owner_id": account_id if holder.kind == ROOT else holder.user_id,
        "principal": holder.principal,
        "account_id": account_id,
        **personal(holder.user),
    }


def _hear_last_use(draft: Draft, info: object) -> None:
    body = draft.hear("GetAccessKeyLastUsedInfo", info, "last use of the key")
    used = moment(body.get("UsedTimestamp"))
    if used:
        draft.values |= {"last_used": used, "last_service": ident(body.get("ServiceName"))}


QUERY = Query(
    id="owner",
    title="Owner",
    question="Whose key is it, in which state, how old, and when was it last used?",
    columns=(
        Column("key_id", "AccessKey", "id"),
        Column("status", "Status"),
        Column("owner_type", "Owner type"),
        Column("owner_name", "Owner"),
        Column("display_name", "Display name"),
        Column("created", "Created", "time"),
        Column("age_days", "Age in days", "count"),
        Column("last_used", "Last used", "time"),
        Column("last_service", "Last service"),
        Column("last_login", "Last console logon", "time"),
        Column("principal", "Principal"),
        Column("owner_id", "Owner ID", "id"),
        Column("account_id", "Account", "id"),
        Column("comments", "Comments"),
        Column("deleted_at", "Deleted", "time"),
        Column("purge_at", "Purged on", "time"),
        Column("found_by", "Found by"),
    ),
    calls=tuple(
        dict.fromkeys((*HOLDER_CALLS, *ROOTKEY_CALLS, "ims:GetAccessKeyLastUsed", "ims:GetUserInRecycleBin"))
    ),
    needs=tuple(
        dict.fromkeys((*HOLDER_NEEDS, *ROOTKEY_NEEDS, "ram:GetAccessKeyLastUsed", "ram:GetUserInRecycleBin"))
    ),
    run=run,
    source="IMS, ActionTrail",
    limits=(
        "Ids of root keys are listed to root only; a key purged from the recycle bin is known by its "
        "recorded use alone."
    ),
)
