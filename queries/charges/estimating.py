"""What an instance may have cost since the last bill, from its start, its state and the list price."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from queries.asking.reading import ident
from queries.base import Asking, Row
from queries.charges.money import rounded, times
from queries.charges.started import Known, Price, Started

_HOUR = timedelta(hours=1)


def type_of(one: Started, known: Known) -> str:
    return one.type or ident(known.instances.get(one.id, {}).get("InstanceType"))


class Estimate:
    """One instance, and what it may have cost since."""

    def __init__(
        self,
        asking: Asking,
        one: Started,
        known: Known,
        prices: Mapping[tuple[str, str], Price],
        billed: Mapping[str, Decimal],
        since: datetime | None,
    ) -> None:
        self.one, self.now = one, asking.cloud.now()
        self.told = known.instances.get(one.id)
        self.asked = one.id not in known.unasked
        self.type = type_of(one, known)
        self.price = prices.get((one.region, self.type))
        self.billed = billed.get(one.id)
        self.begin = max(one.act.at, since) if since else one.act.at
        self.end, self.open = self._end()

    def _end(self) -> tuple[datetime, bool]:
        """Until when it is counted, and whether that end is not known but the latest possible."""
        if self.one.ended is not None:
            return self.one.ended.at, False
        return self.now, self.asked and (self.told is None or self.state == "Stopped")

    @property
    def state(self) -> str:
        if self.told is not None:
            return ident(self.told.get("Status")) or "unknown"
        return "released" if self.asked else "unknown"

    @property
    def hours(self) -> float:
        return max(0.0, (self.end - self.begin) / _HOUR)

    @property
    def cost(self) -> Decimal | None:
        return times(self.price.hour, self.hours) if self.price else None

    @property
    def assumptions(self) -> str:
        parts = ["list price of an hour, pay-as-you-go, Linux; disks, traffic and discounts left out"]
        if self.one.spot:
            parts.append("asked for as a spot instance, which is cheaper")
        if self.open:
            parts.append("when it was stopped or released is not known, so counted until now: at most this")
        elif self.one.ended is not None:
            parts.append(f"until {self.one.ended.event}; a stopped instance may go on costing")
        if not self.price:
            parts.append("its price is not known")
        if not self.asked:
            parts.append("taken to be running: ECS did not answer")
        return "; ".join(parts) + "."

    def row(self) -> Row:
        one, act, cost = self.one, self.one.act, self.cost
        values: dict[str, Any] = {
            "instance": one.id,
            "region": one.region,
            "spec": self.type,
            "state": self.state,
            "started": act.at,
            "by": act.by,
            "hours": Decimal(f"{self.hours:.1f}"),
            "estimate": None if cost is None else rounded(cost),
            "hourly": rounded(self.price.hour) if self.price else None,
            "currency": self.price.currency if self.price else "",
            "since": self.begin,
            "billed": None if self.billed is None else rounded(self.billed),
            "assumptions": f"Estimate: {self.assumptions}",
            "event": act.event,
            "event_id": act.event_id,
            "source_ip": act.source_ip,
        }
        price_told = self.price.raw if self.price else None
        return Row(values, {"event": act.raw, "instance": self.told, "price": price_told})
