"""ActionTrail: regions, trails and their state, the region of global events, delivered data events."""

import json
import re
from typing import Any

from aktui.simcloud.clock import iso
from aktui.simcloud.cursor import NEXT, next_token, place, refused
from aktui.simcloud.fault import ApiError
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op
from aktui.simcloud.regions import REGIONS

DATA_EVENTS = {
    "Oss": ["AppendObject", "CopyObject", "DeleteObject", "DeleteObjects", "GetObject", "PutObject"],
    "Sls": ["GetLogs", "PullLogs", "PutLogs"],
}
"""Services whose calls on the data plane a trail can deliver."""

_STATUS_FIELDS = ("StartLoggingTime", "StopLoggingTime")
_NAME = re.compile(r"[a-z][a-z0-9_-]{5,35}")
_PAGED = (Integer("MaxResults", low=1, high=100), Text(NEXT))


@op("Actiontrail", "DescribeRegions", Text("AcceptLanguage"))
def describe_regions(call: Call) -> Answer:
    chinese = call.get("AcceptLanguage") == "zh-CN"
    rows = [
        {
            "RegionId": region,
            "RegionEndpoint": f"actiontrail.{region}.aliyuncs.com",
            "LocalName": names[1] if chinese else names[0],
        }
        for region, names in REGIONS.items()
    ]
    return {"Regions": {"Region": rows}}


@op("Actiontrail", "GetGlobalEventsStorageRegion")
def get_global_events_storage_region(call: Call) -> Answer:
    return {"StorageRegion": call.account.settings.global_region}


@op(
    "Actiontrail",
    "DescribeTrails",
    Boolean("IncludeOrganizationTrail"),
    Boolean("IncludeShadowTrails"),
    Text("NameList"),
)
def describe_trails(call: Call) -> Answer:
    """The trails made in the region of the call; with shadows also those made elsewhere."""
    names = [name.strip() for name in call.get("NameList", "").split(",") if name.strip()]
    if any(not _NAME.fullmatch(name) for name in names):
        raise ApiError(400, "InvalidTrailNameException", "The specified Trail name is invalid.")
    return {
        "TrailList": [
            trail
            for trail in call.account.trails
            if (not names or trail["Name"] in names)
            and (call.get("IncludeOrganizationTrail") or not trail.get("IsOrganizationTrail"))
            and (call.get("IncludeShadowTrails") or _home(trail) == call.region)
        ]
    }


@op("Actiontrail", "GetTrailStatus", Text("Name", required=True), Boolean("IsOrganizationTrail"))
def get_trail_status(call: Call) -> Answer:
    trail = next((trail for trail in call.account.trails if trail["Name"] == call["Name"]), None)
    if trail is None or bool(trail.get("IsOrganizationTrail")) is not bool(call.get("IsOrganizationTrail")):
        raise ApiError(404, "TrailNotFoundException", "The specified Trail does not exist.")
    logging = trail.get("Status") == "Enable"
    answer: Answer = {name: trail[name] for name in _STATUS_FIELDS if trail.get(name)}
    answer["IsLogging"] = logging
    for target, delivered, healthy in (
        ("OssBucketName", "LatestDeliveryTime", "OssBucketStatus"),
        ("SlsProjectArn", "LatestDeliveryLogServiceTime", "SlsLogStoreStatus"),
    ):
        if trail.get(target):
            answer[healthy] = True
            answer[delivered] = iso(call.now) if logging else trail.get("StopLoggingTime", "")
    return answer


@op("Actiontrail", "ListDataEventServices", *_PAGED)
def list_data_event_services(call: Call) -> Answer:
    rows = [{"ServiceName": name, "EventNames": events} for name, events in DATA_EVENTS.items()]
    return _page(call, "ServiceInfos", rows)


@op("Actiontrail", "ListDataEventSelectors", *_PAGED)
def list_data_event_selectors(call: Call) -> Answer:
    """One row for each trail that delivers data events."""
    rows = [
        {
            "TrailName": trail["Name"],
            "TrailArn": trail["TrailArn"],
            "IsTrailAllRegion": trail.get("TrailRegion") == "All",
            "EventSelectors": json.dumps(selectors),
            "SlsDeliveryConfigs": [],
        }
        for trail in call.account.trails
        if (selectors := call.account.data_event_selectors.get(trail["Name"]))
    ]
    return _page(call, "DataEventSelectorInfos", rows)


def _page(call: Call, field: str, rows: list[dict[str, Any]]) -> Answer:
    limit = call.get("MaxResults", 20)
    start = place(call).get("from", 0)
    if type(start) is not int or start < 0:
        raise refused()
    data: dict[str, Any] = {"MaxResults": limit, field: rows[start : start + limit]}
    if start + limit < len(rows):
        data[NEXT] = next_token(call, **{"from": start + limit})
    return {"Data": data}


def _home(trail: dict[str, Any]) -> str:
    return str(trail.get("HomeRegion") or trail.get("Region", ""))
