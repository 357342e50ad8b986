"""ECS: network interfaces.

Every instance here has one, the primary; its id is made from that of the instance. Conditions on groups,
switches and the like, of which the practice cloud knows nothing, find nothing.
"""

from typing import Any

from aktui.simcloud import addresses
from aktui.simcloud.account import Instance
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import machines
from aktui.simcloud.directory.paging import page
from aktui.simcloud.op import Answer, Call, Integer, Param, Text, Texts, op
from aktui.simcloud.portable import made_up

_UNKNOWN: tuple[Param, ...] = (
    Texts("Ipv6Address"),
    Text("NetworkInterfaceName"),
    Text("ResourceGroupId"),
    Text("SecurityGroupId"),
    Text("VSwitchId"),
)


def _interfaces(call: Call) -> str:
    return f"acs:ecs:{call.region}:{call.account.id}:eni/*"


@op(
    "Ecs",
    "DescribeNetworkInterfaces",
    Text("RegionId", required=True),
    Text("InstanceId"),
    Text("VpcId"),
    Text("PrimaryIpAddress"),
    Texts("PrivateIpAddress"),
    Texts("NetworkInterfaceId"),
    Text("Type", choices=("Primary", "Secondary")),
    Text("Status"),
    *_UNKNOWN,
    Integer("MaxResults"),
    Text("NextToken"),
    Integer("PageNumber", low=1),
    Integer("PageSize", low=1, high=1000),
    resource=_interfaces,
)
def describe_network_interfaces(call: Call) -> Answer:
    """The interfaces of one region that meet all conditions."""
    region = machines.region_of(call)
    rows = [_row(call, one) for one in machines.of_region(call.account, region)]
    found = [row for row in rows if _meets(call, row)]
    if call.get("NextToken") or "MaxResults" in call.params:
        size = min(max(call.get("MaxResults", 10), 10), 500)
        shown, token = page(call, "NextToken", found, size, identity=lambda row: row["NetworkInterfaceId"])
        told: Answer = {"NextToken": token}
    else:
        number, size = call.get("PageNumber", 1), call.get("PageSize", 10)
        shown = found[(number - 1) * size : number * size]
        told = {"PageNumber": number, "PageSize": size}
    return {"TotalCount": len(found), "NetworkInterfaceSets": {"NetworkInterfaceSet": shown}} | told


def _meets(call: Call, row: dict[str, Any]) -> bool:
    if any(call.get(param.name) for param in _UNKNOWN):
        return False
    single = {
        "InstanceId": row["InstanceId"],
        "VpcId": row["VpcId"],
        "PrimaryIpAddress": row["PrivateIpAddress"],
        "Type": row["Type"],
        "Status": row["Status"],
    }
    if any(call.get(name) not in (None, "", value) for name, value in single.items()):
        return False
    ids, ips = call.get("NetworkInterfaceId"), call.get("PrivateIpAddress")
    return (not ids or row["NetworkInterfaceId"] in ids) and (not ips or row["PrivateIpAddress"] in ips)


def _row(call: Call, one: Instance) -> dict[str, Any]:
    private = next(iter(one.private_ips), "")
    public = {
        "PublicIpAddress": one.eip or next(iter(one.public_ips), ""),
        "AllocationId": addresses.id_of(call.account, one.eip),
    }
    return {
        "NetworkInterfaceId": made_up.thing("eni-bp1", call.account.id, f"interface {one.id}"),
        "NetworkInterfaceName": "",
        "Type": "Primary",
        "Status": "InUse",
        "InstanceId": one.id,
        "VpcId": one.vpc,
        "VSwitchId": "",
        "ZoneId": one.zone,
        "PrivateIpAddress": private,
        "PrivateIpSets": {
            "PrivateIpSet": [{"PrivateIpAddress": private, "Primary": True, "AssociatedPublicIp": public}]
        },
        "AssociatedPublicIp": public,
        "Attachment": {"InstanceId": one.id, "DeviceIndex": 0},
        "OwnerId": call.account.id,
        "ServiceManaged": False,
        "DeleteOnRelease": True,
        "CreationTime": iso(one.created),
    }
