"""One line of an instance bill: its columns, and the same line as a value to reckon with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from queries.asking.reading import Record, count, ident, text
from queries.base import Column, Row
from queries.charges.money import NOTHING, amount, rounded
from queries.charges.vocabulary import region_id

PREPAID = "Subscription"

DAY = Column("day", "Day")
PRODUCT = Column("product", "Product")
REGION = Column("region", "Region")
AMOUNT = Column("amount", "Charged", "count")
CURRENCY = Column("currency", "Currency")
HOW = Column("subscription", "Paid")
PART = Column("part", "Part")

LINE_COLUMNS = (
    DAY,
    PRODUCT,
    REGION,
    Column("instance", "Instance", "id"),
    Column("name", "Name"),
    AMOUNT,
    CURRENCY,
    Column("spec", "Type"),
    Column("seconds", "Seconds of service", "count"),
    HOW,
    Column("kind", "Kind"),
    Column("gross", "Before discounts", "count"),
    Column("public_ip", "Public IP", "ip"),
    Column("private_ip", "Private IP", "ip"),
    PART,
)


@dataclass(frozen=True)
class Line:
    """What one instance was charged on one day."""

    day: date
    product: str
    region: str
    instance: str
    subscription: str
    currency: str
    amount: Decimal
    in_window: bool
    name: str
    spec: str
    raw: Record

    @property
    def prepaid(self) -> bool:
        return self.subscription == PREPAID


def row_of(line: Record, day: date, part: str) -> Row:
    """The columns of a line. What the bill leaves empty is empty; an amount it does not tell is None."""
    due, gross = amount(line.get("PretaxAmount")), amount(line.get("PretaxGrossAmount"))
    values = {
        "day": day.isoformat(),
        "product": ident(line.get("ProductCode")) or ident(line.get("ProductName")),
        "region": region_id(ident(line.get("Region"))),
        "instance": ident(line.get("InstanceID")),
        "name": text(line.get("NickName")),
        "amount": None if due is None else rounded(due),
        "currency": ident(line.get("Currency")),
        "spec": ident(line.get("InstanceSpec")),
        "seconds": _seconds(line),
        "subscription": ident(line.get("SubscriptionType")),
        "kind": ident(line.get("Item")),
        "gross": None if gross is None else rounded(gross),
        "public_ip": ident(line.get("InternetIP")),
        "private_ip": ident(line.get("IntranetIP")),
        "part": part,
    }
    return Row(values, line)


def lines(rows: Iterable[Row]) -> Iterator[Line]:
    """The lines behind rows of `charges-by-instance`, with the exact amounts of the bill."""
    for row in rows:
        values = row.values
        yield Line(
            date.fromisoformat(values["day"]),
            values["product"],
            values["region"],
            values["instance"],
            values["subscription"],
            values["currency"],
            amount(row.raw.get("PretaxAmount")) or NOTHING,
            values["part"] == "window",
            values["name"],
            values["spec"],
            row.raw,
        )


def unreadable(rows: Iterable[Row]) -> int:
    """How many lines tell no amount that can be read."""
    return sum(row.values["amount"] is None for row in rows)


def _seconds(line: Record) -> int | None:
    """`ServicePeriod`, which is in seconds as `ServicePeriodUnit` says; None for any other unit."""
    unit = text(line.get("ServicePeriodUnit")).strip().lower()
    return count(line.get("ServicePeriod")) if unit in ("秒", "second", "seconds") else None
