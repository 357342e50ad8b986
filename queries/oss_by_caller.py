"""OSS requests counted by operation, source and key: what a change to the key would have denied."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, LogText, Page, Query
from queries.logs import callers, osslogs
from queries.logs.loggroups import grouped
from queries.logs.logstores import OSS

_SOURCE = {
    "ip": "client_ip",
    "vpc": "vpc_id",
    "access_id": "access_id",
    "link": "CASE WHEN sign_type IN ('UriSign', 'URI_SIGN4') THEN 'link' ELSE '' END",
}
_OPERATION = {"operation": "operation", "bucket": "bucket", "error": "error_code", "ec": "ec"}
_KEYS = {**_OPERATION, **_SOURCE}
_NEWEST = {"request_id": "request_id", "user_agent": "user_agent", "role": "extend_information"}


def _build(asking: Asking) -> str:
    keys = _SOURCE if callers.by_source(asking) else _KEYS
    chosen, conditions = callers.narrowed(osslogs.filters(callers.for_tokens(asking)), asking, "access_id")
    return osslogs.group_sql(chosen, keys, *osslogs.prefix_condition(asking), *conditions, newest=_NEWEST)


_TEXT = LogText(OSS, _build)


def _named(value: str) -> str:
    """A `-` stands for none in the logs of OSS."""
    return "" if value in ("-", "null") else value


async def run(asking: Asking) -> AsyncIterator[Page]:
    keys = tuple(_SOURCE if callers.by_source(asking) else _KEYS)
    groups = osslogs.groups(*keys, newest=tuple(_NEWEST), shown=dict.fromkeys(keys, _named))
    async for page in grouped(asking, _TEXT, groups):
        yield callers.filled(page, _OPERATION)


QUERY = Query(
    id="oss-by-caller",
    title="OSS by operation and source",
    question="Which operations on which buckets were called, from where, and which were refused?",
    columns=(
        Column("operation", "Operation"),
        Column("bucket", "Bucket"),
        Column("ip", "IP", "ip"),
        Column("vpc", "VPC", "id"),
        Column("access_id", "Key or token", "id"),
        Column("link", "Through a link"),
        Column("error", "Error"),
        Column("ec", "Detail code"),
        *osslogs.MEASURE_COLUMNS,
        Column("request_id", "Newest request", "id"),
        Column("user_agent", "Newest user agent"),
        Column("role", "Newest role session"),
    ),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=(*osslogs.GROUP_PARAMS, callers.TOKENS_PARAM, callers.BY_PARAM),
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
