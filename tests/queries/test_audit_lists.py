"""Services, events, IPs and resources of a key, against what the account's own events say."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, FakeCloud, inquiry
from tests.queries.rig import Desk, desk, event, events_of, leaked
from tests.simcloud.accounts import DEPLOYER_KEY, small_account

Event = dict[str, Any]


def seen(events: list[Event], now: datetime) -> list[Event]:
    """The events the audit knows of: older than the running hour, younger than 400 days."""
    newest = now.replace(minute=0, second=0, microsecond=0)
    oldest = now - timedelta(days=400)
    return [one for one in events if oldest <= when(one) <= newest]


def when(one: Event) -> datetime:
    return datetime.strptime(one["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def newest_by(
    events: list[Event], names: Callable[[Event], list[tuple[str, ...]]]
) -> dict[tuple[str, ...], datetime]:
    found: dict[tuple[str, ...], datetime] = {}
    for one in events:
        for name in names(one):
            found[name] = max(when(one), found.get(name, when(one)))
    return found


def is_data(one: Event) -> bool:
    return one.get("eventCategory") == "Data"


def event_names(one: Event) -> list[tuple[str, ...]]:
    return [(one["serviceName"], "UnsupportedEvent" if is_data(one) else one["eventName"])]


def addresses(one: Event) -> list[tuple[str, ...]]:
    return [] if is_data(one) else [(one["serviceName"], one["sourceIpAddress"])]


def touched(one: Event) -> list[tuple[str, ...]]:
    if is_data(one):
        return []
    by_kind = one.get("referencedResources") or {}
    return [(one["serviceName"], name, kind) for kind, names in by_kind.items() for name in names]


def told(result: Result, *columns: str) -> dict[tuple[str, ...], datetime]:
    return {tuple(row.values[column] for column in columns): row.values["last_used"] for row in result.rows}


async def suspects(found: Desk) -> tuple[list[Event], Result]:
    account = found.sim.account
    services = await found.ask("services")
    return seen(events_of(account, account.suspects[0]), account.clock.now()), services


async def test_every_service_event_ip_and_resource_of_the_story_is_told_and_nothing_else(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        events, services = await suspects(found)
        assert told(services, "service") == newest_by(events, lambda one: [(one["serviceName"],)])
        names = await found.ask("events")
        assert told(names, "service", "event") == newest_by(events, event_names)
        assert told(await found.ask("ips"), "service", "ip") == newest_by(events, addresses)
        assert told(await found.ask("resources"), "service", "resource", "type") == newest_by(events, touched)
    assert len(services.rows) > 5
    assert names.status is Status.COMPLETE


async def test_each_row_tells_the_event_it_was_last_seen_in(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    by_id = {one["eventId"]: one for one in account.trail}
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        rows = (await found.ask("events", service="Ecs")).rows
    assert rows
    for row in rows:
        happened = by_id[row.values["event_id"]]
        assert row.values["region"] == happened["acsRegion"]
        assert row.values["source_ip"] == happened["sourceIpAddress"]
        assert row.values["user_agent"] == happened["userAgent"]
        assert row.values["error"] == happened.get("errorCode", "")


async def test_a_service_used_on_the_data_plane_alone_is_not_covered_rather_than_empty(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    at = account.clock.now() - timedelta(days=2)
    account.trail.add(
        event(DEPLOYER_KEY, "GetObject", at, 1, serviceName="Oss", eventCategory="Data", eventRW="Read")
    )
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        services = await found.ask("services")
        ips = await found.ask("ips")
        resources = await found.ask("resources", service="Oss")
    assert [row.values["source"] for row in services.rows] == ["DataEvent"]
    assert services.note.startswith("Oss")
    assert (ips.status, ips.rows) == (Status.NOT_COVERED, ())
    assert (resources.status, resources.rows) == (Status.NOT_COVERED, ())


async def test_a_service_used_on_both_planes_is_whole_but_says_what_it_leaves_out(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        ips = await found.ask("ips")
    assert ips.status is Status.COMPLETE
    assert {gap.what for gap in ips.gaps} == {"ips of Oss", "ips of Sls"}


async def test_all_pages_are_fetched(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    at = account.clock.now() - timedelta(days=2)
    account.trail.extend(
        event(DEPLOYER_KEY, f"Describe{n:03}", at + timedelta(seconds=n), n) for n in range(250)
    )
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("events")
        calls = found.asked.names.count("actiontrail:GetAccessKeyLastUsedEvents")
    assert sorted(row.values["event"] for row in result.rows) == [f"Describe{n:03}" for n in range(250)]
    assert calls == 3
    assert result.status is Status.COMPLETE


async def test_the_answer_says_up_to_when_it_holds(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("services")
    assert result.covered is not None
    assert result.as_of is not None
    assert result.covered.end == result.as_of.replace(minute=0, second=0, microsecond=0)
    assert result.covered.end - result.covered.start < timedelta(days=400)
    assert (result.status, result.note) == (
        Status.COMPLETE,
        "The audit has no record of this key being used.",
    )


async def test_all_lists_of_all_services_take_one_call_each(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        await found.ask("events")
        await found.ask("events", service="Ecs")
        calls = [
            (call.name, call.params.get("ServiceName"), call.params.get("NextToken"))
            for call in found.asked.calls
        ]
    assert len(calls) == len(set(calls))


async def test_one_service_that_fails_is_named_and_the_others_are_all_there() -> None:
    def pages(params: Any) -> Any:
        return (
            {}
            if params["ServiceName"] == "Ecs"
            else {"Events": [{"EventName": "GetUser", "UsedTimestamp": 1}]}
        )

    products = [{"ServiceName": name, "Source": "ManagementEvent"} for name in ("Ecs", "Ram")]
    cloud = FakeCloud(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {"Products": products},
            "actiontrail:GetAccessKeyLastUsedEvents": pages,
        }
    )
    result = await inquiry(cloud).ask("events")
    assert [row.values["event"] for row in result.rows] == ["GetUser"]
    assert result.status is Status.PARTIAL
    assert [(gap.status, gap.what) for gap in result.gaps] == [(Status.FAILED, "events of Ecs")]


async def test_a_page_mark_that_comes_again_ends_the_reading_and_is_told() -> None:
    cloud = FakeCloud(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {"Products": [{"ServiceName": "Ecs"}]},
            "actiontrail:GetAccessKeyLastUsedIps": {"Ips": [{"Ip": "203.0.113.1"}], "NextToken": "again"},
        }
    )
    result = await inquiry(cloud).ask("ips", service="Ecs")
    assert (result.status, len(result.rows)) == (Status.PARTIAL, 2)


@pytest.mark.parametrize("query_id", ["events", "ips"])
async def test_a_service_that_was_used_with_nothing_listed_is_no_none(query_id: str) -> None:
    cloud = FakeCloud(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {
                "Products": [{"ServiceName": "Ecs\n", "Source": "ManagementEvent"}]
            },
            "actiontrail:GetAccessKeyLastUsedEvents": {"Events": []},
            "actiontrail:GetAccessKeyLastUsedIps": {"Ips": []},
        }
    )
    result = await inquiry(cloud).ask(query_id)
    assert result.status is Status.NOT_COVERED
    assert cloud.asked[-1][2]["ServiceName"] == "Ecs"


async def test_the_record_of_the_vendor_stays_as_it_came() -> None:
    entry = {
        "ServiceName": "Ecs\n",
        "Detail": "[not json",
        "UsedTimestamp": "1657247532000",
        "More": [1, {"x": None}],
    }
    cloud = FakeCloud({"actiontrail:GetAccessKeyLastUsedProducts": {"Products": [entry]}})
    (row,) = (await inquiry(cloud).ask("services")).rows
    assert row.raw == entry
    assert row.values["last_used"] == datetime(2022, 7, 8, 2, 32, 12, tzinfo=UTC)
    assert cloud.asked[0][2] == {"AccessKey": KEY}
