"""What may stand in the `projects` of an account file, named as the log service's answers name it."""

import re
from datetime import UTC, datetime

from aktui.simcloud.portable.check import (
    Fields,
    Needed,
    Problems,
    anything,
    as_moment,
    flag,
    many,
    named,
    record,
    shown,
    table,
    text,
    whole,
)

_LOCAL = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")


def moment_of(value: object) -> datetime | None:
    """A time as files have it, seconds since 1970 or the local time of GetProject. Raises ValueError."""
    if isinstance(value, str):
        if _LOCAL.fullmatch(value):
            return datetime.fromisoformat(f"{value}+08:00").astimezone(UTC)
        return as_moment(value)
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**11:
        return datetime.fromtimestamp(value, UTC)
    raise ValueError("no time")


def _created(value: object, path: str, problems: Problems) -> None:
    try:
        moment_of(value)
    except ValueError:
        told = shown(value) if isinstance(value, str) else named(value)
        problems.add(path, f"{told} is no time like 2026-11-22T03:12:44Z")


def _tokens(value: object, path: str, problems: Problems) -> None:
    if not isinstance(value, list) or not all(isinstance(one, str) and len(one) == 1 for one in value):
        problems.add(path, "must be a list of single characters")


_KEY: Fields = {
    "type": Needed(text("text", "long", "double", "json")),
    "alias": text(),
    "caseSensitive": flag,
    "chn": flag,
    "doc_value": flag,
    "searchable": flag,
    "token": _tokens,
    "index_all": flag,
    "max_depth": whole,
}

_INDEX = record(
    {
        "keys": table(record({**_KEY, "json_keys": table(record(_KEY))})),
        "line": record(
            {
                "token": _tokens,
                "caseSensitive": flag,
                "chn": flag,
                "include_keys": anything,
                "exclude_keys": anything,
            }
        ),
        "immutable": flag,
        "index_mode": anything,
        "storage": anything,
        "ttl": anything,
        "lastModifyTime": anything,
        "log_reduce": anything,
        "log_reduce_white_list": anything,
        "log_reduce_black_list": anything,
        "max_text_len": anything,
        "scan_index": anything,
    }
)


def _index(value: object, path: str, problems: Problems) -> None:
    """As GetIndex returns it; null for none."""
    if value is not None:
        _INDEX(value, path, problems)


_LOGSTORE = record(
    {
        "logstoreName": Needed(text(pattern=r"[a-z0-9][a-z0-9_-]{1,127}", like="oss-log-store")),
        "ttl": whole,
        "createTime": _created,
        "index": _index,
        "rows": anything,
        "added": anything,
        "incomplete": whole,
        **dict.fromkeys(
            (
                "shardCount",
                "enable_tracking",
                "autoSplit",
                "maxSplitShard",
                "appendMeta",
                "telemetryType",
                "mode",
                "hot_ttl",
                "infrequentAccessTTL",
                "archiveSeconds",
                "lastModifyTime",
                "encrypt_conf",
                "productType",
                "resourceQuota",
                "processorId",
            ),
            anything,
        ),
    }
)

PROJECT = record(
    {
        "projectName": Needed(text(pattern=r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]", like="acme-prod-logs")),
        "region": Needed(text(pattern=r"[a-z0-9-]{4,40}", like="cn-hangzhou")),
        "description": text(),
        "createTime": _created,
        "logstores": many(_LOGSTORE),
        **dict.fromkeys(
            (
                "status",
                "owner",
                "lastModifyTime",
                "resourceGroupId",
                "dataRedundancyType",
                "recycleBinEnabled",
                "quota",
                "location",
            ),
            anything,
        ),
    }
)
"""A project with its Logstores; `rows` and `added` are checked where they are read, as they may be many."""
