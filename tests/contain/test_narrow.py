"""The least-privilege policy of the business: what it allows, what goes away, what it would have denied."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from aktui.case.marks import Marks, mark
from aktui.contain.judge.ram import NEEDS_NO_GRANT, judging
from aktui.contain.judge.verdict import Answer
from aktui.contain.narrow import difference, least
from aktui.errors import UsageError
from aktui.simcloud.directory.documents import permission
from queries.base import Gap, Status
from queries.usage import By, Usage, usage_of
from tests.conftest import PracticeCloudFactory
from tests.contain.drawn import UNHURRIED
from tests.contain.usages import NOW, report, usage
from tests.queries.rig import desk, leaked

OFFICE, LAIR = "203.0.113.10", "192.0.2.66"
TRUSTING = Marks().with_mark(mark("source", OFFICE, "trusted", NOW))
EVERYTHING: dict[str, Any] = {
    "Version": "1",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


def office(name: str, **rest: Any) -> Usage:
    return usage(name, OFFICE, **rest)


BUSINESS = (
    office("Ecs:RunCommand"),
    office("Ecs:DescribeInstances"),
    office("Oss:PutObject", resources=("assets",)),
    office("Oss:UploadPart", resources=("artifacts",)),
    office("Oss:GetBucket", resources=("assets",)),
    office("Oss:HeadObject", resources=("artifacts",), refused=10, codes=("NoSuchKey",)),
    office("Ims:GetUser", kind=By.CONSOLE),
)
INTRUDER = (usage("Ram:CreateUser"), usage("Oss:GetObject", resources=("backups",)))


def allowed(*usages: Usage, **rest: Any) -> list[tuple[Any, Any]]:
    made = least(report(*usages), TRUSTING, **rest)
    return [(one["Action"], one["Resource"]) for one in made.document["Statement"]]


def test_what_the_business_did_is_allowed_by_service_sorted_and_oss_by_bucket() -> None:
    assert allowed(*BUSINESS, *INTRUDER) == [
        (["ecs:DescribeInstances", "ecs:RunCommand"], "*"),
        (["oss:GetObject"], ["acs:oss:*:*:artifacts/*"]),
        (["oss:PutObject"], ["acs:oss:*:*:artifacts/*", "acs:oss:*:*:assets/*"]),
        (["oss:ListObjects"], ["acs:oss:*:*:assets"]),
        (["ram:GetUser"], "*"),
    ]


def test_a_call_whose_bucket_is_not_told_is_allowed_on_all() -> None:
    told = office("Oss:GetBucketInfo", origin="trail", resources=("assets",))
    assert allowed(told) == [(["oss:GetBucketInfo"], "*")]
    odd = office("Oss:GetObject", resources=("*",))
    assert allowed(odd) == [(["oss:GetObject"], "*")]


def test_what_the_business_was_refused_for_want_of_a_permission_is_not_given_to_it() -> None:
    refused = office("Kms:GetSecretValue", refused=10, codes=("Forbidden.RAM",))
    assert allowed(office("Ecs:RunCommand"), refused) == [(["ecs:RunCommand"], "*")]


def test_role_sessions_and_other_users_need_nothing_from_this_users_policies() -> None:
    others = (office("Kms:ListKeys", kind=By.SESSION), office("Rds:ListTags", identity="somebody"))
    assert allowed(office("Ecs:RunCommand"), *others, user="ci-deployer") == [(["ecs:RunCommand"], "*")]


def test_without_a_trusted_call_there_is_nothing_to_allow() -> None:
    with pytest.raises(UsageError, match="nothing"):
        least(report(*INTRUDER), TRUSTING)
    with pytest.raises(UsageError, match="nothing"):
        least(report(*BUSINESS), Marks())


def test_a_document_that_is_too_long_is_refused_and_whole_services_are_only_given_when_asked() -> None:
    with pytest.raises(UsageError, match="most") as refused:
        least(report(*BUSINESS), TRUSTING, most=200)
    assert "whole services" in refused.value.hint
    assert allowed(*BUSINESS, most=200, whole_services=True) == [(["ecs:*", "oss:*", "ram:*"], "*")]
    made = least(report(*BUSINESS), TRUSTING, whole_services=True)
    assert any("every operation" in note for note in made.notes)


def test_the_notes_say_what_is_not_in_it() -> None:
    gap = Gap(Status.NOT_COVERED, "objects", "No access log.")
    link = usage("Oss:GetObject", "203.0.113.170", link=True, count=7, resources=("artifacts",))
    made = least(report(*BUSINESS, link, office("NewThing:DoIt"), gaps=(gap,)), TRUSTING)
    notes = "\n".join(made.notes)
    assert "7 days of calls" in notes
    assert "Not all calls could be seen" in notes
    assert "newthing:DoIt" in notes
    assert "7 requests came through links" in notes
    assert "artifacts" in notes


def test_what_goes_away_is_said_in_words() -> None:
    made = least(report(*BUSINESS), TRUSTING)
    told = difference(made, [EVERYTHING], report(*BUSINESS, *INTRUDER), TRUSTING, at=NOW)
    assert told.before.level == "admin"
    assert told.after.level == "can escalate"
    assert "machine" in told.after.why or "instance" in told.after.why
    assert told.losses[0].startswith("Everything goes but for 6 actions")
    assert not told.impact.breaks
    assert {line.operation for line in told.impact.other} == {"Ram:CreateUser", "Oss:GetObject"}
    assert told.unknown == ()


def test_named_permissions_that_go_are_named_and_what_hangs_on_conditions_is_said() -> None:
    held = {
        "Version": "1",
        "Statement": [
            {"Effect": "Allow", "Action": ["ecs:*", "rds:Describe*"], "Resource": "*"},
            {
                "Effect": "Allow",
                "Action": "kms:Decrypt",
                "Resource": "*",
                "Condition": {"Bool": {"acs:SecureTransport": "true"}},
            },
        ],
    }
    made = least(report(office("Ecs:RunCommand")), TRUSTING)
    told = difference(made, [held], report(), TRUSTING, at=NOW, unread=["policy audit of group ci"])
    assert told.losses == (
        "ecs: ecs:* goes but for ecs:RunCommand.",
        "kms: kms:Decrypt goes.",
        "rds: rds:Describe* goes.",
    )
    assert "audit" in told.unknown[0]
    assert "kms:Decrypt" in told.unknown[1]


names = [
    "Ecs:RunCommand",
    "Oss:GetObject",
    "Oss:GetBucket",
    "Ram:CreateUser",
    "Sts:GetCallerIdentity",
    "New:Thing",
]
usages = some.builds(
    lambda name, trusted, bucket, kind: usage(
        name, OFFICE if trusted else LAIR, resources=(bucket,), kind=kind
    ),
    some.sampled_from(names),
    some.booleans(),
    some.sampled_from(["assets", "backups", "a*", "[/x]"]),
    some.sampled_from([By.KEY, By.CONSOLE, By.SESSION]),
)


@UNHURRIED
@given(some.lists(usages, min_size=1, max_size=10))
def test_no_call_of_the_business_is_denied_by_its_own_least_policy(drawn: list[Usage]) -> None:
    seen = report(*drawn)
    try:
        made = least(seen, TRUSTING)
    except UsageError:
        return
    assert permission(made.text)
    assert json.loads(made.text) == made.document
    judge = judging([made.document], NOW, implicitly=True)
    for one in drawn:
        if one.source == OFFICE:
            answer = judge(one).answer
            sure = one.kind is not By.SESSION and not one.guessed and one.action.lower() not in NEEDS_NO_GRANT
            assert answer is not Answer.DENIED
            assert not sure or answer is Answer.PASSES
    actions = {action for statement in made.document["Statement"] for action in statement["Action"]}
    assert actions <= {one.action for one in drawn if one.source == OFFICE}


async def test_in_the_story_the_business_goes_on_and_the_intruder_loses_most(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    said = Marks()
    for address in account.truth["business"]["source_ips"]:
        said = said.with_mark(mark("source", address, "trusted", NOW))
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0], days=7) as found:
        seen = await usage_of(found.inquiry)
        at = found.inquiry.cloud.now()
    made = least(seen, said, user="ci-deployer")
    assert len(made.text) < 2048
    told = difference(made, [EVERYTHING], seen, said, at=at, user="ci-deployer")
    assert told.impact.of_trusted.denied == 0
    denied = {line.action for line in told.impact.other}
    assert {"ram:CreateUser", "ecs:RunInstances", "oss:ListObjects"} <= denied
    assert any("links" in note for note in made.notes)
    assert "ops-break-glass" not in made.text
    assert f"acs:ram::{account.id}:role/deploy-role" in made.text
    assert told.impact.of_other.denied > 0
    taken = [line for line in told.impact.other if line.action == "sts:AssumeRole"]
    assert taken
