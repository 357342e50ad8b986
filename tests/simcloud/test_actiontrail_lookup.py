"""LookupEvents: which events, in which order, page by page, and what it refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.happenings import happen

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


@pytest.fixture
def account() -> Account:
    return small_account(NOW)


def look_up(
    account: Account, *attributes: tuple[str, str], region: str = "", **params: Any
) -> dict[str, Any]:
    if attributes:
        params["LookupAttribute"] = [{"Key": key, "Value": value} for key, value in attributes]
    return ask(account, "Actiontrail", "LookupEvents", region=region, **params)


def ids(answer: dict[str, Any]) -> list[str]:
    return [event["eventId"] for event in answer["Events"]]


def all_pages(account: Account, *attributes: tuple[str, str], **params: Any) -> Iterator[dict[str, Any]]:
    answer = look_up(account, *attributes, **params)
    yield answer
    while token := answer.get("NextToken"):
        answer = look_up(account, *attributes, **params, NextToken=token)
        yield answer


def window(start: datetime, end: datetime) -> dict[str, str]:
    return {"StartTime": iso(start), "EndTime": iso(end)}


def test_without_a_window_it_looks_at_the_last_seven_days_newest_first(account: Account) -> None:
    new = happen(account, "Ecs:StopInstance", NOW - HOUR)
    old = happen(account, "Ecs:StartInstance", NOW - 6 * DAY)
    happen(account, "Ecs:DescribeInstances", NOW - 8 * DAY)
    answer = look_up(account)
    assert answer["Events"] == [new, old]
    assert (answer["StartTime"], answer["EndTime"]) == (iso(NOW - 7 * DAY), iso(NOW))
    assert "NextToken" not in answer


def test_nothing_found_is_an_empty_list_and_the_window(account: Account) -> None:
    asked = window(NOW - DAY, NOW)
    assert look_up(account, **asked) == {**asked, "Events": []}


def test_forward_is_oldest_first(account: Account) -> None:
    new, old = happen(account, "Ecs:A", NOW - HOUR), happen(account, "Ecs:B", NOW - 2 * HOUR)
    assert ids(look_up(account, Direction="FORWARD")) == [old["eventId"], new["eventId"]]


def test_events_show_after_the_lag(account: Account) -> None:
    shown = happen(account, "Ecs:A", NOW - timedelta(seconds=600))
    late = happen(account, "Ecs:B", NOW - timedelta(seconds=599))
    assert ids(look_up(account)) == [shown["eventId"]]
    account.clock.advance(1)
    assert ids(look_up(account)) == [late["eventId"], shown["eventId"]]


def test_both_ends_of_the_window_count(account: Account) -> None:
    edges = [happen(account, "Ecs:A", NOW - at * HOUR)["eventId"] for at in (4, 3, 2, 1)]
    assert ids(look_up(account, **window(NOW - 3 * HOUR, NOW - 2 * HOUR))) == [edges[2], edges[1]]


def test_a_region_answers_for_itself_and_the_global_region_for_global_services_too(account: Account) -> None:
    here = happen(account, "Ecs:A", NOW - 3 * HOUR)
    there = happen(account, "Ecs:A", NOW - 2 * HOUR, acsRegion="ap-southeast-1")
    everywhere = happen(account, "Ram:CreateUser", NOW - HOUR, acsRegion="cn-hangzhou")
    assert ids(look_up(account)) == [here["eventId"]]
    assert ids(look_up(account, region="ap-southeast-1")) == [everywhere["eventId"], there["eventId"]]
    assert ids(look_up(account, region="us-west-1")) == []
    account.settings.global_region = "cn-hangzhou"
    assert ids(look_up(account)) == [everywhere["eventId"], here["eventId"]]


def test_calls_on_the_data_plane_are_not_found(account: Account) -> None:
    happen(account, "Oss:GetObject", NOW - HOUR, eventCategory="Data")
    assert ids(look_up(account, ("EventAccessKeyId", DEPLOYER_KEY))) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("ServiceName", "Ecs"),
        ("EventName", "RunInstances"),
        ("User", "intern"),
        ("EventId", "the-one"),
        ("ResourceType", "ACS::ECS::Instance"),
        ("ResourceName", "i-1"),
        ("EventRW", "Write"),
        ("EventAccessKeyId", NOBODY_KEY),
        ("SensitiveAction", "true"),
        ("SourceIpAddress", "192.0.2.1"),
        ("EventType", "ConsoleOperation"),
        ("RoleName", "deploy"),
    ],
)
def test_each_attribute_finds_its_event_and_no_other(account: Account, key: str, value: str) -> None:
    happen(account, "Oss:ListBuckets", NOW - 2 * HOUR)
    identity = {
        "type": "assumed-role",
        "principalId": "300000000000000001:x",
        "userName": "deploy:x" if key == "RoleName" else "intern",
        "accessKeyId": NOBODY_KEY,
    }
    happen(
        account,
        "Ecs:RunInstances",
        NOW - HOUR,
        eventId="the-one",
        eventRW="Write",
        eventType="ConsoleOperation",
        sourceIpAddress="192.0.2.1",
        referencedResources={"ACS::ECS::Instance": ["i-1"]},
        userIdentity=identity,
    )
    assert ids(look_up(account, (key, value))) == ["the-one"]
    assert ids(look_up(account, (key, f"{value}-not"))) == []


def test_two_attributes_that_go_together_both_count(account: Account) -> None:
    both = happen(account, "Ecs:RunInstances", NOW - HOUR)
    happen(account, "Ecs:StopInstance", NOW - HOUR)
    happen(account, "Ess:RunInstances", NOW - HOUR)
    assert ids(look_up(account, ("EventName", "RunInstances"), ("ServiceName", "Ecs"))) == [both["eventId"]]
    assert ids(look_up(account, ("ServiceName", "Ecs"), ("EventName", "RunInstances"))) == [both["eventId"]]


@pytest.mark.parametrize("other", ["ServiceName", "EventName", "User", "SourceIpAddress"])
def test_the_key_id_goes_with_no_other_attribute(account: Account, other: str) -> None:
    with refused("InvalidQueryParameter", 400):
        look_up(account, ("EventAccessKeyId", DEPLOYER_KEY), (other, "x"))


def test_of_one_attribute_given_twice_the_second_counts(account: Account) -> None:
    happen(account, "Oss:ListBuckets", NOW - HOUR)
    second = happen(account, "Ecs:RunInstances", NOW - HOUR)
    assert ids(look_up(account, ("ServiceName", "Oss"), ("ServiceName", "Ecs"))) == [second["eventId"]]


def test_of_three_attributes_the_first_two_count(account: Account) -> None:
    found = happen(account, "Ecs:RunInstances", NOW - HOUR)
    asked = [("ServiceName", "Ecs"), ("EventName", "RunInstances"), ("User", "nobody at all")]
    assert ids(look_up(account, *asked)) == [found["eventId"]]


@pytest.mark.parametrize(
    "attribute",
    [("AccessKeyId", DEPLOYER_KEY), ("eventName", "x"), ("EventName", ""), ("Region", "cn-hangzhou")],
)
def test_an_unknown_attribute_or_one_without_a_value_is_refused(
    account: Account, attribute: tuple[str, str]
) -> None:
    with refused("InvalidQueryParameter", 400):
        look_up(account, attribute)


@pytest.mark.parametrize("direction", ["BACKWARD", "FORWARD"])
@pytest.mark.parametrize("size", ["1", "7", "50", ""])
def test_pages_hold_every_event_once_also_in_one_crowded_second(
    account: Account, direction: str, size: str
) -> None:
    made = [happen(account, "Ecs:A", NOW - HOUR - timedelta(seconds=at // 9))["eventId"] for at in range(60)]
    asked = {"MaxResults": size} if size else {}
    pages = list(all_pages(account, Direction=direction, **asked))
    assert [len(page["Events"]) for page in pages[:-1]] == [int(size or 20)] * (len(pages) - 1)
    found = [event for page in pages for event in ids(page)]
    assert len(found) == len(set(found))
    assert set(found) == set(made)
    moments = [event["eventTime"] for page in pages for event in page["Events"]]
    assert moments == sorted(moments, reverse=direction == "BACKWARD")


@pytest.mark.parametrize("direction", ["BACKWARD", "FORWARD"])
@pytest.mark.parametrize("ends", [{}, window(NOW - 3 * DAY, NOW)])
def test_events_that_arrive_between_two_pages_shift_nothing(
    account: Account, direction: str, ends: dict[str, str]
) -> None:
    made = [happen(account, "Ecs:A", NOW - HOUR - timedelta(minutes=at))["eventId"] for at in range(9)]
    asked = {"Direction": direction, "MaxResults": "4", **ends}
    found: list[str] = []
    for answer in all_pages(account, **asked):
        found += ids(answer)
        account.clock.advance(900)
        happen(account, "Ecs:New", account.clock.now() - timedelta(seconds=890))
    assert found == (made if direction == "BACKWARD" else made[::-1])


def test_all_pages_tell_the_window_of_the_first(account: Account) -> None:
    for at in range(5):
        happen(account, "Ecs:A", NOW - at * HOUR - HOUR)
    windows = set()
    for answer in all_pages(account, MaxResults="2"):
        windows.add((answer["StartTime"], answer["EndTime"]))
        account.clock.advance(60)
    assert len(windows) == 1


def test_a_token_comes_with_the_parameters_of_its_page(account: Account) -> None:
    for at in range(5):
        happen(account, "Ecs:A", NOW - at * HOUR - HOUR)
    token = look_up(account, ("ServiceName", "Ecs"), MaxResults="2")["NextToken"]
    for changed in (
        {"MaxResults": "3"},
        {"MaxResults": "2", "Direction": "FORWARD"},
        {"MaxResults": "2", **window(NOW - DAY, NOW)},
        {"MaxResults": "2", "region": "cn-shanghai"},
    ):
        with refused("InvalidQueryParameter", 400):
            look_up(account, ("ServiceName", "Ecs"), NextToken=token, **changed)
    with refused("InvalidQueryParameter", 400):
        look_up(account, ("ServiceName", "Oss"), NextToken=token, MaxResults="2")
    with refused("InvalidQueryParameter", 400):
        look_up(account, NextToken=f"A{token}")


@pytest.mark.parametrize("size", ["0", "51", "-1", "ten"])
def test_an_impossible_number_of_results_is_refused(account: Account, size: str) -> None:
    with refused("InvalidQueryParameter", 400):
        look_up(account, MaxResults=size)


def test_an_unknown_direction_is_refused(account: Account) -> None:
    with refused("InvalidQueryParameter", 400):
        look_up(account, Direction="backward")


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-21T00:00:00Z", None, "InvalidParameterEndTime"),
        (None, "2026-11-21T00:00:00Z", "InvalidParameterStartTime"),
        ("2026-11-21", "2026-11-22T00:00:00Z", "InvalidParameterStartTime"),
        ("2026-11-21T00:00:00+08:00", "2026-11-22T00:00:00Z", "InvalidParameterStartTime"),
        ("2026-11-21T00:00:00Z", "2026-02-30T00:00:00Z", "InvalidParameterEndTime"),
        ("2026-11-21T00:00:00Z", "1795219200", "InvalidParameterEndTime"),
        ("2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z", "InvalidParameterCombination"),
        ("2026-11-21T00:00:01Z", "2026-11-21T00:00:00Z", "InvalidParameterCombination"),
        ("2026-08-23T23:59:59Z", "2026-11-21T00:00:00Z", "InvalidParameterStartTime"),
    ],
)
def test_an_impossible_window_is_refused_by_what_is_wrong_with_it(
    account: Account, start: str | None, end: str | None, code: str
) -> None:
    given = {name: text for name, text in (("StartTime", start), ("EndTime", end)) if text}
    with refused(code, 400):
        look_up(account, **given)


def test_ninety_days_back_is_as_far_as_it_goes(account: Account) -> None:
    oldest = happen(account, "Ecs:A", NOW - 90 * DAY + HOUR)
    assert ids(look_up(account, **window(NOW - 90 * DAY, NOW))) == [oldest["eventId"]]
