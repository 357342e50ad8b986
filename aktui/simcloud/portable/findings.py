"""What was found, in an account file: leaks, alerts, insights, and elastic IP addresses.

Leaks are as DescribeAccessKeyLeakDetail returns them, with the `Id` beside; alerts as DescribeSuspEvents
does; addresses as DescribeEipAddresses does.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from aktui.simcloud.account import Account
from aktui.simcloud.addresses import Eip
from aktui.simcloud.billing.charge import ZONE
from aktui.simcloud.clock import iso
from aktui.simcloud.insights import TYPES, Insights
from aktui.simcloud.portable.check import (
    Needed,
    Problems,
    answered,
    as_moment,
    many,
    mapping,
    moment,
    named,
    record,
    shown,
    text,
    whole,
)
from aktui.simcloud.portable.people import Reader
from aktui.simcloud.security.findings import DEALS, LEVELS, PENDING, UNHANDLED, Alert, Leak

Shape = Mapping[str, Any]

_LOCAL = "%Y-%m-%d %H:%M:%S"
_FILE_TIME = "%Y-%m-%dT%H:%M:%S"
_PLACE = re.compile(r"https?://[^/]+/[^/]+/[^/]+/blob/([^/]+)/(.+)")


def _local(value: object, path: str, problems: Problems) -> None:
    _form(value, path, problems, _LOCAL, "2026-11-22 11:12:44")


def _file_time(value: object, path: str, problems: Problems) -> None:
    _form(value, path, problems, _FILE_TIME, "2026-11-22T03:12:44")


def _form(value: object, path: str, problems: Problems, form: str, like: str) -> None:
    if value == "":
        return
    try:
        datetime.strptime(value if isinstance(value, str) else "", form).replace(tzinfo=UTC)
    except ValueError:
        told = shown(value) if isinstance(value, str) else named(value)
        problems.add(path, f"{told} is no time like {like}")


def _millis(value: object, path: str, problems: Problems) -> None:
    whole(value, path, problems)
    if isinstance(value, int) and not 0 <= value < 10**13:
        problems.add(path, f"{value} is no time in milliseconds since 1970")


LEAK = answered(
    {
        "Id": Needed(whole),
        "AccesskeyId": Needed(text()),
        "GmtCreate": Needed(_local),
        "GithubUser": text(),
        "GithubRepoName": text(),
        "GithubFileName": text(),
        "GithubFileType": text(),
        "GithubFileUrl": text(),
        "GithubFileUpdateTime": _file_time,
        "Code": text(),
        "Source": text(),
        "DealType": text(PENDING, *DEALS),
        "DealTime": _local,
        "Remark": text(),
    }
)

ALERT = answered(
    {
        "Id": Needed(whole),
        "AlarmEventName": Needed(text()),
        "Level": Needed(text(*LEVELS)),
        "OccurrenceTimeStamp": Needed(_millis),
        "LastTimeStamp": Needed(_millis),
        "EventStatus": whole,
        "AlarmEventNameDisplay": text(),
        "AlarmEventType": text(),
        "Desc": text(),
        "InstanceId": text(),
        "OperateTime": _millis,
        "OperateMsg": text(),
        "Details": many(answered({"NameDisplay": Needed(text()), "Value": Needed(text())})),
    }
)


def _insight(value: object, path: str, problems: Problems) -> None:
    mapping(value, path, problems)
    if isinstance(value, dict):
        text(*TYPES)(value.get("insightType"), f"{path}.insightType", problems)
        for name in ("eventId", "eventTime", "acsRegion"):
            text()(value.get(name), f"{path}.{name}", problems)


INSIGHTS = record({"Enabled": record(dict.fromkeys(TYPES, moment)), "Events": many(_insight)})

EIP = answered(
    {
        "AllocationId": Needed(text(pattern=r"eip-[A-Za-z0-9]{1,60}", like="eip-bp1example")),
        "IpAddress": Needed(text()),
        "RegionId": Needed(text()),
        "AllocationTime": moment,
        "Name": text(),
        "InstanceId": text(),
        "InstanceType": text(),
        "PrivateIpAddress": text(),
        "VpcId": text(),
        "Bandwidth": text(pattern=r"[0-9]{1,6}", like="a number of Mbit/s"),
    }
)


def read_findings(reader: Reader, document: Shape) -> None:
    """Puts all of them into the account."""
    account = reader.account
    for part, kind in (("leaks", "leak"), ("alerts", "alert")):
        for at, shape in enumerate(document.get(part, [])):
            reader.once((kind, shape["Id"]), f"{part}[{at}].Id", str(shape["Id"]))
    account.leaks = [_leak(shape) for shape in document.get("leaks", [])]
    account.alerts = [_alert(shape) for shape in document.get("alerts", [])]
    told = document.get("insights", {})
    since = {kind: as_moment(when) or account.created for kind, when in told.get("Enabled", {}).items()}
    account.insights = Insights(since, list(told.get("Events", [])))
    for at, shape in enumerate(document.get("eips", [])):
        reader.once(("eip", shape["AllocationId"]), f"eips[{at}].AllocationId", shape["AllocationId"])
        account.eips[shape["AllocationId"]] = _eip(shape, account.created)


def _leak(shape: Shape) -> Leak:
    place = _PLACE.fullmatch(shape.get("GithubFileUrl", ""))
    found = _in_china(shape["GmtCreate"])
    updated = shape.get("GithubFileUpdateTime")
    return Leak(
        shape["Id"],
        shape["AccesskeyId"],
        found,
        shape.get("GithubUser", ""),
        shape.get("GithubRepoName", ""),
        place[2] if place else shape.get("GithubFileName", ""),
        shape.get("GithubFileType", ""),
        datetime.strptime(updated, _FILE_TIME).replace(tzinfo=UTC) if updated else found,
        shape.get("Code", ""),
        shape.get("Source", "GitHub"),
        place[1] if place else "",
        shape.get("DealType", PENDING),
        _in_china(shape["DealTime"]) if shape.get("DealTime") else None,
        shape.get("Remark", ""),
    )


def leak_shape(leak: Leak) -> dict[str, Any]:
    """A leak as it stands in an account file."""
    return {
        "Id": leak.id,
        "AccesskeyId": leak.key,
        "GmtCreate": _china(leak.found),
        "GithubUser": leak.user,
        "GithubRepoName": leak.repository,
        "GithubFileName": leak.file.rpartition("/")[2],
        "GithubFileType": leak.kind,
        "GithubFileUrl": leak.url,
        "GithubFileUpdateTime": leak.updated.strftime(_FILE_TIME),
        "Code": leak.code,
        "Source": leak.source,
        "DealType": leak.deal,
        "DealTime": _china(leak.dealt) if leak.dealt else "",
        "Remark": leak.remark,
    }


def _alert(shape: Shape) -> Alert:
    operated = shape.get("OperateTime")
    return Alert(
        shape["Id"],
        shape["AlarmEventName"],
        shape["Level"],
        _from_millis(shape["OccurrenceTimeStamp"]),
        _from_millis(shape["LastTimeStamp"]),
        tuple((one["NameDisplay"], one["Value"]) for one in shape.get("Details", [])),
        shape.get("EventStatus", UNHANDLED),
        shape.get("AlarmEventNameDisplay", ""),
        shape.get("Desc", ""),
        shape.get("AlarmEventType", ""),
        shape.get("InstanceId", ""),
        _from_millis(operated) if operated else None,
        shape.get("OperateMsg", ""),
    )


def alert_shape(alert: Alert) -> dict[str, Any]:
    """An alert as it stands in an account file."""
    return {
        "Id": alert.id,
        "AlarmEventName": alert.name,
        "AlarmEventNameDisplay": alert.display,
        "AlarmEventType": alert.kind,
        "Level": alert.level,
        "EventStatus": alert.status,
        "Desc": alert.description,
        "OccurrenceTimeStamp": _to_millis(alert.first),
        "LastTimeStamp": _to_millis(alert.last),
        "InstanceId": alert.instance,
        "Details": [{"NameDisplay": label, "Value": value} for label, value in alert.details],
        **({"OperateTime": _to_millis(alert.operated)} if alert.operated else {}),
        "OperateMsg": alert.remark,
    }


def insights_shape(account: Account) -> dict[str, Any]:
    since = {kind: iso(when) for kind, when in account.insights.since.items()}
    return {"Enabled": since, "Events": account.insights.events}


def _eip(shape: Shape, created: datetime) -> Eip:
    return Eip(
        shape["AllocationId"],
        shape["IpAddress"],
        shape["RegionId"],
        as_moment(shape.get("AllocationTime")) or created,
        shape.get("Name", ""),
        shape.get("InstanceId", ""),
        shape.get("InstanceType", ""),
        shape.get("PrivateIpAddress", ""),
        shape.get("VpcId", ""),
        int(shape.get("Bandwidth", "100")),
    )


def eip_shape(one: Eip) -> dict[str, Any]:
    """An address as it stands in an account file."""
    return {
        "AllocationId": one.id,
        "IpAddress": one.address,
        "RegionId": one.region,
        "AllocationTime": iso(one.created),
        "Name": one.name,
        "InstanceId": one.instance,
        "InstanceType": one.kind,
        "PrivateIpAddress": one.private,
        "VpcId": one.vpc,
        "Bandwidth": str(one.bandwidth),
    }


def _in_china(text: str) -> datetime:
    return datetime.strptime(text, _LOCAL).replace(tzinfo=ZONE).astimezone(UTC)


def _china(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime(_LOCAL)


def _from_millis(millis: int) -> datetime:
    return datetime.fromtimestamp(millis / 1000, UTC)


def _to_millis(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
