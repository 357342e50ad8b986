"""STS: who is calling, and role sessions."""

import json
from datetime import timedelta

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_ID, NOBODY_KEY, RESPONDER_KEY, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.everything import READING, TRUST

ROLE_ARN = f"acs:ram::{ACCOUNT_ID}:role/auditor"
ASKED = {"RoleArn": ROLE_ARN, "RoleSessionName": "li"}
ADMIN = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}


@pytest.fixture
def account() -> Account:
    account = small_account()
    ask(account, "Ram", "CreateRole", RoleName="auditor", AssumeRolePolicyDocument=TRUST)
    ask(account, "Ram", "AttachPolicyToRole", RoleName="auditor", **ADMIN)
    return account


def trust_only(account: Account, principal: str, **condition: dict[str, str]) -> None:
    statement = {
        "Effect": "Allow",
        "Action": "sts:AssumeRole",
        "Principal": {"RAM": [principal]},
        **({"Condition": condition} if condition else {}),
    }
    text = json.dumps({"Version": "1", "Statement": [statement]})
    ask(account, "Ram", "UpdateRole", RoleName="auditor", NewAssumeRolePolicyDocument=text)


def test_a_user_is_told_who_it_is(account: Account) -> None:
    assert ask(account, "Sts", "GetCallerIdentity", by=NOBODY_KEY) == {
        "IdentityType": "RAMUser",
        "AccountId": ACCOUNT_ID,
        "UserId": NOBODY_ID,
        "PrincipalId": NOBODY_ID,
        "Arn": f"acs:ram::{ACCOUNT_ID}:user/nobody",
    }


def test_the_account_itself_is_told_apart(account: Account) -> None:
    answer = ask(account, "Sts", "GetCallerIdentity", by=ROOT_KEY)
    assert answer["IdentityType"] == "Account"
    assert answer["Arn"] == f"acs:ram::{ACCOUNT_ID}:root"


def test_a_session_calls_as_the_role(account: Account) -> None:
    credentials = ask(account, "Sts", "AssumeRole", **ASKED)["Credentials"]
    answer = ask(account, "Sts", "GetCallerIdentity", by=credentials["AccessKeyId"])
    assert answer["IdentityType"] == "AssumedRoleUser"
    assert answer["RoleId"] == account.roles["auditor"].id
    assert answer["PrincipalId"] == f"{answer['RoleId']}:li"
    assert answer["Arn"] == f"acs:ram::{ACCOUNT_ID}:assumed-role/auditor/li"


def test_a_session_is_remembered_with_the_key_that_opened_it(account: Account) -> None:
    answer = ask(account, "Sts", "AssumeRole", **ASKED, Policy=READING, DurationSeconds=900)
    session = account.sessions[answer["Credentials"]["AccessKeyId"]]
    assert session.id.startswith("STS.")
    assert (session.opened_by, session.role, session.policy) == (RESPONDER_KEY, "auditor", READING)
    assert answer["Credentials"]["SecurityToken"] == session.token
    assert answer["Credentials"]["AccessKeySecret"] == session.secret
    lasts = session.expires - account.clock.now()
    assert timedelta(seconds=800) < lasts <= timedelta(seconds=900)
    assert answer["Credentials"]["Expiration"] == iso(session.expires)
    assert answer["AssumedRoleUser"]["AssumedRoleId"] == f"{account.roles['auditor'].id}:li"


def test_a_session_policy_binds_the_session(account: Account) -> None:
    wide = ask(account, "Sts", "AssumeRole", **ASKED)["Credentials"]["AccessKeyId"]
    narrow = ask(account, "Sts", "AssumeRole", **ASKED, Policy=READING)["Credentials"]["AccessKeyId"]
    assert ask(account, "Ram", "ListUsers", by=wide)
    with refused("NoPermission", 403):
        ask(account, "Ram", "ListUsers", by=narrow)


def test_a_session_has_no_keys_of_its_own(account: Account) -> None:
    session = ask(account, "Sts", "AssumeRole", **ASKED)["Credentials"]["AccessKeyId"]
    with refused("MissingParameter", 400):
        ask(account, "Ims", "ListAccessKeys", by=session)


def test_a_user_needs_both_the_permission_and_the_trust(account: Account) -> None:
    with refused("NoPermission", 403):
        ask(account, "Sts", "AssumeRole", **ASKED, by=NOBODY_KEY)
    trust_only(account, f"acs:ram::{ACCOUNT_ID}:user/nobody")
    with refused("NoPermission", 403):
        ask(account, "Sts", "AssumeRole", **ASKED)
    ask(account, "Ram", "AttachPolicyToUser", UserName="nobody", **ADMIN)
    assert ask(account, "Sts", "AssumeRole", **ASKED, by=NOBODY_KEY)


def test_the_permission_may_be_for_one_role_only(account: Account) -> None:
    document = READING.replace("oss:Get*", "sts:AssumeRole").replace('"*"', f'"{ROLE_ARN}"')
    ask(account, "Ram", "CreatePolicy", PolicyName="auditing", PolicyDocument=document)
    ask(account, "Ram", "AttachPolicyToUser", PolicyType="Custom", PolicyName="auditing", UserName="nobody")
    assert ask(account, "Sts", "AssumeRole", **ASKED, by=NOBODY_KEY)
    ask(account, "Ram", "CreateRole", RoleName="other", AssumeRolePolicyDocument=TRUST)
    with refused("NoPermission", 403):
        ask(
            account,
            "Sts",
            "AssumeRole",
            RoleArn=f"acs:ram::{ACCOUNT_ID}:role/other",
            RoleSessionName="li",
            by=NOBODY_KEY,
        )


def test_the_account_itself_assumes_no_role(account: Account) -> None:
    with refused("NoPermission", 403):
        ask(account, "Sts", "AssumeRole", **ASKED, by=ROOT_KEY)


def test_a_role_for_a_service_is_not_for_users(account: Account) -> None:
    for_ecs = TRUST.replace('"RAM":["acs:ram::1234567890123456:root"]', '"Service":["ecs.aliyuncs.com"]')
    ask(account, "Ram", "UpdateRole", RoleName="auditor", NewAssumeRolePolicyDocument=for_ecs)
    with refused("NoPermission", 403):
        ask(account, "Sts", "AssumeRole", **ASKED)


def test_a_trust_may_ask_for_an_external_id(account: Account) -> None:
    trust_only(account, f"acs:ram::{ACCOUNT_ID}:root", StringEquals={"sts:ExternalId": "abcd1234"})
    for wrong in ({}, {"ExternalId": "other"}):
        with refused("NoPermission", 403):
            ask(account, "Sts", "AssumeRole", **ASKED, **wrong)
    assert ask(account, "Sts", "AssumeRole", **ASKED, ExternalId="abcd1234")


def test_one_session_opens_the_next_where_the_role_trusts_the_role(account: Account) -> None:
    session = ask(account, "Sts", "AssumeRole", **ASKED)["Credentials"]["AccessKeyId"]
    trust_only(account, ROLE_ARN)
    with refused("NoPermission", 403):
        ask(account, "Sts", "AssumeRole", **ASKED)
    following = ask(account, "Sts", "AssumeRole", **ASKED, by=session)["Credentials"]["AccessKeyId"]
    assert account.sessions[following].opened_by == session


@pytest.mark.parametrize(
    ("params", "code", "status"),
    [
        ({"RoleArn": "auditor"}, "InvalidParameter.RoleArn", 400),
        ({"RoleArn": f"acs:ram::{ACCOUNT_ID}:role/none"}, "EntityNotExist.Role", 404),
        ({"RoleArn": "acs:ram::9999999999999999:role/auditor"}, "EntityNotExist.Role", 404),
        ({"RoleSessionName": "x"}, "InvalidParameter.RoleSessionName", 400),
        ({"RoleSessionName": "a b"}, "InvalidParameter.RoleSessionName", 400),
        ({"DurationSeconds": 899}, "InvalidParameter.DurationSeconds", 400),
        ({"DurationSeconds": 3601}, "InvalidParameter.DurationSeconds", 400),
        ({"Policy": "{}"}, "InvalidParameter.PolicyGrammar", 400),
        ({"Policy": "x" * 2049}, "InvalidParameter.PolicySize", 400),
        ({"ExternalId": "?"}, "InvalidParameter.ExternalId", 400),
    ],
)
def test_a_badly_formed_request_opens_no_session(
    account: Account, params: dict[str, str], code: str, status: int
) -> None:
    with refused(code, status):
        ask(account, "Sts", "AssumeRole", **{**ASKED, **params})
    assert account.sessions == {}
