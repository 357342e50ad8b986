"""RAM and IMS: AccessKeys."""

from datetime import timedelta

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from tests.simcloud.accounts import (
    DEPLOYER_KEY,
    NOBODY_KEY,
    RESPONDER_KEY,
    ROOT_KEY,
    small_account,
)
from tests.simcloud.asking import ask, refused


@pytest.fixture
def account() -> Account:
    return small_account()


def keys_of(account: Account, **params: str) -> list[str]:
    listed = ask(account, "Ims", "ListAccessKeys", **params)["AccessKeys"]["AccessKey"]
    return [key["AccessKeyId"] for key in listed]


def test_a_new_key_tells_its_secret_once(account: Account) -> None:
    made = ask(account, "Ram", "CreateAccessKey", UserName="nobody")["AccessKey"]
    assert made["AccessKeySecret"] == account.keys[made["AccessKeyId"]].secret
    listed = ask(account, "Ims", "ListAccessKeys", UserPrincipalName="nobody@acme.onaliyun.com")
    assert made["AccessKeySecret"] not in str(listed)
    assert made["AccessKeyId"] in str(listed)


def test_new_keys_look_like_keys_and_differ(account: Account) -> None:
    account.settings.quotas["AccessKeysPerUserQuota"] = 50
    made = [ask(account, "Ram", "CreateAccessKey", UserName="nobody")["AccessKey"] for _ in range(20)]
    assert len({key["AccessKeyId"] for key in made}) == 20
    assert all(key["AccessKeyId"].startswith("LTAI5t") and len(key["AccessKeyId"]) == 24 for key in made)
    assert all(len(key["AccessKeySecret"]) == 30 for key in made)


def test_a_third_key_for_one_user_is_refused_with_the_quota_code(account: Account) -> None:
    with refused("LimitExceeded.User.AccessKey", 409):
        ask(account, "Ram", "CreateAccessKey", UserName="ci-deployer")


def test_a_disabled_key_counts_and_a_deleted_one_does_not(account: Account) -> None:
    for key in keys_of(account, UserPrincipalName="ci-deployer@acme.onaliyun.com"):
        assert account.keys[key].status in {"Active", "Inactive"}
    ask(account, "Ram", "DeleteAccessKey", UserName="ci-deployer", UserAccessKeyId=DEPLOYER_KEY)
    ask(account, "Ram", "CreateAccessKey", UserName="ci-deployer")
    with refused("LimitExceeded.User.AccessKey", 409):
        ask(account, "Ims", "CreateAccessKey", UserPrincipalName="ci-deployer@acme.onaliyun.com")


def test_without_a_user_it_is_the_callers_own_keys(account: Account) -> None:
    assert keys_of(account) == [RESPONDER_KEY]
    assert keys_of(account, by=ROOT_KEY) == [ROOT_KEY]


def test_keys_of_the_account_itself_are_out_of_reach_for_users(account: Account) -> None:
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "UpdateAccessKey", UserAccessKeyId=ROOT_KEY, Status="Inactive")
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetUser", UserAccessKeyId=ROOT_KEY)
    assert account.keys[ROOT_KEY].status == "Active"


def test_the_account_itself_disables_its_own_key(account: Account) -> None:
    ask(account, "Ims", "UpdateAccessKey", UserAccessKeyId=ROOT_KEY, Status="Inactive", by=ROOT_KEY)
    assert account.keys[ROOT_KEY].status == "Inactive"


def test_a_key_is_changed_only_through_its_own_user(account: Account) -> None:
    wrong = {"UserPrincipalName": "nobody@acme.onaliyun.com", "UserAccessKeyId": DEPLOYER_KEY}
    for action, more in (
        ("UpdateAccessKey", {"Status": "Inactive"}),
        ("DeleteAccessKey", {}),
        ("GetAccessKeyLastUsed", {}),
        ("GetAccessKeyPolicy", {}),
    ):
        with refused("EntityNotExist.User.AccessKey", 404):
            ask(account, "Ims", action, **wrong, **more)
    assert account.keys[DEPLOYER_KEY].status == "Active"


def test_disabling_is_undone_by_enabling_and_both_are_dated(account: Account) -> None:
    user = {"UserName": "nobody", "UserAccessKeyId": NOBODY_KEY}
    for status in ("Inactive", "Active"):
        account.clock.advance(60)
        ask(account, "Ram", "UpdateAccessKey", **user, Status=status)
        assert account.keys[NOBODY_KEY].status == status
    assert account.keys[NOBODY_KEY].updated > account.keys[NOBODY_KEY].created + timedelta(days=399)


def test_enabling_an_enabled_key_changes_nothing(account: Account) -> None:
    before = account.keys[NOBODY_KEY].updated
    ask(account, "Ram", "UpdateAccessKey", UserName="nobody", UserAccessKeyId=NOBODY_KEY, Status="Active")
    assert account.keys[NOBODY_KEY].updated == before


@pytest.mark.parametrize("status", ["active", "Disabled"])
def test_a_key_has_no_third_status(account: Account, status: str) -> None:
    with refused("InvalidParameter.Status", 400):
        ask(account, "Ram", "UpdateAccessKey", UserName="nobody", UserAccessKeyId=NOBODY_KEY, Status=status)


def used(account: Account, key: str, minutes_ago: float, service: str) -> str:
    moment = iso(account.clock.now() - timedelta(minutes=minutes_ago))
    event = {"eventId": f"{service}-{moment}", "eventTime": moment, "serviceName": service}
    account.trail.add({**event, "eventName": "Something", "userIdentity": {"accessKeyId": key}})
    return moment


def test_last_use_is_the_newest_audited_event_of_the_key(account: Account) -> None:
    used(account, DEPLOYER_KEY, 3 * 60, "Oss")
    newest = used(account, DEPLOYER_KEY, 2 * 60, "Ecs")
    used(account, NOBODY_KEY, 61, "Ram")
    asked = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com", "UserAccessKeyId": DEPLOYER_KEY}
    answer = ask(account, "Ims", "GetAccessKeyLastUsed", **asked)["AccessKeyLastUsed"]
    assert answer == {"LastUsedDate": newest, "ServiceName": "Ecs"}
    ram = ask(account, "Ram", "GetAccessKeyLastUsed", UserName="ci-deployer", UserAccessKeyId=DEPLOYER_KEY)[
        "AccessKeyLastUsed"
    ]
    assert ram == {"LastUsedDate": newest}


def test_a_use_shows_only_after_the_next_refresh_of_the_audit(account: Account) -> None:
    used(account, DEPLOYER_KEY, 0, "Ecs")
    asked = {"UserPrincipalName": "ci-deployer@acme.onaliyun.com", "UserAccessKeyId": DEPLOYER_KEY}
    assert ask(account, "Ims", "GetAccessKeyLastUsed", **asked)["AccessKeyLastUsed"]["LastUsedDate"] == ""
    account.clock.advance(account.settings.audit_refresh)
    assert ask(account, "Ims", "GetAccessKeyLastUsed", **asked)["AccessKeyLastUsed"]["LastUsedDate"]


def test_a_key_never_used_has_an_empty_date(account: Account) -> None:
    asked = {"UserPrincipalName": "nobody@acme.onaliyun.com", "UserAccessKeyId": NOBODY_KEY}
    answer = ask(account, "Ims", "GetAccessKeyLastUsed", **asked)["AccessKeyLastUsed"]
    assert answer == {"LastUsedDate": "", "ServiceName": ""}


def test_ram_asks_for_the_user_of_a_last_use(account: Account) -> None:
    with refused("MissingParameter", 400) as refusal:
        ask(account, "Ram", "GetAccessKeyLastUsed", UserAccessKeyId=DEPLOYER_KEY)
    assert "UserName" in refusal.value.message


def test_the_owner_of_a_key_is_found_by_the_key(account: Account) -> None:
    user = ask(account, "Ims", "GetUser", UserAccessKeyId=DEPLOYER_KEY)["User"]
    assert user["UserPrincipalName"] == "ci-deployer@acme.onaliyun.com"


def test_exactly_one_way_to_name_a_user_is_taken(account: Account) -> None:
    with refused("MissingParameter", 400):
        ask(account, "Ims", "GetUser")
    with refused("InvalidParameterCombination", 400):
        ask(account, "Ims", "GetUser", UserAccessKeyId=DEPLOYER_KEY, UserId="200000000000000002")


def test_a_key_of_nobody_here_does_not_exist(account: Account) -> None:
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetUser", UserAccessKeyId="LTAI5tELSEWHEREELSEWHERE")


def test_a_logon_name_of_another_domain_is_no_user_here(account: Account) -> None:
    with refused("EntityNotExist.User", 404):
        keys_of(account, UserPrincipalName="nobody@other.onaliyun.com")
    with refused("InvalidParameter.UserPrincipalName.Format", 400):
        keys_of(account, UserPrincipalName="nobody")
    assert keys_of(account, UserPrincipalName=f"nobody@{account.id}.onaliyun.com") == [NOBODY_KEY]
