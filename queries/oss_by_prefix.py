"""OSS requests of the key, by bucket and the folders that object names begin with."""

from collections.abc import AsyncIterator
from urllib.parse import unquote

from queries.base import Asking, Column, LogText, Page, Param, Query
from queries.logs import osslogs
from queries.logs.logfilters import whole
from queries.logs.loggroups import grouped
from queries.logs.logstores import OSS

_DEPTH = Param("depth", "how many folders deep, 1 to 9", default="1")


def _build(asking: Asking) -> str:
    depth = whole(asking, "depth", 1, 9)
    folders = f"coalesce(regexp_extract({osslogs.OBJECT}, '^([^/]*/){{1,{depth}}}'), '')"
    return osslogs.group_text({"bucket": "bucket", "prefix": folders}).build(asking)


_TEXT = LogText(OSS, _build)


def run(asking: Asking) -> AsyncIterator[Page]:
    groups = osslogs.groups("bucket", "prefix", shown={"prefix": unquote})
    return grouped(asking, _TEXT, groups)


QUERY = Query(
    id="oss-by-prefix",
    title="OSS by folder",
    question="Which folders of which buckets were accessed with the key, and how much went out of each?",
    columns=(Column("bucket", "Bucket"), Column("prefix", "Folder"), *osslogs.MEASURE_COLUMNS),
    calls=osslogs.GROUP_CALLS,
    needs=osslogs.GROUP_NEEDS,
    run=run,
    params=(*osslogs.GROUP_PARAMS, _DEPTH),
    source=osslogs.SOURCE,
    limits=f"{osslogs.LIMITS} Requests to a bucket itself, and objects in no folder, show an empty folder.",
    texts=(_TEXT,),
    span=osslogs.SPAN,
)
