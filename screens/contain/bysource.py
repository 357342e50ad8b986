"""From where calls came, one row a source: counted from a usage report."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from aktui.case import networks
from aktui.case.marks import Kind, Marks
from queries.base import Column, Row
from queries.usage import Usage

COLUMNS = (
    Column("source", "Source", "ip"),
    Column("mark", "Mark"),
    Column("calls", "Calls", "count"),
    Column("refused", "Refused", "count"),
    Column("newest", "Newest (UTC)", "time"),
    Column("services", "Services"),
    Column("as", "As"),
    Column("agents", "User agents"),
    Column("vpc", "VPC"),
)
_FEW = 8


@dataclass
class Source:
    """The calls of one source."""

    source: str
    vpc: str
    calls: int = 0
    refused: int = 0
    newest: datetime | None = None
    services: dict[str, int] = field(default_factory=dict)
    agents: dict[str, None] = field(default_factory=dict)
    kinds: dict[str, None] = field(default_factory=dict)

    def add(self, one: Usage) -> None:
        self.calls += one.count
        self.refused += one.refused
        if one.newest is not None and (self.newest is None or one.newest > self.newest):
            self.newest = one.newest
        if one.service:
            self.services[one.service] = self.services.get(one.service, 0) + one.count
        if one.agent:
            self.agents[one.agent] = None
        self.kinds["signed link" if one.link else one.kind.value] = None

    @property
    def markable(self) -> str:
        """What a mark on it would name: the VPC where calls came through its endpoint, else the address."""
        return self.vpc if self.vpc and networks.is_vpc(self.vpc) else self.source

    def row(self, marks: Marks) -> Row:
        stance = marks.stance_of_source(self.source, self.vpc)
        services = sorted(self.services, key=lambda name: (-self.services[name], name))
        values = {
            "source": self.source or "unknown",
            "mark": stance.value if stance else "",
            "calls": self.calls,
            "refused": self.refused or None,
            "newest": self.newest,
            "services": ", ".join(services[:_FEW]),
            "as": ", ".join(self.kinds),
            "agents": "; ".join(list(self.agents)[:_FEW]),
            "vpc": self.vpc,
        }
        return Row(values, {**values, "markable": self.markable, "services": dict(self.services)})


def sources_of(usages: Iterable[Usage]) -> list[Source]:
    """The sources, those with most calls first."""
    found: dict[tuple[str, str], Source] = {}
    for one in usages:
        key = (one.source, one.vpc)
        found.setdefault(key, Source(*key)).add(one)
    return sorted(found.values(), key=lambda source: (-source.calls, source.source))


def marked_only(marks: Marks, known: Iterable[Source]) -> list[Row]:
    """Marks on sources that were not seen calling: they count all the same, so they must be seen."""
    seen = {source.markable for source in known}
    return [
        Row(
            {"source": one.value, "mark": one.stance.value, "as": "not seen calling"},
            {"markable": one.value, "stance": one.stance.value},
        )
        for one in marks.of(Kind.SOURCE)
        if one.value not in seen
    ]
