"""RAM policy evaluation: who may do what."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from aktui.simcloud import permissions
from aktui.simcloud.account import (
    Account,
    Attachment,
    Group,
    Identity,
    Policy,
    PolicyVersion,
    Role,
    Session,
)
from aktui.simcloud.authenticate import identify
from aktui.simcloud.permissions import Decision
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_ID, NOBODY_KEY, RESPONDER_KEY, ROOT_KEY, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.everything import TRUST

ALLOWED = Decision(allowed=True, explicit=True)
DENIED = Decision(allowed=False, explicit=True)
NOT_ALLOWED = Decision(allowed=False, explicit=False)
OFFICE = "203.0.113.7"


@pytest.fixture
def account() -> Account:
    return small_account()


def statement(effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    acts = {} if {"Action", "NotAction"} & parts.keys() else {"Action": "*"}
    on = {} if {"Resource", "NotResource"} & parts.keys() else {"Resource": "*"}
    return {"Effect": effect, **acts, **on, **parts}


def policy(account: Account, name: str, *statements: dict[str, Any]) -> Attachment:
    text = json.dumps({"Version": "1", "Statement": list(statements)})
    now = account.clock.now()
    account.policies["Custom", name] = Policy(name, "Custom", now, now, "", [PolicyVersion("v1", text, now)])
    return Attachment("Custom", name, now)


def decide(
    account: Account,
    *statements: dict[str, Any],
    action: str = "ecs:DescribeInstances",
    resource: str = "*",
    source_ip: str = OFFICE,
) -> Decision:
    """For a user whose only policy has these statements."""
    account.users[NOBODY_ID].policies = [policy(account, "p", *statements)]
    caller = identify(account, NOBODY_KEY)
    return permissions.check(account, caller, action, resource, source_ip=source_ip, now=account.clock.now())


def test_the_account_itself_may_do_everything(account: Account) -> None:
    caller = identify(account, ROOT_KEY)
    assert permissions.check(account, caller, "ram:DeleteUser", now=account.clock.now()) == ALLOWED


def test_a_user_without_policies_may_do_nothing_implicitly(account: Account) -> None:
    caller = identify(account, NOBODY_KEY)
    assert permissions.check(account, caller, "ecs:DescribeInstances", now=account.clock.now()) == NOT_ALLOWED


@pytest.mark.parametrize(
    ("pattern", "action", "matches"),
    [
        ("*", "ecs:RunInstances", True),
        ("*:*", "ecs:RunInstances", True),
        ("ecs:*", "ecs:RunInstances", True),
        ("ecs:Run*", "ecs:RunInstances", True),
        ("ECS:runinstances", "ecs:RunInstances", True),
        ("ecs:RunInstance?", "ecs:RunInstances", True),
        ("ecs:*Instances", "ecs:RunInstances", True),
        ("ecs:Run", "ecs:RunInstances", False),
        ("ecs:Describe*", "ecs:RunInstances", False),
        ("e*s:RunInstances", "ecs:RunInstances", True),
        ("ram:*", "ecs:RunInstances", False),
        ("ecs:Run.nstances", "ecs:RunInstances", False),
    ],
)
def test_actions_match_with_wildcards_whatever_the_case(
    account: Account, pattern: str, action: str, matches: bool
) -> None:
    assert decide(account, statement(Action=pattern), action=action).allowed is matches
    assert decide(account, statement(Action=["oss:*", pattern]), action=action).allowed is matches


def test_an_explicit_deny_wins_wherever_it_stands(account: Account) -> None:
    deny = statement("Deny", Action="ecs:Run*")
    for statements in ((statement(), deny), (deny, statement())):
        assert decide(account, *statements, action="ecs:RunInstances") == DENIED
        assert decide(account, *statements, action="ecs:DescribeInstances") == ALLOWED


def test_not_action_means_all_others(account: Account) -> None:
    all_but = statement(NotAction=["ram:*", "sts:AssumeRole"])
    assert decide(account, all_but, action="ecs:RunInstances") == ALLOWED
    assert decide(account, all_but, action="ram:CreateUser") == NOT_ALLOWED


@pytest.mark.parametrize(
    ("pattern", "covers"),
    [
        ("*", True),
        (f"acs:ram:*:{ACCOUNT_ID}:user/alice", True),
        (f"acs:ram::{ACCOUNT_ID}:user/alice", True),
        ("acs:ram:*:*:user/*", True),
        ("acs:ram:*:*:user/al?ce", True),
        ("acs:*:*:*:*", True),
        (f"acs:ram:*:{ACCOUNT_ID}:user/Alice", False),
        (f"acs:ram:*:{ACCOUNT_ID}:user/bob", False),
        ("acs:ram:*:9999999999999999:user/alice", False),
        (f"acs:ram:*:{ACCOUNT_ID}:group/*", False),
        ("acs:oss:*:*:*", False),
    ],
)
def test_resources_match_part_by_part(account: Account, pattern: str, covers: bool) -> None:
    alice = f"acs:ram:*:{ACCOUNT_ID}:user/alice"
    assert decide(account, statement(Resource=pattern), resource=alice).allowed is covers
    expected = NOT_ALLOWED if covers else ALLOWED
    assert decide(account, statement(NotResource=pattern), resource=alice) == expected


def test_a_statement_on_one_resource_does_not_allow_an_operation_on_all(account: Account) -> None:
    one = statement(Resource=f"acs:ram:*:{ACCOUNT_ID}:user/alice")
    assert decide(account, one, resource=f"acs:ram:*:{ACCOUNT_ID}:user/*") == NOT_ALLOWED
    assert decide(account, one, resource="*") == NOT_ALLOWED


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"IpAddress": {"acs:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}, True),
        ({"IpAddress": {"acs:SourceIp": "198.51.100.0/24"}}, False),
        ({"NotIpAddress": {"acs:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}}, False),
        ({"NotIpAddress": {"acs:SourceIp": "198.51.100.1"}}, True),
        ({"StringEquals": {"acs:SourceIp": OFFICE}}, True),
        ({"StringNotEquals": {"acs:SourceIp": OFFICE}}, False),
        ({"StringLike": {"acs:SourceIp": "203.0.113.*"}}, True),
        ({"StringNotLike": {"acs:SourceIp": ["198.*", "203.*"]}}, False),
        ({"StringEqualsIgnoreCase": {"acs:SecureTransport": "TRUE"}}, True),
        ({"StringNotEqualsIgnoreCase": {"acs:SecureTransport": "TRUE"}}, False),
        ({"Bool": {"acs:MFAPresent": "true"}}, False),
        ({"Bool": {"acs:MFAPresent": False}}, True),
        ({"Bool": {"acs:SecureTransport": ["true"]}}, True),
        ({"DateGreaterThan": {"acs:CurrentTime": "2020-01-01T00:00:00+08:00"}}, True),
        ({"DateLessThan": {"acs:CurrentTime": "2020-01-01T00:00:00Z"}}, False),
        ({"DateLessThanEquals": {"acs:CurrentTime": "2099-01-01"}}, True),
        ({"IpAddress": {"ACS:sourceip": "203.0.113.0/24"}}, True),
        (
            {
                "IpAddress": {"acs:SourceIp": "203.0.113.0/24"},
                "Bool": {"acs:MFAPresent": "true"},
            },
            False,
        ),
    ],
)
def test_conditions(account: Account, condition: dict[str, Any], holds: bool) -> None:
    assert decide(account, statement(Condition=condition)).allowed is holds
    denied = decide(account, statement(), statement("Deny", Condition=condition))
    assert denied == (DENIED if holds else ALLOWED)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringSoundsLike": {"acs:SourceIp": OFFICE}},
        {"StringEquals": {"acs:Unheard": "x"}},
        {"StringNotEquals": {"ecs:tag/team": "x"}},
        {"IpAddress": {"acs:SourceIp": "everywhere"}},
        {"DateLessThan": {"acs:CurrentTime": "tomorrow"}},
        {"DateLessThan": {"acs:SourceIp": "2099-01-01"}},
        {"NumericLessThan": {"acs:SourceIp": "5"}},
    ],
)
def test_what_cannot_be_judged_never_opens_a_door(account: Account, condition: dict[str, Any]) -> None:
    assert decide(account, statement(Condition=condition)) == NOT_ALLOWED
    assert decide(account, statement(), statement("Deny", Condition=condition)) == DENIED


def test_a_user_has_what_the_groups_have(account: Account) -> None:
    now = account.clock.now()
    group = Group("g-1", "ci", now, now, policies=[policy(account, "run", statement(Action="ecs:*"))])
    account.groups["ci"] = group
    account.users[NOBODY_ID].groups["ci"] = now
    caller = identify(account, NOBODY_KEY)
    assert permissions.check(account, caller, "ecs:RunInstances", now=now) == ALLOWED
    assert permissions.check(account, caller, "ram:CreateUser", now=now) == NOT_ALLOWED


def test_only_the_default_version_counts(account: Account) -> None:
    attachment = policy(account, "p", statement())
    account.users[NOBODY_ID].policies = [attachment]
    denying = json.dumps({"Version": "1", "Statement": [statement("Deny")]})
    held = account.policies["Custom", "p"]
    held.versions.append(PolicyVersion("v2", denying, held.created))
    caller = identify(account, NOBODY_KEY)
    assert permissions.check(account, caller, "ecs:RunInstances", now=account.clock.now()) == ALLOWED
    held.default = "v2"
    assert permissions.check(account, caller, "ecs:RunInstances", now=account.clock.now()) == DENIED


@pytest.mark.parametrize(
    "text", ["", "not json", '{"Version":"1","Statement":[{"Effect":"Allow","Action":5}]}']
)
def test_a_broken_document_in_an_account_file_grants_nothing(account: Account, text: str) -> None:
    now = account.clock.now()
    account.policies["Custom", "p"] = Policy("p", "Custom", now, now, "", [PolicyVersion("v1", text, now)])
    account.users[NOBODY_ID].policies = [Attachment("Custom", "p", now)]
    caller = identify(account, NOBODY_KEY)
    assert permissions.check(account, caller, "ecs:RunInstances", now=now) == NOT_ALLOWED


def session(account: Account, session_policy: str = "") -> Identity:
    now = account.clock.now()
    held = [policy(account, "ecs", statement(Action="ecs:*"))]
    role = Role("3", "ops", now, now, TRUST, policies=held)
    opened = Session("STS.x", "s", "t", "ops", "li", now + timedelta(hours=1), NOBODY_KEY, session_policy)
    return Identity("role", "STS.x", account.id, session=opened, role=role)


def test_a_session_has_what_the_role_has(account: Account) -> None:
    caller = session(account)
    assert permissions.check(account, caller, "ecs:RunInstances", now=account.clock.now()) == ALLOWED
    assert permissions.check(account, caller, "oss:GetObject", now=account.clock.now()) == NOT_ALLOWED


def test_a_session_policy_takes_away_and_gives_nothing(account: Account) -> None:
    reading = json.dumps({"Version": "1", "Statement": [statement(Action=["ecs:Describe*", "oss:*"])]})
    caller = session(account, reading)
    now = account.clock.now()
    assert permissions.check(account, caller, "ecs:DescribeInstances", now=now) == ALLOWED
    assert permissions.check(account, caller, "ecs:RunInstances", now=now) == NOT_ALLOWED
    assert permissions.check(account, caller, "oss:GetObject", now=now) == NOT_ALLOWED


def test_a_session_of_a_deleted_role_may_do_nothing(account: Account) -> None:
    caller = replace(session(account), role=None)
    assert permissions.check(account, caller, "ecs:RunInstances", now=account.clock.now()) == NOT_ALLOWED


def test_a_user_allowed_on_one_user_reads_that_one_only(account: Account) -> None:
    one = statement(Action="ram:Get*", Resource=f"acs:ram:*:{ACCOUNT_ID}:user/nobody")
    account.users[NOBODY_ID].policies = [policy(account, "p", one)]
    assert ask(account, "Ram", "GetUser", UserName="nobody", by=NOBODY_KEY)
    assert ask(account, "Ims", "GetUser", UserPrincipalName="nobody@acme.onaliyun.com", by=NOBODY_KEY)
    assert ask(account, "Ims", "GetUser", UserId=NOBODY_ID, by=NOBODY_KEY)
    assert ask(account, "Ims", "GetUser", UserAccessKeyId=NOBODY_KEY, by=NOBODY_KEY)
    for other in ({"UserAccessKeyId": RESPONDER_KEY}, {"UserId": "200000000000000001"}):
        with refused("NoPermission", 403):
            ask(account, "Ims", "GetUser", **other, by=NOBODY_KEY)


def test_own_keys_are_checked_on_the_callers_own_name(account: Account) -> None:
    own = statement(Action="ram:ListAccessKeys", Resource=f"acs:ram:*:{ACCOUNT_ID}:user/nobody")
    account.users[NOBODY_ID].policies = [policy(account, "p", own)]
    assert ask(account, "Ims", "ListAccessKeys", by=NOBODY_KEY)
    with refused("NoPermission", 403):
        ask(account, "Ims", "ListAccessKeys", UserPrincipalName="responder@acme.onaliyun.com", by=NOBODY_KEY)


def test_listing_users_is_allowed_on_all_users(account: Account) -> None:
    some = statement(Action="ram:ListUsers", Resource=f"acs:ram:*:{ACCOUNT_ID}:user/*")
    account.users[NOBODY_ID].policies = [policy(account, "p", some)]
    assert ask(account, "Ims", "ListUsers", by=NOBODY_KEY)


def test_everybody_may_ask_who_they_are(account: Account) -> None:
    denied = [policy(account, "p", statement("Deny"))]
    account.users[NOBODY_ID].policies = denied
    answer = ask(account, "Sts", "GetCallerIdentity", by=NOBODY_KEY)
    assert answer["Arn"] == f"acs:ram::{ACCOUNT_ID}:user/nobody"
