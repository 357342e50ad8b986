"""Each source weighed: the business's, an intruder's, or unclear; marks have the last word."""

from dataclasses import replace

from aktui.case.marks import Marks, Stance
from queries.attribution.parting import part
from queries.attribution.scale import HOSTILE, Scale, fleets
from queries.attribution.units import net_of
from queries.attribution.values import Side, Weighed
from queries.attribution.vouching import vouchers, vouching
from queries.attribution.weighing import Signal
from queries.evidence.values import Evidence
from queries.usage.ramactions import ram_action

_ASSOCIATED = 0.5


def weigh(evidence: Evidence, marks: Marks) -> tuple[Weighed, ...]:
    """All units in the order in which they were first seen."""
    parted = part(evidence)
    scale = Scale(evidence, vouchers(evidence), vouching(evidence), fleets(parted.new))
    for one in parted.past:
        scale.learn(one)
    found = list(parted.past)
    for unit in parted.new:
        one = scale.weighed(unit)
        if one.side is Side.INTRUDER and id(unit) in parted.habitual:
            one = replace(one, side=Side.UNCLEAR)
        one = _marked(one, marks)
        found.append(one)
        scale.learn(one)
    found = [one if one.marked else _marked(scale.again(one), marks) for one in found]
    found = [one if one.marked else _marked(one, marks) for one in _associated(found)]
    return tuple(sorted(found, key=lambda one: (one.unit.first, one.unit.source, one.unit.console)))


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
    if not ours:
        # Nothing is known of the business that they could do without.
        return ""
    agents = {agent for unit in ours for agent in unit.agents}
    if (one.unit.agents & other.unit.agents) - agents:
        return f"calls with the very user agent of {where}, which is an intruder's and nobody else's"
    done = {name for unit in ours for name in unit.operations}
    if common := (one.novel & other.novel) - done:
        return f"calls, like {where}, what the business does not do: {', '.join(sorted(common)[:3])}"
    return ""
