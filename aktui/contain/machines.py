"""Which ECS instances call with the key, by their addresses, and which RAM roles an instance can have."""

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass

from aktui.contain.action import Choice
from aktui.contain.ground import Ground
from aktui.contain.lastuse import shared
from aktui.errors import AktuiError, NotPossible, UsageError
from queries.asking.reading import Record, absent, flag, ident, listed, member, nested, record, records, text
from queries.asking.together import settled
from queries.base import Caller

SERVICE = "ecs.aliyuncs.com"
"""The principal that a role must trust before an instance may have it."""

_AT_ONCE = 100
"""Addresses that one DescribeInstances takes."""
_MOST_ROLES = 300
_MOST_PAGES = 20


@dataclass(frozen=True)
class Instance:
    """An ECS instance."""

    id: str
    region: str
    name: str
    addresses: tuple[str, ...]
    """Public, elastic, private."""

    @property
    def label(self) -> str:
        return f"{self.id} ({self.name})" if self.name and self.name != self.id else self.id


async def instances_of_key(ground: Ground) -> tuple[Instance, ...]:
    """The instances of which an address is a source of the key, in the home region and those it was used in.

    Raises CloudError when no region could be asked.
    """
    seen = await ground.inquiry.ask("ips")
    addresses = sorted({ident(row.values["ip"]) for row in seen.rows if ident(row.values["ip"])})
    regions = {ground.cloud.region, *(ident(row.values["region"]) for row in seen.rows)} - {""}
    if not addresses:
        return ()
    asked = [settled(_with_addresses(shared(ground.inquiry), one, addresses)) for one in sorted(regions)]
    answers = await asyncio.gather(*asked)
    failed = [one for one in answers if isinstance(one, AktuiError)]
    if len(failed) == len(answers):
        raise failed[0]
    found = [one for answer in answers if not isinstance(answer, AktuiError) for one in answer]
    return tuple(dict.fromkeys(found))


async def _with_addresses(cloud: Caller, region: str, addresses: list[str]) -> list[Instance]:
    found = []
    for start in range(0, len(addresses), _AT_ONCE):
        some = json.dumps(addresses[start : start + _AT_ONCE])
        for kind in ("PublicIpAddresses", "EipAddresses", "PrivateIpAddresses"):
            found += await _instances(cloud, region, **{kind: some})
    return found


async def _instances(cloud: Caller, region: str, **conditions: str) -> list[Instance]:
    """The instances of a region that meet the conditions."""
    found: list[Instance] = []
    token = ""
    for _ in range(_MOST_PAGES):
        more = {"NextToken": token} if token else {}
        asked = {"RegionId": region, "MaxResults": "100", **conditions, **more}
        reply = await cloud.call("ecs", "DescribeInstances", region=region, **asked)
        rows = listed(reply, "ecs:DescribeInstances", "Instances", "Instance")
        found += [_read(one, region) for one in rows]
        token = text(reply.body.get("NextToken"))
        if not token:
            break
    return found


def _read(one: Record, region: str) -> Instance:
    inside = record(record(one.get("VpcAttributes")).get("PrivateIpAddress"))
    lists = (record(one.get("PublicIpAddress")).get("IpAddress"), inside.get("IpAddress"))
    several = [ident(item) for value in lists if isinstance(value, list) for item in value]
    elastic = ident(record(one.get("EipAddress")).get("IpAddress"))
    name, instance_id = text(one.get("InstanceName")), ident(one.get("InstanceId"))
    addresses = tuple(item for item in (*several, elastic) if item)
    return Instance(instance_id, region, name, addresses)


async def instance_choices(ground: Ground) -> tuple[Choice, ...]:
    found = await instances_of_key(ground)
    return tuple(Choice(f"{one.region}/{one.id}", f"{one.name}, {', '.join(one.addresses)}") for one in found)


async def instance_named(ground: Ground, value: str) -> Instance:
    """The instance of a parameter `region/id`. Raises UsageError, NotPossible, CloudError."""
    region, slash, instance_id = value.partition("/")
    if not slash or not region or not instance_id:
        raise UsageError(f"'{value}' is not region/id.", hint="For example: cn-hangzhou/i-bp1…")
    found = await _instances(ground.cloud, region, InstanceIds=json.dumps([instance_id]))
    if not found:
        raise NotPossible(f"There is no instance {instance_id} in {region}.")
    return found[0]


async def role_choices(ground: Ground) -> tuple[Choice, ...]:
    """The roles that an instance can have."""
    roles = await _roles(ground)
    trusted = await asyncio.gather(
        *(settled(trusts_instances(ground, ident(one.get("RoleName")))) for one in roles)
    )
    fitting = [one for one, trusts in zip(roles, trusted, strict=True) if trusts is True]
    return tuple(
        Choice(ident(one.get("RoleName")), text(one.get("Description")) or "no description")
        for one in fitting
    )


async def _roles(ground: Ground) -> list[Record]:
    cloud = shared(ground.inquiry)
    found: list[Record] = []
    marker = ""
    while len(found) < _MOST_ROLES:
        more = {"Marker": marker} if marker else {}
        reply = await cloud.call("ram", "ListRoles", **more)
        found += listed(reply, "ram:ListRoles", "Roles", "Role")
        marker = text(reply.body.get("Marker"))
        if flag(reply.body.get("IsTruncated")) is not True or not marker:
            break
    return found[:_MOST_ROLES]


async def trusts_instances(ground: Ground, role: str) -> bool:
    """Whether a role is one for instances. Raises NotPossible when there is no such role."""
    try:
        reply = await shared(ground.inquiry).call("ram", "GetRole", RoleName=role)
    except Exception as error:
        if not absent(error):
            raise
        raise NotPossible(f"There is no RAM role {role}.") from None
    document = nested(member(reply, "ram:GetRole", "Role").get("AssumeRolePolicyDocument"))
    return any(_trusts(one) for one in records(document.get("Statement")))


def _trusts(statement: Record) -> bool:
    services = record(statement.get("Principal")).get("Service")
    named: Iterable[object] = services if isinstance(services, list) else [services]
    return ident(statement.get("Effect")).lower() == "allow" and SERVICE in [ident(one) for one in named]
