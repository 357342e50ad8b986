"""What was done with the key of late, event by event."""

from collections.abc import AsyncIterator

from queries.asking.reading import Record
from queries.base import Asking, Page, Query, Row
from queries.trail import lookup
from queries.trail.happening import EVENT_COLUMNS, described
from queries.trail.regions import REGIONS_PARAM

_LIMIT = 500


async def run(asking: Asking) -> AsyncIterator[Page]:
    plan = lookup.Plan.of(asking, _LIMIT)
    async for page in lookup.everywhere(plan, {"EventAccessKeyId": asking.key_id}, _row):
        yield page
    yield plan.summary()


def _row(event: Record) -> Row:
    return Row(described(event), event)


QUERY = Query(
    id="recent-events",
    title="Recent events",
    question="What was done with the key, event by event?",
    columns=EVENT_COLUMNS,
    calls=lookup.LOOKUP_CALLS,
    needs=lookup.LOOKUP_NEEDS,
    run=run,
    params=(REGIONS_PARAM, lookup.limit_param(_LIMIT)),
    source=lookup.SOURCE,
    lag=lookup.LAG,
    limits=(
        f"{lookup.LIMITS} Sessions in the console and role sessions carry other ids: see console-events and "
        "role-sessions."
    ),
)
