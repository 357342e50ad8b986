"""VPC and Resource Center: whose address is it, and what is there."""

import json
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from aktui.simcloud.account import Account
from aktui.simcloud.op import Operation
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.sql_subset import NotSupported, run
from aktui.simcloud.stories.delivery import BUILD_HOST
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import NOBODY_KEY
from tests.simcloud.asking import ask, refused
from tests.simcloud.test_catalogue import needs_catalogue, needs_samples
from tests.simcloud.test_ecs import HERE, THERE, furnished
from tests.simcloud.vendor import check_answer, check_parameters, check_sample, declared, named, sdk

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
OPS = [*declared("Vpc"), *declared("ResourceCenter")]


@pytest.fixture
def account() -> Account:
    return furnished()


def eips(account: Account, region: str = HERE, **params: Any) -> list[dict[str, Any]]:
    answer = ask(account, "Vpc", "DescribeEipAddresses", region=region, RegionId=region, **params)
    return list(answer["EipAddresses"]["EipAddress"])


def search(account: Account, *filters: tuple[str, str, list[str]], **params: Any) -> list[str]:
    given = [{"Key": key, "MatchType": how, "Value": values} for key, how, values in filters]
    answer = (
        ask(account, "ResourceCenter", "SearchResources", Filter=given, **params)
        if given
        else ask(account, "ResourceCenter", "SearchResources", **params)
    )
    return [one["ResourceId"] for one in answer["Resources"]]


def test_an_instances_address_is_an_elastic_one_with_the_same_id_everywhere(account: Account) -> None:
    (eip,) = eips(account)
    assert (eip["IpAddress"], eip["InstanceId"], eip["Status"]) == ("198.51.100.23", "i-03", "InUse")
    asked = {"RegionId": HERE, "InstanceIds": '["i-03"]'}
    (one,) = ask(account, "Ecs", "DescribeInstances", **asked)["Instances"]["Instance"]
    assert one["EipAddress"]["AllocationId"] == eip["AllocationId"]
    assert eips(account, THERE) == []


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ({"EipAddress": "198.51.100.23,198.51.100.99"}, 1),
        ({"EipAddress": "198.51.100.99"}, 0),
        ({"AssociatedInstanceId": "i-03", "AssociatedInstanceType": "EcsInstance"}, 1),
        ({"AssociatedInstanceId": "i-03", "AssociatedInstanceType": "Nat"}, 0),
        ({"Status": "Available"}, 0),
        ({"ChargeType": "PrePaid"}, 0),
        ({"LockReason": "security"}, 0),
    ],
)
def test_addresses_are_chosen(account: Account, params: dict[str, str], count: int) -> None:
    assert len(eips(account, **params)) == count


def test_a_bad_question_about_addresses_is_refused(account: Account) -> None:
    with refused("InvalidParameter.EipAddress", 400):
        eips(account, EipAddress=",".join(f"198.51.100.{at}" for at in range(51)))
    with refused("DryRunOperation", 400):
        eips(account, DryRun=True)
    with refused("Forbidden.RAM", 400) as refusal:
        eips(account, by=NOBODY_KEY)
    assert refusal.value.detail["AccessDeniedDetail"]["AuthAction"] == "vpc:DescribeEipAddresses"


def test_networks_are_those_of_the_instances(account: Account) -> None:
    (one,) = ask(account, "Vpc", "DescribeVpcs", RegionId=HERE)["Vpcs"]["Vpc"]
    assert (one["VpcId"], one["CidrBlock"]) == ("vpc-1", "10.0.0.0/16")
    assert ask(account, "Vpc", "DescribeVpcs", RegionId=HERE, VpcId="vpc-2")["TotalCount"] == 0


def test_resources_are_found_by_type_region_and_name(account: Account) -> None:
    assert search(
        account, ("ResourceType", "Equals", ["ACS::ECS::Instance"]), ("RegionId", "Equals", [THERE])
    ) == ["i-far"]
    assert search(account, ("ResourceId", "Prefix", ["i-1"]), MaxResults=100) == [
        f"i-1{at}" for at in range(10)
    ]
    assert search(account, ("ResourceName", "Contains", ["ploy"])) == ["200000000000000002"]
    assert "i-03" in search(account, ("VpcId", "Equals", ["vpc-1"]))


def test_resources_come_page_by_page(account: Account) -> None:
    first = ask(account, "ResourceCenter", "SearchResources", MaxResults=30)
    rest = ask(account, "ResourceCenter", "SearchResources", MaxResults=30, NextToken=first["NextToken"])
    seen = [one["ResourceId"] for one in (*first["Resources"], *rest["Resources"])]
    assert len(seen) == len(set(seen)) == 33
    assert "NextToken" not in rest


@pytest.mark.parametrize(
    ("params", "code", "status"),
    [
        ({"MaxResults": 501}, "InvalidParameter.MaxResults", 400),
        ({"SortCriterion.Key": "Name"}, "InvalidParameter.SortCriterion.Key", 409),
        ({"Filter": [{"Key": "IpAddress"}]}, "InvalidParameter.Filter", 400),
        ({"Filter": [{"Key": "RegionId", "MatchType": "Prefix"}]}, "InvalidParameter.Filter", 400),
        ({"Filter": [{"Key": "RegionId"}] * 11}, "ExceedLimit.Filter", 409),
    ],
)
def test_a_search_that_is_not_understood_is_refused(
    account: Account, params: dict[str, Any], code: str, status: int
) -> None:
    with refused(code, status):
        ask(account, "ResourceCenter", "SearchResources", **params)


def sql(account: Account, statement: str, **params: Any) -> list[list[str]]:
    rows = ask(account, "ResourceCenter", "ExecuteSQLQuery", Expression=statement, **params)["Rows"]
    return [list(row) for row in rows]


def test_a_statement_finds_an_address(account: Account) -> None:
    where = "ip_addresses LIKE '%\"198.51.100.23\"%'"
    found = sql(account, f"SELECT resource_id FROM resources WHERE {where} ORDER BY resource_type")
    assert found[0] == ["i-03"]
    assert len(found) == 2
    (row,) = sql(account, "select * from resources where resource_id = 'i-04' limit 10;")
    assert json.loads(row[8]) == ["10.0.0.4", "198.51.100.24"]


@pytest.mark.parametrize(
    ("statement", "ids"),
    [
        ("SELECT id FROM resources", ["a", "b", "c"]),
        ("SELECT id FROM resources WHERE kind = 'x'", ["a", "c"]),
        ("SELECT id FROM resources WHERE kind <> 'x'", ["b"]),
        ("SELECT id FROM resources WHERE id IN ('a','b') AND kind = 'x'", ["a"]),
        ("SELECT id FROM resources WHERE kind NOT LIKE 'it''s%'", ["a", "c"]),
        ("SELECT id FROM resources WHERE id NOT IN ('a') ORDER BY id DESC LIMIT 1", ["c"]),
        ("SELECT id FROM resources WHERE id LIKE '_' ORDER BY kind ASC", ["b", "a", "c"]),
    ],
)
def test_statements_mean_what_they_say(statement: str, ids: list[str]) -> None:
    table = [{"id": "a", "kind": "x"}, {"id": "b", "kind": "it's y"}, {"id": "c", "kind": "x"}]
    assert [row for (row,) in run(statement, ("id", "kind"), table).rows] == ids


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE resources",
        "SELECT count(*) FROM resources",
        "SELECT id FROM buckets",
        "SELECT nothing FROM resources",
        "SELECT id FROM resources WHERE id = 'a' OR id = 'b'",
        "SELECT id FROM resources WHERE id = a",
        "SELECT id FROM resources WHERE id > 'a'",
        "SELECT id FROM resources LIMIT x",
        "SELECT id FROM resources; SELECT id FROM resources",
        "SELECT id FROM",
        "",
        "SELECT id FROM resources WHERE id = 'a",
    ],
)
def test_other_statements_are_not_supported(statement: str) -> None:
    with pytest.raises(NotSupported):
        run(statement, ("id", "kind"), [])


def test_a_statement_that_is_not_supported_is_refused_with_the_reason(account: Account) -> None:
    with refused("InvalidSearch.SQL", 409) as refusal:
        sql(account, "SELECT resource_type, count(*) FROM resources GROUP BY resource_type")
    assert "NotSupported" in refusal.value.message
    with refused("LengthExceedLimit.Expression", 409):
        sql(account, "SELECT " + "x" * 2000)


@cache
def built(scenario: str) -> Account:
    return catalogue()[scenario].build(1, NOW)


def test_the_addresses_of_the_business_are_the_accounts_own_and_those_of_the_intruder_are_not() -> None:
    ci = built("leaked-ci-key")
    (eip,) = eips(ci, ci.region, by=ci.responder, EipAddress=BUILD_HOST)
    assert ci.instances[eip["InstanceId"]].name == "build-01"
    oss = built("oss-exfiltration")
    (gateway,) = eips(oss, oss.region, by=oss.responder)
    assert [gateway["IpAddress"]] == oss.truth["business"]["source_ips"]
    assert gateway["InstanceType"] == "Nat"
    for story in (ci, oss):
        strange = ",".join(story.truth["intruder"]["source_ips"])
        assert eips(story, story.region, by=story.responder, EipAddress=strange) == []


def test_the_responder_of_a_story_may_ask_for_all_of_it() -> None:
    story = built("leaked-ci-key")
    assert ask(story, "Vpc", "DescribeVpcs", by=story.responder, RegionId=story.region)["TotalCount"] == 1
    assert sql(story, "SELECT resource_id FROM resources WHERE region_id = 'us-west-1'", by=story.responder)
    assert search(story, ("ResourceType", "Equals", ["ACS::SLS::Project"]), by=story.responder)


def test_the_vendors_generic_client_searches(practice_cloud: PracticeCloudFactory, account: Account) -> None:
    filters = {"Filter.1.Key": "ResourceId", "Filter.1.Value.1": "i-03", "Filter.1.Value.2": "i-04"}
    with practice_cloud(account) as sim:
        body = sdk(sim, "ResourceCenter", "SearchResources", **filters)
        assert [one["ResourceId"] for one in body["Resources"]] == ["i-03", "i-04"]
        assert sdk(sim, "Vpc", "DescribeEipAddresses", RegionId=HERE)["TotalCount"] == 1
        with pytest.raises(ClientException) as refusal:
            sdk(
                sim, "ResourceCenter", "ExecuteSQLQuery", key=NOBODY_KEY, Expression="SELECT * FROM resources"
            )
    assert (refusal.value.code, refusal.value.status_code) == ("NoPermission", 400)
    assert [event["eventRW"] for event in account.trail] == ["Read"] * 3


ASKED = {
    "DescribeEipAddresses": {"RegionId": HERE},
    "DescribeVpcs": {"RegionId": HERE},
    "ExecuteSQLQuery": {"Expression": "SELECT resource_id FROM resources LIMIT 1"},
}


@needs_catalogue
@pytest.mark.parametrize("operation", OPS, ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    check_parameters(operation)


@needs_catalogue
@pytest.mark.parametrize("operation", OPS, ids=named)
def test_answers_have_only_fields_of_the_response_schema(account: Account, operation: Operation) -> None:
    answer = ask(account, operation.product, operation.action, **ASKED.get(operation.action, {}))
    if operation.action == "ExecuteSQLQuery":
        # The schema does not say what a row is, and the pages are newer than it.
        answer = {"Columns": answer["Columns"]}
    check_answer(operation, answer)


@needs_samples
@pytest.mark.parametrize("operation", OPS, ids=named)
def test_answers_have_the_fields_of_the_samples(account: Account, operation: Operation) -> None:
    asked: dict[str, Any] = ASKED.get(operation.action, {})
    if operation.action == "SearchResources":
        asked = {"MaxResults": 30, "Filter": [{"Key": "RegionId", "Value": [HERE]}]}
    lacking = frozenset(
        {
            "Tags",
            "LockReason",
            "SecurityProtectionTypes",
            "Zone",
            "BizType",
            "HDMonitorStatus",
            "SecondLimited",
        }
        | {"SegmentInstanceId", "PublicIpAddressPoolId", "HasReservationData", "Mode", "NextToken"}
        | {"ReservationActiveTime", "ReservationBandwidth", "ReservationInternetChargeType"}
        | {"ReservationOrderType", "BandwidthPackageId", "BandwidthPackageType", "BandwidthPackageBandwidth"}
    )
    check_sample(operation, ask(account, operation.product, operation.action, **asked), lacking)
