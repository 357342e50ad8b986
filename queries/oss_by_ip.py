"""OSS requests of the key, by source address."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import osslogs
from queries.logs.loggroups import grouped
from queries.logs.osslogs import group_text

_TEXT = group_text({"ip": "client_ip"})


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, osslogs.groups("ip"))


QUERY = Query(
    id="oss-by-ip",
    title="OSS by IP",
    question="From which addresses were objects accessed with the key, and how much went out?",
    columns=(Column("ip", "IP", "ip"), *osslogs.MEASURE_COLUMNS),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=osslogs.GROUP_PARAMS,
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
