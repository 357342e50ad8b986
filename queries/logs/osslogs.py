"""The access log of OSS: whose requests, in which columns, and the texts that ask for them.

One Logstore a region holds three topics. `oss_access_log` has a row for each request. `oss_batch_delete_log`
has one for each object that a batch deletion named; it tells no key and is joined by request id. The index of
the Logstore is fixed: object names, user agents and sizes are not in it, so only SQL can compare them. Object
names are URL-encoded.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import quote, unquote

from aktui.errors import UsageError
from queries.asking.reading import count, moment, text
from queries.base import Asking, Column, LogText, Param
from queries.logs.logfilters import TEXT_PARAM, WHO_PARAM, Filters, given, whose
from queries.logs.loggroups import LIMIT_PARAM, Groups
from queries.logs.logreach import LOG_REGIONS_PARAM, REGIONAL_SOURCE_CALLS, SEARCH_CALLS, needs
from queries.logs.logstores import OSS
from queries.logs.quoting import literal

ACCESS = "oss_access_log"
BATCH_DELETE = "oss_batch_delete_log"
ANONYMOUS = "anonymous"

SOURCE = "OSS access log (SLS)"
LIMITS = (
    "Only requests to buckets whose access log is on, from when it was turned on, for as long as it is kept "
    "(7 days unless changed). Delivery is not complete, so what is missing here is no proof that it did not "
    "happen. A request sent to another region's endpoint is logged in that region. Role sessions carry the "
    "id of their token: see role-sessions, and ask with who=TOKEN."
)
SPAN = timedelta(days=7)
"""As long as the access log is kept unless somebody pays for more."""
GROUP_CALLS = (*REGIONAL_SOURCE_CALLS, "sls:GetLogsV2")
ROW_CALLS = (*REGIONAL_SOURCE_CALLS, *SEARCH_CALLS)
GROUP_NEEDS, ROW_NEEDS = needs(GROUP_CALLS), needs(ROW_CALLS)

_FIELDS = {"ip": "client_ip", "bucket": "bucket", "operation": "operation", "status": "http_status"}
_NARROWED = (
    LOG_REGIONS_PARAM,
    Param("who", f"{WHO_PARAM.help}, or `{ANONYMOUS}` for requests without a key", default="key"),
    Param("ip", "only from this address"),
    Param("bucket", "only to this bucket"),
    Param(
        "operation", "only this operation, as the log spells it: GetObject, GetBucket (a listing), PutObject"
    ),
    Param("status", "only answered with this HTTP status"),
    Param("prefix", "only objects whose name starts so"),
    TEXT_PARAM,
)
ROW_PARAMS = _NARROWED
GROUP_PARAMS = (*_NARROWED, LIMIT_PARAM)

OBJECT = "replace(replace(object, '%2F', '/'), '%2f', '/')"
"""SQL: the object's name with its slashes; the rest of it stays encoded."""
BYTES_OUT = "coalesce(try_cast(content_length_out AS bigint), try_cast(response_body_length AS bigint), 0)"
_MEASURES = (
    "count(1) AS requests",
    f"sum({BYTES_OUT}) AS bytes_out",
    "count_if(try_cast(http_status AS bigint) >= 400) AS errors",
    "count_if(sign_type IN ('UriSign', 'URI_SIGN4')) AS presigned",
    "min(__time__) AS first_at",
    "max(__time__) AS last_at",
)
SUMS = ("requests", "bytes_out", "errors", "presigned")
MEASURE_COLUMNS = (
    Column("requests", "Requests", "count"),
    Column("bytes_out", "Bytes out", "count"),
    Column("errors", "Refused or failed", "count"),
    Column("presigned", "Presigned", "count"),
    Column("first_at", "First", "time"),
    Column("last_at", "Last", "time"),
    Column("regions", "Log regions"),
)

_SIGNED = {
    "notsign": "anonymous",
    "normalsign": "key",
    "normal_sign4": "key",
    "urisign": "presigned URL",
    "uri_sign4": "presigned URL",
    "adminsign": "the provider",
}


def filters(asking: Asking, topic: str = ACCESS) -> Filters:
    """Raises UsageError for a parameter that makes no sense."""
    values: dict[str, str] = {}
    always = [f"__topic__: {topic}"]
    if asking.params.get("who", "").strip() == ANONYMOUS:
        always.append("sign_type: NotSign")
    elif who := whose(asking):
        values["access_id"] = who
    values |= given(asking, _FIELDS)
    status = values.get("http_status", "")
    if status and not (status.isascii() and status.isdigit() and len(status) == 3):
        raise UsageError(f"status is '{status}'; it takes an HTTP status such as 403.")
    return Filters(tuple(always), values)


def prefix_condition(asking: Asking) -> list[str]:
    """SQL: the object's name starts as the parameter says."""
    prefix = asking.params.get("prefix", "")
    if not prefix:
        return []
    encoded = quote(prefix, safe="/~")
    return [f"substr({OBJECT}, 1, {len(encoded)}) = {literal(encoded)}"]


def group_text(keys: Mapping[str, str], *more: str, in_order: bool = False) -> LogText:
    """A text that groups: `keys` are columns to SQL expressions, `more` further conditions."""

    def build(asking: Asking) -> str:
        return group_sql(filters(asking), keys, *prefix_condition(asking), *more, in_order=in_order)

    return LogText(OSS, build)


def group_sql(
    chosen: Filters,
    keys: Mapping[str, str],
    *conditions: str,
    in_order: bool = False,
    newest: Mapping[str, str] | None = None,
) -> str:
    """What `group_text` sends. `newest`: columns to fields, taken from the newest request of a group."""
    named = [name if name == sql else f"{sql} AS {name}" for name, sql in keys.items()]
    last = [f"max_by({field}, __time__) AS {name}" for name, field in (newest or {}).items()]
    by = ", ".join(keys.values())
    return (
        f"{chosen.search()} | SELECT {', '.join([*named, *last, *_MEASURES])}{chosen.where(*conditions)} "
        f"GROUP BY {by} ORDER BY {by if in_order else f'requests DESC, {by}'}"
    )


def groups(*keys: str, **more: Any) -> Groups:
    return Groups(keys, SUMS, **more)


ROW_COLUMNS = (
    Column("at", "At", "time"),
    Column("ip", "IP", "ip"),
    Column("operation", "Operation"),
    Column("bucket", "Bucket"),
    Column("object", "Object"),
    Column("status", "Status"),
    Column("error", "Error"),
    Column("bytes_out", "Bytes out", "count"),
    Column("signed", "Signed with"),
    Column("role", "Role session"),
    Column("user_agent", "User agent"),
    Column("access_id", "Key or token", "id"),
    Column("requester", "Requester", "id"),
    Column("region", "Log region"),
    Column("vpc", "VPC", "id"),
    Column("request_id", "Request", "id"),
    Column("object_raw", "Object, as logged"),
    Column("topic", "Topic"),
)
ROW_FIELDS = (
    "__time__",
    "__topic__",
    "client_ip",
    "operation",
    "bucket",
    "object",
    "http_status",
    "error_code",
    "ec",
    "content_length_out",
    "response_body_length",
    "sign_type",
    "extend_information",
    "user_agent",
    "access_id",
    "requester_id",
    "vpc_id",
    "request_id",
)
"""What `values` reads, for SQL that names its columns."""


def values(row: Mapping[str, str], region: str) -> dict[str, Any]:
    """The values of `ROW_COLUMNS` from a row of the log; a field that is `-` there is empty here."""
    told = {name: "" if value in ("-", "null") else text(value) for name, value in row.items()}
    batch = told.get("__topic__") == BATCH_DELETE
    raw = told.get("object") or (quote(told.get("objectname", ""), safe="") if batch else "")
    sent = count(told.get("content_length_out"))
    return {
        "at": moment(told.get("__time__")),
        "ip": told.get("client_ip", ""),
        "operation": told.get("operation", "") or ("DeleteObjects" if batch else ""),
        "bucket": told.get("bucket", ""),
        "object": unquote(raw),
        "status": told.get("http_status", ""),
        "error": " ".join(part for part in (told.get("error_code", ""), told.get("ec", "")) if part),
        "bytes_out": count(told.get("response_body_length")) if sent is None else sent,
        "signed": _signed(told),
        "role": role_of(told.get("extend_information", "")),
        "user_agent": told.get("user_agent", ""),
        "access_id": told.get("access_id", ""),
        "requester": told.get("requester_id", ""),
        "region": region,
        "vpc": told.get("vpc_id", ""),
        "request_id": told.get("request_id", ""),
        "object_raw": raw,
        "topic": told.get("__topic__", ""),
    }


def _signed(told: Mapping[str, str]) -> str:
    """How the request was signed: with the key itself, by a URL signed beforehand, or not at all."""
    sign_type = told.get("sign_type", "")
    known = _SIGNED.get(sign_type.lower())
    return "role session" if known == "key" and told.get("extend_information") else known or sign_type


def role_of(extended: str) -> str:
    """`role/session` of a request made in a role session; the field lists parent, role, session, owner."""
    parts = [part.strip() for part in extended.split(",")]
    return "/".join(part for part in parts[1:3] if part) if len(parts) >= 3 else ""
