"""ECS: which instance has an address, and which role an instance has."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from alibabacloud_tea_openapi.client import Client
from alibabacloud_tea_openapi.exceptions import ClientException
from alibabacloud_tea_openapi.models import Config, OpenApiRequest, Params
from darabonba.runtime import RuntimeOptions

from aktui.simcloud.account import Account, Attachment, Instance, Role
from aktui.simcloud.op import OPERATIONS, Operation
from aktui.simcloud.scenarios import catalogue
from aktui.simcloud.stories.delivery import BUILD_HOST, BUILD_HOST_INSIDE
from aktui.simcloud.trail import resources
from tests.conftest import PracticeCloudFactory
from tests.practice import Sim
from tests.simcloud.accounts import NOBODY_ID, NOBODY_KEY, RESPONDER_KEY, SECRETS, small_account
from tests.simcloud.asking import ask, refused
from tests.simcloud.signing import acs3, send
from tests.simcloud.test_catalogue import needs_catalogue, requests, responses, unknown_fields

NOW = datetime(2026, 11, 22, 3, 12, tzinfo=UTC)
HERE, THERE = "cn-hangzhou", "us-west-1"
FOR_ECS = (
    '{"Version":"1","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",'
    '"Principal":{"Service":["ecs.aliyuncs.com"]}}]}'
)
FOR_USERS = FOR_ECS.replace('"Service":["ecs.aliyuncs.com"]', '"RAM":["acs:ram::1234567890123456:root"]')


def furnished() -> Account:
    """Twenty-five instances at home, one elsewhere, one role for instances and one for users."""
    account = small_account(NOW)
    for at in range(25):
        one = Instance(f"i-{at:02}", HERE, f"{HERE}-h", "ecs.g7.large", f"shop-{at:02}", "Running", NOW)
        one.private_ips, one.vpc = (f"10.0.0.{at}",), "vpc-1"
        account.instances[one.id] = one
    account.instances["i-03"].eip = "198.51.100.23"
    account.instances["i-04"].public_ips = ("198.51.100.24",)
    account.instances["i-far"] = Instance("i-far", THERE, f"{THERE}-a", "ecs.g7.large", "far", "Stopped", NOW)
    for name, trust in (("for-hosts", FOR_ECS), ("for-users", FOR_USERS)):
        account.roles[name] = Role(f"3{len(account.roles)}", name, NOW, NOW, trust)
    return account


@pytest.fixture
def account() -> Account:
    return furnished()


@pytest.fixture
def sim(practice_cloud: PracticeCloudFactory, account: Account) -> Iterator[Sim]:
    with practice_cloud(account) as running:
        yield running


def found(account: Account, region: str = HERE, **params: Any) -> list[str]:
    asked = {name: json.dumps(value) if isinstance(value, list) else value for name, value in params.items()}
    answer = ask(account, "Ecs", "DescribeInstances", region=region, RegionId=region, **asked)
    return [one["InstanceId"] for one in answer["Instances"]["Instance"]]


def change(account: Account, verb: str, *ids: str, by: str = RESPONDER_KEY, **params: str) -> dict[str, Any]:
    asked = {"RegionId": HERE, "InstanceIds": json.dumps(ids), **params}
    answer = ask(account, "Ecs", f"{verb}InstanceRamRole", by=by, region=HERE, **asked)
    return {
        one["InstanceId"]: one["Code"]
        for one in answer[f"{verb}InstanceRamRoleResults"][f"{verb}InstanceRamRoleResult"]
    }


@pytest.mark.parametrize(
    ("param", "value", "ids"),
    [
        ("InstanceIds", ["i-07", "i-none"], ["i-07"]),
        ("PublicIpAddresses", ["198.51.100.24"], ["i-04"]),
        ("EipAddresses", ["198.51.100.23"], ["i-03"]),
        ("PrivateIpAddresses", ["10.0.0.2", "10.0.0.9"], ["i-02", "i-09"]),
        ("InstanceName", "shop-1*", [f"i-1{at}" for at in range(10)]),
        ("Status", "Stopped", []),
    ],
)
def test_instances_are_found_by_what_is_known_of_them(
    account: Account, param: str, value: Any, ids: list[str]
) -> None:
    assert found(account, **{param: value}) == ids


def test_an_address_of_another_region_is_not_found_here(account: Account) -> None:
    assert found(account, InstanceIds=["i-far"]) == []
    assert found(account, THERE, InstanceIds=["i-far"]) == ["i-far"]


def test_pages_go_by_number_or_by_token(account: Account) -> None:
    everything = [f"i-{at:02}" for at in range(25)]
    assert [*found(account, PageSize=20), *found(account, PageSize=20, PageNumber=2)] == everything
    seen, more = [], {"MaxResults": "10"}
    token = "first"
    while token:
        answer = ask(account, "Ecs", "DescribeInstances", RegionId=HERE, **more)
        seen += [one["InstanceId"] for one in answer["Instances"]["Instance"]]
        assert answer["TotalCount"] == 25
        token = answer["NextToken"]
        more["NextToken"] = token
    assert seen == everything


def test_a_token_nobody_gave_out_is_refused(account: Account) -> None:
    with refused("InvalidParameter.NextToken", 400):
        found(account, NextToken="caeba0bbb2be03f8")


@pytest.mark.parametrize(
    ("params", "code", "status"),
    [
        ({"InstanceIds": "i-07"}, "InvalidInstanceIds.Malformed", 400),
        ({"InstanceIds": "[]"}, "InvalidInstanceIds.Malformed", 400),
        ({"PublicIpAddresses": "198.51.100.24"}, "InvalidPublicIpAddresses.Malformed", 400),
        ({"InstanceIds": json.dumps(["i-1"] * 101)}, "InvalidInstanceIds.Malformed", 400),
        ({"Status": "Asleep"}, "InvalidStatus.NotFound", 404),
        ({"RegionId": "cn-nowhere"}, "InvalidRegionId.NotFound", 404),
        ({"RegionId": THERE}, "InvalidOperation.NotSupportedEndpoint", 404),
        ({"RegionId": ""}, "MissingParameter", 400),
    ],
)
def test_a_bad_question_is_refused(account: Account, params: dict[str, str], code: str, status: int) -> None:
    with refused(code, status):
        ask(account, "Ecs", "DescribeInstances", region=HERE, **{"RegionId": HERE, **params})


def test_a_caller_without_the_permission_is_refused_in_the_words_of_ecs(account: Account) -> None:
    with refused("Forbidden.RAM", 403) as refusal:
        ask(account, "Ecs", "DescribeInstances", by=NOBODY_KEY, RegionId=HERE)
    assert refusal.value.detail["AccessDeniedDetail"]["AuthAction"] == "ecs:DescribeInstances"


def test_a_role_is_given_once_seen_and_taken(account: Account) -> None:
    assert change(account, "Attach", "i-03", RamRoleName="for-hosts") == {"i-03": "200"}
    assert roles(account, InstanceIds='["i-03","i-04"]') == {"i-03": "for-hosts", "i-04": ""}
    assert roles(account, RamRoleName="for-hosts") == {"i-03": "for-hosts"}
    assert change(account, "Attach", "i-03", "i-04", RamRoleName="for-hosts") == {
        "i-03": "OperationDenied",
        "i-04": "200",
    }
    assert change(account, "Detach", "i-03", RamRoleName="for-hosts") == {"i-03": "200"}
    assert change(account, "Detach", "i-03") == {"i-03": "InvalidRamRole.NotFound"}
    assert roles(account, RamRoleName="for-hosts") == {"i-04": "for-hosts"}


def roles(account: Account, **params: str) -> dict[str, str]:
    answer = ask(account, "Ecs", "DescribeInstanceRamRole", RegionId=HERE, **params)
    rows = answer["InstanceRamRoleSets"]["InstanceRamRoleSet"]
    return {row["InstanceId"]: row["RamRoleName"] for row in rows}


def test_one_instance_that_is_not_there_holds_up_no_other(account: Account) -> None:
    assert change(account, "Attach", "i-03", "i-far", RamRoleName="for-hosts") == {
        "i-03": "200",
        "i-far": "InvalidInstanceId.NotFound",
    }


def test_roles_are_asked_for_by_instance_or_by_role(account: Account) -> None:
    with refused("InvalidParameter.AllEmpty", 403):
        roles(account)


@pytest.mark.parametrize(
    ("ids", "role", "code"),
    [
        (["i-none"], "for-hosts", "InvalidInstanceId.NotFound"),
        (["i-03"], "none", "InvalidRamRole.NotFound"),
        (["i-03"], "for-users", "InvalidRamRole.NotEcsRole"),
    ],
)
def test_only_a_role_for_instances_is_given_to_an_instance(
    account: Account, ids: list[str], role: str, code: str
) -> None:
    with refused(code, 404):
        change(account, "Attach", *ids, RamRoleName=role)
    assert not any(one.role for one in account.instances.values())


def test_whoever_may_not_pass_the_role_can_not_give_it(account: Account) -> None:
    document = FOR_ECS.replace("sts:AssumeRole", "ecs:*").replace(
        '"Principal":{"Service":["ecs.aliyuncs.com"]}', '"Resource":"*"'
    )
    ask(account, "Ram", "CreatePolicy", PolicyName="hosts", PolicyDocument=document)
    account.users[NOBODY_ID].policies.append(Attachment("Custom", "hosts", NOW))
    with refused("InvalidUser.PassRoleForbidden", 403):
        change(account, "Attach", "i-03", by=NOBODY_KEY, RamRoleName="for-hosts")


def sdk(sim: Sim, action: str, region: str, host: str = "", **query: str) -> dict[str, Any]:
    """One call through the vendor's generic client, as nobody would install all of the ECS SDK for it."""
    client = Client(
        Config(
            access_key_id=RESPONDER_KEY,
            access_key_secret=SECRETS[RESPONDER_KEY],
            endpoint=sim.endpoint.removeprefix("http://"),
            protocol="http",
            region_id=region,
        )
    )
    params = Params(
        action=action,
        version="2014-05-26",
        protocol="HTTP",
        method="POST",
        auth_type="AK",
        style="RPC",
        pathname="/",
        req_body_type="json",
        body_type="json",
    )
    request = OpenApiRequest(query={"RegionId": region, **query})
    body: dict[str, Any] = client.call_api(params, request, RuntimeOptions())["body"]
    return body


def test_the_vendors_client_gives_a_host_a_role(sim: Sim) -> None:
    ids = '["i-03"]'
    body = sdk(sim, "DescribeInstances", HERE, EipAddresses='["198.51.100.23"]')
    assert [one["InstanceId"] for one in body["Instances"]["Instance"]] == ["i-03"]
    body = sdk(sim, "AttachInstanceRamRole", HERE, InstanceIds=ids, RamRoleName="for-hosts")
    assert (body["TotalCount"], body["FailCount"]) == (1, 0)
    body = sdk(sim, "DescribeInstanceRamRole", HERE, InstanceIds=ids)
    assert body["InstanceRamRoleSets"]["InstanceRamRoleSet"][0]["RamRoleName"] == "for-hosts"
    assert len(sdk(sim, "DescribeRegions", HERE)["Regions"]["Region"]) > 20
    with pytest.raises(ClientException) as refusal:
        sdk(sim, "AttachInstanceRamRole", THERE, InstanceIds=ids, RamRoleName="for-hosts")
    assert refusal.value.code == "InvalidInstanceId.NotFound"
    (event,) = [one for one in sim.account.trail if one.get("errorCode")]
    assert event["errorCode"] == "InvalidInstanceId.NotFound"
    assert ("ACS::ECS::Instance", "i-03") in resources(event)
    assert (event["serviceName"], event["eventRW"], event["isGlobal"]) == ("Ecs", "Write", False)


@pytest.mark.parametrize(
    ("host", "region", "code"),
    [
        ("ecs-cn-hangzhou.aliyuncs.com", HERE, ""),
        ("ecs-cn-hangzhou.aliyuncs.com", THERE, ""),
        ("ecs.us-west-1.aliyuncs.com", THERE, ""),
        ("ecs.us-west-1.aliyuncs.com", HERE, "InvalidOperation.NotSupportedEndpoint"),
    ],
)
def test_the_oldest_host_serves_every_region_the_others_their_own(
    sim: Sim, host: str, region: str, code: str
) -> None:
    body = send(acs3(sim, "Ecs", "DescribeInstances", {"RegionId": region}, host=host)).json()
    assert body.get("Code", "") == code
    if not code:
        assert body["TotalCount"] == (25 if region == HERE else 1)


def test_the_build_hosts_address_leads_to_an_instance_that_a_role_fits() -> None:
    account = catalogue()["leaked-ci-key"].build(1, NOW)
    asked = {"by": account.responder, "RegionId": account.region}
    for param, address in (("EipAddresses", BUILD_HOST), ("PrivateIpAddresses", BUILD_HOST_INSIDE)):
        answer = ask(account, "Ecs", "DescribeInstances", **asked, **{param: json.dumps([address])})
        (host,) = answer["Instances"]["Instance"]
        assert host["InstanceName"] == "build-01"
    given = ask(
        account,
        "Ecs",
        "AttachInstanceRamRole",
        **asked,
        InstanceIds=json.dumps([host["InstanceId"]]),
        RamRoleName="EcsBuildRole",
    )
    assert given["FailCount"] == 0


def test_what_the_intruder_started_runs_where_the_truth_says() -> None:
    account = catalogue()["leaked-ci-key"].build(1, NOW)
    started = account.truth["intruder"]["created"]["instances"]
    assert started
    for one in started:
        instance = account.instances[one["id"]]
        assert (instance.region, instance.type, instance.status) == (one["region"], one["type"], "Running")
        assert instance.public_ips
        assert instance.vpc


@needs_catalogue
def test_answers_have_only_fields_of_the_response_schema(account: Account) -> None:
    asked = {"RegionId": HERE, "InstanceIds": '["i-03"]'}
    catalogue_of_ecs = responses("2014-05-26", "Ecs")
    for action, more in (
        ("DescribeRegions", {}),
        ("DescribeInstances", asked),
        ("AttachInstanceRamRole", {**asked, "RamRoleName": "for-hosts"}),
        ("DescribeInstanceRamRole", asked),
    ):
        schema = catalogue_of_ecs["apis"][action]["responses"]["200"]["schema"]
        answer = ask(account, "Ecs", action, **more)
        assert unknown_fields(answer, schema, {}) == set(), action


@needs_catalogue
@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS.values() if one.product == "Ecs"], ids=lambda one: one.action
)
def test_parameters_are_those_of_the_catalogue(operation: Operation) -> None:
    listed = requests("Ecs").get(operation.action)
    if listed is None:
        pytest.skip("not in the catalogue")
    known = {param["name"] for param in listed}
    assert {param.name for param in operation.params} <= known
    required = {param["name"] for param in listed if param["required"]}
    assert {param.name for param in operation.params if param.required} == required
