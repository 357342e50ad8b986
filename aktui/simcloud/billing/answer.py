"""What the operations on bills have in common: which charges are meant, and the frame of their answers."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from aktui.simcloud.billing import rows
from aktui.simcloud.billing.charge import Charge
from aktui.simcloud.billing.period import (
    LAG,
    MONTHS,
    Period,
    asked,
    bad,
    require_owner,
    require_site,
    shown,
)
from aktui.simcloud.op import Answer, Call, Param, Text

CYCLE = Text("BillingCycle", required=True)
WHICH: tuple[Param, ...] = (Text("ProductCode"), Text("ProductType"), Text("SubscriptionType"))
_SUBSCRIPTIONS = ("Subscription", "PayAsYouGo")


def charges(
    call: Call, lag: timedelta = LAG, months: int = MONTHS, *, alone: bool = True
) -> tuple[list[Charge], Period]:
    """The charges that the call asks for, and its period.

    `alone` says whether `SubscriptionType` may be given without `ProductCode`. No product of the practice
    cloud has types: a `ProductType` that is not the product's code finds nothing.
    """
    require_site(call)
    require_owner(call)
    period = asked(call, months)
    code, kind, how = (call.get(name) or "" for name in ("ProductCode", "ProductType", "SubscriptionType"))
    if how and how not in _SUBSCRIPTIONS:
        raise bad("SubscriptionType", f"must be {' or '.join(_SUBSCRIPTIONS)}")
    if how and not code and not alone:
        raise bad("SubscriptionType", "must be used together with ProductCode")
    found = shown(call.account.bills, period, call.now, lag)
    return [
        one
        for one in found
        if code in ("", one.thing.product)
        and kind in ("", one.thing.product)
        and how in ("", one.thing.subscription)
    ], period


def success(data: Any) -> Answer:
    return {"Success": True, "Code": "Success", "Message": "Successful!", "Data": data}


def answer(call: Call, period: Period, items: Sequence[Any] | dict[str, Any], told: Answer) -> Answer:
    """A bill: `items` in the shape in which this operation returns them."""
    return success(
        {
            "BillingCycle": period.cycle,
            "AccountID": call.account.id,
            "AccountName": rows.name_of(call.account),
            "Items": items,
            **told,
        }
    )
