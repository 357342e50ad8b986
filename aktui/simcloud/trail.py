"""The account's events, in the vendor's own shape (`LookupEvents`), and the indexes to find them."""

from bisect import insort
from collections.abc import Iterable, Iterator
from typing import Any

Event = dict[str, Any]


class Trail:
    """Events in order of time. `add` keeps the order; whoever loads many uses `extend`."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def __len__(self) -> int:
        return len(self._events)

    def __iter__(self) -> Iterator[Event]:
        return iter(self._events)

    def add(self, event: Event) -> None:
        insort(self._events, event, key=_order)

    def extend(self, events: Iterable[Event]) -> None:
        self._events = sorted([*self._events, *events], key=_order)


def _order(event: Event) -> tuple[str, str]:
    return event["eventTime"], event["eventId"]
