"""Charges summed up and in the shapes of the bills."""

from collections.abc import Callable, Hashable, Iterable
from datetime import date
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.billing.charge import SUBSCRIPTION, Charge, Thing
from aktui.simcloud.billing.period import Period
from aktui.simcloud.billing.prices import ITEMS, SOLD, Sold, currency
from aktui.simcloud.regions import REGIONS

Shape = dict[str, Any]

_NOTHING = ("AdjustAmount", "DeductedByCashCoupons", "DeductedByCoupons", "DeductedByPrepaidCard")


def grouped(charges: Iterable[Charge], by: Callable[[Charge], Hashable]) -> list[list[Charge]]:
    """The charges of each group, groups in the order of their first charge."""
    groups: dict[Hashable, list[Charge]] = {}
    for one in charges:
        groups.setdefault(by(one), []).append(one)
    return list(groups.values())


def total(charges: Iterable[Charge]) -> float:
    """What is to be paid for them."""
    return round(sum(one.due for one in charges), 6)


def amounts(account: Account, charges: list[Charge]) -> Shape:
    """The sums. Everything is paid in cash at once, and nothing by coupon."""
    due = total(charges)
    return {
        "Currency": currency(account.site),
        "PretaxGrossAmount": round(sum(one.gross for one in charges), 6),
        "InvoiceDiscount": round(sum(one.discount for one in charges), 6),
        "PretaxAmount": due,
        "PaymentAmount": due,
        "CashAmount": due,
        "OutstandingAmount": 0.0,
        **dict.fromkeys(_NOTHING, 0.0),
    }


def billed_to(account: Account) -> Shape:
    return {"BillAccountID": account.id, "BillAccountName": name_of(account), "OwnerID": account.id}


def name_of(account: Account) -> str:
    """The name under which the account logs on."""
    return f"{account.alias or account.id}@{account.alias or account.id}.example"


def product(account: Account, thing: Thing) -> Shape:
    """The product of a thing, as every bill has it."""
    sold = _sold(thing.product)
    return {
        "ProductCode": thing.product,
        "PipCode": thing.product,
        "ProductName": _local(account, sold.chinese, sold.english),
        "SubscriptionType": thing.subscription,
    }


def detail(account: Account, thing: Thing) -> Shape:
    """The commodity of a thing, as the more detailed bills have it."""
    sold, prepaid = _sold(thing.product), thing.subscription == SUBSCRIPTION
    how = _local(account, *(("包年包月", "Subscription") if prepaid else ("按量付费", "Pay-as-you-go")))
    return {
        **product(account, thing),
        "ProductType": "",
        "CommodityCode": sold.prepaid or sold.commodity if prepaid else sold.commodity,
        "ProductDetail": f"{_local(account, sold.chinese, sold.english)} ({how})",
    }


def instance(account: Account, charges: list[Charge], *, by_item: bool, told: date) -> Shape:
    """A row of the instance bill; what tells about the instance is empty after the day `told`."""
    first, last = charges[0], max(charges, key=lambda one: one.day)
    thing, known = first.thing, min(one.day for one in charges) <= told
    row = {
        **detail(account, thing),
        **amounts(account, charges),
        "Item": last.kind,
        "InstanceID": thing.instance,
        "Region": _region(account, thing.region),
        "BillingType": _local(account, "其它", "Others"),
        "BizType": "trusteeship",
        **billed_to(account),
        "CostUnit": _local(account, "未分配", "Unallocated"),
        "ServicePeriod": str(_seconds(charges)),
        "ServicePeriodUnit": _local(account, "秒", "Second"),
        "Tag": thing.tag,
        "NickName": thing.nickname if known else "",
        "InstanceSpec": thing.spec if known else "",
        "InstanceConfig": thing.config if known else "",
        "InternetIP": thing.internet_ip if known else "",
        "IntranetIP": thing.intranet_ip if known else "",
        "Zone": thing.zone if known else "",
        "ResourceGroup": _local(account, "默认资源组", "default resource group") if known else "",
    }
    return row | (_item(account, charges) if by_item else _no_item())


def split_of(account: Account, one: Charge, period: Period) -> Shape:
    """What the split bill tells beside of the part of a thing."""
    return {
        "SplitItemID": one.split,
        "SplitItemName": one.split,
        "SplitAccountID": account.id,
        "SplitAccountName": name_of(account),
        "SplitBillingCycle": period.cycle,
        "SplitBillingDate": period.day.isoformat() if period.day else "",
        "SplitCommodityCode": _sold(one.thing.product).commodity,
        "SplitProductDetail": product(account, one.thing)["ProductName"],
    }


def item_name(account: Account, code: str) -> str:
    chinese, english, _ = ITEMS.get(code, (code, code, ""))
    return _local(account, chinese, english)


def _item(account: Account, charges: list[Charge]) -> Shape:
    first = charges[0]
    money = _local(account, "元", "USD")
    return {
        "BillingItem": item_name(account, first.item),
        "BillingItemCode": first.item,
        "Usage": f"{sum(one.usage for one in charges):.6f}".rstrip("0").rstrip("."),
        "UsageUnit": first.unit,
        "ListPrice": f"{first.price:.6f}".rstrip("0").rstrip("."),
        "ListPriceUnit": f"{money}/{first.unit}" if first.unit else money,
        "DeductedByResourcePackage": "0",
        "ItemName": "",
    }


def _no_item() -> Shape:
    """The columns of the billing item, empty where items are summed up."""
    names = ("BillingItem", "BillingItemCode", "Usage", "UsageUnit", "ListPrice", "ListPriceUnit")
    return dict.fromkeys((*names, "DeductedByResourcePackage", "ItemName"), "")


def _seconds(charges: list[Charge]) -> int:
    """How long the thing was in service: the longest of its items, day by day."""
    longest: dict[date, int] = {}
    for one in charges:
        longest[one.day] = max(longest.get(one.day, 0), one.seconds)
    return sum(longest.values())


def _sold(code: str) -> Sold:
    return SOLD.get(code) or Sold(code, code, code)


def _region(account: Account, region: str) -> str:
    english, chinese = REGIONS.get(region, (region, region))
    return _local(account, chinese, english)


def _local(account: Account, chinese: str, english: str) -> str:
    """Bills are written in the language of the site."""
    return english if account.site == "international" else chinese
