"""What ActionTrail's insights noticed about calls with the key, and whether they are on at all."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from queries.asking.reading import Record, flag, ident, listed, moment, record, text
from queries.asking.together import guarded
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.trail.happening import EVENT, EVENT_ID, REGION, SERVICE, SOURCE_IP, described
from queries.trail.regions import REGION_CALLS, REGIONS_PARAM, in_regions

_TYPES, _LOOKUP = "actiontrail:GetInsightTypes", "actiontrail:LookupInsightEvents"
_OF_KEYS = "AkInsight"
_KEPT = timedelta(days=93)
_MOST_PAGES = 20


async def run(asking: Asking) -> AsyncIterator[Page]:
    async for page in guarded("whether insights are on", _switched_on(asking)):
        yield page
    seen: set[str] = set()

    def here(region: str) -> AsyncIterator[Page]:
        return guarded(f"insights in {region}", _in_region(asking, region, seen))

    async for page in in_regions(asking, here):
        yield page


async def _switched_on(asking: Asking) -> AsyncIterator[Page]:
    reply = await asking.cloud.call("actiontrail", "GetInsightTypes")
    types = record(reply.body.get("InsightTypes"))
    told = {kind: _enabled(value) for kind, value in types.items()}
    on = told.get(_OF_KEYS)
    gaps = _off(on) if types else (_unsaid("The answer has no types of insights."),)
    others = ", ".join(sorted(kind[:40] for kind, enabled in told.items() if enabled)[:20])
    yield Page(request_id=reply.request_id, gaps=gaps, note=f"Switched on: {others or 'none'}.")


def _enabled(value: object) -> bool | None:
    """On or off, however the answer puts it: the shape is not documented."""
    inside = record(value)
    for name in ("Enabled", "Enable", "Status", "State"):
        if name in inside:
            told = flag(inside[name])
            return ident(inside[name]).lower() in ("on", "enable", "enabled") if told is None else told
    return flag(value)


def _off(on: bool | None) -> tuple[Gap, ...]:
    if on:
        return ()
    if on is None:
        return (_unsaid(f"The answer does not tell whether {_OF_KEYS} is on."),)
    detail = (
        f"{_OF_KEYS}, abnormal use of AccessKeys, is off: an empty list says nothing. It shows nothing from "
        "before it is switched on."
    )
    return (Gap(Status.NOT_COVERED, "insights about keys", detail),)


def _unsaid(why: str) -> Gap:
    return Gap(Status.PARTIAL, "whether insights are on", why, _TYPES)


async def _in_region(asking: Asking, region: str, seen: set[str]) -> AsyncIterator[Page]:
    now, token, tokens = asking.cloud.now(), "", {""}
    start, end = max(asking.window.start, now - _KEPT), min(asking.window.end, now)
    if start >= end:
        detail = "Insights are kept for 93 days."
        yield Page(gaps=(Gap(Status.NOT_COVERED, f"insights in {region}", detail),))
        return
    for _ in range(_MOST_PAGES):
        reply = await asking.cloud.call(
            "actiontrail",
            "LookupInsightEvents",
            region=region,
            StartTime=_stamp(start),
            EndTime=_stamp(end),
            MaxResults="50",
            LookupAttribute=[{"Key": "AccessKeyId", "Value": asking.key_id}],
            **({"NextToken": token} if token else {}),
        )
        yield Page(tuple(_rows(listed(reply, _LOOKUP, "Events"), seen)), reply.request_id)
        token = text(reply.body.get("NextToken"))
        if not token:
            return
        if token in tokens:
            break
        tokens.add(token)
    detail = "Not all pages of the list could be read."
    yield Page(gaps=(Gap(Status.PARTIAL, f"insights in {region}", detail, _LOOKUP),))


def _rows(events: list[Record], seen: set[str]) -> list[Row]:
    rows = []
    for event in events:
        number = ident(event.get("eventId"))
        if number and number in seen:
            continue
        seen.add(number)
        rows.append(Row(_values(event), event))
    return rows


def _values(event: Record) -> dict[str, Any]:
    details = record(event.get("insightDetails"))
    told = [f"{text(name)[:60]}: {text(value)}" for name, value in list(details.items())[:20]]
    facts = described(event)
    return {
        **{name: facts[name] for name in ("at", "service", "event", "region", "source_ip", "event_id")},
        "type": text(event.get("insightType")),
        "object": text(event.get("insightObject")),
        "details": "; ".join(told),
        "until": moment(details.get("endTime")),
    }


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


QUERY = Query(
    id="insights",
    title="Insights",
    question="What did ActionTrail notice that is unusual about calls with the key?",
    columns=(
        Column("at", "Noticed", "time"),
        Column("type", "Insight"),
        Column("object", "About"),
        SERVICE,
        EVENT,
        REGION,
        SOURCE_IP,
        Column("details", "Details"),
        Column("until", "Until", "time"),
        EVENT_ID,
    ),
    calls=(_TYPES, _LOOKUP, *REGION_CALLS),
    needs=(_TYPES, _LOOKUP, *REGION_CALLS),
    run=run,
    params=(REGIONS_PARAM,),
    source="ActionTrail Insights",
    limits=(
        "Insights have to be switched on, learn for some days first, and are kept for 93 days; each region "
        "keeps its own. What an insight holds is not documented: see the raw record."
    ),
)
