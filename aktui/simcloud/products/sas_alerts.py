"""Security Center: alerts.

Every alert here is about a key or an instance of the account. Conditions on containers, clusters, groups of
assets and the like therefore find nothing; so do types and names that no alert has. Times in text are those
of China.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from aktui.simcloud.billing.charge import ZONE
from aktui.simcloud.fault import invalid
from aktui.simcloud.op import Answer, Call, Integer, Param, Text, Texts, op
from aktui.simcloud.products.sas_leaks import local, millis, require_member
from aktui.simcloud.security.findings import CLOUD, LEVELS, NAMES, UNHANDLED, Alert

_FOREIGN: tuple[Param, ...] = (
    Texts("AssetsTypeList"),
    Text("ClusterId"),
    Text("ContainerFieldName"),
    Text("ContainerFieldValue"),
    Integer("GroupId"),
    Texts("OperateErrorCodeList"),
    Text("Source"),
    Texts("SourceAliUids"),
    Text("StrictMode"),
    Texts("SupportOperateCodeList"),
    Text("TacticId"),
    Text("TargetType"),
    Text("Uuids"),
)
"""Conditions that no alert here meets."""

_PASSED_OVER: tuple[Param, ...] = (
    Text("DetectSource"),
    Text("From"),
    Integer("MultiAccountActionType"),
    Text("SortColumn"),
    Text("SourceIp"),
)
"""Parameters that choose nothing here; `SourceIp` is the address of the caller."""


@op(
    "Sas",
    "DescribeSuspEvents",
    Text("CurrentPage"),
    Text("PageSize"),
    Text("Lang"),
    Text("Dealed", choices=("N", "Y")),
    Text("Levels"),
    Text("EventNames"),
    Text("ParentEventTypes"),
    Text("Name"),
    Text("Remark"),
    Text("Status"),
    Integer("Id"),
    Text("UniqueInfo"),
    Text("AlarmUniqueInfo"),
    Text("TimeStart"),
    Text("TimeEnd"),
    Text("OperateTimeStart"),
    Text("OperateTimeEnd"),
    Text("SortType", choices=("asc", "desc")),
    Integer("ResourceDirectoryAccountId"),
    *_FOREIGN,
    *_PASSED_OVER,
)
def describe_susp_events(call: Call) -> Answer:
    """The alerts, those that happened last first."""
    require_member(call)
    number, size = _whole(call, "CurrentPage", 1, 10**6), _whole(call, "PageSize", 20, 100)
    tests = _conditions(call)
    found = [one for one in call.account.alerts if one.first <= call.now and all(test(one) for test in tests)]
    found.sort(key=lambda one: (one.last, one.id), reverse=call.get("SortType") != "asc")
    shown = found[(number - 1) * size : number * size]
    return {
        "SuspEvents": [_row(call, one) for one in shown],
        "Count": len(shown),
        "TotalCount": len(found),
        "CurrentPage": number,
        "PageSize": size,
    }


@op(
    "Sas",
    "DescribeSuspEventDetail",
    Integer("SuspiciousEventId", required=True),
    Text("From", required=True, choices=("sas",)),
    Text("Lang"),
    Text("SourceIp"),
    Integer("ResourceDirectoryAccountId"),
)
def describe_susp_event_detail(call: Call) -> Answer:
    require_member(call)
    for one in call.account.alerts:
        if one.id == call["SuspiciousEventId"] and one.first <= call.now:
            return _detail(call, one)
    raise invalid("SuspiciousEventId", "is that of no alert")


def _conditions(call: Call) -> list[Callable[[Alert], bool]]:
    if any(call.get(param.name) not in (None, "", []) for param in _FOREIGN):
        return [lambda one: False]
    levels, names = _listed(call, "Levels", LEVELS), _listed(call, "EventNames")
    kinds, asset, remark = _listed(call, "ParentEventTypes"), call.get("Name") or "", call.get("Remark") or ""
    since, until = _moment(call, "TimeStart"), _moment(call, "TimeEnd")
    after, before = _moment(call, "OperateTimeStart"), _moment(call, "OperateTimeEnd")
    status = _whole(call, "Status", 0, 10**6) if call.get("Status") not in (None, "", "0") else 0
    return [
        lambda one: call.get("Dealed") in (None, "", "N" if one.status == UNHANDLED else "Y"),
        lambda one: not levels or one.level in levels,
        lambda one: not names or one.name in names or bool(names & {*_names(one)}),
        lambda one: not kinds or bool(kinds & {*_kinds(one)}),
        lambda one: asset in ("", one.instance),
        lambda one: remark in f"{_names(one)} {one.instance}",
        lambda one: status in (0, one.status),
        lambda one: call.get("Id") in (None, one.id),
        lambda one: call.get("UniqueInfo") in (None, "", _unique(one)),
        lambda one: call.get("AlarmUniqueInfo") in (None, "", _unique(one)),
        lambda one: (not since or one.last >= since) and (not until or one.last <= until),
        lambda one: not after or bool(one.operated and one.operated >= after),
        lambda one: not before or bool(one.operated and one.operated <= before),
    ]


def _row(call: Call, one: Alert) -> dict[str, Any]:
    at = int(call.get("Lang") == "en")
    name, kind = _names(one)[at], _kinds(one)[at]
    instance = call.account.instances.get(one.instance)
    return {
        "Id": one.id,
        "Name": f"{kind}-{name}",
        "AlarmEventName": one.name,
        "AlarmEventNameDisplay": name,
        "AlarmEventType": _kinds(one)[0],
        "AlarmEventTypeDisplay": kind,
        "AlarmUniqueInfo": _unique(one),
        "UniqueInfo": _unique(one),
        "EventSubType": one.name,
        "Level": one.level,
        "EventStatus": one.status,
        "Desc": _described(one)[at],
        "OccurrenceTime": local(one.first),
        "OccurrenceTimeStamp": millis(one.first),
        "LastTime": local(one.last),
        "LastTimeStamp": millis(one.last),
        "InstanceId": one.instance,
        "InstanceName": instance.name if instance else "",
        "InternetIp": (instance.eip or next(iter(instance.public_ips), "")) if instance else "",
        "IntranetIp": next(iter(instance.private_ips), "") if instance else "",
        "Details": [
            {"NameDisplay": label, "Type": "text", "Value": value, "ValueDisplay": value}
            for label, value in one.details
        ],
        "CanBeDealOnLine": False,
        "DataSource": "sas",
        "SaleVersion": "1",
        **({"OperateTime": millis(one.operated)} if one.operated else {}),
        "OperateMsg": one.remark,
    }


def _detail(call: Call, one: Alert) -> Answer:
    row = _row(call, one)
    same = ("Id", "InstanceName", "InternetIp", "IntranetIp", "LastTime", "Level", "DataSource")
    return {
        **{name: row[name] for name in (*same, "CanBeDealOnLine", "SaleVersion", "OperateMsg")},
        "EventName": row["AlarmEventNameDisplay"],
        "EventTypeDesc": row["Name"],
        "EventDesc": row["Desc"],
        "EventStatus": str(one.status),
        "Details": [{"NameDisplay": label, "Type": "text", "Value": value} for label, value in one.details],
    }


def _names(one: Alert) -> tuple[str, str]:
    """Chinese and English."""
    return (one.display, one.display) if one.display or one.name not in NAMES else NAMES[one.name][0]


def _described(one: Alert) -> tuple[str, str]:
    told = one.description or one.name not in NAMES
    return (one.description, one.description) if told else NAMES[one.name][1]


def _kinds(one: Alert) -> tuple[str, str]:
    return (one.kind, one.kind) if one.kind else CLOUD


def _unique(one: Alert) -> str:
    return f"{one.id:032x}"


def _listed(call: Call, name: str, known: tuple[str, ...] = ()) -> set[str]:
    found = {text.strip() for text in (call.get(name) or "").split(",") if text.strip()}
    if known and not found <= {*known}:
        raise invalid(name, f"must be of {', '.join(known)}")
    return found


def _whole(call: Call, name: str, usual: int, most: int) -> int:
    """A number that travels as text."""
    text = call.get(name) or str(usual)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise invalid(name, f"must be from 1 to {most}")
    return int(text)


def _moment(call: Call, name: str) -> datetime | None:
    """`2022-07-05 13:50:38`, or milliseconds since 1970."""
    text = call.get(name)
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) == 13:
        return datetime.fromtimestamp(int(text) / 1000, ZONE)
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=ZONE)
    except ValueError:
        raise invalid(name, "must be of the form YYYY-MM-DD hh:mm:ss") from None
