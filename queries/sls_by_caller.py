"""Calls to the log service counted by operation, source and key: what a change would have denied."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, LogText, Page, Query
from queries.logs import callers, slslogs
from queries.logs.loggroups import grouped
from queries.logs.logstores import SLS

_SOURCE = {"ip": "SourceIP", "access_id": "AccessKeyId", "caller": "CallerType"}
_OPERATION = {"method": "Method", "project": "Project", "error": "ErrorCode"}
_KEYS = {**_OPERATION, **_SOURCE}
_NEWEST = {
    "request_id": "RequestId",
    "user_agent": "UserAgent",
    "role": "RoleSessionName",
    "message": "ErrorMsg",
}


def _build(asking: Asking) -> str:
    keys = _SOURCE if callers.by_source(asking) else _KEYS
    chosen, conditions = callers.narrowed(slslogs.filters(callers.for_tokens(asking)), asking, "AccessKeyId")
    return slslogs.group_sql(chosen, keys, *conditions, newest=_NEWEST)


_TEXT = LogText(SLS, _build)


async def run(asking: Asking) -> AsyncIterator[Page]:
    keys = tuple(_SOURCE if callers.by_source(asking) else _KEYS)
    async for page in grouped(asking, _TEXT, slslogs.groups(*keys, newest=tuple(_NEWEST))):
        yield callers.filled(page, _OPERATION)


QUERY = Query(
    id="sls-by-caller",
    title="Log service by operation and source",
    question="Which operations of the log service were called, from where, and which were refused?",
    columns=(
        Column("method", "Operation"),
        Column("project", "Project"),
        Column("ip", "IP", "ip"),
        Column("access_id", "Key or token", "id"),
        Column("caller", "Caller"),
        Column("error", "Error"),
        *slslogs.MEASURE_COLUMNS,
        Column("request_id", "Newest request", "id"),
        Column("user_agent", "Newest user agent"),
        Column("role", "Newest role session"),
        Column("message", "Newest message"),
    ),
    calls=slslogs.GROUP_CALLS,
    needs=slslogs.GROUP_NEEDS,
    run=run,
    params=(*slslogs.GROUP_PARAMS, callers.TOKENS_PARAM, callers.BY_PARAM),
    source=slslogs.SOURCE,
    limits=f"{slslogs.LIMITS} Which VPC a call came through is not told.",
    texts=(_TEXT,),
    span=slslogs.SPAN,
)
