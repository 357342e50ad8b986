"""Client-side rate limits: first come, first served, a little under the documented quotas.

LookupEvents allows two calls a second for the whole account, the AccessKey audit 50 a second for each
API and region, billing ten a second in all; for the rest no figure is published, and 20 a second for
each API has to do. Beside that, a host is not asked more than `CONCURRENT` things at once. The log service
publishes no rate, but how many searches (100) and how much SQL (15) a project answers at once.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

CONCURRENT = 16
SEARCHES = 32
"""Searches and histograms at once in one project: others search there too."""
ANALYSES = 12
"""SQL at once in one project."""
MARGIN = 0.95
"""Share of a quota that is used: what is sent evenly may still arrive bunched."""


@dataclass(frozen=True)
class Quota:
    """Calls a second, and what counts together: each API, each region of it, or the whole product."""

    rate: int
    shared: bool = False
    """All operations of the product count together."""
    by_region: bool = False


def quota_of(product: str, action: str) -> Quota:
    """The quota an operation falls under."""
    if product == "actiontrail" and action == "LookupEvents":
        return Quota(2)
    if product == "actiontrail" and action.startswith("GetAccessKeyLastUsed"):
        return Quota(50, by_region=True)
    if product == "bssopenapi":
        return Quota(10, shared=True)
    if product == "sls" and action in ("GetLogsV2", "GetHistograms"):
        return Quota(200, by_region=True)
    return Quota(20)


_PLACES = {"": CONCURRENT, "search": SEARCHES, "sql": ANALYSES}


class Turn:
    """The right to send one request. `sent()` says when it really went out, so that a slow connect counts."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.at = clock()

    def sent(self) -> None:
        self.at = self._clock()


class Pace:
    """Lets at most `rate` requests through in any second, in the order they were asked for."""

    def __init__(
        self,
        rate: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._window = 1.0 / MARGIN
        self._turns: deque[Turn] = deque(maxlen=rate)
        self._clock = clock
        self._sleep = sleep
        self._line = asyncio.Lock()
        self._closed_until = 0.0
        self.waiting = 0
        """How many are waiting for their turn now."""

    async def turn(self) -> Turn:
        """Wait for a turn. Only the first in line sleeps; a cancelled waiter leaves the line."""
        self.waiting += 1
        try:
            async with self._line:
                while (delay := self._delay()) > 0:
                    await self._sleep(delay)
                turn = Turn(self._clock)
                self._turns.append(turn)
                return turn
        finally:
            self.waiting -= 1

    def close_for(self, seconds: float) -> None:
        """Let nobody through for so long: the cloud said that it has had too many requests."""
        self._closed_until = max(self._closed_until, self._clock() + seconds)

    def _delay(self) -> float:
        now = self._clock()
        free = self._closed_until
        if len(self._turns) == self._turns.maxlen:
            free = max(free, min(turn.at for turn in self._turns) + self._window)
        return free - now


class Limits:
    """The paces and places of one account."""

    def __init__(self) -> None:
        self._paces: dict[tuple[str, str, str], Pace] = {}
        self._places: dict[str, asyncio.Semaphore] = {}

    def pace(self, product: str, action: str, region: str) -> Pace:
        """The pace that an operation shares with whatever counts against the same quota."""
        quota = quota_of(product, action)
        key = (product, "" if quota.shared else action, region if quota.by_region else "")
        if key not in self._paces:
            self._paces[key] = Pace(quota.rate)
        return self._paces[key]

    def place(self, host: str, lane: str = "") -> asyncio.Semaphore:
        """One of the places of a host, to be held while a request is under way.

        `lane` is empty, or `search` or `sql` for what the log service counts apart.
        """
        return self._places.setdefault(f"{host} {lane}", asyncio.Semaphore(_PLACES[lane]))

    @property
    def waiting(self) -> int:
        """How many calls wait for their turn now."""
        return sum(pace.waiting for pace in self._paces.values())
