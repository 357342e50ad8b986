"""What was found of an intruder, the gravest first, with the ids of all events."""

from collections.abc import AsyncIterator

from queries.base import Asking, Page, Query
from queries.judgement.asking import CALLS, LIMITS, NEEDS, SOURCE
from queries.judgement.judging import judged
from queries.judgement.looking import COLUMNS, rows


async def run(asking: Asking) -> AsyncIterator[Page]:
    found = await judged(asking)
    yield Page(rows(found), gaps=found.gaps)


QUERY = Query(
    id="findings",
    title="Findings",
    question="What did an intruder do with the key, and what looks odd and is explained?",
    columns=COLUMNS,
    calls=CALLS,
    needs=NEEDS,
    run=run,
    source=SOURCE,
    limits=LIMITS,
)
