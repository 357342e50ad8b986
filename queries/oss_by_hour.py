"""OSS requests of the key, by hour."""

from collections.abc import AsyncIterator

from queries.asking.reading import moment
from queries.base import Asking, Column, Page, Query
from queries.logs import osslogs
from queries.logs.loggroups import grouped
from queries.logs.osslogs import group_text

_TEXT = group_text({"hour": "__time__ - __time__ % 3600"}, in_order=True)


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, osslogs.groups("hour", by_key=True, shown={"hour": moment}))


QUERY = Query(
    id="oss-by-hour",
    title="OSS by hour",
    question="When were objects accessed with the key, hour by hour?",
    columns=(Column("hour", "Hour", "time"), *osslogs.MEASURE_COLUMNS),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=osslogs.GROUP_PARAMS,
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
