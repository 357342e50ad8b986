"""Elastic IP addresses of the account.

An instance that has one need not have it listed: what is not in `Account.eips` is made up from the instance,
its id from the address, so that it is always the same.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aktui.simcloud.portable import made_up

if TYPE_CHECKING:
    from aktui.simcloud.account import Account

ON_INSTANCE, ON_GATEWAY = "EcsInstance", "Nat"


@dataclass
class Eip:
    """An elastic IP address, bound to something or to nothing."""

    id: str
    address: str
    region: str
    created: datetime
    name: str = ""
    instance: str = ""
    """Id of what it is bound to."""
    kind: str = ""
    """What sort of thing that is: EcsInstance, Nat, SlbInstance …"""
    private: str = ""
    vpc: str = ""
    bandwidth: int = 100
    """Mbit/s."""

    @property
    def status(self) -> str:
        return "InUse" if self.instance else "Available"


def all_of(account: "Account") -> list[Eip]:
    """Listed or not, in order of id."""
    listed = {one.address for one in account.eips.values()}
    bare = [one for one in account.instances.values() if one.eip and one.eip not in listed]
    made = [
        Eip(
            id_for(account.id, one.eip),
            one.eip,
            one.region,
            one.created,
            one.name,
            one.id,
            ON_INSTANCE,
            next(iter(one.private_ips), ""),
            one.vpc,
        )
        for one in bare
    ]
    return sorted([*account.eips.values(), *made], key=lambda one: one.id)


def id_of(account: "Account", address: str) -> str:
    """The id of the address; empty when there is none."""
    return next((one.id for one in all_of(account) if one.address == address), "") if address else ""


def id_for(account_id: str, address: str) -> str:
    return made_up.thing("eip-bp1", account_id, f"address {address}")


def release(account: "Account", instance: str) -> None:
    """What was bound to an instance stays, bound to nothing."""
    for one in all_of(account):
        if one.instance == instance:
            account.eips[one.id] = one
            one.instance = one.kind = one.private = one.vpc = ""
