"""The rows of one question on their way into the case: begun, stopped, gone on with."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from aktui.case.rows.asking import Condition, Filter
from aktui.errors import AktuiError
from aktui.models import Window
from queries.base import Asking, Gap, Query, Result, Status, final_status
from queries.logs.downloads import Fetched, LogRow, Plan, Target, fetch
from screens.logpanes.fetching import Fetching, Phase
from screens.logpanes.subject import Subject, facet_columns, shown_columns
from screens.widgets.cells import counted
from screens.widgets.coverage import WORDS
from screens.widgets.display import duration

if TYPE_CHECKING:
    from aktui.case.rows.store import RowStore
    from aktui.cloud.download import Mark, Progress

AT_ONCE = 4
"""Logstores that are read side by side."""
SOURCE = "_source"


@dataclass
class _Part:
    """One Logstore's share."""

    target: Target
    source: str
    progress: "Progress | None" = None
    mark: "Mark | None" = None
    kept: int = 0
    """Rows stored in this run."""
    outcome: Fetched | None = None
    gaps: tuple[Gap, ...] = ()

    @property
    def done(self) -> bool:
        return self.outcome is not None and not self.gaps


@dataclass
class Download(Fetching):
    """Rows of a question that has a plan. Call `begin` in a running loop."""

    store: "RowStore"
    query: Query
    title: str
    planned: Callable[[Asking], Awaitable[Plan]]
    ask_anew: Callable[[], None] = lambda: None
    """Forget what was found out about the logs: it may be what is wrong."""
    plan: Plan | None = field(default=None, init=False)
    _parts: list[_Part] = field(default_factory=list, init=False)

    @property
    def rows(self) -> int:
        return sum(part.progress.rows if part.progress else part.kept for part in self._parts)

    @property
    def result(self) -> Result | None:
        if self.phase in (Phase.NEW, Phase.PLANNING):
            return None
        gaps = (*(self.plan.gaps if self.plan else ()), *(gap for part in self._parts for gap in part.gaps))
        if self.fault:
            gaps = (*gaps, Gap(Status.FAILED, self.query.title.lower(), self.fault))
        if self.phase is Phase.STOPPED:
            gaps = (*gaps, Gap(Status.PARTIAL, self.query.title.lower(), "It was stopped. Press r to go on."))
        window = self.asking.window
        found = Result(
            self.query,
            self.asking.params,
            Status.RUNNING,
            gaps=gaps,
            asked=window,
            covered=self.plan.covered if self.plan else None,
            as_of=self.as_of,
            note=self.plan.note if self.plan else "",
        )
        return found if self.busy else _settled(found, self.rows)

    def told(self) -> str:
        """`downloading  12 of 40 slices  120,000 of 300,000 rows  4,300 rows/s  42 s left  x stops`."""
        if self.phase is Phase.PLANNING:
            return "looking for the logs  x stops"
        if self.fault:
            return f"failed  {self.fault}  r tries again"
        if self.phase is Phase.RUNNING:
            return "  ".join([*self._speed(), "x stops"])
        result = self.result
        parts = [WORDS[result.status] if result else self.phase.value, f"{counted(self.rows)} rows read"]
        if result is not None and result.gaps:
            parts.append("1 gap: i tells" if len(result.gaps) == 1 else f"{len(result.gaps)} gaps: i tells")
        if self.can_go_on:
            parts.append("r goes on")
        return "  ".join(parts)

    def _speed(self) -> list[str]:
        told = [part.progress for part in self._parts if part.progress is not None]
        slices, done = sum(one.slices for one in told), sum(one.done for one in told)
        expected = sum(one.expected for one in told)
        rate = sum(one.rate for one, part in zip(told, self._parts, strict=False) if part.outcome is None)
        rows = (
            f"{counted(self.rows)} of {counted(expected)} rows" if expected else f"{counted(self.rows)} rows"
        )
        parts = ["downloading", f"{done} of {slices} slices", rows]
        if rate:
            parts.append(f"{counted(round(rate))} rows/s")
            parts.append(f"{duration(max(0, expected - self.rows) / rate)} left")
        return parts

    async def run(self) -> None:
        if self.plan is not None and self._worth_another_look:
            self.ask_anew()
        if self._worth_another_look:
            await self._prepare()
        self.phase = Phase.RUNNING
        await self._fetch_all()
        whole = all(part.done for part in self._parts) and not self._worth_another_look
        self.phase = Phase.DONE if whole else Phase.PARTIAL

    @property
    def _worth_another_look(self) -> bool:
        """Whether the plan lacks something that may be there another time."""
        return self.plan is None or any(gap.status is not Status.NOT_COVERED for gap in self.plan.gaps)

    async def _prepare(self) -> None:
        """Plan; what a plan before this one has brought is not brought again."""
        plan = await self.planned(self.asking)
        before = {part.source: part for part in self._parts}
        parts = [_Part(target, _named(target)) for target in plan.targets]
        self._parts = [before.get(part.source, part) for part in parts]
        if self._parts:
            table = await self.store.table(self._parts[0].target.table)
            columns = shown_columns(self.query.columns)
            sources = tuple(part.source for part in self._parts)
            self.subject = Subject(
                self.title,
                table,
                columns,
                facet_columns(columns),
                Filter((Condition(SOURCE, "in", sources),)),
                window=_seconds(plan.covered or self.asking.window),
            )
        self.plan = plan

    async def _fetch_all(self) -> None:
        turns = asyncio.Semaphore(AT_ONCE)
        tasks = [asyncio.create_task(self._fetch(part, turns)) for part in self._parts if not part.done]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, part: _Part, turns: asyncio.Semaphore) -> None:
        table = await self.store.table(part.target.table)

        async def keep(rows: Sequence[LogRow], slice_id: str) -> None:
            flat = await asyncio.to_thread(_flattened, part.target, rows)
            part.kept += (await table.append(flat, source=part.source, slice_id=slice_id)).rows

        def learn(progress: "Progress") -> None:
            part.progress, part.mark = progress, progress.mark

        part.gaps = ()
        async with turns:
            try:
                part.outcome = await fetch(
                    self.asking.cloud.logs, part.target, sink=keep, progress=learn, resume=part.mark
                )
                part.gaps = part.outcome.gaps
            except AktuiError as error:
                part.gaps = (Gap.of(error, part.target.what),)


def _flattened(target: Target, rows: Sequence[LogRow]) -> list[dict[str, str]]:
    """Rows for the table."""
    return [target.flat(row) for row in rows]


def _named(target: Target) -> str:
    """Tells the rows of this download from those of others: a slice of another window is another slice."""
    start, end = _seconds(target.window)
    return f"{target.source} {start}-{end}"


def _seconds(window: Window) -> tuple[int, int]:
    return int(window.start.timestamp()), int(window.end.timestamp()) + 1


def _settled(result: Result, rows: int) -> Result:
    """The state of an answer whose rows lie in the case."""
    if not rows or not result.gaps:
        return replace(result, status=final_status(result))
    reasons = {gap.status for gap in result.gaps}
    return replace(result, status=Status.COMPLETE if reasons == {Status.NOT_COVERED} else Status.PARTIAL)
