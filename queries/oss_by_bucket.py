"""OSS requests of the key, by bucket: how much went out of each."""

from collections.abc import AsyncIterator

from queries.base import Asking, Column, Page, Query
from queries.logs import osslogs
from queries.logs.loggroups import grouped
from queries.logs.osslogs import group_text

_TEXT = group_text({"bucket": "bucket"})


def run(asking: Asking) -> AsyncIterator[Page]:
    return grouped(asking, _TEXT, osslogs.groups("bucket"))


QUERY = Query(
    id="oss-by-bucket",
    title="OSS by bucket",
    question="Which buckets were accessed with the key, and how much went out of each?",
    columns=(Column("bucket", "Bucket"), *osslogs.MEASURE_COLUMNS),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=osslogs.GROUP_PARAMS,
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
