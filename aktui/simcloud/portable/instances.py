"""Instances of an account file: as DescribeInstances returns them, with the role beside."""

from collections.abc import Mapping
from typing import Any

from aktui.simcloud import machine_views
from aktui.simcloud.portable.check import Fields, Needed, Problems, flag, mapping, named, record, shown, text
from aktui.simcloud.portable.people import Reader

_KNOWN: Fields = {
    "InstanceId": Needed(text(pattern=r"[A-Za-z0-9-]{3,64}", like="i-bp1example")),
    "RegionId": Needed(text(pattern=r"[a-z0-9-]{4,40}", like="cn-hangzhou")),
    "ZoneId": text(),
    "InstanceType": text(),
    "InstanceName": text(),
    "Status": text("Pending", "Running", "Starting", "Stopping", "Stopped"),
    "RamRoleName": text(),
    "DeletionProtection": flag,
}
_CHECK = record(_KNOWN)


def instance(value: object, path: str, problems: Problems) -> None:
    """What is used of an answer is checked; the many other fields are passed over."""
    if not isinstance(value, dict):
        problems.add(path, f"must be an object, not {named(value)}")
        return
    _CHECK({name: one for name, one in value.items() if name in _KNOWN}, path, problems)
    if value.get("CreationTime"):
        _minute(value["CreationTime"], f"{path}.CreationTime", problems)
    network = value.get("VpcAttributes", {})
    mapping(network, f"{path}.VpcAttributes", problems)
    inside = network.get("PrivateIpAddress", {}) if isinstance(network, dict) else {}
    _addresses(inside, f"{path}.VpcAttributes.PrivateIpAddress", problems)
    _addresses(value.get("PublicIpAddress", {}), f"{path}.PublicIpAddress", problems)
    eip = value.get("EipAddress", {})
    if not isinstance(eip, dict) or not isinstance(eip.get("IpAddress", ""), str):
        problems.add(f"{path}.EipAddress", "must be an object whose IpAddress is text")


def read_instances(reader: Reader, shapes: list[Mapping[str, Any]]) -> None:
    """The instances; roles must be in place already."""
    for at, shape in enumerate(shapes):
        path = f"instances[{at}]"
        reader.once(("instance", shape["InstanceId"]), f"{path}.InstanceId", shape["InstanceId"])
        one = machine_views.read(shape, reader.account.created)
        if one.role and one.role not in reader.account.roles:
            what = f"there is no role {shown(one.role)} in this file"
            reader.problems.add(f"{path}.RamRoleName", what)
        reader.account.instances[one.id] = one


def _minute(value: object, path: str, problems: Problems) -> None:
    try:
        machine_views.moment(value if isinstance(value, str) else "")
    except ValueError:
        told = shown(value) if isinstance(value, str) else named(value)
        problems.add(path, f"{told} is no time like 2026-11-22T03:12Z")


def _addresses(value: object, path: str, problems: Problems) -> None:
    listed = value.get("IpAddress", []) if isinstance(value, dict) else None
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        problems.add(path, "must be an object whose IpAddress is a list of text")
