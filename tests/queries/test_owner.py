"""Whose key it is: alive, never used, deleted, purged, root's, or of another account."""

from datetime import timedelta
from typing import Any

import pytest

from aktui.errors import CallRef, CloudError, Forbidden, NoAnswer, NotFound
from aktui.simcloud.account import ROOT, Account, User
from queries.base import Result, Status
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
    ROOT_KEY,
    small_account,
)

STRANGER = "LTAI5tSTRANGERSTRANGER01"
HANDFUL = 12
"""Calls."""
CALLER: dict[str, Any] = {
    "sts:GetCallerIdentity": {"AccountId": "1", "Arn": "acs:ram::1:user/li", "IdentityType": "RAMUser"}
}


async def owner(
    practice_cloud: PracticeCloudFactory, account: Account, key_id: str, by: str = ""
) -> tuple[Result, list[str]]:
    async with practice_cloud(account) as sim, desk(sim, key_id, by=by) as found:
        return await found.ask("owner"), found.asked.names


async def test_the_owner_of_a_living_key_is_told_with_state_and_age(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    result, calls = await owner(practice_cloud, account, DEPLOYER_OLD_KEY)
    (row,) = result.rows
    key = account.keys[DEPLOYER_OLD_KEY]
    expected: dict[str, Any] = {
        "key_id": DEPLOYER_OLD_KEY,
        "status": "Inactive",
        "owner_type": "ram-user",
        "owner_name": "ci-deployer",
        "owner_id": DEPLOYER_ID,
        "principal": "ci-deployer@acme.onaliyun.com",
        "account_id": ACCOUNT_ID,
        "created": key.created,
        "age_days": 400,
        "last_used": None,
    }
    assert {name: row.values[name] for name in expected} == expected
    assert result.status is Status.COMPLETE
    assert len(calls) <= HANDFUL


async def test_the_suspect_key_of_the_story_is_told_as_the_account_has_it(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    key = account.keys[account.suspects[0]]
    user = account.users[key.owner]
    result, _ = await owner(practice_cloud, account, key.id)
    values = result.rows[0].values
    assert (values["owner_name"], values["owner_id"]) == (user.name, user.id)
    assert (values["status"], values["created"]) == (key.status, key.created)
    assert (values["display_name"], values["comments"]) == (user.display_name, user.comments)
    assert values["last_used"] is not None


async def test_a_deleted_key_is_found_in_the_recycle_bin(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    deleted = account.clock.now().replace(microsecond=0) - timedelta(days=3)
    account.keys[DEPLOYER_KEY].recycled = deleted
    result, calls = await owner(practice_cloud, account, DEPLOYER_KEY)
    values = result.rows[0].values
    assert (values["status"], values["owner_name"], values["deleted_at"]) == (
        "Deleted",
        "ci-deployer",
        deleted,
    )
    assert values["purge_at"] > deleted
    assert "lives" in result.note
    assert len(calls) <= HANDFUL


async def test_a_key_whose_user_was_deleted_too_still_has_an_owner(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    moment = account.clock.now().replace(microsecond=0) - timedelta(days=3)
    account.keys[NOBODY_KEY].recycled = account.users[NOBODY_ID].recycled = moment
    result, _ = await owner(practice_cloud, account, NOBODY_KEY)
    values = result.rows[0].values
    assert (values["owner_name"], values["owner_id"], values["display_name"]) == (
        "nobody",
        NOBODY_ID,
        "nobody",
    )
    assert "Its user was deleted too" in result.note
    assert result.status is Status.COMPLETE


async def test_a_key_deleted_for_good_is_known_by_its_recorded_use(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    account.trail.add(event(STRANGER, "RunInstances", account.clock.now() - timedelta(days=9), 1))
    result, _ = await owner(practice_cloud, account, STRANGER)
    values = result.rows[0].values
    assert (values["status"], values["owner_name"]) == ("Deleted", "ci-deployer")
    assert "for good" in result.note


async def test_a_root_key_is_told_as_roots_with_its_state_from_the_report(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = idle_root()
    key = account.keys[account.suspects[0]]
    assert key.owner == ROOT
    result, calls = await owner(practice_cloud, account, key.id)
    values = result.rows[0].values
    assert (values["owner_type"], values["owner_name"]) == ("root", "root")
    assert (values["status"], values["created"]) == (key.status, key.created)
    assert "log on as root" in result.note
    assert len(calls) <= 2 * HANDFUL


async def test_root_itself_sees_its_own_key_by_id(practice_cloud: PracticeCloudFactory) -> None:
    account = small_account()
    other = new_key(account, "LTAI5tROOTROOTROOTROOT02")
    other.status = "Inactive"
    result, _ = await owner(practice_cloud, account, other.id, by=ROOT_KEY)
    values = result.rows[0].values
    assert (values["owner_type"], values["status"], values["created"]) == ("root", "Inactive", other.created)


async def test_a_key_nobody_knows_is_said_not_to_be_in_this_account(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    del account.keys[ROOT_KEY]
    result, calls = await owner(practice_cloud, account, STRANGER)
    assert result.rows[0].values["status"] == "Not in this account"
    assert result.note.startswith("Not in this account")
    assert "management account" in result.note
    assert result.status is Status.COMPLETE
    assert len(calls) <= HANDFUL


async def test_the_hint_names_the_resource_directory_of_a_multi_account_trail(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    del account.keys[ROOT_KEY]
    account.trails.append(
        {
            "Name": "org-trail",
            "IsOrganizationTrail": True,
            "OrganizationId": "rd-Ab12",
            "HomeRegion": "cn-beijing",
        }
    )
    result, _ = await owner(practice_cloud, account, STRANGER)
    assert "rd-Ab12" in result.note
    assert "org-trail" in result.note


async def test_where_root_has_keys_an_unknown_key_may_be_one_of_them(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result, _ = await owner(practice_cloud, small_account(), STRANGER)
    assert result.rows[0].values["status"] == "unknown"
    assert "1 key(s)" in result.note
    assert result.status is Status.COMPLETE


@pytest.mark.parametrize(
    "denied",
    [
        "ram:GetUser",
        "ram:GetAccessKeyInfoInRecycleBin",
        "actiontrail:GetAccessKeyLastUsedInfo",
        "ram:GetCredentialReport",
        "ram:GetAccountSecurityPracticeReport",
    ],
)
async def test_with_one_permission_missing_nothing_is_said_not_to_be_in_this_account(
    practice_cloud: PracticeCloudFactory, denied: str
) -> None:
    account = small_account()
    del account.keys[ROOT_KEY]
    restrict(account, denied)
    result, _ = await owner(practice_cloud, account, STRANGER)
    assert "Not in this account" not in result.note
    assert all(row.values["status"] == "unknown" for row in result.rows)
    assert denied in {gap.missing for gap in result.gaps}
    assert result.status is Status.PARTIAL


async def test_without_the_right_to_list_keys_the_owner_is_still_told(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = small_account()
    restrict(account, "ram:ListAccessKeys")
    result, _ = await owner(practice_cloud, account, DEPLOYER_KEY)
    assert (result.rows[0].values["owner_name"], result.rows[0].values["status"]) == (
        "ci-deployer",
        "unknown",
    )
    assert [gap.missing for gap in result.gaps] == ["ram:ListAccessKeys"]


async def test_when_ims_is_silent_the_audit_trail_tells_the_owner() -> None:
    silent = NoAnswer(CallRef("ims", "GetUser"), "Nothing came.")
    use = {"AccountType": "ram-user", "UserName": "ci", "OwnerId": "2", "UsedTimestamp": 1657247532000}
    cloud = FakeCloud({"ims:GetUser": silent, "actiontrail:GetAccessKeyLastUsedInfo": use, **CALLER})
    result = await inquiry(cloud).ask("owner")
    assert (result.rows[0].values["owner_name"], result.rows[0].values["status"]) == ("ci", "unknown")
    assert result.status is Status.PARTIAL


@pytest.mark.parametrize(
    "error",
    [
        NoAnswer(CallRef("x", "y"), "Nothing came."),
        Forbidden(CallRef("x", "y"), "You may not.", missing="x:y", code="NoPermission"),
    ],
)
async def test_when_nothing_answers_there_is_no_owner_and_no_verdict(error: CloudError) -> None:
    names = ("ims:GetUser", "ims:GetAccessKeyInfoInRecycleBin", "actiontrail:GetAccessKeyLastUsedInfo")
    result = await inquiry(FakeCloud({**dict.fromkeys(names, error), **CALLER})).ask("owner")
    assert result.rows == ()
    assert result.status in (Status.FAILED, Status.DENIED)


async def test_an_api_that_the_site_does_not_have_is_no_proof_of_absence() -> None:
    """`InvalidAction.NotFound` is about the API, not about the key."""
    gone = NotFound(
        CallRef("ims", "GetAccessKeyInfoInRecycleBin"), "No such API.", code="InvalidAction.NotFound"
    )
    cloud = FakeCloud(
        {"ims:GetAccessKeyInfoInRecycleBin": gone, "actiontrail:GetAccessKeyLastUsedInfo": {}, **CALLER}
    )
    result = await inquiry(cloud).ask("owner")
    assert "unknown" in result.note
    assert any(gap.code == "InvalidAction.NotFound" for gap in result.gaps)


async def test_a_key_never_used_in_an_account_of_a_thousand_users_takes_a_handful_of_calls(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = crowded()
    result, calls = await owner(practice_cloud, account, "LTAI5tCROWD0000000000777")
    assert result.rows[0].values["owner_name"] == "user-0388"
    assert result.rows[0].values["status"] == "Active"
    assert len(calls) <= HANDFUL


def crowded() -> Account:
    """1,000 users with 2,000 keys beside those of the small account."""
    account = small_account()
    for number in range(1000):
        user_id = f"29{number:016}"
        account.users[user_id] = User(user_id, f"user-{number:04}", account.created, account.created)
    for number in range(2000):
        new_key(account, f"LTAI5tCROWD{number:013}", f"29{number // 2:016}")
    return account


async def test_all_keys_of_a_thousand_users_are_listed_with_progress(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = crowded()
    async with practice_cloud(account) as sim, desk(sim, KEY) as found:
        progress = [(result.pages, result.expected) async for result in found.inquiry.follow("keys")]
        result = await found.ask("keys")
    told = {row.values["key_id"] for row in result.rows} - {""}
    assert told == {key.id for key in account.keys.values() if key.owner != ROOT}
    assert [row.values["status"] for row in result.rows if row.values["owner"] == "root"] == ["Active"]
    assert result.status is Status.COMPLETE
    assert result.pages == result.expected
    assert len(set(progress)) > 20
