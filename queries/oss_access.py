"""OSS requests of the key, one by one; of batch deletions also each object that was named."""

from collections.abc import AsyncIterator

from aktui.errors import AktuiError
from aktui.models import Window
from queries.asking.together import both, settled
from queries.base import Asking, Gap, LogText, Page, Query, Row
from queries.logs import osslogs
from queries.logs.downloads import LogRow, Plan, Target
from queries.logs.logreach import reach
from queries.logs.logrows import streamed
from queries.logs.logstores import OSS, Source
from queries.logs.ossdeletions import deletions, what

_TABLE = "oss_access"


def _build(asking: Asking) -> str:
    """A plain search; with SQL only where an object name must be compared, which no search can."""
    chosen = osslogs.filters(asking)
    condition = osslogs.prefix_condition(asking)
    if not condition:
        return chosen.search()
    fields = ", ".join(osslogs.ROW_FIELDS)
    return f"{chosen.search()} | SELECT {fields}{chosen.where(*condition)} ORDER BY __time__, request_id"


_TEXT = LogText(OSS, _build)


async def plan(asking: Asking) -> Plan:
    """One search in each region, and one for every 25 batch deletions found there."""
    statement = _TEXT.statement(asking)
    reached = await reach(asking, OSS)
    targets = [_requests(asking, source, window, statement) for source, window in reached.sources]
    gaps = list(reached.gaps)
    if not _TEXT.edited(asking) and asking.params.get("operation", "").strip() in ("", "DeleteObjects"):
        found = await both(*(settled(deletions(asking, *one)) for one in reached.sources))
        for (source, _), deleted in zip(reached.sources, found, strict=True):
            if isinstance(deleted, AktuiError):
                gaps.append(Gap.of(deleted, what(source)))
            else:
                gaps += deleted.gaps
                targets += deleted.targets(_TABLE, asking.params.get("prefix", ""))
    return Plan(tuple(targets), tuple(gaps), reached.covered, reached.note)


def _requests(asking: Asking, source: Source, window: Window, statement: str) -> Target:
    values = {} if _TEXT.edited(asking) else osslogs.filters(asking).values

    def keep(logged: LogRow) -> bool:
        return all(logged.get(name) == value for name, value in values.items())

    def row(logged: LogRow) -> Row:
        return Row(osslogs.values(logged, source.where.region), logged)

    return Target(source.what, source.where, statement, window, _TABLE, row, keep)


def run(asking: Asking) -> AsyncIterator[Page]:
    return streamed(asking, plan)


QUERY = Query(
    id="oss-access",
    title="OSS access",
    question="Which objects were read, written, listed and deleted with the key, request by request?",
    columns=osslogs.ROW_COLUMNS,
    calls=osslogs.ROW_CALLS,
    needs=osslogs.ROW_NEEDS,
    run=run,
    params=osslogs.ROW_PARAMS,
    source=osslogs.SOURCE,
    limits=osslogs.LIMITS,
    texts=(_TEXT,),
    plan=plan,
    span=osslogs.SPAN,
)
