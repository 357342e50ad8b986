"""OSS requests of the key, one by one; of batch deletions also each object that was named."""

from collections.abc import AsyncIterator, Callable, Iterator

from aktui.errors import AktuiError
from aktui.models import Window
from queries import osslogs
from queries.base import Asking, Gap, LogText, Page, Query, Row
from queries.downloads import LogRow, Plan, Target
from queries.loggroups import answers
from queries.logreach import reach
from queries.logrows import streamed
from queries.logstores import OSS, Source
from queries.quoting import found
from queries.reading import ident
from queries.together import both, settled

_TABLE = "oss_access"
_IDS_A_SEARCH = 25
"""A search takes 30 terms."""
_MOST_DELETIONS = 100_000


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
        deletions = await both(
            *(settled(_deletions(asking, source, window)) for source, window in reached.sources)
        )
        for (source, window), ids in zip(reached.sources, deletions, strict=True):
            if isinstance(ids, AktuiError):
                gaps.append(Gap.of(ids, f"objects of batch deletions, {source.what}"))
            else:
                targets += _named_objects(asking, source, window, ids)
    return Plan(tuple(targets), tuple(gaps), reached.covered, reached.note)


def _requests(asking: Asking, source: Source, window: Window, statement: str) -> Target:
    values = {} if _TEXT.edited(asking) else osslogs.filters(asking).values

    def keep(row: LogRow) -> bool:
        return all(row.get(name) == value for name, value in values.items())

    return Target(source.what, source.where, statement, window, _TABLE, _shaped(source), keep)


async def _deletions(asking: Asking, source: Source, window: Window) -> list[str]:
    """The ids of batch deletions among the requests that are asked for. Raises what the log service says."""
    chosen = osslogs.filters(asking)
    chosen = type(chosen)((*chosen.always, "operation: DeleteObjects"), chosen.values)
    statement = f"{chosen.search()} | SELECT DISTINCT request_id{chosen.where()} ORDER BY request_id"
    ids: list[str] = []
    async for answer in answers(asking, source, window, statement, _MOST_DELETIONS):
        ids += [request_id for row in answer.rows if (request_id := ident(row.get("request_id")))]
    return ids


def _named_objects(asking: Asking, source: Source, window: Window, ids: list[str]) -> Iterator[Target]:
    prefix = asking.params.get("prefix", "")
    row = _shaped(source)

    def keep(logged: LogRow) -> bool:
        return bool(row(logged).values["object"].startswith(prefix))

    what = f"objects of batch deletions, {source.what}"
    for start in range(0, len(ids), _IDS_A_SEARCH):
        some = " or ".join(found("request_id", one) for one in ids[start : start + _IDS_A_SEARCH])
        statement = f"__topic__: {osslogs.BATCH_DELETE} and ({some})"
        yield Target(what, source.where, statement, window, _TABLE, row, keep)


def _shaped(source: Source) -> Callable[[LogRow], Row]:
    region = source.where.region

    def row(logged: LogRow) -> Row:
        return Row(osslogs.values(logged, region), logged)

    return row


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
