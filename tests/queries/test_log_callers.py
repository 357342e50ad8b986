"""Calls counted by operation, source and identity, in the three kinds of log."""

import pytest

from aktui.simcloud.account import Account
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    OTHER_KEY,
    access,
    account,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
)
from tests.queries.rig import desk
from tests.queries.test_log_trail import EVENTS, VPC, told
from tests.simcloud.accounts import DEPLOYER_KEY


async def asked(practice_cloud: PracticeCloudFactory, kept: Account, query_id: str, **params: str) -> Result:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await found.ask(query_id, **params)


async def test_calls_are_told_apart_by_what_a_change_would_look_at(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, EVENTS)
    result = await asked(practice_cloud, kept, "calls-by-operation")
    assert result.status is Status.COMPLETE
    assert told(result, "service", "event", "source_ip", "vpc", "error", "calls", "errors") == [
        ("Ecs", "DescribeInstances", "10.0.0.5", VPC, "", 1, 0),
        ("Ecs", "DescribeInstances", "10.0.0.5", VPC, "Forbidden.RAM", 1, 1),
        ("Ecs", "DescribeInstances", "10.0.0.6", VPC, "", 1, 0),
        ("Ecs", "DescribeInstances", "192.0.2.66", "", "", 1, 0),
        ("Ecs", "RunInstances", "192.0.2.66", "", "QuotaExceeded", 1, 1),
        ("Ram", "GetUser", "203.0.113.10", "", "", 1, 0),
    ]
    assert {row.values["event_id"] for row in result.rows} == {one["eventId"] for one in EVENTS[:6]}
    assert all(row.values["user_type"] == "ram-user" for row in result.rows)


async def test_what_a_user_did_without_a_key_and_in_sessions_can_be_asked_for(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, EVENTS)
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        user = await found.ask("calls-by-operation", who="everyone", user="ci-deployer")
        sessions = await found.ask("calls-by-operation", tokens="STS.N1, STS.N2")
        sources = await found.ask("calls-by-operation", who="everyone", by="source")
    assert ("AasSub", "") in told(user, "service", "access_id")
    assert told(sessions, "event", "access_id", "user") == [("GetSecretValue", "STS.N1", "ops:intruder")]
    assert ("10.0.0.7", VPC, OTHER_KEY, 1, "") in told(
        sources, "source_ip", "vpc", "access_id", "calls", "event"
    )
    assert {row.values["access_id"][:4] for row in sources.rows} == {"LTAI"}


async def test_requests_to_oss_are_told_apart_by_bucket_source_and_link(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    link = {"sign_type": "URI_SIGN4", "client_ip": "203.0.113.170"}
    rows = [
        access(60, vpc_id=VPC, client_ip="10.0.0.5"),
        access(50, "PutObject", http_status="403", error_code="AccessDenied"),
        access(40, **link),
        access(30, access_id="-"),
        access(20, access_id="STS.N1", extend_information="1,ops,intruder,1"),
    ]
    keep_oss(kept, rows)
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        mine = await found.ask("oss-by-caller")
        session = await found.ask("oss-by-caller", tokens="STS.N1")
        sources = await found.ask("oss-by-caller", who="everyone", by="source")
    assert told(mine, "operation", "bucket", "ip", "vpc", "link", "error", "requests", "errors") == [
        ("GetObject", "acme-backups", "10.0.0.5", VPC, "", "", 1, 0),
        ("GetObject", "acme-backups", "203.0.113.170", "", "link", "", 1, 0),
        ("PutObject", "acme-backups", "192.0.2.66", "", "", "AccessDenied", 1, 1),
    ]
    assert told(session, "access_id", "role") == [("STS.N1", "1,ops,intruder,1")]
    assert {row.values["access_id"] for row in sources.rows} == {DEPLOYER_KEY}


async def test_calls_to_the_log_service_are_told_apart_by_project_and_caller(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    rows = [operation(60), operation(50, "PullLogs"), operation(40, AccessKeyId="STS.N1", CallerType="Sts")]
    keep_sls(kept, rows)
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        mine = await found.ask("sls-by-caller")
        session = await found.ask("sls-by-caller", tokens="STS.N1")
    assert told(mine, "method", "project", "ip", "requests") == [
        ("GetLogStoreLogs", "acme-app", "192.0.2.66", 1),
        ("PullLogs", "acme-app", "192.0.2.66", 1),
    ]
    assert told(session, "caller", "access_id") == [("Sts", "STS.N1")]


@pytest.mark.parametrize("query_id", ["calls-by-operation", "oss-by-caller", "sls-by-caller"])
@pytest.mark.parametrize(
    "params",
    [{"tokens": "STS.N1' OR 'a'='a"}, {"tokens": ",".join(f"STS.{n}" for n in range(21))}, {"by": "colour"}],
)
async def test_what_is_no_token_is_refused_before_anything_is_sent(
    practice_cloud: PracticeCloudFactory, query_id: str, params: dict[str, str]
) -> None:
    async with practice_cloud(account()) as sim, desk(sim, DEPLOYER_KEY) as found:
        result = await found.ask(query_id, **params)
    assert result.status is Status.FAILED
    assert not result.rows
    assert "sls:GetLogsV2" not in found.asked.names
