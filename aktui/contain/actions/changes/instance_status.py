"""Whether an ECS instance runs. Target: `instance`, `region`. State: its status, None once it is released.

It is stopped by force, which a guest can not resist, and in the mode that ends the charge for computing where
the instance allows that. Its disks stay, and with them what they show.
"""

import json

from aktui.contain.step import Call, Change, State, Step, Target
from aktui.errors import NotPossible
from queries.asking.reading import ident, listed
from queries.base import Caller

RUNNING, STOPPED = "Running", "Stopped"


async def observe(cloud: Caller, target: Target) -> State:
    region = target["region"]
    reply = await cloud.call(
        "ecs",
        "DescribeInstances",
        region=region,
        RegionId=region,
        InstanceIds=json.dumps([target["instance"]]),
    )
    rows = listed(reply, "ecs:DescribeInstances", "Instances", "Instance")
    mine = [one for one in rows if ident(one.get("InstanceId")) == target["instance"]]
    return ident(mine[0].get("Status")) if mine else None


def calls(step: Step) -> tuple[Call, ...]:
    """Raises NotPossible for starting or making one: that is not done from here."""
    target = step.target
    if step.before == RUNNING and step.after == STOPPED:
        params = {"InstanceId": target["instance"], "ForceStop": True, "StoppedMode": "StopCharging"}
        return (Call("ecs", "StopInstance", params, target["region"]),)
    if step.before is not None and step.after is None:
        return (
            Call(
                "ecs", "DeleteInstance", {"InstanceId": target["instance"], "Force": True}, target["region"]
            ),
        )
    raise NotPossible("Instances are stopped or released from here, not started.")


def title(step: Step) -> str:
    verb = "Release" if step.after is None else "Stop"
    return f"{verb} the instance {step.target['instance']} in {step.target['region']}"


def told(state: State) -> str:
    return "released" if state is None else str(state)


def nothing(step: Step, observed: State) -> None:
    """There is no step back."""


def loss(step: Step) -> str:
    if step.after is None:
        return "A released instance is gone for good, with what was on its disks unless they are kept apart."
    return (
        "It is not started again from here: whoever wants it does that in the console. Stopped without "
        "charge it may lose its public address, and its place when the zone is full."
    )


CHANGE = Change(
    id="instance-status",
    title=title,
    observe=observe,
    calls=calls,
    reads=("ecs:DescribeInstances",),
    writes=("ecs:StopInstance", "ecs:DeleteInstance"),
    settles=180.0,
    undo=nothing,
    no_way_back=loss,
    told=told,
)
