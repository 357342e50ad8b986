"""The rows that fit a filter, in order: worked out once, kept for the next window, grown as parts come.

An ordering is a table of row ids in memory (on disk when that is short), in which the n-th row is found at
once however deep it lies. When parts have come since, only they are read and filtered.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from aktui.case.rows.asking import BY_TIME, Filter, Order, Part
from aktui.case.rows.parts import source_of
from aktui.case.rows.schema import ROW, TIME
from aktui.case.rows.sql import Binds, Dialect

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

KEPT = 6
"""Orderings kept; the one that was not asked for longest goes."""


@dataclass(frozen=True)
class Ordering:
    """A table with a row id in `r`, its time in nanoseconds in `t`, standing in order."""

    name: str
    rows: int
    seen: frozenset[int]
    """Numbers of the parts that are in it."""


class Orderings:
    """The orderings of one table of rows. Used on the worker only."""

    def __init__(self, table: str, folder: Path) -> None:
        self._table = table
        self._folder = folder
        self._kept: OrderedDict[tuple[Filter, Order], Ordering] = OrderedDict()
        self._made = 0

    def get(
        self,
        connection: "DuckDBPyConnection",
        which: Filter,
        order: Order,
        parts: Collection[Part],
        dialect: Callable[[Collection[Part]], Dialect],
    ) -> Ordering:
        """The rows of these parts, of which there is at least one, that fit, in order."""
        kept = self._kept.get((which, order))
        news = [part for part in parts if kept is None or part.seq not in kept.seen]
        if kept is None or news:
            made = self._grown(connection, which, order, kept, news, dialect(news))
            if kept is not None:
                connection.execute(f"DROP TABLE {kept.name}")
            kept = self._kept[which, order] = made
        self._kept.move_to_end((which, order))
        while len(self._kept) > KEPT:
            _, oldest = self._kept.popitem(last=False)
            connection.execute(f"DROP TABLE {oldest.name}")
        return kept

    def _grown(
        self,
        connection: "DuckDBPyConnection",
        which: Filter,
        order: Order,
        old: Ordering | None,
        news: Sequence[Part],
        dialect: Dialect,
    ) -> Ordering:
        self._made += 1
        name, binds = f"ordering_{self._table}_{self._made}", Binds()
        key = "" if order.column == TIME else f"{dialect.key(order)} AS k, "
        found = f"SELECT {key}{dialect.nanoseconds()} AS t, {ROW} AS r FROM"
        files = source_of(self._folder, (part.file for part in news))
        found = f"{found} {files} WHERE {dialect.where(which, binds)}"
        both = f"SELECT * FROM {old.name} UNION ALL {found}" if old else found
        statement = f"CREATE TEMP TABLE {name} AS SELECT * FROM ({both}) {_by(order)}"
        connection.execute(statement, binds.values)
        rows = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
        seen = frozenset(part.seq for part in news) | (old.seen if old else frozenset())
        return Ordering(name, int(rows[0]) if rows else 0, seen)


def _by(order: Order) -> str:
    way = "DESC" if order.descending else "ASC"
    if order.column == BY_TIME.column:
        return f"ORDER BY t {way} NULLS LAST, r {way}"
    return f"ORDER BY k {way} NULLS LAST, t ASC NULLS LAST, r ASC"
