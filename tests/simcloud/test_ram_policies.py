"""RAM: policies, versions, attachments, roles."""

import json

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.system_policies import system_policies
from tests.simcloud.accounts import small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.everything import READING, TRUST

ONE = {"PolicyName": "read-objects"}
CUSTOM = {"PolicyType": "Custom", **ONE}
ADMIN = {"PolicyType": "System", "PolicyName": "AdministratorAccess"}


@pytest.fixture
def account() -> Account:
    account = small_account()
    ask(account, "Ram", "CreatePolicy", **ONE, PolicyDocument=READING)
    return account


def test_a_policy_shows_its_document_and_who_holds_it(account: Account) -> None:
    ask(account, "Ram", "AttachPolicyToUser", **CUSTOM, UserName="nobody")
    answer = ask(account, "Ram", "GetPolicy", **CUSTOM)
    assert answer["DefaultPolicyVersion"]["PolicyDocument"] == READING
    assert answer["Policy"]["AttachmentCount"] == 1
    holders = ask(account, "Ram", "ListEntitiesForPolicy", **CUSTOM)
    assert [user["UserName"] for user in holders["Users"]["User"]] == ["nobody"]


def document(**changes: object) -> str:
    statement = {"Effect": "Allow", "Action": "oss:Get*", "Resource": "*", **changes}
    kept = {name: value for name, value in statement.items() if value is not None}
    return json.dumps({"Version": "1", "Statement": [kept]})


@pytest.mark.parametrize(
    "text",
    [
        "not json",
        "[]",
        '{"Version":"1"}',
        '{"Version":"1","Statement":[]}',
        '{"Version":"1","Statement":["Allow"]}',
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}',
        document(Effect="allow"),
        document(Effect=["Allow"]),
        document(Action=[["oss:*"]]),
        document(Resource={"acs": "*"}),
        document(Action=None),
        document(Resource=None),
        document(Action=[]),
        document(Action="oss"),
        document(NotAction="ram:*"),
        document(Resource="bucket"),
        document(Principal={"RAM": "*"}),
        document(Condition=["IpAddress"]),
        document(Colour="blue"),
        "[" * 6000,
    ],
)
def test_a_malformed_document_is_no_policy(account: Account, text: str) -> None:
    with refused("MalformedPolicyDocument", 400):
        ask(account, "Ram", "CreatePolicy", PolicyName="bad", PolicyDocument=text)
    with refused("MalformedPolicyDocument", 400):
        ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=text)
    assert ("Custom", "bad") not in account.policies


@pytest.mark.parametrize(
    "text",
    [
        document(),
        document(Action=["oss:Get*", "log:*"], Resource=["acs:oss:*:*:bucket/*"]),
        document(Action=None, NotAction="ram:*"),
        document(Effect="Deny", Condition={"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8"]}}),
        '{"Version":"1","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}',
    ],
)
def test_a_well_formed_document_is_taken(account: Account, text: str) -> None:
    ask(account, "Ram", "CreatePolicy", PolicyName="good", PolicyDocument=text)
    assert account.policies["Custom", "good"].document == text


def test_a_document_over_the_quota_is_too_long(account: Account) -> None:
    text = document(Resource=[f"acs:oss:*:*:{'x' * 6200}"])
    with refused("InvalidParameter.PolicyDocument.Length", 400):
        ask(account, "Ram", "CreatePolicy", PolicyName="big", PolicyDocument=text)


def test_a_sixth_version_is_refused_unless_the_oldest_may_go(account: Account) -> None:
    for _ in range(4):
        ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=READING)
    with refused("LimitExceeded.Policy.Version", 409):
        ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=READING)
    rotate = "DeleteOldestNonDefaultVersionWhenLimitExceeded"
    made = ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=READING, RotateStrategy=rotate)
    assert made["PolicyVersion"]["VersionId"] == "v6"
    versions = ask(account, "Ram", "ListPolicyVersions", **CUSTOM)["PolicyVersions"]["PolicyVersion"]
    assert {one["VersionId"] for one in versions} == {"v1", "v3", "v4", "v5", "v6"}
    assert [one["VersionId"] for one in versions if one["IsDefaultVersion"]] == ["v1"]


def test_the_default_version_cannot_be_deleted(account: Account) -> None:
    with refused("DeleteConflict.Policy.Version.Default", 409):
        ask(account, "Ram", "DeletePolicyVersion", **ONE, VersionId="v1")
    ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=READING, SetAsDefault=True)
    ask(account, "Ram", "DeletePolicyVersion", **ONE, VersionId="v1")
    with refused("EntityNotExist.Policy.Version", 404):
        ask(account, "Ram", "GetPolicyVersion", **CUSTOM, VersionId="v1")
    with refused("InvalidParameter.VersionId.Format", 400):
        ask(account, "Ram", "SetDefaultPolicyVersion", **ONE, VersionId="one")


@pytest.mark.parametrize("entity", ["User", "Group", "Role"])
def test_an_attached_policy_cannot_be_deleted(account: Account, entity: str) -> None:
    ask(account, "Ram", "CreateGroup", GroupName="holder")
    ask(account, "Ram", "CreateRole", RoleName="holder", AssumeRolePolicyDocument=TRUST)
    ask(account, "Ram", "CreateUser", UserName="holder")
    holder = {f"{entity}Name": "holder"}
    ask(account, "Ram", f"AttachPolicyTo{entity}", **CUSTOM, **holder)
    with refused(f"EntityAlreadyExists.{entity}.Policy", 409):
        ask(account, "Ram", f"AttachPolicyTo{entity}", **CUSTOM, **holder)
    with refused(f"DeleteConflict.Policy.{entity}", 409):
        ask(account, "Ram", "DeletePolicy", **ONE)
    ask(account, "Ram", f"DetachPolicyFrom{entity}", **CUSTOM, **holder)
    with refused(f"EntityNotExist.{entity}.Policy", 404):
        ask(account, "Ram", f"DetachPolicyFrom{entity}", **CUSTOM, **holder)
    ask(account, "Ram", "DeletePolicy", **ONE)


def test_a_policy_with_versions_goes_only_with_all_of_them(account: Account) -> None:
    ask(account, "Ram", "CreatePolicyVersion", **ONE, PolicyDocument=READING)
    with refused("DeleteConflict.Policy.Version", 409):
        ask(account, "Ram", "DeletePolicy", **ONE)
    ask(account, "Ram", "DeletePolicy", **ONE, CascadingDelete=True)
    with refused("EntityNotExist.Policy", 404):
        ask(account, "Ram", "GetPolicy", **CUSTOM)


def test_the_vendors_policies_are_not_the_accounts_to_change(account: Account) -> None:
    with refused("EntityNotExist.Policy", 404):
        ask(account, "Ram", "DeletePolicy", PolicyName="AdministratorAccess")
    with refused("EntityAlreadyExists.Policy", 409):
        ask(account, "Ram", "CreatePolicy", PolicyName="AdministratorAccess", PolicyDocument=READING)
    assert ask(account, "Ram", "GetPolicy", **ADMIN)["Policy"]["PolicyType"] == "System"


def test_attachments_have_a_limit_for_each_kind(account: Account) -> None:
    account.settings.quotas["AttachedPoliciesPerUserQuota"] = 1
    ask(account, "Ram", "CreatePolicy", PolicyName="other", PolicyDocument=READING)
    ask(account, "Ram", "AttachPolicyToUser", **CUSTOM, UserName="nobody")
    with refused("LimitExceeded.User.Policy", 409):
        ask(account, "Ram", "AttachPolicyToUser", PolicyType="Custom", PolicyName="other", UserName="nobody")
    ask(account, "Ram", "AttachPolicyToUser", **ADMIN, UserName="nobody")


def test_there_are_two_types_of_policies(account: Account) -> None:
    with refused("InvalidParameter.PolicyType", 400):
        ask(account, "Ram", "GetPolicy", PolicyType="Mine", PolicyName="x")


def test_policies_are_listed_by_type_and_tag(account: Account) -> None:
    tag = [{"Key": "team", "Value": "ci"}]
    ask(account, "Ram", "CreatePolicy", PolicyName="tagged", PolicyDocument=READING, Tag=tag)
    listed = ask(account, "Ram", "ListPolicies", Tag=tag)["Policies"]["Policy"]
    assert [policy["PolicyName"] for policy in listed] == ["tagged"]
    system = ask(account, "Ram", "ListPolicies", PolicyType="System")["Policies"]["Policy"]
    assert {policy["PolicyType"] for policy in system} == {"System"}


def test_every_policy_of_the_vendor_reads_as_a_policy(account: Account) -> None:
    for policy in system_policies(account.created).values():
        ask(account, "Ram", "CreatePolicy", PolicyName=f"my-{policy.name}", PolicyDocument=policy.document)


@pytest.mark.parametrize(
    "trust",
    [
        READING,
        TRUST.replace("sts:AssumeRole", "oss:GetObject"),
        TRUST.replace("RAM", "AWS"),
        '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{}}]}',
    ],
)
def test_a_role_needs_a_trust_policy(account: Account, trust: str) -> None:
    with refused("MalformedPolicyDocument", 400):
        ask(account, "Ram", "CreateRole", RoleName="auditor", AssumeRolePolicyDocument=trust)


def test_a_role_lives_once_and_is_deleted_bare(account: Account) -> None:
    role = {"RoleName": "auditor"}
    ask(account, "Ram", "CreateRole", **role, AssumeRolePolicyDocument=TRUST)
    with refused("EntityAlreadyExists.Role", 409):
        ask(account, "Ram", "CreateRole", **role, AssumeRolePolicyDocument=TRUST)
    ask(account, "Ram", "AttachPolicyToRole", **role, **CUSTOM)
    with refused("DeleteConflict.Role.Policy", 409):
        ask(account, "Ram", "DeleteRole", **role)
    ask(account, "Ram", "DetachPolicyFromRole", **role, **CUSTOM)
    ask(account, "Ram", "DeleteRole", **role)
    with refused("EntityNotExist.Role", 404):
        ask(account, "Ram", "GetRole", **role)


@pytest.mark.parametrize("seconds", [3599, 43201])
def test_role_sessions_last_one_to_twelve_hours_at_most(account: Account, seconds: int) -> None:
    ask(account, "Ram", "CreateRole", RoleName="auditor", AssumeRolePolicyDocument=TRUST)
    with refused("InvalidParameter.NewMaxSessionDuration", 400):
        ask(account, "Ram", "UpdateRole", RoleName="auditor", NewMaxSessionDuration=seconds)
