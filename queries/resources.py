"""Which resources the key touched."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record, text
from queries.base import Asking, Column, Page, Query, Row
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

_ACTION = "GetAccessKeyLastUsedResources"


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in audit.by_service(asking, _ACTION, "Resources", _row):
        yield page


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    values = {
        **facts,
        "resource": text(entry.get("ResourceName")) or facts["resource"],
        "type": text(entry.get("ResourceType")),
        "service": service,
    }
    return Row(values, entry)


QUERY = Query(
    id="resources",
    title="Resources",
    question="Which resources did the key touch, and when last?",
    columns=(
        RESOURCE,
        Column("type", "Type"),
        SERVICE,
        audit.LAST_USED,
        EVENT,
        REGION,
        SOURCE_IP,
        USER_AGENT,
        ERROR,
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
