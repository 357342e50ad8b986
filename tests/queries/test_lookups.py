"""Events one by one: made with the key, without a key, and in role sessions the key opened."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.errors import CallRef, Invalid
from aktui.simcloud.account import Account
from queries.base import Status
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, NOW, FakeCloud, inquiry
from tests.queries.rig import desk, event, events_of, leaked, restrict
from tests.simcloud.accounts import DEPLOYER_KEY, small_account

USER: dict[str, Any] = {"ims:GetUser": {"User": {"UserPrincipalName": "ci@acme.onaliyun.com", "UserId": "2"}}}


def when(one: dict[str, Any]) -> datetime:
    return datetime.strptime(one["eventTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def recent(account: Account, events: list[dict[str, Any]]) -> set[str]:
    """Ids of management events that LookupEvents can know of."""
    now = account.clock.now()
    return {
        one["eventId"]
        for one in events
        if one.get("eventCategory") != "Data"
        and now - timedelta(days=90) <= when(one) <= now - timedelta(seconds=account.settings.lookup_lag)
    }


async def test_all_recent_events_of_the_key_are_told_when_all_regions_are_asked(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("recent-events", limit="100000", regions="all")
    events = events_of(account, account.suspects[0])
    assert {row.values["event_id"] for row in result.rows} == recent(account, events)
    assert len(result.rows) == len({row.values["event_id"] for row in result.rows})
    assert result.status is Status.COMPLETE
    assert result.covered is not None
    assert result.covered.end - result.covered.start > timedelta(days=89)


async def test_without_a_choice_the_regions_the_key_was_last_seen_in_are_asked(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    at = account.clock.now() - timedelta(days=2)
    account.trail.add(event(DEPLOYER_KEY, "RunInstances", at, 1, acsRegion="me-east-1"))
    account.trail.add(event(DEPLOYER_KEY, "RunInstances", at - timedelta(hours=1), 2, acsRegion="eu-west-1"))
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("recent-events")
    assert [row.values["region"] for row in result.rows] == ["me-east-1"]
    assert result.note.startswith("Regions asked: ap-southeast-1, cn-hangzhou, me-east-1.")
    assert "regions=all" in result.note


async def test_reading_stops_at_the_limit_and_says_so(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    at = account.clock.now() - timedelta(days=2)
    account.trail.extend(
        event(DEPLOYER_KEY, "DescribeInstances", at + timedelta(seconds=n), n) for n in range(150)
    )
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        cut = await found.ask("recent-events", regions="cn-hangzhou", limit="70")
        whole = await found.ask("recent-events", regions="cn-hangzhou", limit="150")
    assert [row.values["event_id"] for row in cut.rows] == [f"EVENT-{n:06}" for n in range(149, 79, -1)]
    assert cut.status is Status.PARTIAL
    assert "older ones" in cut.gaps[0].detail
    assert cut.covered is not None
    assert cut.covered.start == when(cut.rows[-1].raw)  # type: ignore[arg-type]
    assert (whole.status, len(whole.rows)) == (Status.COMPLETE, 150)


async def test_one_region_denied_leaves_the_others(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    account.trail.add(event(DEPLOYER_KEY, "DescribeInstances", account.clock.now() - timedelta(days=2), 1))
    restrict(account, "actiontrail:GetGlobalEventsStorageRegion", "actiontrail:GetAccessKeyLastUsedProducts")
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("recent-events")
    assert [row.values["event"] for row in result.rows] == ["DescribeInstances"]
    assert result.status is Status.PARTIAL
    assert {gap.missing for gap in result.gaps} == {
        "actiontrail:GetGlobalEventsStorageRegion",
        "actiontrail:GetAccessKeyLastUsedProducts",
    }
    assert result.note.startswith("Regions asked: ap-southeast-1, cn-hangzhou.")


async def test_all_regions_may_be_asked(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    at = account.clock.now() - timedelta(days=2)
    account.trail.add(event(DEPLOYER_KEY, "DescribeInstances", at, 1, acsRegion="me-east-1"))
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("recent-events", regions="all")
    assert [row.values["region"] for row in result.rows] == ["me-east-1"]


@pytest.mark.parametrize(
    "params", [{"regions": "cn hangzhou"}, {"regions": "evil.example/#"}, {"limit": "0"}, {"limit": "many"}]
)
async def test_an_odd_parameter_is_refused_before_anything_is_asked(params: dict[str, str]) -> None:
    cloud = FakeCloud({})
    result = await inquiry(cloud).ask("recent-events", **params)
    assert (result.status, cloud.names) == (Status.FAILED, [])


async def test_regions_out_of_events_are_asked_only_when_they_look_like_regions() -> None:
    detail = '{"acsRegion": "evil.example/#"}'
    cloud = FakeCloud(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {"Products": [{"ServiceName": "Ecs"}]},
            "actiontrail:GetAccessKeyLastUsedEvents": {"Events": [{"EventName": "X", "Detail": detail}]},
            "actiontrail:GetGlobalEventsStorageRegion": {"StorageRegion": "eu central"},
            "actiontrail:LookupEvents": {"Events": []},
        }
    )
    result = await inquiry(cloud).ask("recent-events")
    assert {region for _, region, _ in cloud.asked if region} == {"cn-hangzhou", "ap-southeast-1"}
    assert "region that stores global events" in {gap.what for gap in result.gaps}


async def test_a_window_longer_than_is_kept_is_clipped_and_said_to_be() -> None:
    cloud = FakeCloud({"actiontrail:LookupEvents": {"Events": []}})
    result = await inquiry(cloud, days=400).ask("recent-events", regions="cn-hangzhou")
    (call,) = cloud.asked
    assert call[2]["StartTime"] == "2026-08-24T03:12:44Z"
    assert [gap.status for gap in result.gaps] == [Status.NOT_COVERED]
    assert result.covered is not None
    assert result.covered.start == NOW - timedelta(days=90)


async def test_where_the_cloud_wants_shorter_windows_it_is_asked_week_by_week() -> None:
    def choosy(params: Any) -> Any:
        days = datetime.fromisoformat(params["EndTime"]) - datetime.fromisoformat(params["StartTime"])
        if days > timedelta(days=7):
            return Invalid(
                CallRef("actiontrail", "LookupEvents"), "Too long.", code="InvalidParameterEndTime"
            )
        return {"Events": [{"eventId": params["StartTime"], "eventTime": params["StartTime"]}]}

    cloud = FakeCloud({"actiontrail:LookupEvents": choosy})
    result = await inquiry(cloud, days=30).ask("recent-events", regions="cn-hangzhou")
    starts = [row.values["event_id"] for row in result.rows]
    assert len(starts) == 5
    assert starts == sorted(starts, reverse=True)
    assert result.status is Status.COMPLETE


async def test_what_a_user_did_in_the_console_is_told_apart_from_the_key(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    shadow = next(name for name in account.truth["intruder"]["created"]["login_profiles"])
    user = account.user_named(shadow)
    assert user is not None
    key = account.keys_of(user.id)[0]
    console = [
        one
        for one in account.trail
        if one["userIdentity"].get("userName") == shadow and not one["userIdentity"].get("accessKeyId")
    ]
    async with practice_cloud(account) as sim, desk(sim, key.id) as found:
        result = await found.ask("console-events")
    assert console
    assert {row.values["event_id"] for row in result.rows} == recent(account, console)
    sign_in = next(row for row in result.rows if row.values["event"] == "ConsoleSignin")
    assert sign_in.values["mfa"] is False


async def test_console_events_of_nobody_are_not_none(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, desk(sim, "LTAI5tSTRANGERSTRANGER01") as found:
        assert (await found.ask("console-events")).status is Status.NOT_COVERED


async def test_role_sessions_the_key_opened_are_told_with_all_that_was_done_in_them(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    opened = [one for one in events_of(account, account.suspects[0]) if one["eventName"] == "AssumeRole"]
    tokens = {
        one["responseElements"]["Credentials"]["AccessKeyId"] for one in opened if not one.get("errorCode")
    }
    done = [one for one in account.trail if one["userIdentity"].get("accessKeyId") in tokens]
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("role-sessions", limit="100000", regions="all")
    assert tokens
    assert {row.values["event_id"] for row in result.rows} == recent(account, [*opened, *done])
    assert {row.values["token"] for row in result.rows} >= {
        one["userIdentity"]["accessKeyId"] for one in done if one["eventId"] in recent(account, done)
    }
    assert result.status is Status.COMPLETE


def opening(token: str, number: int, session: str = "s") -> dict[str, Any]:
    answer = {"Credentials": {"AccessKeyId": token}} if token else {}
    arn = {"RoleArn": "acs:ram::1:role/ops", "RoleSessionName": session}
    return event(
        KEY, "AssumeRole", NOW - timedelta(hours=1), number, requestParameters=arn, responseElements=answer
    )


async def test_a_session_whose_token_is_not_told_is_followed_by_role_and_name() -> None:
    session = {"type": "assumed-role", "userName": "ops:s", "accessKeyId": "STS.unknown"}
    other = {"type": "assumed-role", "userName": "ops:other", "accessKeyId": "STS.other"}

    def events(params: Any) -> Any:
        where = {one["Key"]: one["Value"] for one in params["LookupAttribute"]}
        if where == {"EventName": "AssumeRole"}:
            return {"Events": [opening("", 1)]}
        assert where == {"RoleName": "ops"}
        done = [event(KEY, f"Get{n}", NOW, n, userIdentity=who) for n, who in ((2, session), (3, other))]
        return {"Events": done}

    cloud = FakeCloud({"actiontrail:LookupEvents": events})
    result = await inquiry(cloud).ask("role-sessions", regions="cn-hangzhou")
    assert [(row.values["session"], row.values["event"]) for row in result.rows] == [
        ("ops:s", "AssumeRole"),
        ("ops:s", "Get2"),
    ]


async def test_a_role_assumed_often_is_read_once_and_not_token_by_token() -> None:
    asked: list[dict[str, str]] = []

    def events(params: Any) -> Any:
        where = {one["Key"]: one["Value"] for one in params["LookupAttribute"]}
        asked.append(where)
        return {"Events": [opening(f"STS.{n}", n) for n in range(20)] if "EventName" in where else []}

    await inquiry(FakeCloud({"actiontrail:LookupEvents": events})).ask("role-sessions", regions="cn-hangzhou")
    assert asked == [{"EventName": "AssumeRole"}, {"RoleName": "ops"}]
