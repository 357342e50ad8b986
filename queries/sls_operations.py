"""Calls to the log service with the key, one by one: what was read, from which Logstores."""

from collections.abc import AsyncIterator

from aktui.models import Window
from queries.base import Asking, Page, Query, Row
from queries.logs import slslogs
from queries.logs.downloads import LogRow, Plan, Target
from queries.logs.logreach import reach
from queries.logs.logrows import streamed
from queries.logs.logstores import SLS, Source

_TEXT = slslogs.row_text()
_TABLE = "sls_operations"


async def plan(asking: Asking) -> Plan:
    """One search in each Logstore with operations."""
    statement = _TEXT.statement(asking)
    reached = await reach(asking, SLS)
    targets = (_target(asking, source, window, statement) for source, window in reached.sources)
    return Plan(tuple(targets), reached.gaps, reached.covered, reached.note)


def _target(asking: Asking, source: Source, window: Window, statement: str) -> Target:
    wanted = {} if _TEXT.edited(asking) else slslogs.filters(asking).values

    def keep(logged: LogRow) -> bool:
        return all(logged.get(name) == value for name, value in wanted.items())

    def row(logged: LogRow) -> Row:
        return Row(slslogs.values(logged, source.where.region), logged)

    return Target(source.what, source.where, statement, window, _TABLE, row, keep)


def run(asking: Asking) -> AsyncIterator[Page]:
    return streamed(asking, plan)


QUERY = Query(
    id="sls-operations",
    title="Log service operations",
    question="Which logs were read, written and deleted with the key, call by call?",
    columns=slslogs.ROW_COLUMNS,
    calls=slslogs.ROW_CALLS,
    needs=slslogs.ROW_NEEDS,
    run=run,
    params=slslogs.ROW_PARAMS,
    source=slslogs.SOURCE,
    limits=slslogs.LIMITS,
    texts=(_TEXT,),
    plan=plan,
    span=slslogs.SPAN,
)
