"""ECS: stopping and releasing instances, and what was run on them."""

from base64 import b64decode
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from alibabacloud_tea_openapi.exceptions import ClientException

from aktui.simcloud.account import Account
from aktui.simcloud.op import OPERATIONS, Operation
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.trail import resources
from tests.conftest import PracticeCloudFactory
from tests.simcloud.accounts import NOBODY_KEY
from tests.simcloud.asking import ask, refused
from tests.simcloud.happenings import happen
from tests.simcloud.test_catalogue import needs_catalogue
from tests.simcloud.test_ecs import HERE, THERE, furnished
from tests.simcloud.vendor import check_answer, check_parameters, named, sdk

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
NEW = {
    "StopInstance",
    "StopInstances",
    "DeleteInstance",
    "DescribeNetworkInterfaces",
    "DescribeInvocations",
}
OPS = [one for one in OPERATIONS.values() if one.product == "Ecs" and one.action in NEW]


@pytest.fixture
def account() -> Account:
    return furnished()


def status(account: Account, one: str) -> str:
    asked = {"RegionId": HERE, "InstanceIds": f'["{one}"]'}
    (found,) = ask(account, "Ecs", "DescribeInstances", **asked)["Instances"]["Instance"]
    return str(found["Status"])


def test_an_instance_stops_after_a_while(account: Account) -> None:
    ask(account, "Ecs", "StopInstance", InstanceId="i-03")
    assert status(account, "i-03") == "Stopping"
    with refused("IncorrectInstanceStatus", 403):
        ask(account, "Ecs", "StopInstance", InstanceId="i-03")
    account.clock.advance(9)
    assert status(account, "i-03") == "Stopped"


def test_several_stop_together_or_not_at_all(account: Account) -> None:
    ids = ["i-03", "i-04", "i-none"]
    with refused("InvalidInstanceId.NotFound", 404):
        ask(account, "Ecs", "StopInstances", RegionId=HERE, InstanceId=ids)
    assert status(account, "i-03") == "Running"
    asked: dict[str, Any] = {"RegionId": HERE, "InstanceId": ids, "BatchOptimization": "SuccessFirst"}
    rows = ask(account, "Ecs", "StopInstances", **asked)["InstanceResponses"]["InstanceResponse"]
    assert {row["InstanceId"]: (row["Code"], row["CurrentStatus"]) for row in rows} == {
        "i-03": ("200", "Stopping"),
        "i-04": ("200", "Stopping"),
        "i-none": ("InvalidInstanceId.NotFound", ""),
    }


@pytest.mark.parametrize(
    ("action", "params", "code"),
    [
        ("StopInstance", {"InstanceId": "i-03"}, "DryRunOperation"),
        ("StopInstances", {"RegionId": HERE, "InstanceId": ["i-03"]}, "DRYRUN.SUCCESS"),
        ("DeleteInstance", {"InstanceId": "i-03", "Force": True}, "DryRunOperation"),
    ],
)
def test_a_dry_run_says_that_it_would_and_does_not(
    account: Account, action: str, params: dict[str, Any], code: str
) -> None:
    with refused(code, 400):
        ask(account, "Ecs", action, DryRun=True, **params)
    assert status(account, "i-03") == "Running"
    with refused("InvalidInstanceId.NotFound", 404):
        ask(
            account,
            "Ecs",
            action,
            DryRun=True,
            **{**params, "InstanceId": ["i-x"]} if "RegionId" in params else {"InstanceId": "i-x"},
        )


def test_what_runs_is_released_by_force_only_and_what_is_protected_never(account: Account) -> None:
    with refused("IncorrectInstanceStatus", 403):
        ask(account, "Ecs", "DeleteInstance", InstanceId="i-03")
    account.instances["i-03"].protected = True
    with refused("InvalidOperation.DeletionProtection", 403):
        ask(account, "Ecs", "DeleteInstance", InstanceId="i-03", Force=True)
    account.instances["i-03"].protected = False
    ask(account, "Ecs", "DeleteInstance", InstanceId="i-03", Force=True)
    assert "i-03" not in account.instances


def test_what_is_stopped_is_released_without_force_and_its_address_stays(account: Account) -> None:
    ask(account, "Ecs", "StopInstance", InstanceId="i-03", ForceStop=True)
    account.clock.advance(9)
    ask(account, "Ecs", "DeleteInstance", InstanceId="i-03")
    asked = {"RegionId": HERE, "EipAddress": "198.51.100.23"}
    (eip,) = ask(account, "Vpc", "DescribeEipAddresses", **asked)["EipAddresses"]["EipAddress"]
    assert (eip["Status"], eip["InstanceId"]) == ("Available", "")


def test_an_instance_of_another_region_is_not_found(account: Account) -> None:
    with refused("InvalidInstanceId.NotFound", 404):
        ask(account, "Ecs", "StopInstance", InstanceId="i-far")
    account.instances["i-far"].status = "Running"
    ask(account, "Ecs", "StopInstance", InstanceId="i-far", region=THERE)


def test_whoever_may_not_stop_hears_what_is_missing(account: Account) -> None:
    with refused("Forbidden.RAM", 403) as refusal:
        ask(account, "Ecs", "StopInstances", by=NOBODY_KEY, RegionId=HERE, InstanceId=["i-03"])
    assert refusal.value.detail["AccessDeniedDetail"]["AuthAction"] == "ecs:StopInstances"


def test_interfaces_lead_from_an_address_to_an_instance(account: Account) -> None:
    answer = ask(account, "Ecs", "DescribeNetworkInterfaces", RegionId=HERE, PrivateIpAddress=["10.0.0.3"])
    (found,) = answer["NetworkInterfaceSets"]["NetworkInterfaceSet"]
    assert (found["InstanceId"], found["AssociatedPublicIp"]["PublicIpAddress"]) == ("i-03", "198.51.100.23")
    same = ask(account, "Ecs", "DescribeNetworkInterfaces", RegionId=HERE, InstanceId="i-03")
    assert same["NetworkInterfaceSets"]["NetworkInterfaceSet"] == [found]
    everything = ask(account, "Ecs", "DescribeNetworkInterfaces", RegionId=HERE, MaxResults=20)
    rest = ask(
        account,
        "Ecs",
        "DescribeNetworkInterfaces",
        RegionId=HERE,
        MaxResults=20,
        NextToken=everything["NextToken"],
    )
    assert len(rest["NetworkInterfaceSets"]["NetworkInterfaceSet"]) == 5


def test_commands_of_the_last_four_weeks_are_told(account: Account) -> None:
    about = {"ACS::ECS::Instance": ["i-03"]}
    for days, more in ((1, {}), (2, {"errorCode": "Forbidden.RAM"}), (30, {})):
        happen(account, "Ecs:RunCommand", NOW - timedelta(days=days), referencedResources=about, **more)
    answer = ask(account, "Ecs", "DescribeInvocations", RegionId=HERE, InstanceId="i-03")
    (found,) = answer["Invocations"]["Invocation"]
    assert found["CreationTime"] == "2026-11-21T03:12:00Z"
    assert ask(account, "Ecs", "DescribeInvocations", RegionId=HERE, InstanceId="i-04")["TotalCount"] == 0
    again = ask(account, "Ecs", "DescribeInvocations", RegionId=HERE, InvokeId=found["InvokeId"])
    assert again["Invocations"]["Invocation"] == [found]


@cache
def built() -> Account:
    return catalogue()["leaked-ci-key"].build(1, NOW)


def test_what_the_intruder_ran_on_the_build_host_is_told() -> None:
    account = built()
    host = next(one for one in account.instances.values() if one.name == "build-01")
    asked = {"by": account.responder, "RegionId": account.region, "InstanceId": host.id}
    runs = ask(account, "Ecs", "DescribeInvocations", **asked)["Invocations"]["Invocation"]
    scripts = {b64decode(run["CommandContent"]).decode() for run in runs}
    assert any(address in script for script in scripts for address in account.truth["intruder"]["source_ips"])


def test_the_vendors_generic_client_stops_an_instance(
    practice_cloud: PracticeCloudFactory, account: Account
) -> None:
    with practice_cloud(account) as sim:
        body = sdk(sim, "Ecs", "StopInstances", RegionId=HERE, **{"InstanceId.1": "i-05"})
        assert body["InstanceResponses"]["InstanceResponse"][0]["PreviousStatus"] == "Running"
        with pytest.raises(ClientException) as refusal:
            sdk(sim, "Ecs", "DeleteInstance", InstanceId="i-06")
    assert refusal.value.code == "IncorrectInstanceStatus"
    named_in = sorted(resources(event) for event in sim.account.trail)
    assert named_in == [[("ACS::ECS::Instance", "i-05")], [("ACS::ECS::Instance", "i-06")]]


ASKED: dict[str, dict[str, Any]] = {
    "StopInstance": {"InstanceId": "i-03"},
    "StopInstances": {"RegionId": HERE, "InstanceId": ["i-03"]},
    "DeleteInstance": {"InstanceId": "i-03", "Force": True},
}


@needs_catalogue
@pytest.mark.parametrize("operation", OPS, ids=named)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    check_parameters(operation)


@needs_catalogue
@pytest.mark.parametrize("operation", OPS, ids=named)
def test_answers_have_only_fields_of_the_response_schema(account: Account, operation: Operation) -> None:
    happen(account, "Ecs:RunCommand", NOW, referencedResources={"ACS::ECS::Instance": ["i-03"]})
    asked = ASKED.get(operation.action, {"RegionId": HERE})
    check_answer(operation, ask(account, "Ecs", operation.action, **asked))
