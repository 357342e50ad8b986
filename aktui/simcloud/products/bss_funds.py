"""BSS: the account's money: its balance, and what went in and out.

The practice cloud pays every day's charges from the balance and tops it up on the first day of a month with
charges, by as many full ten thousands as the month will need.
"""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

from aktui.simcloud.billing import rows
from aktui.simcloud.billing.answer import success
from aktui.simcloud.billing.charge import begins, ends
from aktui.simcloud.billing.pages import by_number
from aktui.simcloud.billing.period import LAG, known_until, moment, require_site
from aktui.simcloud.billing.prices import currency
from aktui.simcloud.clock import iso
from aktui.simcloud.op import Answer, Call, Integer, Text, op

_STEP = 10_000
_FIRST = 20_000.0
"""What was there before the first charge."""


class Move(NamedTuple):
    """Money that went in or out, and what was left."""

    when: datetime
    day: date
    kind: str
    flow: str
    channel: str
    amount: float
    balance: float


@op("BssOpenApi", "QueryAccountBalance", permission="bss:DescribeAcccount")
def query_account_balance(call: Call) -> Answer:
    """What is left. The code of this answer is `200`, as the vendor's is."""
    require_site(call)
    moves = list(_moves(call))
    left = _money(moves[-1].balance if moves else _FIRST)
    data = {
        "AvailableAmount": left,
        "AvailableCashAmount": left,
        "CreditAmount": "0.00",
        "MybankCreditAmount": "0.00",
        "QuotaLimit": "0.00",
        "Currency": currency(call.account.site),
    }
    return {"Success": True, "Code": "200", "Message": "success", "Data": data}


@op(
    "BssOpenApi",
    "QueryAccountTransactions",
    Text("CreateTimeStart"),
    Text("CreateTimeEnd"),
    Text("RecordID"),
    Text("TransactionChannel"),
    Text("TransactionChannelSN"),
    Text("TransactionFlow"),
    Text("TransactionNumber"),
    Text("TransactionType"),
    Integer("PageNum"),
    Integer("PageSize"),
)
def query_account_transactions(call: Call) -> Answer:
    """What went in and out, newest first; of the last month unless told otherwise."""
    require_site(call)
    until = moment(call, "CreateTimeEnd") or call.now
    since = moment(call, "CreateTimeStart") or until - timedelta(days=30)
    found = [_row(call, one) for one in _moves(call) if since <= one.when <= until]
    named = (
        "RecordID",
        "TransactionChannel",
        "TransactionChannelSN",
        "TransactionFlow",
        "TransactionNumber",
        "TransactionType",
    )
    found = [one for one in found if all(call.get(name) in (None, "", one[name]) for name in named)]
    page, told = by_number(call, found[::-1])
    account_name = rows.name_of(call.account)
    listed = {"AccountTransactionsList": {"AccountTransactionsList": page}}
    return success({"AccountName": account_name, **listed, **told})


def _moves(call: Call) -> Iterator[Move]:
    """In order of time, as far as they are known."""
    spent: dict[date, float] = defaultdict(float)
    monthly: dict[tuple[int, int], float] = defaultdict(float)
    for one in call.account.bills:
        spent[one.day] += one.due
        monthly[one.day.year, one.day.month] += one.due
    balance, month, last = _FIRST, (0, 0), known_until(call.now, LAG)
    for day in sorted(day for day in spent if day <= last):
        if (day.year, day.month) != month:
            month = day.year, day.month
            paid = float(math.ceil(monthly[month] / _STEP) * _STEP)
            balance += paid
            when = begins(day) + timedelta(hours=2)
            yield Move(when, day, "Payment", "Income", "BankTransfer", paid, balance)
        balance -= round(spent[day], 2)
        when = ends(day) - timedelta(seconds=1)
        yield Move(when, day, "Consumption", "Expense", "AccountBalance", spent[day], balance)


def _row(call: Call, one: Move) -> dict[str, str]:
    about = sha256(f"{call.account.id} {one.day} {one.kind}".encode()).digest()
    number = str(int.from_bytes(about[:6]))
    return {
        "TransactionTime": iso(one.when),
        "TransactionType": one.kind,
        "TransactionFlow": one.flow,
        "TransactionChannel": one.channel,
        "TransactionChannelSN": number[::-1],
        "TransactionNumber": number,
        "TransactionAccount": call.account.id,
        "RecordID": f"{one.day:%Y%m%d}",
        "BillingCycle": f"{one.day:%Y-%m}",
        "FundType": "Cash",
        "Remarks": "",
        "Amount": _money(one.amount),
        "Balance": _money(one.balance),
    }


def _money(amount: float) -> str:
    return f"{amount:.2f}"
