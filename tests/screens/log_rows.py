"""Rows for the log screens: made up by the number, or in a store on disk."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from aktui.case.rows.asking import BY_TIME, EVERYTHING, Filter, Order, Rows
from queries.base import Column
from screens.widgets.row_window import Question
from screens.widgets.window_table import WindowTable

START = 1_795_000_000
COLUMNS = (
    Column("__time__", "At", "time"),
    Column("ip", "IP", "ip"),
    Column("bucket", "Bucket"),
    Column("object", "Object"),
    Column("status", "Status"),
    Column("bytes_out", "Bytes out", "count"),
)
SHOWN = tuple(column.id for column in COLUMNS)

Showing = Callable[..., AbstractAsyncContextManager[Pilot[Any]]]


class Numbers:
    """As many rows as one likes, newest first, none of them kept: row `n` is told by its number."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.before = 0
        """Rows that came since, newer than the first ones."""
        self.version = 1
        self.asked: list[tuple[int, int]] = []
        self.texts: dict[int, dict[str, Any]] = {}
        self.columns: tuple[str, ...] = SHOWN

    def arrive(self, rows: int) -> None:
        self.before += rows
        self.version += 1

    async def window(
        self,
        offset: int,
        limit: int,
        *,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        columns: Sequence[str] | None = None,
    ) -> Rows:
        self.asked.append((offset, limit))
        total = self.before + self.count
        places = range(offset, min(offset + limit, total))
        ids = tuple(self._id(place, order) for place in places)
        rows = tuple(tuple(self._values(one)[name] for name in columns or SHOWN) for one in ids)
        return Rows(tuple(columns or SHOWN), ids, rows, offset, total, self.version)

    async def locate(self, row_id: int, *, where: Filter = EVERYTHING, order: Order = BY_TIME) -> int | None:
        place = row_id + self.before
        return place if order.descending else self.before + self.count - 1 - place

    async def rows(self, ids: Sequence[int], columns: Sequence[str] | None = None) -> Rows:
        chosen = tuple(columns or SHOWN)
        rows = tuple(tuple(self._values(one)[name] for name in chosen) for one in ids)
        return Rows(chosen, tuple(ids), rows, 0, len(rows), self.version)

    def _id(self, place: int, order: Order) -> int:
        """Ids count from the first row there was; those that came since are below 0."""
        place = place if order.descending else self.before + self.count - 1 - place
        return place - self.before

    def _values(self, row_id: int) -> dict[str, Any]:
        return {
            "__time__": START - row_id,
            "ip": f"203.0.113.{row_id % 250}",
            "bucket": "acme-backups",
            "object": f"dump/{row_id}.sql",
            "status": "403" if row_id % 10 == 3 else "200",
            "bytes_out": str(row_id * 7),
            **self.texts.get(row_id, {}),
        }


NEWEST_FIRST = Question(order=Order("__time__", descending=True))


class TableApp(App[None]):
    """Nothing but a table."""

    def __init__(self, source: Any, question: Question = NEWEST_FIRST) -> None:
        super().__init__()
        self.source = source
        self.question = question

    def get_theme_variable_defaults(self) -> dict[str, str]:
        return {"muted": "#8492a3"}

    def compose(self) -> ComposeResult:
        yield WindowTable()

    def on_mount(self) -> None:
        table = self.query_one(WindowTable)
        table.show(self.source, COLUMNS, self.question)
        table.focus()


@asynccontextmanager
async def table_of(source: Any, *, size: tuple[int, int] = (80, 24)) -> Any:
    """`async with table_of(Numbers(10)) as (pilot, table):`"""
    app = TableApp(source)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot, app.query_one(WindowTable)


async def settled(pilot: Pilot[Any]) -> None:
    """Until the rows in view are there."""
    await pilot.pause()
    for _ in range(200):
        if all(worker.is_finished for worker in pilot.app.workers):
            break
        await pilot.pause(0.01)
    await pilot.pause()
