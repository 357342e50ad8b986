"""Answers to queries, computed in a thread: rows of a search, rows of SQL, a histogram."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

import duckdb

from aktui.simcloud.logs import search
from aktui.simcloud.logs.asked import Query
from aktui.simcloud.logs.condition import Condition, condition
from aktui.simcloud.logs.context import places
from aktui.simcloud.logs.fields import Fields
from aktui.simcloud.logs.sql import MOST_ROWS, translate
from aktui.simcloud.logs.sql_errors import refused, too_long, too_many_rows
from aktui.simcloud.logs.store import Index
from aktui.simcloud.logs.table import QueryTimeout, Table, rows_where
from aktui.simcloud.logs.text import as_text, column_type

T = TypeVar("T")

_STEPS = (1, 5, 10, 15, 30, 60, 300, 600, 900, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800)
_MOST_BUCKETS = 60
_ZONE = 8 * 3600
"""Days of a histogram begin at midnight of China Standard Time."""


@dataclass(frozen=True)
class Found:
    """What a query found."""

    rows: list[dict[str, str]]
    complete: bool
    processed: int
    """So many rows matched the search part."""
    keys: list[str] = field(default_factory=list)
    types: list[str] = field(default_factory=list)
    limited: int = 0


def find(table: Table, index: Index, query: Query, *, complete: bool) -> Found:
    """Rows of a search. An answer in part has the first half of them. Raises ApiError."""
    wanted = _condition(table.fields(index), query)
    numbers = _timely(lambda: table.find(wanted, query.window))
    start, end = _page(len(numbers), query)
    if not complete:
        start, end = (start + (end - start + 1) // 2, end) if query.reverse else (start, (start + end) // 2)
    rows = _timely(lambda: table.rows(numbers, start, end))
    if query.with_places:
        rows = [row | places(number) for number, row in zip(numbers[start:end], rows, strict=True)]
    if query.reverse:
        rows = rows[::-1]
    return Found(rows, complete, len(numbers), list(dict.fromkeys(name for row in rows for name in row)))


def select(table: Table, index: Index, query: Query, now: datetime, name: str, *, complete: bool) -> Found:
    """Rows of SQL. An answer in part is over the first half of the time. Raises ApiError."""
    fields = table.fields(index)
    wanted = _condition(fields, query)
    statement = translate(query.sql, fields, now, name)
    start, end = query.window
    window = query.window if complete else (start, start + (end - start) // 2)
    whole = statement.over(rows_where(wanted, window))
    try:
        columns, found = table.run(whole, wanted.values)
    except QueryTimeout:
        raise too_long() from None
    except duckdb.Error as error:
        raise refused(error, query.sql) from None
    if len(found) > MOST_ROWS:
        raise too_many_rows()
    names = [column.name for column in columns]
    rows = [{key: as_text(value) for key, value in zip(names, row, strict=True)} for row in found]
    counted = _timely(lambda: table.count(wanted, window))
    types = [column_type(column.type) for column in columns]
    return Found(rows, complete, counted, names, types, statement.limited)


def histogram(table: Table, index: Index, query: Query, *, complete: bool) -> list[dict[str, Any]]:
    """How many rows match in each part of the window. An answer in part knows the first half only."""
    wanted = _condition(table.fields(index), query)
    start, end = query.window
    step = interval(end - start)
    counts = _timely(lambda: table.count_by(wanted, query.window, step, _ZONE))
    buckets = []
    at = (start + _ZONE) // step * step - _ZONE
    while at < end:
        low, high = max(at, start), min(at + step, end)
        known = complete or high <= start + (end - start) // 2
        progress = "Complete" if known else "Incomplete"
        count = counts.get(at, 0) if known else 0
        buckets.append({"from": low, "to": high, "count": count, "progress": progress})
        at += step
    return buckets


def interval(seconds: int) -> int:
    """How long the parts of a histogram are: the shortest that makes no more than 60 or so of them."""
    for step in _STEPS:
        if seconds <= step * _MOST_BUCKETS:
            return step
    weeks = -(-seconds // (_STEPS[-1] * _MOST_BUCKETS))
    return _STEPS[-1] * weeks


def _condition(fields: Fields, query: Query) -> Condition:
    node = search.parse(query.search)
    if query.topic:
        node = search.All((node, search.Words(query.topic, "__topic__")))
    return condition(node, fields)


def _page(count: int, query: Query) -> tuple[int, int]:
    """Which of the matches make the page, oldest first; the end is not included."""
    if query.reverse:
        end = max(0, count - query.offset)
        return max(0, end - query.line), end
    start = min(query.offset, count)
    return start, min(start + query.line, count)


def _timely(ask: Callable[[], T]) -> T:
    try:
        return ask()
    except QueryTimeout:
        raise too_long() from None
