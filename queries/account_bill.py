"""What the account is billed, month by month and product by product."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta

from queries.asking.reading import Record, count, ident, record, text
from queries.asking.together import guarded, together
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.charges import asked, days
from queries.charges.billing import LAG_NOTE, Billing, items
from queries.charges.lines import AMOUNT, CURRENCY, HOW, PRODUCT
from queries.charges.money import amount, rounded

_ACTION = "QueryAccountBill"
_PAGE = 300
_MOST_PAGES = 20
_MONTHS_BEFORE = timedelta(days=62)
_FINAL = time(4)
"""Bills of a month are final on the 3rd of the next one at noon in China."""


async def run(asking: Asking) -> AsyncIterator[Page]:
    first, last = days.span(asking.window, asking.cloud.now(), before=_MONTHS_BEFORE)
    billing, cycles = Billing(asking), days.cycles(first, last)[::-1]
    async for page in guarded("bill of the account", _month(asking, billing, cycles[0])):
        yield page
    if billing.answered:
        rest = (guarded(f"bill of {cycle}", _month(asking, billing, cycle)) for cycle in cycles[1:])
        async for page in together(*rest):
            yield page
        yield Page(note=f"{billing.note} {LAG_NOTE} The running month is not over.".strip())


async def _month(asking: Asking, billing: Billing, cycle: str) -> AsyncIterator[Page]:
    read = 0
    for number in range(1, _MOST_PAGES + 1):
        reply = await billing.call(
            _ACTION,
            BillingCycle=cycle,
            Granularity="MONTHLY",
            IsGroupByProduct=True,
            PageNum=number,
            PageSize=_PAGE,
        )
        found = items(reply, _ACTION)
        read += len(found)
        yield Page(tuple(_row(asking, cycle, entry) for entry in found), reply.request_id)
        if not found or read >= (count(record(reply.body.get("Data")).get("TotalCount")) or 0):
            return
    detail = f"{read} lines were read and there are more."
    yield Page(gaps=(Gap(Status.PARTIAL, f"bill of {cycle}", detail),))


def _row(asking: Asking, cycle: str, entry: Record) -> Row:
    sums = {
        "amount": amount(entry.get("PretaxAmount")),
        "gross": amount(entry.get("PretaxGrossAmount")),
        "outstanding": amount(entry.get("OutstandingAmount")),
    }
    values = {
        "month": cycle,
        "product": ident(entry.get("ProductCode")) or ident(entry.get("PipCode")),
        "product_name": text(entry.get("ProductName")),
        "currency": ident(entry.get("Currency")),
        "subscription": ident(entry.get("SubscriptionType")),
        "final": asking.cloud.now() >= _final(cycle),
        **{name: None if value is None else rounded(value) for name, value in sums.items()},
    }
    return Row(values, entry)


def _final(cycle: str) -> datetime:
    year, month = int(cycle[:4]), int(cycle[5:])
    return datetime(year + month // 12, month % 12 + 1, 3, _FINAL.hour, tzinfo=UTC)


QUERY = Query(
    id="account-bill",
    title="Bill of the account",
    question="What is the account billed, month by month, product by product?",
    columns=(
        Column("month", "Month"),
        PRODUCT,
        Column("product_name", "Name"),
        AMOUNT,
        CURRENCY,
        HOW,
        Column("gross", "Before discounts", "count"),
        Column("outstanding", "Not paid yet", "count"),
        Column("final", "Final", "flag"),
    ),
    calls=(f"bssopenapi:{_ACTION}",),
    needs=(f"bssapi:{_ACTION}",),
    run=run,
    source=asked.SOURCE,
    lag=days.LAG,
    limits="Sums of whole months, the two before the window included; final on the 3rd of the next month.",
)
