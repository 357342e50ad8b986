"""RAM: users and the groups they are in."""

import pytest

from aktui.simcloud.account import Account
from tests.simcloud.accounts import DEPLOYER_KEY, NOBODY_ID, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused


@pytest.fixture
def account() -> Account:
    return small_account()


def test_a_user_is_found_by_name_and_ims_sees_the_same_one(account: Account) -> None:
    ram = ask(account, "Ram", "GetUser", UserName="nobody")["User"]
    ims = ask(account, "Ims", "GetUser", UserPrincipalName="nobody@acme.onaliyun.com")["User"]
    assert ram["UserId"] == ims["UserId"] == NOBODY_ID


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("not here", "InvalidParameter.UserName.InvalidChars"),
        ("li@acme", "InvalidParameter.UserName.InvalidChars"),
        ("x" * 65, "InvalidParameter.UserName.Length"),
    ],
)
def test_a_name_no_user_can_have_is_refused(account: Account, name: str, code: str) -> None:
    with refused(code, 400):
        ask(account, "Ram", "CreateUser", UserName=name)
    with refused(code, 400):
        ask(account, "Ram", "GetUser", UserName=name)


def test_a_user_of_an_account_file_is_found_whatever_the_name(account: Account) -> None:
    account.users[NOBODY_ID].name = "[@click=app.quit]\u202e"
    assert ask(account, "Ram", "GetUser", UserName="[@click=app.quit]\u202e")["User"]["UserId"] == NOBODY_ID


def test_an_unknown_user_does_not_exist(account: Account) -> None:
    with refused("EntityNotExist.User", 404):
        ask(account, "Ram", "GetUser", UserName="mallory")


def test_a_missing_user_name_is_asked_for(account: Account) -> None:
    with refused("MissingParameter", 400):
        ask(account, "Ram", "GetUser")


def test_no_two_users_share_a_name(account: Account) -> None:
    with refused("EntityAlreadyExists.User", 409):
        ask(account, "Ram", "CreateUser", UserName="nobody")
    with refused("EntityAlreadyExists.User", 409):
        ask(account, "Ram", "UpdateUser", UserName="nobody", NewUserName="responder")


def test_a_user_is_renamed_and_keeps_id_and_keys(account: Account) -> None:
    ask(account, "Ram", "UpdateUser", UserName="nobody", NewUserName="somebody", NewEmail="s@example.com")
    user = ask(account, "Ram", "GetUser", UserName="somebody")["User"]
    assert (user["UserId"], user["Email"]) == (NOBODY_ID, "s@example.com")
    assert len(ask(account, "Ram", "ListAccessKeys", UserName="somebody")["AccessKeys"]["AccessKey"]) == 1


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"Email": "no address"}, "InvalidParameter.Email.Format"),
        ({"MobilePhone": "12345"}, "InvalidParameter.MobilePhone.Format"),
        ({"Comments": "x" * 129}, "InvalidParameter.Comments.Length"),
        ({"DisplayName": "x" * 129}, "InvalidParameter.DisplayName.Length"),
    ],
)
def test_a_bad_detail_makes_no_user(account: Account, params: dict[str, str], code: str) -> None:
    with refused(code, 400):
        ask(account, "Ram", "CreateUser", UserName="alice", **params)
    assert account.user_named("alice") is None


def test_the_quota_of_users_holds(account: Account) -> None:
    account.settings.quotas["UsersQuota"] = 4
    ask(account, "Ram", "CreateUser", UserName="alice")
    with refused("LimitExceeded.User", 409):
        ask(account, "Ram", "CreateUser", UserName="bob")


def test_a_user_is_deleted_only_when_nothing_hangs_on_it(account: Account) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="ci")
    ask(account, "Ram", "AddUserToGroup", UserName="ci-deployer", GroupName="ci")
    ask(account, "Ram", "CreateLoginProfile", UserName="ci-deployer", Password="correct-horse")
    policy = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}
    steps = [
        ("DeleteConflict.User.Group", "RemoveUserFromGroup", {"GroupName": "ci"}),
        ("DeleteConflict.User.AccessKey", "DeleteAccessKey", {"UserAccessKeyId": DEPLOYER_KEY}),
        ("DeleteConflict.User.AccessKey", "DeleteAccessKey", {"UserAccessKeyId": "LTAI5tDEPLOYERDEPLOYER02"}),
        ("DeleteConflict.User.LoginProfile", "DeleteLoginProfile", {}),
        ("DeleteConflict.User.Policy", "DetachPolicyFromUser", policy),
    ]
    for conflict, action, params in steps:
        with refused(conflict, 409):
            ask(account, "Ram", "DeleteUser", UserName="ci-deployer")
        ask(account, "Ram", action, UserName="ci-deployer", **params)
    ask(account, "Ram", "DeleteUser", UserName="ci-deployer")
    with refused("EntityNotExist.User", 404):
        ask(account, "Ram", "GetUser", UserName="ci-deployer")


def test_users_come_page_by_page_none_twice_none_lost(account: Account) -> None:
    for number in range(7):
        ask(account, "Ram", "CreateUser", UserName=f"user-{number}")
    names, marker = [], ""
    while True:
        answer = ask(account, "Ram", "ListUsers", MaxItems=3, Marker=marker)
        names += [user["UserName"] for user in answer["Users"]["User"]]
        if not answer["IsTruncated"]:
            break
        marker = answer["Marker"]
    assert sorted(names) == sorted(user.name for user in account.users.values())
    assert "Marker" not in answer


def test_a_user_deleted_between_two_pages_costs_no_other_user(account: Account) -> None:
    first = ask(account, "Ram", "ListUsers", MaxItems=1)
    del account.users[first["Users"]["User"][0]["UserId"]]
    account.responder = ROOT_KEY
    rest = ask(account, "Ram", "ListUsers", MaxItems=10, Marker=first["Marker"], by=ROOT_KEY)
    assert len(rest["Users"]["User"]) == 2


@pytest.mark.parametrize("marker", ["garbage", "////", "MTpub2JvZHk"])
def test_a_marker_that_was_never_given_out_is_refused(account: Account, marker: str) -> None:
    with refused("InvalidParameter.Marker", 400):
        ask(account, "Ram", "ListUsers", Marker=marker)


def test_a_marker_of_another_list_is_refused(account: Account) -> None:
    marker = ask(account, "Ram", "ListUsers", MaxItems=1)["Marker"]
    with refused("InvalidParameter.Marker", 400):
        ask(account, "Ram", "ListGroups", Marker=marker)


@pytest.mark.parametrize("size", [0, 1001])
def test_a_page_size_out_of_range_is_refused(account: Account, size: int) -> None:
    with refused("InvalidParameter.MaxItems", 400):
        ask(account, "Ram", "ListUsers", MaxItems=size)


def test_a_renamed_group_keeps_its_members(account: Account) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="ci")
    ask(account, "Ram", "AddUserToGroup", UserName="nobody", GroupName="ci")
    ask(account, "Ims", "UpdateGroup", GroupName="ci", NewGroupName="build", NewDisplayName="Build")
    members = ask(account, "Ram", "ListUsersForGroup", GroupName="build")["Users"]["User"]
    assert [member["UserName"] for member in members] == ["nobody"]
    (group,) = ask(account, "Ims", "ListGroupsForUser", UserPrincipalName="nobody@acme.onaliyun.com")[
        "Groups"
    ]["Group"]
    assert (group["GroupName"], group["DisplayName"]) == ("build", "Build")


def test_a_group_with_members_or_policies_stays(account: Account) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="ci")
    ask(account, "Ram", "AddUserToGroup", UserName="nobody", GroupName="ci")
    with refused("DeleteConflict.Group.User", 409):
        ask(account, "Ram", "DeleteGroup", GroupName="ci")
    ask(account, "Ram", "RemoveUserFromGroup", UserName="nobody", GroupName="ci")
    policy = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}
    ask(account, "Ram", "AttachPolicyToGroup", GroupName="ci", **policy)
    with refused("DeleteConflict.Group.Policy", 409):
        ask(account, "Ram", "DeleteGroup", GroupName="ci")
    ask(account, "Ram", "DetachPolicyFromGroup", GroupName="ci", **policy)
    ask(account, "Ram", "DeleteGroup", GroupName="ci")
    assert account.groups == {}


def test_memberships_begin_and_end_once(account: Account) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="ci")
    membership = {"UserName": "nobody", "GroupName": "ci"}
    with refused("EntityNotExist.User.Group", 404):
        ask(account, "Ram", "RemoveUserFromGroup", **membership)
    ask(account, "Ram", "AddUserToGroup", **membership)
    with refused("EntityAlreadyExists.User.Group", 409):
        ask(account, "Ram", "AddUserToGroup", **membership)
    with refused("EntityNotExist.Group", 404):
        ask(account, "Ram", "AddUserToGroup", UserName="nobody", GroupName="none")


def test_a_user_joins_at_most_five_groups(account: Account) -> None:
    for number in range(6):
        ask(account, "Ram", "CreateGroup", GroupName=f"g{number}")
    for number in range(5):
        ask(account, "Ram", "AddUserToGroup", UserName="nobody", GroupName=f"g{number}")
    with refused("LimitExceeded.User.Group", 409):
        ask(account, "Ram", "AddUserToGroup", UserName="nobody", GroupName="g5")


def test_a_second_group_of_the_name_is_refused(account: Account) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="ci")
    ask(account, "Ram", "CreateGroup", GroupName="dev")
    with refused("EntityAlreadyExists.Group", 409):
        ask(account, "Ims", "CreateGroup", GroupName="ci")
    with refused("EntityAlreadyExists.Group", 409):
        ask(account, "Ram", "UpdateGroup", GroupName="dev", NewGroupName="ci")
