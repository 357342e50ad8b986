"""What was spent each day, by product and region, over the window and a baseline before it."""

from collections.abc import AsyncIterator
from decimal import Decimal

from queries.base import Asking, Column, Page, Query, Row
from queries.charges import asked, days
from queries.charges.instancebills import BILL_CALLS, BILL_NEEDS
from queries.charges.lines import AMOUNT, CURRENCY, DAY, HOW, PART, PRODUCT, REGION, Line, lines
from queries.charges.money import NOTHING, rounded, shown

_Group = tuple[str, str, str, str, str]


async def run(asking: Asking) -> AsyncIterator[Page]:
    found = await asked.bills(asking)
    groups: dict[_Group, list[Line]] = {}
    for line in lines(found.rows):
        key = (line.day.isoformat(), line.product, line.region, line.subscription, line.currency)
        groups.setdefault(key, []).append(line)
    rows = tuple(_row(key, groups[key]) for key in sorted(groups))
    gaps = (*found.gaps, *asked.unread(found))
    yield Page(rows, gaps=gaps, covered=found.covered, note=f"{_totals(groups)} {found.note}".strip())


def _row(key: _Group, group: list[Line]) -> Row:
    day, product, region, subscription, currency = key
    values = {
        "day": day,
        "product": product,
        "region": region,
        "amount": rounded(sum((line.amount for line in group), NOTHING)),
        "currency": currency,
        "subscription": subscription,
        "instances": len({line.instance for line in group if line.instance}),
        "part": "window" if group[0].in_window else "baseline",
    }
    return Row(values, {"lines": [line.raw for line in group]})


def _totals(groups: dict[_Group, list[Line]]) -> str:
    """What the window cost in all, by currency: amounts of different currencies are never added."""
    sums: dict[str, Decimal] = {}
    for group in groups.values():
        for line in group:
            if line.in_window:
                sums[line.currency] = sums.get(line.currency, NOTHING) + line.amount
    told = " and ".join(shown(total, currency) for currency, total in sorted(sums.items()))
    return f"Billed in the window: {told}." if told else ""


QUERY = Query(
    id="charges-by-day",
    title="Charges by day",
    question="What was spent each day, on which product, in which region?",
    columns=(DAY, PRODUCT, REGION, AMOUNT, CURRENCY, HOW, Column("instances", "Instances", "count"), PART),
    calls=BILL_CALLS,
    needs=BILL_NEEDS,
    run=run,
    params=asked.BILL_PARAMS,
    source=asked.SOURCE,
    lag=days.LAG,
    limits="The lines of charges-by-instance, summed up: what it can not see is missing here too.",
)
