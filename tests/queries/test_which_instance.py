"""Source addresses of a key against the addresses of the account."""

from datetime import timedelta
from typing import Any

import pytest

from aktui.errors import CallRef, Forbidden
from aktui.simcloud import addresses
from queries.base import Result, Status
from tests.conftest import PracticeCloudFactory
from tests.queries.fakes import KEY, NOW, FakeCloud, inquiry
from tests.queries.rig import desk, event, leaked, restrict, story

PUBLIC, PRIVATE, STRANGER = "198.51.100.23", "10.20.3.23", "192.0.2.66"


async def asked(practice_cloud: PracticeCloudFactory, account: Any) -> Result:
    async with practice_cloud(account) as sim, desk(sim, account.suspects[0]) as found:
        return await found.ask("which-instance")


def whose(result: Result) -> dict[str, str]:
    return {row.values["ip"]: row.values["whose"] for row in result.rows}


async def test_the_build_host_is_ours_by_both_addresses_and_the_intruders_are_not(
    practice_cloud: PracticeCloudFactory,
) -> None:
    account = leaked()
    result = await asked(practice_cloud, account)
    (host,) = [one for one in account.instances.values() if one.name == "build-01"]
    found = {row.values["ip"]: row.values for row in result.rows}
    for ip in (PUBLIC, PRIVATE):
        told = (found[ip]["whose"], found[ip]["instance"], found[ip]["name"], found[ip]["region"])
        assert told == ("ours", host.id, "build-01", account.region)
    assert found[STRANGER]["whose"] == "not ours"
    assert found[PUBLIC]["state"] == "Running"


@pytest.mark.parametrize("scenario", ["benign-surprise", "oss-exfiltration", "sms-pumping"])
async def test_no_address_of_an_intruder_is_called_ours(
    practice_cloud: PracticeCloudFactory, scenario: str
) -> None:
    account = story(scenario)
    result = await asked(practice_cloud, account)
    hostile = set((account.truth.get("intruder") or {}).get("source_ips", []))
    found = whose(result)
    assert all(found[ip] == "not ours" for ip in hostile & set(found))
    mine = {
        ip for one in account.instances.values() for ip in (*one.public_ips, one.eip, *one.private_ips) if ip
    }
    mine |= {one.address for one in addresses.all_of(account)}
    assert {ip for ip, said in found.items() if said == "ours"} == mine & set(found)


async def test_what_was_denied_is_not_found_rather_than_not_ours(
    practice_cloud: PracticeCloudFactory,
) -> None:
    from aktui.simcloud.scenarios import catalogue

    account = catalogue()["leaked-ci-key"].build(11, leaked().clock.now())
    restrict(account, "ecs:DescribeInstances", "vpc:*", "resourcecenter:*")
    result = await asked(practice_cloud, account)
    assert whose(result)[PUBLIC] == "not found"
    assert whose(result)[STRANGER] == "not found"
    missing = {gap.missing for gap in result.gaps}
    assert {"ecs:DescribeInstances", "vpc:DescribeEipAddresses", "resourcecenter:SearchResources"} <= missing
    assert result.status is Status.PARTIAL


def answers(*events: dict[str, Any], **rest: Any) -> FakeCloud:
    return FakeCloud(
        {
            "actiontrail:GetAccessKeyLastUsedProducts": {"Products": []},
            "actiontrail:LookupEvents": {"Events": list(events)},
            "ecs:DescribeInstances": {"Instances": {"Instance": rest.get("instances", [])}},
            "vpc:DescribeEipAddresses": {"EipAddresses": {"EipAddress": rest.get("eips", [])}},
            "resourcecenter:SearchResources": {"Resources": rest.get("resources", [])},
            **rest.get("more", {}),
        }
    )


def instance(number: int, vpc: str, ip: str = "10.0.0.7", **rest: Any) -> dict[str, Any]:
    network = {"VpcId": vpc, "PrivateIpAddress": {"IpAddress": [ip]}}
    return {"InstanceId": f"i-{number}", "Status": "Running", "VpcAttributes": network, **rest}


async def test_the_same_private_address_in_two_networks_is_told_apart_by_the_network_of_the_call() -> None:
    call = event(KEY, "ListBuckets", NOW, 1, sourceIpAddress="10.0.0.7", vpcId="vpc-b")
    cloud = answers(call, instances=[instance(1, "vpc-a"), instance(2, "vpc-b")])
    (row,) = (await inquiry(cloud).ask("which-instance")).rows
    assert (row.values["instance"], row.values["whose"]) == ("i-2", "ours")


async def test_an_address_that_came_to_us_after_the_use_says_so() -> None:
    late = (NOW - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%MZ")
    call = event(KEY, "ListBuckets", NOW - timedelta(days=2), 1, sourceIpAddress="203.0.113.200")
    eip = {"IpAddress": "203.0.113.200", "InstanceId": "ngw-1", "InstanceType": "Nat", "AllocationTime": late}
    (row,) = (await inquiry(answers(call, eips=[eip])).ask("which-instance")).rows
    assert (row.values["whose"], row.values["instance"]) == ("ours", "ngw-1")
    assert "after the key was last used" in row.values["why"]
    assert "Nat" in row.values["kind"]


async def test_calls_by_the_provider_and_addresses_written_oddly() -> None:
    calls = [
        event(KEY, "A", NOW, 1, sourceIpAddress="Internal"),
        event(KEY, "B", NOW, 2, sourceIpAddress="oss-cn-hangzhou.aliyuncs.com"),
        event(KEY, "C", NOW, 3, sourceIpAddress="::ffff:203.0.113.9"),
    ]
    public = instance(1, "vpc-a", PublicIpAddress={"IpAddress": ["203.0.113.9"]})
    result = await inquiry(answers(*calls, instances=[public])).ask("which-instance")
    assert whose(result) == {
        "Internal": "the provider",
        "oss-cn-hangzhou.aliyuncs.com": "the provider",
        "::ffff:203.0.113.9": "ours",
    }


async def test_resource_center_tells_of_regions_that_the_key_did_not_use() -> None:
    call = event(KEY, "A", NOW, 1, sourceIpAddress="203.0.113.9")
    there = {
        "ResourceType": "ACS::ECS::Instance",
        "ResourceId": "i-far",
        "RegionId": "me-east-1",
        "IpAddresses": ["203.0.113.9"],
    }
    cloud = answers(call, resources=[there])
    result = await inquiry(cloud).ask("which-instance")
    assert [(row.values["instance"], row.values["region"]) for row in result.rows] == [("i-far", "me-east-1")]
    assert "me-east-1" in {region for name, region, _ in cloud.asked if name == "ecs:DescribeInstances"}


async def test_without_resource_center_a_stranger_is_not_called_not_ours() -> None:
    no = Forbidden(
        CallRef("resourcecenter", "SearchResources"), "No.", missing="resourcecenter:SearchResources"
    )
    call = event(KEY, "A", NOW, 1, sourceIpAddress="203.0.113.9")
    cloud = answers(call, more={"resourcecenter:SearchResources": no})
    result = await inquiry(cloud).ask("which-instance")
    assert whose(result) == {"203.0.113.9": "not found"}
