"""Which sources are the business's and which an intruder's, with what speaks for it."""

from collections.abc import AsyncIterator
from typing import Any

from queries.attribution.values import Weighed
from queries.base import Asking, Column, Page, Query, Row
from queries.evidence.values import moment_of
from queries.judgement.asking import CALLS, LIMITS, NEEDS, SOURCE
from queries.judgement.judging import judged


async def run(asking: Asking) -> AsyncIterator[Page]:
    found = await judged(asking)
    yield Page(tuple(map(_row, found.units)), gaps=found.gaps)


def _row(one: Weighed) -> Row:
    unit = one.unit
    values: dict[str, Any] = {
        "source_ip": unit.source,
        "side": one.side.value,
        "points": round(one.points, 2),
        "why": one.why,
        "by": "console" if unit.console else "key",
        "calls": unit.count,
        "refused": unit.refused,
        "first": moment_of(unit.first),
        "last": moment_of(unit.last),
        "agents": sorted(unit.agents),
        "regions": sorted(unit.regions),
    }
    signals = [{"id": s.id, "points": s.points, "sentence": s.sentence} for s in one.signals]
    return Row(values, {"signals": signals, "operations": dict(unit.operations.most_common(50))})


QUERY = Query(
    id="attribution",
    title="Whose sources",
    question="Which of the sources that call with the key are the business's, and which an intruder's?",
    columns=(
        Column("source_ip", "Source IP", "ip"),
        Column("side", "Whose"),
        Column("points", "Points"),
        Column("why", "Why"),
        Column("by", "By"),
        Column("calls", "Calls", "count"),
        Column("refused", "Refused", "count"),
        Column("first", "First", "time"),
        Column("last", "Last", "time"),
        Column("agents", "User agents"),
        Column("regions", "Regions"),
    ),
    calls=CALLS,
    needs=NEEDS,
    run=run,
    source=SOURCE,
    limits=LIMITS,
)
