"""ActionTrail: insights.

The vendor publishes what can be asked, not what an insight event has inside. Here it has the fields by which
it can be looked up, named as in other events (`serviceName`, `sourceIpAddress`, `userIdentity.accessKeyId`
…), `insightType`, `insightObject` (what it is about) and `insightDetails`. Also chosen: `InsightTypes` tells
of each type whether it is on; EnableInsight without a type switches all on, and shows nothing of before; a
region shows its own events, and GetInsightsEventsCount and DescribeUserAlertCount count those of all. Two
operations of the catalogue are left out, as neither source says what they answer: GetGovernanceMetrics and
DescribeResourceLifeCycleEvents.
"""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from aktui.simcloud.clock import iso, parse_iso
from aktui.simcloud.cursor import NEXT, next_token, place, refused, size
from aktui.simcloud.fault import ApiError
from aktui.simcloud.insights import TYPES
from aktui.simcloud.op import Answer, Call, Objects, Text, op
from aktui.simcloud.trail import Event

REACH = timedelta(days=93)
_WINDOW = timedelta(days=7)
_PAIR = {"ServiceName", "EventName"}

_FIELDS: dict[str, Callable[[Event], Any]] = {
    "ServiceName": lambda event: event.get("serviceName"),
    "EventName": lambda event: event.get("eventName"),
    "SourceIpAddress": lambda event: event.get("sourceIpAddress"),
    "InsightType": lambda event: event.get("insightType"),
    "EventId": lambda event: event.get("eventId"),
    "AccessKeyId": lambda event: (event.get("userIdentity") or {}).get("accessKeyId"),
    "InsightObject": lambda event: event.get("insightObject"),
}


@op("Actiontrail", "GetInsightTypes")
def get_insight_types(call: Call) -> Answer:
    on = call.account.insights.since
    return {"InsightTypes": {kind: {"Enabled": kind in on} for kind in TYPES}}


@op("Actiontrail", "GetInsightSelectors", Text("TrailName", required=True))
def get_insight_selectors(call: Call) -> Answer:
    """The types that are on; they are the same for all trails."""
    for trail in call.account.trails:
        if trail["Name"] == call["TrailName"]:
            on = [kind for kind in TYPES if kind in call.account.insights.since]
            return {"TrailArn": trail["TrailArn"], "InsightSelectors": on}
    raise ApiError(404, "TrailNotFoundException", "The specified Trail does not exist.")


@op("Actiontrail", "EnableInsight", Text("InsightType"))
def enable_insight(call: Call) -> Answer:
    """Switches a type on; what is on stays on since when it was."""
    kind = call.get("InsightType")
    if kind and kind not in TYPES:
        raise ApiError(400, "InsightTypeNotAvailable", "The input insightType is not available")
    for one in [kind] if kind else TYPES:
        call.account.insights.since.setdefault(one, call.now)
    return {}


@op(
    "Actiontrail",
    "LookupInsightEvents",
    Text("StartTime"),
    Text("EndTime"),
    Text("MaxResults"),
    Text(NEXT),
    Objects("LookupAttribute", ("Key", "Value")),
)
def lookup_insight_events(call: Call) -> Answer:
    """The insight events of the region of the call, newest first."""
    limit, where = size(call, "MaxResults", 1, 50, 20), _attributes(call)
    start, end = _window(call)
    after = place(call).get("after", "")
    found = [
        event
        for event in call.account.insights.known(call.now)
        if event.get("acsRegion") == call.region
        and iso(start) <= event["eventTime"] <= iso(end)
        and all(_FIELDS[key](event) == value for key, value in where.items())
    ]
    ids = [event["eventId"] for event in found]
    first = ids.index(after) + 1 if after in ids else 0
    shown = found[first : first + limit]
    answer: Answer = {"Events": shown}
    if first + limit < len(found):
        answer[NEXT] = next_token(call, after=shown[-1]["eventId"])
    return answer


@op("Actiontrail", "GetInsightsEventsCount", Text("Date"), Text("StartTime"), Text("EndTime"))
def get_insights_events_count(call: Call) -> Answer:
    """How many there are of each type in each region: on a date, in a window, or in the last 24 hours."""
    if call.get("Date"):
        start = datetime.combine(_day(call, "Date"), datetime.min.time(), UTC)
        end = start + timedelta(days=1, seconds=-1)
    elif call.get("StartTime") or call.get("EndTime"):
        start, end = _moment(call, "StartTime"), _moment(call, "EndTime")
    else:
        start, end = call.now - timedelta(hours=24), call.now
    counts: Counter[tuple[str, str]] = Counter()
    for event in call.account.insights.known(call.now):
        if iso(start) <= event["eventTime"] <= iso(end):
            counts[event.get("acsRegion", ""), event["insightType"]] += 1
    rows = [
        {"RegionId": region, "InsightType": kind, "Count": count}
        for (region, kind), count in sorted(counts.items())
    ]
    return {"Data": rows}


@op("Actiontrail", "DescribeUserAlertCount", Text("StartDate"), Text("EndDate"))
def describe_user_alert_count(call: Call) -> Answer:
    """How many there are on each day, of the last seven unless told otherwise."""
    last = _day(call, "EndDate") if call.get("EndDate") else call.now.astimezone(UTC).date()
    first = _day(call, "StartDate") if call.get("StartDate") else last - timedelta(days=6)
    if first > last or last - first > REACH:
        raise refused()
    days = [(first + timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]
    counts = Counter(event["eventTime"][:10] for event in call.account.insights.known(call.now))
    return {"Data": {"Dates": days, "Counts": [counts[day] for day in days]}}


def _attributes(call: Call) -> dict[str, str]:
    where: dict[str, str] = {}
    for condition in list(call.get("LookupAttribute", []))[:2]:
        key, value = condition.get("Key", ""), condition.get("Value", "")
        if key not in _FIELDS or not value:
            raise refused()
        where[key] = value
    if len(where) == 2 and set(where) != _PAIR:
        raise refused()
    return where


def _window(call: Call) -> tuple[datetime, datetime]:
    """From and to; of a longer window only the last 93 days."""
    end = _moment(call, "EndTime") if call.get("EndTime") else call.now
    start = _moment(call, "StartTime") if call.get("StartTime") else call.now - _WINDOW
    if end <= start:
        raise ApiError(400, "InvalidParameterCombination", "The end time must be later than the start time.")
    return max(start, end - REACH), end


def _moment(call: Call, name: str) -> datetime:
    try:
        return parse_iso(call.get(name) or "")
    except ValueError:
        raise ApiError(400, f"InvalidParameter{name}", f"The specified {name} is invalid.") from None


def _day(call: Call, name: str) -> date:
    text = str(call[name])
    try:
        return date.fromisoformat(text if len(text) == 10 else "")
    except ValueError:
        raise refused() from None
