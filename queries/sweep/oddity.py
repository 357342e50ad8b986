"""What is out of the usual in a key's sources: a new network, or one whose calls are mostly refused.

A key is measured by its own past only. A key that often comes from networks it was never seen in (a laptop, a
fleet with changing addresses) is not called abnormal for one more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

NEW = timedelta(days=7)
"""A source first seen within this is new, if the key was used for at least as long before."""
STORM = 20
"""Refused calls from one source from which they are a storm, when they are also half of its calls."""
_BEYOND_HABIT = 2.0
_NETWORK_BITS = {4: 24, 6: 48}


@dataclass(frozen=True)
class Calls:
    """What a trail counted for one key from one source."""

    source: str
    vpc: str
    calls: int
    errors: int
    first: datetime
    last: datetime

    @property
    def network(self) -> str:
        """Addresses side by side count as one source."""
        try:
            address = ip_address(self.source)
        except ValueError:
            return self.vpc or self.source
        return self.vpc or f"{ip_network((address, _NETWORK_BITS[address.version]), strict=False)}"

    @property
    def theirs(self) -> bool:
        """A service of the provider called on the key's behalf."""
        return not self.source or self.source == "Internal" or self.source.endswith(".aliyuncs.com")


def oddities(found: Sequence[Calls], now: datetime) -> tuple[str, ...]:
    """In words, the gravest first; empty when nothing is out of the usual."""
    outside = [one for one in found if not one.theirs]
    return (*_storms(outside), *_new_sources(outside, now))


def _storms(found: Sequence[Calls]) -> list[str]:
    storms = [one for one in found if one.errors >= STORM and one.errors * 2 >= one.calls]
    storms.sort(key=lambda one: -one.errors)
    told = [f"{one.errors} of {one.calls} calls from {one.source} refused" for one in storms[:2]]
    return [*told, f"and {len(storms) - 2} more such sources"] if len(storms) > 2 else told


def _new_sources(found: Sequence[Calls], now: datetime) -> list[str]:
    first: dict[str, datetime] = {}
    for one in found:
        first[one.network] = min(one.first, first.get(one.network, one.first))
    since = now - NEW
    begin = min(first.values(), default=now)
    if begin > since - NEW:
        return []  # no past of its own to compare with
    recent = [network for network, at in first.items() if at >= since]
    settled = sum(begin + NEW < at < since for at in first.values())
    weeks = max((since - begin - NEW) / NEW, 1.0)
    if not recent or len(recent) <= _BEYOND_HABIT * settled / weeks:
        return []
    newest = sorted((one for one in found if one.network in recent), key=lambda one: -one.calls)
    told = [f"new source {one.source} since {one.first:%m-%d %H:%M} ({_counted(one)})" for one in newest[:2]]
    return [*told, f"and {len(newest) - 2} more new sources"] if len(newest) > 2 else told


def _counted(one: Calls) -> str:
    calls = "1 call" if one.calls == 1 else f"{one.calls} calls"
    return f"{calls}, {one.errors} refused" if one.errors else calls
