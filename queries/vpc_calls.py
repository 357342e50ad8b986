"""Calls with the key from inside a VPC: which machine holds it."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import traillogs
from queries.logs.logfilters import TEXT_PARAM
from queries.logs.loggroups import LIMIT_PARAM, grouped
from queries.logs.logreach import TRAIL_PARAM
from queries.logs.quoting import column

_KEYS = {"source_ip": traillogs.IP, "vpc": traillogs.VPC, "access_id": traillogs.KEY}
_TEXT = traillogs.endpoint_text(f"{column(traillogs.VPC)} LIKE 'vpc%'", _KEYS)


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, traillogs.groups(*_KEYS, newest=("event_id",)))


QUERY = Query(
    id="vpc-calls",
    title="Calls from VPCs",
    question="Which machines inside our VPCs call with the key?",
    columns=(
        Column("source_ip", "Source IP", "ip"),
        Column("vpc", "VPC", "id"),
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
        f"{traillogs.LIMITS} The address is one inside the VPC: look there for the machine that has it. "
        "Calls through a public endpoint are in internet-calls, also when they come from our own machines."
    ),
    texts=(_TEXT,),
)
