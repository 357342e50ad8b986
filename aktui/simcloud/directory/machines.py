"""Instances of ECS: which ones are meant, and the RAM role that programs on one may use."""

from collections.abc import Iterable

from aktui.simcloud.account import Account, Instance, Role
from aktui.simcloud.directory import power
from aktui.simcloud.directory.documents import MalformedDocument, texts, trust
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Call
from aktui.simcloud.permissions import check
from aktui.simcloud.regions import REGIONS
from aktui.simcloud.render import json_texts

SERVICE = "ecs.aliyuncs.com"
"""The principal that a role must trust before an instance may have it."""

_MOST = 100

Failure = tuple[str, str]
"""Code and message of what could not be done to one instance."""


def region_of(call: Call) -> str:
    """The region asked for. Raises 404 for one that does not exist, or that the host does not serve."""
    power.settle(call.account, call.now)
    region = str(call["RegionId"])
    if region not in REGIONS:
        raise ApiError(404, "InvalidRegionId.NotFound", "The specified RegionId does not exist.")
    if region != call.region:
        message = (
            "The specified endpoint cant operate this region. Please use API DescribeRegions to get the "
            "appropriate endpoint, or upgrade your SDK to latest version."
        )
        raise ApiError(404, "InvalidOperation.NotSupportedEndpoint", message)
    return region


def listed(call: Call, param: str) -> list[str] | None:
    """The JSON array in a parameter; None when it was not given."""
    text = call.get(param)
    if not text:
        return None
    found = json_texts(text)
    if found is None or not 0 < len(found) <= _MOST:
        name = param[0].lower() + param[1:]
        raise ApiError(400, f"Invalid{param}.Malformed", f"The specified {name} are not valid.")
    return found


def of_region(account: Account, region: str) -> list[Instance]:
    """In order of id."""
    found = [one for one in account.instances.values() if one.region == region]
    return sorted(found, key=lambda one: one.id)


def known(account: Account, region: str, ids: Iterable[str]) -> dict[str, Instance | None]:
    """Each id with its instance. Raises 404 when the region has none of them."""
    found = {one: account.instances.get(one) for one in ids}
    there = {name: one if one and one.region == region else None for name, one in found.items()}
    if not any(there.values()):
        raise not_found()
    return there


def not_found() -> ApiError:
    return ApiError(404, "InvalidInstanceId.NotFound", "The specified instanceId does not exist.")


def role_to_pass(call: Call) -> Role:
    """The role of the call, if it is one for instances and the caller may hand it out."""
    role = call.account.roles.get(call["RamRoleName"])
    if role is None:
        raise ApiError(404, "InvalidRamRole.NotFound", "The specified RAMRoleName does not exist.")
    if not _trusts_instances(role):
        message = "The specified ram role is not authorized for ecs, please check your role policy."
        raise ApiError(404, "InvalidRamRole.NotEcsRole", message)
    arn = f"acs:ram:*:{call.account.id}:role/{role.name}"
    if not check(
        call.account, call.caller, "ram:PassRole", arn, source_ip=call.source_ip, now=call.now
    ).allowed:
        message = "The RAM user does not have the privilege to pass a RAM role."
        raise ApiError(403, "InvalidUser.PassRoleForbidden", message)
    return role


def give_role(instance: Instance, role: Role) -> Failure | None:
    """An instance has one role at most. Which code says so is documented nowhere."""
    if instance.role:
        return "OperationDenied", f"The instance already has the RAM role {instance.role}."
    instance.role = role.name
    return None


def take_role(instance: Instance, role_name: str) -> Failure | None:
    """Takes that role, or whichever it is when none is named."""
    if not instance.role or (role_name and instance.role != role_name):
        return "InvalidRamRole.NotFound", "The instance does not have the specified RAM role."
    instance.role = ""
    return None


def _trusts_instances(role: Role) -> bool:
    try:
        statements = trust(role.trust)
    except MalformedDocument:
        return False
    return any(
        one["Effect"] == "Allow" and SERVICE in texts(one["Principal"].get("Service", []))
        for one in statements
    )
