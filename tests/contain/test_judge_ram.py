"""RAM policies are judged as the practice cloud judges them, and say when they can not be."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aktui.contain.judge.key import denied_without_key
from aktui.contain.judge.ram import judge
from aktui.contain.judge.verdict import Answer
from aktui.simcloud.account import Attachment, Policy, PolicyVersion
from aktui.simcloud.authenticate import identify
from aktui.simcloud.permissions import check
from queries.usage import By
from tests.contain.drawn import UNHURRIED
from tests.contain.usages import KEY, NOW, usage
from tests.simcloud.accounts import ACCOUNT_ID, NOBODY_ID, NOBODY_KEY, small_account

DENY_ALL: dict[str, Any] = {
    "Version": "1",
    "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}],
}


def document(*statements: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "1", "Statement": list(statements)}


def deny(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": action, "Resource": resource, **more}


def allow(action: Any = "*", resource: Any = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def answer(call: Any, *statements: dict[str, Any], **rest: Any) -> Answer:
    return judge(call, [document(*statements)], NOW, **rest).answer


def test_a_denial_of_everything_stops_key_and_console_and_not_role_sessions() -> None:
    assert judge(usage(), [DENY_ALL], NOW).denied
    assert judge(usage(kind=By.CONSOLE), [DENY_ALL], NOW).denied
    assert judge(usage(kind=By.SESSION), [DENY_ALL], NOW).answer is Answer.PASSES
    assert judge(usage(kind=By.OTHER), [DENY_ALL], NOW).answer is Answer.UNKNOWN


def test_other_identities_are_not_bound_and_calls_without_a_name_are_the_keys() -> None:
    assert answer(usage(identity="somebody"), deny(), user="ci-deployer") is Answer.PASSES
    assert answer(usage(identity=""), deny(), user="ci-deployer") is Answer.DENIED


def test_the_deciding_statement_is_told() -> None:
    statement = deny(["ram:*", "ecs:Describe*"])
    verdict = judge(usage(), [document(allow(), statement)], NOW)
    assert verdict.statement == statement
    assert "ecs:DescribeInstances" in verdict.why


def test_a_guess_at_an_actions_name_is_no_yes_and_no_no() -> None:
    call = usage("SomeNewThing:DoIt")
    assert answer(call, deny("somenewthing:*")) is Answer.UNKNOWN
    assert answer(call, deny("*")) is Answer.DENIED
    assert answer(call, deny("*", "acs:somenewthing:*:*:*")) is Answer.UNKNOWN


def test_what_needs_no_grant_and_what_no_action_guards() -> None:
    assert answer(usage("Sts:GetCallerIdentity"), deny()) is Answer.UNKNOWN
    assert answer(usage("AasSub:ConsoleSignin", kind=By.CONSOLE), deny()) is Answer.PASSES


def test_without_all_policies_only_a_denial_denies() -> None:
    assert answer(usage(), allow("ram:*")) is Answer.PASSES
    assert answer(usage(), allow("ram:*"), implicitly=True) is Answer.DENIED
    assert answer(usage(), allow("ecs:*"), implicitly=True) is Answer.PASSES
    assert answer(usage(), allow("ecs:*"), deny("ecs:*", "acs:ecs:*:*:instance/i-1"), implicitly=True) is (
        Answer.UNKNOWN
    )


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"IpAddress": {"acs:SourceIp": ["192.0.2.0/24"]}}, Answer.DENIED),
        ({"IpAddress": {"acs:SourceIp": "203.0.113.0/24"}}, Answer.PASSES),
        ({"NotIpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}}, Answer.DENIED),
        ({"IpAddress": {"acs:SourceIp": "nonsense"}}, Answer.UNKNOWN),
        ({"DateLessThan": {"acs:CurrentTime": "2026-11-23T00:00:00Z"}}, Answer.DENIED),
        ({"DateGreaterThan": {"acs:CurrentTime": "2026-11-23T00:00:00+08:00"}}, Answer.PASSES),
        ({"DateLessThan": {"acs:CurrentTime": "soon"}}, Answer.UNKNOWN),
        ({"Bool": {"acs:MFAPresent": False}}, Answer.DENIED),
        ({"Bool": {"acs:MFAPresent": "true"}}, Answer.PASSES),
        ({"Bool": {"acs:SecureTransport": "false"}}, Answer.UNKNOWN),
        ({"StringEquals": {"acs:SourceVpc": "vpc-1"}}, Answer.PASSES),
        ({"StringNotEquals": {"acs:SourceVpc": "vpc-1"}}, Answer.UNKNOWN),
        ({"StringLike": {"ecs:tag/env": "prod*"}}, Answer.UNKNOWN),
        ({"StringMatchesMoon": {"acs:SourceIp": "x"}}, Answer.UNKNOWN),
        ("odd", Answer.UNKNOWN),
        ({"Bool": "odd"}, Answer.UNKNOWN),
    ],
)
def test_a_condition_decides_or_is_said_to_be_unknown(condition: Any, expected: Answer) -> None:
    assert answer(usage(), deny(Condition=condition)) is expected


def test_a_condition_on_the_vpc_holds_for_calls_through_it() -> None:
    call = usage(source="10.0.0.5", vpc="vpc-1")
    assert answer(call, deny(Condition={"StringEquals": {"acs:SourceVpc": "vpc-1"}})) is Answer.DENIED
    assert answer(call, deny(Condition={"StringNotEquals": {"acs:SourceVpc": "vpc-1"}})) is Answer.PASSES


@pytest.mark.parametrize(
    ("operation", "resource", "expected"),
    [
        ("GetObject", "acs:oss:*:*:backups/*", Answer.DENIED),
        ("GetObject", "acs:oss:*:*:backups*", Answer.DENIED),
        ("GetObject", "acs:oss:*:*:backups", Answer.PASSES),
        ("GetObject", "acs:oss:*:*:back", Answer.PASSES),
        ("GetObject", "acs:oss:*:*:backups/db/*", Answer.UNKNOWN),
        ("GetObject", "acs:oss:*:*:other/*", Answer.PASSES),
        ("GetObject", "acs:oss:cn-hangzhou:*:backups/*", Answer.UNKNOWN),
        ("GetBucket", "acs:oss:*:*:backups", Answer.DENIED),
        ("GetBucket", "acs:oss:*:*:backups/*", Answer.PASSES),
        ("GetBucketInfo", "acs:oss:*:*:back*", Answer.DENIED),
        ("ListBuckets", "acs:oss:*:*:*", Answer.DENIED),
        ("ListBuckets", "acs:oss:*:*:backups", Answer.UNKNOWN),
        ("GetObject", "acs:ecs:*:*:*", Answer.PASSES),
        ("GetObject", "nonsense", Answer.UNKNOWN),
    ],
)
def test_buckets_are_told_apart(operation: str, resource: str, expected: Answer) -> None:
    assert answer(usage(f"Oss:{operation}", resources=("backups",)), deny("oss:*", resource)) is expected


def test_other_resources_are_not_told_well_enough() -> None:
    call = usage("Ecs:StopInstance", resources=("i-1",))
    assert answer(call, deny("ecs:*", "acs:ecs:*:*:instance/i-1")) is Answer.UNKNOWN
    assert answer(call, deny("ecs:*", "acs:ecs:*:*:*")) is Answer.DENIED


def test_roles_are_told_apart() -> None:
    role = "acs:ram::1234567890123456:role/"
    call = usage("Sts:AssumeRole", resources=(f"{role}deploy",))
    assert answer(call, deny("sts:*", f"{role}ops")) is Answer.PASSES
    assert answer(call, deny("sts:*", "acs:ram:*:*:role/dep*")) is Answer.DENIED
    untold = usage("Sts:AssumeRole", resources=("deploy",))
    assert answer(untold, deny("sts:*", f"{role}ops")) is Answer.UNKNOWN
    many = usage("Sts:AssumeRole", resources=tuple(f"{role}r{number}" for number in range(20)))
    assert answer(many, deny("sts:*", f"{role}ops")) is Answer.UNKNOWN


def test_odd_documents_deny_nothing_and_break_nothing() -> None:
    for odd in ({}, {"Statement": 7}, {"Statement": [7, {"Effect": "Deny"}]}, {"Statement": {"Effect": 3}}):
        assert judge(usage(), [odd], NOW).answer is Answer.PASSES


def test_without_the_key_its_own_calls_and_links_fail_and_sessions_live_on() -> None:
    assert denied_without_key(usage()).denied
    assert denied_without_key(usage(link=True)).denied
    assert not denied_without_key(usage(own=False, key_id="LTAIOTHER")).denied
    session = denied_without_key(usage(kind=By.SESSION))
    assert not session.denied
    assert "expires" in session.why
    assert not denied_without_key(usage(kind=By.CONSOLE)).denied


names = some.sampled_from(
    ["Ecs:RunInstances", "Ecs:DescribeInstances", "Ram:CreateUser", "Oss:GetObject", "Oss:GetBucket"]
)
actions = some.lists(
    some.sampled_from(["*", "ecs:*", "ECS:run*", "ram:Create?ser", "oss:GetObject", "oss:List*", "rds:*"]),
    min_size=1,
    max_size=3,
)
resources = some.lists(
    some.sampled_from(
        [
            "*",
            "acs:ecs:*:*:*",
            "acs:oss:*:*:backups/*",
            "acs:oss:*:*:backups",
            "acs:oss:*:*:ba*",
            "acs:ram:*:*:user/x",
        ]
    ),
    min_size=1,
    max_size=2,
)
conditions = some.sampled_from(
    [
        {},
        {"IpAddress": {"acs:SourceIp": ["192.0.2.0/24"]}},
        {"NotIpAddress": {"acs:SourceIp": ["192.0.2.0/24", "203.0.113.10"]}},
        {"DateLessThan": {"acs:CurrentTime": "2026-11-23T00:00:00Z"}},
        {"Bool": {"acs:MFAPresent": "true"}},
        {"StringEquals": {"ecs:tag/env": "x"}},
        {"Bool": {"acs:MFAPresent": "false"}, "IpAddress": {"acs:SourceIp": "203.0.113.0/24"}},
    ]
)


@some.composite
def statements(draw: some.DrawFn) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": draw(some.sampled_from(["Allow", "Deny"]))}
    made[draw(some.sampled_from(["Action", "Action", "NotAction"]))] = draw(actions)
    made[draw(some.sampled_from(["Resource", "Resource", "NotResource"]))] = draw(resources)
    condition = draw(conditions)
    return {**made, "Condition": condition} if condition else made


@UNHURRIED
@given(
    some.lists(statements(), min_size=1, max_size=4),
    names,
    some.sampled_from(["192.0.2.66", "203.0.113.10", "198.51.100.1"]),
    some.booleans(),
    some.sampled_from(["a.txt", "db/x.sql.gz"]),
)
def test_whatever_is_decided_the_practice_cloud_decides_too(
    drawn: list[dict[str, Any]], name: str, source: str, implicitly: bool, key: str
) -> None:
    account = small_account()
    policy = document(*drawn)
    born = datetime(2026, 1, 1, tzinfo=UTC)
    account.policies["Custom", "p"] = Policy(
        "p", "Custom", born, born, versions=[PolicyVersion("v1", json.dumps(policy), born)]
    )
    account.users[NOBODY_ID].policies = [Attachment("Custom", "p", born)]
    call = usage(name, source, resources=("backups",), key_id=KEY)
    things = {
        "Oss:GetObject": f"acs:oss:oss-cn-hangzhou:{ACCOUNT_ID}:backups/{key}",
        "Oss:GetBucket": f"acs:oss:oss-cn-hangzhou:{ACCOUNT_ID}:backups",
        "Ram:CreateUser": f"acs:ram::{ACCOUNT_ID}:user/x",
    }
    resource = things.get(name, f"acs:ecs:cn-hangzhou:{ACCOUNT_ID}:instance/i-1")
    decided = check(account, identify(account, NOBODY_KEY), call.action, resource, source_ip=source, now=NOW)
    verdict = judge(call, [policy], NOW, implicitly=implicitly)
    if verdict.answer is not Answer.UNKNOWN:
        expected = not decided.allowed if implicitly else decided.explicit and not decided.allowed
        assert verdict.denied is expected
