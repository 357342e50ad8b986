"""What an explorer of rows is about: which rows of which table, in which columns."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from aktui.case.rows.asking import (
    BY_TIME,
    EVERYTHING,
    Activity,
    Exported,
    Facet,
    Filter,
    Format,
    Order,
)
from queries.base import Column, Result
from screens.widgets.row_window import RowSource

TIME = "__time__"


class Table(RowSource, Protocol):
    """The part of `LogTable` that the screens use."""

    async def count(self, where: Filter = EVERYTHING) -> int: ...

    async def facets(self, column: str, where: Filter = EVERYTHING, top: int = 50) -> Facet: ...

    async def histogram(
        self,
        where: Filter = EVERYTHING,
        buckets: int = 60,
        *,
        start: int | None = None,
        end: int | None = None,
    ) -> Activity: ...

    async def export(
        self,
        path: Path,
        format_: Format,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        *,
        columns: Sequence[str] | None = None,
        overwrite: bool = False,
    ) -> Exported: ...


@dataclass(frozen=True)
class Subject:
    """Some rows of a table, and how to look at them."""

    title: str
    table: Table
    columns: tuple[Column, ...]
    facets: tuple[Column, ...] = ()
    base: Filter = EVERYTHING
    """Which rows of the table they are."""
    order: Order = field(default=Order(TIME, descending=True))
    window: tuple[int, int] | None = None
    """Seconds: the time that was asked about; None where nobody asked, only rows are there."""


class Filling(Protocol):
    """What brings the rows of a subject, and says how far it is."""

    @property
    def busy(self) -> bool:
        """Rows are on their way."""
        ...

    @property
    def can_go_on(self) -> bool:
        """It was stopped, or something is missing that may come when asked for again."""
        ...

    @property
    def result(self) -> Result | None:
        """What is known of how complete the rows are: state, gaps, window. Its rows are not in it."""
        ...

    def told(self) -> str:
        """Where it stands, in a line."""
        ...

    def stop(self) -> None:
        """Bring no more for now; what has come stays."""
        ...

    def go_on(self) -> None:
        """Bring what is missing."""
        ...


_AHEAD = ("at", "ip", "source_ip", "operation", "event", "method", "status", "error", "bytes_out", "bucket")
"""What is looked at first, before it has to be scrolled to."""
_EVENT_FACETS = ("source_ip", "event", "service", "region", "error")
_FACETS = ("ip", "operation", "bucket", "project", "status", *_EVENT_FACETS, "method", "access_id", "signed")


def shown_columns(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The columns of a question as its rows are shown: their time is the one they are ordered by."""
    ahead = [column for name in _AHEAD for column in columns if column.id == name]
    return tuple(
        Column(TIME, column.title, "time") if column.id == "at" and column.kind == "time" else column
        for column in (*ahead, *(column for column in columns if column not in ahead))
    )


def facet_columns(columns: Sequence[Column], most: int = 5) -> tuple[Column, ...]:
    """The columns worth counting values of."""
    known = {column.id: column for column in columns}
    return tuple(known[name] for name in _FACETS if name in known)[:most]
