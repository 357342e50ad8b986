"""Which regions to ask where every region keeps its own events."""

import re
from collections.abc import AsyncIterator, Callable

from aktui.errors import UsageError
from aktui.models import Reply
from queries.asking.reading import ident, listed
from queries.asking.together import settled, together
from queries.base import Asking, Gap, Page, Param, Result, Status

REGIONS_PARAM = Param(
    "regions",
    "regions to ask, separated by commas, or `all`; without it the home region, the one that stores global "
    "events, and those seen in the key's audit records",
)
REGION_CALLS = (
    "actiontrail:DescribeRegions",
    "actiontrail:GetGlobalEventsStorageRegion",
    "actiontrail:GetAccessKeyLastUsedProducts",
    "actiontrail:GetAccessKeyLastUsedEvents",
    "actiontrail:GetAccessKeyLastUsedIps",
    "actiontrail:GetAccessKeyLastUsedResources",
)
_AUDIT = ("services", "events", "ips", "resources")
"""Queries whose rows name regions. Each record names one, its newest: together they miss fewer."""

_USUAL_GLOBAL_REGION = "ap-southeast-1"
_REGION = re.compile(r"[a-z]{2,5}(-[a-z0-9]{1,20}){1,5}")

Here = Callable[[str], AsyncIterator[Page]]
"""What to do in one region."""


async def in_regions(asking: Asking, here: Here, *, with_global: bool = True) -> AsyncIterator[Page]:
    """Pages of all regions chosen, each region once, each begun as soon as it is known.

    `with_global`: the region that stores the events of global services is one of them.
    """
    claimed: set[str] = set()

    def once(region: str) -> AsyncIterator[Page]:
        if region in claimed:
            return _nothing()
        claimed.add(region)
        return here(region)

    chosen = asking.params.get("regions", "").strip()
    if chosen == "all":
        sources = [_in_all(asking, once)]
    elif chosen:
        sources = [once(region) for region in _parsed(chosen)]
    else:
        sources = [once(asking.cloud.region), _in_audited(asking, once)]
        if with_global:
            sources.append(_in_global(asking, once))
    async for page in together(*sources):
        yield page


async def _nothing() -> AsyncIterator[Page]:
    return
    yield


async def _in_all(asking: Asking, here: Here) -> AsyncIterator[Page]:
    reply = await asking.once.call("actiontrail", "DescribeRegions")
    entries = listed(reply, "actiontrail:DescribeRegions", "Regions", "Region")
    regions = [ident(entry.get("RegionId")) for entry in entries]
    async for page in together(*(here(region) for region in regions if _REGION.fullmatch(region))):
        yield page


async def _in_global(asking: Asking, here: Here) -> AsyncIterator[Page]:
    """The region that keeps the events of RAM, STS and the like; where it is not told, the usual one."""
    reply = await settled(asking.once.call("actiontrail", "GetGlobalEventsStorageRegion"))
    region = ident(reply.body.get("StorageRegion")) if isinstance(reply, Reply) else ""
    if not _REGION.fullmatch(region):
        what = "region that stores global events"
        detail = f"The cloud did not tell it; asked {_USUAL_GLOBAL_REGION}, the usual one."
        gap = Gap(Status.PARTIAL, what, detail) if isinstance(reply, Reply) else Gap.of(reply, what)
        yield Page(gaps=(gap,))
        region = _USUAL_GLOBAL_REGION
    async for page in here(region):
        yield page


async def _in_audited(asking: Asking, here: Here) -> AsyncIterator[Page]:
    """The regions that the key's audit records name. These names come from events: checked before use."""
    async for page in together(*(_in_seen(asking, here, query_id) for query_id in _AUDIT)):
        yield page


async def _in_seen(asking: Asking, here: Here, query_id: str) -> AsyncIterator[Page]:
    seen: Result = await asking.ask(query_id)
    missed = tuple(gap for gap in seen.gaps if gap.status is not Status.NOT_COVERED)
    if missed:
        yield Page(gaps=missed)
    regions = dict.fromkeys(ident(row.values["region"]) for row in seen.rows)
    async for page in together(*(here(region) for region in regions if _REGION.fullmatch(region))):
        yield page


def _parsed(chosen: str) -> list[str]:
    regions = list(dict.fromkeys(part.strip() for part in chosen.split(",") if part.strip()))
    for region in regions:
        if not _REGION.fullmatch(region):
            raise UsageError(f"'{region}' is not a region id; they look like cn-hangzhou.")
    return regions
