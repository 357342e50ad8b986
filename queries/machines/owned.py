"""Which machine of the account has an address: by ECS and VPC, and by the list of Resource Center."""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from json import dumps
from typing import Any

from aktui.case.networks import address
from queries.asking.reading import Record, ident, listed, moment, record, text
from queries.base import Asking, Gap, Page, Status
from queries.charges.vocabulary import is_region

OWNED_CALLS = ("ecs:DescribeInstances", "vpc:DescribeEipAddresses", "resourcecenter:SearchResources")
_INSTANCE, _EIP = "ACS::ECS::Instance", "ACS::EIP::EipAddress"
_AT_ONCE = 100
_EIPS_AT_ONCE = 50
_MOST_PAGES = 30


@dataclass(frozen=True)
class Owned:
    """A thing of the account that has an address."""

    id: str
    kind: str
    """`instance`, or what an elastic address is bound to."""
    name: str
    region: str
    vpc: str
    state: str
    since: datetime | None
    raw: Record

    @property
    def rank(self) -> tuple[bool, bool]:
        return self.kind == "instance", bool(self.state)


@dataclass
class Found:
    """By address, what has it; regions in which Resource Center has one of them."""

    by_ip: dict[str, dict[str, Owned]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)

    def add(self, ips: Iterable[str], one: Owned) -> None:
        """An instance goes before the address bound to it, what tells the state before what does not."""
        for ip in ips:
            if known := address(ip):
                have = self.by_ip.setdefault(str(known), {})
                if one.id not in have or one.rank > have[one.id].rank:
                    have[one.id] = one


async def in_region(
    asking: Asking, region: str, public: list[str], private: list[str], found: Found
) -> AsyncIterator[Page]:
    """ECS of one region: whose are these addresses?"""
    asked = {"PublicIpAddresses": public, "EipAddresses": public, "PrivateIpAddresses": private}
    for name, ips in asked.items():
        for some in _some(ips, _AT_ONCE):
            reply = await asking.once.call(
                "ecs",
                "DescribeInstances",
                region=region,
                RegionId=region,
                MaxResults=_AT_ONCE,
                **{name: dumps(some)},
            )
            for entry in listed(reply, OWNED_CALLS[0], "Instances", "Instance"):
                found.add(_ips_of(entry), _instance(entry, region))
            yield Page(request_id=reply.request_id)


async def eips_in(asking: Asking, region: str, public: list[str], found: Found) -> AsyncIterator[Page]:
    """Elastic addresses of one region, also of gateways and load balancers."""
    for some in _some(public, _EIPS_AT_ONCE):
        reply = await asking.once.call(
            "vpc",
            "DescribeEipAddresses",
            region=region,
            RegionId=region,
            EipAddress=",".join(some),
            PageSize=100,
        )
        for entry in listed(reply, OWNED_CALLS[1], "EipAddresses", "EipAddress"):
            found.add([ident(entry.get("IpAddress"))], _eip(entry, region))
        yield Page(request_id=reply.request_id)


async def in_resource_center(asking: Asking, ips: set[str], found: Found) -> AsyncIterator[Page]:
    """All instances and elastic addresses of all regions, as Resource Center lists them."""
    token, tokens = "", {""}
    kinds = {"Key": "ResourceType", "MatchType": "Equals", "Value": [_INSTANCE, _EIP]}
    for _ in range(_MOST_PAGES):
        more = {"NextToken": token} if token else {}
        reply = await asking.once.call(
            "resourcecenter", "SearchResources", Filter=[kinds], MaxResults=100, **more
        )
        for entry in listed(reply, OWNED_CALLS[2], "Resources"):
            mine = [str(one) for ip in _list(entry.get("IpAddresses")) if (one := address(ip))]
            if ips & set(mine):
                found.add(mine, _resource(entry))
                if is_region(region := ident(entry.get("RegionId"))):
                    found.elsewhere.add(region)
        yield Page(request_id=reply.request_id)
        token = text(reply.body.get("NextToken")).strip()
        if not token:
            return
        if token in tokens:
            break
        tokens.add(token)
    detail = "Not all of the list could be read; regions the key did not use may hold more."
    yield Page(gaps=(Gap(Status.PARTIAL, "resources of all regions", detail, OWNED_CALLS[2]),))


def _some(ips: list[str], size: int) -> Iterator[list[str]]:
    for at in range(0, len(ips), size):
        yield ips[at : at + size]


def _ips_of(entry: Record) -> list[str]:
    network = record(entry.get("VpcAttributes"))
    return [
        *_list(record(entry.get("PublicIpAddress")).get("IpAddress")),
        *_list(record(entry.get("InnerIpAddress")).get("IpAddress")),
        *_list(record(network.get("PrivateIpAddress")).get("IpAddress")),
        ident(record(entry.get("EipAddress")).get("IpAddress")),
    ]


def _list(value: Any) -> list[str]:
    return [ident(one) for one in value] if isinstance(value, list) else [ident(value)] if value else []


def _instance(entry: Record, region: str) -> Owned:
    return Owned(
        ident(entry.get("InstanceId")),
        "instance",
        text(entry.get("InstanceName")),
        ident(entry.get("RegionId")) or region,
        ident(record(entry.get("VpcAttributes")).get("VpcId")),
        ident(entry.get("Status")),
        moment(entry.get("CreationTime")),
        entry,
    )


def _eip(entry: Record, region: str) -> Owned:
    bound, kind = ident(entry.get("InstanceId")), ident(entry.get("InstanceType"))
    return Owned(
        bound or ident(entry.get("AllocationId")),
        f"elastic address of {kind or 'nothing'}",
        text(entry.get("Name")),
        ident(entry.get("RegionId")) or region,
        ident(entry.get("VpcId")),
        ident(entry.get("Status")),
        moment(entry.get("AllocationTime")),
        entry,
    )


def _resource(entry: Record) -> Owned:
    kind = ident(entry.get("ResourceType"))
    return Owned(
        ident(entry.get("ResourceId")),
        {_INSTANCE: "instance", _EIP: "elastic address"}.get(kind, kind),
        text(entry.get("ResourceName")),
        ident(entry.get("RegionId")),
        ident(entry.get("VpcId")),
        "",
        moment(entry.get("CreateTime")),
        entry,
    )
