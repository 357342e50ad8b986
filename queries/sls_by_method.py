"""Calls to the log service with the key, by operation."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import slslogs
from queries.logs.loggroups import grouped

_TEXT = slslogs.group_text("method")


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, slslogs.groups("method"))


QUERY = Query(
    id="sls-by-method",
    title="Log service by operation",
    question="Which operations of the log service were called with the key?",
    columns=(Column("method", "Operation"), *slslogs.MEASURE_COLUMNS),
    calls=slslogs.GROUP_CALLS,
    needs=slslogs.GROUP_NEEDS,
    run=run,
    params=slslogs.GROUP_PARAMS,
    source=slslogs.SOURCE,
    limits=slslogs.LIMITS,
    texts=(_TEXT,),
    span=slslogs.SPAN,
)
