"""From which addresses the key was used."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record, text
from queries.base import Asking, Column, Page, Query, Row
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, EVENT_ID, REGION, RW, SERVICE, USER_AGENT

_ACTION = "GetAccessKeyLastUsedIps"


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in audit.by_service(asking, _ACTION, "Ips", _row):
        yield page


def _row(entry: Record, service: str) -> Row:
    facts = audit.facts(entry)
    return Row({**facts, "ip": text(entry.get("Ip")) or facts["source_ip"], "service": service}, entry)


QUERY = Query(
    id="ips",
    title="IPs",
    question="From which addresses was the key used, and when last?",
    columns=(
        Column("ip", "IP", "ip"),
        SERVICE,
        audit.LAST_USED,
        EVENT,
        REGION,
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
