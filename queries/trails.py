"""Where the account's audit events are delivered, and whether delivery runs."""

from collections.abc import AsyncIterator

from aktui.models import Reply
from queries.asking.reading import Record, flag, ident, listed, moment, text
from queries.asking.together import guarded, settled, together
from queries.base import Asking, Column, Gap, Page, Query, Row
from queries.owners.rootkeys import organization_trails


async def run(asking: Asking) -> AsyncIterator[Page]:
    reply = await organization_trails(asking)
    trails = listed(reply, "actiontrail:DescribeTrails", "TrailList")
    note = (
        ""
        if trails
        else "There is no trail: events are kept for 90 days only, and object and log calls nowhere."
    )
    yield Page(request_id=reply.request_id, note=note, expected=len(trails) + 1)
    sources = (guarded(f"trail {text(trail.get('Name'))}", _state(asking, trail)) for trail in trails)
    async for page in together(*sources):
        yield page


async def _state(asking: Asking, trail: Record) -> AsyncIterator[Page]:
    """One trail; it is worth showing also when its state is not told."""
    shared = flag(trail.get("IsOrganizationTrail")) is True
    status = await settled(
        asking.cloud.call(
            "actiontrail",
            "GetTrailStatus",
            region=ident(trail.get("HomeRegion")),
            Name=ident(trail.get("Name")),
            IsOrganizationTrail=shared,
        )
    )
    told: Record = status.body if isinstance(status, Reply) else {}
    gaps = () if isinstance(status, Reply) else (Gap.of(status, f"state of trail {text(trail.get('Name'))}"),)
    values = {
        "name": text(trail.get("Name")),
        "logging": flag(told.get("IsLogging")),
        "status": text(trail.get("Status")),
        "events": text(trail.get("EventRW")),
        "regions": text(trail.get("TrailRegion")),
        "home_region": text(trail.get("HomeRegion")),
        "sls": text(trail.get("SlsProjectArn")),
        "oss": "/".join(
            part for name in ("OssBucketName", "OssKeyPrefix") if (part := text(trail.get(name)))
        ),
        "delivered_at": _latest(told),
        "error": text(told.get("LatestDeliveryLogServiceError")) or text(told.get("LatestDeliveryError")),
        "organization": (text(trail.get("OrganizationId")) or "yes") if shared else "",
        "stopped_at": moment(told.get("StopLoggingTime")) or moment(trail.get("StopLoggingTime")),
    }
    yield Page((Row(values, {"DescribeTrails": trail, "GetTrailStatus": told}),), gaps=gaps)


def _latest(told: Record) -> object:
    times = [moment(told.get(name)) for name in ("LatestDeliveryTime", "LatestDeliveryLogServiceTime")]
    return max((time for time in times if time), default=None)


QUERY = Query(
    id="trails",
    title="Trails",
    question="Are audit events delivered to SLS or OSS, and does it run?",
    columns=(
        Column("name", "Trail"),
        Column("logging", "Logging", "flag"),
        Column("status", "Status"),
        Column("events", "Events"),
        Column("regions", "Regions"),
        Column("sls", "To SLS"),
        Column("oss", "To OSS"),
        Column("delivered_at", "Last delivery", "time"),
        Column("error", "Last error"),
        Column("stopped_at", "Stopped", "time"),
        Column("home_region", "Home region"),
        Column("organization", "Resource Directory"),
    ),
    calls=("actiontrail:DescribeTrails", "actiontrail:GetTrailStatus"),
    needs=("actiontrail:DescribeTrails", "actiontrail:GetTrailStatus"),
    run=run,
    source="ActionTrail",
)
