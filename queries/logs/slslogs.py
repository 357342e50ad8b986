"""The log service's own operation log: whose calls, in which columns, and the texts that ask for them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from queries.asking.reading import count, moment, text
from queries.base import Asking, Column, LogText, Param
from queries.logs.logfilters import TEXT_PARAM, WHO_PARAM, Filters, given, whose
from queries.logs.loggroups import LIMIT_PARAM, Groups
from queries.logs.logreach import LOG_REGIONS_PARAM, REGIONAL_SOURCE_CALLS, SEARCH_CALLS, needs
from queries.logs.logstores import SLS
from queries.logs.quoting import column

SOURCE = "CloudLens for SLS (internal-operation_log)"
LIMITS = (
    "Only projects with a collection rule for the detailed log, from when it was made, for as long as it is "
    "kept (30 days unless changed); calls through JDBC are not in it. Delivery is not complete, so what is "
    "missing here is no proof that it did not happen. Role sessions carry the id of their token: see "
    "role-sessions, and ask with who=TOKEN."
)
SPAN = timedelta(days=7)
GROUP_CALLS = (*REGIONAL_SOURCE_CALLS, "sls:GetLogsV2")
ROW_CALLS = (*REGIONAL_SOURCE_CALLS, *SEARCH_CALLS)
GROUP_NEEDS, ROW_NEEDS = needs(GROUP_CALLS), needs(ROW_CALLS)

_FIELDS = {"ip": "SourceIP", "method": "Method", "project": "Project", "logstore": "LogStore"}
ROW_PARAMS = (
    LOG_REGIONS_PARAM,
    WHO_PARAM,
    Param("ip", "only from this address"),
    Param("method", "only this operation, as the log spells it: GetLogStoreLogs, PullLogs"),
    Param("project", "only on this project"),
    Param("logstore", "only on Logstores of this name"),
    TEXT_PARAM,
)
GROUP_PARAMS = (*ROW_PARAMS, LIMIT_PARAM)

_MEASURES = (
    "count(1) AS requests",
    'sum(coalesce(try_cast("NetOutFlow" AS bigint), 0)) AS bytes_out',
    'count_if(try_cast("Status" AS bigint) >= 400) AS errors',
    "min(__time__) AS first_at",
    "max(__time__) AS last_at",
)
SUMS = ("requests", "bytes_out", "errors")
MEASURE_COLUMNS = (
    Column("requests", "Requests", "count"),
    Column("bytes_out", "Bytes read", "count"),
    Column("errors", "Refused or failed", "count"),
    Column("first_at", "First", "time"),
    Column("last_at", "Last", "time"),
    Column("regions", "Log regions"),
)


def filters(asking: Asking) -> Filters:
    """Raises UsageError for a parameter that makes no sense."""
    who = whose(asking)
    return Filters((), {**({"AccessKeyId": who} if who else {}), **given(asking, _FIELDS)})


def row_text() -> LogText:
    """A plain search: every field is indexed."""
    return LogText(SLS, lambda asking: filters(asking).search())


def group_text(*keys: str) -> LogText:
    """A text that groups by these parameters' fields."""

    def build(asking: Asking) -> str:
        return group_sql(filters(asking), {key: _FIELDS[key] for key in keys})

    return LogText(SLS, build)


def group_sql(
    chosen: Filters, keys: Mapping[str, str], *conditions: str, newest: Mapping[str, str] | None = None
) -> str:
    """A text that groups. `keys`: columns to fields; `newest`: taken from the newest request of a group."""
    grouped = {key: f"coalesce({column(name)}, '')" for key, name in keys.items()}
    named = [f"{sql} AS {key}" for key, sql in grouped.items()]
    last = [f"max_by({column(name)}, __time__) AS {key}" for key, name in (newest or {}).items()]
    by = ", ".join(grouped.values())
    return (
        f"{chosen.search()} | SELECT {', '.join([*named, *last, *_MEASURES])}{chosen.where(*conditions)} "
        f"GROUP BY {by} ORDER BY requests DESC, {by}"
    )


def groups(*keys: str, newest: tuple[str, ...] = ()) -> Groups:
    return Groups(keys, SUMS, newest=newest)


ROW_COLUMNS = (
    Column("at", "At", "time"),
    Column("ip", "IP", "ip"),
    Column("method", "Operation"),
    Column("project", "Project"),
    Column("logstore", "Logstore"),
    Column("status", "Status"),
    Column("error", "Error"),
    Column("bytes_out", "Bytes read", "count"),
    Column("query", "Query"),
    Column("read_from", "Rows from", "time"),
    Column("read_to", "Rows to", "time"),
    Column("caller", "Caller"),
    Column("role", "Role session"),
    Column("user_agent", "User agent"),
    Column("access_id", "Key or token", "id"),
    Column("requester", "Requester", "id"),
    Column("region", "Log region"),
    Column("request_id", "Request", "id"),
)


def values(row: Mapping[str, str], region: str) -> dict[str, Any]:
    """The values of `ROW_COLUMNS` from a row of the log."""
    told = {name: "" if value in ("-", "null") else text(value) for name, value in row.items()}
    error = (told.get("ErrorCode", ""), told.get("ErrorMsg", ""))
    return {
        "at": moment(told.get("__time__")),
        "ip": told.get("SourceIP", "") or told.get("ClientIp", ""),
        "method": told.get("Method", ""),
        "project": told.get("Project", ""),
        "logstore": told.get("LogStore", ""),
        "status": told.get("Status", ""),
        "error": ": ".join(part for part in error if part),
        "bytes_out": count(told.get("NetOutFlow")),
        "query": told.get("Query", ""),
        "read_from": moment(told.get("BeginTime")),
        "read_to": moment(told.get("EndTime")),
        "caller": told.get("CallerType", ""),
        "role": told.get("RoleSessionName", ""),
        "user_agent": told.get("UserAgent", ""),
        "access_id": told.get("AccessKeyId", ""),
        "requester": told.get("InvokerUid", ""),
        "region": region,
        "request_id": told.get("RequestId", ""),
    }
