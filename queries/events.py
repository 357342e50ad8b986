"""Which API calls the key made, each with its newest record."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record, text
from queries.base import Asking, Page, Query, Row
from queries.trail import audit
from queries.trail.happening import (
    ERROR,
    EVENT,
    EVENT_ID,
    REGION,
    RESOURCE,
    RW,
    SERVICE,
    SOURCE_IP,
    USER_AGENT,
)

_ACTION = "GetAccessKeyLastUsedEvents"


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in audit.by_service(asking, _ACTION, "Events", _row):
        yield page


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    return Row({**facts, "event": text(entry.get("EventName")) or facts["event"], "service": service}, entry)


QUERY = Query(
    id="events",
    title="Events",
    question="Which API calls did the key make, and when last?",
    columns=(
        EVENT,
        SERVICE,
        audit.LAST_USED,
        REGION,
        SOURCE_IP,
        ERROR,
        USER_AGENT,
        RESOURCE,
        RW,
        audit.RECORDED_AS,
        EVENT_ID,
    ),
    calls=(audit.SERVICES_CALL, f"actiontrail:{_ACTION}"),
    needs=(audit.SERVICES_CALL, f"actiontrail:{_ACTION}"),
    run=run,
    params=(audit.SERVICE_PARAM,),
    source=audit.SOURCE,
    lag=audit.LAG,
    limits=audit.LIMITS,
)
