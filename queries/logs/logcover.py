"""What a log was seen to cover: the buckets or projects that have rows in it."""

from datetime import timedelta

from aktui.models import Window
from queries.asking.reading import text
from queries.base import Asking
from queries.logs.logstores import OSS, Source

_MOST = 50
_LOOKED_AT = timedelta(days=7)

_TEXTS = {
    "oss": "__topic__: oss_access_log | SELECT bucket AS name, count(1) AS n GROUP BY bucket",
    "sls": '* | SELECT "Project" AS name, count(1) AS n GROUP BY "Project"',
}


async def seen_in(asking: Asking, source: Source) -> str:
    """Names with rows in the last week of the window, the busiest first. Raises what the log service says."""
    window = source.covered(asking.window)
    if window is None:
        return ""
    window = Window(max(window.start, window.end - _LOOKED_AT), window.end)
    statement = f"{_TEXTS[source.kind]} ORDER BY n DESC, name LIMIT 0,{_MOST + 1}"
    page = await asking.cloud.logs.select(source.where, statement, window)
    names = [text(row.get("name")) for row in page.rows]
    things = "buckets" if source.kind == OSS else "projects"
    if not names:
        return f"no {things} seen in the last week"
    more = ", and more" if len(names) > _MOST else ""
    unsure = "" if page.complete else " (the answer was incomplete)"
    return f"{things} seen: {', '.join(names[:_MOST])}{more}{unsure}"
