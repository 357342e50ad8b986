"""The scale on which sources are weighed: the business as known so far, growing with all that is its own."""

from bisect import insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from queries.attribution.units import Past, Unit, net_of
from queries.attribution.values import Side, Weighed
from queries.attribution.weighing import novel, rare, signals
from queries.evidence.values import Evidence
from queries.usage.values import By

HOSTILE, CLEAR = 3.0, 1.0
"""From so many points on an intruder's; up to so many the business's."""
RAID = 5.0
"""Doors, looking around and a tool that strangers bring, all three: that is no first day of a program."""


@dataclass
class Scale:
    """What units are held against: the business as known so far."""

    evidence: Evidence
    many: Mapping[str, tuple[str, ...]]
    """By source, those who vouch for it, where enough do."""
    some: Mapping[str, tuple[str, ...]]
    """By source, those who would vouch for it, however few."""
    fleets: Mapping[str, Counter[str]] = field(default_factory=dict)
    """By network, the operations of all new sources there."""
    past: Past = field(default_factory=Past)
    active: list[int] = field(default_factory=list)

    def learn(self, one: Weighed) -> None:
        if one.side is Side.BUSINESS or one.established:
            self.past.learn(one.unit)
        _note(self.active, one.unit)

    def weighed(self, unit: Unit) -> Weighed:
        known_source = unit.source in self.past.sources
        told = signals(
            unit,
            self.past,
            since=self._since(unit),
            active=self.active,
            vouchers=() if known_source else self.many.get(unit.source, ()),
            console=() if known_source else self._in_console(unit.source),
            mates=self.fleets.get(net_of(unit.source), Counter()),
        )
        strange = frozenset(novel(unit, self.past)) | frozenset(rare(unit, self.past))
        needed = HOSTILE if self.past.known or self.evidence.key.created is not None else RAID
        return _sided(Weighed(unit, Side.UNCLEAR, 0.0, tuple(told), novel=strange), self.past, needed)

    def _since(self, unit: Unit) -> int:
        """From when on the key is known not to have been used: without its date of birth, not before now."""
        created = self.evidence.key.created
        return unit.first if created is None else max(self.evidence.known_since, created)

    def again(self, one: Weighed) -> Weighed:
        """What was not clear while little was known of the business, held against all of it."""
        if one.side is not Side.UNCLEAR or one.established or one.marked or one.unit.only:
            return one
        later = self.weighed(one.unit)
        return later if later.side is Side.BUSINESS else one

    def _in_console(self, source: str) -> tuple[str, ...]:
        """Who of those that vouch for a source logs on to the console from there."""
        names = self.some.get(source, ())
        there = (cell for cell in self.evidence.neighbours if cell.source == source)
        seen = {cell.who.name for cell in there if cell.who.kind is By.CONSOLE}
        return tuple(name for name in names if name in seen)


def fleets(units: Iterable[Unit]) -> Mapping[str, Counter[str]]:
    """What is done from each network: machines behind one way out share the work between them."""
    found: dict[str, Counter[str]] = {}
    for unit in units:
        if not unit.console:
            found.setdefault(net_of(unit.source), Counter()).update(unit.managed or unit.operations)
    return found


def _note(active: list[int], unit: Unit) -> None:
    """When the key was used: the ends of each hour's calls. The console is no use of the key."""
    if unit.console:
        return
    for cell in unit.cells:
        insort(active, cell.first)
        insort(active, cell.last)


def _sided(one: Weighed, past: Past, needed: float) -> Weighed:
    """`needed`: from so many points on it is an intruder's. A key of unknown age may just have been made."""
    points = sum(signal.points for signal in one.signals)
    side = Side.INTRUDER if points >= needed else Side.BUSINESS if points <= CLEAR else Side.UNCLEAR
    if side is Side.BUSINESS and not past.known and not one.unit.console:
        side = Side.UNCLEAR
    return replace(one, points=points, side=side)
