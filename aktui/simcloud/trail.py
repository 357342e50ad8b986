"""The account's events, in the vendor's own shape (`LookupEvents`), and the indexes to find them."""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.services import is_global

Event = dict[str, Any]
Moment = tuple[str, str]
"""(eventTime, eventId): where an event stands in the order of time."""

GLOBAL = "global"
"""The `Region` under which events of global services are found, wherever the account stores them."""

LAST_ID = "\U0010ffff"
"""Sorts behind every event id: `(time, LAST_ID)` is behind all events of that second."""

SENSITIVE = frozenset(
    {
        "AddUserToGroup",
        "AttachPolicyToGroup",
        "AttachPolicyToRole",
        "AttachPolicyToUser",
        "BindMFADevice",
        "ConsoleSignin",
        "CreateAccessKey",
        "CreateLoginProfile",
        "CreatePolicy",
        "CreatePolicyVersion",
        "CreateRole",
        "CreateUser",
        "DeleteAccessKey",
        "DeleteBucket",
        "DeleteInstance",
        "DeleteInstances",
        "DeleteLoginProfile",
        "DeletePolicy",
        "DeleteRole",
        "DeleteTrail",
        "DeleteUser",
        "DetachPolicyFromUser",
        "PutBucketAcl",
        "PutBucketPolicy",
        "RunInstances",
        "SetDefaultPolicyVersion",
        "SetSecurityPreference",
        "StopLogging",
        "UnbindMFADevice",
        "UpdateAccessKey",
        "UpdateLoginProfile",
        "UpdateRole",
        "UpdateTrail",
    }
)
"""Event names that the attribute `SensitiveAction` finds when they succeeded."""


class Trail:
    """Events in order of time.

    `add` keeps order and indexes; whoever loads many uses `extend`. An index is built when it is first
    asked for, once: a lookup afterwards costs a bisection and its own rows.
    """

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._indexes: dict[tuple[str, ...], dict[tuple[str, ...], list[Event]]] = {}
        self.derived: dict[Hashable, Any] = {}
        """For whoever computes something from the events and wants to keep it; emptied by `extend`."""

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def add(self, event: Event) -> None:
        """Put one event in its place, usually the end."""
        insort(self._events, event, key=moment)
        for names, index in self._indexes.items():
            for values in _combinations(event, names):
                insort(index.setdefault(values, []), event, key=moment)

    def extend(self, events: Iterable[Event]) -> None:
        """Put many events in their places; they may come in any order."""
        self._events.extend(events)
        self._events.sort(key=moment)
        self._indexes.clear()
        self.derived.clear()

    def find(self, where: Mapping[str, str]) -> list[Event]:
        """The events with these attributes, oldest first; a live list, not to be changed.

        Attributes: those of `ATTRIBUTES`. Raises KeyError for any other.
        """
        names = tuple(where)
        if names not in self._indexes:
            self._indexes[names] = self._index(names)
        return self._indexes[names].get(tuple(where.values()), [])

    def between(
        self, where: Mapping[str, str], low: Moment, high: Moment, limit: int, *, backward: bool = False
    ) -> list[Event]:
        """At most `limit` events with these attributes strictly between two moments.

        They are the oldest ones, oldest first; or, `backward`, the newest ones, newest first.
        """
        found = self.find(where)
        first, last = bisect_right(found, low, key=moment), bisect_left(found, high, key=moment)
        if backward:
            return found[max(first, last - limit) : last][::-1]
        return found[first : min(last, first + limit)]

    def last_used(self, key_id: str, until: datetime) -> Event | None:
        """The newest event made with this key up to a moment, calls on the data plane included."""
        found = self.between({"Key": key_id}, ("", ""), (iso(until), LAST_ID), 1, backward=True)
        return found[0] if found else None

    def _index(self, names: tuple[str, ...]) -> dict[tuple[str, ...], list[Event]]:
        index: dict[tuple[str, ...], list[Event]] = {}
        for event in self._events:
            for values in _combinations(event, names):
                found = index.get(values)
                if found is None:
                    index[values] = [event]
                else:
                    found.append(event)
        return index


moment: Callable[[Event], Moment] = itemgetter("eventTime", "eventId")
"""Where an event stands in the order of time."""


def is_data(event: Event) -> bool:
    """Whether the call was made on the data plane: objects, log rows."""
    return bool(event.get("eventCategory") == "Data")


def resources(event: Event) -> list[tuple[str, str]]:
    """(type, name) of each resource an event refers to, in either of the two forms events use."""
    referenced = event.get("referencedResources")
    if referenced:
        return [(kind, name) for kind, names in referenced.items() for name in names]
    names = event.get("resourceName")
    if not names:
        return []
    kinds = str(event.get("resourceType", "")).split(";")
    return [(kinds[min(at, len(kinds) - 1)], name) for at, name in enumerate(str(names).split(";")) if name]


def _field(name: str) -> Callable[[Event], tuple[str, ...]]:
    def values(event: Event) -> tuple[str, ...]:
        value = event.get(name)
        return (value,) if value else ()

    return values


def _identity(name: str) -> Callable[[Event], tuple[str, ...]]:
    def values(event: Event) -> tuple[str, ...]:
        value = (event.get("userIdentity") or {}).get(name)
        return (value,) if value else ()

    return values


def _region(event: Event) -> tuple[str, ...]:
    """Where LookupEvents finds the event: nowhere for the data plane, in one place for global services."""
    if is_data(event):
        return ()
    told = event.get("isGlobal")
    everywhere = is_global(event.get("serviceName", "")) if told is None else str(told).lower() == "true"
    return (GLOBAL,) if everywhere else (event.get("acsRegion", ""),)


def _role(event: Event) -> tuple[str, ...]:
    identity = event.get("userIdentity") or {}
    if identity.get("type") != "assumed-role":
        return ()
    return (str(identity.get("userName", "")).partition(":")[0],)


def _sensitive(event: Event) -> tuple[str, ...]:
    return ("true",) if event.get("eventName") in SENSITIVE and not event.get("errorCode") else ("false",)


_key = _identity("accessKeyId")

ATTRIBUTES: Mapping[str, Callable[[Event], Iterable[str]]] = {
    "Region": _region,
    "Key": _key,
    "EventAccessKeyId": _key,
    "ServiceName": _field("serviceName"),
    "EventName": _field("eventName"),
    "EventId": _field("eventId"),
    "EventRW": _field("eventRW"),
    "EventType": _field("eventType"),
    "SourceIpAddress": _field("sourceIpAddress"),
    "User": _identity("userName"),
    "PrincipalId": _identity("principalId"),
    "RoleName": _role,
    "SensitiveAction": _sensitive,
    "ResourceType": lambda event: {kind for kind, _ in resources(event)},
    "ResourceName": lambda event: {name for _, name in resources(event)},
}
"""What events are found by: a function from an event to the values it has."""


def _combinations(event: Event, names: tuple[str, ...]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [()]
    for name in names:
        values = ATTRIBUTES[name](event)
        rows = [(*row, value) for row in rows for value in values]
    return rows
