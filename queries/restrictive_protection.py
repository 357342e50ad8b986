"""Whether the provider has restricted the leaked key, what that blocks, and what stays open."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from queries.asking.reading import Record, ident, text
from queries.base import Asking, Column, Page, Query, Result, Row
from queries.provider.leaks import LEAK_CALLS, LEAK_NEEDS, Leaks, leaks_of
from queries.provider.restricted import blocks, is_sign, operation
from queries.trail import lookup
from queries.trail.happening import EVENT, EVENT_ID, SERVICE, described

BLOCKED, OPEN = "blocked", "stays open"


@dataclass
class _Calls:
    """The calls of one operation, newest first."""

    events: list[Record] = field(default_factory=list)

    @property
    def refused(self) -> list[Record]:
        return [event for event in self.events if is_sign(event)]

    @property
    def succeeded(self) -> int:
        return sum(not text(event.get("errorCode")) for event in self.events)

    @property
    def latest(self) -> tuple[datetime | None, str]:
        told = [described(event) for event in self.events]
        known = [(one["at"], one["event_id"]) for one in told if one["at"]]
        return max(known, default=(None, ""))


async def run(asking: Asking) -> AsyncIterator[Page]:
    events: Result = await asking.ask("recent-events")
    leaks = await leaks_of(asking)
    calls: dict[tuple[str, str], _Calls] = {}
    for row in events.rows:
        calls.setdefault(operation(row.raw), _Calls()).events.append(row.raw)
    rows = tuple(_row(service, action, calls[service, action]) for service, action in sorted(calls))
    note = _note(calls.values(), leaks, complete=not events.gaps and not leaks.gaps)
    yield Page(rows, leaks.request_id, (*events.gaps, *leaks.gaps), events.covered, note)


def _row(service: str, action: str, found: _Calls) -> Row:
    entry = blocks(service, action)
    at, event_id = found.latest
    values: dict[str, Any] = {
        "service": service,
        "event": action,
        "under_protection": BLOCKED if entry else OPEN,
        "refused_so": len(found.refused),
        "succeeded": found.succeeded,
        "calls": len(found.events),
        "last": at,
        "note": entry.note if entry else "",
        "event_id": event_id,
    }
    return Row(values, {"events": found.events})


def _note(calls: Iterable[_Calls], leaks: Leaks, *, complete: bool) -> str:
    """What speaks for it; that nothing does is no proof: no call tells whether a key is restricted."""
    all_calls = list(calls)
    refused = sum(len(found.refused) for found in all_calls)
    waiting = sum(ident(leak.get("Status")) == "pending" for leak in leaks.found)
    reported = _reported(len(leaks.found), waiting) if leaks.found else ""
    if refused:
        also = f", and there {reported}" if reported else ""
        return f"The key is restricted: {refused} of its calls were refused with the provider's words{also}."
    if reported:
        return (
            f"No call was refused so, but there {reported}: the provider may restrict the key. What "
            "succeeded of the blocked operations tells that it had not by then."
        )
    unseen = "" if complete else ", but not everything could be read"
    return f"Nothing shows that the key is restricted{unseen}; the provider does not tell it by itself."


def _reported(count: int, waiting: int) -> str:
    """What stands after `there`."""
    many = f"are {count} leak reports" if count != 1 else "is one leak report"
    return f"{many} ({waiting} not dealt with)"


QUERY = Query(
    id="restrictive-protection",
    title="Restrictive protection",
    question="Has the provider restricted the key, and which of its calls would that block?",
    columns=(
        SERVICE,
        EVENT,
        Column("under_protection", "Under protection"),
        Column("refused_so", "Refused by it", "count"),
        Column("succeeded", "Succeeded", "count"),
        Column("calls", "Calls", "count"),
        Column("last", "Last", "time"),
        Column("note", "Note"),
        EVENT_ID,
    ),
    calls=(*lookup.LOOKUP_CALLS, *LEAK_CALLS[:1]),
    needs=(*lookup.LOOKUP_NEEDS, *LEAK_NEEDS[:1]),
    run=run,
    source="ActionTrail LookupEvents, Security Center, the provider's published list",
    lag=lookup.LAG,
    limits=(
        "The provider publishes which calls it blocks, and may change that; it does not tell whether a key "
        "is restricted. Only deleting or rotating the key ends it. STS AssumeRole and reads of objects and "
        "logs stay open: a restricted key can still steal data."
    ),
)
