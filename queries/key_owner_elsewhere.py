"""In which account of the Resource Directory the key was used, and as whom."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Gap, LogText, Page, Query, Status
from queries.logs import traillogs
from queries.logs.loggroups import grouped
from queries.logs.logreach import reach
from queries.logs.logstores import TRAIL

_KEYS = {
    "account": "event.userIdentity.accountId",
    "user": "event.userIdentity.userName",
    "user_type": "event.userIdentity.type",
    "principal_id": "event.userIdentity.principalId",
}
_TEXT = LogText(TRAIL, lambda asking: traillogs.group_sql(traillogs.filters(asking), _KEYS))
_NONE = Gap(
    Status.NOT_COVERED,
    "trail of all accounts",
    "No trail here delivers the events of all accounts to the log service. If this account is a member of a "
    "Resource Directory, ask in its management account (or the delegated one), where such a trail is made.",
)


async def run(asking: Asking) -> AsyncIterator[Page]:
    within = await reach(asking, TRAIL, lambda source: source.multi_account)
    if not within.sources and not within.gaps:
        yield Page(gaps=(_NONE,))
        return
    async for page in grouped(asking, _TEXT, traillogs.groups(*_KEYS), within=within):
        yield page


QUERY = Query(
    id="key-owner-elsewhere",
    title="Owner in another account",
    question="Which account of the Resource Directory does the key belong to?",
    columns=(
        Column("account", "Account", "id"),
        Column("user", "User"),
        Column("user_type", "User type"),
        Column("principal_id", "Principal ID", "id"),
        *traillogs.MEASURE_COLUMNS,
    ),
    calls=traillogs.GROUP_CALLS,
    needs=traillogs.GROUP_NEEDS,
    run=run,
    params=traillogs.GROUP_PARAMS,
    source="Logstore of a trail of all accounts (ActionTrail in SLS)",
    limits=(
        f"{traillogs.LIMITS} A key that was not used while the trail kept events is not found, whoever holds "
        "it."
    ),
    texts=(_TEXT,),
)
