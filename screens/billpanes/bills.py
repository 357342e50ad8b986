"""Lines of bills added up as they come: by day and product for the chart, by instance for the table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from queries.base import Gap, Result, Row, Status
from queries.charges.money import NOTHING, amount, rounded

OF_DAY = "charges of "
"""How the gap of a day begins."""


@dataclass
class Thing:
    """What is charged under one name."""

    product: str
    region: str
    instance: str
    currency: str
    window: Decimal = NOTHING
    before: Decimal = NOTHING
    days: set[date] = field(default_factory=set)
    """Of the window."""
    first: date | None = None
    last: date | None = None
    name: str = ""
    spec: str = ""
    public_ip: str = ""
    lines: list[Mapping[str, object]] = field(default_factory=list)
    """As the bills have them; its rows share it, so that none copies what may be thousands."""

    def take(self, row: Row, day: date, value: Decimal, in_window: bool) -> None:
        values = row.values
        if in_window:
            self.window += value
            self.days.add(day)
        else:
            self.before += value
        self.first = min(self.first or day, day)
        self.last = max(self.last or day, day)
        self.name = self.name or str(values.get("name") or "")
        self.spec = self.spec or str(values.get("spec") or "")
        self.public_ip = self.public_ip or str(values.get("public_ip") or "")
        self.lines.append(row.raw)

    def row(self) -> Row:
        values = {
            "instance": self.instance,
            "product": self.product,
            "region": self.region,
            "charged": rounded(self.window),
            "currency": self.currency,
            "days": len(self.days),
            "before": rounded(self.before),
            "new": "new" if self.days and not self.before else "",
            "first": "" if self.first is None else self.first.isoformat(),
            "last": "" if self.last is None else self.last.isoformat(),
            "name": self.name,
            "spec": self.spec,
            "public_ip": self.public_ip,
        }
        return Row(values, {"lines": self.lines})


Sums = dict[date, dict[str, Decimal]]
"""What each product cost, day by day."""


class Bills:
    """All lines seen so far; each is added once, though answers hand them out again and again."""

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self._seen: tuple[Row, ...] = ()
        self.sums: dict[str, Sums] = {}
        """By currency: amounts of different ones are never added."""
        self.things: dict[tuple[str, str, str, str], Thing] = {}
        self._rows: tuple[Row, ...] | None = None

    def take(self, rows: tuple[Row, ...]) -> None:
        """The lines of an answer, those it had before among them."""
        seen = len(self._seen)
        if len(rows) < seen or (seen and rows[0] is not self._seen[0]):
            self._forget()
            seen = 0
        for row in rows[seen:]:
            self._add(row)
        if len(rows) != seen:
            self._rows = None
        self._seen = rows

    def _add(self, row: Row) -> None:
        values = row.values
        day, value = day_named(str(values.get("day"))), amount_of(row)
        if day is None or value is None:
            return
        product, region, instance, currency = (
            str(values.get(name) or "") for name in ("product", "region", "instance", "currency")
        )
        of_day = self.sums.setdefault(currency, {}).setdefault(day, {})
        of_day[product] = of_day.get(product, NOTHING) + value
        thing = self.things.setdefault(
            (product, region, instance, currency), Thing(product, region, instance, currency)
        )
        thing.take(row, day, value, values.get("part") == "window")

    @property
    def rows(self) -> tuple[Row, ...]:
        """A row a thing, what cost most in the window first."""
        if self._rows is None:
            ordered = sorted(self.things.values(), key=lambda one: (-one.window, -one.before, one.instance))
            self._rows = tuple(one.row() for one in ordered)
        return self._rows

    def currencies(self, since: date) -> list[str]:
        """The one in which most was charged since that day first; of each its own sum, nothing exchanged."""

        def total(currency: str) -> Decimal:
            of_days = (parts for day, parts in self.sums[currency].items() if day >= since)
            return sum((value for parts in of_days for value in parts.values()), NOTHING)

        return sorted(self.sums, key=lambda one: (-total(one), one))


def amount_of(row: Row) -> Decimal | None:
    """The exact amount of a line of the bills; else what the row says; None where that is no amount."""
    raw: Mapping[str, object] = row.raw if isinstance(row.raw, Mapping) else {}
    exact = amount(raw.get("PretaxAmount"))
    return amount(f"{row.values.get('amount')}") if exact is None else exact


def day_named(text: str) -> date | None:
    """The day that a text names; None where it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def troubled_days(result: Result) -> dict[date, Gap]:
    """Days of which something is missing."""
    named = ((day_named(gap.what.removeprefix(OF_DAY)), gap) for gap in result.gaps if _of_day(gap))
    return {day: gap for day, gap in named if day is not None}


def _of_day(gap: Gap) -> bool:
    return gap.what.startswith(OF_DAY) and gap.status is not Status.NOT_COVERED


def unusual_days(rows: Iterable[Row]) -> set[date]:
    """The days on which an unusual charge stands, by rows of `abnormal-charges`."""
    found: set[date] = set()
    for row in rows:
        since, until = (day_named(str(row.values.get(name))) for name in ("since", "until"))
        charged = {day_named(str(line.get("BillingDate"))) for line in row.raw.get("lines") or ()}
        if since and until:
            found |= {day for day in charged if day and since <= day <= until} or {since, until}
    return found
