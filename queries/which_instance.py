"""Which machine of the account uses the key: its source addresses against the addresses we have."""

from collections.abc import AsyncIterator
from typing import Any

from queries.asking.together import guarded, together
from queries.base import Asking, Column, Gap, Page, Query, Row
from queries.machines.owned import OWNED_CALLS, Found, Owned, eips_in, in_region, in_resource_center
from queries.machines.sources import Source, Sources, sources_of
from queries.trail import lookup

OURS, NOT_OURS, NOT_FOUND, PROVIDER = "ours", "not ours", "not found", "the provider"


async def run(asking: Asking) -> AsyncIterator[Page]:
    sources = await sources_of(asking)
    yield Page(gaps=sources.gaps)
    if not sources.found:
        yield Page(note="No address is known from which the key was used.")
        return
    public, private = sources.ips(private=False), sources.ips(private=True)
    found, gaps = Found(), list[Gap]()
    center = in_resource_center(asking, {*public, *private}, found)
    async for page in guarded("resources of all regions", center):
        gaps += page.gaps
        yield page
    regions = sorted({asking.cloud.region, *sources.regions, *found.elsewhere})
    parts = [
        *(guarded(f"instances in {one}", in_region(asking, one, public, private, found)) for one in regions),
        *(guarded(f"elastic addresses in {one}", eips_in(asking, one, public, found)) for one in regions),
    ]
    async for page in together(*parts):
        gaps += page.gaps
        yield page
    rows = tuple(row for one in _in_order(sources) for row in _rows(one, found, whole=not gaps))
    ours = len({row.values["ip"] for row in rows if row.values["whose"] == OURS})
    note = f"{ours} of {len(sources.found)} addresses are ours. Regions asked: {', '.join(regions)}."
    yield Page(rows, note=note)


def _in_order(sources: Sources) -> list[Source]:
    """Newest use first; those whose time is not known last."""
    known = sorted((one for one in sources.found.values() if one.last), key=lambda one: one.name)
    known.sort(key=lambda one: one.last.timestamp() if one.last else 0.0, reverse=True)
    return known + sorted((one for one in sources.found.values() if not one.last), key=lambda one: one.name)


def _rows(source: Source, found: Found, *, whole: bool) -> list[Row]:
    """A row for each thing that has the address; one that says so where nothing of ours has it."""
    have = list(found.by_ip.get(source.ip, {}).values())
    if source.private and source.vpcs:
        in_these = [one for one in have if one.vpc in source.vpcs]
        have = in_these or have
    # An elastic address and the instance it is bound to are one thing.
    have = [one for one in have if one.kind == "instance"] or have
    if have:
        return [_row(source, OURS, one, _why(source, one, len(have))) for one in have]
    return [_row(source, *_nobody(source, whole=whole))]


def _nobody(source: Source, *, whole: bool) -> tuple[str, None, str]:
    if not source.ip:
        return PROVIDER, None, "no address: the provider called on the key's behalf"
    if source.private:
        inside = f" in {', '.join(sorted(source.vpcs))}" if source.vpcs else ""
        return (
            NOT_FOUND,
            None,
            f"a private address{inside}: no machine of ours has it now, in the regions asked",
        )
    if not whole:
        return NOT_FOUND, None, "not found, but not everything could be asked"
    return NOT_OURS, None, "no machine and no elastic address of the account has it now"


def _why(source: Source, one: Owned, many: int) -> str:
    if one.since and source.last and one.since > source.last:
        return f"has it since {one.since:%Y-%m-%d %H:%M} UTC, after the key was last used from it"
    if many > 1:
        return f"{many} things of ours have this address, in networks of their own"
    if source.vpcs and one.vpc and one.vpc not in source.vpcs:
        return f"has the address, but the calls came from {', '.join(sorted(source.vpcs))}"
    return ""


def _row(source: Source, whose: str, one: Owned | None, why: str) -> Row:
    values: dict[str, Any] = {
        "ip": source.name,
        "whose": whose,
        "instance": one.id if one else "",
        "name": one.name if one else "",
        "kind": one.kind if one else "",
        "region": one.region if one else "",
        "vpc": (one.vpc if one else "") or ", ".join(sorted(source.vpcs)),
        "state": one.state if one else "",
        "why": why,
        "last_used": source.last,
        "services": ", ".join(sorted(source.services)),
        "since": one.since if one else None,
    }
    return Row(values, {"used": source.records, "resource": one.raw if one else None})


QUERY = Query(
    id="which-instance",
    title="Which instance",
    question="Which machine of ours uses the key, and which addresses are not ours?",
    columns=(
        Column("ip", "Source", "ip"),
        Column("whose", "Whose"),
        Column("instance", "Instance", "id"),
        Column("name", "Name"),
        Column("kind", "Kind"),
        Column("region", "Region"),
        Column("why", "Note"),
        Column("last_used", "Last used", "time"),
        Column("services", "Services"),
        Column("state", "State"),
        Column("vpc", "VPC", "id"),
        Column("since", "Has it since", "time"),
    ),
    calls=(*lookup.LOOKUP_CALLS, *OWNED_CALLS),
    needs=(*lookup.LOOKUP_NEEDS, *OWNED_CALLS),
    run=run,
    source="ECS, VPC, Resource Center; addresses from ActionTrail",
    limits=(
        "Who has an address now: it may have been somebody else's when the key was used. Asked in the "
        "regions that the key used; of others Resource Center tells, where it is switched on. Behind a "
        "gateway one address stands for many machines."
    ),
)
