"""ActionTrail: LookupEvents.

What the vendor leaves open, and what is done here: both ends of the window are included; a start before
midnight of the day 90 days ago is refused as `InvalidParameterStartTime`; an end in the future is taken;
one end without the other is refused by the name of the missing one. All pages of a lookup look at the
window, and at the events known, as of its first page, so that events which arrive meanwhile shift nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.cursor import NEXT, next_token, place, refused, size
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Answer, Call, Objects, Text, op
from aktui.simcloud.trail import GLOBAL, LAST_ID, Event, Moment, moment

REACH = timedelta(days=90)
DEFAULT_WINDOW = timedelta(days=7)

KEYS = frozenset(
    {
        "ServiceName",
        "EventName",
        "User",
        "EventId",
        "ResourceType",
        "ResourceName",
        "EventRW",
        "EventAccessKeyId",
        "SensitiveAction",
        "SourceIpAddress",
        "EventType",
        "RoleName",
        "PrincipalId",
    }
)

_WITH_SERVICE = [
    "EventName",
    "User",
    "PrincipalId",
    "RoleName",
    "ResourceName",
    "EventRW",
    "SensitiveAction",
    "EventType",
]
_WITH_RESOURCE = ["ResourceType", "EventName", "User", "RoleName", "ServiceName"]
PAIRS = frozenset(
    [frozenset(("ServiceName", other)) for other in _WITH_SERVICE]
    + [frozenset(("ResourceName", other)) for other in _WITH_RESOURCE]
    + [frozenset(("EventType", "EventName"))]
)
"""Attributes that may be asked for together. `EventAccessKeyId` goes with nothing."""


@dataclass(frozen=True)
class Window:
    """What one lookup covers, in the vendor's time form; `known` is the newest moment it may know of."""

    start: str
    end: str
    known: str


@op(
    "Actiontrail",
    "LookupEvents",
    Text("StartTime"),
    Text("EndTime"),
    Text("Direction"),
    Text("MaxResults"),
    Text(NEXT),
    Objects("LookupAttribute", ("Key", "Value")),
)
def lookup_events(call: Call) -> Answer:
    """The management events kept in the region of the call, newest first unless told otherwise."""
    backward = _backward(call)
    limit = size(call, "MaxResults", 1, 50, 20)
    where = _attributes(call)
    known = place(call)
    window = _window_of(known) if known else _window(call)
    low, high = (window.start, ""), (min(window.end, window.known), LAST_ID)
    if known:
        low, high = (low, _place_of(known)) if backward else (_place_of(known), high)
    events = _rows(call, where, low, high, limit + 1, backward)
    answer: Answer = {"StartTime": window.start, "EndTime": window.end, "Events": events[:limit]}
    if len(events) > limit:
        time, event_id = moment(events[limit - 1])
        answer[NEXT] = next_token(call, **vars(window), time=time, eventId=event_id)
    return answer


def _rows(
    call: Call, where: Mapping[str, str], low: Moment, high: Moment, limit: int, backward: bool
) -> list[Event]:
    """The region's own events and, where the account keeps them, those of global services."""
    shelves = [call.region]
    if call.region == call.account.settings.global_region:
        shelves.append(GLOBAL)
    found: list[Event] = []
    for shelf in shelves:
        asked = {"Region": shelf, **where}
        found += call.account.trail.between(asked, low, high, limit, backward=backward)
    return sorted(found, key=moment, reverse=backward)[:limit]


def _backward(call: Call) -> bool:
    direction = call.get("Direction") or "BACKWARD"
    if direction not in ("BACKWARD", "FORWARD"):
        raise refused()
    return bool(direction == "BACKWARD")


def _attributes(call: Call) -> dict[str, str]:
    """The conditions that count: the first two; of two with one key the second."""
    given = list(call.get("LookupAttribute", []))[:2]
    where: dict[str, str] = {}
    for condition in given:
        key, value = condition.get("Key", ""), condition.get("Value", "")
        if key not in KEYS or not value:
            raise refused()
        where[key] = value
    if len(where) == 2 and frozenset(where) not in PAIRS:
        raise refused()
    return dict(sorted(where.items()))


def _window(call: Call) -> Window:
    start, end = call.get("StartTime"), call.get("EndTime")
    newest = iso(call.now - timedelta(seconds=call.account.settings.lookup_lag))
    if not start and not end:
        return Window(iso(call.now - DEFAULT_WINDOW), iso(call.now), newest)
    first, last = _moment_of(start, "StartTime"), _moment_of(end, "EndTime")
    if first < (call.now - REACH).replace(hour=0, minute=0, second=0, microsecond=0):
        raise _bad_moment("StartTime")
    if last <= first:
        raise ApiError(400, "InvalidParameterCombination", "The end time must be later than the start time.")
    return Window(iso(first), iso(last), newest)


def _moment_of(text: str | None, name: str) -> datetime:
    try:
        return parse_iso(text or "")
    except ValueError:
        raise _bad_moment(name) from None


def _bad_moment(name: str) -> ApiError:
    return ApiError(400, f"InvalidParameter{name}", f"The specified {name} is invalid.")


def _window_of(known: Mapping[str, Any]) -> Window:
    return Window(*(_text(known, name) for name in ("start", "end", "known")))


def _place_of(known: Mapping[str, Any]) -> Moment:
    return _text(known, "time"), _text(known, "eventId")


def _text(known: Mapping[str, Any], name: str) -> str:
    value = known.get(name)
    if not isinstance(value, str):
        raise refused()
    return value
