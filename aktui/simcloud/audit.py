"""The AccessKey audit: when, and on what, a key was last used. One record a thing, the newest.

What the vendor leaves open, and what is done here:

* A key without a record (never used, unknown to the account, used only before the reach of the audit, or
  a temporary `STS.` id) is not an error: there is nothing to tell, so nothing is told.
* A refused call is a use too.
* A call on the data plane shows that the service was used and when (source `DataEvent`). In the service's
  list of events it stands under one name, `UnsupportedEvent`; its operation, address and resource are not
  recorded, not in the details either.
* A call that the cloud made on the key's behalf (its address is no address) has the source `Internal`.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.directory.keys import audited_until
from aktui.simcloud.trail import LAST_ID, Event, is_data, moment, resources

REACH = timedelta(days=400)
"""Older uses are forgotten."""

BEGINNING = datetime(2022, 2, 1, tzinfo=UTC)
"""Nothing was recorded before."""

UNSUPPORTED = "UnsupportedEvent"
"""The event name that stands for every call on the data plane."""

Facet = Literal["services", "events", "ips", "resources"]

_TEMPORARY = "STS."
_TOLD_OF_DATA = (
    "eventId",
    "eventVersion",
    "eventTime",
    "eventCategory",
    "serviceName",
    "acsRegion",
    "requestId",
)


@dataclass(frozen=True)
class Record:
    """The last use of one thing by one key."""

    name: str
    """Service, event name, address, or resource name."""
    kind: str
    """Resource type; empty for everything else."""
    event: Event

    @property
    def used(self) -> int:
        """Milliseconds since 1970."""
        return int(parse_iso(self.event["eventTime"]).timestamp() * 1000)

    @property
    def source(self) -> str:
        if is_data(self.event):
            return "DataEvent"
        address = self.event.get("sourceIpAddress", "")
        return "ManagementEvent" if _is_address(address) else "Internal"

    @property
    def detail(self) -> str:
        """The event as JSON text, without the key's id."""
        return json.dumps(_shown(self.event), ensure_ascii=False)


def last_uses(account: Account, key_id: str, facet: Facet, now: datetime, service: str = "") -> list[Record]:
    """The records of one key, newest first; all but services are those of one service."""
    if key_id.startswith(_TEMPORARY):
        return []
    trail = account.trail
    where = {"Key": key_id, "ServiceName": service} if service else {"Key": key_id}
    found = trail.find(where)
    until = audited_until(account, now)
    since = max(now - REACH, BEGINNING)
    first = bisect_left(found, (iso(since), ""), key=moment)
    last = bisect_right(found, (iso(until), LAST_ID), key=moment)
    if first == last:
        return []
    stamp = (first, last)
    kept = trail.derived.get((facet, key_id, service))
    if kept is None or kept[0] != stamp:
        kept = (stamp, _newest(found[first:last], facet))
        trail.derived[facet, key_id, service] = kept
    records: list[Record] = kept[1]
    return records


def _newest(events: Iterable[Event], facet: Facet) -> list[Record]:
    newest: dict[tuple[str, str], Event] = {}
    for event in events:
        for thing in _things(event, facet):
            newest[thing] = event
    records = [Record(name, kind, event) for (name, kind), event in newest.items()]
    return sorted(records, key=lambda record: (*moment(record.event), record.name, record.kind), reverse=True)


def _things(event: Event, facet: Facet) -> Iterator[tuple[str, str]]:
    """(name, kind) of everything an event is a use of."""
    if facet == "services":
        yield event.get("serviceName", ""), ""
    elif facet == "events":
        yield (UNSUPPORTED if is_data(event) else event.get("eventName", "")), ""
    elif is_data(event):
        return
    elif facet == "ips":
        yield event.get("sourceIpAddress", ""), ""
    else:
        for kind, name in resources(event):
            yield name, kind


def _shown(event: Event) -> Event:
    identity = {name: value for name, value in event["userIdentity"].items() if name != "accessKeyId"}
    if is_data(event):
        told = {name: event[name] for name in _TOLD_OF_DATA if name in event}
        return {**told, "eventName": UNSUPPORTED, "userIdentity": identity}
    return {**event, "userIdentity": identity}


def _is_address(text: str) -> bool:
    """Whether this is an IP address rather than `Internal` or the name of a service."""
    return ":" in text or text.replace(".", "").isdigit()
