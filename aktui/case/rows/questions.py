"""What is asked of the rows, worked out with DuckDB. Everything here runs on the worker."""

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aktui.case.rows.asking import (
    BY_TIME,
    Activity,
    Facet,
    Filter,
    Group,
    Order,
    Part,
    Rows,
    Value,
)
from aktui.case.rows.columns import Columns
from aktui.case.rows.orderings import Ordering, Orderings
from aktui.case.rows.parts import seq_of, source_of
from aktui.case.rows.schema import ROW, TIME
from aktui.case.rows.sql import Binds, Dialect

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_NANO = 1_000_000_000
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
STEPS = (
    *(1, 2, 5, 10, 15, 30),
    *(step * _MINUTE for step in (1, 2, 5, 10, 15, 30)),
    *(step * _HOUR for step in (1, 2, 3, 4, 6, 12)),
    *(step * _DAY for step in (1, 2, 7, 14, 28)),
)
"""Lengths of a span of an activity, seconds; beyond them, whole years' worth of days."""


class Questions:
    """The parts of one table as something to be asked."""

    def __init__(self, table: str, folder: Path, columns: Columns) -> None:
        self.parts: dict[int, Part] = {}
        """By number: those that may be shown."""
        self._table = table
        self._folder = folder
        self._columns = columns
        self._orderings = Orderings(table, folder)

    def dialect(self, parts: Collection[Part]) -> Dialect:
        return Dialect(self._table, self._columns, frozenset(name for part in parts for name in part.columns))

    def source(self, parts: Iterable[Part]) -> str:
        return source_of(self._folder, (part.file for part in parts))

    def ordering(self, connection: "DuckDBPyConnection", which: Filter, order: Order) -> Ordering:
        return self._orderings.get(connection, which, order, self.parts.values(), self.dialect)

    def count(self, connection: "DuckDBPyConnection", which: Filter) -> int:
        if not which or not self.parts:
            return sum(part.rows for part in self.parts.values())
        return self.ordering(connection, which, BY_TIME).rows

    def window(
        self,
        connection: "DuckDBPyConnection",
        offset: int,
        limit: int,
        which: Filter,
        order: Order,
        columns: Sequence[str],
    ) -> Rows:
        version = len(self.parts)
        if not self.parts:
            return Rows(tuple(columns), (), (), offset, 0, version)
        found = self.ordering(connection, which, order)
        ids = connection.execute(
            f"SELECT r FROM {found.name} WHERE rowid >= $1 AND rowid < $2 ORDER BY rowid",
            [offset, offset + limit],
        ).fetchall()
        wanted = tuple(int(row[0]) for row in ids)
        rows = self.rows(connection, wanted, columns)
        return Rows(tuple(columns), wanted, rows, offset, found.rows, version)

    def rows(
        self, connection: "DuckDBPyConnection", ids: Sequence[int], columns: Sequence[str]
    ) -> tuple[tuple[Value, ...], ...]:
        """The rows of these ids, in that order; an id that no part has is left out."""
        parts = [self.parts[seq] for seq in sorted({seq_of(one) for one in ids}) if seq in self.parts]
        if not parts:
            return ()
        dialect = self.dialect(parts)
        shown = ", ".join([ROW, *(f"{dialect.column(name)}" for name in columns)])
        listed = ", ".join(str(one) for one in ids)
        found = connection.execute(
            f"SELECT {shown} FROM {self.source(parts)} WHERE {ROW} IN ({listed})"
        ).fetchall()
        by_id = {row[0]: tuple(row[1:]) for row in found}
        return tuple(by_id[one] for one in ids if one in by_id)

    def locate(
        self, connection: "DuckDBPyConnection", row_id: int, which: Filter, order: Order
    ) -> int | None:
        if not self.parts:
            return None
        found = self.ordering(connection, which, order)
        row = connection.execute(f"SELECT rowid FROM {found.name} WHERE r = $1", [row_id]).fetchone()
        return int(row[0]) if row else None

    def facet(self, connection: "DuckDBPyConnection", column: str, which: Filter, top: int) -> Facet:
        if not self.parts:
            return Facet(column, (), 0, 0)
        dialect, binds = self.dialect(self.parts.values()), Binds()
        where = self._among(connection, which, dialect, binds)
        rows = connection.execute(
            "SELECT v, n, count(*) OVER (), sum(n) OVER () FROM"
            f" (SELECT {dialect.column(column)} AS v, count(*) AS n FROM {self.source(self.parts.values())}"
            f" WHERE {where} GROUP BY 1) ORDER BY n DESC, v ASC NULLS LAST LIMIT {int(top)}",
            binds.values,
        ).fetchall()
        values = tuple((row[0], int(row[1])) for row in rows)
        distinct, total = (int(rows[0][2]), int(rows[0][3])) if rows else (0, 0)
        return Facet(column, values, distinct, total - sum(count for _, count in values))

    def groups(
        self,
        connection: "DuckDBPyConnection",
        by: Sequence[str],
        which: Filter,
        total: str,
        top: int,
        step: int = 0,
    ) -> tuple[Group, ...]:
        """`step`: rows of different spans of so many seconds are different groups; 0 for all in one."""
        if not self.parts:
            return ()
        dialect, binds = self.dialect(self.parts.values()), Binds()
        where = self._among(connection, which, dialect, binds)
        keys = ", ".join(dialect.column(name) for name in by)
        span = f", {TIME} // {int(step)} AS span" if step else ""
        amount = f"sum(TRY_CAST({dialect.column(total)} AS HUGEINT))" if total else "0"
        rows = connection.execute(
            f"SELECT count(*) AS n, coalesce({amount}, 0)::HUGEINT, min({TIME}), max({TIME}), {keys}{span}"
            f" FROM {self.source(self.parts.values())} WHERE {where} GROUP BY ALL"
            f" ORDER BY n DESC, {keys}{', span' if step else ''} LIMIT {int(top)}",
            binds.values,
        ).fetchall()
        return tuple(
            Group(tuple(row[4 : 4 + len(by)]), int(row[0]), int(row[1]), row[2], row[3]) for row in rows
        )

    def _among(self, connection: "DuckDBPyConnection", which: Filter, dialect: Dialect, binds: Binds) -> str:
        """A condition for the rows that fit. Words cost a look into every column, so that is done once."""
        if any(which.words):
            return f"{ROW} IN (SELECT r FROM {self.ordering(connection, which, BY_TIME).name})"
        return dialect.where(which, binds)

    def activity(
        self,
        connection: "DuckDBPyConnection",
        which: Filter,
        buckets: int,
        start: int | None,
        end: int | None,
    ) -> Activity:
        """Counts over the span asked for, or over that of the rows that fit."""
        if not self.parts:
            return Activity(start or 0, 1, (), 0)
        name = self.ordering(connection, which, BY_TIME).name
        first, last, untimed = connection.execute(
            f"SELECT min(t) // {_NANO}, max(t) // {_NANO}, count(*) FILTER (t IS NULL) FROM {name}"
        ).fetchall()[0]
        if first is None and (start is None or end is None):
            return Activity(start or 0, 1, (), int(untimed))
        begin, until = first if start is None else start, last + 1 if end is None else end
        step = step_for(begin, until, buckets)
        base = begin // step * step
        counts = [0] * max(1, -(-(until - base) // step))
        for bucket, count in connection.execute(
            f"SELECT (t // {_NANO} - $1) // $2, count(*) FROM {name} WHERE t >= $3 AND t < $4 GROUP BY 1",
            [base, step, begin * _NANO, until * _NANO],
        ).fetchall():
            counts[bucket] = count
        return Activity(base, step, tuple(counts), int(untimed))


def step_for(start: int, end: int, buckets: int) -> int:
    """The shortest usual step with which at most `buckets` spans, aligned to it, cover the time."""
    for step in STEPS:
        if -(-end // step) - start // step <= buckets:
            return step
    days = 365 * _DAY
    return days * max(1, -(-(end - start) // (days * max(1, buckets - 1))))
