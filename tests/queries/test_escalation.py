"""What policies amount to."""

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.owners.escalation import (
    ADMIN,
    BROAD,
    ESCALATE,
    LIMITED,
    UNKNOWN,
    Reading,
    by_name,
    matches,
    paths,
    read,
    statements_of,
)


def allow(*actions: str, on: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **rest}


def deny(*actions: str, on: Any = "*", **rest: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Action": list(actions), "Resource": on, **rest}


def judged(*statements: dict[str, Any], owner: str = "ci") -> Reading:
    found = statements_of({"Version": "1", "Statement": list(statements)})
    return read(found, found, owner)


def test_everything_on_everything_is_admin() -> None:
    assert judged(allow("*")).level == ADMIN
    assert judged(allow("*:*")).level == ADMIN


def test_admin_with_a_few_denials_is_still_admin_and_says_so() -> None:
    found = judged(allow("*"), deny("bss:*"))
    assert (found.level, "denied" in found.why) == (ADMIN, True)


def test_a_denial_of_everything_leaves_nothing() -> None:
    assert judged(allow("*"), deny("*")).level == LIMITED


def test_a_denial_on_some_resources_or_under_conditions_takes_no_power_away() -> None:
    some = deny("*", on="acs:oss:*:*:logs/*")
    mostly = deny("*", Condition={"IpAddress": {"acs:SourceIp": ["203.0.113.0/24"]}})
    assert judged(allow("*"), some).level == ADMIN
    assert judged(allow("*"), mostly).level == ADMIN


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.id)
def test_every_known_way_to_more_power_is_seen_and_closed_by_denying_its_first_action(path: Any) -> None:
    alone = judged(*(allow(action) for action in path.actions))
    assert alone.level == ESCALATE
    assert path.how in alone.why
    assert path.how not in judged(*(allow(action) for action in path.actions), deny(path.actions[0])).why


@pytest.mark.parametrize(
    "path", [path for path in paths() if len(path.actions) > 1], ids=lambda path: path.id
)
def test_half_of_a_way_that_takes_two_actions_is_no_way(path: Any) -> None:
    assert path.how not in judged(allow(path.actions[-1], on="acs:x:::one")).why


def test_wildcards_and_case_do_not_hide_a_way() -> None:
    assert judged(allow("RAM:create*y")).level == ESCALATE
    assert judged(allow("ram:Create?ccessKey")).level == ESCALATE


def test_two_harmless_policies_may_open_a_way_together() -> None:
    assert judged(allow("ram:PassRole")).level == LIMITED
    assert judged(allow("ecs:RunInstances")).level == LIMITED
    assert judged(allow("ram:PassRole"), allow("ecs:RunInstances")).level == ESCALATE


def test_a_user_who_manages_only_its_own_keys_cannot_escalate_by_that() -> None:
    assert judged(allow("ram:CreateAccessKey", on="acs:ram:*:1:user/CI")).level == LIMITED
    assert (
        judged(allow("ram:CreateAccessKey", on=["acs:ram:*:1:user/ci", "acs:ram:*:1:user/boss"])).level
        == ESCALATE
    )


def test_not_action_allows_all_that_it_does_not_name() -> None:
    powers = {"Effect": "Allow", "NotAction": ["ram:*", "ims:*"], "Resource": "*"}
    found = judged(powers, deny("sts:*", "ecs:*", "cs:*"))
    assert (found.level, found.why) == (BROAD, "everything in all services but for a few actions")
    assert judged({"Effect": "Allow", "NotAction": "oss:*", "Resource": "*"}).level == ESCALATE


def test_a_denial_by_not_action_leaves_only_what_it_names() -> None:
    guard = {"Effect": "Deny", "NotAction": ["oss:GetObject"], "Resource": "*"}
    assert judged(allow("*"), guard).level != ADMIN
    assert judged(allow("ram:*"), guard).level != ESCALATE


def test_a_whole_service_is_broad_and_some_actions_are_limited() -> None:
    assert judged(allow("oss:*")) == Reading(BROAD, "everything in oss")
    assert judged(allow("oss:*", on="acs:oss:*:1:*")).level == BROAD
    assert judged(allow("oss:*", on="acs:oss:*:1:logs/*")).level == LIMITED
    assert judged(allow("oss:GetObject", "oss:ListBuckets")).why.startswith("reads only")


def test_conditions_and_named_resources_are_told_with_the_reading() -> None:
    assert "if the conditions" in judged(allow("*", Condition={"Bool": {"acs:MFAPresent": ["true"]}})).why
    assert "named resources" in judged(allow("ram:AttachPolicyToUser", on="acs:ram:*:1:user/boss")).why


def test_a_policy_that_only_denies_says_what() -> None:
    assert judged(deny("rds:*", "kms:*")) == Reading(LIMITED, "only denies: rds:*, kms:*")


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("AdministratorAccess", ADMIN),
        ("AliyunRAMFullAccess", ESCALATE),
        ("AliyunOSSFullAccess", BROAD),
        ("AliyunOSSReadOnlyAccess", LIMITED),
        ("AliyunSomething", UNKNOWN),
    ],
)
def test_a_system_policy_is_judged_by_name_when_its_document_is_not_to_be_had(name: str, level: str) -> None:
    assert by_name(name).level == level


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"Statement": None},
        {"Statement": "Allow"},
        {"Statement": [None, 1, "x", []]},
        {
            "Statement": [
                {"Effect": "Allow"},
                {"Effect": 1, "Action": "*"},
                {"Effect": "Allow", "Action": [None, {}]},
            ]
        },
    ],
)
def test_odd_documents_allow_nothing_and_break_nothing(document: dict[str, Any]) -> None:
    assert statements_of(document) == ()


def test_a_lone_statement_and_lone_strings_are_read() -> None:
    found = statements_of(json.loads('{"Statement": {"Effect": "allow", "Action": "*", "Resource": "*"}}'))
    assert read(found, found).level == ADMIN


def test_a_pattern_made_to_be_slow_is_not() -> None:
    assert matches("a*" * 500 + "b", "a" * 3000) is False


@given(st.text("ab*?:", max_size=8), st.text("AbB:", max_size=10))
def test_patterns_match_as_the_regular_expressions_they_stand_for(pattern: str, value: str) -> None:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert matches(pattern, value) is bool(re.fullmatch(expression, value, re.IGNORECASE))
