"""Many calls at once: pages as they finish, and failures that stop nobody else."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import AbstractAsyncContextManager, aclosing
from typing import Any, TypeVar, cast

from aktui.errors import AktuiError
from queries.base import Gap, Page

T = TypeVar("T")

AT_ONCE = 16
"""How many sources run at once unless told; the transport keeps the rate limits."""


async def settled(answer: Awaitable[T]) -> T | AktuiError:
    """The answer, or the error as a value."""
    try:
        return await answer
    except AktuiError as error:
        return error


async def both(*answers: Awaitable[Any]) -> list[Any]:
    """All answers, asked at once. Give it `settled` ones: an error would leave the others unattended."""
    return list(await asyncio.gather(*answers))


def closing(pages: AsyncIterator[Page]) -> AbstractAsyncContextManager[object]:
    """Ends a source together with its reader: what it has under way stops there and then."""
    return aclosing(cast("AsyncGenerator[Page]", pages))


async def guarded(what: str, pages: AsyncIterator[Page]) -> AsyncIterator[Page]:
    """The pages of one part of an answer; an error ends that part and becomes its gap."""
    try:
        async with closing(pages):
            async for page in pages:
                yield page
    except AktuiError as error:
        yield Page(gaps=(Gap.of(error, what),))


async def together(
    *sources: AsyncIterator[Page], at_once: int = AT_ONCE, ahead: int = 0
) -> AsyncIterator[Page]:
    """Pages of all sources, whichever comes first. An exception of one ends them all: guard what may fail.

    `ahead`: how many pages may wait for the reader before the sources do; 0 for any number.
    """
    arrivals: asyncio.Queue[Page | BaseException | None] = asyncio.Queue(ahead)
    gate = asyncio.Semaphore(at_once)
    tasks = [asyncio.ensure_future(_drain(source, gate, arrivals)) for source in sources]
    try:
        running = len(tasks)
        while running:
            arrived = await arrivals.get()
            if isinstance(arrived, BaseException):
                raise arrived
            if arrived is None:
                running -= 1
            else:
                yield arrived
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _drain(
    source: AsyncIterator[Page],
    gate: asyncio.Semaphore,
    arrivals: "asyncio.Queue[Page | BaseException | None]",
) -> None:
    async with gate:
        try:
            async with closing(source):
                async for page in source:
                    await arrivals.put(page)
        except Exception as error:  # handed over whole: the reader of the queue raises it
            await arrivals.put(error)
        else:
            await arrivals.put(None)
