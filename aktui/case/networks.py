"""Addresses, networks and VPC ids as people type them and logs tell them. Nothing here raises on odd logs."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from aktui.errors import UsageError

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

PRIVATE: tuple[Network, ...] = tuple(
    map(ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"))
)
"""Used inside networks only; `ipaddress` counts the addresses for documentation as private, too."""

_VPC = re.compile(r"vpc-[a-z0-9]{1,60}")
_LONGEST = 64


def is_vpc(value: str) -> bool:
    """Whether it looks like the id of a VPC."""
    return bool(_VPC.fullmatch(value))


@lru_cache(maxsize=8192)
def address(value: str) -> Address | None:
    """The address a log tells; None for a host name, `Internal` and the like. IPv4 in IPv6 is IPv4."""
    try:
        found = ip_address(value.strip()) if len(value) <= _LONGEST else None
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        return found.ipv4_mapped or (None if found.scope_id else found)
    return found


@lru_cache(maxsize=8192)
def network(value: str) -> Network | None:
    """The network of a document or mark, host bits ignored as the cloud does; None when it is none."""
    single = address(value)
    if single is not None:
        return ip_network(single)
    try:
        return (
            ip_network(value.strip(), strict=False) if len(value) <= _LONGEST and "%" not in value else None
        )
    except ValueError:
        return None


def contains(value: str, one: str) -> bool:
    """Whether an address is in a network; false when either is none."""
    found, wanted = network(value), address(one)
    return found is not None and wanted is not None and found.version == wanted.version and wanted in found


def length(value: str) -> int:
    """How specific a network is, on one scale for both families: 128 for a single address."""
    found = network(value)
    return -1 if found is None else found.prefixlen + (128 - found.max_prefixlen)


def is_everything(value: str) -> bool:
    """Whether it is the whole of a family: `0.0.0.0/0`, `::/0`."""
    found = network(value)
    return found is not None and found.prefixlen == 0


def is_private(value: str) -> bool:
    """Whether it lies in ranges that are used inside networks only."""
    found = network(value)
    if found is None:
        return False
    ends = (found.network_address, found.broadcast_address)
    return any(all(end in one for end in ends) for one in PRIVATE if one.version == found.version)


def tidy(value: str) -> str:
    """An address or network as it is best written. Raises UsageError for what is neither or has host bits."""
    found = network(value)
    if found is None:
        raise UsageError(
            f"'{value[:80]}' is no address and no network.",
            hint="For example: 203.0.113.10, 203.0.113.0/24, 2001:db8::/48, vpc-…",
        )
    if found.prefixlen == found.max_prefixlen:
        return str(found.network_address)
    given = address(value.partition("/")[0])
    if given is not None and given != found.network_address:
        raise UsageError(
            f"{value[:80]} is an address with the width of a network.",
            hint=f"Write {found} for the network, or {given} for the one address.",
        )
    return str(found)
