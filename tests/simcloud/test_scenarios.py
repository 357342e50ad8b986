"""The scenarios: reproducible, of a believable size, true to their own truth."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from aktui.simcloud import accountfile
from aktui.simcloud.account import ROOT, Account, Group, Role, User
from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.directory import names
from aktui.simcloud.directory.keys import audited_until
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.trail import is_data, resources
from tests.simcloud.asking import ask, refused

NOW = datetime(2026, 11, 22, 3, 12, 44, tzinfo=UTC)
MOMENTS = [
    datetime(2026, 11, 22, 3, 0, 1, tzinfo=UTC),
    datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2027, 1, 4, 8, 30, 0, 500000, tzinfo=UTC),
]
IDS = [
    "benign-surprise",
    "idle-root-key",
    "leaked-ci-key",
    "oss-exfiltration",
    "role-chain-persistence",
    "slow-and-low",
    "sms-pumping",
    "two-keys-one-intruder",
]
FICTIONAL = [ip_network(net) for net in ("203.0.113.0/24", "198.51.100.0/24", "192.0.2.0/24", "10.0.0.0/8")]


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


def truth(account: Account) -> dict[str, Any]:
    return dict(account.truth)


def test_the_scenarios_are_those_of_the_folder() -> None:
    assert list(catalogue()) == IDS
    assert all(scenario.title for scenario in catalogue().values())


@pytest.mark.parametrize("scenario", IDS)
def test_an_account_has_a_believable_size(scenario: str) -> None:
    account = built(scenario)
    assert sum(not user.recycled for user in account.users.values()) >= 40
    assert sum(not key.recycled for key in account.keys.values()) >= 60
    assert len(account.trail) >= 20_000


@pytest.mark.parametrize("scenario", IDS)
def test_the_same_seed_and_moment_tell_the_same_story(scenario: str) -> None:
    first, again = built(scenario), catalogue()[scenario].build(1, NOW)
    assert without_rows(again) == without_rows(first)
    assert list(again.projects) == list(first.projects)


def without_rows(account: Account) -> dict[str, Any]:
    """The account as a document; its log rows, of which there are very many, are compared elsewhere."""
    return accountfile.dump(replace(account, projects={}))


@pytest.mark.parametrize("scenario", IDS)
def test_another_seed_gives_other_identifiers(scenario: str) -> None:
    other = catalogue()[scenario].build(2, NOW)
    assert not set(other.keys) & set(built(scenario).keys)
    assert other.id != built(scenario).id


@pytest.mark.parametrize("scenario", IDS)
def test_events_are_unique_past_and_of_known_identities(scenario: str) -> None:
    account = built(scenario)
    assert len({event["eventId"] for event in account.trail}) == len(account.trail)
    assert max(event["eventTime"] for event in account.trail) < iso(NOW)
    for event in account.trail:
        identity = event["userIdentity"]
        key_id = identity.get("accessKeyId", "")
        if key_id.startswith("LTAI"):
            key = account.keys[key_id]
            assert key.owner == (ROOT if identity["type"] == "root-account" else identity["principalId"])
            assert event["eventTime"] >= iso(key.created), (identity["userName"], event["eventName"])
        if identity["type"] == "ram-user":
            assert account.users[identity["principalId"]].name == identity["userName"]


@pytest.mark.parametrize("scenario", IDS)
def test_addresses_are_made_up(scenario: str) -> None:
    for address in {event["sourceIpAddress"] for event in built(scenario).trail}:
        assert any(ip_address(address) in net for net in FICTIONAL), address


@pytest.mark.parametrize("scenario", IDS)
def test_nothing_could_not_have_been_made_through_the_api(scenario: str) -> None:
    account = built(scenario)
    assert all(names.USER.fullmatch(user.name) for user in account.users.values())
    assert all(names.POLICY.fullmatch(name) for _, name in account.policies)
    assert all(names.ROLE.fullmatch(name) for name in account.roles)
    holders: list[User | Group | Role] = [
        *account.users.values(),
        *account.groups.values(),
        *account.roles.values(),
    ]
    for holder in holders:
        for attachment in holder.policies:
            assert (attachment.policy_type, attachment.policy_name) in account.policies
    assert all(set(user.groups) <= set(account.groups) for user in account.users.values())
    living = Counter(key.owner for key in account.keys.values() if not key.recycled)
    assert max(living.values()) <= 2
    assert all(account.users[device.user].login for device in account.mfa_devices.values())
    assert all(user.created < account.clock.now() for user in account.users.values())
    assert len(account.trails) == 1


@pytest.mark.parametrize("scenario", IDS)
def test_keys_of_every_sort_lie_about(scenario: str) -> None:
    account = built(scenario)
    used = {event["userIdentity"].get("accessKeyId") for event in account.trail}
    living = [key for key in account.keys.values() if not key.recycled]
    assert sum(key.status == "Inactive" for key in living) >= 5
    assert sum(key.status == "Active" and key.id not in used for key in living) >= 4
    assert sum(bool(key.recycled) for key in account.keys.values()) >= 3
    assert sum(bool(user.recycled) for user in account.users.values()) >= 2


@pytest.mark.parametrize("scenario", IDS)
def test_the_responder_may_read_and_contain_but_is_not_the_suspect(scenario: str) -> None:
    account = built(scenario)
    key = account.keys[account.responder]
    user = account.users[key.owner]
    assert (user.name, key.status, key.id in account.suspects) == ("responder-li", "Active", False)
    assert any(device.user == user.id for device in account.mfa_devices.values())
    ask(account, "Actiontrail", "DescribeTrails", by=account.responder)
    ask(account, "Ims", "ListUsers", by=account.responder)
    suspect = account.keys[account.suspects[0]]
    if suspect.owner != ROOT:
        asked = {"UserId": suspect.owner}
        ask(account, "Ims", "ListAccessKeysInRecycleBin", by=account.responder, **asked)


@pytest.mark.parametrize("scenario", IDS)
def test_the_truth_is_json(scenario: str) -> None:
    told = truth(built(scenario))
    assert json.loads(json.dumps(told)) == told
    assert told["scenario"] == scenario
    assert list(told["suspects"]) == built(scenario).suspects


@pytest.mark.parametrize("scenario", IDS)
def test_the_audit_shows_what_the_truth_expects(scenario: str) -> None:
    account = catalogue()[scenario].build(1, NOW)
    told = truth(account)
    assert iso(audited_until(account, account.clock.now())) == told["as_of"]
    for key_id, suspect in told["suspects"].items():
        expected = suspect["expected"]
        info = audit(account, "Info", key_id)
        assert info["AccountType"] == suspect["owner"]["type"]
        assert info["UserName"] == suspect["owner"]["name"]
        assert info["OwnerId"] == suspect["owner"]["id"]
        assert (info["ServiceName"], used(info)) == (
            expected["last_used"]["service"],
            expected["last_used"]["at"],
        )
        products = audit(account, "Products", key_id)["Products"]
        assert {one["ServiceName"]: (used(one), one["Source"]) for one in products} == {
            name: (entry["last_used"], entry["source"]) for name, entry in expected["services"].items()
        }
        for name, entry in expected["services"].items():
            events = whole_list(account, "Events", key_id, name)
            assert {one["EventName"]: used(one) for one in events} == entry["events"]
            ips = whole_list(account, "Ips", key_id, name)
            assert {one["Ip"]: used(one) for one in ips} == entry["ips"]
            things = whole_list(account, "Resources", key_id, name)
            assert {f"{one['ResourceType']} {one['ResourceName']}": used(one) for one in things} == entry[
                "resources"
            ]


def audit(account: Account, what: str, key_id: str, **params: Any) -> dict[str, Any]:
    asked = {"AccessKey": key_id, **params}
    return ask(account, "Actiontrail", f"GetAccessKeyLastUsed{what}", by=account.responder, **asked)


def whole_list(account: Account, what: str, key_id: str, service: str) -> list[dict[str, Any]]:
    answer = audit(account, what, key_id, ServiceName=service)
    found: list[dict[str, Any]] = answer[what]
    while token := answer.get("NextToken"):
        answer = audit(account, what, key_id, ServiceName=service, NextToken=token)
        found += answer[what]
    return found


def used(record: dict[str, Any]) -> str:
    return iso(datetime.fromtimestamp(record["UsedTimestamp"] / 1000, UTC))


@pytest.mark.parametrize("now", MOMENTS, ids=str)
@pytest.mark.parametrize("scenario", IDS)
def test_the_running_hour_shows_nothing_that_was_not_seen_before(scenario: str, now: datetime) -> None:
    """So that the sets of services, operations, addresses and things hold whenever the audit refreshes."""
    account = catalogue()[scenario].build(5, now)
    as_of = truth(account)["as_of"]
    assert parse_iso(as_of) <= now < parse_iso(as_of) + timedelta(hours=1)
    for key_id in account.suspects:
        events = account.trail.find({"Key": key_id})
        before = {thing for event in events if event["eventTime"] <= as_of for thing in things_of(event)}
        assert {thing for event in events for thing in things_of(event)} == before


def things_of(event: dict[str, Any]) -> list[tuple[str, ...]]:
    service = event["serviceName"]
    if is_data(event):
        return [(service, "data")]
    pairs = [(service, *pair) for pair in resources(event)]
    return [(service, "event", event["eventName"]), (service, "ip", event["sourceIpAddress"]), *pairs]


def test_the_business_uses_the_leaked_key_in_the_last_hour_too() -> None:
    account = built("leaked-ci-key")
    (key_id,) = account.suspects
    newest = account.trail.find({"Key": key_id})[-1]
    assert parse_iso(newest["eventTime"]) > NOW - timedelta(hours=1)
    assert newest["sourceIpAddress"] in truth(account)["business"]["source_ips"]


def test_the_intruders_events_are_those_from_the_intruders_addresses() -> None:
    account = built("leaked-ci-key")
    told = truth(account)
    foreign = [event for event in account.trail if event["sourceIpAddress"] in told["intruder"]["source_ips"]]
    assert {event["eventId"] for event in foreign} == set(told["intruder"]["event_ids"])
    assert not set(told["intruder"]["source_ips"]) & set(told["business"]["source_ips"])
    assert parse_iso(told["intruder"]["first"]) > NOW - timedelta(days=4)
    assert parse_iso(told["intruder"]["last"]) > NOW - timedelta(hours=12)
    refused_ones = [event for event in foreign if event.get("errorCode")]
    assert len(refused_ones) >= 15
    done = {event["eventName"] for event in foreign if not event.get("errorCode")}
    assert done >= {
        "GetCallerIdentity",
        "ListUsers",
        "CreateUser",
        "CreateAccessKey",
        "CreateLoginProfile",
        "AttachPolicyToUser",
        "AssumeRole",
        "RunInstances",
        "PutBucketAcl",
        "GetObject",
        "GetLogStoreLogs",
        "ConsoleSignin",
    }


def test_what_the_intruder_made_is_in_the_account() -> None:
    account = built("leaked-ci-key")
    made = truth(account)["intruder"]["created"]
    user = account.user_named(made["users"][0]["name"])
    assert user is not None
    assert [one.policy_name for one in user.policies] == ["AdministratorAccess"]
    assert user.login is not None
    (key,) = account.keys_of(user.id)
    assert key.id == made["access_keys"][0]["id"]
    assert account.trail.last_used(key.id, NOW) is not None
    assert len(made["instances"]) == 9
    assert len({one["region"] for one in made["instances"]}) == 3
    assert not {one["region"] for one in made["instances"]} & set(truth(account)["business"]["regions"])


def test_what_the_intruder_was_refused_the_key_may_not_do() -> None:
    account = built("leaked-ci-key")
    trail = account.trails[0]["Name"]
    refusals = [event for event in account.trail.find({"EventName": "StopLogging"}) if event.get("errorCode")]
    assert [event["requestParameters"]["Name"] for event in refusals] == [trail]
    (key_id,) = account.suspects
    group = account.groups["ci"]
    assert "deny-billing-and-audit" in [one.policy_name for one in group.policies]
    ask(account, "Ram", "ListUsers", by=key_id)


def test_the_storage_key_is_used_by_the_business_and_was_used_to_destroy() -> None:
    account = built("oss-exfiltration")
    told = truth(account)
    assert told["verdict"] == "business-and-intruder"
    assert 20_000 <= told["intruder"]["objects_read"] < 100_000
    foreign = [event for event in account.trail if event["sourceIpAddress"] in told["intruder"]["source_ips"]]
    assert {event["eventId"] for event in foreign} == set(told["intruder"]["event_ids"])
    done = {event["eventName"] for event in foreign if not event.get("errorCode")}
    assert done >= {"ListBuckets", "GetBucketAcl", "PutBucketAcl", "GetObject", "DeleteObjects", "PutObject"}
    assert {event["eventName"] for event in foreign if event.get("errorCode") == "NoPermission"} == {
        "ListUsers"
    }
    assert {note["object"] for note in told["intruder"]["notes"]} == {"README_如何恢复数据.txt"}
    (key_id,) = account.suspects
    newest = account.trail.find({"Key": key_id})[-1]
    assert parse_iso(newest["eventTime"]) > NOW - timedelta(hours=2)
    assert newest["sourceIpAddress"] in told["business"]["source_ips"]
    nights = {
        parse_iso(event["eventTime"]) > parse_iso(told["intruder"]["first"]) + timedelta(hours=12)
        for event in foreign
    }
    assert nights == {False, True}


def test_the_idle_root_key_is_about_to_be_forgotten_by_the_audit() -> None:
    account = catalogue()["idle-root-key"].build(1, NOW)
    (key_id,) = account.suspects
    assert account.keys[key_id].owner == ROOT
    assert audit(account, "Info", key_id)["AccountType"] == "root-account"
    recent = ask(
        account,
        "Actiontrail",
        "LookupEvents",
        by=account.responder,
        LookupAttribute=[{"Key": "EventAccessKeyId", "Value": key_id}],
        StartTime=iso(NOW - timedelta(days=90)),
        EndTime=iso(NOW),
    )
    assert recent["Events"] == []
    account.clock.advance(30 * 86400)
    assert audit(account, "Info", key_id) == {}
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetUser", by=account.responder, UserAccessKeyId=key_id)


def test_colleagues_log_on_from_the_new_office_before_the_surprise() -> None:
    account = built("benign-surprise")
    told = truth(account)
    assert told["intruder"] is None
    (address,) = told["business"]["new"]["source_ips"]
    here = account.trail.find({"SourceIpAddress": address})
    logons = [event for event in here if event["eventName"] == "ConsoleSignin"]
    assert len({event["userIdentity"]["userName"] for event in logons}) >= 5
    surprising = [event for event in here if event["eventId"] in set(told["business"]["new"]["event_ids"])]
    assert min(event["eventTime"] for event in logons) < min(event["eventTime"] for event in surprising)
    assert any(event.get("errorCode") for event in surprising)
    assert account.policies["Custom", "release-scope"].default == "v2"
