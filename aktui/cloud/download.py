"""A search with more rows than fit a page: fetched side by side, handed over in order of time.

    done = await download(logs, where, query, window, sink=store, progress=show)
    …
    done = await download(logs, where, query, window, sink=store, progress=show, resume=mark)

The search is cut into slices; a slice is handed over whole or not at all, and the `Mark` says which ones
were. It comes with each `Progress`, so whoever cancels holds the newest. Resuming asks for the slices that
are left, with the same bounds: nothing comes twice and nothing is left out.

Pages of a search are used and not SQL, which is faster to page: SQL gives only the fields whose index says
so, and of the OSS access log that leaves out the object names.
"""

import asyncio
import math
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from aktui.cloud.logs import texts
from aktui.cloud.logs.fetch import Fetcher, Row, Searches, Unfinished
from aktui.cloud.logs.slices import LINES, Count, Slice, plan
from aktui.cloud.sls import PAGE
from aktui.errors import CloudError, UsageError
from aktui.models import Histogram, LogstoreRef, Window

AHEAD = 2 * LINES
"""Rows that may be fetched before they can be handed over: a slow sink holds up the fetching."""
FINER = 8
"""A slice that stays incomplete is tried once more in about so many parts: a shorter span is less work."""


@dataclass(frozen=True)
class Mark:
    """How far a download came."""

    question: str
    """What was asked for; a mark is of no use for anything else."""
    slices: tuple[Slice, ...]
    done: frozenset[str] = frozenset()
    """Ids of the slices that were handed over."""
    rows: int = 0
    """Rows handed over."""

    def with_done(self, part: Slice, rows: int) -> Self:
        return replace(self, done=self.done | {part.id}, rows=self.rows + rows)

    def with_parts(self, part: Slice, parts: Iterable[Slice]) -> Self:
        """The same, with a slice cut into parts."""
        at = self.slices.index(part)
        return replace(self, slices=(*self.slices[:at], *parts, *self.slices[at + 1 :]))

    def as_json(self) -> dict[str, Any]:
        """For keeping it in a file."""
        slices = [[one.start, one.end, one.lines, one.offset, one.open_end] for one in self.slices]
        return {"question": self.question, "slices": slices, "done": sorted(self.done), "rows": self.rows}

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `as_json` gave. Raises KeyError, TypeError or ValueError for anything else."""
        slices = tuple(Slice(*one) for one in kept["slices"])
        return cls(str(kept["question"]), slices, frozenset(kept["done"]), int(kept["rows"]))


@dataclass(frozen=True)
class Progress:
    """Where a download stands."""

    slices: int
    done: int
    rows: int
    """Rows handed over, those of an earlier run included."""
    fetched: int
    """Rows fetched in this run, those included that wait for their turn or had to be fetched again."""
    expected: int
    """Rows there should be, as far as the log service could say."""
    rate: float
    """Rows fetched a second in this run."""
    mark: Mark = field(repr=False)


@dataclass(frozen=True)
class Trouble:
    """A slice that was not handed over, and why."""

    slice: Slice
    reason: str
    """A full sentence."""
    error: CloudError | None = None
    """The call that failed; after it nothing more was asked."""


@dataclass(frozen=True)
class Downloaded:
    """How a download ended."""

    rows: int
    """Rows handed over, those of an earlier run included."""
    expected: int
    mark: Mark = field(repr=False)
    troubles: tuple[Trouble, ...] = ()
    """In order of time. The slices after one with an `error` were not asked for."""

    @property
    def complete(self) -> bool:
        """Whether every slice was handed over."""
        return len(self.mark.done) == len(self.mark.slices)


Sink = Callable[[Sequence[Row], Slice], Awaitable[None]]
"""Takes the rows of one slice, whole; the next slice waits until it returns."""


async def download(
    logs: Searches,
    where: LogstoreRef,
    query: str,
    window: Window,
    *,
    sink: Sink,
    progress: Callable[[Progress], None] = lambda _: None,
    resume: Mark | None = None,
    at_once: int = 8,
) -> Downloaded:
    """Hand all rows of a search to `sink`, in order of time, a slice at a time.

    A slice that stays incomplete, also in parts, is left out and named in `Downloaded.troubles`; a call that
    fails for good ends the download, and is named there too. Cancelling waits for a slice that is being
    handed over. Raises UsageError for a query with SQL and for a mark of something else; CloudError when not
    even the plan could be made; CaseError; and what `sink` raises.
    """
    if texts.split(query)[1]:
        raise UsageError("Only a search can be downloaded; this query has SQL after its |.")
    start, end = math.floor(window.start.timestamp()), math.ceil(window.end.timestamp())
    question = f"{where.region} {where.project} {where.logstore} {start} {end} {query}"
    if resume is not None and resume.question != question:
        raise UsageError("This mark belongs to the download of something else; start anew.")

    async def count(span: Window) -> Histogram:
        return await logs.histogram(where, query, span)

    mark = resume or Mark(question, await plan(count, start, end))
    run = _Run(mark, sink, progress, count)
    run.fetcher = Fetcher(logs, where, query, at_once, run.came)
    return await run.all()


class _Run:
    """One run of a download."""

    fetcher: Fetcher

    def __init__(self, mark: Mark, sink: Sink, progress: Callable[[Progress], None], count: Count) -> None:
        self._mark = mark
        self._sink = sink
        self._progress = progress
        self._count = count
        self._expected = sum(part.lines or 0 for part in mark.slices)
        self._fetched = 0
        self._begun = time.monotonic()
        self._left = deque(part for part in mark.slices if part.id not in mark.done)
        self._under_way: deque[tuple[Slice, asyncio.Task[list[Row]]]] = deque()
        self._parts: set[Slice] = set()
        """Slices that came of a slice that stayed incomplete."""
        self._troubles: list[Trouble] = []

    async def all(self) -> Downloaded:
        self._tell()
        try:
            while self._begin():
                part, task = self._under_way.popleft()
                try:
                    rows = await self._had(part, task)
                except CloudError as error:
                    self._troubles.append(Trouble(part, error.message, error))
                    break
                if rows is not None:
                    await self._hand_over(part, rows)
        finally:
            await self._stop()
        return Downloaded(self._mark.rows, self._expected, self._mark, tuple(self._troubles))

    async def _had(self, part: Slice, task: "asyncio.Task[list[Row]]") -> list[Row] | None:
        """The rows of a slice; None when they could not be had whole, which is noted or seen to."""
        try:
            return await task
        except Unfinished as error:
            if not await self._cut(part):
                self._troubles.append(Trouble(part, str(error)))
            return None

    def came(self, rows: int) -> None:
        """A page of so many rows came."""
        self._fetched += rows
        self._tell()

    def _begin(self) -> bool:
        """Begin as many slices as may be ahead; False when none is left."""
        ahead = sum(part.lines or LINES for part, _ in self._under_way)
        while self._left and (not self._under_way or ahead < AHEAD):
            part = self._left.popleft()
            self._under_way.append((part, self._fetch(part)))
            ahead += part.lines or LINES
        return bool(self._under_way)

    def _fetch(self, part: Slice) -> asyncio.Task[list[Row]]:
        return asyncio.create_task(self.fetcher.rows(part), name="log slice")

    async def _cut(self, part: Slice) -> bool:
        """Begin the parts of a slice, before all others; False when it can not be cut (again)."""
        if part in self._parts or part.end - part.start == 1:
            return False
        lines = max(PAGE, (part.lines or LINES) // FINER)
        parts = await plan(self._count, part.start, part.end, lines)
        if len(parts) < 2:
            return False
        self._parts |= {*parts}
        self._mark = self._mark.with_parts(part, parts)
        self._under_way.extendleft((one, self._fetch(one)) for one in reversed(parts))
        self._tell()
        return True

    async def _hand_over(self, part: Slice, rows: list[Row]) -> None:
        handing = asyncio.ensure_future(self._sink(rows, part))
        try:
            await asyncio.shield(handing)
        except asyncio.CancelledError:
            # What has begun to be stored is stored whole, so that the mark tells the truth.
            await handing
            self._took(part, rows)
            raise
        self._took(part, rows)

    def _took(self, part: Slice, rows: list[Row]) -> None:
        self._mark = self._mark.with_done(part, len(rows))
        self._tell()

    def _tell(self) -> None:
        mark, seconds = self._mark, time.monotonic() - self._begun
        rate = self._fetched / seconds if seconds else 0.0
        self._progress(
            Progress(len(mark.slices), len(mark.done), mark.rows, self._fetched, self._expected, rate, mark)
        )

    async def _stop(self) -> None:
        tasks = [task for _, task in self._under_way]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
