"""Calls to the log service with the key, by source address."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import slslogs
from queries.logs.loggroups import grouped

_TEXT = slslogs.group_text("ip")


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, slslogs.groups("ip"))


QUERY = Query(
    id="sls-by-ip",
    title="Log service by IP",
    question="From which addresses was the log service called with the key, and how much was read?",
    columns=(Column("ip", "IP", "ip"), *slslogs.MEASURE_COLUMNS),
    calls=slslogs.GROUP_CALLS,
    needs=slslogs.GROUP_NEEDS,
    run=run,
    params=slslogs.GROUP_PARAMS,
    source=slslogs.SOURCE,
    limits=slslogs.LIMITS,
    texts=(_TEXT,),
    span=slslogs.SPAN,
)
