"""LookupEvents: management events of the last 90 days, kept region by region, read newest first.

One plan serves all who look events up: which regions, which window, how far to read, each event once.
"""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from aktui.errors import Invalid, UsageError
from aktui.models import Reply, Window
from queries.asking.reading import Record, ident, listed, moment, text
from queries.asking.together import guarded
from queries.base import Asking, Gap, Page, Param, Row, Status
from queries.trail.regions import REGION_CALLS, in_regions

LAG = timedelta(minutes=10)
SOURCE = "ActionTrail LookupEvents"
LIMITS = (
    "Management events only, of the last 90 days, about 10 minutes behind; each region keeps its own, and "
    "only the regions named in the note were asked."
)
LOOKUP_CALLS = ("actiontrail:LookupEvents", *REGION_CALLS)
LOOKUP_NEEDS = LOOKUP_CALLS

_KEPT = timedelta(days=90)
_SLACK = timedelta(hours=1)
"""A window may begin this much before what is kept without that being worth a word."""
_SLICE = timedelta(days=7)
_PER_PAGE = "50"

Keep = Callable[[Record], Row | None]
"""A row from an event, or None when the event is not meant."""


def limit_param(default: int) -> Param:
    return Param("limit", "events read in each region before it stops", default=str(default))


@dataclass
class Plan:
    """Where and how far to look; shared by the lookups of one question, so that no event comes twice."""

    asking: Asking
    most: int
    seen: set[str] = field(default_factory=set)
    readings: "list[_Reading]" = field(default_factory=list)
    window: Window | None = None
    """What is asked for and kept; None when nothing of it is."""

    @classmethod
    def of(cls, asking: Asking, default: int) -> "Plan":
        given = asking.params.get("limit") or str(default)
        if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= 1_000_000:
            raise UsageError(f"limit is '{given}'; it takes a number from 1 to 1000000.")
        now = asking.cloud.now()
        window = Window(max(asking.window.start, now - _KEPT), min(asking.window.end, now))
        return cls(asking, int(given), window=window if window.start < window.end else None)

    def summary(self) -> Page:
        """What was covered, once all is read."""
        if self.window is None:
            return Page(gaps=(_too_old(self.asking.window),))
        asked, end = self.asking.window, min(self.window.end, self.asking.cloud.now() - LAG)
        gaps = (_too_old(asked),) if asked.start < self.window.start - _SLACK else ()
        back_to = max((reading.back_to for reading in self.readings), default=end)
        regions = ", ".join(sorted({reading.region for reading in self.readings}))
        covered = Window(min(back_to, end), end)
        more = "" if self.asking.params.get("regions") else " Others may hold more: ask with regions=all."
        return Page(gaps=gaps, covered=covered, note=f"Regions asked: {regions or 'none'}.{more}")


async def everywhere(plan: Plan, where: Mapping[str, str], keep: Keep) -> AsyncIterator[Page]:
    """The events with these attributes (one, or a pair the cloud takes), in all regions at once."""
    if plan.window is None:
        return

    def here(region: str) -> AsyncIterator[Page]:
        return guarded(f"events in {region}", _in_region(plan, region, where, keep))

    async for page in in_regions(plan.asking, here):
        yield page


async def _in_region(plan: Plan, region: str, where: Mapping[str, str], keep: Keep) -> AsyncIterator[Page]:
    """One region, newest first: the whole window at once, or by weeks where the cloud wants it shorter."""
    window = plan.window
    if window is None:
        return
    reading = _Reading(plan, region, where, keep, window.end)
    plan.readings.append(reading)
    try:
        async for page in reading.span(window):
            yield page
    except Invalid:
        if reading.read or window.end - window.start <= _SLICE:
            raise
        for week in _weeks(window):
            async for page in reading.span(week):
                yield page
            if reading.full:
                return


def _weeks(window: Window) -> Iterator[Window]:
    end = window.end
    while end > window.start:
        start = max(window.start, end - _SLICE)
        yield Window(start, end)
        end = start


@dataclass
class _Reading:
    """Pages of one region, counted."""

    plan: Plan
    region: str
    where: Mapping[str, str]
    keep: Keep
    back_to: datetime
    """How far back it got; all newer events of the window were read."""
    read: int = 0
    full: bool = False

    async def span(self, window: Window) -> AsyncIterator[Page]:
        token, tokens = "", {""}
        while True:
            reply = await self._page(window, token)
            events = listed(reply, "actiontrail:LookupEvents", "Events")
            token = text(reply.body.get("NextToken"))
            kept, self.read = events[: self.plan.most - self.read], self.read + len(events)
            yield Page(tuple(self._rows(kept)), reply.request_id)
            self.full = self.read > self.plan.most or (self.read == self.plan.most and bool(token))
            if self.full or token in tokens:
                break
            tokens.add(token)
        if self.full or token:
            oldest = min((at for at in map(_time_of, kept) if at), default=window.end)
            self.back_to = oldest
            yield Page(gaps=(self._cut_off(reply),))
        else:
            self.back_to = window.start

    async def _page(self, window: Window, token: str) -> Reply:
        more = {"NextToken": token} if token else {}
        return await self.plan.asking.cloud.call(
            "actiontrail",
            "LookupEvents",
            region=self.region,
            StartTime=_stamp(window.start),
            EndTime=_stamp(window.end),
            MaxResults=_PER_PAGE,
            LookupAttribute=[{"Key": key, "Value": value} for key, value in self.where.items()],
            **more,
        )

    def _rows(self, events: list[Record]) -> Iterator[Row]:
        for event in events:
            event_id = ident(event.get("eventId"))
            if event_id and event_id in self.plan.seen:
                continue
            row = self.keep(event)
            if row is not None:
                self.plan.seen.add(event_id)
                yield row

    def _cut_off(self, reply: Reply) -> Gap:
        why = (
            f"The newest {self.plan.most} events were read and there are older ones: narrow the window "
            "or raise the limit."
            if self.full
            else "The cloud handed out the same page mark twice, so reading stopped there."
        )
        what = f"events in {self.region}"
        return Gap(
            Status.PARTIAL,
            what,
            why,
            f"actiontrail:LookupEvents in {self.region}",
            request_id=reply.request_id,
        )


def _time_of(event: Record) -> datetime | None:
    return moment(event.get("eventTime"))


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _too_old(asked: Window) -> Gap:
    detail = "Events are kept for 90 days; look for older ones where a trail delivered them (see trails)."
    return Gap(Status.NOT_COVERED, f"events from {_stamp(asked.start)}", detail)
