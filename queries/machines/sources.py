"""From which addresses and networks the key was used, put together from the audit and from events."""

from dataclasses import dataclass, field
from datetime import datetime

from aktui.case.networks import address, is_private, is_vpc
from queries.asking.reading import Record, ident
from queries.base import Asking, Gap, Result, Status
from queries.charges.vocabulary import is_region
from queries.trail.happening import described

SOURCE_QUERIES = ("ips", "recent-events")


@dataclass
class Source:
    """An address as it was told, and what is known of its use."""

    name: str
    last: datetime | None = None
    services: set[str] = field(default_factory=set)
    vpcs: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    records: list[Record] = field(default_factory=list)

    @property
    def ip(self) -> str:
        """The address in its usual form; empty for the name of a service."""
        found = address(self.name)
        return str(found) if found else ""

    @property
    def private(self) -> bool:
        return is_private(self.ip)

    def used(self, at: datetime | None, service: str, region: str, record: Record) -> None:
        if at is not None and (self.last is None or at > self.last):
            self.last = at
        if service:
            self.services.add(service)
        if is_region(region):
            self.regions.add(region)
        if len(self.records) < 5:
            self.records.append(record)


@dataclass(frozen=True)
class Sources:
    """All of them, by name; and what could not be read."""

    found: dict[str, Source]
    gaps: tuple[Gap, ...]

    @property
    def regions(self) -> set[str]:
        return {region for one in self.found.values() for region in one.regions}

    def ips(self, *, private: bool) -> list[str]:
        """The addresses that are, or are not, private ones; each once."""
        return sorted({one.ip for one in self.found.values() if one.ip and one.private is private})


async def sources_of(asking: Asking) -> Sources:
    """The addresses of the audit, which keeps them longest, and those of events, which tell the network."""
    audited: Result = await asking.ask("ips")
    events: Result = await asking.ask("recent-events")
    found: dict[str, Source] = {}
    for row in audited.rows:
        values = row.values
        if name := ident(values["ip"]):
            source = found.setdefault(name, Source(name))
            source.used(values["last_used"], values["service"], values["region"], row.raw)
    for row in events.rows:
        told = described(row.raw)
        if name := ident(told["source_ip"]):
            source = found.setdefault(name, Source(name))
            source.used(told["at"], told["service"], told["region"], row.raw)
            if is_vpc(vpc := ident(row.raw.get("vpcId"))):
                source.vpcs.add(vpc)
    gaps = (*audited.gaps, *(gap for gap in events.gaps if gap.status is not Status.PARTIAL))
    return Sources(found, tuple(dict.fromkeys(gaps)))
