"""Addresses of the company that no instance has: those through which its networks reach the Internet."""

from random import Random

from aktui.simcloud.addresses import ON_GATEWAY, Eip, id_for
from aktui.simcloud.stories.company import Company
from aktui.simcloud.stories.ids import Ids
from aktui.simcloud.stories.places import Estate


def keep_gateway(company: Company, estate: Estate, address: str, name: str) -> None:
    """An elastic IP address on a NAT gateway of the company's network."""
    account = company.account
    ids = Ids(Random(f"{account.scenario} {account.seed} gateway {address}"))
    one = Eip(
        id_for(account.id, address),
        address,
        account.region,
        company.ago(610),
        name,
        ids.thing("ngw-bp1"),
        ON_GATEWAY,
        vpc=estate.vpc,
    )
    account.eips[one.id] = one
