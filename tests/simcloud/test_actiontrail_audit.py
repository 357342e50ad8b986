"""The AccessKey audit: what a key last did, on what, from where; and what it does not tell."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    RESPONDER_KEY,
    ROOT_KEY,
    small_account,
)
from tests.simcloud.asking import ask, refused
from tests.simcloud.happenings import happen

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
REFRESHED = datetime(2026, 11, 22, 3, 0, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
LISTS = ["Events", "Ips", "Resources"]


@pytest.fixture
def account() -> Account:
    return small_account(NOW)


def info(account: Account, key_id: str = DEPLOYER_KEY) -> dict[str, Any]:
    return ask(account, "Actiontrail", "GetAccessKeyLastUsedInfo", AccessKey=key_id)


def products(account: Account, key_id: str = DEPLOYER_KEY) -> list[dict[str, Any]]:
    answer = ask(account, "Actiontrail", "GetAccessKeyLastUsedProducts", AccessKey=key_id)
    found: list[dict[str, Any]] = answer["Products"]
    return found


def page(account: Account, what: str, service: str, **params: Any) -> dict[str, Any]:
    given = {"AccessKey": DEPLOYER_KEY, "ServiceName": service, **params}
    return ask(account, "Actiontrail", f"GetAccessKeyLastUsed{what}", **given)


def milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def test_the_last_use_names_owner_service_and_time(account: Account) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED - 2 * HOUR)
    happen(account, "Oss:ListBuckets", REFRESHED - HOUR)
    answer = info(account)
    detail = json.loads(answer.pop("Detail"))
    assert detail["eventName"] == "ListBuckets"
    assert "accessKeyId" not in detail["userIdentity"]
    assert answer == {
        "AccessKeyId": DEPLOYER_KEY,
        "AccountId": ACCOUNT_ID,
        "OwnerId": DEPLOYER_ID,
        "UserName": "ci-deployer",
        "AccountType": "ram-user",
        "UsedTimestamp": milliseconds(REFRESHED - HOUR),
        "Source": "ManagementEvent",
        "ServiceName": "Oss",
        "ServiceNameCn": "对象存储OSS",
        "ServiceNameEn": "Object Storage Service",
    }


def test_a_key_of_the_account_itself_is_told_as_root(account: Account) -> None:
    identity = {
        "type": "root-account",
        "principalId": ACCOUNT_ID,
        "userName": "root",
        "accessKeyId": ROOT_KEY,
    }
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR, userIdentity=identity)
    answer = info(account, ROOT_KEY)
    assert (answer["AccountType"], answer["UserName"], answer["OwnerId"]) == (
        "root-account",
        "root",
        ACCOUNT_ID,
    )


@pytest.mark.parametrize("key_id", [DEPLOYER_OLD_KEY, "LTAI5tSomebodyElsesKey001", "STS.NUsomething"])
def test_of_a_key_without_a_record_nothing_is_told(account: Account, key_id: str) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR)
    assert info(account, key_id) == {}
    assert products(account, key_id) == []
    assert page(account, "Ips", "Ecs", AccessKey=key_id) == {"Ips": []}


def test_a_session_of_a_role_has_no_records(account: Account) -> None:
    identity = {"type": "assumed-role", "principalId": "3:x", "userName": "r:x", "accessKeyId": "STS.NUx1"}
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR, userIdentity=identity)
    assert products(account, "STS.NUx1") == []


def test_the_audit_ends_at_its_last_full_refresh(account: Account) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED)
    happen(account, "Oss:ListBuckets", REFRESHED + timedelta(seconds=1))
    assert [one["ServiceName"] for one in products(account)] == ["Ecs"]
    account.clock.advance(3600)
    assert [one["ServiceName"] for one in products(account)] == ["Oss", "Ecs"]


def test_the_audit_forgets_after_400_days(account: Account) -> None:
    happen(account, "Ecs:DescribeInstances", NOW - timedelta(days=401))
    assert info(account) == {}
    happen(account, "Oss:ListBuckets", NOW - timedelta(days=399))
    assert [one["ServiceName"] for one in products(account)] == ["Oss"]


def test_nothing_was_recorded_before_february_2022() -> None:
    account = small_account(datetime(2022, 4, 1, tzinfo=UTC))
    happen(account, "Ecs:DescribeInstances", datetime(2022, 1, 31, 23, 59, 59, tzinfo=UTC))
    happen(account, "Oss:ListBuckets", datetime(2022, 2, 1, tzinfo=UTC))
    assert [one["ServiceName"] for one in products(account)] == ["Oss"]


def test_there_is_one_record_a_thing_and_it_is_the_newest(account: Account) -> None:
    things = {"referencedResources": {"ACS::ECS::Instance": ["i-1", "i-2"]}}
    for age in (5, 3, 4):
        happen(account, "Ecs:StartInstances", REFRESHED - age * HOUR, **things)
    happen(account, "Ecs:StopInstances", REFRESHED - 2 * HOUR, sourceIpAddress="192.0.2.9")
    happen(account, "Oss:ListBuckets", REFRESHED - HOUR, sourceIpAddress="192.0.2.10")
    events = page(account, "Events", "Ecs")["Events"]
    assert [(one["EventName"], one["UsedTimestamp"]) for one in events] == [
        ("StopInstances", milliseconds(REFRESHED - 2 * HOUR)),
        ("StartInstances", milliseconds(REFRESHED - 3 * HOUR)),
    ]
    ips = page(account, "Ips", "Ecs")["Ips"]
    assert [one["Ip"] for one in ips] == ["192.0.2.9", "203.0.113.7"]
    found = page(account, "Resources", "Ecs")["Resources"]
    assert {(one["ResourceType"], one["ResourceName"]) for one in found} == {
        ("ACS::ECS::Instance", "i-1"),
        ("ACS::ECS::Instance", "i-2"),
    }
    assert {one["UsedTimestamp"] for one in found} == {milliseconds(REFRESHED - 3 * HOUR)}


def test_a_refused_call_is_a_use(account: Account) -> None:
    happen(account, "Ecs:RunInstances", REFRESHED - HOUR, errorCode="NoPermission")
    assert json.loads(products(account)[0]["Detail"])["errorCode"] == "NoPermission"


def test_the_data_plane_shows_as_a_service_and_hides_what_was_done(account: Account) -> None:
    happen(account, "Oss:ListBuckets", REFRESHED - 2 * HOUR)
    things = {"referencedResources": {"ACS::OSS::Bucket": ["secret-bucket"]}}
    data = {"eventCategory": "Data", "sourceIpAddress": "192.0.2.99", **things}
    happen(account, "Oss:GetObject", REFRESHED - HOUR, **data)
    newest = products(account)[0]
    assert (newest["Source"], newest["UsedTimestamp"]) == ("DataEvent", milliseconds(REFRESHED - HOUR))
    events = page(account, "Events", "Oss")["Events"]
    assert [(one["EventName"], one["Source"]) for one in events] == [
        ("UnsupportedEvent", "DataEvent"),
        ("ListBuckets", "ManagementEvent"),
    ]
    everything = json.dumps([info(account), newest, events, page(account, "Ips", "Oss")])
    assert not any(hidden in everything for hidden in ("GetObject", "192.0.2.99", "secret-bucket"))
    assert page(account, "Resources", "Oss")["Resources"] == []


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("Internal", "Internal"),
        ("ess.aliyuncs.com", "Internal"),
        ("192.0.2.1", "ManagementEvent"),
        ("2001:db8::1", "ManagementEvent"),
    ],
)
def test_a_call_of_the_cloud_itself_is_internal(account: Account, address: str, source: str) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR, sourceIpAddress=address)
    assert products(account)[0]["Source"] == source


def test_an_unknown_service_keeps_its_name(account: Account) -> None:
    happen(account, "Brandnew:DoIt", REFRESHED - HOUR)
    (one,) = products(account)
    assert {one["ServiceName"], one["ServiceNameCn"], one["ServiceNameEn"]} == {"Brandnew"}


def test_a_newline_after_the_key_id_does_no_harm(account: Account) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR)
    assert info(account, f"{DEPLOYER_KEY}\n")["AccessKeyId"] == DEPLOYER_KEY


@pytest.mark.parametrize("size", ["1", "7", "100", ""])
def test_pages_hold_every_record_once(account: Account, size: str) -> None:
    for at in range(45):
        happen(account, "Ecs:DescribeInstances", REFRESHED - at * HOUR, sourceIpAddress=f"192.0.2.{at}")
    asked = {"PageSize": size} if size else {}
    answer = page(account, "Ips", "Ecs", **asked)
    assert len(answer["Ips"]) == min(int(size or 20), 45)
    found = answer["Ips"]
    while token := answer.get("NextToken"):
        answer = page(account, "Ips", "Ecs", NextToken=token, **asked)
        found += answer["Ips"]
    assert [one["Ip"] for one in found] == [f"192.0.2.{at}" for at in range(45)]


def test_a_refresh_between_two_pages_neither_repeats_nor_skips(account: Account) -> None:
    for at in range(4):
        happen(account, "Ecs:DescribeInstances", REFRESHED - (at + 1) * HOUR, sourceIpAddress=f"192.0.2.{at}")
    happen(account, "Ecs:DescribeInstances", REFRESHED + timedelta(minutes=5), sourceIpAddress="192.0.2.3")
    first = page(account, "Ips", "Ecs", PageSize="2")
    account.clock.advance(3600)
    second = page(account, "Ips", "Ecs", PageSize="2", NextToken=first["NextToken"])
    assert [one["Ip"] for one in first["Ips"] + second["Ips"]] == [f"192.0.2.{at}" for at in range(4)]


@pytest.mark.parametrize("what", LISTS)
@pytest.mark.parametrize("size", ["101", "-1", "many", "1.5", "²"])
def test_an_impossible_page_size_is_refused(account: Account, what: str, size: str) -> None:
    with refused("InvalidQueryParameter", 400):
        page(account, what, "Ecs", PageSize=size)


def test_a_token_is_good_for_its_own_request_only(account: Account) -> None:
    for at in range(4):
        happen(account, "Ecs:DescribeInstances", REFRESHED - at * HOUR, sourceIpAddress=f"192.0.2.{at}")
    token = page(account, "Ips", "Ecs", PageSize="2")["NextToken"]
    with refused("InvalidQueryParameter", 400):
        page(account, "Ips", "Ecs", PageSize="3", NextToken=token)
    with refused("InvalidQueryParameter", 400):
        page(account, "Ips", "Oss", PageSize="2", NextToken=token)
    with refused("InvalidQueryParameter", 400):
        page(account, "Resources", "Ecs", PageSize="2", NextToken=token)


@pytest.mark.parametrize("token", ["x", "bm90IGpzb24=", "eyJhY2NvdW50IjoiMSJ9", "W10=", "é"])
def test_a_token_that_was_never_given_out_is_refused(account: Account, token: str) -> None:
    with refused("InvalidQueryParameter", 400):
        page(account, "Events", "Ecs", NextToken=token)


@pytest.mark.parametrize("what", LISTS)
def test_the_service_must_be_named(account: Account, what: str) -> None:
    with refused("MissingParameter", 400):
        ask(account, "Actiontrail", f"GetAccessKeyLastUsed{what}", AccessKey=DEPLOYER_KEY)


def test_a_late_event_of_the_past_is_seen(account: Account) -> None:
    happen(account, "Ecs:DescribeInstances", REFRESHED - HOUR)
    assert len(products(account)) == 1
    happen(account, "Oss:ListBuckets", REFRESHED - 5 * HOUR)
    assert len(products(account)) == 2


def test_the_audit_wants_its_own_permission(account: Account) -> None:
    account.users[next(iter(account.users))].policies.clear()
    with refused("NoPermission", 403) as refusal:
        ask(account, "Actiontrail", "GetAccessKeyLastUsedInfo", by=RESPONDER_KEY, AccessKey=DEPLOYER_KEY)
    assert refusal.value.detail["AccessDeniedDetail"]["AuthAction"] == "actiontrail:GetAccessKeyLastUsedInfo"
