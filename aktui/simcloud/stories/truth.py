"""What really happened, as JSON: for whoever grades a drill."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.clock import iso
from aktui.simcloud.stories import logtruth
from aktui.simcloud.stories.logkeeping import Kept
from aktui.simcloud.stories.rhythm import full_hour
from aktui.simcloud.trail import Event, resources

Truth = dict[str, Any]


def told(
    account: Account,
    now: datetime,
    verdict: str,
    story: str,
    *,
    business: Mapping[str, Any],
    intruder: Mapping[str, Any] | None = None,
    kept: Kept | None = None,
) -> Truth:
    """The ground truth of a scenario.

    `verdict` is one of business, intruder, business-and-intruder, idle. `expected` holds, for each suspect
    key, what the AccessKey audit must show as of `as_of`: counted here from the events alone. `logs` holds
    what the logs must show of it.
    """
    as_of = full_hour(now)
    return {
        "schema": "aktui.truth/1",
        "scenario": account.scenario,
        "now": iso(now),
        "as_of": iso(as_of),
        "verdict": verdict,
        "story": story,
        "suspects": {key: _suspect(account, key, as_of, kept or Kept()) for key in account.suspects},
        "business": dict(business),
        "intruder": dict(intruder) if intruder else None,
    }


def _suspect(account: Account, key_id: str, as_of: datetime, kept: Kept) -> Truth:
    key = account.keys[key_id]
    user = account.users.get(key.owner)
    owner = {
        "type": "ram-user" if user else "root-account",
        "id": user.id if user else account.id,
        "name": user.name if user else "root",
    }
    return {
        "owner": owner,
        "status": key.status,
        "created": iso(key.created),
        "expected": _expected(account, key_id, as_of),
        "logs": logtruth.of_key(kept, key_id),
    }


def _expected(account: Account, key_id: str, as_of: datetime) -> Truth:
    """The newest use of each service and, within it, of each operation, address and thing."""
    services: dict[str, dict[str, Any]] = {}
    until = iso(as_of)
    newest: Event | None = None
    for event in account.trail:
        if event["userIdentity"].get("accessKeyId") != key_id or event["eventTime"] > until:
            continue
        newest = event
        entry = services.setdefault(
            event["serviceName"], {"last_used": "", "source": "", "events": {}, "ips": {}, "resources": {}}
        )
        time, data = event["eventTime"], event["eventCategory"] == "Data"
        entry["last_used"], entry["source"] = time, "DataEvent" if data else "ManagementEvent"
        if data:
            entry["events"]["UnsupportedEvent"] = time
            continue
        entry["events"][event["eventName"]] = time
        entry["ips"][event["sourceIpAddress"]] = time
        for kind, name in resources(event):
            entry["resources"][f"{kind} {name}"] = time
    used = {"service": newest["serviceName"], "at": newest["eventTime"]} if newest else None
    return {"last_used": used, "services": services}


def of_events(events: Sequence[Event]) -> Truth:
    """What every intrusion tells of its events, the refused ones among them."""
    return {
        "source_ips": addresses(events),
        "first": min(event["eventTime"] for event in events),
        "last": max(event["eventTime"] for event in events),
        "event_ids": event_ids(events),
        "refused_event_ids": event_ids(event for event in events if event.get("errorCode")),
        "regions": sorted({event["acsRegion"] for event in events}),
    }


def event_ids(events: Iterable[Event]) -> list[str]:
    """In order of time."""
    return [event["eventId"] for event in sorted(events, key=lambda event: event["eventTime"])]


def addresses(events: Iterable[Event]) -> list[str]:
    return sorted({event["sourceIpAddress"] for event in events})
