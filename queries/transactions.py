"""What went in and out of the account's balance, and what is left of it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from queries.asking.reading import Record, count, ident, listed, member, moment, record, text
from queries.asking.together import guarded
from queries.base import Asking, Column, Gap, Page, Query, Row, Status
from queries.charges import asked, days
from queries.charges.billing import PRODUCT, Billing
from queries.charges.lines import CURRENCY
from queries.charges.money import amount, rounded, shown

_MOVES, _BALANCE = "QueryAccountTransactions", "QueryAccountBalance"
_PAGE = 300
_MOST_PAGES = 20
_LISTED = ("Data", "AccountTransactionsList", "AccountTransactionsList")


async def run(asking: Asking) -> AsyncIterator[Page]:
    billing, told = Billing(asking), Told()
    async for page in guarded("balance", _left(billing, told)):
        yield page
    async for page in guarded("transactions", _moves(asking, billing, told)):
        yield page
    yield Page(note=f"{billing.note} {told.balance}".strip())


class Told:
    """What the balance tells about all rows."""

    balance = ""
    currency = ""


async def _left(billing: Billing, told: Told) -> AsyncIterator[Page]:
    reply = await billing.call(_BALANCE)
    data = member(reply, f"{PRODUCT}:{_BALANCE}", "Data")
    told.currency = ident(data.get("Currency"))
    left = amount(data.get("AvailableAmount"))
    if left is None:
        detail = "The answer tells no amount that can be read."
        yield Page(gaps=(Gap(Status.FAILED, "balance", detail, f"{PRODUCT}:{_BALANCE}"),))
        return
    told.balance = f"Left on the account: {shown(left, told.currency)}."
    yield Page(request_id=reply.request_id)


async def _moves(asking: Asking, billing: Billing, told: Told) -> AsyncIterator[Page]:
    read = 0
    for number in range(1, _MOST_PAGES + 1):
        reply = await billing.call(
            _MOVES,
            CreateTimeStart=_stamp(asking.window.start),
            CreateTimeEnd=_stamp(min(asking.window.end, asking.cloud.now())),
            PageNum=number,
            PageSize=_PAGE,
        )
        found = listed(reply, f"{PRODUCT}:{_MOVES}", *_LISTED)
        read += len(found)
        rows = tuple(_row(entry, told.currency) for entry in found)
        yield Page(rows, reply.request_id, covered=asking.window)
        if not found or read >= (count(record(reply.body.get("Data")).get("TotalCount")) or 0):
            return
    yield Page(gaps=(Gap(Status.PARTIAL, "transactions", f"{read} were read and there are more."),))


def _row(entry: Record, currency: str) -> Row:
    moved, left = amount(entry.get("Amount")), amount(entry.get("Balance"))
    values = {
        "at": moment(entry.get("TransactionTime")),
        "type": ident(entry.get("TransactionType")),
        "flow": ident(entry.get("TransactionFlow")),
        "amount": None if moved is None else rounded(moved),
        "currency": currency,
        "balance": None if left is None else rounded(left),
        "channel": ident(entry.get("TransactionChannel")),
        "month": ident(entry.get("BillingCycle")),
        "remarks": text(entry.get("Remarks")),
        "number": ident(entry.get("TransactionNumber")),
    }
    return Row(values, entry)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


QUERY = Query(
    id="transactions",
    title="Transactions",
    question="What was paid into and out of the account's balance, and what is left?",
    columns=(
        Column("at", "At", "time"),
        Column("type", "Type"),
        Column("flow", "Flow"),
        Column("amount", "Amount", "count"),
        CURRENCY,
        Column("balance", "Balance after", "count"),
        Column("channel", "Through"),
        Column("month", "Month"),
        Column("remarks", "Remarks"),
        Column("number", "Number", "id"),
    ),
    calls=(f"{PRODUCT}:{_MOVES}", f"{PRODUCT}:{_BALANCE}"),
    needs=(f"bssapi:{_MOVES}", "bss:DescribeAcccount"),
    run=run,
    source=asked.SOURCE,
    lag=days.LAG,
    limits="Money that moved, when it moved: a charge shows once settled, a day or more after it was caused.",
)
