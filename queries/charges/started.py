"""Instances that the key, or whom it made, started: what became of them, and what an hour of them costs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from json import dumps

from aktui.errors import AktuiError
from aktui.models import Reply
from queries.asking.reading import Record, ident, listed, nested, record, records
from queries.asking.together import settled
from queries.base import Asking, Gap, Status
from queries.charges.billing import PRODUCT, Billing
from queries.charges.money import amount
from queries.charges.tracing import Act
from queries.charges.vocabulary import is_region

INSTANCES_CALL, PRICE_CALL = "ecs:DescribeInstances", f"{PRODUCT}:GetPayAsYouGoPrice"
_AT_ONCE = 100
_INSTANCE = re.compile(r"i-[a-z0-9]{6,40}")
_TYPE = re.compile(r"[a-z0-9]+(\.[a-z0-9-]+){1,3}")
_MAKES = ("RunInstances", "CreateInstance")
"""What makes an instance. Starting one that was there already makes it nobody else's."""
_ENDS = ("DeleteInstance", "DeleteInstances", "StopInstance", "StopInstances")


@dataclass(frozen=True)
class Started:
    """An instance and the event that started it."""

    id: str
    region: str
    type: str
    act: Act
    ended: Act | None
    """The event that stopped or released it, where one was read."""
    spot: bool


def started(acts: Sequence[Act]) -> list[Started]:
    """Instances of ECS that were made by the key or by whom it made."""
    found: dict[str, Started] = {}
    for act in acts:
        if not act.by or act.service != "Ecs" or act.event not in _MAKES or not is_region(act.region):
            continue
        asked = record(act.raw.get("requestParameters")) or nested(act.raw.get("requestParameterJson"))
        kind = ident(asked.get("InstanceType"))
        spot = ident(asked.get("SpotStrategy")) not in ("", "NoSpot")
        for one in _made(act.raw):
            ended = next((end for end in acts if _ends(end, one) and end.at >= act.at), None)
            kind_known = kind if _TYPE.fullmatch(kind) else ""
            found.setdefault(one, Started(one, act.region, kind_known, act, ended, spot))
    return list(found.values())


def _made(event: Record) -> list[str]:
    """The instances that a call made, as its answer and its resources tell; nothing else it may mention."""
    answer = event.get("responseElements")
    told = answer if isinstance(answer, dict) else nested(answer)
    several = record(told.get("InstanceIdSets")).get("InstanceIdSet")
    named = record(event.get("referencedResources")).get("ACS::ECS::Instance")
    lists = [one if isinstance(one, list) else [one] for one in (several, named, told.get("InstanceId"))]
    return sorted({name for some in lists for one in some if _INSTANCE.fullmatch(name := ident(one))})


def _ends(act: Act, instance: str) -> bool:
    return act.event in _ENDS and instance in act.ids


@dataclass(frozen=True)
class Known:
    """What ECS says about instances now: by id; and what it did not say."""

    instances: dict[str, Record]
    gaps: tuple[Gap, ...]
    unasked: frozenset[str]
    """Instances about which there was no answer."""


async def look_at(asking: Asking, found: Iterable[Started]) -> Known:
    """The instances as they are now, region by region."""
    by_region: dict[str, list[str]] = {}
    for one in found:
        by_region.setdefault(one.region, []).append(one.id)
    instances: dict[str, Record] = {}
    gaps: list[Gap] = []
    unasked: set[str] = set()
    for region, ids in sorted(by_region.items()):
        for some in (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE)):
            told = await settled(_described(asking, region, some))
            if isinstance(told, AktuiError):
                gaps.append(Gap.of(told, f"instances in {region}"))
                unasked |= set(some)
                continue
            instances |= {ident(one.get("InstanceId")): one for one in told}
    return Known(instances, tuple(gaps), frozenset(unasked))


async def _described(asking: Asking, region: str, ids: Iterable[str]) -> list[Record]:
    reply = await asking.once.call(
        "ecs",
        "DescribeInstances",
        region=region,
        RegionId=region,
        InstanceIds=dumps(list(ids)),
        MaxResults=_AT_ONCE,
    )
    return listed(reply, INSTANCES_CALL, "Instances", "Instance")


@dataclass(frozen=True)
class Price:
    """The list price of an hour."""

    hour: Decimal
    currency: str
    raw: Record


async def price(billing: Billing, region: str, kind: str) -> Price | Gap:
    """What an hour of an instance type costs by the list, pay-as-you-go, Linux, without disks and traffic."""
    what = f"price of {kind} in {region}"
    module = {
        "ModuleCode": "InstanceType",
        "PriceType": "Hour",
        "Config": f"InstanceType:{kind},IoOptimized:IoOptimized,ImageOs:linux",
    }
    reply = await settled(
        billing.call(
            "GetPayAsYouGoPrice",
            ProductCode="ecs",
            SubscriptionType="PayAsYouGo",
            Region=region,
            ModuleList=[module],
        )
    )
    if not isinstance(reply, Reply):
        return Gap.of(reply, what)
    data = record(reply.body.get("Data"))
    for detail in records(record(data.get("ModuleDetails")).get("ModuleDetail")):
        hour = amount(detail.get("OriginalCost"))
        if hour is not None:
            return Price(hour, ident(data.get("Currency")), reply.body)
    return Gap(Status.FAILED, what, "The answer tells no price that can be read.", PRICE_CALL)
