"""Calls to the log service with the key, by Logstore."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import slslogs
from queries.logs.loggroups import grouped

_TEXT = slslogs.group_text("project", "logstore")


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, slslogs.groups("project", "logstore"))


QUERY = Query(
    id="sls-by-logstore",
    title="Log service by Logstore",
    question="Which projects and Logstores were accessed with the key, and how much was read from each?",
    columns=(Column("project", "Project"), Column("logstore", "Logstore"), *slslogs.MEASURE_COLUMNS),
    calls=slslogs.GROUP_CALLS,
    needs=slslogs.GROUP_NEEDS,
    run=run,
    params=slslogs.GROUP_PARAMS,
    source=slslogs.SOURCE,
    limits=slslogs.LIMITS,
    texts=(_TEXT,),
    span=slslogs.SPAN,
)
