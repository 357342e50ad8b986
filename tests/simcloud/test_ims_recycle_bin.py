"""IMS: what was deleted, and how it comes back."""

import pytest

from aktui.simcloud.account import Account
from tests.simcloud.accounts import (
    DEPLOYER_ID,
    DEPLOYER_KEY,
    DEPLOYER_OLD_KEY,
    NOBODY_ID,
    NOBODY_KEY,
    ROOT_KEY,
    small_account,
)
from tests.simcloud.asking import ask, refused

DAY = 24 * 3600


@pytest.fixture
def account() -> Account:
    return small_account()


def delete_key(account: Account, key: str = DEPLOYER_KEY, user: str = "ci-deployer") -> None:
    ask(account, "Ram", "DeleteAccessKey", UserName=user, UserAccessKeyId=key)


def test_a_deleted_key_lies_in_the_bin_with_both_dates(account: Account) -> None:
    delete_key(account)
    key = ask(account, "Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)["AccessKey"]
    assert key["UserId"] == DEPLOYER_ID
    assert key["UserPrincipalName"] == "ci-deployer@acme.onaliyun.com"
    assert key["UserRecycled"] is False
    assert key["RecycleDate"] < key["DeleteDate"]
    listed = ask(account, "Ims", "ListAccessKeysInRecycleBin", UserId=DEPLOYER_ID)["AccessKeys"]["AccessKey"]
    assert [one["AccessKeyId"] for one in listed] == [DEPLOYER_KEY]


def test_a_deleted_key_is_no_key_of_the_user_any_more(account: Account) -> None:
    delete_key(account)
    listed = ask(account, "Ram", "ListAccessKeys", UserName="ci-deployer")["AccessKeys"]["AccessKey"]
    assert [key["AccessKeyId"] for key in listed] == [DEPLOYER_OLD_KEY]
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetUser", UserAccessKeyId=DEPLOYER_KEY)


def test_a_living_key_is_not_in_the_bin(account: Account) -> None:
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)


def test_a_restored_key_comes_back_disabled(account: Account) -> None:
    delete_key(account)
    ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", UserId=DEPLOYER_ID, UserAccessKeyId=DEPLOYER_KEY)
    assert account.keys[DEPLOYER_KEY].recycled is None
    assert account.keys[DEPLOYER_KEY].status == "Inactive"


def test_a_key_is_not_restored_over_the_quota(account: Account) -> None:
    delete_key(account)
    ask(account, "Ram", "CreateAccessKey", UserName="ci-deployer")
    with refused("LimitExceeded.User.AccessKey", 409):
        ask(
            account, "Ims", "RestoreAccessKeyFromRecycleBin", UserId=DEPLOYER_ID, UserAccessKeyId=DEPLOYER_KEY
        )


def test_a_key_is_restored_only_to_a_living_user(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserId=DEPLOYER_ID)
    restore = {"UserId": DEPLOYER_ID, "UserAccessKeyId": DEPLOYER_KEY}
    with refused("EntityNotExist.User", 404):
        ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", **restore)
    ask(account, "Ims", "RestoreUserFromRecycleBin", UserId=DEPLOYER_ID)
    ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", **restore)
    assert account.keys[DEPLOYER_KEY].recycled is None


def test_the_key_of_another_user_is_not_in_this_users_bin(account: Account) -> None:
    delete_key(account)
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", UserId=NOBODY_ID, UserAccessKeyId=DEPLOYER_KEY)


def test_ims_deletes_a_user_together_with_the_keys(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserPrincipalName="ci-deployer@acme.onaliyun.com")
    user = ask(account, "Ims", "GetUserInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)["User"]
    assert user["UserId"] == DEPLOYER_ID
    key = ask(account, "Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)["AccessKey"]
    assert key["UserRecycled"] is True


def test_a_restored_user_comes_back_without_permissions(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserId=DEPLOYER_ID)
    ask(account, "Ims", "RestoreUserFromRecycleBin", UserId=DEPLOYER_ID)
    assert ask(account, "Ram", "ListPoliciesForUser", UserName="ci-deployer")["Policies"]["Policy"] == []
    assert ask(account, "Ram", "ListAccessKeys", UserName="ci-deployer")["AccessKeys"]["AccessKey"] == []


def test_a_user_is_not_restored_beside_one_of_the_same_name(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserId=DEPLOYER_ID)
    ask(account, "Ram", "CreateUser", UserName="ci-deployer")
    with refused("EntityAlreadyExists.User", 409):
        ask(account, "Ims", "RestoreUserFromRecycleBin", UserId=DEPLOYER_ID)


def test_deleted_users_are_found_by_logon_name(account: Account) -> None:
    ask(account, "Ims", "DeleteUser", UserId=DEPLOYER_ID)
    ask(account, "Ims", "DeleteUser", UserId=NOBODY_ID)
    answer = ask(
        account, "Ims", "ListUsersInRecycleBin", Filter="UserPrincipalName eq nobody@acme.onaliyun.com"
    )
    assert [user["UserId"] for user in answer["Users"]["User"]] == [NOBODY_ID]
    first = ask(account, "Ims", "ListUsersInRecycleBin", MaxItems=1)
    second = ask(account, "Ims", "ListUsersInRecycleBin", MaxItems=1, Marker=first["Marker"])
    assert (first["IsTruncated"], second["IsTruncated"]) == (True, False)
    with refused("InvalidParameter.Filter", 400):
        ask(account, "Ims", "ListUsersInRecycleBin", Filter="nobody")


def test_after_thirty_days_the_bin_is_empty(account: Account) -> None:
    delete_key(account)
    ask(account, "Ims", "DeleteUser", UserId=NOBODY_ID)
    account.clock.advance(30 * DAY - 60)
    assert ask(account, "Ims", "GetUserInRecycleBin", UserId=NOBODY_ID)
    account.clock.advance(61)
    with refused("EntityNotExist.User", 404):
        ask(account, "Ims", "GetUserInRecycleBin", UserId=NOBODY_ID)
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)
    assert {DEPLOYER_KEY, NOBODY_KEY}.isdisjoint(account.keys)


def test_the_bin_keeps_three_keys_of_a_user(account: Account) -> None:
    delete_key(account)
    for _ in range(3):
        account.clock.advance(1)
        new = ask(account, "Ram", "CreateAccessKey", UserName="ci-deployer")["AccessKey"]["AccessKeyId"]
        delete_key(account, new)
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "GetAccessKeyInfoInRecycleBin", UserAccessKeyId=DEPLOYER_KEY)
    listed = ask(account, "Ims", "ListAccessKeysInRecycleBin", UserId=DEPLOYER_ID)["AccessKeys"]["AccessKey"]
    assert len(listed) == 3


def test_what_is_deleted_from_the_bin_is_gone(account: Account) -> None:
    delete_key(account)
    gone = {"UserId": DEPLOYER_ID, "UserAccessKeyId": DEPLOYER_KEY}
    ask(account, "Ims", "DeleteAccessKeyInRecycleBin", **gone)
    with refused("EntityNotExist.User.AccessKey", 404):
        ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", **gone)
    ask(account, "Ims", "DeleteUser", UserId=NOBODY_ID)
    ask(account, "Ims", "DeleteUserInRecycleBin", UserId=NOBODY_ID)
    assert NOBODY_ID not in account.users
    assert NOBODY_KEY not in account.keys


def test_a_key_of_the_account_itself_has_no_bin(account: Account) -> None:
    ask(account, "Ims", "DeleteAccessKey", UserAccessKeyId=ROOT_KEY, by=ROOT_KEY)
    assert ROOT_KEY not in account.keys


def test_the_bin_of_an_unknown_user_does_not_exist(account: Account) -> None:
    with refused("EntityNotExist.User", 404):
        ask(account, "Ims", "ListAccessKeysInRecycleBin", UserId="299999999999999999")
