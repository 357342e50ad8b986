"""What came from an address, with whatever key: the question LookupEvents has no answer to."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, LogText, Page, Param, Query
from queries.logs import traillogs
from queries.logs.logfilters import TEXT_PARAM, Filters, given
from queries.logs.loggroups import LIMIT_PARAM, grouped
from queries.logs.logreach import TRAIL_PARAM
from queries.logs.logstores import TRAIL

_KEYS = {
    "service": "event.serviceName",
    "event": "event.eventName",
    "access_id": traillogs.KEY,
    "user": "event.userIdentity.userName",
}


def _build(asking: Asking) -> str:
    return traillogs.group_sql(Filters((), given(asking, {"ip": traillogs.IP})), _KEYS)


_TEXT = LogText(TRAIL, _build)


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, traillogs.groups(*_KEYS))


QUERY = Query(
    id="events-by-ip",
    title="Events from an IP",
    question="What was done from this address, with whatever key, in whatever region?",
    columns=(
        Column("service", "Service"),
        Column("event", "Event"),
        Column("access_id", "Key or token", "id"),
        Column("user", "User"),
        *traillogs.MEASURE_COLUMNS,
    ),
    calls=traillogs.GROUP_CALLS,
    needs=traillogs.GROUP_NEEDS,
    run=run,
    params=(Param("ip", "the address", required=True), TRAIL_PARAM, TEXT_PARAM, LIMIT_PARAM),
    source=traillogs.SOURCE,
    limits=(
        f"{traillogs.LIMITS} The events themselves: trail-events with who=everyone and source_ip. Work in "
        "the console has no key."
    ),
    texts=(_TEXT,),
)
