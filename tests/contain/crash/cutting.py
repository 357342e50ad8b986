"""A coroutine that is cancelled at its n-th suspension, as a task is that somebody cancels there."""

import asyncio
import types
from collections.abc import Coroutine, Generator
from dataclasses import dataclass
from typing import Any


@dataclass
class Cut:
    """Counts the suspensions of what it drives; cancels the task at the n-th (0: never)."""

    n: int = 0
    seen: int = 0

    @types.coroutine
    def drive(self, coroutine: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Run it to its end within the current task."""
        answer: Any = None
        error: BaseException | None = None
        while True:
            try:
                waited_for = coroutine.send(answer) if error is None else coroutine.throw(error)
            except StopIteration as end:
                return end.value
            self.seen += 1
            if self.seen == self.n:
                task = asyncio.current_task()
                assert task is not None
                task.cancel()
            answer, error = None, None
            try:
                answer = yield waited_for
            except BaseException as thrown:
                error = thrown


async def suspensions(coroutine: Coroutine[Any, Any, Any]) -> tuple[Any, int]:
    """What it gives, and how often it was suspended."""
    cut = Cut()
    return await cut.drive(coroutine), cut.seen


async def cut_at(coroutine: Coroutine[Any, Any, Any], n: int) -> bool:
    """Whether it was cancelled at its n-th suspension; false when it came to its end before."""
    cut = Cut(n)

    async def driven() -> None:
        await cut.drive(coroutine)

    task = asyncio.create_task(driven(), name=f"cancelled at suspension {n}")
    try:
        await task
    except asyncio.CancelledError:
        return True
    return False
