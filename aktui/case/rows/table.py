"""One table of log rows: added to slice by slice, asked by window, filter, order, facet, histogram."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from aktui.case.rows import disk, parts
from aktui.case.rows.asking import (
    BY_TIME,
    EVERYTHING,
    Activity,
    Appended,
    Exported,
    Facet,
    Filter,
    Format,
    Group,
    Order,
    Part,
    Rows,
)
from aktui.case.rows.columns import Columns
from aktui.case.rows.engine import Engine
from aktui.case.rows.export import Export
from aktui.case.rows.questions import Questions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Keep = Callable[[Part], Awaitable[None]]
"""Puts a part into the ledger; returns when it is there, raises CaseError when it can not."""


class LogTable:
    """Rows of one kind (`oss_access`, `events`, …). Made by `RowStore.table`.

    Every method is awaited off the event loop and may be cancelled: a question stops, an addition that has
    begun is finished all the same. Methods raise CaseError for what is wrong with the case, UsageError for
    a column there is none of or a value that can not be compared.
    """

    def __init__(self, name: str, folder: Path, work: Path, engine: Engine, keep: Keep | None) -> None:
        self.name = name
        self.problems: tuple[str, ...] = ()
        """A sentence for each part that can not be read; its rows are missing from every answer."""
        self._folder = folder
        self._work = work
        self._engine = engine
        self._keep = keep
        self._columns = Columns()
        self._questions = Questions(name, folder, self._columns)
        self._adding = asyncio.Lock()
        self._additions: set[asyncio.Task[Appended]] = set()
        self._known: tuple[str, ...] = self._columns.names
        self._parts: tuple[Part, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The fields that rows of this table have had so far, in the order they were met; it may grow."""
        return self._known

    @property
    def version(self) -> int:
        """Grows whenever rows have come."""
        return len(self._parts)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The files its rows are in."""
        return self._parts

    async def open(self) -> None:
        """Take up the parts on disk, and finish those that a crash kept from the ledger.

        Called again, it takes up what other processes have added since.
        """
        async with self._adding:
            await self._catch_up()

    async def append(self, rows: Sequence[Mapping[str, str]], *, source: str, slice_id: str = "") -> Appended:
        """Store rows for good; returns when they are on disk, in the ledger, and can be asked for.

        `source` says where they are from, in each row's `_source`. A slice that is stored, by its source and
        its `slice_id`, is not stored again; without an id, rows are stored whatever is there.
        """
        task = asyncio.create_task(self._append(rows, source, slice_id), name=f"rows of {self.name}")
        self._additions.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def stored(self, source: str, slice_id: str) -> bool:
        """Whether that slice is there already."""
        tag = disk.tag_of(source, slice_id)
        return any(disk.read_name(part.file) == (part.seq, tag) for part in self._parts)

    async def count(self, where: Filter = EVERYTHING) -> int:
        """How many rows fit."""
        return await self._engine.run(lambda db: self._questions.count(db, where))

    async def window(
        self,
        offset: int,
        limit: int,
        *,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        columns: Sequence[str] | None = None,
    ) -> Rows:
        """Some of the rows that fit, from the `offset`-th on; all columns unless some are named.

        The first window of a filter and an order costs the work of both; later ones, however deep, do not.
        """
        chosen = tuple(self._known if columns is None else columns)
        return await self._engine.run(
            lambda db: self._questions.window(db, max(0, offset), max(0, limit), where, order, chosen)
        )

    async def rows(self, ids: Sequence[int], columns: Sequence[str] | None = None) -> Rows:
        """Rows by their ids, in that order: those marked, or the one under the cursor."""
        chosen = tuple(self._known if columns is None else columns)
        found = await self._engine.run(lambda db: self._questions.rows(db, ids, chosen))
        return Rows(chosen, tuple(ids), found, 0, len(found), self.version)

    async def locate(self, row_id: int, *, where: Filter = EVERYTHING, order: Order = BY_TIME) -> int | None:
        """Where a row stands among those that fit; None when it does not fit."""
        return await self._engine.run(lambda db: self._questions.locate(db, row_id, where, order))

    async def facets(self, column: str, where: Filter = EVERYTHING, top: int = 50) -> Facet:
        """The most frequent values of a column among the rows that fit."""
        return await self._engine.run(lambda db: self._questions.facet(db, column, where, top))

    async def groups(
        self, by: Sequence[str], where: Filter = EVERYTHING, *, total: str = "", top: int = 50, step: int = 0
    ) -> tuple[Group, ...]:
        """Rows that fit, counted by what some columns hold, the largest groups first; `total` is added up.

        `step`: apart for each span of so many seconds, 0 for all time together.
        """
        return await self._engine.run(lambda db: self._questions.groups(db, by, where, total, top, step))

    async def histogram(
        self,
        where: Filter = EVERYTHING,
        buckets: int = 60,
        *,
        start: int | None = None,
        end: int | None = None,
    ) -> Activity:
        """How many rows fit in each span of time, at most `buckets` spans, from `start` to before `end`.

        Seconds; without them, over the time of the rows that fit.
        """
        return await self._engine.run(
            lambda db: self._questions.activity(db, where, max(1, buckets), start, end)
        )

    async def export(
        self,
        path: Path,
        format_: Format,
        where: Filter = EVERYTHING,
        order: Order = BY_TIME,
        *,
        columns: Sequence[str] | None = None,
        overwrite: bool = False,
    ) -> Exported:
        """Write the rows that fit to a file outside the case, 0600, whole or not at all.

        CSV comes without formulas. CaseError when the file exists and may not be overwritten, or can't be
        written.
        """
        chosen = tuple(self._known if columns is None else columns)
        export = Export(self._questions, self._work, path, format_, chosen, overwrite)
        return await self._engine.run(lambda db: export.run(db, where, order))

    async def finish(self) -> None:
        """Wait for the additions that have begun."""
        await asyncio.gather(*self._additions, return_exceptions=True)

    def _ended(self, task: "asyncio.Task[Appended]") -> None:
        self._additions.discard(task)
        if not task.cancelled():
            task.exception()  # whoever waits gets it; nobody may

    async def _append(self, rows: Sequence[Mapping[str, str]], source: str, slice_id: str) -> Appended:
        async with self._adding:
            part = await self._engine.run(lambda db: self._write(db, rows, source, slice_id))
            if part is None:
                if rows:
                    # Another process may have stored it, or the ledger did not take it the first time.
                    await self._catch_up()
                return Appended(0, already=bool(rows))
            await self._enter(part)
            return Appended(part.rows)

    async def _catch_up(self) -> None:
        for part in await self._engine.run(self._take_up):
            await self._enter(part)

    async def _enter(self, part: Part) -> None:
        """Into the ledger first, then to be seen."""
        if self._keep is not None:
            await self._keep(part)
        await self._engine.run(lambda _: self._publish(part))

    def _write(
        self, db: "DuckDBPyConnection", rows: Sequence[Mapping[str, str]], source: str, slice_id: str
    ) -> Part | None:
        return parts.write(db, self._work, self._folder, self._columns, rows, source, slice_id)

    def _publish(self, part: Part) -> None:
        parts.publish(self._folder, part)
        self._show([part])

    def _take_up(self, db: "DuckDBPyConnection") -> list[Part]:
        """Show what is published; returns what is pending, with its hash."""
        files = disk.files_in(self._folder)
        names = [name for name in files if not name.endswith(disk.PENDING)]
        known = self._questions.parts
        news = [name for name in names if (disk.read_name(name) or (0, ""))[0] not in known]
        found, problems = parts.read(db, self._folder, news)
        self._show(found)
        waiting = [name for name in files if name.endswith(disk.PENDING)]
        pending, more = parts.read(db, self._folder, waiting)
        self.problems = (*problems, *more)
        return [parts.hashed(self._folder, part) for part in pending]

    def _show(self, found: Sequence[Part]) -> None:
        for part in found:
            self._columns.learn(part.columns)
            self._questions.parts[part.seq] = part
        self._parts = tuple(sorted(self._questions.parts.values(), key=lambda part: part.seq))
        self._known = self._columns.names
