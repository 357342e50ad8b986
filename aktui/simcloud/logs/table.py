"""The rows of one Logstore in a DuckDB of their own: loaded at the first query, locked, queried in threads.

Nothing but this Logstore is in the database, and it may neither read files nor change a setting, so that no
query reaches anything else, whatever it says.
"""

import threading
from array import array
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aktui.simcloud.logs.condition import Condition
from aktui.simcloud.logs.fields import Fields, inner_names
from aktui.simcloud.logs.functions import MACROS
from aktui.simcloud.logs.store import RESERVED, Index, Logstore, fields_of, insert, quoted

if TYPE_CHECKING:
    import duckdb

LONGEST = 55.0
"""Seconds after which a query is ended."""

MEMORY = "1GB"
THREADS = 1
_ROWS = "stored"
_SAMPLE = 3000
_BLOCK = 1000
_BLOCKS_KEPT = 24
_KEPT = 64
"""So many searches are remembered, newest last, for the pages that follow."""


@dataclass(frozen=True)
class Column:
    """A column of a result."""

    name: str
    type: str
    """In DuckDB's words."""


Values = Mapping[str, Any]
Window = tuple[int, int]
"""Seconds since 1970, the end not included."""


class QueryTimeout(Exception):
    """A query took longer than the service lets it."""


class Table:
    """The rows of a Logstore. Every method is for a thread: the first call loads the rows."""

    def __init__(self, logstore: Logstore) -> None:
        self._logstore = logstore
        self._lock = threading.Lock()
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._columns: tuple[str, ...] = ()
        self._inner: dict[str, dict[str, tuple[str, ...]]] = {}
        self._stored = 0
        self._arrived: list[int] = []
        """Times of the rows that came in since the loading, sorted."""
        self._found: OrderedDict[object, array[int]] = OrderedDict()
        self._blocks: OrderedDict[tuple[int, ...], list[dict[str, str]]] = OrderedDict()
        self._cursors: set[duckdb.DuckDBPyConnection] = set()

    def fields(self, index: Index) -> Fields:
        """The fields as an index shows them, over all rows there are now."""
        self._ready()
        return Fields(index, self._columns, self._inner)

    def find(self, condition: Condition, window: Window) -> "array[int]":
        """The numbers of the rows that match, oldest first. Raises QueryTimeout."""
        self._ready()
        key = (condition.sql, tuple(condition.values.items()), window, self._arrived_in(window))
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
                return self._found[key]
        statement = f'SELECT rowid FROM {rows_where(condition, window)} ORDER BY "__time__", rowid'  # noqa: S608
        _, rows = self.run(statement, condition.values)
        numbers = array("q", (row[0] for row in rows))
        with self._lock:
            self._found[key] = numbers
            while len(self._found) > _KEPT:
                self._found.popitem(last=False)
        return numbers

    def rows(self, numbers: Sequence[int], start: int, end: int) -> list[dict[str, str]]:
        """The rows of `numbers[start:end]`, oldest first; a field that a row lacks is absent.

        Whoever reads a second page is about to read many: from there on rows are fetched by the block and
        kept a while.
        """
        if end <= _BLOCK // 10:
            return self._fetched(numbers[start:end])
        rows: list[dict[str, str]] = []
        for block in range(start // _BLOCK, (max(start, end - 1)) // _BLOCK + 1):
            first = block * _BLOCK
            rows += self._block(numbers, first)[max(start - first, 0) : end - first]
        return rows

    def _block(self, numbers: Sequence[int], first: int) -> list[dict[str, str]]:
        wanted = numbers[first : first + _BLOCK]
        key = tuple(wanted)
        with self._lock:
            kept = self._blocks.get(key)
        if kept is None:
            kept = self._fetched(wanted)
            with self._lock:
                self._blocks[key] = kept
                while len(self._blocks) > _BLOCKS_KEPT:
                    self._blocks.popitem(last=False)
        return kept

    def _fetched(self, wanted: Sequence[int]) -> list[dict[str, str]]:
        if not wanted:
            return []
        listed = ",".join(map(str, wanted))
        # The span lets DuckDB skip what lies outside before it looks at the list.
        span = f"rowid BETWEEN {min(wanted)} AND {max(wanted)} AND rowid IN ({listed})"
        columns, found = self.run(f"SELECT rowid, * FROM {_ROWS} WHERE {span}", {})  # noqa: S608
        by_number = {row[0]: _row(columns, row) for row in found}
        return [by_number[number] for number in wanted]

    def count_by(self, condition: Condition, window: Window, seconds: int, shift: int) -> dict[int, int]:
        """How many rows match in each interval that has some, by the start of the interval."""
        start = f'("__time__" + {shift}) // {seconds} * {seconds} - {shift}'
        _, rows = self.run(
            f"SELECT {start}, count(*) FROM {rows_where(condition, window)} GROUP BY 1",  # noqa: S608
            condition.values,
        )
        return dict(rows)

    def count(self, condition: Condition, window: Window) -> int:
        """How many rows match."""
        _, rows = self.run(f"SELECT count(*) FROM {rows_where(condition, window)}", condition.values)  # noqa: S608
        return int(rows[0][0])

    def size(self) -> int:
        """How many rows there are."""
        self._ready()
        return self._stored

    def run(self, statement: str, values: Values) -> tuple[list[Column], list[tuple[Any, ...]]]:
        """Columns and rows of one statement. Raises QueryTimeout, duckdb.Error."""
        self._ready()
        assert self._connection is not None
        import duckdb

        cursor = self._connection.cursor()
        timer = threading.Timer(LONGEST, cursor.interrupt)
        timer.daemon = True
        timer.start()
        self._cursors.add(cursor)
        try:
            done = cursor.execute(statement, dict(values)) if values else cursor.execute(statement)
            columns = [Column(str(name), str(kind)) for name, kind, *_ in done.description or []]
            return columns, done.fetchall()
        except duckdb.InterruptException:
            raise QueryTimeout from None
        finally:
            timer.cancel()
            self._cursors.discard(cursor)
            cursor.close()

    @property
    def loaded(self) -> bool:
        return self._connection is not None

    def warm(self) -> None:
        """Load the rows ahead of the first query, unless `stop` ends that."""
        import duckdb

        with suppress(duckdb.InterruptException):
            self._ready()

    def stop(self) -> None:
        """End the queries that are under way, and the loading."""
        for cursor in list(self._cursors):
            cursor.interrupt()

    def _ready(self) -> None:
        with self._lock:
            if self._connection is None:
                self._connection = self._load()
            self._take_in(self._connection)

    def _load(self) -> "duckdb.DuckDBPyConnection":
        # Not before the first query: the practice cloud is to answer soon after its start.
        import duckdb

        connection = duckdb.connect(config={"threads": THREADS, "memory_limit": MEMORY, "temp_directory": ""})
        self._cursors.add(connection)
        try:
            return self._filled(connection)
        finally:
            self._cursors.discard(connection)

    def _filled(self, connection: "duckdb.DuckDBPyConnection") -> "duckdb.DuckDBPyConnection":
        self._logstore.rows.load(connection, "incoming")
        order = (
            'SELECT coalesce(bool_and(before), TRUE) FROM (SELECT lag("__time__", 1, "__time__") OVER () <='
        )
        sorted_already = connection.execute(f'{order} "__time__" AS before FROM incoming)').fetchall()
        if sorted_already == [(True,)]:
            connection.execute(f"ALTER TABLE incoming RENAME TO {_ROWS}")
        else:
            # Rows in the order of time make windows cheap: whole stretches are skipped.
            connection.execute(f'CREATE TABLE {_ROWS} AS FROM incoming ORDER BY "__time__"')
            connection.execute("DROP TABLE incoming")
        for macro in MACROS:
            connection.execute(macro)
        self._describe(connection)
        for name in self._json_fields():
            self._inner[name] = self._sample(connection, name)
        for lock in ("SET enable_external_access = false", "SET lock_configuration = true"):
            connection.execute(lock)
        return connection

    def _describe(self, connection: "duckdb.DuckDBPyConnection") -> None:
        described = connection.execute(f"DESCRIBE {_ROWS}").fetchall()
        self._columns = tuple(str(row[0]) for row in described if row[0] not in RESERVED)
        counted = connection.execute(f"SELECT count(*) FROM {_ROWS}").fetchall()  # noqa: S608
        self._stored = int(counted[0][0])

    def _arrived_in(self, window: Window) -> int:
        """How many rows of a window came in later: what is remembered of it is good until one more does."""
        low, high = window
        return bisect_left(self._arrived, high) - bisect_left(self._arrived, low)

    def _json_fields(self) -> list[str]:
        fields = self._logstore.index.fields if self._logstore.index else {}
        return [name for name in self._columns if name in fields and fields[name].type == "json"]

    def _sample(self, connection: "duckdb.DuckDBPyConnection", name: str) -> dict[str, tuple[str, ...]]:
        step = max(1, self._stored // _SAMPLE)
        found = connection.execute(
            f"SELECT {quoted(name)} FROM {_ROWS} WHERE rowid % {step} = 0 AND {quoted(name)} IS NOT NULL"  # noqa: S608
        ).fetchall()
        return inner_names(str(row[0]) for row in found)

    def _take_in(self, connection: "duckdb.DuckDBPyConnection") -> None:
        """Store the rows that came in since the last query."""
        arrived = self._logstore.added
        if not arrived:
            return
        # Others append meanwhile: only what was copied may be taken out.
        rows = arrived[: len(arrived)]
        del arrived[: len(rows)]
        known = {name.lower() for name in self._columns}
        for name in fields_of(rows):
            if name.lower() not in known:
                connection.execute(f"ALTER TABLE {_ROWS} ADD COLUMN {quoted(name)} VARCHAR")
                known.add(name.lower())
        insert(connection, _ROWS, rows)
        self._arrived = sorted([*self._arrived, *(int(row["__time__"]) for row in rows)])
        self._describe(connection)
        for name in self._json_fields():
            known_names = self._inner.setdefault(name, {})
            known_names |= inner_names(row[name] for row in rows if name in row)


def rows_where(condition: Condition, window: Window) -> str:
    """What follows FROM where the rows that match are read."""
    low, high = window
    return f'{_ROWS} WHERE "__time__" >= {low} AND "__time__" < {high} AND {condition.sql}'


def _row(columns: list[Column], row: tuple[Any, ...]) -> dict[str, str]:
    found = zip(columns[1:], row[1:], strict=True)
    return {column.name: str(value) for column, value in found if value is not None}
