"""What the key set going: events with the things they name, by the key and by whom it made.

A charge is joined by the ids of what is charged. The key's own events tell most; role sessions and users it
made act under other ids, so their events are looked up too, and the few operations that begin a cost by name.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from queries.asking.reading import Record, ident, moment, nested, record, text
from queries.asking.together import together
from queries.base import Asking, Gap, Page, Result, Row, Status
from queries.charges.vocabulary import services
from queries.trail import lookup
from queries.trail.happening import identity, key_of

TRACE_CALLS = lookup.LOOKUP_CALLS
TRACE_NEEDS = lookup.LOOKUP_NEEDS
BY_KEY = "the key"
_BY_NAME = ("RunInstances", "CreateInstance", "CreateUser", "CreateAccessKey")
"""Looked up by name, whoever made them: a busy key's own list may be cut off before them."""
_LIMIT = 1000
_MOST_MADE = 8
"""Users made with the key whose events are looked up."""
_DEEPEST = 6
_MOST_IDS = 500


@dataclass(frozen=True)
class Act:
    """A call that succeeded: who made it, and what it names."""

    at: datetime
    by: str
    """`the key`, `role session … of the key`, `user … made with the key`, or empty for anybody else."""
    who: str
    """User or role session, as the event has it."""
    service: str
    event: str
    region: str
    event_id: str
    source_ip: str
    ids: frozenset[str]
    raw: Record

    @property
    def begins_cost(self) -> bool:
        return self.event in services().begins.get(self.service, ())


@dataclass
class Trace:
    """The acts found, and what could not be read."""

    key_id: str
    tokens: dict[str, str] = field(default_factory=dict)
    """Token of a role session that the key opened: its name."""
    users: set[str] = field(default_factory=set)
    """Users made with the key."""
    keys: dict[str, str] = field(default_factory=dict)
    """Keys made with it: whose they are."""
    events: dict[str, Record] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    cut_off: list[Gap] = field(default_factory=list)
    """Lists of events that go on: what is looked up by name is not in need of them."""

    def hear(self, events: Iterable[Record]) -> None:
        for event in events:
            self.events.setdefault(ident(event.get("eventId")) or f"{len(self.events)}", event)

    def learn(self) -> list[str]:
        """Users and keys that the key, or what it made, has made; gives the users that are new."""
        fresh: list[str] = []
        for event in self._oldest_first():
            if text(event.get("errorCode")) or not self.by(event):
                continue
            if event.get("eventName") == "CreateUser" and (name := _asked(event, "UserName")):
                if name not in self.users:
                    fresh.append(name)
                self.users.add(name)
            if event.get("eventName") == "CreateAccessKey":
                answer = nested(event.get("responseElements"))
                made = ident(record(answer.get("AccessKey")).get("AccessKeyId"))
                if made:
                    self.keys[made] = _asked(event, "UserName") or "a user"
        return fresh

    def _oldest_first(self) -> list[Record]:
        return sorted(self.events.values(), key=lambda event: text(event.get("eventTime")))

    def by(self, event: Record) -> str:
        """Whether the key stands behind an event, and how; empty when it does not."""
        key, name = key_of(event), ident(identity(event).get("userName"))
        if key == self.key_id:
            return BY_KEY
        if key in self.tokens:
            return f"role session {self.tokens[key]} of the key"
        if key in self.keys:
            return f"a key of {self.keys[key]}, made with the key"
        return f"user {name}, made with the key" if name in self.users else ""

    def acts(self) -> list[Act]:
        """All that succeeded and changed something, oldest first."""
        found = (act(event, self.by(event)) for event in self._oldest_first())
        return [one for one in found if one is not None]


def act(event: Record, by: str) -> Act | None:
    """An event as an act; None for one that was refused, only read, or has no time."""
    at = moment(event.get("eventTime"))
    if at is None or text(event.get("errorCode")) or text(event.get("eventRW")) == "Read":
        return None
    return Act(
        at,
        by,
        ident(identity(event).get("userName")),
        ident(event.get("serviceName")),
        ident(event.get("eventName")),
        ident(event.get("acsRegion")),
        ident(event.get("eventId")),
        ident(event.get("sourceIpAddress")),
        frozenset(_ids(event)),
        event,
    )


async def trace(asking: Asking, regions: Iterable[str] = ()) -> Trace:
    """The acts of the key and of whom it made; `regions` are looked at beside those it is known to use."""
    found = Trace(asking.key_id)
    for query_id in ("recent-events", "role-sessions"):
        result: Result = await asking.ask(query_id)
        found.gaps += [gap for gap in result.gaps if gap.status is not Status.PARTIAL]
        found.cut_off += [gap for gap in result.gaps if gap.status is Status.PARTIAL]
        found.hear(row.raw for row in result.rows)
        found.tokens |= {row.values["token"]: row.values["session"] for row in _sessions(result)}
    await _read(asking, found, regions, [{"EventName": name} for name in _BY_NAME])
    fresh = found.learn()
    for _ in range(2):
        if not fresh:
            break
        await _read(asking, found, (), [{"User": name} for name in fresh[:_MOST_MADE]])
        fresh = found.learn()
    found.gaps = list(dict.fromkeys(gap for gap in found.gaps if gap.status is not Status.NOT_COVERED))
    return found


def _sessions(result: Result) -> Iterator[Row]:
    return (row for row in result.rows if row.values.get("token"))


async def _read(asking: Asking, found: Trace, regions: Iterable[str], wheres: list[dict[str, str]]) -> None:
    """Look events up, in the usual regions and in those named."""
    asked = [replace(asking, params={})]
    if extra := ",".join(sorted(set(regions))):
        asked.append(replace(asking, params={"regions": extra}))
    for one in asked:
        plan = lookup.Plan.of(one, _LIMIT)
        sources: list[AsyncIterator[Page]] = [
            lookup.everywhere(plan, where, lambda event: Row({}, event)) for where in wheres
        ]
        async for page in together(*sources, at_once=4):
            found.gaps += page.gaps
            found.hear(row.raw for row in page.rows)


def _asked(event: Record, name: str) -> str:
    asked = record(event.get("requestParameters")) or nested(event.get("requestParameterJson"))
    return ident(asked.get(name))


def _ids(event: Record) -> Iterator[str]:
    """What an event names: its resources, and every text in its answer."""
    yield from (part for part in ident(event.get("resourceName")).split(";") if part)
    yield from _texts(event.get("referencedResources"), _DEEPEST)
    answer = event.get("responseElements")
    yield from _texts(answer if isinstance(answer, dict) else nested(answer), _DEEPEST)


def _texts(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if 3 < len(value) <= 128:
            yield value
    elif depth and isinstance(value, dict | list):
        inside = list(value.values()) if isinstance(value, dict) else value
        for item in inside[:_MOST_IDS]:
            yield from _texts(item, depth - 1)
