"""Events of the key and its user by LookupEvents: planned, stopped, gone on with, each one once."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

import queries
import queries.inquiry
from aktui.app import Console
from aktui.case.rows.store import RowStore
from aktui.errors import CallRef, Forbidden
from aktui.models import Reply, Window
from queries.base import Asking, Page, Row
from queries.inquiry import Inquiry
from queries.logs import keyevents
from queries.trail.happening import described
from screens.events import EventsScreen
from screens.investigation import Investigation
from screens.logpanes import collect
from screens.logpanes.work import LogWork
from screens.widgets.header import Standing
from tests.screens.conftest import settle
from tests.screens.fakes import KEY, NOW, FakeCloud, fake_catalogue, fake_desk
from tests.screens.golden import screen_text

REGIONS = ("cn-hangzhou", "us-west-1")
EVENTS = 30
"""Of the key in each region, one an hour."""


class Regions(FakeCloud):
    """A cloud that tells which regions there are."""

    async def call(self, product: str, action: str, *, region: str = "", **params: object) -> Reply:
        assert action == "DescribeRegions", action
        return Reply({"Regions": {"Region": [{"RegionId": name} for name in REGIONS]}}, "R", 1)


def event(region: str, number: int, user: str = "ci") -> dict[str, Any]:
    at = NOW - timedelta(hours=number)
    return {
        "eventId": f"{user}-{region}-{number}",
        "eventTime": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "eventName": "DescribeInstances",
        "serviceName": "Ecs",
        "acsRegion": region,
        "sourceIpAddress": "203.0.113.7",
        "userIdentity": {"userName": user, "accessKeyId": KEY if user == "ci" else ""},
    }


@dataclass
class Lookup:
    """Answers a question ten events a page, newest first, and fails or waits where a test wants it."""

    asked: list[tuple[str, Window]] = field(default_factory=list)
    gate: asyncio.Event | None = None
    """Set: the second page waits for it."""
    denied: set[str] = field(default_factory=set)

    async def key(self, asking: Asking) -> AsyncIterator[Page]:
        region = asking.params["regions"]
        self.asked.append((region, asking.window))
        if region in self.denied:
            call = CallRef("actiontrail", "LookupEvents", region)
            raise Forbidden(call, "You may not.", missing="actiontrail:LookupEvents", code="NoPermission")
        found = [event(region, number) for number in range(EVENTS)]
        within = [one for one in found if _at(one) < asking.window.end]
        for start in range(0, len(within), 10):
            if start and self.gate is not None:
                await self.gate.wait()
            yield Page(tuple(Row(described(one), one) for one in within[start : start + 10]))

    async def console(self, asking: Asking) -> AsyncIterator[Page]:
        region = asking.params["regions"]
        rows = [event(region, 1, "console"), event(region, 0)]
        yield Page(tuple(Row(described(one), one) for one in rows))

    async def sessions(self, _asking: Asking) -> AsyncIterator[Page]:
        yield Page()


def _at(one: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(one["eventTime"])


@pytest.fixture
def lookup(monkeypatch: pytest.MonkeyPatch) -> Lookup:
    lookup = Lookup()
    answers = fake_catalogue(
        {"recent-events": lookup.key, "console-events": lookup.console, "role-sessions": lookup.sessions}
    )
    for module in (queries.inquiry, keyevents, collect):
        monkeypatch.setattr(module, "catalogue", lambda: answers)
    return lookup


@dataclass
class Events:
    pilot: Pilot[Any]
    screen: EventsScreen

    @property
    def text(self) -> str:
        return " ".join(screen_text(self.pilot.app).replace("┃", " ").replace("│", " ").split())

    async def sees(self, words: str) -> None:
        await settle(self.pilot, until=lambda: words in self.text)

    async def ids(self) -> list[str]:
        """The events that lie in the case."""
        subject = self.screen.subject()
        assert subject is not None
        found = await subject.table.window(0, 1000, where=subject.base, columns=["event_id"])
        return [str(row[0]) for row in found.rows]


@asynccontextmanager
async def events_of(folder: Path) -> AsyncIterator[Events]:
    async with RowStore(folder) as store:
        desk, cloud = fake_desk(), Regions()
        inquiry = Inquiry(cloud, KEY, Window(NOW - timedelta(days=7), NOW + timedelta(seconds=1)))
        work = LogWork(inquiry, store, folder)
        app = Console(desk, KEY)
        async with app.run_test(size=(160, 50), notifications=True) as pilot:
            await settle(pilot)
            desk.investigation = Investigation(KEY, cloud, inquiry, work=work)
            screen = EventsScreen(desk, Standing(account="1", caller="r", region="cn"), work)
            app.push_screen(screen)
            await settle(pilot, until=lambda: screen.is_mounted)
            yield Events(pilot, screen)
            await work.aclose()


EVERYTHING = {f"ci-{region}-{number}" for region in REGIONS for number in range(EVENTS)} | {
    f"console-{region}-1" for region in REGIONS
}


async def test_without_a_trail_the_plan_is_told_before_anything_is_asked(
    lookup: Lookup, tmp_path: Path
) -> None:
    async with events_of(tmp_path) as events:
        await events.sees("6 lookups in all regions at least 3 s (2 a second for the whole account) r begins")
        assert lookup.asked == []


async def test_all_events_come_once_those_of_the_console_among_them(lookup: Lookup, tmp_path: Path) -> None:
    async with events_of(tmp_path) as events:
        await events.sees("r begins")
        await events.pilot.press("r")
        await events.sees("complete 6 of 6 lookups")
        found = await events.ids()
        assert len(found) == len(set(found))
        assert set(found) == EVERYTHING


async def test_what_was_stopped_goes_on_where_it_was_left(lookup: Lookup, tmp_path: Path) -> None:
    lookup.gate = asyncio.Event()
    async with events_of(tmp_path) as events:
        await events.sees("r begins")
        await events.pilot.press("r")
        await settle(events.pilot, until=lambda: events.screen.rows.table.total >= 20)
        await events.pilot.press("x")
        await events.sees("r goes on")
        kept = await events.ids()
        assert set(kept) < EVERYTHING
        assert "i tells" in events.text
        lookup.gate.set()
        lookup.asked.clear()
        await events.pilot.press("r")
        await events.sees("complete 6 of 6 lookups")
        found = await events.ids()
        assert len(found) == len(set(found))
        assert set(found) == EVERYTHING
        assert all(window.end < NOW for _, window in lookup.asked), "the newest are not read again"


async def test_a_region_that_may_not_be_read_is_said_and_the_others_are_here(
    lookup: Lookup, tmp_path: Path
) -> None:
    lookup.denied.add("us-west-1")
    async with events_of(tmp_path) as events:
        await events.sees("r begins")
        await events.pilot.press("r")
        await events.sees("partial")
        await events.pilot.press("i")
        await events.sees("actiontrail:LookupEvents")
        assert "us-west-1" in events.text
        await events.pilot.press("escape")
        lookup.denied.clear()
        await events.pilot.press("r")
        await events.sees("complete 6 of 6 lookups")
        assert set(await events.ids()) == EVERYTHING


def test_a_lookup_left_halfway_begins_again_with_the_second_of_its_oldest_event() -> None:
    window = Window(NOW - timedelta(days=90), NOW)
    row = Row(described(event("cn-hangzhou", 5)), {})
    left = keyevents._left(window, [row])
    assert left.start == window.start
    assert left.end == _at(event("cn-hangzhou", 5)) + timedelta(seconds=1)
    assert keyevents._left(window, []) == window
    assert replace(window, end=left.end) == left
