"""Known sources that turn: what they did of a sudden that they never did before, all at once.

Somebody who has the machine that holds the key calls from a known place with a known tool. What is left
to tell them by is the work. One new operation is a program that has grown, and a few are a change that
somebody ordered; to look around widely and to open doors within an hour, where neither was ever done, is
neither.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from queries.attribution.units import Unit
from queries.attribution.weighing import DOORS
from queries.evidence.catalogues import danger_of
from queries.evidence.values import HOUR, Cell

_LOOKS = 4
"""So many operations new to the key within the hour look around; and at least one opens a door."""
_HABIT = 4
"""Who brings operations new to the key on so many days works by hand: then it is not clear."""


@dataclass(frozen=True)
class Turn:
    """The part of a known unit that is not like it."""

    rest: Unit
    turned: Unit
    habitual: bool


def turned(unit: Unit, until: int, known: frozenset[str]) -> Turn | None:
    """The first turn of a unit after `until`; `known` are the operations of the past."""
    fresh = sorted(
        (cell for cell in unit.cells if cell.first > until and cell.name not in known),
        key=lambda cell: cell.first,
    )
    for at, cell in enumerate(fresh):
        hour = [one for one in fresh[at:] if one.first - cell.first <= HOUR]
        if not _is_turn(hour):
            continue
        names = frozenset(one.name for one in hour)
        theirs = tuple(one for one in fresh[at:] if one.name in names)
        taken = set(map(id, theirs))
        rest = tuple(one for one in unit.cells if id(one) not in taken)
        days = {one.first // (24 * HOUR) for one in fresh[:at]}
        if not rest:
            return None
        return Turn(
            Unit(unit.source, unit.console, rest, unit.agent),
            Unit(unit.source, unit.console, theirs, unit.agent, names),
            len(days) >= _HABIT,
        )
    return None


def _is_turn(cells: Iterable[Cell]) -> bool:
    names = {(cell.service, cell.operation) for cell in cells}
    kinds = [danger.kind for name in names if (danger := danger_of(*name)) is not None]
    doors = any(kind in DOORS for kind in kinds)
    return doors and kinds.count("recon") >= _LOOKS
