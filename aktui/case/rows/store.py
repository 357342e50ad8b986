"""The rows of a case: a `RowStore` gives out tables of log rows that outlive the process."""

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

from aktui.case.rows import disk
from aktui.case.rows.engine import Engine
from aktui.case.rows.table import Keep, LogTable
from aktui.errors import CaseError


class RowStore:
    """Tables of log rows in the directory of a case, behind one DuckDB connection on a thread of its own.

    Several processes may add to one case; `LogTable.open` takes up what others have added.
    """

    def __init__(self, directory: Path, *, keep: Keep | None = None) -> None:
        """`keep` puts each part into the ledger before its rows can be seen: `Ledger.record_part`."""
        self.directory = directory
        self._folder = (directory / disk.FOLDER).absolute()
        self._keep = keep
        self._tables: dict[str, LogTable] = {}
        self._opening = asyncio.Lock()
        self._engine: Engine | None = None
        self._place: disk.Workplace | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def table(self, name: str) -> LogTable:
        """The table of that name, empty when no rows were stored in it. Raises CaseError."""
        disk.check_table(name)
        async with self._opening:
            if name not in self._tables:
                engine, place = await self._ready()
                table = LogTable(name, self._folder / name, place.path, engine, self._keep)
                await table.open()
                self._tables[name] = table
            return self._tables[name]

    async def tables(self) -> tuple[str, ...]:
        """The names of the tables that have rows on disk."""
        return await asyncio.to_thread(disk.tables_in, self._folder)

    async def aclose(self) -> None:
        """Finish the additions that have begun, then close. Closing twice is fine."""
        for table in self._tables.values():
            await table.finish()
        if self._engine is not None:
            await self._engine.aclose()
        if self._place is not None:
            place, self._place = self._place, None
            await asyncio.to_thread(place.close)

    async def _ready(self) -> tuple[Engine, disk.Workplace]:
        """The engine and its workplace, made when the first table is asked for."""
        if self._engine is not None:
            if self._place is None:
                raise CaseError("The rows of this case are closed.")
            return self._engine, self._place
        self._place = await asyncio.to_thread(disk.Workplace, self._folder)
        self._engine = Engine(self._folder, self._place.path)
        return self._engine, self._place
