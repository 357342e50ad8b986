"""Events of the key and its user, lookup by lookup: planned, begun when told, stopped, gone on with."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aktui.case.rows.asking import Condition, Filter
from aktui.errors import AktuiError
from queries import catalogue
from queries.base import Gap, Result, Status, final_status
from queries.logs import keyevents, traillogs
from queries.logs.keyevents import Lookups, Unit
from screens.logpanes.download import SOURCE
from screens.logpanes.fetching import Fetching, Phase
from screens.logpanes.subject import Subject, facet_columns, shown_columns
from screens.widgets.cells import counted
from screens.widgets.coverage import WORDS
from screens.widgets.display import duration

if TYPE_CHECKING:
    from aktui.case.rows.store import RowStore
    from aktui.case.rows.table import LogTable

AT_ONCE = 6
"""Lookups under way; the rate of the account is what counts."""


@dataclass
class Collection(Fetching):
    """Events by LookupEvents, in all regions."""

    store: "RowStore"
    regions: str = "all"
    _units: tuple[Unit, ...] = field(default=(), init=False)
    _lookups: Lookups | None = field(default=None, init=False)

    def plan(self) -> None:
        """Find out what there is to look up; ask for no events yet."""
        if not self.busy and not self._units:
            self.start(self._plan())

    @property
    def rows(self) -> int:
        return sum(unit.rows for unit in self._units)

    @property
    def _left(self) -> list[Unit]:
        return [unit for unit in self._units if not unit.done]

    @property
    def result(self) -> Result | None:
        """How complete the events are; its rows lie in the case."""
        if not self._units or (self.phase is Phase.NEW and not self.rows):
            return None
        gaps = tuple(gap for unit in self._units for gap in unit.gaps)
        left = [unit for unit in self._left if not unit.gaps]
        if left and not self.busy:
            detail = f"{len(left)} of {len(self._units)} lookups are left. Press r to go on."
            gaps = (*gaps, Gap(Status.PARTIAL, "lookups", detail))
        query = replace(
            catalogue()["recent-events"], question="What did the key and its user do, in all regions?"
        )
        found = Result(query, {}, Status.RUNNING, gaps=gaps, asked=self.asking.window, as_of=self.as_of)
        if self.busy:
            return found
        status = final_status(found)
        return replace(
            found, status=Status.PARTIAL if self.rows and status is not Status.COMPLETE else status
        )

    def told(self) -> str:
        """`LookupEvents  12 of 84 lookups  1,234 events  about 40 s left …`."""
        if self.fault:
            return f"LookupEvents  failed  {self.fault}  r tries again"
        if not self._units:
            return "LookupEvents  finding the regions"
        done = len(self._units) - len(self._left)
        parts = ["LookupEvents", f"{done} of {len(self._units)} lookups", f"{counted(self.rows)} events"]
        if self.busy:
            parts += [f"about {duration(self._seconds_left())} left", "2 a second for the account", "x stops"]
        elif self.phase is Phase.NEW:
            least = duration(keyevents.least_seconds(self._left))
            parts = ["LookupEvents", f"{len(self._units)} lookups in all regions"]
            parts += [f"at least {least} (2 a second for the whole account)", "r begins"]
        else:
            result = self.result
            parts.insert(1, WORDS[result.status] if result else self.phase.value)
            if result is not None and result.gaps:
                parts.append(
                    f"{len(result.gaps)} gaps: i tells" if len(result.gaps) > 1 else "1 gap: i tells"
                )
            if self.can_go_on:
                parts.append("r goes on")
        return "  ".join(parts)

    def _seconds_left(self) -> float:
        """By the pages that lookups have needed so far."""
        finished = [unit for unit in self._units if unit.done]
        pages = max(1.0, sum(unit.calls for unit in finished) / len(finished)) if finished else 1.0
        return keyevents.least_seconds(self._left) * pages

    async def _plan(self) -> None:
        if not self._units:
            self._units = await keyevents.units(self.asking, self.regions)
            self._lookups = Lookups(self.asking)
            table = await self.store.table(keyevents.TABLE)
            columns = shown_columns(traillogs.ROW_COLUMNS)
            window = self.asking.window
            self.subject = Subject(
                "Events",
                table,
                columns,
                facet_columns(columns),
                Filter((Condition(SOURCE, "=", self._source),)),
                window=(int(window.start.timestamp()), int(window.end.timestamp()) + 1),
            )
        self.phase = Phase.NEW

    async def run(self) -> None:
        await self._plan()
        self.phase = Phase.RUNNING
        turns = asyncio.Semaphore(AT_ONCE)
        table = await self.store.table(keyevents.TABLE)
        tasks = [asyncio.create_task(self._read(unit, table, turns)) for unit in self._left]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        self.phase = Phase.PARTIAL if self._left else Phase.DONE

    async def _read(self, unit: Unit, table: "LogTable", turns: asyncio.Semaphore) -> None:
        async with turns:
            if self._lookups is None:
                return
            try:
                async for rows in self._lookups.read(unit):
                    await table.append(rows, source=self._source)
            except AktuiError as error:
                unit.gaps = (Gap.of(error, unit.what),)

    @property
    def _source(self) -> str:
        window = self.asking.window
        return f"LookupEvents {window.start:%Y-%m-%dT%H:%M:%SZ} to {window.end:%Y-%m-%dT%H:%M:%SZ}"
