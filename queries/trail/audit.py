"""The AccessKey audit of ActionTrail: one newest record per service, event, IP and resource of a key."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aktui.models import Window
from queries.asking.reading import Record, ident, listed, moment, nested, text
from queries.asking.together import guarded, together
from queries.base import Asking, Column, Gap, Page, Param, Query, Result, Row, Status
from queries.trail.happening import EVENT_ID, described

SOURCE = "ActionTrail AccessKey audit"
LAG = timedelta(hours=1)
LIMITS = (
    "Refreshed hourly; at most 400 days back and nothing before 2022-02-01; one newest record per item, "
    "not a history; calls to the data plane (objects, log rows) show only as the use of a service. "
    "An empty list is no proof that the key was not used."
)
SERVICES_CALL = "actiontrail:GetAccessKeyLastUsedProducts"
"""What the other lists ask first: they are kept per service."""
LAST_USED = Column("last_used", "Last used", "time")
RECORDED_AS = Column("source", "Recorded as")
SERVICE_PARAM = Param(
    "service", "only this service, spelled as `services` does (Ecs); all of them without it"
)

_HORIZON = timedelta(days=400)
_BEGINNING = datetime(2022, 2, 1, tzinfo=UTC)
_PAGE_SIZE = "100"

RowOf = Callable[[Record, str], Row]
"""A row from a record of the audit and the service it belongs to."""


def covered(now: datetime) -> Window:
    """What the audit can show at this moment: up to the last full hour."""
    end = now.replace(minute=0, second=0, microsecond=0)
    return Window(max(now - _HORIZON, _BEGINNING), end)


def facts(entry: Record) -> dict[str, Any]:
    """When an item was last used, how that was recorded, and the event it was last seen in."""
    event = nested(entry.get("Detail"))
    values = described(event)
    happened = values.pop("at")
    return {
        **values,
        "last_used": moment(entry.get("UsedTimestamp")) or happened,
        "source": text(entry.get("Source")),
    }


@dataclass(frozen=True)
class Listing:
    """One of the audit's lists, kept per service."""

    action: str
    """`GetAccessKeyLastUsedIps`"""
    items: str
    """The list in the answer: `Ips`."""
    row: RowOf

    def query(self, *columns: Column, id: str, title: str, question: str) -> Query:  # noqa: A002
        """The question that this list answers, for one service or for all the key was seen with."""
        calls = (SERVICES_CALL, f"actiontrail:{self.action}")
        return Query(
            id=id,
            title=title,
            question=question,
            columns=(*columns, RECORDED_AS, EVENT_ID),
            calls=calls,
            needs=calls,
            run=self.run,
            params=(SERVICE_PARAM,),
            source=SOURCE,
            lag=LAG,
            limits=LIMITS,
        )

    async def run(self, asking: Asking) -> AsyncIterator[Page]:
        """The list of the service asked about, or of all services the key was seen with, at once."""
        chosen = asking.params.get("service", "")
        if chosen:
            async for page in _pages(asking, self, chosen):
                yield page
            return
        services: Result = await asking.ask("services")
        yield Page(gaps=services.gaps, covered=services.covered, note=services.note)
        found = (ident(row.values["service"]) for row in services.rows)
        names = [name for name in dict.fromkeys(found) if name]
        what = self.items.lower()
        async for page in together(
            *(guarded(f"{what} of {name}", _pages(asking, self, name)) for name in names)
        ):
            yield page


async def _pages(asking: Asking, listing: Listing, service: str) -> AsyncIterator[Page]:
    """All pages of one list for one service."""
    call, items = f"actiontrail:{listing.action}", listing.items
    token, seen = "", {""}
    recorded: set[str] = set()
    while True:
        params = {"AccessKey": asking.key_id, "ServiceName": service, "PageSize": _PAGE_SIZE}
        reply = await asking.once.call(
            "actiontrail", listing.action, **params, **({"NextToken": token} if token else {})
        )
        rows = tuple(listing.row(entry, service) for entry in listed(reply, call, items))
        recorded |= {entry.values["source"] for entry in rows}
        yield Page(rows, reply.request_id, covered=covered(asking.cloud.now()))
        token = text(reply.body.get("NextToken"))
        if not token:
            break
        if token in seen:
            yield Page(gaps=(_going_in_circles(call, items, service, reply.request_id),))
            break
        seen.add(token)
    gaps = await _uncovered(asking, items, service, recorded)
    if gaps:
        yield Page(gaps=gaps)


async def _uncovered(asking: Asking, items: str, service: str, recorded: set[str]) -> tuple[Gap, ...]:
    """What the list leaves out, for a service whose calls are not all recorded one by one."""
    services: Result = await asking.ask("services")
    known = next((found for found in services.rows if ident(found.values["service"]) == service), None)
    newest = known.values["source"] if known else ""
    what = f"{items.lower()} of {service}"
    detail = ""
    if newest == "DataEvent" or "DataEvent" in recorded:
        detail = (
            f"Calls to the data plane of {service} were made, which the audit records only as the use of the "
            "service. Look in the logs of the service."
        )
    elif newest == "Internal":
        detail = (
            f"The newest use of {service} is a call the provider made on the key's behalf, not recorded here."
        )
    elif known and not recorded and items != "Resources":
        detail = f"The audit knows that {service} was used but records none of its {items.lower()}."
    if detail:
        return (Gap(Status.NOT_COVERED, what, detail),)
    return services.gaps if known is None and not recorded else ()


def _going_in_circles(call: str, items: str, service: str, request_id: str) -> Gap:
    return Gap(
        Status.PARTIAL,
        f"{items.lower()} of {service}",
        "The cloud handed out the same page mark twice, so reading stopped there: the list may be cut off.",
        call,
        request_id=request_id,
    )
