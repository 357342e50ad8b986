"""One line of the bills: what one thing was charged for one billing item on one day.

Days are the vendor's: from midnight to midnight in China, wherever the account is.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
"""In which the vendor's accounts are kept."""

PAY_AS_YOU_GO, SUBSCRIPTION = "PayAsYouGo", "Subscription"
KINDS = ("PayAsYouGoBill", "SubscriptionOrder", "Refund", "Adjustment")
"""What a line is, as bills name it."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What is charged for; the same for all its days."""

    product: str
    """`ProductCode`: ecs, oss, …"""
    region: str = ""
    """Region id; empty for what has none."""
    instance: str = ""
    """Id of the instance; empty for what is charged as a whole."""
    nickname: str = ""
    spec: str = ""
    config: str = ""
    zone: str = ""
    internet_ip: str = ""
    intranet_ip: str = ""
    subscription: str = PAY_AS_YOU_GO
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Charge:
    """A day's line. Amounts are in the currency of the account."""

    day: date
    thing: Thing
    item: str
    """`BillingItemCode`: instance_type, systemdisk, NetworkOut, …"""
    gross: float
    """Before discounts."""
    discount: float = 0.0
    usage: float = 0.0
    unit: str = ""
    price: float = 0.0
    """Of one unit."""
    seconds: int = 86400
    split: str = ""
    """What of the thing it was spent on, where the split bill knows: a bucket, a domain."""
    kind: str = KINDS[0]

    @property
    def due(self) -> float:
        """What is to be paid."""
        return round(self.gross - self.discount, 6)


def today(moment: datetime) -> date:
    """The vendor's day at a moment."""
    return moment.astimezone(ZONE).date()


def begins(day: date) -> datetime:
    """The moment at which a day of the vendor begins."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def ends(day: date) -> datetime:
    return begins(day + timedelta(days=1))
