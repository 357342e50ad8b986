"""The run of a sweep: the bulk sources side by side, then user by user, those of leaked keys first.

What an earlier run has told is not asked again; what it could not get is. A source that says no three times
and never yes is asked no more: the account denies it, and a thousand more refusals would only take time.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from aktui.errors import AktuiError, CloudError
from aktui.models import Reply
from queries.asking.reading import flag, ident, listed, moment, text
from queries.asking.together import both, settled
from queries.base import Asking, Gap, Status
from queries.owners.holder import own_root_keys
from queries.sweep import bulk
from queries.sweep.declared import SOURCES
from queries.sweep.doors import Door, conclude, left_off
from queries.sweep.known import (
    KEYS,
    LEAKS,
    POWERS,
    REPORT,
    TRAIL,
    USERS,
    USES,
    Key,
    Known,
    Person,
    Reported,
    Source,
    Use,
)
from queries.sweep.lastuse import last_use, root_ids
from queries.sweep.powers import power_of

AT_ONCE = 32
"""Users at once: enough to keep every API at its limit; the transport keeps the limits."""
OLD_NEWS = timedelta(hours=1)
"""What tells of all keys at once costs little, so that it is asked again when it is older than this."""
JUST_NOW = timedelta(minutes=15)
"""A report this young shows who has no key at all."""
_MOST_ROOT_IDS = 5
_USE_FIELDS = {"AccountType", "OwnerId", "ServiceName", "UsedTimestamp"}

Told = Callable[[], None]


class Sweep:
    """One run; `known` grows while it goes on, and `tell` is called whenever there is something new."""

    def __init__(self, asking: Asking, known: Known, tell: Told = lambda: None) -> None:
        self.asking = asking
        self.known = known
        self.done = 0
        """Users of which everything was asked."""
        self.settled: list[Person] = []
        """Users of which everything is known by now; whoever takes them takes them out."""
        self._tell = tell
        self._doors = {name: Door() for name in (KEYS, POWERS, USES)}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def run(self) -> None:
        """To the end, or as far as the cloud lets it. Raises what is no answer of the cloud: CaseError, …"""
        known, now = self.known, self.asking.cloud.now()
        known.begun, known.ended = known.begun or now, False
        for name in SOURCES:
            self._renew(known.source(name), name, now)
        try:
            await self._all()
        except BaseException:
            left_off(known, self.done)
            raise
        finally:
            for task in self._tasks.values():
                task.cancel()
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        for name in (KEYS, POWERS, USES):
            known.source(name).at = self.asking.cloud.now()
        conclude(known, self._doors)
        known.ended, known.updated = True, self.asking.cloud.now()
        self._tell()

    def _renew(self, source: Source, name: str, now: datetime) -> None:
        old = source.at is None or now - source.at > OLD_NEWS
        source.asked = source.failed = 0
        if not source.complete or old or name in (KEYS, POWERS, USES):
            source.status, source.detail, source.call, source.missing = Status.RUNNING.value, "", "", ""

    async def _all(self) -> None:
        asks = {USERS: bulk.users, REPORT: bulk.report, LEAKS: bulk.leaks, TRAIL: bulk.trail}
        for name, ask in asks.items():
            self._tasks[name] = asyncio.create_task(self._bulk(name, ask), name=f"sweep {name}")
        await asyncio.gather(*(self._tasks[name] for name in (USERS, REPORT, LEAKS)))
        await self._root()
        if not self.known.source(USERS).complete:
            self._people_of_report()
        left = deque(self._ordered())
        workers = [asyncio.create_task(self._work(left), name="sweep users") for _ in range(AT_ONCE)]
        try:
            await asyncio.gather(*workers, self._tasks[TRAIL])
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _bulk(self, name: str, ask: Callable[[Asking, Known], Awaitable[None]]) -> None:
        source = self.known.source(name)
        if not source.complete:
            try:
                await ask(self.asking, self.known)
            except CloudError as error:
                source.failed_with(Gap.of(error, SOURCES[name].title))
            self._tell()

    async def _root(self) -> None:
        """Root's keys with their ids, when root asks."""
        own = await settled(own_root_keys(self.asking))
        if isinstance(own, list):
            self.known.root_keys = tuple(map(_key, own))
        elif isinstance(own, AktuiError) and not isinstance(own, CloudError):
            raise own
        elif self.known.root is not None and len(self.known.root.slots) > 1:
            # Their last uses tell which of the report's lines they are.
            named = root_ids(self.known)[:_MOST_ROOT_IDS]
            await both(*(self._use(Key(one, None, None)) for one in named if one not in self.known.uses))

    def _people_of_report(self) -> None:
        """The report names the users, too."""
        for principal in self.known.reported:
            self.known.people.setdefault(principal, Person(principal, bulk.name_of(principal)))

    def _ordered(self) -> list[Person]:
        """Owners of leaked keys first, then who has the most active keys."""
        leaked = {leak.owner for leak in self.known.leaks if leak.owner}

        def worth(person: Person) -> tuple[bool, int, str]:
            slots = self._reported(person).slots
            return person.name not in leaked, -sum(slot.active is not False for slot in slots), person.name

        return sorted(self.known.people.values(), key=worth)

    def _reported(self, person: Person) -> Reported:
        return self.known.reported.get(person.principal) or Reported()

    # User by user

    async def _work(self, left: "deque[Person]") -> None:
        while left:
            person = left.popleft()
            await self._person(person)
            self.done += 1
            self.settled.append(person)
            self.known.updated = self.asking.cloud.now()
            self._tell()

    async def _person(self, person: Person) -> None:
        """Its keys and, once it is clear that it has some, what it may do; then what is left in doubt."""
        if self._keyless(person):
            person.keys, person.keys_at = (), self.known.source(REPORT).at
        elif self._reported(person).slots:
            await both(self._keys(person), self._power(person))
        else:
            await self._keys(person)
            if person.keys:
                await self._power(person)
        await asyncio.shield(self._tasks[TRAIL])
        await both(*(self._use(key) for key in person.keys if self._in_doubt(person, key)))

    def _keyless(self, person: Person) -> bool:
        """The report was made just now and has no key of the user."""
        source, begun = self.known.source(REPORT), self.known.begun
        reported = self.known.reported.get(person.principal)
        if person.listed or reported is None or source.at is None or begun is None:
            return False
        return source.complete and begun - source.at < JUST_NOW and not reported.slots

    async def _keys(self, person: Person) -> None:
        if person.listed and not person.doubt:
            return
        reply, why = await self._ask(
            KEYS, "ims", "ListAccessKeys", ("AccessKeys", "AccessKey"), UserPrincipalName=person.principal
        )
        person.doubt = why
        if reply is not None:
            person.keys = tuple(map(_key, listed(reply, "ims:ListAccessKeys", "AccessKeys", "AccessKey")))
            person.keys_at = self.asking.cloud.now()

    async def _ask(
        self, name: str, product: str, action: str, path: tuple[str, ...] = (), **params: str
    ) -> tuple[Reply | None, str]:
        """The answer, or why there is none. Raises what is no answer of the cloud."""
        door, source = self._doors[name], self.known.source(name)
        if door.shut and door.error is not None:
            return None, door.error.message
        source.asked += 1
        try:
            reply = await self.asking.cloud.call(product, action, **params)
            if path:
                listed(reply, f"{product}:{action}", *path)
        except CloudError as error:
            door.heard(error)
            return None, error.message
        door.heard(None)
        return reply, ""

    async def _power(self, person: Person) -> None:
        door, source = self._doors[POWERS], self.known.source(POWERS)
        if door.shut or (person.power is not None and not person.power.doubt):
            return
        source.asked += 1
        person.power, error, answered = await power_of(self.asking, person.name)
        if error is not None and not isinstance(error, CloudError):
            raise error
        door.heard(error, answered=answered)

    def _in_doubt(self, person: Person, key: Key) -> bool:
        return not last_use(self.known, self._reported(person), key).told

    async def _use(self, key: Key) -> None:
        reply, why = await self._ask(USES, "actiontrail", "GetAccessKeyLastUsedInfo", AccessKey=key.id)
        body: Any = reply.body if reply is not None else {}
        if body and body.keys() != {"RequestId"} and not body.keys() & _USE_FIELDS:
            why = "The answer has nothing of what it should have."
        used = moment(body.get("UsedTimestamp"))
        self.known.uses[key.id] = Use(used, text(body.get("ServiceName")), self.asking.cloud.now(), why)


def _key(entry: Any) -> Key:
    status = ident(entry.get("Status")).lower()
    active = {"active": True, "inactive": False}.get(status, flag(status))
    return Key(ident(entry.get("AccessKeyId")), active, moment(entry.get("CreateDate")))
