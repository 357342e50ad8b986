"""What the provider's ready-made alert rules would say of the key, reckoned here in case they are not on."""

from collections.abc import AsyncIterator
from typing import Any

from queries.base import Asking, Column, Page, Query, Result, Row
from queries.owners.holder import HOLDER_CALLS, HOLDER_NEEDS, ROOT, UNKNOWN, find_holder
from queries.provider.rules import FIRES, QUIET, Outcome, Rule, judge, rules
from queries.trail import lookup
from queries.trail.happening import described

_SEEN_IN_PART = "as far as events were read"


async def run(asking: Asking) -> AsyncIterator[Page]:
    holder = await find_holder(asking)
    events: Result = await asking.ask("recent-events")
    gaps = (*holder.gaps, *events.gaps)
    if not events.rows and events.gaps:
        yield Page(gaps=gaps)
        return
    root = None if holder.kind == UNKNOWN else holder.kind == ROOT
    raw = [row.raw for row in events.rows]
    found = [(rule, judge(rule, raw, root)) for rule in rules()]
    rows = tuple(_row(rule, outcome, whole=not events.gaps) for rule, outcome in found)
    alerts = sum(outcome.state == FIRES for _, outcome in found)
    note = (
        f"{alerts} of {len(found)} rules would alert, over {len(raw)} events of the key. Whether the rules "
        "are switched on was not asked: they live in the log service."
    )
    yield Page(rows, gaps=gaps, covered=events.covered, note=note)


def _row(rule: Rule, outcome: Outcome, *, whole: bool) -> Row:
    told = [described(event) for event in outcome.events]
    times = [one["at"] for one in told if one["at"]]
    quiet = outcome.state == QUIET and not whole and rule.computed != "root"
    values: dict[str, Any] = {
        "rule": rule.title,
        "state": outcome.state,
        "why": f"{outcome.why}, {_SEEN_IN_PART}" if quiet else outcome.why,
        "count": len(told),
        "first": min(times, default=None),
        "last": max(times, default=None),
        "ips": ", ".join(sorted({one["source_ip"] for one in told if one["source_ip"]})[:10]),
        "event_id": next((one["event_id"] for one in told if one["at"] == max(times, default=None)), ""),
        "rule_id": rule.id,
    }
    return Row(values, {"rule": rule.id, "events": list(outcome.events)})


QUERY = Query(
    id="alert-rules",
    title="Alert rules",
    question="Which of the provider's ready-made alert rules would calls of the key set off?",
    columns=(
        Column("rule", "Rule"),
        Column("state", "State"),
        Column("why", "Why"),
        Column("count", "Events", "count"),
        Column("first", "First", "time"),
        Column("last", "Last", "time"),
        Column("ips", "Source IPs"),
        Column("event_id", "Newest event", "id"),
        Column("rule_id", "Rule ID"),
    ),
    calls=(*HOLDER_CALLS, *(call for call in lookup.LOOKUP_CALLS if call not in HOLDER_CALLS)),
    needs=(*HOLDER_NEEDS, *(need for need in lookup.LOOKUP_NEEDS if need not in HOLDER_NEEDS)),
    run=run,
    source=lookup.SOURCE,
    lag=lookup.LAG,
    limits=(
        f"{lookup.LIMITS} The rules' subjects, not their exact thresholds; only calls with the key itself, "
        "not those of role sessions or of users it made."
    ),
)
