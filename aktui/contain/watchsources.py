"""Where a watch looks: the Logstore of a trail with the services' own logs, or LookupEvents.

LookupEvents takes two calls a second for the whole account, and its vendor asks not to poll it: so one call a
look, the regions in turn.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from aktui.contain.watched import BEFORE, LONGEST_SESSION
from aktui.models import Window
from queries.asking.reading import ident
from queries.base import Gap, Page, Result, Row, Status
from queries.inquiry import Inquiry
from queries.logs.callers import MOST_TOKENS
from queries.trail import lookup
from queries.trail.regions import in_regions
from queries.usage import reading
from queries.usage.asking import Ask, expiry_of, token_of
from queries.usage.values import Usage

TRAIL_LAG = timedelta(minutes=3)
"""Trails deliver "a few minutes" behind."""
_AHEAD = timedelta(minutes=1)
_GROUPS = "20000"
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Look:
    """What one poll brought: all calls since the change as far as known."""

    usages: list[Usage]
    gaps: tuple[Gap, ...]
    read: bool
    """Whether the source answered at all."""
    known_at: datetime | None
    """Of when its answers are, the oldest of them; None while some of it was not asked yet."""
    sessions_until: datetime | None = None
    sessions_known: bool = True


class Source(Protocol):
    name: str
    lag: timedelta

    async def before(self) -> list[Usage]:
        """Calls before the change, for what is usual."""
        ...

    async def look(self) -> Look: ...


async def best_source(inquiry: Inquiry, since: datetime) -> Source:
    """The trail where its Logstore can be read, else lookups."""
    ask = Ask(inquiry, Window(since - LONGEST_SESSION, since))
    first = await ask.told("calls-by-operation", limit="1")
    if first.covered is not None:
        return Trail(inquiry, since)
    return Lookups(inquiry, since, first.gaps)


class Trail:
    """The Logstore of the trail, and the services' own logs where there are any."""

    name, lag = "trail", TRAIL_LAG

    def __init__(self, inquiry: Inquiry, since: datetime) -> None:
        self.inquiry, self.since = inquiry, since
        self._logs: dict[str, bool] = {"oss-by-caller": True, "sls-by-caller": True}
        self._opened: list[Row] = []
        self._opened_known = False
        self._assumed = -1

    async def before(self) -> list[Usage]:
        ask = Ask(self.inquiry, Window(self.since - BEFORE, self.since))
        usages, _, _ = await self._calls(ask)
        return usages

    async def look(self) -> Look:
        now = self.inquiry.cloud.now()
        ask = Ask(self.inquiry, Window(self.since, now + _AHEAD))
        usages, gaps, read = await self._calls(ask)
        await self._sessions(usages)
        tokens = [token for row in self._opened if (token := token_of(row))][:MOST_TOKENS]
        if tokens:
            told = await ask.told("calls-by-operation", tokens=",".join(tokens), limit=_GROUPS)
            usages += reading.from_trail(told, ask.key_id)
            gaps = (*gaps, *told.gaps)
        return Look(usages, tuple(dict.fromkeys(gaps)), read, now, self._until(), self._opened_known)

    async def _calls(self, ask: Ask) -> tuple[list[Usage], tuple[Gap, ...], bool]:
        """The key's calls, each told by one log."""
        asked = [name for name, there in self._logs.items() if there]
        trail, *others = await asyncio.gather(
            ask.told("calls-by-operation", limit=_GROUPS), *(ask.told(name, limit=_GROUPS) for name in asked)
        )
        logs = dict(zip(asked, others, strict=True))
        self._logs |= {name: told.covered is not None for name, told in logs.items()}
        usages = list(reading.from_trail(trail, ask.key_id))
        own = {name.partition("-")[0] for name, told in logs.items() if told.rows}
        usages = [usage for usage in usages if usage.service.lower() not in own]
        if told := logs.get("oss-by-caller"):
            usages += reading.from_oss(told, ask.key_id)
        if told := logs.get("sls-by-caller"):
            usages += reading.from_sls(told, ask.key_id)
        read = trail.status in (Status.COMPLETE, Status.PARTIAL) or bool(trail.rows)
        return usages, tuple(gap for told in (trail, *others) for gap in told.gaps), read

    async def _sessions(self, usages: list[Usage]) -> None:
        """The sessions that may be open; asked again when the key opened one."""
        assumed = sum(usage.accepted for usage in usages if usage.own and usage.operation == "AssumeRole")
        if assumed == self._assumed:
            return
        ask = Ask(self.inquiry, Window(self.since - LONGEST_SESSION, self.inquiry.cloud.now() + _AHEAD))
        told = await ask.told("trail-events", event="AssumeRole")
        self._opened_known = told.status is Status.COMPLETE
        if self._opened_known:
            self._assumed = assumed
            self._opened = sorted(
                (row for row in told.rows if not row.values["error"]), key=_time, reverse=True
            )

    def _until(self) -> datetime | None:
        if not self._opened_known:
            return self.since + LONGEST_SESSION
        ends = [expiry_of(row) or _time(row) + LONGEST_SESSION for row in self._opened]
        return max(ends, default=None)


class Lookups:
    """LookupEvents by the key's id: one call a look, the regions in turn."""

    name, lag = "lookup", lookup.LAG

    def __init__(self, inquiry: Inquiry, since: datetime, gaps: tuple[Gap, ...]) -> None:
        self.inquiry, self.since, self._gaps = inquiry, since, gaps
        self._events: dict[str, Row] = {}
        self._regions: list[str] = []
        self._turn = 0
        self._asked: dict[str, datetime | None] = {}
        """When each region answered last; None for one that only refused."""

    async def before(self) -> list[Usage]:
        """One call in the home region: better than nothing, and all that may be spent on it."""
        region = self.inquiry.cloud.region
        told = await self._ask(region, Window(self.since - BEFORE, self.since))
        return list(reading.from_events(told.rows, self.inquiry.key_id, "lookup"))

    async def look(self) -> Look:
        region, now = await self._next(), self.inquiry.cloud.now()
        # A minute more: at the first look nothing lies between the change and now.
        told = await self._ask(region, Window(self.since - _AHEAD, now))
        for row in (row for row in told.rows if _time(row) >= self.since):
            self._events.setdefault(ident(row.values["event_id"]) or repr(row.raw), row)
        answered = bool(told.rows) or told.status in (Status.COMPLETE, Status.PARTIAL)
        self._asked[region] = now if answered else self._asked.get(region)
        usages = list(reading.from_events(self._events.values(), self.inquiry.key_id, "lookup"))
        left = sorted(set(self._regions) - set(self._asked))
        known = [at for at in self._asked.values() if at]
        known_at = min(known) if known and not left else None
        gaps = (*self._gaps, *told.gaps, *_unread(left))
        return Look(usages, gaps, bool(known), known_at, self.since + LONGEST_SESSION, sessions_known=False)

    async def _ask(self, region: str, window: Window) -> Result:
        return await Ask(self.inquiry, window).told("recent-events", regions=region, limit="50")

    async def _next(self) -> str:
        """The region whose turn it is."""
        if not self._regions:
            async for _ in in_regions(self.inquiry.asking({}), self._note):
                continue
        region = self._regions[self._turn % len(self._regions)]
        self._turn += 1
        return region

    async def _note(self, region: str) -> AsyncIterator[Page]:
        self._regions.append(region)
        return
        yield


def _unread(left: list[str]) -> tuple[Gap, ...]:
    if not left:
        return ()
    detail = "The regions are asked in turn, one a look; these follow."
    return (Gap(Status.PARTIAL, f"events in {', '.join(left)}", detail),)


def _time(row: Row) -> datetime:
    at = row.values["at"]
    return at if isinstance(at, datetime) else _LONG_AGO
