"""Events from the Logstore of a trail: by endpoint, by address, by account, one by one."""

from typing import Any

from aktui.simcloud.account import Account
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.logbooks import (
    OTHER_KEY,
    SHANGHAI,
    TRAIL_PROJECT,
    access,
    account,
    event,
    keep_oss,
    keep_sls,
    keep_trail,
    operation,
)
from tests.queries.rig import desk
from tests.simcloud.accounts import ACCOUNT_ID, DEPLOYER_KEY, REGION, RESPONDER_KEY

VPC = "vpc-bp1exampleexample"
ELSEWHERE = "9999999999999999"
SESSION = {
    "type": "assumed-role",
    "userName": "ops:intruder",
    "accountId": ACCOUNT_ID,
    "accessKeyId": "STS.N1",
}
EVENTS: list[dict[str, Any]] = [
    event(9000, sourceIpAddress="10.0.0.5", vpcId=VPC),
    event(8000, sourceIpAddress="10.0.0.5", vpcId=VPC, errorCode="Forbidden.RAM"),
    event(7000, sourceIpAddress="10.0.0.6", vpcId=VPC),
    event(6000),
    event(5000, "RunInstances", acsRegion="us-west-1", eventRW="Write", errorCode="QuotaExceeded"),
    event(4000, "GetUser", serviceName="Ram", sourceIpAddress="203.0.113.10"),
    event(3000, "ListBuckets", OTHER_KEY, serviceName="Oss"),
    event(2000, "GetUser", OTHER_KEY, sourceIpAddress="10.0.0.7", vpcId=VPC),
    event(1000, "ConsoleSignin", "", serviceName="AasSub", sourceIpAddress="203.0.113.10"),
    event(500, "GetSecretValue", userIdentity=SESSION, serviceName="Kms"),
]
"""The trail of a day; the key's are the first six."""


def delivered() -> Account:
    kept = account()
    keep_trail(kept, EVENTS)
    return kept


async def asked(practice_cloud: PracticeCloudFactory, kept: Account, query_id: str, **params: str) -> Result:
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        return await found.ask(query_id, **params)


def told(result: Result, *columns: str) -> list[tuple[Any, ...]]:
    return sorted(tuple(row.values[column] for column in columns) for row in result.rows)


async def test_every_event_comes_once_whatever_its_region(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, delivered(), "trail-events")
    assert result.status is Status.COMPLETE
    assert [row.values["event_id"] for row in result.rows] == [one["eventId"] for one in EVENTS[:6]]
    assert result.rows[4].values["region"] == "us-west-1"
    assert "Read from trail all" in result.note
    assert "Better than LookupEvents" in result.note


async def test_events_are_narrowed_by_what_lookupevents_can_not_look_for(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = delivered()
    async with practice_cloud(kept) as sim, desk(sim, DEPLOYER_KEY, days=7) as found:
        here = await found.ask("trail-events", who="everyone", source_ip="203.0.113.10")
        mine = await found.ask("trail-events", service="Ram", event="GetUser")
        user = await found.ask("trail-events", who="everyone", user="ci-deployer")
        session = await found.ask("trail-events", who="STS.N1")
        nobody = await found.ask("trail-events", who="everyone", user="ops")
    assert told(here, "event") == [("ConsoleSignin",), ("GetUser",)]
    assert told(mine, "access_id") == [(DEPLOYER_KEY,)]
    assert len(user.rows) == len(EVENTS) - 1
    assert told(session, "user", "event") == [("ops:intruder", "GetSecretValue")]
    assert nobody.rows == ()


async def test_calls_through_a_vpc_endpoint_name_the_machine(practice_cloud: PracticeCloudFactory) -> None:
    result = await asked(practice_cloud, delivered(), "vpc-calls")
    assert told(result, "source_ip", "vpc", "access_id", "calls", "errors") == [
        ("10.0.0.5", VPC, DEPLOYER_KEY, 2, 1),
        ("10.0.0.6", VPC, DEPLOYER_KEY, 1, 0),
    ]
    assert result.rows[0].values["event_id"] == EVENTS[1]["eventId"]


async def test_calls_from_vpcs_are_told_of_all_keys(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, delivered(), "vpc-calls", who="everyone")
    assert ("10.0.0.7", OTHER_KEY, 1) in told(result, "source_ip", "access_id", "calls")
    assert sum(row.values["calls"] for row in result.rows) == 4


async def test_calls_over_the_internet_are_all_the_others(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, delivered(), "internet-calls")
    assert told(result, "source_ip", "calls") == [("192.0.2.66", 2), ("203.0.113.10", 1)]
    everyone = await asked(practice_cloud, delivered(), "internet-calls", who="everyone")
    others = [row for row in told(everyone, "source_ip", "access_id", "calls") if row[1] != RESPONDER_KEY]
    assert others == [
        ("192.0.2.66", DEPLOYER_KEY, 2),
        ("192.0.2.66", OTHER_KEY, 1),
        ("203.0.113.10", DEPLOYER_KEY, 1),
    ]


async def test_whatever_came_from_an_address_is_found_whoever_did_it(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, delivered(), "events-by-ip", ip="203.0.113.10")
    assert told(result, "service", "event", "access_id", "user", "calls") == [
        ("AasSub", "ConsoleSignin", "", "ci-deployer", 1),
        ("Ram", "GetUser", DEPLOYER_KEY, "ci-deployer", 1),
    ]


async def test_every_key_used_from_an_address_is_found_in_all_logs(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = delivered()
    keep_oss(kept, [access(60), access(50, access_id="-", sign_type="NotSign", requester_id="-")])
    keep_sls(kept, [operation(60, AccessKeyId=OTHER_KEY), operation(50, SourceIP="203.0.113.10")])
    result = await asked(practice_cloud, kept, "keys-by-ip", ip="192.0.2.66")
    assert result.status is Status.COMPLETE
    assert told(result, "log", "access_id", "calls") == [
        ("oss", "", 1),
        ("oss", DEPLOYER_KEY, 1),
        ("sls", OTHER_KEY, 1),
        ("trail", DEPLOYER_KEY, 2),
        ("trail", OTHER_KEY, 1),
        ("trail", "STS.N1", 1),
    ]


async def test_an_address_is_compared_whole_where_colons_separate_words(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    near, far = "2001:db8::1", "2001:db8::1:1"
    keep_trail(kept, [event(60, sourceIpAddress=near), event(50, "GetUser", sourceIpAddress=far)])
    groups = await asked(practice_cloud, kept, "events-by-ip", ip=near)
    rows = await asked(practice_cloud, kept, "trail-events", source_ip=near)
    assert told(groups, "event", "calls") == [("DescribeInstances", 1)]
    assert told(rows, "source_ip") == [(near,)]


async def test_the_trail_of_all_accounts_tells_whose_key_it_is(practice_cloud: PracticeCloudFactory) -> None:
    owner = {"type": "ram-user", "userName": "robot", "accountId": ELSEWHERE, "accessKeyId": DEPLOYER_KEY}
    kept = account()
    keep_trail(
        kept,
        [event(60, userIdentity=owner, recipientAccountId=ELSEWHERE), event(50, userIdentity=owner)],
        trail={"IsOrganizationTrail": True, "OrganizationId": "rd-1"},
    )
    result = await asked(practice_cloud, kept, "key-owner-elsewhere")
    assert told(result, "account", "user", "user_type", "calls") == [(ELSEWHERE, "robot", "ram-user", 2)]


async def test_without_a_trail_of_all_accounts_the_owner_elsewhere_is_not_covered(
    practice_cloud: PracticeCloudFactory,
) -> None:
    result = await asked(practice_cloud, delivered(), "key-owner-elsewhere")
    assert result.status is Status.NOT_COVERED
    assert "management account" in result.detail


async def test_of_two_trails_the_one_that_covers_more_is_read_and_events_are_not_counted_twice(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    keep_trail(kept, EVENTS, "a-writes", trail={"EventRW": "Write"})
    keep_trail(kept, EVENTS, "b-everything")
    best = await asked(practice_cloud, kept, "internet-calls")
    assert sum(row.values["calls"] for row in best.rows) == 3
    assert "Read from trail b-everything" in best.note
    assert "Others have Logstores too (trail=…): a-writes" in best.note
    named = await asked(practice_cloud, kept, "internet-calls", trail="a-writes")
    assert "write events only" in named.detail
    missing = await asked(practice_cloud, kept, "internet-calls", trail="none")
    assert "no trail 'none'" in missing.detail
    assert "b-everything" in missing.detail


async def test_a_trail_whose_project_is_in_another_region_is_read_there(
    practice_cloud: PracticeCloudFactory,
) -> None:
    kept = account()
    arn = f"acs:log:{SHANGHAI}:{ACCOUNT_ID}:project/{TRAIL_PROJECT}"
    keep_trail(kept, EVENTS, region=SHANGHAI, trail={"SlsProjectArn": arn})
    result = await asked(practice_cloud, kept, "trail-events")
    assert len(result.rows) == 6
    assert kept.region == REGION
