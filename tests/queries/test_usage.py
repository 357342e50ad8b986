"""What was called with the key: seen in each kind of source, and what could not be seen."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.scenarios import catalogue as scenarios
from queries.base import Status
from queries.usage import By, UsageReport, account_usage, usage_of
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    OTHER_KEY,
    access,
    account,
    event,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
)
from tests.queries.rig import desk, events_of, leaked, restrict
from tests.queries.test_log_trail import EVENTS, VPC
from tests.simcloud.accounts import DEPLOYER_KEY, RESPONDER_KEY

ASSUMED = event(
    550,
    "AssumeRole",
    serviceName="Sts",
    responseElements={"Credentials": {"AccessKeyId": "STS.N1"}},
    requestParameters={"RoleArn": "acs:ram::1:role/ops", "RoleSessionName": "intruder"},
)


async def seen(practice_cloud: PracticeCloudFactory, kept: Account, **rest: Any) -> UsageReport:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await usage_of(found.inquiry, **rest)


def told(report: UsageReport) -> list[tuple[Any, ...]]:
    return sorted(
        (one.action, one.source, one.vpc, one.kind.value, one.count, one.refused) for one in report.usages
    )


async def test_the_trail_counts_the_calls_of_the_key_its_user_and_its_sessions(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, [*EVENTS, ASSUMED])
    report = await seen(practice_cloud, kept)
    assert told(report) == [
        ("", "203.0.113.10", "", "console", 1, 0),
        ("ecs:DescribeInstances", "10.0.0.5", VPC, "key", 2, 1),
        ("ecs:DescribeInstances", "10.0.0.6", VPC, "key", 1, 0),
        ("ecs:DescribeInstances", "192.0.2.66", "", "key", 1, 0),
        ("ecs:GetUser", "10.0.0.7", VPC, "key", 1, 0),
        ("ecs:RunInstances", "192.0.2.66", "", "key", 1, 1),
        ("kms:GetSecretValue", "192.0.2.66", "", "session", 1, 0),
        ("oss:ListBuckets", "192.0.2.66", "", "key", 1, 0),
        ("ram:GetUser", "203.0.113.10", "", "key", 1, 0),
        ("sts:AssumeRole", "192.0.2.66", "", "key", 1, 0),
    ]
    assert sum(one.count for one in report.own) == 7
    assert {one.key_id for one in report.usages if one.kind is By.KEY and not one.own} == {OTHER_KEY}
    taken = next(one for one in report.usages if one.action == "sts:AssumeRole")
    assert taken.resources == ("acs:ram::1:role/ops",)
    refused = next(one for one in report.usages if one.action == "ecs:RunInstances")
    assert (refused.codes, refused.newest_id) == (("QuotaExceeded",), EVENTS[4]["eventId"])
    assert refused.newest
    assert refused.newest.tzinfo


def earlier(one: dict[str, Any]) -> dict[str, Any]:
    """An event as LookupEvents gives it, an hour earlier: it is ten minutes behind."""
    at = datetime.fromisoformat(one["eventTime"]) - timedelta(hours=1)
    return {**one, "eventVersion": 1, "eventTime": iso(at)}


async def test_without_a_trail_lookups_tell_the_same(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    kept.trail.extend(earlier(one) for one in [*EVENTS, ASSUMED])
    report = await seen(practice_cloud, kept)
    assert report.sources == ("lookup",)
    assert ("ecs:DescribeInstances", "10.0.0.5", VPC, "key", 2, 1) in told(report)
    assert ("kms:GetSecretValue", "192.0.2.66", "", "session", 1, 0) in told(report)
    assert ("", "203.0.113.10", "", "console", 1, 0) in told(report)
    assert sum(one.count for one in report.own) == 7
    assert any(gap.status is Status.NOT_COVERED for gap in report.gaps)


async def test_a_trail_that_was_just_made_does_not_hide_what_was_before_it(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, EVENTS[3:6], age=0.08)
    kept.trail.extend({**one, "eventVersion": 1} for one in EVENTS[:3])
    report = await seen(practice_cloud, kept)
    assert set(report.sources) == {"trail", "lookup"}
    assert sum(one.count for one in report.own) == 6


async def test_where_lookups_are_refused_too_the_audit_tells_and_says_how_little(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = scenarios()["leaked-ci-key"].build(3, datetime.now(UTC).replace(microsecond=0))
    key_id = kept.suspects[0]
    restrict(kept, "actiontrail:LookupEvents", "actiontrail:DescribeTrails", "log:*")
    async with practice_cloud(kept) as sim, desk(sim, key_id, days=7) as found:
        report = await usage_of(found.inquiry)
    assert report.sources == ("audit",)
    assert all(one.own for one in report.usages)
    assert any("counts are too low" in gap.detail for gap in report.gaps)
    assert any(gap.missing == "actiontrail:LookupEvents" for gap in report.gaps)
    assert report.covered is None


async def test_nothing_seen_at_all_is_a_gap_not_a_none(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    restrict(kept, "actiontrail:*", "log:*", "ram:*")
    report = await seen(practice_cloud, kept)
    assert report.usages == ()
    assert {gap.status for gap in report.gaps} & {Status.DENIED}
    assert report.covered is None


async def test_objects_and_log_rows_come_from_their_own_logs(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_oss(
        kept,
        [
            access(60, "GetBucket"),
            access(59, vpc_id=VPC, client_ip="10.0.0.5"),
            access(58, "PutObject", http_status="403", error_code="AccessDenied"),
            access(57, bucket="acme-web", sign_type="UriSign"),
            access(56, "ExpireObject"),
            access(55, access_id="-"),
        ],
    )
    keep_sls(kept, [operation(50), operation(49, "PullLogs", SourceIP="10.0.0.5")])
    report = await seen(practice_cloud, kept)
    assert {"oss", "sls"} <= set(report.sources)
    assert ("oss:ListObjects", "192.0.2.66", "", "key", 1, 0) in told(report)
    assert ("oss:GetObject", "10.0.0.5", VPC, "key", 1, 0) in told(report)
    assert ("oss:PutObject", "192.0.2.66", "", "key", 1, 1) in told(report)
    assert ("log:GetLogStoreLogs", "192.0.2.66", "", "key", 1, 0) in told(report)
    assert ("log:GetCursorOrData", "10.0.0.5", "", "key", 1, 0) in told(report)
    link = next(one for one in report.usages if one.link)
    assert (link.resources, link.action) == (("acme-web",), "oss:GetObject")
    assert {one.identity for one in report.own} == {"ci-deployer"}


async def test_a_call_that_trail_and_access_log_both_tell_counts_once(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, [event(60, "PutBucketAcl", serviceName="Oss")])
    keep_oss(kept, [access(60, "PutBucketACL")])
    report = await seen(practice_cloud, kept)
    assert told(report) == [("oss:PutBucketAcl", "192.0.2.66", "", "key", 1, 0)]


async def test_the_sources_of_all_keys_are_told_for_a_policy_that_binds_them_all(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, EVENTS)
    keep_oss(
        kept, [access(60, access_id=OTHER_KEY), access(50, access_id="-"), access(40, access_id="STS.X")]
    )
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        report = await account_usage(found.inquiry)
    sources = {(one.key_id, one.source, one.origin) for one in report.usages if one.key_id != RESPONDER_KEY}
    assert sources == {
        (DEPLOYER_KEY, "10.0.0.5", "trail"),
        (DEPLOYER_KEY, "10.0.0.6", "trail"),
        (DEPLOYER_KEY, "192.0.2.66", "trail"),
        (DEPLOYER_KEY, "203.0.113.10", "trail"),
        (OTHER_KEY, "192.0.2.66", "trail"),
        (OTHER_KEY, "10.0.0.7", "trail"),
        (OTHER_KEY, "192.0.2.66", "oss"),
    }


async def test_without_a_trail_the_other_keys_are_a_gap(practice_cloud: PracticeCloudFactory) -> None:
    async with practice_cloud(account()) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        report = await account_usage(found.inquiry)
    assert "other keys" in report.gaps[0].what


HOSTILE = "[@click=app.quit]\x1b[2J‮"


async def test_names_an_intruder_chose_pass_through_unread(practice_cloud: PracticeCloudFactory) -> None:
    kept = account()
    keep_trail(kept, [event(60, HOSTILE, userAgent=HOSTILE, sourceIpAddress=HOSTILE, serviceName=HOSTILE)])
    (one,) = (await seen(practice_cloud, kept)).usages
    assert one.agent == HOSTILE
    assert (one.action, one.guessed) == ("", True)


@pytest.fixture
def story() -> Account:
    return leaked()


async def test_in_the_story_no_call_of_the_key_is_left_out(
    practice_cloud: PracticeCloudFactory, story: Account
) -> None:
    key_id = story.suspects[0]
    async with practice_cloud(story) as sim, desk(sim, key_id, days=5) as found:
        before = happened(story, key_id, found.inquiry.window.start)
        report = await usage_of(found.inquiry)
        after = happened(story, key_id, found.inquiry.window.start)
    counted: Counter[tuple[str, str]] = Counter()
    for one in report.own:
        if one.origin == "trail":
            counted[one.service, one.operation] += one.count
    assert all(before[name] <= count <= after[name] for name, count in counted.items())
    assert {service for service, _ in set(before) - set(counted)} <= {"Oss", "Sls"}


def happened(account: Account, key_id: str, since: datetime) -> Counter[tuple[str, str]]:
    """Management events of a key so far; life goes on while a test looks."""
    return Counter(
        (one["serviceName"], one["eventName"])
        for one in events_of(account, key_id)
        if one["eventTime"] > iso(since) and one["eventCategory"] == "Management"
    )
