"""Which cloud services the key was used with, and when last."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record, ident, listed, text
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, EVENT_ID, REGION, RW, SERVICE, SOURCE_IP, USER_AGENT


async def run(asking: Asking) -> AsyncIterator[Page]:
    call = "GetAccessKeyLastUsedProducts"
    reply = await asking.once.call("actiontrail", call, AccessKey=asking.key_id)
    rows = tuple(_row(entry) for entry in listed(reply, f"actiontrail:{call}", "Products"))
    unnamed = sum(not row.values["service"] for row in rows)
    gaps = (_unnamed(unnamed, call, reply.request_id),) if unnamed else ()
    yield Page(rows, reply.request_id, gaps, audit.covered(asking.cloud.now()), _note(rows))


def _row(entry: Record) -> Row:
    facts = audit.facts(entry)
    values = {
        **facts,
        "service": ident(entry.get("ServiceName")) or ident(facts["service"]),
        "name": text(entry.get("ServiceNameEn")) or text(entry.get("ServiceNameCn")),
    }
    return Row(values, entry)


def _unnamed(number: int, call: str, request_id: str) -> Gap:
    detail = (
        f"{number} record(s) name no service, so nothing more can be asked about them; see the raw record."
    )
    return Gap(Status.FAILED, "services without a name", detail, f"actiontrail:{call}", request_id=request_id)


def _note(rows: tuple[Row, ...]) -> str:
    if not rows:
        return "The audit has no record of this key being used."
    elsewhere = [row.values["service"] for row in rows if row.values["source"] in ("DataEvent", "Internal")]
    if not elsewhere:
        return ""
    return (
        f"{', '.join(elsewhere)}: newest use by data-plane or internal calls, whose details are not recorded."
    )


QUERY = Query(
    id="services",
    title="Services",
    question="Which services was the key used with, and when last?",
    columns=(
        SERVICE,
        Column("name", "Name"),
        audit.LAST_USED,
        audit.RECORDED_AS,
        EVENT,
        REGION,
        SOURCE_IP,
        USER_AGENT,
        ERROR,
        RW,
        EVENT_ID,
    ),
    calls=("actiontrail:GetAccessKeyLastUsedProducts",),
    needs=("actiontrail:GetAccessKeyLastUsedProducts",),
    run=run,
    source=audit.SOURCE,
    lag=audit.LAG,
    limits=audit.LIMITS,
)
