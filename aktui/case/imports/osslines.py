"""Access-log files as OSS delivers them to a bucket: a line a request, fields by their place.

The fields come under the names that the real-time log has for the same things.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta, timezone

from aktui.case.imports.found import OSS_ACCESS, Bad, Found
from aktui.case.imports.lines import Line

_FIELD = re.compile(r'\[([^\]]*)\](?: |$)|"((?:[^"\\]|\\.|"(?! |$))*)"(?: |$)|(\S*)(?: |$)')
_NAMES = (
    *("client_ip", "", "", "time", "", "http_status", "content_length_out", "response_time", "referer"),
    *("user_agent", "host", "request_id", "logging_flag", "requester_id", "operation", "bucket", "object"),
    *("object_size", "server_cost_time", "error_code", "request_length", "owner_id", "delta_data_size"),
    *("sync_request", "bucket_storage_type", "target_storage_class", "acc_access_region", "access_id"),
)
_QUOTED = frozenset((4, 8, 9, 10, 11, 12, 13, 14, 15, 16, 19, 21, 23, 24, 25, 26, 27))
_USUAL = re.compile(
    " ".join(
        r"\[([^\]]*)\]" if place == 3 else r'"([^"\\]*)"' if place in _QUOTED else r'([^\s"\[]+)'
        for place in range(len(_NAMES))
    )
)
"""A line of today with nothing unusual in it, at once: four times as fast as field by field."""

FEWEST = 27
"""Fields of lines from before the AccessKey ID was logged."""
_MOST = len(_NAMES) + 12
"""Fields that a later format may have added. More come from a quote inside a field that moved the others."""

_NUMBERS = (6, 7, 17, 18, 20, 22)
_TIME = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)")
_MONTHS = {
    name: number
    for number, name in enumerate(
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], start=1
    )
}


def rows(lines: Iterable[Line]) -> Iterator[Found | Bad]:
    for line in lines:
        if not line.text.strip():
            continue
        if line.longer:
            yield Bad(line.number, f"the line is too long: {line.longer:,} characters more", line.text)
            continue
        fields = split(line.text)
        reason = _wrong(fields)
        if reason:
            yield Bad(line.number, reason, line.text)
        else:
            yield Found(OSS_ACCESS, line.number, _named(fields), len(line.text))


def split(text: str) -> list[str]:
    """The fields of a line, without the quotes and brackets around them; of too many only the first."""
    usual = _USUAL.fullmatch(text)
    if usual:
        return list(usual.groups())
    fields, at = list[str](), 0
    while at < len(text) and len(fields) <= _MOST:
        field = _FIELD.match(text, at)
        if field is None or field.end() == at:
            break
        time, quoted, bare = field.groups()
        fields.append(_plain(quoted) if quoted is not None else bare if time is None else time)
        at = field.end()
    return fields


def seconds(text: str) -> int | None:
    """`03/Jan/2021:14:59:49 +0800` as seconds since 1970, whatever language the machine speaks."""
    found = _TIME.fullmatch(text)
    if found is None or found[2] not in _MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    offset = timedelta(hours=int(found[8]), minutes=int(found[9])) * (1 if found[7] == "+" else -1)
    try:
        zone = timezone(offset)
        return int(datetime(year, _MONTHS[found[2]], day, hour, minute, second, tzinfo=zone).timestamp())
    except ValueError:
        return None


def _plain(quoted: str) -> str:
    return re.sub(r'\\(["\\])', r"\1", quoted) if "\\" in quoted else quoted


def _wrong(fields: list[str]) -> str:
    """Why these are not the fields of a request, or empty."""
    if not FEWEST <= len(fields) <= _MOST:
        found = f"more than {_MOST}" if len(fields) > _MOST else f"{len(fields)}"
        return f"{found} fields instead of {FEWEST} or {len(_NAMES)}"
    if seconds(fields[3]) is None:
        return "the fourth field is no time"
    if not re.fullmatch(r"\d{3}|-", fields[5]):
        return "the sixth field is no HTTP status"
    if not all(re.fullmatch(r"-?\d+|-", fields[place]) for place in _NUMBERS):
        return "a field that holds a number holds something else"
    return "" if fields[12] in ("true", "false", "-") else "the thirteenth field is neither true nor false"


def _named(fields: list[str]) -> dict[str, str]:
    row = {"__time__": str(seconds(fields[3])), "__topic__": "oss_access_log"}
    row |= {name: value for name, value in zip(_NAMES, fields, strict=False) if name}
    row["http_method"], _, row["request_uri"] = fields[4].partition(" ")
    row |= {f"field_{place}": value for place, value in enumerate(fields[len(_NAMES) :], len(_NAMES) + 1)}
    return row
