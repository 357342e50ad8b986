"""Units: what is attributed as one. All calls from one source, or of one user agent at a known source."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from aktui.case import networks
from queries.evidence.catalogues import family
from queries.evidence.values import HOUR, Act, Cell
from queries.usage.values import By

_SECONDS_A_DAY = 86_400
_DATA = ("oss", "sls")


@dataclass(frozen=True)
class Unit:
    """Calls from one source, of the key and its sessions, or of the user in the console."""

    source: str
    console: bool
    cells: tuple[Cell, ...]
    agent: str = ""
    """The family of the user agent where only its calls are meant; empty: all calls from the source."""
    only: frozenset[str] = frozenset()
    """Operations where only these are meant, of a known source that turned; empty: all of them."""

    @cached_property
    def first(self) -> int:
        return min(cell.first for cell in self.cells)

    @cached_property
    def last(self) -> int:
        return max(cell.last for cell in self.cells)

    @cached_property
    def count(self) -> int:
        return sum(cell.count for cell in self.cells)

    @cached_property
    def refused(self) -> int:
        return sum(cell.count for cell in self.cells if cell.code)

    @cached_property
    def operations(self) -> Counter[str]:
        found: Counter[str] = Counter()
        for cell in self.cells:
            found[cell.name] += cell.count
        return found

    @cached_property
    def managed(self) -> Counter[str]:
        """The operations without those that logs of the data plane tell, which come by the thousand."""
        found: Counter[str] = Counter()
        for cell in self.cells:
            if cell.origin not in _DATA:
                found[cell.name] += cell.count
        return found

    @cached_property
    def agents(self) -> frozenset[str]:
        return frozenset(cell.agent for cell in self.cells)

    @cached_property
    def families(self) -> frozenset[str]:
        return frozenset(map(family, self.agents))

    @cached_property
    def regions(self) -> frozenset[str]:
        return frozenset(cell.region for cell in self.cells if cell.region)

    @cached_property
    def days(self) -> frozenset[int]:
        """Days since 1970 on which it surely called; of calls that are counted over a time, its ends."""
        ends = (at for cell in self.cells for at in (cell.first, cell.last))
        return frozenset(at // _SECONDS_A_DAY for at in ends)

    @cached_property
    def hours(self) -> Counter[int]:
        """Calls by the hour since 1970; those that are counted over a longer time are left out."""
        found: Counter[int] = Counter()
        for cell in self.cells:
            if cell.last - cell.first < HOUR:
                found[cell.first // HOUR] += cell.count
        return found

    @cached_property
    def day_hours(self) -> Counter[int]:
        """Calls by the hour of the day."""
        found: Counter[int] = Counter()
        for hour, count in self.hours.items():
            found[hour % 24] += count
        return found

    def holds(self, act: Act) -> bool:
        """Whether a call belongs to it."""
        if act.source != self.source or (act.who.kind is By.CONSOLE) != self.console:
            return False
        if self.only and (act.name not in self.only or act.at < self.first):
            return False
        return not self.agent or family(act.agent) == self.agent


@dataclass
class Past:
    """What the business is known to do with the key: grows as units are found to be its own."""

    units: list[Unit] = field(default_factory=list)
    operations: Counter[str] = field(default_factory=Counter)
    managed: Counter[str] = field(default_factory=Counter)
    families: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    regions: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    source_days: Counter[str] = field(default_factory=Counter)
    """On how many days each source was used."""
    nets: set[str] = field(default_factory=set)
    day_hours: Counter[int] = field(default_factory=Counter)
    busiest: int = 0
    """Calls in its busiest hour."""
    days: set[int] = field(default_factory=set)
    refused: int = 0
    count: int = 0

    def learn(self, unit: Unit) -> None:
        self.units.append(unit)
        self.operations.update(unit.operations)
        self.managed.update(unit.managed)
        self.families |= unit.families
        self.agents |= unit.agents
        self.regions |= unit.regions
        self.sources.add(unit.source)
        self.source_days[unit.source] += len(unit.days)
        self.nets.add(net_of(unit.source))
        self.day_hours.update(unit.day_hours)
        self.busiest = max([self.busiest, *unit.hours.values()])
        self.days |= unit.days
        self.refused += unit.refused
        self.count += unit.count

    @property
    def known(self) -> bool:
        """Whether there is enough of a past to call anything new."""
        return self.count >= 5

    @property
    def well_known(self) -> float:
        """How likely the next call of the business is of an operation already seen, 0 to 1.

        Good and Turing: as often as what was seen only once, something never seen comes.
        """
        once = sum(count == 1 for count in self.operations.values())
        return max(0.0, 1.0 - (once + 1) / (self.count + 1))

    @property
    def settled(self) -> float:
        """How likely the business's next day is from a source already seen, 0 to 1, by the same rule."""
        days = sum(self.source_days.values())
        once = sum(count == 1 for count in self.source_days.values())
        return max(0.0, 1.0 - once / days) if days else 0.0


def net_of(source: str) -> str:
    """The network an address is in, as far as addresses tell: /24, or /48 of IPv6."""
    told = networks.address(source)
    if told is None:
        return source
    if told.version == 4:
        return source.rpartition(".")[0]
    return ":".join(told.exploded.split(":")[:3])


def is_provider(source: str) -> bool:
    """Whether the provider made the call itself: such calls have no address."""
    return networks.address(source) is None


def units_of(cells: Iterable[Cell]) -> list[Unit]:
    """All sources of signed calls, and of the console; requests through links and the provider's left out."""
    by: dict[tuple[str, bool], list[Cell]] = {}
    for cell in cells:
        if cell.link or is_provider(cell.source) or cell.who.kind is By.OTHER:
            continue
        by.setdefault((cell.source, cell.who.kind is By.CONSOLE), []).append(cell)
    return [Unit(source, console, tuple(held)) for (source, console), held in by.items()]
