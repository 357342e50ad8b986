"""What the instances that the key started cost since the last bill: estimated from events and list prices."""

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

from queries.base import Asking, Column, Gap, Page, Query
from queries.charges import asked
from queries.charges.billing import Billing
from queries.charges.estimating import Estimate, type_of
from queries.charges.instancebills import BILL_CALLS, BILL_NEEDS
from queries.charges.lines import CURRENCY, REGION, lines
from queries.charges.money import NOTHING, shown
from queries.charges.started import INSTANCES_CALL, PRICE_CALL, Known, Price, Started, look_at, price, started
from queries.charges.tracing import TRACE_CALLS, TRACE_NEEDS, trace


async def run(asking: Asking) -> AsyncIterator[Page]:
    traced = await trace(asking)
    found = started(traced.acts())
    yield Page(gaps=tuple(traced.gaps))
    if not found:
        yield Page(note="No event that was read tells of an instance that the key started.")
        return
    bills = await asked.bills(asking)
    yield Page(gaps=bills.gaps)
    billed: dict[str, Decimal] = {}
    for line in lines(bills.rows):
        billed[line.instance] = billed.get(line.instance, NOTHING) + line.amount
    known = await look_at(asking, found)
    prices, gaps = await _prices(asking, found, known)
    since = bills.covered.end if bills.covered else None
    estimates = [Estimate(asking, one, known, prices, billed, since) for one in found]
    rows = tuple(estimate.row() for estimate in estimates)
    yield Page(rows, gaps=(*known.gaps, *gaps), note=_note(estimates))


async def _prices(
    asking: Asking, found: list[Started], known: Known
) -> tuple[dict[tuple[str, str], Price], list[Gap]]:
    """The price of an hour of each type in each region."""
    billing = Billing(asking)
    prices: dict[tuple[str, str], Price] = {}
    gaps: list[Gap] = []
    for region, kind in sorted({(one.region, type_of(one, known)) for one in found}):
        told = await price(billing, region, kind) if kind else None
        if isinstance(told, Price):
            prices[region, kind] = told
        elif told is not None:
            gaps.append(told)
    return prices, gaps


def _note(estimates: list[Estimate]) -> str:
    sums: dict[str, Decimal] = {}
    hourly: dict[str, Decimal] = {}
    for one in estimates:
        if one.price and one.cost is not None:
            sums[one.price.currency] = sums.get(one.price.currency, NOTHING) + one.cost
            if one.state not in ("released", "Stopped"):
                hourly[one.price.currency] = hourly.get(one.price.currency, NOTHING) + one.price.hour
    told = " and ".join(shown(value, currency) for currency, value in sorted(sums.items()))
    more = " and ".join(shown(value, currency) for currency, value in sorted(hourly.items()))
    if not told:
        return f"{len(estimates)} instances were started with the key; what they cost could not be estimated."
    going = f", and {more} more with every hour" if more else ""
    return f"An estimate, not a bill: about {told} since the last billed day{going}."


QUERY = Query(
    id="running-cost",
    title="Running cost",
    question="What do the instances that the key started cost since the last bill?",
    columns=(
        Column("instance", "Instance", "id"),
        REGION,
        Column("spec", "Type"),
        Column("state", "State"),
        Column("estimate", "Estimate since", "count"),
        Column("hourly", "An hour", "count"),
        CURRENCY,
        Column("hours", "Hours", "count"),
        Column("since", "Counted from", "time"),
        Column("billed", "Billed before", "count"),
        Column("started", "Started", "time"),
        Column("by", "By"),
        Column("assumptions", "Assumptions"),
        Column("event", "Event"),
        Column("source_ip", "Source IP", "ip"),
        Column("event_id", "Event ID", "id"),
    ),
    calls=(*BILL_CALLS, *TRACE_CALLS, INSTANCES_CALL, PRICE_CALL),
    needs=(*BILL_NEEDS, *TRACE_NEEDS, INSTANCES_CALL, "bssapi:GetPayAsYouGoPrice"),
    run=run,
    params=asked.BILL_PARAMS,
    source="ActionTrail LookupEvents, ECS and list prices of BSS",
    lag=timedelta(minutes=10),
    limits=(
        "Instances of ECS only, those started by the key, its role sessions and users made with it in the "
        "last 90 days. List prices: a contract may make it less, disks and traffic make it more."
    ),
)
