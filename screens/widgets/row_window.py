"""The stretch of rows that a windowed table holds: what is in view and a margin, nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from aktui.case.rows.asking import BY_TIME, EVERYTHING, Filter, Order, Rows, Value

MARGIN = 150
"""Rows held above and below those in view."""


class RowSource(Protocol):
    """What a windowed table draws from: the part of `LogTable` that it uses."""

    @property
    def columns(self) -> tuple[str, ...]: ...

    @property
    def version(self) -> int: ...

    async def window(
        self,
        offset: int,
        limit: int,
        *,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        columns: Sequence[str] | None = None,
    ) -> Rows: ...

    async def locate(
        self, row_id: int, *, where: Filter = EVERYTHING, order: Order = BY_TIME
    ) -> int | None: ...

    async def rows(self, ids: Sequence[int], columns: Sequence[str] | None = None) -> Rows: ...


@dataclass(frozen=True)
class Question:
    """Which rows, in which order."""

    where: Filter = EVERYTHING
    order: Order = BY_TIME


@dataclass(frozen=True)
class Block:
    """Rows that follow each other, as one question was answered."""

    question: Question
    rows: Rows

    def index_of(self, row_id: int) -> int | None:
        """Where a row stands among all, when it is in this block."""
        return self.rows.offset + self.rows.ids.index(row_id) if row_id in self.rows.ids else None

    def id_at(self, index: int) -> int | None:
        """The id of the row that stands there, when it is in this block."""
        at = index - self.rows.offset
        return self.rows.ids[at] if 0 <= at < len(self.rows.ids) else None

    def values_at(self, index: int) -> tuple[Value, ...] | None:
        """The row that stands there, when it is in this block."""
        at = index - self.rows.offset
        return self.rows.rows[at] if 0 <= at < len(self.rows.rows) else None

    def covers(self, top: int, height: int) -> bool:
        """Whether all rows that there are in these lines are here."""
        bottom = min(top + height, self.rows.total)
        return top >= bottom or (self.rows.offset <= top and bottom <= self.rows.offset + len(self.rows.rows))


def around(top: int, height: int) -> tuple[int, int]:
    """Offset and number of the rows to hold for a view of `height` lines from `top` on."""
    offset = max(0, top - MARGIN)
    return offset, top + height + MARGIN - offset
