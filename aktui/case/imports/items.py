"""JSON values as rows: events of ActionTrail in whatever wrapping, rows of the log service."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from aktui.case.imports.found import EVENTS, OSS_ACCESS, OTHER, SLS_OPERATIONS, Bad, Found
from aktui.case.imports.jsonvalues import Item
from aktui.case.rows.schema import OURS

TOPIC = "actiontrail_audit_event"


def rows(items: Iterable[Item | Bad]) -> Iterator[Found | Bad]:
    for item in items:
        if isinstance(item, Bad):
            yield item
        else:
            yield from _of(item.line, item.value, item.text)


def _of(line: int, value: Any, text: str) -> Iterator[Found | Bad]:
    if not isinstance(value, dict):
        yield Bad(line, "neither an event nor a row of a log", text)
        return
    for inside in ("Events", "data"):
        if isinstance(value.get(inside), list) and "eventName" not in value:
            for one in value[inside]:
                yield from _of(line, one, json.dumps(one, ensure_ascii=False))
            return
    if "eventTime" in value and ("eventName" in value or "eventId" in value):
        yield event(line, value, text, {})
    elif "event" in value and _is_event_row(value):
        yield event_of(line, value, text)
    else:
        yield _row(line, value, text)


def event(line: int, value: Mapping[str, Any], text: str, around: Mapping[str, str]) -> Found:
    """An event as the trail's Logstore has it: one field with the JSON as it came."""
    moment = seconds(value.get("eventTime"))
    at = {"__time__": str(value.get("eventTime")) if moment is None else str(moment)}
    return Found(EVENTS, line, {**at, "__topic__": TOPIC, **around, "event": text}, len(text))


def seconds(moment: object) -> int | None:
    """`2026-11-18T02:21:00Z` as seconds since 1970."""
    try:
        found = datetime.fromisoformat(str(moment))
        return int(found.timestamp()) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def fields_of(value: Mapping[str, Any]) -> dict[str, str]:
    """A row's fields as text, as the log service has them; what holds nothing is left out.

    A file that was exported from a case has the columns that an import fills: they get another name.
    """
    row = {}
    for name, item in value.items():
        if item is not None:
            row[f"exported{name}" if name in OURS else name] = (
                item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
            )
    return row


def table_of(row: Mapping[str, str]) -> str:
    """Which log a row is from, by its topic or its fields; empty for what is no log row."""
    topic = row.get("__topic__", "")
    if topic in ("oss_access_log", "oss_batch_delete_log", "oss_metering_log"):
        return OSS_ACCESS
    if topic.startswith("actiontrail_") or _is_event_row(row):
        return EVENTS
    if {"Method", "Project", "RequestId"} <= row.keys():
        return SLS_OPERATIONS
    if {"bucket", "operation", "http_status"} <= row.keys():
        return OSS_ACCESS
    return OTHER if "__time__" in row else ""


def _is_event_row(value: Mapping[str, Any]) -> bool:
    inner = value.get("event")
    return isinstance(inner, dict) or (isinstance(inner, str) and inner.lstrip().startswith("{"))


def event_of(line: int, value: Mapping[str, Any], text: str) -> Found | Bad:
    """A row of a trail's Logstore; its time is the event's when it has none of its own."""
    inner = value["event"]
    raw = inner if isinstance(inner, str) else json.dumps(inner, ensure_ascii=False)
    try:
        parsed = json.loads(raw)
    except (ValueError, RecursionError) as error:
        return Bad(line, f"the event in the row is no JSON: {error}", text)
    return event(line, parsed, raw, fields_of({name: one for name, one in value.items() if name != "event"}))


def _row(line: int, value: Mapping[str, Any], text: str) -> Found | Bad:
    try:
        row = fields_of(value)
    except (ValueError, RecursionError) as error:
        return Bad(line, f"a row that can not be taken in: {error}", text)
    table = table_of(row)
    if not table:
        return Bad(line, "neither an event nor a row of a log", text)
    return Found(table, line, row, len(text))
