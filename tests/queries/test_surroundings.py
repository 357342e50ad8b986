"""Caller, siblings, network policy, logon, last use and trails, against the account's own state."""

import json
from datetime import timedelta
from typing import Any

import pytest

from aktui.errors import CallRef, NotFound
from aktui.simcloud.account import LoginProfile, MfaDevice, ServiceCredential
from queries.base import Status
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, FakeCloud, inquiry
from tests.queries.rig import desk, event, idle_root, leaked, new_key, restrict
from tests.simcloud.accounts import (
    ACCOUNT_ID,
    DEPLOYER_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    RESPONDER_ID,
    ROOT_KEY,
    small_account,
)

USER: dict[str, Any] = {"ims:GetUser": {"User": {"UserPrincipalName": "ci@acme.onaliyun.com", "UserId": "2"}}}
FENCE = {
    "Status": "Active",
    "Statements": [
        {"Type": "ClassicWhiteList", "IPList": ["203.0.113.0/24", "198.51.100.7"]},
        {"Type": "VPCWhiteList", "Value": "vpc-1", "IPList": ["172.16.0.0/16"]},
    ],
}


async def test_the_caller_is_told_with_its_account(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, desk(sim, DEPLOYER_KEY) as found:
        (row,) = (await found.ask("caller")).rows
    assert (row.values["name"], row.values["account_id"], row.values["user_id"]) == (
        "responder",
        ACCOUNT_ID,
        RESPONDER_ID,
    )


async def test_a_caller_without_an_account_is_a_failure() -> None:
    assert (await inquiry(FakeCloud({"sts:GetCallerIdentity": {}})).ask("caller")).status is Status.FAILED


async def test_siblings_are_the_other_keys_alive_and_deleted_and_the_service_credentials(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    at = account.clock.now().replace(microsecond=0)
    new_key(account, "LTAI5tDEPLOYERDEPLOYER03", DEPLOYER_ID).recycled = at - timedelta(days=2)
    account.users[DEPLOYER_ID].credentials.append(
        ServiceCredential("SC-1", "sls", "logs", "Active", account.created)
    )
    account.trail.add(event(DEPLOYER_OLD_KEY, "RunInstances", at - timedelta(hours=5), 1))
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("siblings")
    by_id = {row.values["key_id"]: row.values for row in result.rows}
    assert {key: (values["kind"], values["status"]) for key, values in by_id.items()} == {
        DEPLOYER_OLD_KEY: ("AccessKey", "Inactive"),
        "LTAI5tDEPLOYERDEPLOYER03": ("AccessKey in the recycle bin", "Deleted"),
        "SC-1": ("service credential", "Active"),
    }
    assert by_id[DEPLOYER_OLD_KEY]["last_used"] == at - timedelta(hours=5)
    assert by_id["LTAI5tDEPLOYERDEPLOYER03"]["deleted_at"] == at - timedelta(days=2)
    assert result.status is Status.COMPLETE


async def test_siblings_that_may_not_be_seen_leave_a_gap_each(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    denied = ("ram:ListServiceCredentials", "ram:ListAccessKeysInRecycleBin", "ram:GetAccessKeyLastUsed")
    restrict(account, *denied)
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("siblings")
    assert {gap.missing for gap in result.gaps} == set(denied)
    assert [row.values["key_id"] for row in result.rows] == [DEPLOYER_OLD_KEY]
    assert result.status is Status.PARTIAL


async def test_root_sees_the_siblings_of_its_key(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    new_key(account, "LTAI5tROOTROOTROOTROOT02")
    async with practice_cloud(account) as sim, desk(sim, "LTAI5tROOTROOTROOTROOT02", by=ROOT_KEY) as found:
        result = await found.ask("siblings")
    assert [row.values["key_id"] for row in result.rows] == [ROOT_KEY]


async def test_to_others_the_siblings_of_a_root_key_are_not_covered(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = idle_root()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("siblings")
    assert result.status is Status.NOT_COVERED
    assert "listed to root only" in result.detail


@pytest.mark.parametrize(
    ("key_policy", "account_policy", "in_force", "note"),
    [
        (None, None, {"key": False, "account": False}, "from any address"),
        (FENCE, None, {"key": True, "account": False}, "key's own"),
        (FENCE, FENCE, {"key": True, "account": False}, "key's own"),
        (None, FENCE, {"key": False, "account": True}, "account's network policy is in force"),
        ({**FENCE, "Status": "Inactive"}, FENCE, {"key": False, "account": True}, "account's"),
    ],
)
async def test_the_network_policy_in_force_is_told(
    practice_cloud: PracticeCloudFactory,
    key_policy: dict[str, Any] | None,
    account_policy: dict[str, Any] | None,
    in_force: dict[str, bool],
    note: str,
) -> None:
    account = small_account()
    account.keys[DEPLOYER_KEY].policy, account.network_policy = key_policy, account_policy
    for key_id in (account.responder,):
        account.keys[key_id].policy = {
            "Status": "Active",
            "Statements": [{"Type": "ClassicWhiteList", "IPList": ["127.0.0.1"]}],
        }
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("network-policy")
    assert {row.values["scope"]: row.values["in_force"] for row in result.rows} == in_force
    assert note in result.note
    if key_policy is FENCE:
        assert result.rows[0].values["networks"] == "203.0.113.0/24, 198.51.100.7"
        assert result.rows[0].values["vpcs"] == "vpc-1: 172.16.0.0/16"


async def test_the_accounts_policy_alone_does_not_tell_which_is_in_force(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    account.network_policy = {
        "Status": "Active",
        "Statements": [{"Type": "ClassicWhiteList", "IPList": ["127.0.0.1"]}],
    }
    restrict(account, "ram:GetAccessKeyPolicy")
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("network-policy")
    assert [(row.values["scope"], row.values["in_force"]) for row in result.rows] == [("account", None)]
    assert result.status is Status.PARTIAL
    assert "unknown" in result.note


@pytest.mark.parametrize("text", ["", "not json", "[]", None, 7])
async def test_a_network_policy_that_cannot_be_read_is_not_never_set(text: object) -> None:
    answers = {"ims:GetAccessKeyPolicy": {"AccessKeyPolicy": text}, "ims:GetAccessKeyPolicyForAccount": {}}
    result = await inquiry(FakeCloud({**USER, **answers})).ask("network-policy")
    assert (result.rows, result.status) == ((), Status.FAILED)


async def test_a_policy_that_the_cloud_says_does_not_exist_was_never_set() -> None:
    gone = NotFound(CallRef("ims", "GetAccessKeyPolicy"), "No policy.", code="EntityNotExist.AccessKeyPolicy")
    answers: dict[str, Any] = {
        "ims:GetAccessKeyPolicy": gone,
        "ims:GetAccessKeyPolicyForAccount": {"AccessKeyPolicy": "{}"},
    }
    result = await inquiry(FakeCloud({**USER, **answers})).ask("network-policy")
    assert [row.values["status"] for row in result.rows] == ["never set", "never set"]


async def test_a_user_without_a_login_profile_has_no_console_logon(
    practice_cloud: PracticeCloudFactory,
) -> None:
    async with practice_cloud(small_account()) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("logon")
    assert (result.rows[0].values["console"], result.rows[0].values["mfa"]) == ("none", False)
    assert result.status is Status.COMPLETE
    assert "No console logon" in result.note


async def test_a_console_logon_is_told_with_its_second_factor(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    at = account.created + timedelta(days=30)
    account.users[NOBODY_ID].login = LoginProfile("x", "Active", at, mfa_bind_required=True, last_login=at)
    serial = f"acs:ram::{ACCOUNT_ID}:mfa/nobody"
    account.mfa_devices[serial] = MfaDevice(serial, user=NOBODY_ID, activated=at)
    async with practice_cloud(account) as sim, desk(sim, NOBODY_KEY) as found:
        (row,) = (await found.ask("logon")).rows
    told = {
        name: row.values[name]
        for name in ("console", "mfa", "mfa_type", "mfa_serial", "mfa_required", "changed")
    }
    assert told == {
        "console": "Active",
        "mfa": True,
        "mfa_type": "VMFA",
        "mfa_serial": serial,
        "mfa_required": True,
        "changed": at,
    }


async def test_a_logon_by_password_alone_is_said(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    account.users[NOBODY_ID].login = LoginProfile("x", "Active", account.created)
    async with practice_cloud(account) as sim, desk(sim, NOBODY_KEY) as found:
        assert "password alone" in (await found.ask("logon")).note


async def test_the_logon_of_root_comes_from_the_credential_report(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = idle_root()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        (row,) = (await found.ask("logon")).rows
    assert (row.values["mfa"], row.values["last_login"]) == (account.root_mfa, account.root_last_login)


async def test_two_witnesses_of_the_last_use_agree(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("last-used")
    assert [row.values["witness"] for row in result.rows] == ["ActionTrail", "IMS"]
    assert result.note == "ActionTrail and IMS agree."


@pytest.mark.parametrize(
    ("used", "service", "note"),
    [
        ("2022-07-08T02:00:00Z", "Ecs", "agree"),
        ("2022-07-08T02:00:00Z", "Oss", "disagree"),
        ("2022-08-08T02:00:00Z", "Ecs", "disagree"),
        ("", "", "Only ActionTrail"),
    ],
)
async def test_witnesses_that_disagree_are_said_to(used: str, service: str, note: str) -> None:
    trail = {"UsedTimestamp": 1657247532000, "ServiceName": "Ecs", "AccountType": "ram-user"}
    ims = {"AccessKeyLastUsed": {"LastUsedDate": used, "ServiceName": service}}
    cloud = FakeCloud(
        {**USER, "actiontrail:GetAccessKeyLastUsedInfo": trail, "ims:GetAccessKeyLastUsed": ims}
    )
    result = await inquiry(cloud).ask("last-used")
    assert note in result.note
    assert result.status is Status.COMPLETE


async def test_an_answer_about_last_use_that_tells_nothing_is_not_never_used() -> None:
    cloud = FakeCloud(
        {**USER, "actiontrail:GetAccessKeyLastUsedInfo": {"Surprise": 1}, "ims:GetAccessKeyLastUsed": {}}
    )
    result = await inquiry(cloud, KEY).ask("last-used")
    assert (result.status, result.note) == (Status.FAILED, "")


async def test_trails_are_told_with_their_state(practice_cloud: PracticeCloudFactory) -> None:
    account = leaked()
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        result = await found.ask("trails")
    assert {(row.values["name"], row.values["sls"], row.values["logging"]) for row in result.rows} == {
        (trail["Name"], trail["SlsProjectArn"], trail["Status"] == "Enable") for trail in account.trails
    }
    assert json.dumps(result.rows[0].raw["DescribeTrails"]) == json.dumps(account.trails[0])


async def test_no_trail_at_all_is_said_with_what_it_means(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(small_account()) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("trails")
    assert (result.status, result.rows) == (Status.COMPLETE, ())
    assert "90 days only" in result.note


async def test_a_trail_whose_state_is_denied_still_shows(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    account.trails.append({"Name": "all-events", "HomeRegion": "cn-beijing", "Status": "Enable"})
    restrict(account, "actiontrail:GetTrailStatus")
    async with practice_cloud(account) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask("trails")
        assert [call.region for call in found.asked.calls] == ["", "cn-beijing"]
    assert [(row.values["name"], row.values["logging"]) for row in result.rows] == [("all-events", None)]
    assert result.status is Status.PARTIAL
