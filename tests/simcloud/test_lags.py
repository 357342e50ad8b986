"""Containment shows at once and binds a little later: keys, policies, memberships, versions."""

import pytest

from aktui.simcloud import permissions
from aktui.simcloud.account import Account, Group, Settings
from aktui.simcloud.authenticate import identify, require_usable
from aktui.simcloud.fault import ApiError
from tests.simcloud.accounts import DEPLOYER_ID, DEPLOYER_KEY, DEPLOYER_OLD_KEY, NOBODY_ID, NOBODY_KEY
from tests.simcloud.asking import ask, refused
from tests.simcloud.living import DENY_ALL, living

KEY = {"UserName": "ci-deployer", "UserAccessKeyId": DEPLOYER_KEY}
ADMIN = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}
STOP = {"PolicyType": "Custom", "PolicyName": "stop"}
ALLOW_ALL = DENY_ALL.replace("Deny", "Allow")


@pytest.fixture
def account() -> Account:
    """With the lags of the real service; its clock stands still."""
    account, _ = living()
    account.settings.status_lag, account.settings.permission_lag = 3, 2
    return account


def usable(account: Account, key: str = DEPLOYER_KEY) -> str:
    """The code with which a key is refused now; empty when it is not."""
    try:
        require_usable(account, identify(account, key), account.clock.now())
    except ApiError as error:
        return error.code
    return ""


def allowed(account: Account, key: str = DEPLOYER_KEY) -> bool:
    caller = identify(account, key)
    return permissions.check(account, caller, "ecs:RunInstances", now=account.clock.now()).allowed


def test_the_lags_are_a_few_seconds_unless_told_otherwise() -> None:
    settings = Settings()
    assert (settings.policy_lag, settings.status_lag, settings.permission_lag) == (3.0, 3.0, 2.0)


def test_a_disabled_key_is_refused_once_the_lag_is_over(account: Account) -> None:
    ask(account, "Ram", "UpdateAccessKey", **KEY, Status="Inactive")
    listed = ask(account, "Ram", "ListAccessKeys", UserName="ci-deployer")["AccessKeys"]["AccessKey"]
    assert {key["Status"] for key in listed} == {"Inactive"}
    account.clock.advance(2.9)
    assert usable(account) == ""
    account.clock.advance(0.1)
    assert usable(account) == "InvalidAccessKeyId.Inactive"
    ask(account, "Ram", "UpdateAccessKey", **KEY, Status="Active")
    assert usable(account) == "InvalidAccessKeyId.Inactive"
    account.clock.advance(3)
    assert usable(account) == ""


def test_a_key_enabled_again_before_the_change_bound_was_never_refused(account: Account) -> None:
    ask(account, "Ram", "UpdateAccessKey", **KEY, Status="Inactive")
    account.clock.advance(1)
    ask(account, "Ram", "UpdateAccessKey", **KEY, Status="Active")
    for _ in range(6):
        assert usable(account) == ""
        account.clock.advance(1)


def test_a_deleted_key_is_refused_once_the_lag_is_over(account: Account) -> None:
    ask(account, "Ram", "DeleteAccessKey", **KEY)
    assert usable(account) == ""
    account.clock.advance(3)
    assert usable(account) == "InvalidAccessKeyId.NotFound"


def test_a_restored_key_comes_back_disabled_at_once(account: Account) -> None:
    ask(account, "Ram", "UpdateAccessKey", **KEY, Status="Inactive")
    ask(account, "Ram", "DeleteAccessKey", **KEY)
    account.clock.advance(10)
    named = {"UserId": DEPLOYER_ID, "UserAccessKeyId": DEPLOYER_KEY}
    ask(account, "Ims", "RestoreAccessKeyFromRecycleBin", **named)
    assert usable(account) == "InvalidAccessKeyId.Inactive"
    assert usable(account, DEPLOYER_OLD_KEY) == "InvalidAccessKeyId.Inactive"


def test_a_policy_attached_shows_at_once_and_binds_later(account: Account) -> None:
    ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=DENY_ALL)
    ask(account, "Ram", "AttachPolicyToUser", **STOP, UserName="ci-deployer")
    shown = ask(account, "Ram", "ListPoliciesForUser", UserName="ci-deployer")["Policies"]["Policy"]
    assert [one["PolicyName"] for one in shown] == ["AdministratorAccess", "stop"]
    assert allowed(account)
    account.clock.advance(2)
    assert not allowed(account)
    ask(account, "Ram", "DetachPolicyFromUser", **STOP, UserName="ci-deployer")
    assert not allowed(account)
    account.clock.advance(2)
    assert allowed(account)


def test_a_policy_detached_before_it_bound_never_binds(account: Account) -> None:
    ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=DENY_ALL)
    ask(account, "Ram", "AttachPolicyToUser", **STOP, UserName="ci-deployer")
    account.clock.advance(1)
    ask(account, "Ram", "DetachPolicyFromUser", **STOP, UserName="ci-deployer")
    for _ in range(4):
        assert allowed(account)
        account.clock.advance(1)


@pytest.mark.parametrize("way", ["CreatePolicyVersion", "SetDefaultPolicyVersion"])
def test_another_default_version_binds_later(account: Account, way: str) -> None:
    ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=ALLOW_ALL)
    ask(account, "Ram", "AttachPolicyToUser", **STOP, UserName="nobody")
    account.clock.advance(2)
    made = {"PolicyName": "stop", "PolicyDocument": DENY_ALL}
    at_once = way == "CreatePolicyVersion"
    ask(account, "Ram", "CreatePolicyVersion", **made, SetAsDefault=at_once)
    if not at_once:
        ask(account, "Ram", way, PolicyName="stop", VersionId="v2")
    assert ask(account, "Ram", "GetPolicy", **STOP)["DefaultPolicyVersion"]["VersionId"] == "v2"
    assert allowed(account, NOBODY_KEY)
    account.clock.advance(2)
    assert not allowed(account, NOBODY_KEY)


def test_a_version_that_is_not_there_changes_nothing(account: Account) -> None:
    ask(account, "Ram", "CreatePolicy", PolicyName="stop", PolicyDocument=ALLOW_ALL)
    with refused("EntityNotExist.Policy.Version", 404):
        ask(account, "Ram", "SetDefaultPolicyVersion", PolicyName="stop", VersionId="v9")
    assert account.policies["Custom", "stop"].settling is None


def test_joining_and_leaving_a_group_bind_later(account: Account) -> None:
    born = account.created
    account.groups["admins"] = Group("g-1", "admins", born, born)
    ask(account, "Ram", "AttachPolicyToGroup", **ADMIN, GroupName="admins")
    account.clock.advance(2)
    membership = {"UserName": "nobody", "GroupName": "admins"}
    ask(account, "Ram", "AddUserToGroup", **membership)
    assert not allowed(account, NOBODY_KEY)
    account.clock.advance(2)
    assert allowed(account, NOBODY_KEY)
    ask(account, "Ram", "RemoveUserFromGroup", **membership)
    assert account.users[NOBODY_ID].groups == {}
    assert allowed(account, NOBODY_KEY)
    account.clock.advance(2)
    assert not allowed(account, NOBODY_KEY)


def test_a_role_made_anew_revives_no_session_of_the_old_one(account: Account) -> None:
    trust = account.roles["ops"].trust
    asked = {"RoleArn": f"acs:ram::{account.id}:role/ops", "RoleSessionName": "night"}
    session = ask(account, "Sts", "AssumeRole", **asked)["Credentials"]["AccessKeyId"]
    ask(account, "Ram", "DetachPolicyFromRole", **ADMIN, RoleName="ops")
    ask(account, "Ram", "DeleteRole", RoleName="ops")
    ask(account, "Ram", "CreateRole", RoleName="ops", AssumeRolePolicyDocument=trust)
    assert usable(account, session) == "InvalidAccessKeyId.NotFound"
    assert ask(account, "Sts", "AssumeRole", **asked)
