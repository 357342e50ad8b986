"""Who else is hit: what the intruder made, what that made in turn, sessions, other keys in the same hands."""

from collections.abc import AsyncIterator
from typing import Any

from queries.base import Asking, Column, Page, Query, Row
from queries.evidence.values import moment_of
from queries.judgement.asking import CALLS, LIMITS, NEEDS, SOURCE
from queries.judgement.judging import Other, judged
from queries.judgement.looking import call_of
from queries.judgement.steps import answer_to

_MOST_RAW = 50


async def run(asking: Asking) -> AsyncIterator[Page]:
    found = await judged(asking)
    yield Page(tuple(map(_row, found.others)), gaps=found.gaps)


def _row(other: Other) -> Row:
    acts = other.acts
    values: dict[str, Any] = {
        "kind": other.kind,
        "name": other.name,
        "why": other.why,
        "calls": len(acts),
        "succeeded": sum(act.ok for act in acts),
        "first": acts[0].when if acts else None,
        "last": acts[-1].when if acts else None,
        "until": moment_of(other.until) if other.until else None,
        "services": sorted({act.service for act in acts}),
        "things": list(dict.fromkeys(name for act in acts if act.write and act.ok for name in act.resources))[
            :50
        ],
        "sources": sorted({act.source for act in acts}),
        "action": answer_to(other)[0],
        "event_ids": [act.id for act in acts if act.is_event],
    }
    told = acts[:_MOST_RAW]
    return Row(values, {"events": [act.event for act in told], "calls": list(map(call_of, told))})


QUERY = Query(
    id="identities",
    title="Other identities",
    question="Which other users, keys, roles and sessions are an intruder's or in an intruder's hands?",
    columns=(
        Column("kind", "Kind"),
        Column("name", "Name", "id"),
        Column("why", "Why"),
        Column("calls", "Calls", "count"),
        Column("succeeded", "Succeeded", "count"),
        Column("first", "First", "time"),
        Column("last", "Last", "time"),
        Column("until", "Lives until", "time"),
        Column("services", "Services"),
        Column("things", "Changed"),
        Column("sources", "Sources", "ip"),
        Column("action", "Action"),
        Column("event_ids", "Events", "id"),
    ),
    calls=CALLS,
    needs=NEEDS,
    run=run,
    source=SOURCE,
    limits=LIMITS,
)
