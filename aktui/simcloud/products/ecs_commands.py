"""ECS: commands that were run on instances.

What was run is told by the events RunCommand and InvokeCommand of the last four weeks in that region. Its
content is what the event says, if it says it; its output is not known. All have finished, and well.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from aktui.simcloud import cursor
from aktui.simcloud.clock import iso
from aktui.simcloud.cursor import NEXT, next_token
from aktui.simcloud.directory import machines
from aktui.simcloud.fault import ApiError, invalid
from aktui.simcloud.op import Answer, Boolean, Call, Integer, Text, op
from aktui.simcloud.portable import made_up
from aktui.simcloud.trail import LAST_ID, Event, resources

KEPT = timedelta(days=28)


def _invocations(call: Call) -> str:
    return f"acs:ecs:{call.region}:{call.account.id}:command/*"


@op(
    "Ecs",
    "DescribeInvocations",
    Text("RegionId", required=True),
    Text("InstanceId"),
    Text("InvokeId"),
    Text("CommandId"),
    Text("CommandName"),
    Text("CommandType"),
    Text("InvokeStatus"),
    Text("RepeatMode"),
    Boolean("Timed"),
    Boolean("IncludeOutput"),
    Text("ContentEncoding", choices=("PlainText", "Base64")),
    Integer("PageNumber", low=1),
    Integer("PageSize", low=1, high=50),
    Integer("MaxResults", low=1, high=50),
    Text(NEXT),
    resource=_invocations,
)
def describe_invocations(call: Call) -> Answer:
    """The commands that were run, newest first."""
    machines.region_of(call)
    found = [row for row in (_row(call, event) for event in _events(call)) if _meets(call, row)]
    if call.get(NEXT) or "MaxResults" in call.params:
        size, start = call.get("MaxResults", 10), cursor.start(call, _not_given_out)
        more = next_token(call, start=start + size) if start + size < len(found) else ""
        told: Answer = {NEXT: more}
    else:
        number, size = call.get("PageNumber", 1), call.get("PageSize", 10)
        start, told = (number - 1) * size, {"PageNumber": number, "PageSize": size}
    shown = found[start : start + size]
    return {"TotalCount": len(found), "Invocations": {"Invocation": shown}} | told


def _events(call: Call) -> Iterator[Event]:
    since, until = (iso(call.now - KEPT), ""), (iso(call.now), LAST_ID)
    found: list[Event] = []
    for name in ("RunCommand", "InvokeCommand"):
        where = {"Region": call.region, "ServiceName": "Ecs", "EventName": name}
        found += call.account.trail.between(where, since, until, 100_000)
    found.sort(key=lambda event: (event["eventTime"], event["eventId"]), reverse=True)
    return (event for event in found if not event.get("errorCode"))


def _row(call: Call, event: Event) -> dict[str, Any]:
    asked, answered = event.get("requestParameters") or {}, event.get("responseElements") or {}
    when, account = event["eventTime"], call.account.id
    ids = [name for kind, name in resources(event) if kind == "ACS::ECS::Instance"]
    return {
        "InvokeId": answered.get("InvokeId") or made_up.thing("t-hz0", account, f"run {event['eventId']}"),
        "CommandId": answered.get("CommandId") or made_up.thing("c-hz0", account, f"run {event['eventId']}"),
        "CommandName": asked.get("Name", ""),
        "CommandType": asked.get("Type", "RunShellScript"),
        "CommandContent": asked.get("CommandContent", ""),
        "CreationTime": when,
        "InvokeStatus": "Finished",
        "InvocationStatus": "Success",
        "RepeatMode": asked.get("RepeatMode", "Once"),
        "Timed": False,
        "Username": asked.get("Username", ""),
        "InvokeInstances": {
            "InvokeInstance": [
                {
                    "InstanceId": one,
                    "CreationTime": when,
                    "StartTime": when,
                    "FinishTime": when,
                    "InvocationStatus": "Success",
                    "InstanceInvokeStatus": "Finished",
                    "ExitCode": 0,
                    "Output": "",
                }
                for one in ids
            ]
        },
    }


def _meets(call: Call, row: dict[str, Any]) -> bool:
    ran_on = {one["InstanceId"] for one in row["InvokeInstances"]["InvokeInstance"]}
    if call.get("InstanceId") and call["InstanceId"] not in ran_on:
        return False
    if call.get("Timed"):
        return False
    names = ("InvokeId", "CommandId", "CommandName", "CommandType", "InvokeStatus", "RepeatMode")
    return all(call.get(name) in (None, "", row[name]) for name in names)


def _not_given_out(name: str) -> ApiError:
    return invalid(name, "is not one that was given out")
