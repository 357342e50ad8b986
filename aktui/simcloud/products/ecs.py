"""ECS: instances and their RAM roles, as far as tracing an address and containing a key need them."""

from collections.abc import Callable
from typing import Any

from aktui.simcloud import addresses
from aktui.simcloud import machine_views as views
from aktui.simcloud.account import Instance
from aktui.simcloud.cursor import NEXT, next_token, place
from aktui.simcloud.directory import machines
from aktui.simcloud.directory.machines import Failure
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.op import Answer, Call, Integer, Text, op
from aktui.simcloud.permissions import wildcard
from aktui.simcloud.regions import REGIONS

_REGION = Text("RegionId", required=True)
_PAGED = (Integer("PageNumber", low=1), Integer("PageSize", low=1, high=100))
_STATUSES = ("Pending", "Running", "Starting", "Stopping", "Stopped")


def _instances(call: Call) -> str:
    return f"acs:ecs:{call.region}:{call.account.id}:instance/*"


@op("Ecs", "DescribeRegions", Text("AcceptLanguage"), Text("InstanceChargeType"), Text("ResourceType"))
def describe_regions(call: Call) -> Answer:
    english = call.get("AcceptLanguage") == "en-US"
    rows = [
        {"RegionId": region, "RegionEndpoint": f"ecs.{region}.aliyuncs.com", "LocalName": names[not english]}
        for region, names in REGIONS.items()
    ]
    return {"Regions": {"Region": rows}}


@op(
    "Ecs",
    "DescribeInstances",
    _REGION,
    Text("InstanceIds"),
    Text("PublicIpAddresses"),
    Text("EipAddresses"),
    Text("PrivateIpAddresses"),
    Text("InstanceName"),
    Text("InstanceType"),
    Text("VpcId"),
    Text("ZoneId"),
    Text("Status"),
    Integer("MaxResults"),
    Text(NEXT),
    *_PAGED,
    resource=_instances,
)
def describe_instances(call: Call) -> Answer:
    """The instances of one region that meet all conditions; unknown conditions are ignored."""
    region, wanted = machines.region_of(call), _conditions(call)
    found = [one for one in machines.of_region(call.account, region) if all(meets(one) for meets in wanted)]
    shown, told = _page(call, found)
    return {
        "TotalCount": len(found),
        "Instances": {"Instance": [_shown(call, one) for one in shown]},
    } | told


def _shown(call: Call, one: Instance) -> dict[str, Any]:
    return views.instance(one, addresses.id_of(call.account, one.eip))


def _conditions(call: Call) -> list[Callable[[Instance], bool]]:
    if call.get("Status") and call["Status"] not in _STATUSES:
        raise ApiError(404, "InvalidStatus.NotFound", "The specified Status is not found.")
    asked = {param: machines.listed(call, param) for param in _HELD}
    holds = [_holds(_HELD[param], names) for param, names in asked.items() if names is not None]
    return holds + [_tells(told, call[param]) for param, told in _TOLD.items() if call.get(param)]


def _holds(held: Callable[[Instance], tuple[str, ...]], asked: list[str]) -> Callable[[Instance], bool]:
    return lambda one: bool({*asked} & {*held(one)})


def _tells(told: Callable[[Instance], str], pattern: str) -> Callable[[Instance], bool]:
    return lambda one: wildcard(pattern).fullmatch(told(one)) is not None


_HELD: dict[str, Callable[[Instance], tuple[str, ...]]] = {
    "InstanceIds": lambda one: (one.id,),
    "PublicIpAddresses": lambda one: one.public_ips,
    "EipAddresses": lambda one: (one.eip,),
    "PrivateIpAddresses": lambda one: one.private_ips,
}
_TOLD: dict[str, Callable[[Instance], str]] = {
    "InstanceName": lambda one: one.name,
    "InstanceType": lambda one: one.type,
    "VpcId": lambda one: one.vpc,
    "ZoneId": lambda one: one.zone,
    "Status": lambda one: one.status,
}


def _page(call: Call, found: list[Instance]) -> tuple[list[Instance], Answer]:
    """By token when the call has one or asks for it, else by number."""
    if not call.get(NEXT) and "MaxResults" not in call.params:
        number, size = call.get("PageNumber", 1), call.get("PageSize", 10)
        return found[(number - 1) * size : number * size], {"PageNumber": number, "PageSize": size}
    size = min(max(call.get("MaxResults", 10), 10), 100)
    try:
        after = place(call).get("after", "")
    except ApiError:
        raise invalid(NEXT, "is not one that was given out") from None
    rest = [one for one in found if one.id > after]
    more = next_token(call, after=rest[size - 1].id) if len(rest) > size else ""
    return rest[:size], {NEXT: more}


@op(
    "Ecs",
    "DescribeInstanceRamRole",
    _REGION,
    Text("InstanceIds"),
    Text("RamRoleName"),
    *_PAGED,
    resource=_instances,
)
def describe_instance_ram_role(call: Call) -> Answer:
    """The instances asked for with their roles, empty where one has none; or all that have one role."""
    region, ids, role = (
        machines.region_of(call),
        machines.listed(call, "InstanceIds"),
        call.get("RamRoleName"),
    )
    if ids is None and not role:
        message = "InstanceIds and RamRoleName can not be empty at the same time."
        raise ApiError(403, "InvalidParameter.AllEmpty", message)
    if ids is None:
        found = machines.of_region(call.account, region)
    else:
        known = machines.known(call.account, region, ids)
        found = [one for one in known.values() if one]
    found = [one for one in found if not role or one.role == role]
    number, size = call.get("PageNumber", 1), min(call.get("PageSize", 10), 50)
    shown = found if ids is not None else found[(number - 1) * size : number * size]
    rows = [{"InstanceId": one.id, "RamRoleName": one.role} for one in shown]
    return {
        "TotalCount": len(found),
        "RegionId": region,
        "InstanceRamRoleSets": {"InstanceRamRoleSet": rows},
    }


@op(
    "Ecs",
    "AttachInstanceRamRole",
    _REGION,
    Text("InstanceIds", required=True),
    Text("RamRoleName", required=True),
    Text("Policy"),
    resource=_instances,
)
def attach_instance_ram_role(call: Call) -> Answer:
    region, ids = machines.region_of(call), machines.listed(call, "InstanceIds") or []
    known = machines.known(call.account, region, ids)
    role = machines.role_to_pass(call)
    return _changed(call, "Attach", known, lambda one: machines.give_role(one, role))


@op(
    "Ecs",
    "DetachInstanceRamRole",
    _REGION,
    Text("InstanceIds", required=True),
    Text("RamRoleName"),
    resource=_instances,
)
def detach_instance_ram_role(call: Call) -> Answer:
    region, ids = machines.region_of(call), machines.listed(call, "InstanceIds") or []
    known = machines.known(call.account, region, ids)
    return _changed(call, "Detach", known, lambda one: machines.take_role(one, call.get("RamRoleName", "")))


def _changed(
    call: Call,
    verb: str,
    known: dict[str, Instance | None],
    change: Callable[[Instance], Failure | None],
) -> Answer:
    """What became of each instance: one that fails does not hold up the others."""
    rows: list[dict[str, Any]] = []
    for name, one in known.items():
        missing = machines.not_found()
        failure = change(one) if one else (missing.code, missing.message)
        code, message = failure or ("200", "success")
        row: dict[str, Any] = {"InstanceId": name, "Code": code, "Message": message, "Success": not failure}
        if verb == "Detach" and one:
            row["InstanceRamRoleSets"] = {
                "InstanceRamRoleSet": [{"InstanceId": name, "RamRoleName": one.role}] if one.role else []
            }
        rows.append(row)
    return {
        "RamRoleName": call.get("RamRoleName", ""),
        "TotalCount": len(rows),
        "FailCount": sum(not row["Success"] for row in rows),
        f"{verb}InstanceRamRoleResults": {f"{verb}InstanceRamRoleResult": rows},
    }
