"""Rows by the million: streamed as they are downloaded, a few slices at a time, none kept here."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from queries.asking.together import closing, guarded, together
from queries.base import Asking, Page
from queries.logs.downloads import Fetched, LogRow, Plan, Target, fetch

if TYPE_CHECKING:
    from aktui.cloud.download import Progress

_AHEAD = 4
"""Pages of all Logstores together that wait for the reader; when there are more, downloading waits."""


async def streamed(asking: Asking, planned: Callable[[Asking], Awaitable[Plan]]) -> AsyncIterator[Page]:
    """The rows of a plan, each Logstore's in order of time, Logstores side by side."""
    plan = await planned(asking)
    yield Page(gaps=plan.gaps, covered=plan.covered, note=plan.note)
    expected: dict[int, int] = {}
    parts = (
        guarded(target.what, _of_one(asking, target, number, expected))
        for number, target in enumerate(plan.targets)
    )
    arriving = together(*parts, at_once=8, ahead=_AHEAD)
    async with closing(arriving):
        async for page in arriving:
            yield page


async def _of_one(
    asking: Asking, target: Target, number: int, expected: dict[int, int]
) -> AsyncIterator[Page]:
    hand = _Hand(asking, target, number, expected)
    try:
        while (rows := await hand.next()) is not None:
            yield Page(tuple(target.row(row) for row in rows), expected=sum(expected.values()) or None)
        yield Page(gaps=(await hand.outcome()).gaps)
    finally:
        await hand.aclose()


class _Hand:
    """Passes slices from a download to a reader: the next one is taken when the reader asks for it."""

    def __init__(self, asking: Asking, target: Target, number: int, expected: dict[int, int]) -> None:
        self._expected = expected
        self._number = number
        self._passed: asyncio.Queue[Sequence[LogRow] | None] = asyncio.Queue()
        self._wanted = asyncio.Event()
        self._closed = False
        self._task = asyncio.create_task(self._download(asking, target), name="log rows")

    async def next(self) -> Sequence[LogRow] | None:
        """The next slice; None when there is none, or the download failed."""
        self._wanted.set()
        return await self._passed.get()

    async def outcome(self) -> Fetched:
        """How it ended. Raises what it failed with."""
        return await self._task

    async def aclose(self) -> None:
        """Stop downloading; a slice that is being passed is let go of."""
        self._closed = True
        self._wanted.set()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _download(self, asking: Asking, target: Target) -> Fetched:
        try:
            return await fetch(asking.cloud.logs, target, sink=self._pass, progress=self._learn)
        finally:
            self._passed.put_nowait(None)

    async def _pass(self, rows: Sequence[LogRow], _: str) -> None:
        self._passed.put_nowait(rows)
        if not self._closed:
            self._wanted.clear()
            await self._wanted.wait()

    def _learn(self, progress: "Progress") -> None:
        self._expected[self._number] = progress.expected
