"""With which service the key was last used, and when, as two witnesses tell it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

from aktui.models import Reply
from queries.asking.reading import ident, moment, record, text
from queries.asking.together import both, settled
from queries.base import Asking, Column, Gap, Page, Query, Row
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, find_holder, gaps_of, get_last_use
from queries.owners.ownership import last_use_by_ims
from queries.trail import audit
from queries.trail.happening import ERROR, EVENT, EVENT_ID, REGION, SERVICE, SOURCE_IP, USER_AGENT

_TRAIL, _IMS = "ActionTrail", "IMS"
_SAME = timedelta(hours=3)
"""The witnesses run one and two hours behind: closer than this they agree."""


async def run(asking: Asking) -> AsyncIterator[Page]:
    trail, ims = await both(settled(get_last_use(asking)), settled(_by_ims(asking)))
    holder = await find_holder(asking)
    found = gaps_of({f"last use as {_TRAIL} has it": trail, f"last use as {_IMS} has it": ims})
    named = {gap.call for gap in found}
    gaps = (*found, *(gap for gap in holder.gaps if gap.call not in named))
    rows = [row for row in (_trail_row(trail), _ims_row(ims)) if row is not None]
    request_id = trail.request_id if isinstance(trail, Reply) else ""
    yield Page(tuple(rows), request_id, gaps, audit.covered(asking.cloud.now()), _verdict(rows, gaps))


async def _by_ims(asking: Asking) -> Reply | None:
    """The second witness is asked by the user's name, so only for a living user's key."""
    holder = await find_holder(asking)
    if not holder.principal or not holder.alive:
        return None
    return await last_use_by_ims(asking, holder.principal)


def _trail_row(reply: object) -> Row | None:
    if not isinstance(reply, Reply):
        return None
    facts = audit.facts(reply.body)
    if facts["last_used"] is None:
        return None
    service = ident(reply.body.get("ServiceName")) or facts["service"]
    return Row({**facts, "service": service, "witness": _TRAIL}, reply.body)


def _ims_row(reply: object) -> Row | None:
    if not isinstance(reply, Reply):
        return None
    told = record(reply.body.get("AccessKeyLastUsed"))
    used = moment(told.get("LastUsedDate"))
    if used is None:
        return None
    nothing: dict[str, Any] = dict.fromkeys((column.id for column in QUERY.columns), "")
    return Row(
        {**nothing, "service": text(told.get("ServiceName")), "last_used": used, "witness": _IMS}, reply.body
    )


def _verdict(rows: list[Row], gaps: tuple[Gap, ...]) -> str:
    if not rows:
        return "" if gaps else "No use of this key is recorded."
    if len(rows) < 2:
        return f"Only {rows[0].values['witness']} tells of a use."
    one, other = rows[0].values, rows[1].values
    apart = abs(one["last_used"] - other["last_used"])
    if apart <= _SAME and one["service"].lower() == other["service"].lower():
        return f"{_TRAIL} and {_IMS} agree."
    hours = round(apart.total_seconds() / 3600)
    return (
        f"The witnesses disagree: {_TRAIL} says {one['service']}, {_IMS} says "
        f"{other['service'] or 'no service'}, {hours} hours apart. Take the newer one as the last use."
    )


QUERY = Query(
    id="last-used",
    title="Last used",
    question="With which service was the key last used, and when?",
    columns=(
        SERVICE,
        audit.LAST_USED,
        Column("witness", "Witness"),
        EVENT,
        REGION,
        SOURCE_IP,
        USER_AGENT,
        ERROR,
        audit.RECORDED_AS,
        EVENT_ID,
    ),
    calls=(*HOLDER_CALLS, "ims:GetAccessKeyLastUsed"),
    needs=(*HOLDER_NEEDS, "ram:GetAccessKeyLastUsed"),
    run=run,
    source=f"{audit.SOURCE}; IMS",
    lag=audit.LAG,
    limits=f"{audit.LIMITS} IMS counts since 2019-06-01, about two hours behind.",
)
