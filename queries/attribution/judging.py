"""Each source weighed: the business's, an intruder's, or unclear; marks have the last word."""

from bisect import insort
from dataclasses import dataclass, replace
from enum import StrEnum

from aktui.case.marks import Marks, Stance
from queries.attribution.units import Past, Unit, net_of, units_of
from queries.attribution.vouching import vouchers
from queries.attribution.weighing import DAY, Signal, novel, rare, signals
from queries.evidence.catalogues import family
from queries.evidence.values import Evidence
from queries.usage.ramactions import ram_action

HOSTILE, CLEAR = 3.0, 1.0
"""From so many points on an intruder's; up to so many the business's."""
_SLACK, _SHARE = 10 * DAY, 0.2
"""A source is part of the past when it was seen this early, or this early a part of what is known."""
_ASSOCIATED = 0.5
_LONG_USE, _REGULAR = 60 * DAY, 10
"""What has been done for so long, on so many days, is what the key is for."""


class Side(StrEnum):
    BUSINESS = "business"
    INTRUDER = "intruder"
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Weighed:
    """A unit, whose it is and why."""

    unit: Unit
    side: Side
    points: float
    signals: tuple[Signal, ...]
    established: bool = False
    """Part of the key's past: there from the beginning of what is known."""
    marked: bool = False
    novel: frozenset[str] = frozenset()
    """Operations that the business never calls, or hardly ever where they are much of what is done here."""

    @property
    def why(self) -> str:
        """The weightiest first, in one sentence."""
        told = sorted(self.signals, key=lambda one: -abs(one.points))
        return "; ".join(one.sentence for one in told) or "used from there since before what is known begins"


def weigh(evidence: Evidence, marks: Marks) -> tuple[Weighed, ...]:
    """All units in the order in which they were first seen."""
    units = units_of(evidence.own)
    until = _established_until(evidence, units)
    vouched = vouchers(evidence)
    old, new = _parted(units, until)
    past, found, active = Past(), [], list[int]()
    for unit in old:
        past.learn(unit)
        found.append(Weighed(unit, Side.BUSINESS, 0.0, (), established=True))
        _note(active, unit)
    for unit in new:
        known_source = unit.source in past.sources
        told = signals(
            unit,
            past,
            since=evidence.known_since,
            active=active,
            vouchers=() if known_source else vouched.get(unit.source, ()),
        )
        strange = frozenset(novel(unit, past)) | frozenset(rare(unit, past))
        one = _sided(Weighed(unit, Side.UNCLEAR, 0.0, tuple(told), novel=strange), past)
        one = _marked(one, marks)
        found.append(one)
        if one.side is Side.BUSINESS:
            past.learn(unit)
        _note(active, unit)
    found = [one if one.marked else _marked(one, marks) for one in _associated(found)]
    return tuple(sorted(found, key=lambda one: one.unit.first))


def _established_until(evidence: Evidence, units: list[Unit]) -> int:
    """Until when what is first seen is the past. It begins with what is known, or with the key.

    Where the key was used only later, it begins there, if it has been used regularly for long since: a key
    that somebody takes up after it lay idle has no past yet.
    """
    end = int(evidence.window.end.timestamp())
    began = max(evidence.known_since, evidence.key.created or 0)
    until = began + _slack(end - began)
    first = min((unit.first for unit in units if not unit.console), default=until)
    if first <= until or end - first < _LONG_USE:
        return until
    later = first + _slack(end - first)
    early = [unit for unit in units if not unit.console and unit.first <= later]
    days = {day for unit in early for day in unit.days}
    return later if len(days) >= _REGULAR else until


def _slack(known: int) -> int:
    return int(min(_SLACK, max(0, known) * _SHARE))


def _parted(units: list[Unit], until: int) -> tuple[list[Unit], list[Unit]]:
    """Those of the past, and those that came later: new sources, new user agents at old ones."""
    old: list[Unit] = []
    new = [unit for unit in units if unit.first > until]
    early = [unit for unit in units if unit.first <= until]
    known = {family(cell.agent) for unit in early for cell in unit.cells if cell.first <= until}
    for unit in early:
        kept = tuple(cell for cell in unit.cells if family(cell.agent) in known)
        old.append(replace(unit, cells=kept))
        for name in sorted({family(cell.agent) for cell in unit.cells} - known):
            cells = tuple(cell for cell in unit.cells if family(cell.agent) == name)
            new.append(Unit(unit.source, unit.console, cells, agent=name))
    return old, sorted(new, key=lambda unit: (unit.first, unit.source))


def _note(active: list[int], unit: Unit) -> None:
    """When the key was used: the ends of each hour's calls. The console is no use of the key."""
    if unit.console:
        return
    for cell in unit.cells:
        insort(active, cell.first)
        insort(active, cell.last)


def _sided(one: Weighed, past: Past) -> Weighed:
    points = sum(signal.points for signal in one.signals)
    side = Side.INTRUDER if points >= HOSTILE else Side.BUSINESS if points <= CLEAR else Side.UNCLEAR
    if side is Side.BUSINESS and not past.known and not one.unit.console:
        side = Side.UNCLEAR
    return replace(one, points=points, side=side)


def _marked(one: Weighed, marks: Marks) -> Weighed:
    """The responder's word: on the source, on an identity, or on operations, as far as all calls have it."""
    stances = {
        marks.stance_of(
            source=one.unit.source,
            operation=ram_action(cell.service, cell.operation).name,
            identities=(cell.who.name, cell.who.key_id),
        )
        for cell in one.unit.cells
    }
    if Stance.HOSTILE in stances and not one.established:
        told = Signal("marked", 99.0, "marked hostile by the responder")
        return replace(one, side=Side.INTRUDER, points=99.0, signals=(told, *one.signals), marked=True)
    if marks.stance_of_source(one.unit.source) is Stance.HOSTILE:
        told = Signal("marked", 99.0, "marked hostile by the responder")
        return replace(one, side=Side.INTRUDER, points=99.0, signals=(told, *one.signals), marked=True)
    if stances == {Stance.TRUSTED}:
        told = Signal("marked", -99.0, "marked trusted by the responder")
        return replace(one, side=Side.BUSINESS, points=-99.0, signals=(told, *one.signals), marked=True)
    return one


def _associated(found: list[Weighed]) -> list[Weighed]:
    """Sources that share with an intruder's what the business does not have are the intruder's, too."""
    while True:
        hostile = [one for one in found if one.side is Side.INTRUDER]
        changed = False
        for at, one in enumerate(found):
            if one.side is Side.INTRUDER or one.established or one.points <= _ASSOCIATED:
                continue
            if one.marked or any(signal.id == "vouched" for signal in one.signals):
                continue
            if said := next((said for other in hostile if (said := _shares(one, other, found))), ""):
                told = Signal("associated", HOSTILE - one.points, said)
                found[at] = replace(one, side=Side.INTRUDER, points=HOSTILE, signals=(told, *one.signals))
                changed = True
        if not changed:
            return found


def _shares(one: Weighed, other: Weighed, found: list[Weighed]) -> str:
    """What two units have in common that no unit of the business has."""
    ours = [held.unit for held in found if held.side is Side.BUSINESS]
    nets = {net_of(unit.source) for unit in ours}
    where = other.unit.source
    if net_of(one.unit.source) == net_of(where) and net_of(where) not in nets:
        return f"in one network with {where}, which is an intruder's"
    agents = {agent for unit in ours for agent in unit.agents}
    if (one.unit.agents & other.unit.agents) - agents:
        return f"calls with the very user agent of {where}, which is an intruder's and nobody else's"
    if common := (one.novel & other.novel):
        return f"calls, like {where}, what the business does not do: {', '.join(sorted(common)[:3])}"
    return ""
