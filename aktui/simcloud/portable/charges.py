"""Bills of an account file: items as DescribeInstanceBill returns them for one day, billing item by item.

`Region` may be the region's id or its name in either language; `SplitItemID` may stand beside.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from aktui.simcloud.billing.charge import KINDS, PAY_AS_YOU_GO, SUBSCRIPTION, Charge, Thing
from aktui.simcloud.portable.check import Needed, Problems, answered, named, number, shown, text
from aktui.simcloud.regions import REGIONS

Shape = Mapping[str, Any]

_IDS = {name: region for region, names in REGIONS.items() for name in names}


def _day(value: object, path: str, problems: Problems) -> None:
    try:
        date.fromisoformat(value if isinstance(value, str) and len(value) == 10 else "")
    except ValueError:
        told = shown(value) if isinstance(value, str) else named(value)
        problems.add(path, f"{told} is no date like 2026-11-22: bills are read day by day")


def _amount(value: object, path: str, problems: Problems) -> None:
    """A number, or the text of one, which is how bills write some."""
    if not isinstance(value, str):
        number(value, path, problems)
        return
    try:
        float(value or "0")
    except ValueError:
        problems.add(path, f"{shown(value)} is no number")


CHARGE = answered(
    {
        "BillingDate": Needed(_day),
        "ProductCode": Needed(text(pattern=r"[A-Za-z0-9_-]{1,64}", like="ecs")),
        "PretaxGrossAmount": Needed(_amount),
        "InvoiceDiscount": _amount,
        "SubscriptionType": text(PAY_AS_YOU_GO, SUBSCRIPTION),
        "Item": text(*KINDS),
        "InstanceID": text(),
        "NickName": text(),
        "InstanceSpec": text(),
        "InstanceConfig": text(),
        "Region": text(),
        "Zone": text(),
        "InternetIP": text(),
        "IntranetIP": text(),
        "Tag": text(),
        "BillingItemCode": text(),
        "Usage": _amount,
        "UsageUnit": text(),
        "ListPrice": _amount,
        "ServicePeriod": _amount,
        "SplitItemID": text(),
    }
)

_THING = {
    "product": "ProductCode",
    "region": "Region",
    "instance": "InstanceID",
    "nickname": "NickName",
    "spec": "InstanceSpec",
    "config": "InstanceConfig",
    "zone": "Zone",
    "internet_ip": "InternetIP",
    "intranet_ip": "IntranetIP",
    "subscription": "SubscriptionType",
    "tag": "Tag",
}


def read_charges(shapes: list[Shape]) -> list[Charge]:
    """The charges of checked items; equal things become one."""
    things: dict[Thing, Thing] = {}
    return [_charge(shape, things) for shape in shapes]


def _charge(shape: Shape, things: dict[Thing, Thing]) -> Charge:
    told = {field: shape.get(name, "") for field, name in _THING.items()}
    told["region"] = _IDS.get(told["region"], told["region"])
    told["subscription"] = told["subscription"] or PAY_AS_YOU_GO
    thing = Thing(**told)
    prepaid = thing.subscription == SUBSCRIPTION
    return Charge(
        date.fromisoformat(shape["BillingDate"]),
        things.setdefault(thing, thing),
        shape.get("BillingItemCode", ""),
        float(shape["PretaxGrossAmount"] or 0),
        float(shape.get("InvoiceDiscount") or 0),
        float(shape.get("Usage") or 0),
        shape.get("UsageUnit", ""),
        float(shape.get("ListPrice") or 0),
        int(float(shape.get("ServicePeriod") or 86400)),
        shape.get("SplitItemID", ""),
        shape.get("Item") or KINDS[int(prepaid)],
    )


def charge_shape(one: Charge) -> dict[str, Any]:
    """A charge as it stands in an account file, empty fields left out."""
    shape = {
        "BillingDate": one.day.isoformat(),
        **{name: getattr(one.thing, field) for field, name in _THING.items()},
        "BillingItemCode": one.item,
        "PretaxGrossAmount": one.gross,
        "InvoiceDiscount": one.discount,
        "Usage": one.usage,
        "UsageUnit": one.unit,
        "ListPrice": one.price,
        "ServicePeriod": one.seconds,
        "SplitItemID": one.split,
        "Item": one.kind,
    }
    always = ("PretaxGrossAmount", "ServicePeriod")
    return {name: value for name, value in shape.items() if value not in ("", 0.0) or name in always}
