"""Calls with the key over the Internet: from which addresses."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import traillogs
from queries.logs.logfilters import TEXT_PARAM
from queries.logs.loggroups import LIMIT_PARAM, grouped
from queries.logs.logreach import TRAIL_PARAM
from queries.logs.quoting import column

_KEYS = {"source_ip": traillogs.IP, "access_id": traillogs.KEY}
_TEXT = traillogs.endpoint_text(f"{column(traillogs.VPC)} IS NULL", _KEYS)


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, traillogs.groups(*_KEYS, newest=("event_id",)))


QUERY = Query(
    id="internet-calls",
    title="Calls over the Internet",
    question="From which addresses on the Internet does somebody call with the key?",
    columns=(
        Column("source_ip", "Source IP", "ip"),
        Column("access_id", "Key", "id"),
        *traillogs.MEASURE_COLUMNS,
        Column("event_id", "Newest event", "id"),
    ),
    calls=traillogs.GROUP_CALLS,
    needs=traillogs.GROUP_NEEDS,
    run=run,
    params=(TRAIL_PARAM, traillogs.WHO, TEXT_PARAM, LIMIT_PARAM),
    source=traillogs.SOURCE,
    limits=(
        f"{traillogs.LIMITS} An address may be one of our own: compare it with the public addresses of the "
        "account. Calls that the provider makes on its own have the name of a service for an address."
    ),
    texts=(_TEXT,),
)
