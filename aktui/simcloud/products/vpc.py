"""VPC: elastic IP addresses, and networks.

The practice cloud knows the networks in which the account has instances; their ranges are those of the
addresses of these. Conditions that nothing here can meet (locks, pools, tags …) find nothing.
"""

from datetime import datetime
from typing import Any

from aktui.simcloud import addresses, machine_views
from aktui.simcloud.account import Instance
from aktui.simcloud.addresses import Eip
from aktui.simcloud.clock import iso
from aktui.simcloud.directory import machines, power
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Objects, Param, Text, op

_REGION = Text("RegionId", required=True)
_MANY = 50
_UNMET: tuple[Param, ...] = (
    Text("LockReason"),
    Text("PublicIpAddressPoolId"),
    Text("ResourceGroupId"),
    Text("SegmentInstanceId"),
    Objects("Tag", ("Key", "Value")),
)


def _eips(call: Call) -> str:
    return f"acs:vpc:{call.region}:{call.account.id}:eip/*"


def _networks(call: Call) -> str:
    return f"acs:vpc:{call.region}:{call.account.id}:vpc/*"


@op(
    "Vpc",
    "DescribeEipAddresses",
    _REGION,
    Text("EipAddress"),
    Text("AllocationId"),
    Text("AssociatedInstanceId"),
    Text("AssociatedInstanceType"),
    Text("EipName"),
    Text("Status"),
    Text("ChargeType", choices=("PostPaid", "PrePaid")),
    Text("ISP"),
    Boolean("SecurityProtectionEnabled"),
    Boolean("ServiceManaged"),
    Boolean("IncludeReservationData"),
    *_UNMET,
    Boolean("DryRun"),
    Integer("PageNumber", low=1),
    Integer("PageSize", low=1, high=100),
    resource=_eips,
)
def describe_eip_addresses(call: Call) -> Answer:
    """The elastic IP addresses of one region."""
    region = machines.region_of(call)
    if call.get("DryRun"):
        raise power.passed_dry_run()
    wanted = {name: _listed(call, name) for name in ("EipAddress", "AllocationId")}
    mine = [one for one in addresses.all_of(call.account) if one.region == region]
    found = [one for one in mine if _meets(call, one, wanted)]
    shown, told = _page(call, found)
    return {"EipAddresses": {"EipAddress": [_eip(one) for one in shown]}, **told}


def _meets(call: Call, one: Eip, wanted: dict[str, set[str]]) -> bool:
    if any(call.get(param.name) for param in _UNMET):
        return False
    if call.get("SecurityProtectionEnabled") or call.get("ServiceManaged"):
        return False
    single = {
        "AssociatedInstanceId": one.instance,
        "EipName": one.name,
        "Status": one.status,
        "ChargeType": "PostPaid",
        "ISP": "BGP",
    }
    if call.get("AssociatedInstanceId"):
        single["AssociatedInstanceType"] = one.kind
    if any(call.get(name) not in (None, "", value) for name, value in single.items()):
        return False
    return (not wanted["EipAddress"] or one.address in wanted["EipAddress"]) and (
        not wanted["AllocationId"] or one.id in wanted["AllocationId"]
    )


def _eip(one: Eip) -> dict[str, Any]:
    return {
        "AllocationId": one.id,
        "IpAddress": one.address,
        "PrivateIpAddress": one.private,
        "Name": one.name,
        "Status": one.status,
        "RegionId": one.region,
        "InstanceId": one.instance,
        "InstanceType": one.kind,
        "InstanceRegionId": one.region if one.instance else "",
        "VpcId": one.vpc,
        "Bandwidth": str(one.bandwidth),
        "EipBandwidth": str(one.bandwidth),
        "InternetChargeType": "PayByTraffic",
        "ChargeType": "PostPaid",
        "BusinessStatus": "Normal",
        "ISP": "BGP",
        "Netmode": "public",
        "AllocationTime": iso(one.created),
        "ExpiredTime": "",
        "DeletionProtection": False,
        "ServiceManaged": 0,
        "ResourceGroupId": "",
        "Description": "",
        "OperationLocks": {"LockReason": []},
        "Tags": {"Tag": []},
    }


@op(
    "Vpc",
    "DescribeVpcs",
    _REGION,
    Text("VpcId"),
    Text("VpcName"),
    Boolean("IsDefault"),
    Boolean("EnableIpv6"),
    Text("DhcpOptionsSetId"),
    Text("ResourceGroupId"),
    Objects("Tag", ("Key", "Value")),
    Integer("VpcOwnerId"),
    Boolean("DryRun"),
    Integer("PageNumber", low=1),
    Integer("PageSize", low=1, high=50),
    resource=_networks,
)
def describe_vpcs(call: Call) -> Answer:
    """The networks of one region that have instances."""
    region = machines.region_of(call)
    if call.get("DryRun"):
        raise power.passed_dry_run()
    wanted = {one for one in (call.get("VpcId") or "").split(",") if one}
    if len(wanted) > 20:
        message = "The number of vpcIds exceeds the limit."
        raise ApiError(400, "InvalidVpcIdNumber.NotSupported", message)
    networks: dict[str, list[Instance]] = {}
    for one in machines.of_region(call.account, region):
        if one.vpc and (not wanted or one.vpc in wanted):
            networks.setdefault(one.vpc, []).append(one)
    unmet = ("VpcName", "IsDefault", "EnableIpv6", "DhcpOptionsSetId", "ResourceGroupId", "Tag")
    if any(call.get(name) for name in unmet):
        networks = {}
    if str(call.get("VpcOwnerId", call.account.id)) != call.account.id:
        networks = {}
    shown, told = _page(call, sorted(networks))
    return {"Vpcs": {"Vpc": [_vpc(call, name, networks[name]) for name in shown]}, **told}


def _vpc(call: Call, name: str, inside: list[Instance]) -> dict[str, Any]:
    first: datetime = min(one.created for one in inside)
    return {
        "VpcId": name,
        "VpcName": "",
        "RegionId": inside[0].region,
        "Status": "Available",
        "CidrBlock": _range(inside),
        "CreationTime": f"{machine_views.minute(first)[:-1]}:00Z",
        "IsDefault": False,
        "OwnerId": int(call.account.id),
        "Description": "",
        "ResourceGroupId": "",
        "VSwitchIds": {"VSwitchId": []},
        "Tags": {"Tag": []},
    }


def _range(inside: list[Instance]) -> str:
    private = next((ip for one in inside for ip in one.private_ips), "192.168.0.0")
    return f"{'.'.join(private.split('.')[:2])}.0.0/16" if "." in private else ""


def _listed(call: Call, name: str) -> set[str]:
    found = {one.strip() for one in (call.get(name) or "").split(",") if one.strip()}
    if len(found) > _MANY:
        raise invalid(name, f"must have at most {_MANY} values")
    return found


def _page(call: Call, found: list[Any]) -> tuple[list[Any], Answer]:
    number, size = call.get("PageNumber", 1), call.get("PageSize", 10)
    told = {"TotalCount": len(found), "PageNumber": number, "PageSize": size}
    return found[(number - 1) * size : number * size], told
