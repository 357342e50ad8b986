"""BSS: bills by instance, and by what the instance was spent on.

The split bill must be switched on for the account (`Account.split_bill`). With which code it is refused
otherwise is not documented: here it is `NotApplicable`, inside an answer. A day shows in it after two days,
the parts of a thing (a bucket, a domain) after three. `TagFilter` goes by the keys alone.
"""

from collections.abc import Hashable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from aktui.simcloud.billing import rows
from aktui.simcloud.billing.answer import CYCLE, WHICH, answer, charges
from aktui.simcloud.billing.charge import Charge
from aktui.simcloud.billing.pages import by_number, by_token
from aktui.simcloud.billing.period import (
    INSTANCE_LAG,
    LAG,
    SPLIT_LAG,
    SPLIT_MONTHS,
    Period,
    business,
    known_until,
)
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Objects, Text, op

_DAILY = (Text("Granularity"), Text("BillingDate"))
_SIFTED = (Boolean("IsHideZeroCharge"), Integer("BillOwnerId"))
_MORE = (Integer("MaxResults"), Text("NextToken"))
_ONLY_NEWER = ("BillAccountID", "BillAccountName", "BillingItemCode", "BizType", "ItemName")


@op(
    "BssOpenApi",
    "DescribeInstanceBill",
    CYCLE,
    *_DAILY,
    *WHICH,
    Text("PipCode"),
    Text("InstanceID"),
    Boolean("IsBillingItem"),
    *_SIFTED,
    *_MORE,
)
def describe_instance_bill(call: Call) -> Answer:
    """What each instance, or each billing item of it, was charged."""
    found, period = charges(call)
    items = _rows(call, _narrowed(call, found), period, LAG)
    page, told = by_token(call, items)
    return answer(call, period, page, told)


@op(
    "BssOpenApi",
    "QueryInstanceBill",
    CYCLE,
    *_DAILY,
    *WHICH,
    Boolean("IsBillingItem"),
    *_SIFTED,
    Integer("PageNum"),
    Integer("PageSize"),
)
def query_instance_bill(call: Call) -> Answer:
    """The same in its older form, up to row 50000."""
    found, period = charges(call, alone=False)
    items = _rows(call, found, period, LAG)
    for row in items:
        for name in _ONLY_NEWER:
            row.pop(name, None)
    page, told = by_number(call, items[:50_000])
    return answer(call, period, {"Item": page}, told)


@op(
    "BssOpenApi",
    "DescribeSplitItemBill",
    CYCLE,
    *_DAILY,
    *WHICH,
    Text("PipCode"),
    Text("InstanceID"),
    Text("SplitItemID"),
    Objects("TagFilter", ("TagKey",)),
    *_SIFTED,
    *_MORE,
)
def describe_split_item_bill(call: Call) -> Answer:
    """What each part of a thing was charged, billing item by billing item."""
    if not call.account.split_bill:
        raise business("NotApplicable", "This API is not applicable for caller.")
    found, period = charges(call, INSTANCE_LAG, SPLIT_MONTHS, alone=False)
    known = known_until(call.now, SPLIT_LAG)
    parts = [one if one.day <= known or not one.split else replace(one, split="") for one in found]
    wanted = call.get("SplitItemID")
    parts = [one for one in _narrowed(call, parts) if not wanted or one.split == wanted]
    items = _rows(call, parts, period, INSTANCE_LAG, split=True)
    page, told = by_token(call, items)
    return answer(call, period, page, told)


def _narrowed(call: Call, found: list[Charge]) -> list[Charge]:
    instance, code = call.get("InstanceID") or "", call.get("PipCode") or ""
    tags = [f"key:{one.get('TagKey', '')} " for one in call.get("TagFilter", [])]
    if tags:
        found = [one for one in found if any(tag in one.thing.tag for tag in tags)]
    return [one for one in found if instance in ("", one.thing.instance) and code in ("", one.thing.product)]


def _rows(
    call: Call, found: list[Charge], period: Period, lag: timedelta, *, split: bool = False
) -> list[dict[str, Any]]:
    """One row for each group, in order of product, region, instance, item."""
    by_item = split or bool(call.get("IsBillingItem"))
    told = known_until(call.now, max(lag, INSTANCE_LAG))

    def together(one: Charge) -> Hashable:
        return one.thing, one.kind, one.item if by_item else "", one.split if split else ""

    groups = rows.grouped(sorted(found, key=_order), together)
    if call.get("IsHideZeroCharge"):
        groups = [group for group in groups if any(one.gross or one.due for one in group)]
    made = []
    for group in groups:
        row = rows.instance(call.account, group, by_item=by_item, told=told)
        row["BillingDate"] = period.day.isoformat() if period.day else ""
        made.append(row | rows.split_of(call.account, group[0], period) if split else row)
    return made


def _order(one: Charge) -> tuple[str, ...]:
    thing = one.thing
    return thing.product, thing.region, thing.instance, one.item, one.split, one.kind
