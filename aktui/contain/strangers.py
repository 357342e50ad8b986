"""Instances that the key, or whom it made, started: the only ones that containment may stop or release."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aktui.case.marks import Stance
from aktui.contain.ground import Ground
from aktui.models import Window
from queries.asking.reading import ident, moment
from queries.base import Gap
from queries.charges.started import Started, look_at, started
from queries.charges.tracing import TRACE_NEEDS, trace
from queries.inquiry import Inquiry

DAYS = 90
"""So far back events tell who made an instance."""
NEEDS = (*TRACE_NEEDS, "ecs:DescribeInstances")
_MINUTES = timedelta(minutes=10)
"""How far the time that ECS tells may lie from that of the event."""


@dataclass(frozen=True)
class Stranger:
    """An instance that is there, and the event that made it."""

    made: Started
    status: str
    type: str
    protected: bool

    @property
    def value(self) -> str:
        """As parameters name it."""
        return f"{self.made.region}/{self.made.id}"

    @property
    def source(self) -> str:
        return self.made.act.source_ip

    @property
    def label(self) -> str:
        act = self.made.act
        made = f"made {act.at:%Y-%m-%d %H:%M} UTC from {act.source_ip} by {act.by}"
        return f"{self.type or 'instance'}, {self.status}, {made}"


@dataclass(frozen=True)
class Strangers:
    """What there is, what was spared, and what could not be told."""

    found: tuple[Stranger, ...]
    spared: tuple[str, ...]
    """Why some instances are not offered, a sentence each."""
    gaps: tuple[Gap, ...]


async def strangers(ground: Ground) -> Strangers:
    """Looks at the events of 90 days and at the instances they made."""
    now = ground.cloud.now()
    inquiry = Inquiry(ground.cloud, ground.key_id, Window(now - timedelta(days=DAYS), now))
    try:
        asking = inquiry.asking({})
        traced = await trace(asking)
        made = started(traced.acts())
        known = await look_at(asking, made)
    finally:
        await inquiry.aclose()
    found, spared = list[Stranger](), list[str]()
    for one in made:
        entry = known.instances.get(one.id)
        if entry is None:
            continue
        why = _why_not(ground, one, moment(entry.get("CreationTime")))
        if why:
            spared.append(f"{one.region}/{one.id} is left out: {why}.")
            continue
        kind = ident(entry.get("InstanceType")) or one.type
        found.append(Stranger(one, ident(entry.get("Status")), kind, entry.get("DeletionProtection") is True))
    return Strangers(tuple(found), tuple(spared), (*traced.gaps, *known.gaps))


def _why_not(ground: Ground, one: Started, created: datetime | None) -> str:
    """Why an instance is not to be touched; empty when it is a stranger's."""
    stance = ground.marks.stance_of(
        source=one.act.source_ip, operation=f"ecs:{one.act.event}", identities=(one.act.who,)
    )
    if stance is Stance.TRUSTED:
        return f"its start from {one.act.source_ip} is marked as trusted"
    if created is None:
        return "ECS does not tell when it was made"
    if not one.act.at - _MINUTES <= created <= one.act.at + _MINUTES:
        return f"it was made at {created:%Y-%m-%d %H:%M} UTC, not by the event that names it"
    return ""


def chosen(known: Iterable[Stranger], asked: str) -> tuple[list[Stranger], list[str]]:
    """The instances of a parameter (`region/id`s, addresses they were started from); and what is none."""
    every = list(known)
    picked: dict[str, Stranger] = {}
    unknown: list[str] = []
    for name in (part.strip() for part in asked.split(",") if part.strip()):
        mine = [one for one in every if name in (one.value, one.source)]
        picked |= {one.value: one for one in mine}
        if not mine:
            unknown.append(name)
    return list(picked.values()), unknown
