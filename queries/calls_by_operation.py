"""Calls counted by operation, source and identity: what a change to the key or its user would have denied."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, LogText, Page, Param, Query
from queries.logs import callers, traillogs
from queries.logs.logfilters import TEXT_PARAM
from queries.logs.loggroups import LIMIT_PARAM, grouped
from queries.logs.logreach import TRAIL_PARAM
from queries.logs.logstores import TRAIL

_SOURCE = {"source_ip": traillogs.IP, "vpc": traillogs.VPC, "access_id": traillogs.KEY}
_IDENTITY = {"user": "event.userIdentity.userName", "user_type": "event.userIdentity.type"}
_OPERATION = {"service": "event.serviceName", "event": "event.eventName", "error": "event.errorCode"}
_KEYS = {**_OPERATION, **_SOURCE, **_IDENTITY}
_NEWEST = {
    "event_id": "event.eventId",
    "user_agent": "event.userAgent",
    "resource": "event.resourceName",
    "message": "event.errorMessage",
}


def _build(asking: Asking) -> str:
    keys = {**_SOURCE, **_IDENTITY} if callers.by_source(asking) else _KEYS
    chosen, conditions = callers.narrowed(
        traillogs.filters(callers.for_tokens(asking)), asking, traillogs.KEY
    )
    return traillogs.group_sql(chosen, keys, *conditions, newest=_NEWEST)


_TEXT = LogText(TRAIL, _build)


async def run(asking: Asking) -> AsyncIterator[Page]:
    keys = (*_SOURCE, *_IDENTITY) if callers.by_source(asking) else tuple(_KEYS)
    async for page in grouped(asking, _TEXT, traillogs.groups(*keys, newest=tuple(_NEWEST))):
        yield callers.filled(page, _OPERATION)


QUERY = Query(
    id="calls-by-operation",
    title="Calls by operation and source",
    question="Which operations were called, from where, as whom, and which of them were refused?",
    columns=(
        Column("service", "Service"),
        Column("event", "Event"),
        Column("source_ip", "Source IP", "ip"),
        Column("vpc", "VPC", "id"),
        Column("user", "User"),
        Column("user_type", "User type"),
        Column("access_id", "Key or token", "id"),
        Column("error", "Error"),
        *traillogs.MEASURE_COLUMNS,
        Column("event_id", "Newest event", "id"),
        Column("user_agent", "Newest user agent"),
        Column("resource", "Newest resource"),
        Column("message", "Newest message"),
    ),
    calls=traillogs.GROUP_CALLS,
    needs=traillogs.GROUP_NEEDS,
    run=run,
    params=(
        TRAIL_PARAM,
        traillogs.WHO,
        Param("user", "only of this user or role session; with who=everyone also without a key"),
        callers.TOKENS_PARAM,
        callers.BY_PARAM,
        TEXT_PARAM,
        LIMIT_PARAM,
    ),
    source=traillogs.SOURCE,
    limits=traillogs.LIMITS,
    texts=(_TEXT,),
)
