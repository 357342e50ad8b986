"""BSS: what the account has, and what things cost.

Of pay-as-you-go prices the practice cloud knows those of ECS: the modules `InstanceType`, `SystemDisk` and
`DataDisk` by the hour. Any other product, module or configuration is refused as a parameter it does not take.
"""

from typing import Any

from aktui.simcloud.account import Instance
from aktui.simcloud.billing import prices
from aktui.simcloud.billing.answer import success
from aktui.simcloud.billing.pages import by_number
from aktui.simcloud.billing.period import bad, business, moment, require_site
from aktui.simcloud.clock import iso
from aktui.simcloud.op import Answer, Call, Integer, Objects, Text, op

_MOST_IDS = 100


@op(
    "BssOpenApi",
    "QueryAvailableInstances",
    Text("Region"),
    Text("ProductCode"),
    Text("ProductType"),
    Text("SubscriptionType"),
    Text("InstanceIDs"),
    Text("RenewStatus"),
    Text("CreateTimeStart"),
    Text("CreateTimeEnd"),
    Text("EndTimeStart"),
    Text("EndTimeEnd"),
    Integer("PageNum"),
    Integer("PageSize"),
)
def query_available_instances(call: Call) -> Answer:
    """The instances of ECS, all of them pay-as-you-go; no other product is listed here."""
    require_site(call)
    if call.get("Region") and not call.get("ProductCode"):
        raise business("MissingParameter", "ProductCode is mandatory when Region is given.")
    wanted = [one for one in (call.get("InstanceIDs") or "").split(",") if one]
    if len(wanted) > _MOST_IDS:
        raise bad("InstanceIDs", f"must have at most {_MOST_IDS} ids")
    found = sorted(call.account.instances.values(), key=lambda one: one.id)
    shown, told = by_number(call, [_row(call, one) for one in found if _meets(call, one, wanted)])
    return success({"InstanceList": shown, **told})


def _meets(call: Call, one: Instance, wanted: list[str]) -> bool:
    since, until = moment(call, "CreateTimeStart"), moment(call, "CreateTimeEnd")
    if call.get("ProductCode") not in (None, "", "ecs") or call.get("ProductType"):
        return False
    if call.get("SubscriptionType") == "Subscription" or call.get("RenewStatus"):
        return False
    if call.get("EndTimeStart") or call.get("EndTimeEnd"):
        return False
    if (since and one.created < since) or (until and one.created > until):
        return False
    return call.get("Region") in (None, "", one.region) and (not wanted or one.id in wanted)


def _row(call: Call, one: Instance) -> dict[str, Any]:
    return {
        "InstanceID": one.id,
        "OwnerId": int(call.account.id),
        "ProductCode": "ecs",
        "ProductType": "",
        "SubscriptionType": "PayAsYouGo",
        "Region": one.region,
        "Seller": "26842",
        "Status": "Normal",
        "SubStatus": "Normal",
        "CreateTime": iso(one.created),
        "EndTime": "",
        "RenewStatus": "",
    }


@op(
    "BssOpenApi",
    "GetPayAsYouGoPrice",
    Text("ProductCode", required=True),
    Text("ProductType"),
    Text("SubscriptionType", required=True),
    Text("Region"),
    Objects("ModuleList", ("ModuleCode", "Config", "PriceType"), required=True),
)
def get_pay_as_you_go_price(call: Call) -> Answer:
    """The list price of each module; nothing is cheaper for anybody."""
    require_site(call)
    if call["SubscriptionType"] != "PayAsYouGo":
        raise bad("SubscriptionType", "must be PayAsYouGo")
    if call["ProductCode"] != "ecs":
        raise bad("ProductCode", "has no price here")
    modules = call["ModuleList"]
    if not 1 <= len(modules) <= 50:
        raise bad("ModuleList", "must have 1 to 50 modules")
    details = []
    for module in modules:
        price = _price(call, module)
        details.append(
            {
                "ModuleCode": module["ModuleCode"],
                "OriginalCost": price,
                "InvoiceDiscount": 0.0,
                "CostAfterDiscount": price,
                "UnitPrice": price,
            }
        )
    data = {
        "Currency": prices.currency(call.account.site),
        "ModuleDetails": {"ModuleDetail": details},
        "PromotionDetails": {"PromotionDetail": []},
    }
    return success(data)


def _price(call: Call, module: dict[str, str]) -> float:
    """An hour of it. Raises for what is not sold by the hour."""
    code, config = module.get("ModuleCode", ""), _config(module.get("Config", ""))
    if module.get("PriceType") != "Hour":
        raise bad("ModuleList", f"{code} has no such price type")
    region, site = call.get("Region") or config.get("Region") or call.account.region, call.account.site
    if code == "InstanceType":
        price = prices.hour_of(config.get("InstanceType", ""), region, site)
        if price is not None:
            return price
    if code in ("SystemDisk", "DataDisk"):
        size = config.get(f"{code}.Size", "")
        if size.isdecimal() and 20 <= int(size) <= 65536:
            hourly = prices.DISK_GB_HOUR * int(size) * prices.factor(region)
            return round(prices.in_currency(hourly, site), 6)
    raise bad("ModuleList", f"{code} with this Config has no price here")


def _config(text: str) -> dict[str, str]:
    """`AA:aa,BB:bb`."""
    pairs = (pair.partition(":") for pair in text.split(",") if pair)
    return {name.strip(): value.strip() for name, _, value in pairs}
