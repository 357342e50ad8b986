"""Instances in the shape in which DescribeInstances returns them, and back."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import Instance

Shape = dict[str, Any]

_SIZES = {
    "ecs.gn7i-c32g1.8xlarge": (32, 188),
    "ecs.c7.2xlarge": (8, 16),
    "ecs.g7.xlarge": (4, 16),
    "ecs.g7.large": (2, 8),
}
"""vCPUs and GiB of memory of the types that scenarios use."""

_MINUTE = "%Y-%m-%dT%H:%MZ"


def size(instance_type: str) -> tuple[int, int]:
    """vCPUs and GiB of memory."""
    return _SIZES.get(instance_type, (2, 4))


def instance(one: Instance, eip: str = "") -> Shape:
    """What the practice cloud knows of an instance; the role is told by DescribeInstanceRamRole alone.

    `eip` is the id of its elastic IP address.
    """
    cores, memory = size(one.type)
    shape: Shape = {
        "InstanceId": one.id,
        "InstanceName": one.name,
        "HostName": one.name,
        "RegionId": one.region,
        "ZoneId": one.zone,
        "InstanceType": one.type,
        "InstanceTypeFamily": one.type.rpartition(".")[0],
        "Status": one.status,
        "CreationTime": minute(one.created),
        "Cpu": cores,
        "Memory": memory * 1024,
        "InstanceChargeType": "PostPaid",
        "InstanceNetworkType": "vpc" if one.vpc else "classic",
        "OSType": "linux",
        "DeletionProtection": one.protected,
        "PublicIpAddress": {"IpAddress": list(one.public_ips)},
        "InnerIpAddress": {"IpAddress": []},
        "EipAddress": {"IpAddress": one.eip, "AllocationId": eip, "InternetChargeType": ""},
        "VpcAttributes": {
            "VpcId": one.vpc,
            "VSwitchId": "",
            "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": list(one.private_ips)},
        },
    }
    if ".gn" in one.type:
        shape |= {"GPUAmount": 1, "GPUSpec": "NVIDIA A10"}
    return shape


def portable(one: Instance) -> Shape:
    """As an account file has it: with the role, and with the status that will be."""
    status = "Stopped" if one.settles else one.status
    return {**instance(one), "Status": status, "RamRoleName": one.role}


def read(shape: Mapping[str, Any], created: datetime) -> Instance:
    """The instance of a checked shape; `created` is for one that does not tell."""
    region = shape["RegionId"]
    network = shape.get("VpcAttributes", {})
    return Instance(
        shape["InstanceId"],
        region,
        shape.get("ZoneId") or f"{region}-a",
        shape.get("InstanceType", ""),
        shape.get("InstanceName") or shape["InstanceId"],
        shape.get("Status", "Running"),
        moment(shape["CreationTime"]) if shape.get("CreationTime") else created,
        tuple(shape.get("PublicIpAddress", {}).get("IpAddress", [])),
        shape.get("EipAddress", {}).get("IpAddress", ""),
        tuple(network.get("PrivateIpAddress", {}).get("IpAddress", [])),
        network.get("VpcId", ""),
        shape.get("RamRoleName", ""),
        shape.get("DeletionProtection", False),
    )


def minute(moment: datetime) -> str:
    """`2017-12-10T04:04Z`, the form in which ECS writes times."""
    return moment.astimezone(UTC).strftime(_MINUTE)


def moment(text: str) -> datetime:
    """The inverse of `minute`; raises ValueError."""
    return datetime.strptime(text, _MINUTE).replace(tzinfo=UTC)
