"""OSS requests of the key, by operation."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import osslogs
from queries.logs.loggroups import grouped
from queries.logs.osslogs import group_text

_TEXT = group_text({"operation": "operation"})


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, osslogs.groups("operation"))


QUERY = Query(
    id="oss-by-operation",
    title="OSS by operation",
    question="Which operations on objects and buckets were called with the key?",
    columns=(Column("operation", "Operation"), *osslogs.MEASURE_COLUMNS),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=osslogs.GROUP_PARAMS,
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
