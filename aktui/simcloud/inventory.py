"""What the account has, as Resource Center lists it: machines, addresses, networks, identities, log projects.

Buckets and databases are known to the practice cloud by name only, and are not listed.
"""

from ipaddress import ip_address
from typing import NamedTuple

from aktui.simcloud import addresses
from aktui.simcloud.account import Account, Instance
from aktui.simcloud.clock import iso


class Resource(NamedTuple):
    """A resource; what it has not is empty."""

    kind: str
    id: str
    name: str
    region: str
    created: str
    zone: str = ""
    vpc: str = ""
    ips: tuple[str, ...] = ()
    tags: tuple[tuple[str, str], ...] = ()


def resources(account: Account) -> list[Resource]:
    """All of them, in order of type and id."""
    found = [_instance(one) for one in account.instances.values()]
    for eip in addresses.all_of(account):
        made = iso(eip.created)
        ips = (eip.address,)
        found.append(
            Resource("ACS::EIP::EipAddress", eip.id, eip.name, eip.region, made, vpc=eip.vpc, ips=ips)
        )
    networks = {(one.vpc, one.region) for one in account.instances.values() if one.vpc}
    found += [Resource("ACS::VPC::VPC", vpc, "", region, "", vpc=vpc) for vpc, region in networks]
    for user in account.users.values():
        if not user.recycled:
            tags = tuple(user.tags.items())
            found.append(
                Resource("ACS::RAM::User", user.id, user.name, "global", iso(user.created), tags=tags)
            )
    found += [
        Resource("ACS::RAM::Role", role.name, role.name, "global", iso(role.created))
        for role in account.roles.values()
    ]
    found += [
        Resource("ACS::SLS::Project", project.name, project.name, project.region, iso(project.created))
        for project in account.projects.values()
    ]
    return sorted(found, key=lambda one: (one.kind, one.id))


def is_private(ip: str) -> bool:
    """Whether an address is one of a network's own; the ranges for documentation stand for public ones."""
    return ip.startswith(("10.", "192.168.")) or (
        ip.startswith("172.") and 16 <= int(ip.split(".")[1]) < 32 and ip_address(ip).version == 4
    )


def _instance(one: Instance) -> Resource:
    ips = (*one.private_ips, *one.public_ips, *((one.eip,) if one.eip else ()))
    return Resource(
        "ACS::ECS::Instance", one.id, one.name, one.region, iso(one.created), one.zone, one.vpc, ips
    )
