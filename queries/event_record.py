"""The record of one event, as it came: from what was read for the judgement, else by a lookup of its id."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

from aktui.models import Window
from queries.asking.reading import Record
from queries.base import Asking, Page, Param, Query, Row
from queries.evidence.values import Act
from queries.judgement.judging import judged_already
from queries.trail import lookup
from queries.trail.happening import EVENT_COLUMNS, described
from queries.trail.regions import REGIONS_PARAM

_LIMIT = 50
_KEPT = timedelta(days=90)


async def run(asking: Asking) -> AsyncIterator[Page]:
    wanted = asking.params["event_id"].strip()
    act = _gathered(asking, wanted)
    if act is not None:
        yield Page((_of_act(act),), note="As it was read for the judgement; nothing was asked for it.")
        return
    now = asking.cloud.now()
    plan = lookup.Plan.of(replace(asking, window=Window(now - _KEPT, now)), _LIMIT)
    async for page in lookup.everywhere(plan, {"EventId": wanted}, _row):
        yield page
    yield plan.summary()


def _gathered(asking: Asking, wanted: str) -> Act | None:
    """The event, or row of a data log, among those of a judgement that was made already."""
    judged = judged_already(asking)
    acts = () if judged is None else (*judged.hostile, *judged.unclear)
    return next((act for act in acts if act.id == wanted), None)


def _of_act(act: Act) -> Row:
    values = {
        "at": act.when,
        "event": act.operation,
        "service": act.service,
        "region": act.region,
        "source_ip": act.source,
        "user_agent": act.agent,
        "error": act.code,
        "resource": "; ".join(act.resources),
        "rw": "Write" if act.write else "Read",
        "event_id": act.id,
    }
    return Row(values, act.event)


def _row(event: Record) -> Row:
    return Row(described(event), event)


QUERY = Query(
    id="event-record",
    title="One event",
    question="What does the record of this event say, as it came?",
    columns=EVENT_COLUMNS,
    calls=lookup.LOOKUP_CALLS,
    needs=lookup.LOOKUP_NEEDS,
    run=run,
    params=(
        Param("event_id", "the id of the event, or of a request that findings name", required=True),
        REGIONS_PARAM,
        lookup.limit_param(_LIMIT),
    ),
    source=lookup.SOURCE,
    lag=lookup.LAG,
    limits=f"{lookup.LIMITS} Requests to data are known by id only where the judgement has read them.",
)
