"""Calls that several queries make, made once. A call still under way is waited for, not repeated."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from aktui.models import Reply
from queries.base import Caller, Logs

Asked = tuple[str, str, str, str]
"""Product, action, region, and the parameters in one order."""


@dataclass
class _Flight:
    """One call, and how many wait for it."""

    task: asyncio.Task[Reply]
    waiting: int = 0


class SharedCalls:
    """The calls made for one key; answers and refusals are kept until dropped."""

    def __init__(self, cloud: Caller) -> None:
        self._cloud = cloud
        self._flights: dict[Asked, _Flight] = {}

    def view(self) -> "View":
        """A caller that remembers which of the shared calls it used."""
        return View(self, self._cloud)

    def drop(self, used: set[Asked]) -> None:
        """Forget answers, so that they are asked anew; whoever still waits for one gets it."""
        for asked in used:
            self._flights.pop(asked, None)

    async def aclose(self) -> None:
        """Cancel what is under way."""
        tasks = [flight.task for flight in self._flights.values()]
        self._flights.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def fetch(self, product: str, action: str, region: str, params: dict[str, object]) -> Reply:
        """The answer to a call, from whoever asked it first."""
        asked = asked_as(product, action, region, params)
        flight = self._flights.get(asked)
        if flight is None:
            call = self._cloud.call(product, action, region=region, **params)
            flight = self._flights[asked] = _Flight(asyncio.ensure_future(call))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                self._abandon(asked, flight)

    def _abandon(self, asked: Asked, flight: _Flight) -> None:
        """Nobody waits any more: stop the call, so that a cancelled pane costs no quota."""
        flight.task.cancel()
        if self._flights.get(asked) is flight:
            del self._flights[asked]


class View:
    """One query's look at the shared calls; a `Caller`."""

    def __init__(self, calls: SharedCalls, cloud: Caller) -> None:
        self._calls = calls
        self._cloud = cloud
        self.used: set[Asked] = set()

    @property
    def region(self) -> str:
        return self._cloud.region

    @property
    def logs(self) -> Logs:
        return self._cloud.logs

    def now(self) -> datetime:
        return self._cloud.now()

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        self.used.add(asked_as(product, action, region, params))
        return await self._calls.fetch(product, action, region, params)


def asked_as(product: str, action: str, region: str, params: dict[str, object]) -> Asked:
    """What makes two calls the same call."""
    return product, action, region, repr(sorted(params.items()))
