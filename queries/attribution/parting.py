"""Where a key's past ends and what is new begins."""

from dataclasses import dataclass, replace

from queries.attribution.scale import HOSTILE, RAID
from queries.attribution.turning import turned
from queries.attribution.units import Unit, units_of
from queries.attribution.values import Side, Weighed
from queries.attribution.weighing import DAY, IDLE, Signal, plain
from queries.evidence.catalogues import family
from queries.evidence.values import Evidence

_SLACK, _SHARE = 10 * DAY, 0.2
"""A source is part of the past when it was seen this early, or this early a part of what is known."""
_LONG_USE, _REGULAR, _SELDOM = 60 * DAY, 10, 3
"""What has been done for so long, on so many days, is what the key is for; so is what comes back from one
source for so long, on a few."""
_FEW_DAYS = 5
"""A source used on fewer days is looked at for what it is, however early it was."""


@dataclass(frozen=True)
class Parted:
    """The units of the past, judged; and the new ones, in the order in which they were first seen."""

    past: tuple[Weighed, ...]
    new: tuple[Unit, ...]
    habitual: frozenset[int]
    """By `id`: the new ones that are turns of a source that brings new operations all the time."""


def part(evidence: Evidence) -> Parted:
    units = units_of(evidence.own)
    until, idle = _established_until(evidence, units)
    old, new = _parted(units, until)
    known = frozenset(cell.name for unit in old for cell in unit.cells if cell.first <= until)
    kept, turns = [], []
    for unit in old:
        turn = None if unit.console else turned(unit, until, known)
        kept.append(turn.rest if turn else unit)
        turns += [turn] if turn else []
    new += [turn.turned for turn in turns]
    return Parted(
        tuple(_established(unit, idle) for unit in kept),
        tuple(sorted(new, key=lambda unit: (unit.first, unit.source))),
        frozenset(id(turn.turned) for turn in turns if turn.habitual),
    )


def _established(unit: Unit, idle: int) -> Weighed:
    """A unit of the past: the business's, unless it was short and looks like a raid."""
    if unit.console:
        return Weighed(unit, Side.BUSINESS, 0.0, (), established=True)
    late = idle >= IDLE
    told = plain(unit) if len(unit.days) < _FEW_DAYS else []
    points = sum(signal.points for signal in told)
    if points < HOSTILE:
        points, told = 0.0, []
    if late:
        said = f"the key lay idle for {idle // DAY} days or longer before it was taken up from here"
        told = [Signal("taken-up", 0.0, said), *told]
    side = Side.BUSINESS if not points else Side.INTRUDER if points >= RAID else Side.UNCLEAR
    return Weighed(unit, side, points, tuple(told), established=side is not Side.INTRUDER)


def _established_until(evidence: Evidence, units: list[Unit]) -> tuple[int, int]:
    """Until when what is first seen is the past, and how long the key lay idle before, seconds.

    The past begins with the first use soon after what is known begins, or the key. If the key was used only
    later, it begins there if it has been used for long since, or if the key had just been made and is used
    regularly and for nothing odd. A key that is taken up after it lay idle has no past yet.
    """
    end = int(evidence.window.end.timestamp())
    began = max(evidence.known_since, evidence.key.created or 0)
    until = began + _slack(end - began)
    first = min((unit.first for unit in units if not unit.console), default=until)
    later = first + _slack(end - first)
    if first <= until:
        return max(until, later), 0
    early = [unit for unit in units if not unit.console and unit.first <= later]
    if end - first < _LONG_USE:
        plainly = first - began < IDLE and all(len(one.days) >= _FEW_DAYS and not plain(one) for one in early)
        return (later if plainly else until), 0
    days = {day for unit in early for day in unit.days}
    lasting = any(unit.last - unit.first >= _LONG_USE and len(unit.days) >= _SELDOM for unit in early)
    return (later, first - began) if lasting or len(days) >= _REGULAR else (until, 0)


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
