"""Resource Center: looking for resources, by condition or by a statement.

The conditions are those of the catalogue, `VSwitchId` and groups included, though nothing here is in any. The
statements are a small part of the vendor's SQL, see `sql_subset`; the rest is refused as not supported. What
the columns are called is not documented, the address's least of all: `ip_addresses` is a guess, and holds the
JSON text of a list.
"""

import json
from typing import Any

from aktui.simcloud.cursor import NEXT, next_token, place
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.inventory import Resource, is_private, resources
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Objects, Text, op
from aktui.simcloud.sql_subset import NotSupported, run

_MOST_FILTERS = 10
_LONGEST = 2000
_MATCHES: dict[str, tuple[str, ...]] = {
    "ResourceType": ("Equals",),
    "RegionId": ("Equals",),
    "ResourceId": ("Equals", "Prefix"),
    "ResourceName": ("Equals", "Contains"),
    "ResourceGroupId": ("Equals", "Exists", "NotExists"),
    "Tag": ("Contains", "NotContains", "NotExists"),
    "VpcId": ("Equals",),
    "VSwitchId": ("Equals",),
}
_COLUMNS = (
    "account_id",
    "resource_type",
    "resource_id",
    "resource_name",
    "region_id",
    "zone_id",
    "vpc_id",
    "create_time",
    "ip_addresses",
    "tags",
)


@op(
    "ResourceCenter",
    "SearchResources",
    Objects("Filter", ("Key", "MatchType", "Value"), nested=("Value",)),
    Text("SortCriterion.Key"),
    Text("SortCriterion.Order", choices=("ASC", "DESC")),
    Text("ResourceGroupId"),
    Text("SearchExpression"),
    Boolean("IncludeDeletedResources"),
    Integer("MaxResults"),
    Text(NEXT),
)
def search_resources(call: Call) -> Answer:
    """The resources that meet all conditions, in order of type and id or of their making."""
    filters = _filters(call)
    found = [one for one in resources(call.account) if all(_meets(one, *each) for each in filters)]
    words = call.get("SearchExpression")
    if words:
        found = [one for one in found if words in f"{one.id} {one.name} {one.kind}"]
    if call.get("ResourceGroupId"):
        found = []
    if call.get("SortCriterion.Key"):
        if call["SortCriterion.Key"] != "CreateTime":
            raise ApiError(
                409,
                "InvalidParameter.SortCriterion.Key",
                "The specified parameter SortCriterion.Key is not valid.",
            )
        found.sort(key=lambda one: one.created, reverse=call.get("SortCriterion.Order") == "DESC")
    shown, told = _page(call, found, 20, 500)
    shapes = [{"Key": key, "MatchType": how, "Values": values} for key, how, values in filters]
    return {"Filters": shapes, "Resources": [_shape(call, one) for one in shown], **told}


@op(
    "ResourceCenter",
    "ExecuteSQLQuery",
    Text("Expression", required=True),
    Text("Scope"),
    Integer("MaxResults"),
    Text(NEXT),
    write=False,
)
def execute_sql_query(call: Call) -> Answer:
    """The rows of a statement, as lists of texts."""
    if len(call["Expression"]) >= _LONGEST:
        message = "The length of parameter Expression exceed limit."
        raise ApiError(409, "LengthExceedLimit.Expression", message)
    if call.get("Scope") not in (None, "", call.account.id):
        raise ApiError(409, "InvalidParameter.Scope", "The Scope is invalid.")
    try:
        found = run(call["Expression"], _COLUMNS, [_row(call, one) for one in resources(call.account)])
    except NotSupported as error:
        raise ApiError(409, "InvalidSearch.SQL", f"Error: NotSupported: {error}") from None
    rows, told = _page(call, found.rows, 1000, 1000)
    return {"Columns": [{"Name": name, "Type": "varchar"} for name in found.columns], "Rows": rows, **told}


def _filters(call: Call) -> list[tuple[str, str, list[str]]]:
    """(key, how, values) of each; how is Equals unless given, or the key's own first way."""
    given = call.get("Filter", [])
    if len(given) > _MOST_FILTERS:
        raise ApiError(409, "ExceedLimit.Filter", "The maximum length of Filters is exceeded.")
    found = []
    for one in given:
        key = one.get("Key", "")
        if key not in _MATCHES:
            raise invalid("Filter", f"has the unknown key {key}")
        how = one.get("MatchType") or _MATCHES[key][0]
        if how not in _MATCHES[key]:
            raise invalid("Filter", f"does not match {key} by {how}")
        found.append((key, how, one.get("Value", [])))
    return found


def _meets(one: Resource, key: str, how: str, values: list[str]) -> bool:
    if key == "Tag":
        tagged = any(_has_tag(one, value) for value in values)
        return not one.tags if how == "NotExists" else tagged is (how == "Contains")
    held = {
        "ResourceType": one.kind,
        "RegionId": one.region,
        "ResourceId": one.id,
        "ResourceName": one.name,
        "VpcId": one.vpc,
    }.get(key, "")
    if how == "Equals":
        return held in values
    if how == "Prefix":
        return held.startswith(tuple(values))
    if how == "Contains":
        return any(value in held for value in values)
    return how == "NotExists"


def _has_tag(one: Resource, text: str) -> bool:
    """`{"key": "team", "value": "data"}`, either left out."""
    try:
        wanted = json.loads(text)
    except (ValueError, RecursionError):
        wanted = None
    if not isinstance(wanted, dict):
        raise invalid("Filter", "has a tag that is not a JSON object")
    return any(
        wanted.get("key", name) == name and wanted.get("value", value) == value for name, value in one.tags
    )


def _shape(call: Call, one: Resource) -> dict[str, Any]:
    return {
        "AccountId": call.account.id,
        "ResourceType": one.kind,
        "ResourceId": one.id,
        "ResourceName": one.name,
        "RegionId": one.region,
        "ZoneId": one.zone,
        "ResourceGroupId": "",
        "CreateTime": one.created,
        "ExpireTime": "",
        "Tags": [{"Key": key, "Value": value} for key, value in one.tags],
        "IpAddresses": list(one.ips),
        "IpAddressAttributes": [
            {"IpAddress": ip, "NetworkType": "Private" if is_private(ip) else "Public", "Version": "Ipv4"}
            for ip in one.ips
        ],
    }


def _row(call: Call, one: Resource) -> dict[str, str]:
    return {
        "account_id": call.account.id,
        "resource_type": one.kind,
        "resource_id": one.id,
        "resource_name": one.name,
        "region_id": one.region,
        "zone_id": one.zone,
        "vpc_id": one.vpc,
        "create_time": one.created,
        "ip_addresses": json.dumps(one.ips),
        "tags": json.dumps(dict(one.tags), ensure_ascii=False),
    }


def _page(call: Call, found: list[Any], usual: int, most: int) -> tuple[list[Any], Answer]:
    size = call.get("MaxResults", usual)
    if not 1 <= size <= most:
        message = "The specified parameter MaxResults is not valid."
        raise ApiError(400, "InvalidParameter.MaxResults", message)
    try:
        start = place(call).get("start", 0)
    except ApiError:
        start = None
    if not isinstance(start, int):
        raise invalid(NEXT, "is not one that was given out")
    told: Answer = {"MaxResults": size}
    if start + size < len(found):
        told[NEXT] = next_token(call, start=start + size)
    return found[start : start + size], told
