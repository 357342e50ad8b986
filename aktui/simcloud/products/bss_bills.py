"""BSS: bills of the account as a whole, per product and per settlement.

A settlement bill here is one for each product and day; the real one is hourly and per instance. Its number is
made of the day and what it is about, so that it stays the same.
"""

from collections.abc import Hashable
from datetime import date
from hashlib import sha256
from typing import Any

from aktui.simcloud.billing import rows
from aktui.simcloud.billing.answer import CYCLE, WHICH, answer, charges
from aktui.simcloud.billing.charge import SUBSCRIPTION, Charge
from aktui.simcloud.billing.pages import by_number, by_token
from aktui.simcloud.billing.period import SETTLE_LAG
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op

_OWNER = Integer("BillOwnerId")


@op(
    "BssOpenApi",
    "QueryAccountBill",
    CYCLE,
    Text("Granularity"),
    Text("BillingDate"),
    Boolean("IsGroupByProduct"),
    Text("ProductCode"),
    _OWNER,
    Integer("OwnerID"),
    Integer("PageNum"),
    Integer("PageSize"),
)
def query_account_bill(call: Call) -> Answer:
    """The sum of a month or a day, or the sums of its products."""
    found, period = charges(call)
    product = bool(call.get("IsGroupByProduct"))

    def together(one: Charge) -> Hashable:
        return (one.thing.product, one.thing.subscription) if product else one.thing.subscription

    items = []
    for group in rows.grouped(found, together):
        about = rows.product(call.account, group[0].thing)
        if not product:
            about |= dict.fromkeys(("ProductCode", "PipCode", "ProductName"), "")
        items.append(
            {
                **_head(call, group),
                **about,
                "BillingDate": period.day.isoformat() if period.day else "",
                "CostUnit": "",
                "OwnerName": rows.name_of(call.account),
            }
        )
    page, told = by_number(call, items)
    return answer(call, period, {"Item": page}, told)


@op("BssOpenApi", "QueryBillOverview", CYCLE, *WHICH, _OWNER, permission="bss:DescribeBillList")
def query_bill_overview(call: Call) -> Answer:
    """The sums of a month by product, subscription and kind of bill, all on one page."""
    found, period = charges(call)

    def together(one: Charge) -> Hashable:
        return one.thing.product, one.thing.subscription, one.kind

    items = [{**_head(call, group), **_more(call, group[0])} for group in rows.grouped(found, together)]
    return answer(call, period, {"Item": items}, {})


@op(
    "BssOpenApi",
    "QuerySettleBill",
    CYCLE,
    Text("Type"),
    *WHICH,
    Boolean("IsHideZeroCharge"),
    Text("RecordID"),
    _OWNER,
    Integer("MaxResults"),
    Text("NextToken"),
)
def query_settle_bill(call: Call) -> Answer:
    """The bills as they were settled, which is known five hours later."""
    found, period = charges(call, SETTLE_LAG, alone=False)

    def together(one: Charge) -> Hashable:
        return one.day, one.thing.product, one.thing.subscription, one.kind

    wanted = call.get("Type"), call.get("RecordID")
    items = [_settled(call, group) for group in rows.grouped(found, together)]
    items = [
        one
        for one in items
        if wanted[0] in (None, "", one["Item"])
        and wanted[1] in (None, "", one["RecordID"])
        and not (call.get("IsHideZeroCharge") and not one["PretaxGrossAmount"])
    ]
    page, told = by_token(call, items)
    return answer(call, period, {"Item": page}, told)


def _head(call: Call, group: list[Charge]) -> dict[str, Any]:
    return {
        **rows.billed_to(call.account),
        **rows.amounts(call.account, group),
        "BizType": "",
    }


def _more(call: Call, one: Charge) -> dict[str, Any]:
    """What the overview and the settlement tell beside."""
    return {
        **rows.detail(call.account, one.thing),
        "Item": one.kind,
        "RoundDownDiscount": "0",
        "Tax": 0.0,
        "AfterTaxAmount": 0.0,
        "PretaxAmountLocal": 0.0,
        "PaymentCurrency": "",
    }


def _settled(call: Call, group: list[Charge]) -> dict[str, Any]:
    one = group[0]
    number = _number(call, one)
    prepaid = one.thing.subscription == SUBSCRIPTION
    return {
        **_head(call, group),
        **_more(call, one),
        "RecordID": number,
        "SubOrderId": number if prepaid else "",
        "Status": "PayFinish",
        "UsageStartTime": _midnight(one.day),
        "UsageEndTime": f"{one.day.isoformat()} 23:59:59",
        "PaymentTime": f"{one.day.isoformat()} 23:59:59",
        "PaymentTransactionID": "",
    }


def _midnight(day: date) -> str:
    return f"{day.isoformat()} 00:00:00"


def _number(call: Call, one: Charge) -> str:
    about = f"{call.account.id} {one.day} {one.thing.product} {one.thing.subscription} {one.kind}"
    return f"{one.day:%Y%m%d}{int.from_bytes(sha256(about.encode()).digest()[:4]):010d}"
