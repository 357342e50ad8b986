"""What was done with the key, event by event, from the Logstore of a trail."""

from collections.abc import AsyncIterator

from aktui.models import Window
from queries.base import Asking, LogText, Page, Query, Row
from queries.logs import traillogs
from queries.logs.downloads import LogRow, Plan, Target
from queries.logs.logreach import reach
from queries.logs.logrows import streamed
from queries.logs.logstores import TRAIL, Source

_TABLE = "trail_events"
_TEXT = LogText(TRAIL, lambda asking: traillogs.filters(asking).search())
_BETTER = (
    "Better than LookupEvents here: all regions in one search, any field to search by, no limit of two calls "
    "a second, and events older than 90 days where they are kept."
)


async def plan(asking: Asking) -> Plan:
    """One search in the Logstore of the trail that covers most."""
    statement = _TEXT.statement(asking)
    reached = await reach(asking, TRAIL)
    targets = (_target(asking, source, window, statement) for source, window in reached.sources)
    note = f"{reached.note} {_BETTER}".strip() if reached.sources else reached.note
    return Plan(tuple(targets), reached.gaps, reached.covered, note)


def _target(asking: Asking, source: Source, window: Window, statement: str) -> Target:
    wanted = {} if _TEXT.edited(asking) else traillogs.filters(asking).values

    def keep(logged: LogRow) -> bool:
        return traillogs.has(logged, wanted)

    return Target(source.what, source.where, statement, window, _TABLE, _row, keep)


def _row(logged: LogRow) -> Row:
    return Row(traillogs.values(logged), logged)


def run(asking: Asking) -> AsyncIterator[Page]:
    return streamed(asking, plan)


QUERY = Query(
    id="trail-events",
    title="Events of the trail",
    question="What was done with the key, event by event, in all regions and as far back as the trail goes?",
    columns=traillogs.ROW_COLUMNS,
    calls=traillogs.ROW_CALLS,
    needs=traillogs.ROW_NEEDS,
    run=run,
    params=traillogs.ROW_PARAMS,
    source=traillogs.SOURCE,
    limits=(
        f"{traillogs.LIMITS} Without such a trail: recent-events. Sessions in the console and role sessions "
        "carry other ids: ask with user, or with who=TOKEN."
    ),
    texts=(_TEXT,),
    plan=plan,
)
