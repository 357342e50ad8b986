"""One judgement for all who ask: evidence, sources weighed, an intruder's acts and heirs followed."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field

from queries.attribution.descent import Made, made_by
from queries.attribution.judging import weigh
from queries.attribution.units import is_provider
from queries.attribution.values import Side, Weighed
from queries.attribution.vouching import vouching
from queries.base import Asking, Gap
from queries.evidence.catalogues import family
from queries.evidence.dataplane import data_acts
from queries.evidence.gathering import gather
from queries.evidence.teller import Teller
from queries.evidence.values import Act, Evidence
from queries.usage.values import By

_ROUNDS = 6
_KEPT = "judged"
_MOST_DATA_KEYS = 6


@dataclass(frozen=True)
class Judged:
    """What findings and the verdict are made from."""

    evidence: Evidence
    units: tuple[Weighed, ...]
    hostile: tuple[Act, ...]
    """An intruder's acts, in order of time."""
    unclear: tuple[Act, ...]
    made: tuple[Made, ...]
    others: tuple["Other", ...]
    gaps: tuple[Gap, ...]

    def of(self, side: Side) -> tuple[Weighed, ...]:
        return tuple(one for one in self.units if one.side is side)


@dataclass(frozen=True)
class Other:
    """Another identity that is hit: what the intruder made, or was seen to hold as well."""

    kind: str
    """user, key, logon, role, token, seen."""
    name: str
    why: str
    acts: tuple[Act, ...]
    until: int | None = None


async def judged(asking: Asking) -> Judged:
    """The judgement, made once however many ask."""
    task = asking.kept.get(_KEPT)
    if task is None or task.cancelled() or (task.done() and task.exception() is not None):
        task = asking.kept[_KEPT] = asyncio.create_task(_judge(asking), name="judgement")
    found: Judged = await asyncio.shield(task)
    return found


def judged_already(asking: Asking) -> Judged | None:
    """The judgement if it was made already; nothing is asked for it."""
    task = asking.kept.get(_KEPT)
    if task is None or not task.done() or task.cancelled() or task.exception() is not None:
        return None
    found: Judged = task.result()
    return found


async def _judge(asking: Asking) -> Judged:
    def suspicious(evidence: Evidence) -> Iterable[str]:
        """Sources of which it is not plain that they are the business's."""
        return (
            one.unit.source
            for one in weigh(evidence, asking.marks)
            if one.side is not Side.BUSINESS and not one.established
        )

    gathered = await gather(asking, suspicious)
    units = weigh(gathered.evidence, asking.marks)
    trace = Trace(asking, gathered.teller, gathered.evidence, units)
    await trace.follow()
    return trace.judged()


@dataclass
class Trace:
    """An intruder's acts: from the hostile sources to what was made there and what that made in turn."""

    asking: Asking | None
    """None where no cloud is asked: then the logs of the data plane are not."""
    teller: Teller
    evidence: Evidence
    units: tuple[Weighed, ...]
    acts: dict[str, Act] = field(default_factory=dict)
    unclear: dict[str, Act] = field(default_factory=dict)
    made: dict[tuple[str, str], Made] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    seen: dict[str, str] = field(default_factory=dict)
    """Other identities seen at an intruder's sources: name or key to why."""
    _asked: set[tuple[str, str]] = field(default_factory=set)

    async def follow(self) -> None:
        hostile = [one for one in self.units if one.side is Side.INTRUDER]
        unclear = [one for one in self.units if one.side is Side.UNCLEAR]
        await self._at(hostile, self.acts)
        await self._at(unclear, self.unclear)
        for _ in range(_ROUNDS):
            before = len(self.acts)
            for one in made_by(self.acts.values()):
                self.made.setdefault((one.kind, one.name), one)
            await self._heirs()
            await self._new_sources()
            if len(self.acts) == before:
                break
        await self._data(hostile)

    async def _at(self, units: list[Weighed], into: dict[str, Act]) -> None:
        """What was done at the sources of these units, by the key and by others who came with it."""
        sources = [one.unit.source for one in units]
        if not sources:
            return
        self._asked |= {("ip", source) for source in sources}
        got = await self.teller.acts("ip", sources)
        self.gaps += got.gaps
        for act in got.items:
            if self._of_units(act, units) or (into is self.acts and self._came_along(act, units)):
                into[act.id] = act

    def _of_units(self, act: Act, units: list[Weighed]) -> bool:
        """Whether it is the key's, its user's or its sessions' act at one of the units."""
        console = act.who.kind is By.CONSOLE
        ours = act.who.key_id in self._own_ids or (console and act.who.name == self.evidence.key.owner)
        return ours and any(one.unit.holds(act) for one in units)

    @property
    def _own_ids(self) -> frozenset[str]:
        found = frozenset(cell.who.key_id for cell in self.evidence.own if cell.who.key_id)
        return found | {self.evidence.key.id}

    def _came_along(self, act: Act, units: list[Weighed]) -> bool:
        """Whether somebody else's act is the intruder's: first seen there with them, not at usual work."""
        if act.who.kind is By.OTHER or is_provider(act.source) or act.who.key_id in self._own_ids:
            return False
        if act.who.name == self.evidence.key.owner and act.who.kind is By.CONSOLE:
            return False
        if act.who.name in vouching(self.evidence).get(act.source, ()):
            return False
        for one in units:
            unit = one.unit
            if unit.source != act.source or act.at < unit.first - 86_400:
                continue
            if not unit.agent or family(act.agent) == unit.agent:
                return True
        return False

    async def _heirs(self) -> None:
        """Ask for the calls of what was made: by user, by key or token, by role."""
        for one in list(self.made.values()):
            by = {"user": "user", "logon": "user", "role": "role"}.get(one.kind, "key")
            if (one.kind, one.name) in self._asked:
                continue
            self._asked.add((one.kind, one.name))
            got = await self.teller.acts(by, [one.name])
            self.gaps += got.gaps
            self.acts.update({act.id: act for act in got.items if self._inherits(act, one)})

    def _inherits(self, act: Act, one: Made) -> bool:
        if act.at < one.at - 5:
            return False
        if one.kind == "logon":
            return act.who.kind is By.CONSOLE
        return one.kind != "role" or act.who.kind is By.SESSION

    async def _new_sources(self) -> None:
        """Where the heirs call from: who else calls from there, that nobody knew there before?"""
        known = {one.unit.source for one in self.units if one.side is Side.BUSINESS}
        fresh: dict[str, int] = {}
        for act in self.acts.values():
            if act.is_event and not is_provider(act.source) and ("ip", act.source) not in self._asked:
                fresh[act.source] = min(fresh.get(act.source, act.at), act.at)
        fresh = {source: at for source, at in fresh.items() if source not in known}
        if not fresh:
            return
        self._asked |= {("ip", source) for source in fresh}
        got = await self.teller.acts("ip", fresh)
        self.gaps += got.gaps
        strangers: dict[tuple[str, str], list[Act]] = {}
        for act in got.items:
            if act.id not in self.acts and act.who.kind is not By.OTHER:
                strangers.setdefault((act.source, act.who.name), []).append(act)
        for (source, _), acts in strangers.items():
            if min(act.at for act in acts) >= fresh[source]:
                self.acts.update({act.id: act for act in acts})

    async def _data(self, hostile: list[Weighed]) -> None:
        """Requests to objects and logs from the hostile sources, and by keys and tokens that were made."""
        if self.asking is None:
            return
        sources = [
            one.unit.source for one in hostile if any(c.origin in ("oss", "sls") for c in one.unit.cells)
        ]
        owner = self.evidence.key.owner
        if sources:
            acts, gaps = await data_acts(self.asking, self.evidence.key.id, owner, sources)
            self.acts.update({act.id: act for act in acts})
            self.gaps += gaps
        in_order = sorted(self.acts.values(), key=lambda act: (act.at, act.id))
        others = {act.who.key_id: act.who.name for act in in_order if act.is_event and act.who.key_id}
        others.pop(self.evidence.key.id, None)
        for key_id, name in list(others.items())[:_MOST_DATA_KEYS]:
            mine = {act.source for act in self.acts.values() if act.is_event and act.who.key_id == key_id}
            made = ("key", key_id) in self.made or key_id.startswith("STS.")
            acts, gaps = await data_acts(self.asking, key_id, name, () if made else sorted(mine))
            self.acts.update({act.id: act for act in acts})
            self.gaps += gaps

    def judged(self) -> Judged:
        hostile = tuple(sorted(self.acts.values(), key=lambda act: (act.at, act.id)))
        unclear = tuple(
            sorted(
                (a for a in self.unclear.values() if a.id not in self.acts), key=lambda act: (act.at, act.id)
            )
        )
        made = tuple(sorted(self.made.values(), key=lambda one: (one.at, one.kind, one.name)))
        gaps = tuple(dict.fromkeys((*self.evidence.gaps, *self.gaps)))
        return Judged(self.evidence, self.units, hostile, unclear, made, self._others(hostile, made), gaps)

    def _others(self, hostile: tuple[Act, ...], made: tuple[Made, ...]) -> tuple[Other, ...]:
        """All identities beside the key that the intruder calls as, or could."""
        found: list[Other] = []
        named: set[str] = {self.evidence.key.id}
        for one in made:
            acts = tuple(act for act in hostile if one.name in (act.who.key_id, act.who.name, _role(act)))
            why = f"{one.about}: by {one.by}"
            found.append(Other(one.kind, one.name, why, acts, one.until))
            named.add(one.name)
        users = {name for kind, name in self.made if kind in ("user", "logon")}
        roles = {name for kind, name in self.made if kind == "role"}
        seen: dict[str, list[Act]] = {}
        for act in hostile:
            known = act.who.key_id in named or act.who.name in users or _role(act) in roles
            if act.who.key_id and not known:
                seen.setdefault(act.who.key_id, []).append(act)
        for key_id, theirs in seen.items():
            why = f"key or token of {theirs[0].who.name}, used from where the intruder calls"
            found.append(Other("seen", key_id, why, tuple(theirs)))
        return tuple(found)


def _role(act: Act) -> str:
    return act.who.name.partition(":")[0] if act.who.kind is By.SESSION else ""
