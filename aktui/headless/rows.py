"""Rows on their way to stdout, in four formats. `jsonl` and `csv` are written as they come and keep none."""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from aktui.headless.gaps import as_document
from aktui.headless.output import as_json, emit, iso
from aktui.headless.table import shown_value, table
from aktui.models import Window
from aktui.text import csv_safe
from queries.base import Gap, Query, Row, Status


def ordered(query: Query, row: Row) -> dict[str, Any]:
    """A row's values, those of the columns first and in their order."""
    columns = {column.id: row.values.get(column.id) for column in query.columns}
    return {**columns, **{name: value for name, value in row.values.items() if name not in columns}}


@dataclass
class Outcome:
    """What became of a query, beside its rows."""

    key_id: str
    params: Mapping[str, str]
    window: Window
    status: Status = Status.RUNNING
    gaps: list[Gap] = field(default_factory=list)
    covered: Window | None = None
    note: str = ""
    rows: int = 0
    limited: bool = False
    """There are more rows than `--limit` asked for."""


class Writer(Protocol):
    """Takes rows one by one."""

    def row(self, row: Row) -> None: ...

    def end(self, outcome: Outcome) -> None: ...


def writer(format_: str, query: Query) -> Writer:
    kinds: dict[str, Callable[[Query], Writer]] = {
        "table": _Table,
        "json": _Json,
        "jsonl": _JsonLines,
        "csv": _Csv,
    }
    return kinds[format_](query)


class _Table:
    def __init__(self, query: Query) -> None:
        self._query = query
        self._rows: list[Row] = []

    def row(self, row: Row) -> None:
        self._rows.append(row)

    def end(self, outcome: Outcome) -> None:
        emit(table(self._query.columns, self._rows))


class _Json:
    def __init__(self, query: Query) -> None:
        self._query = query
        self._rows: list[Row] = []

    def row(self, row: Row) -> None:
        self._rows.append(row)

    def end(self, outcome: Outcome) -> None:
        lag = self._query.lag
        document = {
            "schema": "aktui.query/1",
            "query": self._query.id,
            "key_id": outcome.key_id,
            "params": outcome.params,
            "window": outcome.window,
            "status": outcome.status,
            "rows": [ordered(self._query, row) for row in self._rows],
            "limited": outcome.limited,
            "gaps": [as_document(gap) for gap in outcome.gaps],
            "covered": outcome.covered,
            "source": self._query.source,
            "lag": lag.total_seconds() if lag is not None else None,
            "limits": self._query.limits,
            "note": outcome.note,
        }
        emit(as_json(document) + "\n")


class _JsonLines:
    def __init__(self, query: Query) -> None:
        self._query = query

    def row(self, row: Row) -> None:
        emit(as_json(ordered(self._query, row), indent=None) + "\n")

    def end(self, outcome: Outcome) -> None:
        """The rows are all there is to the format; the outcome is told on stderr."""


class _Csv:
    def __init__(self, query: Query) -> None:
        self._columns = [column.id for column in query.columns]
        self._line(self._columns)

    def row(self, row: Row) -> None:
        self._line([_field(row.values.get(column)) for column in self._columns])

    def end(self, outcome: Outcome) -> None:
        """The rows are all there is to the format; the outcome is told on stderr."""

    def _line(self, values: list[str]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(values)
        emit(line.getvalue())


def _field(value: Any) -> str:
    """Times in ISO 8601, numbers as they are, texts visible and no formula."""
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return csv_safe(shown_value(value))
