"""What was asked and what came back, for whoever watches, after it is in the case."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aktui.errors import CaseError
from aktui.models import Exchange

NEWEST = 1000
"""How many exchanges are kept."""
BODIES = 64 * 1024 * 1024
"""Bytes of bodies kept with them; the oldest lose theirs first."""

Record = Callable[[Exchange], Awaitable[None]]
Watcher = Callable[[Exchange], None]


class CallLog:
    """The newest exchanges. Each is recorded in the case before anybody sees it."""

    def __init__(self, record: Record | None, bodies: int = BODIES) -> None:
        self._record = record
        self._kept: deque[Exchange] = deque()
        self._room = bodies
        self._watchers: list[Watcher] = []
        self._number = 0

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The newest exchanges, oldest first; bodies of long ago may be gone (the case has them)."""
        return tuple(self._kept)

    def next_number(self) -> int:
        self._number += 1
        return self._number

    def watch(self, watcher: Watcher) -> Callable[[], None]:
        """Call `watcher` on each exchange from now on; the result ends that."""
        self._watchers.append(watcher)

        def unsubscribe() -> None:
            if watcher in self._watchers:
                self._watchers.remove(watcher)

        return unsubscribe

    async def add(self, exchange: Exchange) -> None:
        """Record, then show. Raises CaseError when the case can not take it, and shows nothing then."""
        if self._record is not None:
            try:
                await self._record(exchange)
            except CaseError:
                raise
            except Exception as error:
                message = f"The case could not record an answer ({type(error).__name__}: {error})."
                raise CaseError(message, hint="The answer is not shown: it would not be evidence.") from error
        self._keep(exchange)
        for watcher in tuple(self._watchers):
            try:
                watcher(exchange)
            except Exception as error:
                # A watcher that fails must not fail the call; the loop's handler reports it.
                context = {"message": "a watcher of the call log failed", "exception": error}
                asyncio.get_running_loop().call_exception_handler(context)

    def _keep(self, exchange: Exchange) -> None:
        if len(self._kept) == NEWEST:
            self._room += len(self._kept.popleft().body)
        self._kept.append(exchange)
        self._room -= len(exchange.body)
        for index in range(len(self._kept) - 1):
            if self._room >= 0:
                return
            old = self._kept[index]
            if old.body:
                self._room += len(old.body)
                self._kept[index] = replace(old, body=b"")
